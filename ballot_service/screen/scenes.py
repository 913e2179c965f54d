"""Which scene the screen shows now, and what stands on it.

The last thing that happened decides: a step of an item, a poll's opening, close or end, an announcement to the hall.
What may be told of a poll is asked of `ballot_service.disclosure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ballot_service.disclosure import Detail, Viewer, cut, detail, standing
from ballot_service.meetings.naming import Say
from ballot_service.meetings.state import Json, MeetingState, Poll
from ballot_service.screen import words
from ballot_service.screen.agenda import agenda
from ballot_service.screen.progress import Progress
from ballot_service.screen.rounds import CheckedRounds, CountDiffers
from ballot_service.screen.tables import Told, tables
from verify import rules

TURNING = ("step", "poll-open", "poll-close", "poll-void", "box-open", "announce")
"""Entries that change what the screen is about; an announcement only when it is to the hall."""
MOST_LETTERS = 84  # of questions above a poll: what fits between its title and large figures
GAP = 2  # letters between two questions


@dataclass(frozen=True)
class Seen:
    """What the screen is made from: one state of a ledger, and what is not in the ledger yet."""

    state: MeetingState
    turns: Sequence[Json]  # entries of the types in TURNING, in order
    progress: Progress | None  # of the open poll
    cards: int  # that released their share of the box of the poll that is spoken of
    terminals: bool  # whether people may vote at the venue's terminals, too
    head: Json  # origin, size, root, words of the newest signed head


def scene(seen: Seen, rounds: CheckedRounds) -> Json:
    """The scene, as JSON for the page."""
    say = words.speaker(seen.state)
    try:
        made = _scene(say, seen, rounds)
    except CountDiffers:
        made = _stopped(say)
    attendance = _attendance(say, seen.state)
    return {"attendance": attendance, "lines": [], "counts": [], "figures": [], "tables": [], "agenda": [], **made}


def poll_spoken_of(state: MeetingState, turns: Sequence[Json]) -> Poll | None:
    """The poll that the last turn speaks of."""
    turn = _last_turn(turns)
    return state.polls[turn["poll"]] if turn is not None and "poll" in turn else None


def _scene(say: Say, seen: Seen, rounds: CheckedRounds) -> Json:
    state = seen.state
    if state.closed:
        return _ended(say, seen)
    turn = _last_turn(seen.turns)
    if turn is None:
        return _waiting(say, seen)
    if turn["type"] == "announce":
        return _announced(say, state, turn["contests"], rounds)
    if turn["type"] == "step":
        return _step(say, state, turn)
    poll = state.polls[turn["poll"]]
    by_phase: dict[str, Any] = {"open": _open, "closed": _closed, "opened": _opened, "void": _void}
    return {**_poll_header(say, state, poll), **by_phase[poll.phase](say, seen, poll, rounds)}


def _last_turn(turns: Sequence[Json]) -> Json | None:
    return next((one for one in reversed(turns) if one["type"] != "announce" or one["to"] == "hall"), None)


def _waiting(say: Say, seen: Seen) -> Json:
    return {
        "scene": "waiting",
        "status": say("会议准备中", "The meeting is about to begin"),
        "title": say("请核对这八个字", "Please compare these words"),
        "lines": [
            say(
                "手机上显示的字与大屏相同，再领取选票；不同的，请找监票人。",
                "Take your ballot papers only if your phone shows the same words. If not, ask a scrutineer.",
            )
        ],
        "words_large": True,
    }


def _step(say: Say, state: MeetingState, turn: Json) -> Json:
    item = next(one for one in state.items if one["id"] == turn["item"])
    subjects = {one["subject"]["id"]: one["subject"]["name"] for one in item["contests"] if one["subject"] is not None}
    step = words.step_name(say, turn["step"])
    about = f"{step}：{subjects[turn['subject']]}" if turn["subject"] in subjects else step
    return {
        "scene": "agenda",
        "status": about,
        "title": item["title"],
        "agenda": agenda(say, state, item["id"]),
    }


def _poll_header(say: Say, state: MeetingState, poll: Poll) -> Json:
    """Item, question, who votes."""
    items = {one["id"]: one for one in state.items}
    titles = list(dict.fromkeys(items[paper.item]["title"] for paper in poll.papers))
    questions = list(dict.fromkeys(_question(paper.contest) for paper in poll.papers))
    number = max(paper.round for paper in poll.papers)
    return {
        "title": words.listing(say, titles),
        "questions": [] if questions == titles else _fitting(say, questions),
        "round": say(f"第 {number} 轮", f"Round {number}") if number > 1 else "",
        "voters": words.voters(say, state, poll.papers),
    }


def _fitting(say: Say, questions: list[str]) -> list[str]:
    """As many as the screen has room for, and how many there are: nothing is cut off in silence."""
    shown: list[str] = []
    for one in questions:
        if sum(len(other) + GAP for other in shown) + len(one) > MOST_LETTERS:
            return [*shown, say(f"等 {len(questions)} 项", f"and more, {len(questions)} in all")]
        shown.append(one)
    return shown


def _question(contest: Json) -> str:
    return str(contest["subject"]["name"] if contest["subject"] is not None else contest["title"])


def _open(say: Say, seen: Seen, poll: Poll, _rounds: CheckedRounds) -> Json:
    figures = []
    if seen.progress is not None:
        figures.append(
            {
                "label": say("已收 / 应收", "in / due"),
                "number": str(seen.progress.returned),
                "of": str(seen.progress.due),
                "unit": say("张选票", "ballots"),
                "note": say("为保密，数字分批更新", "told in groups, to keep each vote secret"),
            }
        )
    where = say("请在自己的手机上填写选票并投出。", "Please fill in and cast your ballots on your phone.")
    if seen.terminals:
        where = say(
            "请用自己的手机或会场的投票终端填写选票并投出。",
            "Please fill in and cast your ballots on your phone or at a voting terminal.",
        )
    return {
        "scene": "poll",
        "status": say("正在投票", "Voting"),
        "lines": [where],
        "figures": figures,
    }


def _closed(say: Say, seen: Seen, poll: Poll, _rounds: CheckedRounds) -> Json:
    cards = seen.state.meeting["scrutineers"]
    lines = [
        say("手机正在自动查对选票是否都在票箱，请不要关闭页面。", "Phones check that each ballot is in the box."),
    ]
    if poll.objections:
        lines = [
            say(
                "有手机查出选票不在票箱。本次投票不能开箱，须作废后重投。",
                "A phone found its ballot missing. This box cannot be opened; the poll must be voided.",
            )
        ]
    figure = {
        "label": say("监票人开箱", "cards of scrutineers"),
        "number": str(min(seen.cards, cards["threshold"])),
        "of": str(cards["threshold"]),
        "unit": say("张监票卡", "cards"),
        "note": say(f"共 {cards['cards']} 张，凑齐 {cards['threshold']} 张才能开箱", f"of {cards['cards']} in all"),
    }
    return {
        "scene": "closed",
        "status": say("投票截止", "Voting has ended"),
        "lines": lines,
        "counts": _paper_counts(say, poll),
        "figures": [] if poll.objections else [figure],
    }


def _opened(say: Say, seen: Seen, poll: Poll, rounds: CheckedRounds) -> Json:
    """Counted, and not told to the hall."""
    for contest_id in {paper.contest_id for paper in poll.papers}:
        rounds.last(seen.state, contest_id)  # so that it is ready, and no count that differs waits to be announced
    stands = [standing(seen.state, paper.contest_id, paper.round) for paper in poll.papers]
    hall = any(rules.default_audience(one.mode) == "hall" for one in stands)
    if not hall and all(one.told for one in stands):
        title = seen.state.meeting["title"]
        return {"scene": "agenda", "status": say("会议议程", "Agenda"), "title": title, "questions": [], "voters": "",
                "round": "", "agenda": agenda(say, seen.state, None)}  # fmt: skip
    text = (
        say("计票完成，请等待宣布。", "Counted. Please wait for the announcement.")
        if hall
        else say(
            "计票完成。结果按规定报告，不在会场公布。", "Counted. The result is reported and not told in the hall."
        )
    )
    return {
        "scene": "counted",
        "status": say("计票完成", "Counted"),
        "lines": [text],
        "counts": _paper_counts(say, poll),
    }


def _void(say: Say, _seen: Seen, _poll: Poll, _rounds: CheckedRounds) -> Json:
    return {
        "scene": "void",
        "status": say("本次投票作废", "This poll is void"),
        "lines": [
            say(
                "已投的选票一律不计，也不开箱。需要时重新投票，以主持人宣布为准。",
                "No ballot of it counts, and its box stays shut. The host will say whether you vote again.",
            )
        ],
    }


def _announced(say: Say, state: MeetingState, contests: list[str], rounds: CheckedRounds) -> Json:
    told = []
    for contest_id in contests:
        found = state.find_contest(contest_id)
        assert found is not None
        item, contest = found
        last = rounds.last(state, contest_id)
        seen = detail(Viewer.HALL, standing(state, contest_id, last["round"]))
        shown = cut(contest, last, seen, min_class=state.meeting["min_class"])
        if seen >= Detail.RESULT and shown is not None:
            told.append(Told(item, contest, shown, state.decisions.get(contest_id, {}).get(last["round"])))
    titles = dict.fromkeys(one.item["title"] for one in told)
    return {
        "scene": "result",
        "status": say("结果", "Result"),
        "title": words.listing(say, titles),
        "tables": tables(say, told),
    }


def _ended(say: Say, seen: Seen) -> Json:
    return {
        "scene": "ended",
        "status": say("会议结束", "The meeting has ended"),
        "title": say("账本校验字，请抄入会议记录", "The ledger's head: please copy it into the minutes"),
        "head": {
            "words": seen.head["words"],
            "rows": [
                [say("账本行数", "Lines"), str(seen.head["size"])],
                [say("账本根哈希", "Root hash"), seen.head["root"]],
                [say("账本名称", "Ledger"), seen.head["origin"]],
            ],
        },
    }


def _stopped(say: Say) -> Json:
    return {
        "scene": "stopped",
        "status": say("暂停", "Stop"),
        "title": say("重新计票与账本记录不一致", "The recount differs from the ledger's record"),
        "lines": [
            say(
                "请不要宣布结果。请监票人核验账本。", "Do not announce anything. Scrutineers, please verify the ledger."
            )
        ],
    }


def _attendance(say: Say, state: MeetingState) -> list[list[str]]:
    """应到、实到 without observers, in total."""
    if not state.attendance_taken:
        return []
    counted = [name for name in state.classes if name not in state.observers]
    return [
        [say("应到", "Expected"), str(sum(state.expected[name] for name in counted))],
        [say("实到", "Present"), str(sum(state.present[name] for name in counted))],
    ]


def _paper_counts(say: Say, poll: Poll) -> list[list[str]]:
    """发出、收回 of all papers of a poll together, with those on paper once they are entered."""
    returned = sum(poll.cast.values())
    issued = 0
    for paper in poll.papers:
        for voter_class in paper.classes:
            counted = poll.paper_counts.get((paper.hash, voter_class))
            handed_out = 0 if counted is None else counted["handed_out"]
            returned += 0 if counted is None else sum(one["times"] for one in counted["ballots"])
            issued += rules.issued(
                redeemed=poll.redeemed_at_close[voter_class],
                replaced=poll.replaced_at_close[voter_class],
                recused=paper.recused.get(voter_class, 0),
                handed_out=handed_out,
            )
    counts = [[say("发出票", "Issued"), str(issued)], [say("收回票", "Returned"), str(returned)]]
    if len(poll.papers) > 1:
        counts.append([say("每人", "Each"), say(f"{len(poll.papers)} 张", f"{len(poll.papers)} papers")])
    return counts
