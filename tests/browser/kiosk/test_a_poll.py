"""Two people vote at one terminal, one after the other: the second finds nothing of the first, and both are counted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from crypto import slips
from tests.browser.kiosk.conftest import NewTerminal, StartHub
from tests.browser.kiosk.hub import HubProcess
from tests.browser.meetings.hall import BrowserHall, HallServer, approval, item
from tests.hostile.traces import contents, places

pytestmark = pytest.mark.xdist_group("browser")
CANDIDATE = "欧阳清泉"
IDLE_MS = 80_000  # longer than the hub's warning and what follows it


def canaries(slip: str) -> dict[str, bytes]:
    """What a voter brings that nobody else may have."""
    code = slips.parse_slip_url(slip)
    return {
        "X": code.secret,
        "X as printed": slip.partition("#")[2][:40].encode(),
        "token": slips.redeem_token(code.secret),
        "K": slips.keep_key(code.secret),
    }


def check_nothing_in(texts: Iterable[str], slips_used: Iterable[str], *more: str) -> None:
    """Neither a secret in any spelling, nor one of these words."""
    files = {Path(f"text {number}"): text.encode() for number, text in enumerate(texts)}
    for slip in slips_used:
        for name, canary in canaries(slip).items():
            assert places(files, canary) == [], name
    for word in more:
        assert not any(word.encode() in data for data in files.values()), word


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
    here.until("attract")
    check_nothing_in([here.stored(), here.page.content(), *here.history()], [first], CANDIDATE)

    assert here.begin(first) == "ballot"
    assert here.page.get_by_role("radio", checked=True).count() == 0
    here.vote("同意")
    here.picture("done")
    check_nothing_in([here.stored(), here.page.content(), *here.history()], [first], CANDIDATE)
    here.go()

    assert here.begin(first) == "farewell"
    here.heading("这一次您已经投过票")
    here.picture("already")
    here.go()
    check_nothing_in([here.stored(), here.page.content(), *here.history()], [first], CANDIDATE)
    assert here.begin(second) == "ballot"
    assert here.page.get_by_role("radio", checked=True).count() == 0
    check_nothing_in([here.stored(), here.page.content(), *here.history()], [first, second])
    here.vote("不同意")
    here.go()
    assert len({address.partition("?")[0] for address in here.history() if "/t/" in address}) == 1

    assert hub.collect_and_close(poll) == 2
    assert hall.do("open_box") == {"seat": {"seat-0": {"approve": 1, "oppose": 1, "abstain": 0}}}
    hall.do("announce", contests=["seat"])
    assert hall.do("close_meeting") == {"accepted": True, "ballots": 2}
    check_folder(hub, [first, second])
    check_nothing_in([server.log(), *here.said], [first, second], CANDIDATE)


def check_folder(hub: HubProcess, slips_used: Iterable[str]) -> None:
    """The hub's disk: no secret of a slip in any spelling."""
    held = contents([hub.folder])
    assert held
    for slip in slips_used:
        for name, canary in canaries(slip).items():
            assert places(held, canary) == [], name
