"""verify.html in a browser, opened as an officer opens it: from a file, with no server and no network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from hatch_build import VERIFIER, build

FILE = VERIFIER / "dist" / "verify.html"


@contextmanager
def opened(browser: Browser, width: int = 1280) -> Iterator[Page]:
    """The page; it complains of nothing and asks for nothing but itself."""
    build(VERIFIER)
    complaints: list[str] = []
    requests: list[str] = []
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(FILE.as_uri())
    yield page
    page.context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "blob:"))] == []


def verify(page: Page, ledgers: Sequence[Path], fingerprint: str, *, seconds: float = 30) -> None:
    """Choose files, type and wait for a verdict. Typed as people type: one character after the other."""
    page.set_input_files("#ledger", ledgers)
    page.locator("#fingerprint").press_sequentially(fingerprint)
    page.get_by_role("button", name="开始核验").click()
    expect(page.locator("#verdict")).to_be_visible(timeout=seconds * 1000)


def saved(page: Page, folder: Path) -> Any:
    """The verdict as the page saves it."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="保存核验结论").click()
    path = folder / "saved.json"
    waiting.value.save_as(path)
    return json.loads(path.read_text("utf-8"))
