"""What a hub asks of the service beside what every voter's device may: to be paired, to report, and the client's files.

The files are those whose hash entry 0 of every meeting names; the hub checks them before it serves one. They are sent
as bytes without a type, so that no browser takes this address for the page on which people vote.
"""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Blueprint, Response, request
from pydantic import Field

from ballot_service.client import built_client
from ballot_service.errors import Refused
from ballot_service.hubs.codes import counted_name, parse_code
from ballot_service.hubs.desk import code_refused
from ballot_service.hubs.reports import Report, Terminal
from ballot_service.limits import Limits
from ballot_service.routing import Body, Routes, answer, read_body, service
from crypto.canonical import MAX_INTEGER

MEETING = "/meetings/<id:meeting_id>"
BYTES = "application/octet-stream"
MAX_POLLS = 200
MAX_TERMINALS = 100

PollId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
Counts = Annotated[dict[PollId, Annotated[int, Field(ge=0, le=1_000_000)]], Field(max_length=MAX_POLLS)]


class PairRequest(Body):
    code: Annotated[str, Field(max_length=100)]


class TerminalHealth(Body):
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,16}$")]
    state: Literal["idle", "busy", "ballot", "away"]
    camera: Literal["ok", "missing", "refused", "off"]


class HubReport(Body):
    """One report. Polls by id."""

    waiting: Counts
    delivered: Annotated[list[PollId], Field(max_length=MAX_POLLS)]
    assisted: Counts
    lost: Counts
    terminals: Annotated[list[TerminalHealth], Field(max_length=MAX_TERMINALS)]
    disk_free: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


def hub_routes(limits: Limits) -> Routes:
    """All routes for hubs."""
    blueprint = Blueprint("hub", __name__)
    routes = Routes(blueprint, "hub")

    @routes.add(
        "POST",
        "/hubs",
        "Exchange a pairing code for a hub's token",
        body=PairRequest,
        success=201,
        refusals=("not-allowed", "rate-limited", "bad-request"),
    )
    def pair() -> Response:
        code = parse_code(read_body(PairRequest).code)
        if code is None:
            raise code_refused()
        limits.check("login", counted_name(code))
        paired = service().hubs.pair(code)
        limits.forget("login", counted_name(code))
        return answer(
            {"hub": paired.id, "meeting": paired.meeting, "name": paired.name, "token": paired.token}, status=201
        )

    @routes.add(
        "POST",
        MEETING + "/hub",
        "A hub's report; the answer says what it is asked for",
        body=HubReport,
        refusals=("not-allowed", "rate-limited", "bad-request", "not-found"),
    )
    def report(meeting_id: str) -> Response:
        told = read_body(HubReport)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        hub = service().hubs.who(meeting_id, token if scheme == "Bearer" else None)
        limits.check("account", b"hub\x00" + hub.encode())
        terminals = tuple(Terminal(one.name, one.state, one.camera) for one in told.terminals)
        said = Report(told.waiting, told.assisted, told.lost, terminals, told.disk_free)
        heard = service().hubs.hear(hub, meeting_id, said, told.delivered)
        return answer({"asked": heard.asked, "open_poll": heard.open_poll, "closed": heard.closed})

    @routes.add("GET", "/client", "The files of the voters' client, each with its hash")
    def client() -> Response:
        return answer({"files": built_client().digests})

    @routes.add("GET", "/client/<file:file>", "One of these files", refusals=("not-found",), media_type=BYTES)
    def client_file(file: str) -> Response:
        data = built_client().files.get(file)
        if data is None:
            raise Refused("not-found", "the client has no such file")
        response = Response(data, mimetype=BYTES)
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes
