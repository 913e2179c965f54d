"""A service with hubs; on SQLite, and on PostgreSQL too where a test says `on_both`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ballot_service.app import create_app
from ballot_service.service import Service
from tests.ballot_service.hubs.venue import Venue, paired
from tests.meeting_kit import Hall
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ballots.sqlite3'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.lent_database() as url:
        yield url


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service)


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def venue(hall: Hall, web: FlaskClient) -> Venue:
    return paired(hall.service, web, hall.id)


@pytest.fixture
def voting(hall: Hall, venue: Venue) -> Venue:
    """Six people, a poll open, one hub that has said hello."""
    hall.voters()
    hall.open()
    venue.says()
    return venue
