"""One act of an organiser: lock the meeting, read its state, decide, append, sign. All of it or nothing.

Two organisers who press the same button are two acts, one after the other: the second sees what the first did and is
refused by the rules, not by luck.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballot_service.errors import Refused
from ballot_service.ledger.book import Book
from ballot_service.meetings.state import MeetingState, new_state
from ballot_service.store.engine import Store
from ballot_service.store.tables import LedgerLine, Meeting
from ballot_service.witnesses.counting import check_head
from crypto import canonical

Clock = Callable[[], datetime]

_drawn_from: ContextVar[int | None] = ContextVar("drawn_from", default=None)


class MovedOn(Exception):
    """The ledger is not the one that the officer looked at; nothing was done."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the ledger has {size} lines by now")
        self.size = size


@contextmanager
def drawn_from(size: int) -> Iterator[None]:
    """Acts inside are done only while the ledger still has `size` lines: as many as the officer's page was drawn from.

    A second click, and a second organiser who pressed first, both raise MovedOn. Judged under the meeting's lock.
    """
    before = _drawn_from.set(size)
    try:
        yield
    finally:
        _drawn_from.reset(before)


def utc_now() -> datetime:
    return datetime.now(UTC)


class States:
    """The state of every meeting, kept in memory and brought up to date from the ledger's new lines."""

    def __init__(self) -> None:
        self._states: dict[str, MeetingState] = {}
        self._lock = threading.Lock()
        self.on_change: list[Callable[[MeetingState], None]] = []
        """Told of every new state: how this process notices that another one closed a poll."""

    def load(self, session: Session, meeting: Meeting) -> MeetingState:
        """The state at the end of the ledger as this transaction sees it. Callers read it and never change it."""
        with self._lock:
            state = self._states.get(meeting.id)
        if state is not None and state.size == meeting.size:
            return state
        if state is None or state.size > meeting.size:
            state = None
        state = self._brought_forward(session, meeting, state)
        with self._lock:
            self._states[meeting.id] = state
        for told in self.on_change:
            told(state)
        return state

    def known(self, meeting_id: str) -> MeetingState | None:
        """The last state that was loaded, which another process may have left behind: for work that the database
        judges again before anything counts."""
        with self._lock:
            return self._states.get(meeting_id)

    def _brought_forward(self, session: Session, meeting: Meeting, state: MeetingState | None) -> MeetingState:
        """A copy taken forward, so that a thread that still reads the old one sees nothing move."""
        start = state.size if state is not None else 0
        query = (
            select(LedgerLine.position, LedgerLine.line, LedgerLine.leaf_hash)
            .where(
                LedgerLine.meeting == meeting.id,
                LedgerLine.position >= start,
                LedgerLine.position < meeting.size,
                LedgerLine.type != "ballot",
            )
            .order_by(LedgerLine.position)
        )
        state = copy.deepcopy(state)
        for position, line, leaf in session.execute(query):
            entry = canonical.decode_object(line)
            if state is None:
                state = new_state(entry, leaf)
                continue
            state.skip_ballots(position - state.size)
            state.apply(entry, leaf)
        if state is None:
            raise Refused(
                "not-published", f"meeting {meeting.id!r} is not published", zh="会议尚未发布完成，请重新发布"
            )
        state.skip_ballots(meeting.size - state.size)
        return state


@dataclass
class Act:
    """What one act sees and what it wants to append."""

    session: Session
    meeting: Meeting
    state: MeetingState
    at: str  # the server's UTC time to the minute
    lines: list[tuple[str, bytes]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    def add(self, entry_type: str, /, **fields: Any) -> bytes:
        """Append an entry; returns its line."""
        line = canonical.encode({"type": entry_type, **fields})
        self.lines.append((entry_type, line))
        return line

    def add_timed(self, entry_type: str, /, **fields: Any) -> bytes:
        """Append an entry that carries the time, for the minutes of the meeting."""
        return self.add(entry_type, at=self.at, **fields)


DURING_A_POLL = {"attendance", "slip-change", "step", "booklet", "ballot", "poll-close"}
"""What the ledger's grammar allows between a poll's opening and its end, beside voiding it (protocol §4)."""


class Acts:
    """Opens acts."""

    def __init__(self, store: Store, book: Book, clock: Clock = utc_now) -> None:
        self.store = store
        self.book = book
        self.clock = clock
        self.states = States()
        self.on_append: list[Callable[[Session, str, list[tuple[str, bytes]]], None]] = []
        """Told, inside the transaction, of every act's meeting and lines: how an act and its record are one."""

    @contextmanager
    def begin(self, meeting_id: str) -> Iterator[Act]:
        """An act on a meeting that is not closed.

        Raises: Refused (not-found, meeting-closed), MovedOn, and whatever the act refuses; then nothing has changed.
        """
        with self.store.write() as session:
            meeting = self.store.lock_meeting(session, meeting_id)
            state = self.states.load(session, meeting)
            seen = _drawn_from.get()
            if seen is not None and seen != state.size:
                raise MovedOn(state.size)
            if state.closed:
                raise Refused(
                    "meeting-closed",
                    f"meeting {meeting_id!r} is closed; nothing can be added to its ledger",
                    zh="会议已经结束，不能再办理",
                )
            act = Act(session, meeting, state, at=self.clock().strftime("%Y-%m-%dT%H:%MZ"))
            yield act
            _check_place(state, act.lines)
            check_head(session, state, [kind for kind, _line in act.lines])
            for told in self.on_append if act.lines else ():
                told(session, meeting_id, act.lines)
            head = self.book.append_lines(session, meeting, act.lines) if act.lines else None
        try:
            if head is not None:
                self.book.remember(meeting_id, head)
        finally:  # the act is committed: keys die also when the disk has no room for the new head
            for finish in act.after_commit:
                finish()

    @contextmanager
    def look(self, meeting_id: str) -> Iterator[tuple[Session, MeetingState]]:
        """Read a meeting. Raises: Refused (not-found)."""
        with self.store.read() as session:
            meeting = session.get(Meeting, meeting_id)
            if meeting is None:
                raise Refused("not-found", f"there is no meeting {meeting_id!r} here", zh="这里没有这个会议")
            yield session, self.states.load(session, meeting)


def _check_place(state: MeetingState, lines: list[tuple[str, bytes]]) -> None:
    """While a poll is open the ledger takes only what belongs there. Raises: Refused (poll-open)."""
    poll = state.open_poll
    if poll is None:
        return
    for kind, line in lines:
        voids_it = kind == "poll-void" and canonical.decode_object(line)["poll"] == poll.id
        if kind not in DURING_A_POLL and not voids_it:
            raise Refused("poll-open", f"poll {poll.id} is open: close it first", zh="投票正在进行，请先截止")
