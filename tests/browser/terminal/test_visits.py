"""Visits at a terminal in a real browser: the real service, a real hub, slips as they are printed."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.terminal.room import Room

pytestmark = pytest.mark.xdist_group("browser")

STORED = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookies: document.cookie,
  databases: (await indexedDB.databases()).map((one) => one.name), caches: await caches.keys(), name: window.name,
})"""
NOTHING = {"local": [], "session": [], "cookies": "", "databases": [], "caches": [], "name": ""}


def scan(page: Page, text: str) -> None:
    """What a hand scanner types."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_printed_slip_before_the_camera_becomes_a_ballot_at_the_hub(filmed_terminal: Page, room: Room) -> None:
    page, hall = filmed_terminal, room.venue.hall
    begun_with = page.evaluate("history.length")
    page.get_by_role("button", name="领取选票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("选票已领好")
    with room.away():
        hall.open("one")
    page.get_by_role("button", name="完成").click()
    page.get_by_role("radio", name="同意", exact=True).check()  # the slip is scanned again by itself
    expect(page.get_by_role("heading", level=1)).to_have_text("是否同意one")
    page.get_by_role("button", name="有人协助").click()
    page.get_by_role("button", name="有人协助我投票").click()
    page.get_by_role("button", name="核对选票").click()
    page.get_by_role("button", name="投出选票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已投票，请取走凭条")
    outbox = room.station.hub.store.polls()[0].outbox
    assert outbox is not None
    assert (len(outbox.ballots), outbox.assisted) == (1, 1)
    assert page.evaluate(STORED) == NOTHING
    page.get_by_role("button", name="完成").click()
    page.wait_for_selector(".attract")
    assert page.evaluate("history.length") == begun_with
    assert json.dumps(page.evaluate("history.state")) == "null"


REFUSED = """([type, init]) => {
  const kinds = { keydown: KeyboardEvent, wheel: WheelEvent, contextmenu: MouseEvent, copy: ClipboardEvent };
  const event = new (kinds[type] ?? Event)(type, { bubbles: true, cancelable: true, ...init });
  document.querySelector("h1").dispatchEvent(event);
  return event.defaultPrevented;
}"""
OFF = [
    *(("keydown", {"key": key, "ctrlKey": True}) for key in "pfsuo+-0"),
    *(("keydown", {"key": key}) for key in ("F3", "F5", "F7", "F12", "ContextMenu", "BrowserBack")),
    ("keydown", {"key": "ArrowLeft", "altKey": True}),
    ("wheel", {"ctrlKey": True}),
    *((kind, {}) for kind in ("contextmenu", "copy", "cut", "paste", "dragstart", "selectstart", "gesturestart")),
]
ON = [("keydown", {"key": "Tab"}), ("keydown", {"key": "Enter"}), ("wheel", {})]


def check_locked_down(page: Page) -> None:
    """What a browser offers besides is off; what people need of it is not."""
    assert [one for one in OFF if not page.evaluate(REFUSED, list(one))] == []
    assert [one for one in ON if page.evaluate(REFUSED, list(one))] == []
    assert page.evaluate("getComputedStyle(document.documentElement).touchAction") == "pan-x pan-y"  # no pinching


def test_wrong_codes_say_what_is_wrong_and_a_hand_scanner_opens_the_ballot(terminal: Page, room: Room) -> None:
    page, hall = terminal, room.venue.hall
    slip = hall.urls()[0]
    check_locked_down(page)
    expect(page.locator("figcaption")).to_have_text("没有找到摄像头，请用扫码枪。")
    for text, said in (
        ("https://example.com/sale", "这不是投票凭条上的方形码，请扫凭条。"),
        (slip[:-3], "方形码没有读全。请把凭条放平，再扫一次。"),
        (slip.replace("/HALL", "/BALL"), "这张凭条不是本次会议的，请到会务台。"),
    ):
        scan(page, text)
        expect(page.locator(".attract").get_by_role("alert")).to_have_text(said)
    scan(page, slip.lower().partition("#")[0] + "#" + slip.partition("#")[2])
    page.get_by_role("button", name="领取选票").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    with room.away():
        hall.open("two")
    page.get_by_role("button", name="领取选票").click()
    page.get_by_role("radio", name="不同意").check()
    scan(page, slip)  # somebody plays with the scanner: no button is pressed, nothing is left
    expect(page.get_by_role("heading", level=1)).to_have_text("是否同意two")
    page.get_by_role("button", name="离开").click()
    page.get_by_role("alertdialog", name="要离开吗？").get_by_role("button", name="清除并离开").click()
    page.wait_for_selector(".attract")
    held = [row.outbox for row in room.station.hub.store.polls()]  # none yet, where the hub has not heard of the poll
    assert all(outbox is not None and outbox.ballots == () for outbox in held)
    assert page.evaluate(STORED) == NOTHING
