"""Pairing codes and hub tokens: made, spelled, read and hashed. Pure.

A code is typed by a person on the venue's machine: ten characters of Crockford's base32 (no I, L, O or U), 50 bits,
in two groups: `K7QM2-XPD4T`. It lives for minutes and is used once, which is what makes 50 bits enough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # https://www.crockford.com/base32.html
CODE_CHARS = 10
GROUP_CHARS = 5
TOKEN_BYTES = 32
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def make_code(random_bytes: Callable[[int], bytes]) -> str:
    """Ten characters, without the dash."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(CODE_CHARS))  # 256 is 8 times 32: no bias


def spell_code(code: str) -> str:
    """As it is shown: `K7QM2-XPD4T`."""
    return f"{code[:GROUP_CHARS]}-{code[GROUP_CHARS:]}"


def parse_code(text: str) -> str | None:
    """What was typed, as `make_code` gave it: any case, dashes and spaces, O for 0, I and L for 1. None: no code."""
    code = text.strip().upper().translate(_MISREAD)
    return code if len(code) == CODE_CHARS and set(code) <= set(ALPHABET) else None


def counted_name(code: str) -> bytes:
    """What wrong codes are counted under: the first group, as wrong passwords are under a login name.

    Whoever guesses at random cannot use up the attempts of a code that somebody is about to type.
    """
    return b"hub\x00" + code[:GROUP_CHARS].encode()


def code_hash(code: str) -> bytes:
    """What is kept of a code: 32 bytes. Trying all 2^50 takes longer than a code is good for."""
    return hashlib.sha256(b"ballot-service/v1/hub-code\x00" + code.encode()).digest()


def token_hash(token: str) -> bytes | None:
    """What is kept of a hub's token, base64url of 32 bytes: their SHA-256. None: no token."""
    try:
        return hashlib.sha256(from_b64u(token, TOKEN_BYTES)).digest()
    except CryptoError:
        return None


def spell_token(token: bytes) -> str:
    """As the hub keeps and sends it."""
    return b64u(token)
