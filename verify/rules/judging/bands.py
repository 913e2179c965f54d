"""Bands (分档), rule `bands`: points for the band that a value falls into, each band's lower end included.

Text: docs/rules.md, "Values". From high to low; the first band that the exact value reaches counts.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from verify.rules.errors import RulesError
from verify.rules.exact import display_number, format_exact, read_exact
from verify.rules.judging.state import Judging
from verify.rules.judging.values import NULL, keep_value, new_value, value_of


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """Keeps a value, without a judgement; null when the value it reads is null."""
    number = value_of(rule, judging)
    points, working = points_for(rule["bands"], rule["otherwise"], number if number is not None else Fraction(0))
    keep_value(rule, judging, dict(NULL) if number is None else new_value(points, display_number, working))


def points_for(bands: Sequence[Mapping[str, Any]], otherwise: str, number: Fraction) -> tuple[Fraction, str]:
    """The points and the working, as "38/40" reads "19/20 ≥ 19/20", or below the last band "1/2 < 3/5".

    Raises: RulesError for bands that do not descend.
    """
    lines = [read_exact(band["at_least"]) for band in bands]
    points = [read_exact(band["points"]) for band in bands] + [read_exact(otherwise)]
    if not lines or any(low >= high for high, low in pairwise(lines)):
        raise RulesError("bands go from high to low, each once")
    reached = next((place for place, line in enumerate(lines) if number >= line), len(lines))
    if reached == len(lines):
        return points[-1], f"{format_exact(number)} < {format_exact(lines[-1])}"
    return points[reached], f"{format_exact(number)} ≥ {format_exact(lines[reached])}"
