"""Several phones vote, and the server is killed in the middle of it: every ballot counts once."""

from __future__ import annotations

import pytest

from tests.browser.meetings.conftest import NewPhone
from tests.browser.meetings.hall import BrowserHall, HallServer, approval, item
from tests.browser.meetings.phone import Phone

SIX_AND_TWELVE = [pytest.param(6, marks=pytest.mark.soak), pytest.param(12, marks=pytest.mark.soak)]


@pytest.mark.parametrize("count", [2, *SIX_AND_TWELVE])
def test_three_polls_a_vote_that_is_repeated_and_a_server_that_is_killed_twice(
    server: HallServer, phone: NewPhone, count: int
) -> None:
    hall = BrowserHall(server, f"killed-{count}", [item(approval(one)) for one in "abc"], expected=count)
    phones = [phone() for _ in range(count)]
    for one, slip in zip(phones, hall.slips, strict=True):
        one.take_booklet(slip)
    hall.do("attendance", present={"A": count})

    _vote(hall, phones, "a", kill_after=count // 2)
    _close_and_count(hall, "a", approve=count)
    _vote(hall, phones, "b")
    hall.do("void")
    for one in phones:
        one.until("waiting")
    _vote(hall, phones, "b", kill_after=count - 1)
    _close_and_count(hall, "b", approve=count)
    _vote(hall, phones, "c")
    _close_and_count(hall, "c", approve=count)

    assert hall.do("close_meeting") == {"accepted": True, "ballots": 3 * count}  # those of a void poll are not listed
    for one in phones:
        one.until("meeting-closed")


def _vote(hall: BrowserHall, phones: list[Phone], contest: str, *, kill_after: int | None = None) -> None:
    """kill_after: the server dies after so many have tapped, and is back when all have."""
    hall.do("open", contests=[contest])
    for one in phones:
        one.until("ballot")
        one.choose("同意")
        one.tap("核对选票")
        one.until("review")
    for place, one in enumerate(phones):
        if place == kill_after:
            hall.server.kill()
        one.tap("投出选票")
    if kill_after is not None:
        hall.server.start()
    for one in phones:
        one.until("received")


def _close_and_count(hall: BrowserHall, contest: str, *, approve: int) -> None:
    assert hall.do("close") == approve
    assert hall.do("open_box")[contest] == {f"{contest}-0": {"approve": approve, "oppose": 0, "abstain": 0}}
    hall.do("announce", contests=[contest])
