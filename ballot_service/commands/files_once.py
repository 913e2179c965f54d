"""Files that are written once and may be the only copy of somebody's secret: whole or not at all, never overwritten."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from ballot_service.commands.complaint import Complaint
from ballot_service.store.keydir import UNFINISHED, sync_folder


class FilesOnce:
    """Some files of one folder. Those named in `secret` are for their owner's eyes alone (0600), the others are not."""

    def __init__(self, folder: Path, secret: Collection[str]) -> None:
        self._folder = folder
        self._secret = secret
        self._unfinished: list[Path] = []
        self.written: list[Path] = []

    def check_free_of(self, names: Collection[str]) -> None:
        """Raises: Complaint when one of the files exists: it may be the only copy."""
        for path in [self._folder / name for name in names]:
            if path.exists():
                raise Complaint(f"{path} exists and is not overwritten", "name another folder with --out")

    def write_all(self, made: Mapping[str, bytes]) -> None:
        """First beside their places, then into them: no file is ever half there. Raises: OSError; call `undo` then."""
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = {name: self._write_beside(data) for name, data in made.items()}
        for name, path in beside.items():
            self._take_place(path, self._folder / name)
        sync_folder(self._folder)

    def undo(self) -> None:
        """Remove what was written for something that did not happen after all."""
        for path in (*self.written, *self._unfinished):
            path.unlink(missing_ok=True)
        self.written.clear()
        self._unfinished.clear()

    def _write_beside(self, data: bytes) -> Path:
        descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=self._folder)  # for its owner's eyes alone
        self._unfinished.append(Path(name))
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return Path(name)

    def _take_place(self, beside: Path, path: Path) -> None:
        """Raises: FileExistsError; nothing that exists is replaced, even if it came since it was looked for."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self.written.append(path)
        beside.replace(path)
        if path.name not in self._secret:
            path.chmod(0o644)
