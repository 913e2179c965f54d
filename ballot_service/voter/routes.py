"""The voter's API. It serves meeting, keys, papers, poll states, ballot ids, checkpoints and proofs; ballots and
shares stay inside (protocol §8).

Voter POSTs are sealed to a transport key, with one length of request and answer per route. An answer of success is
sealed under the key inside the request and is the same bytes for the same request; a refusal is plain JSON padded to
the same length, because sealing two different answers under one key would give both away.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from ballot_service.errors import Refused
from ballot_service.limits import Limits
from ballot_service.meetings.state import MeetingState, Paper, Poll
from ballot_service.polls.check_ballot import read_ballot
from ballot_service.polls.objections import object_to_close
from ballot_service.voter.lengths import Lengths, sealed_lengths
from ballot_service.web import Body, Routes, answer, check_model, read_body, refusal_body, service
from crypto import canonical, merkle, slips, transport
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError

MEETING = "/meetings/<meeting_id>"
SEALED = "application/octet-stream"


class BookletRequest(Body):
    """What is sealed into a redeeming request."""

    token: str
    blinded: list[list[str]]


class ObjectionRequest(Body):
    """What is sealed into an objection."""

    line: str
    receipt: str


class ShareRequest(Body):
    """A scrutineer's pad for one box."""

    box: int
    card: int
    pad: str


def voter_routes(limits: Limits) -> Routes:
    """All routes of this page."""
    routes = Routes(Blueprint("voter", __name__), "voter")

    @routes.add(
        "GET",
        MEETING + "/head",
        "Entry 0, the newest checkpoint, and the lengths of sealed messages",
        refusals=("not-found",),
    )
    def head(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (session, state):
            book = service().book
            newest = book.head(session, meeting_id)
            leaves = book.leaf_hashes(session, meeting_id, newest.size)
            return answer(
                {
                    "meeting": canonical.encode(state.meeting).decode(),
                    "checkpoint": newest.note,
                    "inclusion": [b64u(node) for node in merkle.inclusion_proof(leaves, 0)],
                    "lengths": {
                        route: {"request": lengths.request, "answer": lengths.answer}
                        for route, lengths in sealed_lengths(state).items()
                    },
                }
            )

    @routes.add(
        "GET", MEETING + "/keys/<voter_class>", "The `keys` lines of a class, one per issuer", refusals=("not-found",)
    )
    def keys(meeting_id: str, voter_class: str) -> Response:
        with service().acts.look(meeting_id) as (session, state):
            if voter_class not in state.expected:
                raise Refused("not-found", f"there is no class {voter_class!r} in this meeting")
            count = len(state.meeting["keys"])
            lines = [line.decode() for line in service().book.lines(session, meeting_id, 1, 1 + count)]
        return answer({"keys": [line for line in lines if json.loads(line)["class"] == voter_class]})

    @routes.add("GET", MEETING + "/state", "What is open, closed, announced; with ETag", refusals=("not-found",))
    def state(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (session, current):
            etag = f'"{current.size}"'
            if etag in request.headers.get("If-None-Match", ""):
                unchanged = Response(status=304)
                unchanged.headers["ETag"] = etag
                return unchanged
            response = answer(voter_state(current, service().book.head(session, meeting_id).note))
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "no-cache"
        return response

    @routes.add(
        "GET",
        MEETING + "/papers/<paper>",
        "A `paper` line with its proof of inclusion",
        refusals=("not-found", "bad-request"),
    )
    def paper(meeting_id: str, paper: str) -> Response:
        with service().acts.look(meeting_id) as (session, state):
            found = state.papers.get(_bytes(paper, 32, "paper"))
            if found is None:
                raise Refused("not-found", "there is no such paper in this meeting")
            book = service().book
            newest = book.head(session, meeting_id)
            leaves = book.leaf_hashes(session, meeting_id, newest.size)
            (line,) = book.lines(session, meeting_id, found.position, found.position + 1)
            return answer(
                {
                    "paper": line.decode(),
                    "index": found.position,
                    "inclusion": [b64u(node) for node in merkle.inclusion_proof(leaves, found.position)],
                    "checkpoint": newest.note,
                }
            )

    @routes.add("GET", MEETING + "/checkpoint", "The newest signed checkpoint", refusals=("not-found",))
    def checkpoint(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (session, _state):
            return answer({"checkpoint": service().book.head(session, meeting_id).note})

    @routes.add(
        "GET",
        MEETING + "/proofs/inclusion",
        "Inclusion of line `index` in the tree of `size`",
        refusals=("not-found", "bad-request"),
    )
    def inclusion(meeting_id: str) -> Response:
        index, size = _number("index"), _number("size")
        with service().acts.look(meeting_id) as (session, state):
            _check_size(size, state)
            if index >= size:
                raise Refused("bad-request", f"index must be below size, {size}")
            leaves = service().book.leaf_hashes(session, meeting_id, size)
        return answer({"nodes": [b64u(node) for node in merkle.inclusion_proof(leaves, index)]})

    @routes.add(
        "GET",
        MEETING + "/proofs/consistency",
        "The tree of `new` continues the tree of `old`",
        refusals=("not-found", "bad-request"),
    )
    def consistency(meeting_id: str) -> Response:
        old, new = _number("old"), _number("new")
        with service().acts.look(meeting_id) as (session, state):
            _check_size(new, state)
            if not 1 <= old <= new:
                raise Refused("bad-request", f"old must lie between 1 and new, {new}")
            leaves = service().book.leaf_hashes(session, meeting_id, new)
        return answer({"nodes": [b64u(node) for node in merkle.consistency_proof(leaves, old)]})

    @routes.add(
        "GET",
        MEETING + "/polls/<poll_id>/ballot-ids",
        "All ballot ids of a closed poll, tied to its close",
        refusals=("not-found", "too-early"),
    )
    def ballot_ids(meeting_id: str, poll_id: str) -> Response:
        with service().acts.look(meeting_id) as (session, state):
            poll = state.polls.get(poll_id)
            if poll is None:
                raise Refused("not-found", "there is no such poll in this meeting")
            if not poll.close_size:
                raise Refused("too-early", "the poll is open, or was voided while it was open")
            book = service().book
            leaves = book.leaf_hashes(session, meeting_id, poll.close_size)
            start, stop = poll.ballots.start, poll.ballots.stop
            return answer(
                {
                    "ids": [b64u(leaf) for leaf in leaves[start:stop]],
                    "start": start,
                    "nodes": [b64u(node) for node in merkle.range_proof(leaves, start, stop)],
                    "close": book.note_at(session, meeting_id, poll.close_size),
                }
            )

    @routes.add(
        "POST",
        MEETING + "/booklet",
        "Redeem a slip (to box 0)",
        body=SEALED,
        media_type=SEALED,
        refusals=("slip-used", "bad-request", "meeting-closed", "rate-limited", "not-found", "too-large"),
    )
    def booklet(meeting_id: str) -> Response:
        def redeem(payload: bytes) -> tuple[dict[str, Any], int]:
            asked = check_model(BookletRequest, _payload_json(payload))
            token = _bytes(asked.token, 16, "token")
            limits.check("slip", slips.slip_id(meeting_id, token))
            blinded = [[_bytes(value, None, "blinded") for value in pages] for pages in asked.blinded]
            signatures = service().redeemer.redeem(meeting_id, token, blinded)
            return {"signatures": [[b64u(sig) for sig in pages] for pages in signatures]}, 200

        return _sealed(meeting_id, "booklet", lambda _state: 0, redeem)

    @routes.add(
        "POST",
        MEETING + "/ballots",
        "Cast a ballot (sealed to the open poll's box)",
        body=SEALED,
        success=201,
        media_type=SEALED,
        refusals=(
            "ballot-invalid",
            "ballot-differs",
            "poll-closed",
            "meeting-closed",
            "rate-limited",
            "bad-request",
            "not-found",
            "too-large",
            "unavailable",
        ),
    )
    def ballots(meeting_id: str) -> Response:
        def cast(line: bytes) -> tuple[dict[str, Any], int]:
            limits.check("key", read_ballot(line).key)
            receipt = service().casting.cast(meeting_id, line)
            return {"receipt": b64u(receipt.signature)}, 201 if receipt.new else 200

        return _sealed(meeting_id, "ballots", _open_box, cast)

    @routes.add(
        "POST",
        MEETING + "/receipts",
        "Ask again for the receipt of a ballot in a closed poll (to box 0)",
        body=SEALED,
        media_type=SEALED,
        refusals=(
            "ballot-invalid",
            "poll-closed",
            "meeting-closed",
            "rate-limited",
            "bad-request",
            "not-found",
            "too-large",
        ),
    )
    def receipts(meeting_id: str) -> Response:
        def again(line: bytes) -> tuple[dict[str, Any], int]:
            limits.check("key", read_ballot(line).key)
            return {"receipt": b64u(service().casting.receipt_again(meeting_id, line).signature)}, 200

        return _sealed(meeting_id, "receipts", lambda _state: 0, again)

    @routes.add(
        "POST",
        MEETING + "/objections",
        "A ballot with a receipt is missing (to box 0)",
        body=SEALED,
        media_type=SEALED,
        refusals=(
            "poll-closed",
            "ballot-invalid",
            "meeting-closed",
            "rate-limited",
            "bad-request",
            "not-found",
            "too-large",
        ),
    )
    def objections(meeting_id: str) -> Response:
        def object_(payload: bytes) -> tuple[dict[str, Any], int]:
            asked = check_model(ObjectionRequest, _payload_json(payload))
            line = asked.line.encode()
            limits.check("key", read_ballot(line).key)
            object_to_close(service().acts, meeting_id, line, _bytes(asked.receipt, 64, "receipt"))
            return {"recorded": True}, 200

        return _sealed(meeting_id, "objections", lambda _state: 0, object_)

    @routes.add(
        "POST",
        MEETING + "/shares",
        "A scrutineer releases the pad of one card for one box",
        body=ShareRequest,
        refusals=("share-wrong", "too-early", "not-found", "bad-request", "meeting-closed"),
    )
    def shares(meeting_id: str) -> Response:
        asked = read_body(ShareRequest)
        pad = _bytes(asked.pad, 32, "pad")
        released = service().boxes.release_share(meeting_id, asked.box, asked.card, pad)
        return answer({"box": asked.box, "released": released})

    return routes


def voter_state(state: MeetingState, checkpoint: str) -> dict[str, Any]:
    """What every phone and screen may know."""
    return {
        "meeting": state.id,
        "size": state.size,
        "checkpoint": checkpoint,
        "closed": state.closed,
        "polls": [
            {
                "poll": poll.id,
                "phase": poll.phase,
                "box": poll.box,
                "papers": [_paper_summary(paper) for paper in poll.papers],
            }
            for poll in state.polls.values()
        ],
        "results": {
            contest_id: state.rounds[contest_id][-1]
            for contest_id, by_round in state.announced.items()
            if {"hall", "public"} & set(by_round.get(state.rounds[contest_id][-1]["round"], []))
        },
    }


def _paper_summary(paper: Paper) -> dict[str, Any]:
    return {
        "paper": b64u(paper.hash),
        "contest": paper.contest_id,
        "round": paper.round,
        "page": paper.page,
        "classes": list(paper.classes),
    }


def _open_box(state: MeetingState) -> int:
    poll: Poll | None = state.open_poll
    if poll is None:
        raise Refused("poll-closed", "no poll is open")
    return poll.box


def _sealed(
    meeting_id: str,
    route: str,
    box: Callable[[MeetingState], int],
    handle: Callable[[bytes], tuple[dict[str, Any], int]],
) -> Response:
    """Open the request, handle its payload, seal the answer."""
    with service().acts.look(meeting_id) as (_session, state):
        lengths = sealed_lengths(state)[route]
    try:
        if request.mimetype != SEALED:
            raise Refused("bad-request", f"send the sealed body as {SEALED}")
        key = service().keyring.transport(meeting_id, box(state))
        if key is None:
            raise Refused("meeting-closed" if state.closed else "poll-closed", "this is closed: nothing more is taken")
        body = request.get_data(cache=False)
        try:
            answer_key, payload = transport.open_request(key, state.fingerprint, route, body, lengths.request)
        except CryptoError:
            raise Refused("bad-request", "the body does not open: another key, or another length") from None
        value, status = handle(payload)
    except Refused as refused:
        return _padded_refusal(refused, lengths)
    sealed = transport.seal_answer(answer_key, json.dumps(value).encode(), lengths.answer)
    response = Response(sealed, status, mimetype=SEALED)
    response.headers["Cache-Control"] = "no-store"
    return response


def _padded_refusal(refused: Refused, lengths: Lengths) -> Response:
    """Plain, but as long as a sealed answer."""
    text = json.dumps(refusal_body(Refused(refused.code, refused.message)))
    padded = text.ljust(lengths.answer + transport.ANSWER_OVERHEAD)
    response = Response(padded, refused.status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _payload_json(payload: bytes) -> Any:
    try:
        return canonical.decode_relaxed(payload, max_depth=4)
    except CryptoError as error:
        raise Refused("bad-request", f"the sealed body is not acceptable JSON: {error}") from None


def _bytes(text: str, length: int | None, name: str) -> bytes:
    try:
        return from_b64u(text, length)
    except CryptoError as error:
        raise Refused("bad-request", f"{name}: {error}") from None


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused("bad-request", f"{name}: expected a whole number of at most nine digits")
    return int(text)


def _check_size(size: int, state: MeetingState) -> None:
    if not 1 <= size <= state.size:
        raise Refused("bad-request", f"the ledger has {state.size} lines: ask for a size from 1 to that")
