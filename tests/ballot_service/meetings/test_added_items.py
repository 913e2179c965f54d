"""The promise: an item that comes during the meeting is read like any other, with the meeting around it."""

import copy
from typing import Any

import pytest

from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import Refusal, read_added_item, read_meeting_text
from tests.ballot_service.meetings.sample_meetings import FULL_MEETING
from tests.ballot_service.meetings.test_meeting_file import spoil
from verify import rules

MEETING = read_meeting_text(FULL_MEETING.encode()).fields
ITEM: dict[str, Any] = {
    "id": "urgent",
    "title": "防汛资金",
    "inputs": [{"id": "fund", "title": "资金"}],
    "scores": [
        {"id": "all", "sum": [{"value": "flood.avg"}, {"value": "own.avg"}, {"score": "team"}, {"input": "fund"}]}
    ],
    "contests": [
        {
            "id": "flood",
            "voters": ["A", "B"],
            "ballot": {"kind": "score", "min": 0, "max": 10, "step": 1},
            "rules": [{"rule": "mean", "id": "avg"}],
        }
    ],
}


def refused(item: Any, items: list[dict[str, Any]] | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_added_item(item, MEETING, MEETING["agenda"] if items is None else items)
    return caught.value


def test_an_added_item_may_name_what_the_meeting_has() -> None:
    item = read_added_item(ITEM, MEETING, MEETING["agenda"])
    assert item["cadre"] is False
    assert item["contests"][0]["title"] == "防汛资金"
    assert item["scores"][0]["sum"][3] == {"input": "fund", "times": "1"}
    rules.check_scores(MEETING, [*MEETING["agenda"], item])
    assert read_added_item(item, MEETING, MEETING["agenda"]) == item


def test_an_added_item_may_name_one_that_was_added_before() -> None:
    first = read_added_item(ITEM, MEETING, MEETING["agenda"])
    second = {"id": "more", "title": "再议", "scores": [{"id": "x", "sum": [{"score": "all"}]}],
              "contests": [ITEM["contests"][0] | {"id": "again"}]}  # fmt: skip
    read_added_item(second, MEETING, [*MEETING["agenda"], first])
    [problem] = refused(second).problems
    assert problem.path == "scores[0].sum[0].score"


@pytest.mark.parametrize(
    ("at", "value", "path"),
    [
        pytest.param(("id",), "finance", "id", id="the id of another item"),
        pytest.param(("contests", 0, "id"), "own", "contests[0].id", id="the id of another contest"),
        pytest.param(("inputs", 0, "id"), "duty", "inputs[0].id", id="the id of another input"),
        pytest.param(("scores", 0, "id"), "satisfaction", "scores[0].id", id="the id of another score"),
        pytest.param(("contests", 0, "voters"), ["A", "D"], "contests[0].voters[1]", id="a class that is not here"),
        pytest.param(("contests", 0, "voters"), ["C"], "contests[0].voters", id="observers only"),
        pytest.param(("scores", 0, "sum", 0, "value"), "flood.mean", "scores[0].sum[0].value", id="no such value"),
        pytest.param(("scores", 0, "sum", 3), {"score": "all"}, "scores[0].sum[3].score", id="a cycle"),
        pytest.param(("contests",), [], "contests", id="nothing to decide"),
        pytest.param(("extra",), 1, "extra", id="an unknown field"),
    ],
)
def test_mistakes_in_an_added_item_are_named(at: tuple[str | int, ...], value: Any, path: str) -> None:
    item = copy.deepcopy(ITEM)
    spoil(item, at, value)
    refusal = refused(item)
    assert refusal.code == "bad-meeting-file"
    assert path in [problem.path for problem in refusal.problems]


@pytest.mark.parametrize("item", [None, [], "text", 3, {}])
def test_what_is_no_item_is_refused(item: Any) -> None:
    assert refused(item).code == "bad-meeting-file"


def test_the_guards_of_publishing_hold_for_added_items() -> None:
    small = MEETING | {"min_class": 12}
    with pytest.raises(Refusal, match=r"class-too-small: contests\[0\]\.voters\[0\]"):
        read_added_item(ITEM, small, MEETING["agenda"])
    pick = {"kind": "pick", "max": 1, "options": [{"id": "a", "name": "甲"}]}
    item = copy.deepcopy(ITEM) | {"scores": []}
    item["contests"][0] |= {"ballot": pick, "rules": [], "guard": {"candidates_per_post": {"over": 1}}}
    assert refused(item).code == "ratio-too-small"
    bars = [{"person": "a", "post": "any", "from": "2026-01-01", "until": None, "reason": "", "confirmed_by": ""}]
    item["contests"][0] |= {"guard": None, "post": "chief"}
    with pytest.raises(Refusal, match="barred-nominee"):
        read_added_item(item, MEETING | {"bars": bars}, MEETING["agenda"])


def test_whether_it_may_be_added_is_asked_before_the_guards_and_after_its_form() -> None:
    asked = []

    def refuse(item: dict[str, Any]) -> None:
        asked.append(item["id"])
        raise Refused("not-admitted", "no motion has passed")

    small = MEETING | {"min_class": 12}
    with pytest.raises(Refused, match="no motion"):
        read_added_item(ITEM, small, MEETING["agenda"], refuse)
    with pytest.raises(Refusal, match="bad-meeting-file"):
        read_added_item({}, MEETING, MEETING["agenda"], refuse)
    assert asked == ["urgent"]
