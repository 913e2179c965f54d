"""The run page while it is live: a look at its changing part, alone and while two thousand phones ask for the state.

A page that is looked at asks every five seconds (web/voting/polling.ts).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests

from ballot_service.app import create_app
from ballot_service.serve import Server, listen, url_of
from ballot_service.service import Service
from tests.bench.table import Row
from tests.meeting_kit import Hall, approval, config_for, item, meeting_file, publish

LOOKS = 200
PHONES = 2_000
SECONDS = 10  # how long phones are watched
INTERVAL = 5  # seconds between two questions of one phone
CONTESTS = 12
AT_ONCE = 32  # connections that carry the phones' questions


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        listening = listen("127.0.0.1", 0)
        settings = {"base_url": url_of(listening), "officer_limit_per_account": "1000000 per minute"}
        service = Service(config_for(Path(folder), "", **settings))
        agenda = [item(*(approval(f"c{number}") for number in range(CONTESTS)))]
        hall = publish(service, meeting_file(*agenda))
        token = service.accounts.log_in(service.accounts.make_code())
        with Server(create_app(service), listening, threads=service.config.threads):
            address = f"{url_of(listening)}/meetings/{hall.id}/run/live"
            hall.voters(6)
            service.polls.open(hall.id, [f"c{number}" for number in range(CONTESTS)])
            whole = _look(address, token, changing=True)
            unchanged = _look(address, token, changing=False)
            crowd = _with_phones(address, token, hall)
        service.close()
    return [
        _row("run page, changed", whole, _median(whole), 0.015, "p50"),
        _row("run page, unchanged (304)", unchanged, _median(unchanged), 0.015, "p50"),
        _row(f"run page while {PHONES} phones ask", crowd, _p95(crowd), 0.3, "p95"),
    ]


def _row(what: str, seconds: list[float], judged: float, goal: float, name: str) -> Row:
    told = f"p50 {_median(seconds) * 1000:.1f} ms, p95 {_p95(seconds) * 1000:.1f} ms"
    return Row(what, told, "", f"{judged * 1000:.1f} ms", f"{name} < {goal * 1000:.0f} ms", judged < goal)


def _look(address: str, token: str, *, changing: bool, looks: int = LOOKS) -> list[float]:
    """Seconds of each look."""
    found = []
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Cookie"] = f"ballot_session={token}"
        stamp = ""
        for _each in range(looks):
            begun = time.perf_counter()
            answer = session.get(address, headers={} if changing else {"If-None-Match": stamp}, timeout=30)
            found.append(time.perf_counter() - begun)
            stamp = answer.headers["ETag"]
    return found[1:]


def _with_phones(address: str, token: str, hall: Hall) -> list[float]:
    state = address.replace(f"/meetings/{hall.id}/run/live", f"/api/v1/meetings/{hall.id}/state")
    # A process of its own: phones do not share the server's interpreter.
    asking = [sys.executable, "-m", "tests.bench.console", state]
    with subprocess.Popen(asking, stdout=subprocess.PIPE, text=True) as phones:
        time.sleep(1)
        found: list[float] = []
        while phones.poll() is None:
            found += _look(address, token, changing=True, looks=5)
            time.sleep(0.25)
        assert phones.stdout is not None
        print(f"    {phones.stdout.read().strip()} questions of phones in {SECONDS} s")
    return found


def _ask_as_phones(state: str) -> int:
    """How many questions were answered in SECONDS."""
    asked = [0] * AT_ONCE
    end = time.perf_counter() + SECONDS

    def phones(number: int) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (begun := time.perf_counter()) < end:
                assert session.get(state, timeout=30).status_code == 200
                asked[number] += 1
                time.sleep(max(0.0, begun + AT_ONCE * INTERVAL / PHONES - time.perf_counter()))

    threads = [threading.Thread(target=phones, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(asked)


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds)


if __name__ == "__main__":
    print(_ask_as_phones(sys.argv[1]))
