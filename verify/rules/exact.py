"""Exact numbers: read, written in lowest terms, and rounded for the eye only.

Text: docs/rules.md, "Numbers". Every comparison of a rule is made on `Fraction`; a float never enters. The two
`display_` functions are the only place where anything is rounded, and nothing reads their result back.
"""

import re
from fractions import Fraction

from verify.rules.errors import MalformedNumber, RulesError

MAX_CHARS = 40  # of one written number; longer ones are mistakes, or meant to slow the reader down
MAX_DIGITS = 4_000  # of numerator and denominator of a computed number; Python itself writes no more than 4,300
_TOO_LARGE = 10**MAX_DIGITS

# ASCII digits only: `int` and `Fraction` alone would also take 1_000, full-width １, 1e9 and blanks.
_SPELLING = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+)|/([1-9][0-9]*))?")


def read_exact(value: object, *, max_chars: int = MAX_CHARS) -> Fraction:
    """Read an integer, or a string holding an integer, a decimal or a fraction: 70, "70", "0.5", "19/20", "-1/2".

    Refused: floats and booleans, leading zeros, a plus sign, a minus before zero, exponents, blanks, separators,
    a zero denominator, and more than `max_chars` characters.

    Raises: MalformedNumber. Source: docs/rules.md, "Numbers".
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise MalformedNumber("an exact number is an integer or a string, never a float")
    if isinstance(value, int):
        if abs(value) >= 10**max_chars:
            raise MalformedNumber(f"a number has at most {max_chars} characters")
        return Fraction(value)
    if len(value) > max_chars:
        raise MalformedNumber(f"a number has at most {max_chars} characters")
    match = _SPELLING.fullmatch(value)
    if match is None:
        raise MalformedNumber('not an exact number: write an integer, a decimal or a fraction, as "70", "0.5" or "2/3"')
    sign, whole, decimals, denominator = match.groups()
    number = Fraction(int(whole + (decimals or "")), 10 ** len(decimals or ""))
    if denominator is not None:
        number /= int(denominator)
    if sign:
        if number == 0:
            raise MalformedNumber("zero is written without a sign")
        return -number
    return number


def check_digits(number: Fraction) -> Fraction:
    """The number, when it can be written. Raises: RulesError for more than `MAX_DIGITS` digits."""
    if max(abs(number.numerator), number.denominator) >= _TOO_LARGE:
        raise RulesError(f"a number comes to more than {MAX_DIGITS} digits")
    return number


def format_exact(number: Fraction) -> str:
    """Write in lowest terms: "70", "1/2", "-3/4". `read_computed` reads it back.

    Raises: RulesError for more than `MAX_DIGITS` digits, which no meeting comes to by counting people.
    """
    return str(Fraction(check_digits(number)))


def read_computed(written: str) -> Fraction:
    """Read what `format_exact` wrote. Nobody types it, so it may be longer: a mean weighted over six classes is.

    Raises: MalformedNumber.
    """
    return read_exact(written, max_chars=2 * MAX_DIGITS + 2)


def format_decimal(number: Fraction) -> str:
    """Write as the shortest decimal: "85", "85.5", "-0.25".

    Raises: RulesError for a number that no decimal ends, as 1/3.
    """
    twos, fives, rest = 0, 0, number.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    if rest != 1:
        raise RulesError("a score is a decimal that ends, never a third")
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def display_number(number: Fraction) -> str:
    """Two decimals, half away from zero: 70 is "70.00", 379/40 is "9.48". A value that rounds to zero has no sign."""
    hundredths, rest = divmod(abs(number.numerator) * 100, number.denominator)
    if 2 * rest >= number.denominator:
        hundredths += 1
    sign = "-" if number < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"


def display_percent(number: Fraction) -> str:
    """A rate as a percentage, rounded like `display_number`: 2/5 is "40.00%"."""
    return display_number(number * 100) + "%"
