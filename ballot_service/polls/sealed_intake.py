"""How a ballot rests in the database until the close: unreadable, unordered, and findable by its key alone.

A row is (keyed hash of the ballot key, keyed hash of the encapsulation, sealed line). Both keys come from the poll's
intake key, which lives in the key directory and is destroyed at the close: what remains in free pages, journals and
backups of the database is then random bytes of one length. Source: protocol §7, "Intake leaves no trace of order".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto import hkdf
from crypto.encoding import tag

NONCE_BYTES = 12
PAD_BYTES = 256


@dataclass(frozen=True)
class SealedRow:
    """One row of the intake."""

    tag: bytes  # 32 bytes
    enc_tag: bytes  # 32 bytes
    sealed: bytes


class SealedIntake:
    """Seals and opens the rows of one poll."""

    def __init__(self, intake_key: bytes, longest_line: int, random_bytes: Callable[[int], bytes]) -> None:
        """longest_line: bytes of the longest ballot line this poll can hold; all rows get one length."""
        self._tag_key = hkdf.derive(intake_key, tag("intake-tag"), 32)
        self._cipher = ChaCha20Poly1305(hkdf.derive(intake_key, tag("intake-seal"), 32))
        self._padded = -(-longest_line // PAD_BYTES) * PAD_BYTES
        self._random_bytes = random_bytes

    def seal(self, ballot_key: bytes, enc: bytes, line: bytes) -> SealedRow:
        row_tag = self._tag(b"key", ballot_key)
        nonce = self._random_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, line.ljust(self._padded), row_tag)
        return SealedRow(row_tag, self._tag(b"enc", enc), sealed)

    def open(self, row_tag: bytes, sealed: bytes) -> bytes:
        """The ballot line. A row that was altered raises cryptography's InvalidTag: the database is damaged."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row_tag).rstrip(b" ")

    def attempt_name(self, ballot_key: bytes) -> bytes:
        """Under which attempts with a ballot key are counted. Nobody can make it again once the poll has ended."""
        return self._tag(b"attempt", ballot_key)

    def _tag(self, role: bytes, value: bytes) -> bytes:
        return hmac.new(self._tag_key, role + value, hashlib.sha256).digest()
