"""The ceremony: a box key for every poll, split between the scrutineers' cards, kept by nobody.

Needs no network and no database. The public part goes into entry 0; each card's secret goes to one scrutineer and
is shown once. Source: protocol §6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crypto import hpke, shares

SECRET_BYTES = 32


@dataclass(frozen=True)
class Box:
    """One box's public part. Lists have one element a card, card 1 first."""

    key: bytes  # 32 bytes, X25519
    sealed: tuple[bytes, ...]  # share XOR pad, 32 bytes each
    commit: tuple[bytes, ...]  # SHA-256 commitments to the shares


@dataclass(frozen=True)
class Card:
    """What one scrutineer holds for the whole meeting."""

    number: int  # counts from 1
    secret: bytes  # 32 bytes


def make_boxes(
    meeting_id: str,
    boxes: int,
    cards: int,
    threshold: int,
    random_bytes: Callable[[int], bytes],
    progress: Callable[[], None] = lambda: None,
) -> tuple[list[Box], list[Card]]:
    """Boxes 0 (the test box) to `boxes` − 1, and the cards that open them, any `threshold` of them together."""
    made_cards = [Card(number, random_bytes(SECRET_BYTES)) for number in range(1, cards + 1)]
    made_boxes = []
    for number in range(boxes):
        seed = random_bytes(SECRET_BYTES)
        key = hpke.derive_key_pair(seed).public
        parts = shares.split(seed, cards, threshold, random_bytes)
        pads = [shares.share_pad(card.secret, meeting_id, number, key) for card in made_cards]
        made_boxes.append(
            Box(
                key=key,
                sealed=tuple(shares.xor(part, pad) for part, pad in zip(parts, pads, strict=True)),
                commit=tuple(
                    shares.share_commitment(meeting_id, number, card.number, part)
                    for card, part in zip(made_cards, parts, strict=True)
                ),
            )
        )
        progress()
    return made_boxes, made_cards
