"""How long an exact figure can become: a verifier takes no more than 4,000 digits above or below the line.

Format: docs/formats/meeting-file.md §4. Denominators of many different numbers multiply; a score that nobody can write
down when the meeting ends would leave it without an end. So the longest that a figure can come to is asked when it is
written: an upper bound, by the digits of what goes into it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ballot_service.meetings.field_readers import MAX_NUMBER_DIGITS

MAX_DIGITS = 4_000  # `verify.rules.exact` refuses longer ones
_COUNT_DIGITS = 9  # of a number of ballots or people, all classes together

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Size:
    """Digits before the point, and digits of the denominator: 0 for a whole number."""

    whole: int
    below: int

    @property
    def digits(self) -> int:
        """Of the longer of the two: what stands above the line is the figure times the denominator."""
        return self.whole + self.below

    @property
    def is_too_long(self) -> bool:
        return self.digits > MAX_DIGITS


ANY_NUMBER = Size(MAX_NUMBER_DIGITS, MAX_NUMBER_DIGITS)  # that somebody may write


def of_number(written: str) -> Size:
    number = abs(Fraction(written))
    return Size(len(str(int(number))), _below(number))


def of_product(one: Size, other: Size) -> Size:
    return Size(one.whole + other.whole, one.below + other.below)


def of_sum(parts: Iterable[Size]) -> Size:
    """Of any of its parts added up too."""
    sizes = list(parts)
    return Size(max((one.whole for one in sizes), default=0) + len(str(len(sizes))), sum(one.below for one in sizes))


def of_clamped(size: Size, clamp: Iterable[str] | None) -> Size:
    sizes = [size, *map(of_number, clamp or ())]
    return Size(max(one.whole for one in sizes), max(one.below for one in sizes))


def of_value(rule: Json) -> Size:
    """What a rate, a mean or a bands rule can give. Fields that could not be read are passed over."""
    if rule.get("rule") == "bands":
        points = [band.get("points") for band in rule.get("bands", [])] + [rule.get("otherwise")]
        sizes = [of_number(one) for one in points if one is not None]
        return Size(max((one.whole for one in sizes), default=0), max((one.below for one in sizes), default=0))
    sum_of_one_class = _summed(rule)
    weights = rule.get("weights")
    if not weights:
        return Size(sum_of_one_class.whole, sum_of_one_class.below + _COUNT_DIGITS)
    # Σ w·s/b / Σ w: the bases of all classes, the sum of the weights, whose own denominators cancel, and those of s
    total = of_sum(map(of_number, weights.values()))
    below = sum_of_one_class.below + _COUNT_DIGITS * len(weights) + total.digits
    return Size(sum_of_one_class.whole, below)


def of_pool(rules: Iterable[Json]) -> Size:
    """Sums of ballots or points over the sum of the bases."""
    total = of_sum(map(_summed, rules))
    return Size(total.whole, total.below + 2 * _COUNT_DIGITS)


def _summed(rule: Json) -> Size:
    """The sum that a rate or a mean divides: ballots, their points, or scores."""
    if rule.get("rule") == "rate":
        return Size(_COUNT_DIGITS, 0)
    points = rule.get("points")
    each = of_sum(map(of_number, points.values())) if points else ANY_NUMBER
    return Size(each.whole + _COUNT_DIGITS, each.below)


def _below(number: Fraction) -> int:
    return 0 if number.denominator == 1 else len(str(number.denominator))
