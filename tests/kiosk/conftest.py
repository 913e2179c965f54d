"""Venues of one service on SQLite: what hubs do does not depend on its store.

A test that changes anything has a meeting of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from ballot_service.service import Service
from tests.kiosk.venue import Station, Venue, Wires
from tests.meeting_kit import Clock, Json, config_for, meeting_file, publish

MakeVenue = Callable[..., Venue]
NUMBERS = count(1)


@pytest.fixture(scope="session")
def clock() -> Clock:
    """The service's."""
    return Clock()


@pytest.fixture(scope="session")
def wires(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Wires]:
    service = Service(config_for(tmp_path_factory.mktemp("service"), ""), clock=clock)
    with Wires(service) as wires:
        yield wires
    service.close()


@contextmanager
def venues(wires: Wires, folder: Path) -> Iterator[MakeVenue]:
    made: list[Venue] = []

    def make(file: Json | None = None) -> Venue:
        hall = publish(wires.service, {**(file or meeting_file()), "id": f"hall-{next(NUMBERS)}"})
        made.append(Venue(hall, wires, folder))
        return made[-1]

    yield make
    wires.mend()
    for venue in made:
        for station in venue.stations:
            station.stop()


@pytest.fixture
def make_venue(wires: Wires, tmp_path: Path) -> Iterator[MakeVenue]:
    with venues(wires, tmp_path) as make:
        yield make


@pytest.fixture(scope="package")
def standing(wires: Wires, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """One hub for all tests that ask and change nothing."""
    with venues(wires, tmp_path_factory.mktemp("standing")) as make:
        yield make().station()


@pytest.fixture
def venue(make_venue: MakeVenue) -> Venue:
    """Six people, one question, the service on the wire."""
    return make_venue()


@pytest.fixture
def station(venue: Venue) -> Station:
    """A hub paired with it."""
    return venue.station()
