"""A poll from the first deposit to the settled close: what comes in, when it leaves, and what is left of it."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import pytest

from ballot_service.errors import Refused
from kiosk.hub import GRACE_SECONDS
from kiosk.store import Phase
from tests.kiosk.conftest import MakeVenue
from tests.kiosk.terminal import post_json
from tests.kiosk.venue import Station, Venue
from tests.meeting_kit import OPPOSE, TWO, Clock, approval, assert_accepted, item, meeting_file, refused


def at_the_screen(station: Station, state: str = "ballot") -> dict[str, object]:
    """Terminal 1 says how it is; what it hears."""
    answer = post_json(station.wire, "/hub/terminals/1", {"state": state, "camera": "ok"})
    assert answer.status == 200
    told: dict[str, object] = answer.json()
    return told


def test_ballots_wait_at_the_hub_and_leave_when_the_organiser_asks(
    venue: Venue, station: Station, tmp_path: Path
) -> None:
    hall = venue.hall
    people = venue.people(station)
    venue.open()
    lines = [line for person in people for line in person.vote(OPPOSE, assisted=person is people[0])]
    station.turn(3)
    assert venue.returned() == 0, "nothing leaves before it is asked for"
    assert station.hub.health()["waiting"] == {"p1": 6}
    assert station.hub.health()["assisted"] == {"p1": 1}
    with refused("hub-waiting", hall):
        venue.close()

    venue.collect()
    station.turn(3)
    assert venue.returned() == 6
    assert station.phase() is Phase.DELIVERED
    assert station.hub.health()["delivered"] == ["p1"]
    venue.close()
    station.turn(2)
    assert station.phase() is Phase.SETTLED
    assert station.notes.loud == []
    assert sorted(hall.lines("ballot")) == sorted(line.encode() for line in lines)
    assert hall.entries("poll-close")[0]["hubs_missing"] == 0
    hall.release(1)
    hall.service.boxes.open(hall.id)
    assert_accepted(hall.judged(tmp_path))


def test_a_booklet_serves_at_every_terminal_for_the_whole_meeting(make_venue: MakeVenue) -> None:
    venue = make_venue(meeting_file(item(approval("a")), item(approval("b"))))
    station = venue.station()
    venue.people(station)
    for contest, poll in (("a", "p1"), ("b", "p2")):
        assert venue.open(contest) == poll
        for url in venue.hall.urls():
            person = station.visit(url)
            person.begin()
            person.vote({"marks": {contest: "approve"}})
        venue.collect()
        station.turn(3)
        venue.close()
        station.turn(2)
        venue.hall.release(2 if poll == "p2" else 1)
        venue.hall.service.boxes.open(venue.hall.id)
    assert [row.phase for row in station.hub.store.polls()] == [Phase.SETTLED, Phase.SETTLED]
    assert len(venue.hall.lines("ballot")) == 12


def test_a_ballot_under_way_may_still_come_in_for_half_a_minute(venue: Venue, station: Station) -> None:
    people = venue.people(station, 2)
    venue.open()
    people[0].vote()
    assert at_the_screen(station) == {"connected": True, "closing": None, "seconds_left": None}
    venue.collect()
    station.turn()
    heard = at_the_screen(station)
    assert (heard["closing"], heard["seconds_left"]) == ("p1", GRACE_SECONDS - 1)
    people[1].vote()
    assert station.phase() is Phase.TAKING
    at_the_screen(station, "idle")
    station.turn(2)
    assert station.phase() is Phase.DELIVERED
    assert venue.returned() == 2


def test_after_half_a_minute_nothing_more_comes_in(venue: Venue, station: Station) -> None:
    people = venue.people(station, 1)
    venue.open()
    venue.collect()
    for _turn in range(math.ceil(GRACE_SECONDS / 5) + 1):
        at_the_screen(station)
        station.turn()
        station.clock.now += 4
    assert station.phase() is Phase.DELIVERED
    heard = at_the_screen(station)
    assert (heard["closing"], heard["seconds_left"]) == ("p1", 0)
    poll, papers = people[0].open_papers()
    answer = people[0].put({"poll": poll, "lines": [people[0].make(papers[0])], "assisted": False})
    assert (answer.status, answer.json()["code"]) == (409, "poll-closed")


def test_a_hub_switched_on_while_ballots_are_collected_waits_to_hear_of_its_terminals(
    venue: Venue, station: Station
) -> None:
    people = venue.people(station)
    venue.open()
    people[0].vote()
    venue.collect()
    again = venue.restart(station)
    again.turn(2)
    assert again.phase() is Phase.TAKING, "somebody may be at a ballot"
    again.hub.terminals.report("1", "ballot", "ok")
    again.turn(5)
    assert again.phase() is Phase.TAKING
    again.hub.terminals.report("1", "idle", "ok")
    again.turn()
    assert again.phase() is not Phase.TAKING


def test_the_lost_answer_of_a_deposit_is_given_again_after_the_hub_is_shut(venue: Venue, station: Station) -> None:
    people = venue.people(station, 1)
    venue.open()
    people[0].vote()
    venue.collect()
    station.turn(3)
    again = people[0].put_again()
    assert (again.status, again.json()) == (200, {"version": people[0].version})
    venue.close()
    station.turn(2)
    assert people[0].put_again().status == 200
    assert len(venue.hall.lines("ballot")) == 1


def test_a_terminal_may_see_a_poll_before_the_hub_does(venue: Venue, station: Station) -> None:
    people = venue.people(station, 1)
    venue.hall.open()
    people[0].vote()
    assert station.phase() is Phase.TAKING


def test_a_terminal_gone_silent_holds_nobody_up(venue: Venue, station: Station) -> None:
    venue.people(station, 1)
    venue.open()
    at_the_screen(station)
    station.clock.now += 11
    venue.collect()
    station.turn(2)
    assert station.phase() is Phase.DELIVERED


# ── the server is away ─────────────────────────────────────────────────────────────────────────────────────────────


def test_with_the_cable_cut_people_vote_on_and_nothing_is_lost(venue: Venue, station: Station) -> None:
    people = venue.people(station)
    venue.open()
    sizes = []
    for present in (5, 4, 6):
        venue.hall.service.conduct.attendance(venue.hall.id, {"A": present}, "门岗")
        sizes.append(len(venue.hall.lines()))
        before = station.wire.ask("GET", f"{people[0].api}/state")
    people[0].vote()
    venue.wires.cut()
    station.turn(3)
    people[1].vote()
    station.clock.now += 20
    assert at_the_screen(station, "idle")["connected"] is False
    for person in people[2:]:
        person.vote()
    again = station.wire.ask("GET", f"{people[0].api}/state")
    assert (again.status, again.body) == (200, before.body)
    tag = {"If-None-Match": before.headers["ETag"]}
    assert station.wire.ask("GET", f"{people[0].api}/state", headers=tag).status == 304
    for old in sizes[:-1]:  # some were here at the one, some at the other
        proof = f"{people[0].api}/proofs/consistency?old={old}&new={sizes[-1]}"
        assert station.wire.ask("GET", proof).status == 200
    unasked = station.wire.ask("GET", f"{people[0].api}/checkpoint")
    assert (unasked.status, unasked.json()["code"]) == (503, "unavailable")
    venue.wires.mend()
    venue.collect()
    station.turn(3)
    assert venue.returned() == 6
    assert station.phase() is Phase.DELIVERED


def test_a_server_that_goes_away_during_the_batch_gets_the_rest_later(venue: Venue, station: Station) -> None:
    people = venue.people(station)
    venue.open()
    for person in people:
        person.vote()
    arrived: list[object] = []
    honest, one_by_one = station.hub.server.post_sealed, threading.Lock()

    def cut_after_three(*what: Any) -> Any:
        with one_by_one:
            if len(arrived) == 3:
                venue.wires.cut()
            arrived.append(honest(*what))
            return arrived[-1]

    station.hub.server.post_sealed = cut_after_three  # type: ignore[method-assign]
    venue.collect()
    station.turn(4)
    assert venue.returned() == 3
    assert station.phase() is Phase.SHUT
    venue.wires.mend()
    station.hub.server.post_sealed = honest  # type: ignore[method-assign]
    station.turn(3)
    assert venue.returned() == 6
    assert station.phase() is Phase.DELIVERED


# ── other ends ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_close_waits_for_the_second_hub_too(venue: Venue) -> None:
    first, second = venue.station("一楼"), venue.station("二楼")
    urls = venue.hall.urls()
    people = [(first if number % 2 else second).visit(url) for number, url in enumerate(urls)]
    for person in people:
        person.begin()
    venue.hall.service.conduct.attendance(venue.hall.id, {"A": 6}, "门岗")
    venue.open()
    for person in people:
        person.vote()
    venue.collect()
    first.turn(3)
    with refused("hub-waiting", venue.hall):
        venue.close()
    second.turn(3)
    venue.close()
    first.turn(2)
    second.turn(2)
    assert len(venue.hall.lines("ballot")) == 6
    assert first.phase() is second.phase() is Phase.SETTLED
    assert first.notes.loud == second.notes.loud == []


def test_a_poll_closed_without_the_hub_is_said_to_be_lost(venue: Venue, station: Station) -> None:
    people = venue.people(station, 3)
    venue.open()
    for person in people[:2]:
        person.vote()
    station.turn()
    venue.close(without_hubs=True)
    assert venue.hall.entries("poll-close")[0]["hubs_missing"] == 1
    station.turn(3)
    assert station.phase() is Phase.SETTLED
    assert station.hub.health()["lost"] == {"p1": 2}
    assert any("2 not taken" in said for said in station.notes.loud)
    assert station.hub.health()["waiting"] == {}


def test_a_ballot_whose_receipt_was_lost_with_the_close_is_found_in_the_box(venue: Venue, station: Station) -> None:
    people = venue.people(station, 2)
    venue.open()
    line = people[0].vote()[0]
    people[1].vote()
    venue.hall.cast(line.encode())  # it arrived, and the hub does not know
    venue.close(without_hubs=True)
    station.turn(3)
    assert station.hub.health()["lost"] == {"p1": 1}


def test_a_void_poll_erases_what_the_hub_holds(venue: Venue, station: Station) -> None:
    people = venue.people(station, 1)
    venue.open()
    people[0].vote()
    venue.hall.service.polls.void(venue.hall.id, None, "现场停电", TWO)
    station.turn(3)
    assert station.phase() is Phase.SETTLED
    assert station.hub.health()["lost"] == {}
    assert station.folder.names("keys") == ["booklets.key"]


def test_a_poll_voided_after_its_close_is_checked_all_the_same(venue: Venue, station: Station) -> None:
    people = venue.people(station, 1)
    venue.open()
    people[0].vote()
    venue.collect()
    station.turn(3)
    venue.close()
    venue.hall.service.polls.void(venue.hall.id, "p1", "重复", TWO)
    station.turn(3)
    assert station.phase() is Phase.SETTLED
    assert any("1 ballots in the box" in said for said in station.notes.all)


def test_a_removed_hub_takes_nobody_and_sends_what_it_holds(venue: Venue, station: Station, clock: Clock) -> None:
    people = venue.people(station, 2)
    venue.open()
    people[0].vote()
    clock.pass_seconds(5)  # the service looks up from its papers so often
    station.turn()
    hubs = venue.hall.service.hubs
    with pytest.raises(Refused):
        hubs.remove(venue.hall.id, station.hub.pairing.hub)
    hubs.remove(venue.hall.id, station.hub.pairing.hub, held=1)
    station.turn(5)
    assert station.hub.removed
    sign = station.wire.ask("GET", "/t/1")
    assert sign.status == 503
    assert "<h1>终端站已被移除" in sign.body.decode()
    assert station.wire.ask("GET", "/hub/meeting").json()["code"] == "removed"
    assert people[1].put(None).status == 503
    assert venue.returned() == 1
    venue.close()
    station.turn(2)
    assert station.phase() is Phase.SETTLED
    assert venue.hall.entries("poll-close")[0]["hubs_missing"] == 1


def test_the_end_of_the_meeting_destroys_the_booklets(venue: Venue, station: Station) -> None:
    people = venue.people(station)
    assert station.hub.store.count_booklets() == 6
    venue.hall.service.conduct.close(venue.hall.id)
    station.turn(2)
    assert station.hub.store.over
    assert station.folder.names("keys") == []
    assert station.wire.ask("GET", f"/hub/booklets/{people[0].name}").status == 404
    assert people[0].put(None).json()["code"] == "poll-closed"
    again = venue.restart(station)
    assert again.hub.store.over


def test_a_poll_of_many_papers_comes_in_as_one_deposit(make_venue: MakeVenue, tmp_path: Path) -> None:
    venue = make_venue(meeting_file(item(approval("a"), approval("b"), approval("c"))))
    station = venue.station()
    people = venue.people(station)
    venue.open("a", "b", "c")
    for person in people:
        poll, papers = person.open_papers()
        lines = [person.make(one, {"marks": {one["contest"]: "approve"}}) for one in papers]
        assert person.put({"poll": poll, "lines": lines, "assisted": False}).status == 200
    venue.collect()
    station.turn(3)
    venue.close()
    station.turn(2)
    assert len(venue.hall.lines("ballot")) == 18
    venue.hall.release(1)
    venue.hall.service.boxes.open(venue.hall.id)
    assert_accepted(venue.hall.judged(tmp_path))
