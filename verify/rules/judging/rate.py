"""Rates (率、得票率), rule `rate`: how many ballots out of a base say one of these things.

Text: docs/rules.md, "Values". For options, the ballots that chose at least one of them.
"""

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

from verify.rules.choices import Choice
from verify.rules.choices.approval import MARKS
from verify.rules.errors import RulesError
from verify.rules.exact import display_percent
from verify.rules.judging.approvals import candidate_ids
from verify.rules.judging.state import Judging
from verify.rules.judging.values import NULL, keep_quotient, keep_value


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """Keeps a value, without a judgement: a rate holds or fails nothing by itself.

    Null for a candidate who is no longer on the paper: elected or barred in an earlier round.
    """
    ballot = judging.contest["ballot"]
    if judging.round_number > 1 and "candidate" in rule and rule["candidate"] not in candidate_ids(ballot):
        keep_value(rule, judging, dict(NULL))
        return
    says_so = _reads(rule, ballot)

    def ballots(classes: Collection[str] | None) -> Fraction:
        return Fraction(sum(times for choice, times in judging.count.choices(classes) if says_so(choice)))

    keep_quotient(rule, judging, ballots, display_percent)


def _reads(rule: Mapping[str, Any], ballot: Mapping[str, Any]) -> Callable[[Choice], bool]:
    """What a ballot must say to be counted. Raises: RulesError for what the ballot cannot say."""
    kind = ballot["kind"]
    if "grades" in rule and kind == "grade":
        grades = _among(rule["grades"], [grade["id"] for grade in ballot["grades"]])
        return lambda choice: choice.content.get("grade") in grades
    if "options" in rule and kind == "pick":
        options = _among(rule["options"], [option["id"] for option in ballot["options"]])
        return lambda choice: not options.isdisjoint(choice.content.get("picks", ()))
    if "candidate" in rule and kind == "approval":
        (candidate,) = _among([rule["candidate"]], candidate_ids(ballot))
        marks = _among(rule["marks"], MARKS)
        return lambda choice: choice.content[candidate] in marks
    raise RulesError("a rate counts grades of a grade ballot, options of a pick ballot, or marks for one candidate")


def _among(named: Collection[str], known: Collection[str]) -> frozenset[str]:
    if not named or not set(named) <= set(known):
        raise RulesError("a rate counts something that the ballot does not offer")
    return frozenset(named)
