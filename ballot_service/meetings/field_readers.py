"""Field readers: small checks that turn one value of a file into its normal form, or say what is wrong with it.

A reader takes a `Place` and answers the normal value, or `WRONG` after reporting. Readers are put together:
`list_of(identifier)`, `or_null(text(200))`, `record(place, {...})`. A record keeps the fields that could be read, so
that later checks can go on with those; a list with an unreadable element is WRONG as a whole, because its length and
positions would mislead.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date as calendar_date
from fractions import Fraction
from typing import Any, Final

from ballot_service.meetings.problems import Findings, Path, describe, did_you_mean

WRONG: Final = object()  # what a reader answers after it has reported a problem
REQUIRED: Final = object()  # as a default: the field must be written
LEFT_OUT: Final = object()  # as a default: the normal form has the field only when it is written

MAX_NUMBER_DIGITS = 15  # of an exact number's numerator and denominator

_IDENTIFIER = re.compile(r"[a-z0-9-]{1,64}")
_CLASS_ID = re.compile(r"[A-Z0-9]{1,8}")
_EXACT = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.([0-9]{1,15})|/([1-9][0-9]{0,14}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Stripped at both ends: what keyboards and editors leave there, the ideographic space too.
_WHITE_SPACE = " \t\r\n\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_REFUSED_CATEGORIES = {
    "Cc": "a control character",
    "Cf": "an invisible formatting character",  # bidirectional controls among them: names must read as they are
    "Cs": "half of a character",
    "Co": "a private-use character",  # looks different, or like nothing, on every device
    "Cn": "a character that Unicode does not define",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True)
class Place:
    """A value, where it stands, and the list that its problems go to."""

    value: Any
    path: Path
    findings: Findings

    def child(self, key: str | int) -> "Place":
        return Place(self.value[key], (*self.path, key), self.findings)

    def wrong(self, expected: str, found: str | None = None) -> Any:
        """Report this value and answer WRONG."""
        self.findings.add(self.path, describe(self.value) if found is None else found, expected)
        return WRONG

    def wrong_at(self, path: Path, found: str, expected: str) -> None:
        """Report something inside this value; `path` is relative to it."""
        self.findings.add((*self.path, *path), found, expected)


Reader = Callable[[Place], Any]


@dataclass(frozen=True)
class Field:
    """A field of a record: how its value is read, and what it is when it is not written."""

    read: Reader
    default: Any = REQUIRED  # already in normal form


# --- records and lists


def record(place: Place, fields: Mapping[str, Field]) -> Any:
    """A mapping with these fields and no others, in this order. Fields that could not be read are missing in it."""
    written = place.value
    if not isinstance(written, dict):
        return place.wrong(f"a mapping with the fields {', '.join(fields)}")
    for name in written:
        if place.findings.full:
            break
        if name not in fields:
            what = did_you_mean(name, fields) or f"; the fields here are {', '.join(fields)}"
            where = (name,) if isinstance(name, str) else ()
            place.wrong_at(where, f"the unknown field {describe(name)}", f"a field of this version{what}")
    values = {}
    for name, field in fields.items():
        if name in written:
            value = field.read(place.child(name))
            if value is not WRONG:
                values[name] = value
        elif field.default is REQUIRED:
            place.wrong_at((name,), "nothing", "this field: it is required")
        elif field.default is not LEFT_OUT:
            values[name] = field.default
    return values


def list_of(read: Reader, *, min_length: int = 0) -> Reader:
    def read_list(place: Place) -> Any:
        if not isinstance(place.value, list):
            return place.wrong("a list, as in [a, b] or in lines that begin with -")
        if len(place.value) < min_length:
            return place.wrong("a list with at least one element")
        values = []
        for position in range(len(place.value)):
            if place.findings.full:
                return WRONG
            values.append(read(place.child(position)))
        return WRONG if any(value is WRONG for value in values) else values

    return read_list


def unique_list_of(read: Reader, *, min_length: int = 0) -> Reader:
    """A list of plain values, none of them twice."""
    plain = list_of(read, min_length=min_length)

    def read_list(place: Place) -> Any:
        values = plain(place)
        if values is not WRONG:
            check_unique(place, enumerate(values), within="list")
        return values

    return read_list


def mapping_of(key: Reader, read: Reader, *, example: str) -> Reader:
    """A mapping whose keys are not fixed, as points per grade. It has at least one."""

    def read_mapping(place: Place) -> Any:
        if not isinstance(place.value, dict) or not place.value:
            return place.wrong(f"a mapping as {example}")
        values = {}
        for name in place.value:
            if place.findings.full:
                return WRONG
            if not isinstance(name, str):
                return place.wrong(f"text as keys, as in {example}", f"the key {describe(name)}")
            if key(Place(name, (*place.path, name), place.findings)) is WRONG:
                values[name] = WRONG
            else:
                values[name] = read(place.child(name))
        return WRONG if any(value is WRONG for value in values.values()) else values

    return read_mapping


def or_null(read: Reader) -> Reader:
    return lambda place: None if place.value is None else read(place)


def record_with_one_of(place: Place, names: tuple[str, ...], fields: Mapping[str, Field], example: str) -> Any:
    """A record of which exactly one of `names` must be written; those fields have the default LEFT_OUT."""
    values = record(place, fields)
    if values is not WRONG and len(set(names) & set(place.value)) != 1:
        return place.wrong(f"exactly one of {' and '.join(names)}, as {example}")
    return values


def check_unique(
    place: Place, values: Iterable[tuple[int, Any]], *, within: str, field: str | None = None, fold: bool = False
) -> None:
    """Report every value that came before; `values` are (position, value). With `fold`, also what looks the same."""
    first: dict[Any, int] = {}
    for position, value in values:
        key = look_alike(value) if fold else value
        if key in first:
            path = (position,) if field is None else (position, field)
            found = f"{describe(value)} again (see [{first[key]}])"
            place.wrong_at(path, found, f"something different in each element of this {within}")
        else:
            first[key] = position


def check_unique_field(place: Place, records: list[dict[str, Any]], field: str, *, fold: bool = False) -> None:
    """The same for one field of a list of records, of which some may not have been readable."""
    values = [(position, entry[field]) for position, entry in enumerate(records) if field in entry]
    check_unique(place, values, within="list", field=field, fold=fold)


# --- scalars


def one_of(*words: str | int) -> Reader:
    def read(place: Place) -> Any:
        # 2048.0 and True equal integers in Python, and are not meant
        if type(place.value) in (str, int) and place.value in words:
            return place.value
        choices = ", ".join(str(word) for word in words)
        hint = did_you_mean(place.value, [word for word in words if isinstance(word, str)])
        return place.wrong(choices if len(words) == 1 else f"one of {choices}{hint}")

    return read


def true_or_false(place: Place) -> Any:
    return place.value if isinstance(place.value, bool) else place.wrong("true or false")


def whole_number(lowest: int, highest: int) -> Reader:
    def read(place: Place) -> Any:
        if type(place.value) is int and lowest <= place.value <= highest:
            return place.value
        hint = ", without quotes" if isinstance(place.value, str) else ""
        return place.wrong(f"an integer from {lowest} to {highest}{hint}")

    return read


def exact_number(lowest: int | None = None, highest: int | None = None, *, above: int | None = None) -> Reader:
    """An integer, or a string with an integer, a decimal or a fraction; its normal form is a string in lowest terms."""
    bounds = "" if lowest is None or highest is None else f" from {lowest} to {highest}"
    if above is not None:
        bounds = f" above {above}"

    def read(place: Place) -> Any:
        if isinstance(place.value, float):
            return place.wrong(f'an exact number{bounds}: write it as a string: "{place.value!r}"')
        number = _exact(place.value)
        if number is None:
            return place.wrong(f'an exact number{bounds}, as 70, "0.5" or "2/3"')
        if (lowest is not None and number < lowest) or (highest is not None and number > highest):
            return place.wrong(f"an exact number{bounds}")
        if above is not None and number <= above:
            return place.wrong(f"an exact number{bounds}")
        return str(number)

    return read


def _exact(value: object) -> Fraction | None:
    if type(value) is not int and not (isinstance(value, str) and _EXACT.fullmatch(value)):
        return None
    number = Fraction(value)
    limit = 10**MAX_NUMBER_DIGITS
    return number if abs(number.numerator) < limit and number.denominator < limit else None


def identifier(place: Place) -> Any:
    return _matching(place, _IDENTIFIER, "an id of 1 to 64 of the characters a-z 0-9 -")


def class_id(place: Place) -> Any:
    return _matching(place, _CLASS_ID, "a class id of 1 to 8 of the characters A-Z 0-9")


def _matching(place: Place, pattern: re.Pattern[str], expected: str) -> Any:
    if isinstance(place.value, str) and pattern.fullmatch(place.value):
        return place.value
    # YAML reads an unquoted 2026 as a number
    return place.wrong(expected + (", in quotes" if type(place.value) is int else ""))


def date(place: Place) -> Any:
    """A day that exists, as text: no reader may make a time zone out of it."""
    if isinstance(place.value, str) and _DATE.fullmatch(place.value):
        try:
            calendar_date.fromisoformat(place.value)
        except ValueError:
            return place.wrong('a day of the calendar, as "2026-12-18"')
        return place.value
    return place.wrong('a date as "2026-12-18"')


def text(max_chars: int) -> Reader:
    """One line of printable text in NFC, without white space at its ends; at least one character."""

    def read(place: Place) -> Any:
        if not isinstance(place.value, str):
            is_scalar = isinstance(place.value, bool | int | float)
            return place.wrong(f"text of 1 to {max_chars} characters" + (", in quotes" if is_scalar else ""))
        value = place.value.strip(_WHITE_SPACE)
        if len(value) <= 4 * max_chars:  # composing shortens no further, and is slow on long runs of accents
            # keyboards differ in how they compose é; the file's reader should not have to know
            value = unicodedata.normalize("NFC", value)
        if not value:
            return place.wrong(f"text of 1 to {max_chars} characters")
        if len(value) > max_chars:
            return place.wrong(f"at most {max_chars} characters", f"{len(value)} characters")
        for character in value:
            refused = _why_refused(character)
            if refused:
                return place.wrong("one line of printable text", f"U+{ord(character):04X}, {refused}")
        return value

    return read


def _why_refused(character: str) -> str | None:
    if character in _INVISIBLE_LETTERS:
        return "an invisible character"
    category = unicodedata.category(character)
    code_point = ord(character)
    if category == "Cn" and 0x20000 <= code_point <= 0x3FFFD and code_point & 0xFFFE != 0xFFFE:
        return None  # planes 2 and 3 are for Han characters: a rare name may be newer than this Python's Unicode
    return _REFUSED_CATEGORIES.get(category)


def look_alike(value: object) -> object:
    """What two names share that people cannot tell apart on paper: width, case, spacing and glyph variants."""
    if not isinstance(value, str):
        return value
    folded = unicodedata.normalize("NFKC", _VARIATION_SELECTOR.sub("", value)).casefold()
    return "".join(folded.split())
