"""A hall whose service is reached through its pages; on SQLite, because no statement of these pages is special."""

from __future__ import annotations

import pytest

from ballot_service.service import Service
from tests.ballot_service.running.officer import Officer
from tests.conftest import Start
from tests.meeting_kit import Hall, publish


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: object) -> str:
    return f"sqlite:///{tmp_path}/ballots.sqlite3"


@pytest.fixture
def service(start: Start) -> Service:
    return start(officer_limit_per_account="100000 per minute")


@pytest.fixture
def hall(service: Service) -> Hall:
    return publish(service)


@pytest.fixture
def officer(hall: Hall) -> Officer:
    return Officer(hall)
