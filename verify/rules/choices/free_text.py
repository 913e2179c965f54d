"""Words in a voter's own hand: what they may be made of.

Text: docs/rules.md, "Ballots". Canonical JSON has made sure of NFC and of whole characters already. Which characters
exist depends on the Unicode version of the running Python; those refused here have not changed for many years.
"""

from unicodedata import category

MAX_WRITE_IN_CHARS = 20
MAX_UTF8_BYTES = 4  # of one character; the escapes that canonical JSON needs, \" and \\, are shorter

_REFUSED = frozenset({"Cc", "Cf", "Zl", "Zp"})  # control, format, line separator, paragraph separator


def is_text(value: object, max_chars: int) -> bool:
    """Whether this is a text of at most so many characters (code points), none of them invisible or a line break."""
    if not isinstance(value, str) or len(value) > max_chars:
        return False
    # Printable, for Python, is less than we take: no space but U+0020, nothing unassigned. It spares nearly every text
    # a look at each character, which is half the time of counting comments.
    return value.isprintable() or not any(category(char) in _REFUSED for char in value)


def is_write_in(value: object) -> bool:
    """Whether this is a name: a text of 1 to 20 characters without white space."""
    return is_text(value, MAX_WRITE_IN_CHARS) and value != "" and not any(category(c) == "Zs" for c in str(value))
