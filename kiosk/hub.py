"""The hub between its terminals and the server: what it takes, until when, and what it tells the server of itself.

A poll's ballots stay here until the organiser asks for them. Then terminals have a last half minute, less when nobody
is at a ballot any more; after that nothing comes in, and the clerk (kiosk/clerk.py) sends. What the server last said
stays true while it is silent: a cut cable stops nobody from voting.
"""

from __future__ import annotations

import math
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.client_files import Files
from kiosk.complaint import Mistrust
from kiosk.deposits import About, Deposit, Paper, check_deposit, read_paper
from kiosk.folder import Folder
from kiosk.issuers import Issuers
from kiosk.meeting import Ledger, Meeting
from kiosk.pairing import Pairing
from kiosk.passing_on import HASH
from kiosk.remote import Json, NoAnswer, Refused, Server
from kiosk.store import Phase, PollShut, Store
from kiosk.telling import Teller
from kiosk.terminals import Terminals
from kiosk.view import View, read_view

GRACE_SECONDS = 30.0  # how long a ballot under way may still come in after the organiser asked
CONNECTED_SECONDS = 10.0
LISTEN_SECONDS = 4.0  # terminals speak every 3 seconds: by then a hub that was switched on knows who is at a ballot
SPARE_BOOKLETS = 1000  # beyond the number of slips: whoever scans made-up slips must not keep real ones out
BEAT_ANSWER_SECONDS = 5.0
REFUSED_BEATS = 3  # anybody on the wire can make up one refusal


@dataclass(frozen=True)
class Told:
    """The server's last answer to a heartbeat."""

    asked: str | None = None
    open_poll: str | None = None
    closed: bool = False


@dataclass(frozen=True)
class Stopped:
    """Why this hub takes no voters any more. code: removed, or mistrust."""

    code: str
    zh: str
    en: str


class Hub:
    """Everything the terminals' routes and the two loops share."""

    def __init__(
        self,
        pairing: Pairing,
        meeting: Meeting,
        client: Files,
        issuers: Issuers,
        *,
        folder: Folder,
        store: Store,
        server: Server,
        teller: Teller,
        clock: Callable[[], float],
    ) -> None:
        """clock: seconds that only go forward."""
        self.pairing = pairing
        self.meeting = meeting
        self.client = client
        self.issuers = issuers
        self.folder = folder
        self.store = store
        self.server = server
        self.teller = teller
        self.ledger = Ledger(meeting, folder, server)
        self.terminals = Terminals(clock)
        self.told: Told | None = None  # None: the server was not reached since the start
        self.stopped: Stopped | None = None
        self.is_away = False  # the last heartbeat had no answer: no terminal's request waits for one
        self._clock = clock
        self._answered_at = -math.inf
        self._refused_beats = 0
        self._grace: tuple[str, float] | None = None  # the poll asked for, and when its grace ends
        self._listens_until = -math.inf
        self._looking = threading.Lock()

    # ── the server ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def connected(self) -> bool:
        """Whether the server answered lately."""
        return self._clock() - self._answered_at <= CONNECTED_SECONDS

    @property
    def removed(self) -> bool:
        return self.stopped is not None and self.stopped.code == "removed"

    def beat(self) -> None:
        """Tell the server how the hub is, and hear what it is asked for."""
        path = f"/meetings/{self.meeting.id}/hub"
        try:
            answer = self.server.post(path, self.health(), token=self.pairing.token, seconds=BEAT_ANSWER_SECONDS)
        except NoAnswer as error:
            self.is_away = True
            if not self.connected:
                self.teller.say(
                    "server", "连不上服务器，选票都保存在这里", f"the server is away, ballots are kept: {error}"
                )
            return
        except Refused as refused:
            if refused.code == "not-allowed":
                self._refused_beats += 1
                if self._refused_beats >= REFUSED_BEATS:
                    self._remove()
            else:
                self.teller.say("server", "服务器拒绝了报告", f"the server refuses reports: {refused}", loud=True)
            return
        self._answered_at, self._refused_beats, self.is_away = self._clock(), 0, False
        if self.removed:
            self.stopped = None
        is_first = self.told is None
        self.told = Told(_text(answer.get("asked")), _text(answer.get("open_poll")), answer.get("closed") is True)
        if is_first and self.told.asked is not None:
            self._listens_until = self._clock() + LISTEN_SECONDS
        self.teller.say("server", "已连上服务器", "the server answers")
        if self.told.asked is not None and (self._grace is None or self._grace[0] != self.told.asked):
            self._grace = (self.told.asked, self._clock() + GRACE_SECONDS)

    def health(self) -> Json:
        """The heartbeat: counts by poll, and how the terminals are."""
        rows = self.store.polls()
        held = {row.poll: row.outbox for row in rows if row.outbox is not None}
        lost = {row.poll: row.lost + (row.outbox.refused if row.outbox is not None else 0) for row in rows}
        return {
            "waiting": {poll: len(outbox.waiting) for poll, outbox in held.items()},
            "delivered": [row.poll for row in rows if row.phase is Phase.DELIVERED],
            "assisted": {poll: outbox.assisted for poll, outbox in held.items()},
            "lost": {poll: count for poll, count in lost.items() if count},
            "terminals": self.terminals.health(),
            "disk_free": shutil.disk_usage(self.folder.root).free,
        }

    def look(self) -> View:
        """The meeting's state now; a poll newly open is made ready for. Raises: Mistrust, Refused, NoAnswer."""
        with self._looking:
            view = read_view(self.server.get(f"/meetings/{self.meeting.id}/state"))
            self.ledger.accept(view.note)
            known = {row.poll for row in self.store.polls()}
            if not known <= view.polls.keys():
                raise Mistrust("服务器不再显示一次已经开始的投票", "the state is without a poll that was open before")
            for poll, seen in view.polls.items():
                if poll not in known and seen.phase == "open":
                    self.store.open_poll(poll, About(seen.box, {each: self._paper(each) for each in seen.papers}))
                    self.teller.say(f"poll {poll}", f"{poll}：开始收票", f"{poll}: taking ballots")
            return view

    def _paper(self, paper_hash: str) -> Paper:
        """Raises: Mistrust, Refused, NoAnswer."""
        if not re.fullmatch(HASH, paper_hash):
            raise Mistrust("服务器给出的选票编号不对", "the meeting's state holds a paper hash that is not one")
        line = self.server.get(f"/meetings/{self.meeting.id}/papers/{paper_hash}").get("paper")
        return read_paper(paper_hash, str(line).encode())

    def mistrust(self, error: Mistrust) -> None:
        """From here on nothing is sent and nobody votes here, until a person has looked and starts the hub again."""
        self.stopped = Stopped("mistrust", error.zh, error.en)
        self.teller.say(
            "stopped",
            f"{error.zh}。已停止接待投票，请联系监督人员",
            f"{error.en}: this hub takes no voters any more; show this to the supervisor",
            loud=True,
        )

    def _remove(self) -> None:
        self.stopped = Stopped(
            "removed", "终端站已被移除，请改用手机或到服务台投票", "this hub was removed from the meeting"
        )
        self.teller.say(
            "stopped",
            "控制台已移除本终端站：不再接待投票，已收的选票现在送出",
            "the console removed this hub: it takes no voters any more, and sends what it holds",
            loud=True,
        )

    # ── the terminals ──────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, name: str, version: int, record: bytes, deposit: Deposit | None) -> int:
        """Store a booklet and take its ballots. Returns the new version.

        Raises: BookletChanged, PollShut, BadDeposit, StorageFull (kiosk/store.py), and NoAnswer when the server would
        have to say whether the poll is open, and is away.
        """
        if deposit is not None:
            check_deposit(deposit, self._about(deposit.poll), self.issuers)
        written = self.store.put(name, version, record, deposit, most=self.meeting.slips + SPARE_BOOKLETS)
        if version == 0 and self.store.count_booklets() > self.meeting.slips:
            self.teller.say(
                "booklets",
                "选票本比凭条还多：有人在终端上扫假凭条，或者有别的电脑接在这条线上，请检查",
                "more booklets than there are slips: somebody scans made-up slips, or another machine is on this wire",
                loud=True,
            )
        return written

    def closing(self) -> tuple[str, int] | None:
        """The poll that terminals must finish now, and the seconds left for it; 0: it takes nothing more."""
        told = self.told
        if told is None or told.asked is None or told.asked != told.open_poll:
            return None
        row = self.store.poll(told.asked)
        if row is None or row.phase is not Phase.TAKING:
            return told.asked, 0
        left = self.seconds_left(told.asked)
        return None if left is None else (told.asked, left)

    def seconds_left(self, poll: str) -> int | None:
        """How long a ballot under way may still come in; None when the time is up, or nobody is at a ballot."""
        if self._grace is None or self._grace[0] != poll:
            return None
        left = math.ceil(self._grace[1] - self._clock())
        may_come = self.terminals.any_on_a_ballot() or self._clock() < self._listens_until
        return left if left > 0 and may_come else None

    def _about(self, poll: str) -> About:
        """Raises: PollShut, NoAnswer."""
        about = self.store.about(poll)
        if about is None:
            try:
                self.look()  # opened a moment ago: a terminal may have seen it first
            except Refused:
                raise NoAnswer("the state of the meeting was refused") from None
            except Mistrust as error:
                self.mistrust(error)
                raise PollShut from None
            about = self.store.about(poll)
        if about is None:
            raise PollShut
        return about


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
