"""Logging in with a one-time code, and out."""

from __future__ import annotations

from flask import Response

from ballot_service.console.api.bodies import LoginRequest
from ballot_service.console.api.officer_routes import OfficerRoutes, Open, bearer, done
from ballot_service.console.asking import session_cookie
from ballot_service.console.login import cookie_for, for_program, forget_cookie
from ballot_service.routing import Nothing, answer, read_body, read_nothing, service


def login_operations(routes: OfficerRoutes) -> None:
    """Register them."""

    @routes.add(
        "POST",
        "/login",
        "Exchange a one-time code for a session",
        body=LoginRequest,
        refusals=("not-allowed", "bad-request"),
        permission=Open.ANYBODY,
    )
    def log_in() -> Response:
        token = for_program(read_body(LoginRequest).code)
        return cookie_for(answer({"token": token}), token)

    @routes.add(
        "POST",
        "/logout",
        "End the session",
        body=Nothing,
        success=204,
        refusals=("not-allowed",),
        permission=Open.LOGGED_IN,
    )
    def log_out() -> Response:
        read_nothing()
        service().accounts.sessions.end(bearer() or session_cookie() or "")
        return forget_cookie(done())
