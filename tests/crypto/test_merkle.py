"""The tree: every small size against RFC 6962 §2.1 written down plainly, and every altered proof refused."""

from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest

from crypto import merkle
from crypto.errors import BadProof, BadTreePosition

SIZES = range(41)
DATA = [b"line %d" % index for index in range(41)]
LEAVES = [merkle.leaf_hash(data) for data in DATA]


def plain_split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def plain_root(data: list[bytes]) -> bytes:
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = plain_split(len(data))
    return sha256(b"\x01" + plain_root(data[:k]) + plain_root(data[k:])).digest()


def plain_path(index: int, data: list[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    k = plain_split(len(data))
    if index < k:
        return [*plain_path(index, data[:k]), plain_root(data[k:])]
    return [*plain_path(index - k, data[k:]), plain_root(data[:k])]


def plain_consistency(old_size: int, data: list[bytes], whole: bool = True) -> list[bytes]:
    if old_size == len(data):
        return [] if whole else [plain_root(data)]
    k = plain_split(len(data))
    if old_size <= k:
        return [*plain_consistency(old_size, data[:k], whole), plain_root(data[k:])]
    return [*plain_consistency(old_size - k, data[k:], False), plain_root(data[:k])]


ROOTS = [plain_root(DATA[:size]) for size in SIZES]


def altered(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Every proof that differs in one hash, lacks one, or has one more."""
    for place in range(len(proof)):
        yield [*proof[:place], bytes([proof[place][0] ^ 1]) + proof[place][1:], *proof[place + 1 :]]
        yield proof[:place] + proof[place + 1 :]
    for place in range(len(proof) + 1):
        yield [*proof[:place], bytes(32), *proof[place:]]
    if len(proof) > 1:
        yield proof[::-1]
    if proof:
        yield [*proof[:-1], proof[-1][:-1]]


def refuses(check: Callable[..., None], *arguments: object) -> bool:
    try:
        check(*arguments)
    except (BadProof, BadTreePosition):
        return True
    return False


def test_known_roots_of_certificate_transparency() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert merkle.root_hash([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root_hash(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root_hash(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_roots_of_every_size_by_both_ways() -> None:
    frontier = merkle.Frontier()
    for size in SIZES:
        assert merkle.root_hash(LEAVES[:size]) == ROOTS[size]
        assert (frontier.size, frontier.root()) == (size, ROOTS[size])
        assert merkle.Frontier(frontier.size, list(frontier.nodes)).root() == ROOTS[size]
        if size < 40:
            frontier.append(LEAVES[size])


def test_a_copied_frontier_grows_by_itself() -> None:
    frontier = merkle.Frontier()
    frontier.append(LEAVES[0])
    ahead = frontier.copy()
    ahead.append(LEAVES[1])
    assert (frontier.root(), ahead.root()) == (ROOTS[1], ROOTS[2])


def test_a_frontier_that_cannot_be_is_our_own_mistake() -> None:
    with pytest.raises(RuntimeError):
        merkle.Frontier(3, [bytes(32)])
    with pytest.raises(RuntimeError):
        merkle.Frontier().append(b"short")


def test_every_inclusion_proof_and_every_altered_one() -> None:
    for size in SIZES:
        for index in range(size):
            proof = merkle.inclusion_proof(LEAVES, index, size)
            assert proof == plain_path(index, DATA[:size])
            merkle.check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            for other in altered(proof):
                assert refuses(merkle.check_inclusion, LEAVES[index], index, size, other, ROOTS[size])
            for elsewhere in range(size):
                if elsewhere != index:
                    assert refuses(merkle.check_inclusion, LEAVES[index], elsewhere, size, proof, ROOTS[size])
                    assert refuses(merkle.check_inclusion, LEAVES[elsewhere], index, size, proof, ROOTS[size])


def test_every_consistency_proof_and_every_altered_one() -> None:
    for new in SIZES:
        for old in range(new + 1):
            proof = merkle.consistency_proof(LEAVES, old, new)
            assert proof == (plain_consistency(old, DATA[:new]) if old else [])
            merkle.check_consistency(old, ROOTS[old], new, ROOTS[new], proof)
            for other in altered(proof):
                assert refuses(merkle.check_consistency, old, ROOTS[old], new, ROOTS[new], other)
            forked = bytes(32)
            assert refuses(merkle.check_consistency, old, forked, new, ROOTS[new], proof)
            if old:
                assert refuses(merkle.check_consistency, old, ROOTS[old], new, forked, proof)


def test_every_range_proof_and_every_altered_one() -> None:
    for size in range(21):
        for start in range(size + 1):
            for end in range(start, size + 1):
                run = LEAVES[start:end]
                proof = merkle.range_proof(LEAVES, start, end, size)
                assert len(proof) <= 2 * size.bit_length()
                merkle.check_range(run, start, size, proof, ROOTS[size])
                for other in altered(proof):
                    assert refuses(merkle.check_range, run, start, size, other, ROOTS[size])
                assert refuses(merkle.check_range, run, start, size, proof, bytes(32))


def test_a_list_with_a_leaf_left_out_added_or_moved_is_refused() -> None:
    for start in range(13):
        for end in range(start + 1, 14):
            run, proof = LEAVES[start:end], merkle.range_proof(LEAVES, start, end, 13)
            spoiled = [run[1:], run[:-1], [*run, LEAVES[20]], [LEAVES[20], *run[1:]]]
            if len(run) > 1:
                spoiled.append([run[1], run[0], *run[2:]])
            for other in spoiled:
                assert refuses(merkle.check_range, other, start, 13, proof, ROOTS[13])
            assert refuses(merkle.check_range, run, start + 1, 13, proof, ROOTS[13])


def test_a_range_of_one_is_an_inclusion_and_a_range_of_all_needs_nothing() -> None:
    for size in range(1, 41):
        assert merkle.range_proof(LEAVES, 0, size, size) == []
        for index in range(size):
            assert sorted(merkle.range_proof(LEAVES, index, index + 1, size)) == sorted(plain_path(index, DATA[:size]))


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: merkle.inclusion_proof(LEAVES, 5, 5), id="a leaf behind the end"),
        pytest.param(lambda: merkle.inclusion_proof(LEAVES, -1, 5), id="a leaf before the start"),
        pytest.param(lambda: merkle.inclusion_proof(LEAVES, 0, 42), id="a tree larger than what is at hand"),
        pytest.param(lambda: merkle.check_inclusion(LEAVES[0], 1, 1, [], ROOTS[1]), id="an index not below the size"),
        pytest.param(lambda: merkle.consistency_proof(LEAVES, 6, 5), id="a tree that shrinks"),
        pytest.param(lambda: merkle.consistency_proof(LEAVES, 6, 42), id="a future that is not at hand"),
        pytest.param(lambda: merkle.check_consistency(2, ROOTS[2], 1, ROOTS[1], []), id="a rolled-back tree"),
        pytest.param(lambda: merkle.range_proof(LEAVES, 3, 2), id="a range that runs backwards"),
        pytest.param(lambda: merkle.range_proof(LEAVES, 3, 42), id="a range behind the end"),
        pytest.param(lambda: merkle.check_range(LEAVES[:3], 3, 5, [], ROOTS[5]), id="a list longer than the tree"),
    ],
)
def test_positions_outside_the_tree_are_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(BadTreePosition):
        ask()


def test_defaults_are_all_leaves_at_hand() -> None:
    assert merkle.inclusion_proof(LEAVES, 7) == merkle.inclusion_proof(LEAVES, 7, 41)
    assert merkle.consistency_proof(LEAVES, 7) == merkle.consistency_proof(LEAVES, 7, 41)
    assert merkle.range_proof(LEAVES, 7, 9) == merkle.range_proof(LEAVES, 7, 9, 41)
