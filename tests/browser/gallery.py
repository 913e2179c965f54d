"""The gallery of the page's screens, built and opened in a browser under the policy of the real page."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from ballot_service.voter.page import POLICY
from hatch_build import node

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "gallery"
ADDRESS = "https://gallery.example/"


def build() -> None:
    node("tests/gallery/build.ts")


def serve(page: Page, built: Path = BUILT, policy: str = POLICY) -> None:
    """Answer every request of this page from the built files; nothing reaches a network."""

    def answer(route: Route) -> None:
        name = urlsplit(route.request.url).path.lstrip("/") or "index.html"
        file = built / name
        if not file.is_file():
            route.fulfill(status=404)
            return
        route.fulfill(
            body=file.read_bytes(),
            content_type=guess_type(name)[0] or "application/octet-stream",
            headers={"Content-Security-Policy": policy},
        )

    page.route("**/*", answer)


def screens(page: Page) -> list[str]:
    """The names of all samples."""
    page.goto(ADDRESS)
    return [link.get_attribute("data-screen") or "" for link in page.locator("a[data-screen]").all()]


def show(page: Page, screen: str, language: str = "zh-CN") -> None:
    page.goto(f"{ADDRESS}?screen={screen}&language={language}")
    page.wait_for_selector(f"html[lang={language}] #app > header")
