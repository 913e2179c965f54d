"""A line to reach or to pass: a fraction of a base, compared exactly.

Text: docs/rules.md, "Rules". `at_least` (以上、达到) includes the line, `over` (超过、过半数) does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.rules.errors import RulesError
from verify.rules.exact import format_exact, read_exact


@dataclass(frozen=True)
class Threshold:
    """`over` the fraction of a base, or at least it."""

    fraction: Fraction
    over: bool


def read_threshold(fields: Mapping[str, Any]) -> Threshold:
    """Read `at_least` or `over` from a rule in normal form. Raises: RulesError unless exactly one is given."""
    given = [name for name in ("at_least", "over") if fields.get(name) is not None]
    if len(given) != 1:
        raise RulesError("expected exactly one of at_least, over")
    return Threshold(read_exact(fields[given[0]]), over=given[0] == "over")


def compare(number: int, threshold: Threshold, base: int) -> tuple[bool, str]:
    """Whether `number` reaches the fraction of `base`, with the working in symbols: "6 ≤ 1/2 × 12" does not.

    A base of 0 has no fraction: nothing holds, and the working shows the quotient that does not exist, as "0/0".
    """
    if base == 0:
        return False, f"{number}/0"
    line = threshold.fraction * base
    holds = number > line if threshold.over else number >= line
    symbol = (">" if holds else "≤") if threshold.over else ("≥" if holds else "<")
    return holds, f"{number} {symbol} {format_exact(threshold.fraction)} × {base}"
