"""One slip in two hands, and one slip in two tabs."""

from __future__ import annotations

from tests.browser.meetings.conftest import NewPhone
from tests.browser.meetings.hall import BrowserHall, HallServer, approval, item


def test_two_phones_with_one_slip_the_second_goes_to_the_desk(server: HallServer, phone: NewPhone) -> None:
    hall = BrowserHall(server, "one-slip", [item(approval("a"))])
    first, second = phone(), phone()
    first.take_booklet(hall.slips[0])
    second.open(hall.slips[0])
    second.until("welcome")
    second.tap("领取选票")
    second.until("slip-used")
    assert "请带着凭条到会务台" in second.text()

    hall.do("attendance", present={"A": 1})
    hall.do("open", contests=["a"])
    first.until("ballot")
    first.choose("同意")
    first.cast()
    assert hall.do("close") == 1
    assert hall.do("open_box") == {"a": {"a-0": {"approve": 1, "oppose": 0, "abstain": 0}}}
    assert second.screen == "slip-used"


def test_two_tabs_of_one_browser_only_one_of_them_votes(server: HallServer, phone: NewPhone) -> None:
    hall = BrowserHall(server, "two-tabs", [item(approval("a"))])
    one = phone()
    one.take_booklet(hall.slips[0])
    first = one.page
    one.reopen(hall.slips[0])
    one.until("other-tab")
    hall.do("attendance", present={"A": 1})
    hall.do("open", contests=["a"])
    second, one.page = one.page, first
    one.until("ballot")
    one.choose("不同意")
    one.cast()
    one.kill()
    one.page = second
    one.until("received")  # goes on by itself where the first tab ended
    assert hall.do("close") == 1
    assert hall.do("open_box") == {"a": {"a-0": {"approve": 0, "oppose": 1, "abstain": 0}}}
