"""The page on which people vote, served as it was built; entry 0 of a meeting commits to every byte of it.

The page is the same for everybody and every meeting: the slip is in the fragment of the address, which never reaches
the server. Opening it redeems nothing.
"""

from __future__ import annotations

import gzip
from functools import cache
from mimetypes import guess_type

from flask import Blueprint, Response, abort, request

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
        if "/" in meeting:
            abort(404)
        response = _served("index.html")
        response.headers["Cache-Control"] = "no-store"
        return response

    @pages.get("/assets/<name>")
    def asset(name: str) -> Response:
        response = _served(f"assets/{name}")
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        return response

    return pages


def _served(path: str) -> Response:
    """A file of the client, small enough for a hall's network where the browser can unpack it."""
    data = built_client().files.get(path)
    if data is None:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(_packed(path) if packed else data, mimetype=guess_type(path)[0] or "application/octet-stream")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Security-Policy"] = POLICY  # a worker has its own
    return response


@cache
def _packed(path: str) -> bytes:
    return gzip.compress(built_client().files[path], mtime=0)
