"""Blind RSA: RFC 9474's vectors value by value, the library as a second opinion, and every refusal."""

import os
import threading
from collections.abc import Callable
from typing import Any, cast

import gmpy2
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from crypto import blind_rsa, openssl_rsa
from crypto.blind_rsa import PrivateKey, PublicKey
from crypto.errors import (
    BadBlind,
    BadBlindedMessage,
    BadBlindSignature,
    BadCredential,
    BadModulus,
    EncodedMessageNotCoprime,
    SigningFault,
)
from tests.crypto import vectors

RandomBytes = Callable[[int], bytes]
CASES = vectors.load("rfc9474_blind_rsa.json")
SALT = bytes(range(48))


by_both_ways = pytest.mark.parametrize("way", ["openssl", "gmp"])


def signs_by(key: PrivateKey, way: str) -> PrivateKey:
    """The key, made to sign by OpenSSL or by GMP. Python here is linked to an OpenSSL that can be reached."""
    key._openssl = openssl_rsa.load(key._der()) if way == "openssl" else None
    key._openssl_tried = True
    if way == "openssl" and key._openssl is None:
        pytest.skip("this Python's OpenSSL is out of reach")
    return key


def number(case: dict[str, Any], name: str) -> int:
    return int(case[name], 16)


def bytes_of(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case[name])


def private_key_of(case: dict[str, Any]) -> PrivateKey:
    return PrivateKey(number(case, "p"), number(case, "q"))


pss = pytest.mark.parametrize("case", [c for c in CASES if "PSSZERO" not in c["name"]], ids=lambda case: case["name"])
pss_zero = pytest.mark.parametrize("case", [c for c in CASES if "PSSZERO" in c["name"]], ids=lambda case: case["name"])


@by_both_ways
@pss
def test_every_value_of_rfc_9474(case: dict[str, Any], way: str, random_bytes: RandomBytes) -> None:
    key = signs_by(private_key_of(case), way)
    public_key = PublicKey.from_modulus(number(case, "n").to_bytes(512, "big"), 4096)
    assert key.public_key == public_key
    assert number(case, "e") == blind_rsa.E
    assert number(case, "sLen") == blind_rsa.SALT_BYTES
    # The randomised variant puts its prefix before the message; we use the other one, where the two are the same.
    input_msg = bytes_of(case, "msg_prefix") + blind_rsa.prepare(bytes_of(case, "msg"))
    assert input_msg == bytes_of(case, "input_msg")
    salt = bytes_of(case, "salt")
    if "encoded_msg" in case:
        assert blind_rsa.encode_pss(input_msg, salt, 4095) == bytes_of(case, "encoded_msg")
    r = pow(number(case, "inv"), -1, public_key.n)
    blinded_msg, inv = blind_rsa.blind(public_key, input_msg, salt, r)
    assert inv == number(case, "inv")
    assert blinded_msg == bytes_of(case, "blinded_msg")
    blind_sig = blind_rsa.blind_sign(key, blinded_msg, random_bytes)
    assert blind_sig == bytes_of(case, "blind_sig")
    assert blind_rsa.finalize(public_key, input_msg, blind_sig, inv) == bytes_of(case, "sig")


@pss_zero
def test_the_variant_without_salt_is_another_one(case: dict[str, Any], random_bytes: RandomBytes) -> None:
    key = private_key_of(case)
    public_key, input_msg = key.public_key, bytes_of(case, "input_msg")
    encoded_msg = blind_rsa.encode_pss(input_msg, b"", 4095)
    assert encoded_msg == bytes_of(case, "encoded_msg")
    r = pow(number(case, "inv"), -1, public_key.n)
    blinded_msg, inv = blind_rsa._blind_encoded(public_key, encoded_msg, r)
    assert blinded_msg == bytes_of(case, "blinded_msg")
    blind_sig = blind_rsa.blind_sign(key, blinded_msg, random_bytes)
    assert blind_sig == bytes_of(case, "blind_sig")
    assert int.from_bytes(bytes_of(case, "sig"), "big") == int.from_bytes(blind_sig, "big") * inv % public_key.n
    with pytest.raises(BadCredential):
        blind_rsa.verify(public_key, input_msg, bytes_of(case, "sig"))
    with pytest.raises(BadBlindSignature):
        blind_rsa.finalize(public_key, input_msg, blind_sig, inv)
    with pytest.raises(BadBlind, match="salt of 48 bytes, got 0"):
        blind_rsa.blind(public_key, input_msg, b"", r)


def test_what_we_finalize_the_library_verifies(issuer_key: PrivateKey) -> None:
    sig = signature_of(issuer_key, b"message")
    numbers = rsa.RSAPublicNumbers(65537, issuer_key.public_key.n)
    pss_48 = padding.PSS(padding.MGF1(SHA384()), 48)
    numbers.public_key().verify(sig, b"message", pss_48, SHA384())


def test_what_the_library_signs_we_verify(issuer_key: PrivateKey) -> None:
    pss_48 = padding.PSS(padding.MGF1(SHA384()), 48)
    sig = library_key(issuer_key).sign(b"message", pss_48, SHA384())
    blind_rsa.verify(issuer_key.public_key, b"message", sig)


@pytest.mark.parametrize(
    ("pss_padding", "digest"),
    [
        pytest.param(padding.PSS(padding.MGF1(SHA384()), 32), SHA384(), id="a shorter salt"),
        pytest.param(padding.PSS(padding.MGF1(SHA384()), 0), SHA384(), id="no salt"),
        pytest.param(padding.PSS(padding.MGF1(SHA256()), 48), SHA384(), id="another mask"),
        pytest.param(padding.PSS(padding.MGF1(SHA256()), 48), SHA256(), id="another hash"),
        pytest.param(padding.PKCS1v15(), SHA384(), id="the older padding"),
    ],
)
def test_other_rsa_signatures_are_no_credentials(issuer_key: PrivateKey, pss_padding: Any, digest: Any) -> None:
    sig = library_key(issuer_key).sign(b"message", pss_padding, digest)
    with pytest.raises(BadCredential):
        blind_rsa.verify(issuer_key.public_key, b"message", sig)


def test_one_spoiled_thing_spoils_a_credential(issuer_key: PrivateKey) -> None:
    key, sig = issuer_key.public_key, signature_of(issuer_key, b"message")
    blind_rsa.verify(key, b"message", sig)
    plus_n = int.from_bytes(sig, "big") + key.n
    for message, spoiled in [
        (b"messagf", sig),
        (b"message", sig[:-1] + bytes([sig[-1] ^ 1])),
        (b"message", sig[1:]),
        (b"message", b"\x00" + sig),
        (b"message", sig + b"\x00"),
        (b"message", bytes(256)),
        (b"message", key.modulus_bytes),
        (b"message", b"\xff" * 256),
        (b"message", plus_n.to_bytes(257, "big")),
    ]:
        with pytest.raises(BadCredential):
            blind_rsa.verify(key, message, spoiled)


def test_the_signer_never_sees_the_message_it_signs(issuer_key: PrivateKey) -> None:
    """Any finished signature fits any blinded message: for each pair there is an r that explains it."""
    key = issuer_key.public_key
    encoded = [int.from_bytes(blind_rsa.encode_pss(text, SALT, 2047), "big") for text in (b"yes", b"no")]
    blinded_msg, _ = blind_rsa.blind(key, b"yes", SALT, 12345)
    seen = int.from_bytes(blinded_msg, "big")
    quotient = seen * pow(encoded[1], -1, key.n) % key.n
    other_r = int.from_bytes(blind_rsa.blind_sign(issuer_key, quotient.to_bytes(256, "big"), os.urandom), "big")
    assert blind_rsa.blind(key, b"no", SALT, other_r)[0] == blinded_msg


def good_modulus(issuer_key: PrivateKey) -> bytes:
    return issuer_key.public_key.modulus_bytes


def test_a_good_modulus_passes(issuer_key: PrivateKey) -> None:
    key = PublicKey.from_modulus(good_modulus(issuer_key), 2048)
    assert (key.bits, key.k_len, key.modulus_bytes) == (2048, 256, good_modulus(issuer_key))


@pytest.mark.parametrize("factor", [3, 5, 251, 257, 32749, 65521])
def test_a_modulus_with_a_small_factor_is_refused(factor: int) -> None:
    rest = int(gmpy2.next_prime((1 << 2048) // factor - (1 << 2000)))
    assert (factor * rest).bit_length() == 2048
    with pytest.raises(BadModulus, match="below 65537"):
        PublicKey.from_modulus((factor * rest).to_bytes(256, "big"), 2048)


def test_a_modulus_that_is_not_what_the_meeting_says_is_refused(issuer_key: PrivateKey) -> None:
    data = good_modulus(issuer_key)
    spoiled: list[tuple[bytes, int]] = [
        (data, 3072),
        (b"\x00" + data, 2048),
        (b"\x00" + data[1:], 2048),
        (bytes([data[0] & 0x7F]) + data[1:], 2048),
        (data[:-1] + bytes([data[-1] ^ 1]), 2048),
        (data[:-1], 2048),
        (b"", 0),
    ]
    for modulus, bits in spoiled:
        with pytest.raises(BadModulus):
            PublicKey.from_modulus(modulus, bits)


def test_a_modulus_that_shares_a_factor_with_the_message_is_refused() -> None:
    """The tagging attack that RFC 9474's gcd step is for: a factor of EM survives the blinding and shows."""
    message, factor = message_with_a_factor()
    n = factor * int(gmpy2.next_prime((1 << 2048) // factor - (1 << 2000)))
    with pytest.raises(EncodedMessageNotCoprime):
        blind_rsa.blind(PublicKey(n), message, SALT, 12345)
    without = int(gmpy2.next_prime(1 << 2047))
    blind_rsa.blind(PublicKey(without), message, SALT, 12345)


def message_with_a_factor() -> tuple[bytes, int]:
    for counter in range(1000):
        message = b"message %d" % counter
        encoded = int.from_bytes(blind_rsa.encode_pss(message, SALT, 2047), "big")
        for factor in (65537, 4099, 257, 101):
            if encoded % factor == 0:
                return message, factor
    raise AssertionError("no encoded message had one of the factors")


def test_a_blinding_factor_out_of_range_or_without_inverse_is_refused(issuer_key: PrivateKey) -> None:
    key = issuer_key.public_key
    blind_rsa.blind(key, b"message", SALT, 1)
    for r in (0, -1, key.n, key.n + 1, int(issuer_key._p)):
        with pytest.raises(BadBlind):
            blind_rsa.blind(key, b"message", SALT, r)
    for salt in (SALT[:-1], SALT + b"\x00"):
        with pytest.raises(BadBlind):
            blind_rsa.blind(key, b"message", salt, 1)


def test_a_blinded_message_out_of_range_is_refused(issuer_key: PrivateKey, random_bytes: RandomBytes) -> None:
    key = issuer_key.public_key
    blind_rsa.blind_sign(issuer_key, (key.n - 1).to_bytes(256, "big"), random_bytes)
    for blinded_msg in (key.modulus_bytes, b"\xff" * 256, bytes(255), bytes(257), b""):
        with pytest.raises(BadBlindedMessage):
            blind_rsa.blind_sign(issuer_key, blinded_msg, random_bytes)


@pytest.mark.parametrize("part", ["_p", "_q", "_dp", "_dq", "_q_inverse", "_blind", "_unblind", "_n"])
def test_a_computing_fault_is_never_answered(part: str, random_bytes: RandomBytes) -> None:
    case = CASES[0]
    key = signs_by(private_key_of(case), "gmp")
    blinded_msg = bytes_of(case, "blinded_msg")
    blind_rsa.blind_sign(key, blinded_msg, random_bytes)
    setattr(key, part, getattr(key, part) + 2)
    with pytest.raises(SigningFault):
        blind_rsa.blind_sign(key, blinded_msg, random_bytes)


@pytest.mark.parametrize("answer", [bytes(256), b"\xff" * 256, None], ids=["zero", "not below n", "a refusal"])
def test_a_wrong_result_of_openssl_is_never_answered(issuer_key: PrivateKey, answer: bytes | None) -> None:
    class Broken:
        def power_d(self, _data: bytes) -> bytes | None:
            return answer

    key = PrivateKey.from_private_bytes(issuer_key.private_bytes())
    key._openssl, key._openssl_tried = cast(openssl_rsa.RawKey, Broken()), True
    with pytest.raises(SigningFault):
        blind_rsa.blind_sign(key, bytes(255) + b"\x02", os.urandom)


@pytest.mark.parametrize("part", ["_p", "_q", "_dp", "_dq", "_q_inverse"])
def test_openssl_with_a_broken_key_answers_rightly_or_not_at_all(issuer_key: PrivateKey, part: str) -> None:
    """OpenSSL finds some faults by itself and then computes without the two halves."""
    key = PrivateKey.from_private_bytes(issuer_key.private_bytes())
    setattr(key, part, getattr(key, part) + 2)
    blinded_msg = bytes(255) + b"\x02"
    try:
        answer = blind_rsa.blind_sign(signs_by(key, "openssl"), blinded_msg, os.urandom)
    except SigningFault:
        return
    assert answer == blind_rsa.blind_sign(issuer_key, blinded_msg, os.urandom)


def test_without_openssl_a_key_signs_the_same(issuer_key: PrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    blinded_msg = bytes(255) + b"\x02"
    expected = blind_rsa.blind_sign(issuer_key, blinded_msg, os.urandom)
    monkeypatch.setattr(openssl_rsa, "_library", lambda: None)
    key = PrivateKey.from_private_bytes(issuer_key.private_bytes())
    assert blind_rsa.blind_sign(key, blinded_msg, os.urandom) == expected
    assert key._openssl is None


def test_openssl_refuses_what_is_no_key_and_what_is_not_below_n(issuer_key: PrivateKey) -> None:
    assert openssl_rsa.load(b"no key") is None
    raw = openssl_rsa.load(issuer_key._der())
    if raw is None:
        pytest.skip("this Python's OpenSSL is out of reach")
    assert raw.power_d(b"\xff" * 256) is None
    assert raw.power_d(bytes(255) + b"\x01") == bytes(255) + b"\x01"
    assert repr(raw) == "RawKey()"


@pytest.mark.parametrize("spoil", ["one bit", "length", "not below n"])
def test_an_answer_that_is_no_signature_is_refused(issuer_key: PrivateKey, spoil: str) -> None:
    key = issuer_key.public_key
    blinded_msg, inv = blind_rsa.blind(key, b"message", SALT, 12345)
    blind_sig = blind_rsa.blind_sign(issuer_key, blinded_msg, os.urandom)
    blind_rsa.finalize(key, b"message", blind_sig, inv)
    spoiled = {
        "one bit": bytes([blind_sig[0] ^ 1]) + blind_sig[1:],
        "length": blind_sig[1:],
        "not below n": b"\xff" * 256,
    }[spoil]
    with pytest.raises(BadBlindSignature):
        blind_rsa.finalize(key, b"message", spoiled, inv)


def test_every_signature_is_blinded_with_another_pair(issuer_key: PrivateKey) -> None:
    n, drawn = issuer_key.public_key.n, []

    def random_bytes(length: int) -> bytes:
        drawn.append(length)
        return os.urandom(length)

    key = PrivateKey.from_private_bytes(issuer_key.private_bytes())
    pairs = [key._blinding_pair(random_bytes) for _ in range(70)]
    assert len({int(blinding) for blinding, _ in pairs}) == 70
    for blinding, unblinding in pairs:
        assert blinding * pow(int(unblinding), 65537, n) % n == 1
    assert len(drawn) == 2 * 3  # a pair and its mask, drawn for the 1st, 33rd and 65th use
    assert min(drawn) >= 256 + 8


def test_a_message_signed_twice_has_one_signature(issuer_key: PrivateKey) -> None:
    blinded_msg, _ = blind_rsa.blind(issuer_key.public_key, b"message", SALT, 12345)
    assert len({blind_rsa.blind_sign(issuer_key, blinded_msg, os.urandom) for _ in range(40)}) == 1


@by_both_ways
def test_threads_share_a_key(issuer_key: PrivateKey, way: str) -> None:
    key = signs_by(PrivateKey.from_private_bytes(issuer_key.private_bytes()), way)
    blinded_msg, _ = blind_rsa.blind(issuer_key.public_key, b"message", SALT, 12345)
    answers: list[bytes] = []

    def work() -> None:
        answers.extend(blind_rsa.blind_sign(key, blinded_msg, os.urandom) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 80
    assert len(set(answers)) == 1


def test_a_private_key_is_stored_read_and_never_printed(issuer_key: PrivateKey) -> None:
    again = PrivateKey.from_private_bytes(issuer_key.private_bytes())
    assert again.public_key == issuer_key.public_key
    assert len(issuer_key.private_bytes()) == 256
    for text in (repr(issuer_key), str(issuer_key), f"{issuer_key}"):
        assert text == "PrivateKey(2048 bits)"


def test_primes_that_make_no_key_are_refused() -> None:
    prime = int(gmpy2.next_prime(1 << 1023))
    with pytest.raises(BadModulus):
        PrivateKey(prime, prime)
    other = 65537 * 2 + 1
    while not gmpy2.is_prime(other):
        other += 65537 * 2
    with pytest.raises(BadModulus):
        PrivateKey(prime, other)


def test_a_modulus_too_short_for_the_padding_is_our_own_mistake() -> None:
    with pytest.raises(RuntimeError):
        blind_rsa.encode_pss(b"message", SALT, 700)


def test_a_number_that_makes_no_rsa_key_verifies_nothing() -> None:
    with pytest.raises(BadModulus):
        blind_rsa.verify(PublicKey(35), b"message", b"\x01")


def signature_of(key: PrivateKey, message: bytes) -> bytes:
    blinded_msg, inv = blind_rsa.blind(key.public_key, message, SALT, 98765)
    return blind_rsa.finalize(key.public_key, message, blind_rsa.blind_sign(key, blinded_msg, os.urandom), inv)


def library_key(key: PrivateKey) -> rsa.RSAPrivateKey:
    p, q = int(key._p), int(key._q)
    d = pow(65537, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, p * q)
    ).private_key()
