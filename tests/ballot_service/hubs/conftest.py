"""One service on SQLite for all tests of a module, each with a meeting of its own.

Where a test says `on_both`, it has a service of its own on either kind of store.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ballot_service.app import create_app
from ballot_service.service import Service
from tests.ballot_service.hubs.venue import Venue, paired
from tests.conftest import Start
from tests.meeting_kit import Clock, Hall, config_for, meeting_file, publish
from tests.postgres import Postgres

NUMBERS = count(1)


@dataclass(frozen=True)
class Standing:
    """A service that stands while the tests of a module come and go. Its clock never goes back."""

    service: Service
    app: Flask
    clock: Clock


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    clock = Clock()
    service = Service(config_for(tmp_path_factory.mktemp("standing"), ""), clock=clock)
    yield Standing(service, create_app(service), clock)
    service.close()


@pytest.fixture
def stands_alone(request: pytest.FixtureRequest) -> bool:
    """Whether the test is `on_both`."""
    return "database_url" in getattr(getattr(request.node, "callspec", None), "params", ())


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'ballots.sqlite3'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.lent_database() as url:
        yield url


@pytest.fixture
def clock(standing: Standing, stands_alone: bool) -> Clock:
    return Clock() if stands_alone else standing.clock


@pytest.fixture
def service(standing: Standing, start: Start, stands_alone: bool) -> Service:
    return start() if stands_alone else standing.service


@pytest.fixture
def app(standing: Standing, service: Service, stands_alone: bool) -> Flask:
    return create_app(service) if stands_alone else standing.app


@pytest.fixture
def hall(service: Service) -> Hall:
    return publish(service, meeting_file(meeting=f"hall-{next(NUMBERS)}"))


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
