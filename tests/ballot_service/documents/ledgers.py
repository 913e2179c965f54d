"""A ledger file put into a database, as an installation holds it, and read as documents read it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert

from ballot_service.boxes.opening import BoxDesk
from ballot_service.documents import LedgerReader, LedgerView
from ballot_service.ledger.book import Book
from ballot_service.meetings.acts import Acts
from ballot_service.store.engine import Store
from ballot_service.store.keydir import KeyDir
from ballot_service.store.migrate import migrate
from ballot_service.store.tables import LedgerLine, Meeting, SignedCheckpoint
from crypto import canonical, merkle


@contextmanager
def kept(ledger: bytes, folder: Path) -> Iterator[str]:
    """The meeting's id, while a database in the folder holds the ledger."""
    database = f"sqlite:///{folder / 'ballots.sqlite3'}"
    store = Store(database)
    migrate(store)
    body, note = ledger.split(b"\n\n", 1)
    lines = body.split(b"\n")
    entries = [canonical.decode_object(line) for line in lines]
    meeting = entries[0]["id"]
    rows = [
        {
            "meeting": meeting, "position": position, "type": entry["type"], "line": line,
            "leaf_hash": merkle.leaf_hash(line),
        }
        for position, (line, entry) in enumerate(zip(lines, entries, strict=True))
    ]  # fmt: skip
    with store.write() as session:
        closed = entries[-1]["type"] == "closed"
        session.add(Meeting(id=meeting, size=len(lines), open_poll=None, poll_closed_at=None, closed=closed))
        session.flush()
        session.execute(insert(LedgerLine), rows)
        session.add(SignedCheckpoint(meeting=meeting, size=len(lines), note=note.decode()))
    try:
        yield meeting
    finally:
        store.close()


def view_of(ledger: bytes) -> LedgerView:
    """What documents are made from."""
    with tempfile.TemporaryDirectory() as folder, kept(ledger, Path(folder)) as meeting:
        store = Store(f"sqlite:///{Path(folder) / 'ballots.sqlite3'}")
        try:
            book = Book(store, KeyDir(Path(folder) / "keys"), "installation.example", bytes(32))
            return LedgerReader(BoxDesk(Acts(store, book), book, 0)).view(meeting)
        finally:
            store.close()
