"""The promise: what this installation knows already is in the ledger that is published, and holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.service import Service
from ballot_service.store.tables import LedgerLine, Meeting, SignedCheckpoint, Slip
from tests.meeting_kit import KEYS, Hall, Json, approval, assert_accepted, item, meeting_file, publish, refused

HallOf = Callable[[Json], Hall]


def nomination(meeting: str, date: str, **fields: Any) -> Json:
    """Li is the only candidate for a post, with a bar after two failures."""
    contest = approval(
        "chief",
        post="finance-director",
        ballot={"kind": "approval", "max_approve": 1, "candidates": [{"id": "li", "name": "李四"}]},
        rules=[{"rule": "pass", "over": "1/2", "of": "expected"}, {"rule": "seats"}, {"rule": "bar"}],
    )
    return meeting_file(item(contest), meeting=meeting, date=date, **fields)


def fail(hall: Hall) -> None:
    """A poll that nobody votes in: nobody passes."""
    hall.voters()
    poll = hall.poll(lambda _poll: [], "chief")
    hall.release(poll.box)
    hall.service.boxes.open(hall.id, poll.id)


def recorded(date: str, meeting: str) -> Json:
    return {
        "person": "li", "post": "finance-director", "date": date, "meeting": meeting, "contest": "chief", "round": 1,
        "nobody_passed": True,
    }  # fmt: skip


def rows(service: Service) -> list[int]:
    with service.store.read() as session:
        tables = (Meeting, LedgerLine, Slip, SignedCheckpoint)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_failed_votes_of_our_own_ledgers_are_published_with_the_next_meeting(hall_of: HallOf, tmp_path: Path) -> None:
    fail(hall_of(nomination("first", "2026-01-10")))
    written = {"person": "li", "post": "finance-director", "date": "2026-01-10"}
    second = hall_of(nomination("second", "2026-11-20", history=[written]))
    assert second.state().meeting["history"] == [recorded("2026-01-10", "first")]
    assert_accepted(second.judged(tmp_path))


def test_whom_our_own_ledgers_bar_is_not_published_and_nothing_is_half_done(hall_of: HallOf, service: Service) -> None:
    fail(hall_of(nomination("first", "2026-01-10")))
    fail(hall_of(nomination("second", "2026-11-20")))
    before = rows(service)
    delivered: list[object] = []
    made: list[int] = []
    plan = read_meeting_value(nomination("third", "2026-12-18"))
    with pytest.raises(Refused) as caught:
        service.publish(plan, deliver=delivered.append, progress=lambda _what, done, _of: made.append(done))
    assert caught.value.code == "barred-nominee"
    assert "agenda[0].contests[0].ballot.candidates[0].id" in caught.value.problems[0]
    assert (rows(service), delivered, made) == (before, [], [])
    assert service.keyring.files.read_json("meetings", "third", "head.json") is None
    after = publish(service, nomination("after", "2027-11-21"))  # a day after the bar
    assert after.state().meeting["history"] == [recorded("2026-01-10", "first"), recorded("2026-11-20", "second")]


def test_a_bar_of_our_own_ledgers_holds_where_the_next_meeting_has_no_rule_for_it(
    hall_of: HallOf, service: Service
) -> None:
    fail(hall_of(nomination("first", "2026-01-10")))
    fail(hall_of(nomination("second", "2026-11-20")))
    third = nomination("third", "2026-12-18")
    del third["agenda"][0]["contests"][0]["rules"][2]
    with refused("barred-nominee"):
        publish(service, third)
    publish(service, third | {"date": "2027-11-21"})


def test_a_file_that_contradicts_our_own_ledger_is_refused(hall_of: HallOf, service: Service) -> None:
    fail(hall_of(nomination("first", "2026-01-10")))
    told = {"person": "li", "post": "finance-director", "date": "2026-01-10", "meeting": "first", "round": 2}
    with refused("bad-meeting-file"):
        publish(service, nomination("second", "2026-11-20", history=[told]))


def test_one_who_is_barred_while_keys_are_made_is_refused_all_the_same(hall_of: HallOf, service: Service) -> None:
    """The meeting that bars may end while another one is being published: what counts is asked inside the write."""
    fail(hall_of(nomination("first", "2026-01-10")))
    second = hall_of(nomination("second", "2026-11-20"))
    plan = read_meeting_value(nomination("third", "2026-12-18"))
    make_key = KEYS.for_meeting()
    failed: list[Hall] = []

    def slow_key(bits: int) -> Any:
        if not failed:
            failed.append(second)
            fail(second)
        return make_key(bits)

    with refused("barred-nominee"):
        service.publish(plan, generate_key=slow_key)
    with service.store.read() as session:
        assert session.get(Meeting, "third") is None


def test_a_calendar_is_filled_in_where_one_is_known(hall_of: HallOf) -> None:
    known = hall_of(meeting_file(meeting="known", date="2025-09-20")).state().meeting["calendar"]
    assert known["until"] >= "2025-12-31"
    assert "2025-10-01" in known["holidays"]
    assert "2025-10-11" in known["workdays"]
    assert hall_of(meeting_file(meeting="unknown", date="2199-01-01")).state().meeting["calendar"] is None
    own = {"until": "2025-09-30", "holidays": ["2025-09-25"], "workdays": []}
    written = hall_of(meeting_file(meeting="written", date="2025-09-20", calendar=own))
    assert written.state().meeting["calendar"] == own
