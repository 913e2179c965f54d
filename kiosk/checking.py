"""After a poll: is everything with a receipt among its ballots? Asked of the signed ledger, never of the server's word.

A ballot with a receipt that the closed poll does not hold is an objection (docs/protocol.md §8). A poll is void by its
line in the ledger only. Until one of the two is proven, the hub keeps what it has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from crypto import merkle
from crypto.ballot import ballot_id
from crypto.encoding import b64u
from crypto.errors import CryptoError
from kiosk.complaint import Mistrust
from kiosk.folder import Folder
from kiosk.meeting import Ledger, Meeting, hashes
from kiosk.outbox import Held, Outbox
from kiosk.remote import Envelope, Refused, Server

RECEIPT_FORMAT = "ballot-service/receipt/1"


@dataclass(frozen=True)
class End:
    """How a poll ended for this hub."""

    void: bool
    counted: int
    lost: int  # ballots that the server never gave a receipt for and that the poll ended without
    missing: tuple[Held, ...]  # ballots with a receipt that the closed poll does not hold


def look_at_end(server: Server, ledger: Ledger, poll: str, outbox: Outbox) -> End:
    """Raises: Mistrust, Refused (too-early while the poll is open), NoAnswer."""
    path = f"/meetings/{ledger.meeting.id}/polls/{poll}"
    try:
        answer = server.get(f"{path}/ballot-ids")
    except Refused as refused:
        if refused.code != "too-early":
            raise
        _check_void(server, ledger, poll)  # it has no list: either it is still open, or it was voided while it was
        return End(void=True, counted=0, lost=0, missing=())
    ids = hashes(answer.get("ids"))
    close = ledger.accept(str(answer.get("close")))
    try:
        start = int(answer["start"])
        merkle.check_range(ids, start, close.tree_size, hashes(answer.get("nodes")), close.root_hash)
    except (CryptoError, KeyError, TypeError, ValueError) as error:
        raise Mistrust("选票清单与截止时的账本不符", f"the list of ballots is not that of the close: {error}") from None
    held = set(ids)
    out = [one for one in outbox.ballots if ballot_id(one.line.encode()) not in held]
    missing = tuple(one for one in out if one.receipt is not None)
    return End(False, len(outbox.ballots) - len(out), len(out) - len(missing), missing)


def keep_evidence(folder: Folder, meeting: Meeting, poll: str, missing: tuple[Held, ...]) -> None:
    """One receipt file for each missing ballot, as `ballot-verify --receipt` reads it. Raises: OSError."""
    for number, one in enumerate(sorted(missing, key=lambda one: ballot_id(one.line.encode())), start=1):
        receipt = {
            "format": RECEIPT_FORMAT,
            "meeting": meeting.id,
            "ballot": b64u(ballot_id(one.line.encode())),
            "receipt": one.receipt,
            "line": one.line,
        }
        text = json.dumps(receipt, ensure_ascii=False, indent=1)
        folder.write(text.encode(), "evidence", f"{poll}-{number}.receipt.json")


def object_to(server: Server, meeting: Meeting, sealing: Envelope, missing: tuple[Held, ...]) -> int:
    """File an objection for each; returns how many the ledger took. Raises: NoAnswer."""
    taken = 0
    for one in missing:
        payload = json.dumps({"line": one.line, "receipt": one.receipt}, ensure_ascii=False).encode()
        try:
            server.post_sealed(f"/meetings/{meeting.id}/objections", sealing, payload)
        except Refused:
            continue
        taken += 1
    return taken


def _check_void(server: Server, ledger: Ledger, poll: str) -> None:
    answer = server.get(f"/meetings/{ledger.meeting.id}/polls/{poll}/void")
    try:
        line, index = str(answer["line"]).encode(), int(answer["index"])
        inclusion, note = answer["inclusion"], str(answer["checkpoint"])
    except (KeyError, TypeError, ValueError):
        raise Mistrust("作废记录格式不对", "the answer about a void poll is incomplete") from None
    entry = ledger.check_line(line, index, inclusion, note)
    if entry.get("type") != "poll-void" or entry.get("poll") != poll:
        raise Mistrust("作废记录是另一次投票的", "the line shown voids another poll")
