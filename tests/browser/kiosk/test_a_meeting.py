"""Forty people at four terminals, three polls and a re-vote, and everything pulled out meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from tests.browser.kiosk.conftest import NewTerminal, StartHub
from tests.browser.kiosk.hub import HubProcess
from tests.browser.kiosk.terminal import Terminal
from tests.browser.meetings.hall import BrowserHall, HallServer, approval, item

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.soak]
PEOPLE, TERMINALS = 40, 4
Between = Callable[[int], None]


@pytest.mark.timeout(3600)
def test_nothing_is_lost_and_nothing_is_double_whatever_is_pulled_out(
    server: HallServer, start_hub: StartHub, terminal: NewTerminal
) -> None:
    hall = BrowserHall(server, "room", [item(approval(one)) for one in "abc"], expected=PEOPLE)
    hub = start_hub(hall)
    room = [terminal(hub, str(number + 1)) for number in range(TERMINALS)]
    hall.do("attendance", present={"A": PEOPLE})

    poll = hall.do("open", contests=["a"])
    everybody_votes(hall, room, lambda turn: power_cut(hub) if turn in (2, 5, 6) else None)
    check_result(hall, hub, poll, "a")

    poll = hall.do("open", contests=["b"])  # and is void, when half of them have voted
    everybody_votes(hall, room, people=hall.slips[: PEOPLE // 2])
    hall.do("void")
    poll = hall.do("open", contests=["b"])

    def cable(turn: int) -> None:
        if turn == 2:
            server.kill()  # for four rounds of voters
        if turn == 6:
            power_cut(hub)  # on again without a server
            server.start()

    everybody_votes(hall, room, cable)
    hall.do("collect")
    power_cut(hub)  # in the middle of its batch, or before
    check_result(hall, hub, poll, "b")

    poll = hall.do("open", contests=["c"])
    everybody_votes(hall, room)
    server.kill()
    power_cut(hub)
    server.start()
    check_result(hall, hub, poll, "c")

    assert hall.do("close_meeting") == {"accepted": True, "ballots": 3 * PEOPLE}
    assert hall.do("objections") == 0
    assert "!!!" not in hub.said()


def everybody_votes(
    hall: BrowserHall, room: Sequence[Terminal], between: Between = lambda _turn: None, people: Sequence[str] = ()
) -> None:
    """As many at a time as there are terminals; `between` happens while they stand there with a ballot before them."""
    voters = people or hall.slips[:PEOPLE]
    for turn in range(len(voters) // len(room)):
        group = voters[turn * len(room) : (turn + 1) * len(room)]
        for here, slip in zip(room, group, strict=True):
            assert here.begin(slip) == "ballot", here.page.locator("main").inner_text()
            here.choose(words_of(hall, slip))
            here.tap("核对选票")
            here.until("review")
        for here in room[::2]:
            here.tap("投出选票")
        between(turn)
        for here in room[1::2]:
            here.tap("投出选票")
        for here in room:
            here.until("farewell")
            here.heading("已投票，请取走凭条")
        for here in room:
            here.go()
    assert room[-1].begin(voters[0]) == "farewell"
    room[-1].heading("这一次您已经投过票")
    room[-1].go()


def words_of(hall: BrowserHall, slip: str) -> str:
    return ("同意", "不同意", "弃权")[hall.slips.index(slip) % 3]


def power_cut(hub: HubProcess) -> None:
    hub.kill()
    hub.start()


def check_result(hall: BrowserHall, hub: HubProcess, poll: str, contest: str) -> None:
    assert hub.collect_and_close(poll) == PEOPLE
    voted = Counter(words_of(hall, slip) for slip in hall.slips[:PEOPLE])
    tally = {"approve": voted["同意"], "oppose": voted["不同意"], "abstain": voted["弃权"]}
    assert hall.do("open_box") == {contest: {f"{contest}-0": tally}}
    hall.do("announce", contests=[contest])
