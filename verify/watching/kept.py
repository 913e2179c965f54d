"""What a watcher keeps of one ledger: every checkpoint it believed, each in a file, and which one is the newest.

Nothing is cosigned before it is on the disk, and nothing older is ever kept after something newer: a witness that
forgot could be made to sign two histories. One folder belongs to one running watcher.
"""

import os
from pathlib import Path

from verify.errors import Malformed, VerifyError
from verify.ledger import Checkpoint, parse_checkpoint

NEWEST = "newest.checkpoint"


class DamagedFolder(VerifyError):
    """What was kept cannot be read any more: a person has to look at it."""


class Kept:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        """Raises: DamagedFolder."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
            _lock_alone(self._lock)
        except OSError as error:
            raise DamagedFolder(f"{folder}: cannot be used, or another watcher is using it") from error

    def newest(self) -> Checkpoint | None:
        """None where nothing was kept yet. Raises: DamagedFolder."""
        path = self.folder / NEWEST
        try:
            return parse_checkpoint(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, Malformed) as error:
            raise DamagedFolder(f"{path}: cannot be read: {error}") from error

    def keep(self, note: bytes) -> None:
        """Keep a checkpoint that continues the newest one. Raises: DamagedFolder."""
        checkpoint = parse_checkpoint(note)
        try:
            self._write(f"{checkpoint.tree_size}.checkpoint", note)
            self._write(NEWEST, note)
        except OSError as error:
            raise DamagedFolder(f"{self.folder}: cannot be written to: {error.strerror}") from error

    def keep_evidence(self, note: bytes) -> Path:
        """A checkpoint that contradicts the newest one, beside it. Raises: DamagedFolder."""
        name = f"contradiction-{sum(1 for _one in self.folder.glob('contradiction-*')) + 1}.checkpoint"
        try:
            self._write(name, note)
        except OSError as error:
            raise DamagedFolder(f"{self.folder}: cannot be written to: {error.strerror}") from error
        return self.folder / name

    def _write(self, name: str, data: bytes) -> None:
        """Whole or not at all, and on the disk when this returns."""
        temporary = self.folder / f".{name}.new"
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.folder / name)
        if os.name == "posix":
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def close(self) -> None:
        os.close(self._lock)


def _lock_alone(handle: int) -> None:
    """Raises: OSError when another process holds it."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
