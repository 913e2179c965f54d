"""Somebody who was not in the hall has three things: the ledger, verify.html and the printed papers of the meeting.

He copies the eight words from the foot of a paper, types them one by one, and reaches the verdict of the command; what
the page then asks him to tick off is what stands on the papers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from ballot_service.cli import main as service
from tests.ballot_service.documents.ledgers import kept
from tests.ballot_service.documents.meetings import vote_ledger
from tests.browser import chromium
from tests.ledger_builder import small_meeting
from tests.verify.in_browser.comparing import without_prose
from tests.verify.in_browser.opened import opened, saved, verify
from verify.cli import main

POST = "财政局局长"  # both meetings vote on it in two rounds


def ledger_of_the_demo(folder: Path) -> bytes:
    assert service(["demo", "--out", str(folder)]) == 0
    return (folder / "demo" / "demo.ledger").read_bytes()


def ledger_of_a_vote(_folder: Path) -> bytes:
    return vote_ledger()


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(ledger_of_a_vote, id="a vote"),
        pytest.param(ledger_of_the_demo, id="the demo", marks=pytest.mark.soak),
    ],
)
def test_a_stranger_with_the_papers_reaches_the_verdict_of_the_command(
    held: Callable[[Path], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVE", "0")
    ledger = tmp_path / "会议.ledger"
    ledger.write_bytes(held(tmp_path / "demo"))
    papers = printed(ledger, tmp_path)
    words = read_words(papers)
    with chromium.running() as browser, opened(browser) as page:
        verify(page, [ledger], words)
        expect(page.locator("#verdict")).to_contain_text("✓ 接受")
        assert without_prose(saved(page, tmp_path)) == without_prose(command(ledger, words, tmp_path))
        tick_off(page, papers)

        forged = tmp_path / "另造.ledger"
        forged.write_bytes(small_meeting(seed=9).ledger())
        page.get_by_role("button", name="核验另一份账本").click()
        verify(page, [forged], words)
        expect(page.locator("#verdict")).to_contain_text("不接受")
        expect(page.locator("#verdict")).to_contain_text("会议指纹与这份账本不符")
        expect(page.locator("#sheet")).to_contain_text("不能作为结果")


def printed(ledger: Path, folder: Path) -> list[str]:
    """The text of the result papers that the installation prints, as a person reads it from them."""
    data, out = folder / "data", folder / "papers"
    data.mkdir()
    with kept(ledger.read_bytes(), data) as meeting:
        assert service(["documents", meeting, "--only", "vote", "--data", str(data), "--out", str(out)]) == 0
    texts = []
    for path in sorted(out.glob("*.pdf")):
        with PdfDocument(path) as document:
            texts.append("\n".join(page.get_textpage().get_text_bounded() for page in document))
    assert texts
    return texts


def read_words(papers: list[str]) -> str:
    found = {match[1] for text in papers for match in re.finditer(r"会议指纹：(\w(?: \w){7})", text)}
    [words] = found  # the same on every paper
    return words


def command(ledger: Path, words: str, folder: Path) -> Any:
    out = folder / "verdict.json"
    assert main([str(ledger), "--fingerprint", words, "--json", str(out), "--jobs", "1"]) == 0
    return json.loads(out.read_text("utf-8"))


def tick_off(page: Page, papers: list[str]) -> None:
    """The figures of the sheet that the papers have: the ledger's head, and the counts of each round of the vote."""
    whole = re.sub(r"\s", "", "".join(papers))
    rows = [row.split("\t") for row in page.locator("#sheet tbody tr").all_inner_texts()]
    head = next(figure for what, figure, _box in rows if what.startswith("报告单页脚"))
    entries, root = head.split()
    assert f"共{entries}条记录" in whole
    assert f"根：{root}" in whole
    counted = 0
    for what, figure, _box in rows:
        counts = {} if POST not in what else dict(re.findall(r"(应到|实到|发出|收回|有效|无效)\s(\d+)", figure))
        if counts:
            assert len(counts) == 6
            ballots = (f"{name}票{counts[name]}" for name in ("发出", "收回", "有效", "无效"))
            said = "，".join([f"应到{counts['应到']}", f"实到{counts['实到']}", *ballots])
            assert said in whole, said
            counted += 1
    assert counted == 2
