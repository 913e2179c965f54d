"""The numbers of the fourth document, exactly on the line and one vote to either side, in rooms of any size."""

from typing import Any

import pytest

from ballot_service.meetings.meeting_file import Refusal, read_meeting_value
from tests.ballot_service.templates.test_expanding import expanded, written
from tests.verify.rules.meetings import judge, sealed

PEOPLE = [{"id": f"p{number}", "name": f"干部{number}"} for number in range(1, 8)]


def first_contest(template: str, **fields: Any) -> dict[str, Any]:
    """Of the printed meeting, with these fields in place of the template's own."""
    value = written(template)
    value["agenda"][0].update(fields)
    contest: dict[str, Any] = expanded(value)["contests"][0]
    return contest


def refusal_of(value: dict[str, Any]) -> str:
    with pytest.raises(Refusal) as refusal:
        read_meeting_value(value)
    return refusal.value.code


# --- 年度考核: 达不到三分之二, 超过三分之一


def assessed(contest: dict[str, Any], **votes: int) -> dict[str, bool]:
    """Which flags are raised. `blank` is 弃权, `void` is an invalid ballot."""
    sealed_as = {"blank": b"{}", "void": b"-"}
    papers = {sealed_as.get(grade, f'{{"grade":"{grade}"}}'.encode()): times for grade, times in votes.items()}
    return {flag["code"]: flag["raised"] for flag in judge(contest, papers)["flags"]}


@pytest.mark.parametrize(
    ("votes", "too_low", "too_high"),
    [
        pytest.param({"excellent": 12, "competent": 7, "basic": 11}, True, False, id="19 of 30"),
        pytest.param({"excellent": 12, "competent": 8, "basic": 10}, False, False, id="20 of 30"),
        pytest.param({"excellent": 40, "competent": 26, "basic": 34}, True, False, id="66 of 100"),
        pytest.param({"excellent": 40, "competent": 27, "basic": 33}, False, False, id="67 of 100"),
        pytest.param({"excellent": 1332, "basic": 667}, True, False, id="1332 of 1999"),
        pytest.param({"excellent": 1333, "basic": 666}, False, False, id="1333 of 1999"),
        pytest.param({"excellent": 10, "competent": 9, "incompetent": 11}, True, True, id="11 of 30"),
        pytest.param({"excellent": 10, "competent": 10, "incompetent": 10}, False, False, id="10 of 30"),
        pytest.param({"excellent": 1333, "incompetent": 666}, False, False, id="666 of 1999"),
        pytest.param({"excellent": 1332, "incompetent": 667}, True, True, id="667 of 1999"),
        pytest.param({"excellent": 19, "incompetent": 1, "blank": 10}, True, False, id="a blank is in the base"),
        pytest.param({"excellent": 20, "incompetent": 10, "void": 5}, False, False, id="a void ballot is not"),
    ],
)
def test_a_yearly_assessment_bars_below_two_thirds_and_over_one_third(
    votes: dict[str, int], too_low: bool, too_high: bool
) -> None:
    raised = assessed(first_contest("annual-assessment/f4"), **votes)
    assert raised == {"competent-too-low": too_low, "incompetent-too-high": too_high}


def test_each_base_of_a_yearly_assessment_is_one_of_its_readings() -> None:
    votes = {"excellent": 19, "incompetent": 1, "blank": 10}  # 19/30 of the valid, 19/20 of the grades
    assert assessed(first_contest("annual-assessment/f4", base="scored"), **votes)["competent-too-low"] is False
    votes = {"excellent": 20, "incompetent": 10, "void": 5}  # 20/30 of the valid, 20/35 of the returned
    assert assessed(first_contest("annual-assessment/f4", base="returned"), **votes)["competent-too-low"] is True


def test_one_line_can_be_written_and_the_other_stays() -> None:
    contest = first_contest("annual-assessment/f4", line={"incompetent": {"at_least": "1/3"}})
    raised = assessed(contest, excellent=20, incompetent=10)
    assert raised == {"competent-too-low": False, "incompetent-too-high": True}


@pytest.mark.parametrize(
    ("date", "code"), [("2027-12-18", "barred-nominee"), ("2027-12-19", None), ("2026-12-17", None)]
)
@pytest.mark.parametrize("post", ["any", "finance-director"])
def test_what_was_confirmed_keeps_a_person_off_the_list(date: str, code: str | None, post: str) -> None:
    value = written("nomination/f4")
    value["date"] = date
    value["bars"] = [
        {
            "person": "li-si",
            "post": post,
            "from": "2026-12-18",
            "until": "2027-12-18",
            "reason": "年度考核优秀和称职得票率达不到三分之二",
            "confirmed_by": "县委组织部",
        }
    ]
    if code is None:
        read_meeting_value(value)
    else:
        assert refusal_of(value) == code


def test_a_barred_person_can_be_removed_but_not_appointed() -> None:
    value = written("appointment-vote/f4")
    bar = {"post": "any", "from": "2026-12-18", "until": None, "reason": "年度考核", "confirmed_by": "县委组织部"}
    read_meeting_value({**value, "bars": [{"person": "li-si", **bar}]})
    assert refusal_of({**value, "bars": [{"person": "zhang-san", **bar}]}) == "barred-nominee"


# --- 全委会推荐: 不低于1:3


@pytest.mark.parametrize(("candidates", "posts"), [(2, 1), (5, 2), (1, 1)])
def test_fewer_than_three_names_for_each_post_are_refused(candidates: int, posts: int) -> None:
    value = written("nomination/f4")
    value["agenda"][0].update(candidates=PEOPLE[:candidates], posts=posts)
    assert refusal_of(value) == "ratio-too-small"


@pytest.mark.parametrize(("candidates", "posts"), [(3, 1), (6, 2), (7, 2)])
def test_three_names_for_each_post_are_enough(candidates: int, posts: int) -> None:
    contest = first_contest("nomination/f4", candidates=PEOPLE[:candidates], posts=posts)
    assert (contest["ballot"]["max"], contest["ballot"]["write_in"]) == (posts, 0)


@pytest.mark.parametrize("name", ["nomination/f4", "unit-recommendation/f4"])
def test_whoever_is_eligible_can_be_written_in(name: str) -> None:
    contest = first_contest(name, candidates=None, roster=PEOPLE[:2], posts=2)
    assert contest["guard"] is None
    assert (len(contest["ballot"]["options"]), contest["ballot"]["write_in"]) == (2, 2)
    contest = first_contest(name, candidates=None)
    assert (contest["ballot"]["options"], contest["ballot"]["write_in"]) == ([], 1)


@pytest.mark.parametrize("name", ["nomination/f4", "unit-recommendation/f4"])
def test_a_list_and_a_register_are_not_written_together(name: str) -> None:
    value = written(name)
    value["agenda"][0]["roster"] = PEOPLE[:2]
    assert refusal_of(value) == "bad-meeting-file"


# --- 任免表决, 等额票决: 超过应到会的半数


@pytest.mark.parametrize("template", ["appointment-vote/f4", "single-vote/f4"])
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
def test_over_half_of_those_expected_is_needed(template: str, expected: int, agree: int, passes: bool) -> None:
    # However few are present: all of them agree here.
    result = judge(first_contest(template), {sealed(**{"zhang-san": "approve"}): agree}, expected=expected)
    assert bool(result["elected"]) is passes
    assert result["flags"] == []


@pytest.mark.parametrize("template", ["appointment-vote/f4", "single-vote/f4"])
def test_the_hint_is_off_and_decides_nothing_when_on(template: str) -> None:
    votes: dict[bytes | None, int] = {sealed(**{"zhang-san": "approve"}): 8, sealed(**{"zhang-san": "oppose"}): 4}
    off = judge(first_contest(template), votes)
    on = judge(first_contest(template, line={"at_least": "1/3"}), votes)
    assert (off["flags"], off["proposals"]) == ([], [])
    assert on["flags"] == [{"code": "hint-disagreement", "raised": True}]
    assert on["proposals"][0]["text"].startswith("提示")
    assert on["elected"] == off["elected"] == ["zhang-san"]


def test_a_single_vote_has_one_candidate() -> None:
    value = written("single-vote/f4")
    value["agenda"][0]["candidates"] = PEOPLE[:2]
    assert refusal_of(value) == "bad-meeting-file"


def test_an_appointment_cannot_come_during_the_meeting() -> None:
    value = written("appointment-vote/f4")
    value["agenda"][0]["candidates"] = [{"id": "li-si", "name": "李四", "note": "免去县财政局局长职务", "post": None}]
    assert expanded(value)["cadre"] is True


# --- no line


@pytest.mark.parametrize(
    "name", ["credibility-survey", "nomination", "consultation", "unit-recommendation", "inspection-assessment"]
)
def test_where_the_document_has_no_line_nothing_is_concluded(name: str) -> None:
    for contest in expanded(written(f"{name}/f4"))["contests"]:
        assert {rule["rule"] for rule in contest["rules"]} <= {"rate", "rank"}


@pytest.mark.parametrize("name", ["annual-assessment", "credibility-survey", "inspection-assessment"])
def test_of_two_grades_no_share_counts_both(name: str) -> None:
    two = [{"id": "yes", "name": "满意"}, {"id": "no", "name": "不满意"}]
    contest = first_contest(f"{name}/f4", grades=two)
    assert all(len(rule["grades"]) == 1 for rule in contest["rules"] if rule["rule"] == "rate")


def test_talks_are_recorded_beside_the_ballots_and_never_added() -> None:
    item = expanded(written("unit-recommendation/f4"))
    assert [one["title"] for one in item["inputs"]] == [
        "谈话推荐参加人数",
        "张三:谈话推荐得票",
        "李四:谈话推荐得票",
        "王五:谈话推荐得票",
    ]
    assert item["scores"] == []
