"""Filling in, checking and casting, as fingers and keyboards do it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import gallery

pytestmark = pytest.mark.xdist_group("browser")


def tap(page: Page, block: str, choice: str) -> None:
    """Also a choice that says of itself that it is disabled: people tap it all the same."""
    group = page.get_by_role("group", name=block)
    group.locator("label", has=page.get_by_role("radio", name=choice, exact=True)).click(force=True)


def test_a_second_approval_is_refused_and_it_says_why_and_how_to_change(page: Page) -> None:
    gallery.show(page, "approval")
    first, second = (page.get_by_role("group", name=name) for name in ("张建国", "李秀兰"))
    tap(page, "张建国", "同意")
    tap(page, "李秀兰", "同意")
    expect(second.get_by_role("radio", name="同意", exact=True)).not_to_be_checked()
    expect(first.get_by_role("radio", name="同意", exact=True)).to_be_checked()
    expect(second.get_by_role("alert")).to_have_text(
        "“同意”最多投 1 个，您已投给张建国。要改投李秀兰，请先把张建国改为“不同意”或“弃权”。"
    )
    tap(page, "张建国", "弃权")
    expect(second.get_by_role("alert")).to_be_empty()
    tap(page, "李秀兰", "同意")
    expect(second.get_by_role("radio", name="同意", exact=True)).to_be_checked()


def test_a_ballot_is_filled_in_and_cast_by_keyboard_alone(page: Page) -> None:
    gallery.show(page, "approval")
    keys = page.keyboard
    keys.press("Tab")  # from the heading into the first candidate's marks
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")  # one approval too many
    expect(page.get_by_role("group", name="李秀兰").get_by_role("alert")).not_to_be_empty()
    keys.press("ArrowDown")
    expect(page.get_by_role("group", name="张建国").get_by_role("radio", name="同意", exact=True)).to_be_checked()
    expect(page.get_by_role("group", name="李秀兰").get_by_role("radio", name="不同意")).to_be_checked()
    keys.press("Tab")
    expect(page.get_by_role("button", name="核对选票")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对您的选票")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    for _ in range(3):  # 修改, 返回修改, 投出选票
        keys.press("Tab")
    expect(page.get_by_role("button", name="投出选票")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("选票已经收到")


def test_after_casting_no_choice_is_left_in_the_page(page: Page) -> None:
    gallery.show(page, "sheet-mixed")
    comment = "食堂的菜太咸"
    page.get_by_role("textbox", name="意见和建议").fill(comment)
    page.get_by_role("button", name="核对选票").click()
    expect(page.get_by_text(comment)).to_be_visible()
    page.get_by_role("button", name="投出选票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("选票已经收到")
    left = page.content()
    assert [one for one in (comment, "优秀", "同意", "弃权", "88") if one in left] == []
    assert page.locator("input, textarea").count() == 0


@pytest.mark.parametrize("choice", ["优秀", "称职", "基本称职", "不称职", "不了解", "弃权"])
def test_every_answer_takes_the_same_taps_and_leads_to_the_same_screens(page: Page, choice: str) -> None:
    gallery.show(page, "grade")
    for place in range(3):
        page.locator("label", has=page.get_by_role("radio", name=choice, exact=True)).click()
        page.get_by_role("button", name="下一张" if place < 2 else "核对选票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对您的选票")
    expect(page.locator(".review-list > li", has_text=choice)).to_have_count(3)
    page.get_by_role("button", name="投出选票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("选票已经收到")


def test_changing_leads_back_to_that_paper_with_everything_kept(page: Page) -> None:
    gallery.show(page, "grade")
    for place, choice in enumerate(("称职", "弃权", "优秀")):
        page.locator("label", has=page.get_by_role("radio", name=choice, exact=True)).click()
        page.get_by_role("button", name="下一张" if place < 2 else "核对选票").click()
    page.get_by_role("button", name="修改：李秀兰").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("李秀兰")
    expect(page.get_by_role("radio", name="弃权")).to_be_checked()
    page.get_by_role("button", name="上一张").click()
    expect(page.get_by_role("radio", name="称职", exact=True)).to_be_checked()


def test_a_sheet_counts_what_is_filled_in_and_an_explicit_abstention_too(page: Page) -> None:
    gallery.show(page, "sheet")
    expect(page.locator(".sheet-progress")).to_contain_text("已填 3")
    page.get_by_role("radiogroup", name="赵春梅").locator("label", has_text="弃权").click()
    expect(page.locator(".sheet-progress")).to_contain_text("已填 4")
    expect(page.get_by_text("还有 4 处没有填，按弃权计。")).to_be_visible()


def test_no_more_than_allowed_can_be_picked_or_written_in(page: Page) -> None:
    gallery.show(page, "pick-write-in")
    page.locator("label", has_text="王五").click()
    page.get_by_label("另推人选 1").fill("和志刚")
    expect(page.locator(".count")).to_have_text("已选 2 / 2")
    page.locator("label", has_text="赵六").click(force=True)  # it says of itself that it is disabled
    expect(page.get_by_role("checkbox", name="赵六")).not_to_be_checked()
    expect(page.get_by_role("alert")).to_have_text("最多选 2 个，已经选满。要改选，请先取消一个。")
    page.locator("label", has_text="弃权").click()
    expect(page.locator(".count")).to_have_text("已选 0 / 2")
    expect(page.get_by_label("另推人选 1")).to_have_value("")


def test_a_score_is_typed_as_people_type_and_stepped(page: Page) -> None:
    gallery.show(page, "score")
    score = page.get_by_role("textbox", name="分数")
    score.fill("０９０")
    page.get_by_role("button", name="加").click()
    expect(score).to_have_value("91")
    score.fill("101")
    expect(page.get_by_text("请填 0 到 100 之间的分数，每档 1 分。")).to_be_visible()
    page.get_by_role("button", name="核对选票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("张建国述廉打分")
    page.locator("label", has_text="不了解").click()
    expect(score).to_have_value("")
    page.get_by_role("button", name="核对选票").click()
    expect(page.locator(".review-list")).to_contain_text("不了解")


def test_another_language_changes_the_words_and_keeps_the_draft(page: Page) -> None:
    gallery.show(page, "grade")
    page.locator("label", has_text="不了解").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("radio", name="Don’t know")).to_be_checked()
    expect(page.get_by_role("heading", level=1).locator("[lang=zh-CN]")).to_have_text("张建国")
