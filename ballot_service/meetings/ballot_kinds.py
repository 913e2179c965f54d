"""Ballot kinds: the `ballot` of a contest in normal form, one reader per kind.

Format: docs/formats/meeting-file.md §2. A new kind is one function and one line in `BALLOT_KINDS`.
"""

from fractions import Fraction
from typing import Any

from ballot_service.meetings.field_readers import (
    MAX_NUMBER_DIGITS,
    WRONG,
    Field,
    Place,
    Reader,
    check_unique_field,
    exact_number,
    identifier,
    list_of,
    one_of,
    or_null,
    record,
    text,
    true_or_false,
    whole_number,
)
from ballot_service.meetings.problems import did_you_mean

MAX_NAME_CHARS = 100
MAX_NOTE_CHARS = 200
MAX_LABEL_CHARS = 20  # it is printed on a button
MAX_CANDIDATES = 500  # or options
MAX_GRADES = 100
MAX_SCORES = 10_001  # different ones on one ballot: 0 to 100 in hundredths
MAX_COMMENT_CHARS = 2000
MARKS = ("approve", "oppose", "abstain")
DEFAULT_LABELS = {"approve": "同意", "oppose": "不同意", "abstain": "弃权"}


def approval(place: Place) -> Any:
    """A mark for each candidate. `max_approve` is None when left out: the contest's rules decide it."""
    return record(
        place,
        {
            "kind": Field(one_of("approval")),
            "candidates": Field(_candidates),
            "max_approve": Field(whole_number(1, MAX_CANDIDATES), None),
            "labels": Field(_labels, dict(DEFAULT_LABELS)),
        },
    )


def names_to_choose(what: str, *, min_length: int) -> Reader:
    """People or things to choose from. On paper no two of them may look alike."""

    def read(place: Place) -> Any:
        values = list_of(_name, min_length=min_length)(place)
        if values is WRONG:
            return WRONG
        if len(values) > MAX_CANDIDATES:
            return place.wrong(f"at most {MAX_CANDIDATES} {what}")
        check_unique_field(place, values, "id")
        check_unique_field(place, values, "name", fold=True)
        return values

    return read


def _name(place: Place) -> Any:
    return record(
        place,
        {
            "id": Field(identifier),
            "name": Field(text(MAX_NAME_CHARS)),
            "note": Field(or_null(text(MAX_NOTE_CHARS)), None),
        },
    )


_candidates = names_to_choose("candidates", min_length=1)


def _labels(place: Place) -> Any:
    values = record(place, {mark: Field(text(MAX_LABEL_CHARS), DEFAULT_LABELS[mark]) for mark in MARKS})
    if values is not WRONG and len(set(values.values())) < len(values):
        return place.wrong("a different label for each mark", "the same label twice")
    return values


def pick(place: Place) -> Any:
    """Some of the options, and names of one's own as far as `write_in` allows."""
    values = record(
        place,
        {
            "kind": Field(one_of("pick")),
            "options": Field(names_to_choose("options", min_length=0)),
            "max": Field(whole_number(1, MAX_CANDIDATES)),
            "write_in": Field(whole_number(0, MAX_CANDIDATES), 0),
        },
    )
    if values is WRONG or "write_in" not in values:
        return values
    write_in = values["write_in"]
    if "max" in values and write_in > values["max"]:
        place.wrong_at(("write_in",), str(write_in), f"at most max, {values['max']}: write-ins are picks too")
    if values.get("options") == [] and write_in == 0:
        place.wrong_at(("options",), "a list of 0", "at least one option, or write_in above 0: nothing could be picked")
    return values


def grade(place: Place) -> Any:
    """One of the grades, best first."""
    return record(
        place,
        {
            "kind": Field(one_of("grade")),
            "grades": Field(grade_list),
            "unknown": Field(true_or_false, False),
        },
    )


def grade_list(place: Place) -> Any:
    values = list_of(_grade, min_length=1)(place)
    if values is WRONG:
        return WRONG
    if len(values) > MAX_GRADES:
        return place.wrong(f"at most {MAX_GRADES} grades")
    check_unique_field(place, values, "id")
    check_unique_field(place, values, "name", fold=True)
    return values


def _grade(place: Place) -> Any:
    return record(place, {"id": Field(identifier), "name": Field(text(MAX_NAME_CHARS))})


def score(place: Place) -> Any:
    """A number from `min` on in steps. A score is written as a decimal, so a third can be none of the three."""
    values = record(
        place,
        {
            "kind": Field(one_of("score")),
            "min": Field(decimal()),
            "max": Field(decimal()),
            "step": Field(decimal(above=0)),
            "unknown": Field(true_or_false, False),
        },
    )
    if values is WRONG or not {"min", "max", "step"} <= values.keys():
        return values
    low, high, step = (Fraction(values[name]) for name in ("min", "max", "step"))
    if low >= high:
        place.wrong_at(("max",), str(high), f"a number above min, {low}")
    elif (high - low) // step + 1 > MAX_SCORES:
        place.wrong_at(
            ("step",), f"{step}, which makes {(high - low) // step + 1} scores", f"at most {MAX_SCORES}: a larger step"
        )
    return values


def decimal(*, above: int | None = None) -> Reader:
    exact = exact_number(above=above)

    def read(place: Place) -> Any:
        value = exact(place)
        if value is not WRONG and 10**MAX_NUMBER_DIGITS % Fraction(value).denominator:
            return place.wrong('a decimal that ends, as "0.5": a score is written as a decimal')
        return value

    return read


def comment(place: Place) -> Any:
    """A text of one's own."""
    return record(place, {"kind": Field(one_of("comment")), "max_chars": Field(whole_number(1, MAX_COMMENT_CHARS))})


BALLOT_KINDS: dict[str, Reader] = {
    "approval": approval,
    "pick": pick,
    "grade": grade,
    "score": score,
    "comment": comment,
}


def ballot(place: Place) -> Any:
    """A ballot of any kind."""
    return by_name(place, "kind", BALLOT_KINDS)


def by_name(place: Place, name_field: str, readers: dict[str, Reader]) -> Any:
    """A mapping whose `name_field` says how the rest of it is read."""
    if not isinstance(place.value, dict):
        return place.wrong(f"a mapping with the field {name_field} and those that belong to it")
    known = ", ".join(readers)
    if name_field not in place.value:
        place.wrong_at((name_field,), "nothing", f"one of {known}: this field is required")
        return WRONG
    named = place.child(name_field)
    if not isinstance(named.value, str) or named.value not in readers:
        return named.wrong(f"one of {known}{did_you_mean(named.value, readers)}")
    return readers[named.value](place)
