"""Sealing to a public key: HPKE base mode, one message per seal, empty aad.

Text: RFC 9180; DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The context of a seal goes into `info`.
Sealing takes its ephemeral key from a 32-byte seed, so that the same ballot is the same bytes in every implementation;
that is why the key schedule is written out here. Opening is the server's and the verifier's fast path and uses the
library's; the tests hold the two against each other.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto import hkdf
from crypto.errors import BadRecipientKey, SealBroken

KEY_BYTES = 32
ENC_BYTES = 32
TAG_BYTES = 16

_KEM_ID = (0x0020).to_bytes(2, "big")  # DHKEM(X25519, HKDF-SHA256)
_KEM_SUITE = b"KEM" + _KEM_ID
_HPKE_SUITE = b"HPKE" + _KEM_ID + (0x0001).to_bytes(2, "big") + (0x0003).to_bytes(2, "big")
_MODE_BASE = b"\x00"
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class KeyPair:
    """An X25519 key pair, 32 bytes each."""

    secret: bytes = field(repr=False)
    public: bytes


class OpeningKey:
    """A secret key made ready once, for opening many seals."""

    __slots__ = ("_private_key", "public")

    def __init__(self, secret: bytes) -> None:
        self._private_key = X25519PrivateKey.from_private_bytes(secret)
        self.public = self._private_key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return "OpeningKey()"

    def open(self, info: bytes, enc: bytes, ct: bytes) -> bytes:
        """The plaintext of one seal. Raises: SealBroken. Source: RFC 9180 §6.1."""
        if len(enc) != ENC_BYTES or len(ct) < TAG_BYTES:
            raise SealBroken("the seal is shorter than a seal is")
        try:
            return _SUITE.decrypt(enc + ct, self._private_key, info=info)
        except (InvalidTag, ValueError) as error:  # an all-zero shared secret ends here as well
            raise SealBroken("the seal does not open") from error


def derive_key_pair(seed: bytes) -> KeyPair:
    """The key pair of a 32-byte seed. Source: RFC 9180 §7.1.3."""
    if len(seed) != KEY_BYTES:
        raise RuntimeError(f"expected a seed of {KEY_BYTES} bytes, got {len(seed)}")
    prk = _labeled_extract(_KEM_SUITE, b"", b"dkp_prk", seed)
    secret = _labeled_expand(_KEM_SUITE, prk, b"sk", b"", KEY_BYTES)
    return KeyPair(secret, X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw())


def seal(public_key: bytes, info: bytes, plaintext: bytes, ephemeral_seed: bytes) -> tuple[bytes, bytes]:
    """`enc` (32 bytes) and `ct` (16 bytes longer than the plaintext).

    `ephemeral_seed` is 32 fresh random bytes, for this one seal.
    Raises: BadRecipientKey. Source: RFC 9180 §6.1.
    """
    return _seal(public_key, info, b"", plaintext, ephemeral_seed)


def open(secret_key: bytes, info: bytes, enc: bytes, ct: bytes) -> bytes:
    """Open one seal with a secret key of 32 bytes; `OpeningKey` is the way for many. Raises: SealBroken."""
    return OpeningKey(secret_key).open(info, enc, ct)


def _seal(public_key: bytes, info: bytes, aad: bytes, plaintext: bytes, ephemeral_seed: bytes) -> tuple[bytes, bytes]:
    enc, shared_secret = _encapsulate(public_key, ephemeral_seed)
    key, base_nonce = _key_schedule(shared_secret, info)
    return enc, ChaCha20Poly1305(key).encrypt(base_nonce, plaintext, aad)


def _open(secret_key: bytes, info: bytes, aad: bytes, enc: bytes, ct: bytes) -> bytes:
    """`open` by our own key schedule, with an aad: the tests' link between RFC 9180's vectors and the library."""
    key, base_nonce = _key_schedule(_decapsulate(secret_key, enc), info)
    try:
        return ChaCha20Poly1305(key).decrypt(base_nonce, ct, aad)
    except InvalidTag as error:
        raise SealBroken("the seal does not open") from error


def _encapsulate(public_key: bytes, ephemeral_seed: bytes) -> tuple[bytes, bytes]:
    """DHKEM Encap with its ephemeral key from a seed. Source: RFC 9180 §4.1."""
    if len(public_key) != KEY_BYTES:
        raise BadRecipientKey(f"expected {KEY_BYTES} bytes, got {len(public_key)}")
    ephemeral = derive_key_pair(ephemeral_seed)
    try:
        dh = _exchange(ephemeral.secret, public_key)
    except ValueError as error:
        raise BadRecipientKey("the public key has small order") from error
    return ephemeral.public, _kem_secret(dh, ephemeral.public, public_key)


def _decapsulate(secret_key: bytes, enc: bytes) -> bytes:
    """DHKEM Decap. Source: RFC 9180 §4.1."""
    public_key = X25519PrivateKey.from_private_bytes(secret_key).public_key().public_bytes_raw()
    try:
        dh = _exchange(secret_key, enc)
    except ValueError as error:
        raise SealBroken("the seal does not open") from error
    return _kem_secret(dh, enc, public_key)


def _exchange(secret_key: bytes, public_key: bytes) -> bytes:
    """X25519. Raises: ValueError for an all-zero result (RFC 7748 §6.1), which the library refuses by itself."""
    return X25519PrivateKey.from_private_bytes(secret_key).exchange(X25519PublicKey.from_public_bytes(public_key))


def _kem_secret(dh: bytes, enc: bytes, public_key: bytes) -> bytes:
    eae_prk = _labeled_extract(_KEM_SUITE, b"", b"eae_prk", dh)
    return _labeled_expand(_KEM_SUITE, eae_prk, b"shared_secret", enc + public_key, 32)


def _key_schedule(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and base nonce of mode base, no psk. Source: RFC 9180 §5.1."""
    psk_id_hash = _labeled_extract(_HPKE_SUITE, b"", b"psk_id_hash", b"")
    info_hash = _labeled_extract(_HPKE_SUITE, b"", b"info_hash", info)
    context = _MODE_BASE + psk_id_hash + info_hash
    secret = _labeled_extract(_HPKE_SUITE, shared_secret, b"secret", b"")
    key = _labeled_expand(_HPKE_SUITE, secret, b"key", context, 32)
    return key, _labeled_expand(_HPKE_SUITE, secret, b"base_nonce", context, 12)


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, key_material: bytes) -> bytes:
    return hkdf.extract(salt, b"HPKE-v1" + suite + label + key_material)


def _labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hkdf.expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)
