"""The officers' API: publishing and every act of running a meeting. All but logging in needs a session.

A session travels as `Authorization: Bearer TOKEN` or as a strict same-site cookie. With the cookie every POST must say
that it is JSON, also one without a body: a foreign page cannot do that without asking first, and nobody answers it.
"""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint, Response, g, request
from pydantic import AfterValidator, Field

from ballot_service.errors import Refused
from ballot_service.limits import Limits
from ballot_service.meetings import field_readers
from ballot_service.meetings.meeting_file import Refusal, read_meeting_value
from ballot_service.meetings.problems import Findings
from ballot_service.polls.paper_counts import count_paper
from ballot_service.results.follow_ups import follow_ups
from ballot_service.routing import Body, Nothing, Routes, answer, read_body, read_json, read_nothing, service
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from crypto.words import fingerprint_words

MEETING = "/meetings/<id:meeting_id>"
COOKIE = "ballot_session"

MAX_TEXT_CHARS = 200


def _one_line(value: str) -> str:
    """As the meeting file reads text: these words enter the ledger and the minutes."""
    read = field_readers.text(MAX_TEXT_CHARS)(field_readers.Place(value, (), Findings({})))
    if read is field_readers.WRONG:
        raise ValueError(f"one line of printable text, 1 to {MAX_TEXT_CHARS} characters")
    return str(read)


def _all_different(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("each only once")
    return values


Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS), AfterValidator(_one_line)]
Word = Annotated[str, Field(max_length=64)]  # one of a few that the act itself knows
Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
ClassId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
TwoOfficers = Annotated[list[Text], Field(min_length=2, max_length=2), AfterValidator(_all_different)]


class LoginRequest(Body):
    code: Annotated[str, Field(max_length=100)]


class AttendanceRequest(Body):
    present: dict[ClassId, Count]


class ExpectedRequest(Body):
    voter_class: ClassId
    expected: Annotated[int, Field(ge=1, le=1_000_000)]
    reason: Text
    by: TwoOfficers


class StepRequest(Body):
    item: Id
    step: Id
    subject: Id | None = None


class RecusalRequest(Body):
    contest: Id
    voter_class: ClassId
    count: Count


class PollRequest(Body):
    contests: Annotated[list[Id], Field(min_length=1, max_length=200)]
    small_groups: Annotated[list[ClassId], Field(max_length=200), AfterValidator(_all_different)] = Field(
        default_factory=list
    )
    by: TwoOfficers | None = None


class CloseRequest(Body):
    assisted: Count = 0


class VoidRequest(Body):
    reason: Text
    by: TwoOfficers


class PaperCountRequest(Body):
    contest: Id
    voter_class: ClassId
    handed_out: Count
    ballots: Annotated[list[dict[str, Any]], Field(max_length=10_000)]
    teller: Text


class SlipChangeRequest(Body):
    kind: Word
    voter_class: ClassId
    token: Annotated[str, Field(max_length=64)] | None = None
    reason: Text
    by: TwoOfficers


class WaiveRequest(Body):
    reason: Text
    by: TwoOfficers


class DecisionRequest(Body):
    contest: Id
    choice: Word


class InputRequest(Body):
    id: Id
    value: int | Annotated[str, Field(max_length=64)]
    evidence: Text


class ItemRequest(Body):
    item: dict[str, Any]
    admitted_by: Id


class AnnounceRequest(Body):
    contests: Annotated[list[Id], Field(min_length=1, max_length=200)]
    to: Word | None = None


def officer_routes(limits: Limits) -> Routes:
    """All routes of this page."""
    blueprint = Blueprint("officer", __name__)
    routes = Routes(blueprint, "officer")

    @blueprint.before_request
    def _check_session() -> None:
        if request.endpoint == "officer.log_in":
            return
        token = _bearer()
        if token is None and request.method == "POST" and request.mimetype != "application/json":
            raise Refused("bad-request", "send the header Content-Type: application/json, also without a body")
        g.account = service().accounts.account(token or session_cookie())
        limits.check("account", g.account.encode())

    @routes.add(
        "POST",
        "/login",
        "Exchange a one-time code for a session",
        body=LoginRequest,
        refusals=("not-allowed", "bad-request"),
    )
    def log_in() -> Response:
        token = service().accounts.log_in(read_body(LoginRequest).code)
        response = answer({"token": token})
        secure = service().config.base_url.startswith("https:")
        response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure)
        return response

    @routes.add("POST", "/logout", "End the session", body=Nothing, success=204, refusals=("not-allowed",))
    def log_out() -> Response:
        read_nothing()
        service().accounts.log_out(_bearer() or session_cookie() or "")
        response = _done()
        response.delete_cookie(COOKIE)
        return response

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
    )
    def publish() -> Response:
        try:
            plan = read_meeting_value(read_json())
        except Refusal as refusal:
            problems = [str(problem) for problem in refusal.problems]
            raise Refused(refusal.code, "; ".join(problems[:8]), problems=problems) from None
        published = service().publish(plan)
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
    )
    def control(meeting_id: str) -> Response:
        return answer(service().figures(meeting_id))

    @routes.add(
        "POST",
        MEETING + "/attendance",
        "Record who is present",
        body=AttendanceRequest,
        success=204,
        refusals=("more-than-expected", "bad-request", "not-found", "not-allowed", "meeting-closed"),
    )
    def attendance(meeting_id: str) -> Response:
        service().conduct.attendance(meeting_id, read_body(AttendanceRequest).present, g.account)
        return _done()

    @routes.add(
        "POST",
        MEETING + "/expected",
        "Correct 应到 before the first poll",
        body=ExpectedRequest,
        success=204,
        refusals=("poll-open", "more-than-expected", "bad-request", "not-found", "not-allowed", "meeting-closed"),
    )
    def expected(meeting_id: str) -> Response:
        asked = read_body(ExpectedRequest)
        service().conduct.change_expected(meeting_id, asked.voter_class, asked.expected, asked.reason, asked.by)
        return _done()

    @routes.add(
        "POST",
        MEETING + "/steps",
        "Record a step of an agenda item",
        body=StepRequest,
        success=204,
        refusals=("step-missing", "bad-request", "not-found", "not-allowed", "meeting-closed"),
    )
    def steps(meeting_id: str) -> Response:
        asked = read_body(StepRequest)
        service().conduct.step(meeting_id, asked.item, asked.step, asked.subject)
        return _done()

    @routes.add(
        "POST",
        MEETING + "/recusals",
        "Take holders of a class out of a contest's next paper",
        body=RecusalRequest,
        success=204,
        refusals=("poll-open", "bad-request", "not-admitted", "not-found", "not-allowed", "meeting-closed"),
    )
    def recusals(meeting_id: str) -> Response:
        asked = read_body(RecusalRequest)
        service().polls.recuse(meeting_id, asked.contest, asked.voter_class, asked.count)
        return _done()

    @routes.add(
        "POST",
        MEETING + "/slips",
        "Activate, void or replace a slip at the desk",
        body=SlipChangeRequest,
        success=204,
        refusals=("slip-used", "bad-request", "not-found", "not-allowed", "meeting-closed"),
    )
    def slip_changes(meeting_id: str) -> Response:
        asked = read_body(SlipChangeRequest)
        token = None if asked.token is None else _token_bytes(asked.token)
        service().conduct.change_slip(meeting_id, asked.kind, asked.voter_class, token, asked.reason, asked.by)
        return _done()

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
    )
    def open_poll(meeting_id: str) -> Response:
        asked = read_body(PollRequest)
        if asked.small_groups and asked.by is None:
            raise Refused("bad-request", "by: two officers take the responsibility for small groups, name both")
        opened = service().polls.open(meeting_id, asked.contests, asked.small_groups)
        return answer({"poll": opened.poll, "box": opened.box, "papers": [b64u(one) for one in opened.papers]}, 201)

    @routes.add(
        "POST",
        MEETING + "/polls/<id:poll_id>/close",
        "Stop taking ballots",
        body=CloseRequest,
        refusals=(
            "poll-closed",
            "more-slips-than-present",
            "bad-request",
            "not-found",
            "not-allowed",
            "meeting-closed",
        ),
    )
    def close_poll(meeting_id: str, poll_id: str) -> Response:
        closed = service().polls.close(meeting_id, poll_id, assisted=read_body(CloseRequest).assisted)
        return answer({"poll": closed.poll, "counts": closed.counts})

    @routes.add(
        "POST",
        MEETING + "/polls/<id:poll_id>/void",
        "Void a poll that is open or not opened yet",
        body=VoidRequest,
        success=204,
        refusals=("poll-closed", "bad-request", "not-found", "not-allowed", "meeting-closed"),
    )
    def void_poll(meeting_id: str, poll_id: str) -> Response:
        asked = read_body(VoidRequest)
        service().polls.void(meeting_id, poll_id, asked.reason, asked.by)
        return _done()

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
    )
    def open_box(meeting_id: str, poll_id: str) -> Response:
        read_nothing()
        return answer({"contests": service().boxes.open(meeting_id, poll_id)})

    @routes.add(
        "GET",
        MEETING + "/polls/<id:poll_id>/result",
        "The result with its working",
        refusals=("too-early", "not-found", "not-allowed"),
    )
    def result(meeting_id: str, poll_id: str) -> Response:
        return answer({"contests": service().boxes.recount(meeting_id, poll_id)})

    @routes.add(
        "POST",
        MEETING + "/witness-waivers",
        "Open boxes without cosignatures",
        body=WaiveRequest,
        success=204,
        refusals=("bad-request", "not-found", "not-allowed", "meeting-closed"),
    )
    def waive(meeting_id: str) -> Response:
        asked = read_body(WaiveRequest)
        service().conduct.waive_witnesses(meeting_id, asked.reason, asked.by)
        return _done()

    @routes.add(
        "POST",
        MEETING + "/decisions",
        "What the committee decided after an undecided round",
        body=DecisionRequest,
        success=204,
        refusals=("nothing-to-decide", "bad-request", "not-found", "not-allowed", "meeting-closed"),
    )
    def decisions(meeting_id: str) -> Response:
        asked = read_body(DecisionRequest)
        service().conduct.decide(meeting_id, asked.contest, asked.choice, g.account)
        return _done()

    @routes.add(
        "POST",
        MEETING + "/announcements",
        "Record that results are announced",
        body=AnnounceRequest,
        refusals=("announce-not-allowed", "bad-request", "not-found", "not-allowed", "meeting-closed"),
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
    )
    def inputs(meeting_id: str) -> Response:
        asked = read_body(InputRequest)
        service().conduct.record_input(meeting_id, asked.id, asked.value, asked.evidence, g.account)
        return _done()

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
    )
    def items(meeting_id: str) -> Response:
        asked = read_body(ItemRequest)
        return answer({"item": service().conduct.add_item(meeting_id, asked.item, asked.admitted_by)}, 201)

    @routes.add(
        "POST",
        MEETING + "/close",
        "End the meeting and destroy its keys",
        body=Nothing,
        success=204,
        refusals=("poll-open", "more-slips-than-present", "not-found", "not-allowed", "meeting-closed"),
    )
    def close_meeting(meeting_id: str) -> Response:
        read_nothing()
        service().conduct.close(meeting_id)
        return _done()

    @routes.add(
        "GET",
        MEETING + "/follow-ups",
        "What the results propose: who confirms what, by when",
        refusals=("not-found", "not-allowed"),
    )
    def proposed(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (_session, state):
            return answer({"follow_ups": [one.as_json() for one in follow_ups(state)]})

    @routes.add(
        "GET", MEETING + "/ledger", "The ledger file", refusals=("not-found", "not-allowed"), media_type="text/plain"
    )
    def ledger(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (session, _state):
            data = b"".join(service().book.export(session, meeting_id))
        response = Response(data, mimetype="text/plain")
        response.headers["Content-Disposition"] = f'attachment; filename="{meeting_id}.ledger"'
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes


def session_cookie() -> str | None:
    """The session token of a browser."""
    return request.cookies.get(COOKIE)


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" and token else None


def _done() -> Response:
    response = Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    del response.headers["Content-Type"]  # of nothing
    return response


def _token_bytes(text: str) -> bytes:
    try:
        return from_b64u(text, 16)
    except CryptoError as error:
        raise Refused("bad-request", f"token: {error}") from None
