"""What is told of a count: votes, values with their working, flags, ranks, bars, proposals with their dates, scores."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.rehearsal.telling import Telling
from ballot_service.rehearsal.voice import Language
from tests.meeting_kit import GRADE, approval, item, meeting_file
from verify import rules

Json = dict[str, Any]

TALK = {"text": "提醒谈话", "confirm": "县纪委", "due": {"days": 15}}
TWO = [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}]
CONTESTS = {
    "team": {
        "ballot": GRADE,
        "rules": [
            {"rule": "mean", "id": "avg", "points": {"good": 100, "poor": 40}},
            {"rule": "flag", "code": "talk", "value": "avg", "at_most": 70, "consequences": [TALK]},
        ],
    },
    "names": {
        "ballot": {"kind": "pick", "options": TWO, "max": 2, "write_in": 1},
        "rules": [{"rule": "rank", "id": "order", "by": "picks"}],
    },
    "points": {
        "ballot": {"kind": "score", "min": 0, "max": 10, "step": "0.5"},
        "rules": [{"rule": "mean", "id": "avg", "weights": {"A": 1, "B": 1}}],
    },
    "words": {"ballot": {"kind": "comment", "max_chars": 20}},
    "chief": {
        "post": "chief",
        "ballot": {"kind": "approval", "candidates": TWO, "max_approve": 1},
        "rules": [
            {"rule": "pass", "over": "1/2", "of": "valid"},
            {"rule": "bar", "failures": 1, "months": "forever"},
        ],
    },
}
BALLOTS: dict[str, list[Json]] = {
    "team": [{"grade": "good"}, {"grade": "poor"}],
    "names": [{"picks": ["b"], "write_in": ["[red]王五"]}, {"picks": ["b", "a"]}],
    "points": [{"score": 9}, {"score": "8.5"}],
    "words": [{"text": "[bold]好"}],
    "chief": [{"marks": {"a": "approve", "b": "oppose"}}],
}


@pytest.fixture(scope="module")
def fields() -> Json:
    """A meeting of two classes with a contest of each kind."""
    contests = [{"id": name, "title": name, "voters": ["A", "B"], **rest} for name, rest in CONTESTS.items()]
    classes = [{"id": "A", "name": "委员", "expected": 5}, {"id": "B", "name": "代表", "expected": 5}]
    total = {"id": "total", "title": "总分", "sum": [{"value": "team.avg"}], "clamp": ["0", "60"]}
    lacking = {"id": "lacking", "title": "缺项", "sum": [{"input": "style"}]}
    style = {"id": "style", "title": "作风"}
    file = meeting_file(
        item(*contests), item(approval(voters=["A"])), classes=classes, scores=[total, lacking], inputs=[style]
    )
    return read_meeting_value(file).fields


@pytest.fixture(scope="module")
def judged(fields: Json) -> Json:
    """One round of each contest; only class A returns ballots."""
    rounds = {}
    for contest in fields["agenda"][0]["contests"]:
        plain = [json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
                 for one in BALLOTS[contest["id"]]]  # fmt: skip
        nobody = rules.ClassFigures(expected=5, present=5, issued=5, returned=0)
        rounds[contest["id"]] = rules.judge_round(
            contest=contest,
            round_number=1,
            poll="p1",
            figures={"A": rules.ClassFigures(expected=5, present=5, issued=5, returned=len(plain)), "B": nobody},
            choices={"A": dict.fromkeys(plain, 1)},
            quorum=None,
            present_at_opening={},
            min_class=5,
            earlier=[],
            meeting=fields,
        )
    return rounds


def told_by(fields: Json, language: Language, tell: Any) -> str:
    text = io.StringIO()
    tell(Telling(Console(file=text, width=200, highlight=False), language, fields))
    return "\n".join(" ".join(line.split()) for line in text.getvalue().splitlines())


TOLD = {
    "zh": [
        "均分 avg 70.00 140/2", "提示 talk 70 ≤ 70 ✓", "建议 提醒谈话 待县纪委确认，期限 2027-01-02",
        "乙 2 第 1 名", "[red]王五（另写） 1 第 2 名", "8.5 1", "（代表未计入）", "[bold]好",
        "限制 乙 2026-12-18 至 永久", "限制提名 1 ≥ 1 ✓",
    ],
    "en": [
        "mean avg 70.00 140/2", "flag talk 70 ≤ 70 ✓", "proposed 提醒谈话 to be confirmed by 县纪委, due 2027-01-02",
        "乙 2 rank 1", "[red]王五 (written in) 1 rank 2", "8.5 1", "(without 代表)", "[bold]好",
        "barred 乙 2026-12-18 to for ever", "bar 1 ≥ 1 ✓",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_was_counted_is_told_after_the_poll_and_at_the_end(
    fields: Json, judged: Json, language: Language
) -> None:
    verdict = {
        "contests": {name: {"rounds": [one]} for name, one in judged.items()} | {"budget": {"rounds": []}},
        "scores": rules.judge_scores(fields, fields["agenda"], {name: [one] for name, one in judged.items()}, {}),
    }
    at_once = told_by(fields, language, lambda telling: telling.box_opened(1, judged))
    at_the_end = told_by(fields, language, lambda telling: telling.table(verdict))
    for line in TOLD[language]:
        assert line in at_once
        assert line in at_the_end
    assert ("总分 60.00 = 60 限幅前 70" if language == "zh" else "总分 60.00 = 60 70 before the limits") in at_the_end
    assert ("缺项 无法计算，缺 style" if language == "zh" else "缺项 unknown, missing style") in at_the_end
    assert ("未投票" if language == "zh" else "not polled") in at_the_end


def test_ranks_are_not_told_where_the_item_keeps_them_back(fields: Json, judged: Json) -> None:
    first, *rest = fields["agenda"]
    hidden = {**fields, "agenda": [{**first, "show_ranks": False}, *rest]}
    told = told_by(hidden, "zh", lambda telling: telling.box_opened(1, judged))
    assert "王五（另写） 1" in told
    assert "第" not in told
