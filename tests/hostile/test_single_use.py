"""Two devices, one slip, four server processes over one database: exactly one booklet, whoever is faster."""

from __future__ import annotations

import random
import secrets
import threading
from pathlib import Path

import pytest

from ballot_service.store.tables import Slip
from tests.conftest import Start
from tests.hostile.servers import assert_no_fault_logged, running
from tests.meeting_kit import (
    OverHttp,
    Phone,
    SealedAnswer,
    VoterWire,
    meeting_file,
    phone_for,
    publish,
    run_together,
    signatures_of,
)  # fmt: skip

SAMPLE, FULL = 40, 1000
PROCESSES = 4


@pytest.mark.parametrize("races", [SAMPLE, pytest.param(FULL, marks=pytest.mark.soak)])
def test_two_devices_that_race_for_a_slip_get_exactly_one_booklet(start: Start, tmp_path: Path, races: int) -> None:
    """Both send twice at once, as impatient phones do, each to another process."""
    service = start()
    hall = publish(service, meeting_file(expected=races))
    dice = random.Random(20261218)
    won_by = {"first": 0, "second": 0}
    with running(PROCESSES, service.config, tmp_path) as servers:
        wires = [VoterWire(OverHttp(server.url), hall) for server in servers]
        state = hall.state()
        for url in hall.urls():
            devices = [phone_for(url, state), phone_for(url, state)]
            order = dice.sample(range(PROCESSES), PROCESSES)
            # Threads do not start at the same moment: which device's are the earlier ones is for chance to say.
            places = dice.sample(range(4), 4)
            answers = race([(devices[place % 2], wires[order[place]]) for place in places])
            answers = [answers[places.index(place)] for place in range(4)]
            first, second = answers[0::2], answers[1::2]
            assert {answer.status for answer in answers} == {200, 409}, [answer.value for answer in answers]
            for same_device in (first, second):
                assert len({answer.status for answer in same_device}) == 1, "a device was told yes and no"
            winner, loser = (0, 1) if first[0].status == 200 else (1, 0)
            won_by["second" if winner else "first"] += 1
            booklets = [signatures_of(answer) for answer in answers[winner::2]]
            assert booklets[0] == booklets[1]
            devices[winner].take(booklets[0])
            assert {answer.code for answer in answers[loser::2]} == {"slip-used"}

            retries = [wires[number].redeem(devices[winner]) for number in order[:2]]
            assert [signatures_of(answer) for answer in retries] == [booklets[0]] * 2
            assert wires[order[3]].redeem(devices[loser]).code == "slip-used"
        for wire in wires:
            wire.close()
    assert_no_fault_logged(servers)
    assert min(won_by.values()) > 0, "one device won every time: that was no race"
    with service.store.read() as session:
        rows = list(session.query(Slip))
    assert len(rows) == races
    assert all(row.request_hash and row.signatures and row.token for row in rows), "no slip is stuck"


def race(requests: list[tuple[Phone, VoterWire]]) -> list[SealedAnswer]:
    """All at the same moment; the answers in the order of the requests."""
    together = threading.Barrier(len(requests))
    answers: dict[int, SealedAnswer] = {}

    def send(number: int) -> None:
        phone, wire = requests[number]
        together.wait()
        answers[number] = wire.redeem(phone)

    run_together([lambda number=number: send(number) for number in range(len(requests))])
    return [answers[number] for number in range(len(requests))]


def test_a_lost_answer_is_asked_for_again_at_another_process(start: Start, tmp_path: Path) -> None:
    """The same request, sealed under the same answer key, is answered with the same bytes everywhere."""
    service = start()
    hall = publish(service)
    (phone,) = hall.phones(1)
    answer_key = secrets.token_bytes(32)
    with running(2, service.config, tmp_path) as servers:
        wires = [VoterWire(OverHttp(server.url), hall) for server in servers]
        answers = [wires[number].redeem(phone, answer_key=answer_key) for number in (0, 1, 0, 1)]
        for wire in wires:
            wire.close()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.raw for answer in answers}) == 1
