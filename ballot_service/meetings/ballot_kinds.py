"""Ballot kinds: the `ballot` of a contest in normal form, one reader per kind.

Format: docs/formats/meeting-file.md §2. A new kind is one function and one line in `BALLOT_KINDS`.
"""

from typing import Any

from ballot_service.meetings.field_readers import (
    WRONG,
    Field,
    Place,
    Reader,
    check_unique_field,
    identifier,
    list_of,
    one_of,
    or_null,
    record,
    text,
    whole_number,
)
from ballot_service.meetings.problems import did_you_mean

MAX_NAME_CHARS = 100
MAX_NOTE_CHARS = 200
MAX_LABEL_CHARS = 20  # it is printed on a button
MAX_CANDIDATES = 500
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


def _candidates(place: Place) -> Any:
    values = list_of(_candidate, min_length=1)(place)
    if values is WRONG:
        return WRONG
    if len(values) > MAX_CANDIDATES:
        return place.wrong(f"at most {MAX_CANDIDATES} candidates")
    check_unique_field(place, values, "id")
    check_unique_field(place, values, "name", fold=True)
    return values


def _candidate(place: Place) -> Any:
    return record(
        place,
        {
            "id": Field(identifier),
            "name": Field(text(MAX_NAME_CHARS)),
            "note": Field(or_null(text(MAX_NOTE_CHARS)), None),
        },
    )


def _labels(place: Place) -> Any:
    values = record(place, {mark: Field(text(MAX_LABEL_CHARS), DEFAULT_LABELS[mark]) for mark in MARKS})
    if values is not WRONG and len(set(values.values())) < len(values):
        return place.wrong("a different label for each mark", "the same label twice")
    return values


BALLOT_KINDS: dict[str, Reader] = {"approval": approval}
PLANNED_KINDS = ("pick", "grade", "score", "comment")


def ballot(place: Place) -> Any:
    """A ballot of any kind."""
    return by_name(place, "kind", BALLOT_KINDS, PLANNED_KINDS)


def by_name(place: Place, name_field: str, readers: dict[str, Reader], planned: tuple[str, ...]) -> Any:
    """A mapping whose `name_field` says how the rest of it is read."""
    if not isinstance(place.value, dict):
        return place.wrong(f"a mapping with the field {name_field} and those that belong to it")
    known = ", ".join(readers)
    if name_field not in place.value:
        place.wrong_at((name_field,), "nothing", f"one of {known}: this field is required")
        return WRONG
    named = place.child(name_field)
    if not isinstance(named.value, str) or named.value not in readers:
        is_planned = isinstance(named.value, str) and named.value in planned
        why = ": not supported by this version" if is_planned else did_you_mean(named.value, readers)
        return named.wrong(f"one of {known}{why}")
    return readers[named.value](place)
