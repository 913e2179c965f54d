"""A ballot from choice to receipt, and what makes it another one."""

from dataclasses import replace
from hashlib import sha256

import pytest

from crypto import ballot, canonical, ed25519, hpke
from crypto.encoding import b64u
from crypto.errors import BadLength, BadSignature, CryptoError, MalformedBallot, SealBroken

KEY_SEED, PAPER, RECEIPT_SEED = bytes(range(32)), bytes(range(50, 82)), bytes(range(7, 39))
KEY = ed25519.public_key(KEY_SEED)
BOX = hpke.derive_key_pair(bytes(range(9, 41)))
CREDENTIAL = bytes(256)
CHOICE = canonical.encode({"marks": {"zhang-san": "approve", "li-si": "oppose"}})


def make_line(choice: bytes = CHOICE, ephemeral_seed: bytes = bytes(32)) -> bytes:
    return ballot.make_ballot(
        KEY_SEED,
        PAPER,
        "A",
        [CREDENTIAL],
        box_public_key=BOX.public,
        choice=choice,
        length=64,
        ephemeral_seed=ephemeral_seed,
    )


LINE = make_line()
BALLOT = ballot.parse_ballot_line(LINE)


def test_a_ballot_is_one_canonical_line_of_fixed_length() -> None:
    assert canonical.encode(canonical.decode(LINE)) == LINE
    assert ballot.ballot_line(BALLOT) == LINE
    assert len(BALLOT.ct) == 64 + 16
    assert len(make_line(b"{}")) == len(LINE)
    assert make_line() == LINE


def test_what_seal_and_signature_cover_is_the_protocols_bytes() -> None:
    tail = PAPER + b"\x00\x00\x00\x01A" + KEY
    assert ballot.seal_info(PAPER, "A", KEY) == b"ballot-service/v1/seal\x00" + tail
    expected = b"ballot-service/v1/ballot\x00" + tail + sha256(BALLOT.enc + BALLOT.ct).digest()
    assert ballot.ballot_message(PAPER, "A", KEY, BALLOT.enc, BALLOT.ct) == expected
    assert ballot.ballot_id(LINE) == sha256(b"\x00" + LINE).digest()
    assert ballot.receipt_message(bytes(32)) == b"ballot-service/v1/receipt\x00" + bytes(32)


def test_the_box_opens_the_choice_and_nothing_else_does() -> None:
    box = hpke.OpeningKey(BOX.secret)
    plaintext = box.open(ballot.seal_info(PAPER, "A", KEY), BALLOT.enc, BALLOT.ct)
    assert len(plaintext) == 64
    assert ballot.unpad_choice(plaintext) == CHOICE
    for info in [
        ballot.seal_info(bytes(32), "A", KEY),
        ballot.seal_info(PAPER, "B", KEY),
        ballot.seal_info(PAPER, "A", ed25519.public_key(bytes(32))),
    ]:
        with pytest.raises(SealBroken):
            box.open(info, BALLOT.enc, BALLOT.ct)


def test_a_ballot_that_was_touched_does_not_verify() -> None:
    ballot.check_ballot_signature(BALLOT)
    for spoiled in [
        replace(BALLOT, paper_hash=bytes(32)),
        replace(BALLOT, voter_class="B"),
        replace(BALLOT, key=ed25519.public_key(bytes(32))),
        replace(BALLOT, enc=bytes(32)),
        replace(BALLOT, ct=bytes(80)),
        replace(BALLOT, enc=BALLOT.enc[:31], ct=BALLOT.ct + b"\x00"),
        replace(BALLOT, sig=bytes(64)),
    ]:
        with pytest.raises(BadSignature):
            ballot.check_ballot_signature(spoiled)


def test_a_choice_fills_its_paper_and_no_more() -> None:
    assert ballot.pad_choice(b"{}", 64) == b"{}" + b" " * 62
    assert ballot.pad_choice(b"x" * 64, 64) == b"x" * 64
    with pytest.raises(BadLength) as caught:
        ballot.pad_choice(b"x" * 65, 64)
    assert "xx" not in str(caught.value)


def test_the_same_ballot_gets_the_same_receipt() -> None:
    ballot_id, key = ballot.ballot_id(LINE), ed25519.public_key(RECEIPT_SEED)
    receipt = ballot.sign_receipt(RECEIPT_SEED, ballot_id)
    assert receipt == ballot.sign_receipt(RECEIPT_SEED, ballot_id)
    ballot.check_receipt(key, ballot_id, receipt)
    with pytest.raises(BadSignature):
        ballot.check_receipt(key, ballot.ballot_id(make_line(ephemeral_seed=bytes(31) + b"\x01")), receipt)
    with pytest.raises(BadSignature):
        ballot.check_receipt(KEY, ballot_id, receipt)


def spoiled_line(**fields: object) -> bytes:
    entry = canonical.decode_object(LINE)
    merged: dict[str, object] = {**entry, **fields}
    return canonical.encode({name: value for name, value in merged.items() if value != "left out"})


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(LINE + b"\n", id="a newline"),
        pytest.param(LINE.replace(b'"class":', b'"class": '), id="a space"),
        pytest.param(b"[]", id="a list"),
        pytest.param(spoiled_line(type="paper"), id="another type"),
        pytest.param(spoiled_line(note=""), id="a field more"),
        pytest.param(spoiled_line(sig="left out"), id="a field less"),
        pytest.param(spoiled_line(**{"class": "a"}), id="a class in lower case"),
        pytest.param(spoiled_line(**{"class": 1}), id="a class that is a number"),
        pytest.param(spoiled_line(sigs=[]), id="no credential"),
        pytest.param(spoiled_line(sigs=b64u(CREDENTIAL)), id="a credential outside a list"),
        pytest.param(spoiled_line(sigs=[1]), id="a credential that is a number"),
        pytest.param(spoiled_line(sigs=[["A"]]), id="credentials nested deeper"),
        pytest.param(spoiled_line(key=b64u(bytes(31))), id="a shorter key"),
        pytest.param(spoiled_line(enc=b64u(bytes(33))), id="a longer enc"),
        pytest.param(spoiled_line(sig=b64u(bytes(63)) + "="), id="padding"),
        pytest.param(spoiled_line(paper=None), id="no paper"),
        pytest.param(spoiled_line(ct="A" * canonical.MAX_BYTES), id="too long"),
    ],
)
def test_what_is_no_ballot_line_is_refused(line: bytes) -> None:
    ballot.parse_ballot_line(LINE)
    with pytest.raises(MalformedBallot):
        ballot.parse_ballot_line(line)


def test_a_choice_too_long_for_its_paper_is_never_sealed() -> None:
    with pytest.raises(CryptoError):
        make_line(b"x" * 65)
