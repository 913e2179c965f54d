"""Breaking text: where Chinese and English may be broken, and what happens when nothing fits."""

from __future__ import annotations

import pytest

from ballot_service.printing.letters import MM_PER_POINT, letters

TEN = 10 * 10 * MM_PER_POINT  # a line of ten Chinese characters in ten points


def lines(text: str, width: float = TEN) -> list[str]:
    return list(letters().paragraph(text, width, 10).lines)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        pytest.param("一二三四五六七八九十一二", ["一二三四五六七八九十", "一二"], id="anywhere"),
        pytest.param("一二三四五六七八九十，一二", ["一二三四五六七八九", "十，一二"], id="no comma begins a line"),
        pytest.param("一二三四五六七八九《一二》", ["一二三四五六七八九", "《一二》"], id="no bracket ends one"),
        pytest.param("泸水县纪委全委（扩大）会议", ["泸水县纪委全委", "（扩大）会议"], id="short brackets stay whole"),
        pytest.param("one two three four five", ["one two three four", "five"], id="English between words"),
        pytest.param("会议ABCDEFGHIJKLMNOPQRSTUVWXYZABC", None, id="a word longer than a line is cut"),
        pytest.param("", [""], id="nothing"),
    ],
)
def test_lines_break_where_a_reader_expects(text: str, broken: list[str] | None) -> None:
    found = lines(text)
    assert broken is None or found == broken
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert all(letters().width(line, 10) <= TEN + 0.01 for line in found)


def test_the_largest_size_that_fits_is_taken() -> None:
    assert letters().fit("会议", 100, 20, largest=14).size == 14
    smaller = letters().fit("会议" * 50, 43, 18, largest=14)
    assert 5 < smaller.size < 14
    assert smaller.height <= 18
    assert "".join(smaller.lines) == "会议" * 50


def test_what_never_fits_ends_visibly() -> None:
    block = letters().fit("会" * 1000, 40, 10, largest=12)
    assert block.size == 5
    assert block.height <= 10
    assert block.lines[-1].endswith("…")
    assert all(width <= 40 for width in block.widths)


def test_missing_letters_are_replaced_and_named() -> None:
    assert letters().printable("𠮷田😀") == "〓田〓"
    assert letters().missing(["𠮷田", "😀𠮷"]) == ["😀", "𠮷"]
    assert letters().printable("葛\U000e0100城") == "葛城", "a variation selector shows nothing itself"
    assert letters().missing(["葛\U000e0100城"]) == []


def test_rare_characters_of_names_are_in_the_font() -> None:
    rare = "翀㬎䶮堃喆犇赟頔𫖯𬺈"
    assert letters().printable(rare) == rare
