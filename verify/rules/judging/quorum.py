"""Quorum (法定人数): enough of those expected were present when the poll opened. Without it a poll cannot open.

Text: docs/rules.md, "Rules". Over the contest's voters without observers; contest, item, meeting: the nearest wins.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from verify.rules.errors import RulesError
from verify.rules.judging.state import Judging
from verify.rules.judging.threshold import Threshold, compare, read_threshold


@dataclass(frozen=True)
class Quorum:
    """A fraction of those expected that must be present."""

    threshold: Threshold


def read_quorum(fields: Mapping[str, Any]) -> Quorum:
    """Read {at_least or over, of: expected}: a meeting's or an item's quorum, or a contest's rule.

    Raises: RulesError for another base or no single threshold.
    """
    if fields.get("of") != "expected":
        raise RulesError("a quorum is a fraction of expected")
    return Quorum(read_threshold(fields))


def nearest_quorum(
    meeting_quorum: Mapping[str, Any] | None, item_quorum: Mapping[str, Any] | None, contest: Mapping[str, Any]
) -> Quorum | None:
    """The quorum that applies to a contest: its own rule, else its item's, else the meeting's, else none.

    Raises: RulesError for a contest with two quorum rules.
    """
    own = [rule for rule in contest["rules"] if rule["rule"] == "quorum"]
    if len(own) > 1:
        raise RulesError("a contest has at most one quorum")
    nearest = own[0] if own else item_quorum or meeting_quorum
    return read_quorum(nearest) if nearest else None


def judge_quorum(
    quorum: Quorum,
    *,
    voters: Collection[str],
    present: Mapping[str, int],
    expected: Mapping[str, int],
    observers: Collection[str] = (),
) -> dict[str, Any]:
    """{"held", "working"}, as "10 ≥ 2/3 × 14". `present` is the attendance before the poll opened; a class left
    out has nobody present. Nobody expected at all: not held.

    Source: docs/rules.md, "Counts" and "Rules".
    """
    counted = [voter_class for voter_class in voters if voter_class not in observers]
    held, working = compare(
        sum(present.get(voter_class, 0) for voter_class in counted),
        quorum.threshold,
        sum(expected[voter_class] for voter_class in counted),
    )
    return {"held": held, "working": working}


def quorum_of_round(quorum: Quorum, judging: Judging) -> dict[str, Any]:
    """`judge_quorum` with the figures of the round that is being judged."""
    figures = {voter_class: one.figures for voter_class, one in judging.count.by_class.items()}
    return judge_quorum(
        quorum,
        voters=judging.contest["voters"],
        present=judging.present_at_opening,
        expected={voter_class: one.expected for voter_class, one in figures.items()},
        observers={voter_class for voter_class, one in figures.items() if one.observer},
    )


def judge(rule: Mapping[str, Any], judging: Judging) -> None:
    """One judgement. A quorum of the item or the meeting has none: it is not in the contest's rules."""
    found = quorum_of_round(read_quorum(rule), judging)
    judging.report(rule, holds=found["held"], working=found["working"], of="expected")
