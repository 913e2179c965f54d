"""The officers' pages in two browsers: what one does the other sees, a lost network is told, a slip stays secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

from ballot_service.app import create_app
from ballot_service.hubs.reports import Report, Terminal
from ballot_service.serve import Server, listen, url_of
from ballot_service.service import Service
from tests.meeting_kit import Hall, config_for, meeting_file, publish


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    listening = listen("127.0.0.1", 0)
    service = Service(config_for(tmp_path_factory.mktemp("running"), "", base_url=url_of(listening)))
    with Server(create_app(service), listening, threads=4):
        yield publish(service, meeting_file(slips={"reserve": {"A": 1}}))
    service.close()


def opened(browser: Browser, hall: Hall, path: str) -> Page:
    """A page in a browser of its own; whatever it complains of fails the test."""
    service = hall.service
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    token = service.accounts.log_in(service.accounts.make_code())
    context.add_cookies([{"name": "ballot_session", "value": token, "url": service.config.base_url}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{service.config.base_url}/meetings/{hall.id}/{path}")
    return page


def test_two_officers_see_the_same_and_a_lost_network_is_told(browser: Browser, hall: Hall) -> None:
    first, second = opened(browser, hall, "run"), opened(browser, hall, "run")
    second.get_by_text("更正应到人数").click()
    first.get_by_role("link", name="登记实到人数").click()
    first.get_by_label("委员").fill("6")
    first.get_by_role("button", name="确认").click()
    expect(second.locator("#attendance td.number").nth(1)).to_have_text("6")
    assert second.locator("details[open]").count() == 1  # what was opened stays open
    for phone in hall.phones(6):
        hall.redeem(phone)
    first.get_by_role("link", name="开始投票").click()
    first.get_by_role("button", name="确认").dblclick(no_wait_after=True)
    expect(second.locator(".headline")).to_contain_text("正在投票")
    assert len(hall.entries("poll-open")) == 1

    lost = second.locator("#lost")
    expect(lost).to_be_hidden()
    second.context.set_offline(True)
    expect(lost).to_be_visible()
    hall.service.polls.close(hall.id)
    second.context.set_offline(False)
    expect(lost).to_be_hidden()
    expect(second.locator(".headline")).to_contain_text("等待开箱")
    for page in (first, second):
        page.context.close()


def test_nothing_of_a_slip_but_its_token_is_sent(browser: Browser, hall: Hall) -> None:
    page = opened(browser, hall, "desk")
    sent: list[str] = []
    files: list[str] = []  # of the page: a browser asks for its icon whenever it likes

    def hear(request: Request) -> None:
        asked = f"{request.url} {request.post_data or ''} {request.headers}"
        (files if "/officers/" in request.url else sent).append(asked)

    page.on("request", hear)
    url = hall.urls(reserve=True)[0]
    field = page.get_by_label("用扫码枪扫描")
    field.fill("https://elsewhere.example/m/other#NOTHING")
    page.keyboard.press("Enter")
    expect(page.get_by_text("这不是本次会议的凭条")).to_be_visible()
    assert sent == []
    field.fill(url)
    page.keyboard.press("Enter")
    expect(page.get_by_text("备用凭条，还没有启用")).to_be_visible()
    secret = url.partition("#")[2].split(".")[0]
    assert sent
    assert not [one for one in sent + files if secret.lower() in one.lower()]
    page.context.close()


def test_pages_are_accessible(browser: Browser, hall: Hall) -> None:
    hubs = hall.service.hubs
    paired = hubs.pair(hubs.make_code(hall.id, "一楼会议室"))
    terminals = (Terminal("1", "idle", "ok"), Terminal("2", "away", "refused"))
    hubs.hear(paired.id, hall.id, Report(terminals=terminals, disk_free=10**8), [])
    page = opened(browser, hall, "run")
    for path in ("run", "run/attendance", "desk", "paper", "documents", "hubs"):
        page.goto(f"{hall.service.config.base_url}/meetings/{hall.id}/{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
    page.context.close()
