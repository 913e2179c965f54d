"""What is happening in a meeting, and the one thing to do next. Pure.

The agenda is told in its order; an item is done when nothing of it is left to vote on or to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ballot_service.meetings.state import Json, MeetingState, Poll
from ballot_service.running import possible, reasons
from ballot_service.running.figures import Figures
from ballot_service.running.possible import Act
from ballot_service.running.reasons import Reason
from ballot_service.running.results import outcome
from ballot_service.running.texts import MODES, STEPS, TOLD, Text, joined

Status = Literal["done", "now", "later"]


@dataclass(frozen=True)
class StepView:
    """One required step: how far it is."""

    label: Text
    done: bool
    of: tuple[int, int] | None  # (people done, people), where it is recorded for each
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class ContestView:
    """One contest: where it stands."""

    id: str
    title: str
    voters: Text
    standing: Text
    polls: tuple[str, ...]  # opened polls of it, whose results can be shown
    told: tuple[Text, ...]
    recused: Text | None


@dataclass(frozen=True)
class ItemView:
    """One item of the agenda."""

    id: str
    title: str
    status: Status
    mode: Text
    steps: tuple[StepView, ...]
    contests: tuple[ContestView, ...]
    acts: tuple[Act, ...]  # poll, decide, announce: those that belong to it and may come next


@dataclass(frozen=True)
class Situation:
    """The whole page in values."""

    headline: Text
    advice: Text | None  # what everybody waits for
    why: Reason | None  # why the next thing is not possible yet
    primary: Act | None
    items: tuple[ItemView, ...]
    open_poll: Poll | None
    waiting: tuple[Poll, ...]


def situation(
    state: MeetingState, figures: Figures, acts: Sequence[Act], sees: Callable[[str], bool] = lambda _contest: True
) -> Situation:
    """acts: from `possible.acts`, of the same moment. sees: whether a contest's result may be shown to who looks."""
    current = None if state.closed else next((item for item in state.items if not _is_done(state, item)), None)
    headline, primary, advice = _next(state, figures, acts, current)
    why = None
    if primary is not None and primary.kind == "open" and primary.reason is not None:
        why = primary.reason
        primary = _first(acts, "attendance") or primary
    elif primary is not None:
        why = primary.reason
    return Situation(
        headline=headline,
        advice=advice,
        why=why,
        primary=primary,
        items=tuple(_item(state, figures, item, acts, current, sees) for item in state.items),
        open_poll=state.open_poll,
        waiting=tuple(state.waiting_polls),
    )


def _next(
    state: MeetingState, figures: Figures, acts: Sequence[Act], current: Json | None
) -> tuple[Text, Act | None, Text | None]:
    if state.closed:
        advice = Text("请到“文书”打印报告单、导出账本", "print the reports and export the ledger under “Documents”")
        return Text("会议已结束", "The meeting has ended"), None, advice
    if state.open_poll is not None:
        poll = state.open_poll
        name = reasons.poll_name(state, poll)
        headline = Text(f"正在投票：{name.zh}", f"Voting: {name.en}")
        next_act = "collect" if figures.not_delivered and not figures.asked else "close"
        return headline, _first(acts, next_act, poll=poll.id), _not_cast_yet(state, figures, poll)
    if state.waiting_polls:
        return _waiting(state, acts)
    if not state.attendance_taken:
        return Text("请登记实到人数", "Please record who is present"), _first(acts, "attendance"), None
    for act in acts:  # a hall hears of a tie before it decides what follows
        if act.kind == "announce" and act.enabled and act.about["to"] == "hall":
            return Text("结果可以宣布", "A result may be announced"), act, None
    for act in acts:
        if act.kind == "decide" and act.enabled:
            title = (state.find_contest(act.about["contest"]) or ({}, {}))[1]["title"]
            headline = Text(f"“{title}”没有产生结果", f"“{title}” is undecided")
            label = Text("作出决定", "Record the decision")
            return headline, Act("decide", label, {"contest": act.about["contest"]}), None
    if current is None:
        untold = any(act.kind == "announce" and act.enabled and act.about["to"] != "public" for act in acts)
        advice = Text(
            "还有结果没有报告或者公布，见下面的议程；会议结束以后不能再办",
            "Some results are not announced; after the end none can be",
        )
        return Text("投票已全部完成", "All votes are taken"), _first(acts, "close-meeting"), advice if untold else None
    headline = Text(f"当前议题：{current['title']}", f"Now: {current['title']}")
    steps = possible.steps_of(state, current)
    enabled = [act for act in steps if act.enabled]
    if enabled:
        several = len(possible.reporting(state, current)) > 1
        chosen = next((act for act in enabled if "subject" in act.about), enabled[0]) if several else enabled[0]
        return headline, chosen, None
    to_come = [c["id"] for c in current["contests"] if possible.has_a_round(state, c["id"])]
    return headline, _first(acts, "open", contests=" ".join(to_come)), None


def _waiting(state: MeetingState, acts: Sequence[Act]) -> tuple[Text, Act | None, Text | None]:
    poll = state.waiting_polls[-1]
    name = reasons.poll_name(state, poll)
    if poll.objections:
        headline = Text(f"有异议：{name.zh}的投票须作废", f"Objections: the poll on {name.en} has to be voided")
        return headline, _first(acts, "void", poll=poll.id), None
    headline = Text(f"已截止，等待开箱：{name.zh}", f"Closed, the box is to be opened: {name.en}")
    return headline, _first(acts, "open-box", poll=poll.id), None


def _not_cast_yet(state: MeetingState, figures: Figures, poll: Poll) -> Text:
    out, held = not_cast(state, figures, poll), figures.held
    if held:
        at_hubs = Text(f"终端站存有 {held} 张待收取", f"{held} at venue hubs, to be collected")
        return Text(f"还有 {out} 张没有投；", f"{out} not cast yet; ") + at_hubs if out else at_hubs
    return Text(f"还有 {out} 张没有投", f"{out} not cast yet") if out else Text("已全部收回", "all are in")


def not_cast(state: MeetingState, figures: Figures, poll: Poll) -> int:
    """Papers that are out in an open poll: neither here nor, as they say, at venue hubs."""
    return max(0, sum(reasons.issued_in(state, poll, figures).values()) - figures.returned - figures.held)


def _first(acts: Sequence[Act], kind: str, **about: str) -> Act | None:
    return next((act for act in acts if act.kind == kind and about.items() <= dict(act.about).items()), None)


# ── an item ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_done(state: MeetingState, item: Json) -> bool:
    return all(_contest_is_done(state, contest) for contest in item["contests"])


def _contest_is_done(state: MeetingState, contest: Json) -> bool:
    rounds, decisions = state.rounds.get(contest["id"], []), state.decisions.get(contest["id"], {})
    if not rounds:
        return False
    if rounds[-1]["next"] == "committee-decides" and rounds[-1]["round"] not in decisions:
        return False
    return not possible.has_a_round(state, contest["id"])


def _item(
    state: MeetingState,
    figures: Figures,
    item: Json,
    acts: Sequence[Act],
    current: Json | None,
    sees: Callable[[str], bool],
) -> ItemView:
    contest_ids = {contest["id"] for contest in item["contests"]}
    polled = any(paper.contest_id in contest_ids for poll in _unfinished(state) for paper in poll.papers)
    status: Status = "done" if _is_done(state, item) else "later"
    if polled or (current is not None and item["id"] == current["id"] and state.open_poll is None):
        status = "now"
    own = [
        act
        for act in acts
        if act.kind in ("open", "decide", "announce") and contest_ids.issuperset(_contests_of(act))
        if act.kind == "open" or act.enabled
        if act.kind != "open" or any(possible.has_a_round(state, one) for one in _contests_of(act))
    ]
    return ItemView(
        id=item["id"],
        title=item["title"],
        status=status,
        mode=MODES[item["announce"]],
        steps=tuple(_steps(state, item)),
        contests=tuple(_contest(state, figures, contest, shown=sees(contest["id"])) for contest in item["contests"]),
        acts=tuple(own),
    )


def _contests_of(act: Act) -> list[str]:
    return (act.about.get("contests") or act.about.get("contest") or "").split()


def _unfinished(state: MeetingState) -> list[Poll]:
    return [poll for poll in state.polls.values() if poll.phase in ("open", "closed")]


def _steps(state: MeetingState, item: Json) -> list[StepView]:
    recorded, subjects = state.steps.get(item["id"], []), possible.reporting(state, item)
    to_do = list(possible.steps_of(state, item))
    found = []
    for step in item["steps"]:
        waiting = [act for act in to_do if act.about["step"] == step]
        people = sum((step, subject) in recorded for subject in subjects)
        of = (people, len(subjects)) if waiting and len(subjects) > 1 else None
        found.append(StepView(STEPS[step], not waiting, of, tuple(waiting)))
    return found


def _contest(state: MeetingState, figures: Figures, contest: Json, *, shown: bool) -> ContestView:
    contest_id = contest["id"]
    recused = figures.recused.get(contest_id, {})
    names = joined(
        Text(f"{reasons.class_name(state, one)} {count} 人", f"{reasons.class_name(state, one)} {count}")
        for one, count in sorted(recused.items())
    )
    return ContestView(
        id=contest_id,
        title=contest["title"],
        voters=joined(Text.same(reasons.class_name(state, one)) for one in contest["voters"]),
        standing=_standing(state, contest, shown=shown),
        polls=tuple(judged["poll"] for judged in state.rounds.get(contest_id, [])),
        told=tuple(TOLD[one] for one in reasons.told(state, contest_id)),
        recused=names if recused else None,
    )


def _standing(state: MeetingState, contest: Json, *, shown: bool) -> Text:
    contest_id = contest["id"]
    for poll in _unfinished(state):
        if any(paper.contest_id == contest_id for paper in poll.papers):
            if poll.phase == "open":
                return Text("正在投票", "voting")
            return Text("已截止，等待开箱", "closed, waiting for its box")
    rounds = state.rounds.get(contest_id, [])
    if not rounds:
        voids = sum(
            poll.phase == "void" and any(paper.contest_id == contest_id for paper in poll.papers)
            for poll in state.polls.values()
        )
        return Text(f"作废 {voids} 次，待重投", f"voided {voids} times") if voids else Text("待投票", "to be polled")
    last = rounds[-1]
    text = outcome(contest, last) if shown else Text("已计票", "counted")
    if len(rounds) > 1:
        text = Text(f"第 {last['round']} 轮：", f"round {last['round']}: ") + text
    decided = state.decisions.get(contest_id, {}).get(last["round"])
    if decided is not None:
        text += (
            Text("；已决定再次投票", "; to vote again")
            if decided == "revote"
            else Text("；已决定不再投票", "; no more")
        )
    return text
