"""The hub's own seals over what its database holds, and the life of the two kinds of keys.

Booklets lie under one key, until the meeting is closed; the ballots of a poll under one of their own, until the poll is
settled. Old pages, journals and copies of the database are closed with the key that goes.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto import hkdf
from crypto.encoding import tag, u32
from kiosk.folder import Folder
from kiosk.outbox import Outbox, format_outbox, parse_outbox

NONCE_BYTES = 12
_BOOKLETS = "booklets"


class Seals:
    """Seals and opens. What was altered on the disk raises cryptography's InvalidTag."""

    def __init__(self, folder: Folder, random_bytes: Callable[[int], bytes]) -> None:
        self._folder = folder
        self._random_bytes = random_bytes

    # ── booklets ───────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Before there is a database: one without this key has seen its meeting end."""
        self._folder.key(_BOOKLETS, self._random_bytes)

    @property
    def over(self) -> bool:
        """Whether the key of all booklets is destroyed."""
        return self._folder.read("keys", f"{_BOOKLETS}.key") is None

    def end(self) -> None:
        self._folder.erase("keys", f"{_BOOKLETS}.key")

    def row_name(self, name: str) -> bytes:
        """32 bytes: under what a booklet's row stands. Without the key a slip does not lead to it."""
        return hmac.digest(self._booklets_key("hub-booklet-name"), name.encode(), "sha256")

    def seal_record(self, name: str, version: int, record: bytes) -> bytes:
        return self._seal(self._booklets_key("hub-booklet"), record, name.encode() + u32(version))

    def open_record(self, name: str, version: int, sealed: bytes) -> bytes:
        return _open(self._booklets_key("hub-booklet"), sealed, name.encode() + u32(version))

    def _booklets_key(self, use: str) -> bytes:
        key = self._folder.read("keys", f"{_BOOKLETS}.key")
        if key is None:
            raise RuntimeError("the meeting is over: nobody asks for booklets")
        return hkdf.derive(key, tag(use), 32)

    # ── ballots ────────────────────────────────────────────────────────────────────────────────────────────────────

    def seal_outbox(self, poll: str, outbox: Outbox) -> bytes:
        """With this poll's key, which is made the first time."""
        key = self._folder.key(f"outbox-{poll}", self._random_bytes)
        return self._seal(key, format_outbox(outbox), poll.encode())

    def open_outbox(self, poll: str, sealed: bytes) -> Outbox | None:
        """None when the key is gone."""
        key = self._folder.read("keys", f"outbox-{poll}.key")
        return None if key is None else parse_outbox(_open(key, sealed, poll.encode()))

    def erase_outbox(self, poll: str) -> None:
        """Destroy the key. Nothing happens where it is gone already."""
        self._folder.erase("keys", f"outbox-{poll}.key")

    def _seal(self, key: bytes, data: bytes, context: bytes) -> bytes:
        nonce = self._random_bytes(NONCE_BYTES)
        return nonce + ChaCha20Poly1305(key).encrypt(nonce, data, context)


def _open(key: bytes, sealed: bytes, context: bytes) -> bytes:
    return ChaCha20Poly1305(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
