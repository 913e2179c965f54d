"""Grade ballots (等次): one of the grades, or 不了解 where the ballot offers it.

Text: docs/rules.md, "Ballots": {"grade": "good"}, {"unknown": true}; `{}` is blank.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from verify.rules.canonical import encode_canonical
from verify.rules.choices.kind import BLANK, UNKNOWN, Choice, is_unknown


class Grade:
    """See `verify.rules.choices.kind.Kind`. A read ballot holds {"grade": id}, or nothing."""

    def longest(self, ballot: Mapping[str, Any]) -> int:
        choices: list[dict[str, Any]] = [{"grade": grade["id"]} for grade in ballot["grades"]]
        if ballot["unknown"]:
            choices.append({"unknown": True})
        return max(len(encode_canonical(choice)) for choice in choices)

    def read(self, ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> Choice | None:
        if not choice:
            return BLANK
        if is_unknown(ballot, choice):
            return UNKNOWN
        if choice.keys() != {"grade"}:
            return None
        chosen = choice["grade"]
        if not isinstance(chosen, str) or chosen not in (grade["id"] for grade in ballot["grades"]):
            return None
        return Choice({"grade": chosen})

    def tally(self, ballot: Mapping[str, Any], choices: Iterable[tuple[Choice, int]]) -> dict[str, Any]:
        tally = {grade["id"]: 0 for grade in ballot["grades"]}
        for choice, times in choices:
            if choice.content:
                tally[choice.content["grade"]] += times
        return tally

    def has_free_text(self, ballot: Mapping[str, Any]) -> bool:
        return False
