"""One meeting hall without a network: a real service, a real database, and phones that really seal and sign.

Two classes, two items: `finance` is announced on the spot, `trust` stays internal. Everything goes through the WSGI
application; the service object is used only to look at what the database holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ballot_service.app import create_app
from ballot_service.config import Config
from ballot_service.console.api import officer_routes
from ballot_service.errors import STATUS
from ballot_service.hubs.routes import hub_routes
from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.routing import Nothing, Operation
from ballot_service.service import Service
from ballot_service.store.tables import Base
from ballot_service.voter.routes import voter_routes
from ballot_service.witnesses.routes import witness_routes
from crypto import blind_rsa, booklet, canonical, shares, slips, transport
from crypto.ballot import make_ballot
from crypto.encoding import b64u, from_b64u

API = "/api/v1"
SEALED = "application/octet-stream"
SEALED_ROUTES = ("booklet", "ballots", "receipts", "objections")
MEETING_ID = "hall-2026"
ROOMY = "100000 per minute"  # limits that a test of something else never meets

Body = Mapping[str, Any]


def meeting_file(meeting_id: str = MEETING_ID, title: str = "会议") -> dict[str, Any]:
    """A meeting as its organiser writes it: 6 of class A, 5 of class B."""
    return {
        "format": "ballot-service/meeting/1",
        "id": meeting_id,
        "title": title,
        "organiser": "县委组织部",
        "place": "会议室",
        "date": "2026-12-18",
        "classes": [{"id": "A", "name": "委员", "expected": 6}, {"id": "B", "name": "代表", "expected": 5}],
        "scrutineers": {"cards": 3, "threshold": 2},
        "slips": {"reserve": {"A": 1}},
        "pages": {"spare": 2},
        "boxes": {"spare": 2},
        "inputs": [{"id": "style", "title": "作风建设", "min": "0", "max": "15"}],
        "scores": [{"id": "total", "title": "总分", "sum": [{"input": "style", "times": "1/2"}]}],
        "agenda": [
            _item("finance", "on-spot", ["A", "B"]),
            _item("trust", "internal", ["A"]),
        ],
    }


def _item(name: str, announce: str, voters: list[str]) -> dict[str, Any]:
    return {
        "id": name,
        "title": name,
        "announce": announce,
        "contests": [
            {
                "id": name,
                "title": name,
                "voters": voters,
                "ballot": {
                    "kind": "approval",
                    "max_approve": 1,
                    "candidates": [{"id": "zhang-san", "name": "张三"}, {"id": "li-si", "name": "李四"}],
                },
                "rules": [{"rule": "pass", "mark": "approve", "over": "1/2", "of": "valid"}],
            }
        ],
    }


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 18, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Phone:
    """One participant's device."""

    voter_class: str
    token: bytes  # T, what redeems the slip
    request: booklet.Request
    pages: list[booklet.Page] = field(default_factory=list)

    def redeem_payload(self) -> bytes:
        blinded = [[b64u(value) for value in pages] for pages in self.request.blinded]
        return json.dumps({"token": b64u(self.token), "blinded": blinded}).encode()


@dataclass(frozen=True)
class SealedBody:
    """A sealed request and the key under which its answer comes back."""

    body: bytes
    answer_key: bytes


def check_refusal(answer: TestResponse, *codes: str) -> str:
    """A refusal as docs/api.md promises it; returns its code."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.data[:500])
    assert answer.content_type == "application/json"
    body = answer.get_json()
    assert {"code", "message"} <= body.keys() <= {"code", "message", "problems"}
    assert STATUS[body["code"]] == answer.status_code
    assert len(answer.data.rstrip()) < 40_000  # also when a body has a hundred thousand mistakes
    assert "Traceback" not in answer.text
    assert not codes or body["code"] in codes, body
    code: str = body["code"]
    return code


class Hall:
    """A service with one published meeting, and everything a participant or an officer can do with it."""

    def __init__(
        self,
        folder: Path,
        *,
        generate_key: Callable[[int], blind_rsa.PrivateKey],
        title: str = "会议",
        **settings: Any,
    ) -> None:
        self.clock = Clock()
        unlimited = {"officer_limit_per_account": ROOMY, "objection_seconds": 0}
        self.config = Config(data_dir=folder, **{**unlimited, **settings})
        self.service = Service(self.config, clock=self.clock)
        self.app: Flask = create_app(self.service)
        self.client: FlaskClient = self.app.test_client(use_cookies=False)
        self.token = self.service.accounts.log_in(self.service.accounts.make_code())
        self.officer = {"Authorization": f"Bearer {self.token}"}
        self.published = self.service.publish(read_meeting_value(meeting_file(title=title)), generate_key=generate_key)
        self.meeting_id = self.published.meeting_id
        self.fingerprint = self.published.fingerprint
        self.head: dict[str, Any] = self.get("head").get_json()
        self.meeting: dict[str, Any] = json.loads(self.head["meeting"])
        self.lengths: dict[str, dict[str, int]] = self.head["lengths"]

    # ── addresses ──────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, path: str, meeting_id: str | None = None) -> str:
        return f"{API}/meetings/{meeting_id or self.meeting_id}/{path}"

    def address(self, operation: Operation, **parameters: str) -> str:
        """An operation's address, by default in this meeting and its first poll."""
        given = {
            "meeting_id": self.meeting_id,
            "poll_id": "p1",
            "voter_class": "A",
            "item_id": "urgent",
            "file": "index.html",
            **parameters,
        }
        if "{paper}" in operation.path and "paper" not in given:
            given["paper"] = next((one["paper"] for poll in self.state()["polls"] for one in poll["papers"]), "")
        query = "&".join(f"{name}=1" for name in operation.query)
        return operation.path.format_map(given) + (f"?{query}" if query else "")

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        return self.client.get(self.at(path), headers=dict(headers or {}))

    def post(self, path: str, body: Body | None = None, *, expect: int | None = None) -> TestResponse:
        """An officer's act."""
        answer = self.client.post(self.at(path), json=dict(body or {}), headers=self.officer)
        assert expect in (None, answer.status_code), answer.get_json()
        return answer

    # ── participants ───────────────────────────────────────────────────────────────────────────────────────────

    def phones(self, *, reserve: bool = False) -> list[Phone]:
        """A phone for every slip that was printed."""
        made = []
        for printed in self.published.slips:
            if printed.reserve != reserve:
                continue
            secret = slips.parse_slip_url(printed.url).secret
            made.append(self.phone(printed.voter_class, slips.redeem_token(secret)))
        return made

    def phone(self, voter_class: str, token: bytes) -> Phone:
        line = json.loads(self.get(f"keys/{voter_class}").get_json()["keys"][0])
        keys = [blind_rsa.PublicKey.from_modulus(from_b64u(n), self.meeting["rsa_bits"]) for n in line["n"]]
        seed = secrets.token_bytes(32)
        return Phone(voter_class, token, booklet.make_request(seed, self.fingerprint, voter_class, [keys]))

    def redeem(self, phone: Phone) -> None:
        sealed = self.seal("booklet", phone.redeem_payload())
        answer = self.send("booklet", sealed.body)
        assert answer.status_code == 200, answer.data
        opened = json.loads(transport.open_answer(sealed.answer_key, answer.data))
        phone.pages = booklet.finish(phone.request, [[from_b64u(one) for one in row] for row in opened["signatures"]])

    def ballot_line(self, phone: Phone, contest: str = "finance", mark: str = "approve") -> bytes:
        """A ballot on the last printed paper of a contest."""
        printed = [paper for poll in self.state()["polls"] for paper in poll["papers"] if paper["contest"] == contest]
        paper_hash = from_b64u(printed[-1]["paper"])
        paper = json.loads(self.get(f"papers/{printed[-1]['paper']}").get_json()["paper"])
        page = phone.pages[paper["page"] - 1]
        return make_ballot(
            page.ballot_key_seed,
            paper_hash,
            phone.voter_class,
            page.credentials,
            box_public_key=from_b64u(paper["box_key"]),
            choice=canonical.encode({"marks": {"li-si": "oppose", "zhang-san": mark}}),
            length=paper["length"],
            ephemeral_seed=secrets.token_bytes(32),
        )

    def seal(
        self,
        route: str,
        payload: bytes,
        *,
        box: int | None = None,
        length: int | None = None,
        fingerprint: bytes | None = None,
        sealed_for: str | None = None,
    ) -> SealedBody:
        """A request as a phone sends it; `box`, `fingerprint`, `sealed_for` and `length` spoil it."""
        if box is None:
            box = self.open_box() if route == "ballots" else 0
        answer_key = secrets.token_bytes(32)
        body = transport.seal_request(
            from_b64u(self.meeting["boxes"][box]["transport"]),
            fingerprint or self.fingerprint,
            sealed_for or route,
            payload,
            ephemeral_seed=secrets.token_bytes(32),
            answer_key=answer_key,
            length=self.lengths[route]["request"] if length is None else length,
        )
        return SealedBody(body, answer_key)

    def send(
        self, route: str, body: bytes, headers: Mapping[str, str] | None = None, content_type: str = SEALED
    ) -> TestResponse:
        return self.client.post(self.at(route), data=body, content_type=content_type, headers=dict(headers or {}))

    def cast(self, line: bytes) -> TestResponse:
        return self.send("ballots", self.seal("ballots", line).body)

    def ask(self, operation: Operation, body: Any = None, **how: Any) -> TestResponse:
        """One request to an operation's address, by an officer."""
        headers = {**self.officer, **how.pop("headers", {})}
        if body is not None:
            how["json"] = body
        return self.client.open(self.address(operation), method=operation.method, headers=headers, **how)

    # ── the course of the meeting ──────────────────────────────────────────────────────────────────────────────

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.get("state").get_json()
        return state

    def open_box(self) -> int:
        """The box of the open poll, or of the first one where none is open."""
        return next((poll["box"] for poll in self.state()["polls"] if poll["phase"] == "open"), 1)

    def everyone_arrives(self) -> list[Phone]:
        phones = self.phones()
        for phone in phones:
            self.redeem(phone)
        self.post("attendance", {"present": {"A": 6, "B": 5}}, expect=204)
        return phones

    def open_poll(self, *contests: str) -> str:
        poll: str = self.post("polls", {"contests": list(contests)}, expect=201).get_json()["poll"]
        return poll

    def release_shares(self, box: int) -> None:
        public = self.meeting["boxes"][box]
        for card in self.published.cards:
            pad = shares.share_pad(card.secret, self.meeting_id, box, from_b64u(public["key"]))
            body = {"box": box, "card": card.number, "pad": b64u(pad)}
            answer = self.client.post(self.at("shares"), json=body)
            assert answer.status_code == 200, answer.get_json()

    # ── what the database holds ────────────────────────────────────────────────────────────────────────────────

    def database(self) -> str:
        """A fingerprint of every row of every table but the record of acts, where refusals stand too."""
        digest = hashlib.sha256()
        with self.service.store.read() as session:
            for table in Base.metadata.sorted_tables:
                if table.name == "audit":
                    continue
                rows: Sequence[Any] = session.execute(select(table)).all()
                digest.update(repr((table.name, sorted(map(repr, rows)))).encode())
        return digest.hexdigest()

    def close(self) -> None:
        self.service.close()


def operations() -> list[Operation]:
    """Every operation that the application registers; `test_openapi.py` holds the list to the routes that exist."""
    nobody: Any = None  # routes ask their limits only when they are called
    groups = [voter_routes(nobody), witness_routes(), hub_routes(nobody), officer_routes(nobody)]
    return [operation for group in groups for operation in group.operations]


def name_of(operation: Operation) -> str:
    return f"{operation.method} {operation.path.removeprefix(API)}"


def takes_json(operation: Operation) -> bool:
    return operation.method == "POST" and operation.body != SEALED


def says_nothing(operation: Operation) -> bool:
    return operation.body is Nothing
