"""Ed25519 under one rule set, the same in intake, verifier and page.

Rules (docs/protocol.md §3): A and R canonically encoded and not of small order, S < L, no cofactor:
encode(S·B − k·A) equals R byte for byte. libsodium answers exactly so; OpenSSL does not (it accepts keys of
small order, under which anyone can sign), so it only ever signs here.
Source: RFC 8032 §5.1; "Taming the many EdDSAs", IACR ePrint 2020/1244.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_core_ed25519_add, crypto_sign_open
from nacl.exceptions import BadSignatureError
from nacl.exceptions import CryptoError as SodiumError

from crypto.errors import BadPublicKey, BadSignature

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_BASE_POINT = bytes.fromhex("58" + "66" * 31)
# y of the eight points whose order divides 8: 1 is the neutral point, −1 has order 2, 0 order 4, the others order 8.
_Y_OF_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


def public_key(seed: bytes) -> bytes:
    """The 32-byte public key of a 32-byte secret seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte signature; deterministic, so the same message gets the same signature from any worker."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verify(key: bytes, message: bytes, signature: bytes) -> None:
    """Check one signature. Raises: BadSignature, BadPublicKey."""
    if len(key) != PUBLIC_KEY_BYTES:
        raise BadPublicKey(f"expected {PUBLIC_KEY_BYTES} bytes, got {len(key)}")
    if len(signature) != SIGNATURE_BYTES:
        raise BadSignature(f"expected {SIGNATURE_BYTES} bytes, got {len(signature)}")
    try:
        crypto_sign_open(signature + message, key)
    except BadSignatureError as error:
        check_public_key(key)  # names the key when the key is what is wrong
        raise BadSignature("the signature does not verify") from error


def check_public_key(key: bytes) -> None:
    """Refuse what is no key, before there is a signature to check. Raises: BadPublicKey.

    A point with a component of small order beside its large one passes, as it does in `verify`: one rule set.
    """
    if len(key) != PUBLIC_KEY_BYTES:
        raise BadPublicKey(f"expected {PUBLIC_KEY_BYTES} bytes, got {len(key)}")
    y = int.from_bytes(key, "little") & ((1 << 255) - 1)
    if y >= _P:
        raise BadPublicKey("the point is not canonically encoded")
    if y in _SMALL_ORDER_Y:
        raise BadPublicKey("the point has small order")
    try:
        crypto_core_ed25519_add(key, _BASE_POINT)  # decodes both points; the sum is of no interest
    except SodiumError as error:
        raise BadPublicKey("the bytes are no point of the curve") from error
