"""The server as the hub sees it: HTTP, JSON, sealed bodies.

No cookie, no proxy or .netrc of the environment, one User-Agent for all: nothing of a terminal goes along. An answer is
read up to a limit, so that a server gone wrong cannot fill the hub's memory.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from crypto import transport
from crypto.errors import CryptoError

API = "/api/v1"
ID = "[a-z0-9-]{1,64}"  # of a meeting, a poll, an item, as docs/api.md has them
USER_AGENT = "ballot-kiosk"
SEALED = "application/octet-stream"
ANSWER_SECONDS = 30.0
MAX_ANSWER_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 64 * 1024

Json = dict[str, Any]


class Refused(Exception):
    """The server said no; `code` is one of docs/api.md. Whoever carries the traffic can make one up."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class NoAnswer(Exception):
    """The request may or may not have arrived: send the same one again."""


@dataclass(frozen=True)
class Passed:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]  # by name in any case
    body: bytes


@dataclass(frozen=True)
class Envelope:
    """What sealing to one route takes."""

    route: str
    fingerprint: bytes
    transport_key: bytes
    request_length: int
    answer_length: int


class Server:
    """Requests to one server. Safe to use from many threads: each keeps a connection of its own."""

    def __init__(self, url: str) -> None:
        """url: scheme and host, without a path."""
        self.url = url
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()
        self._local = threading.local()

    def get(self, path: str, **query: int) -> Json:
        """The JSON object at a path. Raises: Refused, NoAnswer."""
        return _object(_accepted(self.pass_on("GET", path, query=query)))

    def get_bytes(self, path: str) -> bytes:
        """Raises: Refused, NoAnswer."""
        return _accepted(self.pass_on("GET", path)).body

    def post(self, path: str, body: Json, *, token: str | None = None, seconds: float = ANSWER_SECONDS) -> Json:
        """Post JSON. Raises: Refused, NoAnswer."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        answer = self.pass_on("POST", path, body=json.dumps(body).encode(), headers=headers, seconds=seconds)
        return _object(_accepted(answer))

    def post_sealed(self, path: str, envelope: Envelope, payload: bytes) -> Json:
        """Post a sealed body under a fresh answer key; the opened answer. Raises: Refused, NoAnswer."""
        answer_key = secrets.token_bytes(transport.ANSWER_KEY_BYTES)
        body = transport.seal_request(
            envelope.transport_key,
            envelope.fingerprint,
            envelope.route,
            payload,
            ephemeral_seed=secrets.token_bytes(32),
            answer_key=answer_key,
            length=envelope.request_length,
        )
        answer = _accepted(self.pass_on("POST", path, body=body, headers={"Content-Type": SEALED}))
        if len(answer.body) != envelope.answer_length + transport.ANSWER_OVERHEAD:
            raise NoAnswer("the sealed answer has another length than announced")
        try:
            return _object(Passed(answer.status, {}, transport.open_answer(answer_key, answer.body)))
        except CryptoError as error:
            raise NoAnswer("the sealed answer does not open") from error

    def pass_on(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, int | str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = ANSWER_SECONDS,
    ) -> Passed:
        """Any answer, also a refusal, as it came. Raises: NoAnswer."""
        try:
            with self._session().request(
                method,
                self.url + API + path,
                params=query,
                data=body,
                headers=headers,
                timeout=seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                return Passed(response.status_code, response.headers, _read(response))
        except requests.RequestException as error:
            # Its text names the address asked for; the kind is enough, and `from None` keeps it out of every log.
            raise NoAnswer(f"no answer ({type(error).__name__})") from None

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True  # an office's own certificate authority
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.headers.clear()
            session.headers.update({"User-Agent": USER_AGENT, "Accept": "*/*"})
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session


def _read(response: requests.Response) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(CHUNK_BYTES):
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise NoAnswer(f"the answer has more than {MAX_ANSWER_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


def _accepted(answer: Passed) -> Passed:
    if 200 <= answer.status < 300:
        return answer
    try:
        refusal = json.loads(answer.body)
        raise Refused(str(refusal["code"]), str(refusal["message"]), answer.status)
    except (ValueError, KeyError, TypeError):
        raise NoAnswer(f"status {answer.status} without a reason") from None


def _object(answer: Passed) -> Json:
    try:
        value = json.loads(answer.body)
    except ValueError:
        raise NoAnswer("the answer is not JSON") from None
    if not isinstance(value, dict):
        raise NoAnswer("the answer is not a JSON object")
    return value
