"""Reading plans: every mistake with its line, all of them together, before anything happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ballot_service.rehearsal.plan import BadPlan, read_plan, read_plan_file
from ballot_service.rehearsal.script import choice_bytes
from tests.ballot_service.rehearsal.small_plans import ROOM, YES, meeting, plan, poll, read, votes


def problems_of(value: dict[str, Any]) -> list[str]:
    with pytest.raises(BadPlan) as refused:
        read(value)
    return [str(problem) for problem in refused.value.problems]


def line(verb: str, told: Any, **more: Any) -> dict[str, Any]:
    return {verb: told, **more}


def test_a_good_plan_is_read() -> None:
    read_one = read(plan([*ROOM, poll(3, 1), {"close": {}}], expect={"accepted": True}))
    assert [line.verb for line in read_one.script] == ["attendance", "poll", "close"]
    assert read_one.expect == {"accepted": True}
    assert read_one.refused is None


@pytest.mark.parametrize(
    ("script", "told"),
    [
        pytest.param([line("votes", {})], 'the unknown verb "votes"', id="a verb that does not exist"),
        pytest.param([line("pol", {})], 'did you mean "poll"?', id="a verb that is misspelt"),
        pytest.param([{"close": {}, "decide": {}}], "found 2 verbs", id="two verbs in one line"),
        pytest.param(["close"], "a mapping with one of", id="a line that is a word"),
        pytest.param(
            [line("input", {"id": "x", "value": 14.5, "evidence": "台账"})], "an exact number", id="an inexact figure"
        ),
        pytest.param(
            [line("input", {"id": "x", "value": "14.5"})], "evidence: found nothing", id="a figure without evidence"
        ),
        pytest.param([line("add_item", {"item": {}})], "admitted_by: found nothing", id="an item that nobody let in"),
        pytest.param(
            [line("add_item", {"item": "x", "admitted_by": "budget"})], "as in a meeting file", id="an item in a word"
        ),
        pytest.param([line("close", {}, refused="poll-opened")], 'did you mean "poll-open"', id="an unknown code"),
        pytest.param([line("close", {"now": 1})], 'the unknown field "now"', id="a field that close does not have"),
        pytest.param([line("close", {}, redeem={"A": 1})], 'the unknown field "redeem"', id="redeem beside close"),
        pytest.param([line("attendance", {"A": "4"})], "without quotes", id="a number in quotes"),
        pytest.param([line("attendance", {"a": 4})], "a class id", id="a class in lower case"),
        pytest.param([line("attendance", {"B": 4})], "one of the classes A", id="a class the meeting has not"),
        pytest.param([line("attendance", {"A": 4}, redeem={"A": 5})], "at most 4", id="more slips than there are"),
        pytest.param([line("step", {"item": "budget"})], "step: found nothing", id="a step without its name"),
        pytest.param([line("slip", {})], "activate, void or replace", id="a slip line that does nothing"),
        pytest.param([line("void_poll", {})], "reason: found nothing", id="a void without a reason"),
        pytest.param([*ROOM, poll(5)], "5 ballots of class A, expected at most 4", id="more ballots than devices"),
        pytest.param([poll(1)], "at most 0", id="ballots before anybody has a booklet"),
        pytest.param(
            [*ROOM, line("poll", {"contests": ["budget"], "ballots": {"budgt": votes(1)}})],
            "one of the poll's contests",
            id="ballots of another contest",
        ),
        pytest.param(
            [*ROOM, line("poll", {"contests": ["budget"], "ballots": {"budget": [{"class": "A", "times": 1}]}})],
            "exactly one of choice and raw",
            id="a ballot that says nothing",
        ),
        pytest.param(
            [*ROOM, line("poll", {"contests": ["budget"], "ballots": {"budget": [{"class": "B", "choice": {}}]}})],
            "a class that votes here: A",
            id="a ballot of a class without a vote",
        ),
        pytest.param(
            [*ROOM, line("poll", {"contests": ["budget"], "ballots": {"budget": [{"class": "A", "raw": "x" * 999}]}})],
            "what a page holds",
            id="a text longer than a page",
        ),
        pytest.param(
            [line("attendance", {"A": 4}, redeem={"A": 4}), poll(1, paper={"budget": votes(1)})],
            "each takes a slip that is not redeemed",
            id="a paper ballot without a slip for it",
        ),
    ],
)
def test_a_mistake_in_the_script_is_named(script: list[Any], told: str) -> None:
    (problem,) = problems_of(plan(script))
    assert told in problem


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"format": "ballot-service/rehearsal/2"}, "ballot-service/rehearsal/1", id="another format"),
        pytest.param({"file": "meeting.yaml"}, "exactly one of meeting and file", id="two meetings"),
        pytest.param({"expects": {}}, 'did you mean "expect"?', id="an unknown field"),
        pytest.param({"expect": []}, "a part of a verdict", id="an expectation that is a list"),
        pytest.param({"refused": "no"}, "bad-meeting-file", id="an unknown refusal"),
    ],
)
def test_a_mistake_at_the_top_is_named(change: dict[str, Any], told: str) -> None:
    (problem,) = problems_of({**plan([]), **change})
    assert told in problem


def test_all_mistakes_are_reported_together_with_their_lines() -> None:
    text = b"""format: ballot-service/rehearsal/1
meeting: {}
script:
  - attendance: {A: x}
  - pol: {}
  - close: {}
    refused: nothing
"""
    with pytest.raises(BadPlan) as refused:
        read_plan(text, lambda _name: b"")
    assert [problem.line for problem in refused.value.problems] == [4, 5, 7]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"format: [", id="broken yaml"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"a: &x 1\nb: *x\n", id="an alias"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(text: bytes) -> None:
    with pytest.raises(BadPlan):
        read_plan(text, lambda _name: b"")


def test_a_meeting_file_beside_the_plan_is_read(tmp_path: Path) -> None:
    (tmp_path / "meeting.json").write_text(json.dumps(meeting()), encoding="utf-8")
    for name, top in (("one", {"file": "meeting.json"}), ("two", {"meeting": {"file": "meeting.json"}})):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"format": "ballot-service/rehearsal/1", **top}), encoding="utf-8")
        found = read_plan_file(path)
        assert found.meeting_plan is not None
        assert found.meeting_plan.fields["id"] == "small"


def test_a_plan_or_meeting_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadPlan, match=r"nowhere\.yaml"):
        read_plan_file(tmp_path / "nowhere.yaml")
    (tmp_path / "plan.yaml").write_text("format: ballot-service/rehearsal/1\nfile: gone.yaml\n", encoding="utf-8")
    with pytest.raises(BadPlan, match=r"gone\.yaml"):
        read_plan_file(tmp_path / "plan.yaml")


def test_a_bad_meeting_is_a_refusal_and_not_a_bad_plan() -> None:
    found = read(plan([], meeting_file={**meeting(), "titel": 1}))
    assert found.refusal is not None
    assert found.refusal.code == "bad-meeting-file"


def test_people_who_vote_on_paper_are_counted_once_over_the_meeting() -> None:
    paper = {"budget": votes(2)}
    found = read(plan([*ROOM, poll(1, paper=paper), poll(1, paper=paper, paper_issued={"A": 3})]))
    assert found.paper_people == {"A": 3}


def test_a_choice_without_canonical_form_is_sealed_as_it_is() -> None:
    assert choice_bytes(YES) == b'{"marks":{"budget":"approve"}}'
    assert choice_bytes({"score": 85.5}) == b'{"score":85.5}'
