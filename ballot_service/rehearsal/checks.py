"""What a phone checks before it believes a line, a note or a proof. No network and no state: values in, or a refusal.

Everything hangs on the fingerprint on the slip, which is the leaf hash of the `meeting` line. Sources: for the meeting
and its keys docs/protocol.md §5, for papers docs/protocol.md §7, for what comes after the close docs/protocol.md §8.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crypto import blind_rsa, canonical, merkle
from crypto.checkpoint import Checkpoint, parse_checkpoint
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from crypto.note import ED25519, VerifierKey, parse_note, verify_note
from crypto.slips import SlipCode
from verify import rules

Json = dict[str, Any]


class DeviceRefuses(Exception):
    """The device stops here: what the server showed it does not fit its slip. `code` names what."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class refusing:
    """`with refusing(code, why):` what does not hold inside becomes a DeviceRefuses."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, CryptoError):
            raise DeviceRefuses(self.code, f"{self.message}: {error}") from error


# ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────────


def decode(line: bytes, what: str) -> Json:
    """A line of the ledger. Raises: DeviceRefuses (wrong-WHAT) for another spelling than the canonical one."""
    with refusing(f"wrong-{what}", "the line is not canonical"):
        return dict(canonical.decode_object(line))


def read_hashes(values: Sequence[str]) -> list[bytes]:
    """The hashes of a proof. Raises: DeviceRefuses (wrong-proof)."""
    with refusing("wrong-proof", "a proof holds something that is no hash"):
        return [from_b64u(value, merkle.HASH_BYTES) for value in values]


def read_note(note: str) -> Checkpoint:
    """The checkpoint of a note whose signature was checked before."""
    return parse_checkpoint(parse_note(note).text)


# ── meeting, checkpoints, proofs ───────────────────────────────────────────────────────────────────────────────────


def check_meeting(line: bytes, slip: SlipCode) -> Json:
    """Entry 0, when it is that of the meeting on the slip. Raises: DeviceRefuses (wrong-meeting)."""
    if not merkle.leaf_hash(line).startswith(slip.fingerprint_prefix):
        raise DeviceRefuses("wrong-meeting", "the meeting shown is not the one whose fingerprint is on the slip")
    entry = decode(line, "meeting")
    if entry.get("type") != "meeting" or entry.get("id") != slip.meeting_id:
        raise DeviceRefuses("wrong-meeting", "entry 0 is not the meeting on the slip")
    return entry


def check_note(note: str, meeting: Json) -> Checkpoint:
    """The checkpoint in a note that the meeting's ledger key has signed, of the meeting's own ledger.

    Raises: DeviceRefuses (wrong-checkpoint).
    """
    with refusing("wrong-checkpoint", "the checkpoint is not signed by the meeting's ledger key"):
        key = VerifierKey(meeting["origin"], ED25519, from_b64u(meeting["ledger_key"]))
        verify_note(note, [key])
        shown = read_note(note)
    if shown.origin != meeting["origin"]:
        raise DeviceRefuses("wrong-checkpoint", "the checkpoint is of another ledger")
    return shown


def check_in_ledger(line: bytes, index: int, inclusion: Sequence[str], newest: Checkpoint, what: str) -> None:
    """That a line stands in a ledger whose checkpoint was checked. Raises: DeviceRefuses (wrong-proof)."""
    with refusing("wrong-proof", f"{what} is not in the signed ledger"):
        merkle.check_inclusion(
            merkle.leaf_hash(line), index, newest.tree_size, read_hashes(inclusion), newest.root_hash
        )


def check_one_history(one: Checkpoint, other: Checkpoint, nodes: Sequence[str]) -> None:
    """That the longer ledger continues the shorter one. Raises: DeviceRefuses (two-histories)."""
    old, new = sorted((one, other), key=lambda each: each.tree_size)
    with refusing("two-histories", "the ledger shown does not continue the one seen before"):
        merkle.check_consistency(old.tree_size, old.root_hash, new.tree_size, new.root_hash, read_hashes(nodes))


# ── keys, items, papers, voids ─────────────────────────────────────────────────────────────────────────────────────


def check_keys(lines: Sequence[str], meeting: Json, voter_class: str) -> list[list[blind_rsa.PublicKey]]:
    """The keys of a class, each line at its own place in entry 0: other keys for one person would show.

    Raises: DeviceRefuses (wrong-keys).
    """
    classes = [one["id"] for one in meeting["classes"]]
    if voter_class not in classes or len(lines) != len(meeting["issuers"]):
        raise DeviceRefuses("wrong-keys", "not one line of keys from every issuer")
    keys = []
    for number, (issuer, text) in enumerate(zip(meeting["issuers"], lines, strict=True)):
        line = str(text).encode()
        named = meeting["keys"][number * len(classes) + classes.index(voter_class)]
        if merkle.leaf_hash(line) != from_b64u(named):
            raise DeviceRefuses("wrong-keys", "the keys shown are not those that entry 0 commits to")
        entry = decode(line, "keys")
        if entry["class"] != voter_class or entry["issuer"] != issuer["id"]:
            raise DeviceRefuses("wrong-keys", "the keys shown are of another class or issuer")
        if len(entry["n"]) != meeting["pages"]:
            raise DeviceRefuses("wrong-keys", f"expected {meeting['pages']} pages, got {len(entry['n'])}")
        with refusing("wrong-keys", "an issuer key must not be used"):
            keys.append([blind_rsa.PublicKey.from_modulus(from_b64u(n), meeting["rsa_bits"]) for n in entry["n"]])
    return keys


def check_item(line: bytes, name: str) -> Json:
    """An item that was added, of a line that is in the ledger. Raises: DeviceRefuses (wrong-paper)."""
    entry = decode(line, "paper")
    if entry.get("type") != "item" or entry["item"]["id"] != name or entry["item"]["cadre"]:
        raise DeviceRefuses("wrong-paper", "the item added is another one, or one that must not be added")
    return dict(entry["item"])


def check_void(line: bytes, poll_id: str) -> str:
    """Why a poll is void, of a line that is in the ledger. Raises: DeviceRefuses (wrong-proof)."""
    entry = decode(line, "proof")
    if entry.get("type") != "poll-void" or entry["poll"] != poll_id:
        raise DeviceRefuses("wrong-proof", "the poll is said to be void, and the line shown does not void it")
    return str(entry["reason"])


def wrong_about_paper(paper: Json, poll: Json, item: Json, meeting: Json, *, fingerprint: bytes) -> str | None:
    """What about a paper does not fit the meeting, the open poll and its item of the agenda; None: nothing."""
    if paper.get("type") != "paper" or paper["fingerprint"] != b64u(fingerprint):
        return "the paper is of another meeting"
    if paper["box"] != poll["box"] or not 1 <= paper["box"] < len(meeting["boxes"]):
        return "its box is not the poll's"
    if paper["box_key"] != meeting["boxes"][paper["box"]]["key"]:
        return "its box key is not the one made before the meeting"
    printed: Json = next((one for one in item["contests"] if one["id"] == paper["contest"]["id"]), {})
    if not _is_contest_of(paper["contest"], printed, paper["round"]):
        return "its question is not the one of the agenda"
    if paper["length"] != rules.padded_length(paper["contest"]["ballot"]):
        return "ballots of this length would stand out"
    return None


def _is_contest_of(printed: Json, agenda: Json, round_number: int) -> bool:
    """The agenda's contest; in later rounds some of its candidates may be gone, in the order they had."""
    if canonical.encode(printed) == canonical.encode(agenda):
        return True
    if round_number < 2 or "candidates" not in agenda.get("ballot", {}):
        return False
    left = printed["ballot"].get("candidates", [])
    kept = [candidate for candidate in agenda["ballot"]["candidates"] if candidate in left]
    whole = {**printed, "ballot": {**printed["ballot"], "candidates": agenda["ballot"]["candidates"]}}
    return bool(left) and left == kept and canonical.encode(whole) == canonical.encode(agenda)
