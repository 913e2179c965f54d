"""Booklets and deposits: one transaction, one version after the other, the same request as often as it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crypto.encoding import b64u, from_b64u
from kiosk import hub
from kiosk.app import MAX_RECORD_BYTES
from tests.kiosk.terminal import Visit, put_json
from tests.kiosk.venue import Station, Venue
from tests.meeting_kit import Json


def record(fill: int = 0, steps: int = 1) -> str:
    """As a terminal seals one; the hub cannot look inside."""
    return b64u(bytes([fill]) * (28 + 4096 * steps))


NAME = b64u(bytes(32))


def put(station: Station, value: Json, name: str = NAME) -> tuple[int, Any]:
    answer = put_json(station.wire, f"/hub/booklets/{name}", value)
    return answer.status, answer.json()


def get(station: Station, name: str = NAME) -> Any:
    answer = station.wire.ask("GET", f"/hub/booklets/{name}")
    return answer.json() if answer.status == 200 else answer.status


def test_a_booklet_is_kept_under_its_name_and_goes_from_version_to_version(station: Station) -> None:
    assert get(station) == 404
    assert put(station, {"version": 0, "record": record(1), "deposit": None}) == (200, {"version": 1})
    assert get(station) == {"version": 1, "record": record(1)}
    assert put(station, {"version": 1, "record": record(2, 3), "deposit": None}) == (200, {"version": 2})
    assert get(station) == {"version": 2, "record": record(2, 3)}
    assert get(station, b64u(bytes([1]) * 32)) == 404


@pytest.mark.parametrize("version", [0, 2, 3])
def test_a_terminal_that_read_another_version_is_told_so(station: Station, version: int) -> None:
    put(station, {"version": 0, "record": record(1), "deposit": None})
    status, body = put(station, {"version": version, "record": record(2), "deposit": None})
    assert (status, body["code"]) == (409, "booklet-changed")
    assert get(station) == {"version": 1, "record": record(1)}


def test_the_same_put_again_is_answered_as_the_first_time(station: Station) -> None:
    first = {"version": 0, "record": record(1), "deposit": None}
    assert put(station, first) == put(station, first) == (200, {"version": 1})
    put(station, {"version": 1, "record": record(2), "deposit": None})
    assert put(station, first)[1]["code"] == "booklet-changed", "by then it is an old one"


def test_two_terminals_write_one_booklet_and_one_of_them_wins(venue: Venue, station: Station) -> None:
    person, (url, *_others) = venue.people(station, 1)[0], venue.hall.urls()
    twin = station.visit(url)
    twin.begin()
    venue.open()
    person.vote()
    poll, papers = twin.open_papers()
    answer = twin.put({"poll": poll, "lines": [twin.make(papers[0])], "assisted": False})
    assert answer.json()["code"] == "booklet-changed"
    assert station.hub.health()["waiting"] == {"p1": 1}


def test_made_up_slips_are_said_loudly_and_keep_no_real_one_out(venue: Venue, station: Station) -> None:
    """A slip whose code somebody made up has a booklet here before the server says that it is none."""
    for number in range(station.hub.meeting.slips):
        name = b64u(bytes([1, number] * 16))
        assert put(station, {"version": 0, "record": record(), "deposit": None}, name)[0] == 200
    assert station.notes.loud == []
    venue.people(station)
    assert {note.partition(":")[0] for note in station.notes.loud} == {"booklets"}


def test_there_is_an_end_to_made_up_slips(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SPARE_BOOKLETS", 3)
    for number in range(station.hub.meeting.slips + 3):
        name = b64u(bytes([number]) * 32)
        assert put(station, {"version": 0, "record": record(), "deposit": None}, name)[0] == 200
    status, body = put(station, {"version": 0, "record": record(), "deposit": None}, b64u(b"\xff" * 32))
    assert (status, body["code"]) == (507, "storage-full")
    assert put(station, {"version": 1, "record": record(9), "deposit": None}, b64u(bytes(32)))[0] == 200


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"version": -1}, id="a version below none"),
        pytest.param({"version": "1"}, id="a version as text"),
        pytest.param({"version": True}, id="a version that is yes"),
        pytest.param({"record": "!"}, id="no base64url"),
        pytest.param({"record": b64u(bytes(28))}, id="an empty record"),
        pytest.param({"record": b64u(bytes(5000))}, id="a record that is not padded"),
        pytest.param({"more": 1}, id="a field too many"),
        pytest.param({"deposit": {}}, id="an empty deposit"),
        pytest.param({"deposit": {"poll": "p1", "lines": [], "assisted": False}}, id="a deposit of nothing"),
        pytest.param({"deposit": {"poll": "../x", "lines": ["x"], "assisted": False}}, id="a poll that is none"),
    ],
)
def test_what_is_no_put_changes_nothing(standing: Station, change: Json) -> None:
    status, body = put(standing, {"version": 0, "record": record(), "deposit": None, **change})
    assert (status, body["code"]) == (400, "bad-request")
    assert "!" not in body["message"]
    assert get(standing) == 404


def test_a_record_has_a_largest_size(station: Station) -> None:
    steps = MAX_RECORD_BYTES // 4096
    assert put(station, {"version": 0, "record": record(0, steps), "deposit": None})[1]["code"] == "too-large"
    assert put_json(station.wire, f"/hub/booklets/{NAME}", {"record": "A" * 5_000_000}).status == 413


# ── deposits ───────────────────────────────────────────────────────────────────────────────────────────────────────

Spoil = Callable[[Visit, str], list[str]]
SPOILT: dict[str, Spoil] = {
    "not JSON": lambda _one, line: [line[:-1]],
    "a changed signature": lambda _one, line: [line.replace('"sig":"', '"sig":"AAAA')[: len(line)]],
    "another choice under the same signature": lambda _one, line: [_with(line, "ct", 3)],
    "a class that does not vote": lambda _one, line: [line.replace('"class":"A"', '"class":"Z"')],
    "a paper of no poll": lambda _one, line: [_with(line, "paper", 1)],
    "one good and one bad": lambda _one, line: [line, line[:-1]],
    "the same twice": lambda _one, line: [line, line],
}


def _with(line: str, name: str, place: int) -> str:
    before, after = line.split(f'"{name}":"')
    value, rest = after.split('"', 1)
    raw = bytearray(from_b64u(value))
    raw[place] ^= 1
    return f'{before}"{name}":"{b64u(bytes(raw))}"{rest}'


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_what_is_no_ballot_of_the_poll_is_refused_and_the_booklet_stays(
    venue: Venue, station: Station, spoil: Spoil
) -> None:
    person = venue.people(station, 1)[0]
    venue.hall.service.polls.open(venue.hall.id, ["budget"])
    station.turn()
    poll, papers = person.open_papers()
    line = person.make(papers[0])
    answer = person.put({"poll": poll, "lines": spoil(person, line), "assisted": False})
    assert (answer.status, answer.json()["code"]) == (400, "bad-request")
    assert line[40:80] not in answer.json()["message"]
    assert station.hub.health()["waiting"] == {"p1": 0}
    assert get(station, person.name)["version"] == 1
    assert person.put({"poll": poll, "lines": [line], "assisted": False}).status == 200


def test_a_second_ballot_of_one_page_is_refused(venue: Venue, station: Station) -> None:
    person = venue.people(station, 1)[0]
    venue.open()
    pages = dict(person.session["pages"])
    person.vote()
    person.session["pages"] = pages  # a terminal gone wrong
    poll, papers = person.open_papers()
    answer = person.put({"poll": poll, "lines": [person.make(papers[0])], "assisted": False})
    assert (answer.status, answer.json()["code"]) == (400, "bad-request")
    assert station.hub.health()["waiting"] == {"p1": 1}


def test_the_same_ballot_left_again_and_again_is_one_person_helped(venue: Venue, station: Station) -> None:
    person = venue.people(station, 1)[0]
    venue.open()
    (line,) = person.vote(assisted=True)
    for _each in range(3):
        assert person.put({"poll": "p1", "lines": [line], "assisted": True}).status == 200
    assert station.hub.health()["assisted"] == {"p1": 1}
    assert station.hub.health()["waiting"] == {"p1": 1}


def test_a_poll_that_is_not_open_takes_nothing(venue: Venue, station: Station) -> None:
    person = venue.people(station, 1)[0]
    venue.open()
    poll, papers = person.open_papers()
    line = person.make(papers[0])
    answer = person.put({"poll": "p7", "lines": [line], "assisted": False})
    assert (answer.status, answer.json()["code"]) == (409, "poll-closed")
    venue.close(without_hubs=True)
    station.turn(2)
    answer = person.put({"poll": poll, "lines": [line], "assisted": False})
    assert (answer.status, answer.json()["code"]) == (409, "poll-closed")
    assert get(station, person.name)["version"] == 1
