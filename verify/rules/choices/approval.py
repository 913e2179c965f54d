"""Approval ballots (同意、不同意、弃权): one mark for each candidate, at most `max_approve` of them approve.

Text: docs/rules.md, "Ballots": {"marks": {"zhang-san": "approve", "li-si": "oppose"}}. A candidate left out is abstain;
`{}` and all marks abstain are the same blank ballot. One approval too many spoils the whole ballot of this contest.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from verify.rules.canonical import encode_canonical
from verify.rules.choices.kind import Choice

APPROVE, OPPOSE, ABSTAIN = "approve", "oppose", "abstain"
MARKS = (APPROVE, OPPOSE, ABSTAIN)


class Approval:
    """See `verify.rules.choices.kind.Kind`."""

    def longest(self, ballot: Mapping[str, Any]) -> int:
        # "abstain" is as long as "approve", so `max_approve` does not shorten it.
        return len(encode_canonical({"marks": {candidate["id"]: ABSTAIN for candidate in ballot["candidates"]}}))

    def read(self, ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> Choice | None:
        if not choice.keys() <= {"marks"}:
            return None
        marks = choice.get("marks", {})
        if not isinstance(marks, dict) or not all(mark in MARKS for mark in marks.values()):
            return None
        ids = [candidate["id"] for candidate in ballot["candidates"]]
        if not marks.keys() <= set(ids):
            return None
        content = {candidate: marks.get(candidate, ABSTAIN) for candidate in ids}
        if sum(mark == APPROVE for mark in content.values()) > ballot["max_approve"]:
            return None
        return Choice(content, blank=all(mark == ABSTAIN for mark in content.values()))

    def tally(self, ballot: Mapping[str, Any], choices: Iterable[tuple[Choice, int]]) -> dict[str, Any]:
        tally = {candidate["id"]: dict.fromkeys(MARKS, 0) for candidate in ballot["candidates"]}
        for choice, times in choices:
            for candidate, mark in choice.content.items():
                tally[candidate][mark] += times
        return tally

    def has_free_text(self, ballot: Mapping[str, Any]) -> bool:
        return False
