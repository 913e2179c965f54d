"""The hub's data folder: small files written whole, and keys that are overwritten when their work is done.

    pairing.json            server, meeting, name and the token that the server knows this hub by; mode 600
    meeting.line            entry 0 of the meeting, as it was checked
    issuers.json            the lines of issuer keys that entry 0 commits to
    checkpoint              the newest signed note seen: every later one must continue it
    client/                 the voters' page, checked again at every start
    hub.sqlite3             booklets and outbox, sealed under the keys below (kiosk/store.py)
    keys/booklets.key       32 bytes, until the meeting is closed
    keys/outbox-POLL.key    32 bytes, until that poll is settled
    evidence/               receipts of ballots that a closed poll does not hold; empty where the server is honest

Observer: whoever takes the machine away. On flash memory and in snapshots an overwritten block may survive
(docs/threats.md).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.complaint import Complaint

if sys.platform == "win32":
    import msvcrt

    def _hold(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


KEY_BYTES = 32
UNFINISHED = ".new-"  # begins the name of a file that is being written or erased


class Folder:
    """One hub's files. A file is there whole or not at all, also after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def make(self) -> None:
        """Raises: OSError."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)

    def hold(self) -> None:
        """Keep a second hub out of this folder until this process ends, whatever ends it. Raises: Complaint."""
        descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _hold(descriptor)
        except OSError:
            os.close(descriptor)
            raise Complaint(
                f"{self.root}：已有一个终端站在使用这个文件夹",
                f"{self.root}: another hub is using this folder",
                "stop that one first, or name another folder with --data",
            ) from None

    def path(self, *parts: str) -> Path:
        return self.root.joinpath(*parts)

    def read(self, *parts: str) -> bytes | None:
        """The file's bytes; None where there is none."""
        try:
            return self.path(*parts).read_bytes()
        except FileNotFoundError:
            return None

    def read_json(self, *parts: str) -> Any:
        """None where there is no file. Raises: ValueError."""
        data = self.read(*parts)
        return None if data is None else json.loads(data)

    def write(self, data: bytes, *parts: str) -> None:
        """Replace a file; when this returns, the new content is on disk. Raises: OSError."""
        target = self.path(*parts)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = target.with_name(UNFINISHED + target.name)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        _sync(target.parent)

    def key(self, name: str, random_bytes: Callable[[int], bytes]) -> bytes:
        """The key of this name, made now where there is none. Raises: OSError."""
        key = self.read("keys", f"{name}.key")
        if key is None or len(key) != KEY_BYTES:
            key = random_bytes(KEY_BYTES)
            self.write(key, "keys", f"{name}.key")
        return key

    def erase(self, *parts: str) -> None:
        """Overwrite and unlink. Nothing happens where there is no file."""
        named = self.path(*parts)
        target = named.with_name(UNFINISHED + named.name)  # another process reads the whole key or none, never zeros
        try:
            named.replace(target)
        except FileNotFoundError:
            return
        self._overwrite(target)

    def erase_unfinished(self) -> None:
        """What a kill in the middle of `write` or `erase` left behind."""
        for left in sorted(self.root.rglob(UNFINISHED + "*")):
            self._overwrite(left)

    def names(self, *parts: str) -> list[str]:
        folder = self.path(*parts)
        return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []

    @staticmethod
    def _overwrite(path: Path) -> None:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make a rename or an unlink durable; Windows does not open folders, and does it by itself."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
