"""Limits count slips, ballot keys and accounts. A hall shares one address, so an address is never counted."""

from __future__ import annotations

import secrets

import pytest
from flask import Flask

from ballot_service.app import create_app
from crypto import slips
from crypto.encoding import b64u
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import ROOMY, SEALED, Hall, Phone, check_refusal

LIMIT = 30  # a minute, for one slip or one ballot key; the default of the settings


@pytest.fixture(scope="module")
def door(make_hall: MakeHall) -> Hall:
    """A hall with the limits of the settings as they come."""
    return make_hall(officer_limit_per_account="600 per minute")


@pytest.fixture(scope="module")
def voters(door: Hall) -> list[Phone]:
    """Everyone, with `finance` being polled."""
    phones = door.everyone_arrives()
    door.open_poll("finance")
    return phones


def redeem_body(hall: Hall, token: bytes) -> bytes:
    """The smallest request that names a slip."""
    return hall.seal("booklet", f'{{"token": "{b64u(token)}", "blinded": []}}'.encode()).body


def test_five_hundred_slips_from_one_address_are_not_limited(door: Hall) -> None:
    for _phone in range(500):
        answer = door.send("booklet", redeem_body(door, secrets.token_bytes(16)))
        check_refusal(answer, "slip-used")


@pytest.mark.parametrize("how", ["one address", "a new address each time"])
def test_one_slip_is_limited_whatever_address_it_claims(door: Hall, how: str) -> None:
    token = secrets.token_bytes(16)
    body = redeem_body(door, token)
    codes = []
    for attempt in range(LIMIT + 5):
        headers = (
            {} if how == "one address" else {"X-Forwarded-For": f"203.0.113.{attempt}", "X-Real-IP": f"::{attempt}"}
        )
        codes.append(check_refusal(door.send("booklet", body, headers)))
    assert codes == ["slip-used"] * LIMIT + ["rate-limited"] * 5
    check_refusal(door.send("booklet", redeem_body(door, secrets.token_bytes(16))), "slip-used")  # nobody else waits


def test_one_ballot_key_is_limited_while_its_poll_is_open_and_another_is_not(door: Hall, voters: list[Phone]) -> None:
    line, other = door.ballot_line(voters[0]), door.ballot_line(voters[1])
    statuses = [door.cast(line).status_code for _attempt in range(1 + LIMIT)]
    assert statuses == [201] + [200] * LIMIT  # the ballot itself is no attempt too many
    check_refusal(door.cast(line), "rate-limited")
    check_refusal(door.send("receipts", door.seal("receipts", line).body), "poll-closed")
    assert door.cast(other).status_code == 201


def test_a_limited_slip_and_ballot_are_as_they_were(door: Hall) -> None:
    token = secrets.token_bytes(16)
    before = door.database()
    for _attempt in range(LIMIT + 1):
        answer = door.send("booklet", redeem_body(door, token))
    check_refusal(answer, "rate-limited")
    assert door.database() == before


def test_an_account_is_limited_and_another_goes_on(make_hall: MakeHall) -> None:
    hall = make_hall(officer_limit_per_account="5 per minute")
    other = {"Authorization": f"Bearer {hall.service.accounts.log_in(hall.service.accounts.make_code('other'))}"}
    for _attempt in range(5):
        assert hall.get("control", hall.officer).status_code == 200
    check_refusal(hall.get("control", hall.officer), "rate-limited")
    check_refusal(hall.get("control", {**hall.officer, "X-Forwarded-For": "203.0.113.9"}), "rate-limited")
    again = {"Authorization": f"Bearer {hall.service.accounts.log_in(hall.service.accounts.make_code())}"}
    check_refusal(hall.get("control", again), "rate-limited")  # the account, not the session
    assert hall.get("control", other).status_code == 200
    assert hall.get("head").status_code == 200


def test_guesses_at_a_session_count_against_nobody(make_hall: MakeHall) -> None:
    hall = make_hall(officer_limit_per_account="5 per minute")
    for _guess in range(20):
        check_refusal(hall.get("control", {"Authorization": "Bearer wrong"}), "not-allowed")
    assert hall.get("control", hall.officer).status_code == 200


def test_the_counters_names_tell_neither_slip_nor_key_nor_account(make_hall: MakeHall) -> None:
    hall = make_hall(officer_limit_per_account=ROOMY)
    phones = hall.everyone_arrives()
    hall.open_poll("finance")
    line = hall.ballot_line(phones[0])
    assert hall.cast(line).status_code == 201
    hall.get("control", hall.officer)

    names = str(counters(hall.app)).lower()
    assert "slip" in names  # the counters are there
    key = phones[0].pages[0].ballot_public_key
    secret_values = [key, phones[0].token, slips.slip_id(hall.meeting_id, phones[0].token), b"organiser"]
    for value in secret_values:
        for spelling in (value.hex(), b64u(value).lower(), value.decode("latin-1").lower(), repr(value).lower()):
            assert spelling not in names
    assert "127.0.0.1" not in names
    assert hall.token not in names


def test_counters_of_one_installation_have_the_same_names_in_every_process(make_hall: MakeHall) -> None:
    """Processes that share a counter store count on where another left off; installations never match."""
    hall, elsewhere = make_hall(), make_hall()
    second = create_app(hall.service)
    token = secrets.token_bytes(16)
    body = redeem_body(hall, token)
    names = []
    for app in (hall.app, second):
        app.test_client().post(hall.at("booklet"), data=body, content_type=SEALED)
        names.append(set(counters(app)))
    elsewhere.send("booklet", redeem_body(elsewhere, token))
    assert names[0] == names[1] != set(counters(elsewhere.app))


def counters(app: Flask) -> dict[str, int]:
    """What flask-limiter remembers of an application."""
    return {str(name): count for name, count in app.extensions["ballot-limits"].storage.storage.items()}
