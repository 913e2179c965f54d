"""The words of templates: how each field that an organiser writes beside `template:` is read.

Format: docs/templates.md, "The vocabulary". There is one reader per word, whatever the template, so that a word means
the same everywhere and a mistake is reported where it was written. `FORMS` has the readers of values that only some
templates need inside a word (a table of bands, a share); a template names them in `form` or `parts`.
"""

from collections.abc import Callable
from typing import Any

from ballot_service.meetings.ballot_kinds import (
    MARKS,
    MAX_CANDIDATES,
    MAX_COMMENT_CHARS,
    MAX_NOTE_CHARS,
    decimal,
    grade_list,
    names_to_choose,
)
from ballot_service.meetings.contest_rules import (
    BASES,
    COMPARISONS,
    MAX_FAILURES,
    MAX_ROUNDS,
    band_list,
    due,
    months_or_forever,
    quorum_line,
    with_comparisons,
)
from ballot_service.meetings.field_readers import (
    LEFT_OUT,
    WRONG,
    Field,
    Place,
    Reader,
    check_unique_field,
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
from ballot_service.meetings.normal_form import (
    ANNOUNCE_MODES,
    MAX_NAME_CHARS,
    MAX_POSTS,
    MAX_RATIO,
    MAX_TITLE_CHARS,
    STEPS,
    MeetingContext,
    subject,
    voters,
)
from ballot_service.meetings.problems import Path
from ballot_service.meetings.scores import input_definition

# One contest for each subject and dimension: a small file must not make a meeting without end.
MAX_SUBJECTS = 300
MAX_TEAMS = 50
MAX_DIMENSIONS = 20
MAX_QUESTIONS = 100


_options = names_to_choose("names", min_length=1)

# --- people


def _named_list(read: Reader, max_length: int) -> Reader:
    """A list with at least one element, each with an id of its own."""

    def read_list(place: Place) -> Any:
        if isinstance(place.value, list) and len(place.value) > max_length:
            return place.wrong(f"at most {max_length} elements")
        values = list_of(read, min_length=1)(place)
        if values is not WRONG:
            check_unique_field(place, values, "id")
        return values

    return read_list


def _team(place: Place) -> Any:
    return record(
        place,
        {
            "id": Field(identifier),
            "name": Field(text(MAX_NAME_CHARS)),
            "chief": Field(_chiefs),
            "members": Field(_members, []),
        },
    )


def _chiefs(place: Place) -> Any:
    """One person, or a list: a county has a party secretary and a head of government. Always a list afterwards."""
    if isinstance(place.value, list):
        return _named_list(subject, MAX_TEAMS)(place)
    value = subject(place)
    return WRONG if value is WRONG else [value]


def _members(place: Place) -> Any:
    return [] if place.value == [] else _named_list(subject, MAX_SUBJECTS)(place)


def _teams(place: Place) -> Any:
    """Teams and the people in them: contests are named after either, so an id may stand only once."""
    values = _named_list(_team, MAX_TEAMS)(place)
    if values is WRONG:
        return WRONG
    first: dict[str, Path] = {}
    for position, team in enumerate(values):
        people: list[tuple[Path, Any]] = [((), team)]
        for name in ("chief", "members"):
            people += [((name, index), person) for index, person in enumerate(team.get(name, []))]
        for path, entry in people:
            where = (position, *path, "id")
            if "id" in entry and first.setdefault(entry["id"], where) != where:
                place.wrong_at(where, f'"{entry["id"]}" again', "an id of its own for each team and each person")
    return values


def _one_candidate(place: Place) -> Any:
    """The only name there is to vote on."""
    values = _options(place)
    if values is not WRONG and len(values) != 1:
        return place.wrong("exactly one name", f"a list of {len(values)}")
    return values


def _appointee(place: Place) -> Any:
    """Somebody to appoint or remove: `note` says from or to what. `post` is null where nobody is nominated."""
    return record(
        place,
        {
            "id": Field(identifier),
            "name": Field(text(MAX_NAME_CHARS)),
            "note": Field(text(MAX_NOTE_CHARS)),
            "post": Field(or_null(identifier)),
        },
    )


# --- what is asked, and how it is answered


_QUESTION = {
    "id": Field(identifier),
    "title": Field(text(MAX_TITLE_CHARS)),
    "grades": Field(or_null(grade_list), None),
}


def _question(place: Place) -> Any:
    """A question to answer with a grade, or with some of its own options."""
    picks = {"options": Field(or_null(_options), None), "max": Field(or_null(whole_number(1, MAX_CANDIDATES)), None)}
    values = record(place, {**_QUESTION, **picks})
    if values is not WRONG and values.get("grades") is not None and values.get("options") is not None:
        return place.wrong("grades or options", "both of them")
    return values


def _grade_question(place: Place) -> Any:
    return record(place, _QUESTION)


_DIMENSION = {"id": Field(identifier), "name": Field(text(MAX_NAME_CHARS))}


def _dimensions(read: Reader) -> Reader:
    return lambda place: [] if place.value == [] else _named_list(read, MAX_DIMENSIONS)(place)


def _dimension(place: Place) -> Any:
    """One side of a subject, graded by itself."""
    return record(place, _DIMENSION)


def _counted_dimension(place: Place) -> Any:
    """`counted`: it enters the mean beside the overall grade."""
    return record(place, {**_DIMENSION, "counted": Field(true_or_false, False)})


def _comments(place: Place) -> Any:
    return record(
        place,
        {
            "title": Field(text(MAX_TITLE_CHARS), "意见和建议"),
            "max_chars": Field(whole_number(1, MAX_COMMENT_CHARS), 500),
        },
    )


def _points(place: Place) -> Any:
    """Points of each grade, `{good: "100", …}`; or a scale to give marks on, `{min: "0", max: "100", step: "1"}`."""
    if isinstance(place.value, dict) and {"min", "max", "step"} & set(place.value):
        limit = Field(decimal())
        return record(place, {"min": limit, "max": limit, "step": Field(decimal(above=0))})
    return mapping_of(identifier, exact_number(), example='{good: "100"}, or {min: "0", max: "100", step: "1"}')(place)


# --- lines, thresholds, consequences


def _line(place: Place) -> Any:
    """What raises a flag: one or more comparisons, which must all hold."""
    return with_comparisons(place, {word: Field(exact_number(), LEFT_OUT) for word in COMPARISONS})


def _pass(place: Place) -> Any:
    fraction = Field(exact_number(0, 1), LEFT_OUT)
    fields = {"mark": Field(one_of(*MARKS), "approve"), "at_least": fraction, "over": fraction, "of": Field(_base)}
    return record_with_one_of(place, ("at_least", "over"), fields, 'over: "1/2"')


def _ratio(place: Place) -> Any:
    """How many names for each post, as a contest's guard has it."""
    line = Field(exact_number(0, MAX_RATIO), LEFT_OUT)
    return record_with_one_of(place, ("at_least", "over"), {"at_least": line, "over": line}, 'at_least: "3"')


def _rounds(place: Place) -> Any:
    return record(
        place,
        {
            "max_rounds": Field(whole_number(1, MAX_ROUNDS), 2),
            "on_failure": Field(one_of("committee", "revote", "end"), "committee"),
        },
    )


def _bar(place: Place) -> Any:
    return record(
        place,
        {
            "failures": Field(whole_number(1, MAX_FAILURES), 2),
            "months": Field(months_or_forever, 12),
            "count_loss": Field(true_or_false, True),
            "reset": Field(true_or_false, True),
        },
    )


_base = one_of(*BASES)


# --- numbers from outside, tables


def _inputs(place: Place) -> Any:
    return [] if place.value == [] else _named_list(input_definition(identifier), MAX_QUESTIONS)(place)


def _bands(place: Place) -> Any:
    return record(place, {"bands": Field(band_list), "otherwise": Field(exact_number())})


def _composite(place: Place) -> Any:
    """How much of a person's result is their own, and how much their team's."""
    return record(place, {"own": Field(exact_number()), "team": Field(exact_number())})


def _range(place: Place) -> Any:
    values = list_of(exact_number())(place)
    if values is not WRONG and len(values) != 2:
        return place.wrong('the lowest and the highest value, as ["0", "100"]')
    return values


# --- the vocabulary

WORDS: dict[str, Callable[[MeetingContext], Reader]] = {
    "voters": voters,
    "subjects": lambda _: _named_list(subject, MAX_SUBJECTS),
    "teams": lambda _: _teams,
    "post": lambda _: identifier,
    "posts": lambda _: whole_number(1, MAX_POSTS),
    "candidates": lambda _: _options,
    "roster": lambda _: _options,
    "questions": lambda _: _named_list(_question, MAX_QUESTIONS),
    "options": lambda _: _options,
    "grades": lambda _: grade_list,
    "points": lambda _: _points,
    "base": lambda _: _base,
    "line": lambda _: _line,
    "quorum": lambda _: quorum_line,
    "pass": lambda _: _pass,
    "rounds": lambda _: _rounds,
    "bar": lambda _: _bar,
    "weights": lambda _: mapping_of(class_id, exact_number(above=0), example='{A: "40", B: "60"}'),
    "official": voters,
    "dimensions": lambda _: _dimensions(_dimension),
    "comments": lambda _: _comments,
    "steps": lambda _: unique_list_of(one_of(*STEPS)),
    "announce": lambda _: one_of(*ANNOUNCE_MODES),
    "inputs": lambda _: _inputs,
}

FORMS: dict[str, Callable[[MeetingContext], Reader]] = {
    **WORDS,
    "grade-questions": lambda _: _named_list(_grade_question, MAX_QUESTIONS),
    "counted-dimensions": lambda _: _dimensions(_counted_dimension),
    "one-candidate": lambda _: _one_candidate,
    "appointees": lambda _: _named_list(_appointee, MAX_SUBJECTS),
    "ratio": lambda _: _ratio,
    "bands": lambda _: _bands,
    "composite": lambda _: _composite,
    "due": lambda _: due,
    "number": lambda _: exact_number(),
    "range": lambda _: _range,
    "text": lambda _: text(MAX_TITLE_CHARS),
}

# Words of which one may write a part: the rest is as the template has it.
COMPLETED = ("rounds", "bar", "comments")
