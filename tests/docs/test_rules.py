"""The worked examples of docs/rules.md, judged by the rules themselves."""

import json
from fractions import Fraction

import pytest

from ballot_service.cli import main
from tests.docs.pages import page
from verify import rules
from verify.rules.judging.threshold import Threshold, compare

RULES = page("rules.md")


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
