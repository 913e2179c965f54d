"""Values from `crypto` with fixed seeds, for the tests of its twin on the voters' page (ballot_service/web/crypto).

Run it as `python -m tests.crypto.phone_values` to write phone_values.json again.
"""

import json
from functools import partial
from hashlib import shake_256
from pathlib import Path
from typing import Any

import gmpy2
from mnemonic import Mnemonic

from crypto import (
    ballot,
    blind_rsa,
    booklet,
    canonical,
    ed25519,
    hkdf,
    hpke,
    merkle,
    note,
    shares,
    slips,
    transport,
    words,
)
from crypto.blind_rsa import PrivateKey
from crypto.checkpoint import Checkpoint, format_checkpoint
from crypto.encoding import b32, b64, b64u, lp, tag, u8, u16, u32, u64

FILE = Path(__file__).with_suffix(".json")
FINGERPRINT = shake_256(b"fingerprint").digest(32)
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(23)]


def draw(name: str, length: int) -> bytes:
    """The same bytes for the same name."""
    return shake_256(name.encode()).digest(length)


def card(number: int) -> dict[str, Any]:
    """A scrutineer's card: its words, and what it gives for one box."""
    secret, box_key, share = draw(f"card {number}", 32), draw("box key", 32), draw(f"share {number}", 32)
    lists = {"zh": "chinese_simplified", "en": "english"}
    return {
        "number": number,
        "box": 256 + number,
        "secret": secret.hex(),
        "words": {language: Mnemonic(name).to_mnemonic(secret) for language, name in lists.items()},
        "box_key": box_key.hex(),
        "pad": shares.share_pad(secret, "lushui-2026-12", 256 + number, box_key).hex(),
        "share": share.hex(),
        "commit": shares.share_commitment("lushui-2026-12", 256 + number, number, share).hex(),
    }


def private_key(name: str, bits: int) -> PrivateKey:
    """An issuer key that is the same in every run."""
    return PrivateKey(*(prime(f"{name}/{part}", bits // 2) for part in "pq"))


def prime(name: str, bits: int) -> int:
    number = gmpy2.mpz(int.from_bytes(draw(name, bits // 8), "big")) | 3 << (bits - 2)
    while True:
        number = gmpy2.next_prime(number)
        if gmpy2.gcd(number - 1, blind_rsa.E) == 1:
            return int(number)


def values() -> dict[str, Any]:
    return {
        "encodings": [encodings(draw("encodings", length)) for length in (*range(12), 16, 20, 32, 57)],
        "fields": {
            "tag": tag("credential").hex(),
            "lp": lp("票种 A").hex(),
            "integers": (u8(255) + u16(0x0102) + u32(0x01020304) + u64(2**53 - 1)).hex(),
        },
        "canonical": canonical_texts(),
        "hkdf": [
            {"length": length, "output": hkdf.derive(draw("key material", 16), b"info", length).hex()}
            for length in (1, 32, 33, 512)
        ],
        "tree": tree(),
        "note": cosigned_note(),
        "cards": [card(number) for number in (1, 2, 3)],
        "slips": [slip(base) for base in ("https://ballot.example", "http://192.168.1.20:8080", "http://[fe80::1]:80")],
        "words": [
            {
                "digest": draw(f"digest {number}", 32).hex(),
                "zh": words.fingerprint_words(draw(f"digest {number}", 32), "zh"),
                "en": words.fingerprint_words(draw(f"digest {number}", 32), "en"),
            }
            for number in range(4)
        ],
        "ed25519": [signature(length) for length in (0, 1, 200)],
        "transport": sealed_request(),
        "booklets": [one_booklet(issuers=2, pages=3, bits=2048), one_booklet(issuers=1, pages=1, bits=3072)],
        "ballot": one_ballot(),
    }


def encodings(data: bytes) -> dict[str, str]:
    return {"hex": data.hex(), "b64u": b64u(data), "b64": b64(data), "b32": b32(data)}


def canonical_texts() -> list[dict[str, str]]:
    every_control = "".join(chr(code) for code in range(0x80)) + "\u2028\u2029\ufeff"
    all_values: list[Any] = [
        None,
        [True, False, [], {}],
        [0, -1, 2**53 - 1, -(2**53) + 1],
        every_control,
        {"\r": 0, "1": 0, "\x80": 0, "ö": 0, "€": 0, "😀": 0, "ﬀ": 0, "10": 0, "9": 0, "__proto__": {"a": 1}, "": 1},
        {"marks": {"zhang-san": "approve", "li-si": "oppose"}},
        {"b": [{"text": "赞成，张三。𠮷"}], "a": {"c": {"d": {"e": [[[[[[[]]]]]]]}}}},
    ]
    return [
        {
            "loose": json.dumps(value, indent=1, ensure_ascii=index % 2 == 0),
            "canonical": canonical.encode(value).decode(),
        }
        for index, value in enumerate(all_values)
    ]


def tree() -> dict[str, Any]:
    """Proofs over the leaves "0", "1" … "22"."""
    size = len(LEAVES)
    return {
        "size": size,
        "root": merkle.root_hash(LEAVES).hex(),
        "inclusion": [
            {"index": index, "size": part, "root": merkle.root_hash(LEAVES[:part]).hex(), "proof": hexes(proof)}
            for index, part in ((0, 1), (0, size), (11, 13), (22, size), (5, 8))
            for proof in [merkle.inclusion_proof(LEAVES, index, part)]
        ],
        "consistency": [
            {"old": old, "old_root": merkle.root_hash(LEAVES[:old]).hex(), "proof": hexes(proof)}
            for old in (0, 1, 7, 8, 16, 22, size)
            for proof in [merkle.consistency_proof(LEAVES, old)]
        ],
        "range": [
            {"start": start, "end": end, "proof": hexes(merkle.range_proof(LEAVES, start, end))}
            for start, end in ((0, size), (9, 9), (3, 17), (0, 8), (16, size), (22, size))
        ],
    }


def hexes(hashes: list[bytes]) -> list[str]:
    return [value.hex() for value in hashes]


def cosigned_note() -> dict[str, Any]:
    name, witness = "ballot.example/lushui-2026-12", "witness.example"
    text = format_checkpoint(Checkpoint(name, 214, draw("root", 32)))
    signed = note.sign_note(text, name, draw("ledger", 32))
    keys = [
        note.VerifierKey(name, note.ED25519, ed25519.public_key(draw("ledger", 32))),
        note.VerifierKey(witness, note.COSIGNATURE, ed25519.public_key(draw("witness", 32))),
    ]
    return {
        "note": note.add_signature(signed, note.cosign(text, witness, draw("witness", 32), 1_797_000_000)),
        "keys": [note.format_verifier_key(key) for key in keys],
        "size": 214,
        "root": draw("root", 32).hex(),
        "timestamp": 1_797_000_000,
    }


def slip(base_url: str) -> dict[str, str]:
    secret = draw(f"slip {base_url}", slips.SECRET_BYTES)
    return {
        "text": slips.format_slip_url(base_url, "lushui-2026-12", secret, "A", FINGERPRINT),
        "base_url": base_url,
        "secret": secret.hex(),
        "prefix": FINGERPRINT[: slips.PREFIX_BYTES].hex(),
        "token": slips.redeem_token(secret).hex(),
        "keep_key": slips.keep_key(secret).hex(),
        "slip_id": slips.slip_id("lushui-2026-12", slips.redeem_token(secret)).hex(),
    }


def signature(length: int) -> dict[str, str]:
    seed, message = draw(f"seed {length}", 32), draw("message", length)
    return {
        "seed": seed.hex(),
        "key": ed25519.public_key(seed).hex(),
        "message": message.hex(),
        "signature": ed25519.sign(seed, message).hex(),
    }


def sealed_request() -> dict[str, Any]:
    key, answer_key, payload = hpke.derive_key_pair(draw("transport", 32)).public, draw("answer", 32), b'{"a": 1}'
    body = transport.seal_request(
        key, FINGERPRINT, "ballots", payload, ephemeral_seed=draw("seal", 32), answer_key=answer_key, length=256
    )
    return {
        "transport_key": key.hex(),
        "answer_key": answer_key.hex(),
        "ephemeral_seed": draw("seal", 32).hex(),
        "payload": payload.decode(),
        "length": 256,
        "body": b64u(body),
        "answer_payload": '{"receipt": "…"}',
        "answer": b64u(transport.seal_answer(answer_key, '{"receipt": "…"}'.encode(), 64)),
    }


def one_booklet(issuers: int, pages: int, bits: int) -> dict[str, Any]:
    seed = draw(f"a booklet of {bits}", 32)
    keys = [[private_key(f"{bits}/{issuer}/{page}", bits) for page in range(pages)] for issuer in range(issuers)]
    request = booklet.make_request(seed, FINGERPRINT, "A", [[key.public_key for key in row] for row in keys])
    signed = [
        [blind_rsa.blind_sign(key, value, partial(draw, "blinding")) for key, value in zip(row, blinded, strict=True)]
        for row, blinded in zip(keys, request.blinded, strict=True)
    ]
    return {
        "seed": seed.hex(),
        "bits": bits,
        "moduli": [[b64u(key.public_key.modulus_bytes) for key in row] for row in keys],
        "blinded": [[b64u(value) for value in row] for row in request.blinded],
        "request_hash": booklet.request_hash(draw("slip id", 32), request.blinded).hex(),
        "blind_signatures": [[b64u(value) for value in row] for row in signed],
        "pages": [
            {
                "key_seed": page.ballot_key_seed.hex(),
                "public_key": page.ballot_public_key.hex(),
                "credentials": [b64u(credential) for credential in page.credentials],
            }
            for page in booklet.finish(request, signed)
        ],
    }


def one_ballot() -> dict[str, Any]:
    box = hpke.derive_key_pair(draw("box", 32)).public
    choice = {"marks": {"zhang-san": "approve", "li-si": "abstain"}}
    credentials = [draw("credential", 256), draw("another", 256)]
    line = ballot.make_ballot(
        draw("ballot key", 32),
        draw("paper", 32),
        "B2",
        credentials,
        box_public_key=box,
        choice=canonical.encode(choice),
        length=64,
        ephemeral_seed=draw("ephemeral", 32),
    )
    return {
        "key_seed": draw("ballot key", 32).hex(),
        "paper_hash": draw("paper", 32).hex(),
        "voter_class": "B2",
        "credentials": [b64u(credential) for credential in credentials],
        "box_key": box.hex(),
        "choice": choice,
        "length": 64,
        "ephemeral_seed": draw("ephemeral", 32).hex(),
        "line": line.decode(),
        "id": ballot.ballot_id(line).hex(),
        "receipt_key": ed25519.public_key(draw("receipt", 32)).hex(),
        "receipt": ballot.sign_receipt(draw("receipt", 32), ballot.ballot_id(line)).hex(),
    }


def file_text() -> str:
    return json.dumps({"fingerprint": FINGERPRINT.hex(), **values()}, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(file_text(), encoding="utf-8")
