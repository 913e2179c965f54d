"""Two people vote at one terminal, one after the other: the second finds nothing of the first, and both are counted."""

from __future__ import annotations

import pytest

from tests.browser.kiosk.conftest import NewTerminal, StartHub
from tests.browser.kiosk.terminal import Terminal
from tests.browser.kiosk.traces import in_folder, in_texts
from tests.browser.meetings.hall import BrowserHall, HallServer, approval, item

pytestmark = pytest.mark.xdist_group("browser")
CANDIDATE = "欧阳清泉"
IDLE_MS, WARNING_MS = 61_000, 16_000  # longer than the hub says


def test_two_people_vote_one_after_the_other_and_the_ledger_has_both_ballots(
    server: HallServer, start_hub: StartHub, terminal: NewTerminal
) -> None:
    hall = BrowserHall(server, "kiosk", [item(approval("seat", [CANDIDATE]))], expected=2)
    hub = start_hub(hall)
    here = terminal(hub, pictures="a-poll")
    here.picture("attract")
    here.page.clock.install()
    first, second, *_ = hall.slips
    hall.do("attendance", present={"A": 2})
    poll = hall.do("open", contests=["seat"])
    assert here.begin(first) == "ballot"
    here.picture("ballot")
    here.choose("不同意")
    here.page.clock.fast_forward(IDLE_MS)  # somebody walks away
    here.page.get_by_role("alertdialog", name="您还在吗？").wait_for()
    here.page.clock.fast_forward(WARNING_MS)
    here.until("attract")
    assert in_texts(all_of(here), first, [CANDIDATE]) == []

    assert here.begin(first) == "ballot"
    assert here.page.get_by_role("radio", checked=True).count() == 0
    here.vote("同意")
    here.picture("done")
    assert in_texts(all_of(here), first, [CANDIDATE]) == []
    here.go()

    assert here.begin(first) == "farewell"
    here.heading("这一次您已经投过票")
    here.picture("already")
    here.go()
    assert in_texts(all_of(here), first, [CANDIDATE]) == []
    assert here.begin(second) == "ballot"
    assert here.page.get_by_role("radio", checked=True).count() == 0
    assert in_texts(all_of(here), first) == in_texts(all_of(here), second) == []
    here.vote("不同意")
    here.go()
    assert len({address.partition("?")[0] for address in here.history() if "/t/" in address}) == 1

    assert hub.collect_and_close(poll) == 2
    assert hall.do("open_box") == {"seat": {"seat-0": {"approve": 1, "oppose": 1, "abstain": 0}}}
    hall.do("announce", contests=["seat"])
    assert hall.do("close_meeting") == {"accepted": True, "ballots": 2}
    for slip in (first, second):
        assert in_folder(hub.folder, slip) == []
        assert in_texts([server.log(), hub.said(), *here.said], slip, [CANDIDATE]) == []


def all_of(here: Terminal) -> list[str]:
    """What the next person can look at."""
    return [here.stored(), here.page.content(), *here.history()]
