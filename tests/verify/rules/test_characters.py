"""The promise: a text is judged alike whatever Unicode the reader's Python has."""

import json
import time
import unicodedata
from itertools import chain

import pytest

from verify.rules import is_settled, read_choice
from verify.rules.choices.characters import has_space, is_visible

COMMENT = {"kind": "comment", "max_chars": 2000}
NAMES = {"kind": "pick", "max": 1, "write_in": 1, "options": []}
HAN_AND_EMOJI = (range(0x1F000, 0x1FB00), range(0x20000, 0x2F800), range(0x30000, 0x3FFFE))
INVISIBLE = ("Cc", "Cf", "Zl", "Zp")


def read(text: str) -> object:
    return read_choice(COMMENT, json.dumps({"text": text}, ensure_ascii=False, separators=(",", ":")).encode())


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="the list is made from Unicode 14.0")
def test_the_list_is_what_unicode_14_has() -> None:
    for code in chain(range(0xD800), range(0xE000, 0x110000)):
        char, category = chr(code), unicodedata.category(chr(code))
        listed = any(code in block for block in HAN_AND_EMOJI) and code & 0xFFFE != 0xFFFE
        assert is_visible(char) == (listed or category not in ("Cn", *INVISIBLE)), hex(code)
        assert is_settled(char) == (listed or category != "Cn"), hex(code)
        assert has_space(char) == (category == "Zs"), hex(code)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\U00013439", id="a format character of Unicode 15"),
        pytest.param("a\U00010efd\u0301", id="an accent of Unicode 15, which lets another one through"),
        pytest.param("\U00016d63\U00016d67", id="two vowels that are one in Unicode 16"),
        pytest.param("\u0378", id="a character of no year so far"),
    ],
)
def test_what_readers_of_different_years_take_for_different_things_is_invalid(text: str) -> None:
    assert read(text) is None
    name = json.dumps({"write_in": [text]}, ensure_ascii=False, separators=(",", ":")).encode()
    assert read_choice(NAMES, name) is None
    assert not is_settled(f"好{text}")


@pytest.mark.parametrize(
    "text",
    ["好！", "é", "😀", "\U0001fae8", "\U0002ebf0", "\U00020bb7", "\ue000", "ไทย", "བོད", "ئۇيغۇر", "ꆈꌠ", "\u3000"],
)
def test_what_people_write_is_valid(text: str) -> None:
    assert read(text) is not None


def test_long_texts_of_rare_characters_are_read_quickly() -> None:
    start = time.process_time()
    for _ in range(100):
        assert read("བ" * 2000) is not None
    assert time.process_time() - start < 2
