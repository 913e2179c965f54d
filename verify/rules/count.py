"""The count of one contest: which ballots are valid, and how many of each, per class and in total.

Text: docs/rules.md, "Counts". It knows nothing of lines to pass or seats; those read it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from verify.rules.choices import Choice, ballot_kind, read_choice
from verify.rules.errors import RulesError
from verify.rules.figures import ClassFigures, total_figures

BASES = ("expected", "present", "issued", "returned", "valid", "scored")


@dataclass(frozen=True)
class ClassCount:
    """One class: its figures, its valid choices with their times, and how many ballots were invalid."""

    figures: ClassFigures
    choices: tuple[tuple[Choice, int], ...]
    invalid: int


@dataclass(frozen=True)
class Count:
    """All classes of the contest, in the order of its `voters`. `classes` given as None means all of them."""

    ballot: Mapping[str, Any]
    by_class: Mapping[str, ClassCount]

    def choices(self, classes: Collection[str] | None = None) -> list[tuple[Choice, int]]:
        return [pair for one in self._chosen(classes) for pair in one.choices]

    def tally(self, classes: Collection[str] | None = None) -> dict[str, Any]:
        return ballot_kind(self.ballot).tally(self.ballot, self.choices(classes))

    def counts(self, classes: Collection[str] | None = None) -> dict[str, int]:
        """The nine counts in the order of the verdict; expected and present without observers."""
        chosen = self._chosen(classes)
        return _counts(total_figures(one.figures for one in chosen), chosen)

    def counts_of_class(self, voter_class: str) -> dict[str, int]:
        """The nine counts of one class as it stands: an observer class shows its own expected and present."""
        one = self.by_class[voter_class]
        return _counts(one.figures, [one])

    def base(self, of: str, classes: Collection[str] | None = None) -> int:
        """What a fraction is taken of. Observers are not in expected and present, even when `classes` names them."""
        if of not in BASES:
            raise RulesError("a rule's base is one of " + ", ".join(BASES))
        return self.counts(classes)[of]

    def _chosen(self, classes: Collection[str] | None) -> list[ClassCount]:
        if classes is None:
            return list(self.by_class.values())
        if not set(classes) <= self.by_class.keys():
            raise RulesError("a rule names a class that does not vote in the contest")
        return [one for voter_class, one in self.by_class.items() if voter_class in classes]


def count_ballots(
    contest: Mapping[str, Any],
    figures: Mapping[str, ClassFigures],
    choices: Mapping[str, Mapping[bytes | None, int]],
) -> Count:
    """Judge every distinct plaintext once and count it as often as it came.

    `choices` is class → plaintext (None: did not open) → times; a class without ballots may be left out.

    Raises: RulesError when the classes are not the contest's voters, or a class's ballots are not its `returned`.
    """
    voters = contest["voters"]
    if figures.keys() != set(voters) or not choices.keys() <= set(voters):
        raise RulesError("expected figures for exactly the classes that vote in the contest")
    ballot = contest["ballot"]
    judged: dict[bytes | None, Choice | None] = {
        plaintext: read_choice(ballot, plaintext)
        for plaintext in dict.fromkeys(plaintext for given in choices.values() for plaintext in given)
    }
    by_class = {}
    for voter_class in voters:
        given = choices.get(voter_class, {})
        if sum(given.values()) != figures[voter_class].returned:
            raise RulesError(
                f"expected {figures[voter_class].returned} returned ballots of a class, got {sum(given.values())}"
            )
        valid = []
        invalid = 0
        for plaintext, times in given.items():
            choice = judged[plaintext]
            if choice is None:
                invalid += times
            else:
                valid.append((choice, times))
        by_class[voter_class] = ClassCount(figures[voter_class], tuple(valid), invalid)
    return Count(ballot, by_class)


def _counts(figures: ClassFigures, classes: Iterable[ClassCount]) -> dict[str, int]:
    counted = list(classes)
    invalid = sum(one.invalid for one in counted)
    blank = sum(times for one in counted for choice, times in one.choices if choice.blank)
    unknown = sum(times for one in counted for choice, times in one.choices if choice.unknown)
    valid = figures.returned - invalid
    return {
        "expected": figures.expected,
        "present": figures.present,
        "issued": figures.issued,
        "returned": figures.returned,
        "invalid": invalid,
        "valid": valid,
        "abstain": blank,
        "unknown": unknown,
        "scored": valid - blank - unknown,
    }
