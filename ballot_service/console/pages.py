"""The pages behind the link that the terminal prints: log in with one tap, then see the meetings and their ledgers."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy import select

from ballot_service.console.routes import COOKIE, session_cookie
from ballot_service.errors import Refused
from ballot_service.routing import service
from ballot_service.store.tables import Meeting
from crypto.words import fingerprint_words


def login_pages() -> Blueprint:
    """`/`, `/login`, `/style.css`."""
    pages = Blueprint("pages", __name__, template_folder="templates")

    @pages.get("/")
    def home() -> Response:
        try:
            service().accounts.account(session_cookie())
        except Refused:
            return _page("welcome.html")
        return _page("meetings.html", meetings=_meetings())

    @pages.get("/login")
    def ask() -> Response:
        # A link preview that opens this address spends nothing: only the button does.
        return _page("login.html", code=request.args.get("code", "")[:100])

    @pages.post("/login")
    def enter() -> Response:
        try:
            token = service().accounts.log_in(request.form.get("code", "")[:100])
        except Refused as refused:
            response = _page("login.html", code="", refused=refused.message)
            response.status_code = refused.status
            return response
        answer = make_response(redirect("/"))
        secure = service().config.base_url.startswith("https:")
        answer.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure)
        return answer

    @pages.get("/style.css")
    def style() -> Response:
        return Response(render_template("style.css"), mimetype="text/css")

    return pages


def _meetings() -> list[dict[str, object]]:
    with service().store.read() as session:
        rows = session.scalars(select(Meeting).order_by(Meeting.id)).all()
        states = [service().acts.states.load(session, row) for row in rows]
    return [
        {
            "id": state.id,
            "title": state.meeting["title"],
            "date": state.meeting["date"],
            "place": state.meeting["place"],
            "words": fingerprint_words(state.fingerprint, "zh" if state.meeting["locale"] == "zh-CN" else "en"),
            "size": state.size,
            "closed": state.closed,
        }
        for state in states
    ]


def _page(name: str, **values: object) -> Response:
    response = make_response(render_template(name, **values))
    response.headers["Cache-Control"] = "no-store"
    return response
