"""What earlier ledgers show about the people nominated in this meeting, held against its `history` (V17).

Text: docs/protocol.md §9, "V17, history and earlier ledgers". Only votes for a post that this meeting fills, on people
nominated for it, up to the day of the meeting. Nothing is taken from an earlier ledger that is not accepted by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verify.case import Case
from verify.errors import Failed
from verify.rules import counts_for_bars


@dataclass(frozen=True)
class Shown:
    """One vote on one person for one post, as an earlier ledger shows it."""

    person: str
    post: str
    date: str
    meeting: str
    contest: str
    round: int
    passed: bool
    nobody_passed: bool
    ledger: str  # name of its file
    place: int  # among all the votes shown: of one ledger, as it has them

    def before(self, other: "Shown") -> bool:
        """Whether `other` came later: as the ledger has it; between two ledgers by day, then round."""
        if self.meeting == other.meeting:
            return self.place < other.place
        return (self.date, self.round) < (other.date, other.round)


def shown_votes(case: Case) -> list[Shown]:
    """Every vote that the earlier ledgers show on a nominee of this meeting, in the order given, then of the ledger."""
    nominated = set(_nominees(case))
    votes: list[Shown] = []
    for one in case.earlier:
        if one.case is None or one.case.meeting["date"] > case.meeting["date"]:
            continue
        meeting = one.case.meeting
        for contest_id, judged in one.case.recorded_rounds():
            contest = one.case.contest_of(contest_id)
            if contest is None or not counts_for_bars(contest):
                continue
            first = len(votes)
            votes += [
                Shown(
                    person,
                    contest["post"],
                    meeting["date"],
                    meeting["id"],
                    contest_id,
                    judged["round"],
                    passed=person in judged["passed"],
                    nobody_passed=not judged["passed"],
                    ledger=one.name,
                    place=first,
                )
                for person in judged["tally"]
                if (person, contest["post"]) in nominated
            ]
    return votes


def check_against_history(case: Case, votes: Sequence[Shown]) -> None:
    """Raises: Failed, where history leaves out or invents a failure, or a nominee is barred by what ledgers show."""
    history = case.meeting["history"]
    taken = _match(case, history, votes)
    given = {one.case.meeting["id"]: one.name for one in case.earlier if one.case is not None}
    nominated = set(_nominees(case))
    for place, line in enumerate(history):
        about = (line["person"], line["post"]) in nominated
        if about and place not in taken and line["meeting"] in given:
            raise Failed(f"history: a failure of {line['person']} that {given[line['meeting']]} does not show")
    _check_bars_of_ledgers(case)


def _nominees(case: Case) -> Iterator[tuple[str, str]]:
    """(person, post) of every candidate and option of a contest with a post."""
    for contest in case.contests.values():
        if contest["post"] is not None:
            ballot = contest["ballot"]
            for one in ballot.get("candidates", ballot.get("options", [])):
                yield one["id"], contest["post"]


def _match(case: Case, history: Sequence[Mapping[str, Any]], votes: Sequence[Shown]) -> set[int]:
    """Places in history of the failures shown. Raises: Failed, when one that counts is not there."""
    taken: set[int] = set()
    kept_for_ever = {
        contest["post"]
        for contest in case.contests.values()
        for rule in contest["rules"]
        if rule["rule"] == "bar" and not rule["reset"]
    }
    for vote in votes:
        if vote.passed:
            continue
        found = _line_of(vote, history, taken)
        if found is not None:
            taken.add(found)
            continue
        passed_later = any(
            other.passed and (other.person, other.post) == (vote.person, vote.post) and vote.before(other)
            for other in votes
        )
        if vote.post in kept_for_ever or not passed_later:
            raise Failed(
                f"history: leaves out that {vote.person} failed for {vote.post} on {vote.date}, as {vote.ledger} shows "
                f"(contest {vote.contest}, round {vote.round}), and no ledger given shows a later pass"
            )
    return taken


def _line_of(vote: Shown, history: Sequence[Mapping[str, Any]], taken: set[int]) -> int | None:
    """The first line that agrees with the vote and stands for no other; those that name its meeting first."""
    told: dict[str, Any] = {
        "meeting": vote.meeting, "contest": vote.contest, "round": vote.round, "nobody_passed": vote.nobody_passed
    }  # fmt: skip
    agreeing = [
        place
        for place, line in enumerate(history)
        if place not in taken
        and (line["person"], line["post"], line["date"]) == (vote.person, vote.post, vote.date)
        and all(line[name] is None or line[name] == value for name, value in told.items())
    ]
    return min(agreeing, key=lambda place: history[place]["meeting"] is None, default=None)


def _check_bars_of_ledgers(case: Case) -> None:
    """Nobody stands for a post from which an earlier ledger's own results bar them on the day of the meeting."""
    day = case.meeting["date"]
    nominated = set(_nominees(case))
    for one in case.earlier:
        if one.case is None:
            continue
        for bar in (bar for _, judged in one.case.recorded_rounds() for bar in judged["barred"]):
            covers = bar["from"] <= day and (bar["until"] is None or day <= bar["until"])
            if (bar["person"], bar["post"]) in nominated and covers:
                raise Failed(
                    f"{bar['person']} is nominated for {bar['post']}, barred from it in {one.name} on {bar['from']}"
                )
