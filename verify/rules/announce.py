"""Who may hear a result, in which order, and when phones may be given the ballots themselves.

Text: docs/rules.md, "Announcing". An announcement speaks of a contest's last round; each audience is told once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verify.rules.choices import ballot_kind
from verify.rules.errors import NotNow, RulesError

AUDIENCES: dict[str, tuple[str, ...]] = {  # announce mode → audiences, in the only order allowed
    "on-spot": ("hall", "public"),
    "report-then-feedback": ("committee", "subject"),
    "publish": ("hall", "public"),
    "limited-later": ("committee", "scope"),
    "internal": ("committee",),
}
_OPEN = ("hall", "public")  # audiences that a voter belongs to


@dataclass(frozen=True)
class Announced:
    """One contest of a poll: its item's announce mode, its ballot, and who was told about this round."""

    mode: str
    ballot: Mapping[str, Any]
    audiences: Sequence[str]


def default_audience(mode: str) -> str:
    """Who is told when an announcement does not say: the first. Raises: RulesError for an unknown mode."""
    return _audiences(mode)[0]


def check_announcement(mode: str, to: str, *, earlier: Sequence[str], counted: bool) -> None:
    """Refuse an announcement out of order, to an audience the mode never tells or told already, or before a count.

    earlier: audiences told about this contest's last round, in order. counted: whether that round has a result.

    Raises: NotNow `announce-not-allowed`. Source: docs/rules.md, "Announcing".
    """
    audiences = _audiences(mode)
    told = len(earlier)
    if not counted:
        raise NotNow("announce-not-allowed", "the contest is not counted")
    if tuple(earlier) != audiences[:told] or audiences[told : told + 1] != (to,):
        raise NotNow("announce-not-allowed", f"mode {mode} tells {', then '.join(audiences)}, each once")


def voters_may_see(contests: Iterable[Announced]) -> bool:
    """Whether voters' phones may be given a poll's ballots and shares, which together open every ballot of its box.

    Only when each contest of the poll was announced to the hall or the public, and none has free text: words in a
    voter's own hand are never published.

    Source: docs/protocol.md §8, docs/rules.md, "Announcing".
    """
    return all(
        any(audience in _OPEN and audience in _audiences(one.mode) for audience in one.audiences)
        and not ballot_kind(one.ballot).has_free_text(one.ballot)
        for one in contests
    )


def _audiences(mode: str) -> tuple[str, ...]:
    if mode not in AUDIENCES:
        raise RulesError("unknown announce mode; known: " + ", ".join(AUDIENCES))
    return AUDIENCES[mode]
