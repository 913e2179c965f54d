"""Canonical JSON: one spelling for every value, and a reader that accepts no other.

Text: docs/protocol.md §3, a profile of RFC 8785: keys sorted by UTF-16 code units, integers of at most 2^53−1 without
−0, no fractions, NFC strings, no lone surrogates, no duplicate keys, no BOM. The reader parses and writes again: what
does not come back equal had a second spelling. Pure functions; no message quotes what was read.

Which characters NFC knows depends on the Unicode version of the running Python (`unicodedata.unidata_version`):
characters that it does not know yet count as normalised.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn
from unicodedata import is_normalized

from verify.rules.errors import CanonicalError

MAX_INTEGER = 2**53 - 1  # what every JSON reader holds exactly
MAX_DEPTH = 16  # objects and arrays open at once, of a ledger line
MAX_VALUES = 2**17  # commas and opening brackets of a ledger line: each may cost two hundred bytes to hold
MAX_INT_DIGITS = 16  # digits of MAX_INTEGER

# A bracket, a comma, a whole JSON string, or one that runs into the end. Possessive: no input makes it backtrack.
_MARK_OR_STRING = re.compile(rb'[\[\]{},]|"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_ABOVE_BMP = re.compile("[\U00010000-\U0010ffff]")

_write_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode
_write_as_is = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def encode_canonical(value: object, *, max_depth: int = MAX_DEPTH) -> bytes:
    """Write a value of dict, list (or tuple), str, int, bool and None as canonical JSON, UTF-8, without a newline.

    Raises: CanonicalError for anything that `decode_canonical` would refuse. Source: docs/protocol.md §3.
    """
    _check_value(value, max_depth)
    text = _write_sorted(value)
    if not text.isascii() and _ABOVE_BMP.search(text):
        text = _write_as_is(_sorted_by_utf16(value))
    return text.encode()


def decode_canonical(data: bytes, *, max_depth: int = MAX_DEPTH, max_int_digits: int = MAX_INT_DIGITS) -> Any:
    """Read canonical JSON; the inverse of `encode_canonical`, byte for byte.

    Nesting and the number of values are measured on the bytes before anything is parsed, and the digits of an integer
    before it becomes one, so that no input costs more than its length. `max_depth` counts open objects and arrays: `{}`
    has depth 1.

    Raises: CanonicalError, with a reason that never quotes the content. Source: docs/protocol.md §3, §7.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise CanonicalError("not UTF-8") from None
    check_size(data, max_depth)
    try:
        value, _ = _reader(max_int_digits)(text)
    except CanonicalError:
        raise
    except ValueError:
        raise CanonicalError("not JSON") from None
    above_bmp, is_ascii = not text.isascii() and _ABOVE_BMP.search(text) is not None, text.isascii()
    del text  # up to four times as long as `data`, and written again below
    again = _write_as_is(_sorted_by_utf16(value)) if above_bmp else _write_sorted(value)
    # Also refuses duplicate keys (one is lost), lone surrogates (`data` held none), −0, blanks and a second value.
    if not _spells(again, data):
        raise CanonicalError("not in canonical form")
    # Raw text that is NFC holds only NFC strings. The reverse is not so: in `\n` + accent the n seems to carry it.
    if not is_ascii and not is_normalized("NFC", again):
        _check_value(value, max_depth)
    return value


def _spells(text: str, data: bytes) -> bool:
    """Whether this is the text of these bytes; one with a lone surrogate is that of none."""
    try:
        return text.encode() == data
    except UnicodeEncodeError:
        return False


def check_size(data: bytes, max_depth: int = MAX_DEPTH, max_values: int = MAX_VALUES) -> None:
    """Refuse what nests too deep or holds too much, measured on the bytes, before anything is parsed.

    Raises: CanonicalError. Source: docs/protocol.md §4, "Limits".
    """
    # At most so many brackets in all cannot be deeper, nor so many marks too many; only lines with more are scanned.
    brackets = data.count(b"{") + data.count(b"[")
    if brackets <= max_depth and brackets + data.count(b",") <= max_values:
        return
    depth = values = 0
    for match in _MARK_OR_STRING.finditer(data):
        token = match[0]
        if token in (b"{", b"["):
            depth += 1
            values += 1
        elif token == b",":
            values += 1
        elif token in (b"}", b"]"):
            depth -= 1
        if depth > max_depth:
            raise CanonicalError(f"nested deeper than {max_depth}")
        if values > max_values:
            raise CanonicalError(f"more than {max_values} values")


@lru_cache(maxsize=8)
def _reader(max_int_digits: int) -> Callable[[str], tuple[Any, int]]:
    def read_int(digits: str) -> int:
        if len(digits.lstrip("-")) > max_int_digits:
            raise CanonicalError(f"an integer of more than {max_int_digits} digits")
        number = int(digits)
        if abs(number) > MAX_INTEGER:
            raise CanonicalError("an integer beyond 2^53−1")
        return number

    return json.JSONDecoder(parse_int=read_int, parse_float=_refuse_float, parse_constant=_refuse_float).raw_decode


def _refuse_float(_: str) -> NoReturn:
    raise CanonicalError("a number that is not an integer")


def _sorted_by_utf16(value: Any) -> Any:
    """The same value with keys in UTF-16 order, which differs from code points when one is above U+FFFF."""
    if isinstance(value, dict):
        return {key: _sorted_by_utf16(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list | tuple):
        return [_sorted_by_utf16(element) for element in value]
    return value


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _check_value(value: object, levels: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        if levels < 1:
            raise CanonicalError("nested too deep")
        for key, element in value.items():
            if not isinstance(key, str):
                raise CanonicalError("a key that is not a string")
            _check_text(key)
            _check_value(element, levels - 1)
    elif isinstance(value, list | tuple):
        if levels < 1:
            raise CanonicalError("nested too deep")
        for element in value:
            _check_value(element, levels - 1)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise CanonicalError("an integer beyond 2^53−1")
    elif value is not None:
        raise CanonicalError(f"no canonical form for {type(value).__name__}")


def _check_text(text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("a lone surrogate") from None
    if not is_normalized("NFC", text):
        raise CanonicalError("a string that is not NFC")
