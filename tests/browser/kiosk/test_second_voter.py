"""The second voter takes the browser of the first apart: back button, storage, every file on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.kiosk.conftest import TEN_INCH, StartHub
from tests.browser.kiosk.terminal import Terminal
from tests.browser.kiosk.traces import booklet_name, in_folder, in_texts
from tests.browser.meetings.hall import BrowserHall, HallServer, item
from tests.hostile.traces import contents, places

pytestmark = pytest.mark.xdist_group("browser")
REMARK = "建议食堂延长开放时间"
CONTEST = {
    "id": "words",
    "title": "对食堂工作的意见",
    "voters": ["A"],
    "ballot": {"kind": "comment", "max_chars": 100},
}


def test_of_the_first_voter_there_is_not_one_byte(
    browser: Browser, server: HallServer, start_hub: StartHub, tmp_path: Path
) -> None:
    hall = BrowserHall(server, "second-voter", [item(CONTEST)], expected=2)
    hub = start_hub(hall)
    first, second, *_ = hall.slips
    hall.do("attendance", present={"A": 2})
    hall.do("open", contests=["words"])
    profile = tmp_path / "profile"
    more = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=chromium.program_of(browser.browser_type),
        args=[*chromium.ARGUMENTS, *more],
        viewport=TEN_INCH,
        locale="zh-CN",
    )
    here = Terminal(context, hub.url)
    here.open()
    assert here.begin(first) == "ballot"
    here.page.locator("textarea").fill(REMARK)
    here.tap("核对选票")
    here.until("review")
    here.tap("投出选票")
    here.until("farewell")
    here.go()

    seen = [here.stored(), here.page.content(), *here.history()]
    for step in (here.page.go_back, here.page.go_back, here.page.go_forward, here.page.go_forward):
        step()
        seen.append(here.page.content())
    assert in_texts([*seen, *here.said], first, [REMARK]) == []
    here.open()
    assert here.begin(second) == "ballot"
    assert here.page.locator("textarea").input_value() == ""
    here.page.locator("textarea").press_sequentially(REMARK[:2])
    assert in_texts([here.page.content()], first, [REMARK]) == []

    context.close()
    assert in_folder(profile, first, [REMARK]) == []
    held = contents([profile])
    assert places(held, booklet_name(first)) == []
    assert places(held, f"{hub.url}/t/1".encode()), "a trace would be found"
    assert in_folder(hub.folder, first, [REMARK]) == []
