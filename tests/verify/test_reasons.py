"""What is wrong is told in Chinese too: every reason that the checks can give, and every one of the forged ledgers."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import verify
from tests.judging import judge_ledger
from tests.tampering.forge import Forged
from tests.verify.in_browser.test_same_verdict import EVERY, FORGERIES
from verify.reasons import in_chinese

PACKAGE = Path(verify.__file__).parent
SOURCES = [PACKAGE / name for name in ("ledger.py", "case.py", "grammar.py", "people.py", "ballots.py", "entries.py")]
SAID = re.compile(r'(?:Failed|Malformed|_require|append|fault)\(\s*(?:[^"()]*,\s*)?(f?)"((?:[^"\\]|\\.)*)"\s*,?\s*\)')
HAN = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]+ [a-z]+ [a-z]+")


def said() -> Iterator[str]:
    """The reasons that stand whole in the sources, with a letter for what is put in."""
    for path in [*SOURCES, *sorted((PACKAGE / "checks").glob("*.py"))]:
        for formatted, text in SAID.findall(path.read_text(encoding="utf-8")):
            placed = re.sub(r"^\{[\w.]+\}: ", "line 7: ", text)
            yield re.sub(r"\{[^}]*\}", "7", placed) if formatted else text


def test_every_reason_of_the_sources_has_a_chinese_sentence() -> None:
    reasons = [reason for reason in said() if re.search("[a-z] [a-z]", reason)]
    assert len(reasons) > 90
    untold = [reason for reason in reasons if not HAN.search(in_chinese(reason)) or ENGLISH.search(in_chinese(reason))]
    assert untold == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("line 16: announce: unknown field note", "第 16 行：字段 announce：有不认识的字段 note"),
        ("line 10: announce while poll p1 is open", "第 10 行：投票 p1 进行中不应有：宣布"),
        (
            "line 13: contest post, class A: 3 ballots returned, 2 issued",
            "第 13 行：事项 post，票种 A：收回 3 张，发出 2 张",
        ),
        ("line 6: class A: 4 present, 3 expected (and 2 more)", "第 6 行：票种 A：实到 4 人，应到 3 人（另有 2 处）"),
        (
            "earlier ledger a.ledger: is not accepted: V03: the checkpoint is not signed by the ledger key",
            "以往的账本 a.ledger：自身不能接受：V03：校验点不是由账本密钥签名的",
        ),
        ("line 14: box 0 is opened for poll p1, whose box is 1", "第 14 行：投票 p1 的票箱是 1 号，开的是 0 号"),
        (
            "line 15: contest post: the recount differs from the result in tally, elected",
            "第 15 行：事项 post：重新计票与记录的结果不同（得票、当选人）",
        ),
        ("something new", "something new"),
    ],
)
def test_places_and_what_is_wrong_there_are_told(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


def test_what_is_wrong_with_forged_ledgers_is_told_in_chinese(tmp_path: Path) -> None:
    _check_told(FORGERIES[3::EVERY], tmp_path)


@pytest.mark.soak
def test_what_is_wrong_with_every_forged_ledger_is_told_in_chinese(tmp_path: Path) -> None:
    _check_told(FORGERIES, tmp_path)


def _check_told(params: list[Any], folder: Path) -> None:
    for param in params:
        made = param.values[0]()
        judged = judge_ledger(folder, made.data if isinstance(made, Forged) else made)
        for one in judged.outcomes:
            if one.outcome == "fail":
                assert HAN.search(one.detail.zh), one.detail.en
                assert not ENGLISH.search(one.detail.zh), one.detail.zh
