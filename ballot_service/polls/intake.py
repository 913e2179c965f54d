"""Casting: a ballot that got a receipt is on disk and will be in the ledger; one that got none is not there.

Requests are checked on their own threads; one writer takes what has gathered meanwhile and commits it together, so
that a full disk sync is shared and SQLite sees one writer. The receipt is signed after COMMIT and covers nothing but
the ballot id: the same ballot gets the same receipt from any worker, after a restart, after the close.
Source: protocol §7, the table of answers.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ballot_service.errors import Refused
from ballot_service.meetings.acts import Acts
from ballot_service.meetings.state import MeetingState, Paper, Poll
from ballot_service.polls.check_ballot import SEAL_BYTES, check_ballot, read_ballot
from ballot_service.polls.sealed_intake import SealedIntake, SealedRow
from ballot_service.store.keyring import Keyring
from ballot_service.store.tables import Intake, LedgerLine, Meeting, SpentValue
from crypto import ballot
from crypto.ballot import Ballot

MAX_BATCH = 256  # ballots in one commit
GATHER_SECONDS = 0.010  # how long the writer waits, at most, for ballots that are under way to share a commit with
LOOK_SECONDS = 0.001  # how often it looks whether any are
WAIT_SECONDS = 60  # a writer that has not answered by then is stuck: the client tries again


class Outcome(Enum):
    """What the database said."""

    STORED = auto()
    SAME = auto()  # this very line is there
    DIFFERS = auto()  # another line for this ballot key, or its key or encapsulation is spent
    CLOSED = auto()


@dataclass
class _Job:
    meeting_id: str
    poll_id: str
    line: bytes
    ballot: Ballot
    row: SealedRow
    intake: SealedIntake
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    refusal: Refused | None = None


@dataclass(frozen=True)
class Receipt:
    """The server's word that a ballot will be in the ledger."""

    signature: bytes  # 64 bytes, Ed25519 by the meeting's receipt key over the ballot id
    new: bool  # False: the ballot was there before


class CastingDesk:
    """Takes ballots. One per process."""

    def __init__(self, acts: Acts, keyring: Keyring, random_bytes: Callable[[int], bytes]) -> None:
        self.acts = acts
        self.keyring = keyring
        self.random_bytes = random_bytes
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._intakes: dict[tuple[str, str], SealedIntake] = {}
        self._under_way = 0
        self._counting = threading.Lock()
        acts.states.on_change.append(self._forget_ended)
        self._writer = threading.Thread(target=self._write_batches, name="casting-writer", daemon=True)
        self._writer.start()

    def cast(self, meeting_id: str, line: bytes, candidate: Ballot) -> Receipt:
        """Take one ballot: its line, and what `read_ballot` read in it.

        Raises: Refused (ballot-invalid, ballot-differs, poll-closed, meeting-closed, not-found, unavailable).
        """
        # The state in memory may be behind; the writer's transaction asks the database whether the poll is open.
        state = self.acts.states.known(meeting_id)
        poll = None if state is None else state.open_poll
        if state is None or poll is None or poll.paper(candidate.paper_hash) is None:
            with self.acts.look(meeting_id) as (session, state):
                if state.closed:
                    raise Refused("meeting-closed", "the meeting is closed: no more ballots are taken")
                poll = state.open_poll
                if poll is None or poll.paper(candidate.paper_hash) is None:
                    return self._from_ledger(session, state, line)
        check_ballot(candidate, state, poll)
        intake = self.sealed_intake(state, poll)
        if intake is None:
            raise Refused("poll-closed", "the poll is closed: no more ballots are taken")
        row = intake.seal(candidate.key, candidate.enc, line)
        job = _Job(meeting_id, poll.id, line, candidate, row, intake)
        self._queue.put(job)
        if not job.done.wait(WAIT_SECONDS):
            raise Refused("unavailable", "the server is too busy to answer; send the same ballot again")
        if job.refusal is not None:
            raise job.refusal
        if job.outcome is Outcome.CLOSED:
            with self.acts.look(meeting_id) as (session, state):
                return self._from_ledger(session, state, line)
        if job.outcome is Outcome.DIFFERS:
            raise Refused("ballot-differs", "another ballot was cast on this page; the first one counts")
        return self._receipt(meeting_id, line, new=job.outcome is Outcome.STORED)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Around the whole handling of a cast: the writer waits for it, and for nobody when nobody comes."""
        with self._counting:
            self._under_way += 1
        try:
            yield
        finally:
            with self._counting:
                self._under_way -= 1

    def attempt_name(self, meeting_id: str, candidate: Ballot, *, newest: bool = False) -> bytes | None:
        """Under which name to count attempts to cast this ballot; None where the open poll does not ask for it.

        newest: ask the database, else the state in memory.
        """
        state = None if newest else self.acts.states.known(meeting_id)
        if state is None:
            with self.acts.look(meeting_id) as (_session, state):
                pass
        poll = state.open_poll
        if poll is None or poll.paper(candidate.paper_hash) is None:
            return None
        intake = self.sealed_intake(state, poll)
        return None if intake is None else intake.attempt_name(candidate.key)

    def receipt_again(self, meeting_id: str, line: bytes) -> Receipt:
        """The receipt of a ballot that a closed poll holds. Raises: Refused (poll-closed, meeting-closed, ...)."""
        with self.acts.look(meeting_id) as (session, state):
            return self._from_ledger(session, state, line)

    def sealed_intake(self, state: MeetingState, poll: Poll) -> SealedIntake | None:
        """How this poll's rows are sealed; None once its key is destroyed."""
        name = (state.id, poll.id)
        intake = self._intakes.get(name)
        if intake is None:
            key = self.keyring.intake(*name)
            if key is None:
                return None
            intake = self._intakes[name] = SealedIntake(key, longest_line(state, poll), self.random_bytes)
        return intake

    def forget(self, meeting_id: str, poll_id: str) -> None:
        """Drop what this process holds of a poll that has ended."""
        self._intakes.pop((meeting_id, poll_id), None)

    def _forget_ended(self, state: MeetingState) -> None:
        """Another process may have closed a poll: nothing that opens its ballots stays in this one's memory."""
        for poll in state.polls.values():
            if poll.phase != "open":
                self.forget(state.id, poll.id)
                self.keyring.forget_poll(state.id, poll.id, poll.box)
        if state.closed:
            self.keyring.forget_meeting(state.id)

    def stop(self) -> None:
        """Finish what is queued and end the writer."""
        self._queue.put(None)
        self._writer.join()

    def _from_ledger(self, session: Session, state: MeetingState, line: bytes) -> Receipt:
        """The answer to a ballot that the open poll is not asking for."""
        query = select(LedgerLine.position).where(
            LedgerLine.meeting == state.id, LedgerLine.leaf_hash == ballot.ballot_id(line)
        )
        if session.scalar(query) is not None:
            return self._receipt(state.id, line, new=False)
        if read_ballot(line).paper_hash in state.papers:
            raise Refused("poll-closed", "the poll is closed or void: this ballot was not taken")
        raise Refused("ballot-invalid", "there is no such paper in this meeting")

    def _receipt(self, meeting_id: str, line: bytes, *, new: bool) -> Receipt:
        seed = self.keyring.receipt(meeting_id)
        if seed is None:
            raise Refused("meeting-closed", "the meeting is closed: its receipt key is destroyed")
        return Receipt(ballot.sign_receipt(seed, ballot.ballot_id(line)), new)

    # ── the writer ─────────────────────────────────────────────────────────────────────────────────────────────

    def _write_batches(self) -> None:
        while True:
            batch = self._gather()
            if not batch:
                return
            by_meeting: dict[str, list[_Job]] = defaultdict(list)
            for job in batch:
                by_meeting[job.meeting_id].append(job)
            for meeting_id, jobs in by_meeting.items():
                try:
                    self._write(meeting_id, jobs)
                except Refused as refusal:
                    for job in jobs:
                        job.refusal = refusal
                except Exception:  # noqa: BLE001 -- the writer outlives any fault; nothing was committed, and no detail may be logged
                    for job in jobs:
                        job.refusal = Refused("internal", "the ballot was not stored; send it again")
                for job in jobs:
                    job.done.set()

    def _gather(self) -> list[_Job]:
        """Wait for one job, then for those under way to share its commit. Empty: stop."""
        batch: list[_Job] = []
        job = self._queue.get()
        until = time.monotonic() + GATHER_SECONDS
        while job is not None:
            batch.append(job)
            try:
                job = self._next_job(len(batch), until)
            except queue.Empty:
                return batch
        if batch:
            self._queue.put(None)  # stop after this batch
        return batch

    def _next_job(self, gathered: int, until: float) -> _Job | None:
        """Raises: queue.Empty when no further ballot is worth waiting for."""
        while gathered < MAX_BATCH and gathered < self._under_way and time.monotonic() < until:
            try:
                return self._queue.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
        if gathered == MAX_BATCH:
            raise queue.Empty
        return self._queue.get_nowait()

    def _write(self, meeting_id: str, jobs: list[_Job]) -> None:
        store = self.acts.store
        with store.write() as session:
            connection = session.connection()
            open_poll = connection.scalar(_OPEN_POLL[store.is_sqlite], {"meeting": meeting_id})
            open_jobs = [job for job in jobs if job.poll_id == open_poll]
            spent = _spent(connection, meeting_id, open_jobs)
            fresh = [job for job in open_jobs if not {job.ballot.key, job.ballot.enc} & spent]
            stored = _insert(connection, meeting_id, fresh, is_sqlite=store.is_sqlite) if fresh else {}
        # Outcomes are told only after the commit: a receipt means that the row is on disk.
        for job in jobs:
            if job not in open_jobs:
                job.outcome = Outcome.CLOSED
            elif (sealed := stored.get(job.row.tag)) is None:
                job.outcome = Outcome.DIFFERS
            elif sealed == job.row.sealed:
                job.outcome = Outcome.STORED
            else:
                there = job.intake.open(job.row.tag, sealed)
                job.outcome = Outcome.SAME if there == job.line else Outcome.DIFFERS


# The writer's statements, made once: building them anew costs more than running them.
_open_poll = select(Meeting.open_poll).where(Meeting.id == bindparam("meeting"))
_OPEN_POLL = {True: _open_poll, False: _open_poll.with_for_update(read=True)}  # SQLite's write transaction is the lock
_SPENT = select(SpentValue.value).where(
    SpentValue.meeting == bindparam("meeting"), SpentValue.value.in_(bindparam("values", expanding=True))
)
_INSERT = {
    True: sqlite.insert(Intake).on_conflict_do_nothing(),
    False: postgresql.insert(Intake).on_conflict_do_nothing(),
}
_STORED = select(Intake.tag, Intake.sealed).where(Intake.tag.in_(bindparam("tags", expanding=True)))


def _spent(connection: Connection, meeting_id: str, jobs: list[_Job]) -> set[bytes]:
    """Keys and encapsulations of these jobs that the ledger already holds, from an earlier poll."""
    values = [value for job in jobs for value in (job.ballot.key, job.ballot.enc)]
    return set(connection.scalars(_SPENT, {"meeting": meeting_id, "values": values})) if values else set()


def _insert(connection: Connection, meeting_id: str, jobs: list[_Job], *, is_sqlite: bool) -> dict[bytes, bytes]:
    """Insert what is new; returns tag → what is stored under it now. First one wins, also between processes."""
    rows = [
        {"tag": job.row.tag, "meeting": meeting_id, "enc_tag": job.row.enc_tag, "sealed": job.row.sealed}
        for job in sorted(jobs, key=lambda job: job.row.tag)  # one order for all processes: no deadlock
    ]
    connection.execute(_INSERT[is_sqlite], rows)
    stored = connection.execute(_STORED, {"tags": [row["tag"] for row in rows]})
    return {row.tag: row.sealed for row in stored}


def longest_line(state: MeetingState, poll: Poll) -> int:
    """Bytes of the longest ballot line that this poll can hold."""
    k_len = state.meeting["rsa_bits"] // 8
    return max(
        len(ballot.ballot_line(_longest_ballot(paper, voter_class, k_len)))
        for paper in poll.papers
        for voter_class in paper.classes
    )


def _longest_ballot(paper: Paper, voter_class: str, k_len: int) -> Ballot:
    return Ballot(
        paper_hash=paper.hash,
        voter_class=voter_class,
        key=bytes(32),
        sigs=(bytes(k_len),),
        enc=bytes(32),
        ct=bytes(paper.length + SEAL_BYTES),
        sig=bytes(64),
    )
