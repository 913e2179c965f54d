"""The hub's own command, switched off in the middle of what it does, and on again:

    python -m tests.kiosk.power_cuts SEED KILLS ballot-kiosk's arguments…

Everything is imported once; each life is a fork that runs the command and counts its steps: every statement to the
database, every file written or erased, every request to the server, before and after. At a step drawn by chance the
process kills itself with SIGKILL. After the last kill the hub lives on until this program is told to stop.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import Any

from kiosk import cli, store
from kiosk.commands import serve
from kiosk.folder import Folder
from kiosk.remote import Server

STEPS = (3, 90)  # of a life: from its start to the middle of a batch


class Steps:
    """Counts, and kills at one of them."""

    def __init__(self, last: int) -> None:
        self._left = last
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*what: Any, **how: Any) -> Any:
            self()
            try:
                return act(*what, **how)
            finally:
                self()

        return stepped


def live(arguments: list[str], last: int) -> None:
    """One life; it does not come back. last: 0 for a life without an end."""
    step = Steps(last)
    for owner, name in ((Folder, "write"), (Folder, "erase"), (Server, "pass_on")):
        setattr(owner, name, step.around(getattr(owner, name)))

    class Watched(sqlite3.Connection):
        execute = step.around(sqlite3.Connection.execute)

    connect = sqlite3.connect
    store.sqlite3.connect = lambda *what, **how: connect(*what, factory=Watched, **how)  # type: ignore[attr-defined]
    serve.BEAT_SECONDS = serve.WORK_SECONDS = 0.03
    os._exit(cli.main(arguments))


def main(seed: int, kills: int, arguments: list[str]) -> None:
    dice = random.Random(seed)
    child = 0

    def stop(_number: int, _frame: object) -> None:
        if child:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    for killed in range(kills + 1):
        last = 0 if killed == kills else dice.randint(*STEPS)
        child = os.fork()
        if child == 0:
            live(arguments, last)
        signal.signal(signal.SIGTERM, stop)
        _child, status = os.waitpid(child, 0)
        print(f"life {killed + 1}: {'killed' if os.WIFSIGNALED(status) else 'ended'}", file=sys.stderr, flush=True)
        if not os.WIFSIGNALED(status):
            sys.exit(f"the hub ended by itself: {os.WEXITSTATUS(status)}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
