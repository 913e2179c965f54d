"""Issuer keys: as many as entry 0 says, those whose hashes it holds, and none that could betray who uses it (V07).

Text: docs/protocol.md §5. A modulus with a small factor, or with a factor of another key, could be made so that a
blinded message tells its voter; whoever publishes such a key is refused before any credential is looked at.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from math import gcd
from typing import Any

from verify.errors import Failed
from verify.ledger import Entry, b64url_decode

Moduli = dict[str, list[tuple[bytes, ...]]]  # class -> page -> modulus of each issuer


def read_moduli(meeting: Mapping[str, Any], keys: Sequence[Entry]) -> Moduli:
    """The moduli of the `keys` entries. Raises: Failed."""
    pairs = [(issuer["id"], one["id"]) for issuer in meeting["issuers"] for one in meeting["classes"]]
    if [(entry.value["issuer"], entry.value["class"]) for entry in keys] != pairs:
        raise Failed("expected one keys entry per issuer and class, in their order")
    if [entry.leaf for entry in keys] != [b64url_decode(leaf) for leaf in meeting["keys"]]:
        raise Failed("the keys entries are not those that entry 0 names")
    product = 1
    by_pair: dict[tuple[str, str], list[bytes]] = {}
    for pair, entry in zip(pairs, keys, strict=True):
        place = f"line {entry.line}"
        moduli = by_pair[pair] = [b64url_decode(n) for n in entry.value["n"]]
        if len(moduli) != meeting["pages"]:
            raise Failed(f"{place}: expected {meeting['pages']} keys, one per page, got {len(moduli)}")
        for page, modulus in enumerate(moduli, 1):
            _check_modulus(modulus, meeting["rsa_bits"], f"{place}: key of page {page}")
            n = int.from_bytes(modulus)
            if gcd(n, product % n) != 1:
                raise Failed(f"{place}: key of page {page}: shares a factor with an earlier key")
            product *= n
    issuers = [issuer["id"] for issuer in meeting["issuers"]]
    return {
        one["id"]: [tuple(by_pair[issuer, one["id"]][page] for issuer in issuers) for page in range(meeting["pages"])]
        for one in meeting["classes"]
    }


def _primorial(limit: int) -> int:
    """The product of all primes below `limit`."""
    sieve = bytearray([1]) * limit
    sieve[:2] = b"\x00\x00"
    for number in range(2, int(limit**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, limit, number)))
    primes = [number for number in range(limit) if sieve[number]]
    while len(primes) > 1:  # a tree of products: far faster than one long product
        primes = [a * b for a, b in zip(primes[::2], chain(primes[1::2], [1]), strict=False)]
    return primes[0]


_SMALL_PRIMES = _primorial(65537)


def _check_modulus(modulus: bytes, bits: int, what: str) -> None:
    """Refuse a key that could be made to betray those who use it. Source: docs/protocol.md §5."""
    n = int.from_bytes(modulus)
    if len(modulus) != bits // 8 or n.bit_length() != bits:
        raise Failed(f"{what}: expected exactly {bits} bits")
    if n % 2 == 0:
        raise Failed(f"{what}: an even modulus")
    if gcd(n, _SMALL_PRIMES % n) != 1:
        raise Failed(f"{what}: a modulus with a factor below 65537")
