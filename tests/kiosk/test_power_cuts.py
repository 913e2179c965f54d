"""The command itself, killed with SIGKILL between any two steps and started again: nothing lost, nothing double."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from ballot_service.errors import Refused
from kiosk.folder import Folder
from kiosk.store import Phase, Store
from tests.hostile.servers import ROOT
from tests.kiosk.conftest import MakeVenue
from tests.kiosk.terminal import OverHttp, Visit, visit
from tests.meeting_kit import meeting_file, run_together
from tests.soak import soaked

VOTERS_PER_KILL = 6
GIVE_UP_SECONDS = 120.0


def until(what: str, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.03)


def deposit(person: Visit, line: str) -> None:
    """As a terminal does: the same PUT until it is answered."""
    answer = None
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while answer is None:
        assert time.monotonic() < deadline, "no answer after a long time"
        try:
            wanted = {"poll": "p1", "lines": [line], "assisted": False}
            answer = person.put_again() if person.last_put else person.put(wanted)
        except requests.RequestException:
            time.sleep(0.05)
    assert (answer.status, answer.json()) == (200, {"version": 1})


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", soaked(2, 40))
def test_nothing_is_lost_and_nothing_double_whenever_the_power_goes(
    make_venue: MakeVenue, tmp_path: Path, kills: int
) -> None:
    """Half of the kills fall while people vote, half from the moment that the organiser asks until all is settled."""
    venue = make_venue(meeting_file(expected=kills * VOTERS_PER_KILL))
    hall = venue.hall
    phones = hall.voters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path / "hub"
    command = ["serve", "--server", venue.wires.url, "--data", str(folder), "--port", str(port)]
    log = (tmp_path / "log").open("wb")
    started: list[subprocess.Popen[bytes]] = []

    def power(seed: int, times: int) -> subprocess.Popen[bytes]:
        runner = [sys.executable, "-m", "tests.kiosk.power_cuts", str(seed), str(times), *command]
        started.append(subprocess.Popen(runner, cwd=ROOT, stdout=log, stderr=log))
        return started[-1]

    def off(process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        process.wait(60)

    def lives() -> int:
        return (tmp_path / "log").read_bytes().count(b": killed")

    station = venue.start(Folder(folder), venue.code())  # paired; from here on the process has the folder
    station.stop()
    venue.stations.remove(station)
    hall.open()
    first = power(20261218, kills // 2)
    try:
        keys = [hall.box_key(number) for number in range(2)]
        waiting = []
        for phone, url in zip(phones, hall.urls(), strict=True):
            person = visit(OverHttp(f"http://127.0.0.1:{port}"), url)
            person.take(phone.pages, keys)
            waiting.append((person, hall.line(phone).decode()))
        lines = [line.encode() for _person, line in waiting]

        def vote() -> None:
            while waiting:
                deposit(*waiting.pop())
                time.sleep(random.Random(len(waiting)).uniform(0, 0.05))

        run_together([vote] * 3)
        until("too few power cuts while people voted", lambda: lives() == kills // 2)
        off(first)
        hall.service.hubs.collect(hall.id, "p1")
        second = power(31, kills - kills // 2)
        figures = hall.service.figures
        until("not delivered", lambda: figures(hall.id)["returned"] == len(lines) and _is(folder, Phase.DELIVERED))
        until("the server was not told", lambda: _closes(venue))
        until("not settled", lambda: _is(folder, Phase.SETTLED))
        until("too few power cuts while ballots left", lambda: lives() == kills)
        until("a spent key is left", lambda: Folder(folder).names("keys") == ["booklets.key"])
        off(second)
    finally:
        for process in started:
            off(process)
        log.close()
    assert Counter(hall.lines("ballot")) == Counter(lines), "each exactly once"
    assert sorted(Folder(folder).names("keys")) == ["booklets.key"]
    text = (tmp_path / "log").read_text()
    assert "Traceback" not in text
    assert "internal error" not in text


def _is(folder: Path, phase: Phase) -> bool:
    store = Store(Folder(folder), lambda _count: b"")
    try:
        return [row.phase for row in store.polls()] == [phase]
    finally:
        store.close()


def _closes(venue: Any) -> bool:
    try:
        venue.close()
    except Refused as refused:
        if refused.code != "hub-waiting":
            raise
        return False
    return True
