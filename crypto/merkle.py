"""The tree over the ledger's lines: its root, and proofs that a line or a run of lines is in it.

Text: RFC 6962 §2.1, with the checking procedures of RFC 9162 §2.1. Hashes are 32 bytes, indexes count from 0.
Range proofs are ours (a phone takes the whole list of a poll's ballots and ties it to the close checkpoint):
the hashes of the largest subtrees outside the range, from left to right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from crypto.errors import BadProof, BadTreePosition

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): `data` is a ledger line without its newline."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): the first byte keeps a node from passing as a leaf."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in order; of no leaves the hash of nothing."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = list(leaf_hashes)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int, size: int | None = None) -> list[bytes]:
    """The path from leaf `index` to the root over the first `size` leaves (all of them when None), leaf side first.

    Raises: BadTreePosition. Source: RFC 6962 §2.1.1.
    """
    size = len(leaf_hashes) if size is None else size
    if not 0 <= index < size <= len(leaf_hashes):
        raise BadTreePosition(f"no leaf {index} in a tree of {size}, with {len(leaf_hashes)} leaves at hand")
    proof = []
    level = list(leaf_hashes[:size])
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        level = _level_above(level)
        index >>= 1
    return proof


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """`leaf` (a leaf hash) stands at `index` of the tree with `size` leaves and this root.

    Raises: BadTreePosition, BadProof. Source: RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size:
        raise BadTreePosition(f"no leaf {index} in a tree of {size}")
    _check_hashes([leaf, root, *proof])
    position, last = index, size - 1
    current = leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("the inclusion proof is too long")
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position != 0:  # levels where this node has no sibling
                position >>= 1
                last >>= 1
        else:
            current = node_hash(current, sibling)
        position >>= 1
        last >>= 1
    if last != 0:
        raise BadProof("the inclusion proof is too short")
    if current != root:
        raise BadProof("the inclusion proof leads to another root")


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int, new_size: int | None = None) -> list[bytes]:
    """That the tree of `new_size` leaves only appends to the one of `old_size`. Empty for equal sizes and for 0.

    Raises: BadTreePosition. Source: RFC 6962 §2.1.2.
    """
    new_size = len(leaf_hashes) if new_size is None else new_size
    if not 0 <= old_size <= new_size <= len(leaf_hashes):
        raise BadTreePosition(f"no step from {old_size} to {new_size} with {len(leaf_hashes)} leaves at hand")
    if old_size in (0, new_size):
        return []
    proof = []
    start, end, whole = 0, new_size, True
    while old_size != end:
        middle = start + _left_size(end - start)
        if old_size <= middle:
            proof.append(root_hash(leaf_hashes[middle:end]))
            end = middle
        else:
            proof.append(root_hash(leaf_hashes[start:middle]))
            start, whole = middle, False
    if not whole:
        proof.append(root_hash(leaf_hashes[start:end]))
    return proof[::-1]


def check_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """The tree of `new_size` leaves holds the one of `old_size`, unchanged, as its beginning.

    Raises: BadTreePosition, BadProof. Source: RFC 9162 §2.1.4.2; from an empty tree everything is consistent.
    """
    if not 0 <= old_size <= new_size:
        raise BadTreePosition(f"no step from {old_size} to {new_size}")
    _check_hashes([old_root, new_root, *proof])
    if old_size in (0, new_size):
        if proof:
            raise BadProof("the consistency proof is too long")
        if old_size == 0 and old_root != EMPTY_ROOT:
            raise BadProof("the root of an empty tree is the hash of nothing")
        if old_size == new_size and old_root != new_root:
            raise BadProof("two trees of one size have different roots")
        return
    path = list(proof)
    if old_size & (old_size - 1) == 0:  # the old tree is one full subtree: its root is the start, not sent
        path.insert(0, old_root)
    if not path:
        raise BadProof("the consistency proof is too short")
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            raise BadProof("the consistency proof is too long")
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not position & 1 and position != 0:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, node)
        position >>= 1
        last >>= 1
    if last != 0:
        raise BadProof("the consistency proof is too short")
    if old != old_root or new != new_root:
        raise BadProof("the consistency proof leads to another root")


def range_proof(leaf_hashes: Sequence[bytes], start: int, end: int, size: int | None = None) -> list[bytes]:
    """What ties the leaves start ≤ index < end to the root over the first `size`: the roots of the largest subtrees
    that hold none of them, from left to right. At most 2·log2(size) hashes. An empty range is one such subtree.

    Raises: BadTreePosition.
    """
    size = len(leaf_hashes) if size is None else size
    if not 0 <= start <= end <= size <= len(leaf_hashes):
        raise BadTreePosition(f"no range {start} to {end} in a tree of {size}, with {len(leaf_hashes)} leaves at hand")
    proof: list[bytes] = []

    def collect(low: int, high: int) -> None:
        if _outside(low, high, start, end):
            proof.append(root_hash(leaf_hashes[low:high]))
        elif not start <= low < high <= end:
            middle = low + _left_size(high - low)
            collect(low, middle)
            collect(middle, high)

    if size:
        collect(0, size)
    return proof


def check_range(leaf_hashes: Sequence[bytes], start: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """These leaf hashes are, from `start` on and without a gap, the leaves of the tree of `size` with this root.

    Raises: BadTreePosition, BadProof.
    """
    end = start + len(leaf_hashes)
    if not 0 <= start <= end <= size:
        raise BadTreePosition(f"no range {start} to {end} in a tree of {size}")
    _check_hashes([root, *leaf_hashes, *proof])
    rest = iter(proof)

    def rebuild(low: int, high: int) -> bytes:
        if _outside(low, high, start, end):
            node = next(rest, None)
            if node is None:
                raise BadProof("the range proof is too short")
            return node
        if start <= low and high <= end:
            return root_hash(leaf_hashes[low - start : high - start])
        middle = low + _left_size(high - low)
        return node_hash(rebuild(low, middle), rebuild(middle, high))

    rebuilt = rebuild(0, size) if size else EMPTY_ROOT
    if next(rest, None) is not None:
        raise BadProof("the range proof is too long")
    if rebuilt != root:
        raise BadProof("the range proof leads to another root")


@dataclass
class Frontier:
    """A tree that only grows: the roots of its full subtrees, the largest first. A leaf costs O(log n) at most.

    `size` and `nodes` are all there is to store to go on later.
    """

    size: int = 0
    nodes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.nodes) != self.size.bit_count():
            raise RuntimeError(f"a tree of {self.size} leaves does not have {len(self.nodes)} full subtrees")

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        if len(leaf) != HASH_BYTES:
            raise RuntimeError(f"expected a hash of {HASH_BYTES} bytes, got {len(leaf)}")
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self.nodes.pop(), node)
            size >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def copy(self) -> "Frontier":
        """A second one that grows by itself, for asking "what would the root be"."""
        return Frontier(self.size, list(self.nodes))


def _level_above(level: list[bytes]) -> list[bytes]:
    above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    if len(level) & 1:
        above.append(level[-1])  # RFC 6962's split at a power of two: a lone last node rises as it is
    return above


def _left_size(size: int) -> int:
    """The largest power of two below `size`, for sizes of 2 and more."""
    return 1 << ((size - 1).bit_length() - 1)


def _outside(low: int, high: int, start: int, end: int) -> bool:
    return start >= end or high <= start or end <= low


def _check_hashes(hashes: Sequence[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise BadProof(f"expected hashes of {HASH_BYTES} bytes, got one of {len(value)}")
