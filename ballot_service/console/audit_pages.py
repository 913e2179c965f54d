"""The record of acts, for those who may read it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from ballot_service.console.asking import officer, require
from ballot_service.console.audit import DONE, MAX_SHOWN, Shown, as_csv
from ballot_service.console.recording import name_act
from ballot_service.console.roles import Permission, may
from ballot_service.console.shell import officer_pages, page
from ballot_service.errors import IN_CHINESE, Refused
from ballot_service.routing import service

ACTS = {
    "log-in": "登录",
    "pages.leave": "退出",
    "log-out": "退出",
    "set-password": "设置密码",
    "accounts.change-password": "修改密码",
    "pages.confirm-again": "再次确认身份",
    "accounts.end-session": "结束登录",
    "account-created": "新建账户",
    "account-changed": "修改账户",
    "account-link": "生成登录链接",
    "accounts.create": "新建账户",
    "accounts.change": "修改账户",
    "accounts.link": "生成登录链接",
    "audit-export": "导出操作记录",
    "publish": "发布会议",
    "ledger": "下载账本",
    "document": "取用文书",
    "control": "查看进度",
    "result": "计票结果",
    "proposed": "查看后续事项",
    "attendance": "登记实到人数",
    "expected-change": "更正应到人数",
    "expected": "更正应到人数",
    "step": "登记步骤",
    "steps": "登记步骤",
    "slip-change": "凭条处理",
    "slip-changes": "凭条处理",
    "desk.change": "凭条处理",
    "desk.look": "查验凭条",
    "recusals": "登记回避",
    "paper": "印发选票",
    "poll-open": "开始投票",
    "open-poll": "开始投票",
    "collect": "收取终端站选票",
    "poll-close": "截止投票",
    "close-poll": "截止投票",
    "poll-void": "投票作废",
    "void-poll": "投票作废",
    "paper-count": "录入纸质票",
    "paper-counts": "录入纸质票",
    "paper.count": "录入纸质票",
    "hubs.pair": "生成终端站配对码",
    "hub-paired": "终端站配对",
    "hubs.remove": "移除终端站",
    "box-open": "开箱计票",
    "open-box": "开箱计票",
    "decision": "登记决定",
    "decisions": "登记决定",
    "announce": "宣布结果",
    "announcements": "宣布结果",
    "input": "录入数据",
    "inputs": "录入数据",
    "item": "增加事项",
    "items": "增加事项",
    "witness-waived": "免除见证",
    "waive": "免除见证",
    "closed": "结束会议",
    "close-meeting": "结束会议",
    "run.act": "会议运行",
    "prepare.begin": "新建草稿",
    "prepare.take-file": "导入会议文件",
    "prepare.copy-meeting": "复制会议",
    "prepare.copy-draft": "复制草稿",
    "prepare.delete": "删除草稿",
    "prepare.save-basics": "修改草稿",
    "prepare.change-agenda": "修改草稿",
    "prepare.save-item": "修改草稿",
    "prepare.rehearse": "演练",
    "prepare.begin-publishing": "发布会议",
    "prepare.again": "返回检查",
    "prepare.printed": "删除打印文件",
}
"""What the acts are called. One that is not here, such as a page's of another part, is shown by its own name."""


def audit_pages() -> Blueprint:
    """`/audit`, `/audit.csv`."""
    pages = officer_pages("audit")

    @pages.get("/audit")
    def shown() -> Response:
        meetings, chosen = _readable()
        return page(
            "audit.html",
            rows=_rows(meetings, chosen),
            names=service().accounts.names(),
            meetings=_choices(meetings),
            chosen=chosen,
            acts=ACTS,
            codes=IN_CHINESE,
            done_word=DONE,
            local=_local,
            most=MAX_SHOWN,
        )

    @pages.get("/audit.csv")
    def as_file() -> Response:
        meetings, chosen = _readable()
        rows = _rows(meetings, chosen)
        name_act("audit-export", meeting=chosen)
        response = Response(as_csv(rows, service().accounts.names()), mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return response

    return pages


def _readable() -> tuple[frozenset[str] | None, str]:
    """The meetings whose rows the officer may read, None for everything; and the one that was asked for.

    Raises: Refused (not-found, not-allowed).
    """
    asking, chosen = officer(), request.args.get("meeting", "")[:64]
    if asking.may(Permission.AUDIT):
        return None, chosen
    mine = frozenset(meeting for meeting, roles in asking.meetings.items() if may(roles, Permission.AUDIT))
    if not mine:
        raise Refused("not-allowed", "your role does not include this", zh="您的角色没有这项权限")
    if chosen:
        require(Permission.AUDIT, chosen)
    return mine, chosen


def _rows(meetings: frozenset[str] | None, chosen: str) -> list[Shown]:
    wanted: Collection[str] | None = {chosen} if chosen else meetings
    return service().audit.read(wanted)


def _local(at: str) -> str:
    """A time of the record in the time zone of the machine; a date alone stays as it is."""
    if len(at) == len("2026-12-18"):
        return at
    return datetime.strptime(at, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _choices(meetings: frozenset[str] | None) -> list[str]:
    return sorted(service().audit.meetings() if meetings is None else meetings)
