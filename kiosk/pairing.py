"""Pairing: a code shown once in the console becomes the token by which the server knows this hub.

The code is spent by its first use; the token is written before anything else happens, so that a hub which is switched
off later goes on without a code. Contract: docs/api.md, `POST /api/v1/hubs`.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field

from kiosk.complaint import Complaint
from kiosk.folder import Folder
from kiosk.remote import ID, NoAnswer, Refused, Server

FILE = "pairing.json"
_CODE = re.compile(r"[0-9A-Z]{10}", re.ASCII)
_NEW_CODE = "make a new code on the console's page of hubs (终端站); a code is good for 15 minutes and for one use"


@dataclass(frozen=True)
class Pairing:
    """Who this hub is to which server."""

    server: str  # scheme and host
    hub: str
    meeting: str
    name: str  # as the officer named it, e.g. 一楼会议室
    token: str = field(repr=False)


def read_pairing(folder: Folder) -> Pairing | None:
    """None where this folder was never paired. Raises: Complaint."""
    try:
        stored = folder.read_json(FILE)
        return None if stored is None else Pairing(**stored)
    except (ValueError, TypeError):
        raise Complaint(
            f"{folder.path(FILE)} 已损坏", f"{folder.path(FILE)} is damaged", "pair again with a new --data folder"
        ) from None


def pair(server: Server, code: str, folder: Folder, *, meeting: str | None = None) -> Pairing:
    """Spend the code and keep the token. meeting: the one this folder belongs to already, if any.

    Raises: Complaint, OSError.
    """
    try:
        answer = server.post("/hubs", {"code": normal_code(code)})
    except Refused as refused:
        raise _complaint(refused) from None
    except NoAnswer as error:
        raise Complaint(
            f"连不上服务器 {server.url}",
            f"{server.url} does not answer: {error}",
            "check the address and the cable; where the answer was lost on its way the code is spent: make a new one",
        ) from None
    try:
        hub, meeting_id, name, token = (str(answer[each]) for each in ("hub", "meeting", "name", "token"))
    except KeyError as error:
        raise Complaint("配对的答复不完整", f"the answer to pairing is without {error}", _NEW_CODE) from None
    paired = Pairing(server.url, hub, meeting_id, name, token)
    if not re.fullmatch(ID, paired.meeting):
        raise Complaint("配对的答复不对", "the answer to pairing names no meeting", _NEW_CODE)
    if meeting is not None and paired.meeting != meeting:
        raise Complaint(
            f"这个文件夹属于会议 {meeting}，配对码属于会议 {paired.meeting}",
            f"this folder belongs to meeting {meeting}, the code to meeting {paired.meeting}",
            "name a new folder with --data, and make a new code: this one is spent",
        )
    folder.write(json.dumps(asdict(paired), ensure_ascii=False).encode(), FILE)
    return paired


def normal_code(text: str) -> str:
    """As the console shows it, `K7QM2-XPD4T`; case, dashes and spaces do not matter. Raises: Complaint."""
    code = re.sub(r"[\s-]", "", text).upper()
    if not _CODE.fullmatch(code):
        raise Complaint(
            "配对码应为 10 个字符", "a pairing code has 10 letters and digits, as K7QM2-XPD4T", _NEW_CODE, status=2
        )
    return f"{code[:5]}-{code[5:]}"


def _complaint(refused: Refused) -> Complaint:
    if refused.code == "not-allowed":
        return Complaint("配对码不对、已用过或已过期", "the pairing code is wrong, used, or too old", _NEW_CODE)
    if refused.code == "rate-limited":
        return Complaint("尝试次数太多", "too many wrong codes", "wait a quarter of an hour, then make a new code")
    return Complaint(
        "服务器拒绝配对", f"the server refuses to pair: {refused.code}", "is this the address of a ballot service?"
    )
