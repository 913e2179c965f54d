"""One meeting's ledger in the database: lines go in at the end, and every new end is signed.

Before a checkpoint is signed its root is recomputed from the stored lines and compared with the stored leaf hashes,
so that a flipped bit on the disk stops the service instead of entering a signature. Source: protocol §4, §8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ballot_service.errors import CannotStart, Refused
from ballot_service.ledger.limits import MAX_ENTRIES, MAX_LINE_BYTES
from ballot_service.store.engine import Store
from ballot_service.store.keydir import KeyDir
from ballot_service.store.tables import Cosignature, LedgerLine, Meeting, SignedCheckpoint
from crypto import canonical, ed25519, merkle
from crypto.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from crypto.encoding import b64u
from crypto.note import add_signature, parse_note, sign_note
from verify.rules.canonical import check_size
from verify.rules.errors import CanonicalError

Entry = dict[str, Any]


@dataclass(frozen=True)
class Head:
    """The last signed state of a ledger."""

    size: int
    note: str


class Book:
    """All ledgers of this installation."""

    def __init__(self, store: Store, keys: KeyDir, installation: str, ledger_seed: bytes) -> None:
        self.store = store
        self.keys = keys
        self.installation = installation
        self._seed = ledger_seed
        self.public_key = ed25519.public_key(ledger_seed)

    def origin(self, meeting_id: str) -> str:
        return f"{self.installation}/{meeting_id}"

    def append(self, session: Session, meeting: Meeting, entries: Iterable[Entry]) -> Head:
        """Append entries and sign the new head, inside the caller's transaction on a locked meeting.

        The caller calls `remember` with the head once the transaction is committed.
        """
        return self.append_lines(session, meeting, [(entry["type"], canonical.encode(entry)) for entry in entries])

    def append_lines(self, session: Session, meeting: Meeting, lines: Sequence[tuple[str, bytes]]) -> Head:
        """As `append`, for (type, line) that are canonical already: ballots stay as they were cast.

        Raises: Refused (too-large) for what no reader of a ledger would take.
        """
        for kind, line in lines:
            if len(line) > MAX_LINE_BYTES:
                raise Refused("too-large", f"{kind}: a line of {len(line)} bytes; a ledger takes {MAX_LINE_BYTES}")
            try:
                check_size(line)
            except CanonicalError as error:
                raise Refused("too-large", f"{kind}: {error}, and no reader of a ledger takes more") from None
        if meeting.size + len(lines) > MAX_ENTRIES:
            raise Refused("too-large", f"a ledger has at most {MAX_ENTRIES} lines")
        rows = [
            {
                "meeting": meeting.id,
                "position": meeting.size + offset,
                "type": kind,
                "line": line,
                "leaf_hash": merkle.leaf_hash(line),
            }
            for offset, (kind, line) in enumerate(lines)
        ]
        session.execute(insert(LedgerLine), rows)
        meeting.size += len(rows)
        head = self._sign(session, meeting.id, meeting.size)
        session.add(SignedCheckpoint(meeting=meeting.id, size=head.size, note=head.note))
        session.flush()
        return head

    def note_at(self, session: Session, meeting_id: str, size: int) -> str:
        """A signed note for an earlier size, e.g. the tree that ends with a `poll-close`."""
        stored = session.get(SignedCheckpoint, (meeting_id, size))
        return stored.note if stored is not None else self._sign(session, meeting_id, size).note

    def cosigned_note(self, session: Session, meeting_id: str, size: int) -> str:
        """The signed note of a size with the witnesses' cosignatures under it, in the order of their keys."""
        note = self.note_at(session, meeting_id, size)
        query = (
            select(Cosignature.line)
            .where(Cosignature.meeting == meeting_id, Cosignature.size == size)
            .order_by(Cosignature.witness)
        )
        for line in session.scalars(query):
            note = add_signature(note, line)
        return note

    def remember(self, meeting_id: str, head: Head, root: bytes | None = None) -> None:
        """Keep size and root of a committed head outside the database, so that an older copy is noticed."""
        path = ("meetings", meeting_id, "head.json")
        with self.keys.alone():  # two processes that write at once leave the larger one
            kept = self.keys.read_json(*path)
            if kept is None or kept["size"] < head.size:
                self.keys.write_json({"size": head.size, "root": (root or root_of(head)).hex()}, *path)

    def head(self, session: Session, meeting_id: str) -> Head:
        """The newest signed head. Raises: Refused (not-found)."""
        query = (
            select(SignedCheckpoint)
            .where(SignedCheckpoint.meeting == meeting_id)
            .order_by(SignedCheckpoint.size.desc())
            .limit(1)
        )
        stored = session.scalar(query)
        if stored is None:
            raise Refused("not-found", f"there is no meeting {meeting_id!r} here")
        return Head(stored.size, stored.note)

    def leaf_hashes(self, session: Session, meeting_id: str, size: int) -> list[bytes]:
        """The first `size` leaf hashes."""
        query = (
            select(LedgerLine.leaf_hash)
            .where(LedgerLine.meeting == meeting_id, LedgerLine.position < size)
            .order_by(LedgerLine.position)
        )
        return list(session.scalars(query))

    def lines(self, session: Session, meeting_id: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Lines `start` ≤ position < `end`, in order."""
        query = select(LedgerLine.line).where(LedgerLine.meeting == meeting_id, LedgerLine.position >= start)
        if end is not None:
            query = query.where(LedgerLine.position < end)
        with session.scalars(query.order_by(LedgerLine.position).execution_options(yield_per=1000)) as lines:
            yield from lines

    def export(self, session: Session, meeting_id: str) -> Iterator[bytes]:
        """The ledger file in pieces: the lines, an empty line, the signed checkpoint."""
        head = self.head(session, meeting_id)
        for line in self.lines(session, meeting_id, end=head.size):
            yield line + b"\n"
        yield b"\n" + self.cosigned_note(session, meeting_id, head.size).encode()

    def check_kept_heads(self) -> None:
        """At start: every ledger is signed by our key and still has the head that was signed last.

        Raises: CannotStart, naming the meeting, when a ledger is missing, shorter or different, or the keys are not
        those of this database.
        """
        with self.store.read() as session:
            first_lines = select(LedgerLine.meeting, LedgerLine.line).where(LedgerLine.position == 0)
            for meeting_id, line in session.execute(first_lines):
                if canonical.decode_object(line)["ledger_key"] != b64u(self.public_key):
                    raise CannotStart(
                        f"the ledger key in {self.keys.root} is not the one that signs meeting {meeting_id}: restore "
                        f"the folder of keys that belongs to this database"
                    )
        for meeting_id in self.keys.meetings():
            kept = self.keys.read_json("meetings", meeting_id, "head.json")
            if kept is None:
                continue  # publishing was cut off before anything was signed
            with self.store.read() as session:
                leaves = [merkle.leaf_hash(line) for line in self.lines(session, meeting_id, end=kept["size"])]
            if len(leaves) < kept["size"] or merkle.root_hash(leaves).hex() != kept["root"]:
                raise CannotStart(
                    f"the ledger of meeting {meeting_id} is not the one signed last ({kept['size']} lines expected, "
                    f"{len(leaves)} found, or another content): restore the newest database before serving; "
                    f"going on would give the meeting two histories"
                )

    def _sign(self, session: Session, meeting_id: str, size: int) -> Head:
        """Raises: Refused (internal) when the stored lines and the stored hashes disagree."""
        query = (
            select(LedgerLine.line, LedgerLine.leaf_hash)
            .where(LedgerLine.meeting == meeting_id, LedgerLine.position < size)
            .order_by(LedgerLine.position)
            .execution_options(yield_per=1000)
        )
        tree = merkle.Frontier()
        with session.execute(query) as rows:
            for line, stored in rows:
                leaf = merkle.leaf_hash(line)
                if leaf != stored:
                    raise Refused(
                        "internal", f"line {tree.size} of the ledger differs from its hash: restore from backup"
                    )
                tree.append(leaf)
        if tree.size != size:
            raise Refused("internal", f"the ledger has {tree.size} lines, expected {size}: restore from backup")
        text = format_checkpoint(Checkpoint(self.origin(meeting_id), size, tree.root()))
        return Head(size, sign_note(text, self.origin(meeting_id), self._seed))


def root_of(head: Head) -> bytes:
    """The root hash in a note of our own."""
    return parse_checkpoint(parse_note(head.note).text).root_hash
