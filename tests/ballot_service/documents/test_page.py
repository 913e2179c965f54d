"""The page with the papers, through HTTP: who is offered what, in each mode, before and after it is announced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from ballot_service.console.roles import Role
from ballot_service.service import Service
from ballot_service.store.tables import AuditEntry
from tests.ballot_service.running.officer import Officer
from tests.meeting_kit import GRADE, Hall, Json, approval, config_for, item, meeting_file, publish

REMARK, WRITTEN = "=多听基层意见", "壬某某"
LINK = re.compile(r'href="/meetings/hall/documents/([a-z]+/[a-z0-9-]+\.(?:pdf|xlsx))"')
GIVEN = (Role.ORGANISER, Role.HOST, Role.SUPERVISOR)

COUNTED = {
    "officers/count-p1", "officers/tally-p1", "officers/vote-spot", "officers/vote-out", "officers/summary-duty",
    "officers/summary-circle", "officers/summary-kept", "officers/summary-names", "officers/record",
    "committee/assessment-duty-zhang",
}  # fmt: skip
READ_OUT = {
    "officers/count-p1", "officers/tally-p1", "officers/vote-spot", "officers/vote-out", "officers/summary-names",
    "officers/record",
}  # fmt: skip
OUTSIDE = {
    "public/vote-out",  # of publish, after the hall
    "subject/feedback-duty-zhang",  # of report-then-feedback, after the committee
    "scope/summary-circle",  # of limited-later, after the committee
}


def asked(contest: str, ballot: Json, person: str | None = None) -> Json:
    subject = {"id": person, "name": "张三", "unit": "县财政局", "title": "局长"} if person else None
    return {"id": contest, "title": contest, "voters": ["A"], "ballot": ballot, "rules": [], "subject": subject}


COMMENT: Json = {"kind": "comment", "max_chars": 60}
PICK: Json = {
    "kind": "pick", "options": [{"id": "a", "name": "甲某"}, {"id": "b", "name": "乙某"}], "max": 1,
    "write_in": 1,
}  # fmt: skip
AGENDA = (
    item(approval("spot"), asked("spoken", COMMENT), announce="on-spot"),
    item({**asked("names", PICK), "post": "director"}, announce="on-spot"),
    item(approval("out"), announce="publish"),
    item(asked("duty", GRADE, "zhang"), asked("words", COMMENT, "zhang"), announce="report-then-feedback"),
    item(asked("circle", GRADE), announce="limited-later"),
    item(asked("kept", GRADE), announce="internal"),
)
CHOICES: dict[str, Json] = {
    "grade": {"grade": "good"}, "comment": {"text": REMARK}, "pick": {"picks": [], "write_in": [WRITTEN]},
}  # fmt: skip


def closed(hall: Hall) -> None:
    """Five vote on everything; the box is shut."""
    phones = hall.voters(5)
    contests = list(hall.state().contests)
    hall.service.polls.open(hall.id, contests)
    poll = hall.state().open_poll
    assert poll is not None
    for paper in poll.papers:
        for phone in phones:
            kind = paper.contest["ballot"]["kind"]
            choice = {"marks": {paper.contest_id: "approve"}} if kind == "approval" else CHOICES[kind]
            hall.cast(hall.line(phone, choice, paper=paper))
    hall.service.polls.close(hall.id)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A meeting whose box is shut."""
    service = Service(config_for(tmp_path_factory.mktemp("documents"), "", officer_limit_per_account="9999 per minute"))
    published = publish(service, meeting_file(*AGENDA, boxes={"spare": 9}))
    closed(published)
    yield published
    service.close()


@pytest.fixture(scope="module")
def officers(hall: Hall) -> dict[Role, Officer]:
    return {role: Officer(hall, role, login=role.value) for role in Role}


def offered(officer: Officer) -> set[str]:
    """The papers that the page names, each as PDF and as a spreadsheet."""
    answer = officer.get("documents")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = LINK.findall(answer.get_data(as_text=True))
    assert len(found) == len(set(found))
    papers = {one.removesuffix(".pdf") for one in found if one.endswith(".pdf")}
    assert papers == {one.removesuffix(".xlsx") for one in found if one.endswith(".xlsx")}
    return papers


def words(officer: Officer, paper: str) -> str:
    """What a paper says. The spreadsheet has all that is on the printed page, and is made ten times as fast."""
    answer = officer.get(f"documents/{paper}.xlsx")
    assert answer.status_code == 200, paper
    rows = (row for sheet in load_workbook(BytesIO(answer.data)) for row in sheet.iter_rows(values_only=True))
    return "\n".join(str(cell) for row in rows for cell in row)


def test_the_papers_of_each_mode_come_when_they_may(hall: Hall, officers: dict[Role, Officer]) -> None:
    organiser, host, supervisor = (officers[role] for role in GIVEN)
    for one in (organiser, host, supervisor):
        assert offered(one) == {"officers/count-p1"}
    assert not [
        one for one in COUNTED - {"officers/count-p1"} if organiser.get(f"documents/{one}.pdf").status_code != 404
    ]

    hall.release(1)
    hall.service.boxes.open(hall.id, "p1")
    assert offered(organiser) == offered(supervisor) == COUNTED | {"officers/summary-spot"}
    assert offered(host) == READ_OUT  # no remarks, and nothing of what the committee is told first
    assert REMARK not in words(host, "officers/tally-p1")
    assert not [one for one in COUNTED - READ_OUT if host.get(f"documents/{one}.pdf").status_code != 404]
    assert WRITTEN in words(host, "officers/tally-p1")
    assert WRITTEN not in words(organiser, "officers/record")
    assert REMARK in words(organiser, "officers/summary-spot")

    for contests in (["spot"], ["names"], ["out"], ["duty", "words"], ["circle"], ["kept"]):
        hall.service.conduct.announce(hall.id, contests, None)
    assert offered(organiser) == offered(supervisor) == COUNTED | {"officers/summary-spot"}
    assert offered(host) == COUNTED  # but for the remarks of what was told to the hall
    assert not [one for one in OUTSIDE if organiser.get(f"documents/{one}.pdf").status_code != 404]
    hall.service.conduct.announce(hall.id, ["out"], "public")
    hall.service.conduct.announce(hall.id, ["duty", "words"], "subject")
    hall.service.conduct.announce(hall.id, ["circle"], "scope")
    for one in (organiser, host, supervisor):
        assert offered(one) >= OUTSIDE
    assert REMARK not in words(organiser, "subject/feedback-duty-zhang")


def test_who_has_no_business_with_papers_is_refused(hall: Hall, officers: dict[Role, Officer]) -> None:
    for path in ("documents", "documents/officers/count-p1.pdf"):
        for role in set(Role) - set(GIVEN):
            assert officers[role].get(path).status_code == 403, role
        other = officers[Role.ORGANISER].client.get(
            f"/meetings/other/{path}", headers=officers[Role.ORGANISER].headers()
        )
        assert other.status_code == 404
        assert officers[Role.ORGANISER].client.get(f"/meetings/hall/{path}").status_code == 303  # to the login


@pytest.mark.parametrize(
    "path",
    [
        "officers/minutes-p1.pdf", "officers/count-p9.pdf", "nobody/count-p1.pdf", "public/count-p1.pdf",
        "officers/count-p1.docx", "officers/count-p1", "officers/..%2fcount-p1.pdf", f"officers/{'x' * 300}.pdf",
    ],
)  # fmt: skip
def test_a_paper_that_is_not_there_is_not_found(officers: dict[Role, Officer], path: str) -> None:
    assert officers[Role.ORGANISER].get(f"documents/{path}").status_code == 404


def test_a_paper_is_printed_and_kept_nowhere(officers: dict[Role, Officer]) -> None:
    answer = officers[Role.ORGANISER].get("documents/officers/count-p1.pdf")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert "票数清点报告单" in unquote(answer.headers["Content-Disposition"])
    assert "票数清点报告单" in pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()


def test_the_record_says_who_took_which_paper(hall: Hall, officers: dict[Role, Officer]) -> None:
    officers[Role.SUPERVISOR].get("documents/officers/count-p1.xlsx")
    officers[Role.HOST].get("documents/officers/vote-none.pdf")
    with hall.service.store.read() as session:
        rows: list[Any] = list(session.scalars(select(AuditEntry).where(AuditEntry.act == "document")))
    assert {(one.meeting, one.outcome) for one in rows} == {("hall", "done")}
    assert "officers: count-p1.xlsx" in {one.detail for one in rows}


def test_the_ledger_is_offered_to_those_who_may_take_it_away(hall: Hall, officers: dict[Role, Officer]) -> None:
    address = "/api/v1/meetings/hall/ledger"
    for role in GIVEN:
        shown = officers[role].get("documents").get_data(as_text=True)
        assert (address in shown) == (role is not Role.HOST)
        assert str(hall.state().size) in shown
    assert "现在导出的账本不完整" in officers[Role.ORGANISER].get("documents").get_data(as_text=True)
