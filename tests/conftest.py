"""Fixtures of all tests that need a store: the same test runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

pytest.register_assert_rewrite("tests.meeting_kit")

from ballot_service.service import Service  # noqa: E402 -- after the line above, so that its assertions explain
from tests.meeting_kit import Clock, Hall, Json, config_for, publish  # noqa: E402
from tests.postgres import Postgres, running_postgres  # noqa: E402

Start = Callable[..., Service]

MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 4 * 1024**3  # bytes; a run uses less than half of it


PROXIES = ("http_proxy", "https_proxy", "all_proxy")
OURS = "BALLOT_"  # settings of the service, of an installation on the same machine
COLOURS = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "PYTHON_COLORS")


def pytest_configure() -> None:
    """Temporary files in memory where there is enough of it, and TMPDIR does not say otherwise.

    Half of the time of tests with a database was waiting for a disk. What they prove is the same: processes are killed
    here, never the machine, and a file system in memory keeps what was written before a kill as a disk does.

    Of the environment nothing comes between a test and the services that it starts on this machine, and what is printed
    has neither colours nor the width of somebody's window.
    """
    for name in list(os.environ):
        if name.lower() in PROXIES or name.startswith(OURS) or name in COLOURS:
            del os.environ[name]
    os.environ["COLUMNS"] = "80"
    # A fifth of a second for one example, and a few for drawing them, are a promise of no property here.
    # On top of a profile that was loaded before, as by `tests.mutation`.
    patient = hypothesis.settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.settings.register_profile("any-machine", patient)
    hypothesis.settings.load_profile("any-machine")
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY:
        os.environ["TMPDIR"] = str(MEMORY)  # also for the workers and for every program that a test starts
        tempfile.tempdir = None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for this test process."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ballots.sqlite3'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.lent_database() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Start]:
    """Start the service over the test's database and keys; call it again to restart or to have a second process."""
    with ExitStack() as running:

        def start_service(**settings: Any) -> Service:
            service = Service(config_for(tmp_path, database_url, **settings), clock=clock)
            running.callback(service.close)
            return service

        yield start_service


@pytest.fixture
def service(start: Start) -> Service:
    return start()


@pytest.fixture
def hall(service: Service) -> Hall:
    """A published meeting of six with one question, `budget`."""
    return publish(service)


@pytest.fixture
def hall_of(service: Service) -> Callable[[Json], Hall]:
    return lambda file: publish(service, file)
