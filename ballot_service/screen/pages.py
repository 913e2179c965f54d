"""`/m/ID/screen`, for a projector, and `/m/ID/screen/data`, which its script asks for every second.

Public: whoever is in the hall sees the same. Nothing depends on who asks.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.sansio.blueprints import BlueprintSetupState

from ballot_service.console.assets import entry
from ballot_service.meetings.state import Json, MeetingState
from ballot_service.printing.qr import qr_codes
from ballot_service.routing import service
from ballot_service.screen import words
from ballot_service.screen.snapshot import Screens
from ballot_service.service import Service
from crypto.words import fingerprint_words

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
QUIET_MODULES = 4  # the white border of a QR code, ISO/IEC 18004


def screen_pages(of: Service) -> Blueprint:
    """Both addresses."""
    pages = Blueprint("screen", __name__, template_folder="templates")
    screens = Screens(of)

    @pages.record
    def _keep(setup: BlueprintSetupState) -> None:
        setup.app.extensions["ballot-screens"] = screens

    @pages.get("/m/<id:meeting_id>/screen")
    def screen(meeting_id: str) -> Response:
        with service().acts.look(meeting_id) as (_session, state):
            fixed = _fixed(state)
        response = make_response(render_template("screen.html", **fixed, assets=entry("screen")))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @pages.get("/m/<id:meeting_id>/screen/data")
    def data(meeting_id: str) -> Response:
        made = screens.snapshot(meeting_id)
        response = Response(made.body, mimetype="application/json")
        response.set_etag(made.etag)
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
        return response

    return pages


def _fixed(state: MeetingState) -> Json:
    """What stays the same from the first minute to the last."""
    say = words.speaker(state)
    chinese = state.meeting["locale"] == "zh-CN"
    address = f"{service().config.base_url}/m/{state.id}"
    (code,) = qr_codes([address])
    return {
        "say": say,
        "language": "zh-CN" if chinese else "en",
        "meeting": state.meeting,
        "address": address,
        "qr_path": _path(code),
        "qr_size": len(code) + 2 * QUIET_MODULES,
        "words": fingerprint_words(state.fingerprint, "zh" if chinese else "en").split(),
    }


def _path(code: tuple[str, ...]) -> str:
    """Dark modules as an SVG path, one unit each."""
    return "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(code)
        for x, dark in enumerate(row)
        if dark == "1"
    )
