"""A service for each module; hubs and terminals that are gone after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser.kiosk.hub import HubProcess
from tests.browser.kiosk.terminal import Terminal
from tests.browser.meetings.conftest import server
from tests.browser.meetings.hall import BrowserHall

__all__ = ["server"]  # a fixture
TEN_INCH = ViewportSize(width=1280, height=800)
StartHub = Callable[[BrowserHall], HubProcess]
NewTerminal = Callable[..., Terminal]


@pytest.fixture
def start_hub(tmp_path: Path) -> Iterator[StartHub]:
    started: list[HubProcess] = []

    def start(hall: BrowserHall) -> HubProcess:
        started.append(HubProcess(hall, tmp_path / f"hub-{len(started)}"))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def terminal(browser: Browser) -> Iterator[NewTerminal]:
    terminals: list[Terminal] = []

    def new(hub: HubProcess, name: str = "1", *, size: ViewportSize = TEN_INCH, **fields: Any) -> Terminal:
        context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce", has_touch=True)
        terminals.append(Terminal(context, hub.url, name, **fields))
        terminals[-1].open()
        return terminals[-1]

    yield new
    for one in terminals:
        one.context.close()
