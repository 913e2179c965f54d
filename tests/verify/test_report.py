"""The printed report: every kind of figure in both languages, and in words where rounding would mislead."""

import unicodedata
from pathlib import Path

import pytest

from tests import meeting_parts as parts
from tests.judging import check_accepted, judge_ledger
from tests.ledger_builder import LedgerBuilder, item
from tests.whole_meetings import barring_meeting, review_meeting
from verify.report import render
from verify.report_outcomes import near_lines
from verify.terminal import fill, width
from verify.verdict import Judged


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judge_ledger(tmp_path_factory.mktemp("review"), review_meeting().builder.ledger())


@pytest.mark.parametrize(
    "line",
    [
        "    Grade good 4  Grade fair 4  Grade plain 0  Grade poor 2",
        "    well    66.67%  8/12",
        "    avg     72.00  720/10",
        "    points  16.00  2/3 ≥ 3/5",
        "    标记 talk: 未触发  avg: 72 > 70",
        "    标记 well-done: 已触发  well: 2/3 ≥ 1/2 ∧ 2/3 < 1",
        "    60 × 1  60.5 × 1  70 × 1  80 × 4  92.5 × 3  100 × 1",
        "    avg  77.72  (40 × (1195/2)/7 + 60 × (581/2)/4) / 100",
        "    · keep it up",
        "    Option ma 3  Option niu 2  Option yang 0  王五（另填） 2",
        "    排名 by-picks:  1. Option ma  2. Option niu  2. 王五（另填）  4. Option yang",
        "  Input style (style): 29/2  依据: page 3",
        "  Score team (team): 100.00  未限幅 102.82  分档 3.00",
        "    标记 praise: 已触发",
        "    待确认: 通报表扬 (组织部)",
        "  Score service (service): 64.71%  准确值 11/17",
        "  Score waiting (waiting): 无法计算，缺 cases",
    ],
)
def test_every_kind_of_figure_is_told_in_chinese(review: Judged, line: str) -> None:
    assert line in render(review, "zh").splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "    flag talk: not raised  avg: 72 > 70",
        "    ranks by-picks:  1. Option ma  2. Option niu  2. 王五 (written in)  4. Option yang",
        "  Score team (team): 100.00  uncapped 102.82  band 3.00",
        "    to confirm: 通报表扬 (组织部)",
        "  Score waiting (waiting): cannot be computed, missing cases",
    ],
)
def test_every_kind_of_figure_is_told_in_english(review: Judged, line: str) -> None:
    assert line in render(review, "en").splitlines()


def test_remarks_are_not_told_by_class(review: Judged) -> None:
    assert render(review, "zh").count("· on paper") == 2  # twice in all; the verdict has them by class


def test_a_bar_is_told_with_its_days_and_as_a_proposal(tmp_path: Path) -> None:
    text = render(judge_ledger(tmp_path, barring_meeting().ledger()), "zh")
    assert "不得提名: Candidate li-si, 2026-12-18 – 2027-12-18" in text
    assert "未通过次数 2 ≥ 2" in text
    assert "待确认: Candidate li-si:自2026-12-18至2027-12-18" in text


def scored(*scores: "int | str", lines: dict[str, str], folder: Path) -> Judged:
    """One person scored; a flag on the mean, and a score of the same."""
    due = parts.consequence("提醒谈话", "纪委", days=15)
    rules = [parts.mean_rule("avg"), parts.flag_rule("talk", "avg", due, **lines)]
    rules.append(parts.bands_rule("points", "avg", ("70", "20"), otherwise="10"))
    asked = parts.question("duty", parts.score_ballot(step="1/100"), rules)
    total = parts.score("total", {"value": "duty.avg"}, bands=[("70", "2")], flags=[parts.flag("low", **lines)])
    b = LedgerBuilder([{**item("duty", [asked]), "cadre": False}], {"A": 3}, pages=2, boxes=2, scores=[total])
    b.attendance(A=3)
    b.redeem("A", 3)
    paper = b.paper("duty")
    poll = b.open_poll(paper)
    b.cast(poll, paper, "A", *({"score": one} for one in scores))
    b.close_poll(poll)
    b.open_box(poll)
    b.close()
    judged = judge_ledger(folder, b.ledger())
    check_accepted(judged)
    return judged


def test_a_figure_that_looks_like_its_line_is_explained_in_words(tmp_path: Path) -> None:
    judged = scored(70, 70, "70.01", lines={"at_most": "70"}, folder=tmp_path)
    lines = render(judged, "zh").splitlines()
    place = lines.index("    标记 talk: 未触发  avg: 21001/300 > 70")
    assert lines[place + 1] == "      显示为 70.00，准确值 21001/300，高于 70"
    assert (
        sum("显示为 70.00，准确值 21001/300，高于 70" in line for line in lines) == 4
    )  # bands, flags; of the score too
    assert "      shown as 70.00; exactly 21001/300, above 70" in render(judged, "en").splitlines()


def test_a_figure_on_its_line_needs_no_words_and_is_due(tmp_path: Path) -> None:
    text = render(scored(70, 70, 70, lines={"at_most": "70"}, folder=tmp_path), "zh")
    assert "显示为" not in text
    assert "待确认: 提醒谈话 (纪委, 期限 2027-01-02)" in text


def test_a_value_over_nobody_is_said_not_to_exist(tmp_path: Path) -> None:
    text = render(scored(lines={"at_most": "70"}, folder=tmp_path), "zh")
    assert "    avg     无（基数为 0）" in text.splitlines()
    assert "标记 talk: 未触发  avg: 0/0" in text
    assert "Score total (total): 无法计算，缺 duty.avg" in text


@pytest.mark.parametrize(
    ("display", "exact", "line", "said"),
    [
        pytest.param("66.67%", "2/3", "2/3", [], id="on the line"),
        pytest.param("66.67%", "66669/100000", "2/3", ["above 2/3"], id="a rate just above two thirds"),
        pytest.param("66.67%", "66665/100000", "2/3", ["below 2/3"], id="a rate just below two thirds"),
        pytest.param("70.01", "7001/100", "70", [], id="another figure"),
        pytest.param("-0.01", "-1/100", "0", [], id="below nothing"),
        pytest.param("0.00", "-1/1000", "0", ["below 0"], id="nearly nothing"),
        pytest.param(None, None, "70", [], id="no value"),
    ],
)
def test_words_are_added_only_where_rounding_would_mislead(
    display: "str | None", exact: "str | None", line: str, said: list[str]
) -> None:
    told = list(near_lines(display, exact, [line], "en"))
    assert [one.rsplit(", ", 1)[1] for one in told] == said


def test_written_names_and_remarks_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """A ballot with control characters is invalid; what is valid may still turn the eye, never the cursor."""
    picks = parts.question("names", parts.pick_ballot("ma"), [parts.rank_rule("by-picks", "picks")])
    talk = parts.question("talk", parts.comment_ballot())
    b = LedgerBuilder([{**item("two", [picks, talk]), "cadre": False}], {"A": 3}, pages=2, boxes=2)
    b.attendance(A=3)
    b.redeem("A", 3)
    papers = [b.paper("names"), b.paper("talk")]
    poll = b.open_poll(*papers)
    b.cast(poll, papers[0], "A", {"write_in": ["\ue000\u0301x"]}, {"write_in": ["\x1b[31m"]})
    b.cast(poll, papers[1], "A", {"text": "\ue001"}, {"text": "\u202ex"})
    b.close_poll(poll)
    b.open_box(poll)
    b.close()
    judged = judge_ledger(tmp_path, b.ledger())
    check_accepted(judged)
    text = render(judged, "zh")
    assert not [one for one in text if unicodedata.category(one)[0] == "C" and one != "\n"]
    assert "\\u{e001}" in text


def test_long_tallies_are_broken_into_lines() -> None:
    lines = fill((f"{number} × 1" for number in range(60)), 40)
    assert max(map(width, lines)) <= 40
    assert "  ".join(lines).split("  ") == [f"{number} × 1" for number in range(60)]
