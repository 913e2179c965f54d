"""Votes before this meeting: failed ones and confirmed bars as files write them, and one history out of two sources.

Format: docs/formats/meeting-file.md §1. Publishing writes into the ledger what the file lists and what this
installation's own ledgers record, so that a bar can be recomputed from the ledger alone. Whom the history bars is the
verifier's to say (`verify.rules`). Pure: the ledgers are read by `publish`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ballot_service.meetings.field_readers import (
    WRONG,
    Field,
    Place,
    date,
    identifier,
    or_null,
    record,
    text,
    true_or_false,
    whole_number,
)
from ballot_service.meetings.problems import Findings
from verify import rules

MAX_ROUND = 1000
MAX_REASON_CHARS = 500
MAX_OFFICE_CHARS = 200
_LAST_OF_DAY = MAX_ROUND + 1  # a vote whose round is not known is taken as the last of its day

Json = dict[str, Any]


# --- as files write them


def failed_vote(place: Place) -> Any:
    """A vote for a post in which a person did not pass."""
    return record(
        place,
        {
            "person": Field(identifier),
            "post": Field(identifier),
            "date": Field(date),
            "meeting": Field(or_null(identifier), None),
            "contest": Field(or_null(identifier), None),
            "round": Field(or_null(whole_number(1, MAX_ROUND)), None),
            "nobody_passed": Field(or_null(true_or_false), None),
        },
    )


def confirmed_bar(place: Place) -> Any:
    """Somebody who may not be nominated for a post, or for any, and who confirmed that."""
    values = record(
        place,
        {
            "person": Field(identifier),
            "post": Field(identifier),
            "from": Field(date),
            "until": Field(or_null(date), None),
            "reason": Field(text(MAX_REASON_CHARS)),
            "confirmed_by": Field(text(MAX_OFFICE_CHARS)),
        },
    )
    if values is not WRONG and values.get("until") is not None and values["until"] < values.get("from", ""):
        place.wrong_at(("until",), values["until"], f"a day not before from, {values['from']}, or null for ever")
    return values


def check_votes_are_past(place: Place, values: Mapping[str, Any]) -> None:
    """A vote after the meeting cannot be its history."""
    for position, line in enumerate(values.get("history", [])):
        if "date" in values and line.get("date", "") > values["date"]:
            expected = f"a day not after the meeting's date, {values['date']}"
            place.wrong_at(("history", position, "date"), line["date"], expected)


# --- merged at publishing


@dataclass(frozen=True)
class OwnVote:
    """One person's vote for a post, as a ledger of this installation records it."""

    person: str
    post: str
    date: str
    meeting: str
    contest: str
    round: int
    passed: bool
    nobody_passed: bool
    place: int  # of its result among those of its ledger

    def before(self, other: "OwnVote") -> bool:
        """Whether `other` came later: as the ledger has it; between two ledgers by day, then round."""
        if self.meeting == other.meeting:
            return self.place < other.place
        return (self.date, self.round) < (other.date, other.round)

    def line(self) -> Json:
        return {
            "person": self.person,
            "post": self.post,
            "date": self.date,
            "meeting": self.meeting,
            "contest": self.contest,
            "round": self.round,
            "nobody_passed": self.nobody_passed,
        }


def votes_of_result(meeting: Mapping[str, Any], result: Mapping[str, Any], place: int) -> list[OwnVote]:
    """The votes for posts in one `result` entry.

    meeting: the first entry of its ledger. place: how many `result` entries stand before this one.
    """
    contests = {each["id"]: each for item in meeting["agenda"] for each in item["contests"]}
    return [
        OwnVote(
            person=person,
            post=contest["post"],
            date=meeting["date"],
            meeting=meeting["id"],
            contest=contest["id"],
            round=judged["round"],
            passed=person in judged["passed"],
            nobody_passed=not judged["passed"],
            place=place,
        )
        for contest_id, judged in result["contests"].items()
        if (contest := contests.get(contest_id)) is not None and rules.counts_for_bars(contest)
        for person in judged["tally"]
    ]


def nominations(fields: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(person, post) for everybody whom this meeting names for a post."""
    return {(one["id"], contest["post"]) for contest in _for_posts(fields) for one in _nominees(contest)}


def merged_history(fields: Mapping[str, Any], own: Iterable[OwnVote]) -> list[Json]:
    """The failed votes of the file and of our own ledgers, every vote once.

    fields: of the meeting, in normal form. own: votes of other meetings, in any order. Ours count for the people and
    posts of this meeting only; an own line replaces the same vote in the file, because it says more. What a person has
    passed since is left out, unless a contest of the post never resets.
    """
    votes = _of_this_meeting(fields, own)
    failed = [vote for vote in votes if not vote.passed]
    passed = [vote for vote in votes if vote.passed]
    kept = _posts_without_reset(fields)
    written = [
        line
        for line in _without_same(fields["history"], [vote.line() for vote in failed])
        if line["post"] in kept
        or not any(
            _pair(line) == (vote.person, vote.post) and _order(line) < (vote.date, vote.round) for vote in passed
        )
    ]
    ours = [
        vote.line()
        for vote in failed
        if vote.post in kept
        or not any((vote.person, vote.post) == (other.person, other.post) and vote.before(other) for other in passed)
    ]
    return written + ours


def check_against_own(
    fields: Mapping[str, Any], own: Iterable[OwnVote], meetings: Collection[str], findings: Findings
) -> None:
    """Report failures that lines place at one of our own `meetings` (ids), and that its ledger does not show."""
    votes = _of_this_meeting(fields, own)
    left = _without_same(fields["history"], [vote.line() for vote in votes if not vote.passed])
    named = nominations(fields)
    for position, line in enumerate(fields["history"]):
        if line["meeting"] in meetings and _pair(line) in named and any(line is each for each in left):
            found = f"a failed vote of {line['person']} at {line['meeting']}, whose ledger here does not show it"
            findings.add(("history", position), found, "what that ledger shows, or nothing: it is added by itself")


def _of_this_meeting(fields: Mapping[str, Any], own: Iterable[OwnVote]) -> list[OwnVote]:
    """Votes on people whom this meeting names for the post, up to its day, in order."""
    named = nominations(fields)
    return sorted(
        (vote for vote in own if (vote.person, vote.post) in named and vote.date <= fields["date"]),
        key=lambda vote: (vote.date, vote.meeting, vote.place, vote.contest),
    )


def _without_same(written: Sequence[Json], ours: Sequence[Json]) -> list[Json]:
    """The lines of the file that are not votes of our own. Each of ours stands for one line at most."""
    free = list(ours)
    same: list[int] = []
    # lines that say much first: one that says little then finds what they left
    for position in sorted(range(len(written)), key=lambda at: -_said(written[at])):
        found = next((line for line in free if _may_be_same(written[position], line)), None)
        if found is not None:
            free.remove(found)
            same.append(position)
    return [line for position, line in enumerate(written) if position not in same]


def _may_be_same(written: Json, own: Json) -> bool:
    """Whether nothing that the file says of a vote contradicts our record of it."""
    said = ("meeting", "contest", "round")
    return all(written[name] == own[name] for name in ("person", "post", "date")) and all(
        written[name] in (None, own[name]) for name in said
    )


def _said(line: Json) -> int:
    return sum(line[name] is not None for name in ("meeting", "contest", "round"))


def _pair(line: Json) -> tuple[str, str]:
    return line["person"], line["post"]


def _order(line: Json) -> tuple[str, int]:
    return line["date"], _LAST_OF_DAY if line["round"] is None else line["round"]


def _for_posts(fields: Mapping[str, Any]) -> list[Json]:
    return [one for item in fields["agenda"] for one in item["contests"] if one["post"] is not None]


def _nominees(contest: Json) -> list[Json]:
    ballot = contest["ballot"]
    return list(ballot.get("candidates", ballot.get("options", [])))


def _posts_without_reset(fields: Mapping[str, Any]) -> set[str]:
    return {
        contest["post"]
        for contest in _for_posts(fields)
        for rule in contest["rules"]
        if rule["rule"] == "bar" and not rule["reset"]
    }
