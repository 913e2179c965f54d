"""Contest rules: the `rules` of a contest in normal form, one reader per rule.

Format: docs/formats/meeting-file.md §3. A new rule is one function and one line in `CONTEST_RULES`; what must hold
between the rules of a contest is in `rules_together`. This reads rules; judging by them is the verifier's
(`verify.rules`).
"""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from ballot_service.meetings.ballot_kinds import MARKS, by_name
from ballot_service.meetings.field_readers import (
    LEFT_OUT,
    WRONG,
    Field,
    Place,
    Reader,
    class_id,
    exact_number,
    identifier,
    list_of,
    mapping_of,
    one_of,
    or_null,
    record,
    record_with_one_of,
    text,
    true_or_false,
    unique_list_of,
    whole_number,
)

MAX_DOCUMENT_CHARS = 200
MAX_QUOTE_CHARS = 1000
MAX_CONSEQUENCE_CHARS = 500
MAX_OFFICE_CHARS = 200
MAX_SEATS = 500
MAX_ROUNDS = 10
MAX_FAILURES = 100
MAX_MONTHS = 1200
MAX_DAYS = 3660
BASES = ("expected", "present", "issued", "returned", "valid", "scored")
COMPARISONS = ("at_least", "over", "at_most", "under")
RATED = ("grades", "options", "candidate")  # what a rate may count, by ballot kind


def _cite(place: Place) -> Any:
    return record(
        place,
        {
            "document": Field(text(MAX_DOCUMENT_CHARS)),
            "clause": Field(or_null(text(MAX_DOCUMENT_CHARS)), None),
            "quote": Field(or_null(text(MAX_QUOTE_CHARS)), None),
        },
    )


def _common(name: str, *, id_required: bool = False) -> dict[str, Field]:
    """What every rule has. An id is required where other rules, scores and the report name the rule by it."""
    return {
        "rule": Field(one_of(name)),
        "id": Field(identifier) if id_required else Field(or_null(identifier), None),
        "cite": Field(or_null(_cite), None),
    }


_LINE = {"at_least": Field(exact_number(0, 1), LEFT_OUT), "over": Field(exact_number(0, 1), LEFT_OUT)}
_CLASSES = {"classes": Field(or_null(unique_list_of(class_id, min_length=1)), None)}
_WEIGHTS = {"weights": Field(or_null(mapping_of(class_id, exact_number(above=0), example='{A: "40", B: "60"}')), None)}


# --- votes: who has passed, who is elected, who is barred


def quorum_line(place: Place) -> Any:
    """`{at_least: "2/3", of: expected}`, as meetings and items write it."""
    return _with_one_line(place, {**_LINE, "of": Field(one_of("expected"), "expected")})


def quorum(place: Place) -> Any:
    return _with_one_line(place, {**_common("quorum"), **_LINE, "of": Field(one_of("expected"), "expected")})


def passing(place: Place) -> Any:
    return _with_one_line(
        place,
        {
            **_common("pass"),
            **_CLASSES,
            "mark": Field(one_of(*MARKS), "approve"),
            **_LINE,
            "of": Field(one_of(*BASES)),
        },
    )


def _with_one_line(place: Place, fields: dict[str, Field]) -> Any:
    return record_with_one_of(place, ("at_least", "over"), fields, 'at_least: "2/3"')


def seats(place: Place) -> Any:
    return record(
        place,
        {
            **_common("seats"),
            "seats": Field(whole_number(1, MAX_SEATS), 1),
            "max_rounds": Field(whole_number(1, MAX_ROUNDS), 2),
            "on_failure": Field(one_of("committee", "revote", "end"), "committee"),
        },
    )


def bar(place: Place) -> Any:
    """After so many failed votes for a post a person may not be nominated for it (一年内不得提名)."""
    return record(
        place,
        {
            **_common("bar"),
            "failures": Field(whole_number(1, MAX_FAILURES), 2),
            "months": Field(months_or_forever, 12),
            "count_loss": Field(true_or_false, True),
            "reset": Field(true_or_false, True),
        },
    )


def months_or_forever(place: Place) -> Any:
    if isinstance(place.value, str):
        return "forever" if place.value == "forever" else place.wrong(f"an integer from 1 to {MAX_MONTHS}, or forever")
    return whole_number(1, MAX_MONTHS)(place)


# --- values: rates, means, points


def rate(place: Place) -> Any:
    """How many ballots say one of these things, out of a base."""
    values = record_with_one_of(
        place,
        RATED,
        {
            **_common("rate", id_required=True),
            **_CLASSES,
            "grades": Field(unique_list_of(identifier, min_length=1), LEFT_OUT),
            "options": Field(unique_list_of(identifier, min_length=1), LEFT_OUT),
            "candidate": Field(identifier, LEFT_OUT),
            "marks": Field(unique_list_of(one_of(*MARKS), min_length=1), LEFT_OUT),
            "of": Field(one_of(*BASES), "valid"),
            **_WEIGHTS,
        },
        "grades: [good, fair]",
    )
    if values is WRONG:
        return WRONG
    if ("candidate" in place.value) != ("marks" in place.value):
        given, other = ("candidate", "marks") if "candidate" in place.value else ("marks", "candidate")
        place.wrong_at((other,), "nothing", f"{other} beside {given}, as candidate: zhang-san, marks: [approve]")
    return values


def mean(place: Place) -> Any:
    """Points of the grades, or the scores themselves, over a base."""
    return record(
        place,
        {
            **_common("mean", id_required=True),
            **_CLASSES,
            "points": Field(or_null(mapping_of(identifier, exact_number(), example='{good: "100", poor: "40"}')), None),
            "of": Field(one_of(*BASES), "scored"),
            **_WEIGHTS,
        },
    )


def bands(place: Place) -> Any:
    """Points for the band that a value falls into."""
    return record(
        place,
        {
            **_common("bands", id_required=True),
            "value": Field(identifier),
            "bands": Field(band_list),
            "otherwise": Field(exact_number()),
        },
    )


def band_list(place: Place) -> Any:
    """`[{at_least: "95/100", points: "20"}, …]`, from high to low."""
    values = list_of(_band, min_length=1)(place)
    if values is WRONG:
        return WRONG
    lines = [Fraction(band["at_least"]) if "at_least" in band else None for band in values]
    for position, (higher, line) in enumerate(pairwise(lines), start=1):
        if higher is not None and line is not None and line >= higher:
            expected = f"a line under the one before it, {higher}: bands go from high to low"
            place.wrong_at((position, "at_least"), str(line), expected)
    return values


def _band(place: Place) -> Any:
    return record(place, {"at_least": Field(exact_number()), "points": Field(exact_number())})


# --- what follows


def flag(place: Place) -> Any:
    """A value against one line or several, and what is proposed when all of them hold."""
    return with_comparisons(place, {**_common("flag"), "value": Field(identifier), **FLAG_FIELDS})


def with_comparisons(place: Place, fields: dict[str, Field]) -> Any:
    """A record of a flag: at least one comparison must be written."""
    values = record(place, fields)
    if values is not WRONG and not set(COMPARISONS) & set(place.value):
        return place.wrong(f'one or more of {", ".join(COMPARISONS)}, as at_most: "70"')
    return values


def _consequence(place: Place) -> Any:
    """What is proposed, and the office that must confirm it."""
    return record(
        place,
        {
            "text": Field(text(MAX_CONSEQUENCE_CHARS)),
            "confirm": Field(text(MAX_OFFICE_CHARS)),
            "due": Field(or_null(due), None),
        },
    )


def due(place: Place) -> Any:
    """By when: days after the day of the meeting."""
    days = Field(whole_number(1, MAX_DAYS), LEFT_OUT)
    return record_with_one_of(place, ("working_days", "days"), {"working_days": days, "days": days}, "working_days: 7")


FLAG_FIELDS = {
    "code": Field(identifier),
    **{name: Field(exact_number(), LEFT_OUT) for name in COMPARISONS},
    "consequences": Field(list_of(_consequence), []),
}
"""The part of a flag that rules and scores share."""


def rank(place: Place) -> Any:
    """Ranks by approvals or picks. They decide nothing."""
    return record(place, {**_common("rank", id_required=True), **_CLASSES, "by": Field(one_of("approve", "picks"))})


CONTEST_RULES: dict[str, Reader] = {
    "quorum": quorum,
    "pass": passing,
    "seats": seats,
    "bar": bar,
    "rate": rate,
    "mean": mean,
    "bands": bands,
    "flag": flag,
    "rank": rank,
}


def contest_rule(place: Place) -> Any:
    """A rule of any name."""
    return by_name(place, "rule", CONTEST_RULES)
