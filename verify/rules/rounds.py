"""From round to round: what may be polled next, what may be decided, and how a contest stands at the end.

Text: docs/rules.md, "seats". The service asks before it prints a paper, the verifier asks about the paper it finds.
`rounds` are the counted rounds of one contest in order, `decisions` what was decided after which round
(round → revote or end). A poll that was voided is no round: the same round is polled again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from verify.rules.errors import NotNow

Rounds = Sequence[Mapping[str, Any]]
Decisions = Mapping[int, str]


def next_round(
    contest: Mapping[str, Any], rounds: Rounds, decisions: Decisions, *, barred: Collection[str] = ()
) -> tuple[int, dict[str, Any]]:
    """The number of the next round and the contest to print: as in the agenda, less those elected or barred.

    contest: the one of the agenda. barred: people barred from its post by other contests of this meeting; whoever is
    barred before the meeting was never published as a candidate, so the first round prints every name.

    Raises: NotNow `no-decision` (the committee has not decided on a revote, or decided to end) or `round-limit`
    (nothing is left to vote on). Source: docs/rules.md, "seats".
    """
    if not rounds:
        return 1, dict(contest)
    last = rounds[-1]
    if last["next"] == "committee-decides":
        if decisions.get(last["round"]) != "revote":
            raise NotNow("no-decision", "the committee has not decided to vote again")
    elif last["next"] != "revote":
        raise NotNow("round-limit", "the contest has no further round")
    standing = final(rounds, decisions)
    reduced = _without(contest, {*standing["elected"], *(bar["person"] for bar in standing["barred"]), *barred})
    if not reduced["ballot"]["candidates"]:
        raise NotNow("round-limit", "nobody is left to vote on")
    return last["round"] + 1, reduced


def may_decide(contest: Mapping[str, Any], rounds: Rounds, decisions: Decisions) -> bool:
    """Whether a decision, revote or end, may be recorded now: the last round asks for one and has none yet."""
    return bool(rounds) and rounds[-1]["next"] == "committee-decides" and rounds[-1]["round"] not in decisions


def final(rounds: Rounds, decisions: Decisions) -> dict[str, Any]:
    """How the contest stands: {"state", "elected", "barred", "ended"}.

    State is the last round's, or `not-polled`; elected and barred are those of all rounds, in order. `ended` is true
    only after a decision to end: a contest that simply ran out of rounds says so in its last round's `next`.
    """
    return {
        "state": rounds[-1]["state"] if rounds else "not-polled",
        "elected": [candidate for one in rounds for candidate in one["elected"]],
        "barred": [bar for one in rounds for bar in one["barred"]],
        "ended": bool(rounds) and decisions.get(rounds[-1]["round"]) == "end",
    }


def _without(contest: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    if not gone:
        return dict(contest)
    ballot = contest["ballot"]
    kept = [candidate for candidate in ballot["candidates"] if candidate["id"] not in gone]
    return {**contest, "ballot": {**ballot, "candidates": kept}}
