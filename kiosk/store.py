"""What must survive a power cut: booklets and ballots, in one SQLite file that says nothing without its keys.

A booklet is a record that its terminal sealed under the slip's key K; here it is sealed once more, under a key of the
hub that is destroyed when the meeting is closed, and its row is named by a keyed hash, so that a slip found later does
not show that it was used here. The ballots of a poll are one row, sealed under a key that is destroyed when the poll is
settled. No time, no serial number, no rowid, no order: what a page of the file could tell of the order in which
booklets grew is gone when the file is written anew at the end of each poll.

secure_delete overwrites what is deleted, synchronous=EXTRA makes a commit survive a power cut. SQLite's journal holds
pages as they were before a change, earlier records of booklets among them, whose seed would give away every ballot of a
slip found later. Deleted, it would lie in free blocks of the disk; so it stays where it is and is overwritten after
every transaction.
Source: https://sqlite.org/pragma.html#pragma_synchronous, #pragma_journal_mode, docs/kiosk.md, "What it keeps".
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum

from kiosk.deposits import About, BadDeposit, Deposit, Paper, ballot_key
from kiosk.folder import Folder
from kiosk.outbox import Outbox
from kiosk.seals import Seals

FILE = "hub.sqlite3"
BUSY_SECONDS = 30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS booklet (name BLOB PRIMARY KEY, version INTEGER NOT NULL, sealed BLOB NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS poll (
    poll TEXT PRIMARY KEY, phase TEXT NOT NULL, about TEXT NOT NULL, sealed BLOB, lost INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


class Phase(StrEnum):
    """How far a poll is at this hub. It only moves forward."""

    TAKING = "taking"
    SHUT = "shut"  # takes no more; ballots leave
    DELIVERED = "delivered"  # the server was asked, everything held has its answer
    SETTLED = "settled"  # the closed poll was checked, or it is void: nothing of it is left


class BookletChanged(Exception):
    """Another terminal has written this booklet since it was read."""


class PollShut(Exception):
    """The hub takes no ballots of this poll: not open, asked for and over, or delivered."""


class StorageFull(Exception):
    """Nothing was stored: the disk is full."""


class TooManyBooklets(StorageFull):
    """Nothing was stored: far more booklets are asked for than there are slips."""


@dataclass(frozen=True)
class PollRow:
    """One poll as stored. outbox: None once it is settled, or when its key is lost."""

    poll: str
    phase: Phase
    about: About
    outbox: Outbox | None
    lost: int


class Store:
    """The hub's database. Safe to use from many threads."""

    def __init__(self, folder: Folder, random_bytes: Callable[[int], bytes]) -> None:
        self.seals = Seals(folder, random_bytes)
        self._journal = folder.path(f"{FILE}-journal")
        self._lock = threading.RLock()
        if not folder.path(FILE).exists():
            self.seals.begin()
        self._database = sqlite3.connect(
            folder.path(FILE), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # The journal's mode first: a journal that a power cut left is rolled back at the first read, and not deleted.
        for pragma in ("journal_mode = PERSIST", "secure_delete = ON", "synchronous = EXTRA", "temp_store = MEMORY"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._database.close()

    # ── booklets ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def over(self) -> bool:
        """The meeting was closed: there are no booklets any more, and never again."""
        return self.seals.over

    def booklet(self, name: str) -> tuple[int, bytes] | None:
        """Version and record of a booklet; None where there is none."""
        with self._lock:
            if self.over:
                return None
            found = self._database.execute(
                "SELECT version, sealed FROM booklet WHERE name = ?", (self.seals.row_name(name),)
            ).fetchone()
            return None if found is None else (found[0], self.seals.open_record(name, *found))

    def count_booklets(self) -> int:
        with self._lock:
            return int(self._database.execute("SELECT count(*) FROM booklet").fetchone()[0])

    def put(self, name: str, version: int, record: bytes, deposit: Deposit | None, *, most: int) -> int:
        """Replace a booklet of `version` (0: new) and take its ballots: both or neither. Returns the new version.

        The same call again changes nothing and returns the same: a lost answer loses nothing, also when the poll is
        shut by then. most: how many booklets there may be.
        Raises: BookletChanged, PollShut, BadDeposit, StorageFull, TooManyBooklets.
        """
        with self._writing():
            if self.over:
                raise PollShut
            there = self.booklet(name)
            if there == (version + 1, record):
                if deposit is not None and not self._has(deposit):
                    raise BookletChanged
                return version + 1
            if version != (0 if there is None else there[0]):
                raise BookletChanged
            if there is None and self.count_booklets() >= most:
                raise TooManyBooklets
            if deposit is not None:
                self._take(deposit)
            self._database.execute(
                "INSERT INTO booklet VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET version = excluded.version, sealed = excluded.sealed",
                (self.seals.row_name(name), version + 1, self.seals.seal_record(name, version + 1, record)),
            )
        return version + 1

    def end_meeting(self) -> None:
        """Booklets are of no use any more: rows first, then the key that opens every older copy of them."""
        with self._writing():
            self._database.execute("DELETE FROM booklet")
        self._write_anew()
        self.seals.end()

    # ── polls ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def polls(self) -> list[PollRow]:
        with self._lock:
            rows = self._database.execute("SELECT poll, phase, about, sealed, lost FROM poll").fetchall()
            return [self._row(*row) for row in rows]

    def poll(self, poll: str) -> PollRow | None:
        with self._lock:
            query = "SELECT poll, phase, about, sealed, lost FROM poll WHERE poll = ?"
            found = self._database.execute(query, (poll,)).fetchone()
            return None if found is None else self._row(*found)

    def about(self, poll: str) -> About | None:
        """What is public of a poll, without opening its ballots; None where it is not known."""
        with self._lock:
            found = self._database.execute("SELECT about FROM poll WHERE poll = ?", (poll,)).fetchone()
            return None if found is None else _read_about(found[0])

    def open_poll(self, poll: str, about: About) -> None:
        """Ready to take ballots; no change where the poll is known. The key is there before the first voter is."""
        with self._writing():
            if self.poll(poll) is None:
                told = json.dumps(asdict(about))
                sealed = self.seals.seal_outbox(poll, Outbox())
                self._database.execute(
                    "INSERT INTO poll VALUES (?, ?, ?, ?, 0)", (poll, Phase.TAKING.value, told, sealed)
                )

    def shut(self, poll: str) -> None:
        """From here on no ballot comes in."""
        self._move(poll, Phase.TAKING, Phase.SHUT)

    def deliver(self, poll: str) -> None:
        """Durable before the server is told: it may close the poll from then on."""
        self._move(poll, Phase.SHUT, Phase.DELIVERED)

    def answer(self, poll: str, receipts: Mapping[str, str], refusals: Mapping[str, str]) -> None:
        """Keep what the server said, by line. Raises: StorageFull."""
        with self._writing():
            row = self.poll(poll)
            if row is not None and row.outbox is not None:
                self._keep(poll, row.outbox.with_answers(receipts, refusals))

    def settle(self, poll: str, lost: int) -> None:
        """Nothing of the poll is needed any more: the row first, then the key that opens every older copy of it."""
        with self._writing():
            self._database.execute(
                "UPDATE poll SET phase = ?, sealed = NULL, lost = ? WHERE poll = ?", (Phase.SETTLED.value, lost, poll)
            )
        self._write_anew()
        self.seals.erase_outbox(poll)

    def erase_spent_keys(self) -> None:
        """At start: a kill may have come between the end of a row and that of its key."""
        for row in self.polls():
            if row.phase is Phase.SETTLED:
                self.seals.erase_outbox(row.poll)

    # ── inside a transaction ───────────────────────────────────────────────────────────────────────────────────────

    def _take(self, deposit: Deposit) -> None:
        row = self.poll(deposit.poll)
        if row is None or row.phase is not Phase.TAKING or row.outbox is None:
            raise PollShut
        new = [line for line in deposit.lines if not row.outbox.holds([line])]
        if any(row.outbox.holds_key(ballot_key(line)) for line in new):
            raise BadDeposit("another ballot of the same page is here already")
        is_helped = deposit.assisted and bool(new)  # ballots that are here already help nobody once more
        self._keep(deposit.poll, row.outbox.with_lines(new, assisted=is_helped))

    def _has(self, deposit: Deposit) -> bool:
        row = self.poll(deposit.poll)
        if row is None:
            return False
        return row.phase is Phase.SETTLED or (row.outbox is not None and row.outbox.holds(deposit.lines))

    def _keep(self, poll: str, outbox: Outbox) -> None:
        self._database.execute(
            "UPDATE poll SET sealed = ? WHERE poll = ?", (self.seals.seal_outbox(poll, outbox), poll)
        )

    def _move(self, poll: str, before: Phase, after: Phase) -> None:
        with self._writing():
            self._database.execute(
                "UPDATE poll SET phase = ? WHERE poll = ? AND phase = ?", (after.value, poll, before.value)
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, on disk when the block ends; nothing of it when the block raises. Raises: StorageFull."""
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield
                self._database.execute("COMMIT")
            except BaseException as error:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                if isinstance(error, sqlite3.OperationalError) and _is_full(error):
                    raise StorageFull from None
                raise
            finally:
                self._empty_journal()

    def _write_anew(self) -> None:
        """Rows in the order of their names, pages in the order of rows; what they were before is overwritten."""
        with self._lock:
            try:
                self._database.execute("VACUUM")
            except sqlite3.OperationalError as error:
                if not _is_full(error):  # then the next poll's end does it
                    raise
            finally:
                self._empty_journal()

    def _empty_journal(self) -> None:
        """Overwrite what the journal held; nobody needs it between transactions, and only this process makes any."""
        if self._database.in_transaction:
            return
        try:
            with self._journal.open("r+b") as file:
                file.write(bytes(self._journal.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
                file.truncate(0)
        except OSError:
            return  # there is none yet, or the disk fails: after the next transaction

    def _row(self, poll: str, phase: str, about: str, sealed: bytes | None, lost: int) -> PollRow:
        outbox = None if sealed is None else self.seals.open_outbox(poll, sealed)
        return PollRow(poll, Phase(phase), _read_about(about), outbox, lost)


def _read_about(text: str) -> About:
    told = json.loads(text)
    papers = {
        paper: Paper(each["page"], each["length"], tuple(each["classes"])) for paper, each in told["papers"].items()
    }
    return About(told["box"], papers)


def _is_full(error: sqlite3.OperationalError) -> bool:
    """No room, or a write that failed: in both cases nothing was stored."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
