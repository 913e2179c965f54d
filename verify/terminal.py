"""Text for a terminal: what others wrote made harmless, and columns that line up with Chinese characters in them.

Text from the ledger is written by others: control and format characters in it are made visible before it is printed, so
that no title can move the cursor, colour a line or turn the writing direction. Chinese characters are two columns wide.
"""

import unicodedata
from collections.abc import Iterable


def printable(text: object) -> str:
    """Text from a ledger, safe for a terminal: anything that is not a visible character or a space is spelled out."""
    return "".join(
        character if character == " " or _visible(character) else f"\\u{{{ord(character):x}}}"
        for character in str(text)
    )


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


def width(text: str) -> int:
    """Columns in a terminal: wide and full-width characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def pad(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


def fill(pieces: Iterable[str], columns: int = 96) -> list[str]:
    """The pieces in as many lines as it takes, two spaces between them, none of them broken."""
    lines: list[str] = []
    for piece in pieces:
        if lines and width(lines[-1]) + 2 + width(piece) <= columns:
            lines[-1] += "  " + piece
        else:
            lines.append(piece)
    return lines
