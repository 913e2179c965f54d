"""The gallery of the terminal's screens, built and opened in a browser under the policy of the hub's pages."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Page

from hatch_build import node
from kiosk.headers import POLICY
from tests.browser import gallery
from tests.browser.gallery import ADDRESS, ROOT, screens

__all__ = ["ROOT", "build", "screens", "serve", "show"]


def build() -> None:
    node("tests/terminal/gallery/build.ts")


def serve(page: Page) -> None:
    """Answer every request of this page from the built files."""
    gallery.serve(page, ROOT / "build" / "gallery-terminal", POLICY)


def show(page: Page, screen: str, language: str = "zh-CN", *, large: bool = False, contrast: bool = False) -> None:
    """As a person who has set the switches so sees it."""
    switches = {name: 1 for name, is_on in (("large", large), ("contrast", contrast)) if is_on}
    page.goto(f"{ADDRESS}?{urlencode({'screen': screen, 'language': language, **switches})}")
    page.wait_for_selector(f"html[lang={language}] #app .page > header")
