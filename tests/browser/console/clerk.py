"""A clerk at the console in a real browser: forms are filled in and buttons pressed by the words that stand on them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from ballot_service.app import create_app
from ballot_service.serve import Server, listen, url_of
from ballot_service.service import Service
from tests.ballot_service.prepare.browser import WithKeptKeys
from tests.browser.chromium import PATIENCE_MS
from tests.meeting_kit import config_for

WIDTHS = (1280, 1920, 390)  # px: a notebook, a large screen, a phone
PASSWORD = "泸水会务-2026-投票"


@dataclass
class Clerk:
    """One officer, one browser, one service. `url` is where phones find it."""

    service: Service
    page: Page
    url: str
    meeting: str = ""
    pictures: Path | None = field(default_factory=lambda: _folder())

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────

    def picture(self, name: str, page: Page | None = None) -> None:
        """As it looks now, at each width; only where PICTURES names a folder."""
        seen = page or self.page
        if self.pictures is None:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        before = seen.viewport_size
        for width in WIDTHS:
            seen.set_viewport_size({"width": width, "height": 900 if width != 1920 else 1080})
            seen.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)
        if before is not None:
            seen.set_viewport_size(before)

    def look_at(self, place: str) -> None:
        """One of the pages beside the run page."""
        self.page.goto(f"/meetings/{self.meeting}/{place}")
        self.picture(place)

    def keep(self, name: str, data: bytes) -> None:
        """A file beside the pictures."""
        if self.pictures is not None:
            (self.pictures / name).write_bytes(data)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def come_in(self) -> None:
        """By the one-time link of a new installation; sets a password."""
        self.page.goto(f"/login?code={self.service.accounts.make_code()}")
        self.picture("first-login")
        self.page.get_by_label("您的姓名").fill("和会务")
        self.page.get_by_label("登录名").fill("huiwu")
        self.page.get_by_label("密码", exact=False).first.fill(PASSWORD)
        self.page.get_by_label("再输入一次密码").fill(PASSWORD)
        self.page.get_by_role("button", name="保存密码并登录").click()

    # ── preparing ──────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, template: str) -> None:
        self.page.goto("/")
        self.page.get_by_role("link", name="新建会议").click()
        self.picture("prepare-new")
        self.page.locator("button.choice strong").get_by_text(template, exact=True).first.click()

    def basics(self, title: str, classes: Sequence[tuple[str, int]]) -> None:
        page = self.page
        page.get_by_label("会议名称").fill(title)
        page.get_by_label("组织单位").fill("县委组织部")
        page.get_by_label("地点").fill("县委党校报告厅")
        page.get_by_label("日期").fill("2026-12-18")
        for number, (name, expected) in enumerate(classes, start=1):
            if not page.get_by_label(f"第 {number} 行 票种").count():
                page.get_by_role("button", name="再加几行").click()
            page.get_by_label(f"第 {number} 行 票种").fill(name)
            page.get_by_label(f"第 {number} 行 应到").fill(str(expected))
            page.get_by_label(f"第 {number} 行 备用凭条").fill("1")
        page.get_by_text("高级设置").click()
        page.get_by_label("网页传送").select_option("plain")
        self.picture("prepare-basics")
        page.get_by_role("button", name="下一步").click()

    def add(self, template: str) -> None:
        self.page.locator("button.choice strong").get_by_text(template, exact=True).first.click()

    def fill_in(self, number: int) -> None:
        """Go to an item of the agenda by its place, from 0."""
        self.page.get_by_role("link", name="填写").nth(number).click()

    def voters(self, *classes: str) -> None:
        for name in classes:
            self.page.get_by_label(name).check()

    def post(self, post: str) -> None:
        """What the people of the item are to become."""
        self.page.get_by_label("议题名称").fill(f"{post}人选票决")
        self.page.get_by_label(re.compile("^职务")).fill(post)

    def paste(self, rows: Sequence[str]) -> None:
        """Into the item's table of people."""
        self.page.get_by_text("从表格粘贴或上传").first.click()
        self.page.get_by_label("在 Excel 或 WPS 里").first.fill("\n".join(rows))
        self.page.get_by_role("button", name="填入表格").first.click()

    def next(self) -> None:
        self.page.get_by_role("button", name="下一步").click()

    def check(self) -> None:
        """To the check list, past the preview."""
        self.page.get_by_role("link", name="预览选票").first.click()
        expect(self.page.frame_locator("iframe.phone").get_by_role("heading").first).to_be_visible()
        self.picture("prepare-preview")
        self.page.get_by_role("link", name="下一步：检查").click()
        self.picture("prepare-check")

    def publish(self) -> dict[str, bytes]:
        """Publish and print; returns the sheets by name."""
        page = self.page
        page.get_by_role("link", name="下一步：发布").click()
        page.get_by_label("名单、职务").check()
        self.picture("prepare-publish")
        page.get_by_role("button", name="发布", exact=True).click()
        expect(page.get_by_text("请现在打印")).to_be_visible()
        self.picture("prepare-print")
        sheets = {}
        for link in page.locator("ul.sheets a").all():
            address = str(link.get_attribute("href"))
            sheets[address.rpartition("/")[2].removesuffix(".pdf")] = page.request.get(address).body()
        page.get_by_label("凭条和监票卡都已打印").check()
        page.get_by_role("button", name="已打印").click()
        expect(page.get_by_text("准备好了")).to_be_visible()
        self.picture("prepare-ready")
        return sheets

    # ── in the hall ────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> None:
        """From wherever, by the list of meetings, to the run page."""
        self.page.goto("/")
        self.picture("home")
        self.page.get_by_role("link", name="运行", exact=True).first.click()
        self.meeting = self.page.url.split("/meetings/")[1].split("/")[0]

    @property
    def button(self) -> Locator:
        """The one thing to do next."""
        return self.page.locator("#now .primary a.first, #now .primary button.first")

    def press(self, label: str) -> None:
        """Press the one button of the run page once it says so and can be pressed."""
        expect(self.button).to_contain_text(label)
        expect(self.button).to_be_enabled()
        self.button.click()

    def confirm(self, values: Mapping[str, str] | None = None) -> None:
        """The page that asks, the password where it is asked for, and back to the run page."""
        page = self.page
        expect(page.get_by_role("link", name="返回，不办理")).to_be_visible()  # the run page has such buttons too
        for label, value in (values or {}).items():
            page.get_by_label(label).fill(value)
        with page.expect_navigation(timeout=PATIENCE_MS):
            page.get_by_role("button", name=re.compile("^确认：|^登记：")).first.click()
        if page.get_by_role("heading", name="确认身份").count():  # it is asked for again after five minutes
            page.get_by_label("密码").fill(PASSWORD)
            with page.expect_navigation(timeout=PATIENCE_MS):
                page.get_by_role("button", name="确认并继续").click()

    def go_on(self) -> None:
        """From a result back to the run page."""
        self.page.get_by_role("link", name="继续会议").click()

    def take_the_ledger(self, folder: Path) -> tuple[Path, str]:
        """From the documents page: the file, and the words beside it."""
        words = self.page.locator("#ledger .words").inner_text()
        with self.page.expect_download() as loading:
            self.page.get_by_role("link", name="导出账本").click()
        kept = folder / "exported.ledger"
        loading.value.save_as(kept)
        return kept, words

    def papers(self) -> dict[str, str]:
        """audience/name → address, of the papers that the documents page offers as PDF."""
        self.page.goto(f"/meetings/{self.meeting}/documents")
        found = [str(one.get_attribute("href")) for one in self.page.locator('a[href$=".pdf"]').all()]
        return {one.partition("/documents/")[2].removesuffix(".pdf"): one for one in found}


def _folder() -> Path | None:
    named = os.environ.get("PICTURES")
    return Path(named) if named else None


@contextmanager
def console(browser: Browser, folder: Path) -> Iterator[Clerk]:
    """A clerk who has come in by the one-time link and set a password. What the browser complains of is an error."""
    listening = listen("127.0.0.1", 0)
    url = url_of(listening)
    service = WithKeptKeys(config_for(folder, "", base_url=url, objection_seconds=1))
    complaints: list[str] = []
    with Server(create_app(service), listening, threads=8):
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, base_url=url, reduced_motion="reduce", locale="zh-CN"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        clerk = Clerk(service, page, url)
        clerk.come_in()
        yield clerk
        context.close()
    service.close()
    assert complaints == []
