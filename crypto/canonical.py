"""Canonical JSON: one value, one spelling, so that a hash of the bytes is a hash of the meaning.

Format: docs/protocol.md §3, a profile of RFC 8785 without fractions. Integers −(2^53−1) … 2^53−1, strings in NFC,
no float, no duplicate key, no lone surrogate, no byte order mark.
Limits are checked on the bytes before anything is parsed: a hostile line costs one pass over it.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import NoReturn, TypeAlias

from crypto.errors import JsonTooDeep, JsonTooLarge, MalformedJson, NotCanonical, NotEncodable

JSON: TypeAlias = bool | int | str | list["JSON"] | dict[str, "JSON"] | None

MAX_BYTES = 4 * 1024 * 1024  # one ledger line
MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1  # what every JavaScript number holds exactly
_MAX_INTEGER_CHARS = len(str(-MAX_INTEGER))

_SURROGATE = re.compile("[\ud800-\udfff]")
# Strings are stepped over whole and possessively, so that an unterminated one cannot make the scan go back.
_STRING_OR_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


def encode(value: object) -> bytes:
    """The canonical bytes of a value made of None, bool, int, str, list, tuple and dict.

    Raises: NotEncodable. Source: RFC 8785 §3.2.
    """
    if _check_value(value):
        value = _sorted_by_utf16(value)
        sort_keys = False
    else:
        sort_keys = True  # for ASCII keys the order of code points is the order of UTF-16 units
    text = json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotEncodable("a string holds a lone surrogate") from error


def decode(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JSON:
    """Read canonical bytes; the inverse of `encode`.

    Raises: NotCanonical, JsonTooLarge, JsonTooDeep, MalformedJson.
    """
    value = decode_relaxed(data, max_bytes=max_bytes, max_depth=max_depth)
    if encode(value) != data:
        raise NotCanonical("the text is not the canonical spelling of its value")
    return value


def decode_object(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> dict[str, JSON]:
    """`decode` for what has to be a JSON object, as every ledger line has. Raises: as `decode`."""
    value = decode(data, max_bytes=max_bytes, max_depth=max_depth)
    if not isinstance(value, dict):
        raise MalformedJson("expected a json object")
    return value


def decode_relaxed(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JSON:
    """Read the same values in any spacing, key order and escapes: for requests to the API, never for the ledger.

    Raises: JsonTooLarge, JsonTooDeep, MalformedJson.
    """
    if len(data) > max_bytes:
        raise JsonTooLarge(f"expected at most {max_bytes} bytes, got {len(data)}")
    _check_depth(data, max_depth)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson("not utf-8") from error
    try:
        value: JSON = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        # `error` quotes no input, but keeps all of it: it is not chained, so that no log can print a token.
        raise MalformedJson(f"not json: {error.msg.lower()} at character {error.pos}") from None
    try:
        _check_value(value)
    except NotEncodable as error:
        raise MalformedJson(str(error)) from error
    return value


def _check_depth(data: bytes, max_depth: int) -> None:
    """Count the nesting on the bytes: the parser is recursive and must not see a text that is too deep."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return  # most lines have fewer opening brackets in all than they may nest
    level = 0
    for match in _STRING_OR_BRACKET.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            level += 1
            if level > max_depth:
                raise JsonTooDeep(f"expected at most {max_depth} levels of nesting")
        elif first in b"]}":
            level -= 1


def _check_value(value: object) -> bool:
    """Whether any key lies outside ASCII. Raises: NotEncodable."""
    if isinstance(value, str):
        _check_string(value)
        return False
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotEncodable("an integer lies outside ±(2^53−1)")
        return False
    other_keys = False
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                raise NotEncodable(f"a key is a {type(key).__name__}, not a string")
            if not key.isascii():
                _check_string(key)
                other_keys = True
            if _check_value(member):
                other_keys = True
        return other_keys
    if isinstance(value, list | tuple):
        for member in value:
            if _check_value(member):
                other_keys = True
        return other_keys
    raise NotEncodable(f"a {type(value).__name__} has no canonical form")


def _check_string(text: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise NotEncodable("a string is not in unicode normal form c")
    if _SURROGATE.search(text):
        raise NotEncodable("a string holds a lone surrogate")


def _sorted_by_utf16(value: object) -> object:
    if isinstance(value, Mapping):
        in_order = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return {key: _sorted_by_utf16(member) for key, member in in_order}
    if isinstance(value, list | tuple):
        return [_sorted_by_utf16(member) for member in value]
    return value


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJson("an object has the same key twice")
    return members


def _integer(text: str) -> int:
    # int() takes time that grows with the square of the digits: look at the length first.
    if len(text) > _MAX_INTEGER_CHARS:
        raise MalformedJson("an integer lies outside ±(2^53−1)")
    if text == "-0":
        raise MalformedJson("minus zero is not an integer here")
    return int(text)


def _no_float(_text: str) -> NoReturn:
    raise MalformedJson("a number has a fraction or an exponent")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float, strict=True
)
