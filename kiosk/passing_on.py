"""What a terminal may ask of the server, and the hub passes on unchanged: what a phone asks before and beside casting.

Only what is named here goes out, rebuilt from its parts; of the terminal goes nothing along but the sealed body of a
redeeming request. Ballots, receipts and objections are never passed on: they leave from the outbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kiosk.remote import SEALED, Passed, Server

ID = "[a-z0-9-]{1,64}"
HASH = "[A-Za-z0-9_-]{43}"
_GET = re.compile(
    rf"head|state|checkpoint|keys/[A-Z0-9]{{1,8}}|papers/{HASH}|items/{ID}|proofs/(?P<proof>inclusion|consistency)"
    rf"|polls/{ID}/(?:ballot-ids|void)",
    re.ASCII,
)
_QUERY = {"inclusion": ("index", "size"), "consistency": ("old", "new"), None: ()}
_NUMBER = re.compile("[0-9]{1,9}", re.ASCII)
_ETAG = re.compile(r"[ -~]{1,100}", re.ASCII)
BACK = ("Content-Type", "ETag")


class NotPassedOn(Exception):
    """The hub has no such address."""


def ask(server: Server, meeting: str, what: str, query: Mapping[str, str], etag: str | None) -> Passed:
    """A GET of the meeting. Raises: NotPassedOn, NoAnswer."""
    match = _GET.fullmatch(what)
    if match is None:
        raise NotPassedOn
    numbers = {name: query.get(name, "") for name in _QUERY[match["proof"]]}
    if not all(_NUMBER.fullmatch(number) for number in numbers.values()):
        raise NotPassedOn
    headers = {"If-None-Match": etag} if etag is not None and _ETAG.fullmatch(etag) else None
    return server.pass_on("GET", f"/meetings/{meeting}/{what}", query=numbers, headers=headers)


def redeem(server: Server, meeting: str, body: bytes) -> Passed:
    """The sealed exchange of a slip. Raises: NoAnswer."""
    return server.pass_on("POST", f"/meetings/{meeting}/booklet", body=body, headers={"Content-Type": SEALED})
