"""Signed notes and checkpoints: the published example, both algorithms, one spelling."""

import pytest

from crypto import ed25519, note
from crypto.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from crypto.encoding import b64
from crypto.errors import (
    BadSignature,
    CryptoError,
    MalformedCheckpoint,
    MalformedNote,
    MalformedVerifierKey,
    NoteNotSigned,
)
from crypto.merkle import EMPTY_ROOT

SEED, WITNESS_SEED = bytes(range(32)), bytes(range(1, 33))
NAME, WITNESS = "ballot.example/lushui-2026-12", "witness.example"
TEXT = f"{NAME}\n214\n{b64(bytes(range(32)))}\n"
LEDGER_KEY = note.VerifierKey(NAME, note.ED25519, ed25519.public_key(SEED))
WITNESS_KEY = note.VerifierKey(WITNESS, note.COSIGNATURE, ed25519.public_key(WITNESS_SEED))
SIGNED = note.sign_note(TEXT, NAME, SEED)
COSIGNED = note.add_signature(SIGNED, note.cosign(TEXT, WITNESS, WITNESS_SEED, 1_797_000_000))

# Go's golang.org/x/mod/sumdb/note, package documentation
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_NOTE = (
    PUBLISHED_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_published_note_verifies() -> None:
    key = note.parse_verifier_key(PUBLISHED_KEY)
    assert (key.name, key.algorithm, key.key_hash.hex()) == ("PeterNeumann", note.ED25519, "c74f20a3")
    assert note.format_verifier_key(key) == str(key) == PUBLISHED_KEY
    assert note.verify_note(PUBLISHED_NOTE, [key]) == [note.VerifiedSignature(key, None)]
    assert note.parse_note(PUBLISHED_NOTE).text == PUBLISHED_TEXT


def test_ledger_and_witness_sign_one_note() -> None:
    assert note.verify_note(COSIGNED, [WITNESS_KEY, LEDGER_KEY]) == [
        note.VerifiedSignature(LEDGER_KEY, None),
        note.VerifiedSignature(WITNESS_KEY, 1_797_000_000),
    ]
    assert note.verify_note(COSIGNED, [WITNESS_KEY]) == [note.VerifiedSignature(WITNESS_KEY, 1_797_000_000)]


def test_a_cosignature_is_over_time_and_text() -> None:
    blob = note.parse_note(COSIGNED).signatures[1].blob
    assert int.from_bytes(blob[:8], "big") == 1_797_000_000
    ed25519.verify(WITNESS_KEY.public_key, b"cosignature/v1\ntime 1797000000\n" + TEXT.encode(), blob[8:])


def test_a_cosignature_moved_to_another_time_is_refused() -> None:
    lines = COSIGNED.splitlines(keepends=True)
    blob = note.parse_note(COSIGNED).signatures[1].blob
    lines[-1] = f"— {WITNESS} {b64(WITNESS_KEY.key_hash + (1).to_bytes(8, 'big') + blob[8:])}\n"
    with pytest.raises(BadSignature):
        note.verify_note("".join(lines), [LEDGER_KEY, WITNESS_KEY])


@pytest.mark.parametrize(
    "blob",
    [bytes(64), bytes(8), b"\xff" * 72, bytes(73)],
    ids=["no time", "no signature", "a time beyond 63 bits", "too long"],
)
def test_a_cosignature_of_another_form_is_refused(blob: bytes) -> None:
    line = f"— {WITNESS} {b64(WITNESS_KEY.key_hash + blob)}\n"
    with pytest.raises(BadSignature):
        note.verify_note(SIGNED + line, [WITNESS_KEY])


def test_a_note_of_a_changed_text_is_refused() -> None:
    with pytest.raises(BadSignature):
        note.verify_note(SIGNED.replace("\n214\n", "\n215\n"), [LEDGER_KEY])


def test_a_note_without_a_known_signature_proves_nothing() -> None:
    other = note.VerifierKey(NAME, note.ED25519, ed25519.public_key(bytes(32)))
    for keys in ([], [other], [WITNESS_KEY]):
        with pytest.raises(NoteNotSigned):
            note.verify_note(SIGNED, keys)


def test_the_same_key_under_another_algorithm_or_name_is_another_key() -> None:
    as_witness = note.VerifierKey(NAME, note.COSIGNATURE, LEDGER_KEY.public_key)
    elsewhere = note.VerifierKey("other.example", note.ED25519, LEDGER_KEY.public_key)
    assert len({LEDGER_KEY.key_hash, as_witness.key_hash, elsewhere.key_hash}) == 3


SIGNATURE_LINE = SIGNED.splitlines()[-1]


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param("", id="nothing"),
        pytest.param(TEXT, id="no signature"),
        pytest.param(TEXT + "\n", id="an empty line and no signature"),
        pytest.param(SIGNED[:-1], id="no newline at the end"),
        pytest.param(SIGNED + "\n", id="an empty line at the end"),
        pytest.param(SIGNED.replace("—", "-"), id="a hyphen for the em dash"),
        pytest.param(SIGNED.replace("— ", "—  "), id="two spaces"),
        pytest.param(SIGNED.replace("\n", "\r\n"), id="line ends of another system"),
        pytest.param(SIGNED + SIGNATURE_LINE + "\n", id="the same signature twice"),
        pytest.param(SIGNED.replace("=\n", "\n"), id="no padding"),
        pytest.param(SIGNED.replace(f"— {NAME}", "— a+b"), id="a plus sign in a name"),
        pytest.param(SIGNED.replace(f"— {NAME}", "— a\u3000b"), id="a wide space in a name"),
        pytest.param(TEXT + f"\n— {NAME} {b64(LEDGER_KEY.key_hash)}\n", id="a signature of no bytes"),
        pytest.param(SIGNED.replace("214", "2\x0014"), id="a control character"),
        pytest.param(SIGNED.replace("214", "2\ud80014"), id="a lone surrogate"),
        pytest.param("\n" + SIGNATURE_LINE + "\n", id="an empty text"),
        pytest.param("\n\n" + SIGNATURE_LINE + "\n", id="a text of one newline"),
        pytest.param("x" * 70_000 + SIGNED, id="too long"),
        pytest.param(TEXT + "\n" + "".join(f"— n{i} AAAAAAAA\n" for i in range(101)), id="too many signatures"),
    ],
)
def test_another_spelling_of_a_note_is_refused(spoiled: str) -> None:
    note.parse_note(SIGNED)
    with pytest.raises(MalformedNote):
        note.parse_note(spoiled)


@pytest.mark.parametrize("text", ["", "\n", "no newline", "a\x00\n", "a\r\n"])
def test_a_text_that_makes_no_note_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        note.sign_note(text, NAME, SEED)
    with pytest.raises(MalformedNote):
        note.cosign(text, WITNESS, WITNESS_SEED, 0)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x7f"])
def test_a_name_that_no_key_can_have_is_refused(name: str) -> None:
    with pytest.raises(MalformedVerifierKey):
        note.sign_note(TEXT, name, SEED)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("PeterNeumann", id="a name only"),
        pytest.param(PUBLISHED_KEY.replace("c74f20a3", "C74F20A3"), id="a hash in upper case"),
        pytest.param(PUBLISHED_KEY.replace("c74f20a3", "c74f20a4"), id="the hash of another key"),
        pytest.param(PUBLISHED_KEY.replace("PeterNeumann", "PeterNeuman"), id="another name"),
        pytest.param(PUBLISHED_KEY[:-4], id="a shorter key"),
        pytest.param("PeterNeumann+c74f20a3+" + b64(b"\x02" + bytes(32)), id="an unknown algorithm"),
        pytest.param("PeterNeumann+c74f20a3+" + b64(b"\x01" + bytes(32)), id="a key of small order"),
        pytest.param(PUBLISHED_KEY + "\n", id="a newline"),
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedVerifierKey):
        note.parse_verifier_key(text)


CHECKPOINT = Checkpoint(NAME, 214, bytes(range(32)))


def test_a_checkpoint_reads_back() -> None:
    assert format_checkpoint(CHECKPOINT) == TEXT
    assert parse_checkpoint(TEXT) == CHECKPOINT
    empty = Checkpoint(NAME, 0, EMPTY_ROOT)
    assert parse_checkpoint(format_checkpoint(empty)) == empty


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(TEXT[:-1], id="no newline at the end"),
        pytest.param(TEXT + "extension\n", id="an extension line"),
        pytest.param(TEXT + "\n", id="an empty line at the end"),
        pytest.param(TEXT.replace("214", "0214"), id="a leading zero"),
        pytest.param(TEXT.replace("214", "+214"), id="a plus sign"),
        pytest.param(TEXT.replace("214", "2_14"), id="an underscore"),
        pytest.param(TEXT.replace("214", " 214"), id="a space"),
        pytest.param(TEXT.replace("214", "٢١٤"), id="digits of another script"),
        pytest.param(TEXT.replace("214", "9999999999999999999"), id="more than 63 bits"),
        pytest.param(TEXT.replace("214", "0"), id="an empty tree with a root"),
        pytest.param(TEXT.replace("=", ""), id="a root without padding"),
        pytest.param(f"{NAME}\n214\n{b64(bytes(31))}\n", id="a shorter root"),
        pytest.param(TEXT.replace(NAME, ""), id="no origin"),
        pytest.param(TEXT.replace(NAME, "two words"), id="an origin of two words"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="line ends of another system"),
    ],
)
def test_another_spelling_of_a_checkpoint_is_refused(spoiled: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        parse_checkpoint(spoiled)


@pytest.mark.parametrize(("size", "root"), [(-1, bytes(32)), (2**63, bytes(32)), (1, bytes(31)), (0, bytes(32))])
def test_an_impossible_checkpoint_cannot_be_made(size: int, root: bytes) -> None:
    with pytest.raises(CryptoError):
        Checkpoint(NAME, size, root)
