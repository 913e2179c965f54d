"""Answers that are the same for every phone, made once per state of the ledger.

A hall of phones asks for the same head, paper and list of ballot ids within seconds; their proofs cost time that
grows with the ledger. Nothing here depends on who asks.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

KEPT = 256  # answers; the oldest go first


class Snapshots:
    """Finished answers by (meeting, ledger size, what)."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, int, str], dict[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, meeting_id: str, size: int, what: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer; made now when this state of the ledger has none yet. Callers do not change it."""
        name = (meeting_id, size, what)
        with self._lock:
            made = self._answers.get(name)
        if made is None:
            made = make()
            with self._lock:
                self._answers[name] = made
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
        return made
