"""Opening the database so that a commit is on disk, and a delete leaves nothing.

SQLite: WAL with `synchronous=FULL` (an acknowledged ballot survives a power cut), `secure_delete=ON` (deleted rows
are overwritten), 16 KiB pages (a ballot row never spills to overflow pages, which are allocated in order of arrival),
temporary tables in memory. PostgreSQL: statement logging off for our sessions where the role may say so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from ballot_service.errors import Refused
from ballot_service.store.file_lock import FileLock
from ballot_service.store.tables import Meeting

log = logging.getLogger(__name__)

PAGE_BYTES = 16_384
BUSY_SECONDS = 30
PUBLISHING_LOCK = 0x7075626C  # an arbitrary fixed number for PostgreSQL's advisory lock, as in `migrate`


class Store:
    """One database. `read` and `write` are the only ways in."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        # SQLite has one writer. Threads and processes queue here instead of in SQLite's lock, whose back-off sleeps
        # for hundreds of milliseconds and lets a busy writer go first for ever: a close would wait for the phones.
        self._turn: AbstractContextManager[object] = threading.Lock()
        if self.is_sqlite and parsed.database:
            self._turn = FileLock(Path(parsed.database + "-turn"))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A snapshot. Nothing is written."""
        with self._reported(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, durable when the block ends; nothing of it remains when the block raises."""
        with self._reported():
            if not self.is_sqlite:
                with Session(self.engine) as session, session.begin():
                    yield session
                return
            with self._turn, self.engine.connect().execution_options(ballot_write=True) as connection:
                with Session(connection) as session, session.begin():
                    yield session
                connection.commit()

    def lock_meeting(self, session: Session, meeting_id: str, *, shared: bool = False) -> Meeting:
        """The meeting's row, locked until the transaction ends.

        Acts of organisers take it alone; casting and redeeming share it, so that a close waits for every cast that
        is under way and every cast after it sees the poll closed. In SQLite the write transaction itself is the lock.

        Raises: Refused (not-found).
        """
        query = select(Meeting).where(Meeting.id == meeting_id)
        if not self.is_sqlite:
            query = query.with_for_update(read=shared)
        meeting = session.scalar(query)
        if meeting is None:
            raise Refused("not-found", f"there is no meeting {meeting_id!r} here", zh="这里没有这个会议")
        return meeting

    def lock_publishing(self, session: Session) -> None:
        """Until the transaction ends nobody else publishes: each meeting names the one before it."""
        if not self.is_sqlite:
            session.execute(select(func.pg_advisory_xact_lock(PUBLISHING_LOCK)))

    def forget_deleted(self) -> None:
        """Fold the write-ahead log into the database file and empty it, so that old page images are gone."""
        if self.is_sqlite:
            with self._turn, self.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            # The statement's parameters may hold a token: only the kind of failure goes anywhere.
            log.error("the database refused: %s", type(error.orig).__name__)
            raise Refused(
                "unavailable",
                "the database cannot store this now; nothing was changed, try again",
                zh="暂时无法保存，没有作任何改动，请再试一次",
            ) from None


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            f"page_size = {PAGE_BYTES}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A write transaction takes the lock at once: a deferred one would fail halfway with "database is locked".
        write = connection.get_execution_options().get("ballot_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgresql_engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=16, max_overflow=16)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")
            cursor.execute("SELECT current_setting('is_superuser') = 'on'")
            if cursor.fetchone()[0]:  # anyone else needs the server's own settings: docs/configuration.md
                cursor.execute("SET log_statement = 'none'")
                cursor.execute("SET log_min_duration_statement = -1")
                cursor.execute("SET log_min_error_statement = 'panic'")
        connection.autocommit = False

    return engine
