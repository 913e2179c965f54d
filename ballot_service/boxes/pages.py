"""The boxes of a meeting for those who run it: which cards were tried, what each box waits for, whose shares are there.

Nothing is done here. A card is tried and a share released on the scrutineer's own phone; a box is opened on the run
page, once paper ballots are counted too.
"""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, request

from ballot_service.boxes.view import BoxesView, boxes_view
from ballot_service.console.roles import Permission
from ballot_service.console.shell import language, officer_pages, page, require
from ballot_service.meetings.state import MeetingState
from ballot_service.routing import service

MEETING = "/meetings/<id:meeting_id>"


def boxes_pages() -> Blueprint:
    """`/meetings/ID/boxes`"""
    pages = officer_pages("boxes")

    @pages.get(MEETING + "/boxes")
    def boxes(meeting_id: str) -> Response:
        require(Permission.BOXES, meeting_id)
        return _drawn("boxes.html", meeting_id)

    @pages.get(MEETING + "/boxes/live")
    def live(meeting_id: str) -> Response:
        require(Permission.BOXES, meeting_id)
        state, seen = _look(meeting_id)
        stamp = sha256(repr((language(), state.size, seen)).encode()).hexdigest()[:32]
        unchanged = request.if_none_match.contains(stamp)
        response = Response(status=304) if unchanged else _drawn("boxes_live.html", meeting_id)
        response.set_etag(stamp)
        return response

    return pages


def _drawn(template: str, meeting_id: str) -> Response:
    state, seen = _look(meeting_id)
    return page(
        template,
        meeting_id=meeting_id,
        meeting=state.meeting,
        seen=seen,
        closed=state.closed,
        nav_here="boxes",
        card_address=f"{service().config.base_url.rstrip('/')}/c/{meeting_id}",
    )


def _look(meeting_id: str) -> tuple[MeetingState, BoxesView]:
    with service().acts.look(meeting_id) as (_session, state):
        return state, boxes_view(service().boxes, meeting_id)
