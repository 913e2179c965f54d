"""Polls: recusals, opening, closing, voiding, paper counts, boxes and results."""

from __future__ import annotations

from typing import Any

from flask import Response

from ballot_service.console.api.bodies import (
    CloseRequest,
    PaperCountRequest,
    PollRequest,
    RecusalRequest,
    VoidRequest,
    WaiveRequest,
)
from ballot_service.console.api.officer_routes import MEETING, OfficerRoutes, done
from ballot_service.console.asking import officer
from ballot_service.console.roles import Permission
from ballot_service.disclosure import for_officer
from ballot_service.errors import Refused
from ballot_service.polls.paper_counts import count_paper
from ballot_service.routing import Nothing, answer, read_body, read_nothing, service
from crypto.encoding import b64u


def poll_operations(routes: OfficerRoutes) -> None:
    """Register them."""

    @routes.add(
        "POST",
        MEETING + "/recusals",
        "Take holders of a class out of a contest's next paper",
        body=RecusalRequest,
        success=204,
        refusals=("poll-open", "bad-request", "not-admitted", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.POLLS,
    )
    def recusals(meeting_id: str) -> Response:
        asked = read_body(RecusalRequest)
        service().polls.recuse(meeting_id, asked.contest, asked.voter_class, asked.count)
        return done()

    @routes.add(
        "POST",
        MEETING + "/polls",
        "Print the papers and open a poll",
        body=PollRequest,
        success=201,
        refusals=(
            "poll-open",
            "not-admitted",
            "no-decision",
            "round-limit",
            "step-missing",
            "attendance-missing",
            "more-slips-than-present",
            "quorum-not-held",
            "class-too-small",
            "no-page-left",
            "no-box-left",
            "too-early",
            "bad-request",
            "not-found",
            "not-allowed",
            "meeting-closed",
        ),
        permission=Permission.POLLS,
    )
    def open_poll(meeting_id: str) -> Response:
        asked = read_body(PollRequest)
        if asked.small_groups and asked.by is None:
            raise Refused("bad-request", "by: two officers take the responsibility for small groups, name both")
        opened = service().polls.open(meeting_id, asked.contests, asked.small_groups)
        return answer({"poll": opened.poll, "box": opened.box, "papers": [b64u(one) for one in opened.papers]}, 201)

    @routes.add(
        "POST",
        MEETING + "/polls/<id:poll_id>/collect",
        "Ask the venue hubs to deliver the open poll's ballots",
        body=Nothing,
        success=204,
        refusals=("poll-closed", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.POLLS,
    )
    def collect(meeting_id: str, poll_id: str) -> Response:
        read_nothing()
        service().hubs.collect(meeting_id, poll_id)
        return done()

    @routes.add(
        "POST",
        MEETING + "/polls/<id:poll_id>/close",
        "Stop taking ballots",
        body=CloseRequest,
        refusals=(
            "poll-closed",
            "hub-waiting",
            "more-slips-than-present",
            "bad-request",
            "not-found",
            "not-allowed",
            "meeting-closed",
        ),
        permission=Permission.POLLS,
    )
    def close_poll(meeting_id: str, poll_id: str) -> Response:
        asked = read_body(CloseRequest)
        closed = service().polls.close(meeting_id, poll_id, assisted=asked.assisted, without_hubs=asked.without_hubs)
        return answer({"poll": closed.poll, "counts": closed.counts})

    @routes.add(
        "POST",
        MEETING + "/polls/<id:poll_id>/void",
        "Void a poll that is open or not opened yet",
        body=VoidRequest,
        success=204,
        refusals=("poll-closed", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.POLLS,
    )
    def void_poll(meeting_id: str, poll_id: str) -> Response:
        asked = read_body(VoidRequest)
        service().polls.void(meeting_id, poll_id, asked.reason, asked.by)
        return done()

    @routes.add(
        "POST",
        MEETING + "/paper-counts",
        "One teller's count of paper ballots; the second must agree",
        body=PaperCountRequest,
        refusals=(
            "counts-differ",
            "class-too-small",
            "more-slips-than-present",
            "poll-closed",
            "bad-request",
            "not-found",
            "not-allowed",
            "meeting-closed",
        ),
        permission=Permission.PAPER,
    )
    def paper_counts(meeting_id: str) -> Response:
        asked = read_body(PaperCountRequest)
        entered = count_paper(
            service().acts,
            meeting_id,
            asked.contest,
            asked.voter_class,
            handed_out=asked.handed_out,
            ballots=asked.ballots,
            teller=asked.teller,
        )
        return answer({"entered": entered})

    @routes.add(
        "POST",
        MEETING + "/witness-waivers",
        "Open boxes without cosignatures",
        body=WaiveRequest,
        success=204,
        refusals=("bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.POLLS,
    )
    def waive(meeting_id: str) -> Response:
        asked = read_body(WaiveRequest)
        service().conduct.waive_witnesses(meeting_id, asked.reason, asked.by)
        return done()

    @routes.add(
        "POST",
        MEETING + "/polls/<id:poll_id>/open-box",
        "Open the box and count",
        body=Nothing,
        refusals=(
            "too-early",
            "objection-open",
            "witness-missing",
            "shares-missing",
            "share-wrong",
            "poll-closed",
            "not-found",
            "not-allowed",
            "meeting-closed",
        ),
        permission=Permission.BOXES,
        recent=True,
    )
    def open_box(meeting_id: str, poll_id: str) -> Response:
        read_nothing()
        return _as_seen(meeting_id, service().boxes.open(meeting_id, poll_id))

    @routes.add(
        "GET",
        MEETING + "/polls/<id:poll_id>/result",
        "The result with its working",
        refusals=("too-early", "not-found", "not-allowed"),
        permission=Permission.RESULTS,
    )
    def result(meeting_id: str, poll_id: str) -> Response:
        return _as_seen(meeting_id, service().boxes.recount(meeting_id, poll_id))


def _as_seen(meeting_id: str, judged: dict[str, dict[str, Any]]) -> Response:
    """The rounds of a poll, as far as this officer may see them."""
    with service().acts.look(meeting_id) as (_session, state):
        return answer({"contests": for_officer(state, judged, officer().roles(meeting_id))})
