"""Numbers are read exactly, in one spelling, and rounded only for display."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.rules import MalformedNumber, display_number, display_percent, format_exact, read_exact


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (70, Fraction(70)),
        (-3, Fraction(-3)),
        (0, Fraction(0)),
        ("70", Fraction(70)),
        ("0", Fraction(0)),
        ("0.5", Fraction(1, 2)),
        ("70.00", Fraction(70)),
        ("19/20", Fraction(19, 20)),
        ("95/100", Fraction(19, 20)),
        ("-1", Fraction(-1)),
        ("-0.25", Fraction(-1, 4)),
        ("-1/3", Fraction(-1, 3)),
        ("0/5", Fraction(0)),
        ("9" * 40, Fraction(10**40 - 1)),
    ],
)
def test_a_number_is_read_exactly(written: object, value: Fraction) -> None:
    assert read_exact(written) == value


@pytest.mark.parametrize(
    "written",
    [
        *[0.5, 1.0, True, False, None, [], {}, b"70", Fraction(1, 2), 10**40, -(10**40)],
        *["", " ", " 70", "70 ", "70\n", "+70", "-", "--1", "-0", "-0.0", "-0/3", "007", "00", "01/2", "1/02", "1_000"],
        *["１", "٣", "½", "1e3", "1E3", ".5", "5.", "1.5/2", "1/2.5", "1/-2", "1/0", "0/0", "1/2/3", "1,5", "0x10"],
        *["inf", "NaN", "50%", "1 /2", "−1", "1" * 41, "1" * 5000, "0." + "1" * 39],
    ],
    ids=repr,
)
def test_another_spelling_is_refused(written: object) -> None:
    with pytest.raises(MalformedNumber):
        read_exact(written)


@given(st.text(alphabet="0123456789-+./ _eE１", max_size=8))
def test_what_is_read_is_what_python_reads_too(written: str) -> None:
    try:
        value = read_exact(written)
    except MalformedNumber:
        return
    assert value == Fraction(written)


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=10_000))
def test_writing_and_reading_are_inverse(value: Fraction) -> None:
    assert read_exact(format_exact(value)) == value


@pytest.mark.parametrize(("value", "text"), [(Fraction(2, 4), "1/2"), (Fraction(70), "70"), (Fraction(6, -8), "-3/4")])
def test_exact_numbers_are_written_in_lowest_terms(value: Fraction, text: str) -> None:
    assert format_exact(value) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(70), "70.00"),
        (Fraction(379, 40), "9.48"),
        (Fraction(493, 7), "70.43"),
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(1, 201), "0.00"),
        (Fraction(-1, 201), "0.00"),
        (Fraction(1999, 200), "10.00"),
        (Fraction(-1999, 200), "-10.00"),
        (Fraction(-5, 2), "-2.50"),
        (Fraction(0), "0.00"),
    ],
)
def test_display_rounds_half_away_from_zero(value: Fraction, shown: str) -> None:
    assert display_number(value) == shown


def test_a_rate_is_shown_as_a_percentage() -> None:
    assert display_percent(Fraction(2, 5)) == "40.00%"
    assert display_percent(Fraction(2, 3)) == "66.67%"
    assert display_percent(Fraction(-1, 8)) == "-12.50%"


@given(st.fractions(min_value=-100, max_value=100, max_denominator=1000))
def test_display_is_never_off_by_more_than_half_a_hundredth(value: Fraction) -> None:
    shown = Fraction(display_number(value))
    assert abs(shown - value) <= Fraction(1, 200)
    assert abs(shown - value) < Fraction(1, 200) or abs(shown) > abs(value)
