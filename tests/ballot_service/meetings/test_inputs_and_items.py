"""Figures that somebody attests, items that a motion lets in, and the scores with which a meeting ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.meeting_kit import (
    APPROVE,
    GRADE,
    OPPOSE,
    TWO,
    Hall,
    Json,
    approval,
    assert_accepted,
    item,
    meeting_file,
    refused,
)

HallOf = Callable[[Json], Hall]

STYLE = {"id": "style", "title": "作风建设", "min": "0", "max": "15"}
TOTAL = {"id": "total", "title": "总分", "sum": [{"input": "style"}, {"value": "team.well", "times": "10"}]}


def team(contest: str = "team") -> Json:
    """A contest whose rate a score can use."""
    rules = [{"rule": "rate", "id": "well", "grades": ["good"]}]
    return {"id": contest, "title": contest, "voters": ["A"], "ballot": GRADE, "rules": rules}


@pytest.fixture
def hall(hall_of: HallOf) -> Hall:
    """`budget` is the motion that may let items in."""
    return hall_of(meeting_file(item(approval()), item(team()), inputs=[STYLE], scores=[TOTAL]))


def poll(hall: Hall, contest: str, choices: list[Json]) -> Json:
    """A whole poll of one contest; the round object."""
    opened = hall.open(contest)
    for phone, choice in zip(hall.inside, choices, strict=False):
        hall.cast(hall.line(phone, choice))
    hall.service.polls.close(hall.id)
    hall.release(opened.box)
    return hall.service.boxes.open(hall.id)[contest]


def record(hall: Hall, value: Any, input_id: str = "style") -> None:
    hall.service.conduct.record_input(hall.id, input_id, value, "台账第3页", "organiser")


def add(hall: Hall, added: Json, admitted_by: str = "budget") -> Json:
    return hall.service.conduct.add_item(hall.id, added, admitted_by)


# ── inputs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        pytest.param(14, "14", id="an integer"),
        pytest.param("14.5", "29/2", id="a decimal"),
        pytest.param("29/2", "29/2", id="a fraction"),
        pytest.param("30/4", "15/2", id="a fraction in lowest terms"),
        pytest.param("15", "15", id="the highest"),
        pytest.param(0, "0", id="the lowest"),
    ],
)
def test_a_figure_is_recorded_in_lowest_terms(hall: Hall, tmp_path: Path, value: Any, stored: str) -> None:
    record(hall, value)
    (entry,) = hall.entries("input")
    assert entry == {
        "type": "input",
        "at": "2026-12-18T01:30Z",
        "id": "style",
        "value": stored,
        "evidence": "台账第3页",
        "by": "organiser",
    }
    assert_accepted(hall.judged(tmp_path))


@pytest.mark.parametrize(
    ("value", "input_id"),
    [
        pytest.param("15.01", "style", id="above the highest"),
        pytest.param(-1, "style", id="below the lowest"),
        pytest.param(1, "cases", id="an input that the meeting has not"),
        pytest.param("viel", "style", id="a word"),
        pytest.param("1e1", "style", id="an exponent"),
        pytest.param("1/0", "style", id="a fraction of nothing"),
        pytest.param(14.5, "style", id="a float"),
        pytest.param(True, "style", id="a truth"),
    ],
)
def test_a_figure_that_is_none_is_refused(hall: Hall, value: Any, input_id: str) -> None:
    with refused("input-invalid", hall):
        record(hall, value, input_id)


def test_of_several_figures_the_last_one_counts(hall: Hall, tmp_path: Path) -> None:
    hall.inside = hall.voters()
    poll(hall, "team", [{"grade": "good"}] * 3 + [{"grade": "poor"}] * 3)
    record(hall, 3)
    record(hall, "14.5")
    hall.service.conduct.close(hall.id)
    (closed,) = hall.entries("closed")
    assert closed["scores"] == {"total": "39/2"}
    judged = hall.judged(tmp_path)
    assert_accepted(judged)
    assert judged.inputs == {"style": {"value": "29/2", "evidence": "台账第3页"}}


def test_a_score_without_its_figures_is_null(hall: Hall, tmp_path: Path) -> None:
    record(hall, 3)
    hall.service.conduct.close(hall.id)
    (closed,) = hall.entries("closed")
    assert closed["scores"] == {"total": None}
    judged = hall.judged(tmp_path)
    assert_accepted(judged)
    assert judged.scores["total"]["missing"] == ["team.well"]


# ── items ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def passed(hall: Hall) -> Hall:
    """The motion has passed, and everybody is still there."""
    hall.inside = hall.voters()
    assert poll(hall, "budget", [APPROVE] * 6)["passed"] == ["budget"]
    return hall


def urgent(**changes: Any) -> Json:
    """An item with a figure and a score of its own."""
    score = {"id": "flood-total", "title": "得分", "sum": [{"score": "total"}, {"input": "flood-points"}]}
    points = {"id": "flood-points", "title": "加分"}
    return item(team("flood"), announce="on-spot", inputs=[points], scores=[score], **changes)


def test_an_item_that_a_motion_let_in_is_polled_and_scored_like_any_other(passed: Hall, tmp_path: Path) -> None:
    hall = passed
    read = add(hall, urgent(steps=["report"]))
    assert read["cadre"] is False
    (entry,) = hall.entries("item")
    assert entry == {"type": "item", "item": read, "admitted_by": "budget"}
    with refused("step-missing", hall):
        hall.service.polls.open(hall.id, ["flood"])
    hall.service.conduct.step(hall.id, "flood", "report", None)
    judged = poll(hall, "flood", [{"grade": "good"}] * 6)
    assert judged["values"]["well"]["exact"] == "1"
    hall.service.conduct.announce(hall.id, ["flood"], None)
    poll(hall, "team", [{"grade": "good"}] * 6)
    record(hall, 5)
    record(hall, "1/3", "flood-points")
    hall.service.conduct.close(hall.id)
    (closed,) = hall.entries("closed")
    assert closed["scores"] == {"total": "15", "flood-total": "46/3"}
    assert_accepted(hall.judged(tmp_path))


def test_each_motion_that_passed_lets_in_one_item(passed: Hall) -> None:
    add(passed, urgent())
    with refused("not-admitted", passed):
        add(passed, item(approval("other")))


@pytest.mark.parametrize(
    ("added", "code"),
    [
        pytest.param(item(approval("chief", post="chief")), "ad-hoc-cadre-item", id="a post"),
        pytest.param(item(approval("chief"), cadre=True), "ad-hoc-cadre-item", id="said to be about cadres"),
        pytest.param(item(approval("budget")), "bad-meeting-file", id="the id of another contest"),
        pytest.param(item(approval("x"), titel="x"), "bad-meeting-file", id="an unknown field"),
        pytest.param(item(approval("x"), inputs=[STYLE]), "bad-meeting-file", id="the id of another input"),
        pytest.param(
            item(approval("x", guard={"candidates_per_post": {"over": "1"}})), "ratio-too-small", id="too few names"
        ),
        pytest.param([], "bad-meeting-file", id="no item at all"),
    ],
)
def test_an_item_that_must_not_be_added_is_refused(passed: Hall, added: Json, code: str) -> None:
    with refused(code, passed):
        add(passed, added)


def test_an_item_that_no_motion_let_in_is_refused(hall: Hall) -> None:
    for admitted_by in ("budget", "team", "nothing"):  # not polled, no approval ballot, not there
        with refused("not-admitted", hall):
            add(hall, urgent(), admitted_by)
    hall.inside = hall.voters()
    poll(hall, "budget", [OPPOSE] * 6)
    with refused("not-admitted", hall):
        add(hall, urgent())


def test_opinions_of_a_small_class_are_not_asked_for_in_an_added_item_either(hall_of: HallOf) -> None:
    classes = [{"id": "A", "name": "委员", "expected": 6}, {"id": "B", "name": "代表", "expected": 4}]
    hall = hall_of(meeting_file(item(approval()), classes=classes))
    hall.inside = hall.voters()
    poll(hall, "budget", [APPROVE] * 6)
    small = {**team("flood"), "voters": ["A", "B"]}
    with refused("class-too-small", hall):
        add(hall, item(small))


def test_an_added_item_has_only_the_pages_and_boxes_that_are_left(passed: Hall) -> None:
    add(passed, item(team("one"), team("two"), team("three"), team("four"), team("five")))
    with refused("no-page-left", passed):
        passed.service.polls.open(passed.id, ["one", "two", "three", "four", "five"])
    passed.open("one", "two", "three", "four")


def test_nothing_is_added_while_a_poll_is_open(passed: Hall) -> None:
    hall = passed
    hall.open("team")
    with refused("poll-open", hall):
        record(hall, 5)
    with refused("poll-open", hall):
        add(hall, urgent())
    hall.service.polls.close(hall.id)
    record(hall, 5)
    add(hall, urgent())
    hall.service.polls.void(hall.id, None, "演练", TWO)
