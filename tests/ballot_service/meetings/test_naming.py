"""What figures are called: by what they count, in the words of the paper."""

from __future__ import annotations

from typing import Any

import pytest

from ballot_service.meetings.naming import value_name

GRADED = {"grades": [{"id": "good", "name": "优秀"}, {"id": "fair", "name": "称职"}]}
LABELS = {"approve": "赞成", "oppose": "反对", "abstain": "弃权"}
MARKED = {"candidates": [{"id": "zhang", "name": "张三"}], "labels": LABELS}
GOOD = {"rule": "rate", "grades": ["good"]}


@pytest.mark.parametrize(
    ("ballot", "rule", "zh", "en"),
    [
        (GRADED, {"rule": "rate", "grades": ["good", "fair"]}, "优秀+称职率", "优秀+称职 rate"),
        (GRADED, GOOD | {"weights": {"A": "1"}}, "优秀率（加权）", "优秀 rate (weighted)"),
        (GRADED, GOOD | {"classes": ["A"]}, "优秀率（部分票种）", "优秀 rate (of some classes)"),
        (MARKED, {"rule": "rate", "candidate": "zhang", "marks": ["approve"]}, "张三赞成率", "张三, 赞成 rate"),
        (GRADED, {"rule": "mean", "classes": []}, "平均分", "mean"),
        (GRADED, {"rule": "bands"}, "折合分", "points"),
    ],
    ids=lambda one: str(one) if isinstance(one, str) else "",
)  # fmt: skip
def test_a_value_is_called_by_what_it_counts(ballot: Any, rule: Any, zh: str, en: str) -> None:
    contest = {"ballot": ballot}
    assert value_name(lambda zh, _en: zh, contest, rule) == zh
    assert value_name(lambda _zh, en: en, contest, rule) == en


def test_the_classes_that_alone_are_counted_are_named_where_there_is_room() -> None:
    rule = GOOD | {"classes": ["A"]}
    assert value_name(lambda zh, _en: zh, {"ballot": GRADED}, rule, "县委常委") == "优秀率（县委常委）"
