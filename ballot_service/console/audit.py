"""The record of acts: which officer did what, in which meeting, when to the minute, and how it ended.

Observer: someone who holds the database. Therefore nothing of a voter, slip or ballot comes here; rows have neither a
counter nor a serial number; and an act whose ledger entries bear no time, at the desk above all, has only its date,
so that this table does not date what the ledger leaves undated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballot_service.meetings.acts import Clock
from ballot_service.printing.workbook import FORMULA_STARTS
from ballot_service.store.engine import Store
from ballot_service.store.tables import AuditEntry
from crypto import canonical

DONE = "done"
ID_BYTES = 16
MAX_DETAIL_CHARS = 200
MAX_SHOWN = 2_000  # rows of one page or file; the newest

_OF_VOTERS = frozenset({"ballot", "booklet", "objection"})  # lines that are nobody's act
_TOLD = ("poll", "item", "step", "contest", "contests", "id", "kind", "to")  # fields that may be repeated in `detail`


@dataclass(frozen=True)
class Shown:
    """A row as it is read. `account` is an id."""

    at: str
    account: str
    meeting: str
    act: str
    outcome: str
    detail: str


class Audit:
    """Writes and reads the record."""

    def __init__(self, store: Store, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self.store = store
        self.clock = clock
        self.random_bytes = random_bytes

    def write(
        self,
        session: Session,
        account: str,
        act: str,
        *,
        meeting: str = "",
        outcome: str = DONE,
        detail: str = "",
        dated_only: bool = False,
    ) -> None:
        """One row, in the caller's transaction. Within a minute the same again is one row."""
        at = self.clock().strftime("%Y-%m-%d" if dated_only else "%Y-%m-%dT%H:%MZ")
        detail = detail[:MAX_DETAIL_CHARS]
        values = {"at": at, "account": account, "meeting": meeting, "act": act, "outcome": outcome, "detail": detail}
        if session.scalar(select(AuditEntry.id).filter_by(**values).limit(1)) is None:
            session.add(AuditEntry(id=self.random_bytes(ID_BYTES), **values))

    def write_lines(self, session: Session, account: str, meeting: str, lines: list[tuple[str, bytes]]) -> None:
        """The rows of an act that appends these lines to a ledger: one for each kind of line."""
        seen = set()
        for kind, line in lines:
            if kind in _OF_VOTERS or kind in seen:
                continue
            seen.add(kind)
            entry = canonical.decode_object(line)
            told = "" if kind == "slip-change" else "; ".join(_told(entry))
            self.write(session, account, kind, meeting=meeting, detail=told, dated_only="at" not in entry)

    def read(self, meetings: Collection[str] | None) -> list[Shown]:
        """The newest rows of these meetings; None: of everything. Newest first."""
        query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.act, AuditEntry.id).limit(MAX_SHOWN)
        if meetings is not None:
            query = query.where(AuditEntry.meeting.in_(meetings))
        with self.store.read() as session:
            return [
                Shown(row.at, row.account, row.meeting, row.act, row.outcome, row.detail)
                for row in session.scalars(query)
            ]

    def meetings(self) -> list[str]:
        """Ids of the meetings that rows name."""
        with self.store.read() as session:
            query = select(AuditEntry.meeting).where(AuditEntry.meeting != "").distinct()
            return list(session.scalars(query))


def as_csv(rows: list[Shown], names: dict[str, str]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need; no cell starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["time (UTC)", "account", "meeting", "act", "outcome", "detail"])
    for row in rows:
        cells = (row.at, names.get(row.account, row.account), row.meeting, row.act, row.outcome, row.detail)
        writer.writerow([plain_cell(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def plain_cell(text: str) -> str:
    """A leading apostrophe before what a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "\t", "\r")) else text


def _told(entry: Mapping[str, object]) -> list[str]:
    """`poll: p1; contests: finance, trust`: ids, which are public in the meeting."""
    told = []
    for name in _TOLD:
        value = entry.get(name)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            told.append(f"{name}: {', '.join(value)}")
        elif isinstance(value, str):
            told.append(f"{name}: {value}")
    return told
