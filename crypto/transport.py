"""Sealed requests: a voter's POST and its answer, closed to whoever carries them.

Format: docs/protocol.md §7. The request is an HPKE seal to the transport key; inside stands a fresh answer key,
under which the answer comes back. One length per route in each direction, so neither a listener on plain HTTP nor a
proxy that ends TLS holds a line that the published box key would open, or learns anything from sizes.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto import hpke
from crypto.encoding import lp, tag
from crypto.errors import BadLength, SealBroken

ANSWER_KEY_BYTES = 32
REQUEST_OVERHEAD = hpke.ENC_BYTES + ANSWER_KEY_BYTES + hpke.TAG_BYTES
ANSWER_OVERHEAD = 16
# Always zero: a client draws a new answer key for every POST. An attacker can still replay a body, and two different
# answers under one key would tell their difference and let him forge a third. So nothing secret, and nothing unsigned
# that matters, may depend on how often a request came: a repeated cast gets the same receipt, a repeated redeem the
# same signatures.
_ANSWER_NONCE = bytes(12)
_PADDING = b" "


def transport_info(fingerprint: bytes, route: str) -> bytes:
    """The context: a request sealed for one meeting and route opens on no other."""
    return tag("transport") + fingerprint + lp(route)


def seal_request(
    transport_public_key: bytes,
    fingerprint: bytes,
    route: str,
    payload: bytes,
    *,
    ephemeral_seed: bytes,
    answer_key: bytes,
    length: int,
) -> bytes:
    """Client: the body, `length` + REQUEST_OVERHEAD bytes. `payload` is JSON and is padded with spaces to `length`.

    `ephemeral_seed` and `answer_key` are 32 fresh random bytes each, also when the same payload is sent again.
    Raises: BadLength, BadRecipientKey.
    """
    if len(answer_key) != ANSWER_KEY_BYTES:
        raise RuntimeError(f"expected an answer key of {ANSWER_KEY_BYTES} bytes, got {len(answer_key)}")
    plaintext = answer_key + _pad(payload, length)
    enc, ct = hpke.seal(transport_public_key, transport_info(fingerprint, route), plaintext, ephemeral_seed)
    return enc + ct


def open_request(
    opening_key: hpke.OpeningKey, fingerprint: bytes, route: str, body: bytes, length: int | None = None
) -> tuple[bytes, bytes]:
    """Server: answer key and payload, without its padding. With `length`, bodies of another one are refused unopened.

    Raises: BadLength, SealBroken.
    """
    if length is not None and len(body) != length + REQUEST_OVERHEAD:
        raise BadLength(f"expected a body of {length + REQUEST_OVERHEAD} bytes, got {len(body)}")
    info = transport_info(fingerprint, route)
    plaintext = opening_key.open(info, body[: hpke.ENC_BYTES], body[hpke.ENC_BYTES :])
    if len(plaintext) < ANSWER_KEY_BYTES:
        raise BadLength("the request holds no answer key")
    return plaintext[:ANSWER_KEY_BYTES], plaintext[ANSWER_KEY_BYTES:].rstrip(_PADDING)


def seal_answer(answer_key: bytes, payload: bytes, length: int) -> bytes:
    """Server: the answer, `length` + ANSWER_OVERHEAD bytes. Raises: BadLength."""
    return ChaCha20Poly1305(answer_key).encrypt(_ANSWER_NONCE, _pad(payload, length), b"")


def open_answer(answer_key: bytes, body: bytes) -> bytes:
    """Client: the payload, without its padding. Raises: SealBroken."""
    try:
        return ChaCha20Poly1305(answer_key).decrypt(_ANSWER_NONCE, body, b"").rstrip(_PADDING)
    except InvalidTag as error:
        raise SealBroken("the answer does not open") from error


def _pad(payload: bytes, length: int) -> bytes:
    if len(payload) > length:
        raise BadLength(f"expected a payload of at most {length} bytes, got {len(payload)}")
    return payload.ljust(length, _PADDING)
