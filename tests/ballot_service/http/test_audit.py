"""The record of acts: every officer's act once, in one transaction with what it did; of voters nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from ballot_service.console.audit import Shown
from ballot_service.errors import Refused
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import API, Hall


@pytest.fixture(scope="module")
def noted(make_hall: MakeHall) -> Hall:
    """Everyone has a booklet."""
    hall = make_hall()
    hall.everyone_arrives()
    return hall


def rows(hall: Hall, act: str) -> list[Shown]:
    return [row for row in hall.service.audit.read(None) if row.act == act]


def test_an_act_of_the_ledger_is_one_row_with_who_where_when_and_what(noted: Hall) -> None:
    poll = noted.open_poll("finance")
    (row,) = rows(noted, "poll-open")
    assert row == Shown("2026-12-18T01:30Z", "organiser", noted.meeting_id, "poll-open", "done", row.detail)
    assert row.detail == f"poll: {poll}"
    assert [one.outcome for one in rows(noted, "attendance")] == ["done"]


def test_a_refusal_is_a_row_with_its_code(noted: Hall) -> None:
    answer = noted.post("attendance", {"present": {"A": 7}})
    assert answer.status_code == 409
    assert [row.outcome for row in rows(noted, "attendance")].count("more-than-expected") == 1
    noted.post("attendance", {"present": {"A": 7}})  # again within the minute
    assert [row.outcome for row in rows(noted, "attendance")].count("more-than-expected") == 1


def test_an_act_that_cannot_be_recorded_is_not_done(noted: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise Refused("unavailable", "the disk is full")

    before, size = noted.database(), noted.state()["size"]
    with monkeypatch.context() as patch:
        patch.setattr(noted.service.audit, "write", fail)
        assert noted.post("attendance", {"present": {"A": 5}}).status_code == 503
    assert noted.database() == before
    assert noted.state()["size"] == size


def test_acts_at_the_desk_have_no_time_and_no_slip(noted: Hall) -> None:
    body = {"kind": "replaced", "voter_class": "A", "reason": "lost", "by": ["a", "b"]}
    noted.post("slips", body, expect=204)
    (row,) = rows(noted, "slip-change")
    assert (row.at, row.detail) == ("2026-12-18", "")


def test_voters_leave_no_row(make_hall: MakeHall) -> None:
    hall = make_hall()
    phones = hall.phones()
    hall.post("attendance", {"present": {"A": 6, "B": 5}}, expect=204)
    before = hall.service.audit.read(None)
    for phone in phones:
        hall.redeem(phone)
    hall.get("head")
    assert hall.service.audit.read(None) == before
    hall.open_poll("finance")
    before = hall.service.audit.read(None)
    line = hall.ballot_line(phones[0])
    cookie = {"Cookie": f"ballot_session={hall.token}"}  # even on an officer's own phone
    assert hall.send("ballots", hall.seal("ballots", line).body, cookie).status_code == 201
    assert hall.service.audit.read(None) == before


def test_closing_a_poll_names_the_poll_and_none_of_its_slips_or_ballots(make_hall: MakeHall) -> None:
    hall = make_hall()
    phones = hall.everyone_arrives()
    poll = hall.open_poll("finance")
    hall.cast(hall.ballot_line(phones[0]))
    hall.post(f"polls/{poll}/close", {}, expect=200)
    acts = {(row.act, row.detail) for row in hall.service.audit.read({hall.meeting_id})}
    assert ("poll-close", f"poll: {poll}") in acts
    assert not {act for act, _detail in acts} & {"ballot", "booklet"}


def test_logging_in_is_a_row_also_when_it_fails(noted: Hall) -> None:
    client = noted.app.test_client()
    noted.service.accounts.create("named", "王敏", frozenset())
    account = noted.service.accounts.find("named")
    client.post("/login", data={"login": "named", "password": "wrong password"})
    client.post("/login", data={"login": "who-is-that", "password": "wrong password"})
    code = noted.service.accounts.make_link_code(str(account))
    client.post("/login", data={"code": code})
    found = {(row.account, row.outcome) for row in rows(noted, "log-in")}
    assert {(account, "not-allowed"), ("", "not-allowed"), (account, "done")} <= found
    assert code not in str(noted.service.audit.read(None))
    assert "who-is-that" not in str(noted.service.audit.read(None))


def test_taking_the_ledger_away_is_an_act_and_looking_is_not(noted: Hall) -> None:
    noted.get("ledger", noted.officer)
    assert len(rows(noted, "ledger")) == 1
    before = noted.service.audit.read(None)
    noted.get("control", noted.officer)
    noted.client.get("/", headers={"Cookie": f"ballot_session={noted.token}"})
    assert noted.service.audit.read(None) == before


def test_no_cell_of_the_file_starts_a_formula(noted: Hall) -> None:
    for name in ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "＝1"):
        made, code = noted.service.accounts.create(name, name, frozenset())
        noted.client.post(f"{API}/login", json={"code": code})
        assert made
    answer = noted.client.get("/audit.csv", headers={"Cookie": f"ballot_session={noted.token}"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]


def test_the_record_orders_nothing_but_minutes(noted: Hall) -> None:
    with noted.service.store.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'audit'").scalar_one()
    assert "WITHOUT ROWID" in made
