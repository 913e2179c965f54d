"""Casting: the table of answers (docs/protocol.md §7), and receipts that are the same from everyone, for ever."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ballot_service.app import create_app
from ballot_service.polls.check_ballot import read_ballot
from crypto import ballot, ed25519
from crypto.ballot import Ballot, ballot_line, ballot_message, parse_ballot_line
from crypto.encoding import b64u, from_b64u
from tests.conftest import Start
from tests.meeting_kit import (
    APPROVE,
    OPPOSE,
    TWO,
    Hall,
    InProcess,
    Json,
    Phone,
    SealedAnswer,
    VoterWire,
    approval,
    assert_accepted,
    item,
    meeting_file,
    refused,
)  # fmt: skip


@pytest.fixture
def phones(hall: Hall) -> list[Phone]:
    """Everyone, with a booklet, in an open poll."""
    redeemed = hall.voters()
    hall.open()
    return redeemed


@pytest.fixture
def wire(hall: Hall) -> VoterWire:
    return VoterWire(InProcess(create_app(hall.service)), hall)


def receipt(answer: SealedAnswer) -> bytes:
    assert answer.status in (200, 201), answer.value
    return from_b64u(answer.value["receipt"])


# ── the table of answers ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_ballot_is_answered_201_with_a_receipt_that_verifies(
    hall: Hall, phones: list[Phone], wire: VoterWire
) -> None:
    line = hall.line(phones[0])
    answer = wire.cast(line)
    assert answer.status == 201
    hall.check_receipt(line, receipt(answer))


def test_the_same_line_again_is_answered_200_with_the_same_receipt(
    hall: Hall, phones: list[Phone], wire: VoterWire
) -> None:
    line = hall.line(phones[0])
    first, again = wire.cast(line), wire.cast(line)
    assert (first.status, again.status) == (201, 200)
    assert receipt(again) == receipt(first)
    assert hall.service.figures(hall.id)["returned"] == 1


def test_another_line_for_the_same_page_is_answered_409_and_the_first_counts(
    hall: Hall, phones: list[Phone], wire: VoterWire
) -> None:
    first, second = hall.line(phones[0], APPROVE), hall.line(phones[0], OPPOSE)
    assert wire.cast(first).status == 201
    answer = wire.cast(second)
    assert (answer.status, answer.code) == (409, "ballot-differs")
    hall.service.polls.close(hall.id)
    assert hall.lines("ballot") == [first]


def test_a_ballot_after_the_close_is_answered_410(hall: Hall, phones: list[Phone], wire: VoterWire) -> None:
    line = hall.line(phones[0])
    hall.service.polls.close(hall.id)
    for answer in (wire.cast(line), wire.receipt_again(line)):
        assert (answer.status, answer.code) == (410, "poll-closed")
    with refused("poll-closed", hall):
        hall.cast(line)


def test_a_ballot_of_a_voided_poll_is_answered_410_although_it_had_a_receipt(
    hall: Hall, phones: list[Phone], wire: VoterWire
) -> None:
    line = hall.line(phones[0])
    assert wire.cast(line).status == 201
    hall.service.polls.void(hall.id, None, "演练", TWO)
    assert wire.receipt_again(line).status == 410


def test_the_same_line_is_answered_200_after_the_close_until_the_meeting_is_closed(
    hall: Hall, phones: list[Phone], wire: VoterWire
) -> None:
    line = hall.line(phones[0])
    first = receipt(wire.cast(line))
    poll = hall.service.polls.close(hall.id).poll
    after_close = wire.receipt_again(line)
    assert (after_close.status, receipt(after_close)) == (200, first)
    assert hall.cast(line) == first
    hall.release(1)
    hall.service.boxes.open(hall.id, poll)
    assert receipt(wire.receipt_again(line)) == first
    hall.service.conduct.close(hall.id)
    refusal = wire.receipt_again(line)
    assert (refusal.status, refusal.code) == (409, "meeting-closed")
    with refused("meeting-closed"):
        hall.cast(line)


def test_an_old_ballot_is_answered_200_while_the_next_poll_is_open(hall_of: Callable[[Json], Hall]) -> None:
    hall = hall_of(meeting_file(item(approval("budget")), item(approval("audit"))))
    wire = VoterWire(InProcess(create_app(hall.service)), hall)
    phones = hall.voters()
    lines: list[bytes] = []

    def ballots(_poll: object) -> list[bytes]:
        lines.append(hall.line(phones[0]))
        return lines

    hall.poll(ballots, "budget")
    hall.open("audit")
    assert wire.cast(lines[0], box=2).status == 200
    assert wire.cast(hall.line(phones[0], {"marks": {"audit": "approve"}}), box=2).status == 201


def spoilt(change: Callable[[Ballot], dict[str, Any]]) -> Callable[[Hall, list[Phone]], bytes]:
    """A ballot with something changed that its own signature covers, so it is signed again."""

    def make(hall: Hall, phones: list[Phone]) -> bytes:
        return signed_again(phones[0], parse_ballot_line(hall.line(phones[0])), change)

    return make


def signed_again(phone: Phone, cast: Ballot, change: Callable[[Ballot], dict[str, Any]]) -> bytes:
    changed = replace(cast, **change(cast))
    message = ballot_message(changed.paper_hash, changed.voter_class, changed.key, changed.enc, changed.ct)
    return ballot_line(replace(changed, sig=ed25519.sign(phone.pages[0].ballot_key_seed, message)))


def credential_of_another_page(hall: Hall, phones: list[Phone]) -> bytes:
    cast = parse_ballot_line(hall.line(phones[0]))
    return ballot_line(replace(cast, sigs=phones[0].pages[1].credentials))


def credential_of_another_person(hall: Hall, phones: list[Phone]) -> bytes:
    cast = parse_ballot_line(hall.line(phones[0]))
    return ballot_line(replace(cast, sigs=phones[1].pages[0].credentials))


def made_up_key(hall: Hall, phones: list[Phone]) -> bytes:
    """A key nobody signed, with a credential made up for it."""
    paper = hall.state().open_poll.papers[0]  # type: ignore[union-attr]
    return ballot.make_ballot(
        secrets.token_bytes(32), paper.hash, "A", [secrets.token_bytes(255) + b"\x01"],
        box_public_key=hall.box_key(1), choice=b"{}", length=paper.length, ephemeral_seed=secrets.token_bytes(32),
    )  # fmt: skip


def small_order_key(hall: Hall, phones: list[Phone]) -> bytes:
    """The identity point, whose signature everybody can make."""
    identity = bytes([1]) + bytes(31)
    return ballot_line(replace(parse_ballot_line(hall.line(phones[0])), key=identity, sig=identity + bytes(32)))


def altered(change: Callable[[bytes], bytes]) -> Callable[[Hall, list[Phone]], bytes]:
    return lambda hall, phones: change(hall.line(phones[0]))


NOT_BALLOTS = [
    pytest.param(spoilt(lambda _b: {"paper_hash": bytes(32)}), "paper", id="a paper that was never printed"),
    pytest.param(spoilt(lambda _b: {"voter_class": "Z"}), "class", id="a class that does not vote"),
    pytest.param(spoilt(lambda b: {"ct": b.ct + b"\x00"}), "ct: expected", id="a ciphertext one byte too long"),
    pytest.param(spoilt(lambda b: {"ct": b.ct[:-1]}), "ct: expected", id="a ciphertext one byte too short"),
    pytest.param(spoilt(lambda _b: {"sigs": (b"a", b"b")}), "sigs: expected one", id="two credentials"),
    pytest.param(spoilt(lambda b: {"sigs": (b.sigs[0][:-1],)}), "", id="a credential one byte too short"),
    pytest.param(credential_of_another_page, "", id="the credential of another page"),
    pytest.param(credential_of_another_person, "", id="the credential of another person"),
    pytest.param(made_up_key, "", id="a key nobody signed"),
    pytest.param(small_order_key, "", id="a key of small order"),
    pytest.param(altered(lambda line: line.replace(b'"sig":"', b'"sig":"A', 1)), "sig", id="a signature too long"),
    pytest.param(altered(lambda line: line.replace(b"{", b"{ ", 1)), "line", id="a space too many"),
    pytest.param(altered(lambda line: line[:-1]), "line", id="half a line"),
    pytest.param(altered(lambda line: line.replace(b'"type"', b'"when":1,"type"', 1)), "", id="a field too many"),
    pytest.param(altered(lambda _line: b""), "", id="nothing at all"),
    pytest.param(altered(lambda _line: b"\xff\xfe"), "", id="no text"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "reason"), NOT_BALLOTS)
def test_what_is_no_ballot_is_answered_400_with_the_reason_and_stores_nothing(
    hall: Hall, phones: list[Phone], wire: VoterWire, make: Callable[[Hall, list[Phone]], bytes], reason: str
) -> None:
    answer = wire.cast(make(hall, phones))
    assert (answer.status, answer.code) == (400, "ballot-invalid")
    assert reason in answer.value["message"]
    assert hall.service.figures(hall.id)["returned"] == 0
    assert wire.cast(hall.line(phones[0])).status == 201, "the page is not spent"


def test_a_copied_ciphertext_under_ones_own_key_is_refused(hall: Hall, phones: list[Phone], wire: VoterWire) -> None:
    """Ballot independence: nobody repeats another's vote to see it doubled in the result."""
    victim = parse_ballot_line(hall.line(phones[0]))
    assert wire.cast(ballot_line(victim)).status == 201
    own = parse_ballot_line(hall.line(phones[1]))
    copy = signed_again(phones[1], own, lambda _own: {"enc": victim.enc, "ct": victim.ct})
    assert wire.cast(copy).code == "ballot-differs"


def test_a_ballot_from_an_earlier_poll_cannot_lend_its_ciphertext(hall_of: Callable[[Json], Hall]) -> None:
    hall = hall_of(meeting_file(item(approval("budget")), item(approval("audit"))))
    phones = hall.voters()
    first = hall.poll(lambda _poll: [hall.line(phones[0])], "budget")
    assert first.phase == "closed"
    earlier = parse_ballot_line(hall.lines("ballot")[0])
    hall.open("audit")
    own = parse_ballot_line(hall.line(phones[1], {"marks": {"audit": "approve"}}))
    changed = replace(own, enc=earlier.enc)
    message = ballot_message(changed.paper_hash, "A", changed.key, changed.enc, changed.ct)
    line = ballot_line(replace(changed, sig=ed25519.sign(phones[1].pages[1].ballot_key_seed, message)))
    with refused("ballot-differs", hall):
        hall.cast(line)


def test_an_encapsulation_that_equals_a_ballot_key_spoils_its_own_ballot_and_not_the_close(
    hall: Hall, phones: list[Phone], wire: VoterWire, tmp_path: Path
) -> None:
    """One person with one slip writes the own ballot key where the encapsulation stands."""
    own = parse_ballot_line(hall.line(phones[0]))
    assert wire.cast(signed_again(phones[0], own, lambda ballot: {"enc": ballot.key})).status == 201
    hall.cast(hall.line(phones[1]))
    assert hall.service.polls.close(hall.id).counts[0]["returned"] == 2
    hall.release(1)
    judged = hall.service.boxes.open(hall.id)["budget"]
    assert judged["counts"]["total"]["invalid"] == 1
    assert_accepted(hall.judged(tmp_path))


def test_all_answers_of_casting_have_one_length(hall: Hall, phones: list[Phone], wire: VoterWire) -> None:
    line = hall.line(phones[0])
    answers = [
        wire.cast(line), wire.cast(line), wire.cast(hall.line(phones[0])), wire.cast(b"{}"), wire.receipt_again(line),
    ]  # fmt: skip
    assert [answer.status for answer in answers] == [201, 200, 409, 400, 410]
    assert len({len(answer.raw) for answer in answers}) == 1


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"no json", id="no JSON"),
        pytest.param(b'{"marks":{"nobody":"approve"}}', id="an unknown candidate"),
        pytest.param(b'{"marks":{"budget":"approve"},"x":1}', id="a field too many"),
    ],
)
def test_sealed_content_can_only_make_its_own_ballot_invalid(hall: Hall, phones: list[Phone], choice: bytes) -> None:
    for phone in phones[1:]:
        hall.cast(hall.line(phone))
    hall.cast(hall.line(phones[0], choice))
    hall.service.polls.close(hall.id)
    hall.release(1)
    counts = hall.service.boxes.open(hall.id)["budget"]["counts"]["total"]
    assert (counts["returned"], counts["invalid"], counts["valid"]) == (6, 1, 5)


# ── receipts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_process_and_every_restart_gives_the_same_receipt(hall: Hall, phones: list[Phone], start: Start) -> None:
    line = hall.line(phones[0])
    first = hall.cast(line)
    second_process = start()
    assert second_process.casting.cast(hall.id, line, read_ballot(line)).signature == first
    hall.service.polls.close(hall.id)
    assert second_process.casting.cast(hall.id, line, read_ballot(line)).signature == first
    assert start().casting.receipt_again(hall.id, line).signature == first


def test_two_receipts_differ_in_nothing_but_the_ballot(hall: Hall, phones: list[Phone], start: Start) -> None:
    """A receipt signs the ballot id alone: no time, no number, no node that would tell an order."""
    seed = hall.service.keyring.receipt(hall.id)
    assert seed is not None
    for phone in phones:
        line = hall.line(phone)
        assert hall.cast(line) == ballot.sign_receipt(seed, ballot.ballot_id(line))


def test_a_process_that_slept_through_a_close_takes_no_ballot(hall: Hall, phones: list[Phone], start: Start) -> None:
    """Its memory says that the poll is open; the database knows better."""
    asleep = start()
    early, late = hall.line(phones[0]), hall.line(phones[1])
    asleep.casting.cast(hall.id, early, read_ballot(early))
    hall.service.polls.close(hall.id)
    with refused("poll-closed", hall):
        asleep.casting.cast(hall.id, late, read_ballot(late))


def test_a_process_that_slept_through_a_void_and_a_new_poll_takes_only_the_new_ballot(
    hall: Hall, phones: list[Phone], start: Start
) -> None:
    asleep = start()
    old = hall.line(phones[0])
    asleep.casting.cast(hall.id, old, read_ballot(old))
    late = hall.line(phones[1])
    hall.service.polls.void(hall.id, None, "演练", TWO)
    hall.open()
    for line in (old, late):
        with refused("poll-closed", hall):
            asleep.casting.cast(hall.id, line, read_ballot(line))
    new = hall.line(phones[0])
    assert asleep.casting.cast(hall.id, new, read_ballot(new)).new
    assert hall.service.polls.close(hall.id).counts[0]["returned"] == 1


def test_someone_who_casts_again_and_again_is_slowed_down_and_nobody_else_is(
    hall: Hall, phones: list[Phone], start: Start
) -> None:
    wire = VoterWire(InProcess(create_app(start(cast_limit_per_key="2 per minute"))), hall)
    line = hall.line(phones[0])
    assert [wire.cast(line).status for _attempt in range(4)] == [201, 200, 200, 429]
    assert wire.cast(hall.line(phones[1])).status == 201


def test_a_replayed_body_cannot_be_matched_with_a_ballot_of_the_ledger(
    hall: Hall, phones: list[Phone], start: Start
) -> None:
    """A listener repeats what one phone sent until it is limited; then someone with the ledger tries every ballot."""
    processes = [start(cast_limit_per_key="3 per minute") for _process in range(2)]
    apps = [InProcess(create_app(process)) for process in processes]
    wires = [VoterWire(app, hall) for app in apps]
    hall.service = processes[0]
    lines = [hall.line(phone) for phone in phones]
    for wire in wires:
        assert [wire.cast(lines[0]).status for _attempt in range(5)][-1] == 429
        assert {wire.cast(line).status for line in lines[1:]} <= {200, 201}
    processes[0].polls.close(hall.id)
    for wire in wires:
        assert "rate-limited" not in {wire.cast(line).code for line in lines}
        assert [wire.receipt_again(line).status for line in lines] == [200] * 6
        assert {wire.object(line, bytes(64)).code for line in lines} == {"bad-request"}


def test_a_body_sealed_to_the_wrong_box_is_refused(hall: Hall, phones: list[Phone], wire: VoterWire) -> None:
    answer = wire.cast(hall.line(phones[0]), box=2)
    assert (answer.status, answer.code) == (400, "bad-request")
    assert b64u(phones[0].pages[0].ballot_public_key) not in answer.raw.decode()
