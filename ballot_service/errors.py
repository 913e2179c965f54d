"""Refusals: what the service says when it will not do something, and nothing has changed.

Each code has exactly one HTTP status, listed in docs/api.md. A message is one line that says what is wrong, where,
and what to do; it never holds a token, a key, an address or a choice.
"""

from __future__ import annotations

from typing import Final

STATUS: Final[dict[str, int]] = {
    # publishing
    "bad-meeting-file": 422,
    "bad-ceremony": 422,
    "class-too-small": 409,
    "ratio-too-small": 422,
    "barred-nominee": 422,
    "already-published": 409,
    # polls, in the order they are tried
    "not-published": 404,
    "poll-open": 409,
    "not-admitted": 409,
    "no-decision": 409,
    "round-limit": 409,
    "step-missing": 409,
    "attendance-missing": 409,
    "more-slips-than-present": 409,
    "quorum-not-held": 409,
    "no-page-left": 409,
    "no-box-left": 409,
    # the rest of a meeting
    "ad-hoc-cadre-item": 409,
    "more-than-expected": 409,
    "slip-used": 409,
    "ballot-differs": 409,
    "ballot-invalid": 400,
    "poll-closed": 410,
    "share-wrong": 409,
    "shares-missing": 409,
    "too-early": 425,
    "objection-open": 409,
    "witness-missing": 409,
    "nothing-to-decide": 409,
    "input-invalid": 422,
    "counts-differ": 409,
    "hub-waiting": 409,
    "announce-not-allowed": 409,
    "meeting-closed": 409,
    # requests as such
    "not-found": 404,
    "wrong-method": 405,
    "not-allowed": 403,
    "rate-limited": 429,
    "too-large": 413,
    "bad-request": 400,
    "unavailable": 503,
    "internal": 500,
}


IN_CHINESE: Final[dict[str, str]] = {
    "bad-meeting-file": "会议文件有错误",
    "class-too-small": "该类人员太少，投票结果无法保密",
    "ratio-too-small": "候选人数达不到规定的差额比例",
    "barred-nominee": "被提名人在会议当日仍在影响期内，不得提名",
    "bad-ceremony": "票箱公开部分与会议不符",
    "already-published": "同一编号的会议已经发布",
    "not-published": "会议尚未发布完成，请重新发布",
    "poll-open": "有一轮投票正在进行或尚未开箱，请先办结",
    "not-admitted": "该事项不在议程之内，或者提出该事项的动议没有通过",
    "no-decision": "尚未决定是否再次投票",
    "round-limit": "该事项不能再投下一轮",
    "step-missing": "前面还有必经步骤没有登记",
    "attendance-missing": "尚未登记实到人数",
    "more-slips-than-present": "已领票数或票数多于实到人数",
    "quorum-not-held": "实到人数不足法定人数",
    "no-page-left": "票页已经用完",
    "no-box-left": "票箱已经用完",
    "ad-hoc-cadre-item": "会议期间不得临时增加干部事项",
    "more-than-expected": "实到人数多于应到人数",
    "slip-used": "凭条无效，或者已经使用",
    "ballot-differs": "这一票已经投出，以先投的为准",
    "ballot-invalid": "选票校验不通过",
    "poll-closed": "这一轮投票已经截止",
    "share-wrong": "监票卡与票箱不符",
    "shares-missing": "到场的监票卡不足，不能开箱",
    "too-early": "时候未到：投票还没有截止，或者各手机还在核对",
    "objection-open": "有手机证明自己的选票不在票箱内，请先处理",
    "witness-missing": "截止记录还没有见证方签名",
    "nothing-to-decide": "上一轮结果不需要作出决定",
    "input-invalid": "没有这一项数据，或者数值不合要求",
    "counts-differ": "两名计票人的数字不一致，两次都不作数，请重新清点",
    "hub-waiting": "终端站的选票还没有送到",
    "announce-not-allowed": "不能这样宣布：尚未计票，或者宣布的顺序、范围与规定不符",
    "meeting-closed": "会议已经结束，账本不能再增加内容",
    "not-found": "没有找到",
    "wrong-method": "这个地址不接受这种请求",
    "not-allowed": "没有这项权限",
    "rate-limited": "操作过于频繁，请稍候再试",
    "too-large": "内容过大",
    "bad-request": "填写的内容不合要求",
    "unavailable": "暂时无法保存，没有作任何改动，请再试一次",
    "internal": "服务器出错，没有作任何改动，请再试一次",
}
"""What each code says to a person who reads Chinese, where the place that refuses has no words of its own."""


class Refused(Exception):
    """The service refuses; nothing has changed. `code` is one of `STATUS`.

    message: in English, for programs and logs too. zh: the same for people, in Chinese, beside it; without it the
    general sentence of the code is shown.
    """

    def __init__(self, code: str, message: str, *, zh: str = "", problems: list[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = STATUS[code]
        self.message = message
        self.zh = zh
        self.problems = problems or []

    def said(self, language: str) -> str:
        """The message in `zh` or `en`."""
        return self.message if language == "en" else self.zh or IN_CHINESE[self.code]


class CannotStart(Exception):
    """The installation is not in a state in which it may serve; the message says what to do."""
