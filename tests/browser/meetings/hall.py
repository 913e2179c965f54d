"""A real service in a process of its own (tests/phone_hall.py), led from a test, to be killed and started at will."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatch_build import build_client

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[3]


def hold_port(port: int) -> socket.socket | None:
    """Keep the port while nobody listens: the system gives it to any of the connections that open meanwhile.

    Linux lets the next server listen beside this socket, which does not.
    """
    if sys.platform != "linux" or not port:
        return None
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", port))
    return place


class HallServer:
    """Between `start` and `stop` one process at a time, over one folder and at one address."""

    def __init__(self, folder: Path, name: str = "127.0.0.1") -> None:
        self.folder = folder
        self.url = ""
        self.port = 0
        self._name = name
        self._process: subprocess.Popen[str] | None = None
        self._place: socket.socket | None = None

    def start(self) -> None:
        """Also after `kill`: again at the same address, from what is on disk."""
        hall = (str(self.folder), str(self.port), self._name)
        command = [sys.executable, "-W", "error", "-m", "tests.phone_hall", *hall]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        told = self._told()
        self.url, self.port = told["url"], told["port"]
        self.let_go()

    def ask(self, act: str, **how: Any) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": act, **how}) + "\n")
        self._process.stdin.flush()
        told = self._told()
        assert "error" not in told, f"{act}: {told['error']}"
        return told["answer"]

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait(60)
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            stream.close()
        self._place = hold_port(self.port)

    def let_go(self) -> None:
        """Nobody comes back to this address."""
        place, self._place = self._place, None
        if place is not None:
            place.close()

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def _told(self) -> Json:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the server ended"
        return dict(json.loads(line))


@contextmanager
def running_server(folder: Path, name: str = "127.0.0.1") -> Iterator[HallServer]:
    """name: the host on the slips, or the whole https:// address of what is in front."""
    build_client()
    server = HallServer(folder, name)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        server.let_go()


class BrowserHall:
    """One published meeting of one class A."""

    def __init__(self, server: HallServer, meeting: str, agenda: Sequence[Json], **fields: Any) -> None:
        self.server = server
        self.id = meeting
        asked = {"agenda": agenda, "meeting": meeting, "expected": 3, "min_class": 1, **fields}
        told = server.ask("publish", **asked)
        self.slips = [slip["url"] for slip in told["slips"] if not slip["reserve"]]
        self.fingerprint = bytes.fromhex(told["fingerprint"])

    def do(self, act: str, **how: Any) -> Any:
        return self.server.ask(act, meeting=self.id, **how)


def approval(contest: str, names: Sequence[str] = ("张三",), **ballot: Any) -> Json:
    candidates = [{"id": f"{contest}-{place}", "name": name} for place, name in enumerate(names)]
    return {
        "id": contest,
        "title": f"议题{contest}",
        "voters": ["A"],
        "ballot": {"kind": "approval", "candidates": candidates, **ballot},
        "rules": [{"rule": "pass", "over": "1/2", "of": "valid"}],
    }


def item(*contests: Json) -> Json:
    return {"id": contests[0]["id"], "title": contests[0]["title"], "announce": "on-spot", "contests": list(contests)}
