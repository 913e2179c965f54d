"""What a rule reads and what it adds, while the rules of one round are evaluated in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from verify.rules.count import Count


@dataclass
class Judging:
    """One round being judged: what is given, then what the rules have found so far."""

    contest: Mapping[str, Any]
    round_number: int
    count: Count
    present_at_opening: Mapping[str, int]
    earlier: Sequence[Mapping[str, Any]]  # the verdict's round objects of this contest, in order
    post_rounds: Sequence[Mapping[str, Any]]  # those of all contests with this post, before this one: `barring`
    meeting: Mapping[str, Any]  # the meeting's own fields, for rules that look past the contest: dates, history

    # Known before the first rule is judged, whatever its place in the list: see `pass_line.passing_candidates`.
    passed: list[str] = field(default_factory=list)

    judgements: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    elected: list[str] = field(default_factory=list)  # in this round
    state: str = "counted"
    reasons: list[str] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    ranks: dict[str, Any] = field(default_factory=dict)
    barred: list[dict[str, Any]] = field(default_factory=list)

    def report(
        self, rule: Mapping[str, Any], *, holds: bool, working: str, candidate: str | None = None, of: str | None = None
    ) -> None:
        """Add one judgement, with its working whether or not it holds."""
        self.judgements.append(
            {
                "rule": rule["rule"],
                "id": rule.get("id"),
                "candidate": candidate,
                "holds": holds,
                "working": working,
                "of": of,
                "cite": rule.get("cite"),
            }
        )


class Rule(Protocol):
    """A rule: reads the contest's field in normal form and adds what it finds to the round."""

    def __call__(self, rule: Mapping[str, Any], judging: Judging, /) -> None: ...
