"""Somebody with a laptop on the wire between terminals and hub, or with made-up slips at a terminal."""

from __future__ import annotations

import json
import secrets
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from crypto import ballot, canonical
from crypto.encoding import b64u, from_b64u
from kiosk import hub
from kiosk.app import create_app
from kiosk.complaint import Mistrust
from kiosk.deposits import read_paper
from kiosk.issuers import load_issuers
from kiosk.terminals import AWAY_SECONDS, MAX_TERMINALS
from kiosk.web import THREADS, WebServer, listen
from tests.kiosk.terminal import Answer, OverHttp, Visit, put_json
from tests.kiosk.venue import Station, Venue
from tests.meeting_kit import APPROVE, SEALED, Json

RECORD = b64u(bytes(28 + 4096))


def leave(station: Station, lines: list[str], *, poll: str = "p1", name: str | None = None, version: int = 0) -> Answer:
    """A booklet that nobody can open, with ballots."""
    deposit = {"poll": poll, "lines": lines, "assisted": True}
    name = b64u(secrets.token_bytes(32)) if name is None else name
    return put_json(station.wire, f"/hub/booklets/{name}", {"version": version, "record": RECORD, "deposit": deposit})


def made_up(person: Visit, *, credential: bytes | None = None, more: int = 0) -> str:
    """A ballot of the open poll in perfect form, of a key that no slip ever asked for."""
    _poll, (paper, *_others) = person.open_papers()
    shown: Json = json.loads(person._get(f"/papers/{paper['paper']}")["paper"])
    return ballot.make_ballot(
        secrets.token_bytes(32),
        from_b64u(paper["paper"]),
        person.slip.voter_class,
        [secrets.token_bytes(256) if credential is None else credential],
        box_public_key=from_b64u(person.session["box_keys"][paper["box"]]),
        choice=canonical.encode(APPROVE),
        length=shown["length"] + more,
        ephemeral_seed=secrets.token_bytes(32),
    ).decode()


def test_a_made_up_ballot_is_refused_and_never_counted_as_a_lost_vote(venue: Venue, station: Station) -> None:
    """Else whoever has a cable could make a meeting vote again: for ballots that nobody cast."""
    person = venue.people(station)[0]
    venue.open()
    stolen = from_b64u(person.session["pages"]["1"][1][0])
    for line in (made_up(person), made_up(person, credential=stolen), made_up(person, more=16)):
        answer = leave(station, [line])
        assert (answer.status, answer.json()["code"]) == (400, "bad-request")
    assert station.hub.store.count_booklets() == 6
    assert station.hub.health()["assisted"] == {"p1": 0}
    person.vote()
    venue.collect()
    station.turn(6)
    venue.close()
    station.turn(2)
    assert station.hub.health()["lost"] == {}
    assert station.notes.loud == []


def test_a_ballot_of_another_page_is_refused(venue: Venue, station: Station) -> None:
    person = venue.people(station)[0]
    venue.open()
    _poll, (paper, *_others) = person.open_papers()
    assert leave(station, [person.make({**paper, "page": 2})]).status == 400


def test_other_issuer_keys_than_entry_0_commits_to_are_not_believed(
    venue: Venue, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = station.hub
    (line,) = hub.server.get(f"/meetings/{venue.hall.id}/keys/A")["keys"]
    entry = json.loads(line)
    other = canonical.encode({**entry, "n": [*entry["n"][1:], entry["n"][0]]}).decode()
    kept = station.folder.read("issuers.json")
    station.folder.path("issuers.json").write_text(json.dumps({"A": [other]}))
    load_issuers(hub.meeting, station.folder, hub.server)
    assert station.folder.read("issuers.json") == kept, "a damaged copy is fetched again"
    station.folder.path("issuers.json").unlink()
    for lines in ([other], [], [line, line], None):
        monkeypatch.setattr(hub.server, "get", lambda *_what, lines=lines: {"keys": lines})
        with pytest.raises(Mistrust, match="issuer keys"):
            load_issuers(hub.meeting, station.folder, hub.server)
    assert station.folder.read("issuers.json") is None


def test_a_paper_is_the_one_that_its_hash_names(venue: Venue, station: Station) -> None:
    venue.people(station)
    venue.open()
    about = station.hub.store.about("p1")
    assert about is not None
    (name,) = about.papers
    line = station.hub.server.get(f"/meetings/{venue.hall.id}/papers/{name}")["paper"].encode()
    assert read_paper(name, line) == about.papers[name]
    for shown in (line.replace(b'"page":1', b'"page":2'), b"{}", b""):
        with pytest.raises(Mistrust, match="paper"):
            read_paper(name, shown)


def test_made_up_terminals_push_no_real_one_out(station: Station) -> None:
    """Else nobody would wait for the voter at it when the poll is collected."""
    for number in range(MAX_TERMINALS):
        station.hub.terminals.report(f"x{number}", "idle", "off")
    station.clock.now += AWAY_SECONDS + 1
    station.hub.terminals.report("1", "ballot", "ok")
    assert station.hub.terminals.any_on_a_ballot()
    assert len(station.hub.terminals.health()) == MAX_TERMINALS


def test_a_page_of_another_site_writes_nothing(venue: Venue, station: Station) -> None:
    """On plain HTTP browsers do not say which site asks. What they send unasked is refused, and they are never allowed
    to send the rest."""
    venue.people(station)
    name = b64u(bytes(32))
    body = json.dumps({"version": 0, "record": RECORD, "deposit": None}).encode()
    state = json.dumps({"state": "ballot", "camera": "ok"}).encode()
    api = f"/api/v1/meetings/{venue.hall.id}/booklet"
    for method, path, sent in (
        ("PUT", f"/hub/booklets/{name}", body), ("POST", "/hub/terminals/1", state), ("POST", api, b"\0" * 99),
    ):  # fmt: skip
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            assert station.wire.ask(method, path, sent, {"Content-Type": kind}).status == 400
        asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": method}
        allowed = station.wire.ask("OPTIONS", path, None, asked).headers
        assert not [each for each in dict(allowed) if each.lower().startswith("access-control-")]
    assert station.hub.store.count_booklets() == 6
    assert station.hub.terminals.health() == []


def test_a_server_that_hangs_holds_up_no_deposit(
    venue: Venue, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and never answers: whoever waits for it must not fill the hub's threads."""
    person = venue.people(station)[0]
    venue.open()
    poll, (paper, *_others) = person.open_papers()
    line = person.make(paper)
    api = f"/api/v1/meetings/{venue.hall.id}"
    monkeypatch.setattr(hub, "BEAT_ANSWER_SECONDS", 0.1)
    venue.wires.cut()
    with (
        socket.create_server(("127.0.0.1", urlsplit(venue.wires.url).port or 0)),
        WebServer(create_app(station.hub), listen("127.0.0.1", 0)) as web,
        ThreadPoolExecutor(2 * THREADS) as others,
    ):
        station.hub.beat()
        waiting = [
            others.submit(OverHttp(web.url).ask, method, f"{api}/{what}", b"\0" * 99, {"Content-Type": SEALED})
            for method, what in [("POST", "booklet"), ("GET", "items/none")] * THREADS
        ]
        time.sleep(0.2)
        begun = time.monotonic()
        person.wire = OverHttp(web.url)
        assert person.put({"poll": poll, "lines": [line], "assisted": False}).status == 200
        assert time.monotonic() - begun < 2
        assert {one.result().status for one in waiting} == {503}
    venue.wires.mend()
    station.turn()
    assert station.wire.ask("GET", f"{api}/head").status == 200
