"""V08: the papers are the agenda's, in the rounds that results and decisions lead to, and what was added to the agenda.

The results that a service recorded are what the next steps of the meeting were taken on, so rounds and admissions are
judged by the recorded results; that these are right is V16's business alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from verify.case import Case
from verify.checks.recorded import Recorded
from verify.errors import Failed
from verify.grammar import Paper
from verify.ledger import Entry
from verify.prose import Prose
from verify.rules import (
    NotNow,
    RulesError,
    barred_people,
    check_scores,
    encode_canonical,
    may_admit,
    next_round,
    post_rounds,
)

_OF_CADRES = ("seats", "bar")  # rules that only a contest about cadres has


def check_papers(case: Case) -> Prose:
    """V08: every paper is the agenda's contest, in the round whose turn it was, with the names then left.

    A paper that was polled is judged at its `poll-open`: a decision may come after printing. One that was never
    polled only has to be of the agenda.
    """
    recorded = Recorded()
    agenda = _Agenda(case)
    for entry in case.course.entries("item", "paper", "poll-open", "result", "decision"):
        if entry.type == "item":
            agenda.add(entry, recorded)
        elif entry.type == "paper":
            agenda.check_paper(next(paper for paper in case.course.papers if paper.entry is entry))
        elif entry.type == "poll-open":
            poll = case.course.poll_of(entry)
            assert poll is not None
            for paper in poll.papers:
                _check_round(case, recorded, paper, f"line {entry.line}")
        else:
            recorded.add(entry)
    papers, added = len(case.course.papers), len(case.course.entries("item"))
    if not added:
        return Prose(f"{papers} 张选票样张与议程一致", f"{papers} papers as in the agenda")
    return Prose(
        f"{papers} 张选票样张与议程一致，会上增加议题 {added} 项",
        f"{papers} papers as in the agenda, {added} items added",
    )


class _Agenda:
    """The items that there are so far: those of entry 0, and those admitted since."""

    def __init__(self, case: Case) -> None:
        self.meeting = case.meeting
        self.items: list[Mapping[str, Any]] = list(case.meeting["agenda"])
        self.ids = {what: set(_ids(what, case.meeting, self.items)) for what in _KINDS_OF_ID}
        self.admitted: dict[str, int] = {}  # motion -> items that it let in

    def find(self, contest_id: str) -> tuple[Mapping[str, Any], dict[str, Any]] | None:
        pairs = ((item, contest) for item in self.items for contest in item["contests"])
        return next((pair for pair in pairs if pair[1]["id"] == contest_id), None)

    def add(self, entry: Entry, recorded: Recorded) -> None:
        """Let an item in. Raises: Failed, when it may not be or cannot be read like one of the agenda."""
        item, motion_id = entry.value["item"], entry.value["admitted_by"]
        place = f"line {entry.line}: item {item['id']}"
        motion = self.find(motion_id)
        rounds, _ = recorded.of(motion_id)
        try:
            may_admit(item, motion[1] if motion else None, rounds, self.admitted.get(motion_id, 0))
        except NotNow as error:
            raise Failed(f"{place}: {error}") from error
        for contest in item["contests"]:
            if contest["post"] is not None or any(rule["rule"] in _OF_CADRES for rule in contest["rules"]):
                raise Failed(f"{place}: ad-hoc-cadre-item: contest {contest['id']} is about cadres")
            unknown = set(contest["voters"]) - {one["id"] for one in self.meeting["classes"]}
            if unknown:
                raise Failed(f"{place}: contest {contest['id']}: class {min(unknown)} is not of this meeting")
        for what, known in self.ids.items():
            for one in _ids(what, {}, [item]):
                if one in known:
                    raise Failed(f"{place}: the id {one} is that of another {what}")
                known.add(one)
        self.items.append(item)
        try:
            check_scores(self.meeting, self.items)
        except RulesError as error:
            raise Failed(f"{place}: {error}") from error
        self.admitted[motion_id] = self.admitted.get(motion_id, 0) + 1

    def check_paper(self, paper: Paper) -> None:
        """The paper's contest is the agenda's; only candidates may be fewer, and only in a later round."""
        place = f"line {paper.entry.line}: contest {paper.contest_id}"
        found = self.find(paper.contest_id)
        if found is None or found[0]["id"] != paper.entry.value["item"]:
            raise Failed(f"{place}: is not in this item of the agenda")
        contest, printed = found[1], paper.contest
        kept = {one["id"] for one in printed["ballot"].get("candidates", [])}
        if paper.entry.value["round"] > 1 and "candidates" in contest["ballot"]:
            fewer = [one for one in contest["ballot"]["candidates"] if one["id"] in kept]
            contest = {**contest, "ballot": {**contest["ballot"], "candidates": fewer}}
        if encode_canonical(printed) != encode_canonical(contest):
            raise Failed(f"{place}: the paper is not byte-equal to the agenda")
        if sorted(paper.classes) != sorted(contest["voters"]):
            raise Failed(f"{place}: expected the classes {', '.join(contest['voters'])}")
        if not paper.entry.value["recused"].keys() <= set(paper.classes):
            raise Failed(f"{place}: somebody is recused of a class that does not vote")


_KINDS_OF_ID = ("item", "contest", "input", "score")


def _ids(what: str, meeting: Mapping[str, Any], items: list[Mapping[str, Any]]) -> Iterator[str]:
    """The ids of the items, or of what stands in them; inputs and scores also of the meeting itself."""
    if what == "item":
        yield from (item["id"] for item in items)
        return
    for place in (meeting, *items):
        yield from (one["id"] for one in place.get(f"{what}s", []))


def _check_round(case: Case, recorded: Recorded, paper: Paper, place: str) -> None:
    """The round and the names on a paper that is polled now are those that results and decisions lead to."""
    contest = case.contest_of(paper.contest_id)
    assert contest is not None
    rounds, decisions = recorded.of(paper.contest_id)
    barred = barred_people(post_rounds(contest, case.contests, recorded.counted))
    where = f"{place}: contest {paper.contest_id}"
    try:
        number, expected = next_round(contest, rounds, decisions, barred=barred)
    except NotNow as error:
        raise Failed(f"{where}: {error}") from error
    if paper.entry.value["round"] != number:
        raise Failed(f"{where}: expected round {number}, got {paper.entry.value['round']}")
    if encode_canonical(paper.contest) != encode_canonical(expected):
        raise Failed(f"{where}: the names on the paper are not those left for round {number}")
