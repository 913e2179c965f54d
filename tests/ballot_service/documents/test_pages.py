"""How documents look, and that both forms of one say the same: nothing cut, no formula, the head on every page."""

from __future__ import annotations

import dataclasses
import re

import pytest

from ballot_service.documents import Document
from ballot_service.documents.content import Column, Content, Facts, Paragraph, Remarks, Signatures, Table, plain
from ballot_service.documents.pages import to_pages
from ballot_service.documents.spreadsheet import to_xlsx
from ballot_service.printing.letters import letters
from ballot_service.printing.marks import Line, Text
from tests.ballot_service.documents.conftest import Known
from tests.ballot_service.documents.meetings import EMOJI, FORMULA, LONG, MARKUP, REMARKS
from tests.ballot_service.documents.reading import cells, page_text, tables
from tests.ballot_service.printing.papers import look_at


def test_every_page_carries_the_head_and_its_number(vote: Known) -> None:
    document = vote.documents()["vote-finance"]
    seal = document.seal
    pages = look_at(document.pdf())
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert page.size == pytest.approx((210, 297), abs=0.1)
        (code,) = page.codes
        assert code == seal.checkpoint
        assert code.split("\n")[:3] == [seal.origin, str(seal.size), seal.root]
        assert vote.ledger.decode().endswith(code), "it is the signed head of this ledger"
        for told in (f"第 {number} 页　共 2 页", vote.verdict["meeting"]["fingerprint_words"], seal.root, seal.origin):
            assert told in page.text
    assert seal.size == vote.verdict["meeting"]["entries"]


def test_the_same_ledger_gives_the_same_bytes(vote: Known) -> None:
    once, again = vote.documents()["count-p1"], vote.documents()["count-p1"]
    pages = once.pdf()
    assert pages == again.pdf()
    assert once.xlsx() == again.xlsx()
    assert b"NotoSerifSC" in pages
    assert b"NotoSansSC" in pages
    assert b"CreationDate" not in pages


def test_text_is_text_in_every_spreadsheet(every: list[Known]) -> None:
    found: set[str] = set()
    for known in every:
        for document in known.documents().values():
            for cell in cells(document):
                assert cell.data_type == ("n" if isinstance(cell.value, int) else "s"), (document.name, cell.value)
                if isinstance(cell.value, str):
                    found.add(cell.value)
                    assert cell.quotePrefix == cell.value.startswith(("=", "+", "-", "@")), cell.value
    assert {FORMULA, MARKUP, EMOJI, LONG, *REMARKS} <= found


def test_nothing_runs_over_the_edge_or_into_the_foot(every: list[Known]) -> None:
    for known in every:
        for document in known.documents().values():
            for page in to_pages(document.content, document.seal):
                wide = page.width > page.height
                left, right = (25.0, page.width - 22) if wide else (28.0, page.width - 26)
                rule = max(mark.y1 for mark in page.marks if isinstance(mark, Line) and mark.thickness > 0.4)
                for mark in page.marks:
                    if isinstance(mark, Text):
                        assert mark.x >= left - 0.1, mark
                        assert mark.x + mark.width <= right + 0.1, mark
                        assert mark.y < rule or mark.size <= 10, mark
                    elif isinstance(mark, Line):
                        assert left - 0.1 <= mark.x1 <= mark.x2 <= right + 0.1


def test_text_stays_inside_its_cell(vote: Known, integrity: Known) -> None:
    for document in (
        vote.documents()["vote-finance"],
        vote.documents()["record"],
        integrity.documents()["summary-duty"],
    ):
        for page in to_pages(document.content, document.seal):
            rules = [mark for mark in page.marks if isinstance(mark, Line) and mark.x1 == mark.x2]
            for mark in page.marks:
                if isinstance(mark, Text):
                    crossed = [
                        one.x1 for one in rules if one.y1 < mark.y <= one.y2 and mark.x < one.x1 < mark.x + mark.width
                    ]
                    assert not crossed, (document.name, mark.text)


def test_long_names_wrap_and_no_letter_is_lost(vote: Known, integrity: Known) -> None:
    assert LONG in page_text(integrity.documents()["assessment-duty-s3"])
    text = page_text(vote.documents()["summary-names"])
    assert all(one in text for one in re.findall(".{2}", LONG)[:5])
    assert text.count("十") >= 6


def test_letters_that_the_font_lacks_are_named(vote: Known) -> None:
    text = page_text(vote.documents()["summary-names"])
    assert "赵六〓〓" in text
    assert "编码为U+1F600、U+20BB7" in text
    assert tables(vote.documents()["summary-names"])[0][0]["姓名"] == EMOJI


@pytest.mark.parametrize(
    ("text", "shown"),
    [("一\t二", "一 二"), ("一\r\n二", "一  二"), ("\x07铃", "〓铃"), ("a\u202eb", "a〓b"), ("\t=1+1", "=1+1")],
)
def test_what_is_no_character_becomes_a_space_or_shows(text: str, shown: str) -> None:
    assert plain(text) == shown


def of(vote: Known, *blocks: object, landscape: bool = False) -> Document:
    content = Content("计票单", "", blocks, landscape)  # type: ignore[arg-type]
    return dataclasses.replace(vote.documents()["count-p1"], content=content)


def test_a_row_longer_than_a_page_goes_on_overleaf_under_the_heading(vote: Known) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(3000))
    document = of(
        vote,
        Table((Column("序号", 0.5), Column("内容", 2, left=True)), ((1, text), (2, "完"))),
        Signatures(("监票人",)),
    )
    pages = to_pages(document.content, document.seal)
    assert len(pages) > 2
    for page in pages[:-1]:
        assert any(isinstance(mark, Text) and mark.text == "内容" for mark in page.marks)
    face = letters("serif")
    shown = page_text(document)
    assert all(one in shown for one in text if face.printable(one) == one)


def test_signatures_are_never_alone_on_a_page(vote: Known) -> None:
    for rows in range(20, 45):
        table = Table((Column("序号"), Column("姓名")), tuple((number, "张三") for number in range(rows)))
        document = of(vote, table, Paragraph("结论。", strong=True), Signatures(("监票人", "计票人")))
        last = to_pages(document.content, document.seal)[-1]
        texts = [mark.text for mark in last.marks if isinstance(mark, Text)]
        assert "结论。" in texts


def test_many_remarks_flow_over_pages(vote: Known) -> None:
    document = of(
        vote, Facts((("会议名称", "会" * 100),)), Remarks(tuple(f"意见{number}" * 30 for number in range(40)))
    )
    text = page_text(document)
    assert all(f"意见{number}" in text for number in range(40))
    assert to_xlsx(document.content, document.seal)
