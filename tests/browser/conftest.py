"""One browser for all of these tests. Without one they fail, and say what to install."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import chromium, gallery


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="package")
def built_gallery() -> None:
    gallery.build()


@pytest.fixture
def page(browser: Browser, built_gallery: None) -> Iterator[Page]:
    """A phone. Whatever it complains of, a breach of its content policy above all, fails the test."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce", has_touch=True)
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    gallery.serve(page)
    yield page
    context.close()
    assert complaints == []
