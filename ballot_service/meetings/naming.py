"""What a meeting's things are called when people are spoken to: titles and names instead of ids."""

from __future__ import annotations

from collections.abc import Callable

from ballot_service.meetings.state import Json, MeetingState

Say = Callable[[str, str], str]  # chooses one of two texts, Chinese and English, for whoever reads

FRACTIONS = {
    "1/2": ("半数", "half"),
    "1/3": ("三分之一", "one third"),
    "2/3": ("三分之二", "two thirds"),
    "3/4": ("四分之三", "three quarters"),
    "3/5": ("五分之三", "three fifths"),
    "4/5": ("五分之四", "four fifths"),
}


def class_name(state: MeetingState, voter_class: str) -> str:
    """`县委委员`; an id that is no class stays as it is."""
    return next((str(one["name"]) for one in state.meeting["classes"] if one["id"] == voter_class), voter_class)


def class_names(state: MeetingState, voter_classes: list[str] | tuple[str, ...]) -> str:
    """Several, as Chinese lists them."""
    return "、".join(class_name(state, one) for one in voter_classes)


def contest_title(state: MeetingState, contest_id: str) -> str:
    """`“财务报告”`; an id that is no contest stays as it is."""
    found = state.find_contest(contest_id)
    return f"“{contest_id if found is None else found[1]['title']}”"


def listed(ballot: Json) -> list[Json]:
    """The candidates, options or grades of a ballot."""
    return list(ballot.get("candidates") or ballot.get("options") or ballot.get("grades") or [])


def value_name(say: Say, contest: Json, rule: Json, classes: str = "") -> str:
    """What a rate, a mean or the points of a band is called: by what it counts, never by the id of its rule.

    classes: the names of those that alone are counted, where there is room for them.
    """
    ballot = contest["ballot"]
    names = {one["id"]: str(one["name"]) for one in listed(ballot)}
    if rule["rule"] == "bands":
        name = say("折合分", "points")
    elif rule["rule"] == "mean":
        name = say("平均分", "mean")
    elif "marks" in rule:
        marks = "+".join(str(ballot["labels"][mark]) for mark in rule["marks"])
        name = say(f"{names[rule['candidate']]}{marks}率", f"{names[rule['candidate']]}, {marks} rate")
    else:
        name = "+".join(names[one] for one in rule.get("grades") or rule["options"]) + say("率", " rate")
    if rule.get("weights"):
        return name + say("（加权）", " (weighted)")
    if rule.get("classes"):
        return name + (say(f"（{classes}）", f" ({classes})") if classes else say("（部分票种）", " (of some classes)"))
    return name


def poll_name(poll_id: str) -> str:
    """`第 2 次投票` of `p2`."""
    return f"第 {poll_id.removeprefix('p')} 次投票"
