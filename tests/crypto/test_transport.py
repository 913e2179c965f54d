"""Sealed requests: out and back, of one length, for one route."""

import pytest

from crypto import hpke, transport
from crypto.errors import BadLength, SealBroken

SERVER = hpke.derive_key_pair(bytes(range(32)))
OPENER = hpke.OpeningKey(SERVER.secret)
FINGERPRINT, ROUTE, PAYLOAD, ANSWER_KEY = bytes(range(100, 132)), "/api/redeem", b'{"token":"t"}', bytes(range(60, 92))


def seal(payload: bytes = PAYLOAD, length: int = 256) -> bytes:
    return transport.seal_request(
        SERVER.public, FINGERPRINT, ROUTE, payload, ephemeral_seed=bytes(32), answer_key=ANSWER_KEY, length=length
    )


def test_a_request_arrives_with_its_answer_key() -> None:
    body = seal()
    assert len(body) == 256 + transport.REQUEST_OVERHEAD == 256 + 32 + 32 + 16
    assert transport.open_request(OPENER, FINGERPRINT, ROUTE, body, 256) == (ANSWER_KEY, PAYLOAD)
    assert transport.open_request(OPENER, FINGERPRINT, ROUTE, body) == (ANSWER_KEY, PAYLOAD)


def test_the_plaintext_and_info_are_the_protocols_bytes() -> None:
    body = seal()
    info = b"ballot-service/v1/transport\x00" + FINGERPRINT + b"\x00\x00\x00\x0b/api/redeem"
    assert hpke.open(SERVER.secret, info, body[:32], body[32:]) == ANSWER_KEY + PAYLOAD.ljust(256)


def test_all_requests_and_answers_of_a_route_have_one_length() -> None:
    assert len(seal(b"{}")) == len(seal(b"x" * 256))
    short, full = (transport.seal_answer(ANSWER_KEY, text, 64) for text in (b"{}", b"x" * 64))
    assert len(short) == len(full) == 64 + transport.ANSWER_OVERHEAD


def test_a_request_opens_for_its_route_and_meeting_only() -> None:
    body = seal()
    other = hpke.OpeningKey(hpke.derive_key_pair(bytes(32)).secret)
    for opener, fingerprint, route, spoiled in [
        (other, FINGERPRINT, ROUTE, body),
        (OPENER, bytes(32), ROUTE, body),
        (OPENER, FINGERPRINT, "/api/cast", body),
        (OPENER, FINGERPRINT, ROUTE, body[:-1] + bytes([body[-1] ^ 1])),
        (OPENER, FINGERPRINT, ROUTE, body[:40]),
        (OPENER, FINGERPRINT, ROUTE, b""),
    ]:
        with pytest.raises(SealBroken):
            transport.open_request(opener, fingerprint, route, spoiled)


def test_a_body_of_another_length_is_refused_unopened() -> None:
    with pytest.raises(BadLength, match="expected a body of 336 bytes, got 337"):
        transport.open_request(OPENER, FINGERPRINT, ROUTE, seal(length=257), 256)


def test_a_request_without_room_for_an_answer_key_is_refused() -> None:
    enc, ct = hpke.seal(SERVER.public, transport.transport_info(FINGERPRINT, ROUTE), b"short", bytes(32))
    with pytest.raises(BadLength):
        transport.open_request(OPENER, FINGERPRINT, ROUTE, enc + ct)


def test_content_longer_than_its_route_is_not_sealed() -> None:
    with pytest.raises(BadLength):
        seal(b"x" * 257)
    with pytest.raises(BadLength):
        transport.seal_answer(ANSWER_KEY, b"x" * 65, 64)


def test_an_answer_opens_with_its_key_only() -> None:
    body = transport.seal_answer(ANSWER_KEY, b'{"receipt":"r"}', 64)
    assert transport.open_answer(ANSWER_KEY, body) == b'{"receipt":"r"}'
    for key, spoiled in [
        (bytes(32), body),
        (ANSWER_KEY, body[:-1]),
        (ANSWER_KEY, b"\x00" + body[1:]),
        (ANSWER_KEY, b""),
    ]:
        with pytest.raises(SealBroken):
            transport.open_answer(key, spoiled)


def test_an_answer_key_of_another_length_is_our_own_mistake() -> None:
    with pytest.raises(RuntimeError):
        transport.seal_request(
            SERVER.public, FINGERPRINT, ROUTE, PAYLOAD, ephemeral_seed=bytes(32), answer_key=bytes(31), length=256
        )
