"""Every number on every paper is the verifier's, from the same ledger."""

from __future__ import annotations

import dataclasses
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from ballot_service.documents import Document, LedgerReader, documents_for
from ballot_service.errors import Refused
from tests.ballot_service.documents.conftest import Known
from tests.ballot_service.documents.meetings import EMOJI, FORMULA, LONG, MARKUP
from tests.ballot_service.documents.reading import page_text, tables

Json = dict[str, Any]
NUMBER = re.compile(r"-?\d+(?:[./]\d+)?%?")
NOT_FIGURES = {"序号", "时间", "期限", "依据"}


def percent(count: int, base: int) -> str:
    """Rounded here once more, by other means than the service's."""
    return f"{(Decimal(100 * count) / base).quantize(Decimal('0.01'), ROUND_HALF_UP)}%" if base else "—"


def scopes(judged: Json) -> list[tuple[Json, Json]]:
    """(counts, tally) in total, then per class."""
    counts = judged["counts"]
    split = [(counts["by_class"][one], judged["tally_by_class"][one]) for one in counts["by_class"]]
    return [(counts["total"], judged["tally"]), *split]


def numbers_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [one for name, part in value.items() for one in (*numbers_in(name), *numbers_in(part))]
    if isinstance(value, list):
        return [one for part in value for one in numbers_in(part)]
    return NUMBER.findall(str(value)) if isinstance(value, int | str) else []


def known_figures(judged: Json) -> set[str]:
    """What one round of the verdict lets a paper say."""
    found = set(
        numbers_in(
            {name: judged[name] for name in ("counts", "tally", "tally_by_class", "judgements", "values", "ranks")}
        )
    )
    for counts, tally in scopes(judged):
        found |= {str(counts["issued"] - counts["returned"])}
        found |= {str(sum(part.values())) for part in tally.values() if isinstance(part, dict)}
        votes = {int(one) for one in numbers_in(tally) if one.isdigit()} | set(counts.values())
        found |= {percent(one, base) for one in votes for base in counts.values()}
    return found


def everything(known: Known) -> list[tuple[Known, Document]]:
    return [(known, one) for one in known.documents().values()]


def test_no_figure_stands_on_a_paper_that_is_not_in_the_verdict(every: list[Known]) -> None:
    for known, document in (pair for one in every for pair in everything(one)):
        verdict = known.verdict
        allowed: set[str] = set()
        for contest in document.contests:
            for judged in verdict["contests"][contest]["rounds"]:
                allowed |= known_figures(judged)
        if document.kind in ("scores", "follow-ups"):
            allowed |= set(numbers_in([verdict["scores"], verdict["inputs"]]))
        if document.kind == "scores":
            allowed |= {"102.82"}  # 1748/17, the figure before it was capped, rounded
        if document.name in ("count-p3",):
            allowed |= {"1"}  # recused
        for table in tables(document):
            for row in table:
                for title, value in row.items():
                    if title not in NOT_FIGURES and NUMBER.fullmatch(str(value)):
                        assert str(value) in allowed, (document.name, title, row)


def test_every_tally_stands_on_its_sheet(every: list[Known]) -> None:
    seen = 0
    for known, document in (pair for one in every for pair in everything(one)):
        if document.kind != "tally":
            continue
        poll = document.name.removeprefix("tally-")
        rows = [
            [value for value in row.values() if isinstance(value, int)][1:]
            for table in tables(document)
            for row in table
        ]
        for contest_id in document.contests:
            contest = known.view.state.contests[contest_id]
            judged = next(one for one in known.verdict["contests"][contest_id]["rounds"] if one["poll"] == poll)
            total, tally = judged["counts"]["total"], judged["tally"]
            kind = contest["ballot"]["kind"]
            if kind == "grade":
                marks = [
                    *tally.values(),
                    *([total["unknown"]] if contest["ballot"]["unknown"] else []),
                    total["abstain"],
                ]
                assert [*marks, total["valid"], total["invalid"]] in rows, (document.name, contest_id)
            elif kind == "approval":
                for marks in tally.values():
                    assert [*marks.values(), sum(marks.values())] in rows
            elif kind == "pick":
                for votes in [
                    *(votes for one, votes in tally.items() if one != "write_in"),
                    *tally["write_in"].values(),
                ]:
                    assert any(row[0] == votes for row in rows)
            seen += 1
    assert seen >= 15


def test_a_vote_reads_as_it_was(vote: Known) -> None:
    document = vote.documents()["vote-finance"]
    first, second = tables(document)
    assert [
        (row["人选"], row["同意"], row["不同意"], row["弃权"], row["同意率"], row["计算"], row["是否通过"])
        for row in first
    ] == [
        (FORMULA, 3, 3, 0, "42.86%", "3 ≤ 1/2 × 7", "未通过"),
        (MARKUP, 3, 3, 0, "42.86%", "3 ≤ 1/2 × 7", "未通过"),
    ]
    assert [(row["同意"], row["合计"], row["同意率"], row["计算"], row["是否通过"]) for row in second] == [
        (4, 4, "57.14%", "4 > 1/2 × 7", "通过"),
        (0, 4, "0.00%", "0 ≤ 1/2 × 7", "未通过"),
    ]
    text = page_text(document)
    for told in (
        "应到7，实到6，发出票6，收回票6，有效票6，无效票0，缺席1。",
        "结论：同意票相等，没有人选达到通过线；经会议讨论决定，再次票决。",
        "应到7，实到6，发出票5，收回票5，有效票4，无效票1，缺席1，回避1。",
        f"结论：{FORMULA}通过。",
        "两次未获通过，自2026年12月18日至2027年12月18日（含当日）不得提名为同一职务的人选（待组织部门确认）。",
        "“以同意票超过应到会常委的半数为通过。”",
    ):
        assert told.replace(" ", "") in text


def test_a_void_poll_has_a_sheet_that_says_so(vote: Known) -> None:
    document = vote.documents()["count-p1"]
    assert tables(document)[0][0]["发出"] == "—"
    assert "本次投票无效，已宣布作废。原因：wrongpaper。" in page_text(document)


def test_papers_recusals_and_what_was_not_returned_are_counted_apart(review: Known, vote: Known) -> None:
    chief, duty, talk = tables(review.documents()["count-p1"])[0]
    assert [row["纸质收回"] for row in (chief, duty, talk)] == [2, 2, 2]
    assert (talk["发出"], talk["收回"], talk["未交"]) == (13, 5, 8)
    assert tables(vote.documents()["count-p3"])[0][0]["回避"] == 1


def test_an_assessment_shows_the_line_and_the_exact_figure(integrity: Known) -> None:
    documents = integrity.documents()
    on_the_line = documents["assessment-duty-s0"]
    judgement = next(table for table in tables(on_the_line) if "是否触发" in table[0])
    assert judgement == [{"项目": "平均分", "结果": "70.00", "计算（准确值）": "70 ≤ 70", "是否触发": "是"}]
    assert "提醒谈话或诫勉谈话" in page_text(on_the_line)
    above = documents["assessment-duty-s3"]
    assert next(table for table in tables(above) if "是否触发" in table[0])[0]["是否触发"] == "否"
    assert LONG in page_text(above)


def test_recommendations_have_ranks_and_the_names_written_in(vote: Known) -> None:
    rows = tables(vote.documents()["summary-names"])[0]
    assert [(row["姓名"], row["得票"], row["得票率"], row["排名"]) for row in rows] == [
        (EMOJI, 3, "50.00%", 1),
        (LONG, 0, "0.00%", 4),
        (f"{FORMULA}（另填）", 2, "33.33%", 2),
        ("壬某（另填）", 1, "16.67%", 3),
    ]


def test_scores_say_what_is_missing_and_what_was_capped(review: Known) -> None:
    scores, inputs = tables(review.documents()["scores"])
    assert [(row["得分"], row["封顶前"]) for row in scores[:3]] == [("100.00", "102.82"), ("64.71%", "—"), ("—", "—")]
    assert scores[2]["备注"] == "缺：Input cases，不能计算"
    assert [row["数值"] for row in inputs] == ["29/2", "未录入", "-1/3"]


def test_follow_ups_and_the_record_are_complete(vote: Known) -> None:
    documents = vote.documents()
    (bar,) = tables(documents["follow-ups"])[0]
    assert (bar["确认机关"], bar["状态"]) == ("组织部门", "待确认")
    lines = tables(documents["record"])[0]
    assert [(row["姓名"], row["票数"], row["结果"]) for row in lines[:2]] == [
        (FORMULA, "同意 3，不同意 3，弃权 0", "未通过"), (FORMULA, "同意 4，不同意 0，弃权 0", "通过")]  # fmt: skip
    assert len(lines) == 2 + 2 + 4


def test_a_count_that_differs_from_the_ledger_is_printed_nowhere(vote: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.ballot_service.documents import ledgers

    def another(self: LedgerReader, meeting: str, poll: str) -> dict[str, Json]:
        judged = {one["poll"]: {contest: one} for contest, rounds in vote.view.rounds.items() for one in rounds}[poll]
        return {contest: {**one, "passed": ["somebody"]} for contest, one in judged.items()}

    monkeypatch.setattr(LedgerReader, "_judged", another)
    with pytest.raises(Refused) as refused:
        ledgers.view_of(vote.ledger)
    assert refused.value.code == "internal"


def test_one_changed_vote_would_be_noticed_here(vote: Known) -> None:
    changed = {
        **vote.view.rounds["finance"][0],
        "tally": {"zhang": {"approve": 5, "oppose": 1, "abstain": 0}, "li": {"approve": 3, "oppose": 3, "abstain": 0}},
    }
    view = dataclasses.replace(
        vote.view, rounds={**vote.view.rounds, "finance": [changed, vote.view.rounds["finance"][1]]}
    )
    forged = dataclasses.replace(vote, view=view)
    with pytest.raises(AssertionError):
        test_every_tally_stands_on_its_sheet([forged])
    assert documents_for(view)
