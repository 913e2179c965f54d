"""Consistency of two trees: the larger begins with the smaller. Text: RFC 9162 §2.1.4.2. Pure functions."""

from collections.abc import Sequence
from hashlib import sha256

from verify.errors import Failed

HASH_BYTES = 32


def check_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, nodes: Sequence[bytes]) -> None:
    """Raises: Failed, when `nodes` do not prove that the tree of `new_size` leaves continues that of `old_size`."""
    if not 0 < old_size <= new_size:
        raise Failed(f"expected a tree of at least {old_size} lines, got {new_size}")
    if any(len(node) != HASH_BYTES for node in nodes):
        raise Failed("a node of the proof is not 32 bytes")
    if old_size == new_size:
        if nodes or old_root != new_root:
            raise Failed(f"two roots for the same {old_size} lines")
        return
    path = list(nodes)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise Failed("an empty proof")
    first, second = old_size - 1, new_size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    from_old = from_new = path[0]
    for node in path[1:]:
        if second == 0:
            raise Failed("a proof that is too long")
        if first & 1 or first == second:
            from_old, from_new = _node(node, from_old), _node(node, from_new)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            from_new = _node(from_new, node)
        first, second = first >> 1, second >> 1
    if second != 0:
        raise Failed("a proof that is too short")
    if from_old != old_root or from_new != new_root:
        raise Failed(f"the tree of {new_size} lines does not begin with the {old_size} lines that were signed before")


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
