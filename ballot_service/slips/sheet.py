"""The sheets of slips: A4, eight slips a page, the same words on every slip of a class.

A slip says what to do with it, and nothing about who will hold it: no number, no name, no order (protocol §5, and the
rule that a ballot may carry no mark: this is not the ballot, and says so). Classes and reserve slips begin new pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from ballot_service.meetings.publish import HandedOut
from ballot_service.printing.letters import Block, letters
from ballot_service.printing.marks import BLACK, WHITE, Box, Line, Mark, Modules, Page, code_in, text_block
from ballot_service.printing.qr import qr_codes
from ballot_service.slips.printing_order import in_printing_order
from crypto.slips import parse_slip_url
from crypto.words import Language, fingerprint_words

PER_PAGE = 8
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = 95.0, 68.0
RIGHT_WIDTH = 45.0  # beside the code
LEFT, TOP = (PAGE_WIDTH - COLUMNS * WIDTH) / 2, (PAGE_HEIGHT - ROWS * HEIGHT) / 2
GREY = "#444444"

COLOURS = ("#0b5394", "#a61c00", "#2f6b1d", "#5b2a86", "#8a4b08", "#0b6565", "#9c1f63", "#3d3d3d")
"""Of the classes, in the order of the meeting file. White on each has a contrast above 5. Always beside the word."""


@dataclass(frozen=True)
class Wording:
    voter_class: str
    reserve: str
    instruction: str
    words: str
    note: str
    address: str
    margin: str


WORDING = {
    "zh": Wording(
        voter_class="票种",
        reserve="备用",
        instruction="扫码 → 领票 → 投票",
        words="与会场大屏核对：",
        note="凭条不是选票；散会时投入凭条箱。",
        address="网址 ",
        margin="入场凭条：沿虚线裁开，打乱顺序，由参会人员自己抽取",
    ),
    "en": Wording(
        voter_class="Class",
        reserve="SPARE",
        instruction="Scan, take your ballot, and vote.",
        words="On the screen:",
        note="Not a ballot. Into the slip box at the end.",
        address="",
        margin="Slips: cut along the dashes, shuffle, and let everybody draw one",
    ),
}
"""In the meeting's language."""

BROWSER_ADVICE = {
    "zh": "入场凭条：用 A4 纸打印，缩放 100%，不要页眉页脚，勾选背景图形。打印后删除本文件。",
    "en": "Slips: print on A4 at 100 %, without headers and footers, with background graphics. Then delete this file.",
}
"""Above the slips on a screen; never printed."""


def language_of(fields: Mapping[str, Any]) -> Language:
    return "zh" if fields["locale"] == "zh-CN" else "en"


def day_in_words(day: str, language: Language) -> str:
    """day: as "2026-12-18"."""
    read = date.fromisoformat(day)
    return f"{read.year}年{read.month}月{read.day}日" if language == "zh" else f"{read.day} {read:%B} {read.year}"


def slip_pages(published: HandedOut, fields: Mapping[str, Any]) -> list[Page]:
    """fields: of the published meeting, in normal form."""
    slips = in_printing_order(published.slips, fields)
    base_url = parse_slip_url(slips[0].url).base_url
    codes = iter(qr_codes([slip.url for slip in slips]))
    pages = []
    for (reserve, voter_class), group in groupby(slips, key=lambda slip: (slip.reserve, slip.voter_class)):
        design = _Design(fields, published.fingerprint, base_url, voter_class, reserve)
        own_codes = [next(codes) for _slip in group]
        pages += [design.page(own_codes[start : start + PER_PAGE]) for start in range(0, len(own_codes), PER_PAGE)]
    return pages


class _Design:
    """The slips of one class and kind. All that they share is measured once: everything but the code."""

    def __init__(
        self, fields: Mapping[str, Any], fingerprint: bytes, base_url: str, voter_class: str, reserve: bool
    ) -> None:
        language = language_of(fields)
        wording = WORDING[language]
        place = [one["id"] for one in fields["classes"]].index(voter_class)
        class_name: str = fields["classes"][place]["name"]
        self._colour = COLOURS[place % len(COLOURS)]
        self._filled = place // len(COLOURS) % 2 == 0  # the ninth class has the first one's colour as a frame

        fit, line = letters().fit, letters().line
        self._label = line(wording.voter_class, 7.5)
        self._reserve = line(wording.reserve, 11) if reserve else None
        name_width = WIDTH - 13 - self._label.widths[0] - (21 if reserve else 0)
        self._name = fit(class_name, name_width, 9.5, largest=17)
        self._title = fit(fields["title"], RIGHT_WIDTH, 17.5, largest=14)
        self._day = line(day_in_words(fields["date"], language), 9)
        self._place = fit(fields["place"], RIGHT_WIDTH, 7, largest=9)
        self._instruction = fit(wording.instruction, RIGHT_WIDTH - 3, 9.5, largest=14)
        self._compare = line(wording.words, 7)
        words = fingerprint_words(fingerprint, language)
        self._words = fit(words, WIDTH - 11 - self._compare.widths[0], 4.3, largest=9.5, smallest=4)
        self._note = fit(wording.note, 53, 3.8, largest=8.5)
        self._address = fit(wording.address + base_url.partition("://")[2], 33, 3.8, largest=8)
        kind = f"{class_name} · {wording.reserve}" if reserve else class_name
        self._margin = fit(f"{kind} | {wording.margin}", COLUMNS * WIDTH, 4, largest=8.5)

    def page(self, codes: Sequence[Modules]) -> Page:
        marks = [*text_block(self._margin, LEFT, 4), *_cut_marks()]
        for number, modules in enumerate(codes):
            row, column = divmod(number, COLUMNS)
            marks += self._slip(modules, LEFT + column * WIDTH, TOP + row * HEIGHT)
        return Page(PAGE_WIDTH, PAGE_HEIGHT, tuple(marks))

    def _slip(self, modules: Modules, x: float, y: float) -> Iterator[Mark]:
        yield from self._band(x + 3.5, y + 3.5, WIDTH - 7, 10.5)
        yield code_in(modules, x + 1.5, y + 14.5, 43)

        right, below = x + 46.5, y + 17
        yield from text_block(self._title, right, below, bold=True)
        below += self._title.height + 1
        yield from text_block(self._day, right, below)
        yield from text_block(self._place, right, below + self._day.height)
        yield Box(right, y + 46.5, RIGHT_WIDTH, 10.5, outline=self._colour, thickness=0.5)
        yield from _centred(self._instruction, right, y + 46.5, RIGHT_WIDTH, 10.5, colour=self._colour, bold=True)

        yield from _middle(self._compare, x + 4.5, y + 57.4, 4.3, colour=GREY)
        yield from _middle(self._words, x + 5.5 + self._compare.widths[0], y + 57.4, 4.3)
        yield from text_block(self._note, x + 4.5, y + 61.5, colour=GREY)
        yield from text_block(self._address, x + WIDTH - 3.5 - max(self._address.widths), y + 61.5, colour=GREY)

    def _band(self, x: float, y: float, width: float, height: float) -> Iterator[Mark]:
        ground, ink = (self._colour, WHITE) if self._filled else (WHITE, self._colour)
        yield Box(x, y, width, height, fill=ground, outline=self._colour, thickness=0.6)
        label_width = self._label.widths[0]
        yield from _centred(self._label, x + 3, y, label_width, height, colour=ink)
        name_left = x + 6 + label_width
        yield from _middle(self._name, name_left, y, height, colour=ink, bold=True)
        if self._reserve:
            yield Box(x + width - 20, y + 1.75, 18, height - 3.5, fill=ink)
            yield from _centred(self._reserve, x + width - 20, y, 18, height, colour=ground, bold=True)


def _centred(
    block: Block, x: float, y: float, width: float, height: float, *, colour: str, bold: bool = False
) -> Iterable[Mark]:
    top = y + (height - block.height) / 2
    return text_block(block, x, top, colour=colour, bold=bold, centred_in=width)


def _middle(
    block: Block, x: float, y: float, height: float, *, colour: str = BLACK, bold: bool = False
) -> Iterable[Mark]:
    return text_block(block, x, y + (height - block.height) / 2, colour=colour, bold=bold)


def _cut_marks() -> Iterator[Mark]:
    """Ticks in the margins for a guillotine, dashes between the slips for scissors."""
    right, bottom = PAGE_WIDTH - LEFT, PAGE_HEIGHT - TOP
    for column in range(COLUMNS + 1):
        x = LEFT + column * WIDTH
        yield Line(x, TOP - 4.5, x, TOP - 1)
        yield Line(x, bottom + 1, x, bottom + 4.5)
        yield Line(x, TOP, x, bottom, colour="#999999", thickness=0.1, dashed=True)
    for row in range(ROWS + 1):
        y = TOP + row * HEIGHT
        yield Line(LEFT - 4.5, y, LEFT - 1, y)
        yield Line(right + 1, y, right + 4.5, y)
        yield Line(LEFT, y, right, y, colour="#999999", thickness=0.1, dashed=True)
