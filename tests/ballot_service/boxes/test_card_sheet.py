"""Scrutineers' cards as they come out of a printer."""

from __future__ import annotations

from typing import Any

import pytest

from ballot_service.boxes.card_code import parse_card_url, words_to_card_secret
from ballot_service.boxes.card_sheet import HEIGHT, WIDTH, card_pages
from ballot_service.printing.marks import Text
from ballot_service.printing.pdf import to_pdf
from crypto.encoding import b64u
from crypto.words import Language
from tests.ballot_service.printing.papers import BASE_URL, FINGERPRINT, fields, look_at, published

LONG_TITLE = "中共某自治州某县委员会二〇二六年度述责述廉述学民主测评会议" * 6


def cards_pdf(meeting: dict[str, Any], threshold: int = 2) -> bytes:
    handed_out = published(meeting)
    pages = card_pages(handed_out, meeting, threshold=threshold, base_url=BASE_URL)
    return to_pdf(pages, language=meeting["locale"])


@pytest.mark.parametrize(
    "meeting",
    [
        pytest.param(fields(), id="Chinese"),
        pytest.param(fields(locale="en", title="Annual Meeting"), id="English"),
        pytest.param(fields(title=LONG_TITLE[:200]), id="a long title"),
    ],
)
def test_every_card_has_its_own_secret_as_a_code_and_in_words(meeting: dict[str, Any]) -> None:
    language: Language = "zh" if meeting["locale"] == "zh-CN" else "en"
    handed_out = published(meeting)
    pages = look_at(cards_pdf(meeting))
    assert len(pages) == 3
    for card, page in zip(handed_out.cards, pages, strict=True):
        assert tuple(round(side) for side in page.size) == (105, 148)
        (url,) = page.codes
        code = parse_card_url(url)
        assert (code.number, code.secret) == (card.number, card.secret)
        assert code.fingerprint_prefix == FINGERPRINT[:20]
        assert words_on(handed_out, meeting, card.number, language) == card.secret
        assert b64u(card.secret) not in page.text
        assert f"第{card.number}张，共3张" in "".join(page.text.split()) or f"Card {card.number} of 3" in page.text
        assert "".join(meeting["title"].split())[:100] in "".join(page.text.split())


def words_on(handed_out: Any, meeting: dict[str, Any], number: int, language: Language) -> bytes:
    """The secret as somebody would type it who reads the page line by line."""
    page = card_pages(handed_out, meeting, threshold=2, base_url=BASE_URL)[number - 1]
    size = {"zh": 13.0, "en": 8.0}[language]
    texts = [mark for mark in page.marks if isinstance(mark, Text) and mark.x > 45 and 48 < mark.y < 86]
    words = sorted((mark for mark in texts if mark.size == size), key=lambda mark: (round(mark.y), mark.x))
    return words_to_card_secret(" ".join(mark.text for mark in words if mark.y > 51))


def test_nothing_overflows_a_card() -> None:
    for meeting in (fields(), fields(locale="en", title="W" * 200), fields(title=LONG_TITLE[:200])):
        for page in card_pages(published(meeting), meeting, threshold=2, base_url=BASE_URL):
            for mark in page.marks:
                if isinstance(mark, Text):
                    assert mark.x >= 6
                    assert mark.x + mark.width <= WIDTH - 5
                    assert mark.y <= HEIGHT - 5


@pytest.mark.parametrize(
    ("threshold", "told"), [(1, "一张卡就能开箱"), (2, "任意2张在一起，才能开箱"), (3, "3张都在，才能开箱")]
)
def test_a_card_says_how_many_are_needed(threshold: int, told: str) -> None:
    for page in look_at(cards_pdf(fields(), threshold)):
        assert told in "".join(page.text.split())


def test_the_same_cards_are_the_same_bytes() -> None:
    assert cards_pdf(fields()) == cards_pdf(fields())
