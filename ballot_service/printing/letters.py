"""Letters: which characters the font has, how wide they are, and how text is broken to fit a box.

Titles and names come from a meeting file and may hold any character. One that the font lacks is printed as 〓, which
printers have always put where a letter was missing; nothing is dropped in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from fpdf import FPDF
from fpdf.fonts import TTFFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

FontName = Literal["sans", "serif"]
"""Noto Sans SC for slips and cards, Noto Serif SC for documents that are filed."""

_FILES = {"sans": sans_path, "serif": serif_path}
MM_PER_POINT = 25.4 / 72
REPLACEMENT = "〓"
CUT_OFF = "…"
_VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # choose a glyph, show nothing themselves
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—,.;:?!)]}%·〓々ー")  # never begin a line
_NOT_LAST = frozenset("（《「『【〔〈“‘([{")  # never end one
_IN_BRACKETS = re.compile("（[^（）]{1,4}）")  # （扩大）会议 reads badly when torn


@dataclass(frozen=True)
class Block:
    """Text broken into lines."""

    lines: tuple[str, ...]
    widths: tuple[float, ...]  # mm
    size: float  # points
    leading: float  # from baseline to baseline, in em
    font: FontName = "sans"

    @property
    def height(self) -> float:
        """In mm."""
        return len(self.lines) * self.size * self.leading * MM_PER_POINT


@contextmanager
def font_of(paper: FPDF, name: FontName = "sans") -> Iterator[TTFFont]:
    """One of the fonts, under its name; its file is open until the document is made."""
    paper.add_font(name, fname=_FILES[name]())
    font = paper.fonts[name]
    assert isinstance(font, TTFFont)
    with closing(font.ttfont):
        yield font


class Letters:
    """Measures text in the font that it is printed in."""

    def __init__(self, name: FontName = "sans") -> None:
        self.font = name
        with font_of(FPDF(), name) as font:
            self._widths: dict[str, float] = {chr(code): font.cw[code] / 1000 for code in font.cmap}  # em

    def printable(self, text: str) -> str:
        """The text with a 〓 for every character that the font lacks."""
        shown = _VARIATION_SELECTOR.sub("", unicodedata.normalize("NFC", text))
        return "".join(character if character in self._widths else REPLACEMENT for character in shown)

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The characters that are printed as 〓, each once."""
        return sorted({one for text in texts for one in _VARIATION_SELECTOR.sub("", text) if one not in self._widths})

    def width(self, text: str, size: float) -> float:
        """In mm. `size` is in points, the text printable."""
        return sum(self._widths[character] for character in text) * size * MM_PER_POINT

    def line(self, text: str, size: float) -> Block:
        """One line, however long."""
        text = self.printable(text)
        return self._block([text], size, 1.25)

    def fit(
        self, text: str, width: float, height: float, *, largest: float, smallest: float = 5, leading: float = 1.25
    ) -> Block:
        """The text in the largest size at which it fits. What does not fit even in the smallest ends with "…"."""
        text = self.printable(text)
        size = largest
        while (block := self.paragraph(text, width, size, leading)).height > height and size > smallest:
            size = max(smallest, size - 0.5)
        if block.height <= height:
            return block
        kept = list(block.lines[: max(1, int(height / (size * leading * MM_PER_POINT)))])
        while self.width(kept[-1] + CUT_OFF, size) > width:
            kept[-1] = kept[-1][:-1]
        kept[-1] += CUT_OFF
        return self._block(kept, size, leading)

    def paragraph(self, text: str, width: float, size: float, leading: float = 1.4) -> Block:
        """The text in this size, on as many lines as it takes."""
        room = width / (size * MM_PER_POINT) + 1e-9  # em
        lines: list[str] = []
        line, used = "", 0.0
        for piece in self._pieces(self.printable(text), room):
            taken = self._em(piece)
            if line and used + self._em(piece.rstrip()) > room:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line, used = line + piece, used + taken
        return self._block([*lines, line.rstrip()], size, leading)

    def _block(self, lines: list[str], size: float, leading: float) -> Block:
        return Block(tuple(lines), tuple(self.width(line, size) for line in lines), size, leading, self.font)

    def _em(self, text: str) -> float:
        return sum(self._widths[character] for character in text)

    def _pieces(self, text: str, room: float) -> Iterator[str]:
        """What must stay on one line, unless it is longer than a line."""
        for piece in _unbroken(text):
            if self._em(piece.rstrip()) <= room:
                yield piece
            else:
                yield from piece


def _unbroken(text: str) -> Iterator[str]:
    """Words with the spaces after them; Chinese characters, each with the punctuation that clings to it."""
    kept_whole = {place for match in _IN_BRACKETS.finditer(text) for place in range(match.start() + 1, match.end())}
    piece = ""
    for place, character in enumerate(text):
        if piece and place not in kept_whole and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


@lru_cache(maxsize=len(_FILES))
def letters(name: FontName = "sans") -> Letters:
    """A font's measures, read once."""
    return Letters(name)
