"""A venue: the real service over real HTTP, a meeting, and hubs paired with it.

A hub here is the product's own, in this process; its loops are turned by hand, so that a test says when what happens.
The command itself runs in test_power_cuts.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from ballot_service.app import create_app as service_app
from ballot_service.hubs.codes import spell_code
from ballot_service.serve import Server, listen, url_of
from ballot_service.service import Service
from kiosk.app import create_app
from kiosk.clerk import BY_CHANCE, Clerk
from kiosk.folder import Folder
from kiosk.hub import Hub
from kiosk.start import make_hub
from kiosk.store import Phase
from kiosk.telling import Teller
from tests.kiosk.terminal import InProcess, Visit, visit
from tests.meeting_kit import Hall


class Wires:
    """The service on one port, which it keeps when its cable is cut and mended."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._app = service_app(service)
        with listen("127.0.0.1", 0) as held:
            self.url = url_of(held)
            self._port: int = held.getsockname()[1]
        self._server: Server | None = None

    def __enter__(self) -> Wires:
        self.mend()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.cut()

    def mend(self) -> None:
        if self._server is None:
            self._server = Server(self._app, listen("127.0.0.1", self._port), threads=8)
            self._server.__enter__()

    def cut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.__exit__(None, None, None)


class Notes(Teller):
    """Remembers what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.loud: list[str] = []
        self.all: list[str] = []

    def say(self, matter: str, zh: str, en: str, *, loud: bool = False) -> None:
        self.all.append(f"{matter}: {zh} {en}")
        if loud:
            self.loud.append(f"{matter}: {en}")


class HandClock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Station:
    """One hub with its folder, and what was said."""

    hub: Hub
    clerk: Clerk
    folder: Folder
    notes: Notes
    clock: HandClock
    wire: InProcess = field(init=False)

    def __post_init__(self) -> None:
        self.wire = InProcess(create_app(self.hub).test_client(use_cookies=False))

    def turn(self, times: int = 1) -> None:
        """A second of the hub's life, or several."""
        for _each in range(times):
            self.hub.beat()
            self.clerk.work()
            self.clock.now += 1

    def visit(self, slip_url: str) -> Visit:
        return visit(self.wire, slip_url)

    def phase(self, poll: str = "p1") -> Phase | None:
        """How far a poll is at this hub."""
        row = self.hub.store.poll(poll)
        return None if row is None else row.phase

    def stop(self) -> None:
        self.hub.store.close()
        self.hub.server.close()


@dataclass
class Venue:
    """A hall with hubs."""

    hall: Hall
    wires: Wires
    folder: Path
    stations: list[Station] = field(default_factory=list)

    def code(self, name: str = "一楼会议室") -> str:
        return spell_code(self.hall.service.hubs.make_code(self.hall.id, name))

    def station(self, name: str = "一楼会议室", *, shuffle: Callable[[list[str]], None] = BY_CHANCE) -> Station:
        """A hub newly paired."""
        return self.start(Folder(self.folder / f"hub-{len(self.stations)}"), self.code(name), shuffle=shuffle)

    def start(
        self,
        folder: Folder,
        code: str | None = None,
        *,
        words: str | None = None,
        shuffle: Callable[[list[str]], None] = BY_CHANCE,
    ) -> Station:
        """A hub over a folder: the first time with a code, later without."""
        folder.make()
        notes, clock = Notes(), HandClock()
        url = self.wires.url if code is not None else None
        hub = make_hub(folder, server_url=url, code=code, words=words, teller=notes, clock=clock)
        self.stations.append(Station(hub, Clerk(hub, shuffle), folder, notes, clock))
        return self.stations[-1]

    def restart(self, station: Station, **options: Any) -> Station:
        """Switched off and on again, without a code."""
        station.stop()
        self.stations.remove(station)
        return self.start(station.folder, **options)

    def people(self, station: Station, count: int | None = None) -> list[Visit]:
        """Everybody comes to this hub, takes a booklet, and is recorded as present."""
        visits = [station.visit(url) for url in self.hall.urls()[:count]]
        for one in visits:
            one.begin()
        self.hall.service.conduct.attendance(self.hall.id, {"A": len(visits)}, "门岗")
        return visits

    def open(self, *contests: str) -> str:
        """A poll opens, and every hub hears of it."""
        poll = self.hall.open(*contests)
        for station in self.stations:
            station.turn()
        return poll.id

    def collect(self) -> str:
        """The organiser asks for the ballots of the open poll."""
        poll = self.hall.state().open_poll
        assert poll is not None
        self.hall.service.hubs.collect(self.hall.id, poll.id)
        return poll.id

    def close(self, **options: Any) -> None:
        """The organiser closes the open poll."""
        self.hall.service.polls.close(self.hall.id, **options)

    def returned(self) -> int:
        """Ballots that the server has in the open poll."""
        return int(self.hall.service.figures(self.hall.id)["returned"])
