"""The report as a page: the same figures as the verdict, text as text; nothing runs, or comes from elsewhere."""

import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.judging import judge_ledger
from tests.whole_meetings import barring_meeting, review_meeting
from verify.html_report import render_page
from verify.html_report.element import element
from verify.verdict import Judged


class Page(HTMLParser):
    """Tags, their attributes, and the text in them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judge_ledger(tmp_path_factory.mktemp("review"), review_meeting().builder.ledger())


@pytest.fixture(scope="module")
def barring(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judge_ledger(tmp_path_factory.mktemp("barring"), barring_meeting().ledger())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_of_the_verdict_is_on_the_page(review: Judged, language: str) -> None:
    text = "\n".join(Page(render_page(review, language)).text)
    for one in review.outcomes:
        assert one.check.title.in_(language) in text
        assert one.detail.in_(language) in text
    shown = 0
    for contest in review.contests.values():
        for round_ in contest["rounds"]:
            for value in round_["values"].values():
                assert (value["display"] or "—") in text
                shown += 1
            for judgement in round_["judgements"]:
                assert judgement["working"] in text
    for score in review.scores.values():
        assert (score["display"] or score["missing"][0]) in text
    assert shown
    assert review.root is not None
    assert text.count(b64encode(review.root).decode()) == 2  # as the papers spell it


def test_nothing_runs_and_nothing_comes_from_elsewhere(review: Judged) -> None:
    source = render_page(review, "zh")
    page = Page(source)
    assert not {"script", "link", "img", "iframe", "object", "form", "a"} & {tag for tag, _attributes in page.tags}
    for _tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "href")]
    assert "url(" not in source
    assert "http:" not in source
    assert "https:" not in source


def test_the_verdict_comes_first_and_says_when_nothing_was_compared(tmp_path: Path, review: Judged) -> None:
    ledger = review_meeting().builder.ledger()
    unpinned = judge_ledger(tmp_path, ledger, fingerprint=None, unpinned=True)
    assert unpinned.accepted
    assert "来源未核对" in "".join(Page(render_page(unpinned, "zh")).text)[:200]
    spoiled = judge_ledger(tmp_path, ledger.replace(b'"present":', b'"presenT":', 1))
    first = "".join(Page(render_page(spoiled, "zh")).text)[:200]
    assert "不接受" in first
    assert "来源未核对" not in "".join(Page(render_page(review, "zh")).text)


def test_who_is_barred_until_when_is_on_the_page_and_on_the_sheet_to_tick(barring: Judged) -> None:
    text = "\n".join(Page(render_page(barring, "zh")).text)
    barred = [one for contest in barring.contests.values() for round_ in contest["rounds"] for one in round_["barred"]]
    assert barred
    for one in barred:
        assert f"{one['from']} – {one['until']}" in text
    assert text.count("☐") > len(barring.contests)


def test_text_from_the_ledger_stays_text(review: Judged) -> None:
    name = "<script>alert('1')</script>\"&{{7*7}}"
    assert review.meeting is not None
    page = Page(render_page(replace(review, meeting={**review.meeting, "title": name}), "zh"))
    assert name in page.text
    assert "script" not in {tag for tag, _attributes in page.tags}


def test_an_element_escapes_what_it_is_given_and_shows_what_cannot_be_seen() -> None:
    assert element("p", "a<b", element("b", "&"), class_='"x') == '<p class="&quot;x">a&lt;b<b>&amp;</b></p>'
    assert re.search(r"\\u\{202e\}", element("p", "\u202eabc"))


def test_what_was_not_covered_is_told_in_the_language_of_the_page(review: Judged) -> None:
    chinese, english = ("\n".join(Page(render_page(review, language)).text) for language in ("zh", "en"))
    assert "V05：没有提供投票人的回执" in chinese
    assert "V05: no receipt supplied" in english
    assert not re.search("supplied", chinese)
    assert review.not_covered[-1] == "V05: no receipt supplied"
