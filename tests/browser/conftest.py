"""One browser for all of these tests. Without one they fail, and say what to install."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import chromium, gallery

FOLDER = Path(__file__).parent
WIDTH = 360  # px
TIMEOUT_SECONDS = 900  # of one test: each of its waits has an end of its own, and some have forty on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A longer end for tests with a browser, where none is said."""
    for item in items:
        if FOLDER in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="package")
def built_gallery() -> None:
    gallery.build()


@contextmanager
def phone_page(browser: Browser) -> Iterator[Page]:
    """The gallery on a phone. Whatever the page complains of, a breach of its content policy above all, is an error."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    context = browser.new_context(viewport={"width": WIDTH, "height": 740}, reduced_motion="reduce", has_touch=True)
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    gallery.serve(page)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page(browser: Browser, built_gallery: None) -> Iterator[Page]:
    with phone_page(browser) as page:
        yield page
