"""Opening a box: from the scrutineers' shares to the key that opens every ballot of a poll.

Text: docs/protocol.md §6. Shamir's scheme bytewise over GF(2^8) with x^8 + x^4 + x^3 + x + 1, the secret at 0, card i
at x = i; the secret is a seed, the key pair DHKEM(X25519)'s DeriveKeyPair of it (RFC 9180 §7.1.3).
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from verify.encoding import lp, tag


def share_commitment(meeting_id: str, box: int, card: int, share: bytes) -> bytes:
    """What entry 0 holds of a share before the doors open. Source: docs/protocol.md §6."""
    return sha256(tag("share") + lp(meeting_id) + box.to_bytes(2) + card.to_bytes(1) + share).digest()


def combine_shares(shares: Mapping[int, bytes]) -> bytes:
    """The secret from `threshold` shares by card number: the polynomial's value at 0 (Lagrange)."""
    length = len(next(iter(shares.values())))
    secret = bytearray(length)
    for card, share in shares.items():
        weight = 1
        for other in shares:
            if other != card:
                weight = _multiply(weight, _divide(other, other ^ card))
        for place in range(length):
            secret[place] ^= _multiply(weight, share[place])
    return bytes(secret)


def derive_secret_key(seed: bytes) -> bytes:
    """DeriveKeyPair of DHKEM(X25519, HKDF-SHA256): the 32-byte secret key. Source: RFC 9180 §7.1.3, §4."""
    suite = b"KEM\x00\x20"
    prk = hmac.digest(b"", b"HPKE-v1" + suite + b"dkp_prk" + seed, "sha256")
    return hmac.digest(prk, (32).to_bytes(2) + b"HPKE-v1" + suite + b"sk" + b"\x01", "sha256")


def public_key(secret_key: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret_key).public_key().public_bytes_raw()


def _multiply(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= 0x11B
        b >>= 1
    return product


def _divide(a: int, b: int) -> int:
    inverse = 1
    for _ in range(254):  # b^254 is 1/b: the multiplicative group has 255 elements
        inverse = _multiply(inverse, b)
    return _multiply(a, inverse)
