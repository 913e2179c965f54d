"""How the story is set: lines that read well in both languages."""

import pytest
from rich.cells import cell_len

from ballot_service.rehearsal.voice import wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("一二三四五", ["一二", "三四", "五"], id="chinese breaks anywhere"),
        pytest.param("一二，三四", ["一二，", "三四"], id="but never before a stop"),
        pytest.param("ab cd ef", ["ab", "cd", "ef"], id="words stay whole"),
        pytest.param("", [""], id="nothing"),
    ],
)
def test_lines_are_wrapped(text: str, lines: list[str]) -> None:
    assert wrapped(text, 4) == lines


def test_nothing_is_lost() -> None:
    text = "每人在门口随手抽一张凭条，scans it for a booklet；八个字 (eight words) 就对不上。"
    assert "".join(wrapped(text, 20)).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= 22 for line in wrapped(text, 20))
