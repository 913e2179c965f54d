"""Bars: failures for a post add up over meetings and rounds, and a year is counted by the calendar."""

from typing import Any

import pytest

from tests.verify.rules.meetings import approval_ballot, approving, bar_rule, contest, judge, pass_rule, seats_rule
from verify.rules import RulesError, barred_nominees, barred_people, check_contest, post_rounds
from verify.rules.barring import Record, Vote, follow_votes
from verify.rules.days import due_date, months_later

DAY = "2026-12-18"


def fail(date: str, **fields: Any) -> dict[str, Any]:
    line = {"person": "a", "post": "director", "date": date, "meeting": None, "contest": None, "round": None}
    return {**line, "nobody_passed": None, **fields}


def meeting(*history: dict[str, Any], bars: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"date": DAY, "locale": "zh-CN", "calendar": None, "history": list(history), "bars": bars or []}


def barring(candidates: str = "ab", **fields: Any) -> dict[str, Any]:
    return contest(candidates, rules=[pass_rule(), seats_rule(), bar_rule(**fields)])


def workings(found: dict[str, Any]) -> list[str]:
    return [one["working"] for one in found["judgements"] if one["rule"] == "bar"]


def test_losing_twice_at_one_meeting_bars_for_a_year() -> None:
    first = judge(barring(), approving({"a": 5, "b": 5}), expected=11, meeting=meeting())
    assert (first["barred"], workings(first)) == ([], ["1 < 2", "1 < 2"])
    second = judge(barring(), approving({"a": 7, "b": 4}), expected=11, earlier=[first], meeting=meeting())
    assert second["barred"] == [{"person": "b", "post": "director", "from": DAY, "until": "2027-12-18"}]
    assert workings(second) == ["0 < 2", "2 ≥ 2"]
    assert second["proposals"] == [
        {
            "code": "bar",
            "text": "B:自2026-12-18至2027-12-18(含首尾两日)不得提名为同一职务的人选",
            "confirm": "组织部门",
            "due": None,
            "status": "to-confirm",
        }
    ]


def test_both_are_barred_and_nobody_is_left() -> None:
    first = judge(barring(), approving({"a": 5, "b": 5}), expected=11, meeting=meeting())
    second = judge(
        contest(rules=[pass_rule(), seats_rule(max_rounds=5), bar_rule()]),
        approving({"a": 5, "b": 4}), expected=11, earlier=[first], meeting=meeting(),
    )  # fmt: skip
    assert [bar["person"] for bar in second["barred"]] == ["a", "b"]
    assert (second["state"], second["reasons"], second["next"]) == ("undecided", ["none"], "ended")


def test_a_loss_counts_unless_the_rule_says_only_when_nobody_passes() -> None:
    votes = approving({"a": 3, "b": 8})
    assert [bar["person"] for bar in judge(barring(failures=1), votes, meeting=meeting())["barred"]] == ["a"]
    assert judge(barring(failures=1, count_loss=False), votes, meeting=meeting())["barred"] == []
    nobody = judge(barring(failures=1, count_loss=False), votes, expected=20, meeting=meeting())
    assert [bar["person"] for bar in nobody["barred"]] == ["b", "a"]


def test_one_failure_of_an_earlier_meeting_counts_with_one_of_this() -> None:
    found = judge(barring(), approving({"a": 3, "b": 8}), meeting=meeting(fail("2026-01-10")))
    assert found["barred"] == [{"person": "a", "post": "director", "from": DAY, "until": "2027-12-18"}]
    other = judge(barring(), approving({"a": 3, "b": 8}), meeting=meeting(fail("2026-01-10", post="other")))
    assert other["barred"] == []


def test_a_bar_for_ever_has_no_last_day() -> None:
    found = judge(barring(failures=1, months="forever"), approving({"a": 3, "b": 8}), meeting=meeting())
    assert found["barred"][0]["until"] is None
    assert "自2026-12-18起" in found["proposals"][0]["text"]


def test_another_contest_for_the_post_counts_too() -> None:
    mine, other = barring(), {**barring("ac"), "id": "again"}
    nomination = {**contest("ac", rules=[]), "id": "nomination"}
    elsewhere = {**barring("ac"), "id": "elsewhere", "post": "mayor"}
    first = judge(mine, approving({"a": 3, "b": 8}), meeting=meeting())
    contests = {one["id"]: one for one in (mine, other, nomination, elsewhere)}
    counted = [("post", first), ("nomination", {"barred": []}), ("elsewhere", {"barred": []})]
    assert post_rounds(other, contests, counted) == [first]
    second = judge(other, approving({"a": 3, "c": 8}), post_rounds=[first], meeting=meeting())
    assert barred_people([second]) == {"a"}


def rule_of(**fields: Any) -> dict[str, Any]:
    return bar_rule(**fields)


def lost(*dates: str, won: str = "") -> list[Vote]:
    votes = [Vote(date, passed=False, nobody_passed=None) for date in dates]
    return sorted([*votes, Vote(won, passed=True, nobody_passed=False)] if won else votes, key=lambda vote: vote.date)


@pytest.mark.parametrize(
    ("votes", "rule", "record"),
    [
        pytest.param(lost("2024-01-10", "2024-11-20"), rule_of(), Record(2, "2024-11-20", "2025-11-20", reached=True),
                     id="two meetings, no limit between them"),
        pytest.param(lost("2024-01-10", "2024-11-20", won="2024-05-01"), rule_of(), Record(1), id="a pass resets"),
        pytest.param(lost("2024-01-10", "2024-11-20", won="2024-05-01"), rule_of(reset=False),
                     Record(2, "2024-11-20", "2025-11-20", reached=True), id="passing does not, if the rule says so"),
        pytest.param(lost("2023-01-10", "2023-02-10", "2024-02-11"), rule_of(), Record(1), id="so does a bar that ran"),
        pytest.param(lost("2023-01-10", "2023-02-10", "2024-02-10"), rule_of(),
                     Record(3, "2024-02-10", "2025-02-10", reached=True), id="the last day is still barred"),
        pytest.param(lost("2023-01-10", "2023-02-10", "2025-02-11"), rule_of(reset=False),
                     Record(3, "2025-02-11", "2026-02-11", reached=True), id="once failed twice, each failure bars"),
        pytest.param(lost("2024-02-29"), rule_of(failures=1), Record(1, "2024-02-29", "2025-02-28", reached=True),
                     id="no such day: the last of the month"),
        pytest.param(lost("2024-02-29", won="2024-03-01"), rule_of(failures=1), Record(0, "2024-02-29", "2025-02-28"),
                     id="passing lifts no bar"),
    ],
)  # fmt: skip
def test_following_votes(votes: list[Vote], rule: dict[str, Any], record: Record) -> None:
    assert follow_votes(votes, rule) == record


TWICE = (fail("2026-01-10"), fail("2026-11-20"))
CONFIRMED = {"person": "b", "post": "any", "from": "2026-01-01", "until": DAY, "reason": "…", "confirmed_by": "组织部"}


@pytest.mark.parametrize(
    ("about", "barred"),
    [
        pytest.param(meeting(), [], id="nothing known"),
        pytest.param(meeting(*TWICE), ["a"], id="failed twice within the year"),
        pytest.param(meeting(*reversed(TWICE)), ["a"], id="in another order"),
        pytest.param(meeting(TWICE[0]), [], id="failed once"),
        pytest.param(meeting(fail("2025-01-10"), fail("2025-12-18")), ["a"], id="the last day of the bar"),
        pytest.param(meeting(fail("2025-01-10"), fail("2025-12-17")), [], id="the day after"),
        pytest.param(meeting(*(fail(one["date"], post="other") for one in TWICE)), [], id="for another post"),
        pytest.param(meeting(*(fail(one["date"], person="c") for one in TWICE)), [], id="somebody else"),
        pytest.param(meeting(bars=[CONFIRMED]), ["b"], id="a bar that somebody confirmed, on its last day"),
        pytest.param(meeting(bars=[{**CONFIRMED, "until": "2026-12-17"}]), [], id="one that has run"),
        pytest.param(meeting(bars=[{**CONFIRMED, "from": "2026-12-19"}]), [], id="one that has not begun"),
        pytest.param(meeting(bars=[{**CONFIRMED, "until": None}]), ["b"], id="one for ever"),
        pytest.param(meeting(bars=[{**CONFIRMED, "post": "director"}]), ["b"], id="for this post"),
        pytest.param(meeting(bars=[{**CONFIRMED, "post": "mayor"}]), [], id="for another post alone"),
        pytest.param(meeting(*TWICE, bars=[CONFIRMED]), ["a", "b"], id="both"),
    ],
)
def test_who_may_not_be_nominated(about: dict[str, Any], barred: list[str]) -> None:
    assert barred_nominees(barring(), about) == barred
    assert barred_nominees({**barring(), "post": None}, about) == []


def test_history_bars_only_where_the_contest_says_how() -> None:
    without = contest(rules=[pass_rule(), seats_rule()])
    assert barred_nominees(without, meeting(*TWICE)) == []
    options = {"kind": "pick", "options": approval_ballot("ab")["candidates"], "max": 1, "write_in": 0}
    assert barred_nominees({**without, "ballot": options}, meeting(bars=[CONFIRMED])) == ["b"]


@pytest.mark.parametrize(
    "of",
    [
        pytest.param({**barring(), "post": None}, id="no post"),
        pytest.param(contest(rules=[bar_rule()]), id="nothing to fail"),
        pytest.param(contest(rules=[pass_rule(), bar_rule(), bar_rule()]), id="two bars"),
        pytest.param(barring(months="year"), id="no number of months"),
    ],
)
def test_a_bar_that_cannot_be_judged_is_refused(of: dict[str, Any]) -> None:
    with pytest.raises(RulesError):
        check_contest(of)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-12-18", 12, "2027-12-18"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-01", 1, "2027-01-01"),
        ("9999-01-01", 12, None),
    ],
)
def test_months_later(start: str, months: int, end: str | None) -> None:
    assert months_later(start, months) == end


SPRING_2024 = {
    "until": "2024-04-30",
    "holidays": ["2024-04-04", "2024-04-05"],
    "workdays": ["2024-04-07", "2024-04-28"],
}


@pytest.mark.parametrize(
    ("due", "start", "day"),
    [
        (None, "2024-04-03", None),
        ({"working_days": 1}, "2024-04-03", "2024-04-07"),
        ({"working_days": 2}, "2024-04-03", "2024-04-08"),
        ({"working_days": 7}, "2024-04-18", "2024-04-28"),
        ({"working_days": 9}, "2024-04-18", "2024-04-30"),
        ({"working_days": 10}, "2024-04-18", None),
        ({"working_days": 1}, "2024-04-30", None),
        ({"days": 15}, "2024-03-01", "2024-03-16"),
        ({"days": 1}, "2024-04-30", "2024-05-01"),
        ({"days": 4_000_000}, "2024-04-30", None),
    ],
)
def test_when_something_is_due(due: dict[str, int] | None, start: str, day: str | None) -> None:
    assert due_date(due, start, SPRING_2024) == day


def test_working_days_are_not_known_without_a_calendar() -> None:
    assert due_date({"working_days": 1}, DAY, None) is None
    assert due_date({"days": 1}, DAY, None) == "2026-12-19"
