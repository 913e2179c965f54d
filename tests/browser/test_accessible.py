"""Every screen, in both languages, for people who do not see it, see it badly, or have large fingers: WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import gallery

pytestmark = pytest.mark.xdist_group("browser")
LANGUAGES = pytest.mark.parametrize("language", ["zh-CN", pytest.param("en", marks=pytest.mark.soak)])
SMALLEST_TYPE = 18  # px
SMALLEST_TARGET = 48  # px

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


def each_screen(page: Page, language: str) -> list[str]:
    names = gallery.screens(page)
    assert len(names) > 50
    return names


@LANGUAGES
def test_axe_finds_nothing_on_any_screen(page: Page, language: str) -> None:
    axe = Axe()
    found: list[Any] = []
    for name in each_screen(page, language):
        gallery.show(page, name, language)
        for violation in axe.run(page).response["violations"]:
            found += [(name, violation["id"], node["html"]) for node in violation["nodes"]]
    assert found == []


@LANGUAGES
def test_no_text_is_small_and_no_target_hard_to_hit(page: Page, language: str) -> None:
    for name in each_screen(page, language):
        gallery.show(page, name, language)
        assert {text: size for text, size in page.evaluate(TEXTS).items() if size < SMALLEST_TYPE} == {}, name
        assert [one for one in page.evaluate(TARGETS) if one[1] < SMALLEST_TARGET] == [], name


@LANGUAGES
def test_nothing_is_lost_on_a_narrow_screen_or_in_a_large_font(page: Page, language: str) -> None:
    names = each_screen(page, language)
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    for width, font in ((320, 16), (360, 32)):
        page.set_viewport_size({"width": width, "height": 740})
        session.send("Page.setFontSizes", {"fontSizes": {"standard": font, "fixed": font}})
        for name in names:
            gallery.show(page, name, language)
            assert page.evaluate(OVERFLOW) <= 0, (name, width, font)


@LANGUAGES
def test_every_screen_has_one_heading_and_it_is_read_first(page: Page, language: str) -> None:
    for name in each_screen(page, language):
        gallery.show(page, name, language)
        assert page.locator("h1").count() == 1, name
        assert page.evaluate("document.activeElement.tagName") == "H1", name
        assert page.locator("html").get_attribute("lang") == language
