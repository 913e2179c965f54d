"""Canonical JSON against a second encoder, written here without the library's, and what a reader refuses."""

import enum
import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.errors import JsonTooDeep, JsonTooLarge, MalformedJson, NotCanonical, NotEncodable

SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def plain_encode(value: object) -> str:
    """RFC 8785 §3.2, word for word and slowly."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(plain_escape(char) for char in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(plain_encode(member) for member in value) + "]"
    assert isinstance(value, dict)
    keys = sorted(value, key=lambda key: list(key.encode("utf-16-be")))
    return "{" + ",".join(plain_encode(key) + ":" + plain_encode(value[key]) for key in keys) + "}"


def plain_escape(char: str) -> str:
    if char in SHORT_ESCAPES:
        return SHORT_ESCAPES[char]
    return f"\\u{ord(char):04x}" if ord(char) < 0x20 else char


@given(values)
def test_every_value_has_the_plain_encoders_bytes_and_reads_back(value: object) -> None:
    data = canonical.encode(value)
    assert data == plain_encode(value).encode()
    assert canonical.decode(data) == value


@given(values)
def test_other_spellings_are_read_by_the_relaxed_reader_only(value: object) -> None:
    data = json.dumps(value, indent=1, ensure_ascii=True).encode()
    assert canonical.decode_relaxed(data) == value
    if data != canonical.encode(value):
        with pytest.raises(NotCanonical):
            canonical.decode(data)


def test_every_control_character_is_escaped_as_rfc_8785_says() -> None:
    every = "".join(chr(code) for code in range(0x80)) + "\u2028\u2029"
    assert canonical.encode(every) == plain_encode(every).encode()
    assert b"\x7f" in canonical.encode("\x7f")


def test_keys_are_sorted_by_utf_16_units() -> None:
    keys = ["\r", "1", "\x80", "ö", "€", "😀", "ﬀ"]  # 😀 begins with U+D83D, before U+FB00
    expected = "{" + ",".join(plain_encode(key) + ":0" for key in keys) + "}"
    assert canonical.encode(dict.fromkeys(reversed(keys), 0)) == expected.encode()
    assert canonical.encode({"b": dict.fromkeys(reversed(keys), 0), "a": 0}) == f'{{"a":0,"b":{expected}}}'.encode()


def test_names_of_constants_are_encoded_as_their_values() -> None:
    class Colour(enum.StrEnum):
        RED = "red"

    class Size(enum.IntEnum):
        ONE = 1

    assert canonical.encode({"colour": Colour.RED, "size": Size.ONE, "both": (Colour.RED, 2)}) == (
        b'{"both":["red",2],"colour":"red","size":1}'
    )


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.0, id="a float"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(2**53, id="an integer too large"),
        pytest.param(-(2**53), id="an integer too small"),
        pytest.param("e\u0301", id="a string that is not NFC"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param({"\udc00": 1}, id="a lone surrogate in a key"),
        pytest.param({"e\u0301": 1}, id="a key that is not NFC"),
        pytest.param({1: 1}, id="a key that is a number"),
        pytest.param(b"x", id="bytes"),
        pytest.param([{"a": {1, 2}}], id="a set deep inside"),
    ],
)
def test_a_value_without_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotEncodable):
        canonical.encode(value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', id="a byte order mark"),
        pytest.param(b'{"a":1,"a":1}', id="a key twice"),
        pytest.param(b'{"a":1,"\\u0061":1}', id="a key twice, once escaped"),
        pytest.param(b"1.0", id="a fraction"),
        pytest.param(b"1e2", id="an exponent"),
        pytest.param(b"-0", id="minus zero"),
        pytest.param(b"01", id="a leading zero"),
        pytest.param(b"NaN", id="not a number"),
        pytest.param(b"-Infinity", id="minus infinity"),
        pytest.param(b"9007199254740992", id="an integer one too large"),
        pytest.param(b"-9007199254740992", id="an integer one too small"),
        pytest.param(b"1" * 5000, id="an integer of 5,000 digits"),
        pytest.param('"e\u0301"'.encode(), id="a string that is not NFC"),
        pytest.param(b'"e\\u0301"', id="a string that is not NFC once unescaped"),
        pytest.param('"\ud800"'.encode("utf-8", "surrogatepass"), id="a surrogate in the bytes"),
        pytest.param(b'"\\ud800"', id="a lone surrogate, escaped"),
        pytest.param(b'"\xff"', id="bytes that are not UTF-8"),
        pytest.param(b'"\n"', id="a raw control character"),
        pytest.param(b'{"a":1', id="an open end"),
        pytest.param(b'{"a":1}}', id="a bracket too many"),
        pytest.param(b"{'a':1}", id="the wrong quotes"),
        pytest.param(b"[1,]", id="a comma too many"),
    ],
)
def test_no_reader_takes(text: bytes) -> None:
    with pytest.raises(MalformedJson):
        canonical.decode_relaxed(text)
    with pytest.raises(MalformedJson):
        canonical.decode(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b'{"a": 1}', id="a space"),
        pytest.param(b'{"a":1}\n', id="a newline"),
        pytest.param(b'{"b":1,"a":1}', id="keys out of order"),
        pytest.param(b'"\\u0061"', id="a needless escape"),
        pytest.param(b'"\\/"', id="an escaped slash"),
        pytest.param(b'"\\u000A"', id="a long escape where a short one exists"),
        pytest.param(b'"\\u001F"', id="an escape in upper case"),
        pytest.param('{"ﬀ":1,"😀":1}'.encode(), id="keys in the order of code points"),
    ],
)
def test_another_spelling_is_not_canonical(text: bytes) -> None:
    value = canonical.decode_relaxed(text)
    assert canonical.decode(canonical.encode(value)) == value
    with pytest.raises(NotCanonical):
        canonical.decode(text)


def test_the_message_of_a_refusal_holds_nothing_of_the_text() -> None:
    with pytest.raises(MalformedJson) as caught:
        canonical.decode_relaxed(b'{"token":"geheim", oops}')
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_limits_are_kept_to_the_byte_and_level() -> None:
    assert canonical.decode(b"[[1]]", max_bytes=5, max_depth=2) == [[1]]
    with pytest.raises(JsonTooLarge, match="at most 4 bytes, got 5"):
        canonical.decode(b"[[1]]", max_bytes=4)
    with pytest.raises(JsonTooDeep):
        canonical.decode(b"[[1]]", max_depth=1)


def test_brackets_in_strings_do_not_nest() -> None:
    text = b'["[[[[","\\"[[","\\\\",[]]'
    canonical.decode(text, max_depth=2)
    with pytest.raises(JsonTooDeep):
        canonical.decode(text, max_depth=1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"[" * 4_000_000, id="brackets only"),
        pytest.param(b"[" * 20 + b'"' + b'\\"' * 1_900_000, id="an unterminated string of escaped quotes"),
        pytest.param(b"[" * 20 + b'\\"' * 1_900_000, id="backslashes outside a string"),
        pytest.param(b"[" * 15 + b'"' * 3_900_000, id="quotes"),
        pytest.param(b"9" * 4_000_000, id="digits"),
    ],
)
def test_a_hostile_line_costs_one_pass(text: bytes) -> None:
    start = time.process_time()
    with pytest.raises(MalformedJson):
        canonical.decode(text)
    assert time.process_time() - start < 5


def test_a_line_of_the_ledger_is_an_object() -> None:
    assert canonical.decode_object(b'{"a":1}') == {"a": 1}
    with pytest.raises(MalformedJson):
        canonical.decode_object(b"[]")
