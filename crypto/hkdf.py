"""HKDF-SHA256, on the standard library's HMAC.

Source: RFC 5869 §2.2, §2.3.
"""

import hmac

_HASH_BYTES = 32


def derive(key_material: bytes, info: bytes, length: int) -> bytes:
    """`length` bytes (at most 8160) from `key_material` for the one use that `info` names; no salt."""
    return expand(extract(b"", key_material), info, length)


def extract(salt: bytes, key_material: bytes) -> bytes:
    """A 32-byte pseudorandom key. An empty salt counts as 32 zero bytes, as HMAC pads it anyway."""
    return hmac.digest(salt, key_material, "sha256")


def expand(key: bytes, info: bytes, length: int) -> bytes:
    """`length` bytes of output. Raises: RuntimeError for a length HKDF cannot give."""
    if not 0 < length <= 255 * _HASH_BYTES:
        raise RuntimeError(f"hkdf gives 1 to {255 * _HASH_BYTES} bytes, asked for {length}")
    block = b""
    output = b""
    for counter in range(1, -(-length // _HASH_BYTES) + 1):
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        output += block
    return output[:length]
