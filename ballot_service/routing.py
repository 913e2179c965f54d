"""What all routes share: reading JSON bodies, answering, refusing, and the list of operations that openapi.json shows.

Observer: whoever reads the server's log. It holds counts and kinds of failure; never an address, a header, a token,
a path with a name in it, or a body.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, g, request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import BaseConverter

from ballot_service.errors import Refused
from ballot_service.service import Service
from crypto import canonical
from crypto.errors import CryptoError

log = logging.getLogger(__name__)

PREFIX = "/api/v1"
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_JSON_BYTES = 1024 * 1024
MAX_JSON_DEPTH = 16
MAX_PROBLEMS = 8  # named in one refusal

Handler = TypeVar("Handler", bound=Callable[..., Any])
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    """A request body: exactly these fields, exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """The body of a request that says all by its address: empty, or `{}`."""


class IdConverter(BaseConverter):
    """An id in an address, `<id:name>`. Whatever is no id names nothing, and never gets as far as the database."""

    regex = "[a-z0-9-]{1,64}"


class ClassIdConverter(BaseConverter):
    """A voter class in an address, `<class:name>`."""

    regex = "[A-Z0-9]{1,8}"


class FileConverter(BaseConverter):
    """A file of the voters' client in an address, `<file:name>`: `index.html`, `assets/…`."""

    regex = r"(?:assets/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"
    part_isolating = False


CONVERTERS = {"id": IdConverter, "class": ClassIdConverter, "file": FileConverter}
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Operation:
    """One route as openapi.json describes it."""

    method: str
    path: str  # with {name} for parameters
    summary: str
    group: str  # voter, witness, hub, officer
    body: type[BaseModel] | str | None  # a model, or a media type
    success: int
    refusals: tuple[str, ...]
    media_type: str = "application/json"
    patterns: dict[str, str] = field(default_factory=dict)  # of the path's parameters
    query: tuple[str, ...] = ()  # whole numbers, all required
    permission: str = ""  # what an officer needs, of `console.roles`; empty for routes of voters and scrutineers


@dataclass
class Routes:
    """A blueprint that remembers what it serves."""

    blueprint: Blueprint
    group: str
    operations: list[Operation] = field(default_factory=list)

    def add(
        self,
        method: str,
        rule: str,
        summary: str,
        *,
        body: type[BaseModel] | str | None = None,
        success: int = 200,
        refusals: tuple[str, ...] = (),
        media_type: str = "application/json",
        query: tuple[str, ...] = (),
        permission: str = "",
    ) -> Callable[[Handler], Handler]:
        """Register a handler and its description."""
        path = PREFIX + _PARAMETER.sub(r"{\2}", rule)
        patterns = {name: CONVERTERS[kind].regex for kind, name in _PARAMETER.findall(rule) if kind}
        self.operations.append(
            Operation(
                method, path, summary, self.group, body, success, refusals, media_type, patterns, query, permission
            )
        )

        def register(handler: Handler) -> Handler:
            self.blueprint.add_url_rule(PREFIX + rule, view_func=handler, methods=[method])
            return handler

        return register


def service() -> Service:
    """The service behind the current request."""
    found = current_app.extensions["ballot-service"]
    assert isinstance(found, Service)
    return found


def read_json() -> Any:
    """The body as JSON: strict UTF-8, no duplicate keys, no floats, bounded size and depth.

    Raises: Refused (bad-request, too-large).
    """
    if request.mimetype != "application/json":
        raise Refused("bad-request", "send JSON with the header Content-Type: application/json")
    data = request.get_data(cache=False)
    if len(data) > MAX_JSON_BYTES:
        raise Refused("too-large", f"a request has at most {MAX_JSON_BYTES} bytes")
    try:
        return canonical.decode_relaxed(data, max_bytes=MAX_JSON_BYTES, max_depth=MAX_JSON_DEPTH)
    except CryptoError as error:
        raise Refused("bad-request", f"the body is not acceptable JSON: {error}") from None


def read_body(model: type[Model]) -> Model:
    """The body as a model. Raises: Refused (bad-request, too-large), naming every wrong field."""
    return check_model(model, read_json())


def read_nothing() -> None:
    """For requests that say all by their address. Raises: Refused (bad-request, too-large) for any other body."""
    if request.get_data():
        read_body(Nothing)


def check_model(model: type[Model], value: Any) -> Model:
    """Raises: Refused (bad-request), naming wrong fields; never a value, nor a name that the sender made up."""
    if isinstance(value, dict):
        unknown = len(value.keys() - model.model_fields.keys())
        if unknown:
            fields = ", ".join(model.model_fields) or "none"
            raise Refused("bad-request", f"{unknown} unknown fields; the fields here are: {fields}")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = [
            f"{_place(one['loc'])}: {one['msg'].lower()}"
            for one in error.errors(include_url=False, include_context=False, include_input=False)[:MAX_PROBLEMS]
        ]
        raise Refused("bad-request", "; ".join(problems), problems=problems) from None


def _place(location: tuple[str | int, ...]) -> str:
    """`ballots.0.times`; keys below the first level are the sender's own words, and not repeated."""
    parts = [str(part) if depth == 0 or isinstance(part, int) else "…" for depth, part in enumerate(location)]
    return ".".join(parts) or "body"


def answer(value: Any, status: int = 200) -> Response:
    """A JSON answer that nobody may keep."""
    response = Response(json.dumps(value, ensure_ascii=False), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def refusal_body(refused: Refused) -> dict[str, Any]:
    """`{"code", "message"}`, and `problems` where there are several."""
    body: dict[str, Any] = {"code": refused.code, "message": refused.message}
    if refused.problems:
        body["problems"] = refused.problems
    return body


def install_error_handlers(app: Flask) -> None:
    """Every refusal and every fault becomes `{"code", "message"}`."""

    @app.errorhandler(Exception)
    def _refuse(error: Exception) -> Response:
        refused = refusal_of(error)
        g.refused_code = refused.code  # for the record of officers' acts
        response = answer(refusal_body(refused), refused.status)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response


def refusal_of(error: Exception) -> Refused:
    """What to tell the client of any error. A fault of our own is logged: where it broke and its kind, never its
    text, which may quote a request."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, HTTPException):
        if error.code == 413:
            return Refused("too-large", f"a request has at most {MAX_BODY_BYTES} bytes")
        if error.code == 405:
            return Refused("wrong-method", "this address does not take this method")
        if error.code == 404:
            return Refused("not-found", "there is nothing at this address")
        return Refused("bad-request", "the request cannot be understood")
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    log.error("internal error: %s at %s", type(error).__name__, places)
    return Refused("internal", "the server made a mistake; nothing was changed, try again")
