"""The gallery of the terminal's screens, built and opened in a browser under the policy of the hub's pages."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page, Route

from hatch_build import node
from kiosk.headers import POLICY

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "build" / "gallery-terminal"
ADDRESS = "https://gallery.example/"


def build() -> None:
    node("tests/terminal/gallery/build.ts")


def serve(page: Page) -> None:
    """Answer every request of this page from the built files; nothing reaches a network."""

    def answer(route: Route) -> None:
        name = urlsplit(route.request.url).path.lstrip("/") or "index.html"
        file = BUILT / name
        if not file.is_file():
            route.fulfill(status=404)
            return
        route.fulfill(
            body=file.read_bytes(),
            content_type=guess_type(name)[0] or "application/octet-stream",
            headers={"Content-Security-Policy": POLICY},
        )

    page.route("**/*", answer)


def screens(page: Page) -> list[str]:
    """The names of all samples."""
    page.goto(ADDRESS)
    return [link.get_attribute("data-screen") or "" for link in page.locator("a[data-screen]").all()]


def show(page: Page, screen: str, language: str = "zh-CN", *, large: bool = False, contrast: bool = False) -> None:
    """As a person who has set the switches so sees it."""
    asked = {"screen": screen, "language": language, **({"large": 1} if large else {})}
    page.goto(f"{ADDRESS}?{urlencode(asked | ({'contrast': 1} if contrast else {}))}")
    page.wait_for_selector(f"html[lang={language}] #app .page > header")
