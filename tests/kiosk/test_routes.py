"""What a terminal may ask, what it is never given, and what every answer forbids the browser to keep."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk import passing_on
from kiosk.app import create_app
from tests.hostile.servers import ROOT
from tests.kiosk.terminal import post_json
from tests.kiosk.venue import Station, Venue
from tests.meeting_kit import SEALED


def test_the_first_page_is_terminal_one(standing: Station) -> None:
    answer = standing.wire.ask("GET", "/")
    assert (answer.status, answer.headers["Location"]) == (302, "/t/1")


def test_the_terminals_page_is_the_clients_and_clears_what_was_before(standing: Station) -> None:
    answer = standing.wire.ask("GET", "/t/hall-2")
    assert answer.body == standing.hub.client["terminal.html"]
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "microphone=()" in answer.headers["Permissions-Policy"]


def test_a_client_without_a_terminal_says_so(station: Station) -> None:
    del station.hub.client["terminal.html"]
    answer = station.wire.ask("GET", "/t/1")
    assert answer.status == 404
    assert "terminal.html" in answer.body.decode()
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Refresh"] == "10"


def test_assets_are_those_that_were_checked(standing: Station) -> None:
    for path, data in standing.hub.client.items():
        if path.startswith("assets/"):
            assert standing.wire.ask("GET", f"/{path}").body == data
    for path in (
        "/assets/none.js",
        "/assets/../pairing.json",
        "/assets/%2e%2e/pairing.json",
        "/pairing.json",
        "/t/a_b",
    ):
        assert standing.wire.ask("GET", path).status == 404


EVERYTHING = ("/", "/t/1", "/hub/meeting", "/hub/booklets/x", "/assets/none", "/api/v1/meetings/{id}/state", "/nowhere")


@pytest.mark.parametrize("path", EVERYTHING)
def test_no_answer_may_be_kept_or_framed_or_told_on(standing: Station, path: str) -> None:
    answer = standing.wire.ask("GET", path.format(id=standing.hub.meeting.id))
    for name, value in {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
    }.items():
        assert answer.headers[name] == value
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_the_meeting_as_a_terminal_shows_it(standing: Station) -> None:
    told = standing.wire.ask("GET", "/hub/meeting").json()
    assert told == {
        "base_url": standing.hub.pairing.server,
        "meeting": standing.hub.meeting.id,
        "title": "会议",
        "organiser": "县委办",
        "locale": "zh-CN",
        "words": standing.hub.meeting.words("zh"),
        "idle_seconds": 60,
        "warning_seconds": 15,
        "done_seconds": 8,
    }


# ── passing on ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_passed_on_comes_back_unchanged(venue: Venue, station: Station) -> None:
    venue.people(station, 1)
    venue.open()
    (poll,) = venue.hall.state().polls.values()
    paper = json.loads(station.wire.ask("GET", f"/api/v1/meetings/{venue.hall.id}/state").body)["polls"][0]["papers"][0]
    for what in (
        "head", "keys/A", "state", f"papers/{paper['paper']}", "checkpoint", "proofs/inclusion?index=0&size=2",
        "proofs/consistency?old=1&new=2", f"polls/{poll.id}/ballot-ids", f"polls/{poll.id}/void", "items/none",
        "keys/Z",
    ):  # fmt: skip
        through = station.wire.ask("GET", f"/api/v1/meetings/{venue.hall.id}/{what}")
        straight = station.hub.server.pass_on("GET", f"/meetings/{venue.hall.id}/{what}")
        assert (through.status, through.body) == (straight.status, straight.body), what
        assert through.headers["Content-Type"] == straight.headers["Content-Type"]


def test_an_unchanged_state_is_not_sent_again(venue: Venue, station: Station) -> None:
    path = f"/api/v1/meetings/{venue.hall.id}/state"
    first = station.wire.ask("GET", path)
    again = station.wire.ask("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "ballots"),
        ("POST", "receipts"),
        ("POST", "objections"),
        ("POST", "shares"),
        ("POST", "hub"),
        ("GET", "ballots"),
        ("GET", "control"),
        ("GET", "ledger"),
        ("GET", "polls/p1/result"),
        ("GET", "papers/../control"),
        ("GET", "papers/%2e%2e"),
        ("GET", "head/"),
        ("GET", "proofs/inclusion?index=0"),
        ("GET", "proofs/inclusion?index=x&size=1"),
        ("POST", "head"),
        ("DELETE", "booklet"),
    ],
)
def test_nothing_else_is_passed_on(standing: Station, monkeypatch: pytest.MonkeyPatch, method: str, path: str) -> None:
    asked: list[Any] = []
    honest = standing.hub.server.pass_on
    monkeypatch.setattr(
        standing.hub.server, "pass_on", lambda *what, **how: (asked.append(what), honest(*what, **how))[1]
    )
    for meeting in (standing.hub.meeting.id, "other"):
        answer = standing.wire.ask(method, f"/api/v1/meetings/{meeting}/{path}", headers={"Content-Type": SEALED})
        assert answer.status in (404, 405)
    assert asked == []


def test_of_the_terminal_nothing_goes_along(venue: Venue, station: Station) -> None:
    seen: list[dict[str, str]] = []
    with station.hub.server._session() as session:
        honest = session.send

        def watched(prepared: Any, **how: Any) -> Any:
            seen.append({name.lower(): str(value) for name, value in prepared.headers.items()})
            return honest(prepared, **how)

        session.send = watched  # type: ignore[method-assign]
        station.wire.ask(
            "GET",
            f"/api/v1/meetings/{venue.hall.id}/state",
            headers={"User-Agent": "canary", "Cookie": "canary=1", "X-Forwarded-For": "canary", "Referer": "canary"},
        )
    assert seen
    assert all(one.keys() <= {"user-agent", "accept", "accept-encoding", "connection"} for one in seen)
    assert "canary" not in json.dumps(seen)


def test_pages_of_other_sites_are_refused(standing: Station) -> None:
    for site, status in (("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)):
        assert standing.wire.ask("GET", "/hub/meeting", headers={"Sec-Fetch-Site": site}).status == status


@pytest.mark.parametrize("name", ["1", "hall-2", "A" * 16])
def test_a_terminal_tells_how_it_is_and_the_console_hears_it(station: Station, name: str) -> None:
    answer = post_json(station.wire, f"/hub/terminals/{name}", {"state": "busy", "camera": "refused"})
    assert (answer.status, answer.json()["closing"]) == (200, None)
    assert station.hub.health()["terminals"] == [{"name": name, "state": "busy", "camera": "refused"}]
    station.clock.now += 11
    assert station.hub.health()["terminals"][0]["state"] == "away"


def test_a_terminal_in_no_state_is_refused(standing: Station) -> None:
    for body in ({"state": "away", "camera": "ok"}, {"state": "idle", "camera": "x"}, {"state": "idle"}, {"state": 1}):
        assert post_json(standing.wire, "/hub/terminals/1", dict(body)).status == 400


def test_a_fault_is_told_without_its_text(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_name: str) -> None:
        raise ValueError("canary")

    station.hub.store.booklet = broken  # type: ignore[method-assign, assignment]
    answer = station.wire.ask("GET", f"/hub/booklets/{'A' * 43}")
    assert (answer.status, answer.json()["code"]) == (500, "internal")
    assert "canary" not in answer.body.decode() + "".join(station.notes.all) + "".join(capsys.readouterr())
    assert any("ValueError" in said for said in station.notes.loud)


def test_every_address_of_the_hub_is_described(standing: Station) -> None:
    table = (ROOT / "docs" / "kiosk.md").read_text(encoding="utf-8").split("## Between hub and terminal")[1]
    described = {
        "/": "`GET /`", "/t/<terminal:_name>": "`GET /t/NAME`", "/assets/<path:name>": "`/assets/…`",
        "/hub/meeting": "`GET /hub/meeting`", "/hub/booklets/<booklet:name>": "`PUT /hub/booklets/NAME`",
        "/hub/terminals/<terminal:name>": "`POST /hub/terminals/NAME`",
        "/api/v1/meetings/<meeting>/<path:what>": "`GET /api/v1/meetings/ID/…`",
        "/api/v1/meetings/<meeting>/booklet": "`POST …/booklet`",
    }  # fmt: skip
    assert {rule.rule for rule in create_app(standing.hub).url_map.iter_rules()} == described.keys()
    assert [words for words in described.values() if words not in table] == []
    told = standing.wire.ask("GET", "/hub/meeting").json()
    assert [name for name in told if f"`{name}`" not in table] == []
    assert passing_on.BACK == ("Content-Type", "ETag")
