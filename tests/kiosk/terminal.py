"""A simulated terminal: what the page at the hub does, in Python, with the real cryptography over the hub's routes.

One `Visit` is one person with one slip at one screen. Of the slip it sends T, sealed to the server, and a hash of K;
the booklet lies at the hub sealed under K, and a page that was cast has no key any more.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import requests
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from flask.testing import FlaskClient

from crypto import ballot, blind_rsa, booklet, canonical, hkdf, merkle, slips, transport
from crypto.encoding import b64u, from_b64u, lp, tag, u32
from tests.meeting_kit import APPROVE, SEALED, Json

STEP = 4096


@dataclass(frozen=True)
class Answer:
    """One HTTP answer of the hub."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Wire(Protocol):
    """How a terminal reaches its hub."""

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer: ...


class InProcess:
    """A hub in this process."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        response = self._client.open(path, method=method, data=body, headers=dict(headers or {}))
        return Answer(response.status_code, response.headers, response.get_data())


class OverHttp:
    """A hub somewhere else. One for each thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        response = self.session.request(
            method, self._url + path, data=body, headers=headers, timeout=30, allow_redirects=False
        )
        return Answer(response.status_code, response.headers, response.content)


def put_json(wire: Wire, path: str, value: Json) -> Answer:
    return wire.ask("PUT", path, json.dumps(value).encode(), {"Content-Type": "application/json"})


def post_json(wire: Wire, path: str, value: Json) -> Answer:
    return wire.ask("POST", path, json.dumps(value).encode(), {"Content-Type": "application/json"})


@dataclass
class Visit:
    """One person at a terminal. Not for two threads."""

    wire: Wire
    slip: slips.SlipCode
    version: int = 0
    session: Json = field(default_factory=dict)
    last_put: Json = field(default_factory=dict)
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    @property
    def key(self) -> bytes:
        """K."""
        return slips.keep_key(self.slip.secret)

    @property
    def name(self) -> str:
        """Under what the booklet lies at the hub; as the page's `sessionName`."""
        return b64u(merkle.leaf_hash(tag("keep") + lp(self.slip.meeting_id) + self.key))

    @property
    def api(self) -> str:
        return f"/api/v1/meetings/{self.slip.meeting_id}"

    def begin(self) -> None:
        """The booklet that lies at the hub, or a new one."""
        found = self.wire.ask("GET", f"/hub/booklets/{self.name}")
        if found.status == 200:
            self.version = found.json()["version"]
            self.session = self._open(from_b64u(found.json()["record"]))
            return
        assert found.status == 404, found.body
        self.redeem()
        answer = self.put(None)
        assert answer.status == 200, answer.body

    def redeem(self) -> None:
        head = self._get("/head")
        line = head["meeting"].encode()
        meeting = json.loads(line)
        fingerprint = merkle.leaf_hash(line)
        assert fingerprint.startswith(self.slip.fingerprint_prefix)
        keys = [
            [blind_rsa.PublicKey.from_modulus(from_b64u(n), meeting["rsa_bits"]) for n in json.loads(each)["n"]]
            for each in self._get(f"/keys/{self.slip.voter_class}")["keys"]
        ]
        request = booklet.make_request(self.random_bytes(32), fingerprint, self.slip.voter_class, keys)
        blinded = [[b64u(value) for value in pages] for pages in request.blinded]
        payload = {"token": b64u(slips.redeem_token(self.slip.secret)), "blinded": blinded}
        answer_key = self.random_bytes(32)
        body = transport.seal_request(
            from_b64u(meeting["boxes"][0]["transport"]),
            fingerprint,
            "booklet",
            json.dumps(payload).encode(),
            ephemeral_seed=self.random_bytes(32),
            answer_key=answer_key,
            length=head["lengths"]["booklet"]["request"],
        )
        answer = self.wire.ask("POST", f"{self.api}/booklet", body, {"Content-Type": SEALED})
        assert answer.status == 200, answer.body
        signatures = json.loads(transport.open_answer(answer_key, answer.body))["signatures"]
        pages = booklet.finish(request, [[from_b64u(one) for one in each] for each in signatures])
        self.take(pages, [from_b64u(box["key"]) for box in meeting["boxes"]])

    def take(self, pages: list[booklet.Page], box_keys: list[bytes]) -> None:
        """A booklet that came in another way."""
        self.session = {
            "box_keys": [b64u(key) for key in box_keys],
            "pages": {
                str(page.number): [b64u(page.ballot_key_seed), [b64u(one) for one in page.credentials]]
                for page in pages
            },
            "ballots": {},
        }

    def open_papers(self) -> tuple[str, list[Json]]:
        """The open poll and its papers for this class, from the state that the hub passes on."""
        (poll,) = [one for one in self._get("/state")["polls"] if one["phase"] == "open"]
        papers = [{**one, "box": poll["box"]} for one in poll["papers"] if self.slip.voter_class in one["classes"]]
        return poll["poll"], papers

    def make(self, paper: Json, choice: Json = APPROVE) -> str:
        """The line of a ballot; from here on its page has no key."""
        seed, credentials = self.session["pages"].pop(str(paper["page"]))
        length = json.loads(self._get(f"/papers/{paper['paper']}")["paper"])["length"]
        line = ballot.make_ballot(
            from_b64u(seed),
            from_b64u(paper["paper"]),
            self.slip.voter_class,
            [from_b64u(one) for one in credentials],
            box_public_key=from_b64u(self.session["box_keys"][paper["box"]]),
            choice=canonical.encode(choice),
            length=length,
            ephemeral_seed=self.random_bytes(32),
        ).decode()
        self.session["ballots"][paper["paper"]] = {"page": paper["page"], "fate": "deposited"}
        return line

    def vote(self, choice: Json = APPROVE, *, assisted: bool = False) -> list[str]:
        """All papers of the open poll, in one deposit; the lines."""
        poll, papers = self.open_papers()
        lines = [self.make(paper, choice) for paper in papers]
        answer = self.put({"poll": poll, "lines": lines, "assisted": assisted})
        assert answer.status == 200, answer.body
        return lines

    def put(self, deposit: Json | None) -> Answer:
        """Store the session as it is now, and leave ballots."""
        record = self._seal(self.version + 1)
        self.last_put = {"version": self.version, "record": b64u(record), "deposit": deposit}
        answer = self.put_again()
        if answer.status == 200:
            self.version = answer.json()["version"]
        return answer

    def put_again(self) -> Answer:
        """The last PUT once more, byte for byte."""
        return put_json(self.wire, f"/hub/booklets/{self.name}", self.last_put)

    def _get(self, path: str) -> Any:
        answer = self.wire.ask("GET", self.api + path)
        assert answer.status == 200, answer.body
        return answer.json()

    def _seal(self, version: int) -> bytes:
        text = json.dumps(self.session).encode()
        nonce = self.random_bytes(12)
        padded = text.ljust(-(-len(text) // STEP) * STEP)
        return nonce + self._cipher().encrypt(nonce, padded, self.name.encode() + u32(version))

    def _open(self, record: bytes) -> Json:
        text = self._cipher().decrypt(record[:12], record[12:], self.name.encode() + u32(self.version))
        session: Json = json.loads(text)
        return session

    def _cipher(self) -> ChaCha20Poly1305:
        return ChaCha20Poly1305(hkdf.derive(self.key, tag("booklet-at-hub"), 32))


def visit(wire: Wire, slip_url: str) -> Visit:
    """Somebody holds a slip to the camera."""
    return Visit(wire, slips.parse_slip_url(slip_url))
