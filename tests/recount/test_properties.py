"""What holds of every count, whatever the meeting: facts that the source documents lean on, and symmetries.

The small cases are exhausted; the others are the meetings of the generator, changed in a way that must not matter.
"""

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recount import generate
from tests.recount.agree import difference, theirs
from tests.recount.generate import Poll, text_of
from tests.verify.rules.meetings import (
    bands,
    contest,
    flag,
    graded,
    grading,
    judge,
    pass_rule,
    rate,
    sealed,
    seats_rule,
)

Json = dict[str, Any]
TEAM_BANDS = (("19/20", "20"), ("9/10", "18"), ("17/20", "15"), ("4/5", "12"), ("7/10", "8"), ("3/5", "3"))


def divided(people: int, ways: int) -> Iterator[tuple[int, ...]]:
    """Every way to divide people over so many answers."""
    for walls in itertools.combinations(range(people + ways - 1), ways - 1):
        ends = (-1, *walls, people + ways - 1)
        yield tuple(end - start - 1 for start, end in itertools.pairwise(ends))


# Facts of the documents


@pytest.mark.parametrize("names", ["ab", "abc"])
def test_with_one_approval_each_at_most_one_is_over_half_and_a_tie_means_nobody_is(names: str) -> None:
    of = contest(names, rules=[pass_rule(), seats_rule()], max_approve=1)
    for expected in range(1, 10 if len(names) == 2 else 8):
        for *votes, blank, absent in divided(expected, len(names) + 2):
            assert sum(votes) + blank + absent == expected
            box: dict[bytes | None, int] = {b"{}": blank} if blank else {}
            box |= {sealed(**{name: "approve"}): times for name, times in zip(names, votes, strict=True) if times}
            found = judge(of, box, expected=expected)
            assert len(found["passed"]) <= 1
            if "tie" in found["reasons"]:
                assert found["passed"] == []
                assert "none" in found["reasons"]
            assert ("tie" in found["reasons"]) == (sorted(votes)[-1] == sorted(votes)[-2])


def test_unfit_over_a_third_means_fit_under_two_thirds_of_the_same_base() -> None:
    """不称职 > 1/3 ⇒ 优秀+称职 < 2/3. Both lines are met exactly at 2/3 + 1/3, and neither is raised."""
    of = grading(
        rate("good", "fair", id="fit"),
        rate("poor", id="unfit"),
        flag(code="bar-a", value="fit", under="2/3"),
        flag(code="bar-b", value="unfit", over="1/3"),
    )
    exact = 0
    for people in range(1, 16):
        for fit, middle, unfit, blank in divided(people, 4):
            found = judge(of, graded(good=fit // 2, fair=fit - fit // 2, plain=middle, poor=unfit, blank=blank))
            raised = {one["code"]: one["raised"] for one in found["flags"]}
            assert raised == {"bar-a": 3 * fit < 2 * people, "bar-b": 3 * unfit > people}
            assert raised["bar-a"] or not raised["bar-b"]
            exact += 3 * fit == 2 * people
    assert exact > 0


# Rounding is for the eye


def team(good: int, everyone: int) -> Json:
    of = grading(rate("good"), bands(*TEAM_BANDS), flag(value="well", at_least="19/20"))
    return judge(of, graded(good=good, plain=everyone - good))


def test_a_rate_that_is_shown_as_the_line_is_judged_as_it_is() -> None:
    below, exact = team(1899, 1999), team(1900, 2000)
    assert below["values"]["well"]["display"] == exact["values"]["well"]["display"] == "95.00%"
    assert [found["values"]["points"]["exact"] for found in (below, exact)] == ["18", "20"]
    assert [found["flags"][0]["raised"] for found in (below, exact)] == [False, True]


def test_every_small_rate_falls_into_its_band() -> None:
    for everyone in range(1, 41):
        for good in range(everyone + 1):
            points = next((int(to) for line, to in TEAM_BANDS if good >= Fraction(line) * everyone), 0)
            found = team(good, everyone)
            assert found["values"]["points"]["exact"] == str(points)
            assert found["flags"][0]["raised"] == (20 * good >= 19 * everyone)


@given(st.integers(1, 10**9), st.data(), st.integers(-3, 3))
def test_a_flag_is_the_comparison_of_whole_numbers(everyone: int, data: st.DataObject, aside: int) -> None:
    """Lines next to the rate, as near as a fraction can be written."""
    good = data.draw(st.integers(0, everyone))
    line = Fraction(good, everyone) + Fraction(aside, 10**9)
    words = ("at_least", "over", "at_most", "under")
    of = grading(
        rate("good"), *(flag(code=word.replace("_", "-"), value="well", **{word: str(line)}) for word in words)
    )
    found = judge(of, graded(good=good, plain=everyone - good))
    left, right = good * line.denominator, line.numerator * everyone
    assert [one["raised"] for one in found["flags"]] == [left >= right, left > right, left <= right, left < right]


# What must not matter


Polls = list[tuple[Poll, Json]]  # each with its meeting


@pytest.fixture(scope="module")
def polls() -> Polls:
    cases = [generate.meeting_of(seed) for seed in range(2_000_000, 2_000_150)]
    return [(poll, case.meeting) for case in cases for poll in case.polls]


def counted(poll: Poll, meeting: Json) -> Json:
    """The round without prose, which may tell things in the order of the file."""
    found = copy.deepcopy(theirs(poll, meeting))
    for row in found["judgements"]:
        del row["working"]
    for value in found["values"].values():
        value.pop("working", None)
    found["proposals"] = [{**one, "text": None, "confirm": None} for one in found["proposals"]]
    return found


def walk(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every string changed, keys too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [walk(element, change) for element in value]
    if isinstance(value, dict):
        return {walk(key, change): walk(element, change) for key, element in value.items()}
    return value


def renamed(poll: Poll, meeting: Json, change: Callable[[str], str]) -> tuple[Poll, Json]:
    def text(data: bytes | None) -> bytes | None:
        try:
            value = json.loads((data or b"").rstrip(b" "))
        except (ValueError, RecursionError):
            return data
        again = text_of(value) if isinstance(value, dict) else None
        return text_of(walk(value, change)) if data is not None and again == data.rstrip(b" ") else data

    other = copy.deepcopy(poll)
    for field in ("paper", "figures", "present_at_opening", "earlier", "post_rounds"):
        setattr(other, field, walk(getattr(poll, field), change))
    other.ballots = {}
    for voters, papers in poll.ballots.items():
        box = other.ballots.setdefault(change(voters), [])
        box += [(text(data), times) for data, times in papers]
        assert len(dict(box)) <= len(box)
    return other, {**meeting, "history": walk(meeting["history"], change)}


def merged(poll: Poll) -> Poll:
    """Texts that became equal are one line of the box."""
    for voters, papers in poll.ballots.items():
        box: dict[bytes | None, int] = {}
        for data, times in papers:
            box[data] = box.get(data, 0) + times
        poll.ballots[voters] = list(box.items())
    return poll


PEOPLE = sorted(generate.PEOPLE)
NEW_NAMES = dict(zip(PEOPLE, [f"z{place}" for place in reversed(range(len(PEOPLE)))], strict=True))
NEW_NAMES |= {"good": "d4", "fair": "c3", "plain": "b2", "poor": "a1"}
NEW_CLASSES = {"A": "Z", "B": "Y", "C9": "X"}


@pytest.mark.parametrize("names", [NEW_NAMES, NEW_CLASSES], ids=["people and grades", "classes"])
def test_other_names_change_nothing_but_the_names(names: dict[str, str], polls: Polls) -> None:
    back = {new: old for old, new in names.items()}
    for poll, meeting in polls:
        other, its_meeting = renamed(poll, meeting, lambda one: names.get(one, one))
        found = counted(merged(other), its_meeting)
        assert difference(counted(poll, meeting), walk(found, lambda one: back.get(one, one))) == []


def test_the_order_of_ballots_and_classes_changes_nothing(polls: Polls) -> None:
    rng = Random(5)
    for poll, meeting in polls:
        other = copy.deepcopy(poll)
        rng.shuffle(other.paper["voters"])
        for papers in other.ballots.values():
            rng.shuffle(papers)
        other.ballots = dict(sorted(other.ballots.items(), reverse=True))
        found, before = counted(other, meeting), counted(poll, meeting)
        for one in (found, before):
            for value in one["values"].values():
                value["empty_classes"] = sorted(value.get("empty_classes", []))
        assert difference(before, found) == []


def test_the_order_of_candidates_changes_only_the_order_of_equals(polls: Polls) -> None:
    rng = Random(6)
    for poll, meeting in polls:
        listed = {"approval": "candidates", "pick": "options"}.get(poll.paper["ballot"]["kind"])
        if listed is None:
            continue
        other = copy.deepcopy(poll)
        rng.shuffle(other.paper["ballot"][listed])
        found, before = counted(other, meeting), counted(poll, meeting)
        for one in (found, before):
            one["judgements"].sort(key=json.dumps)
            one["barred"].sort(key=json.dumps)
            for field in ("passed", "elected"):
                one[field].sort()
        assert difference(before, found) == []


def test_who_is_ahead_in_approvals_is_never_behind_in_passing_with_one_line_for_all(polls: Polls) -> None:
    for poll, meeting in polls:
        lines = [rule for rule in poll.paper["rules"] if rule["rule"] == "pass"]
        if lines and all(rule["mark"] == "approve" and rule["classes"] is None for rule in lines):
            found = counted(poll, meeting)
            votes = {name: marks["approve"] for name, marks in found["tally"].items()}
            for name, passed in itertools.product(votes, found["passed"]):
                assert name in found["passed"] or votes[name] < votes[passed]


def test_counts_add_up(polls: Polls) -> None:
    for poll, meeting in polls:
        found = counted(poll, meeting)
        total, by_class = found["counts"]["total"], found["counts"]["by_class"]
        for one in (total, *by_class.values()):
            assert one["returned"] == one["invalid"] + one["valid"]
            assert one["valid"] == one["abstain"] + one["unknown"] + one["scored"]
            assert min(one.values()) >= 0
        if by_class:
            for name in ("issued", "returned", "invalid", "valid", "abstain", "unknown", "scored"):
                assert total[name] == sum(one[name] for one in by_class.values())
            for name in ("expected", "present"):
                members = [one for voters, one in by_class.items() if not poll.figures[voters]["observer"]]
                assert total[name] == sum(one[name] for one in members)
        if poll.paper["ballot"]["kind"] == "grade":
            assert sum(found["tally"].values()) == total["scored"]
        if poll.paper["ballot"]["kind"] == "approval":
            assert all(sum(marks.values()) == total["valid"] for marks in found["tally"].values())


def test_an_invalid_ballot_more_changes_only_what_counts_returned_ballots(polls: Polls) -> None:
    """It cannot help or hurt anybody, unless a rule's base says so."""
    for poll, meeting in polls:
        if any(rule.get("of") in ("returned", "issued") for rule in poll.paper["rules"]):
            continue
        other = copy.deepcopy(poll)
        voters = other.paper["voters"][0]
        other.ballots[voters].append((b"spoilt", 1))
        other.figures[voters]["returned"] += 1
        found, before = counted(other, meeting), counted(poll, meeting)
        for one in (found, before):
            del one["counts"]
        assert difference(before, found) == []
