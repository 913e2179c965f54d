"""A slow phone on a slow network: how long a person looks at the screen before the next one comes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.bench.table import Row
from tests.browser import chromium
from tests.browser.meetings.hall import BrowserHall, approval, item, running_server
from tests.browser.meetings.phone import Phone

CPU_SLOWDOWN = 4
BYTES_PER_SECOND = 400_000 / 8
LATENCY_MS = 400
PAGES = 20
COMPARED = f"CPU 1/{CPU_SLOWDOWN}, 400 kbit/s, {LATENCY_MS} ms; the worker at full speed"


def measure() -> list[Row]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), chromium.LAN_NAME) as server,
        chromium.running() as browser,
    ):
        hall = BrowserHall(server, "slow", [item(approval("a"))], pages={"spare": PAGES - 1})
        phone = Phone(browser)
        _slow_down(phone)
        start = time.perf_counter()
        phone.page.goto(hall.slips[0], wait_until="commit")
        phone.page.wait_for_selector("main.screen.welcome")
        welcome = time.perf_counter() - start

        start = time.perf_counter()
        phone.page.get_by_role("button", name="领取选票").tap()
        phone.page.wait_for_selector("main.screen.waiting")
        booklet = time.perf_counter() - start

        hall.do("attendance", present={"A": 1})
        hall.do("open", contests=["a"])
        phone.until("ballot")
        phone.choose("同意")
        phone.tap("核对选票")
        phone.until("review")
        start = time.perf_counter()
        phone.tap("投出选票")
        phone.page.wait_for_selector("main.screen.received")
        cast = time.perf_counter() - start
        phone.close()
    return [
        _row("a phone: scan to welcome, nothing cached", welcome, 4),
        _row(f"a phone: a booklet of {PAGES} pages", booklet, 3),
        _row("a phone: casting one ballot", cast, 2),
    ]


def _slow_down(phone: Phone) -> None:
    session = phone.context.new_cdp_session(phone.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    session.send("Network.enable")
    rate = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **rate})


def _row(what: str, seconds: float, goal: int) -> Row:
    return Row(what, f"{seconds:.1f} s", COMPARED, "", f"< {goal} s", seconds < goal)
