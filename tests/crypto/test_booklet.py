"""A booklet: one seed, the same pages everywhere, and no second try."""

import os
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto import blind_rsa, booklet, ed25519
from crypto.blind_rsa import PrivateKey
from crypto.encoding import tag
from crypto.errors import BadBlindSignature, BadCredential, BookletAbandoned

SEED, FINGERPRINT = bytes(range(32)), bytes(range(100, 132))


def derived(info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, None, info).derive(SEED)


def test_derivations_are_the_protocols_bytes() -> None:
    assert booklet.ballot_key_seed(SEED, 258) == derived(b"ballot-service/v1/ballot-key\x00\x01\x02", 32)
    assert booklet.salt(SEED, 258, 1) == derived(b"ballot-service/v1/salt\x00\x01\x02\x01", 48)
    n = (1 << 2048) - 1
    r = booklet.blinding_factor(SEED, 258, 1, n)
    assert r == int.from_bytes(derived(b"ballot-service/v1/blind\x00\x01\x02\x01\x00", 256), "big")


def test_a_blinding_factor_is_masked_and_drawn_again_until_it_lies_below_n() -> None:
    tries = []
    for page in range(1, 9):
        prefix = tag("blind") + page.to_bytes(2, "big") + b"\x00"
        draws = [int.from_bytes(derived(prefix + bytes([attempt]), 2), "big") & 0x1FF for attempt in range(64)]
        n = 257  # 9 bits, so about half of the draws do not fit
        attempt = next(place for place, draw in enumerate(draws) if 1 <= draw < n)
        assert booklet.blinding_factor(SEED, page, 0, n) == draws[attempt]
        tries.append(attempt)
    assert min(tries) == 0
    assert max(tries) > 1


def test_a_modulus_without_any_factor_ends_the_loop() -> None:
    with pytest.raises(RuntimeError):
        booklet.blinding_factor(SEED, 1, 0, 1)


def test_the_credential_message_names_meeting_page_class_and_key() -> None:
    assert booklet.credential_message(FINGERPRINT, 3, "A", bytes(32)) == (
        b"ballot-service/v1/credential\x00" + FINGERPRINT + b"\x00\x03" + b"\x00\x00\x00\x01A" + bytes(32)
    )


def test_the_request_hash_is_over_values_in_order() -> None:
    expected = sha256(b"ballot-service/v1/redeem\x00" + bytes(32) + b"abcd").digest()
    assert booklet.request_hash(bytes(32), [[b"a", b"b"], [b"c", b"d"]]) == expected
    assert booklet.request_hash(bytes(32), [[b"a", b"c"], [b"b", b"d"]]) != expected


def sign_all(key: PrivateKey, request: booklet.Request) -> list[list[bytes]]:
    return [
        [blind_rsa.blind_sign(key, blinded_msg, os.urandom) for blinded_msg in per_issuer]
        for per_issuer in request.blinded
    ]


@pytest.mark.parametrize("issuers", [1, 2])
def test_a_booklet_from_seed_to_pages(issuer_key: PrivateKey, issuers: int) -> None:
    keys = [[issuer_key.public_key] * 3] * issuers
    request = booklet.make_request(SEED, FINGERPRINT, "A", keys)
    assert [len(per_issuer) for per_issuer in request.blinded] == [3] * issuers
    assert len({blinded for per_issuer in request.blinded for blinded in per_issuer}) == 3 * issuers
    pages = booklet.finish(request, sign_all(issuer_key, request))
    assert [page.number for page in pages] == [1, 2, 3]
    for page in pages:
        assert page.ballot_public_key == ed25519.public_key(page.ballot_key_seed)
        message = booklet.credential_message(FINGERPRINT, page.number, "A", page.ballot_public_key)
        assert len(set(page.credentials)) == issuers
        for credential in page.credentials:
            blind_rsa.verify(issuer_key.public_key, message, credential)


def test_a_credential_serves_no_other_page_class_or_meeting(issuer_key: PrivateKey) -> None:
    request = booklet.make_request(SEED, FINGERPRINT, "A", [[issuer_key.public_key]])
    page = booklet.finish(request, sign_all(issuer_key, request))[0]
    for fingerprint, number, voter_class in [(FINGERPRINT, 2, "A"), (FINGERPRINT, 1, "B"), (bytes(32), 1, "A")]:
        message = booklet.credential_message(fingerprint, number, voter_class, page.ballot_public_key)
        with pytest.raises(BadCredential):
            blind_rsa.verify(issuer_key.public_key, message, page.credentials[0])


def test_the_same_seed_asks_again_with_the_same_bytes(issuer_key: PrivateKey) -> None:
    keys = [[issuer_key.public_key] * 2]
    first, second = (booklet.make_request(SEED, FINGERPRINT, "A", keys) for _ in range(2))
    assert first.blinded == second.blinded
    assert booklet.finish(first, sign_all(issuer_key, first)) == booklet.finish(second, sign_all(issuer_key, second))
    assert booklet.make_request(bytes(32), FINGERPRINT, "A", keys).blinded != first.blinded


def test_a_failed_finalize_is_never_tried_again(issuer_key: PrivateKey) -> None:
    request = booklet.make_request(SEED, FINGERPRINT, "A", [[issuer_key.public_key] * 2])
    answers = sign_all(issuer_key, request)
    with pytest.raises(BadBlindSignature):
        booklet.finish(request, [[answers[0][1], answers[0][0]]])
    with pytest.raises(BookletAbandoned):
        booklet.finish(request, answers)


@pytest.mark.parametrize("answers", [[], [[]], [[bytes(256)]], [[bytes(256)] * 2] * 2])
def test_an_answer_of_another_shape_is_refused(issuer_key: PrivateKey, answers: list[list[bytes]]) -> None:
    request = booklet.make_request(SEED, FINGERPRINT, "A", [[issuer_key.public_key] * 2])
    with pytest.raises(BadBlindSignature):
        booklet.finish(request, answers)


def test_requests_that_cannot_be_are_our_own_mistake(issuer_key: PrivateKey) -> None:
    key = issuer_key.public_key
    for seed, keys in [(bytes(31), [[key]]), (SEED, []), (SEED, [[key], [key, key]])]:
        with pytest.raises(RuntimeError):
            booklet.make_request(seed, FINGERPRINT, "A", keys)


def test_secrets_are_not_printed(issuer_key: PrivateKey) -> None:
    request = booklet.make_request(SEED, FINGERPRINT, "A", [[issuer_key.public_key]])
    for value in (request, request.pages[0], booklet.finish(request, sign_all(issuer_key, request))[0]):
        assert repr(booklet.ballot_key_seed(SEED, 1)) not in repr(value)
        assert "inverses" not in repr(value)
