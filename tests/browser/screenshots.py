"""Pictures of every screen, to be looked at by people: `make screenshots`, or with the names of screens and sizes."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.browser import chromium, gallery

OUT = gallery.ROOT / "build" / "screenshots"
LANGUAGES = ("zh-CN", "en")


@dataclass(frozen=True)
class Size:
    name: str
    width: int
    height: int
    font: int = 16  # pixels: the browser's default size, as the device's settings would change it
    whole: bool = True  # the page from top to bottom, else what is seen at first


SIZES = (
    Size("360x740", 360, 740),
    Size("390x844", 390, 844, whole=False),
    Size("landscape", 740, 360, whole=False),
    Size("large-font", 360, 740, font=32),
    Size("tablet", 820, 1180, whole=False),
)


def main(names: list[str]) -> None:
    gallery.build()
    with chromium.running() as browser:
        for size in SIZES:
            if not set(names) & {one.name for one in SIZES} or size.name in names:
                _shoot(browser, size, [name for name in names if name not in {one.name for one in SIZES}])
    print(f"screenshots: {OUT}")


def _shoot(browser: Browser, size: Size, only: list[str]) -> None:
    context = browser.new_context(
        viewport={"width": size.width, "height": size.height}, device_scale_factor=1.5, reduced_motion="reduce"
    )
    page = context.new_page()
    gallery.serve(page)
    for name in gallery.screens(page):
        if only and name not in only:
            continue
        for language in LANGUAGES:
            gallery.show(page, name, language)
            if size.font != 16:
                _set_default_font(page, size.font)
            file = OUT / language / size.name / f"{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            if size.whole:  # a higher screen, so that what sticks to its edges is where it ends
                height = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": size.width, "height": max(height, size.height)})
            page.screenshot(path=file)
            page.set_viewport_size({"width": size.width, "height": size.height})
    context.close()


def _set_default_font(page: object, font: int) -> None:
    session = page.context.new_cdp_session(page)  # type: ignore[attr-defined]
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": font, "fixed": font}})


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except chromium.NoBrowser as error:
        sys.exit(str(error))
