"""A slow phone on a weak network: how long a person looks at the screen before the next one comes.

Twice. *Throttled*: Chromium holds its own answers back (its developer tools, over CDP); connections, slow start and
loss cost nothing there. *Across a line*, where the machine lets us: packets through a tunnel that is slow and loses
some, so handshakes, slow start and sending again cost what they cost; the median of some phones. The processor is
slowed down by Chromium both times, the page's thread alone: what else this machine has to do is in every figure.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from tests.bench import weak_network
from tests.bench.table import Row
from tests.browser import chromium
from tests.browser.meetings.hall import BrowserHall, HallServer, approval, item, running_server
from tests.browser.meetings.phone import Phone

CPU_SLOWDOWN = 4
BYTES_PER_SECOND = 400_000 / 8
LATENCY_MS = 400  # there and back
LOSS = 0.05
LOSSY_PHONES = 5
PATIENCE_MS = 60_000  # packets lost again and again double the wait each time
PAGES = 20
GOALS = {
    "scan to welcome, nothing cached": 4,
    f"a booklet of {PAGES} pages": 3,
    "casting one ballot": 2,
}  # seconds
SLOW = f"CPU 1/{CPU_SLOWDOWN}, 400 kbit/s, {LATENCY_MS} ms"

Times = tuple[float, float, float]


def measure() -> list[Row]:
    with _server(chromium.LAN_NAME) as server, chromium.running() as browser:
        phone = Phone(browser)
        _slow_down_network(phone)
        rows = _rows("throttled (CDP)", _times(server, phone, "slow"), f"{SLOW}; the worker at full speed")
    if not weak_network.is_possible():
        return rows
    times = [_on_a_weak_network(number) for number in range(LOSSY_PHONES)]
    medians = (median(one[0] for one in times), median(one[1] for one in times), median(one[2] for one in times))
    return [*rows, *_rows("across a line", medians, f"{SLOW}, {LOSS:.0%} of packets lost; median of {LOSSY_PHONES}")]


def _on_a_weak_network(number: int) -> Times:
    line = weak_network.Line(BYTES_PER_SECOND, LATENCY_MS / 2000, LOSS)
    with sync_playwright() as playwright:
        program = chromium.find(playwright)
    with (
        tempfile.TemporaryDirectory() as folder,
        weak_network.weak_network(line, Path(folder), program, seed=10 * number) as far,
        _server(weak_network.HERE) as server,
        chromium.running(far) as browser,
    ):
        return _times(server, Phone(browser), f"weak{number}")


@contextmanager
def _server(name: str) -> Iterator[HallServer]:
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), name) as server:
        yield server


def _times(server: HallServer, phone: Phone, meeting: str) -> Times:
    """Seconds to the welcome, to the booklet after the tap, to the receipt after the tap."""
    phone.context.set_default_timeout(PATIENCE_MS)
    session = phone.context.new_cdp_session(phone.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    hall = BrowserHall(server, meeting, [item(approval("a"))], pages={"spare": PAGES - 1})
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
    return welcome, booklet, cast


def _slow_down_network(phone: Phone) -> None:
    session = phone.context.new_cdp_session(phone.page)
    session.send("Network.enable")
    rate = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **rate})


def _rows(who: str, times: Times, compared: str) -> list[Row]:
    measured = zip(GOALS.items(), times, strict=True)
    return [
        Row(f"{who}: {what}", f"{seconds:.1f} s", compared, "", f"< {goal} s", seconds < goal)
        for (what, goal), seconds in measured
    ]
