"""What stands on a page: lines, boxes, text and QR codes, in millimetres from the top left corner.

Pure values. `pdf` and `html` draw them; because both draw the same marks, both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ballot_service.printing.letters import MM_PER_POINT, Block, FontName

Modules = tuple[str, ...]
"""The rows of a QR code, without its quiet zone: "1" is dark, "0" is light."""

BLACK = "#000000"
WHITE = "#ffffff"
_ASCENT = 0.88  # from the top of a Chinese character to its baseline, in em


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = BLACK
    thickness: float = 0.15
    dashed: bool = False


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    outline: str | None = None
    thickness: float = 0.3


@dataclass(frozen=True)
class Text:
    """One line of text. Every character of it is in the font (`Letters.printable`)."""

    x: float  # of the left edge
    y: float  # of the baseline
    text: str
    width: float  # as measured in the font
    size: float  # points
    colour: str = BLACK
    bold: bool = False
    font: FontName = "sans"


@dataclass(frozen=True)
class Code:
    """A QR code. Whoever places it leaves four modules around it empty."""

    x: float
    y: float
    side: float
    modules: Modules


Mark = Line | Box | Text | Code


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    marks: tuple[Mark, ...]


def text_block(
    block: Block, x: float, y: float, *, colour: str = BLACK, bold: bool = False, centred_in: float = 0
) -> Iterable[Text]:
    """The lines of a block whose top left corner is (x, y), or centred in a column of that width."""
    for place, (text, width) in enumerate(zip(block.lines, block.widths, strict=True)):
        left = x + (centred_in - width) / 2 if centred_in else x
        baseline = y + block.size * MM_PER_POINT * (_ASCENT + (block.leading - 1) / 2 + place * block.leading)
        yield Text(left, baseline, text, width, block.size, colour, bold, block.font)


def code_in(modules: Modules, x: float, y: float, side: float) -> Code:
    """A QR code in a square of which its quiet zone, four modules on each side, is a part."""
    module = side / (len(modules) + 8)
    return Code(x + 4 * module, y + 4 * module, len(modules) * module, modules)
