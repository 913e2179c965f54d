"""What the terminals ask of the hub: their page, the meeting, booklets, and whatever is passed on to the server.

No cookie, no session, no log of requests. A refusal is `{"code", "message"}` as the server's are; a fault is logged by
its kind and place, never by its text, which may quote a request.
"""

from __future__ import annotations

import json
import traceback
from html import escape
from mimetypes import guess_type
from typing import Annotated, Any, TypeVar

from flask import Blueprint, Flask, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from crypto import canonical
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from kiosk import passing_on
from kiosk.deposits import BadDeposit, Deposit
from kiosk.headers import CLEAR, add_headers
from kiosk.hub import Hub
from kiosk.passing_on import HASH, NotPassedOn, PassingOn
from kiosk.remote import API, ID, SEALED, NoAnswer, Passed
from kiosk.store import BookletChanged, PollShut, StorageFull, TooManyBooklets
from kiosk.terminals import NAME, Camera, State

MAX_BODY_BYTES = 4 * 1024 * 1024
RECORD_OVERHEAD = 28  # nonce and tag of the terminal's own seal
RECORD_STEP = 4096  # records are padded to a multiple, so that lengths say little
MAX_RECORD_BYTES = 2 * 1024 * 1024
IDLE_SECONDS, WARNING_SECONDS, DONE_SECONDS = 60, 15, 8
PAGE = "terminal.html"
SIGN_SECONDS = 10

Model = TypeVar("Model", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DepositBody(_Body):
    """What one voter leaves in one poll."""

    poll: Annotated[str, Field(pattern=rf"^{ID}$")]
    lines: Annotated[list[str], Field(min_length=1, max_length=1000)]
    assisted: bool


class BookletBody(_Body):
    """A booklet as it shall be from now on."""

    version: Annotated[int, Field(ge=0, lt=2**32 - 1)]
    record: str
    deposit: DepositBody | None


class TerminalBody(_Body):
    """How a terminal is."""

    state: State
    camera: Camera


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


_REFUSALS: dict[type[Exception], tuple[int, str, str]] = {
    BookletChanged: (409, "booklet-changed", "another terminal has written this booklet meanwhile"),
    PollShut: (409, "poll-closed", "this hub takes no more ballots of this poll"),
    TooManyBooklets: (507, "storage-full", "nothing was stored: there are far more booklets than slips already"),
    StorageFull: (507, "storage-full", "nothing was stored: the disk of the hub is full"),
    NoAnswer: (503, "unavailable", "the server does not answer; nothing is lost, try again"),
    NotPassedOn: (404, "not-found", "there is nothing at this address"),
}


def create_app(hub: Hub) -> Flask:
    """The application over a running hub."""
    app = Flask("kiosk", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.url_map.merge_slashes = False
    app.url_map.converters.update(terminal=_Terminal, booklet=_Booklet)
    app.register_blueprint(_pages(hub))
    app.register_blueprint(_hub_routes(hub))
    app.register_blueprint(_server_routes(hub))
    app.after_request(add_headers)

    @app.before_request
    def _check_caller() -> None:
        """No page of another site speaks to the hub through a browser that happens to reach it."""
        if request.path.startswith(("/hub/", API)) and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
            "same-origin",
            "none",
        ):
            raise Refusal(403, "not-allowed", "only the hub's own page may ask this")

    @app.errorhandler(Exception)
    def _refuse(error: Exception) -> Response:
        refusal = _refusal_of(error, hub)
        if request.path.startswith("/t/"):
            return _sign(refusal)
        return _answer({"code": refusal.code, "message": refusal.message}, refusal.status)

    return app


def _pages(hub: Hub) -> Blueprint:
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def first() -> Response:
        return Response(status=302, headers={"Location": "/t/1"})

    @pages.get("/t/<terminal:_name>")
    def terminal(_name: str) -> Response:
        _check_running(hub)
        response = _file(hub, PAGE)
        response.headers["Clear-Site-Data"] = CLEAR
        return response

    @pages.get("/assets/<path:name>")
    def asset(name: str) -> Response:
        return _file(hub, f"assets/{name}")

    return pages


def _hub_routes(hub: Hub) -> Blueprint:
    routes = Blueprint("hub", __name__, url_prefix="/hub")
    routes.before_request(lambda: _check_running(hub))

    @routes.get("/meeting")
    def meeting() -> Response:
        entry = hub.meeting.entry
        return _answer(
            {
                "base_url": hub.pairing.server,
                "meeting": hub.meeting.id,
                "title": entry["title"],
                "organiser": entry["organiser"],
                "locale": entry["locale"],
                "words": hub.meeting.words("zh" if str(entry["locale"]).startswith("zh") else "en"),
                "idle_seconds": IDLE_SECONDS,
                "warning_seconds": WARNING_SECONDS,
                "done_seconds": DONE_SECONDS,
            }
        )

    @routes.get("/booklets/<booklet:name>")
    def booklet(name: str) -> Response:
        found = hub.store.booklet(name)
        if found is None:
            raise Refusal(404, "not-found", "there is no booklet of this name here")
        return _answer({"version": found[0], "record": b64u(found[1])})

    @routes.put("/booklets/<booklet:name>")
    def put(name: str) -> Response:
        body = _read(BookletBody)
        left = body.deposit
        deposit = None if left is None else Deposit(left.poll, tuple(left.lines), left.assisted)
        return _answer({"version": hub.put(name, body.version, _record(body.record), deposit)})

    @routes.post("/terminals/<terminal:name>")
    def report(name: str) -> Response:
        body = _read(TerminalBody)
        hub.terminals.report(name, body.state, body.camera)
        poll, seconds = hub.closing() or (None, None)
        return _answer({"connected": hub.connected, "closing": poll, "seconds_left": seconds})

    return routes


def _server_routes(hub: Hub) -> Blueprint:
    routes = Blueprint("server", __name__, url_prefix=f"{API}/meetings")
    routes.before_request(lambda: _check_running(hub))
    passing = PassingOn(hub.server, hub.meeting.id, lambda: hub.is_away)

    @routes.get("/<meeting>/<path:what>")
    def ask(meeting: str, what: str) -> Response:
        _check_meeting(hub, meeting)
        return _back(passing.ask(what, request.args, request.headers.get("If-None-Match")))

    @routes.post("/<meeting>/booklet")
    def redeem(meeting: str) -> Response:
        _check_meeting(hub, meeting)
        if request.mimetype != SEALED:
            raise Refusal(400, "bad-request", f"send the sealed body as {SEALED}")
        return _back(passing.redeem(request.get_data(cache=False)))

    return routes


class _Terminal(BaseConverter):
    regex = NAME


class _Booklet(BaseConverter):
    regex = HASH


def _check_running(hub: Hub) -> None:
    if hub.stopped is not None:
        raise Refusal(503, hub.stopped.code, f"{hub.stopped.zh} · {hub.stopped.en}")


def _check_meeting(hub: Hub, meeting: str) -> None:
    if meeting != hub.meeting.id:
        raise NotPassedOn


def _file(hub: Hub, path: str) -> Response:
    data = hub.client.get(path)
    if data is None:
        raise Refusal(
            404,
            "not-found",
            f"这次会议的客户端没有这个文件 · the client of this meeting has no {PAGE if path == PAGE else 'such file'}",
        )
    return Response(data, mimetype=guess_type(path)[0] or "application/octet-stream")


def _read(model: type[Model]) -> Model:
    if request.mimetype != "application/json":
        raise Refusal(400, "bad-request", "send JSON with the header Content-Type: application/json")
    try:
        value = canonical.decode_relaxed(request.get_data(cache=False), max_bytes=MAX_BODY_BYTES, max_depth=4)
        return model.model_validate(value)
    except ValidationError as error:
        named = {str(one["loc"][0]) for one in error.errors(include_input=False) if one["loc"]}
        fields = ", ".join(sorted(named & model.model_fields.keys())) or "unknown fields"  # never the sender's words
        raise Refusal(400, "bad-request", f"not as it must be: {fields}") from None
    except CryptoError as error:
        raise Refusal(400, "bad-request", f"the body is not acceptable JSON: {error}") from None


def _record(text: str) -> bytes:
    try:
        record = from_b64u(text)
    except CryptoError as error:
        raise Refusal(400, "bad-request", f"record: {error}") from None
    if len(record) > MAX_RECORD_BYTES:
        raise Refusal(413, "too-large", f"a record has at most {MAX_RECORD_BYTES} bytes")
    if len(record) <= RECORD_OVERHEAD or (len(record) - RECORD_OVERHEAD) % RECORD_STEP:
        raise Refusal(400, "bad-request", f"a record is {RECORD_OVERHEAD} bytes and a multiple of {RECORD_STEP}")
    return record


def _back(passed: Passed) -> Response:
    response = Response(passed.body, passed.status)
    response.headers.remove("Content-Type")
    for name in passing_on.BACK:
        if name in passed.headers:
            response.headers[name] = passed.headers[name]
    return response


def _refusal_of(error: Exception, hub: Hub) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, BadDeposit):
        return Refusal(400, "bad-request", str(error))
    for kind, (status, code, message) in _REFUSALS.items():
        if isinstance(error, kind):
            return Refusal(status, code, message)
    if isinstance(error, HTTPException):
        status = error.code or 500
        code = {404: "not-found", 405: "wrong-method", 413: "too-large"}.get(status, "bad-request")
        return Refusal(status, code, "there is nothing at this address" if status == 404 else "not understood")
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    hub.teller.say("fault", "程序出错", f"internal error: {type(error).__name__} at {places}", loud=True)
    return Refusal(500, "internal", "the hub made a mistake; nothing was changed, try again")


def _sign(refusal: Refusal) -> Response:
    """What people read on a screen that cannot show the page; it looks again by itself."""
    head = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>终端站</title>'
    return Response(
        f"{head}<h1>{escape(refusal.message)}</h1>",
        refusal.status,
        mimetype="text/html",
        headers={"Refresh": str(SIGN_SECONDS)},
    )


def _answer(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, mimetype="application/json")
