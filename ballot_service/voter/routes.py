"""The voter's API. It serves meeting, keys, papers, added items, poll states, ballot ids, lines that void a poll,
checkpoints and proofs; ballots and shares stay inside (protocol §8).

Voter POSTs are sealed to a transport key, with one length of request and answer per route. An answer of success is
sealed under the key inside the request and is the same bytes for the same request; a refusal is plain JSON padded to
the same length, because sealing two different answers under one key would give both away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, request

from ballot_service.boxes.view import card_view
from ballot_service.errors import Refused
from ballot_service.limits import Limits
from ballot_service.meetings.state import MeetingState
from ballot_service.polls.check_ballot import read_ballot
from ballot_service.polls.objections import object_to_close
from ballot_service.routing import Body, Routes, answer, check_model, read_body, refusal_body, refusal_of, service
from ballot_service.voter import answers
from ballot_service.voter.lengths import Lengths, sealed_lengths
from ballot_service.voter.snapshots import Snapshots
from crypto import canonical, slips, transport
from crypto.ballot import Ballot
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError

MEETING = "/meetings/<id:meeting_id>"
SEALED = "application/octet-stream"
SHORT_MESSAGE_CHARS = 60  # fit the shortest answer however they are escaped


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


class CardRequest(Body):
    """A scrutineer's card, shown by its pad for the test box."""

    card: int
    pad: str


def voter_routes(limits: Limits) -> Routes:
    """All routes of this page."""
    routes = Routes(Blueprint("voter", __name__), "voter")
    snapshots = Snapshots()

    def same_for_all(meeting_id: str, what: str, make: Callable[..., dict[str, Any]], *details: Any) -> Response:
        """An answer that depends on the meeting's state and the address alone."""
        with service().acts.look(meeting_id) as (session, state):
            return answer(
                snapshots.get(meeting_id, state.size, what, lambda: make(service().book, session, state, *details))
            )

    @routes.add(
        "GET",
        MEETING + "/head",
        "Entry 0, the newest checkpoint, and the lengths of sealed messages",
        refusals=("not-found",),
    )
    def head(meeting_id: str) -> Response:
        return same_for_all(meeting_id, "head", answers.head_answer)

    @routes.add(
        "GET",
        MEETING + "/keys/<class:voter_class>",
        "The `keys` lines of a class, one per issuer",
        refusals=("not-found",),
    )
    def keys(meeting_id: str, voter_class: str) -> Response:
        return same_for_all(meeting_id, f"keys {voter_class}", answers.keys_answer, voter_class)

    @routes.add("GET", MEETING + "/state", "What is open, closed, announced; with ETag", refusals=("not-found",))
    def state(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (_session, current):
            etag = f'"{current.size}"'
        if etag in request.headers.get("If-None-Match", ""):
            response = Response(status=304)
        else:
            response = same_for_all(meeting_id, "state", answers.state_answer)
            etag = f'"{json.loads(response.get_data())["size"]}"'
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
        paper_hash = _bytes(paper, 32, "paper")
        return same_for_all(meeting_id, f"paper {paper}", answers.paper_answer, paper_hash)

    @routes.add(
        "GET",
        MEETING + "/items/<id:item_id>",
        "The `item` line of an added item with its proof of inclusion",
        refusals=("not-found",),
    )
    def item(meeting_id: str, item_id: str) -> Response:
        return same_for_all(meeting_id, f"item {item_id}", answers.item_answer, item_id)

    @routes.add("GET", MEETING + "/checkpoint", "The newest signed checkpoint", refusals=("not-found",))
    def checkpoint(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (session, _state):
            return answer({"checkpoint": service().book.head(session, meeting_id).note})

    @routes.add(
        "GET",
        MEETING + "/proofs/inclusion",
        "Inclusion of line `index` in the tree of `size`",
        query=("index", "size"),
        refusals=("not-found", "bad-request"),
    )
    def inclusion(meeting_id: str) -> Response:
        index, size = _number("index"), _number("size")
        return same_for_all(meeting_id, f"inclusion {index} {size}", answers.inclusion_answer, index, size)

    @routes.add(
        "GET",
        MEETING + "/proofs/consistency",
        "The tree of `new` continues the tree of `old`",
        query=("old", "new"),
        refusals=("not-found", "bad-request"),
    )
    def consistency(meeting_id: str) -> Response:
        old, new = _number("old"), _number("new")
        return same_for_all(meeting_id, f"consistency {old} {new}", answers.consistency_answer, old, new)

    @routes.add(
        "GET",
        MEETING + "/polls/<id:poll_id>/ballot-ids",
        "All ballot ids of a closed poll, tied to its close",
        refusals=("not-found", "too-early"),
    )
    def ballot_ids(meeting_id: str, poll_id: str) -> Response:
        return same_for_all(meeting_id, f"ballot-ids {poll_id}", answers.ballot_ids_answer, poll_id)

    @routes.add(
        "GET",
        MEETING + "/polls/<id:poll_id>/void",
        "The `poll-void` line of a void poll with its proof of inclusion",
        refusals=("not-found", "too-early"),
    )
    def void(meeting_id: str, poll_id: str) -> Response:
        return same_for_all(meeting_id, f"void {poll_id}", answers.void_answer, poll_id)

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
            candidate = read_ballot(line)
            with _counted(limits, meeting_id, candidate) as count:
                receipt = service().casting.cast(meeting_id, line, candidate)
                if not receipt.new:
                    count()
            return {"receipt": b64u(receipt.signature)}, 201 if receipt.new else 200

        with service().casting.under_way():
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
            "bad-request",
            "not-found",
            "too-large",
        ),
    )
    def receipts(meeting_id: str) -> Response:
        def again(line: bytes) -> tuple[dict[str, Any], int]:
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
            "bad-request",
            "not-found",
            "too-large",
        ),
    )
    def objections(meeting_id: str) -> Response:
        def object_(payload: bytes) -> tuple[dict[str, Any], int]:
            asked = check_model(ObjectionRequest, _payload_json(payload))
            line = asked.line.encode()
            object_to_close(service().acts, meeting_id, line, _bytes(asked.receipt, 64, "receipt"))
            return {"recorded": True}, 200

        return _sealed(meeting_id, "objections", lambda _state: 0, object_)

    @routes.add(
        "POST",
        MEETING + "/shares",
        "A scrutineer releases the pad of one card for one box",
        body=ShareRequest,
        refusals=(
            "share-wrong",
            "too-early",
            "poll-closed",
            "objection-open",
            "witness-missing",
            "not-found",
            "bad-request",
            "meeting-closed",
        ),
    )
    def shares(meeting_id: str) -> Response:
        asked = read_body(ShareRequest)
        pad = _bytes(asked.pad, 32, "pad")
        done = service().boxes.release_share(meeting_id, asked.box, asked.card, pad)
        return answer({"box": asked.box, "released": len(done.cards), "cards": list(done.cards), "again": done.again})

    @routes.add(
        "POST",
        MEETING + "/boxes",
        "How far the boxes are, for whoever shows a card's pad of the test box",
        body=CardRequest,
        refusals=("share-wrong", "not-found", "bad-request"),
    )
    def boxes(meeting_id: str) -> Response:
        asked = read_body(CardRequest)
        return answer(card_view(service().boxes, meeting_id, asked.card, _bytes(asked.pad, 32, "pad")))

    return routes


@contextmanager
def _counted(limits: Limits, meeting_id: str, candidate: Ballot) -> Iterator[Callable[[], None]]:
    """Count attempts with this ballot key that brought no new ballot, while its poll is open and never after.

    Yields what counts one; a refusal counts by itself. A first ballot is not counted: nothing about it is kept.
    Anybody can replay a sealed body that went by. Were its key still limited when the ledger shows the keys, whoever
    then tried them all would find the ballot of the phone that the body came from. Raises: Refused (rate-limited).
    """
    casting = service().casting
    name = casting.attempt_name(meeting_id, candidate)
    if name is None:
        yield lambda: None
        return
    try:
        limits.look("key", name)
    except Refused:
        # Perhaps another process has closed the poll, and this one does not know yet.
        if casting.attempt_name(meeting_id, candidate, newest=True) == name:
            raise
    try:
        yield lambda: limits.count("key", name)
    except Refused:
        limits.count("key", name)
        raise


def _open_box(state: MeetingState) -> int | None:
    return None if state.open_poll is None else state.open_poll.box


def _sealed(
    meeting_id: str,
    route: str,
    box: Callable[[MeetingState], int | None],
    handle: Callable[[bytes], tuple[dict[str, Any], int]],
) -> Response:
    """Open the request, handle its payload, seal the answer."""
    # A state that another process has left behind is good enough to open an envelope with; when that fails, the
    # newest state decides what to say.
    state = service().acts.states.known(meeting_id) or _newest_state(meeting_id)
    lengths = sealed_lengths(state)[route]
    try:
        if request.mimetype != SEALED:
            raise Refused("bad-request", f"send the sealed body as {SEALED}")
        opened = _open_envelope(state, route, box)
        if opened is None:
            state = _newest_state(meeting_id)
            opened = _open_envelope(state, route, box)
        if opened is None:
            raise _why_not_opened(state, box)
        answer_key, payload = opened
        value, status = handle(payload)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the length of the answer must not tell
        return _padded_refusal(refusal_of(error), lengths)
    sealed = transport.seal_answer(answer_key, json.dumps(value).encode(), lengths.answer)
    response = Response(sealed, status, mimetype=SEALED)
    response.headers["Cache-Control"] = "no-store"
    return response


def _newest_state(meeting_id: str) -> MeetingState:
    with service().acts.look(meeting_id) as (_session, state):
        return state


def _open_envelope(
    state: MeetingState, route: str, box: Callable[[MeetingState], int | None]
) -> tuple[bytes, bytes] | None:
    """Answer key and payload of the request's body, or None where no key of this state opens it."""
    length = sealed_lengths(state)[route].request
    if request.content_length not in (None, length + transport.REQUEST_OVERHEAD):
        return None  # not worth reading
    number = box(state)
    key = None if number is None else service().keyring.transport(state.id, number)
    if key is None:
        return None
    try:
        return transport.open_request(key, state.fingerprint, route, request.get_data(), length)
    except CryptoError:
        return None


def _why_not_opened(state: MeetingState, box: Callable[[MeetingState], int | None]) -> Refused:
    if state.closed:
        return Refused("meeting-closed", "the meeting is closed: nothing more is taken")
    if box(state) is None:
        return Refused("poll-closed", "no poll is open")
    return Refused("bad-request", "the body does not open: another key, or another length")


def _padded_refusal(refused: Refused, lengths: Lengths) -> Response:
    """Plain, but as long as a sealed answer."""
    length = lengths.answer + transport.ANSWER_OVERHEAD
    text = json.dumps(refusal_body(Refused(refused.code, refused.message)))
    if len(text) > length:
        text = json.dumps(refusal_body(Refused(refused.code, refused.message[:SHORT_MESSAGE_CHARS] + "…")))
    padded = text.ljust(length)
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
