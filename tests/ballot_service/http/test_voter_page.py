"""The voters' page: one page for everybody, nothing from elsewhere, and entry 0 commits to what is served."""

import gzip
import hashlib
import json
import re

import pytest

from ballot_service.client import built_client
from crypto import canonical
from crypto.encoding import b64u, from_b64u
from tests.ballot_service.http.hall import API


@pytest.fixture
def page(hall):
    answer = hall.client.get("/m/hall-2026")
    assert answer.status_code == 200
    return answer


def test_the_slip_is_printed_in_capitals_and_leads_to_the_same_page(hall, page):
    assert hall.client.get("/M/HALL-2026").data == page.data
    assert hall.client.get("/m/another-meeting").data == page.data


def test_the_page_is_not_kept_and_tells_nobody_where_it_came_from(page):
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers


def test_the_policy_lets_nothing_in_from_elsewhere_and_no_script_into_the_page(page):
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert set(" ".join(policy.values()).split()) <= {"'none'", "'self'", "data:"}
    assert policy["img-src"] == "'self' data:"
    assert not re.search(rb"<script(?![^>]*src=)|<style|style=|\son[a-z]+=", page.data)
    assert not re.search(rb"https?://", page.data)


def test_assets_are_named_by_their_content_and_kept_for_a_year(hall, page):
    names = re.findall(rb'(?:src|href)="(/assets/[^"]+)"', page.data)
    assert len(names) == 3
    for name in names:
        asset = hall.client.get(name.decode())
        assert hashlib.sha256(asset.data).hexdigest()[:16].encode() in name
        assert "immutable" in asset.headers["Cache-Control"]


def test_entry_0_commits_to_every_byte_that_is_served(hall):
    served = {}
    for path in built_client().files:
        at = {"index.html": "/m/hall-2026", "terminal.html": f"{API}/client/terminal.html"}  # that one by way of hubs
        served[path] = b64u(hashlib.sha256(hall.client.get(at.get(path, f"/{path}")).data).digest())
    meeting = json.loads(hall.client.get(f"{API}/meetings/{hall.meeting_id}/head").json["meeting"])
    assert from_b64u(meeting["client"]) == hashlib.sha256(canonical.encode(served)).digest()


def test_files_travel_packed_where_the_browser_says_so(hall, page):
    packed = hall.client.get("/m/hall-2026", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == page.data
    assert "Content-Encoding" not in page.headers
    assert packed.headers["Vary"] == page.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/assets/nothing.js", "/assets/..%2findex.html", "/m/", "/m/a/b"])
def test_anything_else_is_not_there(hall, path):
    assert hall.client.get(path).status_code == 404
