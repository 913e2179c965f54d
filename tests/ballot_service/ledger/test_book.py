"""The ledger in the database: an older copy, a flipped bit or another key stops the service."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from ballot_service.errors import CannotStart, Refused
from ballot_service.ledger.book import Head
from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.meetings.publish import HandedOut
from ballot_service.service import Service
from ballot_service.store.tables import LedgerLine, Meeting, SignedCheckpoint, Slip
from crypto import merkle
from crypto.checkpoint import parse_checkpoint
from crypto.note import parse_note
from tests.conftest import Start
from tests.meeting_kit import (
    KEYS,
    Hall,
    Json,
    approval,
    assert_accepted,
    config_for,
    damage_line,
    item,
    meeting_file,
    publish,
    refused,
    run_together,
)  # fmt: skip


def kept_head(hall: Hall) -> Json:
    head: Json = hall.service.keyring.files.read_json("meetings", hall.id, "head.json")
    return head


# ── publishing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_published_meeting_is_accepted_before_anything_happened(hall: Hall, tmp_path: Path) -> None:
    assert_accepted(hall.judged(tmp_path))
    assert kept_head(hall)["size"] == len(hall.lines())


def test_a_meeting_is_published_once(hall: Hall) -> None:
    with refused("already-published", hall):
        publish(hall.service)


def test_of_two_processes_that_publish_the_same_meeting_exactly_one_does(start: Start, tmp_path: Path) -> None:
    services = [start(), start(), start()]
    together = threading.Barrier(len(services))
    done: list[Hall] = []
    codes: list[str] = []

    def press(service: Service) -> None:
        together.wait()
        try:
            done.append(publish(service))
        except Refused as refusal:
            codes.append(refusal.code)

    run_together([lambda service=service: press(service) for service in services])
    assert codes == ["already-published"] * 2
    (hall,) = done
    hall.voters()  # the keys on disk are the ones of the ledger
    assert_accepted(hall.judged(tmp_path))


def test_meetings_published_at_once_form_one_chain(start: Start) -> None:
    """Each names the head of the one before it; two that name the same would hide a meeting run twice."""
    services = [start() for _process in range(4)]
    halls: list[Hall] = []

    def press(service: Service, name: str) -> None:
        halls.append(publish(service, meeting_file(meeting=name)))

    run_together([lambda n=n, service=service: press(service, f"m{n}") for n, service in enumerate(services)])
    previous = [hall.state().meeting["previous"] for hall in halls]
    named = [None if one is None else one["origin"] for one in previous]
    assert len(named) == 4
    assert len(set(named)) == 4


def test_when_the_slips_cannot_be_delivered_nothing_is_published(service: Service) -> None:
    def full_disk(_published: object) -> None:
        raise OSError("no space left on device")

    plan = read_meeting_value(meeting_file())
    with pytest.raises(OSError, match="no space"):
        service.publish(plan, generate_key=KEYS.for_meeting(), deliver=full_disk)
    with service.store.read() as session:
        assert [session.query(table).count() for table in (Meeting, LedgerLine, Slip, SignedCheckpoint)] == [0] * 4
    publish(service).voters()


@pytest.mark.parametrize("grows", [False, True], ids=["nothing happens meanwhile", "another ledger grows meanwhile"])
def test_what_was_prepared_before_the_lock_is_handed_out_only_if_it_is_still_true(hall: Hall, grows: bool) -> None:
    """Sheets take seconds: they are made while others write, and made again where the fingerprint is another one."""
    told: list[HandedOut] = []

    def prepare(likely: HandedOut) -> None:
        told.append(likely)
        if grows:
            hall.service.conduct.attendance(hall.id, {"A": 1}, "门岗")  # and nobody holds the database

    plan = read_meeting_value(meeting_file(meeting="next"))
    published = hall.service.publish(plan, generate_key=KEYS.for_meeting(), prepare=prepare, deliver=told.append)
    likely, delivered = told
    assert delivered is published
    assert [slip.voter_class for slip in likely.slips] == [slip.voter_class for slip in delivered.slips]
    assert (likely.fingerprint == delivered.fingerprint) is not grows
    assert (likely.slips == delivered.slips) is not grows


def test_the_next_meeting_names_the_head_of_the_one_before(hall: Hall) -> None:
    hall.voters()
    size = len(hall.lines())
    after = publish(hall.service, meeting_file(meeting="next"))
    previous = after.state().meeting["previous"]
    assert (previous["origin"], previous["size"]) == ("ballot.example/hall", size)


def test_sheet_order_says_nothing_of_slip_ids(hall_of: Callable[[Json], Hall]) -> None:
    hall = hall_of(meeting_file(expected=40))
    sheet = [phone.slip_id for phone in hall.phones()]
    assert sheet not in (sorted(sheet), sorted(sheet, reverse=True))
    assert sorted(sheet) == sorted(hall.state().slip_classes)


# ── rollback and damage ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_older_copy_of_the_database_is_not_served(tmp_path: Path) -> None:
    database = tmp_path / "ballots.sqlite3"
    config = config_for(tmp_path, f"sqlite:///{database}")
    service = Service(config)
    hall = publish(service)
    service.close()
    shutil.copy(database, tmp_path / "older")
    service = Service(config)
    service.conduct.attendance(hall.id, {"A": 6}, "门岗")
    service.close()
    newest = database.read_bytes()
    shutil.copy(tmp_path / "older", database)
    with pytest.raises(CannotStart, match="hall"):
        Service(config)
    database.write_bytes(newest)
    Service(config).close()


def test_a_shorter_ledger_is_not_served(hall: Hall, start: Start) -> None:
    hall.voters()
    with hall.service.store.write() as session:
        session.execute(delete(LedgerLine).where(LedgerLine.position == len(hall.lines()) - 1))
    with pytest.raises(CannotStart, match="hall"):
        start()


def test_a_ledger_of_the_same_length_with_another_line_is_not_served(hall: Hall, start: Start) -> None:
    hall.voters()
    last = len(hall.lines()) - 1
    with hall.service.store.write() as session:
        row = session.get_one(LedgerLine, (hall.id, last))
        row.line = row.line.replace(b'"A":6', b'"A":5')
        row.leaf_hash = merkle.leaf_hash(row.line)
    with pytest.raises(CannotStart, match="hall"):
        start()


@pytest.mark.parametrize("position", [0, 5, -1])
def test_a_flipped_bit_in_a_stored_line_is_never_signed(hall: Hall, position: int) -> None:
    hall.voters()
    checkpoint = hall.export().partition(b"\n\n")[2]
    damage_line(hall.service, hall.id, position % len(hall.lines()))
    with pytest.raises(Refused) as caught:
        hall.service.conduct.attendance(hall.id, {"A": 5}, "门岗")
    assert caught.value.code == "internal"
    assert hall.export().partition(b"\n\n")[2] == checkpoint


def test_the_kept_head_grows_with_every_act(hall: Hall) -> None:
    sizes = [kept_head(hall)["size"]]
    for present in (4, 5, 6):
        hall.service.conduct.attendance(hall.id, {"A": present}, "门岗")
        sizes.append(kept_head(hall)["size"])
    assert sizes == list(range(sizes[0], sizes[0] + 4))


def test_two_processes_never_leave_an_older_head(hall: Hall, start: Start) -> None:
    """The slower one must not overwrite the larger head: a rollback to its own would go unnoticed."""
    books = [hall.service.book, start().book]
    sizes = range(100, 140)

    def remember(first: int) -> None:
        for size in sizes[first::2]:
            books[first].remember(hall.id, Head(size, ""), size.to_bytes(32, "big"))

    run_together([lambda first=first: remember(first) for first in (0, 1)])
    assert kept_head(hall) == {"size": 139, "root": (139).to_bytes(32, "big").hex()}


def test_the_keys_of_another_installation_are_not_used(hall: Hall, start: Start, tmp_path: Path) -> None:
    """An empty folder would be given a new ledger key, and one meeting two signers."""
    with pytest.raises(CannotStart, match="key"):
        start(key_dir=tmp_path / "empty")


def test_every_checkpoint_signed_is_consistent_with_the_next(hall: Hall, tmp_path: Path) -> None:
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phone) for phone in phones])
    lines = hall.lines()
    leaves = [merkle.leaf_hash(line) for line in lines]
    with hall.service.store.read() as session:
        notes = list(session.query(SignedCheckpoint).order_by(SignedCheckpoint.size))
    assert len(notes) == 4
    for note in notes:
        said = parse_checkpoint(parse_note(note.note).text)
        assert (said.tree_size, said.root_hash) == (note.size, merkle.root_hash(leaves[: note.size]))


# ── the end of the meeting ─────────────────────────────────────────────────────────────────────────────────────────


def finished(hall_of: Callable[[Json], Hall]) -> Hall:
    hall = hall_of(meeting_file(item(approval(post="chief", rules=CHIEF)), item(approval("audit"))))
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phone) for phone in phones], "budget")
    hall.release(1)
    hall.service.boxes.open(hall.id)
    hall.service.conduct.close(hall.id)
    return hall


CHIEF = [
    {"rule": "pass", "over": "1/2", "of": "expected"},
    {"rule": "seats", "seats": 1, "max_rounds": 2, "on_failure": "committee"},
]
AFTER_THE_END: dict[str, Callable[[Hall], Any]] = {
    "attendance": lambda hall: hall.service.conduct.attendance(hall.id, {"A": 1}, "门岗"),
    "expected": lambda hall: hall.service.conduct.change_expected(hall.id, "A", 7, "更正", ["甲", "乙"]),
    "step": lambda hall: hall.service.conduct.step(hall.id, "budget", "report", None),
    "slip": lambda hall: hall.service.conduct.change_slip(hall.id, "replaced", "A", None, "遗失", ["甲", "乙"]),
    "recusal": lambda hall: hall.service.polls.recuse(hall.id, "audit", "A", 1),
    "poll": lambda hall: hall.service.polls.open(hall.id, ["audit"]),
    "close a poll": lambda hall: hall.service.polls.close(hall.id),
    "void": lambda hall: hall.service.polls.void(hall.id, "p1", "后悔", ["甲", "乙"]),
    "share": lambda hall: hall.release(0, [1]),
    "box": lambda hall: hall.service.boxes.open(hall.id, "p1"),
    "waiver": lambda hall: hall.service.conduct.waive_witnesses(hall.id, "无", ["甲", "乙"]),
    "decision": lambda hall: hall.service.conduct.decide(hall.id, "budget", "revote", "县委"),
    "announcement": lambda hall: hall.service.conduct.announce(hall.id, ["budget"], None),
    "booklet": lambda hall: hall.redeem(hall.phones(1)[0]),
    "end": lambda hall: hall.service.conduct.close(hall.id),
}


@pytest.mark.parametrize("what", AFTER_THE_END)
def test_after_the_end_nothing_is_added(hall_of: Callable[[Json], Hall], tmp_path: Path, what: str) -> None:
    hall = finished(hall_of)
    assert_accepted(hall.judged(tmp_path))
    with refused("meeting-closed", hall):
        AFTER_THE_END[what](hall)


def test_the_end_destroys_every_private_key_of_the_meeting(hall_of: Callable[[Json], Hall], start: Start) -> None:
    hall = finished(hall_of)
    assert hall.service.keyring.files.names("meetings", hall.id) == ["head.json"]
    keyring = hall.service.keyring
    assert [keyring.receipt(hall.id), keyring.issuer(hall.id, "A"), keyring.transport(hall.id, 0)] == [None] * 3
    assert start().keyring.files.names("meetings", hall.id) == ["head.json"]


def test_a_meeting_with_a_poll_that_waits_cannot_end(hall: Hall) -> None:
    hall.voters()
    hall.open()
    with refused("poll-open", hall):
        hall.service.conduct.close(hall.id)
    hall.service.polls.close(hall.id)
    with refused("poll-open", hall):
        hall.service.conduct.close(hall.id)


def test_the_ledger_of_an_ended_meeting_is_still_there_after_a_restart(
    hall_of: Callable[[Json], Hall], start: Start
) -> None:
    hall = finished(hall_of)
    before = hall.export()
    again = start()
    with again.acts.look(hall.id) as (session, _state):
        assert b"".join(again.book.export(session, hall.id)) == before
    assert json.loads(hall.lines()[-1])["type"] == "closed"
