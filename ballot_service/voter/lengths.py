"""The one length of each sealed request and answer: who listens learns the route and nothing of its content.

Lengths are bytes of JSON before sealing, padded with spaces; docs/api.md gives the same formulas to clients.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ballot_service.meetings.state import Json, MeetingState
from crypto.ballot import Ballot, ballot_line
from crypto.encoding import b64u
from verify import rules

STEP_BYTES = 256
SEAL_BYTES = 16
SHORTEST_ANSWER_BYTES = 512  # room for every refusal

ROUTES = ("booklet", "ballots", "receipts", "objections")


@dataclass(frozen=True)
class Lengths:
    """Payload bytes of one sealed route."""

    request: int
    answer: int


def sealed_lengths(state: MeetingState) -> dict[str, Lengths]:
    """route → lengths, the same for everyone in the meeting."""
    name = (state.fingerprint, len(state.items))
    known = _known.get(name)
    if known is None:
        known = _known[name] = _sealed_lengths(state)
    return known


_known: dict[tuple[bytes, int], dict[str, Lengths]] = {}


def _sealed_lengths(state: MeetingState) -> dict[str, Lengths]:
    k_len = state.meeting["rsa_bits"] // 8
    pages = state.meeting["pages"]
    longest = max(
        len(_longest_line(contest, voter_class, k_len))
        for item in state.items
        for contest in item["contests"]
        for voter_class in contest["voters"]
    )
    values = [[b64u(bytes(k_len))] * pages]
    request_line = _rounded(longest)
    receipt_answer = _rounded(max(SHORTEST_ANSWER_BYTES, len(json.dumps({"receipt": b64u(bytes(64))}))))
    # A quote in a line is escaped once more inside the objection's JSON: at most twice the bytes.
    objection = _rounded(2 * longest + len(json.dumps({"line": "", "receipt": b64u(bytes(64))})))
    return {
        "booklet": Lengths(
            _rounded(len(json.dumps({"token": b64u(bytes(16)), "blinded": values}))),
            _rounded(max(SHORTEST_ANSWER_BYTES, len(json.dumps({"signatures": values})))),
        ),
        "ballots": Lengths(request_line, receipt_answer),
        "receipts": Lengths(request_line, receipt_answer),
        "objections": Lengths(objection, receipt_answer),
    }


def _longest_line(contest: Json, voter_class: str, k_len: int) -> bytes:
    length = rules.padded_length(contest["ballot"])
    return ballot_line(
        Ballot(bytes(32), voter_class, bytes(32), (bytes(k_len),), bytes(32), bytes(length + SEAL_BYTES), bytes(64))
    )


def _rounded(length: int) -> int:
    return -(-length // STEP_BYTES) * STEP_BYTES
