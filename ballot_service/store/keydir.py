"""The key directory: every private key of the service, in files, never in the database.

Who holds both the database and this folder during a poll holds the order of arrival; keep the folder out of
backups. A key that has done its work is overwritten and unlinked (on flash memory and in snapshots the old block may
survive: docs/threats.md says so).

    ledger.key                          Ed25519 seed of the installation
    meetings/<id>/receipt.key           Ed25519 seed, until `closed`
    meetings/<id>/issuer.json           RSA primes per class and page, until `closed`
    meetings/<id>/transport-<box>.key   X25519 secret, until that box's poll has closed (box 0: `closed`)
    meetings/<id>/intake-<poll>.key     32 bytes, until that poll's close
    meetings/<id>/head.json             size and root of the last signed checkpoint: what a restore must not undo
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ballot_service.store.file_lock import FileLock

UNFINISHED = ".new-"  # begins the name of a file that is being written or erased


class KeyDir:
    """Files of 32 bytes or JSON, written whole and fsynced, readable by their owner alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)
        self._alone = FileLock(root / ".lock")

    def meetings(self) -> list[str]:
        folder = self.root / "meetings"
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []

    def read(self, *path: str) -> bytes | None:
        """The file's bytes, or None when it does not exist (any more)."""
        try:
            return self.root.joinpath(*path).read_bytes()
        except FileNotFoundError:
            return None

    def read_json(self, *path: str) -> Any:
        data = self.read(*path)
        return None if data is None else json.loads(data)

    def write(self, data: bytes, *path: str) -> None:
        """Replace a file; when this returns, the new content is on disk."""
        target = self.root.joinpath(*path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(target, data)

    def write_json(self, value: Any, *path: str) -> None:
        self.write(json.dumps(value, sort_keys=True).encode(), *path)

    def create(self, data: bytes, *path: str) -> bytes:
        """Write a file unless it is there; return what is there. Two processes starting at once agree on one key."""
        target = self.root.joinpath(*path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _temporary_beside(target) as temporary:
            _fill(temporary, data)
            with contextlib.suppress(FileExistsError):
                os.link(temporary, target)
            sync_folder(target.parent)
        return target.read_bytes()

    def erase(self, *path: str) -> None:
        """Overwrite, unlink, and sync the folder. Nothing happens when the file is gone already.

        It first takes the name of an unfinished file: another process reads the whole key or none, never its zeros.
        """
        named = self.root.joinpath(*path)
        target = named.with_name(UNFINISHED + named.name)
        try:
            named.replace(target)
            with target.open("r+b") as file:
                file.write(b"\x00" * target.stat().st_size)
                file.flush()
                os.fsync(file.fileno())
            target.unlink()
        except FileNotFoundError:
            return
        sync_folder(target.parent)

    def alone(self) -> contextlib.AbstractContextManager[None]:
        """One thread of one process at a time: for what is read and then replaced. Not re-entrant."""
        return self._alone

    def names(self, *path: str) -> list[str]:
        folder = self.root.joinpath(*path)
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def write_whole(target: Path, data: bytes) -> None:
    """Write a file so that after a power cut it is either the old one or the new one, never half of it."""
    with _temporary_beside(target) as temporary:
        _fill(temporary, data)
        temporary.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename or an unlink in this folder durable (a no-op where folders cannot be opened)."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=target.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _fill(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
