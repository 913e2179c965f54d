"""V08: the papers are the agenda's, in the rounds that results and decisions lead to."""

from verify.case import Case
from verify.checks.recorded import Recorded
from verify.errors import Failed
from verify.grammar import Paper
from verify.prose import Prose
from verify.rules import NotNow, encode_canonical, next_round


def check_papers(case: Case) -> Prose:
    """V08: every paper is the agenda's contest, in the round whose turn it was, with the names then left.

    A paper that was polled is judged at its `poll-open`: a decision may come after printing. One that was never
    polled only has to be of the agenda.
    """
    recorded = Recorded()
    for entry in case.course.entries("paper", "poll-open", "result", "decision"):
        if entry.type == "paper":
            _check_against_agenda(case, next(paper for paper in case.course.papers if paper.entry is entry))
        elif entry.type == "poll-open":
            poll = case.course.poll_of(entry)
            assert poll is not None
            for paper in poll.papers:
                _check_round(case, recorded, paper, f"line {entry.line}")
        else:
            recorded.add(entry)
    return Prose(
        f"{len(case.course.papers)} 张选票样张与议程一致", f"{len(case.course.papers)} papers as in the agenda"
    )


def _check_against_agenda(case: Case, paper: Paper) -> None:
    """The paper's contest is the agenda's; only candidates may be fewer, and only in a later round."""
    place = f"line {paper.entry.line}: contest {paper.contest_id}"
    item, contest = case.item_of(paper.contest_id), case.contest_of(paper.contest_id)
    if item is None or contest is None or item["id"] != paper.entry.value["item"]:
        raise Failed(f"{place}: is not in this item of the agenda")
    printed = paper.contest
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


def _check_round(case: Case, recorded: Recorded, paper: Paper, place: str) -> None:
    """The round and the names on a paper that is polled now are those that results and decisions lead to."""
    contest = case.contest_of(paper.contest_id)
    assert contest is not None
    rounds, decisions = recorded.of(paper.contest_id)
    where = f"{place}: contest {paper.contest_id}"
    try:
        number, expected = next_round(contest, rounds, decisions)
    except NotNow as error:
        raise Failed(f"{where}: {error}") from error
    if paper.entry.value["round"] != number:
        raise Failed(f"{where}: expected round {number}, got {paper.entry.value['round']}")
    if encode_canonical(paper.contest) != encode_canonical(expected):
        raise Failed(f"{where}: the names on the paper are not those left for round {number}")
