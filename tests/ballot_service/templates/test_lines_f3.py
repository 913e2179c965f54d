"""The numbers of the third document, exactly on the line and one vote to either side, in rooms of any size."""

from typing import Any

import pytest

from ballot_service.meetings.meeting_file import Refusal, read_meeting_value
from tests.ballot_service.templates.test_expanding import expanded, written
from tests.verify.rules.meetings import judge, sealed

PEOPLE = [{"id": name, "name": name} for name in ("zhang", "li", "wang")]


def motion(template: str, expected: int, **fields: Any) -> dict[str, Any]:
    """The first contest of the printed meeting, with these fields in place of the template's own."""
    value = written(template)
    value["classes"][0]["expected"] = expected
    value["agenda"][0].update(fields)
    contest: dict[str, Any] = expanded(value)["contests"][0]
    return contest


def voted(contest: dict[str, Any], *, agree: int, present: int, expected: int) -> dict[str, Any]:
    (candidate,) = contest["ballot"]["candidates"]
    votes = {
        sealed(**{candidate["id"]: "approve"}): agree,
        sealed(**{candidate["id"]: "oppose"}): present - agree,
    }
    return judge(contest, {paper: times for paper, times in votes.items() if times}, present=present, expected=expected)


@pytest.mark.parametrize(
    ("present", "agree", "admitted", "confirmed"),
    [
        pytest.param(9, 4, False, False, id="4 of 9"),
        pytest.param(9, 5, True, False, id="5 of 9"),
        pytest.param(10, 4, False, False, id="4 of 10"),
        pytest.param(10, 5, True, True, id="5 of 10: half"),
        pytest.param(10, 6, True, False, id="6 of 10"),
        pytest.param(11, 5, False, False, id="5 of 11"),
        pytest.param(11, 6, True, False, id="6 of 11"),
        pytest.param(1999, 999, False, False, id="999 of 1999"),
        pytest.param(1999, 1000, True, False, id="1000 of 1999"),
        pytest.param(2000, 1000, True, True, id="1000 of 2000: half"),
    ],
)
def test_half_of_those_present_let_an_urgent_item_in(present: int, agree: int, admitted: bool, confirmed: bool) -> None:
    # However many are expected: the document says 参会常委.
    result = voted(motion("urgent-item/f3", 2001), agree=agree, present=present, expected=2001)
    assert bool(result["passed"]) is admitted
    assert result["flags"] == [{"code": "exactly-half", "raised": confirmed}]
    assert [one["confirm"] for one in result["proposals"]] == ["会议主持人"] * confirmed


def test_where_half_is_not_enough_nobody_is_asked_about_it() -> None:
    contest = motion("urgent-item/f3", 11, **{"pass": {"over": "1/2", "of": "present"}})
    result = voted(contest, agree=5, present=10, expected=11)
    assert (result["passed"], result["flags"]) == ([], [])
    assert voted(contest, agree=6, present=10, expected=11)["passed"] == ["first"]


def test_half_of_those_expected_is_asked_about_on_that_base() -> None:
    contest = motion("urgent-item/f3", 10, **{"pass": {"at_least": "1/2", "of": "expected"}})
    result = voted(contest, agree=5, present=8, expected=10)
    assert (result["passed"], result["flags"]) == (["first"], [{"code": "exactly-half", "raised": True}])
    assert voted(contest, agree=4, present=8, expected=10)["passed"] == []


@pytest.mark.parametrize(
    ("expected", "agree", "passes"),
    [
        pytest.param(10, 5, False, id="5 of 10: half"),
        pytest.param(10, 6, True, id="6 of 10"),
        pytest.param(11, 5, False, id="5 of 11"),
        pytest.param(11, 6, True, id="6 of 11"),
        pytest.param(1999, 999, False, id="999 of 1999"),
        pytest.param(1999, 1000, True, id="1000 of 1999"),
        pytest.param(2000, 1000, False, id="1000 of 2000: half"),
    ],
)
def test_a_major_matter_needs_over_half_of_those_expected(expected: int, agree: int, passes: bool) -> None:
    # However few are present: all of them agree here.
    result = voted(motion("major-matter/f3", expected), agree=agree, present=agree, expected=expected)
    assert bool(result["passed"]) is passes


def nomination(candidates: int, posts: int) -> None:
    value = written("nomination/f3")
    value["agenda"][0].update(candidates=PEOPLE[:candidates], posts=posts)
    read_meeting_value(value)


@pytest.mark.parametrize(("candidates", "posts"), [(1, 1), (2, 2), (3, 3), (2, 3)])
def test_a_list_without_a_choice_is_refused(candidates: int, posts: int) -> None:
    with pytest.raises(Refusal) as refusal:
        nomination(candidates, posts)
    assert refusal.value.code == "ratio-too-small"


@pytest.mark.parametrize(("candidates", "posts"), [(2, 1), (3, 1), (3, 2)])
def test_a_list_with_a_choice_is_not(candidates: int, posts: int) -> None:
    nomination(candidates, posts)


@pytest.mark.parametrize(
    "name", ["nomination", "discipline-questionnaire", "conduct-survey", "work-report", "satisfaction"]
)
def test_where_the_document_has_no_line_nothing_is_concluded(name: str) -> None:
    for contest in expanded(written(f"{name}/f3"))["contests"]:
        assert {rule["rule"] for rule in contest["rules"]} <= {"rate", "rank"}


@pytest.mark.parametrize(
    ("name", "contest"), [("conduct-survey", "overall"), ("satisfaction", "complaints"), ("work-report", "work")]
)
def test_of_two_grades_no_share_counts_both(name: str, contest: str) -> None:
    value = written(f"{name}/f3")
    two = [{"id": "yes", "name": "满意"}, {"id": "no", "name": "不满意"}]
    value["agenda"][0]["grades"] = {"work": two} if name == "work-report" else two
    found = next(one for one in expanded(value)["contests"] if one["id"].endswith(contest))
    assert all(len(rule["grades"]) == 1 for rule in found["rules"])
