"""Checkpoints: the ledger's own statement of how long it is and what it holds.

Format: docs/protocol.md §4, our profile of C2SP tlog-checkpoint: three lines, no extension lines.
Pure functions: text in, values out; signatures live in `crypto.note`.
"""

import re
from dataclasses import dataclass

from crypto.encoding import b64, from_b64
from crypto.errors import MalformedCheckpoint, MalformedEncoding
from crypto.merkle import EMPTY_ROOT, HASH_BYTES
from crypto.note import is_name

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_MAX_SIZE = 2**63 - 1


@dataclass(frozen=True)
class Checkpoint:
    """One state of the ledger. Creating an impossible one raises MalformedCheckpoint, which is a ValueError."""

    origin: str  # ledger name, e.g. "ballot.example/lushui-2026-12"
    tree_size: int  # leaves in the tree; 0 for an empty ledger
    root_hash: bytes  # 32 bytes, RFC 6962 §2.1

    def __post_init__(self) -> None:
        if not is_name(self.origin):
            raise MalformedCheckpoint("an origin is not empty and has no white space and no plus sign")
        if not 0 <= self.tree_size <= _MAX_SIZE:
            raise MalformedCheckpoint(f"no tree has {self.tree_size} leaves")
        if len(self.root_hash) != HASH_BYTES:
            raise MalformedCheckpoint(f"expected a root of {HASH_BYTES} bytes, got {len(self.root_hash)}")
        if self.tree_size == 0 and self.root_hash != EMPTY_ROOT:
            raise MalformedCheckpoint("the root of an empty tree is the hash of nothing")


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The text that is signed: origin, size in decimal, root in base64, a newline after each."""
    return f"{checkpoint.origin}\n{checkpoint.tree_size}\n{b64(checkpoint.root_hash)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint; the inverse of `format_checkpoint`.

    Only the canonical spelling is accepted: `int` and `b64decode` alone would let many texts mean the same tree.

    Raises: MalformedCheckpoint. Source: C2SP tlog-checkpoint, "Note text".
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise MalformedCheckpoint("expected three lines, each ending in a newline")
    origin, size, root_b64 = lines[:3]
    if not _SIZE.fullmatch(size):
        raise MalformedCheckpoint("the size is not a plain decimal number")
    try:
        root = from_b64(root_b64, HASH_BYTES)
    except MalformedEncoding as error:
        raise MalformedCheckpoint(f"root: {error}") from error
    return Checkpoint(origin, int(size), root)
