"""Fingerprints as words, for people who compare a slip, a phone and a screen.

Format: docs/protocol.md §3: the first 88 bits of a hash as eight 11-bit indexes into a list of BIP-39. 88 bits
are enough because nobody gets to look for a second meeting with the same words: there is one screen, in one room.
"""

from functools import lru_cache
from typing import Literal

from mnemonic import Mnemonic

from crypto.errors import MalformedWords

Language = Literal["zh", "en"]

WORDS = 8
PREFIX_BYTES = 11
_LISTS = {"zh": "chinese_simplified", "en": "english"}
_BITS = 11


def fingerprint_words(digest: bytes, language: Language) -> str:
    """Eight words with single spaces between them. `digest` is a hash, or at least its first 11 bytes."""
    if len(digest) < PREFIX_BYTES:
        raise RuntimeError(f"expected at least {PREFIX_BYTES} bytes, got {len(digest)}")
    number = int.from_bytes(digest[:PREFIX_BYTES], "big")
    words = _words(language)
    return " ".join(words[number >> shift & 0x7FF] for shift in range(_BITS * (WORDS - 1), -1, -_BITS))


def words_to_prefix(text: str) -> bytes:
    """The 11 bytes behind eight words of either list, as people type them: any white space, Chinese also without,
    English in any case.

    Raises: MalformedWords.
    """
    words = text.lower().split()
    if not text.isascii():
        words = list("".join(words))  # every Chinese word is one character
    if len(words) != WORDS:
        raise MalformedWords(f"expected {WORDS} words, got {len(words)}")
    indexes = _indexes("en" if text.isascii() else "zh")
    number = 0
    for place, word in enumerate(words, start=1):
        index = indexes.get(word)
        if index is None:
            raise MalformedWords(f"word {place} is not in the list")
        number = number << _BITS | index
    return number.to_bytes(PREFIX_BYTES, "big")


@lru_cache
def _words(language: Language) -> tuple[str, ...]:
    return tuple(Mnemonic(_LISTS[language]).wordlist)


@lru_cache
def _indexes(language: Language) -> dict[str, int]:
    return {word: index for index, word in enumerate(_words(language))}
