"""The sheets of slips as they come out of a printer: every code reads back, every slip says the same."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from ballot_service.printing.html import to_html
from ballot_service.printing.letters import MM_PER_POINT
from ballot_service.printing.marks import Box, Code, Text
from ballot_service.printing.pdf import to_pdf
from ballot_service.slips.printing_order import in_printing_order
from ballot_service.slips.sheet import COLOURS, HEIGHT, LEFT, PER_PAGE, TOP, WIDTH, slip_pages
from crypto.slips import parse_slip_url
from crypto.words import fingerprint_words
from tests.ballot_service.printing.papers import FINGERPRINT, classes, fields, look_at, published, text_inside

LONG_TITLE = "中共某自治州某县委员会二〇二六年度述责述廉述学民主测评会议" * 6


def sheet(meeting: dict[str, Any], **more: Any) -> tuple[list[str], bytes]:
    """The slips' addresses in order, and the PDF."""
    handed_out = published(meeting, **more)
    order = [slip.url for slip in in_printing_order(handed_out.slips, meeting)]
    return order, to_pdf(slip_pages(handed_out, meeting), language=meeting["locale"])


def slips_on(pdf: bytes, page: int, count: int) -> list[str]:
    return [
        text_inside(pdf, page, LEFT + place % 2 * WIDTH, TOP + place // 2 * HEIGHT, WIDTH, HEIGHT)
        for place in range(count)
    ]


MEETINGS = [
    pytest.param(fields(), [8, 1, 1], id="nine and a reserve slip"),
    pytest.param(fields(classes=classes(1, 1), reserve={}), [1], id="one slip"),
    pytest.param(fields(classes=classes(1, 8), reserve={}), [8], id="one full page"),
    pytest.param(fields(classes=classes(18), reserve={"C0": 2}), [1] * 18 + [2], id="more classes than colours"),
    pytest.param(fields(title=LONG_TITLE[:200], place=LONG_TITLE[:200]), [8, 1, 1], id="a long title"),
    pytest.param(fields(locale="en", title="Annual Meeting", place="Town Hall"), [8, 1, 1], id="in English"),
]


@pytest.mark.parametrize(("meeting", "counts"), MEETINGS)
def test_every_code_reads_back_in_its_place(meeting: dict[str, Any], counts: list[int]) -> None:
    order, pdf = sheet(meeting)
    pages = look_at(pdf)
    assert [len(page.codes) for page in pages] == counts
    assert [code for page in pages for code in page.codes] == order
    assert {tuple(round(side) for side in page.size) for page in pages} == {(210, 297)}


def test_the_longest_address_reads_back_too() -> None:
    host = ".".join(["a" * 60] * 4)
    order, pdf = sheet(fields(id="m" * 64, classes=classes(1, 3), reserve={}), base_url=f"https://{host}:65535")
    assert len(order[0]) > 380
    assert look_at(pdf)[0].codes == order


@pytest.mark.parametrize(("meeting", "counts"), MEETINGS)
def test_every_slip_says_the_same_and_has_no_number(meeting: dict[str, Any], counts: list[int]) -> None:
    _order, pdf = sheet(meeting)
    kinds = [(one["name"], one["expected"]) for one in meeting["classes"]]
    kinds += [(meeting["classes"][0]["name"], count) for count in meeting["reserve"].values()]
    names = [name for name, expected in kinds for _page in range(-(-expected // PER_PAGE))]
    seen: dict[str, set[str]] = {}
    for page, (count, name) in enumerate(zip(counts, names, strict=True)):
        for slip in slips_on(pdf, page, count):
            joined = "".join(slip.split())
            assert "".join(name.split()) in joined
            assert "".join(meeting["title"].split())[:150] in joined
            assert "".join(fingerprint_words(FINGERPRINT, "zh" if meeting["locale"] == "zh-CN" else "en").split()) in (
                joined
            )
            assert not re.search(r"\d", re.sub("2026年12月18日|18December2026", "", joined)), "a number beside the date"
            seen.setdefault(f"{name} {'备用' in slip or 'SPARE' in slip}", set()).add(slip)
    assert all(len(texts) == 1 for texts in seen.values())


def test_reserve_slips_stand_on_pages_of_their_own_and_say_so() -> None:
    _order, pdf = sheet(fields())
    first, second, reserve = look_at(pdf)
    assert "备用" not in first.text + second.text
    assert reserve.text.count("备用") == 2, "on the slip and in the margin"


def test_slips_keep_the_order_in_which_publishing_shuffled_them() -> None:
    meeting = fields(classes=classes(2, 3), reserve={"C0": 2, "C1": 1})
    slips = published(meeting).slips[::-1]
    ordered = in_printing_order(slips, meeting)
    assert [(slip.reserve, slip.voter_class) for slip in ordered] == (
        [(False, "C0")] * 3 + [(False, "C1")] * 3 + [(True, "C0")] * 2 + [(True, "C1")]
    )
    for reserve, voter_class in {(slip.reserve, slip.voter_class) for slip in slips}:
        kind = [slip for slip in slips if (slip.reserve, slip.voter_class) == (reserve, voter_class)]
        assert [slip for slip in ordered if slip in kind] == kind


def test_a_class_is_told_by_a_word_and_never_by_colour_alone() -> None:
    meeting = fields(classes=classes(2 * len(COLOURS)), reserve={})
    bands = []
    for page in slip_pages(published(meeting), meeting):
        band = next(mark for mark in page.marks if isinstance(mark, Box))
        bands.append((band.fill, band.outline))
    assert len(set(bands)) == len(bands), "sixteen bands that differ"
    assert [contrast_with_white(colour) > 5 for colour in COLOURS] == [True] * len(COLOURS)


def contrast_with_white(colour: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@pytest.mark.parametrize(("meeting", "counts"), MEETINGS)
def test_nothing_overflows_its_slip_or_touches_a_code(meeting: dict[str, Any], counts: list[int]) -> None:
    for page in slip_pages(published(meeting), meeting):
        codes = [mark for mark in page.marks if isinstance(mark, Code)]
        assert all(code.side >= 30 for code in codes), "millimetres"
        quiet = [_grown(code, 4 * code.side / len(code.modules)) for code in codes]
        slips = [
            (left, top, left + WIDTH, top + HEIGHT)
            for left in (LEFT, LEFT + WIDTH)
            for top in (TOP + row * HEIGHT for row in range(4))
        ]
        for mark in page.marks:
            if isinstance(mark, Text | Box):
                place = _extent(mark)
                assert not any(_meet(place, zone) for zone in quiet), mark
                inside = [slip for slip in slips if _meet(place, slip)]
                assert len(inside) <= 1, "the margin, or one slip"
                assert all(_within(place, slip, 2.5) for slip in inside), mark


Extent = tuple[float, float, float, float]


def _extent(mark: Text | Box) -> Extent:
    if isinstance(mark, Box):
        edge = mark.thickness / 2 if mark.outline else 0
        return mark.x - edge, mark.y - edge, mark.x + mark.width + edge, mark.y + mark.height + edge
    em = mark.size * MM_PER_POINT
    return mark.x, mark.y - 0.85 * em, mark.x + mark.width, mark.y + 0.1 * em


def _grown(code: Code, by: float) -> Extent:
    return code.x - by, code.y - by, code.x + code.side + by, code.y + code.side + by


def _meet(one: Extent, other: Extent) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _within(inner: Extent, outer: Extent, margin: float) -> bool:
    return all(inner[side] >= outer[side] + margin for side in (0, 1)) and all(
        inner[side] <= outer[side] - margin for side in (2, 3)
    )


def test_the_same_slips_are_the_same_bytes_whenever_they_are_made() -> None:
    meeting = fields()
    first = sheet(meeting)[1]
    time.sleep(1.1)  # a date in the file would have changed
    assert sheet(meeting)[1] == first


def test_the_file_says_nothing_of_who_made_it_when() -> None:
    pdf = sheet(fields())[1]
    for word in (b"Date", b"Producer", b"Creator", b"Author", b"Title", b"/ID", b"fpdf", b"slips"):
        assert word not in pdf, word


def test_no_secret_is_in_the_text() -> None:
    order, pdf = sheet(fields())
    text = "".join("".join(page.text.split()) for page in look_at(pdf)).upper()
    page = to_html(slip_pages(published(fields()), fields()), language="zh-CN", title="t", advice="a").decode()
    for url in order:
        secret = url.partition("#")[2]
        for piece in secret.split(".")[0], secret.split(".")[2]:
            assert piece not in text
            assert piece not in page.upper()


@pytest.mark.parametrize(
    "title", ["𠮷田会议", "会议 😀", '"会议" & <b>', "x" * 200, "ཀ་བོད", "👨‍👩‍👧", "W" * 200, "（" * 200, "a\u0301"]
)
def test_any_character_prints_or_is_visibly_replaced(title: str) -> None:
    meeting = fields(title=title, place=title, classes=[{"id": "A", "name": title[:100], "expected": 1}], reserve={})
    order, pdf = sheet(meeting)
    (page,) = look_at(pdf)
    assert page.codes == order
    if title[0] in "𠮷ཀ👨" or title[-1] == "😀":
        assert "〓" in page.text


def html_page(meeting: dict[str, Any]) -> str:
    pages = slip_pages(published(meeting), meeting)
    return to_html(pages, language="zh-CN", title=meeting["title"], advice="用 A4 纸打印").decode()


def test_the_page_for_browsers_has_the_same_slips_and_nothing_that_runs() -> None:
    meeting = fields(title='"会议" & <script>alert(1)</script>')
    page = html_page(meeting)
    assert page.count("<svg ") == 3
    assert page.count("<path ") == 10
    assert page.count("县委常委</text>") == 10
    assert "@page { size: A4; margin: 0 }" in page
    assert "<script" not in page
    assert "http://" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "https://" not in page
    assert "default-src 'none'" in page


def test_both_papers_draw_the_same_codes() -> None:
    meeting = fields()
    codes = [mark for page in slip_pages(published(meeting), meeting) for mark in page.marks if isinstance(mark, Code)]
    shapes = re.findall(r'<path [^>]* d="([^"]*)"', html_page(meeting))
    assert [_modules(shape, len(code.modules)) for shape, code in zip(shapes, codes, strict=True)] == [
        code.modules for code in codes
    ]


def _modules(shape: str, size: int) -> tuple[str, ...]:
    rows = [["0"] * size for _row in range(size)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", shape):
        for column in range(int(x), int(x) + int(width)):
            rows[int(y)][column] = "1"
    return tuple("".join(row) for row in rows)


def test_four_hundred_slips_take_seconds() -> None:
    """Measured below 2 s of one processor; the limit leaves room for slow machines."""
    meeting = fields(classes=classes(1, 400), reserve={})
    handed_out = published(meeting)
    started = time.process_time()
    pages = slip_pages(handed_out, meeting)
    to_pdf(pages, language="zh-CN")
    to_html(pages, language="zh-CN", title="t", advice="a")
    assert time.process_time() - started < 10
    assert len(pages) == 50


def test_the_code_leads_to_the_meeting() -> None:
    order, _pdf = sheet(fields())
    read = parse_slip_url(order[0])
    assert (read.meeting_id, read.voter_class) == ("lushui-2026-12", "A")
