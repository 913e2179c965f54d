"""What a plan expects of a verdict, and how a difference is told."""

from typing import Any

import pytest

from ballot_service.rehearsal.expecting import Difference, differences

VERDICT = {"accepted": True, "entries": 1, "rounds": [{"elected": ["li"], "of": None}, {"elected": [], "of": "1/2"}]}


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param({}, id="nothing is expected"),
        pytest.param(VERDICT, id="everything is as it is"),
        pytest.param({"rounds": [{"elected": ["li"]}, {}]}, id="keys that are not given are free"),
        pytest.param({"rounds": [{"of": None}, {"of": "1/2"}]}, id="null is null"),
    ],
)
def test_a_partial_verdict_matches(expected: Any) -> None:
    assert list(differences(expected, VERDICT)) == []


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        pytest.param({"accepted": 1}, Difference("accepted", "1", "true"), id="true is not 1"),
        pytest.param({"entries": True}, Difference("entries", "true", "1"), id="1 is not true"),
        pytest.param({"entries": "1"}, Difference("entries", '"1"', "1"), id="a text is not a number"),
        pytest.param({"entries": None}, Difference("entries", "null", "1"), id="null matches only null"),
        pytest.param({"seats": None}, Difference("seats", "null", "nothing"), id="a missing key is not null"),
        pytest.param({"accepted": {}}, Difference("accepted", "{}", "true"), id="a mapping is not a scalar"),
        pytest.param(
            {"rounds": [{"of": "1/2"}, {}]},
            Difference("rounds[0].of", '"1/2"', "null"),
            id="the path leads into lists",
        ),
        pytest.param(
            {"rounds": [{"elected": ["li", "wang"]}, {}]},
            Difference("rounds[0].elected", '["li", "wang"]', '["li"]'),
            id="lists have a length",
        ),
        pytest.param(
            {"rounds": [{"elected": ["wang"]}, {}]},
            Difference("rounds[0].elected[0]", '"wang"', '"li"'),
            id="lists match by element",
        ),
    ],
)
def test_a_difference_is_told_by_its_place(expected: Any, found: Difference) -> None:
    assert list(differences(expected, VERDICT)) == [found]


def test_all_differences_are_told() -> None:
    assert len(list(differences({"accepted": False, "entries": 2, "x": 1}, VERDICT))) == 3
