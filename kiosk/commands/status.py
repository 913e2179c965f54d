"""`ballot-kiosk status`: one page of text about a hub's folder; the hub may be running."""

from __future__ import annotations

import argparse
import shutil
import sqlite3
from collections.abc import Iterator
from typing import Any

from kiosk.commands.options import add_data
from kiosk.complaint import Complaint, Mistrust
from kiosk.folder import Folder
from kiosk.meeting import read_meeting
from kiosk.pairing import Pairing, read_pairing
from kiosk.start import MEETING
from kiosk.store import FILE, Phase, PollRow, Store

PHASES = {
    Phase.TAKING: "收票中 taking ballots",
    Phase.SHUT: "正在送出 sending",
    Phase.DELIVERED: "全部送达 delivered",
    Phase.SETTLED: "已了结 settled",
}


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "status",
        help="what a hub holds",
        description="Print what the hub of a data folder holds: meeting, ballots waiting and lost, room on the disk.",
        allow_abbrev=False,
    )
    add_data(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    folder = Folder(arguments.data)
    pairing = read_pairing(folder)
    if pairing is None or not folder.path(FILE).is_file():
        raise Complaint(
            f"{folder.root}：这里没有终端站", f"{folder.root}: there is no hub", "name its folder with --data"
        )
    for line in describe(folder, pairing):
        print(line)
    return 0


def describe(folder: Folder, pairing: Pairing) -> Iterator[str]:
    """The page, line by line. Raises: Complaint."""
    yield f"终端站 hub      {pairing.name}"
    yield f"服务器 server   {pairing.server}"
    line = folder.read(MEETING)
    try:
        meeting = None if line is None else read_meeting(line, pairing.meeting)
    except Mistrust:
        meeting = None
    if meeting is None:
        yield f"会议 meeting    {pairing.meeting}, 尚未核对 not checked yet"
    else:
        yield f"会议 meeting    {meeting.entry['title']}（{meeting.id}）"
        yield f"字词 words      {meeting.words('zh')} · {meeting.words('en')}"
    try:
        store = Store(folder, _no_bytes)
        try:
            yield f"选票本 booklets {'已销毁 destroyed' if store.over else store.count_booklets()}"
            for row in sorted(store.polls(), key=lambda one: one.poll):
                yield f"{row.poll:<15} {_poll(row)}"
        finally:
            store.close()
    except sqlite3.DatabaseError as error:
        raise Complaint(
            f"{FILE} 不能读取", f"{FILE} cannot be read: {type(error).__name__}", "check that the disk is whole"
        ) from None
    evidence = folder.names("evidence")
    if evidence:
        yield f"!!! 凭据 evidence {len(evidence)}, {folder.path('evidence')}"
    free = shutil.disk_usage(folder.root).free
    yield f"磁盘 disk free   {free // 1024**2} MiB"


def _poll(row: PollRow) -> str:
    if row.outbox is None:
        waiting = "" if row.phase is Phase.SETTLED else ", 密钥丢失 key lost"
        return f"{PHASES[row.phase]}{waiting}, 丢失 lost {row.lost}"
    lost = row.lost + row.outbox.refused
    return f"{PHASES[row.phase]}, 等待 waiting {len(row.outbox.waiting)}, 丢失 lost {lost}"


def _no_bytes(_count: int) -> bytes:
    raise RuntimeError("to look at a hub makes no keys")
