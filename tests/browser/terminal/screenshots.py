"""Pictures of every screen of a terminal, to be looked at by people: a part of `make screenshots`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.terminal import gallery

OUT = gallery.ROOT / "build" / "screenshots" / "terminal"
LANGUAGES = ("zh-CN", "en")
SIZES = {"10-inch": (1280, 800), "10-inch-upright": (800, 1280), "24-inch": (1920, 1080)}


def main(names: list[str]) -> None:
    """names: of screens, sizes, languages, `contrast` and `large`; of each kind that is named none, all are drawn."""
    gallery.build()
    with chromium.running() as browser:
        for size, (width, height) in SIZES.items():
            for kind in ("plain", "contrast", "large"):
                if _wanted(size, SIZES, names) and _wanted(kind, ("plain", "contrast", "large"), names):
                    _shoot(browser, kind, (width, height), OUT / size, names)
    print(f"screenshots: {OUT}")


def _wanted(name: str, kinds: object, names: list[str]) -> bool:
    named = [one for one in names if one in kinds]  # type: ignore[operator]
    return not named or name in named


def _shoot(browser: Browser, kind: str, size: tuple[int, int], folder: Path, names: list[str]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page = context.new_page()
    gallery.serve(page)
    screens = gallery.screens(page)
    for screen in screens:
        for language in LANGUAGES:
            if not _wanted(screen, screens, names) or not _wanted(language, LANGUAGES, names):
                continue
            gallery.show(page, screen, language, large=kind == "large", contrast=kind == "contrast")
            file = folder / kind / language / f"{screen}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except chromium.NoBrowser as error:
        sys.exit(str(error))
