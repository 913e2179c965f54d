"""What is recorded beside the polls: who is present, steps, the desk, decisions, announcements, figures, items."""

from __future__ import annotations

from flask import Response

from ballot_service.console.api.bodies import (
    AnnounceRequest,
    AttendanceRequest,
    DecisionRequest,
    ExpectedRequest,
    InputRequest,
    ItemRequest,
    SlipChangeRequest,
    StepRequest,
)
from ballot_service.console.api.officer_routes import MEETING, OfficerRoutes, done, token_bytes
from ballot_service.console.asking import officer
from ballot_service.console.roles import Permission
from ballot_service.routing import answer, read_body, service


def agenda_operations(routes: OfficerRoutes) -> None:
    """Register them."""

    @routes.add(
        "POST",
        MEETING + "/attendance",
        "Record who is present",
        body=AttendanceRequest,
        success=204,
        refusals=("more-than-expected", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.ATTENDANCE,
    )
    def attendance(meeting_id: str) -> Response:
        service().conduct.attendance(meeting_id, read_body(AttendanceRequest).present, officer().name)
        return done()

    @routes.add(
        "POST",
        MEETING + "/expected",
        "Correct 应到 before the first poll",
        body=ExpectedRequest,
        success=204,
        refusals=("poll-open", "more-than-expected", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.ATTENDANCE,
    )
    def expected(meeting_id: str) -> Response:
        asked = read_body(ExpectedRequest)
        service().conduct.change_expected(meeting_id, asked.voter_class, asked.expected, asked.reason, asked.by)
        return done()

    @routes.add(
        "POST",
        MEETING + "/steps",
        "Record a step of an agenda item",
        body=StepRequest,
        success=204,
        refusals=("step-missing", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.STEPS,
    )
    def steps(meeting_id: str) -> Response:
        asked = read_body(StepRequest)
        service().conduct.step(meeting_id, asked.item, asked.step, asked.subject)
        return done()

    @routes.add(
        "POST",
        MEETING + "/slips",
        "Activate, void or replace a slip at the desk",
        body=SlipChangeRequest,
        success=204,
        refusals=("slip-used", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.DESK,
    )
    def slip_changes(meeting_id: str) -> Response:
        asked = read_body(SlipChangeRequest)
        token = None if asked.token is None else token_bytes(asked.token)
        service().conduct.change_slip(meeting_id, asked.kind, asked.voter_class, token, asked.reason, asked.by)
        return done()

    @routes.add(
        "POST",
        MEETING + "/decisions",
        "What the committee decided after an undecided round",
        body=DecisionRequest,
        success=204,
        refusals=("nothing-to-decide", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.DECIDE,
    )
    def decisions(meeting_id: str) -> Response:
        asked = read_body(DecisionRequest)
        service().conduct.decide(meeting_id, asked.contest, asked.choice, officer().name)
        return done()

    @routes.add(
        "POST",
        MEETING + "/announcements",
        "Record that results are announced",
        body=AnnounceRequest,
        refusals=("announce-not-allowed", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.ANNOUNCE,
        recent=True,
    )
    def announcements(meeting_id: str) -> Response:
        asked = read_body(AnnounceRequest)
        return answer({"to": service().conduct.announce(meeting_id, asked.contests, asked.to)})

    @routes.add(
        "POST",
        MEETING + "/inputs",
        "Record an attested figure for the scores",
        body=InputRequest,
        success=204,
        refusals=("poll-open", "input-invalid", "bad-request", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.INPUTS,
    )
    def inputs(meeting_id: str) -> Response:
        asked = read_body(InputRequest)
        service().conduct.record_input(meeting_id, asked.id, asked.value, asked.evidence, officer().name)
        return done()

    @routes.add(
        "POST",
        MEETING + "/items",
        "Add an item that a motion of this meeting let in",
        body=ItemRequest,
        success=201,
        refusals=(
            "poll-open",
            "bad-meeting-file",
            "ad-hoc-cadre-item",
            "not-admitted",
            "class-too-small",
            "ratio-too-small",
            "barred-nominee",
            "bad-request",
            "not-found",
            "not-allowed",
            "meeting-closed",
        ),
        permission=Permission.AGENDA,
    )
    def items(meeting_id: str) -> Response:
        asked = read_body(ItemRequest)
        return answer({"item": service().conduct.add_item(meeting_id, asked.item, asked.admitted_by)}, 201)
