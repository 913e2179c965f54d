"""Every small approval election, against a recount by hand: lists, no registries, no fractions."""

import itertools
from typing import Any

import pytest

from tests.verify.rules.meetings import contest, judge, pass_rule, sealed, seats_rule

MARKS = ("approve", "oppose", "abstain")


def recount(names: str, papers: list[tuple[str, ...]], expected: int, max_approve: int, seats: int) -> dict[str, Any]:
    """Over half of `expected` passes; `papers` holds one mark per candidate in the order of `names`."""
    valid = [paper for paper in papers if paper.count("approve") <= max_approve]
    yes = {name: sum(1 for paper in valid if paper[place] == "approve") for place, name in enumerate(names)}
    passed = [name for name in names if 2 * yes[name] > expected]
    order: list[str] = []
    for votes in range(len(papers), -1, -1):
        for name in names:
            if yes[name] == votes:
                order.append(name)
    elected = []
    for name in passed:
        ahead_or_level = [other for other in names if other != name and yes[other] >= yes[name]]
        if len(ahead_or_level) < seats:
            elected.append(name)
    tie = len(order) > seats and yes[order[seats - 1]] == yes[order[seats]]
    reasons = []
    if len(elected) < seats:
        reasons += ["tie"] if tie else []
        reasons += ["none"] if not passed else []
        reasons += ["too-few"] if 0 < len(passed) < seats else []
    return {
        "invalid": len(papers) - len(valid),
        "valid": len(valid),
        "abstain": sum(1 for paper in valid if set(paper) == {"abstain"}),
        "yes": yes,
        "passed": [name for name in order if name in passed],
        "elected": [name for name in order if name in elected],
        "state": "decided" if len(elected) == seats else "undecided",
        "reasons": reasons,
        "next": "none" if len(elected) == seats else "ended" if len(elected) == len(names) else "committee-decides",
    }


def elections(most_ballots: dict[int, int]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """All multisets of ballots: the order in which they come can make no difference (see the permutation tests)."""
    found = []
    for candidates, ballots in most_ballots.items():
        papers = list(itertools.product(MARKS, repeat=candidates))
        for count in range(ballots + 1):
            found += [("abc"[:candidates], list(box)) for box in itertools.combinations_with_replacement(papers, count)]
    return found


def compare(names: str, papers: list[tuple[str, ...]], expected: int, max_approve: int, seats: int) -> None:
    of = contest(names, rules=[pass_rule(), seats_rule(seats)], max_approve=max_approve)
    box: dict[bytes | None, int] = {}
    for paper in papers:
        plaintext = sealed(**dict(zip(names, paper, strict=True)))
        box[plaintext] = box.get(plaintext, 0) + 1
    found = judge(of, box, expected=expected)
    plain = recount(names, papers, expected, max_approve, seats)
    total = found["counts"]["total"]
    assert {
        "invalid": total["invalid"],
        "valid": total["valid"],
        "abstain": total["abstain"],
        "yes": {name: found["tally"][name]["approve"] for name in names},
        "passed": found["passed"],
        "elected": found["elected"],
        "state": found["state"],
        "reasons": found["reasons"],
        "next": found["next"],
    } == plain
    assert all(sum(found["tally"][name].values()) == total["valid"] for name in names)
    assert total["scored"] == total["valid"] - total["abstain"]


@pytest.mark.parametrize("seats", [1, 2])
@pytest.mark.parametrize("max_approve", [1, 2])
def test_every_election_of_two_candidates_and_five_ballots(max_approve: int, seats: int) -> None:
    for names, papers in elections({1: 5, 2: 5}):
        compare(names, papers, max(1, len(papers)), max_approve, seats)


@pytest.mark.parametrize(("max_approve", "seats"), [(1, 1), (2, 2), (3, 1)])
def test_every_election_of_three_candidates_and_three_ballots(max_approve: int, seats: int) -> None:
    for names, papers in elections({3: 3}):
        compare(names, papers, max(1, len(papers)), max_approve, seats)


@pytest.mark.soak
def test_every_election_of_three_candidates_and_five_ballots() -> None:
    for names, papers in elections({3: 5}):
        compare(names, papers, max(1, len(papers)), 2, 2)


def test_every_count_of_approvals_of_three_candidates_and_five_ballots() -> None:
    """Who opposes and who abstains is the same to the pass line: here only approve and oppose, all of 5 ballots."""
    papers = list(itertools.product(("approve", "oppose"), repeat=3))
    for box in itertools.combinations_with_replacement(papers, 5):
        for seats in (1, 2, 3):
            compare("abc", list(box), 5, 3, seats)


def test_absent_members_count_against_a_line_over_expected() -> None:
    for names, papers in elections({2: 4}):
        compare(names, papers, 6, 1, 1)
