"""The first pages: log in with the link that the terminal prints, then see the meetings."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.routes import COOKIE, session_cookie
from ballot_service.console.shell import LANGUAGE_COOKIE, NotLoggedIn, done, officer, officer_pages, page, read_form
from ballot_service.errors import Refused
from ballot_service.meetings.state import MeetingState
from ballot_service.routing import service
from ballot_service.store.tables import Meeting
from crypto.words import fingerprint_words

ONE_YEAR = 365 * 24 * 3600  # seconds


def login_pages() -> Blueprint:
    """`/`, `/login`, `/logout`, `/language`."""
    pages = officer_pages("pages")

    @pages.get("/")
    def home() -> Response:
        try:
            officer()
        except NotLoggedIn:
            return page("welcome.html")
        return page("home.html", meetings=[_shown(state) for state in _states()])

    @pages.get("/login")
    def ask() -> Response:
        # A link preview that opens this address spends nothing: only the button does.
        return page("login.html", code=request.args.get("code", "")[:100])

    @pages.post("/login")
    def enter() -> AnyResponse:
        try:
            token = service().accounts.log_in(request.form.get("code", "")[:100])
        except Refused as refused:
            return page("login.html", code="", refused=refused.message, status=refused.status)
        answer = done("/")
        answer.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=_secure())
        return answer

    @pages.post("/logout")
    def leave() -> AnyResponse:
        read_form()
        service().accounts.log_out(session_cookie() or "")
        answer = done("/")
        answer.delete_cookie(COOKIE)
        return answer

    @pages.post("/language")
    def choose_language() -> AnyResponse:
        answer = done("/")
        chosen = "en" if request.form.get("language") == "en" else "zh"
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=ONE_YEAR, httponly=True, samesite="Strict", secure=_secure())
        return answer

    return pages


def _secure() -> bool:
    return service().config.base_url.startswith("https:")


def _states() -> list[MeetingState]:
    with service().store.read() as session:
        rows = session.scalars(select(Meeting).order_by(Meeting.id)).all()
        return [service().acts.states.load(session, row) for row in rows]


def _shown(state: MeetingState) -> dict[str, object]:
    return {
        "id": state.id,
        "title": state.meeting["title"],
        "date": state.meeting["date"],
        "place": state.meeting["place"],
        "words": fingerprint_words(state.fingerprint, "zh" if state.meeting["locale"] == "zh-CN" else "en"),
        "size": state.size,
        "closed": state.closed,
    }
