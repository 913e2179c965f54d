"""The scrutineers' phones: cards are scanned, tried, and open a box; on plain HTTP, without a secure context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from ballot_service.app import create_app
from ballot_service.boxes.card_code import card_words, format_card_url
from ballot_service.commands.ceremony import hold
from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.meetings.publish import Published
from ballot_service.serve import Server, listen
from ballot_service.service import Service
from crypto.encoding import b32
from crypto.words import fingerprint_words
from tests.browser.chromium import LAN_NAME
from tests.meeting_kit import APPROVE, KEYS, Hall, approval, config_for, item, meeting_file

pytestmark = pytest.mark.xdist_group("browser")

FILE = meeting_file(
    item(approval("budget", title="关于提请审议二〇二七年度部门预算的议案")),
    title="泸水县纪委全委（扩大）会议",
    transport="plain",
)
Scan = Callable[[str], Page]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    listening = listen("127.0.0.1", 0)
    url = f"http://{LAN_NAME}:{listening.getsockname()[1]}"
    opened = Service(config_for(tmp_path_factory.mktemp("cards"), "", base_url=url))
    with Server(create_app(opened), listening, threads=8):
        yield opened, url
    opened.close()


@pytest.fixture
def scan(browser: Browser) -> Iterator[Scan]:
    """A phone of its own for each card. Whatever its page complains of is an error."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            complaints.append(message.text)

    with ExitStack() as phones:

        def new(address: str) -> Page:
            context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
            phones.callback(context.close)
            page = context.new_page()
            page.on("console", hear)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(address)
            return page

        yield new
    assert complaints == []


def published(service: Service, meeting: str, *, offline: bool = False) -> Hall:
    plan = read_meeting_value({**FILE, "id": meeting})
    part, cards = hold(plan) if offline else (None, [])
    handed_out = service.publish(plan, ceremony=part, generate_key=KEYS.for_meeting())
    return Hall(service, Published(**{**vars(handed_out), "cards": cards or handed_out.cards}))


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_three_cards_are_tried_and_two_open_the_box(service: tuple[Service, str], scan: Scan) -> None:
    running, url = service
    hall = published(running, "three-cards")
    cards = hall.published.cards
    pages = [scan(format_card_url(url, hall.id, card, hall.published.fingerprint)) for card in cards]
    for page, card in zip(pages, cards, strict=True):
        heading(page, "验卡")
        assert "#" not in page.url
        secret = b32(card.secret)
        assert secret not in page.content()
        assert secret.lower() not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])").lower()
        page.get_by_role("button", name="验卡").click()
        expect(page.get_by_text("这张卡好用，5 个票箱都是用它封的。")).to_be_visible()
    expect(pages[0].get_by_text("3 张卡都已验过。")).to_be_visible()

    phones = hall.voters()
    poll = hall.open()
    heading(pages[0], "1 号票箱")
    expect(pages[0].get_by_text("正在投票")).to_be_visible()
    expect(pages[0].get_by_text("关于提请审议二〇二七年度部门预算的议案")).to_be_visible()
    for phone in phones:
        hall.cast(hall.line(phone, APPROVE))
    running.polls.close(hall.id)

    first, second = pages[2], pages[0]
    first.get_by_role("button", name="开箱").click()
    expect(first.get_by_text("您这张卡已经开过锁。")).to_be_visible()
    expect(second.get_by_text("3 号卡已开锁，还差 1 张。")).to_be_visible()
    second.get_by_role("button", name="开箱").click()
    expect(second.get_by_text("1、3 号卡已开锁，张数已够。")).to_be_visible()
    assert running.boxes.open(hall.id, poll.id)["budget"]["passed"] == ["budget"]
    expect(first.get_by_text("由 1、3 号卡打开。")).to_be_visible()
    assert [share["card"] for share in hall.entries("box-open")[0]["shares"]] == [1, 3]


def test_a_card_of_an_offline_ceremony_asks_for_the_words_first_and_can_be_typed(
    service: tuple[Service, str], scan: Scan
) -> None:
    running, url = service
    hall = published(running, "offline", offline=True)
    scanned = scan(format_card_url(url, hall.id, hall.published.cards[0], None))
    typed = scan(f"{url}/C/OFFLINE")
    typed.get_by_text("扫不了？输入卡上的 24 个字").click()
    words = card_words(hall.published.cards[1].secret, "zh")
    typed.get_by_label("从左到右").fill("".join(words[:23]) + ("的" if words[23] != "的" else "一"))
    expect(typed.get_by_text("有字输错了")).to_be_visible()
    typed.get_by_label("从左到右").fill("".join(words))
    typed.get_by_role("button", name="确定").click()
    for page in (scanned, typed):
        heading(page, "请核对这八个字")
        shown = page.locator(".fingerprint li").all_inner_texts()
        assert " ".join(shown) == fingerprint_words(hall.published.fingerprint, "zh")
        page.get_by_role("button", name="与大屏一样").click()
        heading(page, "验卡")
    expect(typed.locator(".head-title")).to_have_text("监票卡 第 2 号")


def test_a_box_that_was_exchanged_and_a_card_of_another_meeting_stop_the_page(
    service: tuple[Service, str], scan: Scan
) -> None:
    running, url = service
    hall, other = published(running, "right"), published(running, "other", offline=True)
    mixed = format_card_url(url, hall.id, other.published.cards[0], hall.published.fingerprint)
    page = scan(mixed)
    heading(page, "停下，不要开箱")
    expect(page.get_by_text("这张卡不是这次会议的监票卡。")).to_be_visible()
    page = scan(format_card_url(url, hall.id, hall.published.cards[0], other.published.fingerprint))
    expect(page.get_by_text("这个网址显示的不是卡上的会议。")).to_be_visible()
    page = scan(f"{url}/c/{hall.id}#1.AAAA")
    expect(page.get_by_text("没有认出监票卡")).to_be_visible()
