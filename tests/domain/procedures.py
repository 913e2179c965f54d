"""The procedures of the source documents as an organiser asks for them: one agenda item for each rule of the cases.

Each is a template of the service with its own numbers; what is filled in is who and what a case is about. Cases find
contests, grades, rules and scores in the filled-in item by their place, name or kind, never by an id.
"""

from collections.abc import Callable
from typing import Any

from ballot_service.meetings.meeting_file import read_meeting_value

Json = dict[str, Any]
SCALE = {"min": "0", "max": "100", "step": "1"}  # 直接打分
# 有加分的各项可以超过本项满分
BONUS = [{"id": "style", "title": "作风建设"}, {"id": "cases", "title": "惩治腐败"}]
BONUS += [{"id": "prevention", "title": "预防腐败"}, {"id": "duty", "title": "责任制落实"}]


def item_for(rule: str, **about: Any) -> Json:
    """The agenda item for a rule of the domain (R14, R34 …), in the words of a meeting file."""
    template, fill = PROCEDURES[rule]
    return {"id": "item", "title": "议题", "template": template, "voters": ["A"], **fill(**about)}


def publish(item: Json, *, expected: int, **fields: Any) -> Json:
    """A meeting with this item alone, in normal form. Raises: Refusal where publishing is refused."""
    file = {
        "format": "ballot-service/meeting/1",
        "id": "case",
        "title": "案例",
        "organiser": "组织部",
        "place": "会议室",
        "date": "2026-12-18",
        "classes": [{"id": "A", "name": "与会人员", "expected": expected}],
        "min_class": 2,
        "scrutineers": {"cards": 1, "threshold": 1},
        "agenda": [item],
        **fields,
    }
    return read_meeting_value(file).fields


def people(*ids: str) -> list[Json]:
    return [{"id": one, "name": one.upper()} for one in ids]


def integrity_report(*, by_score: bool = False, unit: str = "县财政局") -> Json:
    subjects = [{"id": "jia", "name": "甲", "unit": unit}]
    return {"subjects": subjects, **({"points": SCALE} if by_score else {})}


def annual_review(*, bonus: bool = False) -> Json:
    """One team with its chief and one other member: three contests in this order."""
    team = {"id": "team", "name": "班子", "chief": people("chief")[0], "members": people("member")}
    return {"teams": [team], **({"inputs": {"team": BONUS}} if bonus else {})}


def urgent_item() -> Json:
    return {}


def annual_assessment() -> Json:
    return {"subjects": people("jia")}


def nomination(*, posts: int, candidates: int) -> Json:
    listed = people(*(f"p{number}" for number in range(candidates)))
    return {"post": "director", "posts": posts, "candidates": listed}


def recommendation(*, names: list[str], picks: int) -> Json:
    listed = [{"id": f"p{place}", "name": name} for place, name in enumerate(names)]
    return {"post": "director", "posts": picks, "candidates": listed}


def vote(*, candidates: tuple[str, ...] = ("a", "b"), post: str = "director", **fields: Any) -> Json:
    return {"post": post, "candidates": people(*candidates), **fields}


PROCEDURES: dict[str, tuple[str, Callable[..., Json]]] = {
    "R14": ("integrity-report/f0", integrity_report),
    "R33": ("annual-assessment/f1", annual_review),
    "R34": ("annual-assessment/f1", annual_review),
    "R35": ("annual-assessment/f1", annual_review),
    "R36": ("annual-assessment/f1", annual_review),
    "R37": ("annual-assessment/f1", annual_review),
    "R49": ("urgent-item/f3", urgent_item),
    "R63": ("annual-assessment/f4", annual_assessment),
    "R64": ("annual-assessment/f4", annual_assessment),
    "R70": ("nomination/f4", nomination),
    "R78": ("differential-vote/f4", vote),
    "R80": ("differential-vote/f4", vote),
    "R84": ("differential-vote/f4", vote),
    "R86": ("differential-vote/f4", vote),
    "R87": ("differential-vote/f4", vote),
    "R88": ("differential-vote/f4", vote),
    "R89": ("single-vote/f4", lambda: vote(candidates=("a",))),
    "R90": ("unit-recommendation/f4", recommendation),
}
