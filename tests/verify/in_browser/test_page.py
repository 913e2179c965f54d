"""verify.html as an officer opens it: a double click, no server, no network."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hatch_build import VERIFIER, build, node
from tests.browser import chromium
from tests.ledger_builder import small_meeting
from tests.verify.in_browser.comparing import without_prose
from tests.verify.in_browser.opened import FILE, opened, saved, verify
from tests.verify.in_browser.test_same_series import winter_meeting
from tests.verify.test_series import summer_meeting
from tests.whole_meetings import SPRING_FAILURE, earlier_meeting
from verify.words import to_words

LEDGER = Path("docs/formats/example.ledger").resolve()
VERDICT = Path("docs/formats/example.verdict.json")
WORDS = "僚质牙尘坏鼻渐饼"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.running() as found:
        yield found


def test_a_dropped_ledger_is_verified_from_a_file(browser: Browser, tmp_path: Path) -> None:
    with opened(browser) as page:
        expect(page.locator("#own-hash")).to_have_text(sha256(FILE.read_bytes()).hexdigest())
        page.get_by_role("button", name="开始核验").click()
        expect(page.get_by_role("alert")).to_have_text("请先选择账本文件。")
        page.set_input_files("#ledger", LEDGER)
        page.get_by_role("button", name="开始核验").click()
        expect(page.get_by_role("alert")).to_contain_text("请输入会议指纹")

        words = page.get_by_label("第二步　输入会议指纹")
        words.fill(WORDS[:3] + "龘")
        expect(page.locator("#fingerprint-said")).to_contain_text("“龘”不在指纹用字之中")
        words.fill(WORDS)
        expect(page.locator("#fingerprint-said")).to_contain_text("已读到完整的会议指纹")
        page.get_by_role("button", name="开始核验").click()
        expect(page.locator("#verdict")).to_contain_text("接受", timeout=20_000)
        assert page.locator("#checks tbody tr.pass").count() == 20
        expect(page.get_by_text("张三").first).to_be_visible()
        assert without_prose(saved(page, tmp_path)) == without_prose(json.loads(VERDICT.read_text("utf-8")))
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
        expect(page.locator("#verdict")).to_contain_text("不接受", timeout=20_000)
        expect(page.locator("#verdict")).to_contain_text("V04")
        expect(page.locator("#checks tr.fail").first).to_contain_text("V04")
        assert not saved(page, tmp_path)["accepted"]


def test_the_page_is_the_same_wherever_it_is_built(tmp_path: Path) -> None:
    build(VERIFIER)
    elsewhere = tmp_path / "另一个 folder"
    shutil.copytree(VERIFIER, elsewhere, ignore=shutil.ignore_patterns("node_modules", "dist", "tests"))
    (elsewhere / "node_modules").symlink_to(VERIFIER / "node_modules")
    node("build.ts", project=elsewhere)
    assert (elsewhere / "dist" / "verify.html").read_bytes() == FILE.read_bytes()


def test_a_year_is_dropped_at_once_and_a_missing_meeting_is_named(browser: Browser, tmp_path: Path) -> None:
    spring = earlier_meeting()
    summer = summer_meeting(spring)
    winter = winter_meeting(summer, SPRING_FAILURE)  # leaves out who failed in summer
    paths = [tmp_path / f"{name}.ledger" for name in ("winter", "spring", "summer")]
    for path, builder in zip(paths, (winter, spring, summer), strict=True):
        path.write_bytes(builder.ledger())
    with opened(browser) as page:
        verify(page, paths[:2], to_words(spring.fingerprint, "zh"))
        expect(page.locator("#verdict")).to_contain_text(
            "缺少账本：winter.ledger 的上一次会议是 ballot.example/summer，没有提供"
        )
        expect(page.locator("#verdict-of-one")).to_contain_text("接受")

        page.get_by_role("button", name="核验另一份账本").click()
        verify(page, paths, to_words(spring.fingerprint, "zh"))
        expect(page.locator("#verdict")).to_contain_text("不接受")
        rows = page.locator(".series tbody tr")
        assert [re.findall(r"\w+\.ledger|不?接受", row) for row in rows.all_inner_texts()] == [
            ["spring.ledger", "接受"],
            ["summer.ledger", "接受"],
            ["winter.ledger", "不接受"],
        ]
        expect(page.locator("#checks tr.fail")).to_have_count(1)
        expect(page.locator("#checks tr.fail")).to_contain_text("V17")
        rows.nth(0).get_by_role("button", name="查看").click()
        expect(page.locator("#checks tr.pass")).to_have_count(20)
        said = saved(page, tmp_path)
        assert [one["file"] for one in said["ledgers"]] == ["spring.ledger", "summer.ledger", "winter.ledger"]


def test_a_witness_that_is_asked_for_is_looked_for(browser: Browser, tmp_path: Path) -> None:
    def desk(entry: dict[str, Any]) -> None:
        if entry["type"] == "poll-close":
            entry.update(hubs_missing=2, assisted=3)

    builder = small_meeting(witness_quorum=1, on_entry=desk)
    path = tmp_path / "witnessed.ledger"
    path.write_bytes(builder.ledger())
    words = to_words(builder.fingerprint, "zh")
    with opened(browser) as page:
        page.get_by_text("其他凭据和核对方式").click()
        page.get_by_label("见证公钥").fill("no key")
        page.set_input_files("#ledger", path)
        page.locator("#fingerprint").fill(words)
        page.get_by_role("button", name="开始核验").click()
        expect(page.get_by_role("alert")).to_have_text("这不是完整的见证公钥：no key")
        page.get_by_label("见证公钥").fill(builder.meeting["witnesses"]["keys"][0])
        page.get_by_role("button", name="开始核验").click()
        expect(page.locator("#verdict")).to_contain_text("接受")
        expect(page.locator(".notes")).to_contain_text("截止时有 2 个终端站没有送到选票")
        expect(page.locator(".notes")).to_contain_text("有 3 人在他人协助下投票")

        page.get_by_role("button", name="核验另一份账本").click()
        page.get_by_text("其他凭据和核对方式").click()
        page.get_by_label("见证公钥").fill(small_meeting(seed=5, witness_quorum=1).meeting["witnesses"]["keys"][0])
        verify(page, [path], words)
        expect(page.locator("#verdict")).to_contain_text("V03")


def test_a_long_verification_can_be_stopped(browser: Browser, tmp_path: Path) -> None:
    builder = small_meeting()
    path = tmp_path / "long.ledger"
    path.write_bytes(builder.ledger())
    with opened(browser) as page:
        page.evaluate("() => { window.Worker = class { postMessage() {} terminate() {} }; }")  # it never answers
        page.set_input_files("#ledger", path)
        page.locator("#fingerprint").fill(to_words(builder.fingerprint, "zh"))
        page.get_by_role("button", name="开始核验").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.get_by_role("button", name="停止核验").click()
        expect(page.locator("#fingerprint")).to_have_value(to_words(builder.fingerprint, "zh"))
        expect(page.get_by_text("long.ledger")).to_be_visible()


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
