"""Paper ballots: two tellers who count apart; what differs is said when both have counted, and not before."""

from __future__ import annotations

import html
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from ballot_service.console.roles import Role
from ballot_service.running import paper_grid
from ballot_service.running.forms import Form
from ballot_service.store.tables import TellerCount
from crypto import canonical
from tests.ballot_service.running.officer import Officer
from tests.meeting_kit import GRADE, TWO, Hall, Json, approval, item, meeting_file, publish


@pytest.fixture
def counting(service: Any) -> Officer:
    """A closed poll of two questions; five of ten voted on paper."""
    choose = approval(
        "post",
        ballot={
            "kind": "approval",
            "max_approve": 1,
            "candidates": [{"id": "a", "name": "张三"}, {"id": "b", "name": "李四"}],
        },
    )
    hall = publish(service, meeting_file(item(approval()), item(choose), expected=10))
    hall.service.conduct.attendance(hall.id, {"A": 10}, "门岗")
    phones = [hall.redeem(phone) for phone in hall.phones(10)[:5]]
    for phone in hall.phones(10)[5:]:
        hall.service.conduct.change_slip(hall.id, "voided", "A", phone.token, "换领纸质票", TWO)
    hall.service.polls.open(hall.id, ["budget", "post"])
    poll = hall.state().open_poll
    assert poll is not None
    for phone in phones:
        hall.cast(hall.line(phone, paper=poll.papers[0]))
    hall.service.polls.close(hall.id)
    return Officer(hall)


def count(officer: Officer, contest: str, teller: str, **fields: Any) -> Any:
    size = officer.hall.state().size
    return officer.post(f"paper/{contest}/A", {"seen": size, "teller": teller, "handed_out": 5, **fields})


def test_two_equal_counts_enter_the_ledger(counting: Officer) -> None:
    one = {"n-approve": 3, "n-oppose": 1, "n-invalid*": 1}
    answer = count(counting, "budget", "甲", **one)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/meetings/{counting.hall.id}/paper?first=1")
    page = counting.get("paper/budget/A").get_data(as_text=True)
    assert 'value="3"' not in page
    assert "第二名计票人" in page
    answer = count(counting, "budget", "乙", **one)
    assert answer.headers["Location"].endswith("?entered=1")
    (entry,) = counting.hall.entries("paper-count")
    assert entry["tellers"] == ["甲", "乙"]
    assert {one["times"] for one in entry["ballots"]} == {3, 1}
    assert "已入账" in counting.get("paper").get_data(as_text=True)
    again = count(counting, "budget", "丙", **one)
    assert again.status_code == 400
    assert "已经入账" in again.get_data(as_text=True)


def test_counts_that_differ_are_dropped_and_the_page_says_in_what(counting: Officer) -> None:
    assert count(counting, "budget", "甲", **{"n-approve": 4, "n-oppose": 1}).status_code == 303
    answer = count(counting, "budget", "乙", **{"n-approve": 3, "n-oppose": 2})
    assert answer.status_code == 409
    shown = html.unescape(answer.get_data(as_text=True))
    assert "同意：4 / 3" in shown
    assert "不同意：1 / 2" in shown
    assert "发出：" not in shown
    assert counting.hall.entries("paper-count") == []
    with counting.hall.service.store.read() as session:
        assert session.query(TellerCount).count() == 0
    assert "第一名计票人" in counting.get("paper/budget/A").get_data(as_text=True)


def test_one_teller_does_not_count_twice(counting: Officer) -> None:
    fields = {"n-approve": 5}
    assert count(counting, "budget", "甲", **fields).status_code == 303
    assert count(counting, "budget", "甲", **fields).status_code == 400
    assert counting.hall.entries("paper-count") == []


def test_ballots_with_several_candidates_are_entered_by_what_they_say(counting: Officer) -> None:
    first = {"lines": 8, "t0": 2, "m0-a": "approve", "m0-b": "oppose", "t1": 3, "m1-a": "oppose", "m1-b": "approve"}
    # The second teller writes the same pile in another order, and one kind on two lines.
    second = {"lines": 8, "t0": 1, "m0-a": "oppose", "m0-b": "approve", "t3": 2, "m3-a": "oppose", "m3-b": "approve"}
    second |= {"t5": "２", "m5-a": "approve", "m5-b": "oppose"}
    assert count(counting, "post", "甲", **first).status_code == 303
    assert count(counting, "post", "乙", **second).status_code == 303
    (entry,) = counting.hall.entries("paper-count")
    assert [one["times"] for one in entry["ballots"]] == [2, 3]
    missing = {**first, "m0-b": ""}
    answer = count(counting, "post", "丙", **missing)
    assert answer.status_code == 400


def test_more_lines_keep_what_was_typed(counting: Officer) -> None:
    answer = count(counting, "post", "甲", lines=8, t0=2, more=1, **{"m0-a": "approve"})
    shown = answer.get_data(as_text=True)
    assert 'name="t15"' in shown
    assert 'name="t0" inputmode="numeric" class="few" autocomplete="off" aria-label="张数" value="2"' in shown


def test_too_few_paper_ballots_are_refused_in_words(counting: Officer) -> None:
    answer = count(counting, "budget", "甲", handed_out=2, **{"n-approve": 2})
    assert answer.status_code == 409
    assert "等于公开投票" in answer.get_data(as_text=True)


PICK: Json = {
    "kind": "pick",
    "max": 2,
    "write_in": 1,
    "options": [{"id": "a", "name": "张三", "note": None}, {"id": "b", "name": "李四", "note": None}],
}
FORMS = {
    "grade": (GRADE, {"n-good": "4", "n-unknown*": "1", "n-blank*": "2"}, {'{"choice":{"grade":"good"}}': 4}),
    "pick": (PICK, {"t0": "3", "p0-b": "on", "p0-a": "on"}, {'{"choice":{"picks":["a","b"],"write_in":[]}}': 3}),
    "written": (PICK, {"t0": "1", "w0": " 王五、"}, {'{"choice":{"picks":[],"write_in":["王五"]}}': 1}),
    "score": (
        {"kind": "score", "min": "0", "max": "100", "step": "1/2", "unknown": False},
        {"t0": "2", "s0": "８５", "t1": "1", "s1": "85.5"},
        {'{"choice":{"score":85}}': 2, '{"choice":{"score":"85.5"}}': 1},
    ),
    "comment": ({"kind": "comment", "max_chars": 100}, {"t0": "1", "c0": "很好"}, {'{"choice":{"text":"很好"}}': 1}),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_kind_of_ballot_has_its_grid(name: str) -> None:
    ballot, fields, expected = FORMS[name]
    form = Form(MultiDict(fields))
    found = paper_grid.read_ballots(ballot, form)
    form.check()
    as_text = {canonical.encode({k: v for k, v in one.items() if k != "times"}).decode(): one["times"] for one in found}
    assert expected.items() <= as_text.items()
    for one in found:
        assert paper_grid.describe(ballot, one).zh


def test_the_page_is_for_tellers(counting: Officer) -> None:
    hall: Hall = counting.hall
    assert hall.state().waiting_polls
    host = Officer(hall, Role.HOST, login="host")
    assert host.get("paper").status_code == 403
    assert host.post("paper/budget/A", {"seen": hall.state().size, "handed_out": 0, "teller": "甲"}).status_code == 403
