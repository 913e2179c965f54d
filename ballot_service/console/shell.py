"""What all officers' pages share: who is asking, what he or she may do, the language, and forms that no other site
can send.

Pages are made by the server and work without a script. htmx brings their changing parts up to date in place and sends
forms; a form's answer is the page that shows what happened, so a reload never sends it again.

Forms: the session cookie is strict same-site; beside it every form carries a token that only this session's pages
know, and a browser that says where a request comes from must say "from here".
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.assets import entry
from ballot_service.console.roles import Permission, Role, may
from ballot_service.console.routes import COOKIE, session_cookie
from ballot_service.errors import Refused
from ballot_service.routing import refusal_of, service

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
LANGUAGE_COOKIE = "ballot_language"
CSRF_FIELD = "csrf"
LOGIN = "/login"


@dataclass(frozen=True)
class Officer:
    """Who is asking."""

    account: str
    name: str  # shown, and written into `by` where an act asks for one name
    everywhere: frozenset[Role]  # roles for the whole installation
    meetings: dict[str, frozenset[Role]]  # and for single meetings

    def roles(self, meeting_id: str | None) -> frozenset[Role]:
        return self.everywhere | (self.meetings.get(meeting_id, frozenset()) if meeting_id else frozenset())

    def may(self, permission: Permission, meeting_id: str | None = None) -> bool:
        return may(self.roles(meeting_id), permission)


def officer_pages(name: str) -> Blueprint:
    """A blueprint for pages: never kept by a browser, refusals as pages, everything behind the login."""
    pages = Blueprint(name, __name__, template_folder="templates")

    @pages.after_request
    def _add_headers(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    @pages.errorhandler(Exception)
    def _refuse(error: Exception) -> AnyResponse:
        refused = refusal_of(error)
        if isinstance(error, NotLoggedIn):
            return _to_login()
        return page("refused.html", status=refused.status, refused=refused)

    return pages


class NotLoggedIn(Refused):
    """No session, or one that has ended."""


def officer() -> Officer:
    """Who is asking. Raises: NotLoggedIn."""
    known = getattr(g, "officer", None)
    if known is None:
        try:
            account = service().accounts.account(session_cookie())
        except Refused as refused:
            raise NotLoggedIn(refused.code, refused.message) from None
        known = g.officer = Officer(account, account, frozenset({Role.ORGANISER}), {})
    return cast(Officer, known)


def require(permission: Permission, meeting_id: str | None = None) -> Officer:
    """The officer, who may do this. Raises: NotLoggedIn, Refused (not-allowed)."""
    asking = officer()
    if not asking.may(permission, meeting_id):
        raise Refused("not-allowed", "your role does not include this")
    return asking


def read_form() -> MultiDict[str, str]:
    """The fields of a form that a page of this session sent. Raises: NotLoggedIn, Refused (not-allowed)."""
    officer()
    came_from = request.headers.get("Sec-Fetch-Site", "same-origin")
    sent = request.form.get(CSRF_FIELD, "")
    if came_from not in ("same-origin", "none") or not hmac.compare_digest(sent.encode(), csrf_token().encode()):
        raise Refused("not-allowed", "this form did not come from a page of this session: load the page again")
    return request.form


def csrf_token() -> str:
    """What this session's forms carry; empty without a session."""
    cookie = request.cookies.get(COOKIE, "")
    return hashlib.sha256(b"ballot-service/v1/csrf\x00" + cookie.encode()).hexdigest() if cookie else ""


def language() -> str:
    """`zh` or `en`: what the officer chose last, else Chinese."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def t(zh: str, en: str) -> str:
    """The one of two texts in the language of this request."""
    return en if language() == "en" else zh


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """A page from a template, which knows `t`, `language`, `csrf`, `officer` (or None), `assets`."""
    try:
        asking: Officer | None = officer()
    except NotLoggedIn:
        asking = None
    shared = {"t": t, "language": language(), "csrf": csrf_token(), "officer": asking, "assets": entry("console")}
    response = make_response(render_template(template, **shared, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def done(address: str) -> AnyResponse:
    """The answer to a form that was carried out: go and look."""
    return redirect(address, 303)


def _to_login() -> AnyResponse:
    if request.headers.get("HX-Request") == "true":
        return Response(status=204, headers={"HX-Redirect": LOGIN})
    return redirect(LOGIN, 303)
