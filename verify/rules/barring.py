"""Who may not be nominated: failed votes add up to a bar (一年内不得提名), and bars that others confirmed stand.

Text: docs/rules.md, "bar". A person's votes for one post are followed in order: those of `history` by date, then round,
then those of this meeting in the order of the ledger. Passing sets the failures to 0, and so does a bar that has run,
unless the rule says `reset: false`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verify.rules.days import months_later

ANY_POST = "any"
FOREVER = "forever"
_NO_ROUND = 1 << 30  # a vote of which the round is not known is taken as the last of its day


@dataclass(frozen=True)
class Vote:
    """One person, voted on for a post on a day."""

    date: str
    passed: bool
    nobody_passed: bool | None  # None: not known, as in a history written by hand; it counts


@dataclass(frozen=True)
class Record:
    """What a person's votes come to."""

    failures: int
    since: str | None = None  # the day of the last bar, None without any
    until: str | None = None  # its last day; None: for ever
    reached: bool = False  # whether the last vote was the failure that brought the bar

    def bars(self, day: str) -> bool:
        """Whether the bar covers this day, both ends included."""
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)


def follow_votes(votes: Iterable[Vote], rule: Mapping[str, Any]) -> Record:
    """Follow one person's votes for one post through a `bar` rule. Source: docs/rules.md, "bar"."""
    record = Record(0)
    for vote in votes:
        failures, since, until = record.failures, record.since, record.until
        if rule["reset"] and since is not None and until is not None and vote.date > until:
            failures, since, until = 0, None, None
        if vote.passed:
            record = Record(0 if rule["reset"] else failures, since, until)
        elif not rule["count_loss"] and vote.nobody_passed is False:
            record = Record(failures, since, until)
        elif failures + 1 >= rule["failures"]:
            record = Record(failures + 1, vote.date, _last_day(vote.date, rule["months"]), reached=True)
        else:
            record = Record(failures + 1, since, until)
    return record


def past_votes(history: Sequence[Mapping[str, Any]], person: str, post: str) -> list[Vote]:
    """A person's failed votes for a post before the meeting, in order."""
    own = [line for line in history if line["person"] == person and line["post"] == post]
    own.sort(key=lambda line: (line["date"], _NO_ROUND if line["round"] is None else line["round"]))
    return [Vote(line["date"], passed=False, nobody_passed=line["nobody_passed"]) for line in own]


def counts_for_bars(contest: Mapping[str, Any]) -> bool:
    """Whether a round of this contest is a vote for a post that can be failed: it has a post and a line to pass."""
    return contest["post"] is not None and any(rule["rule"] == "pass" for rule in contest["rules"])


def post_rounds(
    contest: Mapping[str, Any], contests: Mapping[str, Mapping[str, Any]], counted: Iterable[tuple[str, Any]]
) -> list[Any]:
    """The counted rounds, out of all of a meeting, that are votes for this contest's post.

    contests: id → contest of the agenda. counted: (contest id, round object) in the order of the ledger.
    """
    same = {
        each for each, other in contests.items() if other["post"] == contest["post"] and counts_for_bars(other)
    }  # fmt: skip
    return [judged for contest_id, judged in counted if contest_id in same]


def barred_people(rounds: Iterable[Mapping[str, Any]]) -> set[str]:
    """Those whom one of these rounds barred."""
    return {bar["person"] for judged in rounds for bar in judged["barred"]}


def barred_nominees(contest: Mapping[str, Any], meeting: Mapping[str, Any]) -> list[str]:
    """Candidates or options who may not be nominated for the contest's post on the day of the meeting.

    By the meeting's `bars`, and, where the contest has a bar rule, by what its `history` comes to. Nobody in a contest
    without a post. Source: docs/rules.md, "bar".
    """
    post, day = contest["post"], meeting["date"]
    if post is None:
        return []
    confirmed = {
        bar["person"]
        for bar in meeting["bars"]
        if bar["post"] in (post, ANY_POST) and bar["from"] <= day and (bar["until"] is None or day <= bar["until"])
    }
    rule = next((rule for rule in contest["rules"] if rule["rule"] == "bar"), None)
    ballot = contest["ballot"]
    return [
        one["id"]
        for one in ballot.get("candidates", ballot.get("options", []))
        if one["id"] in confirmed
        or (rule is not None and follow_votes(past_votes(meeting["history"], one["id"], post), rule).bars(day))
    ]


def _last_day(start: str, months: int | str) -> str | None:
    return None if months == FOREVER else months_later(start, int(months))
