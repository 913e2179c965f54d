"""The screen in every state of real meetings: what stands on it, and what never does before its time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ballot_service.app import create_app
from ballot_service.meetings.acts import States
from ballot_service.store.tables import LedgerLine
from crypto import canonical
from crypto.checkpoint import parse_checkpoint
from crypto.encoding import b64
from crypto.note import parse_note
from crypto.words import fingerprint_words
from tests.ballot_service.screen.hall import Projector, rows
from tests.meeting_kit import GRADE, Hall, Json, approval, item, meeting_file

CITE: Json = {"document": "票决办法", "clause": "第九条", "quote": "超过应到会半数"}
PASS: Json = {"rule": "pass", "over": "1/2", "of": "expected", "cite": CITE}
SEATS: Json = {"rule": "seats", "seats": 1, "max_rounds": 2}
TWO: Json = {"kind": "approval", "candidates": [{"id": "zhang", "name": "张三"}, {"id": "li", "name": "<b>李四</b>"}]}
FOR_ZHANG: Json = {"marks": {"zhang": "approve", "li": "oppose"}}
FOR_LI: Json = {"marks": {"zhang": "oppose", "li": "approve"}}

HallOf = Callable[[Json], Hall]


@pytest.fixture
def database_url(tmp_path: object) -> str:
    """What is shown does not depend on the database."""
    return f"sqlite:///{tmp_path}/ballots.sqlite3"


def post(name: str = "finance", **fields: Any) -> Json:
    return approval(name, ballot=TWO, rules=[PASS, SEATS], title="县财政局局长", **fields)


def cast(hall: Hall, choices: list[Json]) -> None:
    poll = hall.state().open_poll
    assert poll is not None
    for phone, choice in zip(hall.inside, choices, strict=False):
        for paper in poll.papers:
            hall.cast(hall.line(phone, choice, paper=paper))


def count(hall: Hall) -> None:
    """Close and open the box of the open poll."""
    hall.service.polls.close(hall.id)
    poll = hall.state().waiting_polls[-1]
    hall.release(poll.box)
    hall.service.boxes.open(hall.id, poll.id)


def test_a_vote_on_a_post_from_the_doors_to_the_minutes(hall_of: HallOf) -> None:
    finance = item(post(), title="县财政局局长人选票决", announce="on-spot", steps=["introduce"])
    hall = hall_of(meeting_file(finance, item(approval(), title="预算"), expected=7))
    screen = Projector(hall)
    scene = screen.look()
    assert (scene["scene"], scene["words_large"], scene["attendance"]) == ("waiting", True, [])

    hall.inside = hall.voters()
    hall.service.conduct.step(hall.id, "finance", "introduce", None)
    scene = screen.look()
    assert (scene["scene"], scene["status"], scene["title"]) == ("agenda", "介绍情况", "县财政局局长人选票决")
    assert [(row["title"], row["now"], row["done"]) for row in scene["agenda"]] == [
        ("县财政局局长人选票决", True, False),
        ("预算", False, False),
    ]
    assert scene["attendance"] == [["应到", "7"], ["实到", "7"]]

    hall.open("finance")
    scene = screen.look()
    assert (scene["scene"], scene["questions"], scene["voters"]) == ("poll", ["县财政局局长"], "参加投票：委员")
    assert [(one["number"], one["of"]) for one in scene["figures"]] == [("0", "7")]
    cast(hall, [FOR_ZHANG] * 4)
    assert screen.look()["figures"][0]["number"] == "0"  # fewer than five
    cast_by = hall.inside[:]
    hall.inside = cast_by[4:]
    cast(hall, [FOR_LI, FOR_LI, {}])
    assert screen.look()["figures"][0]["number"] == "7"

    hall.service.polls.close(hall.id)
    hall.release(1, (2,))
    scene = screen.look()
    assert (scene["scene"], scene["counts"]) == ("closed", [["发出票", "7"], ["收回票", "7"]])
    assert [(one["number"], one["of"]) for one in scene["figures"]] == [("1", "2")]

    hall.release(1, (1,))
    hall.service.boxes.open(hall.id)
    scene = screen.look()
    assert (scene["scene"], scene["lines"]) == ("counted", ["计票完成，请等待宣布。"])
    for told in ("张三", "通过", "票决办法"):
        assert told not in screen.text()

    hall.service.conduct.announce(hall.id, ["finance"], "hall")
    scene = screen.look()
    assert scene["scene"] == "result"
    assert [(row["name"], row["votes"], row["sentence"], row["verdict"]) for row in rows(scene)] == [
        ("张三", [4, 2, 1], "同意 4 票，超过应到 7 人的半数", "通过"),
        ("<b>李四</b>", [2, 4, 1], "同意 2 票，未超过应到 7 人的半数", "未通过"),
    ]
    assert scene["tables"][0]["outcome"] == ["通过人选：张三。"]
    assert scene["tables"][0]["cite"] == "《票决办法》第九条"
    assert ["收回票", "7"] in scene["tables"][0]["counts"]
    hall.service.conduct.announce(hall.id, ["finance"], "public")
    assert screen.look() == scene

    hall.service.conduct.close(hall.id)
    scene = screen.look()
    assert scene["scene"] == "ended"
    with hall.service.acts.look(hall.id) as (session, _state):
        note = parse_checkpoint(parse_note(hall.service.book.head(session, hall.id).note).text)
    assert scene["head"]["words"] == fingerprint_words(note.root_hash, "zh")
    assert [value for _name, value in scene["head"]["rows"]] == [str(note.tree_size), b64(note.root_hash), note.origin]


def test_a_tie_a_decision_a_second_round_and_a_void_poll_in_plain_words(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(item(post(), announce="on-spot"), pages={"spare": 5}, boxes={"spare": 5}))
    screen = Projector(hall)
    hall.inside = hall.voters()
    hall.open("finance")
    cast(hall, [FOR_ZHANG, FOR_LI] * 3)
    count(hall)
    assert "票" in screen.text()
    hall.service.conduct.announce(hall.id, ["finance"], "hall")
    told = screen.look()["tables"][0]["outcome"]
    assert told == ["得票相同，不能确定人选。", "没有人选达到通过线。", "是否再次投票，由会议决定。"]
    hall.service.conduct.decide(hall.id, "finance", "revote", "主持人")
    assert screen.look()["tables"][0]["outcome"][-1] == "会议决定：再次投票。"

    hall.open("finance")
    scene = screen.look()
    assert (scene["scene"], scene["round"]) == ("poll", "第 2 轮")
    hall.service.polls.void(hall.id, "p2", "停电", ["甲", "乙"])
    scene = screen.look()
    assert (scene["scene"], scene["status"]) == ("void", "本次投票作废")

    hall.open("finance")
    cast(hall, [FOR_ZHANG] * 5)
    count(hall)
    assert screen.look()["scene"] == "counted"
    hall.service.conduct.announce(hall.id, ["finance"], "hall")
    table = screen.look()["tables"][0]
    assert (table["round"], table["outcome"]) == ("第 2 轮", ["通过人选：张三。"])


@pytest.mark.parametrize(
    ("mode", "told"),
    [("report-then-feedback", ["committee", "subject"]), ("limited-later", ["committee", "scope"]),
     ("internal", ["committee"])],
)  # fmt: skip
def test_a_result_that_is_not_for_the_hall_is_never_there(hall_of: HallOf, mode: str, told: list[str]) -> None:
    chief = approval("chief", ballot=GRADE, rules=[], subject={"id": "chief", "name": "杨志强"}, title="述廉")
    hall = hall_of(meeting_file(item(chief, announce=mode)))
    screen = Projector(hall)
    hall.inside = hall.voters()
    hall.open("chief")
    cast(hall, [{"grade": "good"}] * 6)
    count(hall)
    scene = screen.look()
    assert scene["counts"] == [["发出票", "6"], ["收回票", "6"]]
    assert scene["lines"] == ["计票完成。结果按规定报告，不在会场公布。"]
    for audience in told:
        hall.service.conduct.announce(hall.id, ["chief"], audience)
        scene = screen.look()
        assert (scene["scene"], scene["tables"], scene["agenda"][0]["state"]) == ("agenda", [], "已计票")
        assert "好" not in json.dumps(scene, ensure_ascii=False)


def test_nine_people_are_nine_rows_and_twenty_candidates_two_pages(hall_of: HallOf) -> None:
    chiefs = [
        approval(
            f"s{number}",
            ballot=GRADE,
            rules=[{"rule": "rate", "id": "well", "grades": ["good"]}],
            subject={"id": f"s{number}", "name": f"干部{number}", "unit": "农业农村局", "title": "局长"},
        )
        for number in range(9)
    ]
    many = {"kind": "approval", "candidates": [{"id": f"c{n}", "name": f"候选人{n}"} for n in range(20)]}
    council = approval("council", ballot={**many, "max_approve": 20}, rules=[PASS])
    review = {**item(*chiefs, announce="publish"), "id": "review", "title": "民主评议"}
    hall = hall_of(meeting_file(review, item(council, announce="on-spot"), pages={"spare": 4}))
    screen = Projector(hall)
    hall.inside = hall.voters()
    names = [one["id"] for one in chiefs]
    hall.open(*names)
    cast(hall, [{"grade": "good"}] * 4 + [{"unknown": True}])
    assert screen.look()["figures"][0]["number"] == "45"  # nine papers of five people
    count(hall)
    hall.service.conduct.announce(hall.id, names, "hall")
    (table,) = screen.look()["tables"]
    assert (table["title"], table["series"]) == ("民主评议", ["好", "差", "不了解", "弃权"])
    assert [row["name"] for row in table["rows"]] == [f"干部{number}" for number in range(9)]
    assert {(tuple(row["votes"]), row["verdict"]) for row in table["rows"]} == {((4, 0, 1, 0), "好率 80.00%")}

    hall.open("council")
    cast(hall, [{"marks": {"c0": "approve"}}])
    count(hall)
    hall.service.conduct.announce(hall.id, ["council"], "hall")
    pages = screen.look()["tables"]
    assert [len(page["rows"]) for page in pages] == [10, 10]
    assert pages[0]["lines"] == ["通过线：同意票超过应到 6 人的半数"]


def test_what_people_wrote_and_small_classes_are_not_on_the_screen(hall_of: HallOf) -> None:
    classes = [{"id": "A", "name": "常委", "expected": 6}, {"id": "B", "name": "委员", "expected": 3}]
    motion = approval(voters=["A", "B"])
    names = approval(
        "names", ballot={"kind": "pick", "options": [{"id": "ma", "name": "马"}], "max": 1, "write_in": 1}, rules=[]
    )
    remark = approval("remark", ballot={"kind": "comment", "max_chars": 9}, rules=[])
    agenda = [item(one, announce="publish") for one in (motion, names, remark)]
    hall = hall_of(meeting_file(*agenda, classes=classes))
    screen = Projector(hall)
    hall.inside = hall.voters()
    of_b = [hall.redeem(phone) for phone in hall.phones(voter_class="B")]
    hall.service.conduct.attendance(hall.id, {"B": 3}, "门岗")
    poll = hall.open("budget")
    hall.cast(hall.line(of_b[0], {"marks": {"budget": "oppose"}}, paper=poll.papers[0]))
    count(hall)
    hall.service.conduct.announce(hall.id, ["budget"], "hall")
    assert screen.look()["tables"][0]["rows"][0]["votes"] == [0, 1, 0]
    assert '"3"' not in screen.text()
    for contest, choice in (("names", {"picks": [], "write_in": ["王五"]}), ("remark", {"text": "很好"})):
        hall.open(contest)
        cast(hall, [choice] * 6)
        count(hall)
        hall.service.conduct.announce(hall.id, [contest], "hall")
        assert "王五" not in screen.text()
        assert "很好" not in screen.text()


def test_a_tampered_result_is_not_shown(hall_of: HallOf) -> None:
    """Whoever writes into the database changes what the ledger says, and the screen says stop (threats.md)."""
    hall = hall_of(meeting_file(item(post(), announce="on-spot")))
    hall.inside = hall.voters()
    hall.open("finance")
    cast(hall, [FOR_ZHANG] * 2 + [FOR_LI] * 4)
    count(hall)
    hall.service.conduct.announce(hall.id, ["finance"], "hall")
    assert rows(Projector(hall).look())[1]["verdict"] == "通过"

    with hall.service.store.write() as session:
        line = session.query(LedgerLine).filter_by(meeting=hall.id, type="result").one()
        entry: Any = canonical.decode_object(line.line)
        tally = entry["contests"]["finance"]["tally"]
        tally["zhang"], tally["li"] = tally["li"], tally["zhang"]
        line.line = canonical.encode(entry)
    hall.service.acts.states = States()  # as after a restart
    scene = Projector(hall).look()
    assert (scene["scene"], scene["tables"]) == ("stopped", [])
    assert "张三" not in json.dumps(scene, ensure_ascii=False)


def test_an_unchanged_screen_costs_nothing_and_the_page_has_no_secret(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(title="<script>alert(1)</script>“会议”", locale="en"))
    screen = Projector(hall)
    first = screen.answer()
    again = screen.answer(**{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in first.headers

    page = screen.client.get(f"/m/{hall.id}/screen")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "style=" not in page.text
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "Meeting words" in page.text
    words = fingerprint_words(hall.published.fingerprint, "en").split()
    assert all(f"<span>{word}</span>" in page.text for word in words)
    for slip in hall.published.slips:
        assert slip.url.partition("#")[2].partition(".")[0] not in page.text
    for path in ("/m/nothing/screen", "/m/nothing/screen/data"):
        assert create_app(hall.service).test_client().get(path).status_code == 404
