"""Ranks (得票排名), rule `rank`: by approvals or by picks; ties share the better rank: 1, 1, 3.

Text: docs/rules.md, "rank". A rank decides nothing: recommendations are for those who decide (不简单以票取人).
"""

from collections.abc import Mapping
from typing import Any

from verify.rules.choices.approval import APPROVE
from verify.rules.errors import RulesError
from verify.rules.judging.approvals import candidate_ids
from verify.rules.judging.state import Judging

WRITE_IN = "write_in"


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """Keeps the ranks under the rule's id: {id: rank}, write-ins under `write_in` where the ballot has any."""
    if rule["id"] is None or rule["id"] in judging.ranks:
        raise RulesError("a rank needs an id of its own in its contest")
    votes, written = _votes(rule, judging)
    rank_of = _ranks([*votes.values(), *written.values()])
    ranks: dict[str, Any] = {one: rank_of[number] for one, number in votes.items()}
    if judging.contest["ballot"].get(WRITE_IN):
        ranks[WRITE_IN] = {name: rank_of[number] for name, number in written.items()}
    judging.ranks[rule["id"]] = ranks


def _votes(rule: Mapping[str, Any], judging: Judging) -> tuple[dict[str, int], dict[str, int]]:
    ballot = judging.contest["ballot"]
    tally = judging.count.tally(rule["classes"])
    if rule["by"] == "approve":
        return {candidate: tally[candidate][APPROVE] for candidate in candidate_ids(ballot)}, {}
    if rule["by"] != "picks" or ballot["kind"] != "pick":
        raise RulesError("a rank is by approvals of an approval ballot, or by picks of a pick ballot")
    written = tally.pop(WRITE_IN, {})
    return tally, written


def _ranks(everyone: list[int]) -> dict[int, int]:
    """Number of votes → its rank: one more than there are with more votes. Thousands of written names are usual."""
    ranks: dict[int, int] = {}
    for rank, number in enumerate(sorted(everyone, reverse=True), 1):
        ranks.setdefault(number, rank)
    return ranks
