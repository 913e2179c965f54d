"""A service of its own for each module, and phones that are closed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.meetings.hall import HallServer, running_server
from tests.browser.meetings.phone import Phone

NewPhone = Callable[..., Phone]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    with running_server(tmp_path_factory.mktemp("hall")) as started:
        yield started


@pytest.fixture
def phone(browser: Browser) -> Iterator[NewPhone]:
    phones: list[Phone] = []

    def new(**fields: Any) -> Phone:
        phones.append(Phone(browser, **fields))
        return phones[-1]

    yield new
    for one in phones:
        one.close()
