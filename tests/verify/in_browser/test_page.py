"""verify.html as an officer opens it: a double click, no server, no network."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from hatch_build import VERIFIER, build
from tests.browser import chromium

LEDGER = Path("docs/formats/example.ledger").resolve()
VERDICT = Path("docs/formats/example.verdict.json")
WORDS = "僚质牙尘坏鼻渐饼"


def test_a_dropped_ledger_is_verified_from_a_file(tmp_path: Path) -> None:
    build(VERIFIER)
    complaints: list[str] = []
    requests: list[str] = []
    with chromium.running() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto((VERIFIER / "dist" / "verify.html").as_uri())

        page.get_by_role("button", name="开始核验").click()
        expect(page.get_by_role("alert")).to_have_text("请先选择账本文件。")
        page.set_input_files("#ledger", LEDGER)
        page.get_by_role("button", name="开始核验").click()
        expect(page.get_by_role("alert")).to_contain_text("请输入会议指纹")

        page.get_by_label("第二步　输入会议指纹").fill(WORDS)
        page.get_by_role("button", name="开始核验").click()
        expect(page.locator("#verdict")).to_contain_text("核验通过", timeout=20_000)
        assert page.locator("#checks tbody tr.pass").count() == 20
        expect(page.get_by_text("张三").first).to_be_visible()
        assert _saved(page, tmp_path)["contests"].keys() == json.loads(VERDICT.read_text("utf-8"))["contests"].keys()
        page.get_by_role("button", name="English").click()
        expect(page.locator("#verdict")).to_contain_text("Accepted")
        page.get_by_role("button", name="中文").click()

        page.get_by_role("button", name="核验另一份账本").click()
        forged = tmp_path / "forged.ledger"
        forged.write_bytes(LEDGER.read_bytes().replace("张三".encode(), "王五".encode(), 1))
        _drop(page, forged)
        expect(page.get_by_text("forged.ledger")).to_be_visible()
        page.get_by_label("第二步　输入会议指纹").fill(WORDS)
        page.get_by_role("button", name="开始核验").click()
        expect(page.locator("#verdict")).to_contain_text("核验未通过", timeout=20_000)
        expect(page.locator("#checks tr.fail").first).to_contain_text("V04")
        assert not _saved(page, tmp_path)["accepted"]
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "blob:"))] == []


def _saved(page: Page, folder: Path) -> dict[str, object]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="保存核验结论").click()
    path = folder / "saved.json"
    waiting.value.save_as(path)
    verdict: dict[str, object] = json.loads(path.read_text("utf-8"))
    return verdict


def _drop(page: Page, path: Path) -> None:
    transfer = page.evaluate_handle(
        """([name, text]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], name));
          return transfer;
        }""",
        [path.name, path.read_text("utf-8")],
    )
    page.dispatch_event("#ledger-zone", "drop", {"dataTransfer": transfer})
