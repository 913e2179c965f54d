"""The one order of candidates: approvals (同意票), most first, equal ones as in the file."""

from collections.abc import Mapping
from typing import Any

from verify.rules.choices.approval import APPROVE
from verify.rules.count import Count
from verify.rules.errors import RulesError


def candidate_ids(ballot: Mapping[str, Any]) -> list[str]:
    """The candidates as in the file. Raises: RulesError for a ballot without marks for candidates."""
    if ballot["kind"] != "approval":
        raise RulesError("this rule needs an approval ballot")
    return [candidate["id"] for candidate in ballot["candidates"]]


def approvals(count: Count) -> dict[str, int]:
    """Approvals of each candidate over all voters of the contest, in the order of the file."""
    tally = count.tally()
    return {candidate: tally[candidate][APPROVE] for candidate in candidate_ids(count.ballot)}


def order_by_approvals(count: Count) -> list[str]:
    votes = approvals(count)
    return sorted(votes, key=lambda candidate: -votes[candidate])  # sorted is stable: equal ones stay as in the file
