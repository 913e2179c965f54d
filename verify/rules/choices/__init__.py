"""From sealed bytes to a choice: one file per ballot kind, one registry line each.

Text: docs/protocol.md §7 and docs/rules.md, "Ballots". Whatever a sealed ballot holds, it can only make itself
invalid: reading never raises for the content of a plaintext, only for a ballot kind that is not known here.
"""

from collections.abc import Mapping
from typing import Any

from verify.rules.canonical import decode_canonical
from verify.rules.choices.approval import Approval
from verify.rules.choices.comment import Comment
from verify.rules.choices.grade import Grade
from verify.rules.choices.kind import Choice, Kind
from verify.rules.choices.pick import Pick
from verify.rules.choices.score import Score
from verify.rules.errors import CanonicalError, RulesError

KINDS: dict[str, Kind] = {
    "approval": Approval(),
    "pick": Pick(),
    "grade": Grade(),
    "score": Score(),
    "comment": Comment(),
}

BLOCK_BYTES = 64  # a padded plaintext is a multiple of this
MAX_CHOICE_DEPTH = 3


def ballot_kind(ballot: Mapping[str, Any]) -> Kind:
    """The kind of a ballot in normal form. Raises: RulesError for one that is not known here."""
    kind = KINDS.get(ballot["kind"])
    if kind is None:
        raise RulesError("unknown ballot kind; known: " + ", ".join(KINDS))
    return kind


def padded_length(ballot: Mapping[str, Any]) -> int:
    """Bytes of every plaintext of this paper, 64·⌈U/64⌉, so that a ciphertext's length says nothing.

    Raises: RulesError for an unknown kind. Source: docs/protocol.md §7.
    """
    return -(-ballot_kind(ballot).longest(ballot) // BLOCK_BYTES) * BLOCK_BYTES


def pad_plaintext(ballot: Mapping[str, Any], plaintext: bytes) -> bytes:
    """Fill up with spaces to the paper's length; `read_choice` takes them off again.

    Raises: RulesError when it is too long for this paper.
    """
    length = padded_length(ballot)
    if len(plaintext) > length:
        raise RulesError(f"expected a choice of at most {length} bytes, got {len(plaintext)}")
    return plaintext.ljust(length)


def read_choice(ballot: Mapping[str, Any], plaintext: bytes | None) -> Choice | None:
    """Read an opened ballot, padded or not; None means invalid (无效), also for None, a ballot that did not open.

    In this order: trailing spaces off; strict UTF-8, depth ≤ 3, integers ≤ 16 digits; canonical JSON; an object with
    the grammar and within the limits of the ballot.

    Raises: RulesError for an unknown ballot kind, never for what the plaintext holds. Source: docs/protocol.md §7.
    """
    kind = ballot_kind(ballot)
    if plaintext is None:
        return None
    try:
        choice = decode_canonical(plaintext.rstrip(b" "), max_depth=MAX_CHOICE_DEPTH)
    except CanonicalError:
        return None
    return kind.read(ballot, choice) if isinstance(choice, dict) else None


__all__ = ["KINDS", "Choice", "Kind", "ballot_kind", "pad_plaintext", "padded_length", "read_choice"]
