"""Opening polls: what may not happen is refused, in the order of docs/formats (§7), and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.meeting_kit import GRADE, TWO, Hall, Json, approval, item, meeting_file, refused

HallOf = Callable[[Json], Hall]


def telling(contest: str = "team") -> Json:
    """A contest whose answers a small class would give away."""
    return {"id": contest, "title": contest, "voters": ["A"], "ballot": GRADE}


def post(contest: str = "chief", max_rounds: int = 2) -> Json:
    """Two candidates for one post."""
    candidates = [{"id": "zhang", "name": "张三"}, {"id": "li", "name": "李四"}]
    return approval(
        contest,
        post="chief",
        ballot={"kind": "approval", "max_approve": 1, "candidates": candidates},
        rules=[
            {"rule": "pass", "over": "1/2", "of": "expected"},
            {"rule": "seats", "seats": 1, "max_rounds": max_rounds, "on_failure": "committee"},
        ],
    )


def undecided_round(hall: Hall, contest: str = "chief") -> None:
    """A poll that nobody votes in: nobody passes."""
    poll = hall.poll(lambda _poll: [], contest)
    hall.release(poll.box)
    hall.service.boxes.open(hall.id, poll.id)


def test_the_refusals_of_a_poll_come_in_their_order(hall_of: HallOf) -> None:
    """Everything is wrong at once; each correction brings the next refusal to light."""
    hall = hall_of(
        meeting_file(
            item(approval("warm-up")),
            item(post(), steps=["introduce"]),
            item(telling(), steps=["report"], quorum={"at_least": "2/3", "of": "expected"}),
            pages={"spare": 3},
        )
    )
    conduct, polls = hall.service.conduct, hall.service.polls

    def ask(*contests: str) -> None:
        polls.open(hall.id, contests)

    with refused("step-missing", hall):
        ask("chief", "team")
    conduct.step(hall.id, "chief", "introduce", None)
    with refused("step-missing", hall):
        ask("chief", "team")
    conduct.step(hall.id, "team", "report", None)

    phones = hall.phones()
    for phone in phones[:3]:
        hall.redeem(phone)
    with refused("attendance-missing", hall):
        ask("team")
    conduct.attendance(hall.id, {"A": 2}, "门岗")
    with refused("more-slips-than-present", hall):
        ask("team")
    conduct.attendance(hall.id, {"A": 3}, "门岗")
    with refused("quorum-not-held", hall):
        ask("team")
    conduct.attendance(hall.id, {"A": 5}, "门岗")
    with refused("class-too-small", hall):
        ask("team")

    polls.open(hall.id, ["warm-up"])
    with refused("poll-open", hall):
        ask("nope", "chief", "team")
    polls.close(hall.id)
    with refused("poll-open", hall):
        ask("warm-up", "nope", "chief", "team")  # it waits for its box
    polls.void(hall.id, None, "演练", TWO)
    with refused("not-admitted", hall):
        ask("nope", "chief", "team")
    undecided_round(hall)
    with refused("no-decision", hall):
        ask("chief", "team")
    conduct.decide(hall.id, "chief", "revote", "县委")

    with refused("class-too-small", hall):
        ask("chief", "team")
    for phone in phones[3:5]:
        hall.redeem(phone)
    # Six pages: one for the warm-up, one for round one; void polls spend the others.
    for _spent in range(4):
        polls.open(hall.id, ["warm-up"])
        polls.void(hall.id, None, "演练", TWO)
    with refused("no-page-left", hall):
        ask("chief", "team")


def test_no_more_rounds_than_the_rules_say(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(item(post(max_rounds=2))))
    hall.voters()
    undecided_round(hall)
    hall.service.conduct.decide(hall.id, "chief", "revote", "县委")
    undecided_round(hall)
    with refused("nothing-to-decide", hall):
        hall.service.conduct.decide(hall.id, "chief", "revote", "县委")
    with refused("round-limit", hall):
        hall.service.polls.open(hall.id, ["chief"])


def test_a_counted_contest_is_not_polled_again(hall: Hall) -> None:
    hall.voters()
    poll = hall.poll(lambda _poll: [])
    hall.release(poll.box)
    hall.service.boxes.open(hall.id)
    with refused("round-limit", hall):
        hall.service.polls.open(hall.id, ["budget"])


def test_when_the_boxes_of_the_ceremony_are_used_up_no_poll_opens(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(pages={"spare": 6}, boxes={"spare": 2}))
    hall.voters()
    for _box in range(3):
        hall.open()
        hall.service.polls.void(hall.id, None, "演练", TWO)
    with refused("no-box-left", hall):
        hall.service.polls.open(hall.id, ["budget"])


def test_two_officers_may_take_a_small_group_on_themselves(hall_of: HallOf) -> None:
    hall = hall_of(meeting_file(item(telling())))
    hall.voters(3)
    with refused("class-too-small", hall):
        hall.service.polls.open(hall.id, ["team"])
    hall.service.polls.open(hall.id, ["team"], ["A"])
    assert hall.entries("poll-open")[0]["small_groups"] == ["A"]


def test_a_poll_without_contests_or_with_one_twice_is_refused(hall: Hall) -> None:
    hall.voters()
    for contests in ([], ["budget", "budget"]):
        with refused("bad-request", hall):
            hall.service.polls.open(hall.id, contests)


def test_a_refused_poll_leaves_no_key_behind(hall: Hall) -> None:
    before = hall.service.keyring.files.names("meetings", hall.id)
    with refused("attendance-missing", hall):
        hall.service.polls.open(hall.id, ["budget"])
    assert hall.service.keyring.files.names("meetings", hall.id) == before


def test_recusal_takes_out_of_issued_and_only_before_the_paper_is_printed(hall: Hall) -> None:
    hall.voters()
    with refused("bad-request", hall):
        hall.service.polls.recuse(hall.id, "budget", "A", 7)
    with refused("bad-request", hall):
        hall.service.polls.recuse(hall.id, "budget", "Z", 1)
    hall.service.polls.recuse(hall.id, "budget", "A", 2)
    hall.open()
    with refused("poll-open", hall):
        hall.service.polls.recuse(hall.id, "budget", "A", 1)
    assert hall.service.polls.close(hall.id).counts[0]["issued"] == 4


def test_one_ballot_more_than_issued_cannot_be_closed_only_voided(hall: Hall) -> None:
    """A recused person voted all the same: the ledger would fail, so the poll is void, and its ballots are gone."""
    phones = hall.voters()
    hall.service.polls.recuse(hall.id, "budget", "A", 1)
    hall.open()
    for phone in phones:
        hall.cast(hall.line(phone))
    with refused("more-slips-than-present", hall):
        hall.service.polls.close(hall.id)
    assert hall.service.figures(hall.id)["returned"] == 6, "a refused close takes nothing out of the intake"
    hall.service.polls.void(hall.id, None, "回避的人投了票", TWO)
    assert hall.entries("ballot") == []


@pytest.mark.parametrize("present", [0, 5])
def test_a_close_with_more_slips_than_people_present_is_refused_and_the_poll_stays_open(
    hall: Hall, present: int
) -> None:
    phones = hall.phones()
    hall.service.conduct.attendance(hall.id, {"A": 5}, "门岗")
    for phone in phones[:5]:
        hall.redeem(phone)
    hall.open()
    hall.redeem(phones[5])
    hall.service.conduct.attendance(hall.id, {"A": present}, "门岗")
    with refused("more-slips-than-present", hall):
        hall.service.polls.close(hall.id)
    hall.service.conduct.attendance(hall.id, {"A": 6}, "门岗")
    hall.cast(hall.line(phones[5]))
    assert hall.service.polls.close(hall.id).counts[0]["returned"] == 1
