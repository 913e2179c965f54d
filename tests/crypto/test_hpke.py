"""HPKE: RFC 9180's vector value by value, and the library both ways."""

import pytest
from cryptography.hazmat.primitives import hpke as library
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from crypto import hpke
from crypto.errors import BadRecipientKey, SealBroken
from tests.crypto import vectors

SUITE = library.Suite(library.KEM.X25519, library.KDF.HKDF_SHA256, library.AEAD.CHACHA20_POLY1305)
KEYS = hpke.derive_key_pair(bytes(range(32)))
SEED = bytes(range(100, 132))
SMALL_ORDER = [
    bytes(32),
    (1).to_bytes(32, "little"),
    (2**255 - 20).to_bytes(32, "little"),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
]


def test_every_value_of_rfc_9180() -> None:
    vector = vectors.load("rfc9180_hpke_x25519_chacha20poly1305.json")
    value = {
        name: bytes.fromhex(text)
        for name, text in vector.items()
        if isinstance(text, str) and name[0] in "eikbps" and name not in ("suite", "source")
    }
    recipient, ephemeral = hpke.derive_key_pair(value["ikmR"]), hpke.derive_key_pair(value["ikmE"])
    assert (recipient.secret, recipient.public) == (value["skRm"], value["pkRm"])
    assert (ephemeral.secret, ephemeral.public) == (value["skEm"], value["enc"])
    enc, shared_secret = hpke._encapsulate(recipient.public, value["ikmE"])
    assert enc == value["enc"]
    assert hpke._decapsulate(recipient.secret, enc) == shared_secret
    assert hpke._key_schedule(shared_secret, value["info"]) == (value["key"], value["base_nonce"])
    first = {name: bytes.fromhex(text) for name, text in vector["encryptions"][0].items() if name != "sequence"}
    sealed = hpke._seal(recipient.public, value["info"], first["aad"], first["pt"], value["ikmE"])
    assert sealed == (value["enc"], first["ct"])
    assert hpke._open(recipient.secret, value["info"], first["aad"], enc, first["ct"]) == first["pt"]
    with pytest.raises(SealBroken):
        hpke._open(recipient.secret, value["info"], b"", enc, first["ct"])


@pytest.mark.parametrize("length", [0, 1, 64, 1000])
def test_what_we_seal_the_library_opens(length: int) -> None:
    enc, ct = hpke.seal(KEYS.public, b"info", bytes(length), SEED)
    assert (len(enc), len(ct)) == (32, length + 16)
    private_key = X25519PrivateKey.from_private_bytes(KEYS.secret)
    assert SUITE.decrypt(enc + ct, private_key, info=b"info") == bytes(length)


@pytest.mark.parametrize("length", [0, 1, 64, 1000])
def test_what_the_library_seals_we_open_by_both_ways(length: int) -> None:
    sealed = SUITE.encrypt(bytes(length), X25519PublicKey.from_public_bytes(KEYS.public), info=b"info")
    enc, ct = sealed[:32], sealed[32:]
    assert hpke.open(KEYS.secret, b"info", enc, ct) == bytes(length)
    assert hpke.OpeningKey(KEYS.secret).open(b"info", enc, ct) == bytes(length)
    assert hpke._open(KEYS.secret, b"info", b"", enc, ct) == bytes(length)


def test_the_same_seed_seals_to_the_same_bytes() -> None:
    assert hpke.seal(KEYS.public, b"info", b"text", SEED) == hpke.seal(KEYS.public, b"info", b"text", SEED)
    assert hpke.seal(KEYS.public, b"info", b"text", SEED) != hpke.seal(KEYS.public, b"info", b"text", bytes(32))


def test_one_spoiled_thing_breaks_the_seal() -> None:
    key = hpke.OpeningKey(KEYS.secret)
    enc, ct = hpke.seal(KEYS.public, b"info", b"text", SEED)
    assert key.open(b"info", enc, ct) == b"text"
    other = hpke.OpeningKey(hpke.derive_key_pair(bytes(32)).secret)
    flipped = bytes([enc[0] ^ 1]) + enc[1:]
    for opener, info, spoiled_enc, spoiled_ct in [
        (other, b"info", enc, ct),
        (key, b"inf0", enc, ct),
        (key, b"", enc, ct),
        (key, b"info", flipped, ct),
        (key, b"info", enc, ct[:-1]),
        (key, b"info", enc, bytes([ct[0] ^ 1]) + ct[1:]),
        (key, b"info", enc, ct + b"\x00"),
        (key, b"info", enc[:-1], enc[-1:] + ct),
        (key, b"info", enc, ct[:15]),
        (key, b"info", b"", b""),
    ]:
        with pytest.raises(SealBroken):
            opener.open(info, spoiled_enc, spoiled_ct)


@pytest.mark.parametrize("point", SMALL_ORDER, ids=["0", "1", "-1", "order 8"])
def test_an_all_zero_secret_is_refused_on_both_sides(point: bytes) -> None:
    with pytest.raises(BadRecipientKey):
        hpke.seal(point, b"info", b"text", SEED)
    with pytest.raises(SealBroken):
        hpke.open(KEYS.secret, b"info", point, bytes(20))
    with pytest.raises(SealBroken):
        hpke._open(KEYS.secret, b"info", b"", point, bytes(20))


def test_keys_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(BadRecipientKey):
        hpke.seal(bytes(31), b"info", b"text", SEED)
    with pytest.raises(RuntimeError):
        hpke.derive_key_pair(bytes(31))


def test_a_secret_key_is_never_printed() -> None:
    assert "secret" not in repr(KEYS)
    assert repr(hpke.OpeningKey(KEYS.secret)) == "OpeningKey()"
    assert hpke.OpeningKey(KEYS.secret).public == KEYS.public
