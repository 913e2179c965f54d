"""A browser window whose keyboard this program has: what is typed into it arrives as from a USB scanner.

For demonstrations without a printed slip: a terminal's page takes no pasted text, and nobody types a slip by hand. The
browser listens on a pipe that it inherits (Chrome DevTools Protocol, NUL-terminated JSON on descriptors 3 and 4), never
on a port, so nobody else on the machine can reach it. Not for a venue, whose terminals are `kiosk.browser`'s.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

if sys.platform == "win32":

    def _out_of_the_way(_descriptor: int) -> int:
        raise RuntimeError("programs inherit descriptors in another way there")
else:
    import fcntl

    def _out_of_the_way(descriptor: int) -> int:
        """The same file under a number above those that are renamed."""
        moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
        os.close(descriptor)
        return moved


# Between this process and the browser, which wants exactly 3 and 4.
_RENAME = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
END_SECONDS = 5.0


class WindowGone(Exception):
    """The browser has ended."""


class ScannedWindow:
    """One browser with one page. `type_scan` from one thread only."""

    def __init__(self, process: subprocess.Popen[bytes], to_browser: int, from_browser: int) -> None:
        self._process = process
        self._to, self._from = to_browser, from_browser
        self._numbers = count(1)
        self._unread = b""

    def type_scan(self, text: str) -> None:
        """Press the keys of `text`, then Enter, as fast as a scanner does. Raises: WindowGone."""
        targets = self._ask("Target.getTargets", {})["targetInfos"]
        page = next((one["targetId"] for one in targets if one["type"] == "page"), None)
        if page is None:
            raise WindowGone
        session = self._ask("Target.attachToTarget", {"targetId": page, "flatten": True})["sessionId"]
        keys: list[dict[str, Any]] = [*({"key": sign, "text": sign} for sign in text), ENTER]
        for key in keys:
            self._ask("Input.dispatchKeyEvent", {"type": "keyDown", **key}, session)
            self._ask("Input.dispatchKeyEvent", {"type": "keyUp", "key": key["key"]}, session)
        self._ask("Target.detachFromTarget", {"sessionId": session})

    def wait(self, stop: threading.Event, *, look_seconds: float = 0.2) -> None:
        """Until somebody closes the window, or `stop` is set."""
        while self._process.poll() is None and not stop.wait(look_seconds):
            pass

    def _ask(self, method: str, parameters: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        try:
            os.write(self._to, json.dumps(asked).encode() + b"\x00")
            while True:
                told = self._next()
                if told.get("id") == number:
                    return dict(told.get("result", {}))
        except OSError:
            raise WindowGone from None

    def _next(self) -> dict[str, Any]:
        while b"\x00" not in self._unread:
            read = os.read(self._from, 1 << 16)
            if not read:
                raise WindowGone
            self._unread += read
        told, _, self._unread = self._unread.partition(b"\x00")
        return dict(json.loads(told))


@contextmanager
def scanned_window(command_line: Sequence[str], profile: Path) -> Iterator[ScannedWindow]:
    """A browser, ended at the end. Not on Windows, where a program inherits descriptors in another way."""
    browser_reads, to_browser = os.pipe()
    from_browser, browser_writes = os.pipe()
    inherited = [_out_of_the_way(browser_reads), _out_of_the_way(browser_writes)]
    homes = {name: str(profile) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")}
    silent = subprocess.DEVNULL
    rename = [sys.executable, "-I", "-c", _RENAME, *map(str, inherited)]
    try:
        process = subprocess.Popen(  # noqa: S603 -- the browser that was found or named
            [*rename, *command_line, "--remote-debugging-pipe"],
            stdin=silent,
            stdout=silent,
            stderr=silent,
            env={**os.environ, **homes},
            pass_fds=inherited,
            start_new_session=True,
        )
    finally:
        for descriptor in inherited:
            os.close(descriptor)
    try:
        yield ScannedWindow(process, to_browser, from_browser)
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(to_browser)
        os.close(from_browser)
