"""Texts in both languages, side by side, so that neither falls behind; and the words for what ids stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ballot_service.meetings.naming import FRACTIONS
from verify import rules


@dataclass(frozen=True)
class Text:
    """One text: Chinese first."""

    zh: str
    en: str

    @classmethod
    def same(cls, text: str) -> Text:
        """A name that somebody wrote: it is not translated."""
        return cls(text, text)

    def __add__(self, other: Text) -> Text:
        return Text(self.zh + other.zh, self.en + other.en)


def joined(texts: Iterable[Text]) -> Text:
    """甲、乙"""
    given = list(texts)
    return Text("、".join(one.zh for one in given), ", ".join(one.en for one in given))


STEPS: Final = {
    "report": Text("汇报", "report"),
    "question": Text("质询", "questions"),
    "introduce": Text("介绍", "introduction"),
    "deliberate": Text("酝酿", "deliberation"),
    "speak": Text("逐一发言", "everyone speaks"),
    "chief-last": Text("末位表态", "the chief speaks last"),
    "inspection": Text("考察测评已完成", "inspection done"),
}
AUDIENCES: Final = {
    "hall": Text("当场宣布", "announce in the hall"),
    "public": Text("向社会公布", "publish"),
    "committee": Text("报告党委", "report to the committee"),
    "subject": Text("反馈本人", "tell each person his or her own result"),
    "scope": Text("在一定范围内公布", "publish within a limited scope"),
}
TOLD: Final = {
    "hall": Text("已当场宣布", "announced in the hall"),
    "public": Text("已向社会公布", "published"),
    "committee": Text("已报告党委", "reported to the committee"),
    "subject": Text("已反馈本人", "told to the person"),
    "scope": Text("已在一定范围内公布", "published within a limited scope"),
}
MODES: Final = {
    "on-spot": Text("当场宣布结果", "announced on the spot"),
    "report-then-feedback": Text(
        "先报告党委，再反馈本人；不在会场公布", "to the committee, then to the person; not here"
    ),
    "publish": Text("当场宣布并公布", "announced here and published"),
    "limited-later": Text("报党委同意后，在一定范围内公布", "to the committee, then within a limited scope"),
    "internal": Text("只报告党委，不公布", "to the committee only"),
}
MARKS: Final = {
    "approve": Text("同意", "approve"),
    "oppose": Text("不同意", "oppose"),
    "abstain": Text("弃权", "abstain"),
}
REASONS: Final = {
    "tie": Text("得票相同", "a tie"),
    "none": Text("无人过线", "nobody reached the line"),
    "too-few": Text("过线人数少于应选名额", "fewer reached the line than seats"),
}
BASES: Final = {
    "expected": Text("应到", "those expected"),
    "present": Text("实到", "those present"),
    "issued": Text("发出票", "papers issued"),
    "returned": Text("收回票", "papers returned"),
    "valid": Text("有效票", "valid papers"),
    "scored": Text("有评价的票", "papers with an assessment"),
}
COUNTS: Final = {
    "expected": Text("应到", "expected"),
    "present": Text("实到", "present"),
    "issued": Text("发出", "issued"),
    "returned": Text("收回", "returned"),
    "invalid": Text("无效", "invalid"),
    "valid": Text("有效", "valid"),
    "abstain": Text("弃权", "abstain"),
    "unknown": Text("不了解", "unknown"),
}
ENTRIES: Final = {  # what a line of the ledger records, for "meanwhile …"
    "attendance": Text("登记实到人数", "who is present"),
    "expected-change": Text("更正应到人数", "a corrected number expected"),
    "step": Text("登记议程环节", "a step of the agenda"),
    "slip-change": Text("服务台处理凭条", "a slip at the desk"),
    "item": Text("增加议题", "an added item"),
    "poll-open": Text("开始投票", "a poll opened"),
    "poll-close": Text("截止投票", "a poll closed"),
    "poll-void": Text("投票作废", "a poll voided"),
    "objection": Text("手机提出异议", "an objection of a phone"),
    "paper-count": Text("录入纸质票", "paper ballots entered"),
    "witness-waived": Text("免除见证", "witnesses waived"),
    "result": Text("开箱计票", "a box opened and counted"),
    "announce": Text("公布结果", "an announcement"),
    "decision": Text("作出决定", "a decision"),
    "input": Text("录入数据", "an attested figure"),
    "closed": Text("会议结束", "the end of the meeting"),
}


def share(number: Fraction) -> Text:
    """半数、三分之二、70%: a fraction as people say it."""
    written = rules.format_exact(number)
    if written in FRACTIONS:
        return Text(*FRACTIONS[written])
    if number.denominator == 1:
        return Text(f" {written} 倍", f"{written} times")
    percent = number * 100
    if percent.denominator == 1:
        return Text(f" {percent}%", f"{percent}%")
    return Text(f" {written}", written)
