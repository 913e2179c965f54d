"""The promise: where a county has two grades only, no rate counts both of them and calls everybody satisfied."""

from typing import Any

import pytest

from ballot_service.meetings.meeting_file import load_yaml, read_meeting_value
from ballot_service.meetings.template_example import commented_meeting
from ballot_service.meetings.templates import read_template, template_names

YES, NO = {"id": "yes", "name": "满意"}, {"id": "no", "name": "不满意"}
GRADED = [name for name in template_names() if "grades" in read_template(name).fields]


def with_two_grades(name: str) -> dict[str, Any]:
    template = read_template(name)
    meeting, _ = load_yaml(commented_meeting(template).encode())
    assert isinstance(meeting, dict)
    item = meeting["agenda"][0]
    parts = template.fields["grades"].parts
    item["grades"] = {part: [YES, NO] for part in parts} if parts else [YES, NO]
    if "points" in template.fields and not template.fields["points"].parts:
        item["points"] = {"yes": "100", "no": "0"}
    fields = read_meeting_value(meeting).fields["agenda"][0]
    return dict(fields)


@pytest.mark.parametrize("name", GRADED)
def test_of_two_grades_the_better_one_alone_is_counted(name: str) -> None:
    for contest in with_two_grades(name)["contests"]:
        rates = [rule for rule in contest["rules"] if rule["rule"] == "rate" and "grades" in rule]
        for rate in rates:
            assert len(rate["grades"]) < len(contest["ballot"]["grades"]), (contest["id"], rate["id"])
        if contest["ballot"].get("grades") == [YES, NO]:
            assert not rates or ["yes"] in [rate["grades"] for rate in rates], contest["id"]


def test_two_grades_of_a_team_do_not_give_it_all_its_points() -> None:
    """20 points for 95 % 较好以上: of 满意 and 不满意 only the first can be that."""
    contest = with_two_grades("annual-assessment/f1")["contests"][0]
    assert contest["rules"][0]["grades"] == ["yes"]
