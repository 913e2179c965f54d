"""The check list before publishing: what will be made, who gets what, and what would go wrong in the hall.

`state`: ok, look (worth a second look), wrong (publishing would be refused, or phones could not vote).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from ballot_service.meetings.meeting_file import MeetingPlan
from ballot_service.slips.sheet import PER_PAGE

OK, LOOK, WRONG = "ok", "look", "wrong"
KEY_SECONDS = {2048: 0.25, 3072: 1.0, 4096: 3.0}  # to make one on two cores; rough
CONNECT_SECONDS = 1.5
_HERE_ONLY = ("127.0.0.1", "localhost", "::1")

Say = Callable[[str, str], str]


@dataclass(frozen=True)
class Line:
    """One line of the list: its state, what it is about, and what is so."""

    state: str
    about: str
    text: str


def check_list(plan: MeetingPlan, base_url: str, today: date, *, is_taken: bool, free: str, say: Say) -> list[Line]:
    """free: an id that is not taken. say: Chinese and English → the one that is shown."""
    return [
        *_meeting(plan, today, is_taken, free, say),
        *_classes(plan, say),
        *_contests(plan, say),
        *_cards(plan, say),
        *_address(plan, base_url, say),
        *_printing(plan, say),
    ]


def _meeting(plan: MeetingPlan, today: date, is_taken: bool, free: str, say: Say) -> Iterator[Line]:
    about = say("会议编号", "Meeting id")
    if is_taken:
        yield Line(
            WRONG, about,
            say(f"{plan.fields['id']} 已经发布过，请在第 1 步“高级设置”里改用 {free}",
                f"{plan.fields['id']} is published already: use {free}, under “For experts” in step 1"),
        )  # fmt: skip
    else:
        yield Line(OK, about, say(f"{plan.fields['id']}，没有用过", f"{plan.fields['id']}, not used before"))
    day = date.fromisoformat(plan.fields["date"])
    state = LOOK if day < today else OK
    past = say("，已经过去，请核对", ", which is past: please check") if day < today else ""
    yield Line(state, say("日期", "Date"), f"{plan.fields['date']}{past}")


def _classes(plan: MeetingPlan, say: Say) -> Iterator[Line]:
    reserve = plan.fields["reserve"]
    for one in plan.fields["classes"]:
        name = one["name"] + (say("（列席）", " (observers)") if one["observer"] else "")
        small = one["expected"] < plan.fields["min_class"]
        zh = f"应到 {one['expected']} 人；凭条 {one['expected']} 张，备用 {reserve[one['id']]} 张"
        en = f"{one['expected']} expected; as many slips, {reserve[one['id']]} spare"
        if small:
            zh += f"。不足 {plan.fields['min_class']} 人，只能投同意、不同意的票"
            en += f". Fewer than {plan.fields['min_class']}: for and against only"
        elif reserve[one["id"]] == 0:
            zh += "。没有备用凭条：凭条污损就补不上，建议留几张"
            en += ". No spare ones: a damaged slip cannot be replaced"
        yield Line(LOOK if small or not reserve[one["id"]] else OK, name, say(zh, en))
        if not any(one["id"] in contest["voters"] for item in plan.fields["agenda"] for contest in item["contests"]):
            yield Line(LOOK, name, say("没有一个议题让这个票种投票，请核对", "no item lets it vote: please check"))


def _contests(plan: MeetingPlan, say: Say) -> Iterator[Line]:
    for item in plan.fields["agenda"]:
        names = {one["id"]: one["name"] for one in plan.fields["classes"]}
        voters = say("、", ", ").join(
            names[name] for name in names if any(name in one["voters"] for one in item["contests"])
        )
        count = len(item["contests"])
        zh = f"{count} 张票，由{voters}投" + ("；超过 40 张，填一次要很久，可以分成几个议题" if count > 40 else "")
        en = f"{count} ballots, for {voters}" + ("; that is long to fill in: split it" if count > 40 else "")
        yield Line(LOOK if count > 40 else OK, item["title"], say(zh, en))
    keys = plan.pages * len(plan.fields["classes"])
    seconds = max(1, round(keys * KEY_SECONDS[plan.rsa_bits]))
    zh = f"每本 {plan.pages} 页，票箱 {plan.boxes} 个（含试验票箱）；生成 {keys} 把签名密钥，约 {seconds} 秒"
    en = f"{plan.pages} pages each, {plan.boxes} boxes with the test box; {keys} keys, about {seconds} s"
    sizes = [len(item["contests"]) for item in plan.fields["agenda"]]
    spare, largest = plan.pages - sum(sizes), max(sizes, default=0)
    if spare < largest:
        zh += f"。备用只有 {spare} 页：含 {largest} 张票的议题如果作废，整项不够再投一次，"
        zh += f"可在第 1 步“高级设置”里把备用页改成 {largest}"
        en += f". Only {spare} pages are spare: an item of {largest} that is void cannot be held again whole; "
        en += f"step 1, advanced: make it {largest}"
    yield Line(LOOK if spare < largest else OK, say("选票本和票箱", "Booklets and boxes"), say(zh, en))


def _cards(plan: MeetingPlan, say: Say) -> Iterator[Line]:
    cards, needed = plan.cards, plan.threshold
    zh, en, state = f"{cards} 张，{needed} 张合用才能开箱", f"{cards}, of which {needed} open a box", OK
    if needed == 1:
        state = LOOK
        zh += "。一个人就能开箱：投票截止前也能看到票，建议至少 2 张"
        en += ". One person alone can open a box, before the close too: 2 are better"
    elif needed == cards:
        state = LOOK
        zh += "。丢一张就再也开不了箱，建议多做一张"
        en += ". When one is lost no box can be opened: make one more"
    yield Line(state, say("监票卡", "Scrutineers' cards"), say(zh, en))


def _address(plan: MeetingPlan, base_url: str, say: Say) -> Iterator[Line]:
    about = say("手机访问的网址", "Address for phones")
    parts = urlsplit(base_url)
    if parts.hostname in _HERE_ONLY:
        yield Line(
            WRONG, about,
            say(f"{base_url} 只有这台机器自己能打开，手机打不开。请用会场网络的地址重新启动服务（设置 base_url）",
                f"{base_url} can be reached from this machine only: restart the service with the hall's address"),
        )  # fmt: skip
    elif not _answers(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)):
        yield Line(
            LOOK, about,
            say(f"{base_url} 现在连不上，请在会场里用手机试开一次", f"{base_url} does not answer: try a phone"),
        )  # fmt: skip
    else:
        yield Line(OK, about, say(f"{base_url}，能连上", f"{base_url} answers"))
    if plan.transport == "https" and parts.scheme != "https":
        yield Line(
            WRONG, say("网页传送", "Transport"),
            say("会议写的是加密传送(https)，服务的网址却不是。请给服务配证书，或者在“高级设置”里改成不加密",
                "the meeting says https, the service's address does not: install a certificate, or choose plain"),
        )  # fmt: skip
    elif plan.transport == "plain":
        yield Line(
            LOOK, say("网页传送", "Transport"),
            say("不加密：会场网络里有坏人的话，可能换掉网页。参会卡上会写明",
                "not encrypted: somebody on the hall's network could replace the page; the card says so"),
        )  # fmt: skip


def _printing(plan: MeetingPlan, say: Say) -> Iterator[Line]:
    ordinary = sum(one["expected"] for one in plan.fields["classes"])
    spare = sum(plan.fields["reserve"].values())
    sheets = sum(
        -(-count // PER_PAGE)
        for one in plan.fields["classes"]
        for count in (one["expected"], plan.fields["reserve"][one["id"]])
    )
    yield Line(
        OK, say("打印", "Printing"),
        say(f"凭条 {ordinary} 张、备用 {spare} 张，A4 纸 {sheets} 页；监票卡 {plan.cards} 张，A6；参会卡 A5，人手一张。"
            "用连在自己电脑上的打印机，缩放 100%；发布以后要当场打印，先试打一页普通文件",
            f"{ordinary} slips, {spare} spare, {sheets} sheets of A4; {plan.cards} cards, A6; participants' cards, A5. "
            "Use a printer of your own at 100 %; print at once after publishing, and try the printer first"),
    )  # fmt: skip
    yield Line(
        OK, say("谁拿什么", "Who gets what"),
        say("凭条：裁开、打乱，参会人员入场时自己抽，不记名；备用凭条放服务台。监票卡：当面交给监票人本人。"
            "参会卡：入场时发给每个人",
            "Slips: cut, shuffled, drawn by everybody at the door; spare ones stay at the desk. Cards: to the "
            "scrutineers in person. Participants' cards: to everybody"),
    )  # fmt: skip


def _answers(host: str, port: int) -> bool:
    """Whether something listens there; nothing is sent."""
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False
