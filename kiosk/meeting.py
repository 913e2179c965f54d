"""The meeting as the hub believes it: entry 0 of its ledger, and signed checkpoints that each continue the last.

What is checked and why: docs/protocol.md §4 and §5, as a phone checks it. The hub has no slip; what it starts from are
the eight words that somebody compared with the hall's screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crypto import canonical, merkle
from crypto.checkpoint import Checkpoint, parse_checkpoint
from crypto.encoding import from_b64u
from crypto.errors import CryptoError
from crypto.note import ED25519, VerifierKey, parse_note, verify_note
from crypto.words import Language, fingerprint_words
from kiosk.complaint import Mistrust
from kiosk.folder import Folder
from kiosk.remote import Json, Server


@dataclass(frozen=True)
class Meeting:
    """Entry 0, whose form was checked by `read_meeting`."""

    line: bytes
    entry: dict[str, Any]

    @cached_property
    def fingerprint(self) -> bytes:
        return merkle.leaf_hash(self.line)

    @property
    def id(self) -> str:
        return str(self.entry["id"])

    @property
    def client(self) -> bytes:
        """SHA-256 over the files of the voters' page, 32 bytes."""
        return from_b64u(self.entry["client"], 32)

    @property
    def receipt_key(self) -> bytes:
        return from_b64u(self.entry["receipt_key"], 32)

    @property
    def slips(self) -> int:
        """How many slips there are, spare ones included: no more booklets can ever be honest."""
        return sum(int(each["count"]) for each in self.entry["slips"])

    @property
    def classes(self) -> list[str]:
        """Class ids, in order."""
        return [str(each["id"]) for each in self.entry["classes"]]

    @property
    def keys(self) -> list[bytes]:
        """Leaf hashes of the lines of issuer keys, issuer by issuer, in each the classes in order."""
        return [from_b64u(each, merkle.HASH_BYTES) for each in self.entry["keys"]]

    def transport_key(self, box: int) -> bytes:
        return from_b64u(self.entry["boxes"][box]["transport"], 32)

    def words(self, language: Language) -> str:
        return fingerprint_words(self.fingerprint, language)


def read_meeting(line: bytes, meeting_id: str) -> Meeting:
    """Raises: Mistrust when this is not entry 0 of that meeting."""
    with _doubting("服务器给出的会议信息格式不对", "the meeting line is not what a ledger begins with"):
        meeting = Meeting(line, dict(canonical.decode_object(line)))
        if meeting.entry.get("type") != "meeting" or meeting.entry.get("id") != meeting_id:
            raise Mistrust(
                "服务器给出的是另一个会议", f"the server shows another meeting than {meeting_id}, for which it paired"
            )
        named = ("title", "organiser", "locale", "origin", "ledger_key", "boxes", "classes", "rsa_bits", "pages")
        missing = [name for name in named if name not in meeting.entry]
        if missing:
            raise ValueError(f"without {missing}")
        _ = meeting.client, meeting.receipt_key, meeting.slips, meeting.transport_key(0), meeting.classes, meeting.keys
    return meeting


def check_head(head: Json, meeting: Meeting) -> str:
    """Entry 0 stands at index 0 of the signed ledger; returns the note. Raises: Mistrust."""
    note = str(head.get("checkpoint"))
    shown = check_note(note, meeting)
    with _doubting("会议信息不在已签名的账本里", "entry 0 is not in the signed ledger"):
        merkle.check_inclusion(meeting.fingerprint, 0, shown.tree_size, hashes(head.get("inclusion")), shown.root_hash)
    return note


def check_note(note: str, meeting: Meeting) -> Checkpoint:
    """The checkpoint in a note of the meeting's own ledger, signed by its ledger key. Raises: Mistrust."""
    with _doubting("检查点的签名不对", "the checkpoint is not signed by the meeting's ledger key"):
        key = VerifierKey(meeting.entry["origin"], ED25519, from_b64u(meeting.entry["ledger_key"]))
        verify_note(note, [key])
        shown = parse_checkpoint(parse_note(note).text)
    if shown.origin != meeting.entry["origin"]:
        raise Mistrust("检查点是另一本账的", "the checkpoint is of another ledger")
    return shown


def hashes(values: Any) -> list[bytes]:
    """A list of hashes as the API writes it. Raises: Mistrust."""
    with _doubting("证明里有不是散列值的内容", "a proof holds something that is no hash"):
        return [from_b64u(str(value), merkle.HASH_BYTES) for value in list(values)]


class Ledger:
    """The newest checkpoint seen, on disk. It only moves forward; every other one must be of one history with it."""

    def __init__(self, meeting: Meeting, folder: Folder, server: Server) -> None:
        self.meeting = meeting
        self._folder = folder
        self._server = server

    def accept(self, note: str) -> Checkpoint:
        """Check a note, and that it and the one kept are one history. Raises: Mistrust, Refused, NoAnswer, OSError."""
        shown = check_note(note, self.meeting)
        stored = self._folder.read("checkpoint")
        if stored is None:
            self._folder.write(note.encode(), "checkpoint")
            return shown
        kept = check_note(stored.decode(), self.meeting)
        old, new = sorted((kept, shown), key=lambda one: one.tree_size)
        if old == new:
            return shown
        proof: list[bytes] = []
        if old.tree_size != new.tree_size:
            path = f"/meetings/{self.meeting.id}/proofs/consistency"
            proof = hashes(self._server.get(path, old=old.tree_size, new=new.tree_size).get("nodes"))
        with _doubting("账本与先前看到的不连续", "the ledger shown does not continue the one seen before"):
            merkle.check_consistency(old.tree_size, old.root_hash, new.tree_size, new.root_hash, proof)
        if shown.tree_size > kept.tree_size:
            self._folder.write(note.encode(), "checkpoint")
        return shown

    def check_line(self, line: bytes, index: int, inclusion: Any, note: str) -> dict[str, Any]:
        """A line that the signed ledger holds, decoded. Raises: Mistrust, Refused, NoAnswer."""
        shown = self.accept(note)
        with _doubting("服务器给出的记录不在已签名的账本里", "a line shown is not in the signed ledger"):
            merkle.check_inclusion(merkle.leaf_hash(line), index, shown.tree_size, hashes(inclusion), shown.root_hash)
            return dict(canonical.decode_object(line))


@contextmanager
def _doubting(zh: str, en: str) -> Iterator[None]:
    """What does not hold inside, or has not the form it must have, is a Mistrust."""
    try:
        yield
    except (CryptoError, ValueError, KeyError, IndexError, TypeError) as error:
        raise Mistrust(zh, f"{en}: {error}") from error
