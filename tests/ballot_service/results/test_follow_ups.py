"""Follow-ups: every proposal once, with whom it is about and who confirms it; and nothing in the file is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ballot_service.app import create_app
from ballot_service.cli import main
from ballot_service.console.roles import Role
from ballot_service.results.follow_ups import FollowUp, as_csv, as_xlsx, follow_ups
from tests.meeting_kit import GRADE, Hall, InProcess, Json, approval, item, meeting_file

HallOf = Callable[[Json], Hall]

TALK = {"text": "提醒谈话", "confirm": "县纪委"}
STATEMENT = {"text": "书面说明", "confirm": "县纪委", "due": {"days": 15}}
REWARD = {"text": "评为优秀", "confirm": "县委"}


def review(**changes: Any) -> Json:
    """Somebody is assessed; a low mean calls for a talk."""
    rules = [
        {"rule": "mean", "id": "avg", "points": {"good": "100", "poor": "40"}},
        {"rule": "flag", "code": "talk", "value": "avg", "at_most": "70", "consequences": [TALK, STATEMENT]},
    ]
    subject = {"id": "wang", "name": "王局长", "unit": "县财政局"}
    return {
        "id": "review", "title": "述廉测评", "subject": subject, "voters": ["A"], "ballot": GRADE, "rules": rules,
        **changes,
    }  # fmt: skip


def post() -> Json:
    """Two candidates for a post that both failed once before."""
    candidates = [{"id": "zhang", "name": "张三"}, {"id": "li", "name": "李四"}]
    return approval(
        "chief",
        post="chief",
        ballot={"kind": "approval", "candidates": candidates, "max_approve": 1},
        rules=[
            {"rule": "pass", "over": "1/2", "of": "expected"},
            {"rule": "seats", "max_rounds": 3, "on_failure": "revote"},
            {"rule": "bar"},
        ],
    )


TOTAL = {
    "id": "total",
    "title": "总分",
    "sum": [{"value": "review.avg"}],
    "flags": [{"code": "excellent", "under": "80", "consequences": [REWARD]}],
}


@pytest.fixture
def hall(hall_of: HallOf) -> Hall:
    """`review` gives a mean of 70; `li` is barred in the first round for `chief`, `zhang` elected in the second."""
    history = [{"person": "li", "post": "chief", "date": "2026-03-01"}]
    hall = hall_of(
        meeting_file(
            item(review()), item(post()), scores=[TOTAL], history=history, pages={"spare": 4}, boxes={"spare": 4}
        )
    )
    hall.inside = hall.voters()
    poll(hall, "review", [{"grade": "good"}] * 3 + [{"grade": "poor"}] * 3)
    poll(hall, "chief", [{"marks": {"zhang": "approve"}}] * 3 + [{"marks": {"li": "approve"}}] * 3)
    poll(hall, "chief", [{"marks": {"zhang": "approve"}}] * 6)
    return hall


def poll(hall: Hall, contest: str, choices: list[Json]) -> None:
    opened = hall.open(contest)
    for phone, choice in zip(hall.inside, choices, strict=False):
        hall.cast(hall.line(phone, choice))
    hall.service.polls.close(hall.id)
    hall.release(opened.box)
    hall.service.boxes.open(hall.id)


def test_every_proposal_is_listed_with_whom_it_is_about(hall: Hall) -> None:
    listed = follow_ups(hall.state())
    assert [(one.contest, one.score, one.code, one.confirm, one.due) for one in listed] == [
        ("review", None, "talk", "县纪委", None),
        ("review", None, "talk", "县纪委", "2027-01-02"),
        ("chief", None, "bar", "组织部门", None),
        (None, "total", "excellent", "县委", None),
    ]
    assert (listed[0].title, listed[0].subject, listed[0].unit) == ("述廉测评", "王局长", "县财政局")
    assert "李四" in listed[2].text, "a bar of an earlier round stands"
    assert {one.status for one in listed} == {"to-confirm"}


def test_a_meeting_that_is_not_polled_proposes_nothing(hall_of: HallOf) -> None:
    assert follow_ups(hall_of(meeting_file(item(review()), scores=[TOTAL])).state()) == []


def test_officers_are_told_and_nobody_else(hall: Hall) -> None:
    app = create_app(hall.service)
    token = hall.service.accounts.log_in(hall.service.accounts.make_code())
    told = InProcess(app, {"Authorization": f"Bearer {token}"}).get(f"/meetings/{hall.id}/follow-ups")
    assert told.json() == {"follow_ups": [one.as_json() for one in follow_ups(hall.state())]}
    assert InProcess(app).get(f"/meetings/{hall.id}/follow-ups").status == 403


def follow_up(**changes: Any) -> FollowUp:
    values: Json = {
        "contest": "review", "score": None, "title": "述廉测评", "subject": None, "unit": None, "code": "talk",
        "text": "提醒谈话", "confirm": "县纪委", "due": None, "status": "to-confirm",
    }  # fmt: skip
    return FollowUp(**{**values, **changes})


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", [*FORMULAS, "提醒谈话", "a = b", 'say "no", then', "一、二；三"])
@pytest.mark.parametrize("field", ["title", "subject", "unit", "text", "confirm"])
def test_no_cell_is_a_formula(field: str, text: str) -> None:
    listed = [follow_up(**{field: text})]
    rows = list(csv.DictReader(io.StringIO(as_csv(listed, chinese=False).decode("utf-8-sig"))))
    column = {"title": "contest or score", "text": "proposal", "confirm": "to be confirmed by"}.get(field, field)
    assert rows[0][column] == (f"'{text}" if text in FORMULAS else text)
    sheet = load_workbook(io.BytesIO(as_xlsx(listed, chinese=False))).active
    found = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert "f" not in {cell.data_type for cell in found.values()}
    assert found[text].quotePrefix == (text in FORMULAS)


@pytest.mark.parametrize(
    ("chinese", "heading", "status"), [(True, "事项", "待确认"), (False, "contest or score", "to confirm")]
)
def test_headings_are_in_the_language_of_the_meeting(chinese: bool, heading: str, status: str) -> None:
    text = as_csv([follow_up()], chinese=chinese)
    assert text.startswith(b"\xef\xbb\xbf" + heading.encode())
    lines = text.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 3, "a heading, one line a proposal, and the end"
    assert lines[1].endswith(status)
    sheet = load_workbook(io.BytesIO(as_xlsx([follow_up()], chinese=chinese))).active
    assert sheet["A1"].value == heading
    assert sheet["H2"].value == status


@pytest.mark.parametrize("name", ["list.csv", "list.XLSX"])
def test_the_command_writes_the_list_and_keeps_one_that_is_there(
    hall: Hall, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / name
    command = ["follow-ups", hall.id, "--database", hall.service.config.database, "--out", str(out)]
    assert main(command) == 0
    written = out.read_bytes()
    if name == "list.csv":
        assert written == as_csv(follow_ups(hall.state()), chinese=True)
    else:
        rows = list(load_workbook(io.BytesIO(written)).active.values)
        assert [row[3] for row in rows] == ["代码", "talk", "talk", "bar", "excellent"]
    assert main(command) == 1
    assert "is not overwritten" in capsys.readouterr().err
    assert out.read_bytes() == written


@pytest.mark.parametrize(
    ("meeting", "name", "told"),
    [
        pytest.param("hall", "list.pdf", ".xlsx or .csv", id="another form"),
        pytest.param("other", "list.csv", "there is no meeting 'other'", id="another meeting"),
    ],
)
def test_what_the_command_cannot_write_it_says(
    hall: Hall, tmp_path: Path, meeting: str, name: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / name
    assert main(["follow-ups", meeting, "--database", hall.service.config.database, "--out", str(out)]) == 1
    assert told in capsys.readouterr().err
    assert not out.exists()


def test_a_host_who_is_not_told_a_result_is_told_no_proposal(hall_of: HallOf) -> None:
    """A proposal says on which side of a line somebody came out."""
    read_out = item(review(id="spot", title="现场测评"), announce="on-spot")
    hall = hall_of(meeting_file(item(review(), announce="report-then-feedback"), read_out, scores=[TOTAL]))
    hall.inside = hall.voters()
    for contest in ("review", "spot"):
        poll(hall, contest, [{"grade": "good"}] * 3 + [{"grade": "poor"}] * 3)
    app = create_app(hall.service)

    def seen_by(role: Role) -> tuple[set[tuple[str | None, str]], list[str]]:
        _account, code = hall.service.accounts.create(role.value, role.value, frozenset({(hall.id, role)}))
        token = hall.service.accounts.log_in(code)
        headers = {"Authorization": f"Bearer {token}"}
        answer = InProcess(app, headers=headers).get(f"/meetings/{hall.id}/follow-ups").json()
        page = app.test_client(use_cookies=False).get(
            f"/meetings/{hall.id}/documents", headers={"Cookie": f"ballot_session={token}"}
        )
        told = {(one["contest"], one["code"]) for one in answer["follow_ups"]}
        return told, re.findall("([0-9]+) 项，待有关机关确认", page.get_data(as_text=True))

    assert seen_by(Role.SUPERVISOR) == ({("review", "talk"), ("spot", "talk"), (None, "excellent")}, ["5"])
    assert seen_by(Role.HOST) == ({("spot", "talk")}, ["2"])  # a talk, and a statement in writing
