"""What an officer is asked before something that stays: what it means, what speaks against it, what has to be typed.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ballot_service.meetings.state import MeetingState
from ballot_service.running import possible, reasons
from ballot_service.running.figures import Figures
from ballot_service.running.possible import Act
from ballot_service.running.situation import not_cast
from ballot_service.running.texts import MODES, Text, joined

MEANS: Final = {
    "attendance": Text(
        "按签到册清点后填写。实到人数可以随时重新登记，以投票前最后一次为准。",
        "As counted at the door. It may be recorded again at any time; the last figure before a poll counts.",
    ),
    "expected": Text(
        "应到人数是表决的底数，只能在第一次投票前更正，账本和报告都会写明原因和两名工作人员。",
        "Votes are measured by it. It can be corrected only before the first poll; the report names both officers.",
    ),
    "step": Text("登记后，账本里会留下这个环节完成的时间。", "The ledger keeps when this step was done."),
    "recuse": Text(
        "登记这个票种有几人回避。回避的人不投这一项，发出票数相应减少，应到人数不变。填 0 取消。",
        "How many of this class take no part. Fewer papers are issued; the number expected stays. 0 takes it back.",
    ),
    "open": Text(
        "选票立即印发到手机上，开始投票。印发以后不能改内容、不能再登记回避。",
        "The papers go to the phones at once. After that neither they nor recusals can be changed.",
    ),
    "close": Text(
        "截止后不再收票。没有投的票按未交处理，不算弃权。截止不能撤回。",
        "No ballot is taken after that. What was not cast is not returned, and no abstention. It cannot be undone.",
    ),
    "collect": Text(
        "终端站不再接待新的投票人，正在填写的最多等 30 秒，然后把存着的选票一次送来。"
        "收取以后，这次投票不能再在终端上投。",
        "The hubs take nobody new; who is filling in a ballot has 30 seconds. Then all that they hold is sent at once. "
        "Afterwards nobody can vote at a terminal in this poll.",
    ),
    "close-without-hubs": Text(
        "终端站没有送到的选票不再计入，投票人也不能补投；账本和报告都会写明有几个终端站没有送到。不能撤回。",
        "Ballots that have not come from the hubs do not count, and their voters cannot vote again. The ledger and the "
        "report say how many hubs had not delivered. It cannot be undone.",
    ),
    "void": Text(
        "作废后，这次投票的票一律不计，用新的一页重新投票。作废不能撤回，账本和报告都会写明。",
        "None of its ballots counts; the same round is polled again on a new page. It cannot be undone, and the report "
        "says so.",
    ),
    "open-box": Text(
        "监票卡已到齐。开箱后立即计票，结果写入账本，不能撤回。",
        "Enough cards have come. The ballots are opened and counted at once; the result stays in the ledger.",
    ),
    "waive": Text(
        "免除后，开箱不再等待外部见证的签名。报告会写明。",
        "Boxes are then opened without cosignatures, and the report says so.",
    ),
    "decide": Text(
        "按会议决定如实登记，登记后不能更改。",
        "Record what the meeting decided. It cannot be changed.",
    ),
    "announce": Text(
        "登记公布之后，这个范围内的人就能看到结果，不能收回。",
        "From then on these people can see the result; it cannot be taken back.",
    ),
    "input": Text(
        "录入经核定的数据，注明依据。再次录入的，以最后一次为准，以前的也留在账本里。",
        "A figure established elsewhere, with its evidence. The last one counts; earlier ones stay in the ledger.",
    ),
    "add-item": Text(
        "只有表决同意列入的议题才能增加。干部议题不得临时动议。加入后不能删改。",
        "Only what a motion let in. Never an item about cadres. It cannot be changed afterwards.",
    ),
    "close-meeting": Text(
        "会议结束后，全部密钥销毁，账本封存：不能再投票、公布、登记任何事项。",
        "All keys are destroyed and the ledger is complete: no poll, no announcement, nothing more can be recorded.",
    ),
}

DECISIONS: Final = {
    "revote": Text(
        "再次投票：没有通过的人选重新印票，再投一轮。投票开始前可以重新登记实到人数。",
        "Vote again: a new paper with those who were not elected. Those present may be counted again before it.",
    ),
    "end": Text(
        "不再投票：这一职务本次会议不产生人选，到此为止。",
        "Do not vote again: nobody is elected to the rest of these seats in this meeting.",
    ),
}


def warnings(state: MeetingState, figures: Figures, act: Act) -> list[Text]:
    """What the officer should know before pressing the button; none of it forbids anything."""
    return list(_WARNINGS.get(act.kind, _none)(state, figures, act))


def _none(_state: MeetingState, _figures: Figures, _act: Act) -> Iterator[Text]:
    return iter(())


def _of_opening(state: MeetingState, figures: Figures, act: Act) -> Iterator[Text]:
    voters: dict[str, None] = {}
    for contest_id in act.about.get("contests", "").split():
        _item, contest = state.find_contest(contest_id) or ({}, {"voters": []})
        voters |= dict.fromkeys(contest["voters"])
    for voter_class in voters:
        out = state.present[voter_class] - figures.redeemed[voter_class] + state.replaced[voter_class]
        if out > 0:
            name = reasons.class_name(state, voter_class)
            yield Text(
                f"{name}：实到 {state.present[voter_class]} 人，还有 {out} 人没有领票（投票开始后也可以领）",
                f"{name}: {out} of those present have not exchanged their slips yet (they still may)",
            )


def _of_closing(state: MeetingState, figures: Figures, _act: Act) -> Iterator[Text]:
    poll = state.open_poll
    if poll is None:
        return
    if (out := not_cast(state, figures, poll)) > 0:
        yield Text(f"还有 {out} 张票没有投。", f"{out} papers are not cast yet.")
    late = sum(figures.waiting[voter_class] for voter_class in {c for paper in poll.papers for c in paper.classes})
    present = sum(state.present[one] for one in state.classes) - sum(figures.redeemed.values())
    if late and present > 0:
        yield Text(f"实到人员中还有 {present} 人没有领票。", f"{present} of those present have exchanged no slip.")


def _of_collecting(state: MeetingState, figures: Figures, _act: Act) -> Iterator[Text]:
    if figures.asked:
        yield Text("已经向终端站收取，正在送来。", "The hubs were asked already and are sending.")
    elif state.open_poll is not None and (out := not_cast(state, figures, state.open_poll)) > 0:
        yield Text(f"还有 {out} 张票没有投。", f"{out} papers are not cast yet.")
    for hub in figures.not_delivered:
        if not hub.online:
            yield Text(
                f"终端站“{hub.name}”现在联系不上，恢复联系以后才能送票。",
                f"The hub “{hub.name}” is not heard of: it can deliver only when it is back.",
            )


def _of_closing_without_hubs(state: MeetingState, figures: Figures, act: Act) -> Iterator[Text]:
    left = figures.not_delivered
    lost = sum(hub.holds for hub in left)
    names = joined(Text(f"“{hub.name}” {hub.holds} 张", f"“{hub.name}” {hub.holds}") for hub in left)
    if lost:
        yield Text(
            f"将有 {lost} 张已经投出的选票丢失，不计票（{names.zh}）。",
            f"{lost} ballots that people have cast will be lost and not counted ({names.en}).",
        )
    if any(not hub.online for hub in left):
        away = joined(Text.same(f"“{hub.name}”") for hub in left if not hub.online)
        yield Text(
            f"{away.zh}联系不上：数字是最后一次报告的，实际可能更多。",
            f"{away.en}: not heard of lately. The numbers are the last that were reported; there may be more.",
        )
    elif not lost:
        yield Text(
            "终端站报告没有存票，但还没有确认不再收票。",
            "The hubs say that they hold none, but not yet that they take no more.",
        )
    yield from _of_closing(state, figures, act)


def _of_box(state: MeetingState, figures: Figures, act: Act) -> Iterator[Text]:
    poll = state.polls.get(act.about.get("poll", ""))
    if poll is None:
        return
    for paper in poll.papers:
        for voter_class in paper.classes:
            if (paper.hash, voter_class) in figures.first_counts:
                name = reasons.class_name(state, voter_class)
                yield Text(
                    f"“{paper.contest['title']}”{name}的纸质票只有一名计票人录入，开箱后不能再补",
                    f"“{paper.contest['title']}”, {name}: only one teller has entered paper ballots; later is too late",
                )
    yield Text(
        "有纸质票的，请先在“纸质票”页由两名计票人录入。",
        "If there are paper ballots, two tellers enter them before this, on the page “Paper”.",
    )


def _of_end(state: MeetingState, _figures: Figures, _act: Act) -> Iterator[Text]:
    for item in state.items:
        for contest in item["contests"]:
            rounds = state.rounds.get(contest["id"], [])
            if not rounds:
                yield Text(f"“{contest['title']}”没有投票", f"“{contest['title']}” was not polled")
            elif possible.has_a_round(state, contest["id"]):
                yield Text(f"“{contest['title']}”还应再次投票", f"“{contest['title']}” is to be polled again")
            elif rounds[-1]["next"] == "committee-decides" and rounds[-1]["round"] not in state.decisions.get(
                contest["id"], {}
            ):
                yield Text(f"“{contest['title']}”还没有作出决定", f"“{contest['title']}” is not decided")
            elif not reasons.told(state, contest["id"]):
                mode = MODES[item["announce"]]
                yield Text(
                    f"“{contest['title']}”还没有公布（{mode.zh}）", f"“{contest['title']}”: nobody told ({mode.en})"
                )
    for definition in (one for place in (state.meeting, *state.items) for one in place["inputs"]):
        if definition["id"] not in state.inputs:
            yield Text(f"“{definition['title']}”还没有录入", f"“{definition['title']}” is not entered")


def _of_announcing(state: MeetingState, _figures: Figures, act: Act) -> Iterator[Text]:
    if act.about.get("to") in ("hall", "public"):
        yield Text("大屏和参会人员的手机将显示结果。", "The screen and everybody's phones will show the result.")
    if act.about.get("to") == "subject":
        yield Text("每个人只看本人的结果。", "Each person sees his or her own result only.")


_WARNINGS: Final = {
    "open": _of_opening,
    "collect": _of_collecting,
    "close": _of_closing,
    "close-without-hubs": _of_closing_without_hubs,
    "open-box": _of_box,
    "close-meeting": _of_end,
    "announce": _of_announcing,
}
