"""The promise: a ballot that is published can be filled in and counted; any other is refused, and its mistake named."""

from typing import Any

import pytest

from ballot_service.meetings.ballot_kinds import ballot
from ballot_service.meetings.field_readers import Place
from ballot_service.meetings.problems import Findings, Problem
from verify.rules.choices import KINDS

NAMES = [{"id": "a", "name": "甲同志"}, {"id": "b", "name": "乙同志", "note": "现任副局长"}]
GRADES = [{"id": "good", "name": "好"}, {"id": "plain", "name": "一般"}]
PICK = {"kind": "pick", "options": NAMES, "max": 2, "write_in": 1}
GRADE = {"kind": "grade", "grades": GRADES}
SCORE = {"kind": "score", "min": 0, "max": 100, "step": 1}
COMMENT = {"kind": "comment", "max_chars": 2000}


def read(value: Any) -> tuple[Any, list[Problem]]:
    findings = Findings({})
    return ballot(Place(value, ("ballot",), findings)), findings.problems


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        pytest.param(
            PICK,
            PICK | {"options": [NAMES[0] | {"note": None}, NAMES[1]]},
            id="options and a write-in",
        ),
        pytest.param(
            {"kind": "pick", "options": [], "max": 3, "write_in": 3},
            {"kind": "pick", "options": [], "max": 3, "write_in": 3},
            id="write-ins only",
        ),
        pytest.param(
            {"kind": "pick", "options": NAMES[1:], "max": 5},
            {"kind": "pick", "options": NAMES[1:], "max": 5, "write_in": 0},
            id="more picks than there are options",
        ),
        pytest.param(GRADE, GRADE | {"unknown": False}, id="grades"),
        pytest.param(GRADE | {"unknown": True}, GRADE | {"unknown": True}, id="grades or unknown"),
        pytest.param(
            SCORE,
            {"kind": "score", "min": "0", "max": "100", "step": "1", "unknown": False},
            id="scores in integers",
        ),
        pytest.param(
            {"kind": "score", "min": "-1.50", "max": "10", "step": "50/200", "unknown": True},
            {"kind": "score", "min": "-3/2", "max": "10", "step": "1/4", "unknown": True},
            id="scores in quarters",
        ),
        pytest.param(
            SCORE | {"step": "0.01"},
            {"kind": "score", "min": "0", "max": "100", "step": "1/100", "unknown": False},
            id="as many scores as there may be",
        ),
        pytest.param(
            SCORE | {"max": "99.5"},
            {"kind": "score", "min": "0", "max": "199/2", "step": "1", "unknown": False},
            id="a highest score beside the steps",
        ),
        pytest.param(COMMENT, COMMENT, id="a comment"),
    ],
)
def test_a_ballot_has_this_normal_form(written: Any, normal: Any) -> None:
    assert read(written) == (normal, [])
    assert read(normal) == (normal, [])  # it reads to itself
    kind = KINDS[normal["kind"]]
    assert kind.longest(normal) > 0
    assert kind.tally(normal, []) is not None


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        pytest.param(PICK | {"options": []} | {"write_in": 0}, "options", "nothing could be picked", id="no options"),
        pytest.param(
            PICK | {"options": [NAMES[0], NAMES[1] | {"id": "a"}]},
            "options[1].id",
            "something different",
            id="an option twice",
        ),
        pytest.param(
            PICK | {"options": [NAMES[0], {"id": "c", "name": "甲 同志"}]},
            "options[1].name",
            "something different",
            id="two options that look alike",
        ),
        pytest.param(
            PICK | {"options": [{"id": f"o{n}", "name": f"第{n}项"} for n in range(501)]},
            "options",
            "at most 500 options",
            id="501 options",
        ),
        pytest.param({**PICK, "max": 0}, "max", "from 1 to 500", id="no picks"),
        pytest.param({**PICK, "max": "2"}, "max", "without quotes", id="picks in quotes"),
        pytest.param({**PICK, "write_in": 3}, "write_in", "at most max, 2", id="more write-ins than picks"),
        pytest.param({**PICK, "write_in": -1}, "write_in", "from 0", id="write-ins below 0"),
        pytest.param(PICK | {"max_approve": 1}, "max_approve", "the fields here are", id="a field of another kind"),
        pytest.param(GRADE | {"grades": []}, "grades", "at least one element", id="no grades"),
        pytest.param(
            GRADE | {"grades": [GRADES[0], GRADES[1] | {"id": "good"}]},
            "grades[1].id",
            "something different",
            id="a grade twice",
        ),
        pytest.param(
            GRADE | {"grades": [GRADES[0], {"id": "best", "name": "好 "}]},
            "grades[1].name",
            "something different",
            id="two grades that look alike",
        ),
        pytest.param(
            GRADE | {"grades": [{"id": f"g{n}", "name": f"{n}"} for n in range(101)]},
            "grades",
            "at most 100",
            id="101 grades",
        ),
        pytest.param(GRADE | {"unknown": "yes"}, "unknown", "true or false", id="unknown as a word"),
        pytest.param(SCORE | {"max": 0}, "max", "above min, 0", id="a highest score that is the lowest"),
        pytest.param(SCORE | {"max": -1}, "max", "above min, 0", id="a highest score below the lowest"),
        pytest.param(SCORE | {"step": 0}, "step", "above 0", id="a step of 0"),
        pytest.param(SCORE | {"step": "-1"}, "step", "above 0", id="a step back"),
        pytest.param(SCORE | {"step": 0.5}, "step", 'write it as a string: "0.5"', id="a step in floating point"),
        pytest.param(SCORE | {"min": 0.0}, "min", 'write it as a string: "0.0"', id="a minimum in floating point"),
        pytest.param(SCORE | {"step": "1/3"}, "step", "a decimal that ends", id="steps of a third"),
        pytest.param(SCORE | {"min": "1/3"}, "min", "a decimal that ends", id="from a third"),
        pytest.param(SCORE | {"max": "200/7"}, "max", "a decimal that ends", id="to sevenths"),
        pytest.param(SCORE | {"max": "100.01", "step": "0.01"}, "step", "at most 10001", id="10,002 scores"),
        pytest.param(COMMENT | {"max_chars": 0}, "max_chars", "from 1 to 2000", id="a comment of nothing"),
        pytest.param(COMMENT | {"max_chars": 2001}, "max_chars", "from 1 to 2000", id="a comment too long"),
        pytest.param({"kind": "comment"}, "max_chars", "required", id="a comment of any length"),
        pytest.param({"kind": "score", "min": 0, "max": 100}, "step", "required", id="scores without steps"),
    ],
)
def test_one_mistake_in_a_ballot_is_named(value: Any, path: str, expected: str) -> None:
    _, [problem] = read(value)
    assert problem.path == f"ballot.{path}"
    assert expected in problem.expected


def test_several_mistakes_in_a_ballot_are_reported_together() -> None:
    _, problems = read({"kind": "score", "min": 0.5, "max": "x", "step": 0, "unknow": True})
    assert [problem.path for problem in problems] == ["ballot.unknow", "ballot.min", "ballot.max", "ballot.step"]
