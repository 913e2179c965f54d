"""Scripts, styles and fonts of the pages for officers and the hall, as built from `ballot_service/web/`.

Apart from the voters' client: no meeting commits to these files.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from mimetypes import guess_type

from flask import Blueprint, Response, abort, request

ONE_YEAR = 365 * 24 * 3600  # seconds; a file's name holds its hash, so it never changes
_PACKED_ALREADY = (".woff2", ".png", ".wasm")


@dataclass(frozen=True)
class Entry:
    """The addresses of one page's script and style sheet, and of the icon that all pages share."""

    script: str
    style: str | None
    icon: str


def entry(name: str) -> Entry:
    """`console`, `screen` or `card`. Raises: RuntimeError where nothing was built."""
    found = _entries().get(name)
    if found is None:
        raise RuntimeError("the officers' pages are not built: run `make setup` again")
    return found


def asset_pages() -> Blueprint:
    """`/officers/…`"""
    pages = Blueprint("officer-assets", __name__)

    @pages.get("/officers/<name>")
    def asset(name: str) -> Response:
        if name not in _names():
            abort(404)
        packed = request.accept_encodings.quality("gzip") > 0 and not name.endswith(_PACKED_ALREADY)
        response = Response(
            _packed(name) if packed else _data(name), mimetype=guess_type(name)[0] or "application/octet-stream"
        )
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        return response

    return pages


@cache
def _entries() -> dict[str, Entry]:
    listed = files("ballot_service") / "web" / "dist" / "officers.json"
    if not listed.is_file():
        return {}
    return {name: Entry(**addresses) for name, addresses in json.loads(listed.read_text(encoding="utf-8")).items()}


@cache
def _names() -> frozenset[str]:
    folder = files("ballot_service") / "web" / "dist" / "officers"
    return frozenset(one.name for one in folder.iterdir()) if folder.is_dir() else frozenset()


@cache
def _data(name: str) -> bytes:
    return (files("ballot_service") / "web" / "dist" / "officers" / name).read_bytes()


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_data(name), mtime=0)
