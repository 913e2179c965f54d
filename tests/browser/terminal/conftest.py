"""A room for each test, and the browsers of its terminal: with a film for its camera, and without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from hatch_build import build_client
from tests.browser import chromium
from tests.browser.terminal import gallery
from tests.browser.terminal.room import Room, film, held, printed_slip
from tests.kiosk.conftest import MakeVenue, clock, make_venue, wires
from tests.meeting_kit import approval, item, meeting_file

__all__ = ["clock", "make_venue", "wires"]  # fixtures

TEN_INCH = {"width": 1280, "height": 800}


@pytest.fixture
def room(make_venue: MakeVenue) -> Iterator[Room]:
    """Two questions; everybody is present."""
    build_client()
    agenda = [item(approval(name, title=f"是否同意{name}")) for name in ("one", "two")]
    with Room(make_venue(meeting_file(*agenda))) as room:
        room.venue.hall.service.conduct.attendance(room.venue.hall.id, {"A": 6}, "门岗")
        yield room


@contextmanager
def seated(browser: Browser, room: Room) -> Iterator[Page]:
    """Terminal 1 of the room. What a script complains of is an error."""
    complaints: list[str] = []
    context = browser.new_context(viewport=TEN_INCH, reduced_motion="reduce", has_touch=True)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{room.url}/t/1")
    page.wait_for_selector(".attract")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def terminal(browser: Browser, room: Room) -> Iterator[Page]:
    """Without a camera: the page is at the hub's address, and this browser has none."""
    with seated(browser, room) as page:
        yield page


@pytest.fixture
def filmed_terminal(browser: Browser, room: Room, tmp_path: Path) -> Iterator[Page]:
    """Its camera sees nothing for a while, then the first slip of the hall, turned and blurred; again and again."""
    slip = printed_slip(room.venue.hall)
    path = film(tmp_path / "camera.mjpeg", [held(slip, turned=17, blurred=1.5), held(slip, turned=-38, blurred=1)])
    camera = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={path}")
    with (  # a browser of its own, because the film is an argument of its start
        chromium.launched(browser.browser_type, None, *camera, "--use-fake-ui-for-media-stream") as filmed,
        seated(filmed, room) as page,
    ):
        yield page


@pytest.fixture(scope="package")
def built_terminal_gallery() -> None:
    gallery.build()
