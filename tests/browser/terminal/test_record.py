"""The sealed record of a booklet, by other hands: the vector of the page's own tests, opened with `cryptography`."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto import hkdf, merkle
from crypto.encoding import from_b64u, lp, tag, u32
from crypto.slips import keep_key, parse_slip_url

VECTOR = Path(__file__).resolve().parents[3] / "ballot_service" / "web" / "tests" / "terminal" / "record.json"


def test_the_vector_opens_under_the_key_of_its_slip() -> None:
    vector = json.loads(VECTOR.read_text(encoding="utf-8"))
    slip = parse_slip_url(vector["slip"])
    kept = keep_key(slip.secret)
    name = merkle.leaf_hash(tag("keep") + lp(slip.meeting_id) + kept)
    assert from_b64u(vector["name"]) == name
    key = hkdf.derive(kept, tag("booklet-at-hub"), 32)
    assert key.hex() == vector["key"]
    record = from_b64u(vector["record"])
    assert record[:12].hex() == vector["nonce"]
    text = ChaCha20Poly1305(key).decrypt(record[:12], record[12:], vector["name"].encode() + u32(vector["version"]))
    assert len(text) % 4096 == 0
    assert json.loads(text) == vector["value"]
