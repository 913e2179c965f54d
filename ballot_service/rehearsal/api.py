"""How simulated people talk to the service: HTTP, JSON, sealed bodies, and what they do when nobody answers.

Nothing here knows the server's code. No cookie is kept, no proxy or .netrc of the environment is used, and every
device sends the same User-Agent, as the phone's page does: no header tells two of them apart.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any

import requests

from crypto import transport
from crypto.errors import CryptoError

API = "/api/v1"
USER_AGENT = "ballot-device"
ANSWER_SECONDS = 60.0
SEALED = "application/octet-stream"

RandomBytes = Callable[[int], bytes]


class ServiceRefused(Exception):
    """The service answered with a refusal; `code` is one of the codes in docs/api.md."""

    def __init__(self, code: str, message: str, status: int, problems: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.problems = problems


class NoAnswer(Exception):
    """The request may or may not have arrived: send the same one again."""


class Connection:
    """A keep-alive connection that remembers nothing else. A context manager."""

    def __init__(self, base_url: str, *, bearer: str | None = None, answer_seconds: float | None = ANSWER_SECONDS):
        """answer_seconds: None waits without end."""
        self._base = base_url.rstrip("/") + API
        self._seconds = answer_seconds
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "*/*"})
        if bearer is not None:
            self._session.headers["Authorization"] = f"Bearer {bearer}"

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, **query: int) -> Any:
        """The JSON at a path. Raises: ServiceRefused, NoAnswer."""
        return self._json(self._ask("GET", path, params=query))

    def get_bytes(self, path: str) -> bytes:
        """The body at a path. Raises: ServiceRefused, NoAnswer."""
        return self._ask("GET", path).content

    def post(self, path: str, body: Any = None) -> Any:
        """Post JSON; None for an empty answer. Raises: ServiceRefused, NoAnswer."""
        data = b"{}" if body is None else json.dumps(body).encode()
        response = self._ask("POST", path, data=data, headers={"Content-Type": "application/json"})
        return None if response.status_code == 204 else self._json(response)

    def post_sealed(self, path: str, seal: SealedRoute, payload: bytes) -> tuple[int, Any]:
        """Post a sealed body, with a fresh key for the answer. Returns status and the opened JSON.

        Raises: ServiceRefused, NoAnswer.
        """
        answer_key = secrets.token_bytes(transport.ANSWER_KEY_BYTES)
        body = transport.seal_request(
            seal.transport_key,
            seal.fingerprint,
            seal.route,
            payload,
            ephemeral_seed=secrets.token_bytes(32),
            answer_key=answer_key,
            length=seal.request_length,
        )
        response = self._ask("POST", path, data=body, headers={"Content-Type": SEALED})
        if len(response.content) != seal.answer_length + transport.ANSWER_OVERHEAD:
            raise NoAnswer(f"{seal.route}: the answer has another length than announced")
        try:
            return response.status_code, json.loads(transport.open_answer(answer_key, response.content))
        except (CryptoError, ValueError) as error:
            raise NoAnswer(f"{seal.route}: the answer does not open") from error

    def _ask(self, method: str, path: str, **how: Any) -> requests.Response:
        try:
            response = self._session.request(
                method, self._base + path, timeout=self._seconds, allow_redirects=False, **how
            )
        except requests.RequestException as error:
            raise NoAnswer(f"{method} {path}: no answer ({type(error).__name__})") from error
        if not 200 <= response.status_code < 300:
            raise _refusal(response)
        return response

    @staticmethod
    def _json(response: requests.Response) -> Any:
        try:
            return json.loads(response.content)
        except ValueError as error:
            raise NoAnswer("the answer is not JSON") from error


class SealedRoute:
    """What sealing to one route needs: the key, the context, the two lengths."""

    def __init__(self, route: str, fingerprint: bytes, transport_key: bytes, lengths: Mapping[str, Any]) -> None:
        """lengths: as in the answer to `/head`."""
        self.route = route
        self.fingerprint = fingerprint
        self.transport_key = transport_key
        self.request_length = int(lengths[route]["request"])
        self.answer_length = int(lengths[route]["answer"])


def _refusal(response: requests.Response) -> Exception:
    try:
        body = json.loads(response.content)
        problems = tuple(str(one) for one in body.get("problems", []))
        return ServiceRefused(str(body["code"]), str(body["message"]), response.status_code, problems)
    except (ValueError, KeyError, TypeError, AttributeError):
        return NoAnswer(f"status {response.status_code} without a reason")
