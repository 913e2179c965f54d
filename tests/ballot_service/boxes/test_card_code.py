"""What a scrutineer's card says to a machine reads back, and nothing that differs does."""

from __future__ import annotations

from hashlib import sha256

import pytest
from mnemonic import Mnemonic

from ballot_service.boxes.card_code import (
    MalformedCard,
    card_words,
    format_card_url,
    parse_card_url,
    words_to_card_secret,
)
from ballot_service.boxes.ceremony import Card
from crypto.words import Language

SECRET = sha256(b"card").digest()
FINGERPRINT = sha256(b"entry 0").digest()
URL = format_card_url("https://vote.lushui.example", "lushui-2026-12", Card(2, SECRET), FINGERPRINT)


def test_an_address_reads_back() -> None:
    assert URL.upper() == URL
    assert URL.startswith("HTTPS://VOTE.LUSHUI.EXAMPLE/C/LUSHUI-2026-12#2.")
    for text in (URL, URL.lower()):
        code = parse_card_url(text)
        assert (code.base_url, code.meeting_id, code.number) == ("https://vote.lushui.example", "lushui-2026-12", 2)
        assert (code.secret, code.fingerprint_prefix) == (SECRET, FINGERPRINT[:20])
        assert SECRET.hex() not in repr(code)
        assert "secret" not in repr(code)


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(URL.replace("/C/", "/M/"), id="a slip"),
        pytest.param(URL.replace("#2.", "#0."), id="card 0"),
        pytest.param(URL.replace("#2.", "#02."), id="a zero before the number"),
        pytest.param(URL.replace("#2.", "#256."), id="card 256"),
        pytest.param(URL[:-1], id="cut short"),
        pytest.param(URL + "A", id="one character more"),
        pytest.param(URL.replace(".", "。", 1), id="not ASCII"),
        pytest.param("", id="nothing"),
        pytest.param(URL + "\n", id="a line break"),
    ],
)
def test_an_address_that_differs_is_refused(spoilt: str) -> None:
    with pytest.raises(MalformedCard) as refused:
        parse_card_url(spoilt)
    assert URL.split(".")[-2] not in str(refused.value)


@pytest.mark.parametrize(("language", "between"), [("zh", " "), ("zh", ""), ("en", " "), ("en", "  \n")])
def test_words_read_back(language: Language, between: str) -> None:
    words = card_words(SECRET, language)
    assert len(words) == 24
    assert words_to_card_secret(between.join(words)) == SECRET
    assert words_to_card_secret(between.join(words).upper()) == SECRET


def test_the_words_are_those_of_bip_39() -> None:
    assert " ".join(card_words(bytes(32), "en")) == "abandon " * 23 + "art"
    assert Mnemonic("chinese_simplified").check(" ".join(card_words(SECRET, "zh")))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_words_in_each_others_place_are_noticed(language: Language) -> None:
    words = card_words(SECRET, language)
    noticed = 0
    for place in range(23):
        swapped = [*words[:place], words[place + 1], words[place], *words[place + 2 :]]
        try:
            assert words_to_card_secret(" ".join(swapped)) != SECRET
        except MalformedCard:
            noticed += 1
    assert noticed >= 21, "one in 256 passes"


@pytest.mark.parametrize(
    "text", ["", "的", "abandon", "abandon " * 24, "abandon " * 23 + "nosuchword", "的 " * 23 + "𠮷", "的 " * 25]
)
def test_words_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(MalformedCard):
        words_to_card_secret(text)
