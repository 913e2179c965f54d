"""A disk without room: a voter is told at once, nothing is half written, and with room again all goes on."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.folder import Folder
from kiosk.store import Phase
from tests.kiosk.venue import Station, Venue


def set_pages(station: Station, most: int | None) -> None:
    """How far SQLite may let the file grow: as it is now plus `most` pages; None lifts the limit."""
    database = station.hub.store._database
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {1 << 30 if most is None else pages + most}")


def test_without_room_a_deposit_is_refused_and_can_be_made_again(venue: Venue, station: Station) -> None:
    people = venue.people(station)
    venue.open()
    set_pages(station, 3)
    statuses = []
    for person in people:
        poll, papers = person.open_papers()
        person.session["padding"] = "x" * 40_000  # a booklet that grows
        answer = person.put({"poll": poll, "lines": [person.make(papers[0])], "assisted": False})
        statuses.append(answer.status)
        if answer.status != 200:
            assert (answer.status, answer.json()["code"]) == (507, "storage-full")
    assert 507 in statuses
    assert station.hub.health()["waiting"] == {"p1": statuses.count(200)}
    set_pages(station, None)
    for person, status in zip(people, statuses, strict=True):
        if status != 200:
            assert person.put_again().status == 200
    venue.collect()
    station.turn(3)
    assert venue.returned() == 6
    assert station.phase() is Phase.DELIVERED


def fill(file: Path) -> None:
    """Write until the system refuses."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        with contextlib.suppress(OSError):
            while True:
                os.write(descriptor, bytes(4096))
    finally:
        os.close(descriptor)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real one of 3 MiB, where the system lets us have it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting takes rights that this account does not have")
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_on_a_full_disk_nothing_is_lost_and_delivery_waits_for_room(venue: Venue, small_disk: Path) -> None:
    station = venue.start(Folder(small_disk / "hub"), venue.code())
    people = venue.people(station)
    venue.open()
    for person in people[:4]:
        person.vote()
    filling = small_disk / "filling"
    fill(filling)
    poll, papers = people[4].open_papers()
    people[4].session["padding"] = "x" * 100_000
    answer = people[4].put({"poll": poll, "lines": [people[4].make(papers[0])], "assisted": False})
    assert (answer.status, answer.json()["code"]) == (507, "storage-full")
    venue.collect()
    station.turn(3)
    assert station.phase() is not Phase.DELIVERED, "what is not on disk is not said"
    assert any("the disk is full" in said for said in station.notes.loud)
    filling.unlink()
    station.turn(3)
    assert station.phase() is Phase.DELIVERED
    assert venue.returned() == 4
