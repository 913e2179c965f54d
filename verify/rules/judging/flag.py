"""Flags, rule `flag`: a value against one line or several, and what follows when all of them hold.

Text: docs/rules.md, "flag". Consequences are proposals for a named office, never acts: see `verify.rules.proposals`.
"""

from collections.abc import Mapping
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any

from verify.rules.errors import RulesError
from verify.rules.exact import format_exact, read_exact
from verify.rules.judging.state import Judging
from verify.rules.judging.values import NO_QUOTIENT, value_of

# name → (comparison, its symbol, the symbol of its opposite)
COMPARISONS = {
    "at_least": (ge, "≥", "<"),
    "over": (gt, ">", "≤"),
    "at_most": (le, "≤", ">"),
    "under": (lt, "<", "≥"),
}


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """One judgement, whether the flag is raised: "70 ≤ 70", with several lines "1/2 ≥ 1/2 ∧ 1/2 ≤ 1/2"."""
    raised, working = compare_all(rule, value_of(rule, judging))
    named = {**rule, "id": rule["code"] if rule["id"] is None else rule["id"]}
    judging.report(named, holds=raised, working=working)
    judging.flags.append({"code": rule["code"], "raised": raised})


def compare_all(fields: Mapping[str, Any], number: Fraction | None) -> tuple[bool, str]:
    """Whether all the comparisons in `fields` hold for the number, and the working; none holds for null.

    Raises: RulesError when there is no comparison.
    """
    lines = {name: read_exact(fields[name]) for name in COMPARISONS if name in fields}
    if not lines:
        raise RulesError("a flag needs one of " + ", ".join(COMPARISONS))
    if number is None:
        return False, NO_QUOTIENT
    held, parts = True, []
    for name, line in lines.items():
        holds, symbol, opposite = COMPARISONS[name]
        this = holds(number, line)
        held = held and this
        parts.append(f"{format_exact(number)} {symbol if this else opposite} {format_exact(line)}")
    return held, " ∧ ".join(parts)
