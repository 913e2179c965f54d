"""Those in the hall: phones that scan printed slips, and scrutineers with printed cards, all over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Browser, Page, expect

from ballot_service.rehearsal.device import Device, DeviceState
from crypto import canonical
from tests.ballot_service.printing.papers import look_at

Json = dict[str, Any]
Choose = Callable[[int, Json], Json]  # (the voter's place, contest) → choice


def codes(sheet: bytes) -> list[str]:
    """What a telephone reads on a printed sheet."""
    return [code for page in look_at(sheet) for code in page.codes]


class Voters:
    """Simulated phones, one for each slip that is not a spare."""

    def __init__(self, slips: Sequence[str]) -> None:
        self.devices = [Device(DeviceState(slip)) for slip in slips]

    def of(self, voter_class: str) -> list[Device]:
        return [one for one in self.devices if one.voter_class == voter_class]

    def come_in(self) -> None:
        for one in self.devices:
            one.redeem()

    def vote(self, choose: Choose) -> int:
        """Everyone fills in every open paper of his or her class; returns how many were cast."""
        with ThreadPoolExecutor(4) as hands:
            return sum(hands.map(lambda place: _vote(self.devices[place], place, choose), range(len(self.devices))))

    def check(self, poll: str) -> None:
        """Every phone finds its ballots in the box."""
        with ThreadPoolExecutor(4) as hands:
            assert all(hands.map(lambda one: one.check_close(poll), self.devices))


def _vote(device: Device, place: int, choose: Choose) -> int:
    papers = device.open_papers()
    for paper in papers:
        device.cast(paper, canonical.encode(choose(place, paper.contest)))
    return len(papers)


class Scrutineers:
    """Each has a card, and a phone with the page that the card's code opens."""

    def __init__(self, browser: Browser, cards: Sequence[str]) -> None:
        self.pages: list[Page] = []
        for card in cards:
            context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
            page = context.new_page()
            page.goto(card)
            self.pages.append(page)

    def try_cards(self) -> None:
        for page in self.pages:
            page.get_by_role("button", name="验卡").click()
        for page in self.pages:
            expect(page.get_by_text("这张卡好用")).to_be_visible()

    def open(self, count: int = 2) -> None:
        """Open the box that waits, with so many of the cards."""
        for page in self.pages[:count]:
            page.get_by_role("button", name="开箱").click()
            expect(page.get_by_text("您这张卡已经开过锁").first).to_be_visible()

    def close(self) -> None:
        for page in self.pages:
            page.context.close()


def marks(contest: Json, choice: Mapping[str, str]) -> Json:
    """Of an approval ballot: `choice` by the candidates' names, everybody else is opposed."""
    return {"marks": {one["id"]: choice.get(one["name"], "oppose") for one in contest["ballot"]["candidates"]}}
