"""Slips: what the QR code holds, what is sent of it, and what stays.

Format: docs/protocol.md §5. The QR secret X exists on paper alone. T is sent and redeems, K never leaves the device,
the slip id is what the ledger knows. None leads back to X, and the id does not lead to T.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256

from crypto import hkdf
from crypto.encoding import b32, from_b32, lp, tag
from crypto.errors import MalformedEncoding, MalformedSlip

SECRET_BYTES = 16
TOKEN_BYTES = 16
PREFIX_BYTES = 20

_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
_ORIGIN = re.compile(rf"https?://{_HOST}", re.ASCII)
_MEETING_ID = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_CLASS = re.compile(r"[A-Z0-9]{1,8}", re.ASCII)
_MAX_TEXT_CHARS = 512


@dataclass(frozen=True)
class SlipCode:
    """What a slip's QR code says."""

    base_url: str  # scheme and host in lower case, e.g. "https://ballot.example"
    meeting_id: str
    secret: bytes = field(repr=False)  # X, 16 bytes
    voter_class: str
    fingerprint_prefix: bytes  # 20 bytes


def redeem_token(slip_secret: bytes) -> bytes:
    """T, 16 bytes: sent once, to exchange the slip for a booklet."""
    _check_secret(slip_secret)
    return hkdf.derive(slip_secret, tag("redeem"), TOKEN_BYTES)


def keep_key(slip_secret: bytes) -> bytes:
    """K, 32 bytes: never leaves the device; a venue hub stores booklets under it."""
    _check_secret(slip_secret)
    return hkdf.derive(slip_secret, tag("keep"), 32)


def slip_id(meeting_id: str, token: bytes) -> bytes:
    """32 bytes, public. Whoever shows the token behind an id proves that the slip was redeemed."""
    return sha256(tag("slip") + lp(meeting_id) + token).digest()


def format_slip_url(base_url: str, meeting_id: str, secret: bytes, voter_class: str, fingerprint: bytes) -> str:
    """The QR text, all in upper case: HTTPS://HOST/M/MEETING#X.CLASS.PREFIX.

    The secret stands behind the `#`, which no browser sends: it reaches no server and no log. `base_url` is scheme and
    host, without a path. Raises: MalformedSlip.
    """
    _check_secret(secret)
    base_url = base_url.rstrip("/").lower()
    if not _ORIGIN.fullmatch(base_url):
        raise MalformedSlip("expected http:// or https:// and a host, without a path")
    if not _MEETING_ID.fullmatch(meeting_id) or not _CLASS.fullmatch(voter_class):
        raise MalformedSlip("not a meeting id or not a class id")
    if len(fingerprint) < PREFIX_BYTES:
        raise MalformedSlip(f"expected a fingerprint of 32 bytes, got {len(fingerprint)}")
    place = f"{base_url}/m/{meeting_id}".upper()
    return f"{place}#{b32(secret)}.{voter_class}.{b32(fingerprint[:PREFIX_BYTES])}"


def parse_slip_url(text: str) -> SlipCode:
    """The inverse of `format_slip_url`. Before the `#` the case does not matter, because browsers lower it themselves.

    Raises: MalformedSlip.
    """
    if len(text) > _MAX_TEXT_CHARS or not text.isascii():
        raise MalformedSlip("not the text of a slip")
    place, _, fragment = text.partition("#")
    base_url, separator, meeting_id = place.lower().partition("/m/")
    parts = fragment.split(".")
    if not separator or not _ORIGIN.fullmatch(base_url) or not _MEETING_ID.fullmatch(meeting_id) or len(parts) != 3:
        raise MalformedSlip("expected HTTPS://HOST/M/MEETING#SECRET.CLASS.FINGERPRINT")
    secret_b32, voter_class, prefix_b32 = parts
    if not _CLASS.fullmatch(voter_class):
        raise MalformedSlip("the class id is not one")
    try:
        secret = from_b32(secret_b32, SECRET_BYTES)
        prefix = from_b32(prefix_b32, PREFIX_BYTES)
    except MalformedEncoding as error:
        raise MalformedSlip(f"secret or fingerprint: {error}") from error
    return SlipCode(base_url, meeting_id, secret, voter_class, prefix)


def _check_secret(secret: bytes) -> None:
    if len(secret) != SECRET_BYTES:
        raise RuntimeError(f"expected a slip secret of {SECRET_BYTES} bytes, got {len(secret)}")
