"""The report in the terminal: the verdict first, then every check, every count with its working, and what is not shown.

Text from the ledger is written by others: control and format characters in it are made visible before it is printed, so
that no title can move the cursor, colour a line or turn the writing direction. Chinese characters are two columns wide.
"""

import unicodedata
from typing import Any

from verify.prose import Prose
from verify.verdict import Judged
from verify.words import to_words

OUTCOMES = {
    "pass": Prose("通过", "pass"),
    "fail": Prose("未通过", "FAIL"),
    "not checked": Prose("未检查", "not checked"),
}

STATES = {
    "decided": Prose("已决定", "decided"),
    "undecided": Prose("未决定", "undecided"),
    "counted": Prose("已计票", "counted"),
    "not-polled": Prose("未投票", "not polled"),
}

REASONS = {
    "tie": Prose("末位同票", "a tie at the last seat"),
    "none": Prose("无人达到通过线", "nobody reached the line"),
    "too-few": Prose("达到通过线的人数不足", "too few reached the line"),
}

NEXT = {
    "none": Prose("", ""),
    "committee-decides": Prose("须由会议决定是否再次投票", "the committee decides whether to vote again"),
    "revote": Prose("再次投票", "vote again"),
    "ended": Prose("本项到此结束", "ended"),
}

COUNTS = {
    "expected": Prose("应到", "expected"),
    "present": Prose("实到", "present"),
    "issued": Prose("发出", "issued"),
    "returned": Prose("收回", "returned"),
    "invalid": Prose("无效", "invalid"),
    "valid": Prose("有效", "valid"),
    "abstain": Prose("弃权", "abstain"),
}

MARKS = ("approve", "oppose", "abstain")

NOT_SHOWN = Prose(
    "本报告不能说明的事：签发密钥、回执密钥和收票记录是否真的销毁；手机当时打开的是不是应有的页面；谁领了哪张凭条；"
    "服务器私下留存了什么。姓名、计票人、监票人等由服务器写入，本报告照录。",
    "What this does not show: that keys and intake were really destroyed; which page the phones were served; who held "
    "which slip; what the server kept for itself. Names of officers and tellers are those the server wrote down.",
)


def printable(text: object) -> str:
    """Text from a ledger, safe for a terminal: anything that is not a visible character or a space is spelled out."""
    return "".join(
        character if character == " " or _visible(character) else f"\\u{{{ord(character):x}}}"
        for character in str(text)
    )


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


def width(text: str) -> int:
    """Columns in a terminal: wide and full-width characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def pad(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


def render(judged: Judged, language: str) -> str:
    """The whole report, ending in a newline."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    lines: list[str] = []
    if judged.accepted and not judged.pinned:
        lines.append(
            say(
                "注意：没有用指纹或账本公钥核对来源，以下只说明文件本身前后一致。",
                "NOT PINNED: no fingerprint or ledger key was given; the file was only found to agree with itself.",
            )
        )
    lines.append(
        say("结论：接受", "VERDICT: accepted") if judged.accepted else say("结论：不接受", "VERDICT: not accepted")
    )
    if judged.meeting is not None and judged.fingerprint is not None:
        words = to_words(judged.fingerprint, language)
        lines += [
            f"{say('会议', 'meeting')}: {printable(judged.meeting['title'])} ({judged.meeting['id']})",
            f"{say('指纹', 'fingerprint')}: {words}",
            f"    {judged.fingerprint.hex()}",
            f"{say('记录', 'entries')}: {judged.entries}   {say('作废投票', 'void polls')}: {_figure(judged.voids)}   "
            f"{say('补发', 'replaced')}: {_figure(judged.replaced)}   "
            + (say("会议已结束", "closed") if judged.finished else say("会议未结束", "unfinished")),
        ]
        lines += [f"{say('注意', 'note')}: {one.in_(language)}" for one in _circumstances(judged)]
    lines += ["", say("检查", "Checks")]
    title_columns = max(width(one.check.title.in_(language)) for one in judged.outcomes)
    outcome_columns = max(width(one.in_(language)) for one in OUTCOMES.values())
    for one in judged.outcomes:
        title = pad(one.check.title.in_(language), title_columns)
        outcome = pad(OUTCOMES[one.outcome].in_(language), outcome_columns)
        lines.append(f"  {one.check.id}  {title}  {outcome}  {printable(one.detail.in_(language))}".rstrip())
    for contest_id, contest in judged.contests.items():
        lines += ["", *_contest(judged, contest_id, contest, language)]
    if judged.not_covered:
        lines += ["", say("没有覆盖到的", "Not covered")]
        lines += [f"  {printable(one)}" for one in judged.not_covered]
    lines += ["", NOT_SHOWN.in_(language)]
    return "\n".join(lines) + "\n"


def _circumstances(judged: Judged) -> list[Prose]:
    """How the meeting was held, where that weakens a promise: it follows the rules, and the reader should know."""
    assert judged.meeting is not None
    notes = []
    if judged.meeting["ceremony"] == "server":
        notes.append(
            Prose(
                "票箱钥匙由服务器生成，不排除开箱前有人提前看票",
                "the box keys were made on the server: early reading is not excluded",
            )
        )
    if judged.meeting["transport"] == "plain":
        notes.append(
            Prose(
                "会场使用明文网络：能改动网络数据的人可以替换手机上的页面",
                "the hall used plain HTTP: whoever alters traffic there can replace the page on a phone",
            )
        )
    for poll, classes in judged.small_groups.items():
        named = "、".join(classes)
        notes.append(
            Prose(
                f"投票 {poll} 中票种 {named} 领票人数少于规定，经两名负责人同意仍进行",
                f"poll {poll} was held although few of class {named} had redeemed a slip; two officers agreed",
            )
        )
    if judged.replaced:
        notes.append(
            Prose(
                f"补发 {judged.replaced} 次：已领的选票本不能收回，每次补发最多可能多出一张选票",
                f"{judged.replaced} replacements: a redeemed booklet cannot be revoked; each may hide a ballot",
            )
        )
    return notes


def _figure(number: int | None) -> str:
    return "?" if number is None else str(number)


def _contest(judged: Judged, contest_id: str, contest: dict[str, Any], language: str) -> list[str]:
    assert judged.meeting is not None
    written = next(one for item in judged.meeting["agenda"] for one in item["contests"] if one["id"] == contest_id)
    ballot = written["ballot"]
    names = {one["id"]: printable(one["name"]) for one in ballot.get("candidates", [])}
    lines = [f"{printable(written['title'])} ({contest_id})"]
    if not contest["rounds"]:
        lines.append(f"  {STATES['not-polled'].in_(language)}")
    for judged_round in contest["rounds"]:
        total = judged_round["counts"]["total"]
        first = Prose(f"第 {judged_round['round']} 轮", f"round {judged_round['round']}").in_(language)
        lines.append(f"  {first}: " + "  ".join(f"{COUNTS[one].in_(language)} {total[one]}" for one in COUNTS))
        if judged_round["quorum"] is not None:
            lines.append(f"    {Prose('法定人数', 'quorum').in_(language)}: {judged_round['quorum']['working']}")
        if ballot["kind"] == "approval":
            lines += _tally(judged_round, names, ballot["labels"])
        lines.append("    " + _conclusion(judged_round, names, language))
        for one in judged_round["proposals"]:
            due = f" ({one['due']})" if one["due"] else ""
            lines.append(f"    {Prose('待确认', 'to confirm').in_(language)}: {printable(one['text'])}{due}")
    return lines


def _tally(judged_round: dict[str, Any], names: dict[str, str], labels: dict[str, str]) -> list[str]:
    columns = max(width(name) for name in names.values())
    lines = []
    for candidate, marks in judged_round["tally"].items():
        counts = "  ".join(f"{printable(labels[mark])} {marks[mark]}" for mark in MARKS)
        workings = "  ".join(one["working"] for one in judged_round["judgements"] if one["candidate"] == candidate)
        lines.append(f"    {pad(names[candidate], columns)}  {counts}  {workings}".rstrip())
    return lines


def _conclusion(judged_round: dict[str, Any], names: dict[str, str], language: str) -> str:
    def listed(ids: list[str]) -> str:
        return "、".join(names.get(one, one) for one in ids) if ids else Prose("无", "none").in_(language)

    parts = [
        STATES[judged_round["state"]].in_(language),
        f"{Prose('达到通过线', 'passed').in_(language)}: {listed(judged_round['passed'])}",
    ]
    if judged_round["state"] != "counted":
        parts.append(f"{Prose('当选', 'elected').in_(language)}: {listed(judged_round['elected'])}")
    parts += [REASONS[one].in_(language) for one in judged_round["reasons"] if one in REASONS]
    follow_up = NEXT[judged_round["next"]].in_(language)
    return "; ".join([*parts, follow_up] if follow_up else parts)
