"""How far a round is, from real ledgers; and what phones get of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ballot_service.disclosure import Phase, Standing, announced_results, for_officer, standing, voters_may_take
from ballot_service.meetings.state import Poll
from tests.meeting_kit import APPROVE, GRADE, Hall, Json, approval, item, meeting_file

SEATS: Json = {"rule": "seats", "seats": 1, "max_rounds": 2, "on_failure": "revote"}


def post(**fields: Any) -> Json:
    return approval(
        ballot={"kind": "approval", "candidates": [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}]},
        rules=[{"rule": "pass", "over": "1/2", "of": "expected"}, SEATS],
        **fields,
    )


@pytest.fixture
def database_url(tmp_path: object) -> str:
    """Nothing here depends on the database."""
    return f"sqlite:///{tmp_path}/ballots.sqlite3"


def test_a_round_from_its_poll_to_its_announcements(hall_of: Callable[[Json], Hall]) -> None:
    hall = hall_of(meeting_file(item(post(), announce="on-spot")))
    hall.voters()
    assert standing(hall.state(), "budget") == Standing("on-spot", Phase.WAITING)
    hall.open("budget")
    assert standing(hall.state(), "budget").phase == Phase.WAITING
    hall.service.polls.close(hall.id)
    assert standing(hall.state(), "budget").phase == Phase.CLOSED
    hall.release(1)
    hall.service.boxes.open(hall.id)
    assert standing(hall.state(), "budget") == Standing("on-spot", Phase.COUNTED)
    assert announced_results(hall.state()) == {}

    hall.poll(lambda _poll: [], "budget")  # again, before anybody was told of the first round
    assert standing(hall.state(), "budget") == Standing("on-spot", Phase.CLOSED)
    assert standing(hall.state(), "budget", 1) == Standing("on-spot", Phase.COUNTED)
    hall.service.polls.void(hall.id, "p2", "停电", ["甲", "乙"])
    assert standing(hall.state(), "budget", 2) == Standing("on-spot", Phase.WAITING)

    hall.poll(lambda _poll: [], "budget")
    hall.release(3)
    hall.service.boxes.open(hall.id)
    hall.service.conduct.announce(hall.id, ["budget"], "hall")
    for number in (1, 2):  # the earlier undecided round with the last one
        assert standing(hall.state(), "budget", number) == Standing("on-spot", Phase.COUNTED, ("hall",))
    assert announced_results(hall.state())["budget"]["round"] == 2
    with pytest.raises(KeyError):
        standing(hall.state(), "nobody")


def test_ballots_leave_only_when_every_contest_of_their_box_was_told_to_those_in_the_hall(
    hall_of: Callable[[Json], Hall],
) -> None:
    grade = approval("chief", ballot=GRADE, rules=[])
    remark = approval("remark", ballot={"kind": "comment", "max_chars": 9}, rules=[])
    agenda = [item(one, announce=mode) for one, mode in ((approval(), "on-spot"), (grade, "publish"))]
    hall = hall_of(meeting_file(*agenda, item(remark, announce="publish")))
    phones = hall.voters()
    hall.poll(lambda poll: [hall.line(phones[0], APPROVE, paper=poll.papers[0])], "budget", "chief")
    hall.poll(lambda _poll: [], "remark")
    assert not any(voters_may_take(hall.state(), poll) for poll in hall.state().polls.values())
    for box in (1, 2):
        hall.release(box)
        hall.service.boxes.open(hall.id, f"p{box}")

    def may_take() -> list[bool]:
        return [voters_may_take(hall.state(), poll) for poll in hall.state().polls.values()]

    assert may_take() == [False, False]
    hall.service.conduct.announce(hall.id, ["budget"], "hall")
    assert may_take() == [False, False]
    hall.service.conduct.announce(hall.id, ["chief", "remark"], "hall")
    assert may_take() == [True, False]  # remarks never leave


def test_an_officer_is_given_as_much_of_a_poll_as_the_roles_allow(hall_of: Callable[[Json], Hall]) -> None:
    remark = approval("remark", ballot={"kind": "comment", "max_chars": 9}, rules=[])
    hall = hall_of(meeting_file(item(approval(), announce="internal"), item(remark, announce="internal")))
    phones = hall.voters()
    choices: list[Json] = [APPROVE, {"text": "很好"}]

    def lines(poll: Poll) -> list[bytes]:
        return [hall.line(phones[0], choice, paper=poll.papers[place]) for place, choice in enumerate(choices)]

    hall.poll(lines, "budget", "remark")
    hall.release(1)
    judged = hall.service.boxes.open(hall.id)

    def given(*roles: str) -> Json:
        return for_officer(hall.state(), judged, roles)

    assert given("organiser") == judged == given("teller", "supervisor")
    assert given("teller")["remark"]["tally"] == {}
    assert given("host")["budget"].keys() == {"round", "poll", "counts"}
    assert given() == {}
    hall.service.conduct.announce(hall.id, ["budget", "remark"], "committee")
    assert given("host") == judged
