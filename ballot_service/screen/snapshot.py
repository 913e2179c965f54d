"""What the screen shows now, made at most twice a second for each meeting however many ask."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballot_service.ledger.book import root_of
from ballot_service.meetings.state import Json, MeetingState, Poll
from ballot_service.screen.progress import Progress, Ticks, told_progress
from ballot_service.screen.rounds import CheckedRounds
from ballot_service.screen.scenes import TURNING, Seen, poll_spoken_of, scene
from ballot_service.service import Service
from ballot_service.store.tables import LedgerLine
from crypto import canonical
from crypto.encoding import b64
from crypto.words import fingerprint_words
from verify import rules

FRESH_SECONDS = 0.5


@dataclass(frozen=True)
class Snapshot:
    """One answer of the data route."""

    body: bytes  # JSON
    etag: str
    made: float


@dataclass
class Screens:
    """The screens of all meetings of one service."""

    service: Service
    now: Callable[[], float] = time.monotonic
    _kept: dict[str, Snapshot] = field(default_factory=dict)
    _turns: dict[str, tuple[int, list[Json]]] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rounds = CheckedRounds(self.service.boxes)
        self._ticks = Ticks(self.now)

    def snapshot(self, meeting_id: str) -> Snapshot:
        """Raises: Refused (not-found)."""
        kept = self._kept.get(meeting_id)
        if kept is not None and self.now() - kept.made < FRESH_SECONDS:
            return kept
        lock = self._locks.get(meeting_id)
        if lock is None:
            with self.service.acts.look(meeting_id):  # no lock for a meeting that is not there
                lock = self._locks.setdefault(meeting_id, threading.Lock())
        # A large count takes seconds: whoever comes meanwhile sees what was so before.
        if not lock.acquire(blocking=kept is None):
            assert kept is not None
            return kept
        try:
            body = json.dumps(self._scene(meeting_id), ensure_ascii=False, sort_keys=True).encode()
            made = Snapshot(body, hashlib.sha256(body).hexdigest()[:32], self.now())
            self._kept[meeting_id] = made
            return made
        finally:
            lock.release()

    def _scene(self, meeting_id: str) -> Json:
        with self.service.acts.look(meeting_id) as (session, state):
            turns = self._turns_of(session, state)
            head = self.service.book.head(session, meeting_id)
            root = root_of(head)
            terminals = bool(self.service.hubs.paired(session, meeting_id))
        poll = poll_spoken_of(state, turns)
        seen = Seen(
            state=state,
            turns=turns,
            progress=self._progress(state),
            cards=self._cards(state, poll),
            terminals=terminals,
            head={
                "origin": self.service.book.origin(meeting_id),
                "size": head.size,
                "root": b64(root),
                "words": fingerprint_words(root, "zh" if state.meeting["locale"] == "zh-CN" else "en"),
            },
        )
        return scene(seen, self._rounds)

    def _turns_of(self, session: Session, state: MeetingState) -> list[Json]:
        size, turns = self._turns.get(state.id, (0, []))
        if size != state.size:
            query = (
                select(LedgerLine.line)
                .where(
                    LedgerLine.meeting == state.id,
                    LedgerLine.position >= size,
                    LedgerLine.position < state.size,
                    LedgerLine.type.in_(TURNING),
                )
                .order_by(LedgerLine.position)
            )
            turns = [*turns, *(canonical.decode_object(line) for line in session.scalars(query))]
            self._turns[state.id] = (state.size, turns)
        return turns

    def _progress(self, state: MeetingState) -> Progress | None:
        poll = state.open_poll
        if poll is None:
            return None

        def count() -> Progress | None:
            figures = self.service.figures(state.id)
            if figures["open_poll"] != poll.id:
                return None
            due = sum(
                max(
                    0,
                    rules.issued(
                        redeemed=figures["redeemed"][voter_class],
                        replaced=state.replaced[voter_class],
                        recused=paper.recused.get(voter_class, 0),
                        handed_out=0,
                    ),
                )
                for paper in poll.papers
                for voter_class in paper.classes
            )
            # What waits at the venue's hubs is cast for whoever cast it there, and comes when the poll is closed.
            cast = figures["returned"] + figures["at_hubs"]
            return told_progress(cast, due, papers=len(poll.papers), min_class=state.meeting["min_class"])

        return self._ticks.at_last_tick(state.id, poll.id, count)

    def _cards(self, state: MeetingState, poll: Poll | None) -> int:
        if poll is None or poll.phase != "closed":
            return 0
        return len(self.service.figures(state.id)["shares"].get(str(poll.box), []))
