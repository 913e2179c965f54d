"""V12 and V15: no more ballots than people, and all conditions held when each poll opened."""

from collections.abc import Mapping
from typing import Any

from verify.case import Case
from verify.checks.check import first_of
from verify.errors import Failed
from verify.grammar import Paper, Poll
from verify.ledger import Entry, b64url_encode
from verify.prose import Prose
from verify.rules import (
    RulesError,
    class_too_small_to_publish,
    encode_canonical,
    judge_quorum,
    missing_step,
    nearest_quorum,
    step_in_order,
    too_small,
)


def check_numbers(case: Case) -> Prose:
    """V12: nobody votes who is not there, and what was counted at the close is what the ledger holds."""
    people = case.people
    if people.faults:
        raise Failed(first_of(people.faults, len(people.faults)))
    for poll in case.course.polls:
        if poll.closed is not None:
            _check_numbers_of_poll(case, poll, poll.closed)
    return Prose("各类别人数与票数相符", "people and ballots agree in every class")


def _check_numbers_of_poll(case: Case, poll: Poll, closed: Entry) -> None:
    place = f"line {closed.line}"
    figures = case.people.by_poll[poll.id]
    counted = []
    handed_out: dict[str, int] = {}
    for paper in poll.papers:
        for voter_class in paper.classes:
            where = f"{place}: contest {paper.contest_id}, class {voter_class}"
            on_paper = poll.on_paper(paper, voter_class)
            if on_paper.returned > on_paper.handed_out:
                raise Failed(f"{where}: {on_paper.returned} paper ballots of {on_paper.handed_out} handed out")
            handed_out[voter_class] = max(handed_out.get(voter_class, 0), on_paper.handed_out)
            try:
                of_class = case.class_figures(poll, paper, voter_class)
            except RulesError as error:
                raise Failed(f"{where}: {error}") from error
            if of_class.returned > of_class.issued:
                raise Failed(f"{where}: {of_class.returned} ballots returned, {of_class.issued} issued")
            if of_class.returned > figures.highest_during[voter_class]:
                present = figures.highest_during[voter_class]
                raise Failed(f"{where}: {of_class.returned} ballots returned, at most {present} present")
            counted.append(
                {
                    "paper": b64url_encode(paper.hash),
                    "class": voter_class,
                    "issued": of_class.issued - on_paper.handed_out,
                    "returned": of_class.returned - on_paper.returned,
                }
            )
    if encode_canonical(counted) != encode_canonical(closed.value["counts"]):
        raise Failed(f"{place}: the counts at the close of poll {poll.id} are not those of the ledger")
    for voter_class, on_paper_at_most in handed_out.items():
        given = figures.redeemed_at_close[voter_class] + on_paper_at_most - figures.replaced[voter_class]
        if given > figures.highest_so_far[voter_class]:
            raise Failed(
                f"{place}: class {voter_class}: {given} slips and paper ballots given out, "
                f"at most {figures.highest_so_far[voter_class]} present"
            )


def check_conditions(case: Case) -> Prose:
    """V15: quorum, steps and class sizes when each poll opened.

    Fewer than min_class paper ballots of a class, unless none, are open votes: that fails here too.
    """
    meeting = case.meeting
    expected = {one["id"]: one["expected"] for one in meeting["classes"]}
    for contest in case.contests.values():
        small = class_too_small_to_publish(contest, expected, meeting["min_class"])
        if small:
            raise Failed(f"contest {contest['id']}: class {small[0]} is smaller than {meeting['min_class']}")
    steps: dict[str, list[tuple[str, str | None]]] = {}
    items = {item["id"]: item for item in meeting["agenda"]}
    for entry in case.course.entries("item", "step", "poll-open", "paper-count"):
        if entry.type == "item":
            items[entry.value["item"]["id"]] = entry.value["item"]
        elif entry.type == "step":
            _check_step(items, entry, steps)
        elif entry.type == "paper-count":
            returned = sum(one["times"] for one in entry.value["ballots"])
            if 0 < returned < meeting["min_class"]:
                raise Failed(
                    f"line {entry.line}: {returned} paper ballots of a class, fewer than {meeting['min_class']}"
                )
        else:
            poll = case.course.poll_of(entry)
            assert poll is not None
            for paper in poll.papers:
                _check_ready(case, poll, paper, steps, f"line {entry.line}")
    return Prose("每次投票开始时条件齐备", "all conditions held when each poll opened")


def _check_step(
    items: Mapping[str, Mapping[str, Any]], entry: Entry, steps: dict[str, list[tuple[str, str | None]]]
) -> None:
    item = items.get(entry.value["item"])
    if item is None:
        raise Failed(f"line {entry.line}: a step of an item that is not in the agenda")
    recorded = steps.setdefault(item["id"], [])
    step, subject = entry.value["step"], entry.value["subject"]
    if not step_in_order(item["steps"], recorded, _subjects(item), step, subject):
        raise Failed(f"line {entry.line}: item {item['id']}: step {step} is out of order")
    recorded.append((step, subject))


def _subjects(item: Mapping[str, Any]) -> list[str]:
    return [contest["subject"]["id"] for contest in item["contests"] if contest["subject"] is not None]


def _check_ready(
    case: Case, poll: Poll, paper: Paper, steps: Mapping[str, list[tuple[str, str | None]]], place: str
) -> None:
    item = case.item_of(paper.contest_id)
    assert item is not None
    where = f"{place}: contest {paper.contest_id}"
    missing = missing_step(item["steps"], steps.get(item["id"], []), _subjects(item))
    if missing is not None:
        raise Failed(f"{where}: step {missing} is missing")
    figures = case.people.by_poll[poll.id]
    quorum = nearest_quorum(case.meeting["quorum"], item["quorum"], paper.contest)
    if quorum is not None:
        judged = judge_quorum(
            quorum,
            voters=paper.contest["voters"],
            present=figures.present_at_opening,
            expected=figures.expected,
            observers=[one["id"] for one in case.meeting["classes"] if one["observer"]],
        )
        if not judged["held"]:
            raise Failed(f"{where}: the quorum was not held: {judged['working']}")
    small = too_small(paper.contest, figures.redeemed_at_opening, case.meeting["min_class"], poll.small_groups)
    if small:
        raise Failed(f"{where}: class {small[0]} is too small to hide in")
