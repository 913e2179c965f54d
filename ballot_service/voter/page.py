"""The page on which people vote, served as it was built; entry 0 of a meeting commits to every byte of it.

The page is the same for everybody and every meeting: the slip is in the fragment of the address, which never reaches
the server. Opening it redeems nothing.
"""

from __future__ import annotations

from mimetypes import guess_type

from flask import Blueprint, Response, abort

from ballot_service.client import built_client

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
ONE_YEAR = 365 * 24 * 3600  # seconds; an asset's name holds its hash, so it never changes


def voter_pages() -> Blueprint:
    """`/m/MEETING`, as printed on slips in capitals too, and `/assets/…`."""
    pages = Blueprint("voter-pages", __name__)

    @pages.get("/m/<path:meeting>")
    @pages.get("/M/<path:meeting>")
    def vote(meeting: str) -> Response:
        page = built_client().files.get("index.html")
        if page is None or "/" in meeting:
            abort(404)
        response = Response(page, mimetype="text/html")
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    @pages.get("/assets/<name>")
    def asset(name: str) -> Response:
        data = built_client().files.get(f"assets/{name}")
        if data is None:
            abort(404)
        response = Response(data, mimetype=guess_type(name)[0] or "application/octet-stream")
        response.headers["Content-Security-Policy"] = POLICY  # a worker's own
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        return response

    return pages
