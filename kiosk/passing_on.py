"""What a terminal may ask of the server, and the hub passes on unchanged: what a phone asks before and beside casting.

Only what is named here goes out, rebuilt from its parts; of the terminal goes nothing along but the sealed body of a
redeeming request. Ballots, receipts and objections are never passed on: they leave from the outbox.

What was passed on last is kept in memory and stands in for a server that is away: whoever has a booklet votes on. All
of it is public, and the terminal checks it as it checks everything else.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress

from kiosk.remote import ID, SEALED, NoAnswer, Passed, Server

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
ANSWER_SECONDS = 10.0  # a terminal asks again by then
KEPT, KEPT_BYTES = 500, 256 * 1024  # answers, and the longest that is kept
PROOFS = 20  # of a new tree, fetched before anybody asks


class NotPassedOn(Exception):
    """The hub has no such address."""


class PassingOn:
    """The requests of one meeting, with the last answer to each. Safe to use from many threads."""

    def __init__(self, server: Server, meeting: str, is_away: Callable[[], bool]) -> None:
        """is_away: whether the server stopped answering; then nobody waits for it. One that takes connections and never
        answers would hold up every thread of the hub, and with them whoever leaves a ballot."""
        self._server = server
        self._meeting = meeting
        self._is_away = is_away
        self._kept: OrderedDict[str, Passed] = OrderedDict()
        self._sizes: list[str] = []  # of the trees that terminals were shown, in order
        self._lock = threading.Lock()

    def ask(self, what: str, query: Mapping[str, str], etag: str | None) -> Passed:
        """What the server says now; else what it said last. Raises: NotPassedOn, NoAnswer."""
        match = _GET.fullmatch(what)
        if match is None:
            raise NotPassedOn
        numbers = {name: query.get(name, "") for name in _QUERY[match["proof"]]}
        if not all(_NUMBER.fullmatch(number) for number in numbers.values()):
            raise NotPassedOn
        headers = {"If-None-Match": etag} if etag is not None and _ETAG.fullmatch(etag) else None
        name = f"{what}?{numbers}"
        with self._lock:
            kept = self._kept.get(name)
        try:
            if self._is_away():
                raise NoAnswer("the server is away")
            path = f"/meetings/{self._meeting}/{what}"
            passed = self._server.pass_on("GET", path, query=numbers, headers=headers, seconds=ANSWER_SECONDS)
        except NoAnswer:
            if kept is None:
                raise
            return _again(kept, etag)
        if passed.status == 200 and len(passed.body) <= KEPT_BYTES:
            with self._lock:
                self._kept[name] = passed
                self._kept.move_to_end(name)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            if what == "state":
                self._fetch_proofs(passed.body)
        return passed

    def redeem(self, body: bytes) -> Passed:
        """The sealed exchange of a slip. Raises: NoAnswer."""
        if self._is_away():
            raise NoAnswer("the server is away")
        path = f"/meetings/{self._meeting}/booklet"
        return self._server.pass_on("POST", path, body=body, headers={"Content-Type": SEALED})

    def _fetch_proofs(self, state: bytes) -> None:
        """That a new tree continues those shown before: whoever was here last at one of them asks for it, later."""
        try:
            size = str(json.loads(state)["checkpoint"]).split("\n")[1]
        except (ValueError, LookupError, TypeError):
            return
        with self._lock:
            if size in self._sizes:
                return
            before = self._sizes[-PROOFS:]
            self._sizes.append(size)
        with suppress(NotPassedOn, NoAnswer):
            for old in before:
                self.ask("proofs/consistency", {"old": old, "new": size}, None)


def _again(kept: Passed, etag: str | None) -> Passed:
    return Passed(304, kept.headers, b"") if etag is not None and etag == kept.headers.get("ETag") else kept
