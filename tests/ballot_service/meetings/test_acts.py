"""Between a poll's opening and its end the ledger takes only what belongs there: a stray line would fail V06."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.meeting_kit import TWO, Hall, Json, approval, assert_accepted, item, meeting_file, refused


def two_contests(hall_of: Callable[[Json], Hall]) -> Hall:
    """`budget` is counted, `audit` is being polled."""
    hall = hall_of(meeting_file(item(approval()), item(approval("audit"))))
    hall.voters()
    hall.poll(lambda _poll: [], "budget")
    return hall


def test_while_a_poll_is_open_nothing_else_enters_the_ledger(hall_of: Callable[[Json], Hall], tmp_path: Path) -> None:
    hall = two_contests(hall_of)
    hall.release(1)
    hall.open("audit")
    service = hall.service
    with refused("poll-open", hall):
        service.boxes.open(hall.id, "p1")
    with refused("poll-open", hall):
        service.polls.void(hall.id, "p1", "重投", TWO)
    with refused("poll-open", hall):
        service.conduct.close(hall.id)
    service.conduct.attendance(hall.id, {"A": 6}, "clerk")
    service.polls.close(hall.id)
    service.boxes.open(hall.id, "p1")
    service.polls.void(hall.id, "p2", "重投", TWO)
    assert_accepted(hall.judged(tmp_path))


def test_a_result_is_not_announced_while_another_poll_is_open(hall_of: Callable[[Json], Hall], tmp_path: Path) -> None:
    hall = two_contests(hall_of)
    hall.release(1)
    hall.service.boxes.open(hall.id, "p1")
    hall.open("audit")
    with refused("poll-open", hall):
        hall.service.conduct.announce(hall.id, ["budget"], None)
    hall.service.polls.void(hall.id, "p2", "重投", TWO)
    hall.service.conduct.announce(hall.id, ["budget"], None)
    assert_accepted(hall.judged(tmp_path))
