"""Why something may not happen now, in the words of the hall and with the clause where one stands behind it.

Each function answers None where the service would agree, else the first thing that it would refuse for, with the same
code. Pure: state and figures in, a reason out. Source of the order: docs/api.md, "Codes".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ballot_service.ledger.limits import MAX_LINE_BYTES
from ballot_service.meetings.result_sizes import longest_result
from ballot_service.meetings.state import Json, MeetingState, Poll
from ballot_service.running.figures import Figures, HubHeld
from ballot_service.running.texts import AUDIENCES, STEPS, TOLD, Text, joined, share
from verify import rules


@dataclass(frozen=True)
class Reason:
    """Why not. `code` is what the service would refuse with."""

    code: str
    text: Text
    cite: str | None = None  # document, clause and words, as the meeting file gives them


NOT_OPEN = Reason("poll-closed", Text("这次投票没有在进行", "this poll is not open"))


def class_name(state: MeetingState, voter_class: str) -> str:
    found = next(one for one in state.meeting["classes"] if one["id"] == voter_class)
    return str(found["name"])


def cited(rule: Json | None) -> str | None:
    """《文件》条:“原文”"""
    cite = (rule or {}).get("cite")
    if not cite:
        return None
    quote = f"：“{cite['quote']}”" if cite.get("quote") else ""
    return f"《{cite['document']}》{cite.get('clause') or ''}{quote}"


def poll_name(state: MeetingState, poll: Poll) -> Text:
    """What a poll is about."""
    items = [state.find_contest(one.contest_id) for one in poll.papers]
    papers = {one.contest_id for one in poll.papers}
    if items and items[0] is not None and len(papers) > 1:
        item = items[0][0]
        if papers == {str(one["id"]) for one in item["contests"]}:
            return Text.same(f"“{item['title']}”")
    titles = list(
        dict.fromkeys(str((state.find_contest(one.contest_id) or ({}, {}))[1]["title"]) for one in poll.papers)
    )
    if len(titles) <= 2:
        return Text.same("、".join(f"“{title}”" for title in titles))
    return Text(f"“{titles[0]}”等 {len(titles)} 项", f"“{titles[0]}” and {len(titles) - 1} more")


def while_a_poll_is_open(state: MeetingState) -> Reason | None:
    """The ledger takes little while a poll is open."""
    poll = state.open_poll
    if poll is None:
        return None
    name = poll_name(state, poll)
    return Reason(
        "poll-open",
        Text(f"正在就{name.zh}投票，请先截止投票", f"a poll on {name.en} is open: close it first"),
    )


def more_slips_than_present(state: MeetingState, figures: Figures) -> Reason | None:
    for voter_class in state.classes:
        used = figures.redeemed[voter_class] - state.replaced[voter_class]
        present = state.highest_present[voter_class]
        if used > present:
            name = class_name(state, voter_class)
            return Reason(
                "more-slips-than-present",
                Text(
                    f"{name}：已领票 {used} 人，登记的实到只有 {present} 人。请重新清点并登记实到人数",
                    f"{name}: {used} have exchanged their slips, but {present} are recorded as present; count again",
                ),
            )
    return None


def not_open(
    state: MeetingState, figures: Figures, contest_ids: Sequence[str], small_groups: Sequence[str] = ()
) -> Reason | None:
    """Why a poll of these contests cannot be opened."""
    found = _something_polled(state, figures, contest_ids)
    if found is not None:
        return found
    asked = [state.find_contest(contest_id) or ({}, {}) for contest_id in contest_ids]
    for _item, contest in asked:
        if (found := _no_round(state, contest)) is not None:
            return found
    for item, _contest in asked:
        if (found := _step_missing(state, item)) is not None:
            return found
    if not state.attendance_taken:
        return Reason("attendance-missing", Text("请先登记实到人数", "record who is present first"))
    if (found := more_slips_than_present(state, figures)) is not None:
        return found
    for item, contest in asked:
        if (found := _no_quorum(state, item, contest)) is not None:
            return found
    for _item, contest in asked:
        if (found := _too_small(state, figures, contest, small_groups)) is not None:
            return found
    return _cannot_print(state, figures, [contest for _item, contest in asked])


def small_classes(state: MeetingState, figures: Figures, contest_ids: Sequence[str]) -> list[str]:
    """Classes that two officers have to take the responsibility for."""
    found: dict[str, None] = {}
    for contest_id in contest_ids:
        _item, contest = state.find_contest(contest_id) or ({}, {})
        found |= dict.fromkeys(rules.too_small(contest, figures.redeemed, state.meeting["min_class"], ()))
    return list(found)


def _something_polled(state: MeetingState, figures: Figures, contest_ids: Sequence[str]) -> Reason | None:
    if (found := while_a_poll_is_open(state)) is not None:
        return found
    for poll in state.waiting_polls:
        if any(paper.contest_id in contest_ids for paper in poll.papers):
            return Reason("poll-open", Text("已截止投票，等待开箱", "this poll is closed and waits for its box"))
    if state.waiting_polls and figures.seconds_left > 0:
        return Reason(
            "too-early",
            Text(
                f"手机正在核对上一次投票，还要 {figures.seconds_left} 秒",
                f"phones still check the closed poll: {figures.seconds_left} s",
            ),
        )
    return None


def _no_round(state: MeetingState, contest: Json) -> Reason | None:
    contest_id = contest["id"]
    rounds, decisions = state.rounds.get(contest_id, []), state.decisions.get(contest_id, {})
    try:
        rules.next_round(contest, rounds, decisions, barred=state.barred_elsewhere(contest))
    except rules.NotNow as refusal:
        seats = next((rule for rule in contest["rules"] if rule["rule"] == "seats"), None)
        if refusal.code == "no-decision":
            if decisions.get(rounds[-1]["round"]) == "end":
                return Reason("no-decision", Text("已决定不再投票", "it was decided not to vote again"), cited(seats))
            return Reason(
                "no-decision", Text("没有产生结果，请先作出是否再投的决定", "undecided: decide first"), cited(seats)
            )
        return Reason(
            "round-limit", Text("已投票计票，没有下一轮", "polled and counted: no further round"), cited(seats)
        )
    return None


def _step_missing(state: MeetingState, item: Json) -> Reason | None:
    missing = rules.missing_step(item["steps"], state.steps.get(item["id"], []), state.subjects(item))
    if missing is None:
        return None
    step = STEPS[missing]
    return Reason(
        "step-missing",
        Text(f"“{item['title']}”还没有登记环节“{step.zh}”", f"“{item['title']}”: {step.en} is still to be recorded"),
    )


def quorum_of(state: MeetingState, item: Json, contest: Json) -> tuple[rules.Quorum, Json] | None:
    """The quorum that applies and what it says now: {"held", "working"}; None without one."""
    quorum = rules.nearest_quorum(state.meeting["quorum"], item["quorum"], contest)
    if quorum is None:
        return None
    judged = rules.judge_quorum(
        quorum,
        voters=contest["voters"],
        present=state.present,
        expected=state.expected,
        observers=state.observers,
    )
    return quorum, judged


def _no_quorum(state: MeetingState, item: Json, contest: Json) -> Reason | None:
    found = quorum_of(state, item, contest)
    if found is None or found[1]["held"]:
        return None
    threshold = found[0].threshold
    counted = [one for one in contest["voters"] if one not in state.observers]
    present, expected = (sum(figures[one] for one in counted) for figures in (state.present, state.expected))
    part = share(threshold.fraction)
    wanted = Text(f"须超过应到会人数 {expected} 人的{part.zh}", f"more than {part.en} of {expected} are needed")
    if not threshold.over:
        wanted = Text(f"须达到应到会人数 {expected} 人的{part.zh}以上", f"at least {part.en} of {expected} are needed")
    rule = next((one for one in contest["rules"] if one["rule"] == "quorum"), None)
    return Reason(
        "quorum-not-held",
        Text(
            f"到会人数不足，不能表决：实到 {present} 人，{wanted.zh}（{found[1]['working']}）",
            f"no quorum: {present} present, {wanted.en} ({found[1]['working']})",
        ),
        cited(rule),
    )


def _too_small(state: MeetingState, figures: Figures, contest: Json, small_groups: Sequence[str]) -> Reason | None:
    minimum = state.meeting["min_class"]
    small = rules.too_small(contest, figures.redeemed, minimum, small_groups)
    if not small:
        return None
    names = "、".join(class_name(state, one) for one in small)
    return Reason(
        "class-too-small",
        Text(
            f"{names}：已领票不足 {minimum} 人，测评结果可能看出是谁投的。等更多人领票，或由两名工作人员签名负责",
            f"{names}: fewer than {minimum} have exchanged their slips; wait for more, or two officers answer for it",
        ),
    )


def _cannot_print(state: MeetingState, figures: Figures, contests: Sequence[Json]) -> Reason | None:
    if state.next_page + len(contests) - 1 > state.meeting["pages"]:
        left = max(0, state.meeting["pages"] - state.next_page + 1)
        return Reason(
            "no-page-left",
            Text(
                f"选票本只剩 {left} 页空白票，{len(contests)} 项一起投不够：请分开投，或者改用纸质票另行表决",
                f"{left} blank pages are left in the booklets, too few for {len(contests)} contests: take them apart",
            ),
        )
    if state.next_box >= len(state.meeting["boxes"]):
        return Reason("no-box-left", Text("会前准备的票箱已用完", "all boxes of the ceremony are used"))
    for contest in contests:
        for voter_class, count in sorted(figures.recused.get(contest["id"], {}).items()):
            available = figures.redeemed[voter_class] - state.replaced[voter_class]
            if count > available:
                name = class_name(state, voter_class)
                return Reason(
                    "bad-request",
                    Text(
                        f"{name}：登记回避 {count} 人，多于已领票 {available} 人，请更正回避人数",
                        f"{name}: {count} are recused, but {available} have exchanged their slips; correct it",
                    ),
                )
    size = longest_result(list(contests), state.expected)
    if size > MAX_LINE_BYTES:
        return Reason("too-large", Text("一次投票的事项太多，请分几次投", "too many at once: poll fewer of them"))
    return None


def issued_in(state: MeetingState, poll: Poll, figures: Figures) -> dict[tuple[bytes, str], int]:
    """(paper, class) → papers that are out in an open poll, on devices."""
    return {
        (paper.hash, voter_class): max(
            0,
            rules.issued(
                redeemed=figures.redeemed[voter_class],
                replaced=state.replaced[voter_class],
                recused=paper.recused.get(voter_class, 0),
            ),
        )
        for paper in poll.papers
        for voter_class in paper.classes
    }


def hub_waiting(figures: Figures) -> Reason | None:
    """Venue hubs that the close of the open poll waits for."""
    left = figures.not_delivered
    if not left:
        return None
    names = joined(_held(hub) for hub in left)
    if not figures.asked:
        text = Text(f"先收取终端站选票：{names.zh}", f"collect the ballots of the venue hubs first: {names.en}")
    else:
        text = Text(f"等待终端站送票：{names.zh}", f"the venue hubs are delivering: {names.en}")
    return Reason("hub-waiting", text)


def _held(hub: HubHeld) -> Text:
    away = Text("", "") if hub.online else Text("，联系不上", ", not heard of lately")
    return Text(f"“{hub.name}”存有 {hub.holds} 张", f"“{hub.name}” holds {hub.holds}") + away


def not_collected(poll: Poll) -> Reason | None:
    """Why hubs cannot be asked for their ballots."""
    return None if poll.phase == "open" else NOT_OPEN


def not_closed(state: MeetingState, figures: Figures, poll: Poll, *, without_hubs: bool = False) -> Reason | None:
    """Why a poll cannot be closed. What each class returned is sealed until then: only the whole can be foreseen."""
    if poll.phase != "open":
        return NOT_OPEN
    if not without_hubs and (found := hub_waiting(figures)) is not None:
        return found
    if (found := more_slips_than_present(state, figures)) is not None:
        return found
    issued = issued_in(state, poll, figures)
    present = sum(poll.highest_present[voter_class] for _paper, voter_class in issued)
    if figures.returned > sum(issued.values()):
        return Reason(
            "more-slips-than-present",
            Text("收回的票多于发出的票，这次投票只能作废", "more ballots than papers: this poll can only be voided"),
        )
    if figures.returned > present:
        return Reason(
            "more-slips-than-present",
            Text("收回的票多于登记的实到人数，请重新清点实到人数", "more ballots than people present: count again"),
        )
    return None


def box_not_open(state: MeetingState, figures: Figures, poll: Poll) -> Reason | None:
    """Why a box stays shut."""
    if poll.phase == "open":
        return Reason("too-early", Text("正在投票，请先截止投票", "the poll is open: close it first"))
    if poll.phase != "closed":
        return Reason("poll-closed", Text("这次投票已经开箱或作废", "this poll is opened or void already"))
    if poll.objections:
        return Reason(
            "objection-open",
            Text(
                f"有 {poll.objections} 部手机证明自己的票不在票箱里：这次投票不能开箱，只能作废重投",
                f"{poll.objections} phones proved that their ballots are missing: void this poll and vote again",
            ),
        )
    if poll is state.last_closed and figures.seconds_left > 0:
        return Reason(
            "too-early",
            Text(
                f"手机正在核对自己的票，{figures.seconds_left} 秒后可以开箱",
                f"phones check their ballots: the box may be opened in {figures.seconds_left} s",
            ),
        )
    if poll.id in figures.uncosigned:
        return Reason(
            "witness-missing",
            Text(
                "外部见证还没有签名：请等待，或由两名工作人员免除见证", "not cosigned yet: wait, or waive the witnesses"
            ),
        )
    have, threshold = len(figures.shares.get(poll.box, ())), state.meeting["scrutineers"]["threshold"]
    if have < threshold:
        return Reason(
            "shares-missing",
            Text(
                f"请监票人扫卡开箱：需要 {threshold} 张监票卡，已到 {have} 张",
                f"scrutineers: {threshold} cards open this box, {have} have come",
            ),
        )
    return while_a_poll_is_open(state)


def announce_reason(state: MeetingState, item: Json, contest_ids: Sequence[str], to: str) -> Reason | None:
    """Why these results cannot be told to this audience now."""
    mode = str(item["announce"])
    for contest_id in contest_ids:
        rounds = state.rounds.get(contest_id, [])
        earlier = told(state, contest_id)
        try:
            rules.check_announcement(mode, to, earlier=earlier, counted=bool(rounds))
        except rules.NotNow as refusal:
            return Reason(refusal.code, _why_not_told(mode, to, earlier, counted=bool(rounds)))
    return while_a_poll_is_open(state)


def told(state: MeetingState, contest_id: str) -> list[str]:
    """Who heard of a contest's last round."""
    rounds = state.rounds.get(contest_id, [])
    last: Any = rounds[-1]["round"] if rounds else 0
    return state.announced.get(contest_id, {}).get(last, [])


def _why_not_told(mode: str, to: str, earlier: Sequence[str], *, counted: bool) -> Text:
    if not counted:
        return Text("还没有计票", "not counted yet")
    if to in earlier:
        return TOLD[to]
    order = rules.AUDIENCES[mode]
    if to not in order:
        return Text("按规定不向这一范围公布", "this is never told to them")
    first = AUDIENCES[order[len(earlier)]]
    return Text(f"要先{first.zh}", f"{first.en} first")
