"""One service for the tests of preparing: each makes a draft of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ballot_service.prepare.browser import Clerk


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clerk]:
    clerk = Clerk(tmp_path_factory.mktemp("clerk"))
    yield clerk
    clerk.close()
