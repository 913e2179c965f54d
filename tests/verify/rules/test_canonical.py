"""Canonical JSON: one spelling is read, every other is refused, and no input is expensive."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.rules import CanonicalError, decode_canonical, encode_canonical

LIMIT = 2**53 - 1
BIG = "x" * 4_000_000

values = st.recursive(
    st.none() | st.booleans() | st.integers(-LIMIT, LIMIT) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def plain_encode(value: Any) -> str:
    """RFC 8785 for our values, written slowly and without the json module."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
        return '"' + "".join(short.get(ord(c), f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(plain_encode(element) for element in value) + "]"
    keys = sorted(value, key=lambda key: list(key.encode("utf-16-be")))
    return "{" + ",".join(plain_encode(key) + ":" + plain_encode(value[key]) for key in keys) + "}"


@given(values)
def test_encoding_agrees_with_a_plain_writer_and_decoding_reads_it_back(value: Any) -> None:
    try:
        data = encode_canonical(value)
    except CanonicalError:  # a string that is not NFC
        return
    assert data == plain_encode(value).encode()
    assert decode_canonical(data) == value


@given(values)
def test_a_value_that_cannot_be_written_is_not_read_either(value: Any) -> None:
    try:
        encode_canonical(value)
    except CanonicalError:
        with pytest.raises(CanonicalError):
            decode_canonical(plain_encode(value).encode())


@given(st.binary(max_size=40) | st.text(alphabet='{}[]",:\\u0123d8ae- \n é', max_size=20).map(str.encode))
def test_junk_is_refused_or_is_canonical(data: bytes) -> None:
    try:
        value = decode_canonical(data)
    except CanonicalError:
        return
    assert encode_canonical(value) == data


GOOD = '{"a":1,"b":["x",null,true]}'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" " + GOOD, id="a blank before"),
        pytest.param(GOOD + " ", id="a blank after"),
        pytest.param(GOOD + "\n", id="a newline after"),
        pytest.param(GOOD + GOOD, id="two values"),
        pytest.param('{"a": 1}', id="a blank inside"),
        pytest.param("\ufeff" + GOOD, id="a byte order mark"),
        pytest.param('{"b":1,"a":2}', id="keys out of order"),
        pytest.param('{"a":1,"a":2}', id="a duplicate key"),
        pytest.param('{"a":1,"a":1}', id="a duplicate key with the same value"),
        pytest.param('{"\\u0061":1}', id="a letter written as an escape"),
        pytest.param('"\\/"', id="an escaped slash"),
        pytest.param('"\\u000A"', id="an upper-case escape"),
        pytest.param('"\\u000a"', id="a long escape with a short form"),
        pytest.param('"\n"', id="a raw control character"),
        pytest.param('"\\ud800"', id="a lone surrogate"),
        pytest.param('{"\\udc00":1}', id="a lone surrogate in a key"),
        pytest.param('"\\ud83d\\ude00"', id="a surrogate pair as escapes"),
        pytest.param('"e\u0301"', id="a string that is not NFC"),
        pytest.param('{"e\u0301":1}', id="a key that is not NFC"),
        pytest.param('"\u212b"', id="the angstrom sign"),
        pytest.param("1.0", id="a float"),
        pytest.param("0.5", id="a fraction"),
        pytest.param("1e3", id="an exponent"),
        pytest.param("-0", id="minus zero"),
        pytest.param("01", id="a leading zero"),
        pytest.param("+1", id="a plus sign"),
        pytest.param("NaN", id="not a number"),
        pytest.param("Infinity", id="infinity"),
        pytest.param("-Infinity", id="minus infinity"),
        pytest.param("9007199254740992", id="2^53"),
        pytest.param("-9007199254740992", id="−2^53"),
        pytest.param("1" * 17, id="17 digits"),
        pytest.param("1" * 5000, id="5000 digits"),
        pytest.param("\uff11", id="a full-width digit"),
        pytest.param("tru", id="half a word"),
        pytest.param("[" * 17 + "]" * 17, id="17 levels"),
        pytest.param('{"\uff5e":2,"\U00010000":1}', id="code point order above U+FFFF"),
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    assert decode_canonical(GOOD.encode()) == {"a": 1, "b": ["x", None, True]}
    with pytest.raises(CanonicalError):
        decode_canonical(text.encode())


@pytest.mark.parametrize("data", [b"\xff", b'"\xed\xa0\x80"', b'"\xc0\xaf"', '{"a":1}'.encode("utf-16")])
def test_other_encodings_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError, match="UTF-8"):
        decode_canonical(data)


def test_keys_are_sorted_by_utf16_code_units() -> None:
    assert encode_canonical({"\uff5e": 2, "\U00010000": 1}) == '{"\U00010000":1,"\uff5e":2}'.encode()
    assert decode_canonical('{"\U00010000":1,"\uff5e":2}'.encode()) == {"\uff5e": 2, "\U00010000": 1}


def test_an_accent_after_an_escape_belongs_to_nothing_before_it() -> None:
    """In the raw text the n of the escape and the accent would compose; in the string there is no n."""
    value = "\n\u0301"
    assert decode_canonical(encode_canonical(value)) == value


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), b"x", {1: 2}, {True: 1}, {None: 1}, range(1), {1}, LIMIT + 1, -LIMIT - 1, "\ud800", "e\u0301"],
    ids=repr,
)
def test_a_value_without_canonical_form_is_not_written(value: object) -> None:
    for place in (value, [value], {"a": value}):
        with pytest.raises(CanonicalError):
            encode_canonical(place)


def test_depth_counts_open_objects_and_arrays_but_not_strings() -> None:
    three = b'{"a":[["' + b"[" * 50 + b'\\""]],"b":[[]]}'
    assert decode_canonical(three, max_depth=3)["b"] == [[]]
    with pytest.raises(CanonicalError, match="deeper than 2"):
        decode_canonical(three, max_depth=2)
    assert decode_canonical(b"[" * 16 + b"]" * 16)
    with pytest.raises(CanonicalError):
        encode_canonical([[[]]], max_depth=2)
    with pytest.raises(CanonicalError):
        encode_canonical({"a": {"b": {}}}, max_depth=2)


def test_a_digit_limit_counts_digits_of_integers_alone() -> None:
    assert decode_canonical(b'["12345",-123]', max_int_digits=3) == ["12345", -123]
    with pytest.raises(CanonicalError, match="3 digits"):
        decode_canonical(b"-1234", max_int_digits=3)


def test_a_tuple_is_written_as_an_array() -> None:
    assert encode_canonical(((1, 2),)) == b"[[1,2]]"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"[" * 4_000_000, id="arrays"),
        pytest.param(b'{"a":' * 800_000, id="objects"),
        pytest.param(b"[]," * 1_300_000, id="siblings"),
        pytest.param(b'"' + b'\\"' * 2_000_000, id="quotes"),
        pytest.param(b'"\\' * 2_000_000, id="strings that end in a backslash"),
        pytest.param(b'"' + b"\\" * 4_000_001, id="backslashes"),
        pytest.param(b"9" * 4_000_000, id="digits"),
        pytest.param(b"-" + b"9" * 4_000_000, id="digits below zero"),
    ],
)
def test_four_megabytes_of_nonsense_are_refused_quickly(data: bytes) -> None:
    began = time.process_time()
    with pytest.raises(CanonicalError):
        decode_canonical(data)
    assert time.process_time() - began < 5


def test_a_reason_never_quotes_the_content() -> None:
    for text in ('{"secret":1.5}', '{"secret":1,"a":2}', '{"secret":', '"secret', '"secre\\ud800t"', '["secret",012]'):
        with pytest.raises(CanonicalError) as refused:
            decode_canonical(text.encode())
        assert "secre" not in str(refused.value)
        assert refused.value.__suppress_context__ or refused.value.__cause__ is None


def test_json_of_the_standard_library_reads_the_same() -> None:
    value = {"marks": {"zhang-san": "approve"}, "甲": ["\u2028", "\x7f", 0, -1, LIMIT]}
    assert json.loads(encode_canonical(value)) == value
