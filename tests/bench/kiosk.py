"""A hub with twenty terminals: how long each waits for the hub itself, while everybody votes as fast as they can.

The hub is the command in a process of its own, on a disk (TMPDIR, or the current folder), with the service beside it on
the same machine; the terminals are simulated in a third. Measured is what a terminal waits for: fetching a booklet,
storing it, leaving a ballot, telling how it is, and the state passed on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from ballot_service.hubs.codes import spell_code
from ballot_service.service import Service
from tests.bench.table import Row
from tests.kiosk.terminal import OverHttp, post_json, visit
from tests.kiosk.venue import Wires
from tests.meeting_kit import config_for, meeting_file, publish

TERMINALS = 20
VOTERS_EACH = 10
PAUSE_SECONDS = 2.0  # between two voters of one screen: far less than anybody needs
GOAL_SECONDS = 0.3
PORT = 18_090


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        service = Service(config_for(Path(folder) / "service", ""))
        with Wires(service) as wires:
            hall = publish(service, meeting_file(expected=TERMINALS * VOTERS_EACH))
            voters = hall.voters()
            hall.open()
            code = spell_code(service.hubs.make_code(hall.id, "hub"))
            hub = [sys.executable, "-m", "kiosk.cli", "serve", "--server", wires.url, "--pairing", code]
            hub += ["--data", str(Path(folder) / "hub"), "--port", str(PORT)]
            with subprocess.Popen(hub, stdout=subprocess.PIPE, text=True) as running:
                try:
                    _wait_for_hub(running)
                    people = [
                        {"url": url, "line": hall.line(phone).decode()}
                        for url, phone in zip(hall.urls(), voters, strict=True)
                    ]
                    terminals = [sys.executable, "-m", "tests.bench.kiosk", f"http://127.0.0.1:{PORT}"]
                    done = subprocess.run(
                        terminals, input=json.dumps(people), capture_output=True, text=True, check=True
                    )
                finally:
                    running.terminate()
        service.close()
    waits: dict[str, list[float]] = json.loads(done.stdout)
    return [_row(what, seconds) for what, seconds in waits.items()]


def _wait_for_hub(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("停止"):
            return
    raise RuntimeError("the hub did not start")


def _row(what: str, seconds: list[float]) -> Row:
    seconds = sorted(seconds)
    p50, p95 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    told = f"p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms of {len(seconds)}"
    name = f"{TERMINALS} terminals, {what}"
    return Row(name, told, "", f"{p95 * 1000:.1f} ms", f"p95 < {GOAL_SECONDS * 1000:.0f} ms", p95 < GOAL_SECONDS)


def _vote(url: str) -> dict[str, list[float]]:
    """All terminals at once; seconds waited, by what for."""
    people = json.load(sys.stdin)
    waits: dict[str, list[float]] = defaultdict(list)
    lock = threading.Lock()

    def terminal(name: str, mine: list[dict[str, str]]) -> None:
        wire = OverHttp(url)
        time.sleep(PAUSE_SECONDS * int(name) / TERMINALS)
        for one in mine:
            person = visit(wire, one["url"])
            person.session = {"padding": "x" * 9_000}

            def timed(what: str, act: object, *arguments: object) -> int:
                begun = time.perf_counter()
                answer = act(*arguments)  # type: ignore[operator]
                with lock:
                    waits[what].append(time.perf_counter() - begun)
                return int(answer.status)

            busy = {"state": "ballot", "camera": "ok"}
            assert timed("looking for a booklet", wire.ask, "GET", f"/hub/booklets/{person.name}") == 404
            assert timed("storing a booklet", person.put, None) == 200
            assert timed("telling how it is", post_json, wire, f"/hub/terminals/{name}", busy) == 200
            assert timed("the state, passed on", wire.ask, "GET", f"{person.api}/state") == 200
            deposit = {"poll": "p1", "lines": [one["line"]], "assisted": False}
            assert timed("leaving a ballot", person.put, deposit) == 200
            time.sleep(PAUSE_SECONDS)

    threads = [
        threading.Thread(target=terminal, args=(str(number + 1), people[number::TERMINALS]))
        for number in range(TERMINALS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


if __name__ == "__main__":
    json.dump(_vote(sys.argv[1]), sys.stdout)
