"""Small honest people and things for tests of the service: a meeting file, phones, a voter's connection, a clock.

They do what docs/protocol.md asks of a device, with the real cryptography. Only the issuer keys are those of
`tests.rsa_keys`.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from ballot_service.config import Config
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.meetings.publish import Published
from ballot_service.meetings.state import MeetingState, Paper, Poll
from ballot_service.polls.check_ballot import read_ballot
from ballot_service.service import Service
from ballot_service.store.tables import LedgerLine
from crypto import ballot, booklet, canonical, shares, slips, transport
from crypto.encoding import b64u, from_b64u
from crypto.errors import SealBroken
from tests.rsa_keys import KEYS
from verify.options import Options
from verify.verdict import Judged, judge

Json = dict[str, Any]
TWO = ["主持人", "监票人"]
APPROVE = {"marks": {"budget": "approve"}}
OPPOSE = {"marks": {"budget": "oppose"}}
SEALED = "application/octet-stream"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 18, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


# ── the meeting file ───────────────────────────────────────────────────────────────────────────────────────────────


def approval(contest: str = "budget", **fields: Any) -> Json:
    """A yes-or-no question."""
    return {
        "id": contest,
        "title": contest,
        "voters": ["A"],
        "ballot": {"kind": "approval", "candidates": [{"id": contest, "name": contest}]},
        "rules": [{"rule": "pass", "over": "1/2", "of": "valid"}],
        **fields,
    }


GRADE: Json = {"kind": "grade", "grades": [{"id": "good", "name": "好"}, {"id": "poor", "name": "差"}], "unknown": True}


def item(*contests: Json, **fields: Any) -> Json:
    """An agenda item, named after its first contest."""
    return {"id": contests[0]["id"], "title": contests[0]["id"], "contests": list(contests), **fields}


def meeting_file(*items: Json, meeting: str = "hall", expected: int = 6, **fields: Any) -> Json:
    """A meeting of one class A."""
    return {
        "format": "ballot-service/meeting/1",
        "id": meeting,
        "title": "会议",
        "organiser": "县委办",
        "place": "会议室",
        "date": "2026-12-18",
        "classes": [{"id": "A", "name": "委员", "expected": expected}],
        "scrutineers": {"cards": 3, "threshold": 2},
        "agenda": list(items or [item(approval())]),
        "pages": {"spare": 3},
        "boxes": {"spare": 3},
        **fields,
    }


# ── phones ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Phone:
    """One device with one slip. Its request is made once and stays the same, as on a real phone."""

    meeting_id: str
    voter_class: str
    secret: bytes
    request: booklet.Request
    pages: list[booklet.Page] = field(default_factory=list)
    random_bytes: Callable[[int], bytes] = secrets.token_bytes  # for sealing

    @property
    def token(self) -> bytes:
        return slips.redeem_token(self.secret)

    @property
    def slip_id(self) -> bytes:
        return slips.slip_id(self.meeting_id, self.token)

    def take(self, signatures: Sequence[Sequence[bytes]]) -> None:
        """Check the server's answer and keep the booklet."""
        self.pages = booklet.finish(self.request, signatures)

    def ballot(self, paper: Paper, box_key: bytes, choice: Json | bytes) -> bytes:
        """The line of a new ballot; `bytes` are sealed as they are."""
        page = self.pages[paper.page - 1]
        return ballot.make_ballot(
            page.ballot_key_seed,
            paper.hash,
            self.voter_class,
            page.credentials,
            box_public_key=box_key,
            choice=choice if isinstance(choice, bytes) else canonical.encode(choice),
            length=paper.length,
            ephemeral_seed=self.random_bytes(32),
        )


def phone_for(url: str, state: MeetingState) -> Phone:
    """A device that has scanned a slip and fetched the meeting."""
    code = slips.parse_slip_url(url)
    assert state.fingerprint.startswith(code.fingerprint_prefix)
    keys = [state.issuer_keys[code.voter_class]]
    request = booklet.make_request(secrets.token_bytes(32), state.fingerprint, code.voter_class, keys)
    return Phone(code.meeting_id, code.voter_class, code.secret, request)


# ── a meeting that is run ──────────────────────────────────────────────────────────────────────────────────────────


class Hall:
    """A published meeting, its slips and cards in hand. Acts go straight to the service's objects."""

    def __init__(self, service: Service, published: Published) -> None:
        self.service = service
        self.published = published
        self.id = published.meeting_id
        self.inside: list[Phone] = []  # for tests to remember who has a booklet

    def state(self) -> MeetingState:
        with self.service.acts.look(self.id) as (_session, state):
            return state

    def urls(self, voter_class: str = "A", *, reserve: bool = False) -> list[str]:
        return [
            slip.url for slip in self.published.slips if slip.voter_class == voter_class and slip.reserve == reserve
        ]

    def phones(self, count: int | None = None, voter_class: str = "A", *, reserve: bool = False) -> list[Phone]:
        """Devices that have scanned the first `count` slips and redeemed none."""
        state = self.state()
        return [phone_for(url, state) for url in self.urls(voter_class, reserve=reserve)[:count]]

    def redeem(self, phone: Phone) -> Phone:
        phone.take(self.service.redeemer.redeem(self.id, phone.token, phone.request.blinded))
        return phone

    def voters(self, count: int | None = None, voter_class: str = "A") -> list[Phone]:
        """As `phones`, with their booklets; everyone with a booklet is recorded as present."""
        redeemed = [self.redeem(phone) for phone in self.phones(count, voter_class)]
        self.service.conduct.attendance(self.id, {voter_class: len(redeemed)}, "门岗")
        return redeemed

    def open(self, *contests: str) -> Poll:
        self.service.polls.open(self.id, list(contests) or ["budget"])
        poll = self.state().open_poll
        assert poll is not None
        return poll

    def box_key(self, box: int) -> bytes:
        return from_b64u(self.state().meeting["boxes"][box]["key"])

    def line(self, phone: Phone, choice: Json | bytes = APPROVE, *, paper: Paper | None = None) -> bytes:
        """A ballot for the open poll's first paper, not cast."""
        if paper is None:
            poll = self.state().open_poll
            assert poll is not None
            paper = poll.papers[0]
        return phone.ballot(paper, self.box_key(paper.box), choice)

    def cast(self, line: bytes) -> bytes:
        """The receipt, checked."""
        receipt = self.service.casting.cast(self.id, line, read_ballot(line)).signature
        self.check_receipt(line, receipt)
        return receipt

    def check_receipt(self, line: bytes, receipt: bytes) -> None:
        ballot.check_receipt(from_b64u(self.state().meeting["receipt_key"]), ballot.ballot_id(line), receipt)

    def pad(self, box: int, card: int) -> bytes:
        return shares.share_pad(self.published.cards[card - 1].secret, self.id, box, self.box_key(box))

    def release(self, box: int, cards: Sequence[int] = (1, 2)) -> None:
        for card in cards:
            self.service.boxes.release_share(self.id, box, card, self.pad(box, card))

    def poll(self, lines: Callable[[Poll], list[bytes]], *contests: str) -> Poll:
        """Open, cast, close; the poll as it waits for its box."""
        opened = self.open(*contests)
        for line in lines(opened):
            self.cast(line)
        self.service.polls.close(self.id)
        return self.state().polls[opened.id]

    def lines(self, kind: str | None = None) -> list[bytes]:
        """The ledger's lines, of one type or all."""
        with self.service.acts.look(self.id) as (session, _state):
            return [
                line
                for line in self.service.book.lines(session, self.id)
                if kind is None or json.loads(line)["type"] == kind
            ]

    def entries(self, kind: str) -> list[Json]:
        return [json.loads(line) for line in self.lines(kind)]

    def export(self) -> bytes:
        with self.service.acts.look(self.id) as (session, _state):
            return b"".join(self.service.book.export(session, self.id))

    def judged(self, folder: Path) -> Judged:
        """What the verifier says of the ledger."""
        path = folder / f"{self.id}.ledger"
        path.write_bytes(self.export())
        return judge(path, Options(fingerprint=self.published.fingerprint, jobs=1))


def assert_accepted(judged: Judged) -> None:
    """Every check of the verifier passed."""
    assert judged.unreadable is None
    wrong = [f"{one.check.id} {one.outcome}: {one.detail.en}" for one in judged.outcomes if one.outcome != "pass"]
    assert wrong == []
    assert judged.accepted


@contextmanager
def refused(code: str, hall: Hall | None = None) -> Iterator[None]:
    """What happens inside is refused with this code, and the ledger stays as it was."""
    before = hall.export() if hall is not None else b""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, caught.value.message
    assert hall is None or hall.export() == before


def publish(service: Service, file: Json | None = None) -> Hall:
    plan = read_meeting_value(file if file is not None else meeting_file())
    return Hall(service, service.publish(plan, generate_key=KEYS.for_meeting()))


def config_for(folder: Path, database_url: str, **settings: Any) -> Config:
    """Keys in `folder`; no waiting before a box is opened unless a test asks for it."""
    values: dict[str, Any] = {
        "data_dir": folder,
        "database_url": database_url,
        "objection_seconds": 0,
        "cast_limit_per_key": "100000 per minute",
        "redeem_limit_per_slip": "100000 per minute",
        **settings,
    }
    return Config(**values)


def damage_line(service: Service, meeting_id: str, position: int) -> None:
    """Flip one bit of a stored line, as a bad disk would."""
    with service.store.write() as session:
        row = session.get_one(LedgerLine, (meeting_id, position))
        row.line = bytes([row.line[0] ^ 1]) + row.line[1:]


def run_together(tasks: list[Callable[[], None]]) -> None:
    """Each in a thread of its own; what one raises is raised here."""
    failures: list[BaseException] = []

    def run(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001 -- handed on below
            failures.append(error)

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


# ── HTTP ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class InProcess:
    """Requests to an application in this process."""

    def __init__(self, app: Flask, headers: dict[str, str] | None = None) -> None:
        self._client = app.test_client(use_cookies=False)
        self._headers = headers or {}

    def get(self, path: str) -> Answer:
        response = self._client.get("/api/v1" + path, headers=self._headers)
        return Answer(response.status_code, response.get_data())

    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        response = self._client.post("/api/v1" + path, data=body, content_type=content_type, headers=self._headers)
        return Answer(response.status_code, response.get_data())

    def close(self) -> None:
        """Nothing to let go of."""


class OverHttp:
    """Requests to a server. One for each thread."""

    def __init__(self, base_url: str, headers: dict[str, str] | None = None) -> None:
        self._base_url = base_url + "/api/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(headers or {})

    def close(self) -> None:
        self.session.close()

    def get(self, path: str) -> Answer:
        response = self.session.get(self._base_url + path, timeout=90)
        return Answer(response.status_code, response.content)

    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        headers = {"Content-Type": content_type}
        response = self.session.post(self._base_url + path, data=body, headers=headers, timeout=90)
        return Answer(response.status_code, response.content)


@dataclass(frozen=True)
class SealedAnswer:
    """The answer to a sealed request: opened, or a refusal in plain JSON."""

    status: int
    value: Json
    raw: bytes

    @property
    def code(self) -> str | None:
        return self.value.get("code")


class VoterWire:
    """A voter's connection to one meeting: seals requests, opens answers."""

    def __init__(self, web: InProcess | OverHttp, hall: Hall) -> None:
        state = hall.state()
        self._web = web
        self._id = hall.id
        self._fingerprint = state.fingerprint
        self._transport = [from_b64u(box["transport"]) for box in state.meeting["boxes"]]
        self.lengths: Json = web.get(f"/meetings/{self._id}/head").json()["lengths"]

    def close(self) -> None:
        """Let go of the connection."""
        self._web.close()

    def redeem(self, phone: Phone, *, answer_key: bytes | None = None) -> SealedAnswer:
        payload = {"token": b64u(phone.token), "blinded": [[b64u(one) for one in row] for row in phone.request.blinded]}
        return self.post("booklet", 0, json.dumps(payload).encode(), answer_key=answer_key)

    def cast(self, line: bytes, box: int = 1) -> SealedAnswer:
        return self.post("ballots", box, line)

    def receipt_again(self, line: bytes) -> SealedAnswer:
        return self.post("receipts", 0, line)

    def object(self, line: bytes, receipt: bytes) -> SealedAnswer:
        return self.post("objections", 0, json.dumps({"line": line.decode(), "receipt": b64u(receipt)}).encode())

    def post(self, route: str, box: int, payload: bytes, *, answer_key: bytes | None = None) -> SealedAnswer:
        """answer_key: give the same one twice to have byte-equal answers."""
        answer_key = answer_key or secrets.token_bytes(32)
        body = transport.seal_request(
            self._transport[box],
            self._fingerprint,
            route,
            payload,
            ephemeral_seed=secrets.token_bytes(32),
            answer_key=answer_key,
            length=self.lengths[route]["request"],
        )
        sent = self._web.post(f"/meetings/{self._id}/{route}", body, SEALED)
        try:
            value = json.loads(transport.open_answer(answer_key, sent.body))
        except SealBroken:
            value = sent.json()
        return SealedAnswer(sent.status, value, sent.body)


def signatures_of(answer: SealedAnswer) -> list[list[bytes]]:
    """The blind signatures in the answer to a redeemed slip."""
    assert answer.status == 200, answer.value
    return [[from_b64u(one) for one in row] for row in answer.value["signatures"]]
