"""A clerk prepares 一报告两评议 with nine people in a real browser, looks at the ballots, and publishes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ballot_service.app import create_app
from ballot_service.config import Config
from ballot_service.serve import Server, listen, url_of
from tests.ballot_service.prepare.browser import WithKeptKeys

NAMES = ["张建国", "李秀兰", "王志强", "赵春梅", "杨永华", "和丽珍", "普文军", "余德福", "欧阳海燕"]
LINES = [f"{number}\t{name}\t市水务局\t局长" for number, name in enumerate(NAMES, start=1)]


@pytest.fixture
def console(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The console, logged in. Whatever the browser complains of fails the test."""
    listening = listen("127.0.0.1", 0)
    service = WithKeptKeys(Config(data_dir=tmp_path, base_url=url_of(listening)))
    complaints: list[str] = []
    with Server(create_app(service), listening, threads=4) as server:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=server.url)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        context.request.post(f"{server.url}/login", form={"code": service.accounts.make_code()})
        yield page
        context.close()
    service.close()
    assert complaints == []


def test_nine_people_are_pasted_looked_at_and_published(console: Page) -> None:
    page = console
    page.goto("/drafts/new")
    page.get_by_role("button", name="一报告两评议").click()
    page.get_by_label("会议名称").fill("市委全委会“一报告两评议”")
    page.get_by_label("组织单位").fill("市委组织部")
    page.get_by_label("地点").fill("市委党校")
    page.get_by_label("日期").fill("2026-12-18")
    page.get_by_label("第 1 行 票种").fill("全委会成员")
    page.get_by_label("第 1 行 应到").fill("35")
    expect(page.get_by_text("已自动保存")).to_be_visible()
    page.reload()
    expect(page.get_by_label("会议名称")).to_have_value("市委全委会“一报告两评议”")
    page.get_by_text("高级设置").click()
    page.get_by_label("网页传送").select_option("plain")
    page.get_by_role("button", name="下一步").click()

    page.get_by_role("link", name="填写").click()
    page.get_by_label("全委会成员").check()
    page.get_by_text("从表格粘贴或上传").first.click()
    pasted = page.get_by_label("在 Excel 或 WPS 里").first
    pasted.fill("\n".join([*LINES[:8], "9\t\t市水务局\t局长"]))
    page.get_by_role("button", name="填入表格").first.click()
    expect(page.get_by_text("第 9 行：姓名为空")).to_be_visible()
    pasted.fill("\n".join(LINES))
    page.get_by_role("button", name="填入表格").first.click()
    expect(page.get_by_label("第 9 行 姓名")).to_have_value("欧阳海燕")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="下一步").click()

    page.get_by_role("link", name="下一步：预览选票").click()
    phone = page.frame_locator("iframe.phone")
    for name in NAMES:
        expect(phone.get_by_text(name).first).to_be_attached()
    phone.get_by_label("较好").first.check()
    expect(phone.get_by_text("已填 1 / ").first).to_be_visible()
    page.get_by_role("link", name="下一步：检查").click()
    expect(page.get_by_text(re.compile("35 张"))).not_to_have_count(0)
    page.get_by_role("link", name="下一步：发布").click()
    page.get_by_label("名单、职务").check()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("请现在打印")).to_be_visible()
    slips = page.request.get(str(page.get_by_role("link", name="打印凭条").get_attribute("href")))
    assert slips.body().startswith(b"%PDF-")
    page.get_by_label("凭条和监票卡都已打印").check()
    page.get_by_role("button", name="已打印").click()
    expect(page.get_by_text("准备好了")).to_be_visible()
