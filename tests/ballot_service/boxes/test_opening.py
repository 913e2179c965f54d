"""Boxes: nothing opens too early, with too few shares or with wrong ones; what comes out is the verifier's count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ballot_service.boxes.opening import Released
from crypto import ed25519, hpke, shares
from crypto.encoding import b64u, from_b64u
from crypto.note import COSIGNATURE, VerifierKey, format_verifier_key
from tests.conftest import Start
from tests.meeting_kit import (
    APPROVE,
    OPPOSE,
    TWO,
    Clock,
    Hall,
    Json,
    approval,
    assert_accepted,
    item,
    meeting_file,
    refused,
)
from verify.rules import result_form


@pytest.fixture
def closed(hall: Hall) -> Hall:
    """Four for, two against; closed."""
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phone, APPROVE if n < 4 else OPPOSE) for n, phone in enumerate(phones)])
    return hall


def test_any_two_of_three_cards_open_the_box(closed: Hall, tmp_path: Path) -> None:
    closed.release(1, [3, 1])
    judged = closed.service.boxes.open(closed.id)["budget"]
    assert judged["tally"] == {"budget": {"approve": 4, "oppose": 2, "abstain": 0}}
    assert judged["passed"] == ["budget"]
    assert_accepted(closed.judged(tmp_path))


def test_one_card_does_not_open_it(closed: Hall) -> None:
    closed.release(1, [2])
    with refused("shares-missing", closed):
        closed.service.boxes.open(closed.id)


def test_the_same_card_twice_is_one_card(closed: Hall) -> None:
    closed.release(1, [2, 2])
    with refused("shares-missing", closed):
        closed.service.boxes.open(closed.id)


def test_a_third_card_is_not_published(closed: Hall) -> None:
    closed.release(1, [1, 2, 3])
    closed.service.boxes.open(closed.id)
    assert [share["card"] for share in closed.entries("box-open")[0]["shares"]] == [1, 2]


def test_a_wrong_share_is_named_and_not_taken(closed: Hall) -> None:
    boxes = closed.service.boxes
    wrong = shares.share_pad(closed.published.cards[0].secret, "another-meeting", 1, closed.box_key(1))
    for card, pad in ((1, wrong), (2, closed.pad(1, 1)), (1, closed.pad(2, 1)), (1, bytes(32))):
        with refused("share-wrong", closed):
            boxes.release_share(closed.id, 1, card, pad)
    with refused("shares-missing", closed):
        boxes.open(closed.id)


@pytest.mark.parametrize(("box", "card"), [(9, 1), (-1, 1), (1, 0), (1, 4)])
def test_a_box_or_card_that_does_not_exist_is_not_found(closed: Hall, box: int, card: int) -> None:
    with refused("not-found", closed):
        closed.service.boxes.release_share(closed.id, box, card, bytes(32))


def test_no_share_is_taken_while_the_poll_is_open(hall: Hall) -> None:
    hall.voters()
    with refused("too-early", hall):
        hall.release(1)
    hall.open()
    with refused("too-early", hall):
        hall.release(1)
    with refused("too-early", hall):
        hall.service.boxes.open(hall.id)


def test_the_test_box_takes_shares_before_the_first_poll(hall: Hall) -> None:
    assert hall.service.boxes.release_share(hall.id, 0, 1, hall.pad(0, 1)) == Released((1,), again=False)
    with refused("share-wrong", hall):
        hall.service.boxes.release_share(hall.id, 0, 2, hall.pad(0, 1))


def test_phones_have_their_time_to_find_a_missing_ballot(start: Start, hall: Hall, clock: Clock) -> None:
    patient = Hall(start(objection_seconds=60), hall.published)
    patient.voters()
    patient.poll(lambda _poll: [])
    for _second in range(60):
        with refused("too-early", patient):
            patient.service.boxes.open(patient.id)
        with refused("too-early", patient):  # not even the shares are there: nobody could open it
            patient.release(1)
        clock.pass_seconds(1)
    patient.release(1)
    patient.service.boxes.open(patient.id)


def test_an_opened_box_is_not_opened_twice_and_a_void_one_never(closed: Hall) -> None:
    closed.release(1)
    closed.service.boxes.open(closed.id)
    with refused("poll-closed", closed):
        closed.service.boxes.open(closed.id, "p1")
    with refused("not-found", closed):
        closed.service.boxes.open(closed.id, "p9")
    with refused("poll-closed", closed):
        closed.release(1, [3])


def test_opening_one_box_opens_no_other(hall_of: Callable[[Json], Hall]) -> None:
    """What a scrutineer released for box 1 is worthless for box 2."""
    hall = hall_of(meeting_file(item(approval("budget")), item(approval("audit"))))
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phones[0])], "budget")
    hall.release(1)
    hall.service.boxes.open(hall.id)
    hall.poll(lambda _poll: [hall.line(phones[0], {"marks": {"audit": "approve"}})], "audit")
    for card in (1, 2, 3):
        with refused("share-wrong", hall):
            hall.service.boxes.release_share(hall.id, 2, card, hall.pad(1, card))


def test_two_polls_may_wait_and_are_opened_in_any_order(hall_of: Callable[[Json], Hall], tmp_path: Path) -> None:
    hall = hall_of(meeting_file(item(approval("budget")), item(approval("audit"))))
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phone) for phone in phones], "budget")
    hall.poll(lambda _poll: [hall.line(phone, {"marks": {"audit": "oppose"}}) for phone in phones], "audit")
    for box, poll, contest in ((2, "p2", "audit"), (1, "p1", "budget")):
        hall.release(box)
        assert set(hall.service.boxes.open(hall.id, poll)) == {contest}
    assert_accepted(hall.judged(tmp_path))


def test_witnesses_that_are_named_must_cosign_or_be_waived(hall_of: Callable[[Json], Hall], tmp_path: Path) -> None:
    witness = format_verifier_key(VerifierKey("witness.example", COSIGNATURE, ed25519.public_key(bytes(32))))
    hall = hall_of(meeting_file(witnesses={"threshold": 1, "keys": [witness]}))
    hall.voters()
    hall.poll(lambda _poll: [])
    with refused("witness-missing", hall):
        hall.release(1)
    with refused("witness-missing", hall):
        hall.service.boxes.open(hall.id)
    hall.service.conduct.waive_witnesses(hall.id, "监督机关未到场", TWO)
    hall.release(1)
    hall.service.boxes.open(hall.id)
    with refused("bad-request", hall):
        hall.service.conduct.waive_witnesses(hall.id, "再次", TWO)


def test_the_recount_equals_the_stored_result(closed: Hall, start: Start) -> None:
    closed.release(1)
    judged = closed.service.boxes.open(closed.id)
    (entry,) = closed.entries("result")
    for service in (closed.service, start()):
        again = service.boxes.recount(closed.id, "p1")
        assert again == judged
        assert {contest: result_form(one) for contest, one in again.items()} == entry["contests"]


def test_there_is_no_recount_before_the_box_is_open(closed: Hall) -> None:
    with refused("too-early", closed):
        closed.service.boxes.recount(closed.id, "p1")
    with refused("not-found", closed):
        closed.service.boxes.recount(closed.id, "p9")


def test_before_it_is_opened_the_service_holds_nothing_that_opens_a_box(closed: Hall, tmp_path: Path) -> None:
    """Neither key folder nor database: the box key exists only in shares on the cards."""
    cards = {card: shares.xor(_sealed(closed, card), closed.pad(1, card)) for card in (1, 2)}
    seed = shares.combine(cards, 2)
    pair = hpke.derive_key_pair(seed)
    assert pair.public == closed.box_key(1)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for held in (pair.secret, seed, *cards.values()):
        assert held not in stored
        assert held.hex().encode() not in stored
        assert b64u(held).encode() not in stored


def _sealed(hall: Hall, card: int) -> bytes:
    return from_b64u(hall.state().meeting["boxes"][1]["sealed"][card - 1])
