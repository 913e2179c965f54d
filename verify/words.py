"""Fingerprints as words: the first 88 bits of a hash as eight words that people can compare by ear.

Text: docs/protocol.md §3, "Words". The lists are BIP-39's, simplified Chinese and English, kept as data beside this
file; a word stands for 11 bits.
"""

from functools import cache
from pathlib import Path

from verify.errors import Malformed

WORDS = 8
BITS_PER_WORD = 11
PINNED_BYTES = WORDS * BITS_PER_WORD // 8  # 11 bytes, 88 bits

LISTS = {"zh": "chinese_simplified", "en": "english"}


@cache
def word_list(language: str) -> tuple[str, ...]:
    """The 2048 words of "zh" or "en", in the order of their indexes."""
    path = Path(__file__).with_name("words") / f"{LISTS[language]}.txt"
    return tuple(path.read_text(encoding="utf-8").split())


def to_words(digest: bytes, language: str) -> str:
    """Eight words joined by single spaces. `digest` has at least 11 bytes."""
    number = int.from_bytes(digest[:PINNED_BYTES])
    listed = word_list(language)
    places = range(PINNED_BYTES * 8 - BITS_PER_WORD, -1, -BITS_PER_WORD)
    return " ".join(listed[number >> place & 2047] for place in places)


def from_words(text: str) -> bytes:
    """The 11 bytes that eight words stand for, in either language; the inverse of `to_words`.

    Chinese words are single characters and may be written without spaces. Raises: Malformed.
    """
    spoken = text.split()
    if len(spoken) == 1 and not spoken[0].isascii():
        spoken = list(spoken[0])
    if len(spoken) != WORDS:
        raise Malformed(f"expected {WORDS} words, got {len(spoken)}")
    for language in LISTS:
        listed = {word: index for index, word in enumerate(word_list(language))}
        indexes = [listed.get(word.lower()) for word in spoken]
        if None not in indexes:
            number = 0
            for index in indexes:
                number = number << BITS_PER_WORD | (index or 0)
            return number.to_bytes(PINNED_BYTES)
    raise Malformed("not eight words of one of the lists")
