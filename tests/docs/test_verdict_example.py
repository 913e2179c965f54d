"""The second example of docs/formats/verdict.md, judged by the rules: an assessment and a score."""

import json
import re

from tests import meeting_parts as parts
from tests.docs.pages import page
from verify import rules

CALENDAR = {"until": "2026-12-31", "holidays": [], "workdays": []}


def test_the_assessment_and_the_score_are_what_the_rules_make_of_them():
    example = json.loads(re.findall(r"```json\n(.*?)```", page("formats/verdict.md"), re.DOTALL)[1])
    praise = parts.consequence("通报表扬", "县委", working_days=7)
    contest = parts.question(
        "team-review",
        parts.grade_ballot("good", "fair", "poor"),
        [
            parts.rate_rule("well", grades=["good", "fair"]),
            parts.bands_rule("points", "well", ("19/20", "20"), ("9/10", "18"), otherwise="0"),
            parts.flag_rule("praise", "points", praise, at_least="20"),
        ],
    )
    meeting = {"date": "2026-12-18", "locale": "zh-CN", "history": [], "calendar": CALENDAR}
    cast = {"good": 20, "fair": 18, "poor": 1}
    choices = {rules.encode_canonical({"grade": one}): times for one, times in cast.items()}
    judged = rules.judge_round(
        contest=contest,
        round_number=1,
        poll="p1",
        figures={"A": rules.ClassFigures(expected=40, present=40, issued=40, returned=40)},
        choices={"A": {**choices, b'{"unknown":true}': 1}},
        quorum=None,
        present_at_opening={"A": 40},
        min_class=5,
        earlier=[],
        meeting=meeting,
    )
    assert judged == example["contests"]["team-review"]["rounds"][0]
    score = parts.score("team", {"value": "team-review.points"}, {"input": "style"})
    fields = {**meeting, "inputs": [parts.input_("style")], "scores": [score]}
    item = {"inputs": [], "scores": [], "contests": [contest]}
    given = {name: one["value"] for name, one in example["inputs"].items()}
    assert rules.judge_scores(fields, [item], {"team-review": [judged]}, given) == example["scores"]
