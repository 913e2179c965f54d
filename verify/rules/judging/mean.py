"""Means (平均分), rule `mean`: points of the grades, or the scores themselves, over a base.

Text: docs/rules.md, "Values". Ballots without a grade or score add nothing to the sum; whether they are in the base is
the rule's `of`: `scored` leaves them out, which is the default.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from verify.rules.errors import RulesError
from verify.rules.exact import display_number, read_exact
from verify.rules.judging.state import Judging
from verify.rules.judging.values import keep_quotient


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """Keeps a value, without a judgement."""
    ballot = judging.contest["ballot"]
    points = _points(rule, ballot)

    def points_of(classes: Collection[str] | None) -> Fraction:
        total = Fraction(0)
        for choice, times in judging.count.choices(classes):
            if choice.content:
                given = choice.content["score"] if points is None else points[choice.content["grade"]]
                total += given * times
        return total

    keep_quotient(rule, judging, points_of, display_number)


def _points(rule: Mapping[str, Any], ballot: Mapping[str, Any]) -> dict[str, Fraction] | None:
    """Points of each grade; None for a score ballot. Raises: RulesError when they do not fit the ballot."""
    if ballot["kind"] == "score" and rule["points"] is None:
        return None
    if ballot["kind"] != "grade" or rule["points"] is None:
        raise RulesError("a mean is of a score ballot, or of a grade ballot with points for its grades")
    if rule["points"].keys() != {grade["id"] for grade in ballot["grades"]}:
        raise RulesError("a mean needs points for exactly the grades of the ballot")
    return {grade: read_exact(number) for grade, number in rule["points"].items()}
