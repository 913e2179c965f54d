"""The procedures of the source documents, as an organiser writes them: one agenda item for each rule of the cases.

`item_for` is the one place that says which item stands for which rule; a template can take its place there. Cases find
ballots, grades and rules in the normal form by their kind and name, never by the ids used here.
"""

from collections.abc import Callable
from typing import Any

from ballot_service.meetings.meeting_file import read_meeting_value

Json = dict[str, Any]
GRADES = [
    {"id": "good", "name": "好"},
    {"id": "fair", "name": "较好"},
    {"id": "plain", "name": "一般"},
    {"id": "poor", "name": "差"},
]
POINTS = ("20", "18", "15", "12", "8", "3")
POINT_LINES = ("95/100", "90/100", "85/100", "80/100", "70/100", "60/100")
DEDUCTIONS = ("0", "0.5", "1", "2", "3.5", "5")
DEDUCTION_LINES = ("90/100", "85/100", "80/100", "75/100", "70/100", "60/100")


def item_for(rule: str, **about: Any) -> Json:
    """The agenda item for a rule of the domain (R14, R34 …), in the words of a meeting file."""
    return ITEMS[rule](**about)


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


def item_of(*contests: Json, **fields: Any) -> Json:
    return {"id": "item", "title": "议题", "announce": "internal", "contests": list(contests), **fields}


def contest_of(ballot: Json, *rules: Json, name: str = "contest", **fields: Any) -> Json:
    return {"id": name, "title": "测评", "voters": ["A"], "ballot": ballot, "rules": list(rules), **fields}


def grade_ballot(grades: list[Json]) -> Json:
    return {"kind": "grade", "grades": grades, "unknown": True}


def integrity_report(*, points: dict[str, str] | None = None, unit: str = "单位") -> Json:
    """F0 述廉测评: a mean of at most 70 (含70分). By grades, or 0 to 100 directly where there are no points."""
    flag = {
        "rule": "flag",
        "code": "reminder-talk",
        "value": "avg",
        "at_most": "70",
        "consequences": [
            {"text": "提醒谈话或诫勉谈话", "confirm": "县纪委会同县委组织部"},
            {"text": "本人书面说明", "confirm": "县纪委"},
            {"text": "限期整改", "confirm": "县纪委"},
            {"text": f"{unit}当年责任制考核不得评为优秀等次", "confirm": "县纪委"},
        ],
    }
    if points is None:
        score = {"kind": "score", "min": 0, "max": 100, "step": 1, "unknown": True}
        return item_of(contest_of(score, {"rule": "mean", "id": "avg"}, flag))
    of_grade = {grade["id"]: points[grade["name"]] for grade in GRADES}
    return item_of(contest_of(grade_ballot(GRADES), {"rule": "mean", "id": "avg", "points": of_grade}, flag))


def bands(lines: tuple[str, ...], points: tuple[str, ...], otherwise: str) -> Json:
    steps = [{"at_least": line, "points": one} for line, one in zip(lines, points, strict=True)]
    return {"rule": "bands", "id": "points", "value": "well", "bands": steps, "otherwise": otherwise}


def well() -> Json:
    return {"rule": "rate", "id": "well", "grades": ["good", "fair"]}


def team_review() -> Json:
    """F1 班子民主测评: 较好以上率 to 20 points."""
    return item_of(contest_of(grade_ballot(GRADES), well(), bands(POINT_LINES, POINTS, "0")))


def personal_review() -> Json:
    """F1 个人民主测评: what 较好以上得票率 deducts from ten points."""
    own = {"id": "personal", "title": "个人得分", "sum": [{"const": "10"}, {"value": "contest.points", "times": "-1"}]}
    rated = contest_of(grade_ballot(GRADES), well(), bands(DEDUCTION_LINES, DEDUCTIONS, "8"))
    return item_of(rated, scores=[own])


def composite(own_share: str, team_share: str) -> Json:
    """F1 综合得分: shares of the personal score out of ten and of the team's out of a hundred, capped at 100."""
    return item_of(
        contest_of({"kind": "comment", "max_chars": 100}),
        inputs=[{"id": "own", "title": "个人得分"}, {"id": "raw", "title": "班子得分(未封顶)"}],
        scores=[
            {"id": "team", "title": "班子得分", "sum": [{"input": "raw"}], "clamp": ["0", "100"]},
            {
                "id": "composite",
                "title": "综合得分",
                "sum": [{"input": "own", "times": own_share}, {"score": "team", "times": team_share}],
            },
        ],
    )


def urgent_item() -> Json:
    """F3 紧急议题: at least half of those present; exactly half is flagged for the host."""
    ballot = {"kind": "approval", "candidates": [{"id": "admit", "name": "列入议题"}]}
    share = {"rule": "rate", "id": "share", "candidate": "admit", "marks": ["approve"], "of": "present"}
    half = {"rule": "flag", "code": "exactly-half", "value": "share", "at_least": "1/2", "at_most": "1/2"}
    line = {"rule": "pass", "at_least": "1/2", "of": "present"}
    return item_of(contest_of(ballot, line, share, {**half, "consequences": [{"text": "确认", "confirm": "主持人"}]}))


def annual_assessment() -> Json:
    """F4 年度考核测评: 优秀+称职 under 2/3, or 不称职 over 1/3: not to be promoted."""
    names = ("优秀", "称职", "基本称职", "不称职")
    grades = [{"id": f"g{place}", "name": name} for place, name in enumerate(names, 1)]
    bar = [{"text": "不能提拔使用", "confirm": "组织部"}]
    return item_of(
        contest_of(
            grade_ballot(grades),
            {"rule": "rate", "id": "fit", "grades": ["g1", "g2"]},
            {"rule": "rate", "id": "unfit", "grades": ["g4"]},
            {"rule": "flag", "code": "bar-a", "value": "fit", "under": "2/3", "consequences": bar},
            {"rule": "flag", "code": "bar-b", "value": "unfit", "over": "1/3", "consequences": bar},
        )
    )


def people(*ids: str) -> list[Json]:
    return [{"id": one, "name": one.upper()} for one in ids]


def nomination(*, posts: int, candidates: int) -> Json:
    """F4 全委会推荐: at least three names for each post."""
    listed = people(*(f"p{number}" for number in range(candidates)))
    ballot = {"kind": "pick", "options": listed, "max": posts}
    guard = {"candidates_per_post": {"at_least": "3"}}
    rank = {"rule": "rank", "id": "order", "by": "picks"}
    return item_of(contest_of(ballot, rank, posts=posts, guard=guard))


def ranking(*, names: list[str]) -> Json:
    """F4 民主推荐: votes and ranks, nothing decided."""
    options = [{"id": f"p{place}", "name": name} for place, name in enumerate(names)]
    ballot = {"kind": "pick", "options": options, "max": len(names)}
    return item_of(contest_of(ballot, {"rule": "rank", "id": "order", "by": "picks"}))


def differential_vote(
    *, candidates: tuple[str, ...] = ("a", "b"), of: str = "expected", post: str = "director"
) -> Json:
    """F4 差额票决 and 等额票决: one approval, over half of those expected, two thirds present, twice failed a year."""
    ballot = {"kind": "approval", "candidates": people(*candidates), "max_approve": 1}
    rules = ({"rule": "pass", "over": "1/2", "of": of}, {"rule": "seats"}, {"rule": "bar"})
    voted = contest_of(ballot, *rules, post=post)
    return item_of(voted, quorum={"at_least": "2/3", "of": "expected"}, announce="on-spot")


ITEMS: dict[str, Callable[..., Json]] = {
    "R14": integrity_report,
    "R33": lambda: composite("1/2", "1/20"),
    "R34": team_review,
    "R35": personal_review,
    "R36": lambda: composite("1/2", "1/20"),
    "R37": lambda: composite("7/10", "3/100"),
    "R49": urgent_item,
    "R63": annual_assessment,
    "R64": annual_assessment,
    "R70": nomination,
    "R78": differential_vote,
    "R80": differential_vote,
    "R84": differential_vote,
    "R86": differential_vote,
    "R87": differential_vote,
    "R88": differential_vote,
    "R89": lambda: differential_vote(candidates=("a",)),
    "R90": ranking,
}
