"""A meeting as publishing hands it out, and eyes to read its papers with: a renderer and a code reader."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pypdfium2
import zxingcpp

from ballot_service.boxes.ceremony import Card
from ballot_service.ledger.book import Head
from ballot_service.meetings.publish import PrintedSlip, Published
from crypto.slips import format_slip_url

Json = dict[str, Any]

BASE_URL = "https://vote.lushui.example"
FINGERPRINT = sha256(b"entry 0").digest()
DPI = 150


def fields(**changes: Any) -> Json:
    """Nine of one class and one reserve slip: two pages, and one."""
    return {
        "id": "lushui-2026-12",
        "title": "泸水县纪委全委（扩大）会议",
        "place": "县委党校三号会议室",
        "date": "2026-12-18",
        "locale": "zh-CN",
        "classes": [{"id": "A", "name": "县委常委", "expected": 9}],
        "reserve": {"A": 1},
        **changes,
    }


def classes(count: int, expected: int = 1) -> list[Json]:
    return [
        {"id": f"C{number}", "name": f"第{chr(0x4E00 + number)}类", "expected": expected} for number in range(count)
    ]


def published(meeting: Json, *, base_url: str = BASE_URL, cards: int = 3) -> Published:
    secrets = (sha256(b"secret %d" % number).digest() for number in range(100_000))
    slips = [
        PrintedSlip(
            one["id"],
            reserve,
            format_slip_url(base_url, meeting["id"], next(secrets)[:16], one["id"], FINGERPRINT),
        )
        for one in meeting["classes"]
        for reserve, count in ((False, one["expected"]), (True, meeting["reserve"].get(one["id"], 0)))
        for _slip in range(count)
    ]
    handed_out = [Card(number, next(secrets)) for number in range(1, cards + 1)]
    return Published(meeting["id"], FINGERPRINT, slips, handed_out, [], Head(1, "vote.lushui.example/x\n"))


@dataclass(frozen=True)
class SeenPage:
    size: tuple[float, float]  # mm
    codes: list[str]  # from left to right, then down
    text: str

    def __str__(self) -> str:
        return self.text


def look_at(pdf: bytes) -> list[SeenPage]:
    """What a person with a telephone sees of the pages as a plain printer prints them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_look(page) for page in document]
    finally:
        document.close()


def _look(page: Any) -> SeenPage:
    image = page.render(scale=DPI / 72).to_pil()
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    rows = sorted(found, key=lambda code: (code.position.top_left.y // 50, code.position.top_left.x))
    width, height = page.get_size()
    text = page.get_textpage().get_text_bounded()
    return SeenPage((width / 72 * 25.4, height / 72 * 25.4), [code.text for code in rows], text)


def text_inside(pdf: bytes, page: int, left: float, top: float, width: float, height: float) -> str:
    """The text in a part of a page; millimetres from the top left corner."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[page]
        points = 72 / 25.4
        bottom = sheet.get_size()[1] - (top + height) * points
        return str(
            sheet.get_textpage().get_text_bounded(
                left * points, bottom, (left + width) * points, bottom + height * points
            )
        )
    finally:
        document.close()
