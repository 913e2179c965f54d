"""What a demonstration needs beside the service: people in the hall, and a page with all that is handed out.

The people are `rehearsal.device` phones, with a booklet each, who vote as soon as a poll is open, so that one
newcomer alone can run the meeting from the console: they disagree first, and most of them agree in a second round. A
few slips are left for phones of the newcomer's own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from random import Random
from typing import Any

from jinja2 import Environment, StrictUndefined

from ballot_service.boxes.card_code import format_card_url
from ballot_service.meetings.publish import Published
from ballot_service.prepare.rehearsing import random_choice
from ballot_service.rehearsal.api import NoAnswer, ServiceRefused
from ballot_service.rehearsal.device import Device, DeviceRefuses, DeviceState
from crypto import canonical

log = logging.getLogger(__name__)

OWN_SLIPS = 3  # the first on the sheet, for whoever looks at the demonstration
PAUSE_SECONDS = 0.4  # between two people's votes, so that the numbers are seen to move
LOOK_SECONDS = 1.0


def simulated_slips(published: Published) -> list[str]:
    """Those of the people who are simulated; spare slips are nobody's."""
    return [slip.url for slip in published.slips if not slip.reserve][OWN_SLIPS:]


def own_slips(published: Published) -> list[str]:
    """Those that are left for whoever looks at the demonstration, as they are printed."""
    return [slip.url for slip in published.slips if not slip.reserve][:OWN_SLIPS]


def take_part(slips: Sequence[str], stop: threading.Event, chance: Random) -> None:
    """Redeem, and vote on every poll until the meeting ends or `stop` is set. Runs in a thread of its own."""
    devices = [Device(DeviceState(slip)) for slip in slips]
    for device in devices:
        if not stop.is_set():
            _trying(device.redeem)
    while not stop.wait(LOOK_SECONDS):
        for place, device in enumerate(devices):
            if _trying(partial(_vote, device, place / len(devices), chance)) and stop.wait(PAUSE_SECONDS):
                return


def _vote(device: Device, place: float, chance: Random) -> bool:
    """place: from 0 to 1, where in the hall somebody sits."""
    papers = [paper for paper in device.open_papers() if not _has_voted(device, paper.page)]
    for paper in papers:
        device.cast(paper, canonical.encode(_choice(paper.contest["ballot"], place, len(device.state.ballots), chance)))
    return bool(papers)


def _choice(ballot: Mapping[str, Any], place: float, polled: int, chance: Random) -> dict[str, Any]:
    if ballot["kind"] != "approval" or len(ballot["candidates"]) != 2:
        return random_choice(ballot, chance)
    first, second = (one["id"] for one in ballot["candidates"])
    chosen = first if place < (0.5 if polled == 0 else 0.8) else second
    return {"marks": {one: "approve" if one == chosen else "oppose" for one in (first, second)}}


def _has_voted(device: Device, page: int) -> bool:
    return any(ballot.page == page for ballot in device.state.ballots.values())


def _trying(act: Callable[[], object]) -> bool:
    """A poll that closes in between, or a service that stops, is no failure of a demonstration."""
    try:
        return bool(act())
    except (ServiceRefused, DeviceRefuses, NoAnswer) as error:
        log.info("a simulated phone: %s", type(error).__name__)
        return False


def start_page(published: Published, base_url: str, login: str, kiosk: str, *, chinese: bool) -> str:
    """A file for the browser: the login link, the scrutineers' cards, the slips that are left. It holds secrets."""
    source = files("ballot_service.commands").joinpath("demo_start.html").read_text(encoding="utf-8")
    cards = {
        card.number: _opened(format_card_url(base_url, published.meeting_id, card, published.fingerprint))
        for card in published.cards
    }
    slips = [_opened(url) for url in own_slips(published)]
    return (
        Environment(autoescape=True, undefined=StrictUndefined)
        .from_string(source)
        .render(
            t=lambda zh, en: zh if chinese else en,
            language="zh-CN" if chinese else "en",
            login=login,
            kiosk=kiosk,
            cards=cards,
            slips=slips,
            people=len(simulated_slips(published)),
            screen=f"{base_url}/m/{published.meeting_id}/screen",
        )
    )


def _opened(address: str) -> str:
    """A printed address is in upper case for a smaller code; in a browser it looks as people know addresses."""
    place, _hash, secret = address.partition("#")
    return f"{place.lower()}#{secret}"
