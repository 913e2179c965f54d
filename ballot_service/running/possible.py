"""Every act that a meeting knows, each with whether it may be done now and, if not, why.

Pure: what the page offers and what the service accepts are held together by a test that tries every act in every state
of whole meetings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ballot_service.console.roles import Permission
from ballot_service.meetings.state import Json, MeetingState, Poll
from ballot_service.running import reasons
from ballot_service.running.figures import Figures
from ballot_service.running.reasons import Reason
from ballot_service.running.texts import AUDIENCES, STEPS, Text
from verify import rules

PERMISSION: Mapping[str, Permission] = {
    "attendance": Permission.ATTENDANCE,
    "expected": Permission.ATTENDANCE,
    "step": Permission.STEPS,
    "recuse": Permission.POLLS,
    "open": Permission.POLLS,
    "collect": Permission.POLLS,
    "close": Permission.POLLS,
    "close-without-hubs": Permission.POLLS,
    "void": Permission.POLLS,
    "paper-count": Permission.PAPER,
    "waive": Permission.POLLS,
    "open-box": Permission.BOXES,
    "decide": Permission.DECIDE,
    "announce": Permission.ANNOUNCE,
    "input": Permission.INPUTS,
    "add-item": Permission.AGENDA,
    "close-meeting": Permission.CLOSE,
    "slip": Permission.DESK,
}
"""Kind of act → what one must be allowed."""

CLOSED = Reason("meeting-closed", Text("会议已经结束，账本不再变动", "the meeting has ended; its ledger is complete"))


WAITS_FOR_WITNESSES = Reason(
    "witness-missing",
    Text(
        "截止记录正等待外部见证签名：请稍候，或由两名工作人员免除见证",
        "the close waits for its witnesses' cosignatures: wait, or waive the witnesses",
    ),
)
BESIDE_WITNESSES = ("void", "waive", "recuse")


@dataclass(frozen=True)
class Act:
    """One thing that may be done to one thing."""

    kind: str
    label: Text  # what its button says
    about: Mapping[str, str] = field(default_factory=dict)  # what it is done to: item, contest, poll …
    reason: Reason | None = None  # why not
    fields: tuple[str, ...] = ()  # what has to be filled in

    @property
    def enabled(self) -> bool:
        return self.reason is None


def acts(state: MeetingState, figures: Figures) -> list[Act]:
    """All acts, in the order in which a meeting comes to them."""
    if state.closed:
        return [_ended(act) for act in _acts(state, figures)]
    if figures.head_waits:
        return [act if act.kind in BESIDE_WITNESSES else _waiting(act) for act in _acts(state, figures)]
    return list(_acts(state, figures))


def _waiting(act: Act) -> Act:
    return act if act.reason is not None else replace(act, reason=WAITS_FOR_WITNESSES)


def _ended(act: Act) -> Act:
    return Act(act.kind, act.label, act.about, CLOSED, act.fields)


def _acts(state: MeetingState, figures: Figures) -> Iterator[Act]:
    yield Act("attendance", Text("登记实到人数", "Record who is present"), fields=("present",))
    for voter_class in state.classes:
        yield Act(
            "expected",
            Text("更正应到人数", "Correct the number expected"),
            {"class": voter_class},
            _expected_is_fixed(state),
            ("expected", "reason", "by"),
        )
    for item in state.items:
        yield from _of_item(state, figures, item)
    for poll in state.polls.values():
        yield from _of_poll(state, figures, poll)
    yield from _of_the_rest(state, figures)


def _expected_is_fixed(state: MeetingState) -> Reason | None:
    if not state.polls:
        return None
    return Reason("poll-open", Text("已经开始过投票，应到人数不能再变", "a poll was opened: the number expected stays"))


# ── an item of the agenda ──────────────────────────────────────────────────────────────────────────────────────────


def _of_item(state: MeetingState, figures: Figures, item: Json) -> Iterator[Act]:
    yield from steps_of(state, item)
    for contest in item["contests"]:
        reason = _recusal_too_late(state, contest)
        for voter_class in contest["voters"]:
            about = {"contest": contest["id"], "class": voter_class}
            yield Act("recuse", Text("登记回避", "Record a recusal"), about, reason, ("count",))
    for contest_ids in openings(state, item):
        small = reasons.small_classes(state, figures, contest_ids)
        yield Act(
            "open",
            Text("印发选票，开始投票", "Print the papers and open the poll"),
            {"contests": " ".join(contest_ids)},
            reasons.not_open(state, figures, contest_ids, small),
            ("small_groups", "by") if small else (),
        )
    for contest in item["contests"]:
        yield from _decisions(state, contest)
    yield from announcements_of(state, item)


def steps_of(state: MeetingState, item: Json) -> Iterator[Act]:
    """Steps that are still to be recorded: for the whole item, and for each person where it assesses some."""
    recorded, subjects = state.steps.get(item["id"], []), state.subjects(item)
    names = {one["subject"]["id"]: one["subject"]["name"] for one in item["contests"] if one["subject"] is not None}
    for step in item["steps"]:
        if rules.missing_step([step], recorded, subjects) is None:
            continue
        label = STEPS[step]
        for subject in (None, *reporting(state, item)):
            if subject is not None and (step, subject) in recorded:
                continue
            about = {"item": item["id"], "step": step, **({"subject": subject} if subject else {})}
            whom = Text(f"：{names[subject]}", f": {names[subject]}") if subject else Text("", "")
            reason = None
            if not rules.step_in_order(item["steps"], recorded, subjects, step, subject):
                before = STEPS[_earlier(item, recorded, subjects, step, subject)]
                text = Text(f"要先登记“{before.zh}”", f"record {before.en} first")
                reason = Reason("step-missing", text)
            yield Act("step", label + whom, about, reason)


def reporting(state: MeetingState, item: Json) -> list[str]:
    """The people who take each step one by one, as each reports who is assessed after a report of his or her own.

    Nobody where the item also asks about something that is no person's: one report is given for all then, and the
    people are only named on papers (一报告两评议).
    """
    own = all(contest["subject"] is not None for contest in item["contests"])
    return list(dict.fromkeys(state.subjects(item))) if own else []


def _earlier(
    item: Json, recorded: list[tuple[str, str | None]], subjects: list[str], step: str, subject: str | None
) -> str:
    concerned = subjects if subject is None else [subject]
    missing = rules.missing_step(item["steps"][: item["steps"].index(step)], recorded, concerned)
    assert missing is not None
    return missing


def _recusal_too_late(state: MeetingState, contest: Json) -> Reason | None:
    polled = any(
        paper.contest_id == contest["id"]
        for poll in state.polls.values()
        if poll.phase in ("open", "closed")
        for paper in poll.papers
    )
    if not polled and state.prepared_paper(contest["id"]) is None:
        return None
    return Reason("poll-open", Text("选票已经印发：回避要在印票以前登记", "the paper is printed: recuse before that"))


def openings(state: MeetingState, item: Json) -> list[list[str]]:
    """Contests of an item that make sense as one poll: all that have a round to come, then each alone."""
    contest_ids = [str(contest["id"]) for contest in item["contests"]]
    to_come = [one for one in contest_ids if has_a_round(state, one)]
    together = [to_come] if len(to_come) > 1 else []
    return [*together, *([one] for one in contest_ids)]


def has_a_round(state: MeetingState, contest_id: str) -> bool:
    """Whether it may be polled, now or when the poll that it is in has ended void."""
    _item, contest = state.find_contest(contest_id) or ({}, {})
    try:
        rules.next_round(
            contest,
            state.rounds.get(contest_id, []),
            state.decisions.get(contest_id, {}),
            barred=state.barred_elsewhere(contest),
        )
    except rules.NotNow:
        return False
    return True


def _decisions(state: MeetingState, contest: Json) -> Iterator[Act]:
    if not any(rule["rule"] == "seats" for rule in contest["rules"]):
        return
    rounds, decisions = state.rounds.get(contest["id"], []), state.decisions.get(contest["id"], {})
    reason: Reason | None
    if rules.may_decide(contest, rounds, decisions):
        reason = reasons.while_a_poll_is_open(state)
    else:
        reason = Reason("nothing-to-decide", Text("现在没有需要决定的事项", "there is nothing to decide now"))
    for choice, label in (
        ("revote", Text("再次投票", "Vote again")),
        ("end", Text("不再投票", "Do not vote again")),
    ):
        yield Act("decide", label, {"contest": contest["id"], "choice": choice}, reason)


def announcements_of(state: MeetingState, item: Json) -> Iterator[Act]:
    """Contests of an item that stand at the same point are announced together, to each audience in its turn."""
    groups: dict[tuple[str, ...] | None, list[str]] = {}
    for contest in item["contests"]:
        counted = bool(state.rounds.get(contest["id"]))
        key = tuple(reasons.told(state, contest["id"])) if counted else None
        groups.setdefault(key, []).append(str(contest["id"]))
    for heard, contest_ids in groups.items():
        for to in rules.AUDIENCES[item["announce"]]:
            if heard is not None and to in heard:
                continue
            yield Act(
                "announce",
                AUDIENCES[to],
                {"contests": " ".join(contest_ids), "to": to},
                reasons.announce_reason(state, item, contest_ids, to),
            )


# ── a poll ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_poll(state: MeetingState, figures: Figures, poll: Poll) -> Iterator[Act]:
    about = {"poll": poll.id}
    if figures.hubs:
        collect = Text("收取终端站选票", "Collect the venue hubs' ballots")
        yield Act("collect", collect, about, reasons.not_collected(poll))
    yield Act("close", Text("截止投票", "Close the poll"), about, reasons.not_closed(state, figures, poll))
    if poll.phase == "open" and figures.not_delivered:
        yield Act(
            "close-without-hubs",
            Text("不等终端站，直接截止", "Close without waiting for the hubs"),
            about,
            reasons.not_closed(state, figures, poll, without_hubs=True),
        )
    for paper in poll.papers:
        if poll is not _last_poll_of(state, paper.contest_id):
            continue
        for voter_class in paper.classes:
            yield Act(
                "paper-count",
                Text("录入纸质票", "Enter paper ballots"),
                {"contest": paper.contest_id, "class": voter_class, "poll": poll.id},
                _no_paper_count(state, figures, poll, paper.hash, voter_class),
                ("handed_out", "ballots", "teller"),
            )
    yield Act("open-box", Text("开箱计票", "Open the box and count"), about, reasons.box_not_open(state, figures, poll))
    yield Act("void", Text("本次投票作废", "Void this poll"), about, _not_voidable(state, poll), ("reason", "by"))


def _last_poll_of(state: MeetingState, contest_id: str) -> Poll:
    polls = [poll for poll in state.polls.values() if any(one.contest_id == contest_id for one in poll.papers)]
    return polls[-1]


def _no_paper_count(
    state: MeetingState, figures: Figures, poll: Poll, paper_hash: bytes, voter_class: str
) -> Reason | None:
    if poll.phase == "open":
        return Reason("poll-closed", Text("截止投票以后再录入", "after the poll is closed"))
    if poll.phase != "closed":
        return Reason("poll-closed", Text("这次投票已经开箱或作废", "this poll is opened or void already"))
    if (paper_hash, voter_class) in poll.paper_counts:
        return Reason("bad-request", Text("两名计票人录入一致，已经入账", "both tellers agreed; it is entered"))
    if (paper_hash, voter_class) in figures.first_counts:
        return reasons.while_a_poll_is_open(state)
    return None


def _not_voidable(state: MeetingState, poll: Poll) -> Reason | None:
    if poll.phase not in ("open", "closed"):
        return Reason("poll-closed", Text("已经开箱或作废，不能再作废", "it is opened or void already"))
    return None if poll.phase == "open" else reasons.while_a_poll_is_open(state)


# ── the rest ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_the_rest(state: MeetingState, figures: Figures) -> Iterator[Act]:
    open_poll = reasons.while_a_poll_is_open(state)
    for definition in (one for place in (state.meeting, *state.items) for one in place["inputs"]):
        label = Text.same(definition["title"])
        yield Act("input", label, {"id": definition["id"]}, open_poll, ("value", "evidence"))
    for contest in state.contests.values():
        if contest["ballot"]["kind"] == "approval" and contest["post"] is None:
            label = Text("增加议题", "Add an item")
            reason = open_poll or _not_admitting(state, contest)
            yield Act("add-item", label, {"admitted_by": contest["id"]}, reason, ("item",))
    if state.meeting["witnesses"]["quorum"]:
        done = Reason("bad-request", Text("已经免除见证", "the witnesses are waived already"))
        label = Text("免除外部见证", "Waive the witnesses")
        yield Act("waive", label, {}, done if state.witness_waived else open_poll, ("reason", "by"))
    yield Act("close-meeting", Text("结束会议", "End the meeting"), {}, _meeting_goes_on(state, figures))


def _not_admitting(state: MeetingState, motion: Json) -> Reason | None:
    rounds = state.rounds.get(motion["id"], [])
    already = sum(entry["admitted_by"] == motion["id"] for entry in state.admitted)
    try:
        rules.may_admit({"cadre": False}, motion, rounds, already)
    except rules.NotNow as refusal:
        if already:
            text = Text("表决同意列入的议题已经加入", "what this motion let in is on the agenda already")
        else:
            text = Text("列入议题须经表决通过", "an item is added only after a motion that passed")
        rule = next((one for one in motion["rules"] if one["rule"] == "pass"), None)
        return Reason(refusal.code, text, reasons.cited(rule))
    return None


def _meeting_goes_on(state: MeetingState, figures: Figures) -> Reason | None:
    unfinished = state.open_poll or state.last_closed
    if unfinished is not None:
        name = reasons.poll_name(state, unfinished)
        return Reason(
            "poll-open",
            Text(f"{name.zh}的投票还没有开箱，也没有作废", f"the poll on {name.en} is neither opened nor void"),
        )
    return reasons.more_slips_than_present(state, figures)
