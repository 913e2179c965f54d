"""Rates, means, bands, flags and ranks: exact values, null where there is no base, and the working as shown."""

from typing import Any

import pytest

from tests.verify.rules.meetings import (
    POINTS,
    approval_ballot,
    bands,
    contest,
    flag,
    graded,
    grading,
    judge,
    mean,
    rank,
    rate,
    sealed,
)
from verify.rules import RulesError, check_contest, result_form

LINE_70 = flag(at_most="70")


def value(found: dict[str, Any], rule_id: str) -> tuple[Any, Any]:
    return found["values"][rule_id]["exact"], found["values"][rule_id]["display"]


def test_abstaining_and_not_knowing_are_in_the_base_of_a_rate_and_not_of_a_mean() -> None:
    papers = graded(fair=6, plain=6, unknown=2, blank=1, invalid=1)
    found = judge(grading(mean(), rate("good", "fair"), LINE_70), papers)
    assert value(found, "avg") == ("70", "70.00")
    assert value(found, "well") == ("2/5", "40.00%")
    assert found["values"]["avg"]["working"] == "840/12"
    assert found["values"]["well"]["working"] == "6/15"
    assert found["flags"] == [{"code": "talk", "raised": True}]
    assert found["judgements"] == [
        {"rule": "flag", "id": "talk", "candidate": None, "holds": True, "working": "70 ≤ 70", "of": None, "cite": None}
    ]


@pytest.mark.parametrize(
    ("of", "exact"),
    [
        ("expected", "1/5"),
        ("present", "1/4"),
        ("issued", "2/5"),
        ("returned", "2/5"),
        ("valid", "4/9"),
        ("scored", "4/7"),
    ],
)
def test_every_base(of: str, exact: str) -> None:
    papers = graded(good=4, poor=3, unknown=1, blank=1, invalid=1)
    assert value(judge(grading(rate("good", of=of)), papers, expected=20, present=16), "well")[0] == exact


def test_a_mean_over_all_valid_ballots_counts_those_without_a_grade_as_nothing() -> None:
    assert value(judge(grading(mean(of="valid")), graded(good=1, blank=1)), "avg") == ("50", "50.00")


def test_scores_are_their_own_points() -> None:
    ballot = {"kind": "score", "min": "0", "max": "100", "step": "1/2", "unknown": False}
    of = {**grading(mean(points=None)), "ballot": ballot}
    found = judge(of, {b'{"score":70}': 4, b'{"score":"70.5"}': 3, b"{}": 1})
    assert value(found, "avg") == ("983/14", "70.21")


def test_a_rate_of_options_counts_ballots_not_picks() -> None:
    options = [{"id": one, "name": one, "note": None} for one in "abc"]
    of = {**grading(rate(options=["a", "b"])), "ballot": {"kind": "pick", "options": options, "max": 2, "write_in": 0}}
    found = judge(of, {b'{"picks":["a","b"]}': 3, b'{"picks":["c"]}': 2, b"{}": 1})
    assert value(found, "well") == ("1/2", "50.00%")


def test_a_rate_of_marks_for_one_candidate() -> None:
    of = contest(rules=[rate(candidate="a", marks=["oppose", "abstain"])])
    papers = {sealed(a="approve"): 4, sealed(a="oppose"): 1, sealed(b="approve"): 1}
    assert value(judge(of, papers), "well") == ("1/3", "33.33%")


def test_classes_weigh_and_empty_ones_are_named() -> None:
    weights = {"A": "40", "B": "60"}
    both = judge(
        grading(mean(weights=weights), voters="AB"), {"A": graded(good=5, poor=1), "B": graded(good=4, plain=4)}
    )
    assert value(both, "avg") == ("84", "84.00")
    assert both["values"]["avg"]["working"] == "(40 × 540/6 + 60 × 640/8) / 100"
    assert both["values"]["avg"]["empty_classes"] == []
    one = judge(grading(mean(weights=weights), voters="AB"), {"A": graded(good=1, plain=1), "B": graded(blank=3)})
    assert value(one, "avg") == ("80", "80.00")
    assert one["values"]["avg"]["empty_classes"] == ["B"]
    none = judge(grading(mean(weights=weights), voters="AB"), {"A": {}, "B": graded(blank=3)})
    assert none["values"]["avg"] == {"exact": None, "display": None}


def test_some_classes_only() -> None:
    found = judge(grading(rate("good", classes=["B"]), voters="AB"), {"A": graded(good=5), "B": graded(good=1, poor=3)})
    assert value(found, "well") == ("1/4", "25.00%")


def test_nothing_valid_gives_no_value_and_raises_nothing() -> None:
    found = judge(
        grading(mean(), rate("good"), bands(("1/2", "8")), LINE_70, flag(value="points", at_least="0")),
        graded(invalid=2),
    )
    assert found["values"] == {one: {"exact": None, "display": None} for one in ("avg", "well", "points")}
    assert [one["raised"] for one in found["flags"]] == [False, False]
    assert [one["working"] for one in found["judgements"]] == ["0/0", "0/0"]


@pytest.mark.parametrize(("good", "of", "points", "working"), [
    (38, 40, "20", "19/20 ≥ 19/20"),
    (1899, 1999, "18", "1899/1999 ≥ 9/10"),
    (36, 40, "18", "9/10 ≥ 9/10"),
    (35, 40, "0", "7/8 < 9/10"),
    (0, 40, "0", "0 < 9/10"),
])  # fmt: skip
def test_a_band_is_chosen_by_the_exact_value(good: int, of: int, points: str, working: str) -> None:
    found = judge(grading(rate("good"), bands(("19/20", "20"), ("9/10", "18"))), graded(good=good, poor=of - good))
    assert value(found, "points")[0] == points
    assert found["values"]["points"]["working"] == working


def test_rounding_shows_a_line_that_was_not_reached() -> None:
    found = judge(grading(rate("good"), bands(("19/20", "20"), ("9/10", "18"))), graded(good=1899, poor=100))
    assert value(found, "well") == ("1899/1999", "95.00%")
    assert value(found, "points") == ("18", "18.00")


@pytest.mark.parametrize(
    ("comparison", "raised"),
    [
        ({"at_least": "70"}, True),
        ({"over": "70"}, False),
        ({"at_most": "70"}, True),
        ({"under": "70"}, False),
        ({"at_least": "70", "at_most": "70"}, True),
        ({"at_least": "69.99", "under": "70"}, False),
        ({"over": "69", "under": "71"}, True),
    ],
)
def test_exactly_on_the_line(comparison: dict[str, str], raised: bool) -> None:
    found = judge(grading(mean(), flag(**comparison)), graded(fair=1, plain=1))
    assert found["flags"] == [{"code": "talk", "raised": raised}]


def test_several_lines_are_all_shown() -> None:
    found = judge(grading(mean(), flag(at_least="60", at_most="65")), graded(fair=1, plain=1))
    assert found["judgements"][0]["working"] == "70 ≥ 60 ∧ 70 > 65"
    assert not found["judgements"][0]["holds"]


def test_a_flag_may_read_the_points_of_a_band() -> None:
    rules = [rate("good"), bands(("1/2", "8")), flag(value="points", at_least="8", id="named")]
    found = judge(grading(*rules), graded(good=1, poor=1))
    assert found["flags"] == [{"code": "talk", "raised": True}]
    assert found["judgements"][0]["id"] == "named"


def test_raised_flags_propose_with_the_date_that_is_due() -> None:
    consequences = [
        {"text": "提醒谈话", "confirm": "县纪委", "due": {"working_days": 7}},
        {"text": "限期整改", "confirm": "县纪委", "due": {"days": 15}},
        {"text": "记入档案", "confirm": "组织部", "due": None},
    ]
    of = grading(mean(), flag(at_most="70", consequences=consequences), flag(over="70", consequences=consequences))
    calendar = {"until": "2026-12-31", "holidays": ["2026-12-25"], "workdays": ["2026-12-20"]}
    meeting = {"date": "2026-12-18", "locale": "zh-CN", "history": [], "calendar": calendar}
    found = judge(of, graded(plain=5), meeting=meeting)
    assert [(one["text"], one["due"], one["status"]) for one in found["proposals"]] == [
        ("提醒谈话", "2026-12-29", "to-confirm"),
        ("限期整改", "2027-01-02", "to-confirm"),
        ("记入档案", None, "to-confirm"),
    ]
    later = judge(of, graded(plain=5), meeting={**meeting, "calendar": {**calendar, "until": "2026-12-27"}})
    assert [one["due"] for one in later["proposals"]] == [None, "2027-01-02", None]


def test_ties_share_the_better_rank_and_write_ins_are_ranked_too() -> None:
    options = [{"id": one, "name": one, "note": None} for one in "abcd"]
    of = {**grading(rank()), "ballot": {"kind": "pick", "options": options, "max": 2, "write_in": 1}}
    papers = {
        b'{"picks":["a","b"]}': 30,
        '{"picks":["c"],"write_in":["王五"]}'.encode(): 12,
        '{"write_in":["赵六"]}'.encode(): 30,
    }
    found = judge(of, papers)
    assert found["ranks"] == {"order": {"a": 1, "b": 1, "c": 4, "d": 6, "write_in": {"王五": 4, "赵六": 1}}}
    assert (found["passed"], found["state"]) == ([], "counted")


def test_ranks_by_approvals_of_some_classes() -> None:
    of = {**contest("abc", rules=[rank("approve", classes=["A"])], voters="AB"), "ballot": approval_ballot("abc", 3)}
    papers = {"A": {sealed(a="approve", b="approve"): 2, sealed(c="approve"): 1}, "B": {sealed(c="approve"): 9}}
    assert judge(of, papers)["ranks"] == {"order": {"a": 1, "b": 1, "c": 3}}


def test_values_leave_their_prose_out_of_the_ledger() -> None:
    judged = judge(grading(mean(), rate("good")), graded(good=1))
    assert result_form(judged)["values"] == {
        "avg": {"exact": "100", "empty_classes": []},
        "well": {"exact": "1", "empty_classes": []},
    }


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rate()], id="a rate of nothing"),
        pytest.param([rate("best")], id="a rate of a grade that is not there"),
        pytest.param([rate("good", id=None)], id="a value without an id"),
        pytest.param([rate("good"), rate("fair")], id="two values of one id"),
        pytest.param([rate("good", weights={"B": "1"})], id="weights of another class"),
        pytest.param([rate("good", weights={"A": "0"})], id="a weight of nothing"),
        pytest.param([rate("good", weights={"A": "1"}, classes=["A"])], id="weights and classes"),
        pytest.param([rate("good", classes=["B"])], id="a class that does not vote"),
        pytest.param([rate("good", of="everybody")], id="an unknown base"),
        pytest.param([rate(options=["good"])], id="options of a grade ballot"),
        pytest.param([rate(candidate="good", marks=["approve"])], id="marks of a grade ballot"),
        pytest.param([mean(points={"good": "1"})], id="points for some grades"),
        pytest.param([mean(points=None)], id="no points"),
        pytest.param([mean(points={**POINTS, "good": "1e2"})], id="points that are no exact number"),
        pytest.param([bands(("1/2", "1"))], id="bands of a value that is not there"),
        pytest.param([bands(("1/2", "1")), rate("good")], id="bands of a value that comes later"),
        pytest.param([rate("good"), bands(("1/2", "1"), ("1/2", "0"))], id="bands that do not descend"),
        pytest.param([rate("good"), bands()], id="no bands"),
        pytest.param([flag(at_most="70")], id="a flag about a value that is not there"),
        pytest.param([mean(), flag()], id="a flag without a line"),
        pytest.param([mean(), flag(at_most=70.0)], id="a float for a line"),
        pytest.param([rank()], id="picks of a grade ballot"),
        pytest.param([rank("approve")], id="approvals of a grade ballot"),
    ],
)
def test_rules_that_do_not_fit_are_refused_before_anybody_votes(rules: list[dict[str, Any]]) -> None:
    with pytest.raises(RulesError):
        check_contest(grading(*rules))
