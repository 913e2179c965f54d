"""Pages that are reloaded and killed at every screen: whoever comes back goes on, and every ballot counts once."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Error

from tests.browser.meetings.conftest import NewPhone
from tests.browser.meetings.hall import BrowserHall, HallServer, approval, item
from tests.browser.meetings.phone import Phone

SCREENS = ("welcome", "redeeming", "waiting", "ballot", "review", "sending", "received")
ANYWHERE = (*SCREENS, "no-slip", "opening", "meeting-closed")


class Interrupted:
    """A person who votes 同意, and whose page ends at one screen after the other as `interrupt` decides."""

    def __init__(self, phone: Phone, url: str, interrupt: Callable[[str], str | None]) -> None:
        self.phone = phone
        self._slip = url
        self._interrupt = interrupt
        phone.open(url)

    def go(self, until: str) -> None:
        """Tap on until this screen has come and was not interrupted."""
        for _ in range(200):
            screen = self.phone.until(*ANYWHERE)
            how = self._interrupt(screen)
            if how is not None:
                self._end(how)
                continue
            if screen == until:
                return
            self._tap(screen)
        raise AssertionError(f"expected {until}: {self.phone.text()}")

    def _end(self, how: str) -> None:
        if how == "reload":
            self.phone.page.reload()
            return
        self.phone.kill()
        self.phone.reopen(self._slip if how == "scanned again" else self._slip.partition("#")[0].lower())

    def _tap(self, screen: str) -> None:
        try:
            match screen:
                case "welcome":
                    self.phone.page.get_by_role("button", name="领取选票").tap(timeout=2000)
                case "ballot":
                    self.phone.choose("同意")
                    self.phone.page.get_by_role("button", name="核对选票").tap(timeout=2000)
                case "review":
                    self.phone.page.get_by_role("button", name="投出选票").tap(timeout=2000)
                case "no-slip":  # nothing was stored, so nothing was spent
                    self.phone.open(self._slip)
                case _:
                    self.phone.page.wait_for_timeout(100)
                    self.phone.look()
        except Error:
            return  # the screen had gone on by itself


def once_at_every_screen(how: str) -> Callable[[str], str | None]:
    seen: set[str] = set()

    def decide(screen: str) -> str | None:
        if screen in seen or screen not in SCREENS:
            return None
        seen.add(screen)
        return how

    return decide


@pytest.mark.parametrize(
    "how", ["killed", *(pytest.param(how, marks=pytest.mark.soak) for how in ("reload", "scanned again"))]
)
def test_a_page_that_ends_at_every_screen_goes_on(server: HallServer, phone: NewPhone, how: str) -> None:
    hall = BrowserHall(server, f"ends-{how.replace(' ', '-')}", [item(approval("a"))])
    person = Interrupted(phone(), hall.slips[0], once_at_every_screen(how))
    person.go("waiting")
    hall.do("attendance", present={"A": 1})
    hall.do("open", contests=["a"])
    person.go("received")
    assert hall.do("close") == 1
    person.phone.until_text("您的选票已在票箱")
    assert hall.do("open_box") == {"a": {"a-0": {"approve": 1, "oppose": 0, "abstain": 0}}}
    hall.do("announce", contests=["a"])
    assert hall.do("close_meeting") == {"accepted": True, "ballots": 1}
    person.phone.until("meeting-closed")


@pytest.mark.soak
def test_a_hundred_random_kills(server: HallServer, phone: NewPhone) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    kills = 0

    def decide(_screen: str) -> str | None:
        nonlocal kills
        if chance.random() < 0.4:
            return None
        kills += 1
        return chance.choice(["reload", "killed", "scanned again"])

    meetings = 0
    while kills < 100:
        meetings += 1
        hall = BrowserHall(server, f"random-{meetings}", [item(approval("a"))])
        person = Interrupted(phone(), hall.slips[0], decide)
        person.go("waiting")
        hall.do("attendance", present={"A": 1})
        hall.do("open", contests=["a"])
        person.go("received")
        assert hall.do("close") == 1
        assert hall.do("open_box") == {"a": {"a-0": {"approve": 1, "oppose": 0, "abstain": 0}}}
        hall.do("announce", contests=["a"])
        assert hall.do("close_meeting") == {"accepted": True, "ballots": 1}
