"""Classes too small to hide in: a poll of three people publishes their opinions.

Text: docs/formats/meeting-file.md, "Small classes". Only for contests whose kind is not `approval`: a committee of four
must be able to vote on an appointment, whose total is announced anyway; opinions of four about a person are refused.
"""

from collections.abc import Collection, Mapping
from typing import Any


def class_too_small_to_publish(contest: Mapping[str, Any], expected: Mapping[str, int], min_class: int) -> list[str]:
    """Voter classes of which fewer than `min_class` people are expected, in the contest's order; merge them."""
    return _smaller(contest, expected, min_class)


def too_small(
    contest: Mapping[str, Any], redeemed: Mapping[str, int], min_class: int, small_groups: Collection[str]
) -> list[str]:
    """Voter classes with fewer than `min_class` redeemed slips, in the contest's order; a class left out has none.

    small_groups: classes that two officers named for this poll, which the ledger and the report show.
    """
    return [voter_class for voter_class in _smaller(contest, redeemed, min_class) if voter_class not in small_groups]


def _smaller(contest: Mapping[str, Any], people: Mapping[str, int], min_class: int) -> list[str]:
    if contest["ballot"]["kind"] == "approval":
        return []
    return [voter_class for voter_class in contest["voters"] if people.get(voter_class, 0) < min_class]
