"""Values (率、均分): what the rules rate, mean and bands give, and how a later rule reads it.

Text: docs/rules.md, "Values". A value whose base is 0 is null; what depends on it does not hold.
"""

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

from verify.rules.errors import RulesError
from verify.rules.exact import format_exact, read_computed, read_exact
from verify.rules.judging.state import Judging

Value = dict[str, Any]
NULL = {"exact": None, "display": None}
NO_QUOTIENT = "0/0"  # the working of whatever depends on a null value


def new_value(
    number: Fraction, display: Callable[[Fraction], str], working: str, empty_classes: Collection[str] = ()
) -> Value:
    return {
        "exact": format_exact(number),
        "display": display(number),
        "working": working,
        "empty_classes": list(empty_classes),
    }


def keep_quotient(
    rule: Mapping[str, Any],
    judging: Judging,
    sum_over: Callable[[Collection[str] | None], Fraction],
    display: Callable[[Fraction], str],
) -> None:
    """Keep the rule's value: a sum over some classes by their base, or, with weights, Σ w·v / Σ w over the classes.

    With weights, classes whose base is 0 are left out and named in `empty_classes`.
    """
    of_rule = _plain if rule["weights"] is None else _weighted
    keep_value(rule, judging, of_rule(rule, judging, sum_over, display))


def keep_value(rule: Mapping[str, Any], judging: Judging, value: Value) -> None:
    """Keep a value under the rule's id. Raises: RulesError without an id of its own."""
    if rule["id"] is None or rule["id"] in judging.values:
        raise RulesError("a value needs an id of its own in its contest")
    judging.values[rule["id"]] = value


def value_of(rule: Mapping[str, Any], judging: Judging) -> Fraction | None:
    """The value that a rule names, None when it is null. Raises: RulesError when no earlier rule gives it."""
    if rule["value"] not in judging.values:
        raise RulesError("a value is named that no earlier rule of the contest gives")
    exact = judging.values[rule["value"]]["exact"]
    return None if exact is None else read_computed(exact)


def _plain(
    rule: Mapping[str, Any],
    judging: Judging,
    sum_over: Callable[[Collection[str] | None], Fraction],
    display: Callable[[Fraction], str],
) -> Value:
    base = judging.count.base(rule["of"], rule["classes"])
    number = sum_over(rule["classes"])
    return dict(NULL) if base == 0 else new_value(number / base, display, f"{_in_brackets(number)}/{base}")


def _weighted(
    rule: Mapping[str, Any],
    judging: Judging,
    sum_over: Callable[[Collection[str] | None], Fraction],
    display: Callable[[Fraction], str],
) -> Value:
    weights = {voter_class: read_exact(weight) for voter_class, weight in rule["weights"].items()}
    voters = judging.contest["voters"]
    if weights.keys() != set(voters) or min(weights.values()) <= 0:
        raise RulesError("weights are above 0, one for each class that votes in the contest")
    if rule["classes"] is not None:
        raise RulesError("a rule has classes or weights, not both")
    bases = {voter_class: judging.count.base(rule["of"], [voter_class]) for voter_class in voters}
    sums = {voter_class: sum_over([voter_class]) for voter_class in voters}
    counted = [voter_class for voter_class in voters if bases[voter_class]]
    if not counted:
        return dict(NULL)
    total = sum((weights[voter_class] for voter_class in counted), Fraction(0))
    number = sum((weights[one] * sums[one] / bases[one] for one in counted), Fraction(0)) / total
    terms = " + ".join(
        f"{format_exact(weights[one])} × {_in_brackets(sums[one])}/{bases[one]}" for one in counted
    )  # fmt: skip
    empty = [voter_class for voter_class in voters if not bases[voter_class]]
    return new_value(number, display, f"({terms}) / {_in_brackets(total)}", empty)


def _in_brackets(number: Fraction) -> str:
    text = format_exact(number)
    return f"({text})" if "/" in text else text
