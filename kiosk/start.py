"""From a data folder, and perhaps a code, to a hub that may serve: everything is checked before anything is served.

In this order: pairing, the meeting's entry 0 with its place in the signed ledger, the words somebody compared, the
files of the voters' page, the issuer keys. What was checked once stands in the folder, so that a hub switched on again
while the server is away goes on with what it has; where the server answers, it is held against that.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from crypto.errors import CryptoError
from crypto.words import words_to_prefix
from kiosk.client_files import load_client
from kiosk.complaint import Complaint, Mistrust
from kiosk.folder import Folder
from kiosk.hub import Hub
from kiosk.issuers import load_issuers
from kiosk.meeting import Ledger, Meeting, check_head, read_meeting
from kiosk.pairing import Pairing, pair, read_pairing
from kiosk.remote import NoAnswer, Refused, Server
from kiosk.store import Store
from kiosk.telling import Teller

MEETING = "meeting.line"


def make_hub(
    folder: Folder,
    *,
    server_url: str | None,
    code: str | None,
    words: str | None,
    teller: Teller,
    clock: Callable[[], float] = time.monotonic,
) -> Hub:
    """A hub over a folder that is made and held. words: the fingerprint as somebody typed it.

    Raises: Complaint, OSError.
    """
    prefix = None if words is None else read_words(words)
    folder.erase_unfinished()
    store = Store(folder, secrets.token_bytes)  # before the code is spent: a folder that takes no file shows now
    store.erase_spent_keys()
    pairing = read_pairing(folder)
    server = Server(_server_url(pairing, server_url))
    if pairing is None:
        if code is None:
            raise Complaint(
                "还没有配对", "this folder is not paired yet", "give --pairing CODE, as the console shows it", status=2
            )
        pairing = pair(server, code, folder)
    elif code is not None and not knows(server, pairing):
        pairing = pair(server, code, folder, meeting=pairing.meeting)
    try:
        meeting = _meeting(folder, server, pairing, prefix)
        client = load_client(meeting, folder, server)
        issuers = load_issuers(meeting, folder, server)
    except Mistrust as error:
        raise Complaint(error.zh, error.en, "serve nothing from this server; show this to the supervisor") from None
    except Refused as refused:
        raise Complaint(
            "服务器拒绝了请求", f"the server refuses: {refused.code}: {refused.message}", "check --server"
        ) from None
    except NoAnswer as error:
        raise Complaint(
            f"连不上服务器 {server.url}",
            f"{server.url}: {error}",
            "check address and cable, then start again: no new code is needed",
        ) from None
    return Hub(pairing, meeting, client, issuers, folder=folder, store=store, server=server, teller=teller, clock=clock)


def read_words(text: str) -> bytes:
    """The first 11 bytes of a fingerprint. Raises: Complaint."""
    try:
        return words_to_prefix(text)
    except CryptoError as error:
        raise Complaint(
            "会议指纹应为八个字词",
            f"--fingerprint: {error}",
            "type the eight words as the hall's screen shows them",
            status=2,
        ) from None


def knows(server: Server, pairing: Pairing) -> bool:
    """Whether the server still knows this hub's token, or cannot be asked."""
    empty = {"waiting": {}, "delivered": [], "assisted": {}, "lost": {}, "terminals": [], "disk_free": 0}
    try:
        server.post(f"/meetings/{pairing.meeting}/hub", dict(empty), token=pairing.token)
    except Refused as refused:
        return refused.code != "not-allowed"
    except NoAnswer:
        return True
    return True


def _meeting(folder: Folder, server: Server, pairing: Pairing, prefix: bytes | None) -> Meeting:
    """Raises: Mistrust, Complaint, Refused, NoAnswer, OSError."""
    stored = folder.read(MEETING)
    try:
        head = server.get(f"/meetings/{pairing.meeting}/head")
    except NoAnswer:
        if stored is None:
            raise
        head = None
    line = stored if head is None else str(head.get("meeting")).encode()
    assert line is not None, "there is a kept line where there is no head"
    if stored is not None and line != stored:
        raise Mistrust(
            "服务器给出的会议与先前的不同", "the server shows another meeting than the one this hub was set up for"
        )
    meeting = read_meeting(line, pairing.meeting)
    if prefix is not None and not meeting.fingerprint.startswith(prefix):
        raise Complaint(
            f"会议指纹不符：服务器的会议是“{meeting.words('zh')}”",
            f"the fingerprint differs: the server's meeting is “{meeting.words('en')}”",
            "compare with the hall's screen and a slip; where those words differ too, call the supervisor",
        )
    if head is not None:
        note = check_head(head, meeting)
        Ledger(meeting, folder, server).accept(note)
        folder.write(line, MEETING)
    return meeting


def _server_url(pairing: Pairing | None, asked: str | None) -> str:
    if pairing is not None:
        if asked is not None and asked != pairing.server:
            raise Complaint(
                f"这个文件夹是与 {pairing.server} 配对的",
                f"this folder is paired with {pairing.server}, not with {asked}",
                "leave --server out, or name a new folder with --data",
            )
        return pairing.server
    if asked is None:
        raise Complaint("还没有配对", "this folder is not paired yet", "give --server URL and --pairing CODE", status=2)
    return asked
