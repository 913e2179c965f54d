"""Transactions of the two stores: who waits for whom, and what a commit means."""

from __future__ import annotations

import threading
import time

from sqlalchemy import text

from ballot_service.service import Service
from tests.conftest import Start
from tests.meeting_kit import Hall, run_together


def test_a_close_waits_for_casts_under_way_and_not_for_those_that_come_after_it(hall: Hall, start: Start) -> None:
    """Phones never stop: one cast overlaps the next. The organiser's close must get its turn all the same."""
    services = [start(), start(), hall.service, hall.service]
    stop, gave_up = threading.Event(), threading.Event()

    def cast_without_end(service: Service, delay: float) -> None:
        time.sleep(delay)
        deadline = time.monotonic() + 30
        while not stop.is_set():
            if time.monotonic() > deadline:
                gave_up.set()
                return
            with service.store.write() as session:
                service.store.lock_meeting(session, hall.id, shared=True)
                time.sleep(0.01)

    def close() -> None:
        time.sleep(0.1)
        try:
            hall.service.conduct.attendance(hall.id, {"A": 6}, "门岗")
            assert not gave_up.is_set(), "it came when the phones had gone away"
        finally:
            stop.set()

    casts = [lambda n=n, service=service: cast_without_end(service, n / 100) for n, service in enumerate(services)]
    run_together([*casts, close])


def test_a_commit_is_on_disk(service: Service) -> None:
    """An acknowledged ballot survives a power cut."""
    with service.store.read() as session:
        if service.store.is_sqlite:
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA synchronous")) == 2, "FULL"
            assert session.scalar(text("PRAGMA secure_delete")) == 1
            assert session.scalar(text("PRAGMA page_size")) == 16384
            assert session.scalar(text("PRAGMA temp_store")) == 2, "memory"
        else:
            assert session.scalar(text("SHOW fsync")) == "on"
            assert session.scalar(text("SHOW synchronous_commit")) == "on"
            assert session.scalar(text("SHOW log_statement")) == "none"
            assert session.scalar(text("SHOW log_min_duration_statement")) == "-1"
