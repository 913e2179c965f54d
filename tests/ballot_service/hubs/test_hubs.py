"""Venue hubs and the service: pairing, reports, what a close waits for, and what a hub that lies or is lost can do.

Through HTTP; officers' acts go to the service's objects where HTTP adds nothing. What rests on a statement or a lock of
the database runs on PostgreSQL too.
"""

from __future__ import annotations

import hashlib
import logging
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ballot_service.app import create_app
from ballot_service.client import built_client
from ballot_service.errors import Refused
from ballot_service.hubs.codes import ALPHABET, make_code, parse_code, spell_code
from ballot_service.service import Service
from ballot_service.store.tables import AuditEntry, Hub, HubCode
from crypto import canonical
from crypto.encoding import b64u, from_b64u
from tests.ballot_service.hubs.venue import API, HEALTHY, Venue, pair, paired
from tests.ballot_service.screen.hall import Projector
from tests.conftest import Start
from tests.meeting_kit import TWO, Clock, Hall, assert_accepted, meeting_file, publish, refused, run_together

on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def stored(hall: Hall) -> list[Hub]:
    with hall.service.store.read() as session:
        return list(session.scalars(select(Hub).where(Hub.meeting == hall.id).order_by(Hub.name)))


def last_close(hall: Hall) -> dict[str, Any]:
    return hall.entries("poll-close")[-1]


# ── pairing codes ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_is_read_however_it_is_typed() -> None:
    assert re.fullmatch(
        r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", spell_code(make_code(lambda n: bytes(range(n))))
    )
    code = parse_code("K0Q1M-XPD4T")
    assert code == "K0Q1MXPD4T"
    for typed in ("k0q1m-xpd4t", " KOQIM XPD4T ", "kOqLmXpD4t", "K0-Q1-M--XP-D4T"):
        assert parse_code(typed) == code
    for wrong in ("", "K0Q1M-XPD4", "K0Q1M-XPD4TT", "K0Q1M-XPD4U", "K0Q1M_XPD4T", "Ｋ0Q1M-XPD4T"):
        assert parse_code(wrong) is None


def test_every_character_of_a_code_is_as_likely() -> None:
    seen = [make_code(lambda n, one=one: bytes([one]) * n)[0] for one in range(256)]  # type: ignore[misc]
    assert {seen.count(one) for one in ALPHABET} == {8}


@on_both
def test_a_code_pairs_once(hall: Hall, web: FlaskClient) -> None:
    code = hall.service.hubs.make_code(hall.id, "一楼会议室")
    first = pair(web, spell_code(code).lower())
    assert first.status_code == 201
    assert len(from_b64u(first.get_json()["token"])) == 32
    assert pair(web, code).get_json()["code"] == "not-allowed"


def test_a_code_dies_after_fifteen_minutes(hall: Hall, web: FlaskClient, clock: Clock) -> None:
    code, other = (hall.service.hubs.make_code(hall.id, name) for name in ("东", "西"))
    clock.pass_seconds(15 * 60 - 1)
    assert pair(web, other).status_code == 201
    clock.pass_seconds(1)
    assert pair(web, code).get_json()["code"] == "not-allowed"


def test_a_new_code_for_the_same_hub_voids_the_one_before(hall: Hall, web: FlaskClient) -> None:
    first, second = (hall.service.hubs.make_code(hall.id, "一楼会议室") for _each in range(2))
    assert pair(web, first).status_code == 403
    assert pair(web, second).status_code == 201
    with refused("bad-request"):
        hall.service.hubs.make_code(hall.id, "一楼会议室")  # there is one of this name


def test_wrong_used_and_old_codes_get_one_answer(hall: Hall, web: FlaskClient, clock: Clock) -> None:
    used, old = (hall.service.hubs.make_code(hall.id, name) for name in ("东", "西"))
    pair(web, used)
    clock.pass_seconds(15 * 60)
    answers = {pair(web, code).get_data() for code in (used, old, "K7QM2-XPD4T", "", "no code at all", "Ü" * 10)}
    assert len(answers) == 1


def test_guesses_at_a_code_are_limited_and_nobody_elses(hall: Hall, web: FlaskClient) -> None:
    code, other = (hall.service.hubs.make_code(hall.id, name) for name in ("东", "西"))
    guesses = [code[:5] + last for last in ("00000", "11111", "22222") if last != code[5:]]
    codes = [pair(web, guesses[n % len(guesses)]).get_json()["code"] for n in range(12)]
    assert codes == ["not-allowed"] * 10 + ["rate-limited"] * 2
    assert pair(web, code).get_json()["code"] == "rate-limited"  # as with passwords: not even the right one
    assert pair(web, other).status_code == 201


@on_both
def test_of_two_that_type_the_same_code_one_is_paired(hall: Hall, start: Start) -> None:
    """Two processes over one database."""
    code = hall.service.hubs.make_code(hall.id, "一楼会议室")
    made: list[str] = []

    def type_it(service: Service) -> None:
        with suppress(Refused):
            made.append(service.hubs.pair(code).token)

    elsewhere = start()
    run_together([lambda one=one: type_it(one) for one in (hall.service, elsewhere) * 3])  # type: ignore[misc]
    assert len(made) == len(stored(hall)) == 1


def test_neither_code_nor_token_is_kept_or_logged(
    hall: Hall, web: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = hall.service.hubs.make_code(hall.id, "一楼会议室")
    with hall.service.store.read() as session:
        rows = repr([vars(row) for row in session.scalars(select(HubCode))])
    assert code not in rows
    assert spell_code(code) not in rows
    token = pair(web, code).get_json()["token"]
    (hub,) = stored(hall)
    assert hub.token_hash == hashlib.sha256(from_b64u(token)).digest()
    with hall.service.store.read() as session:
        assert session.scalar(select(HubCode.name).where(HubCode.meeting == hall.id)) is None
        (row,) = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "hub-paired", AuditEntry.meeting == hall.id)
        )
        assert (row.account, row.meeting, row.detail) == ("", hall.id, "一楼会议室")
    assert token not in caplog.text
    assert code not in caplog.text


def test_a_meeting_that_has_ended_pairs_nobody(hall: Hall, web: FlaskClient) -> None:
    code = hall.service.hubs.make_code(hall.id, "一楼会议室")
    hall.service.conduct.close(hall.id)
    assert pair(web, code).get_json()["code"] == "not-allowed"
    with refused("meeting-closed"):
        hall.service.hubs.make_code(hall.id, "二楼")


def test_a_hub_has_a_name_that_shows(hall: Hall) -> None:
    for name in ("", " ", "x" * 41, "a\nb", "\u202eabc"):
        with refused("bad-request"):
            hall.service.hubs.make_code(hall.id, name)


# ── reports ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hub_is_told_what_is_open_and_what_it_is_asked_for(hall: Hall, venue: Venue) -> None:
    quiet = {"asked": None, "open_poll": None, "closed": False}
    assert venue.says() == quiet
    hall.voters()
    hall.open()
    assert venue.says(waiting={"p1": 2}) == {**quiet, "open_poll": "p1"}
    hall.service.hubs.collect(hall.id, "p1")
    assert venue.says(waiting={"p1": 2}) == {**quiet, "open_poll": "p1", "asked": "p1"}
    assert venue.says(delivered=["p1"]) == {**quiet, "open_poll": "p1", "asked": "p1"}
    hall.service.polls.close(hall.id)
    assert venue.says(delivered=["p1"]) == quiet
    hall.service.polls.void(hall.id, None, "停电", TWO)
    hall.service.conduct.close(hall.id)
    assert venue.says() == {**quiet, "closed": True}


@pytest.mark.parametrize("spoil", ["no token", "wrong", "another meeting's", "an officer's", "removed", "not a bearer"])
def test_a_token_speaks_for_its_hub_in_its_meeting_only(hall: Hall, venue: Venue, web: FlaskClient, spoil: str) -> None:
    other = publish(hall.service, meeting_file(meeting=f"{hall.id}-other"))
    elsewhere = paired(hall.service, web, other.id)
    if spoil == "removed":
        hall.service.hubs.remove(hall.id, venue.id)
    bearer = {
        "no token": "",
        "wrong": b64u(bytes(32)),
        "another meeting's": elsewhere.token,
        "an officer's": hall.service.accounts.log_in(hall.service.accounts.make_code()),
    }.get(spoil, venue.token)
    headers = {} if not bearer else {"Authorization": f"{'Basic' if spoil == 'not a bearer' else 'Bearer'} {bearer}"}
    before = stored(hall)
    answer = web.post(f"{API}/meetings/{hall.id}/hub", json=HEALTHY, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not-allowed")
    assert [vars(one)["seen"] for one in stored(hall)] == [vars(one)["seen"] for one in before]
    assert bearer == "" or bearer not in answer.text


def test_a_hubs_token_is_no_officers(hall: Hall, venue: Venue, web: FlaskClient) -> None:
    for path in ("control", "ledger"):
        answer = web.get(f"{API}/meetings/{hall.id}/{path}", headers={"Authorization": f"Bearer {venue.token}"})
        assert answer.status_code == 403


def test_a_flood_of_reports_is_limited_hub_by_hub(start: Start) -> None:
    service = start(officer_limit_per_account="5 per minute")
    hall, web = publish(service), create_app(service).test_client()
    loud, calm = (paired(service, web, hall.id, name) for name in ("东", "西"))
    assert [loud.report().status_code for _each in range(7)] == [200] * 5 + [429] * 2
    assert calm.report().status_code == 200


def test_a_report_about_polls_that_there_are_not_is_refused(voting: Venue) -> None:
    for fields in ({"waiting": {"p2": 1}}, {"delivered": ["p2"]}, {"lost": {"x": 0}}, {"assisted": {"p9": 1}}):
        assert voting.report(**fields).get_json()["code"] == "bad-request"
    assert voting.report(waiting={"p1": -1}).status_code == 400
    assert voting.report(terminals=HEALTHY["terminals"] * 101).status_code == 400


@on_both
def test_reports_while_people_vote_change_a_row_every_five_seconds_at_most(
    hall: Hall, voting: Venue, clock: Clock
) -> None:
    """Whoever holds the database, its journal or its backups must not find there when each ballot was left."""
    clock.pass_seconds(-int(clock().timestamp()) % 5)
    kept = []
    for second in range(20):
        voting.says(waiting={"p1": second})
        (row,) = stored(hall)
        kept.append((row.seen, row.report))
        clock.pass_seconds(1)
    assert len(set(kept)) == 4
    assert all(seen is not None and seen % 5 == 0 for seen, _report in kept)


def test_what_officers_wait_for_is_kept_at_once(hall: Hall, voting: Venue, clock: Clock) -> None:
    hall.service.hubs.collect(hall.id, "p1")
    clock.pass_seconds(5)
    voting.says(waiting={"p1": 4})
    voting.says(waiting={"p1": 5})  # the last one to vote before the batch leaves
    (row,) = stored(hall)
    assert canonical.decode_object(row.report or b"")["waiting"] == {"p1": 4}
    for waiting in (3, 2, 0):
        voting.says(waiting={"p1": waiting}, delivered=[] if waiting else ["p1"])
        (row,) = stored(hall)
        assert canonical.decode_object(row.report or b"")["waiting"] == {"p1": waiting}
    assert row.delivered == "p1"
    voting.says(delivered=["p1"], lost={"p1": 1})
    (row,) = stored(hall)
    assert canonical.decode_object(row.report or b"")["lost"] == {"p1": 1}


# ── the close ──────────────────────────────────────────────────────────────────────────────────────────────────────


@on_both
def test_a_close_waits_until_every_hub_has_delivered(hall: Hall, voting: Venue, web: FlaskClient, clock: Clock) -> None:
    second = paired(hall.service, web, hall.id, "二楼")  # during the poll: it counts too
    clock.pass_seconds(5)
    voting.says(waiting={"p1": 3})
    with pytest.raises(Refused) as caught:
        hall.service.polls.close(hall.id)
    assert caught.value.code == "hub-waiting"
    assert "一楼会议室: 3, 二楼: 0" in caught.value.message
    assert "“一楼会议室”（存有 3 张）、“二楼”（存有 0 张）" in caught.value.zh
    hall.service.hubs.collect(hall.id, "p1")
    hall.service.hubs.collect(hall.id, "p1")  # a double press
    second.says(delivered=["p1"])
    with refused("hub-waiting", hall):
        hall.service.polls.close(hall.id)
    voting.says(delivered=["p1"])
    hall.service.polls.close(hall.id, assisted=2)
    assert (last_close(hall)["hubs_missing"], last_close(hall)["assisted"]) == (0, 2)


def test_a_close_without_hubs_says_how_many(hall: Hall, voting: Venue, web: FlaskClient) -> None:
    paired(hall.service, web, hall.id, "二楼")
    hall.service.hubs.collect(hall.id, "p1")
    voting.says(delivered=["p1"])
    hall.service.polls.close(hall.id, without_hubs=True)
    assert last_close(hall)["hubs_missing"] == 1


def test_without_hubs_is_not_said_where_all_have_delivered(hall: Hall, voting: Venue) -> None:
    hall.service.hubs.collect(hall.id, "p1")
    voting.says(delivered=["p1"])
    hall.service.polls.close(hall.id, without_hubs=True)
    assert last_close(hall)["hubs_missing"] == 0


def test_only_what_was_asked_for_counts_as_delivered(hall: Hall, voting: Venue) -> None:
    voting.says(delivered=["p1"])  # before anybody asked: people may still stand at its terminals
    with refused("hub-waiting", hall):
        hall.service.polls.close(hall.id)
    hall.service.hubs.collect(hall.id, "p1")
    with refused("hub-waiting", hall):
        hall.service.polls.close(hall.id)  # nothing was heard since


def test_a_hub_that_contradicts_itself_has_not_delivered(hall: Hall, voting: Venue) -> None:
    hall.service.hubs.collect(hall.id, "p1")
    voting.says(delivered=["p1"], waiting={"p1": 1})
    with refused("hub-waiting", hall):
        hall.service.polls.close(hall.id)
    voting.says(delivered=["p1"])
    voting.says(waiting={"p1": 1})  # and takes its word back
    with refused("hub-waiting", hall):
        hall.service.polls.close(hall.id)


def test_a_poll_delivered_does_not_deliver_the_next(hall: Hall, voting: Venue) -> None:
    hall.service.hubs.collect(hall.id, "p1")
    voting.says(delivered=["p1"])
    hall.service.polls.void(hall.id, None, "停电", TWO)
    hall.open()
    assert voting.says(delivered=["p1"])["asked"] is None
    with refused("hub-waiting", hall):
        hall.service.polls.close(hall.id)


def test_collecting_asks_for_the_open_poll_only(hall: Hall, voting: Venue) -> None:
    with refused("not-found", hall):
        hall.service.hubs.collect(hall.id, "p2")
    hall.service.polls.close(hall.id, without_hubs=True)
    with refused("poll-closed", hall):
        hall.service.hubs.collect(hall.id, "p1")
    hall.service.polls.void(hall.id, None, "停电", TWO)
    hall.service.conduct.close(hall.id)
    with refused("meeting-closed", hall):
        hall.service.hubs.collect(hall.id, "p1")
    assert voting.says()["closed"]


def test_a_hub_that_claims_endless_ballots_only_delays(hall: Hall, voting: Venue) -> None:
    hall.service.hubs.collect(hall.id, "p1")
    voting.says(waiting={"p1": 1_000_000})
    with refused("hub-waiting", hall):
        hall.service.polls.close(hall.id)
    closed = hall.service.polls.close(hall.id, without_hubs=True)
    assert [one["returned"] for one in closed.counts] == [0]
    assert last_close(hall)["hubs_missing"] == 1


@on_both
def test_closing_against_reports_ends_in_one_of_two_ways(hall: Hall, voting: Venue, start: Start) -> None:
    """Two processes: one closes while the other hears the hub deliver."""
    hall.service.hubs.collect(hall.id, "p1")
    elsewhere = create_app(start()).test_client(use_cookies=False)
    there = Venue(elsewhere, voting.meeting_id, voting.id, voting.name, voting.token)
    closed: list[bool] = []

    def close() -> None:
        with suppress(Refused):  # hub-waiting, where the close was first
            hall.service.polls.close(hall.id)
            closed.append(True)

    run_together([close, lambda: there.says(delivered=["p1"]) and None])
    if not closed:
        hall.service.polls.close(hall.id)
    assert last_close(hall)["hubs_missing"] == 0


# ── removal ────────────────────────────────────────────────────────────────────────────────────────────────────────


@on_both
def test_a_hub_removed_before_it_delivered_is_missing_at_the_close(hall: Hall, voting: Venue) -> None:
    voting.says()
    hall.service.hubs.remove(hall.id, voting.id)
    assert voting.report().status_code == 403
    hall.service.polls.close(hall.id)  # it is not waited for
    assert last_close(hall)["hubs_missing"] == 1


def test_a_hub_removed_after_it_delivered_is_not_missing(hall: Hall, voting: Venue) -> None:
    hall.service.hubs.collect(hall.id, "p1")
    voting.says(delivered=["p1"])
    hall.service.hubs.remove(hall.id, voting.id)
    hall.service.polls.close(hall.id)
    assert last_close(hall)["hubs_missing"] == 0


def test_a_hub_removed_between_polls_is_missing_in_neither(hall: Hall, venue: Venue) -> None:
    hall.voters()
    hall.service.hubs.remove(hall.id, venue.id)
    hall.open()
    hall.service.polls.close(hall.id)
    assert last_close(hall)["hubs_missing"] == 0


def test_a_hub_with_ballots_is_removed_only_by_one_who_knows_how_many(hall: Hall, voting: Venue, clock: Clock) -> None:
    clock.pass_seconds(5)
    voting.says(waiting={"p1": 4})
    for held in (0, 3):
        with refused("hub-waiting", hall):
            hall.service.hubs.remove(hall.id, voting.id, held=held)
    assert voting.report(waiting={"p1": 4}).status_code == 200
    assert hall.service.hubs.remove(hall.id, voting.id, held=4) == "一楼会议室"
    with refused("not-found", hall):
        hall.service.hubs.remove(hall.id, voting.id, held=4)


def test_the_same_name_may_come_again_after_a_removal(hall: Hall, venue: Venue, web: FlaskClient) -> None:
    hall.service.hubs.remove(hall.id, venue.id)
    again = paired(hall.service, web, hall.id, venue.name)
    assert again.id != venue.id
    assert again.report().status_code == 200
    assert venue.report().status_code == 403


def test_nobody_removes_a_hub_of_another_meeting(hall: Hall, venue: Venue) -> None:
    other = publish(hall.service, meeting_file(meeting=f"{hall.id}-other"))
    with refused("not-found"):
        hall.service.hubs.remove(other.id, venue.id)
    assert venue.report().status_code == 200


# ── the client's files ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_clients_files_are_those_whose_hash_the_meeting_names(hall: Hall, web: FlaskClient) -> None:
    files = web.get(f"{API}/client").get_json()["files"]
    assert "index.html" in files
    named = hall.state().meeting["client"]
    assert b64u(hashlib.sha256(canonical.encode(files)).digest()) == named == b64u(built_client().hash)
    for path, digest in files.items():
        answer = web.get(f"{API}/client/{path}")
        assert (answer.status_code, answer.mimetype) == (200, "application/octet-stream")
        assert b64u(hashlib.sha256(answer.data).digest()) == digest


def test_nothing_but_the_clients_files_is_served(web: FlaskClient) -> None:
    for path in ["manifest.json", "assets/", "../index.html", "assets/../index.html", "x/y", "%2e%2e"]:
        answer = web.get(f"{API}/client/{path}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")


def test_the_hall_sees_ballots_that_wait_at_a_hub(hall: Hall, voting: Venue, clock: Clock) -> None:
    projector = Projector(hall)
    assert projector.look()["figures"][0]["number"] == "0"
    clock.pass_seconds(5)
    voting.says(waiting={"p1": 6})
    assert hall.service.figures(hall.id)["at_hubs"] == 6
    scene = projector.look()
    assert (scene["figures"][0]["number"], scene["figures"][0]["of"]) == ("6", "6")
    assert "投票终端" in scene["lines"][0]


def test_a_meeting_with_hubs_is_accepted_by_the_verifier(
    hall: Hall, venue: Venue, web: FlaskClient, tmp_path: Path
) -> None:
    phones = hall.voters()
    hall.open()
    for phone in phones:
        hall.cast(hall.line(phone))
    paired(hall.service, web, hall.id, "二楼")
    hall.service.hubs.collect(hall.id, "p1")
    venue.says(delivered=["p1"])
    hall.service.polls.close(hall.id, assisted=1, without_hubs=True)
    hall.release(1)
    hall.service.boxes.open(hall.id)
    assert_accepted(hall.judged(tmp_path))
