"""Edges that small mistakes got past: each test here notices one that the others did not (tests/mutation)."""

import itertools
from typing import Any

import pytest

from tests.verify.rules.meetings import (
    contest,
    flag,
    graded,
    grading,
    judge,
    mean,
    pass_rule,
    quorum_rule,
    rank,
    rate,
    score,
    scoring,
    sealed,
    seats_rule,
    term,
)
from verify.rules import (
    RulesError,
    check_contest,
    check_scores,
    due_date,
    judge_scores,
    may_decide,
    nearest_quorum,
    read_choice,
)
from verify.rules.days import months_later

# Contests that cannot be judged


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        pytest.param([mean(weights={"A": "0", "B": "1"})], "above 0", id="one class weighs nothing"),
        pytest.param([mean(weights={"A": "1", "B": "-1"})], "above 0", id="one class weighs less than nothing"),
        pytest.param([rank("approve", id=None)], "an id of its own", id="a rank without an id"),
        pytest.param([rank("approve"), rank("approve")], "an id of its own", id="two ranks of one id"),
    ],
)
def test_a_contest_that_cannot_be_judged_is_refused(rules: list[dict[str, Any]], reason: str) -> None:
    of = grading(*rules, voters="AB") if rules[0]["rule"] == "mean" else contest(rules=rules)
    with pytest.raises(RulesError, match=reason):
        check_contest(of)


def test_a_rate_of_grades_on_an_approval_ballot_is_refused() -> None:
    with pytest.raises(RulesError, match="a rate counts"):
        check_contest(contest(rules=[rate("good")]))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"step": "0"}, id="steps of nothing"),
        pytest.param({"step": "1/3"}, id="thirds"),
        pytest.param({"step": "1/1000"}, id="more scores than anybody needs"),
    ],
)
def test_a_ballot_of_scores_that_cannot_be_listed_is_refused_before_its_poll(fields: dict[str, str]) -> None:
    ballot = {"kind": "score", "min": "0", "max": "100", "step": "1", "unknown": False}
    of = {**grading(mean(points=None)), "ballot": ballot}
    check_contest(of)
    with pytest.raises(RulesError):
        check_contest({**of, "ballot": {**ballot, **fields}})


@pytest.mark.parametrize("after", [b"x", b" x", b"x ", b"\t", b"\xc2\xa0"])
def test_nothing_but_spaces_is_taken_off_the_end_of_a_ballot(after: bytes) -> None:
    for said in (b"{}", sealed(a="approve")):
        assert read_choice(contest()["ballot"], said + b"  ") is not None
        assert read_choice(contest()["ballot"], said + after) is None


def test_a_rate_of_somebody_who_does_not_stand_is_refused_before_the_first_poll() -> None:
    check_contest(contest(rules=[rate(candidate="a", marks=["approve"])]))
    with pytest.raises(RulesError, match="does not offer"):
        check_contest(contest(rules=[rate(candidate="z", marks=["approve"])]))


@pytest.mark.parametrize("then", ["committee-decides", "none", "ended", "revote"])
def test_a_decision_is_asked_for_by_the_last_round_and_recorded_once(then: str) -> None:
    rounds = [{"round": 1, "next": "committee-decides"}, {"round": 2, "next": then}]
    assert may_decide(contest(), rounds, {1: "revote"}) == (then == "committee-decides")
    assert not may_decide(contest(), rounds, {1: "revote", 2: "end"})


# Dates


def test_the_last_year_there_is() -> None:
    assert months_later("9998-12-18", 12) == "9999-12-18"
    assert months_later("9999-11-30", 1) == "9999-12-30"
    assert months_later("9999-12-18", 1) is None
    assert due_date({"days": 13}, "9999-12-18", None) == "9999-12-31"
    assert due_date({"days": 14}, "9999-12-18", None) is None


# Who was there


def test_a_class_of_which_nobody_was_ever_recorded_is_absent() -> None:
    of = contest(voters="AB", rules=[quorum_rule("1/2"), pass_rule()])
    for came, held in ((5, False), (6, True)):
        found = judge(of, {}, expected=6, quorum=nearest_quorum(None, None, of), at_opening={"A": came})
        assert found["quorum"] == {"held": held, "working": f"{came} {'≥' if held else '<'} 1/2 × 12"}


def test_when_every_seat_is_filled_nobody_is_elected_any_more() -> None:
    of = contest("abc", rules=[pass_rule(), seats_rule(1)], max_approve=3)
    first = judge(of, {sealed(a="approve"): 3})
    again = judge(of, {sealed(b="approve"): 3}, earlier=[first])
    assert (again["passed"], again["elected"], again["state"]) == (["b"], [], "decided")


# Bars


def test_failures_are_followed_by_their_dates_whatever_the_order_of_the_file() -> None:
    """With two, 2022 bars for a year and 2024 is the first again; with three, 2024 bars and today is the fourth."""
    bar = {"rule": "bar", "id": None, "cite": None, "failures": 2, "months": 12, "count_loss": True, "reset": True}
    days = ["2024-06-01", "2022-01-10", "2022-05-01"]
    history = [{"person": "a", "post": "director", "date": day, "round": None, "nobody_passed": None} for day in days]
    meeting = {"date": "2024-12-18", "locale": "zh-CN", "calendar": None, "history": history}
    of = contest("a", rules=[pass_rule(), {**bar, "failures": 3}])
    for listed in (history, history[::-1], [history[1], history[0], history[2]]):
        found = judge(of, {sealed(a="oppose"): 3}, meeting={**meeting, "history": listed})
        assert found["judgements"][1]["working"] == "4 ≥ 3"
        two = judge(
            {**of, "rules": [pass_rule(), bar]}, {sealed(a="oppose"): 3}, meeting={**meeting, "history": listed}
        )
        assert two["judgements"][1]["working"] == "2 ≥ 2"


# Workings


@pytest.mark.parametrize(
    ("word", "workings"),
    [
        ("at_least", ["60 < 70", "70 ≥ 70", "80 ≥ 70"]),
        ("over", ["60 ≤ 70", "70 ≤ 70", "80 > 70"]),
        ("at_most", ["60 ≤ 70", "70 ≤ 70", "80 > 70"]),
        ("under", ["60 < 70", "70 ≥ 70", "80 ≥ 70"]),
    ],
)
def test_every_comparison_says_what_it_found(word: str, workings: list[str]) -> None:
    of = grading(mean(), flag(**{word: "70"}))
    boxes = [graded(plain=1), graded(plain=1, fair=1), graded(fair=1)]
    assert [judge(of, box)["judgements"][0]["working"] for box in boxes] == workings


def test_a_fraction_over_a_base_stands_in_brackets() -> None:
    of = grading(mean(points={"good": "1/3", "fair": "1", "plain": "0", "poor": "0"}))
    assert judge(of, graded(good=1, plain=1))["values"]["avg"]["working"] == "(1/3)/2"
    assert judge(of, graded(good=3, plain=1))["values"]["avg"]["working"] == "1/4"


# Scores


def test_scores_that_wait_for_each_other_are_refused() -> None:
    for names in (("a", "a"), ("a", "b", "a")):
        scores = [score(one, sum=[term(score=other)]) for one, other in itertools.pairwise(names)]
        with pytest.raises(RulesError, match="depends on itself"):
            check_scores(scoring(*scores), [])


def test_a_clamp_may_leave_one_number_only_and_not_none() -> None:
    meeting = scoring(score(sum=[term(const="7")], clamp=["5", "5"]))
    assert judge_scores(meeting, [], {}, {})["s"]["exact"] == "5"
    with pytest.raises(RulesError, match="from low to high"):
        check_scores(scoring(score(sum=[term(const="7")], clamp=["5", "4"])), [])
