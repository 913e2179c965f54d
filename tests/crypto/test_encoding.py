"""One spelling per byte string."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from crypto import encoding, hkdf
from crypto.errors import MalformedEncoding

Decode = Callable[[str], bytes]


def test_tags_and_numbers_are_the_protocols_bytes() -> None:
    assert encoding.tag("ballot") == b"ballot-service/v1/ballot\x00"
    assert encoding.u8(1) + encoding.u16(2) + encoding.u32(3) + encoding.u64(4) == bytes.fromhex(
        "010002000000030000000000000004"
    )
    assert encoding.lp("票") == b"\x00\x00\x00\x03\xe7\xa5\xa8"
    assert encoding.lp(b"") == bytes(4)


def test_a_number_too_large_for_its_field_is_loud() -> None:
    with pytest.raises(OverflowError):
        encoding.u8(256)
    with pytest.raises(OverflowError):
        encoding.u16(-1)


@given(st.binary(max_size=70))
def test_every_text_form_reads_back(data: bytes) -> None:
    assert encoding.from_b64u(encoding.b64u(data), len(data)) == data
    assert encoding.from_b64(encoding.b64(data), len(data)) == data
    assert encoding.from_b32(encoding.b32(data), len(data)) == data


@pytest.mark.parametrize(
    ("decode", "good", "bad"),
    [
        pytest.param(encoding.from_b64u, "QQ", "QR", id="base64url with a bit after the last byte"),
        pytest.param(encoding.from_b64u, "QQ", "QQ==", id="base64url with padding"),
        pytest.param(encoding.from_b64u, "QQ", "Q", id="base64url of no whole byte"),
        pytest.param(encoding.from_b64u, "__-_", "//+/", id="base64url in the other alphabet"),
        pytest.param(encoding.from_b64u, "QQ", "QQ\n", id="base64url with a newline"),
        pytest.param(encoding.from_b64u, "QQ", "QＱ", id="base64url with a full-width letter"),
        pytest.param(encoding.from_b64, "QQ==", "QQ", id="base64 without padding"),
        pytest.param(encoding.from_b64, "QQ==", "QR==", id="base64 with a bit after the last byte"),
        pytest.param(encoding.from_b64, "//+/", "__-_", id="base64 in the other alphabet"),
        pytest.param(encoding.from_b64, "QUE=", "QUE= ", id="base64 with a space"),
        pytest.param(encoding.from_b64, "QQ==", "QQ===", id="base64 with too much padding"),
        pytest.param(encoding.from_b32, "IE", "ie", id="base32 in lower case"),
        pytest.param(encoding.from_b32, "IE", "IE======", id="base32 with padding"),
        pytest.param(encoding.from_b32, "IE", "IF", id="base32 with a bit after the last byte"),
        pytest.param(encoding.from_b32, "IE", "I", id="base32 of no whole byte"),
        pytest.param(encoding.from_b32, "IE", "I1", id="base32 with a digit outside it"),
    ],
)
def test_a_second_spelling_is_refused(decode: Decode, good: str, bad: str) -> None:
    decode(good)
    with pytest.raises(MalformedEncoding):
        decode(bad)


@pytest.mark.parametrize("decode", [encoding.from_b64u, encoding.from_b64, encoding.from_b32])
def test_a_field_of_fixed_length_has_that_length(decode: Callable[[str, int], bytes]) -> None:
    assert decode("", 0) == b""
    with pytest.raises(MalformedEncoding, match="expected 1 bytes, got 0"):
        decode("", 1)


@pytest.mark.parametrize("length", [1, 16, 32, 33, 256, 8160])
def test_hkdf_agrees_with_the_library(length: int) -> None:
    key_material, info = bytes(range(32)), b"what for"
    assert hkdf.derive(key_material, info, length) == HKDF(SHA256(), length, None, info).derive(key_material)


def test_hkdf_gives_rfc_5869_case_1() -> None:
    prk = hkdf.extract(bytes(range(13)), b"\x0b" * 22)
    assert prk.hex() == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
    assert hkdf.expand(prk, bytes(range(0xF0, 0xFA)), 42).hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


@pytest.mark.parametrize("length", [0, 8161])
def test_hkdf_refuses_a_length_it_cannot_give(length: int) -> None:
    with pytest.raises(RuntimeError):
        hkdf.derive(b"", b"", length)
