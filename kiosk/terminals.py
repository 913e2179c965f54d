"""The terminals of this hub: who was heard of lately. In memory only, and nothing of a voter.

Observer: whoever reads the console. A terminal tells whether somebody is at it, never who.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

NAME = "[A-Za-z0-9-]{1,16}"
State = Literal["idle", "busy", "ballot"]
Camera = Literal["ok", "missing", "refused", "off"]
AWAY_SECONDS = 10.0  # they speak every 3 seconds
MAX_TERMINALS = 64


@dataclass(frozen=True)
class _Seen:
    state: State
    camera: Camera
    at: float


class Terminals:
    """Names as in the address `/t/NAME`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """clock: seconds that only go forward."""
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}

    def report(self, name: str, state: State, camera: Camera) -> None:
        """One is heard of. A name too many takes the place of the one silent for longest, if that is away; else it is
        not remembered: it may still vote."""
        with self._lock:
            now = self._clock()
            if name not in self._seen and len(self._seen) >= MAX_TERMINALS:
                silent = min(self._seen, key=lambda one: self._seen[one].at)
                if now - self._seen[silent].at <= AWAY_SECONDS:
                    return
                del self._seen[silent]
            self._seen[name] = _Seen(state, camera, now)

    def any_on_a_ballot(self) -> bool:
        """Whether somebody is filling in or reviewing a ballot now."""
        return any(one["state"] == "ballot" for one in self.health())

    def health(self) -> list[dict[str, str]]:
        """As the server is told, by name; `away` for those not heard of lately."""
        with self._lock:
            now = self._clock()
            return [
                {
                    "name": name,
                    "state": one.state if now - one.at <= AWAY_SECONDS else "away",
                    "camera": one.camera,
                }
                for name, one in sorted(self._seen.items())
            ]
