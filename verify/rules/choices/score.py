"""Score ballots (打分): a number from `min` to `max` in steps from `min` on, or 不了解 where the ballot offers it.

Text: docs/rules.md, "Ballots": {"score": 85}, {"score": "85.5"}, {"unknown": true}; `{}` is blank. Every number has one
spelling: a JSON integer when whole, else a string in the shortest decimal, so that equal scores are equal bytes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from verify.rules.canonical import encode_canonical
from verify.rules.choices.kind import BLANK, UNKNOWN, Choice, is_unknown
from verify.rules.errors import MalformedNumber, RulesError
from verify.rules.exact import format_decimal, read_exact

MAX_SCORES = 10_001  # different scores that a ballot can hold: 0 to 100 in hundredths


class Score:
    """See `verify.rules.choices.kind.Kind`. A read ballot holds {"score": Fraction}, or nothing."""

    def longest(self, ballot: Mapping[str, Any]) -> int:
        low, high, step = _range(ballot)
        choices: list[dict[str, Any]] = [
            {"score": _spelling(low + number * step)} for number in range((high - low) // step + 1)
        ]
        if ballot["unknown"]:
            choices.append({"unknown": True})
        return max(len(encode_canonical(choice)) for choice in choices)

    def read(self, ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> Choice | None:
        if not choice:
            return BLANK
        if is_unknown(ballot, choice):
            return UNKNOWN
        if choice.keys() != {"score"}:
            return None
        written = choice["score"]
        try:
            number = read_exact(written)
        except MalformedNumber:
            return None
        low, high, step = _range(ballot)
        if not low <= number <= high or (number - low) % step:
            return None
        if isinstance(written, int) != (number.denominator == 1) or _spelling(number) != written:
            return None
        return Choice({"score": number})

    def tally(self, ballot: Mapping[str, Any], choices: Iterable[tuple[Choice, int]]) -> dict[str, Any]:
        tally: Counter[Fraction] = Counter()
        for choice, times in choices:
            if choice.content:
                tally[choice.content["score"]] += times
        return {format_decimal(score): tally[score] for score in sorted(tally)}

    def has_free_text(self, ballot: Mapping[str, Any]) -> bool:
        return False


def _spelling(number: Fraction) -> int | str:
    return int(number) if number.denominator == 1 else format_decimal(number)


def _range(ballot: Mapping[str, Any]) -> tuple[Fraction, Fraction, Fraction]:
    """min, max, step. Raises: RulesError for a range that has no score, too many, or one that no decimal can spell."""
    low, high, step = (read_exact(ballot[name]) for name in ("min", "max", "step"))
    if step <= 0 or low >= high:
        raise RulesError("a score ballot needs min < max and a step above 0")
    if (high - low) // step >= MAX_SCORES:
        raise RulesError(f"a score ballot has at most {MAX_SCORES} different scores")
    for number in (low, high, step):
        format_decimal(number)
    return low, high, step
