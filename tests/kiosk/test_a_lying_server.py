"""A server, or whoever stands between, that lies about receipts, ballots and endings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete

from ballot_service.polls import intake
from ballot_service.store.tables import Intake
from ballot_service.voter import answers
from crypto.ballot import sign_receipt as sign
from kiosk.remote import Envelope, Refused
from kiosk.store import Phase
from tests.kiosk.venue import Station, Venue
from verify.options import Options, read_receipt
from verify.verdict import judge


def said_anew(venue: Venue) -> None:
    """The service keeps answers for as long as the ledger does not grow."""
    venue.hall.service.conduct.attendance(venue.hall.id, {"A": 6}, "门岗")


def test_a_receipt_signed_by_another_key_is_none(
    venue: Venue, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = venue.people(station, 3)
    venue.open()
    for person in people[:3]:
        person.vote()
    with monkeypatch.context() as lying:
        lying.setattr(intake.ballot, "sign_receipt", lambda _seed, id_: sign(bytes(32), id_))
        venue.collect()
        station.turn(4)
        assert station.phase() is Phase.SHUT
        assert station.hub.health()["waiting"] == {"p1": 3}
        assert any("3 receipts are not signed by the meeting's key" in said for said in station.notes.loud)
    station.turn(2)
    assert station.phase() is Phase.DELIVERED, "an honest answer is taken when it comes"


def test_a_ballot_with_a_receipt_that_the_box_does_not_hold_is_an_objection(
    venue: Venue, station: Station, tmp_path: Any
) -> None:
    people = venue.people(station, 3)
    venue.open()
    for person in people:
        person.vote()
    venue.collect()
    station.turn(3)
    with venue.hall.service.store.write() as session:
        rows = session.query(Intake).where(Intake.meeting == venue.hall.id).limit(2).all()
        session.execute(delete(Intake).where(Intake.tag.in_([row.tag for row in rows])))
    venue.close()
    station.turn(2)
    objections = venue.hall.entries("objection")
    assert len(objections) == 2
    assert station.phase() is Phase.SETTLED
    assert any(
        "2 ballots with a receipt are not in the box; 2 objections recorded" in said for said in station.notes.loud
    )
    evidence = [station.folder.path("evidence", name) for name in station.folder.names("evidence")]
    receipts = [json.loads(one.read_text()) for one in evidence]
    assert {one["ballot"] for one in receipts} == {one["ballot"] for one in objections}
    receipts_of = tuple(read_receipt(one) for one in evidence)
    ledger = tmp_path / "ledger"
    ledger.write_bytes(venue.hall.export())
    judged = judge(ledger, Options(fingerprint=venue.hall.published.fingerprint, jobs=1, receipts=receipts_of))
    assert any(one.check.id == "V05" and one.outcome == "fail" for one in judged.outcomes)


def test_a_list_of_ballots_that_does_not_prove_to_the_ledger_is_not_believed(
    venue: Venue, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = venue.people(station, 1)
    venue.open()
    people[0].vote()
    venue.collect()
    station.turn(3)
    venue.close()
    honest = answers.ballot_ids_answer

    def empty(*what: Any) -> Any:
        return {**honest(*what), "ids": []}

    monkeypatch.setattr(answers, "ballot_ids_answer", empty)
    station.turn(2)
    assert station.hub.stopped is not None
    assert station.phase() is Phase.DELIVERED, "nothing is erased"
    row = station.hub.store.poll("p1")
    assert row is not None
    assert row.outbox is not None
    assert len(row.outbox.ballots) == 1


def test_a_poll_is_void_by_its_line_in_the_ledger_only(
    venue: Venue, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = venue.people(station, 1)
    venue.open()
    people[0].vote()
    honest = answers.state_answer

    def void(*what: Any) -> Any:
        state = honest(*what)
        return {**state, "polls": [{**one, "phase": "void"} for one in state["polls"]]}

    monkeypatch.setattr(answers, "state_answer", void)
    said_anew(venue)
    station.hub.told = None
    station.hub.beat()
    assert station.hub.told is not None
    station.hub.told = type(station.hub.told)(None, None, False)
    station.clerk.work()
    assert station.phase() is Phase.SHUT
    row = station.hub.store.poll("p1")
    assert row is not None
    assert row.outbox is not None, "kept until it is proven"
    assert len(row.outbox.ballots) == 1


def test_a_state_without_a_poll_that_was_open_is_not_believed(
    venue: Venue, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue.people(station, 1)
    venue.open()
    honest = answers.state_answer
    monkeypatch.setattr(answers, "state_answer", lambda *what: {**honest(*what), "polls": []})
    said_anew(venue)
    venue.collect()
    station.turn(2)
    assert station.hub.stopped is not None
    assert station.hub.stopped.code == "mistrust"


def test_one_made_up_refusal_removes_no_hub_and_loses_no_ballot(venue: Venue, station: Station) -> None:
    people = venue.people(station, 1)
    venue.open()
    people[0].vote()
    honest, honest_sealed = station.hub.server.post, station.hub.server.post_sealed

    def refuse(*_what: Any, **_how: Any) -> Any:
        raise Refused("not-allowed", "made up", 403)

    def invalid(*_what: Any, **_how: Any) -> Any:
        raise Refused("ballot-invalid", "made up", 400)

    station.hub.server.post = refuse  # type: ignore[method-assign]
    station.turn(2)
    assert not station.hub.removed
    station.hub.server.post = honest  # type: ignore[method-assign]
    venue.collect()
    station.hub.server.post_sealed = invalid  # type: ignore[method-assign]
    station.turn(2)
    assert station.phase() is Phase.SHUT
    station.hub.server.post_sealed = honest_sealed  # type: ignore[method-assign]
    station.turn(2)
    assert station.phase() is Phase.DELIVERED
    assert station.hub.health()["lost"] == {}


def test_ballots_that_the_server_does_not_take_wait_and_the_hub_says_why(venue: Venue, station: Station) -> None:
    """Else the console shows for ever that they are on their way."""
    person = venue.people(station, 1)[0]
    venue.open()
    person.vote()
    honest = station.hub.server.post_sealed

    def closed(*_what: Any) -> Any:
        raise Refused("poll-closed", "made up", 409)

    station.hub.server.post_sealed = closed  # type: ignore[method-assign]
    venue.collect()
    station.turn(6)
    assert station.phase() is Phase.SHUT
    assert station.hub.health()["waiting"] == {"p1": 1}
    (said,) = set(station.notes.loud)
    assert "poll-closed × 1" in said
    station.hub.server.post_sealed = honest  # type: ignore[method-assign]
    station.turn()
    assert station.phase() is Phase.DELIVERED


def test_a_ballot_refused_again_and_again_is_counted_as_lost(venue: Venue, station: Station) -> None:
    people = venue.people(station, 2)
    venue.open()
    (unwanted,) = people[0].vote()
    people[1].vote()
    honest = station.hub.server.post_sealed

    def invalid(path: str, envelope: Envelope, payload: bytes) -> Any:
        if payload == unwanted.encode():
            raise Refused("ballot-invalid", "made up", 400)
        return honest(path, envelope, payload)

    station.hub.server.post_sealed = invalid  # type: ignore[method-assign]
    venue.collect()
    station.turn(6)
    assert station.phase() is Phase.DELIVERED
    assert station.hub.health()["lost"] == {"p1": 1}
    assert venue.returned() == 1
    venue.close()
    station.turn(2)
    assert station.hub.health()["lost"] == {"p1": 1}
