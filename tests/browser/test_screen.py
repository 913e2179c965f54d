"""The hall screen in a browser: read from the last seat, nothing blocked by its policy, the last truth kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from ballot_service.app import create_app
from tests.meeting_kit import Hall, Json, approval, item, meeting_file

SIZES = [(1920, 1080), (1280, 720), (1024, 768)]
LONG = "关于县财政局局长、县审计局局长、县自然资源局局长人选差额票决暨干部选拔任用工作一报告两评议的议题之一"
TWO: Json = {
    "kind": "approval",
    "candidates": [
        {"id": "zhang", "name": "张三", "note": "县发展和改革局副局长"},
        {"id": "li", "name": "<b>李四</b>"},
    ],
}
RULES: list[Json] = [
    {"rule": "pass", "over": "1/2", "of": "expected"},
    {"rule": "seats", "seats": 1, "max_rounds": 2},
]
SMALLEST = 2.2  # per cent of the picture's height

SMALL_TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || element.closest("template, script, style") !== null) continue;
    if (element.getClientRects().length === 0) continue;
    const size = parseFloat(getComputedStyle(element).fontSize) / innerHeight * 100;
    if (size < SMALLEST - 0.01) found.push([size, walker.currentNode.data]);
  }
  return found;
}""".replace("SMALLEST", str(SMALLEST))


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing about requests."""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ballots.sqlite3"


@pytest.fixture
def hall(hall_of: Callable[[Json], Hall]) -> Hall:
    """Counted, and not announced yet."""
    contest = approval("finance", ballot=TWO, rules=RULES, title="县财政局局长")
    hall = hall_of(meeting_file(item(contest, announce="on-spot") | {"title": LONG}))
    phones = hall.voters()
    choice = {"marks": {"zhang": "approve", "li": "oppose"}}
    hall.poll(lambda _poll: [hall.line(phone, choice) for phone in phones], "finance")
    hall.release(1)
    hall.service.boxes.open(hall.id)
    return hall


@pytest.fixture
def address(hall: Hall) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(hall.service), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/m/{hall.id}/screen"
    server.shutdown()
    thread.join()
    server.server_close()


SETTLED = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame(); // a new size is told to the page before the next picture,
  await frame(); // and drawn by then
  await document.fonts.ready;
}"""


def check_readable(page: Page) -> None:
    page.evaluate(SETTLED)
    assert page.evaluate(SMALL_TEXTS) == []
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_result_comes_up_by_itself_and_stays_when_the_network_goes(
    browser: Browser, hall: Hall, address: str
) -> None:
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "ERR_INTERNET_DISCONNECTED" not in message.text:
            complaints.append(message.text)

    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(address)
    expect(page.get_by_text("计票完成，请等待宣布。")).to_be_visible()
    assert "张三" not in page.content()
    assert not [url for url in fetched if "/chart-" in url]

    hall.service.conduct.announce(hall.id, ["finance"], "hall")
    expect(page.get_by_text("同意 6 票，超过应到 6 人的半数")).to_be_visible()
    expect(page.get_by_text("<b>李四</b>")).to_be_visible()  # as text
    expect(page.locator(".bars svg path").first).to_be_attached()
    assert all(url.startswith(address.partition("/m/")[0]) for url in fetched)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        check_readable(page)

    context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("连接中断，正在重试")
    expect(page.get_by_text("同意 6 票，超过应到 6 人的半数")).to_be_visible()
    check_readable(page)
    context.set_offline(False)
    expect(page.get_by_role("alert")).to_be_hidden()
    context.close()
    assert complaints == []
