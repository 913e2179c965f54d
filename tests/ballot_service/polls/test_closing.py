"""Closing and voiding: the order of ballots says nothing, keys die when they should, and one officer wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ballot_service.errors import Refused
from ballot_service.service import Service
from ballot_service.store.tables import Intake
from crypto.ballot import parse_ballot_line
from tests.conftest import Start
from tests.meeting_kit import OPPOSE, TWO, Hall, Json, approval, assert_accepted, item, meeting_file, refused


def key_files(hall: Hall) -> set[str]:
    return set(hall.service.keyring.files.names("meetings", hall.id))


def intake_rows(hall: Hall) -> int:
    with hall.service.store.read() as session:
        return session.query(Intake).count()


def test_ballots_are_appended_in_ascending_order_of_ballot_key(hall: Hall) -> None:
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phone) for phone in phones])
    keys = [parse_ballot_line(line).key for line in hall.lines("ballot")]
    assert len(keys) == 6
    assert keys == sorted(keys)


def test_two_papers_and_two_classes_keep_the_order_of_the_grammar(
    hall_of: Callable[[Json], Hall], tmp_path: Path
) -> None:
    classes = [{"id": "A", "name": "委员", "expected": 5}, {"id": "B", "name": "列席", "expected": 5}]
    contests = [approval("budget", voters=["A", "B"]), approval("audit", voters=["B"])]
    hall = hall_of(meeting_file(item(*contests), classes=classes))
    everyone = [*hall.voters(None, "B"), *hall.voters(None, "A")]

    def ballots(poll: object) -> list[bytes]:
        papers = hall.state().open_poll.papers  # type: ignore[union-attr]
        return [
            hall.line(phone, {"marks": {paper.contest_id: "approve"}}, paper=paper)
            for phone in everyone
            for paper in reversed(papers)
            if phone.voter_class in paper.classes
        ]

    poll = hall.poll(ballots, "audit", "budget")
    cast = [parse_ballot_line(line) for line in hall.lines("ballot")]
    papers = [paper.hash for paper in poll.papers]
    order = [(papers.index(one.paper_hash), "AB".index(one.voter_class), one.key) for one in cast]
    assert len(order) == 15
    assert order == sorted(order)
    hall.release(poll.box)
    hall.service.boxes.open(hall.id)
    assert_accepted(hall.judged(tmp_path))


def test_the_counts_say_how_many_were_issued_and_returned(hall: Hall) -> None:
    phones = hall.voters(5)
    hall.open()
    for phone in phones[:3]:
        hall.cast(hall.line(phone))
    (count,) = hall.service.polls.close(hall.id).counts
    assert (count["issued"], count["returned"]) == (5, 3)
    assert hall.entries("poll-close")[0]["counts"] == [count]


def test_latecomers_stand_in_a_booklet_entry_of_their_own(hall: Hall, tmp_path: Path) -> None:
    phones = hall.phones()
    hall.service.conduct.attendance(hall.id, {"A": 6}, "门岗")
    for phone in phones[:5]:
        hall.redeem(phone)
    hall.open()
    hall.redeem(phones[5])
    hall.cast(hall.line(phones[5]))
    hall.service.polls.close(hall.id)
    assert [len(entry["slips"]) for entry in hall.entries("booklet")] == [5, 1]
    assert_accepted(hall.judged(tmp_path))


def test_the_keys_of_a_poll_die_with_it(hall: Hall) -> None:
    hall.voters()
    before = key_files(hall)
    hall.open()
    assert key_files(hall) - before == {"intake-p1.key"}
    hall.service.polls.close(hall.id)
    assert before - key_files(hall) == {"transport-1.key"}
    assert not key_files(hall) - before
    assert intake_rows(hall) == 0


def test_a_void_destroys_ballots_and_keys_and_nothing_of_them_enters_the_ledger(hall: Hall) -> None:
    phones = hall.voters()
    before = key_files(hall)
    hall.open()
    lines = [hall.line(phone) for phone in phones]
    for line in lines:
        hall.cast(line)
    hall.service.polls.void(hall.id, "p1", "设备故障", TWO)
    assert hall.lines("ballot") == []
    assert not any(line in hall.export() for line in lines)
    assert intake_rows(hall) == 0
    assert before - key_files(hall) == {"transport-1.key"}
    assert "intake-p1.key" not in key_files(hall)


def test_a_void_poll_is_polled_again_on_new_pages_without_a_decision(hall: Hall, tmp_path: Path) -> None:
    phones = hall.voters()
    hall.open()
    hall.cast(hall.line(phones[0]))
    hall.service.polls.void(hall.id, None, "设备故障", TWO)
    poll = hall.poll(lambda _poll: [hall.line(phone, OPPOSE) for phone in phones])
    assert (poll.papers[0].round, poll.papers[0].page, poll.box) == (1, 2, 2)
    hall.release(poll.box)
    hall.service.boxes.open(hall.id)
    judged = hall.judged(tmp_path)
    assert_accepted(judged)
    assert judged.voids == 1


def test_a_closed_poll_that_is_voided_keeps_its_ballots_and_its_box_stays_shut(hall: Hall, tmp_path: Path) -> None:
    phones = hall.voters()
    poll = hall.poll(lambda _poll: [hall.line(phone) for phone in phones])
    hall.release(poll.box, [1])
    hall.service.polls.void(hall.id, None, "异议", TWO)
    assert len(hall.lines("ballot")) == 6
    with refused("poll-closed", hall):
        hall.release(poll.box)
    with refused("poll-closed", hall):
        hall.service.boxes.open(hall.id, poll.id)
    assert_accepted(hall.judged(tmp_path))


def test_an_opened_poll_cannot_be_voided(hall: Hall) -> None:
    hall.voters()
    poll = hall.poll(lambda _poll: [])
    hall.release(poll.box)
    hall.service.boxes.open(hall.id)
    with refused("poll-closed", hall):
        hall.service.polls.void(hall.id, poll.id, "后悔", TWO)


def test_closing_twice_or_what_is_not_open_is_refused(hall: Hall) -> None:
    hall.voters()
    with refused("poll-closed", hall):
        hall.service.polls.close(hall.id)
    hall.open()
    with refused("not-found", hall):
        hall.service.polls.close(hall.id, "p9")
    hall.service.polls.close(hall.id)
    with refused("poll-closed", hall):
        hall.service.polls.close(hall.id, "p1")


# ── after a crash ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_open_poll_whose_intake_key_is_lost_is_voided_at_the_next_start(
    hall: Hall, start: Start, tmp_path: Path
) -> None:
    phones = hall.voters()
    hall.open()
    hall.cast(hall.line(phones[0]))
    (hall.service.config.keys / "meetings" / hall.id / "intake-p1.key").unlink()
    again = start()
    assert again.voided_at_start == [(hall.id, "p1")]
    assert [entry["reason"] for entry in hall.entries("poll-void")] == ["intake-lost"]
    assert intake_rows(hall) == 0
    assert_accepted(hall.judged(tmp_path))
    assert start().voided_at_start == []


def test_an_open_poll_survives_a_restart(hall: Hall, start: Start) -> None:
    phones = hall.voters()
    hall.open()
    line = hall.line(phones[0])
    receipt = hall.cast(line)
    again = Hall(start(), hall.published)
    assert again.cast(line) == receipt
    again.cast(hall.line(phones[1]))
    assert again.service.polls.close(hall.id).counts[0]["returned"] == 2


def test_keys_that_a_crash_left_behind_are_destroyed_at_the_next_start(hall: Hall, start: Start) -> None:
    """The process died between the commit of a close and the erasing of its keys."""
    hall.voters()
    folder = hall.service.config.keys / "meetings" / hall.id
    transport = (folder / "transport-1.key").read_bytes()
    hall.open()
    intake = (folder / "intake-p1.key").read_bytes()
    hall.service.polls.close(hall.id)
    after_close = key_files(hall)
    (folder / "intake-p1.key").write_bytes(intake)
    (folder / "transport-1.key").write_bytes(transport)
    start()
    assert key_files(hall) == after_close


def test_the_transport_key_of_an_ended_poll_is_destroyed_though_its_intake_key_is_gone(
    hall: Hall, start: Start
) -> None:
    """The crash came between the two."""
    hall.voters()
    folder = hall.service.config.keys / "meetings" / hall.id
    transport = (folder / "transport-1.key").read_bytes()
    hall.open()
    hall.service.polls.close(hall.id)
    (folder / "transport-1.key").write_bytes(transport)
    start()
    assert not (folder / "transport-1.key").exists()


def test_a_process_that_starts_while_a_poll_opens_leaves_its_key_alone(hall: Hall, start: Start) -> None:
    """The key is on disk before `poll-open` is committed: the newcomer must not take it for an orphan."""
    phones = hall.voters()
    keyring = hall.service.keyring
    make_intake = keyring.make_intake
    newcomer = threading.Thread(target=start)

    def made_slowly(meeting_id: str, poll: str, key: bytes) -> None:
        make_intake(meeting_id, poll, key)
        newcomer.start()
        newcomer.join(2)  # all the time it needs, unless it waits for this act to end

    keyring.make_intake = made_slowly  # type: ignore[method-assign]
    hall.open()
    newcomer.join()
    hall.cast(hall.line(phones[0]))
    assert hall.service.polls.close(hall.id).counts[0]["returned"] == 1


# ── two officers at once ───────────────────────────────────────────────────────────────────────────────────────────

Act = Callable[[Service, str], object]
ACTS: dict[str, Act] = {
    "open a poll": lambda service, name: service.polls.open(name, ["audit"]),
    "close a poll": lambda service, name: service.polls.close(name),
    "void a poll": lambda service, name: service.polls.void(name, None, "演练", TWO),
    "open a box": lambda service, name: service.boxes.open(name),
    "close the meeting": lambda service, name: service.conduct.close(name),
}
BEFORE: dict[str, Callable[[Hall], object]] = {
    "open a poll": lambda _hall: None,
    "close a poll": lambda hall: hall.open("audit"),
    "void a poll": lambda hall: hall.open("audit"),
    "open a box": lambda hall: hall.release(hall.poll(lambda _poll: [], "audit").box),
    "close the meeting": lambda _hall: None,
}
OUTCOME = {
    "open a poll": "poll-open", "close a poll": "poll-close", "void a poll": "poll-void", "open a box": "box-open",
    "close the meeting": "closed",
}  # fmt: skip


@pytest.mark.parametrize("what", ACTS)
def test_of_two_officers_who_do_the_same_at_once_exactly_one_wins(
    hall_of: Callable[[Json], Hall],
    start: Start,
    tmp_path: Path,
    what: str,
) -> None:
    hall = hall_of(meeting_file(item(approval("budget")), item(approval("audit"))))
    hall.voters()
    BEFORE[what](hall)
    services = [hall.service, start(), hall.service, start()]
    together = threading.Barrier(len(services))
    refusals: list[Refused] = []
    won: list[object] = []

    def press(service: Service) -> None:
        together.wait()
        try:
            won.append(ACTS[what](service, hall.id))
        except Refused as refusal:
            refusals.append(refusal)

    officers = [threading.Thread(target=press, args=[service]) for service in services]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()
    assert len(won) == 1
    assert len(refusals) == 3
    assert {refusal.status for refusal in refusals} <= {404, 409, 410}
    assert len(hall.entries(OUTCOME[what])) == 1
    assert_accepted(hall.judged(tmp_path))


def test_classes_that_vote_in_another_order_than_the_meeting_lists_them_are_sorted_as_the_meeting_does(
    hall_of: Callable[[Json], Hall], tmp_path: Path
) -> None:
    classes = [{"id": name, "name": name, "expected": 3} for name in ("A", "B")]
    hall = hall_of(meeting_file(item(approval(voters=["B", "A"])), classes=classes))
    phones = [*hall.voters(voter_class="A"), *hall.voters(voter_class="B")]
    hall.poll(lambda _poll: [hall.line(phone) for phone in phones])
    hall.release(1)
    hall.service.boxes.open(hall.id)
    assert_accepted(hall.judged(tmp_path))
