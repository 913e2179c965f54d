"""A lock between processes of one machine: a file that one of them at a time holds locked.

It is let go when its holder dies. Waiters sleep in the kernel and are woken at each release (on Windows they ask again
every few milliseconds).
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from types import TracebackType

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(0.005)
            else:
                return
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


class FileLock:
    """`with lock:` holds it alone, among the threads of this process too. Not re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()

    def __enter__(self) -> None:
        self._turn.acquire()
        try:
            self._file = self._path.open("ab")
            _lock(self._file.fileno())
        except BaseException:
            self._turn.release()
            raise

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()  # lets the next one in
        finally:
            self._turn.release()
