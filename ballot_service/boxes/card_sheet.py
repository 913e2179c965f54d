"""The scrutineers' cards: one A6 page for each, with the secret as a QR code and in words.

Printed once, from what publishing or an offline ceremony hands out; nothing here keeps a card. One card alone opens
nothing, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ballot_service.boxes.card_code import card_words, format_card_url
from ballot_service.boxes.ceremony import Card
from ballot_service.meetings.publish import HandedOut
from ballot_service.printing.letters import letters
from ballot_service.printing.marks import WHITE, Box, Mark, Modules, Page, code_in, text_block
from ballot_service.printing.qr import qr_codes
from ballot_service.slips.sheet import day_in_words, language_of
from crypto.words import Language

WIDTH, HEIGHT = 105.0, 148.0
_SIDE = 7.0
_INSIDE = WIDTH - 2 * _SIDE
_COLOUR = "#3d3d3d"
_GREY = "#444444"


@dataclass(frozen=True)
class Wording:
    heading: str
    number: str
    needed: str
    needed_all: str  # where every card is needed
    needed_one: str  # where any card will do
    words: str
    columns: int  # in which the words stand
    advice: tuple[str, ...]


WORDING: dict[Language, Wording] = {
    "zh": Wording(
        heading="监票卡",
        number="第 {number} 张，共 {cards} 张",
        needed="任意 {threshold} 张在一起，才能开箱",
        needed_all="{threshold} 张都在，才能开箱",
        needed_one="一张卡就能开箱",
        words="扫不了码，就在监票网页上输入这 24 个字（从左到右，逐行）：",
        columns=4,
        advice=(
            "只由您一个人保管：不离身，不给人看，不拍照。本卡只印一次，没有副本。",
            "扫码以后，先核对手机上的八个字与会场大屏是否一样。不一样就停下，马上报告。",
            "第一次投票以前，扫码，点“验卡”。",
            "宣布开箱时，扫码，看清是哪个票箱，点“开箱”。开一个票箱，不会打开别的票箱。",
            "卡丢了，马上报告。剩下的卡不够开箱的张数，票箱就再也打不开。",
            "会议结束后，当众销毁。",
        ),
    ),
    "en": Wording(
        heading="Scrutineer's card",
        number="Card {number} of {cards}",
        needed="{threshold} of the cards together open a box",
        needed_all="All {threshold} cards together open a box",
        needed_one="One card opens a box",
        words="If the code cannot be scanned, type these 24 words on the scrutineers' page, line by line:",
        columns=3,
        advice=(
            "Yours alone: keep it on you, show it to nobody, take no picture. It is printed once; there is no copy.",
            "After scanning, compare the eight words on the phone with the hall's screen. If they differ, stop, and "
            "say so at once.",
            "Before the first poll, scan it and tap “Test the card”.",
            "When the box is to be opened, scan it, see which box it is, tap “Open the box”. Opening one box opens no "
            "other.",
            "Lost? Say so at once. When too few cards are left, no box can ever be opened.",
            "Destroy it before everybody's eyes when the meeting has ended.",
        ),
    ),
}


def card_pages(published: HandedOut, fields: Mapping[str, Any], *, threshold: int, base_url: str) -> list[Page]:
    """One page a card, card 1 first."""
    return pages_of(published.cards, fields, threshold=threshold, base_url=base_url, fingerprint=published.fingerprint)


def pages_of(
    cards: Sequence[Card], fields: Mapping[str, Any], *, threshold: int, base_url: str, fingerprint: bytes | None
) -> list[Page]:
    """The same from the cards alone. `fingerprint` None: they were made before the meeting was published."""
    addresses = [format_card_url(base_url, fields["id"], card, fingerprint) for card in cards]
    design = _Design(fields, len(cards), threshold)
    return [design.page(card, code) for card, code in zip(cards, qr_codes(addresses), strict=True)]


class _Design:
    def __init__(self, fields: Mapping[str, Any], cards: int, threshold: int) -> None:
        self._language = language_of(fields)
        self._wording = WORDING[self._language]
        self._fields = fields
        self._cards, self._threshold = cards, threshold

    def page(self, card: Card, code: Modules) -> Page:
        return Page(WIDTH, HEIGHT, tuple(self._marks(card, code)))

    def _marks(self, card: Card, code: Modules) -> Iterator[Mark]:
        wording, fit, line = self._wording, letters().fit, letters().line
        yield Box(_SIDE, 7, _INSIDE, 12, fill=_COLOUR)
        yield from text_block(line(wording.heading, 17), _SIDE + 3, 9.2, colour=WHITE, bold=True)
        number = line(wording.number.format(number=card.number, cards=self._cards), 11)
        yield from text_block(number, WIDTH - _SIDE - 3 - number.widths[0], 10.6, colour=WHITE)

        title = fit(self._fields["title"], _INSIDE, 12, largest=13)
        yield from text_block(title, _SIDE, 21, bold=True)
        day = line(day_in_words(self._fields["date"], self._language), 9)
        yield from text_block(day, _SIDE, 21 + title.height)

        yield code_in(code, _SIDE - 3, 39, 46)
        beside, room = _SIDE + 43, _INSIDE - 43
        words = fit(wording.words, room, 8.5, largest=8)
        yield from text_block(words, beside, 41, colour=_GREY)
        yield from self._words(card, beside, 51, room, 32)

        needed = fit(self._needed(), _INSIDE - 6, 7, largest=14)
        yield Box(_SIDE, 86, _INSIDE, 9, outline=_COLOUR, thickness=0.5)
        yield from text_block(needed, _SIDE, 86 + (9 - needed.height) / 2, bold=True, centred_in=_INSIDE)
        yield from self._advice(98, 43)

    def _needed(self) -> str:
        wording, threshold = self._wording, self._threshold
        form = wording.needed_one if threshold == 1 else wording.needed
        return (wording.needed_all if 1 < threshold == self._cards else form).format(threshold=threshold)

    def _words(self, card: Card, x: float, y: float, width: float, height: float) -> Iterator[Mark]:
        columns = self._wording.columns
        words = card_words(card.secret, self._language)
        row_height = height / (len(words) / columns)
        size = 13.0 if self._language == "zh" else 8.0
        for place, word in enumerate(words):
            row, column = divmod(place, columns)
            top = y + row * row_height
            if column == 0 and row % 2 == 0:
                yield Box(x, top, width, row_height, fill="#eceae4")  # leads the eye along the row
            block = letters().line(word, size)
            yield from text_block(block, x + 1 + column * width / columns, top + (row_height - block.height) / 2)

    def _advice(self, y: float, height: float) -> Iterator[Mark]:
        size = 10.0
        while True:
            blocks = [letters().paragraph(text, _INSIDE - 4, size, 1.3) for text in self._wording.advice]
            if sum(block.height for block in blocks) + len(blocks) <= height or size <= 6:
                break
            size -= 0.25
        for block in blocks:
            yield from text_block(letters().line("·", size), _SIDE, y)
            yield from text_block(block, _SIDE + 4, y)
            y += block.height + 1
