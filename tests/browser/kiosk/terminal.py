"""A person at a terminal of the hub: one browser context, a scanner that types, and taps on what can be seen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as TooLong

from tests.browser.chromium import PATIENCE_MS
from tests.browser.meetings.hall import ROOT

PICTURES = ROOT / "build" / "screenshots" / "kiosk"
SCANS, AGAIN_MS = 20, 2_000
STORED = """async () => JSON.stringify({
  local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie, name: window.name,
  databases: (await indexedDB.databases()).map((one) => one.name), state: history.state,
  workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
  caches: await caches.keys(), address: location.href, before: document.referrer, title: document.title,
  fields: [...document.querySelectorAll("input, textarea")].map((one) => one.value),
})"""


@dataclass
class Terminal:
    """Terminal `name` of the hub at `url`."""

    context: BrowserContext
    url: str
    name: str = "1"
    said: list[str] = field(default_factory=list)  # on the console
    pictures: str | None = None

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self) -> None:
        self.page.goto(f"{self.url}/t/{self.name}")
        self.until("attract")

    # ── what is seen ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def screen(self) -> str:
        """`attract`, `ballot`, `farewell`, …"""
        classes = self.page.locator("main.screen").get_attribute("class") or ""
        return classes.split()[-1]

    def until(self, *screens: str) -> str:
        try:
            self.page.wait_for_selector(", ".join(f"main.screen.{screen}" for screen in screens))
        except TooLong:
            raise AssertionError(f"expected {screens}, is {self.screen}: {self.text()}; said {self.said}") from None
        return self.screen

    def text(self) -> str:
        return self.page.locator(".page").inner_text()

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1).last).to_have_text(text)

    def stored(self) -> str:
        """Everything that this browser keeps for the page, and says of how it came here."""
        return str(self.page.evaluate(STORED))

    def history(self) -> list[str]:
        """The addresses behind the back button."""
        session = self.context.new_cdp_session(self.page)
        entries = session.send("Page.getNavigationHistory")["entries"]
        session.detach()
        return [f"{entry['url']} {entry['title']}" for entry in entries]

    def picture(self, name: str) -> None:
        if self.pictures is not None:
            folder = PICTURES / self.pictures
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")

    # ── what is done ───────────────────────────────────────────────────────────────────────────────────────────────

    def scan(self, slip: str) -> None:
        """What a hand scanner types; once more where the machine was too busy to be as fast as one."""
        for _ in range(SCANS):
            self.page.keyboard.type(slip)
            self.page.keyboard.press("Enter")
            with suppress(TooLong):
                self.page.wait_for_selector("main.screen:not(.attract)", timeout=AGAIN_MS)
                return
        raise AssertionError(f"the slip was not taken: {self.text()}")

    def tap(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def choose(self, words: str) -> None:
        """Of a ballot with one candidate."""
        self.page.get_by_role("radio", name=words, exact=True).check()

    def begin(self, slip: str) -> str:
        """From the attract screen to the ballot, or to what the terminal says instead."""
        self.scan(slip)
        if self.until("welcome", "ballot", "farewell") == "welcome":
            self.tap("领取选票")
        return self.until("ballot", "farewell")

    def vote(self, words: str) -> None:
        """From a ballot to its farewell."""
        self.choose(words)
        self.picture("ballot-chosen")
        self.tap("核对选票")
        self.until("review")
        self.picture("review")
        self.tap("投出选票")
        self.until("farewell")
        self.heading("已投票，请取走凭条")

    def go(self) -> None:
        """From a farewell to the next person's attract screen."""
        self.tap("完成")
        self.until("attract")
