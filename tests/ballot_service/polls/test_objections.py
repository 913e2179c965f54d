"""Objections: a receipt for a ballot that the ledger does not hold stops the box; nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete

from ballot_service.app import create_app
from ballot_service.polls.objections import object_to_close
from ballot_service.store.tables import Intake
from tests.meeting_kit import TWO, Hall, InProcess, VoterWire, assert_accepted, refused


@pytest.fixture
def dropped(hall: Hall) -> tuple[bytes, bytes]:
    """A line with its receipt that a dishonest server dropped; the other ballots are in the closed poll."""
    phones = hall.voters()
    hall.open()
    line = hall.line(phones[0])
    receipt = hall.cast(line)
    with hall.service.store.write() as session:
        session.execute(delete(Intake))
    for phone in phones[1:]:
        hall.cast(hall.line(phone))
    hall.service.polls.close(hall.id)
    return line, receipt


def test_a_dropped_ballot_keeps_the_box_shut_until_the_poll_is_void(
    hall: Hall, dropped: tuple[bytes, bytes], tmp_path: Path
) -> None:
    hall.release(1)
    wire = VoterWire(InProcess(create_app(hall.service)), hall)
    assert wire.object(*dropped).status == 200
    with refused("objection-open", hall):
        hall.service.boxes.open(hall.id)
    with refused("poll-open", hall):
        hall.service.conduct.close(hall.id)
    hall.service.polls.void(hall.id, None, "有票未入箱", TWO)
    assert_accepted(hall.judged(tmp_path))


def test_a_ballot_that_is_in_the_ledger_is_no_reason_to_object(hall: Hall) -> None:
    phones = hall.voters()
    hall.open()
    line = hall.line(phones[0])
    receipt = hall.cast(line)
    hall.service.polls.close(hall.id)
    with refused("bad-request", hall):
        object_to_close(hall.service.acts, hall.id, line, receipt)


def test_a_made_up_receipt_proves_nothing(hall: Hall, dropped: tuple[bytes, bytes]) -> None:
    line, receipt = dropped
    for forged in (bytes(64), receipt[:-1] + bytes([receipt[-1] ^ 1])):
        with refused("bad-request", hall):
            object_to_close(hall.service.acts, hall.id, line, forged)


def test_a_receipt_of_a_voided_poll_cannot_block_the_next(hall: Hall) -> None:
    phones = hall.voters()
    hall.open()
    line = hall.line(phones[0])
    receipt = hall.cast(line)
    hall.service.polls.void(hall.id, None, "演练", TWO)
    hall.poll(lambda _poll: [hall.line(phones[0])])
    with refused("poll-closed", hall):
        object_to_close(hall.service.acts, hall.id, line, receipt)


def test_nobody_objects_before_the_close_or_after_the_box_is_open(hall: Hall, dropped: tuple[bytes, bytes]) -> None:
    hall.release(1)
    hall.service.boxes.open(hall.id)
    with refused("poll-closed", hall):
        object_to_close(hall.service.acts, hall.id, *dropped)
