"""What all officers' pages share: who is asking, what he or she may do, the language, and forms that no other site
can send.

Pages are made by the server and work without a script. htmx brings their changing parts up to date in place and sends
forms; a form's answer is the page that shows what happened, so a reload never sends it again.

Forms: the session cookie is strict same-site; beside it every form carries a token that only this session's pages
know, and a browser that says where a request comes from must say "from here".
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.asking import (
    CODE_FIELD,
    CSRF_FIELD,
    PASSWORD_FIELD,
    NotConfirmed,
    NotLoggedIn,
    check_from_here,
    csrf_token,
    officer,
    require,
    require_recent,
)
from ballot_service.console.assets import entry
from ballot_service.console.officer import Officer
from ballot_service.console.recording import refused_with
from ballot_service.console.roles import Permission
from ballot_service.routing import refusal_of

__all__ = [  # pages need one import for all that they share
    "CSRF_FIELD",
    "LANGUAGE_COOKIE",
    "POLICY",
    "NotLoggedIn",
    "Officer",
    "csrf_token",
    "done",
    "language",
    "local",
    "officer",
    "officer_pages",
    "page",
    "read_form",
    "require",
    "require_recent",
    "t",
]

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
LOGIN = "/login"


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
        refused_with(refused)
        if isinstance(error, NotLoggedIn):
            return _to_login()
        if isinstance(error, NotConfirmed):
            return _ask_again(error)
        return page("refused.html", status=refused.status, refused=refused)

    return pages


def read_form() -> MultiDict[str, str]:
    """The fields of a form that a page of this session sent. Raises: NotLoggedIn, Refused (not-allowed)."""
    officer()
    check_from_here()
    return request.form


def language() -> str:
    """`zh` or `en`: what the officer chose last, else Chinese."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def t(zh: str, en: str) -> str:
    """The one of two texts in the language of this request."""
    return en if language() == "en" else zh


def page(template: str, /, *, status: int = 200, **values: object) -> Response:
    """A page from a template, which knows `t`, `language`, `csrf`, `officer` (or None), `Permission`, `assets`."""
    try:
        asking: Officer | None = officer()
    except NotLoggedIn:
        asking = None
    shared: dict[str, object] = {"t": t, "language": language(), "csrf": csrf_token(), "officer": asking}
    shared |= {"assets": entry("console"), "Permission": Permission, "here": here()}
    response = make_response(render_template(template, **shared, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def done(address: str) -> AnyResponse:
    """The answer to a form that was carried out: go and look."""
    return redirect(address, 303)


def here() -> str:
    """The address of the page being looked at, for forms that come back to it."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def local(address: str) -> str:
    """An address of this site, else the first page: nobody is sent elsewhere by a link to us."""
    parts = urlsplit(address)
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours and not parts.scheme and not parts.netloc and len(address) <= 2_000 else "/"


def _ask_again(error: NotConfirmed) -> Response:
    """The page that asks for the password and then goes on with what was begun."""
    if request.method == "POST":
        told = [(n, v) for n, v in request.form.items(multi=True) if n not in (CSRF_FIELD, PASSWORD_FIELD, CODE_FIELD)]
        action = request.full_path.rstrip("?")
    else:
        told, action = [("next", here())], "/confirm"
    return page("confirm.html", status=403, refused=error if error.tried else None, told=told, action=action)


def _to_login() -> AnyResponse:
    if request.headers.get("HX-Request") == "true":
        return Response(status=204, headers={"HX-Redirect": LOGIN})
    return redirect(LOGIN, 303)
