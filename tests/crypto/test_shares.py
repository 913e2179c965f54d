"""Shares: any k of n rebuild, fewer say nothing, and a field multiplied out by hand."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import combinations

import pytest

from crypto import shares
from crypto.errors import BadShare, SharesDisagree, TooFewShares

RandomBytes = Callable[[int], bytes]
SECRET = bytes(range(200, 232))


def plain_multiply(a: int, b: int) -> int:
    """Polynomials over GF(2): multiply as in school, then divide by x^8 + x^4 + x^3 + x + 1."""
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(15, 7, -1):
        if product >> bit & 1:
            product ^= 0x11B << (bit - 8)
    return product


def test_the_field_is_the_one_of_the_protocol() -> None:
    assert shares._multiply(0x57, 0x83) == 0xC1  # FIPS 197 §4.2
    for a in range(256):
        for b in range(256):
            assert shares._multiply(a, b) == plain_multiply(a, b)
    for a in range(1, 256):
        assert plain_multiply(a, shares._inverse(a)) == 1


def test_any_threshold_of_cards_rebuilds_the_secret(random_bytes: RandomBytes) -> None:
    for cards in range(1, 6):
        for threshold in range(1, cards + 1):
            split = shares.split(SECRET, cards, threshold, random_bytes)
            assert len(split) == cards
            for count in range(threshold, cards + 1):
                for chosen in combinations(range(1, cards + 1), count):
                    given = {card: split[card - 1] for card in reversed(chosen)}
                    assert shares.combine(given, threshold) == SECRET


def test_the_largest_split_rebuilds(random_bytes: RandomBytes) -> None:
    split = shares.split(SECRET, 255, 3, random_bytes)
    assert shares.combine({255: split[254], 128: split[127], 1: split[0]}, 3) == SECRET


def test_a_split_with_known_coefficients_is_the_polynomial_worked_out() -> None:
    coefficients = iter([b"\x02", b"\x03"])
    split = shares.split(b"\x01", 4, 3, lambda _length: next(coefficients))
    expected = [1 ^ plain_multiply(2, x) ^ plain_multiply(3, plain_multiply(x, x)) for x in range(1, 5)]
    assert [share[0] for share in split] == expected


def same_bytes(data: bytes, _length: int) -> bytes:
    return data


@pytest.mark.parametrize("secret", [0, 1, 0xFF])
def test_one_card_of_two_says_nothing(secret: int) -> None:
    """Over all coefficients every share value comes once, whatever the secret is."""
    for card in (1, 2, 3):
        seen: Counter[bytes] = Counter()
        for coefficient in range(256):
            split = shares.split(bytes([secret]), 3, 2, partial(same_bytes, bytes([coefficient])))
            seen[split[card - 1]] += 1
        assert set(seen.values()) == {1}
        assert len(seen) == 256


def test_two_cards_of_three_say_nothing() -> None:
    """Every pair of values, for every secret: each pair of shares fits exactly one polynomial through each secret."""
    for pair in [(0, 0), (17, 200), (255, 1)]:
        possible = set()
        for secret in range(256):
            points = {0: bytes([secret]), 1: bytes([pair[0]]), 2: bytes([pair[1]])}
            third = shares._interpolate(points, 3)
            rebuilt = shares.combine({1: points[1], 2: points[2], 3: third}, 3)
            assert rebuilt == bytes([secret])
            possible.add(third)
        assert len(possible) == 256


def test_every_coefficient_is_asked_for_and_as_long_as_the_secret() -> None:
    asked: list[int] = []

    def random_bytes(length: int) -> bytes:
        asked.append(length)
        return bytes(length)

    shares.split(SECRET, 5, 3, random_bytes)
    assert asked == [32, 32]


@pytest.mark.parametrize(("cards", "threshold"), [(0, 0), (3, 0), (2, 3), (256, 2), (3, -1)])
def test_numbers_of_cards_that_cannot_be_are_refused(cards: int, threshold: int, random_bytes: RandomBytes) -> None:
    with pytest.raises(BadShare):
        shares.split(SECRET, cards, threshold, random_bytes)


def test_too_few_shares_are_refused(random_bytes: RandomBytes) -> None:
    split = shares.split(SECRET, 3, 2, random_bytes)
    with pytest.raises(TooFewShares, match="expected 2 shares, got 1"):
        shares.combine({1: split[0]}, 2)
    with pytest.raises(TooFewShares):
        shares.combine({}, 0)


def test_a_wrong_share_among_enough_others_shows(random_bytes: RandomBytes) -> None:
    split = shares.split(SECRET, 3, 2, random_bytes)
    given = dict(enumerate(split, start=1))
    for card in given:
        with pytest.raises(SharesDisagree):
            shares.combine(given | {card: bytes(32)}, 2)


@pytest.mark.parametrize("card", [0, -1, 256])
def test_a_card_number_outside_the_field_is_refused(card: int) -> None:
    with pytest.raises(BadShare):
        shares.combine({1: bytes(32), card: bytes(32)}, 2)


def test_shares_of_different_lengths_are_refused() -> None:
    with pytest.raises(BadShare):
        shares.combine({1: bytes(32), 2: bytes(31)}, 2)
    with pytest.raises(BadShare):
        shares.xor(bytes(32), bytes(31))


def test_a_share_is_sealed_with_a_pad_for_one_box_of_one_meeting() -> None:
    card_secret, key = bytes(range(32)), bytes(32)
    pad = shares.share_pad(card_secret, "lushui-2026-12", 1, key)
    assert len(pad) == 32
    assert shares.xor(shares.xor(SECRET, pad), pad) == SECRET
    others = [
        shares.share_pad(bytes(32), "lushui-2026-12", 1, key),
        shares.share_pad(card_secret, "lushui-2026-13", 1, key),
        shares.share_pad(card_secret, "lushui-2026-12", 0, key),
        shares.share_pad(card_secret, "lushui-2026-12", 1, bytes(31) + b"\x01"),
    ]
    assert pad not in others
    assert len(set(others)) == 4


def test_a_commitment_names_meeting_box_card_and_share() -> None:
    good = shares.share_commitment("m", 1, 2, SECRET)
    others = {
        shares.share_commitment("n", 1, 2, SECRET),
        shares.share_commitment("m", 2, 2, SECRET),
        shares.share_commitment("m", 1, 1, SECRET),
        shares.share_commitment("m", 1, 2, bytes(32)),
    }
    assert good not in others
    assert len(others) == 4
