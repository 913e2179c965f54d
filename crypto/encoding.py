"""Byte strings and their text forms: the smallest words of the protocol.

Format: docs/protocol.md §3. Every text form here has exactly one spelling: what a lax decoder would forgive
(padding, line breaks, bits after the last byte, lower case) is refused, because two spellings of one ballot would be
two ballots.
"""

import base64
import binascii
import re
from collections.abc import Callable

from crypto.errors import MalformedEncoding

_B64U_CHARS = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_B64_CHARS = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
_B32_CHARS = re.compile(r"[A-Z2-7]*", re.ASCII)


def tag(name: str) -> bytes:
    """The prefix that keeps the uses of one hash, key or signature apart; `name` is an ASCII word."""
    return b"ballot-service/v1/" + name.encode("ascii") + b"\x00"


def u8(number: int) -> bytes:
    """1 byte. Raises: OverflowError, our own mistake."""
    return number.to_bytes(1, "big")


def u16(number: int) -> bytes:
    """2 bytes, big-endian. Raises: OverflowError."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """4 bytes, big-endian. Raises: OverflowError."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """8 bytes, big-endian. Raises: OverflowError."""
    return number.to_bytes(8, "big")


def lp(data: bytes | str) -> bytes:
    """A variable field with its length before it (u32); text goes in as UTF-8."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    return u32(len(raw)) + raw


def b64u(data: bytes) -> str:
    """base64url without padding: byte strings in ledger entries and in the API."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_b64u(text: str, length: int | None = None) -> bytes:
    """The inverse of `b64u`; `length` in bytes, where the field has a fixed one.

    Raises: MalformedEncoding.
    """
    _check_chars(text, _B64U_CHARS, "base64url")
    return _decode(text, lambda ascii_text: base64.urlsafe_b64decode(ascii_text + "=" * (-len(text) % 4)), b64u, length)


def b64(data: bytes) -> str:
    """Standard base64 with padding: byte strings in notes and checkpoints."""
    return base64.b64encode(data).decode("ascii")


def from_b64(text: str, length: int | None = None) -> bytes:
    """The inverse of `b64`. Raises: MalformedEncoding."""
    _check_chars(text, _B64_CHARS, "base64")
    return _decode(text, lambda ascii_text: base64.b64decode(ascii_text, validate=True), b64, length)


def b32(data: bytes) -> str:
    """base32, upper case, without padding: byte strings in QR codes."""
    return base64.b32encode(data).rstrip(b"=").decode("ascii")


def from_b32(text: str, length: int | None = None) -> bytes:
    """The inverse of `b32`. Raises: MalformedEncoding."""
    _check_chars(text, _B32_CHARS, "base32")
    return _decode(text, lambda ascii_text: base64.b32decode(ascii_text + "=" * (-len(text) % 8)), b32, length)


def _check_chars(text: str, allowed: re.Pattern[str], kind: str) -> None:
    if not allowed.fullmatch(text):
        raise MalformedEncoding(f"expected {kind}, got a character or padding outside it")


def _decode(text: str, decode: Callable[[str], bytes], encode: Callable[[bytes], str], length: int | None) -> bytes:
    try:
        data = decode(text)
    except (binascii.Error, ValueError) as error:
        raise MalformedEncoding(f"text of {len(text)} characters is no whole number of bytes") from error
    if encode(data) != text:  # bits after the last byte: "QR" and "QQ" would be the same byte
        raise MalformedEncoding("bits after the last byte are not zero")
    if length is not None and len(data) != length:
        raise MalformedEncoding(f"expected {length} bytes, got {len(data)}")
    return data
