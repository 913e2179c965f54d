"""How the story is set: lines that read well in both languages."""

from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from ballot_service.rehearsal.voice import Language, Voice, wrapped


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


def voice(language: Language, ballot: dict[str, Any], *rules: dict[str, Any]) -> Voice:
    contest = {"id": "c", "title": "议题", "ballot": ballot, "rules": list(rules)}
    return Voice(Console(), language, {"classes": [], "agenda": [{"contests": [contest]}]})


GRADES = [{"id": name, "name": name.upper()} for name in ("a", "b", "c", "d")]


@pytest.mark.parametrize(
    ("language", "grades", "name"),
    [
        pytest.param("zh", "a", "比率 well（A）", id="one"),
        pytest.param("zh", "abc", "比率 well（A、B、C）", id="some"),
        pytest.param("zh", "abcd", "比率 well（A、B、C等 4 项）", id="many"),
        pytest.param("en", "abcd", "rate well (A, B, C and 1 more)", id="english"),
    ],
)
def test_a_rate_says_what_it_counts(language: Language, grades: str, name: str) -> None:
    rate = {"rule": "rate", "id": "well", "grades": list(grades)}
    assert voice(language, {"grades": GRADES}, rate)._rule_name("c", "well") == name


def test_a_mean_has_only_its_name() -> None:
    assert voice("zh", {"grades": GRADES}, {"rule": "mean", "id": "avg"})._rule_name("c", "avg") == "均分 avg"


@pytest.mark.parametrize(
    ("language", "label", "told"),
    [
        pytest.param("zh", "赞成", "赞成", id="as on the ballot"),
        pytest.param("en", "赞成", "赞成", id="in any language"),
        pytest.param("en", "同意", "approve", id="the usual one is translated"),
    ],
)
def test_a_mark_is_told_as_the_ballot_has_it(language: Language, label: str, told: str) -> None:
    assert voice(language, {"labels": {"approve": label}})._mark("c", "approve") == told
