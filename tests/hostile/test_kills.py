"""Nothing is lost: a receipt means that the ballot is in the ledger, whatever happens to process, disk or lock."""

from __future__ import annotations

import random
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import event

from ballot_service.app import create_app
from ballot_service.errors import Refused
from ballot_service.polls.check_ballot import read_ballot
from ballot_service.service import Service
from crypto.ballot import ballot_id
from crypto.encoding import from_b64u
from tests.conftest import Start
from tests.hostile.servers import ServerProcess
from tests.meeting_kit import (
    OPPOSE,
    Hall,
    InProcess,
    OverHttp,
    VoterWire,
    assert_accepted,
    config_for,
    meeting_file,
    publish,
    refused,
    run_together,
)  # fmt: skip
from tests.soak import soaked

KILLS_SAMPLE, KILLS_FULL = 5, 40
CASTS_SAMPLE, CASTS_FULL = 30, 1000
VOTERS_PER_KILL = 30
CLIENTS = 8
GIVE_UP_SECONDS = 240


# ── SIGKILL ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kills", soaked(KILLS_SAMPLE, KILLS_FULL))
def test_a_ballot_with_a_receipt_survives_every_kill(start: Start, tmp_path: Path, kills: int) -> None:
    """The server dies at random moments while all cast; every phone sends its stored line until it is answered."""
    service = start()
    hall = publish(service, meeting_file(expected=(kills + 1) * VOTERS_PER_KILL))
    phones = hall.voters()
    hall.open()
    lines = [hall.line(phone) for phone in phones]
    dice = random.Random(20261218)
    server = ServerProcess(service.config, tmp_path / "server")
    receipts: dict[bytes, list[bytes]] = {line: [] for line in lines}
    statuses: Counter[int] = Counter()
    answered = threading.Condition()
    waiting = list(lines)
    cut_off = 0

    def cast_until_answered(line: bytes) -> None:
        nonlocal cut_off
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            try:
                wire = VoterWire(OverHttp(server.url), hall)
                try:
                    answer = wire.cast(line)
                finally:
                    wire.close()
            except (requests.RequestException, KeyError):  # no answer: it may be stored or not
                cut_off += 1
                time.sleep(0.05)
                continue
            with answered:
                statuses[answer.status] += 1
                assert answer.status in (200, 201), answer.value
                receipts[line].append(from_b64u(answer.value["receipt"]))
                answered.notify_all()
            return
        raise AssertionError("no receipt after a long time")

    def client() -> None:
        while True:
            with answered:
                if not waiting:
                    return
                line = waiting.pop()
            cast_until_answered(line)
            if line[-9] % 3 == 0:
                cast_until_answered(line)  # the answer was lost on its way, says this phone

    def killer() -> None:
        """Each kill has its place among the answers, so that there is somebody to be interrupted at any speed."""
        for place in range(kills):
            enough = place * VOTERS_PER_KILL + dice.randrange(VOTERS_PER_KILL)
            with answered:
                assert answered.wait_for(lambda enough=enough: statuses.total() >= enough, GIVE_UP_SECONDS)
            time.sleep(dice.uniform(0, 0.01))  # at any point of what the other phones have under way
            server.kill()
            server.spawn()
            server.wait_until_ready()

    server.spawn()
    server.wait_until_ready()
    try:
        run_together([killer, *[client] * CLIENTS])
        after = VoterWire(OverHttp(server.url), hall)
        for line in lines[:20]:
            answer = after.cast(line)
            assert (answer.status, from_b64u(answer.value["receipt"])) == (200, receipts[line][0])
        after.close()
    finally:
        server.stop()

    assert cut_off, "the kills came when nobody was casting"
    assert all(given and len(set(given)) == 1 for given in receipts.values()), "one ballot, one receipt"
    assert "Traceback" not in server.log.read_text()
    restarted = Hall(start(), hall.published)
    restarted.service.polls.close(hall.id)
    assert restarted.service.voided_at_start == []
    assert Counter(restarted.lines("ballot")) == Counter(lines), "each exactly once"
    restarted.release(1)
    restarted.service.boxes.open(hall.id)
    assert_accepted(restarted.judged(tmp_path))


# ── the close ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("casts", soaked(CASTS_SAMPLE, CASTS_FULL))
def test_a_cast_that_races_the_close_has_both_receipt_and_place_or_neither(start: Start, casts: int) -> None:
    services = [start(), start()]
    hall = publish(services[0], meeting_file(expected=casts))
    phones = hall.voters()
    hall.open()
    lines = [hall.line(phone) for phone in phones]
    too_late, *waiting = lines
    receipts, late = set[bytes](), set[bytes]()
    enough = threading.Event()

    def client(service: Service) -> None:
        while waiting:
            line = waiting.pop()
            try:
                service.casting.cast(hall.id, line, read_ballot(line))
            except Refused as refusal:
                if refusal.code != "poll-closed":
                    raise
                late.add(line)
            else:
                receipts.add(line)
            if len(receipts) >= casts // 3:
                enough.set()

    def closer() -> None:
        assert enough.wait(60)
        services[1].polls.close(hall.id)

    run_together([closer, *[lambda n=n: client(services[n % 2]) for n in range(6)]])
    waiting.append(too_late)  # on a fast machine the only one
    client(services[0])
    assert receipts, "nobody was in time"
    assert too_late in late
    assert Counter(hall.lines("ballot")) == Counter(receipts)
    assert receipts | late == set(lines)


def test_a_void_takes_with_it_every_ballot_that_raced_it(start: Start) -> None:
    services = [start(), start()]
    hall = publish(services[0], meeting_file(expected=CASTS_SAMPLE))
    phones = hall.voters()
    hall.open()
    waiting = [hall.line(phone) for phone in phones]
    answered: Counter[str] = Counter()

    def client(service: Service) -> None:
        while waiting:
            line = waiting.pop()
            try:
                service.casting.cast(hall.id, line, read_ballot(line))
                answered["receipt"] += 1
            except Refused as refusal:
                answered[refusal.code] += 1

    def voider() -> None:
        while not answered["receipt"]:
            time.sleep(0.001)
        services[1].polls.void(hall.id, None, "演练", ["甲", "乙"])

    run_together([voider, *[lambda n=n: client(services[n % 2]) for n in range(4)]])
    assert set(answered) <= {"receipt", "poll-closed"}
    assert hall.lines("ballot") == []
    assert hall.service.figures(hall.id)["returned"] == 0


# ── a full disk ────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def no_more_pages(service: Service) -> Iterator[None]:
    """SQLite may not grow the database."""

    def limit(connection: Any, *_others: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def lift(connection: Any, *_others: object) -> None:
        connection.execute("PRAGMA max_page_count = 1073741823")

    event.listen(service.store.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(service.store.engine, "checkout", limit)
        event.listen(service.store.engine, "checkout", lift)


@contextmanager
def no_more_bytes(service: Service) -> Iterator[None]:
    """The system refuses to let any file of this process grow beyond what the write-ahead log has now."""
    database = Path(str(service.store.engine.url.database))
    size = Path(f"{database}-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Hall]:
    service = Service(config_for(tmp_path, ""))
    yield publish(service, meeting_file(expected=80))
    service.close()


FULL_DISKS = [pytest.param(no_more_pages, id="no more pages"), pytest.param(no_more_bytes, id="no more bytes")]
FullDisk = Callable[[Service], Any]


@pytest.mark.parametrize("full_disk", FULL_DISKS)
def test_on_a_full_disk_nobody_gets_a_receipt_and_nothing_is_half_written(
    on_sqlite: Hall, tmp_path: Path, full_disk: FullDisk
) -> None:
    hall = on_sqlite
    phones = hall.voters()
    hall.open()
    lines = [hall.line(phone, OPPOSE) for phone in phones]
    wire = VoterWire(InProcess(create_app(hall.service)), hall)
    receipts, refusals = {}, []
    with full_disk(hall.service):
        for line in lines:
            answer = wire.cast(line)
            if answer.status == 201:
                receipts[line] = answer.value["receipt"]
            else:
                assert (answer.status, answer.code) == (503, "unavailable")
                refusals.append(line)
    assert refusals, "the disk was not full"
    assert hall.service.figures(hall.id)["returned"] == len(receipts)
    again = [wire.cast(line) for line in lines]
    assert [answer.status for answer in again] == [200 if line in receipts else 201 for line in lines]
    assert all(again[lines.index(line)].value["receipt"] == receipt for line, receipt in receipts.items())
    hall.service.polls.close(hall.id)
    assert Counter(hall.lines("ballot")) == Counter(lines)
    hall.release(1)
    hall.service.boxes.open(hall.id)
    assert_accepted(hall.judged(tmp_path))


@pytest.mark.parametrize("full_disk", FULL_DISKS)
def test_on_a_full_disk_no_slip_is_spent(on_sqlite: Hall, full_disk: FullDisk) -> None:
    hall = on_sqlite
    wire = VoterWire(InProcess(create_app(hall.service)), hall)
    phones = hall.phones()
    with full_disk(hall.service):
        statuses = [wire.redeem(phone).status for phone in phones]
    assert 503 in statuses, "the disk was not full"
    assert set(statuses) <= {200, 503}
    for phone in phones:
        hall.redeem(phone)


def test_on_a_full_disk_no_act_is_half_done(on_sqlite: Hall) -> None:
    hall = on_sqlite
    phones = hall.voters()
    hall.open()
    for phone in phones:
        hall.cast(hall.line(phone))
    with no_more_bytes(hall.service), refused("unavailable", hall):
        hall.service.polls.close(hall.id)
    assert hall.service.figures(hall.id)["returned"] == len(phones)
    assert hall.service.polls.close(hall.id).counts[0]["returned"] == len(phones)


def test_receipts_name_ballots_that_the_ledger_holds_under_that_name(hall: Hall) -> None:
    phones = hall.voters()
    hall.open()
    lines = [hall.line(phone) for phone in phones]
    receipts = {ballot_id(line): hall.cast(line) for line in lines}
    poll = hall.service.polls.close(hall.id).poll
    web = InProcess(create_app(hall.service))
    ids = web.get(f"/meetings/{hall.id}/polls/{poll}/ballot-ids").json()["ids"]
    assert {from_b64u(one) for one in ids} == set(receipts)
