"""A meeting as a whole: publish it, look at it, take its ledger away, end it."""

from __future__ import annotations

from flask import Response

from ballot_service.console.api.officer_routes import MEETING, OfficerRoutes, done
from ballot_service.console.asking import officer
from ballot_service.console.recording import name_act
from ballot_service.console.roles import Permission
from ballot_service.disclosure import told_whole
from ballot_service.documents.view import contests_of_score, score_definitions
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import Refusal, read_meeting_value
from ballot_service.meetings.state import MeetingState
from ballot_service.results.follow_ups import FollowUp, follow_ups
from ballot_service.routing import Nothing, answer, read_json, read_nothing, service
from crypto.encoding import b64u
from crypto.words import fingerprint_words


def meeting_operations(routes: OfficerRoutes) -> None:
    """Register them."""

    @routes.add(
        "POST",
        "/meetings",
        "Publish a meeting file; slips and cards are in this answer and nowhere else",
        body="application/json",
        success=201,
        refusals=(
            "bad-meeting-file",
            "class-too-small",
            "ratio-too-small",
            "barred-nominee",
            "already-published",
            "not-allowed",
            "bad-request",
            "too-large",
        ),
        permission=Permission.PREPARE,
    )
    def publish() -> Response:
        try:
            plan = read_meeting_value(read_json())
        except Refusal as refusal:
            problems = [str(problem) for problem in refusal.problems]
            raise Refused(refusal.code, "; ".join(problems[:8]), problems=problems) from None
        published = service().publish(plan, organiser=officer().account)
        name_act("publish", meeting=published.meeting_id)
        locale = plan.fields["locale"]
        return answer(
            {
                "meeting": published.meeting_id,
                "fingerprint": published.fingerprint.hex(),
                "fingerprint_words": fingerprint_words(published.fingerprint, "zh" if locale == "zh-CN" else "en"),
                "slips": [
                    {"class": slip.voter_class, "reserve": slip.reserve, "url": slip.url} for slip in published.slips
                ],
                "cards": [{"card": card.number, "secret": b64u(card.secret)} for card in published.cards],
            },
            201,
        )

    @routes.add(
        "GET",
        MEETING + "/control",
        "Figures for those who run the meeting: redeemed, returned, shares",
        refusals=("not-found", "not-allowed"),
        permission=Permission.FIGURES,
    )
    def control(meeting_id: str) -> Response:
        return answer(service().figures(meeting_id))

    @routes.add(
        "GET",
        MEETING + "/follow-ups",
        "What the results propose: who confirms what, by when",
        refusals=("not-found", "not-allowed"),
        permission=Permission.RESULTS,
    )
    def proposed(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (_session, state):
            return answer({"follow_ups": [one.as_json() for one in follow_ups(state) if _may_see(state, one)]})

    @routes.add(
        "GET",
        MEETING + "/ledger",
        "The ledger file",
        refusals=("not-found", "not-allowed"),
        media_type="text/plain",
        permission=Permission.EXPORT,
    )
    def ledger(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (session, _state):
            data = b"".join(service().book.export(session, meeting_id))
        name_act("ledger", meeting=meeting_id)
        response = Response(data, mimetype="text/plain")
        response.headers["Content-Disposition"] = f'attachment; filename="{meeting_id}.ledger"'
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.add(
        "POST",
        MEETING + "/close",
        "End the meeting and destroy its keys",
        body=Nothing,
        success=204,
        refusals=("poll-open", "more-slips-than-present", "not-found", "not-allowed", "meeting-closed"),
        permission=Permission.CLOSE,
    )
    def close_meeting(meeting_id: str) -> Response:
        read_nothing()
        service().conduct.close(meeting_id)
        return done()


def _may_see(state: MeetingState, one: FollowUp) -> bool:
    """A proposal says how a result came out: it is for those who may see every result that it rests on."""
    contests = {one.contest} if one.contest is not None else _rests_on(state, str(one.score))
    return told_whole(state, contests, officer().roles(state.id))


def _rests_on(state: MeetingState, score: str) -> set[str]:
    (definition,) = (known for known in score_definitions(state) if known["id"] == score)
    counted = set(state.rounds)
    return contests_of_score(definition, state) & counted or counted  # figures given alone: with everything
