"""The promise: whatever voters write, the box can be opened and the ledger be read: a result fits into one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ballot_service.ledger.limits import MAX_LINE_BYTES
from ballot_service.meetings.meeting_file import Refusal, read_meeting_value
from ballot_service.meetings.result_sizes import longest_result
from crypto import canonical
from tests.meeting_kit import Hall, Json, item, meeting_file, refused
from verify import rules

HallOf = Callable[[Json], Hall]


def remarks(contest: str = "remarks", voters: list[str] | None = None, max_chars: int = 2000) -> Json:
    ballot = {"kind": "comment", "max_chars": max_chars}
    return {"id": contest, "title": contest, "voters": voters or ["A"], "ballot": ballot}


def test_remarks_of_more_people_than_a_line_can_hold_are_refused_before_publishing() -> None:
    read_meeting_value(meeting_file(item(remarks(max_chars=500)), expected=2000))
    two = {"classes": [{"id": one, "name": one, "expected": 1000} for one in "AB"]}
    read_meeting_value(meeting_file(item(remarks(voters=["A", "B"], max_chars=250)), **two))
    for file in (
        meeting_file(item(remarks()), expected=600),
        meeting_file(item(remarks(voters=["A", "B"], max_chars=500)), **two),
        meeting_file(
            item({**remarks(), "ballot": {"kind": "pick", "options": [], "max": 50, "write_in": 50}}), expected=999
        ),
    ):
        with pytest.raises(Refusal) as caught:
            read_meeting_value(file)
        (problem,) = caught.value.problems
        assert (caught.value.code, problem.path) == ("bad-meeting-file", "agenda[0].contests[0].ballot")


def test_contests_that_only_together_are_too_long_are_polled_apart(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(item(remarks("one"), remarks("two")), expected=300))
    hall.inside = hall.voters(5)
    with refused("too-large", hall):
        hall.service.polls.open(hall.id, ["one", "two"])
    hall.service.polls.open(hall.id, ["one"])


def test_more_people_than_were_expected_when_it_was_published_are_reckoned_with(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(item(remarks())))
    hall.service.conduct.change_expected(hall.id, "A", 600, "名单更正", ["甲", "乙"])
    hall.inside = hall.voters(5)
    with refused("too-large", hall):
        hall.service.polls.open(hall.id, ["remarks"])


def test_no_line_is_appended_that_no_reader_would_take(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(item(remarks())))
    with refused("too-large", hall), hall.service.acts.begin(hall.id) as act:
        act.add_timed("input", id="x", value="1", evidence="证" * (MAX_LINE_BYTES // 3), by="甲")
    with refused("too-large", hall), hall.service.acts.begin(hall.id) as act:
        act.add("booklet", slips=["A" * 22] * 2**17)


OPTIONS = [{"id": "x" * 64, "name": "甲", "note": None}, {"id": "b", "name": "乙", "note": None}]
CLASSES = {"classes": None}
MEAN = {"rule": "mean", "id": "m", "cite": None, "points": None, "of": "scored", **CLASSES}
RANK = {"rule": "rank", "id": "order", "cite": None, **CLASSES}
FILLED: dict[str, tuple[Json, list[Json], Callable[[int], Json]]] = {
    "comment": ({"kind": "comment", "max_chars": 40}, [], lambda n: {"text": "😀" * 36 + f"{n:04}"}),
    "pick": (
        {"kind": "pick", "options": OPTIONS, "max": 3, "write_in": 3},
        [{**RANK, "by": "picks"}, {**RANK, "id": "again", "by": "picks"}],
        lambda n: {"write_in": [f"{'😀' * 15}{n:04}{each}" for each in range(3)]},
    ),
    "score": (
        {"kind": "score", "min": "-999999999999", "max": "-999999999899", "step": "1/100", "unknown": False},
        [{**MEAN, "weights": {"A": "1/3", "B": "2/7"}}],
        lambda n: {"score": f"-9999999999{n % 90 + 9}.{n % 9 + 11}"},
    ),
    "approval": (
        {"kind": "approval", "candidates": OPTIONS, "max_approve": 2, "labels": {}},
        [
            {"rule": "pass", "id": None, "cite": None, "mark": "approve", "over": "1/2", "of": "valid", **CLASSES},
            {"rule": "bar", "id": None, "cite": None, "failures": 1, "months": 12, "count_loss": True, "reset": True},
            {**RANK, "by": "approve"},
        ],
        lambda n: {"marks": {"b": "oppose", "x" * 64: "oppose"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILLED)
def test_no_result_is_longer_than_it_was_thought_to_become(kind: str) -> None:
    ballot, its_rules, choice = FILLED[kind]
    contest: dict[str, Any] = {
        "id": "c", "title": "c", "post": "p" * 64 if kind == "approval" else None, "voters": ["A", "B"],
        "ballot": ballot, "rules": its_rules,
    }  # fmt: skip
    people = {"A": 60, "B": 40}
    made = {
        one: {canonical.encode(choice(n + 100 * place)): 1 for n in range(count)}
        for place, (one, count) in enumerate(people.items())
    }
    figures = {
        one: rules.ClassFigures(expected=people[one], present=people[one], issued=people[one], returned=len(made[one]))
        for one in people
    }
    judged = rules.judge_round(
        contest=contest, round_number=1, poll="p1", figures=figures, choices=made, quorum=None,
        present_at_opening=people, min_class=5, earlier=[],
    )  # fmt: skip
    entry = {"type": "result", "poll": "p1", "at": "2026-12-18T01:30Z", "contests": {"c": rules.result_form(judged)}}
    length = len(canonical.encode(entry))
    assert judged["counts"]["by_class"], "split: what is written stands in it twice"
    assert length <= longest_result([contest], people) <= 3 * length + 8_000
