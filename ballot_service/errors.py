"""Refusals: what the service says when it will not do something, and nothing has changed.

Each code has exactly one HTTP status, listed in docs/api.md. A message is one line that says what is wrong, where,
and what to do; it never holds a token, a key, an address or a choice.
"""

from __future__ import annotations

from typing import Final

STATUS: Final[dict[str, int]] = {
    # publishing
    "bad-meeting-file": 422,
    "class-too-small": 409,
    "ratio-too-small": 422,
    "barred-nominee": 422,
    "already-published": 409,
    # polls, in the order they are tried
    "not-published": 404,
    "poll-open": 409,
    "not-admitted": 409,
    "no-decision": 409,
    "round-limit": 409,
    "step-missing": 409,
    "attendance-missing": 409,
    "more-slips-than-present": 409,
    "quorum-not-held": 409,
    "no-page-left": 409,
    "no-box-left": 409,
    # the rest of a meeting
    "ad-hoc-cadre-item": 409,
    "more-than-expected": 409,
    "slip-used": 409,
    "ballot-differs": 409,
    "ballot-invalid": 400,
    "poll-closed": 410,
    "share-wrong": 409,
    "shares-missing": 409,
    "too-early": 425,
    "objection-open": 409,
    "witness-missing": 409,
    "nothing-to-decide": 409,
    "input-invalid": 422,
    "counts-differ": 409,
    "hub-waiting": 409,
    "announce-not-allowed": 409,
    "meeting-closed": 409,
    # requests as such
    "not-found": 404,
    "wrong-method": 405,
    "not-allowed": 403,
    "rate-limited": 429,
    "too-large": 413,
    "bad-request": 400,
    "unavailable": 503,
    "internal": 500,
}


class Refused(Exception):
    """The service refuses; nothing has changed. `code` is one of `STATUS`."""

    def __init__(self, code: str, message: str, *, problems: list[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = STATUS[code]
        self.message = message
        self.problems = problems or []


class CannotStart(Exception):
    """The installation is not in a state in which it may serve; the message says what to do."""
