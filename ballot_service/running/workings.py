"""Rounds with their working, counted again from the ledger once and then kept: an opened poll never changes.

Only the figures that a page shows are kept; the key of the box is used and forgotten.
"""

from __future__ import annotations

import threading

from ballot_service.meetings.state import Json
from ballot_service.service import Service

MAX_KEPT = 200  # polls; more are counted again when somebody looks


class Workings:
    """The opened polls of one installation."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: dict[tuple[str, str], dict[str, Json]] = {}
        self._lock = threading.Lock()

    def of(self, meeting_id: str, poll_id: str) -> dict[str, Json]:
        """Contest id → round object with its working. Raises: Refused (not-found, too-early)."""
        key = (meeting_id, poll_id)
        kept = self._kept.get(key)
        if kept is None:
            with self._lock:  # ten pages that look at the same second count once
                kept = self._kept.get(key) or self._service.boxes.recount(meeting_id, poll_id)
                while len(self._kept) >= MAX_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = kept
        return kept
