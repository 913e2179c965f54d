"""Every screen, in both languages, for people who do not see it, see it badly, or have large fingers: WCAG 2.2 AA.

A page is opened once and looked at from every side, because opening it takes longer than any look.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import gallery
from tests.browser.conftest import WIDTH, phone_page

pytestmark = pytest.mark.xdist_group("browser")
SMALLEST_TYPE = 18  # px
SMALLEST_TARGET = 48  # px
HEIGHT = 740  # px
NORMAL = (WIDTH, 16)  # px of the screen, and of the browser's standard font
NARROW_AND_LARGE = ((320, 16), (360, 32))

TEXTS = """() => {
  const sizes = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    if (text !== "") sizes[text] = parseFloat(getComputedStyle(walker.currentNode.parentElement).fontSize);
  }
  return sizes;
}"""
TARGETS = """() => [...document.querySelectorAll("button, summary, .face, input.text, textarea, label.file")]
  .map((element) => [element.innerText || element.className, element.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0)
  .map(([name, { width, height }]) => [name, Math.min(width, height)])"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BODY_TYPE = "() => parseFloat(getComputedStyle(document.body).fontSize)"


@dataclass
class Look:
    """What was seen of one screen."""

    headings: int
    read_first: str  # the name of the element that has the focus
    language: str | None
    types: dict[str, float]  # text → px
    targets: list[tuple[str, float]]  # name, px of the shorter side
    violations: list[tuple[str, str]]  # axe's rule, element
    shown: dict[tuple[int, int], tuple[int, float, float]] = field(default_factory=dict)
    """Width and font asked for → width and body type that the page then had, px that stand out to the right."""


def look_at(page: Page, axe: Axe) -> Look:
    """As the screen opens."""
    look = Look(
        page.locator("h1").count(),
        page.evaluate("document.activeElement.tagName"),
        page.locator("html").get_attribute("lang"),
        page.evaluate(TEXTS),
        page.evaluate(TARGETS),
        [],
    )
    for violation in axe.run(page).response["violations"]:
        look.violations += [(violation["id"], node["html"]) for node in violation["nodes"]]
    return look


@pytest.fixture(scope="module", params=["zh-CN", pytest.param("en", marks=pytest.mark.soak)])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def looks(browser: Browser, built_gallery: None, language: str) -> dict[str, Look]:
    """Of every screen, by its name."""
    axe = Axe()
    looks: dict[str, Look] = {}
    with phone_page(browser) as page:
        session = page.context.new_cdp_session(page)
        session.send("Page.enable")

        def resize(width: int, font: int) -> None:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            session.send("Page.setFontSizes", {"fontSizes": {"standard": font, "fixed": font}})

        names = gallery.screens(page)
        assert len(names) > 50
        for name in names:
            gallery.show(page, name, language)
            looks[name] = look_at(page, axe)
            for width, font in NARROW_AND_LARGE:
                resize(width, font)
                looks[name].shown[width, font] = (
                    page.evaluate("innerWidth"),
                    page.evaluate(BODY_TYPE),
                    page.evaluate(OVERFLOW),
                )
            resize(*NORMAL)
    return looks


def test_axe_finds_nothing_on_any_screen(looks: dict[str, Look]) -> None:
    assert [(name, *found) for name, look in looks.items() for found in look.violations] == []


def test_no_text_is_small_and_no_target_hard_to_hit(looks: dict[str, Look]) -> None:
    for name, look in looks.items():
        assert {text: size for text, size in look.types.items() if size < SMALLEST_TYPE} == {}, name
        assert [one for one in look.targets if one[1] < SMALLEST_TARGET] == [], name


def test_nothing_is_lost_on_a_narrow_screen_or_in_a_large_font(looks: dict[str, Look]) -> None:
    for name, look in looks.items():
        for (width, font), (inner, body, beyond) in look.shown.items():
            assert (inner, body) == (width, SMALLEST_TYPE * font / 16), name  # so large it really was
            assert beyond <= 0, (name, width, font)


def test_every_screen_has_one_heading_and_it_is_read_first(looks: dict[str, Look], language: str) -> None:
    for name, look in looks.items():
        assert (look.headings, look.read_first, look.language) == (1, "H1", language), name
