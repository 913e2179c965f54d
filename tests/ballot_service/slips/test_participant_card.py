"""The card for everybody: two pages that fit, and say what is true of this system."""

from __future__ import annotations

from typing import Any

import pytest

from ballot_service.printing.marks import Box, Text
from ballot_service.printing.pdf import to_pdf
from ballot_service.slips.participant_card import HEIGHT, WIDTH, WORDING, participant_pages
from tests.ballot_service.printing.papers import fields, look_at


def pages_of(transport: str = "https", **changes: Any) -> list[str]:
    pages = look_at(to_pdf(participant_pages(fields(**changes), transport=transport), language="zh-CN"))
    assert [tuple(round(side) for side in page.size) for page in pages] == [(148, 210)] * 2
    assert [page.codes for page in pages] == [[], []]
    return ["".join(page.text.split()) for page in pages]


def test_it_says_how_to_vote_in_both_languages() -> None:
    chinese, english = pages_of()
    for words in ("怎样投票", "泸水县纪委全委", "盲签", "没有倒计时", "散会时把凭条投进凭条箱", "纸质选票"):
        assert words in chinese
    for words in ("Howtovote", "blindly", "Thereisnocountdown", "intotheslipbox", "onpaper"):
        assert words in english


def test_the_meetings_language_comes_first() -> None:
    assert "Howtovote" in pages_of(locale="en")[0]


def test_it_says_plainly_what_it_cannot_do() -> None:
    chinese, english = pages_of()
    for words in ("管不了", "病毒", "拍下屏幕", "凭条领票以前丢了", "看总数就知道", "口气", "替领了票却没投的人投票"):
        assert words in chinese
    assert "voteforsomebodywhotookballotsandcastnone" in english


def test_it_warns_of_an_unencrypted_page_where_there_is_one() -> None:
    assert "没有加密" not in pages_of("https")[0]
    assert "没有加密" in pages_of("plain")[0]


@pytest.mark.parametrize("title", ["会", "泸水县纪委全委（扩大）会议" * 15, "W" * 200])
@pytest.mark.parametrize("transport", ["https", "plain"])
def test_everything_fits_in_letters_one_can_read(title: str, transport: str) -> None:
    for page in participant_pages(fields(title=title), transport=transport):
        texts = [mark for mark in page.marks if isinstance(mark, Text)]
        assert max(text.y for text in texts) <= HEIGHT - 8
        assert max(text.x + text.width for text in texts) <= WIDTH - 8
        body = [text.size for text in texts if text.text not in title]
        assert min(body) >= 8.5, "points"
        assert max(mark.y + mark.height for mark in page.marks if isinstance(mark, Box)) <= HEIGHT - 8


def test_both_languages_say_the_same() -> None:
    chinese, english = WORDING["zh"], WORDING["en"]
    assert len(chinese.steps) == len(english.steps)
    assert len(chinese.limits) == len(english.limits)
