"""Words in a voter's own hand: what they may be made of.

Text: docs/rules.md, "Ballots". Canonical JSON has made sure of NFC and of whole characters already; which characters
there are is a fixed list, in `verify.rules.choices.characters`.
"""

from verify.rules.choices.characters import has_space, is_visible

MAX_WRITE_IN_CHARS = 20
MAX_UTF8_BYTES = 4  # of one character; the escapes that canonical JSON needs, \" and \\, are shorter


def is_text(value: object, max_chars: int) -> bool:
    """Whether this is a text of at most so many characters (code points), none of them invisible or a line break."""
    return isinstance(value, str) and len(value) <= max_chars and is_visible(value)


def is_write_in(value: object) -> bool:
    """Whether this is a name: a text of 1 to 20 characters without white space."""
    return isinstance(value, str) and value != "" and is_text(value, MAX_WRITE_IN_CHARS) and not has_space(value)
