"""One slip, one booklet, ever; and nobody learns from a refusal why it was refused."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from ballot_service.app import create_app
from ballot_service.store.tables import Slip
from crypto import blind_rsa, slips
from crypto.encoding import b64u
from crypto.errors import BadBlindSignature, SigningFault
from tests.conftest import Start
from tests.meeting_kit import (
    TWO,
    Hall,
    InProcess,
    Json,
    Phone,
    SealedAnswer,
    VoterWire,
    meeting_file,
    phone_for,
    refused,
    signatures_of,
)  # fmt: skip


@pytest.fixture
def hall(hall_of: Callable[[Json], Hall]) -> Hall:
    return hall_of(meeting_file(slips={"reserve": {"A": 2}}))


@pytest.fixture
def wire(hall: Hall) -> VoterWire:
    return VoterWire(InProcess(create_app(hall.service)), hall)


def row(hall: Hall, phone: Phone) -> Slip:
    with hall.service.store.read() as session:
        return session.get_one(Slip, phone.slip_id)


def another_device(hall: Hall, phone: Phone) -> Phone:
    """A second device with a copy of the slip: the same token, another request."""
    copy = phone_for(next(url for url in hall.urls() if slips.parse_slip_url(url).secret == phone.secret), hall.state())
    assert copy.token == phone.token
    assert copy.request.blinded != phone.request.blinded
    return copy


def test_a_slip_buys_a_booklet_whose_every_page_verifies(hall: Hall, wire: VoterWire) -> None:
    (phone,) = hall.phones(1)
    phone.take(signatures_of(wire.redeem(phone)))
    assert [page.number for page in phone.pages] == list(range(1, hall.state().meeting["pages"] + 1))


def test_the_same_request_gets_the_same_bytes_even_after_a_restart(hall: Hall, start: Start) -> None:
    (phone,) = hall.phones(1)
    answer_key = secrets.token_bytes(32)
    payload = json.dumps({"token": b64u(phone.token), "blinded": [[b64u(one) for one in phone.request.blinded[0]]]})
    answers = []
    for service in (hall.service, hall.service, start()):
        wire = VoterWire(InProcess(create_app(service)), hall)
        answers.append(wire.post("booklet", 0, payload.encode(), answer_key=answer_key))
    assert answers[0].status == 200
    assert len({answer.raw for answer in answers}) == 1


def test_another_request_for_the_same_slip_is_refused_and_changes_nothing(hall: Hall, wire: VoterWire) -> None:
    (phone,) = hall.phones(1)
    first = signatures_of(wire.redeem(phone))
    answer = wire.redeem(another_device(hall, phone))
    assert (answer.status, answer.code) == (409, "slip-used")
    assert signatures_of(wire.redeem(phone)) == first


def test_unknown_inactive_voided_and_used_slips_get_one_and_the_same_refusal(hall: Hall, wire: VoterWire) -> None:
    """Byte for byte, status and length: a stranger with a token learns nothing about it."""
    used, voided, unknown = hall.phones(3)
    (inactive,) = hall.phones(1, reserve=True)
    assert wire.redeem(used).status == 200
    hall.service.conduct.change_slip(hall.id, "voided", "A", voided.token, "作废", TWO)
    unknown = Phone(unknown.meeting_id, "A", secrets.token_bytes(16), unknown.request)

    refusals: dict[str, SealedAnswer] = {
        "used": wire.redeem(another_device(hall, used)),
        "voided": wire.redeem(voided),
        "inactive": wire.redeem(inactive),
        "unknown": wire.redeem(unknown),
    }
    assert {(answer.status, answer.code) for answer in refusals.values()} == {(409, "slip-used")}
    assert len({answer.raw for answer in refusals.values()}) == 1
    (fresh,) = hall.phones(5)[4:]
    assert len(wire.redeem(fresh).raw) == len(refusals["unknown"].raw), "a success is as long as a refusal"


def test_a_reserve_slip_redeems_once_it_is_activated(hall: Hall) -> None:
    (phone,) = hall.phones(1, reserve=True)
    with refused("slip-used"):
        hall.redeem(phone)
    hall.service.conduct.change_slip(hall.id, "activated", "A", phone.token, "补发", TWO)
    hall.redeem(phone)


def test_a_redeemed_slip_cannot_be_voided(hall: Hall) -> None:
    (phone,) = hall.phones(1)
    hall.redeem(phone)
    with refused("slip-used", hall):
        hall.service.conduct.change_slip(hall.id, "voided", "A", phone.token, "作废", TWO)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda blinded, _n: [blinded[0][:-1]], id="a page too few"),
        pytest.param(lambda blinded, _n: [[*blinded[0], blinded[0][0]]], id="a page too many"),
        pytest.param(lambda blinded, _n: [], id="no issuer"),
        pytest.param(lambda blinded, _n: [blinded[0], blinded[0]], id="two issuers"),
        pytest.param(lambda blinded, _n: [[blinded[0][0][:-1], *blinded[0][1:]]], id="a value too short"),
        pytest.param(lambda blinded, n: [[n, *blinded[0][1:]]], id="a value that is not below the modulus"),
    ],
)
def test_a_request_that_cannot_be_signed_leaves_the_slip_as_it_was(
    hall: Hall, spoil: Callable[[list[list[bytes]], bytes], list[list[bytes]]]
) -> None:
    (phone,) = hall.phones(1)
    modulus = hall.state().issuer_keys["A"][0].modulus_bytes
    with refused("bad-request"):
        hall.service.redeemer.redeem(hall.id, phone.token, spoil(phone.request.blinded, modulus))
    untouched = row(hall, phone)
    assert (untouched.request_hash, untouched.token, untouched.signatures) == (None, None, None)
    hall.redeem(phone)


def test_a_fault_while_signing_leaves_the_slip_as_it_was(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    (phone,) = hall.phones(1)
    signed = []

    def breaks_at_the_third_page(key: blind_rsa.PrivateKey, message: bytes, random_bytes: Any) -> bytes:
        signed.append(message)
        if len(signed) == 3:
            raise SigningFault("a bit flipped")
        return whole(key, message, random_bytes)

    whole = blind_rsa.blind_sign
    monkeypatch.setattr(blind_rsa, "blind_sign", breaks_at_the_third_page)
    with pytest.raises(SigningFault):
        hall.redeem(phone)
    assert row(hall, phone).request_hash is None
    hall.redeem(phone)


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        pytest.param(
            lambda hall, phone: hall.service.conduct.change_slip(hall.id, "voided", "A", phone.token, "作废", TWO),
            "slip-used",
            id="the desk voids the slip",
        ),
        pytest.param(lambda hall, _phone: hall.service.conduct.close(hall.id), "meeting-closed", id="the meeting ends"),
    ],
)
def test_what_happens_while_the_pages_are_signed_is_seen_before_they_are_given_out(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Hall, Phone], None], code: str
) -> None:
    (phone,) = hall.phones(1)
    whole = blind_rsa.blind_sign
    happened = []

    def sign_slowly(key: blind_rsa.PrivateKey, message: bytes, random_bytes: Any) -> bytes:
        if not happened:
            happened.append(True)
            meanwhile(hall, phone)
        return whole(key, message, random_bytes)

    monkeypatch.setattr(blind_rsa, "blind_sign", sign_slowly)
    with refused(code):
        hall.redeem(phone)
    untouched = row(hall, phone)
    assert (untouched.request_hash, untouched.signatures) == (None, None)


def test_the_class_comes_from_the_slip_and_not_from_the_request(hall_of: Callable[[Json], Hall]) -> None:
    """Someone with a slip of class B asks for pages of class A: what comes back is no credential of class A."""
    classes = [{"id": "A", "name": "委员", "expected": 6}, {"id": "B", "name": "列席", "expected": 6}]
    hall = hall_of(meeting_file(meeting="two", classes=classes))
    (as_b,) = hall.phones(1, "B")
    moduli = [key.modulus_bytes for key in hall.state().issuer_keys["B"]]
    as_a = next(  # one whose values the keys of class B can sign at all
        phone
        for phone in (phone_for(hall.urls("A")[0], hall.state()) for _attempt in range(1000))
        if all(value < modulus for value, modulus in zip(phone.request.blinded[0], moduli, strict=True))
    )
    signatures = hall.service.redeemer.redeem(hall.id, as_b.token, as_a.request.blinded)
    with pytest.raises(BadBlindSignature):
        as_a.take(signatures)


def test_a_closed_meeting_gives_no_booklets_and_forgets_those_it_gave(hall: Hall) -> None:
    used, late = hall.phones(2)
    hall.redeem(used)
    hall.service.conduct.attendance(hall.id, {"A": 1}, "门岗")
    hall.service.conduct.close(hall.id)
    for phone in (used, late):
        with refused("meeting-closed"):
            hall.redeem(phone)
    forgotten = row(hall, used)
    assert (forgotten.request_hash, forgotten.signatures) == (None, None)


def test_someone_who_tries_a_slip_again_and_again_is_slowed_down_and_no_other_slip_is(hall: Hall, start: Start) -> None:
    slowed, other = hall.phones(2)
    wire = VoterWire(InProcess(create_app(start(redeem_limit_per_slip="3 per minute"))), hall)
    answers = [wire.redeem(slowed) for _attempt in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert len({len(answer.raw) for answer in answers}) == 1
    assert wire.redeem(other).status == 200, "a hall shares one address: the limit is the slip's"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half of a JSON object"),
        pytest.param(b'{"token": 5, "blinded": []}', id="a number for a token"),
        pytest.param(b'{"token": "AAAA", "blinded": []}', id="a short token"),
        pytest.param(b'{"token": "AAAAAAAAAAAAAAAAAAAAAA", "blinded": [["*"]]}', id="not base64"),
        pytest.param(b'{"token": "AAAAAAAAAAAAAAAAAAAAAA", "blinded": [], "class": "B"}', id="a class of one's own"),
    ],
)
def test_a_malformed_request_is_refused_in_the_one_length(hall: Hall, wire: VoterWire, payload: bytes) -> None:
    answer = wire.post("booklet", 0, payload)
    assert (answer.status, answer.code) == (400, "bad-request")
    assert len(answer.raw) == wire.lengths["booklet"]["answer"] + 16


def test_another_process_sees_a_slip_as_used_at_once(hall: Hall, start: Start) -> None:
    second = start()
    (phone,) = hall.phones(1)
    first = hall.service.redeemer.redeem(hall.id, phone.token, phone.request.blinded)
    assert second.redeemer.redeem(hall.id, phone.token, phone.request.blinded) == first
    with refused("slip-used"):
        second.redeemer.redeem(hall.id, phone.token, another_device(hall, phone).request.blinded)


# ── replacements ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_slip_is_replaced_once_and_no_more_are_replaced_than_redeemed(hall: Hall) -> None:
    """Each replacement takes one off the papers issued. One too many, and no poll in which all vote can be closed."""
    phones = hall.voters(2)
    hall.service.conduct.change_slip(hall.id, "replaced", "A", phones[0].token, "手机坏了", TWO)
    with refused("slip-used", hall):
        hall.service.conduct.change_slip(hall.id, "replaced", "A", phones[0].token, "手机坏了", TWO)
    hall.service.conduct.change_slip(hall.id, "replaced", "A", None, "遗失", TWO)
    with refused("slip-used", hall):
        hall.service.conduct.change_slip(hall.id, "replaced", "A", None, "遗失", TWO)
