"""Shapes: small checks of a JSON value, put together into records.

A shape is a function that takes a value and where it stands, and raises Malformed when the value is not of that shape.
Nothing is optional, null is written, and a field that is not known is refused.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from verify.errors import Malformed
from verify.ledger import b64url_decode
from verify.rules import format_exact, read_exact
from verify.rules.errors import MalformedNumber
from verify.rules.judging.flag import COMPARISONS

Shape = Callable[[Any, str], None]


def expect(holds: bool, where: str, expected: str) -> None:
    if not holds:
        raise Malformed(f"{where}: expected {expected}")


def matching(pattern: str, expected: str) -> Shape:
    compiled = re.compile(pattern, re.ASCII)

    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, str) and compiled.fullmatch(value) is not None, where, expected)

    return shape


def one_of(*allowed: str) -> Shape:
    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, str) and value in allowed, where, " or ".join(allowed))

    return shape


def whole(low: int = 0, high: int = 2**53 - 1) -> Shape:
    def shape(value: Any, where: str) -> None:
        is_int = isinstance(value, int) and not isinstance(value, bool)
        expect(is_int and low <= value <= high, where, f"an integer from {low} to {high}")

    return shape


def binary(length: int | None = None) -> Shape:
    """A byte string in base64url, of exactly `length` bytes unless None."""

    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, str), where, "base64url")
        try:
            data = b64url_decode(value)
        except Malformed as error:
            raise Malformed(f"{where}: {error}") from error
        expect(length is None or len(data) == length, where, f"{length} bytes")

    return shape


def text(value: Any, where: str) -> None:
    expect(isinstance(value, str), where, "a text")


def name(value: Any, where: str) -> None:
    expect(isinstance(value, str) and value.strip() != "", where, "a text that is not empty")


def flag(value: Any, where: str) -> None:
    expect(isinstance(value, bool), where, "true or false")


def exact(value: Any, where: str) -> None:
    """An exact number in normal form: "1/2", not "2/4", "0.5" or a JSON integer."""
    try:
        number = read_exact(value)
    except MalformedNumber:
        raise Malformed(f"{where}: expected an exact number") from None
    expect(value == format_exact(number), where, "a string in lowest terms")


def share(value: Any, where: str) -> None:
    """An exact number from 0 to 1, of a quorum or a pass line."""
    exact(value, where)
    expect(0 <= read_exact(value) <= 1, where, "a number from 0 to 1")


def positive(value: Any, where: str) -> None:
    """An exact number above 0: a weight, a step."""
    exact(value, where)
    expect(read_exact(value) > 0, where, "a number above 0")


def anything(value: Any, where: str) -> None:
    """For what a later check compares as a whole."""


def or_null(inner: Shape) -> Shape:
    def shape(value: Any, where: str) -> None:
        if value is not None:
            inner(value, where)

    return shape


def listing(inner: Shape, *, least: int = 0, most: int | None = None, distinct: bool = False) -> Shape:
    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, list), where, "a list")
        expect(len(value) >= least, where, f"at least {least} elements")
        expect(most is None or len(value) <= most, where, f"at most {most} elements")
        for number, element in enumerate(value):
            inner(element, f"{where}[{number}]")
        expect(not distinct or len(set(value)) == len(value), where, "no element twice")

    return shape


def mapping(key: Shape, inner: Shape) -> Shape:
    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, dict), where, "an object")
        for member, element in value.items():
            key(member, f"{where}, a key")
            inner(element, f"{where}.{member}")

    return shape


def record(fields: Mapping[str, Shape]) -> Shape:
    """An object with exactly these fields."""

    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, dict), where, "an object")
        unknown = sorted(value.keys() - fields.keys())
        if unknown:
            raise Malformed(f"{where}: unknown field {unknown[0]}")
        for field, inner in fields.items():
            if field not in value:
                raise Malformed(f"{where}: no field {field}")
            inner(value[field], f"{where}.{field}")

    return shape


def alternatives(choose: Callable[[dict[str, Any]], str], shapes: Mapping[str, Shape], what: str) -> Shape:
    """One of several records; `choose` names which from the value."""

    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, dict), where, "an object")
        chosen = choose(value)
        if not isinstance(chosen, str) or chosen not in shapes:
            raise Malformed(f"{where}: {what} that this version does not know")
        shapes[chosen](value, where)

    return shape


def whole_or(word: str, low: int) -> Shape:
    """An integer from `low` on, or this word."""
    number = whole(low)

    def shape(value: Any, where: str) -> None:
        if value != word:
            number(value, where)

    return shape


def one_member_of(
    names: tuple[str, ...], fields: Mapping[str, Shape], members: Mapping[str, Mapping[str, Shape]]
) -> Shape:
    """A record with these fields and those of exactly one of `names`: what is counted, what is added up."""
    either = {name: record({**fields, **members[name]}) for name in names}
    return alternatives(lambda value: next((name for name in names if name in value), ""), either, "a form")


def comparisons(fields: Mapping[str, Shape]) -> Shape:
    """A record with these fields and one or more comparisons with an exact number."""

    def shape(value: Any, where: str) -> None:
        expect(isinstance(value, dict), where, "an object")
        given = [name for name in COMPARISONS if name in value]
        expect(bool(given), where, "a comparison: " + ", ".join(COMPARISONS))
        record({**fields, **dict.fromkeys(given, exact)})(value, where)

    return shape


def threshold(fields: Mapping[str, Shape], number: Shape) -> Shape:
    """A record with these fields and one comparison: either `at_least` or `over`."""
    either = {comparison: record({**fields, comparison: number}) for comparison in ("at_least", "over")}

    def choose(value: dict[str, Any]) -> str:
        return "over" if "over" in value else "at_least"

    return alternatives(choose, either, "a comparison")


value_name = matching(r"[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}", "CONTEST.RULE-ID")
word = matching(r"[a-z0-9-]{1,64}", "an id of a-z, 0-9 and -")
class_id = matching(r"[A-Z0-9]{1,8}", "a class id of A-Z and 0-9")
minute = matching(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]Z", "a UTC time to the minute"
)
day = matching(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", "a date")
hash32 = binary(32)
two_people = listing(name, least=2, most=2)  # names the server writes down: that they are two people is its word
people_of_class = mapping(class_id, whole())
class_list = listing(class_id, distinct=True)
base = one_of("expected", "present", "issued", "returned", "valid", "scored")
