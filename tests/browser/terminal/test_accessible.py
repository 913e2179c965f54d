"""Every screen of a terminal, for people who do not see it, see it badly, or have large fingers.

WCAG 2.2 AA; in high contrast AAA. The quick test looks at a few screens, in Chinese on a 10-inch tablet.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.terminal import gallery
from tests.browser.terminal.screenshots import SIZES
from tests.browser.test_accessible import OVERFLOW, TEXTS

pytestmark = pytest.mark.xdist_group("browser")
SMALLEST_TYPE = 24  # px
SMALLEST_TARGET = 64  # px
ENHANCED = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
TARGETS = """() => [...document.querySelectorAll("button, summary, .face, input.text, textarea")]
  .map((element) => [element.innerText || element.className, element.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0)
  .map(([name, { width, height }]) => [name, Math.min(width, height)])
  .filter(([, size]) => size < SMALLEST)""".replace("SMALLEST", str(SMALLEST_TARGET))
DIALOGS = ("ballot-idle",)


@pytest.fixture
def page(browser: Browser, built_terminal_gallery: None, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = SIZES[getattr(request, "param", "10-inch")]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    gallery.serve(page)
    yield page
    context.close()


def check(page: Page, screen: str, language: str, *, contrast: bool = False, large: bool = False) -> None:
    gallery.show(page, screen, language, contrast=contrast, large=large)
    assert {text: size for text, size in page.evaluate(TEXTS).items() if size < SMALLEST_TYPE} == {}, screen
    assert page.evaluate(TARGETS) == [], screen
    assert page.evaluate(OVERFLOW) <= 0, screen
    headings = page.locator("h1").count()
    assert (headings, page.evaluate("document.activeElement.tagName")) == (
        (2, "BUTTON") if screen in DIALOGS else (1, "H1")
    ), screen
    found = Axe().run(page, options=ENHANCED if contrast else None).response["violations"]
    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == [], screen


@pytest.mark.parametrize(
    ("screens", "contrast"),
    [
        pytest.param(("attract", "grade", "ballot-idle"), False, id="plain"),
        pytest.param(("approval", "ballot-closing", "out-removed"), True, id="in high contrast"),
    ],
)
def test_screens_are_large_reachable_and_read_from_their_heading(
    page: Page, screens: tuple[str, ...], contrast: bool
) -> None:
    for screen in screens:
        check(page, screen, "zh-CN", contrast=contrast)


@pytest.mark.soak
@pytest.mark.parametrize("page", SIZES, indirect=True)
@pytest.mark.parametrize("kind", ["plain", "contrast", "large"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_so_is_every_screen_in_every_look(page: Page, language: str, kind: str) -> None:
    assert len(gallery.screens(page)) > 35
    for name in gallery.screens(page):
        check(page, name, language, contrast=kind == "contrast", large=kind == "large")
