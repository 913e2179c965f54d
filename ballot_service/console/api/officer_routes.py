"""Routes that say who may ask. A route cannot be registered without saying it, and its handler does not run before."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import cast

from flask import Blueprint, Response, request
from pydantic import BaseModel

from ballot_service.console.asking import log_in_as, officer, require, require_recent, session_cookie
from ballot_service.console.roles import Permission
from ballot_service.errors import Refused
from ballot_service.limits import Limits
from ballot_service.routing import Handler, Operation, Routes
from crypto.encoding import from_b64u
from crypto.errors import CryptoError

MEETING = "/meetings/<id:meeting_id>"


class Open(StrEnum):
    """For the few operations that ask for no permission."""

    ANYBODY = "anybody"
    LOGGED_IN = "logged-in"


class OfficerRoutes:
    """The blueprint of the officers' operations; with a session cookie or a bearer token."""

    def __init__(self, limits: Limits) -> None:
        self.blueprint = Blueprint("officer", __name__)
        self._routes = Routes(self.blueprint, "officer")
        self.access: dict[str, Permission | Open] = {}
        """By endpoint, e.g. `officer.open_poll`: what it asks for."""

        @self.blueprint.before_request
        def _check_session() -> None:
            if self.access.get(request.endpoint or "") is Open.ANYBODY:
                return
            token = bearer()
            if token is None and request.method == "POST" and request.mimetype != "application/json":
                raise Refused("bad-request", "send the header Content-Type: application/json, also without a body")
            asking = log_in_as(token or session_cookie())
            limits.check("account", asking.account.encode())

    @property
    def operations(self) -> list[Operation]:
        return self._routes.operations

    def add(
        self,
        method: str,
        rule: str,
        summary: str,
        *,
        permission: Permission | Open,
        recent: bool = False,
        body: type[BaseModel] | str | None = None,
        success: int = 200,
        refusals: tuple[str, ...] = (),
        media_type: str = "application/json",
    ) -> Callable[[Handler], Handler]:
        """As `Routes.add`. permission: judged for the meeting in the address, before the handler reads anything.
        recent: the act has no way back, see `require_recent`."""
        register = self._routes.add(
            method,
            rule,
            summary,
            body=body,
            success=success,
            refusals=refusals,
            media_type=media_type,
            permission=permission.value,
        )

        def register_checked(handler: Handler) -> Handler:
            self.access[f"{self.blueprint.name}.{handler.__name__}"] = permission

            @wraps(handler)
            def checked(**parameters: str) -> Response:
                if isinstance(permission, Permission):
                    (require_recent if recent else require)(permission, parameters.get("meeting_id"))
                elif permission is Open.LOGGED_IN:
                    officer()
                response: Response = handler(**parameters)
                return response

            return cast(Handler, register(checked))

        return register_checked


def bearer() -> str | None:
    """The session token of a program."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" and token else None


def done() -> Response:
    """An act that says nothing back."""
    response = Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    del response.headers["Content-Type"]  # of nothing
    return response


def token_bytes(text: str) -> bytes:
    """A slip's redeem token, 16 bytes. Raises: Refused (bad-request)."""
    try:
        return from_b64u(text, 16)
    except CryptoError as error:
        raise Refused("bad-request", f"token: {error}") from None
