"""Paper ballots: two tellers count apart from each other, and a few paper ballots are never shown as such."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ballot_service.polls.paper_counts import count_paper
from ballot_service.store.tables import TellerCount
from tests.meeting_kit import APPROVE, OPPOSE, TWO, Hall, Json, assert_accepted, meeting_file, publish, refused


@pytest.fixture
def hall(service: Any) -> Hall:
    """Eleven present, six with a booklet; the poll is closed with six ballots."""
    hall = publish(service, meeting_file(expected=11))
    phones = [hall.redeem(phone) for phone in hall.phones(6)]
    hall.service.conduct.attendance(hall.id, {"A": 11}, "门岗")
    hall.poll(lambda _poll: [hall.line(phone) for phone in phones])
    return hall


def count(hall: Hall, teller: str, ballots: list[Json], handed_out: int = 5, voter_class: str = "A") -> bool:
    return count_paper(
        hall.service.acts, hall.id, "budget", voter_class, handed_out=handed_out, ballots=ballots, teller=teller
    )


FIVE = [{"choice": APPROVE, "times": 3}, {"choice": OPPOSE, "times": 2}]


def test_a_count_is_entered_when_the_second_teller_finds_the_same(hall: Hall, tmp_path: Path) -> None:
    assert count(hall, "甲", FIVE) is False
    assert hall.entries("paper-count") == []
    assert count(hall, "乙", list(reversed(FIVE))) is True
    (entry,) = hall.entries("paper-count")
    assert entry["tellers"] == ["甲", "乙"]
    hall.release(1)
    judged = hall.service.boxes.open(hall.id)["budget"]
    assert judged["tally"]["budget"] == {"approve": 9, "oppose": 2, "abstain": 0}
    assert judged["counts"]["total"]["issued"] == 11
    assert_accepted(hall.judged(tmp_path))


def test_two_different_counts_are_both_dropped(hall: Hall) -> None:
    count(hall, "甲", FIVE)
    with refused("counts-differ", hall):
        count(hall, "乙", [{"choice": APPROVE, "times": 5}])
    with hall.service.store.read() as session:
        assert session.query(TellerCount).count() == 0
    assert count(hall, "乙", FIVE) is False, "counting starts anew"
    assert count(hall, "甲", FIVE) is True


def test_one_teller_cannot_count_twice(hall: Hall) -> None:
    count(hall, "甲", FIVE)
    with refused("bad-request", hall):
        count(hall, "甲", FIVE)


def test_a_count_is_entered_once(hall: Hall) -> None:
    count(hall, "甲", FIVE)
    count(hall, "乙", FIVE)
    with refused("bad-request", hall):
        count(hall, "丙", FIVE)


@pytest.mark.parametrize(
    ("code", "ballots", "handed_out"),
    [
        pytest.param("class-too-small", [{"choice": APPROVE, "times": 4}], 5, id="four paper ballots are open votes"),
        pytest.param("bad-request", FIVE, 4, id="more came back than were handed out"),
        pytest.param("more-slips-than-present", [{"choice": APPROVE, "times": 6}], 6, id="more than are present"),
        pytest.param("bad-request", [{"choice": APPROVE, "times": 0}], 5, id="no times"),
        pytest.param("bad-request", [{"choice": APPROVE, "times": True}], 5, id="times is no number"),
        pytest.param("bad-request", [{"choice": APPROVE}], 5, id="without times"),
        pytest.param("bad-request", [{"raw": 5, "times": 5}], 5, id="raw is no text"),
        pytest.param("bad-request", [{"choice": {"x": 1.5}, "times": 5}], 5, id="a fraction"),
        pytest.param("bad-request", [FIVE[0], FIVE[0]], 6, id="the same ballot on two lines"),
    ],
)
def test_a_count_that_cannot_be_right_is_refused(hall: Hall, code: str, ballots: list[Json], handed_out: int) -> None:
    with refused(code, hall):
        count(hall, "甲", ballots, handed_out)


def test_no_teller_writes_what_readers_of_other_years_cannot_read(hall: Hall) -> None:
    """Canonical for this Python, and not in normal form for one of a later year: the whole ledger would be refused."""
    for ballot in ({"raw": "a\U00010efd\u0301"}, {"choice": {"a\U00010efd\u0301": "x"}}):
        with refused("bad-request", hall):
            count(hall, "甲", [{**ballot, "times": 5}])
    assert count(hall, "甲", [{"raw": "x\n\u200b是", "times": 5}]) is False


def test_no_paper_ballots_at_all_can_be_entered(hall: Hall, tmp_path: Path) -> None:
    assert [count(hall, teller, [], 0) for teller in ("甲", "乙")] == [False, True]
    assert_accepted(hall.judged(tmp_path))


def test_paper_is_counted_for_a_closed_poll_of_a_class_that_votes(hall: Hall) -> None:
    with refused("bad-request", hall):
        count(hall, "甲", FIVE, voter_class="Z")
    hall.service.polls.void(hall.id, "p1", "异议", TWO)
    with refused("poll-closed", hall):
        count(hall, "甲", FIVE)


def test_a_spoilt_paper_ballot_counts_as_invalid(hall: Hall, tmp_path: Path) -> None:
    ballots = [{"raw": "两个都画了圈", "times": 1}, {"choice": APPROVE, "times": 4}]
    count(hall, "甲", ballots)
    count(hall, "乙", ballots)
    hall.release(1)
    assert hall.service.boxes.open(hall.id)["budget"]["counts"]["total"]["invalid"] == 1
    assert_accepted(hall.judged(tmp_path))
