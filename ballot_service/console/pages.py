"""The first pages: log in, set a password with a one-time link, confirm, and see the meetings."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.asking import confirm, session_cookie
from ballot_service.console.login import (
    check_same_site,
    cookie_for,
    forget_cookie,
    secure,
    set_up,
    with_code,
    with_password,
)
from ballot_service.console.officer import Officer
from ballot_service.console.passwords import MIN_CHARS
from ballot_service.console.recording import no_act
from ballot_service.console.roles import Permission
from ballot_service.console.shell import (
    LANGUAGE_COOKIE,
    NotLoggedIn,
    done,
    language,
    local,
    officer,
    officer_pages,
    page,
    read_form,
    t,
)
from ballot_service.errors import Refused
from ballot_service.meetings.state import MeetingState
from ballot_service.routing import service
from ballot_service.store.tables import Meeting
from crypto.words import fingerprint_words

ONE_YEAR = 365 * 24 * 3600  # seconds
MAX_FIELD_CHARS = 500  # of a name or password as it is read; what is too long is refused later, in words


def login_pages() -> Blueprint:
    """`/`, `/login`, `/setup`, `/confirm`, `/logout`, `/language`."""
    pages = officer_pages("pages")

    @pages.get("/")
    def home() -> Response:
        try:
            asking = officer()
        except NotLoggedIn:
            return page("welcome.html")
        seen = [state for state in _states() if asking.may(Permission.LOOK, state.id)]
        seen.sort(key=lambda state: (not state.closed, str(state.meeting["date"])), reverse=True)
        return page("home.html", meetings=[_shown(state, asking) for state in seen], new="/drafts/new", has=_has_page)

    @pages.get("/login")
    def ask() -> Response:
        # A link preview that opens this address spends nothing: only the button does.
        code = request.args.get("code", "")[:100]
        if not code:
            return page("login.html")
        account = service().accounts.code_account(code)
        if account is None:
            refused = t(
                "这个登录链接已经使用、过期或者有误。请向会务人员要一个新的链接。",
                "This link is used, too old or wrong. Ask an organiser for a new one.",
            )
            return page("login.html", refused=refused)
        return page("setup.html", code=code, account=account, min_chars=MIN_CHARS)

    @pages.post("/login")
    def enter() -> AnyResponse:
        check_same_site()
        code, login = _field("code"), _field("login")
        try:
            token = with_code(code) if code else with_password(login, _field("password"))
        except Refused as refused:
            return page("login.html", login=login, refused=refused.said(language()), status=refused.status)
        return cookie_for(done(local(_field("next"))), token)

    @pages.post("/setup")
    def set_password() -> AnyResponse:
        check_same_site()
        code, login, name, password = _field("code"), _field("login"), _field("name"), _field("password")
        account = service().accounts.code_account(code)
        try:
            if password != _field("again"):
                raise Refused("bad-request", "the two passwords differ", zh="两次输入的密码不一致")
            token = set_up(code, password, login=login or None, name=name or None)
        except Refused as refused:
            said = refused.said(language())
            if account is None:
                return page("login.html", refused=said, status=refused.status)
            values = {"code": code, "account": account, "login": login, "name": name, "min_chars": MIN_CHARS}
            return page("setup.html", refused=said, status=refused.status, **values)
        return cookie_for(done("/"), token)

    @pages.get("/confirm")
    def ask_to_confirm() -> Response:
        officer()
        told = [("next", local(request.args.get("next", "/")))]
        return page("confirm.html", refused=None, told=told, action="/confirm")

    @pages.post("/confirm")
    def confirm_again() -> AnyResponse:
        read_form()
        confirm(officer())
        return done(local(_field("next")))

    @pages.post("/logout")
    def leave() -> AnyResponse:
        read_form()
        service().accounts.sessions.end(session_cookie() or "")
        return forget_cookie(done("/"))

    @pages.post("/language")
    def choose_language() -> AnyResponse:
        no_act()
        answer = done(local(_field("next")))
        chosen = "en" if request.form.get("language") == "en" else "zh"
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=ONE_YEAR, httponly=True, samesite="Strict", secure=secure())
        return answer

    return pages


def _field(name: str) -> str:
    return request.form.get(name, "")[:MAX_FIELD_CHARS]


def _has_page(path: str) -> bool:
    """Whether this installation serves a page at this address."""
    return current_app.url_map.bind("").test(path, "GET")


def _states() -> list[MeetingState]:
    with service().store.read() as session:
        rows = session.scalars(select(Meeting).order_by(Meeting.id)).all()
        return [service().acts.states.load(session, row) for row in rows]


def _shown(state: MeetingState, asking: Officer) -> dict[str, object]:
    """A meeting's card."""
    return {
        "id": state.id,
        "title": state.meeting["title"],
        "date": state.meeting["date"],
        "place": state.meeting["place"],
        "words": fingerprint_words(state.fingerprint, "zh" if state.meeting["locale"] == "zh-CN" else "en"),
        "size": state.size,
        "phase": _phase(state),
        "may": lambda permission: asking.may(permission, state.id),
    }


def _phase(state: MeetingState) -> str:
    """`closed`, `poll`, `box`, `running` or `ready`: what the badge says."""
    if state.closed:
        return "closed"
    if state.open_poll is not None:
        return "poll"
    if state.waiting_polls:
        return "box"
    return "running" if any(state.present.values()) or state.polls else "ready"
