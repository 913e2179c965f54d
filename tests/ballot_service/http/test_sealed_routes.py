"""Sealed requests: who listens sees one length in each direction, and who alters a body gets nothing for it."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from ballot_service.errors import Refused
from ballot_service.routing import MAX_BODY_BYTES
from crypto import transport
from crypto.encoding import b64u
from crypto.errors import SealBroken
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import SEALED, SEALED_ROUTES, Hall, Phone, check_refusal

CANARY = "Canary-zX81-of-a-secret-that-must-not-come-back"


class Course:
    """One hall before, during and after a poll, with a body of each kind for each route."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.phones: list[Phone] = hall.everyone_arrives()
        hall.open_poll("finance")
        self.line = hall.ballot_line(self.phones[0])
        self.other_line = hall.ballot_line(self.phones[0], mark="oppose")  # the same page once more
        self.last_line = hall.ballot_line(self.phones[1])

    def payloads(self) -> dict[str, list[bytes]]:
        """For each route: what may be accepted, and what is refused for every kind of reason."""
        fresh = self.hall.phone("A", self.phones[0].token)
        stranger = self.hall.phone("A", secrets.token_bytes(16))
        line = json.loads(self.line)
        wrong_lines = [
            b"",
            b"{",
            b"[]",
            b'"' + CANARY.encode() + b'"',
            self.line + b"x",
            json.dumps(line).encode()[:700],
            json.dumps({**line, "sig": b64u(bytes(64))}, separators=(",", ":"), sort_keys=True).encode(),
            json.dumps({**line, "class": "ZZ"}, separators=(",", ":"), sort_keys=True).encode(),
            json.dumps({**line, "paper": b64u(bytes(32))}, separators=(",", ":"), sort_keys=True).encode(),
            json.dumps({**line, "key": b64u(bytes(32))}, separators=(",", ":"), sort_keys=True).encode(),
        ]
        token = b64u(self.phones[0].token)
        long = "y" * 1_000
        receipt = b64u(bytes(64))
        return {
            "booklet": [
                self.phones[0].redeem_payload(),
                fresh.redeem_payload(),
                stranger.redeem_payload(),
                b"",
                b"\xff\xfe",
                b"[" * 100,
                b'{"token": 1.5}',
                json.dumps({"token": token, "blinded": []}).encode(),
                json.dumps({"token": token, "blinded": [[]]}).encode(),
                json.dumps({"token": token, "blinded": [["", CANARY]]}).encode(),
                json.dumps({"token": CANARY, "blinded": [[]]}).encode(),
                json.dumps({"token": token, "blinded": [[]], CANARY: CANARY, long: 1}).encode(),
                json.dumps({"token": 1, "blinded": [[1] * 300]}).encode(),
                json.dumps({"token": token, "blinded": [[]], "class": "B"}).encode(),
            ],
            "ballots": [self.line, self.other_line, *wrong_lines],
            "receipts": [self.line, self.other_line, *wrong_lines],
            "objections": [
                *(_objection(one, receipt) for one in (self.line, self.other_line, *wrong_lines)),
                _objection(self.line, CANARY),
                b"{}",
                b"null",
                json.dumps({"line": long, "receipt": receipt, CANARY: 1}).encode(),
            ],
        }

    def check_lengths(self) -> set[tuple[str, int]]:
        """Send everything; every answer of a route has its one length. Returns (route, status) that were seen."""
        seen = set()
        for route, payloads in self.payloads().items():
            lengths = self.hall.lengths[route]
            for payload in payloads:
                sealed = self.hall.seal(route, payload)
                assert len(sealed.body) == lengths["request"] + transport.REQUEST_OVERHEAD
                answer = self.hall.send(route, sealed.body)
                check_length(self.hall, route, answer)
                seen.add((route, answer.status_code))
        return seen


def check_length(hall: Hall, route: str, answer: TestResponse) -> None:
    """One length; sealed when it says yes, a padded refusal when it says no; kept by nobody; no cookie."""
    assert len(answer.data) == hall.lengths[route]["answer"] + transport.ANSWER_OVERHEAD
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    if answer.status_code < 300:
        assert answer.content_type == SEALED
    else:
        if answer.status_code < 500:
            check_refusal(answer)
        assert CANARY not in answer.text
        assert answer.get_json().keys() == {"code", "message"}


def _objection(line: bytes, receipt: str) -> bytes:
    return json.dumps({"line": line.decode("utf-8", "replace"), "receipt": receipt}).encode()


@pytest.fixture(scope="module")
def course(make_hall: MakeHall) -> Course:
    return Course(make_hall(cast_limit_per_key="100000 per minute", redeem_limit_per_slip="100000 per minute"))


@pytest.fixture(autouse=True)
def no_canary_in_the_log(caplog: pytest.LogCaptureFixture, course: Course) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    phone = course.phones[0]
    for secret in (CANARY, b64u(phone.token), phone.token.hex(), repr(phone.token), course.line[:200].decode()):
        assert secret not in caplog.text


def test_one_request_length_and_one_answer_length_per_route_whatever_happens(course: Course) -> None:
    hall = course.hall
    seen = course.check_lengths()
    assert {("booklet", 200), ("booklet", 409), ("booklet", 400), ("ballots", 201), ("ballots", 409)} <= seen
    assert {("ballots", 400), ("receipts", 410), ("objections", 410)} <= seen

    hall.post("polls/p1/close", expect=200)
    seen = course.check_lengths()
    assert {("ballots", 410), ("receipts", 200), ("objections", 400)} <= seen
    assert ("ballots", 201) not in seen

    hall.release_shares(1)
    hall.post("polls/p1/open-box", expect=200)
    hall.post("close", expect=204)
    closed = course.check_lengths()
    assert {status for _route, status in closed} <= {409, 410}
    assert {route for route, _status in closed} == set(SEALED_ROUTES)


@pytest.fixture
def sealed_bodies(hall: Hall) -> dict[str, bytes]:
    """A body of each route that would be opened, in the hall with a poll open."""
    phone = hall.phone("A", secrets.token_bytes(16))
    return {
        route: hall.seal(route, phone.redeem_payload() if route == "booklet" else b"{}").body for route in SEALED_ROUTES
    }


@pytest.mark.parametrize("route", SEALED_ROUTES)
def test_a_body_of_another_length_or_type_gets_the_same_refusal(
    hall: Hall, route: str, sealed_bodies: dict[str, bytes]
) -> None:
    before = hall.database()
    body = sealed_bodies[route]
    others = [b"", b"x", body[:-1], body + b"\x00", body * 2, bytes(len(body)), b"{}", bytes(MAX_BODY_BYTES + 1)]
    answers = {hall.send(route, other).data for other in others}
    assert len(answers) == 1
    for other in others:
        answer = hall.send(route, other)
        check_length(hall, route, answer)
        check_refusal(answer, "bad-request")
    for content_type in ("application/json", "text/plain", "multipart/form-data; boundary=x", ""):
        answer = hall.send(route, body, content_type=content_type)
        check_length(hall, route, answer)
        check_refusal(answer, "bad-request")
    assert hall.database() == before


@pytest.mark.parametrize("route", SEALED_ROUTES)
def test_a_body_with_one_bit_changed_opens_nothing(hall: Hall, route: str, sealed_bodies: dict[str, bytes]) -> None:
    before = hall.database()
    body = sealed_bodies[route]

    @settings(derandomize=True, max_examples=30, deadline=None)
    @given(bit=st.integers(0, 8 * len(body) - 1))
    def try_it(bit: int) -> None:
        changed = bytearray(body)
        changed[bit // 8] ^= 1 << bit % 8
        answer = hall.send(route, bytes(changed))
        check_length(hall, route, answer)
        check_refusal(answer, "bad-request")

    try_it()
    changed = bytearray(body)
    changed[31] ^= 128  # X25519 ignores this bit of a point; the key schedule does not
    check_refusal(hall.send(route, bytes(changed)), "bad-request")
    assert hall.database() == before


@pytest.mark.parametrize("route", SEALED_ROUTES)
def test_a_body_sealed_for_something_else_opens_nothing(hall: Hall, route: str) -> None:
    before = hall.database()
    payload = hall.phones()[0].redeem_payload() if route == "booklet" else b"{}"
    right_box = hall.open_box() if route == "ballots" else 0
    spoiled: dict[str, dict[str, Any]] = {
        "to another meeting": {"fingerprint": secrets.token_bytes(32)},
        "to the next box": {"box": right_box + 1},
        "to the test box or the open one": {"box": 1 if right_box == 0 else 0},
    }
    for other in SEALED_ROUTES:
        if other != route:
            spoiled[f"for {other}"] = {"sealed_for": other}
    for how in spoiled.values():
        answer = hall.send(route, hall.seal(route, payload, **how).body)
        check_length(hall, route, answer)
        check_refusal(answer, "bad-request")
    assert hall.database() == before


def test_the_same_body_again_gets_the_same_bytes(hall: Hall) -> None:
    phone = hall.phone("A", secrets.token_bytes(16))
    refused = hall.seal("booklet", phone.redeem_payload()).body
    assert hall.send("booklet", refused).data == hall.send("booklet", refused).data

    voter = hall.phones()[-1]
    hall_phone = hall.phone(voter.voter_class, voter.token)
    again = hall.seal("booklet", hall_phone.redeem_payload()).body
    check_refusal(hall.send("booklet", again), "slip-used")  # redeemed when everyone arrived, by another phone


def test_the_same_redeeming_and_the_same_cast_again_get_the_same_bytes(make_hall: MakeHall) -> None:
    hall = make_hall()
    phone, *others = hall.phones()
    sealed = hall.seal("booklet", phone.redeem_payload())
    answers = [hall.send("booklet", sealed.body) for _time in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    once_more = hall.seal("booklet", phone.redeem_payload())  # the same request, sealed anew: the same signatures
    opened = [transport.open_answer(one.answer_key, hall.send("booklet", one.body).data) for one in (sealed, once_more)]
    assert opened[0] == opened[1]

    for other in [phone, *others]:
        hall.redeem(other)
    hall.post("attendance", {"present": {"A": 6, "B": 5}}, expect=204)
    hall.open_poll("finance")
    cast = hall.seal("ballots", hall.ballot_line(phone))
    first, second = hall.send("ballots", cast.body), hall.send("ballots", cast.body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.data == second.data
    with pytest.raises(SealBroken):
        transport.open_answer(secrets.token_bytes(32), first.data)


def test_no_header_of_the_client_changes_an_answer(hall: Hall) -> None:
    """Byte for byte, headers too: nothing is read that would tell one phone from another."""
    strange = {
        "User-Agent": "Mozilla/5.0 (Canary)",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=203.0.113.9;host=evil.example",
        "X-Real-IP": "203.0.113.9",
        "Host": "evil.example",
        "Cookie": f"ballot_session={hall.token}; other=1",
        "Authorization": f"Bearer {hall.token}",
        "Accept-Language": "tlh",
        "Accept": "text/html",
        "Accept-Encoding": "gzip, br",
        "Referer": "https://evil.example/",
        "Origin": "https://evil.example",
        "Range": "bytes=0-1",
        "X-HTTP-Method-Override": "DELETE",
    }
    paper = hall.state()["polls"][0]["papers"][0]["paper"]
    addresses = [
        "head", "state", "keys/A", "keys/ZZ", f"papers/{paper}", "papers/x", "checkpoint", "polls/p1/ballot-ids",
        "polls/p9/ballot-ids", "polls/p1/void", "proofs/inclusion?index=0&size=3", "proofs/consistency?old=1&new=3",
        "proofs/inclusion",
    ]  # fmt: skip
    for address in addresses:
        plain = hall.get(address)
        for name, value in strange.items():
            answer = hall.get(address, {name: value})
            assert (answer.status_code, answer.data, list(answer.headers)) == (
                plain.status_code,
                plain.data,
                list(plain.headers),
            ), (address, name)
    bodies = {"booklet": hall.phones()[0].redeem_payload(), "ballots": b"{}", "receipts": b"{}", "objections": b"{}"}
    for route, payload in bodies.items():
        body = hall.seal(route, payload).body
        plain = hall.send(route, body)
        for name, value in strange.items():
            answer = hall.send(route, body, {name: value})
            assert (answer.status_code, answer.data, list(answer.headers)) == (
                plain.status_code,
                plain.data,
                list(plain.headers),
            ), (route, name)


@pytest.mark.parametrize(
    ("fault", "status"),
    [(RuntimeError(CANARY), 500), (Refused("unavailable", "busy"), 503), (Refused("internal", "x" * 5_000), 500)],
    ids=["a mistake of ours", "a database that is busy", "a refusal longer than every answer"],
)
def test_a_fault_inside_has_the_length_of_every_answer_and_tells_nothing(
    hall: Hall, fault: Exception, status: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_anything: object, **_named: object) -> None:
        raise fault

    before = hall.database()
    monkeypatch.setattr(hall.service.redeemer, "redeem", fail)
    answer = hall.send("booklet", hall.seal("booklet", hall.phones()[0].redeem_payload()).body)
    assert answer.status_code == status
    check_length(hall, "booklet", answer)
    assert CANARY not in caplog.text
    assert hall.database() == before
