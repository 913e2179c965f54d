"""One simulated phone: everything that docs/protocol.md asks of a phone, over real HTTP.

It believes its slip and nothing else. Whatever the server says is checked against the slip's fingerprint (`checks`):
meeting, keys, checkpoints, papers, receipts, the close, the void. What does not fit raises `DeviceRefuses`, and nothing
is sent.

What a device must not lose stands in `DeviceState` and is handed to `keep` before every request that depends on it,
so that a device which is switched off at any moment can be loaded again and sends the same bytes.

Linkage: redeeming and casting never share a connection, and every cast has one of its own, so that the server cannot
put a booklet and a ballot, or two ballots, together by their socket. (All devices of a rehearsal share one address;
a hall shares one too.) No cookie, one User-Agent for all.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ballot_service.rehearsal import checks
from ballot_service.rehearsal.api import Connection, NoAnswer, RandomBytes, SealedRoute, ServiceRefused
from ballot_service.rehearsal.checks import DeviceRefuses, Json, refusing
from ballot_service.rehearsal.device_state import DeviceState, StoredBallot, StoredPage
from crypto import ballot, booklet, canonical, merkle, slips
from crypto.checkpoint import Checkpoint
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from crypto.words import Language, fingerprint_words

__all__ = ["Device", "DeviceRefuses", "DeviceState", "OpenPaper"]  # whoever has a device needs no other import

TRIES = 3  # of one request that nobody answers

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class OpenPaper:
    """A checked paper of the open poll that this device may vote on."""

    hash: bytes
    poll: str
    page: int
    box: int
    contest: Json
    length: int  # bytes of the padded choice


class Device:
    """One phone with one slip. Not thread-safe: a phone has one person."""

    def __init__(
        self,
        state: DeviceState,
        *,
        keep: Callable[[DeviceState], None] = lambda _state: None,
        random_bytes: RandomBytes = secrets.token_bytes,
        connect: Callable[[str], Connection] = Connection,
    ) -> None:
        self.state = state
        self._keep = keep
        self._random_bytes = random_bytes
        self._connect = connect
        self.slip = slips.parse_slip_url(state.slip)
        self._path = f"/meetings/{self.slip.meeting_id}"
        self._entry: Json | None = None  # the meeting line, taken apart once

    @property
    def voter_class(self) -> str:
        return self.slip.voter_class

    @property
    def redeemed(self) -> bool:
        return bool(self.state.pages)

    @property
    def token(self) -> bytes:
        """The redeem token, as the desk's scanner derives it from the QR code."""
        return slips.redeem_token(self.slip.secret)

    @property
    def fingerprint(self) -> bytes:
        """Leaf hash of the meeting line, checked when it was fetched."""
        return merkle.leaf_hash(self._meeting_line())

    def words(self, language: Language = "zh") -> str:
        """What the person compares with the hall's screen before redeeming."""
        return fingerprint_words(self.fingerprint, language)

    # ── before redeeming ───────────────────────────────────────────────────────────────────────────────────────

    def meet(self) -> None:
        """Fetch the meeting and check it against the slip; spends nothing. Raises: DeviceRefuses, NoAnswer."""
        if self.state.meeting is not None:
            return
        with self._connect(self.slip.base_url) as connection:
            head = _again(lambda: connection.get(f"{self._path}/head"))
        line = str(head["meeting"]).encode()
        newest = checks.check_note(str(head["checkpoint"]), checks.check_meeting(line, self.slip))
        checks.check_in_ledger(line, 0, head["inclusion"], newest, "entry 0")
        self.state.meeting = line.decode()
        self.state.lengths = dict(head["lengths"])
        self.state.checkpoint = str(head["checkpoint"])
        self._keep(self.state)

    def redeem(self) -> None:
        """Exchange the slip for a booklet; once, and the same request again when nobody answers.

        Raises: DeviceRefuses, ServiceRefused (slip-used, …), NoAnswer.
        """
        if self.redeemed:
            return
        if self.state.abandoned:
            raise DeviceRefuses("booklet-abandoned", "an answer to this booklet was wrong: go to the desk")
        self.meet()
        meeting = self._meeting()
        with self._connect(self.slip.base_url) as connection:
            answer = _again(lambda: connection.get(f"{self._path}/keys/{self.voter_class}"))
            issuer_keys = checks.check_keys(answer["keys"], meeting, self.voter_class)
            if self.state.seed is None:
                self.state.seed = b64u(self._random_bytes(booklet.SEED_BYTES))
                self._keep(self.state)  # before the request: whatever happens now, the same one can be made again
            request = booklet.make_request(from_b64u(self.state.seed), self.fingerprint, self.voter_class, issuer_keys)
            payload = json.dumps(
                {"token": b64u(self.token), "blinded": [[b64u(value) for value in pages] for pages in request.blinded]}
            ).encode()
            route = self._route("booklet", 0)
            _status, answer = _again(lambda: connection.post_sealed(f"{self._path}/booklet", route, payload))
        try:
            pages = booklet.finish(request, [[from_b64u(one) for one in pages] for pages in answer["signatures"]])
        except CryptoError as error:
            self.state.abandoned = True
            self._keep(self.state)
            raise DeviceRefuses("wrong-signature", f"the booklet does not verify: {error}") from error
        self.state.pages = [
            StoredPage(page.number, b64u(page.ballot_key_seed), [b64u(one) for one in page.credentials])
            for page in pages
        ]
        self.state.seed = None  # forgotten: it would give away every ballot key at once
        self._keep(self.state)

    # ── voting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def open_papers(self) -> list[OpenPaper]:
        """The papers of the open poll for this class, each checked as if a person were to see it now.

        Raises: DeviceRefuses, NoAnswer.
        """
        with self._connect(self.slip.base_url) as connection:
            state = self._voter_state(connection)
            return [
                self._check_paper(connection, poll, summary["paper"])
                for poll in state["polls"]
                if poll["phase"] == "open"
                for summary in poll["papers"]
                if self.voter_class in summary["classes"]
            ]

    def cast(self, paper: OpenPaper, choice: bytes) -> str:
        """Seal, store, send; returns the receipt. A paper that has a ballot already sends that one again.

        choice: what is sealed, at most `paper.length` bytes. Raises: DeviceRefuses, ServiceRefused, NoAnswer.
        """
        name = b64u(paper.hash)
        if name not in self.state.ballots:
            page = self.state.pages[paper.page - 1]
            assert page.key_seed is not None, "a page without a ballot has its key"
            box = self._meeting()["boxes"][paper.box]
            line = ballot.make_ballot(
                from_b64u(page.key_seed),
                paper.hash,
                self.voter_class,
                [from_b64u(one) for one in page.credentials],
                box_public_key=from_b64u(box["key"]),
                choice=choice,
                length=paper.length,
                ephemeral_seed=self._random_bytes(32),
            )
            self.state.ballots[name] = StoredBallot(paper.page, paper.poll, paper.box, line.decode())
            self._keep(self.state)  # before the first POST: from here on only these bytes are sent
        return self.send(name)

    def send(self, paper: str) -> str:
        """Send the stored ballot of a paper (base64url hash), again if need be; returns the receipt.

        Raises: DeviceRefuses, ServiceRefused (poll-closed: it was not taken), NoAnswer.
        """
        stored = self.state.ballots[paper]
        if stored.receipt is not None:
            return stored.receipt
        line = stored.line.encode()
        with self._connect(self.slip.base_url) as connection:  # a connection of its own for every ballot
            route = self._route("ballots", stored.box)
            try:
                _status, answer = _again(lambda: connection.post_sealed(f"{self._path}/ballots", route, line))
            except ServiceRefused as refused:
                # Closed meanwhile: its transport key is gone, and while another poll is open the body does not even
                # open. Box 0 still answers whether the ballot is in.
                if refused.code not in ("poll-closed", "bad-request") or self._is_open(connection, stored.poll):
                    raise
                again = self._route("receipts", 0)
                try:
                    _status, answer = _again(lambda: connection.post_sealed(f"{self._path}/receipts", again, line))
                except ServiceRefused as final:
                    if final.code == "poll-closed":
                        stored.fate = "not-taken"
                        self._keep(self.state)
                    raise
        receipt = str(answer["receipt"])
        with refusing("wrong-receipt", "the receipt is not signed by the meeting's receipt key"):
            key = from_b64u(self._meeting()["receipt_key"])
            ballot.check_receipt(key, ballot.ballot_id(line), from_b64u(receipt))
        stored.receipt = receipt
        self.state.pages[stored.page - 1].key_seed = None
        self._keep(self.state)
        return receipt

    def _agenda_item(self, connection: Connection, name: str) -> Json:
        """An item as published with the meeting, or as the ledger says that it was added."""
        published = next((item for item in self._meeting()["agenda"] if item["id"] == name), None)
        if published is not None:
            return dict(published)
        answer = _again(lambda: connection.get(f"{self._path}/items/{name}"))
        line = str(answer["item"]).encode()
        self._check_in_ledger(line, answer, connection, "the added item")
        return checks.check_item(line, name)

    def _check_paper(self, connection: Connection, poll: Json, name: str) -> OpenPaper:
        answer = _again(lambda: connection.get(f"{self._path}/papers/{name}"))
        line, paper_hash = str(answer["paper"]).encode(), from_b64u(name, 32)
        if merkle.leaf_hash(line) != paper_hash:
            raise DeviceRefuses("wrong-paper", "the paper is not the one that the poll names")
        # Entry 0 was proven in an earlier checkpoint, and this one continues it: both are in one ledger.
        self._check_in_ledger(line, answer, connection, "the paper")
        entry = checks.decode(line, "paper")
        item = self._agenda_item(connection, str(entry.get("item")))
        problem = checks.wrong_about_paper(entry, poll, item, self._meeting(), fingerprint=self.fingerprint)
        problem = problem or self._unusable(entry, name)
        if problem is not None:
            raise DeviceRefuses("wrong-paper", problem)
        return OpenPaper(paper_hash, poll["poll"], entry["page"], entry["box"], entry["contest"], entry["length"])

    def _unusable(self, paper: Json, name: str) -> str | None:
        """Why this device has no page for a paper; None: it has one."""
        if self.voter_class not in paper["classes"]:
            return f"class {self.voter_class} does not vote on it"
        if not 1 <= paper["page"] <= len(self.state.pages):
            return f"there is no page {paper['page']} in the booklet"
        if any(one.page == paper["page"] for other, one in self.state.ballots.items() if other != name):
            return f"page {paper['page']} is used for another paper"
        return None

    # ── after the close ────────────────────────────────────────────────────────────────────────────────────────

    def check_close(self, poll_id: str) -> bool:
        """Are all ballots of this device that have a receipt in the closed poll? Downloads all ids, never asks for one.

        Raises: DeviceRefuses, ServiceRefused (too-early while the poll is open), NoAnswer.
        """
        with self._connect(self.slip.base_url) as connection:
            answer = _again(lambda: connection.get(f"{self._path}/polls/{poll_id}/ballot-ids"))
            close = self._accept(str(answer["close"]), connection)
        ids, nodes = checks.read_hashes(answer["ids"]), checks.read_hashes(answer["nodes"])
        with refusing("wrong-proof", "the list of ballots is not the one of the close"):
            merkle.check_range(ids, int(answer["start"]), close.tree_size, nodes, close.root_hash)
        held = set(ids)
        for stored in self.state.ballots.values():
            if stored.poll == poll_id and stored.receipt is not None:
                stored.fate = "in" if ballot.ballot_id(stored.line.encode()) in held else "missing"
        self._keep(self.state)
        return not self.missing(poll_id)

    def check_void(self, poll_id: str) -> str:
        """Why a poll is void, as its line in the signed ledger says: the word of a state excuses no missing ballot.

        Raises: DeviceRefuses, ServiceRefused (too-early: it is not void), NoAnswer.
        """
        with self._connect(self.slip.base_url) as connection:
            answer = _again(lambda: connection.get(f"{self._path}/polls/{poll_id}/void"))
            line = str(answer["line"]).encode()
            self._check_in_ledger(line, answer, connection, "the line that voids the poll")
        reason = checks.check_void(line, poll_id)
        for stored in self.state.ballots.values():
            if stored.poll == poll_id and stored.fate == "sent":
                stored.fate = "void"
        self._keep(self.state)
        return reason

    def missing(self, poll_id: str) -> list[StoredBallot]:
        """Ballots with a receipt that the last `check_close` did not find."""
        return [one for one in self.state.ballots.values() if one.poll == poll_id and one.fate == "missing"]

    def object(self, poll_id: str) -> int:
        """File an objection for every missing ballot; returns how many. Raises: ServiceRefused, NoAnswer."""
        missing = self.missing(poll_id)
        with self._connect(self.slip.base_url) as connection:
            self._voter_state(connection)  # for the lengths of today
            route = self._route("objections", 0)
            for stored in missing:
                payload = json.dumps({"line": stored.line, "receipt": stored.receipt}, ensure_ascii=False).encode()
                _send_objection(connection, f"{self._path}/objections", route, payload)
        return len(missing)

    # ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────

    def look(self) -> Json:
        """The meeting's public state, its checkpoint checked. Raises: DeviceRefuses, NoAnswer."""
        with self._connect(self.slip.base_url) as connection:
            return self._voter_state(connection)

    def _voter_state(self, connection: Connection) -> Json:
        state: Json = _again(lambda: connection.get(f"{self._path}/state"))
        self._accept(str(state["checkpoint"]), connection)
        if state["lengths"] != self.state.lengths:  # an item was added whose ballots are longer
            self.state.lengths = dict(state["lengths"])
            self._keep(self.state)
        return state

    def _is_open(self, connection: Connection, poll_id: str) -> bool:
        polls = self._voter_state(connection)["polls"]
        return any(poll["poll"] == poll_id and poll["phase"] == "open" for poll in polls)

    def _accept(self, note: str, connection: Connection) -> Checkpoint:
        """Check a checkpoint's signature, and that it and the one kept are one history; keep the longer one."""
        shown = checks.check_note(note, self._meeting())
        assert self.state.checkpoint is not None, "a device meets the meeting first"
        if note == self.state.checkpoint:
            return shown
        kept = checks.read_note(self.state.checkpoint)
        old, new = sorted((kept.tree_size, shown.tree_size))
        answer = _again(lambda: connection.get(f"{self._path}/proofs/consistency", old=old, new=new))
        checks.check_one_history(kept, shown, answer["nodes"])
        if shown.tree_size > kept.tree_size:
            self.state.checkpoint = note
            self._keep(self.state)
        return shown

    def _check_in_ledger(self, line: bytes, answer: Json, connection: Connection, what: str) -> None:
        """That a line is in the ledger, by the proof and the checkpoint in the same answer. Raises: DeviceRefuses."""
        newest = self._accept(str(answer["checkpoint"]), connection)
        checks.check_in_ledger(line, int(answer["index"]), answer["inclusion"], newest, what)

    def _route(self, route: str, box: int) -> SealedRoute:
        transport_key = from_b64u(self._meeting()["boxes"][box]["transport"])
        return SealedRoute(route, self.fingerprint, transport_key, self.state.lengths)

    def _meeting_line(self) -> bytes:
        assert self.state.meeting is not None, "a device meets the meeting first"
        return self.state.meeting.encode()

    def _meeting(self) -> Json:
        if self._entry is None:
            self._entry = dict(canonical.decode_object(self._meeting_line()))
        return self._entry


def _send_objection(connection: Connection, path: str, route: SealedRoute, payload: bytes) -> None:
    _again(lambda: connection.post_sealed(path, route, payload))


def _again(ask: Callable[[], Answer]) -> Answer:
    """The same request up to `TRIES` times, until somebody answers. Raises: NoAnswer, and what `ask` raises."""
    for _attempt in range(TRIES - 1):
        try:
            return ask()
        except NoAnswer:
            continue
    return ask()
