"""How long the result of a poll can become: it is one line of the ledger, and no reader takes more than 4 MiB.

Source: docs/protocol.md §4; format: docs/formats/ledger.md, `result`. Words of voters' own make it long: a comment
stands in it once for all and once more in its class. What could not be recorded must not be polled, or the box stays
shut.
"""

from collections.abc import Mapping
from typing import Any

from ballot_service.meetings import number_sizes

_ENVELOPE_BYTES = 1_000  # of the entry around the contests
_FIXED_BYTES = 500  # of a round object: its fields, state, reasons
_COUNTS_BYTES = 200  # the nine counts
_NUMBER_BYTES = 10
_CHAR_BYTES = 4  # in UTF-8; escapes are shorter
_NAME_BYTES = 20 * _CHAR_BYTES + 5 + _NUMBER_BYTES  # a written name and its number
_SCORE_BYTES = 40 + 5 + _NUMBER_BYTES
_MARKS_BYTES = 40 + 3 * _NUMBER_BYTES  # what three marks have
_BAR_BYTES = 120

Json = Mapping[str, Any]


def longest_result(contests: list[Json], expected: Mapping[str, int]) -> int:
    """Bytes that the `result` of a poll of these contests can have, when everybody expected votes."""
    return _ENVELOPE_BYTES + sum(_longest_round(contest, expected) for contest in contests)


def _longest_round(contest: Json, expected: Mapping[str, int]) -> int:
    ballot, voters = contest["ballot"], contest["voters"]
    people = sum(expected[voter_class] for voter_class in voters)
    by_class = len(voters) if len(voters) > 1 else 0
    ids = [len(one["id"]) for name in ("candidates", "options", "grades") for one in ballot.get(name, [])]
    listed = sum(ids) + (_NUMBER_BYTES + 5) * len(ids)
    marks = _MARKS_BYTES * len(ids) if ballot["kind"] == "approval" else 0
    written = _written(ballot, people)
    size = _FIXED_BYTES + len(contest["id"]) + (1 + by_class) * (_COUNTS_BYTES + listed + marks)
    size += written * (2 if by_class else 1)
    size += 2 * listed  # passed, elected
    for rule in contest["rules"]:
        if rule["rule"] == "rank":
            size += listed + written
        elif rule["rule"] == "bar":
            size += listed + (_BAR_BYTES + len(contest["post"] or "")) * len(ids)
        elif rule["rule"] in ("rate", "mean", "bands"):
            size += 2 * number_sizes.of_value(rule).digits + (_NUMBER_BYTES + 5) * by_class
        size += _FIXED_BYTES
    return size


def _written(ballot: Json, people: int) -> int:
    """What voters write themselves: texts, names, scores."""
    if ballot["kind"] == "comment":
        return people * (int(ballot["max_chars"]) * _CHAR_BYTES + 3)
    if ballot["kind"] == "pick":
        return people * min(int(ballot["write_in"]), int(ballot["max"])) * _NAME_BYTES
    return people * _SCORE_BYTES if ballot["kind"] == "score" else 0
