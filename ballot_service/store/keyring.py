"""Private keys as objects, loaded from the key directory when first needed and dropped when their work is done."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ballot_service.store.keydir import UNFINISHED, KeyDir
from crypto.blind_rsa import PrivateKey
from crypto.hpke import OpeningKey

INTAKE_KEY_BYTES = 32


@dataclass(frozen=True)
class MeetingKeys:
    """What publishing makes for one meeting. Seeds and secrets are 32 bytes."""

    receipt: bytes  # Ed25519 seed
    transport: list[bytes]  # X25519 secret per box, box 0 first
    issuer: dict[str, list[PrivateKey]]  # voter class → key per page, page 1 first


class Keyring:
    """Every getter returns None once its key was destroyed."""

    def __init__(self, files: KeyDir) -> None:
        self.files = files
        self._loaded: dict[tuple[str, ...], object] = {}
        self._lock = threading.Lock()

    def keep(self, meeting_id: str, keys: MeetingKeys) -> None:
        """Write a new meeting's keys; durable when this returns."""
        folder = ("meetings", meeting_id)
        self.files.write(keys.receipt, *folder, "receipt.key")
        for box, secret in enumerate(keys.transport):
            self.files.write(secret, *folder, f"transport-{box}.key")
        issuer = {
            voter_class: [key.private_bytes().hex() for key in pages] for voter_class, pages in keys.issuer.items()
        }
        self.files.write_json(issuer, *folder, "issuer.json")

    def receipt(self, meeting_id: str) -> bytes | None:
        path = ("meetings", meeting_id, "receipt.key")
        with self._lock:
            seed = self._loaded.get(path)
            if seed is None:
                seed = self.files.read(*path)
                if seed is None:
                    return None
                self._loaded[path] = seed
        assert isinstance(seed, bytes)
        return seed

    def issuer(self, meeting_id: str, voter_class: str) -> list[PrivateKey] | None:
        """The class's signing keys, page 1 first."""
        path = ("meetings", meeting_id, "issuer.json")
        with self._lock:
            keys = self._loaded.get(path)
            if keys is None:
                stored = self.files.read_json(*path)
                if stored is None:
                    return None
                keys = {
                    name: [PrivateKey.from_private_bytes(bytes.fromhex(page)) for page in pages]
                    for name, pages in stored.items()
                }
                self._loaded[path] = keys
        assert isinstance(keys, dict)
        pages: list[PrivateKey] = keys[voter_class]
        return pages

    def transport(self, meeting_id: str, box: int) -> OpeningKey | None:
        path = ("meetings", meeting_id, f"transport-{box}.key")
        with self._lock:
            key = self._loaded.get(path)
            if key is None:
                secret = self.files.read(*path)
                if secret is None:
                    return None
                key = self._loaded[path] = OpeningKey(secret)
        assert isinstance(key, OpeningKey)
        return key

    def make_intake(self, meeting_id: str, poll: str, key: bytes) -> None:
        """Durable before the poll's `poll-open` is appended."""
        self.files.write(key, *_intake(meeting_id, poll))

    def intake(self, meeting_id: str, poll: str) -> bytes | None:
        path = _intake(meeting_id, poll)
        with self._lock:
            key = self._loaded.get(path)
            if key is None:
                key = self.files.read(*path)
                if key is None:
                    return None
                self._loaded[path] = key
        assert isinstance(key, bytes)
        return key

    def intake_polls(self, meeting_id: str) -> list[str]:
        """Polls whose intake key still exists."""
        names = self.files.names("meetings", meeting_id)
        return [name[len("intake-") : -len(".key")] for name in names if name.startswith("intake-")]

    def end_poll(self, meeting_id: str, poll: str, box: int | None) -> None:
        """A poll is closed or void: its intake key and its box's transport key are destroyed."""
        self._erase(*_intake(meeting_id, poll))
        if box is not None:
            self._erase("meetings", meeting_id, f"transport-{box}.key")

    def forget_meeting(self, meeting_id: str) -> None:
        """Drop a closed meeting's keys from memory."""
        with self._lock:
            for path in [path for path in self._loaded if path[:2] == ("meetings", meeting_id)]:
                del self._loaded[path]

    def forget_poll(self, meeting_id: str, poll: str, box: int) -> None:
        """Drop a poll's keys from memory; their files are another process's to erase, or erased."""
        with self._lock:
            self._loaded.pop(_intake(meeting_id, poll), None)
            self._loaded.pop(("meetings", meeting_id, f"transport-{box}.key"), None)

    def end_meeting(self, meeting_id: str) -> None:
        """The meeting is closed: every private key of it is destroyed."""
        with self.files.alone():
            for name in self.files.names("meetings", meeting_id):
                if name != "head.json":
                    self._erase("meetings", meeting_id, name)

    def erase_unfinished(self, meeting_id: str) -> None:
        """Erase what a crash left half-written. The caller holds the meeting's lock: nobody writes a key now."""
        with self.files.alone():
            for name in self.files.names("meetings", meeting_id):
                if name.startswith(UNFINISHED):
                    self.files.erase("meetings", meeting_id, name)

    def _erase(self, *path: str) -> None:
        self.files.erase(*path)
        with self._lock:  # after the file: whoever read it just before has put it here by now
            self._loaded.pop(path, None)


def _intake(meeting_id: str, poll: str) -> tuple[str, ...]:
    return ("meetings", meeting_id, f"intake-{poll}.key")
