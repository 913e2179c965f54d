"""What a scrutineer's card says to a machine: an address in a QR code, or the same secret in 24 words.

Format: docs/printing.md, "The scrutineer's card". The address has the form of a slip's: the secret stands behind the
`#`, which no browser sends, so a phone that opens it by mistake gives nothing away. The words are BIP-39, whose last
ones check the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from mnemonic import Mnemonic

from ballot_service.boxes.ceremony import SECRET_BYTES, Card
from crypto.encoding import b32, from_b32
from crypto.errors import CryptoError
from crypto.slips import PREFIX_BYTES
from crypto.words import Language

WORDS = 24
_ADDRESS = re.compile(
    r"(https?://[a-z0-9.:\[\]-]{1,255})/c/([a-z0-9-]{1,64})#([1-9][0-9]{0,2})\.([a-z2-7]+)(?:\.([a-z2-7]+))?", re.ASCII
)
_LISTS = {"zh": "chinese_simplified", "en": "english"}


class MalformedCard(ValueError):
    """Not a card. The message never holds the secret."""


@dataclass(frozen=True)
class CardCode:
    """What a card's QR code says."""

    base_url: str
    meeting_id: str
    number: int
    secret: bytes = field(repr=False)  # 32 bytes
    fingerprint_prefix: bytes | None
    """20 bytes, as on slips: the page that reads the card knows the true meeting by it. None on a card of an offline
    ceremony, which is older than the fingerprint: its holder compares the words with the hall's screen."""


def format_card_url(base_url: str, meeting_id: str, card: Card, fingerprint: bytes | None) -> str:
    """HTTPS://HOST/C/MEETING#NUMBER.SECRET.PREFIX, in upper case for a smaller code; without the prefix where the
    fingerprint is not known yet."""
    place = f"{base_url.rstrip('/')}/c/{meeting_id}".upper()
    prefix = "" if fingerprint is None else f".{b32(fingerprint[:PREFIX_BYTES])}"
    return f"{place}#{card.number}.{b32(card.secret)}{prefix}"


def parse_card_url(text: str) -> CardCode:
    """The inverse of `format_card_url`. Raises: MalformedCard."""
    match = _ADDRESS.fullmatch(text.lower()) if text.isascii() else None
    if match is None:
        raise MalformedCard("expected HTTPS://HOST/C/MEETING#NUMBER.SECRET or …SECRET.FINGERPRINT")
    base_url, meeting_id, number, secret, prefix = match.groups()
    if int(number) > 255:
        raise MalformedCard(f"expected a card from 1 to 255, got {number}")
    try:
        return CardCode(
            base_url,
            meeting_id,
            int(number),
            from_b32(secret.upper(), SECRET_BYTES),
            None if prefix is None else from_b32(prefix.upper(), PREFIX_BYTES),
        )
    except CryptoError as error:
        raise MalformedCard("the secret or the fingerprint is cut short or misspelt") from error


def card_words(secret: bytes, language: Language) -> list[str]:
    """The secret in 24 words; in Chinese, 24 characters."""
    return list(_list(language).to_mnemonic(secret).split())


def words_to_card_secret(text: str) -> bytes:
    """The inverse, as people type it: any white space, Chinese also without, English in any case.

    Raises: MalformedCard, also when the words are in the list but do not belong together.
    """
    words = text.lower().split()
    if not text.isascii():
        words = list("".join(words))
    if len(words) != WORDS:
        raise MalformedCard(f"expected {WORDS} words, got {len(words)}")
    known = _list("en" if text.isascii() else "zh")
    listed = frozenset(known.wordlist)
    for place, word in enumerate(words, start=1):
        if word not in listed:
            raise MalformedCard(f"word {place} is not in the list")
    try:
        return bytes(known.to_entropy(words))
    except ValueError as error:
        raise MalformedCard("one of the words is another one's place") from error


@lru_cache
def _list(language: Language) -> Mnemonic:
    return Mnemonic(_LISTS[language])
