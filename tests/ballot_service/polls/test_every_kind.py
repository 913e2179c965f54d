"""Ballots of every kind from the paper to the count: one length for all, on paper too, and words that stay inside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ballot_service.app import create_app
from ballot_service.polls.paper_counts import count_paper
from crypto import canonical
from tests.meeting_kit import (
    GRADE,
    TWO,
    Hall,
    InProcess,
    Json,
    VoterWire,
    approval,
    assert_accepted,
    item,
    meeting_file,
    refused,
)

HallOf = Callable[[Json], Hall]

WORDS = "这里写的话不会到任何人的手机上"
NAME = "王五六七"
OPTIONS = [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}]
RANK = {"rule": "rank", "id": "order", "by": "picks"}
KINDS: dict[str, tuple[Json, list[Json], Json]] = {
    # kind: ballot, six choices (the last two invalid), tally
    "approval": (
        {"kind": "approval", "candidates": OPTIONS, "max_approve": 1},
        [
            {"marks": {"a": "approve"}}, {"marks": {"a": "approve", "b": "oppose"}}, {"marks": {"b": "approve"}}, {},
            {"marks": {"a": "approve", "b": "approve"}}, {"marks": {"c": "approve"}},
        ],
        {"a": {"approve": 2, "oppose": 0, "abstain": 2}, "b": {"approve": 1, "oppose": 1, "abstain": 2}},
    ),
    "pick": (
        {"kind": "pick", "options": OPTIONS, "max": 2, "write_in": 1},
        [
            {"picks": ["a"], "write_in": [NAME]}, {"picks": ["a", "b"]}, {"write_in": ["乙"]}, {},
            {"picks": ["a"], "write_in": ["甲"]}, {"picks": ["a", "b"], "write_in": [NAME]},
        ],
        {"a": 2, "b": 2, "write_in": {NAME: 1}},
    ),
    "grade": (
        GRADE,
        [{"grade": "good"}, {"grade": "good"}, {"unknown": True}, {}, {"grade": "fair"}, {"unknown": False}],
        {"good": 2, "poor": 0},
    ),
    "score": (
        {"kind": "score", "min": 0, "max": 100, "step": "0.5", "unknown": False},
        [{"score": 85}, {"score": "85.5"}, {"score": 85}, {}, {"score": "85.0"}, {"score": "0.25"}],
        {"85": 2, "85.5": 1},
    ),
    "comment": (
        {"kind": "comment", "max_chars": 20},
        [{"text": WORDS}, {"text": "好"}, {"text": WORDS}, {}, {"text": "一" * 21}, {"text": "a\nb"}],
        {"texts": sorted([WORDS, "好", WORDS])},
    ),
}  # fmt: skip


def question(kind: str, contest: str = "team") -> Json:
    rules = [RANK] if kind == "pick" else []
    return {"id": contest, "title": contest, "voters": ["A"], "ballot": KINDS[kind][0], "rules": rules}


def polled(hall: Hall, choices: list[Json], contest: str = "team") -> Json:
    """The round object of a whole poll."""
    opened = hall.open(contest)
    for phone, choice in zip(hall.inside, choices, strict=False):
        hall.cast(hall.line(phone, choice))
    hall.service.polls.close(hall.id)
    hall.release(opened.box)
    return hall.service.boxes.open(hall.id)[contest]


@pytest.mark.parametrize("kind", KINDS)
def test_a_ballot_of_each_kind_is_counted_and_spoils_only_itself(hall_of: HallOf, tmp_path: Path, kind: str) -> None:
    hall = hall_of(meeting_file(item(question(kind))))
    hall.inside = hall.voters()
    _ballot, choices, tally = KINDS[kind]
    judged = polled(hall, choices)
    assert judged["tally"] == tally
    assert (judged["counts"]["total"]["invalid"], judged["counts"]["total"]["abstain"]) == (2, 1)
    assert_accepted(hall.judged(tmp_path))


@pytest.mark.parametrize("kind", KINDS)
def test_ballots_of_one_paper_are_of_one_length_whatever_they_say(hall_of: HallOf, kind: str) -> None:
    hall = hall_of(meeting_file(item(question(kind))))
    hall.inside = hall.voters()
    hall.open("team")
    wire = VoterWire(InProcess(create_app(hall.service)), hall)
    lines = [hall.line(phone, choice) for phone, choice in zip(hall.inside, KINDS[kind][1], strict=True)]
    assert len({len(line) for line in lines}) == 1
    assert {wire.cast(line).status for line in lines} == {201}, "each fits into the route's one length"


@pytest.mark.parametrize("kind", KINDS)
def test_paper_ballots_of_each_kind_are_counted_by_two_tellers(hall_of: HallOf, tmp_path: Path, kind: str) -> None:
    hall = hall_of(meeting_file(item(question(kind)), expected=12))
    phones = [hall.redeem(phone) for phone in hall.phones(6)]
    hall.service.conduct.attendance(hall.id, {"A": 12}, "门岗")
    _ballot, choices, tally = KINDS[kind]
    poll = hall.poll(lambda _poll: [hall.line(phone, one) for phone, one in zip(phones, choices, strict=True)], "team")
    kinds = {canonical.encode(one): one for one in choices}
    counted = [{"choice": one, "times": choices.count(one)} for one in kinds.values()]
    for teller in ("甲", "乙"):
        count_paper(hall.service.acts, hall.id, "team", "A", handed_out=6, ballots=counted, teller=teller)
    hall.release(poll.box)
    judged = hall.service.boxes.open(hall.id)["team"]
    assert judged["tally"] == twice(tally)
    assert_accepted(hall.judged(tmp_path))


def twice(tally: Any) -> Any:
    if isinstance(tally, dict):
        return {name: twice(value) for name, value in tally.items()}
    return sorted(tally * 2) if isinstance(tally, list) else 2 * tally


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "approval"])
def test_opinions_of_a_small_group_are_not_polled_unless_two_officers_say_so(
    hall_of: HallOf, tmp_path: Path, kind: str
) -> None:
    hall = hall_of(meeting_file(item(question(kind))))
    hall.inside = hall.voters(4)
    with refused("class-too-small", hall):
        hall.service.polls.open(hall.id, ["team"])
    hall.service.polls.open(hall.id, ["team"], ["A"])
    hall.service.polls.void(hall.id, None, "演练", TWO)
    assert_accepted(hall.judged(tmp_path))


@pytest.mark.parametrize("kind", ["comment", "pick"])
def test_words_in_a_voters_own_hand_never_reach_a_phone(hall_of: HallOf, kind: str) -> None:
    """Announced to the hall and to the public all the same: everything else of the result is told."""
    hall = hall_of(meeting_file(item(question(kind), announce="publish")))
    hall.inside = hall.voters()
    polled(hall, KINDS[kind][1])
    for audience in ("hall", "public"):
        hall.service.conduct.announce(hall.id, ["team"], audience)
    web = InProcess(create_app(hall.service))
    (poll,) = hall.state().polls.values()
    shown = web.get(f"/meetings/{hall.id}/state").json()
    papers = [f"papers/{paper['paper']}" for paper in shown["polls"][0]["papers"]]
    told = shown["results"]["team"]
    assert told["counts"]["total"]["valid"] == 4
    if kind == "pick":
        assert told["tally"] == {"a": 2, "b": 2}
        assert told["ranks"] == {"order": {"a": 1, "b": 1}}
    else:
        assert told["tally"] == {}
    for address in ("head", "state", "checkpoint", "keys/A", f"polls/{poll.id}/ballot-ids", *papers):
        text = web.get(f"/meetings/{hall.id}/{address}").body.decode()
        for word in (WORDS, NAME):
            assert word not in text, address
            assert json.dumps(word)[1:-1] not in text, address


def test_a_motion_beside_an_opinion_is_polled_together(hall_of: HallOf, tmp_path: Path) -> None:
    """All kinds on one box, each contest on its own page."""
    questions = [question(kind, kind) for kind in KINDS]
    hall = hall_of(meeting_file(item(*questions, approval())))
    hall.inside = hall.voters()
    opened = hall.open(*KINDS, "budget")
    for paper in opened.papers[:-1]:
        for phone, choice in zip(hall.inside, KINDS[paper.contest_id][1], strict=True):
            hall.cast(hall.line(phone, choice, paper=paper))
    hall.service.polls.close(hall.id)
    hall.release(opened.box)
    judged = hall.service.boxes.open(hall.id)
    assert {kind: judged[kind]["tally"] for kind in KINDS} == {kind: tally for kind, (_, _, tally) in KINDS.items()}
    again = hall.service.boxes.recount(hall.id, opened.id)
    assert again == judged
    assert_accepted(hall.judged(tmp_path))
