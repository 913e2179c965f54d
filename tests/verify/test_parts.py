"""The verifier's own tree, notes, boxes and words, against published vectors and the service's implementation."""

import json
import unicodedata
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from random import Random

import mnemonic
import pytest

from crypto import ed25519, hpke, merkle, note, shares
from crypto.encoding import b64, from_b64
from tests.crypto import vectors
from tests.ledger_builder import LedgerBuilder
from verify import boxes, ledger, words
from verify.errors import Malformed
from verify.options import Options
from verify.report import render
from verify.terminal import pad, printable, width
from verify.verdict import Judged, judge


def test_ed25519_answers_each_edge_case_as_the_rule_set_says() -> None:
    """914 cases. Ours: A and R canonical and not of small order, no cofactor; a component of small order is allowed."""
    cases = vectors.load("ed25519_edge_cases.json")
    assert len(cases) == 914
    refused = {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"}
    for case in cases:
        key, sig = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
        valid = ledger.ed25519_valid(key, case["msg"].encode(), sig)
        assert valid == (not refused & set(case["flags"] or [])), case["number"]


def test_the_tree_is_that_of_rfc_6962_at_every_size() -> None:
    leaves = [ledger.leaf_hash(bytes([number])) for number in range(70)]
    frontier = ledger.Frontier()
    for size in range(71):
        assert frontier.root() == merkle.root_hash(leaves[:size])
        if size < 70:
            frontier.append(leaves[size])
    assert ledger.Frontier().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("text", ["A", "AB==", "A+", "A/", "AA==", "QR", " AAA", "AAA\n", "AAAAA", "é"])
def test_a_byte_string_has_one_spelling(text: str) -> None:
    with pytest.raises(Malformed):
        ledger.b64url_decode(text)


def test_any_two_or_three_cards_of_three_open_a_box() -> None:
    random = Random(1)
    for threshold in (1, 2, 3):
        secret = random.randbytes(32)
        dealt = shares.split(secret, 3, threshold, random.randbytes)
        for cards in combinations((1, 2, 3), threshold):
            assert boxes.combine_shares({card: dealt[card - 1] for card in cards}) == secret


def test_the_box_key_is_derived_as_rfc_9180_says() -> None:
    vector = vectors.load("rfc9180_hpke_x25519_chacha20poly1305.json")
    ikm, secret, public = (bytes.fromhex(vector[name]) for name in ("ikmR", "skRm", "pkRm"))
    assert boxes.derive_secret_key(ikm) == secret
    assert boxes.public_key(secret) == public
    for number in range(50):
        seed = Random(number).randbytes(32)
        assert boxes.derive_secret_key(seed) == hpke.derive_key_pair(seed).secret


def test_the_word_lists_are_those_of_bip_39() -> None:
    for language, name in words.LISTS.items():
        assert list(words.word_list(language)) == mnemonic.Mnemonic(name).wordlist
        published = Path(mnemonic.__file__).parent / "wordlist" / f"{name}.txt"
        assert (Path(words.__file__).with_name("words") / f"{name}.txt").read_bytes() == published.read_bytes()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_stand_for_the_first_88_bits(language: str) -> None:
    for number in range(20):
        digest = Random(number).randbytes(32)
        spoken = words.to_words(digest, language)
        assert len(spoken.split(" ")) == 8
        assert words.from_words(spoken) == digest[:11]


def test_a_verifier_key_has_one_spelling(small: LedgerBuilder) -> None:
    text = str(small.ledger_key)
    key = ledger.parse_verifier_key(text)
    assert (key.name, key.public_key, key.kind) == (small.origin, small.ledger_key.public_key, "ledger")
    name, key_id, rest = text.split("+", 2)
    for wrong in (
        f"{name}+{key_id.upper()}x+{rest}",
        f"other+{key_id}+{rest}",
        f"{name}+{key_id}+{rest[:-1]}",
        f"{name}+{key_id}",
        f"+{key_id}+{rest}",
        f"{name}+{key_id}+{rest} ",
    ):
        with pytest.raises(Malformed):
            ledger.parse_verifier_key(wrong)


def test_a_verifier_key_of_another_type_is_none(small: LedgerBuilder) -> None:
    """An algorithm that this version does not know, under the hash that such a key would have."""
    typed = b"\x02" + small.ledger_key.public_key
    key_id = sha256(small.origin.encode() + b"\n" + typed).digest()[:4].hex()
    with pytest.raises(Malformed, match="unknown type"):
        ledger.parse_verifier_key(f"{small.origin}+{key_id}+{b64(typed)}")


def test_a_cosignature_is_checked_with_its_time() -> None:
    text = "ballot.example/x\n1\n" + "A" * 43 + "=\n"
    seed = b"w" * 32
    signed = note.sign_note(text, "ballot.example/x", b"l" * 32)
    line = note.cosign(text, "witness.example", seed, 1_790_000_000)
    checkpoint = ledger.parse_checkpoint((signed + line).encode())
    key = ledger.parse_verifier_key(str(_witness("witness.example", seed)))
    assert ledger.signed_by(checkpoint, key)
    moved = ledger.parse_checkpoint((signed + _one_second_later(line)).encode())
    assert not ledger.signed_by(moved, key)
    assert not ledger.signed_by(checkpoint, ledger.parse_verifier_key(str(_witness("witness.example", b"v" * 32))))


def _witness(name: str, seed: bytes) -> note.VerifierKey:
    return note.VerifierKey(name, note.COSIGNATURE, ed25519.public_key(seed))


def _one_second_later(line: str) -> str:
    start, text = line[:-1].rsplit(" ", 1)
    raw = bytearray(from_b64(text))
    raw[11] += 1
    return f"{start} {b64(bytes(raw))}\n"


# ----------------------------------------------------------------------------------------------------- the report


def report_of(builder: LedgerBuilder, folder: Path, language: str = "zh") -> tuple[Judged, str]:
    path = folder / "meeting.ledger"
    path.write_bytes(builder.ledger())
    judged = judge(path, Options(fingerprint=builder.fingerprint))
    return judged, render(judged, language)


def test_columns_line_up_in_chinese(small: LedgerBuilder, tmp_path: Path) -> None:
    _, text = report_of(small, tmp_path)
    rows = [line for line in text.splitlines() if line.startswith("  V") and "通过" in line]
    assert len(rows) == 20
    assert len({width(row[: row.index("通过")]) for row in rows}) == 1
    assert width("中a") == 3
    assert pad("中", 4) == "中  "


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_says_what_it_does_not_show(small: LedgerBuilder, tmp_path: Path, language: str) -> None:
    _, text = report_of(small, tmp_path, language)
    assert text.splitlines()[0] in ("结论：接受", "VERDICT: accepted")
    assert "2 > 1/2 × 3" in text
    assert text.splitlines()[-1].startswith(("本报告不能说明的事", "What this does not show"))


def test_a_title_cannot_steer_the_terminal(small: LedgerBuilder, tmp_path: Path) -> None:
    agenda = json.loads(json.dumps(small.agenda))
    nasty = "\x1b[31mred\x07 \u202eesrever\u2028line"
    agenda[0]["contests"][0]["title"] = nasty
    agenda[0]["contests"][0]["ballot"]["candidates"][0]["name"] = nasty
    builder = LedgerBuilder(agenda, {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", {"zhang-san": "approve"})
    builder.close_poll(poll)
    builder.open_box(poll)
    judged, text = report_of(builder, tmp_path)
    assert judged.accepted
    assert not [one for one in text if unicodedata.category(one)[0] == "C" and one != "\n"]
    assert "\u2028" not in text
    assert printable("\x1b") == "\\u{1b}"
