"""A person with a phone: one browser context at 390×844 with touch, in Chinese, that taps what it can see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as TooLong

from tests.browser.chromium import PATIENCE_MS
from tests.browser.meetings.hall import ROOT

PICTURES = ROOT / "build" / "screenshots" / "journey"
LOOK_MS = 250  # between two looks at what the service has to say
SHOWN = "document.querySelector('main.screen')?.className ?? ''"
KEPT = """async () => {
  const names = (await indexedDB.databases()).map((database) => database.name);
  const all = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  for (const name of names) {
    const database = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    for (const table of database.objectStoreNames) {
      const store = database.transaction(table).objectStore(table);
      for (const what of [store.getAllKeys(), store.getAll()]) {
        await new Promise((resolve) => { what.onsuccess = resolve; });
        all.push(JSON.stringify(what.result));
      }
    }
    database.close();
  }
  return all.join("\\n");
}"""


@dataclass
class Sealed:
    """What an observer of the network sees of one sealed request."""

    route: str
    request_bytes: int
    response_bytes: int


@dataclass
class Phone:
    """The page is `page`; `close` is the person switching the phone off without a word."""

    browser: Browser
    pictures: str | None = None
    said: list[str] = field(default_factory=list)  # on the console
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            has_touch=True,
            is_mobile=True,
            locale="zh-CN",
            reduced_motion="reduce",
            ignore_https_errors=True,  # nobody has signed the hall's certificate
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self.said.append(f"{message.text} {message.location['url']}"))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.requests.append(request))
        page.on("dialog", lambda dialog: dialog.accept())  # the question before a page is left
        return page

    def close(self) -> None:
        self.context.close()

    def kill(self) -> None:
        """The page is gone between one instruction and the next; nobody asks whether it may."""
        self.page.close(run_before_unload=False)

    def open(self, url: str) -> None:
        self.page.goto(url)

    def reopen(self, url: str) -> None:
        """As the browser does when a person comes back to it."""
        self.page = self.new_page()
        self.open(url)

    # ── what is seen ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def screen(self) -> str:
        """The kind of journey that is shown; empty before there is one."""
        return str(self.page.evaluate(SHOWN)).partition(" ")[2]

    def until(self, *screens: str) -> str:
        """Wait for one of these screens, looking at the meeting again and again."""
        wanted = ", ".join(f"main.screen.{screen}" for screen in screens)
        for _ in range(PATIENCE_MS // LOOK_MS):
            try:
                self.page.wait_for_selector(wanted, timeout=LOOK_MS)
                return self.screen
            except TooLong:
                self.look()
        raise AssertionError(f"expected {screens}, still {self.screen!r}: {self.text()} {self.said}")

    def until_text(self, text: str) -> None:
        for _ in range(PATIENCE_MS // LOOK_MS):
            if self.page.get_by_text(text).first.is_visible():
                return
            self.look()
            self.page.wait_for_timeout(LOOK_MS)
        raise AssertionError(f"expected {text!r}: {self.text()} {self.said}")

    def look(self) -> None:
        """The phone says that it is online again: it asks at once, and nobody waits for its next turn."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def text(self) -> str:
        return str(self.page.evaluate("document.body.innerText"))

    def words(self) -> list[str]:
        return self.page.locator(".fingerprint li").all_inner_texts()

    def picture(self, name: str) -> None:
        if self.pictures is None:
            return
        folder = PICTURES / self.pictures
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")

    # ── what is done ───────────────────────────────────────────────────────────────────────────────────────────────

    def tap(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).tap()

    def choose(self, words: str, within: str | None = None, *, blocked: bool = False) -> None:
        """Tap a choice; `within` is the name of the candidate. blocked: one that the page says to be blocked."""
        place: Page | Locator = self.page
        if within is not None:
            place = self.page.locator("fieldset").filter(has=self.page.locator("legend", has_text=within))
        place.locator("label.choice").filter(has_text=re.compile(rf"^\s*{re.escape(words)}\s*$")).tap(force=blocked)

    def take_booklet(self, url: str) -> None:
        self.open(url)
        self.until("welcome")
        self.tap("领取选票")
        self.until("waiting", "ballot")

    def cast(self) -> None:
        """From a filled ballot to its receipt."""
        self.tap("核对选票")
        expect(self.page.locator("main.screen.review")).to_be_visible()
        self.tap("投出选票")
        self.until("received")

    # ── what an observer gets ──────────────────────────────────────────────────────────────────────────────────────

    def kept(self) -> str:
        """Everything that this browser stores for the page."""
        return str(self.page.evaluate(KEPT))

    def history(self) -> list[str]:
        session = self.context.new_cdp_session(self.page)
        entries = session.send("Page.getNavigationHistory")["entries"]
        session.detach()
        return [str(entry["url"]) for entry in entries]

    def sealed(self) -> list[Sealed]:
        """In order of their going out."""
        return [
            Sealed(
                request.url.rpartition("/")[2],
                len(request.post_data_buffer or b""),
                len(response.body()),
            )
            for request in self.requests
            if request.method == "POST" and (response := request.response()) is not None
        ]
