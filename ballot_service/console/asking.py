"""Who sends the current request, and whether he or she may do what it asks: the same for pages and for the JSON API.

Whoever has no role in a meeting is told that there is none: meetings of others are not to be counted by trying ids.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, g, request

from ballot_service.console.officer import Officer
from ballot_service.console.roles import Permission
from ballot_service.errors import Refused
from ballot_service.limits import Limits
from ballot_service.routing import service

COOKIE = "ballot_session"
CSRF_FIELD = "csrf"
PASSWORD_FIELD = "confirm_password"  # noqa: S105 -- the name of a field
CODE_FIELD = "confirm_code"


class NotLoggedIn(Refused):
    """No session, or one that has ended."""


class NotConfirmed(Refused):
    """The act asks for the password, or another one-time code, again."""

    def __init__(self, *, tried: bool) -> None:
        super().__init__(
            "not-allowed",
            "the password is wrong" if tried else "confirm with your password first: load /confirm",
            zh="密码不正确" if tried else "请先再次输入密码确认身份",
        )
        self.tried = tried


def session_cookie() -> str | None:
    """The session token of a browser."""
    return request.cookies.get(COOKIE)


def officer() -> Officer:
    """Who is asking. Raises: NotLoggedIn."""
    known = getattr(g, "officer", None)
    return cast(Officer, known) if known is not None else log_in_as(session_cookie())


def log_in_as(token: str | None) -> Officer:
    """Who holds this token is the one who asks, from here to the end of the request. Raises: NotLoggedIn."""
    try:
        g.officer = service().accounts.who(token)
    except Refused as refused:
        raise NotLoggedIn(refused.code, refused.message, zh="请先登录") from None
    g.session_token = token
    return cast(Officer, g.officer)


def require(permission: Permission, meeting_id: str | None = None) -> Officer:
    """The officer, who may do this.

    Raises: NotLoggedIn; Refused (not-found) without any role in the meeting, (not-allowed) without the right one.
    """
    asking = officer()
    if asking.may(permission, meeting_id):
        return asking
    if meeting_id is not None and not asking.may(Permission.LOOK, meeting_id):
        raise Refused("not-found", f"there is no meeting {meeting_id!r} here", zh="这里没有这个会议")
    raise Refused("not-allowed", "your role does not include this", zh="您的角色没有这项权限")


def require_recent(permission: Permission, meeting_id: str | None = None) -> Officer:
    """As `require`, for what has no way back: a password or code was given within the last 5 minutes.

    A form may bring the password itself: the page that asks for it sends the same form again (templates/confirm.html),
    so the act that was begun goes on. Raises: as `require`, and NotConfirmed.
    """
    asking = require(permission, meeting_id)
    if not asking.confirmed(now()):
        if request.method != "POST" or not (request.form.get(PASSWORD_FIELD) or request.form.get(CODE_FIELD)):
            raise NotConfirmed(tried=False)
        check_from_here()
        confirm(asking)
    return asking


def confirm(asking: Officer) -> None:
    """Judge the password or code in the form and remember it. Raises: NotConfirmed, Refused (rate-limited)."""
    name = b"again\x00" + asking.account.encode()
    limits().check("login", name)
    password = request.form.get(PASSWORD_FIELD, "")
    code = request.form.get(CODE_FIELD, "")[:200].strip()
    # A whole link may be pasted where its code is asked for.
    code = code.rpartition("code=")[2] if not asking.has_password else ""
    if not service().accounts.confirm(str(g.session_token), asking, password=password, code=code):
        raise NotConfirmed(tried=True)
    limits().forget("login", name)


def check_from_here() -> None:
    """That a form came from a page of this session. Raises: Refused (not-allowed).

    The form's own token decides. Where a browser says which site a request comes from, it must be this one; `null` is
    what browsers say of our own pages too, because these send no referrer (Fetch standard, "append a request Origin
    header").
    """
    sent = request.form.get(CSRF_FIELD, "")
    if not same_site() or not hmac.compare_digest(sent.encode(), csrf_token().encode()):
        raise Refused(
            "not-allowed",
            "this form did not come from a page of this session: load the page again",
            zh="这张表单不是从本次登录的页面提交的，请刷新页面后重试",
        )


def same_site() -> bool:
    """Whether nothing says that another site sent this request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin", "null")
    here = {request.host, urlsplit(service().config.base_url).netloc}
    return origin == "null" or urlsplit(origin).netloc in here


def csrf_token() -> str:
    """What this session's forms carry; empty without a session."""
    cookie = session_cookie()
    return sha256(b"ballot-service/v1/csrf\x00" + cookie.encode()).hexdigest() if cookie else ""


def limits() -> Limits:
    """The counters of this application."""
    return cast(Limits, current_app.extensions["ballot-limits"])


def now() -> int:
    """Unix seconds by the service's clock."""
    return int(service().accounts.clock().timestamp())
