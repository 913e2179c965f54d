"""The worked examples of docs/rules.md, judged by the rules themselves."""

import json
from fractions import Fraction

import pytest

from ballot_service.cli import main
from tests.docs.pages import page
from tests.verify.rules.meetings import (
    approving,
    bands,
    bar_rule,
    contest,
    flag,
    graded,
    grading,
    judge,
    mean,
    pass_rule,
    rate,
    score,
    scoring,
    seats_rule,
    term,
)
from verify import rules
from verify.rules.choices import KINDS
from verify.rules.judging import RULES as JUDGED
from verify.rules.judging.threshold import Threshold, compare

RULES = page("rules.md")
RULE_NAMES = {*JUDGED, *KINDS}


@pytest.mark.parametrize(
    ("number", "line", "over", "base", "working"),
    [
        (7, "1/2", True, 13, "7 > 1/2 × 13"),
        (3, "1/2", True, 13, "3 ≤ 1/2 × 13"),
        (6, "1/2", True, 12, "6 ≤ 1/2 × 12"),
        (6, "1/2", False, 12, "6 ≥ 1/2 × 12"),
        (10, "2/3", False, 14, "10 ≥ 2/3 × 14"),
        (9, "2/3", False, 14, "9 < 2/3 × 14"),
        (7, "2/3", False, 10, "7 ≥ 2/3 × 10"),
        (7, "2/3", False, 12, "7 < 2/3 × 12"),
        (0, "1/2", True, 0, "0/0"),
        (3, "1/2", True, 0, "3/0"),
    ],
    ids=lambda value: str(value),
)
def test_workings_are_those_of_the_page(number, line, over, base, working):
    assert compare(number, Threshold(Fraction(line), over), base)[1] == working
    assert working in RULES


def test_issued_of_the_page():
    assert rules.issued(redeemed=12, replaced=2, recused=1, handed_out=2) == 11
    assert "issued = 12 − 2 − 1 + 2 = 11" in RULES


PLAN = """
format: ballot-service/rehearsal/1
meeting:
  format: ballot-service/meeting/1
  id: issued
  title: 示例
  organiser: 示例
  place: 示例
  date: "2026-12-18"
  min_class: 2
  classes: [{id: A, name: 委员, expected: 13}]
  scrutineers: {cards: 3, threshold: 2}
  slips: {reserve: {A: 1}}
  agenda:
    - id: motion
      title: 议案
      contests:
        - id: motion
          voters: [A]
          ballot: {kind: approval, candidates: [{id: adopt, name: 通过}]}
script:
  - attendance: {A: 12}
    redeem: {A: 12}
  - slip: {replace: {A: 2}, activate: {A: 1}}
  - recuse: {contest: motion, class: A, count: 1}
  - poll:
      contests: [motion]
      ballots: {motion: [{class: A, times: 9, choice: {marks: {adopt: approve}}}]}
      paper: {motion: [{class: A, times: 2, choice: {marks: {adopt: approve}}}]}
expect:
  accepted: true
  contests: {motion: {rounds: [{counts: {total: {expected: 13, present: 12, issued: 11, returned: 11}}}]}}
"""


def test_issued_of_the_page_can_be_rehearsed(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    assert main(["rehearse", str(tmp_path / "plan.yaml"), "--out", str(tmp_path), "--lang", "en"]) == 0


def test_two_approvals_where_one_is_allowed_are_invalid():
    ballot = {"kind": "approval", "candidates": [{"id": "zhang-san"}, {"id": "li-si"}], "max_approve": 1}
    spoilt = b'{"marks":{"li-si":"approve","zhang-san":"approve"}}'
    assert spoilt.decode() in RULES
    assert rules.read_choice(ballot, spoilt) is None
    assert rules.read_choice(ballot, b"{}").blank


def test_the_tie_of_the_page():
    contest = {
        "voters": ["A"],
        "ballot": {"kind": "approval", "candidates": [{"id": one} for one in "abcd"], "max_approve": 4},
        "post": None,
        "rules": [
            {"rule": "pass", "over": "1/2", "of": "expected", "mark": "approve"},
            {"rule": "seats", "seats": 2, "max_rounds": 2, "on_failure": "committee"},
        ],
    }
    approvals = {"a": 9, "b": 7, "c": 7, "d": 1}
    ballots = [
        {"marks": {one: "approve" for one, votes in approvals.items() if number < votes}} for number in range(12)
    ]
    choices: dict[bytes, int] = {}
    for one in ballots:
        choices[json.dumps(one, separators=(",", ":"), sort_keys=True).encode()] = ballots.count(one)
    judged = rules.judge_round(
        contest=contest,
        round_number=1,
        poll="p1",
        figures={"A": rules.ClassFigures(expected=12, present=12, issued=12, returned=12)},
        choices={"A": choices},
        quorum=None,
        present_at_opening={},
        min_class=1,
        earlier=[],
    )
    assert (judged["passed"], judged["elected"], judged["reasons"]) == (["a", "b", "c"], ["a"], ["tie"])
    assert judged["next"] == "committee-decides"
    assert judged["judgements"][-1]["working"] == "1 < 2"
    number, printed = rules.next_round(contest, [judged], {1: "revote"})
    assert (number, [one["id"] for one in printed["ballot"]["candidates"]]) == (2, ["b", "c", "d"])


def test_the_bar_of_the_page():
    about = {"date": "2026-12-18", "locale": "zh-CN", "calendar": None, "history": [], "bars": []}
    of = contest("ab", rules=[pass_rule(), seats_rule(), bar_rule()])
    first = judge(of, {**approving({"a": 5, "b": 5}), b"{}": 1}, meeting=about)
    second = judge(of, approving({"a": 7, "b": 4}), earlier=[first], meeting=about)
    workings = [one["working"] for found in (first, second) for one in found["judgements"] if one["rule"] == "bar"]
    assert workings == ["1 < 2", "1 < 2", "0 < 2", "2 ≥ 2"]
    assert second["barred"] == [{"person": "b", "post": "director", "from": "2026-12-18", "until": "2027-12-18"}]
    lost = [
        {"person": "b", "post": "director", "date": "2026-12-18", "round": n, "nobody_passed": None} for n in (1, 2)
    ]
    for day, barred in (("2027-12-18", ["b"]), ("2027-12-19", [])):
        assert rules.barred_nominees(of, {**about, "date": day, "history": lost}) == barred
        assert day in RULES


def test_the_values_of_the_page():
    papers = graded(fair=6, plain=6, unknown=2, blank=1, invalid=1)
    judged = judge(grading(mean(), rate("good", "fair"), flag(at_most="70")), papers)
    assert judged["judgements"][0]["working"] == "70 ≤ 70"
    weights = {"A": "40", "B": "60"}
    by_class = {"A": graded(good=5, poor=1), "B": graded(good=4, plain=4)}
    weighted = judge(grading(mean(weights=weights), voters="AB"), by_class)["values"]["avg"]
    banded = judge(grading(rate("good"), bands(("19/20", "20"), ("9/10", "18"))), graded(good=1899, poor=100))["values"]
    workings = [one["working"] for one in (*judged["values"].values(), weighted, banded["points"])]
    assert workings == ["840/12", "6/15", "(40 × 540/6 + 60 × 640/8) / 100", "1899/1999 ≥ 9/10"]
    assert all(f"`{working}`" in RULES for working in workings)
    assert (weighted["display"], banded["well"]["display"]) == ("84.00", "95.00%")


def test_the_days_of_the_page():
    assert rules.due_date({"days": 15}, "2024-03-01", None) == "2024-03-16"
    calendar = {"until": "2026-12-31", "holidays": [], "workdays": []}
    assert rules.due_date({"working_days": 7}, "2026-12-18", calendar) == "2026-12-29"
    assert "2024-03-16" in RULES
    assert "2026-12-29" in RULES


def test_the_scores_of_the_page():
    team = score("team", sum=[term(const=points) for points in ("20", "14", "28", "19", "13.5")], clamp=["0", "100"])
    own = score("own", sum=[term(const="10"), term("-1", const="0.5")])
    chief = score("chief", sum=[term("1/2", score="own"), term("1/20", score="team")])
    scores = rules.judge_scores(scoring(team, own, chief), [], {}, {})
    assert (scores["team"]["exact"], scores["chief"]["exact"], scores["chief"]["display"]) == (
        "189/2",
        "379/40",
        "9.48",
    )
    assert "379/40, shown as 9.48" in RULES


def test_the_longest_choices_of_the_page():
    ballot = {"kind": "pick", "options": [{"id": "a"}, {"id": "bbb"}], "max": 2, "write_in": 1}
    longest = {"picks": ["bbb"], "write_in": ["𠀀" * 20]}
    assert rules.padded_length(ballot) == -(-len(rules.encode_canonical(longest)) // 64) * 64
    assert len("𠀀".encode()) * 20 == 80
    assert len(rules.encode_canonical({"text": ""})) == 11


@pytest.mark.parametrize("rule", sorted(RULE_NAMES))
def test_every_rule_and_kind_is_explained(rule):
    assert f"`{rule}`" in RULES
