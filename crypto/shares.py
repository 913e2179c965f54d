"""The box key in shares: any k of n scrutineers open the box, fewer learn nothing.

Format: docs/protocol.md §6. Shamir's scheme bytewise over GF(2^8) with x^8 + x^4 + x^3 + x + 1, the secret at 0,
card i at x = i, uniform coefficients. What a scrutineer releases is a pad for one box, never the card secret: opening
one box opens no other.
Source: Shamir, "How to share a secret", CACM 22 (1979).
"""

from collections.abc import Callable, Mapping
from hashlib import sha256

from crypto import hkdf
from crypto.encoding import lp, tag, u8, u16
from crypto.errors import BadShare, SharesDisagree, TooFewShares

SECRET_BYTES = 32
CARD_SECRET_BYTES = 32
MAX_CARDS = 255


def split(secret: bytes, cards: int, threshold: int, random_bytes: Callable[[int], bytes]) -> list[bytes]:
    """One share per card, each as long as the secret; card 1 first.

    Asks `random_bytes` once for every coefficient, the one of x first: threshold − 1 times len(secret) bytes.
    Raises: BadShare for numbers of cards that cannot be.
    """
    if not 1 <= threshold <= cards <= MAX_CARDS:
        raise BadShare(f"expected 1 ≤ threshold ≤ cards ≤ {MAX_CARDS}, got {threshold} of {cards}")
    coefficients = [secret, *(random_bytes(len(secret)) for _ in range(threshold - 1))]
    return [_evaluate(coefficients, card) for card in range(1, cards + 1)]


def combine(shares: Mapping[int, bytes], threshold: int) -> bytes:
    """The secret from {card: share}. Shares beyond the threshold must agree with the others.

    The result is only as right as the shares: check each against its commitment, and the key against the paper.
    Raises: TooFewShares, BadShare, SharesDisagree.
    """
    if threshold < 1 or len(shares) < threshold:
        raise TooFewShares(f"expected {threshold} shares, got {len(shares)}")
    if len({len(share) for share in shares.values()}) != 1:
        raise BadShare("the shares have different lengths")
    if not all(1 <= card <= MAX_CARDS for card in shares):
        raise BadShare(f"cards count from 1 to {MAX_CARDS}")
    cards = sorted(shares)
    basis = {card: shares[card] for card in cards[:threshold]}
    for card in cards[threshold:]:
        if _interpolate(basis, card) != shares[card]:
            raise SharesDisagree(f"the share of card {card} does not lie on the polynomial of the others")
    return _interpolate(basis, 0)


def share_commitment(meeting_id: str, box: int, card: int, share: bytes) -> bytes:
    """32 bytes, in `meeting` before the doors open, so that a wrong share is named. Boxes and cards count from 1, box 0
    is the test box."""
    return sha256(tag("share") + lp(meeting_id) + u16(box) + u8(card) + share).digest()


def share_pad(card_secret: bytes, meeting_id: str, box: int, box_public_key: bytes) -> bytes:
    """What unseals this card's share of this box, and nothing else: sealed = share XOR pad, 32 bytes."""
    return hkdf.derive(card_secret, tag("box-share") + lp(meeting_id) + u16(box) + box_public_key, SECRET_BYTES)


def xor(left: bytes, right: bytes) -> bytes:
    """Share to sealed share and back. Raises: BadShare for different lengths."""
    if len(left) != len(right):
        raise BadShare(f"expected equal lengths, got {len(left)} and {len(right)}")
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _evaluate(coefficients: list[bytes], x: int) -> bytes:
    """The polynomial of every byte at x, by Horner's rule; coefficients[0] is the constant term."""
    value = bytes(len(coefficients[0]))
    for coefficient in reversed(coefficients):
        value = bytes(_multiply(byte, x) ^ added for byte, added in zip(value, coefficient, strict=True))
    return value


def _interpolate(points: Mapping[int, bytes], x: int) -> bytes:
    """The value at x of the polynomial through `points`, by Lagrange."""
    value = bytes(len(next(iter(points.values()))))
    for card, share in points.items():
        weight = 1
        for other in points:
            if other != card:
                weight = _multiply(weight, _multiply(x ^ other, _inverse(card ^ other)))
        value = bytes(byte ^ _multiply(weight, part) for byte, part in zip(value, share, strict=True))
    return value


def _multiply(a: int, b: int) -> int:
    """In GF(2^8). No table and no branch: the time does not depend on the secret byte."""
    product = 0
    for bit in range(8):
        product ^= -((b >> bit) & 1) & a
        a = (a << 1) ^ (-(a >> 7) & 0x11B)
    return product


def _inverse(a: int) -> int:
    """a^254, which is a^-1; a is never 0 here."""
    result = 1
    for bit in range(7, -1, -1):
        result = _multiply(result, result)
        if (254 >> bit) & 1:
            result = _multiply(result, a)
    return result
