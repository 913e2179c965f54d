"""The command `ballot-kiosk serve` in a process of its own, to be killed and started at will at one address."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from tests.browser.meetings.hall import ROOT, BrowserHall, hold_port

NAME = "一楼会议室"
PATIENCE_SECONDS = 60  # ends a wait for what does not come


class HubProcess:
    """One hub over one folder; paired at the first start, and without a code at every later one."""

    def __init__(self, hall: BrowserHall, folder: Path) -> None:
        self.hall = hall
        self.folder = folder
        self.url = ""
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._place = hold_port(0)
        self._said = folder.with_suffix(".log")

    def start(self) -> None:
        command = [sys.executable, "-W", "error", "-m", "kiosk.cli", "serve", "--data", str(self.folder)]
        if not self._port:
            code = self.hall.do("pairing_code", name=NAME)
            command += ["--server", self.hall.server.url, "--pairing", code]
        command += ["--port", str(self._port)]
        with self._said.open("ab") as said:
            begin = said.tell()
            self._process = subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT)
        self.url = self._until_it_serves(begin)
        self._port = int(self.url.rpartition(":")[2])
        self._let_go()

    def kill(self) -> None:
        """SIGKILL: the plug is pulled."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait(60)
        self._place = hold_port(self._port)

    def stop(self) -> None:
        """For good."""
        self.kill()
        self._let_go()

    def collect_and_close(self, poll: str) -> int:
        """As the organiser does it; how many ballots were returned."""
        self.hall.do("collect")
        end = time.monotonic() + PATIENCE_SECONDS
        while self.hall.do("hubs")[0]["delivered"] != poll:
            assert time.monotonic() < end, (self.hall.do("hubs"), self.said())
            time.sleep(0.2)
        return int(self.hall.do("close"))

    def said(self) -> str:
        """All that its processes have printed."""
        return self._said.read_text(encoding="utf-8")

    def _let_go(self) -> None:
        place, self._place = self._place, None
        if place is not None:
            place.close()

    def _until_it_serves(self, begin: int) -> str:
        """begin: where in the log the new process begins."""
        assert self._process is not None
        while self._process.poll() is None:
            told = self._said.read_bytes()[begin:].decode(errors="replace")
            found = re.search(r"terminals (http://\S+)/t/1", told)
            if found is not None and "Ctrl-C" in told:
                return found.group(1)
            time.sleep(0.05)
        raise AssertionError(f"the hub ended: {self.said()}")
