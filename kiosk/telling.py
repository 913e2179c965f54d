"""What the hub says on its console: what happened to polls and to the server, in Chinese and English.

Observer: whoever reads the terminal window, the service manager's journal or a file it was sent to. Counts and polls;
never a slip, a booklet's name, a line, an address, nor anything that happens when one voter acts. No time is written.
"""

from __future__ import annotations

import sys
import threading


class Teller:
    """Says each thing once until something else is said of the same matter."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}
        self._lock = threading.Lock()

    def say(self, matter: str, zh: str, en: str, *, loud: bool = False) -> None:
        """matter: what it is about, e.g. `server` or `poll p1`. loud: somebody has to do something."""
        line = f"{'!!! ' if loud else ''}{zh} · {en}"
        with self._lock:
            if self._said.get(matter) == line:
                return
            self._said[matter] = line
            print(line, file=sys.stderr if loud else sys.stdout, flush=True)
