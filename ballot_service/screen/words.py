"""The screen's words, in the language of the meeting. A number is said as the verifier's rules worked it out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ballot_service.meetings.naming import FRACTIONS, Say
from ballot_service.meetings.state import Json, MeetingState, Paper

_WORKING = re.compile(r"(\d+) [><≥≤] ([0-9/]+) × (\d+)")
_BASES = {
    "expected": ("应到 {n} 人", "the {n} expected"),
    "present": ("实到 {n} 人", "the {n} present"),
    "issued": ("发出 {n} 票", "the {n} ballots issued"),
    "returned": ("收回 {n} 票", "the {n} ballots returned"),
    "valid": ("有效 {n} 票", "the {n} valid ballots"),
    "scored": ("计分 {n} 票", "the {n} ballots with a grade"),
}
_STEPS = {
    "report": ("汇报", "report"),
    "question": ("质询", "questions"),
    "introduce": ("介绍情况", "introduction"),
    "deliberate": ("酝酿讨论", "deliberation"),
    "speak": ("逐一发言", "everyone speaks"),
    "chief-last": ("主要负责人末位表态", "the chief speaks last"),
    "inspection": ("考察测评已完成", "inspection done"),
}


def speaker(state: MeetingState) -> Say:
    """Chooses one of two texts by the meeting's locale."""
    chinese = state.meeting["locale"] == "zh-CN"
    return lambda zh, en: zh if chinese else en


def listing(say: Say, names: Iterable[str]) -> str:
    return say("、", ", ").join(names)


def step_name(say: Say, step: str) -> str:
    return say(*_STEPS.get(step, (step, step)))


def voters(say: Say, state: MeetingState, papers: Iterable[Paper]) -> str:
    """参加投票：县委常委、县纪委委员"""
    asked = {voter_class for paper in papers for voter_class in paper.classes}
    names = [one["name"] for one in state.meeting["classes"] if one["id"] in asked]
    return say("参加投票：", "Who votes: ") + listing(say, names)


def line(say: Say, rule: Json, base: int | None) -> str:
    """A pass rule: 超过应到 13 人的半数. base: None where the rule counts some classes only."""
    over = rule.get("over") is not None
    fraction = rule["over"] if over else rule["at_least"]
    part = say(*FRACTIONS.get(fraction, (f" {fraction} ", fraction)))
    of = say(*_BASES[rule["of"]]).format(n="" if base is None else base).replace("  ", " ")
    if over:
        return say(f"超过{of}的{part}", f"over {part} of {of}")
    return say(f"达到{of}的{part}以上", f"at least {part} of {of}")


def judgement(say: Say, one: Json, rule: Json, label: str) -> str:
    """同意 7 票，超过应到 13 人的半数. The numbers are those of the working, which `verify.rules` wrote."""
    found = _WORKING.fullmatch(one["working"])
    if found is None:
        return str(one["working"])
    votes, _fraction, base = found.groups()
    reached = line(say, rule, int(base))
    if one["holds"]:
        return say(f"{label} {votes} 票，{reached}", f"{label}: {votes}, {reached}")
    short = reached.removeprefix("达到") if reached.startswith("达到") else reached
    missed = f"未{reached}" if short is reached else f"未达到{short}"
    return say(f"{label} {votes} 票，{missed}", f"{label}: {votes}, not {reached}")


def citation(cite: Json | None) -> str:
    """《办法》第十条"""
    return "" if cite is None else f"《{cite['document']}》{cite['clause'] or ''}"


def outcome(say: Say, judged: Json, names: dict[str, str], *, seats: bool, decision: str | None) -> list[str]:
    """What a round decided, in plain words; nothing where it only counted. decision: of the meeting, after it."""
    if not seats:
        return []
    said = []
    elected = [names[one] for one in judged["elected"]]
    if elected:
        said.append(say("通过人选：", "Elected: ") + listing(say, elected) + say("。", "."))
    reasons = {
        "tie": say("得票相同，不能确定人选。", "A tie: nobody can be named."),
        "none": say("没有人选达到通过线。", "Nobody reached the line."),
        "too-few": say("达到通过线的人数不足。", "Too few reached the line."),
    }
    said += [reasons[one] for one in judged["reasons"]]
    if judged["state"] == "undecided" and not judged["reasons"]:
        said.append(say("本轮未能选满。", "Not all places are filled."))
    following = {
        "committee-decides": say("是否再次投票，由会议决定。", "The meeting decides whether to vote again."),
        "revote": say("将再次投票。", "There will be another round."),
        "ended": say("不再投票。", "There is no further round."),
    }
    decided = {
        "revote": say("会议决定：再次投票。", "The meeting decided to vote again."),
        "end": say("会议决定：不再投票。", "The meeting decided not to vote again."),
    }
    if decision is not None:
        said.append(decided[decision])
    elif judged["next"] in following:
        said.append(following[judged["next"]])
    return said
