"""Real server processes for hostile tests: started, killed, and read afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from ballot_service.config import Config

ROOT = Path(__file__).parents[2]


class ServerProcess:
    """One process over a database and a key directory; its log goes to a file, its temporary files to a folder."""

    def __init__(self, config: Config, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        settings: dict[str, Any] = {field.name: getattr(config, field.name) for field in fields(config)}
        settings["data_dir"] = str(config.data_dir)
        self.log = folder / "log"
        self._command = [sys.executable, "-W", "error", "-m", "tests.hostile.server_process", json.dumps(settings)]
        self._environment = {**os.environ, "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def spawn(self) -> None:
        """Start without waiting."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
                env=self._environment,
            )  # fmt: skip

    def wait_until_ready(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url, self.log.read_text()

    def kill(self) -> None:
        """SIGKILL: no farewell, no flushing."""
        assert self._process is not None
        self._process.kill()
        self._forget()

    def stop(self) -> None:
        """As an operator stops it."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(60)
            self._forget()

    def _forget(self) -> None:
        process, self._process = self._process, None
        assert process is not None
        process.wait(60)
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            stream.close()


@contextmanager
def running(count: int, config: Config, folder: Path) -> Iterator[list[ServerProcess]]:
    """`count` processes over one database, stopped at the end."""
    with ExitStack() as stack:
        servers = [ServerProcess(config, folder / f"server-{number}") for number in range(count)]
        for server in servers:
            server.spawn()
            stack.callback(server.stop)
        for server in servers:
            server.wait_until_ready()
        yield servers


def assert_no_fault_logged(servers: list[ServerProcess]) -> None:
    """No exception and no error in any log."""
    for server in servers:
        log = server.log.read_text()
        assert "Traceback" not in log, log[-4000:]
        assert "ERROR" not in log, log[-4000:]
        assert "internal error" not in log
