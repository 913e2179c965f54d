"""The page behind a scrutineer's card: the same for everybody and every card.

The card is in the fragment of the address, which never reaches the server. No login and no cookie; opening it does
nothing.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template

from ballot_service.console.assets import entry

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def card_pages() -> Blueprint:
    """`/c/MEETING`, as printed on cards in capitals too."""
    pages = Blueprint("card-pages", __name__, template_folder="templates")

    @pages.get("/c/<path:meeting>")
    @pages.get("/C/<path:meeting>")
    def card(meeting: str) -> Response:
        if "/" in meeting:
            abort(404)
        response = make_response(render_template("card_page.html", assets=entry("card")))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return pages
