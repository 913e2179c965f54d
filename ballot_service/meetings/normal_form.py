"""The normal form of a meeting: what every field of a meeting file means, with all defaults written out.

Format: docs/formats/meeting-file.md §1. Ledger and verifier know this form only. A field appears here once, with how
it is read; what concerns several fields at once is a `_check_…` function beside it. Ballot kinds and rules are
registered in `ballot_kinds` and `contest_rules`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ballot_service.meetings.ballot_kinds import ballot
from ballot_service.meetings.contest_rules import contest_rule, quorum_line
from ballot_service.meetings.field_readers import (
    LEFT_OUT,
    WRONG,
    Field,
    Place,
    Reader,
    check_unique,
    check_unique_field,
    class_id,
    date,
    exact_number,
    identifier,
    list_of,
    one_of,
    or_null,
    record,
    record_with_one_of,
    text,
    true_or_false,
    unique_list_of,
    whole_number,
)
from ballot_service.meetings.past_votes import check_votes_are_past, confirmed_bar, failed_vote
from ballot_service.meetings.problems import Findings, Path, describe, did_you_mean, path_text
from ballot_service.meetings.rules_together import check_rules_together, rule_of
from ballot_service.meetings.scores import Known, check_scores_together, input_definition, score
from ballot_service.meetings.working_days import calendar

FORMAT = "ballot-service/meeting/1"

MAX_TITLE_CHARS = 200
MAX_NAME_CHARS = 100
MAX_CLASSES = 255
MAX_VOTERS = 100_000  # of one class
MAX_POSTS = 1000
MAX_PAGES = 65_535  # pages and boxes are numbered with two bytes
MAX_CARDS = 255  # Shamir over GF(2^8)
MAX_RATIO = 1000  # of candidates to posts
DEFAULT_SPARE = 4

ANNOUNCE_MODES = ("on-spot", "report-then-feedback", "publish", "limited-later", "internal")
STEPS = ("report", "question", "introduce", "deliberate", "speak", "chief-last", "inspection")
CADRE_RULES = ("seats", "bar")  # of people; and whatever has a post
COSIGNATURE_TYPE = 0x04  # C2SP tlog-cosignature v1


@dataclass
class MeetingContext:
    """What items and contests must know of the meeting around them."""

    classes: dict[str, bool]  # id: whether they are observers. Empty when it cannot be known: nothing is checked then
    item_ids: dict[str, Path] = field(default_factory=dict)  # where each was first used
    contest_ids: dict[str, Path] = field(default_factory=dict)
    input_ids: dict[str, Path] = field(default_factory=dict)
    score_ids: dict[str, Path] = field(default_factory=dict)


def meeting(place: Place) -> Any:
    """The whole file. `slips`, `pages` and the other settings are in it beside the fields of the ledger."""
    context = _context(place)
    values = record(
        place,
        {
            "format": Field(one_of(FORMAT)),
            "id": Field(identifier),
            "title": Field(text(MAX_TITLE_CHARS)),
            "organiser": Field(text(MAX_TITLE_CHARS)),
            "place": Field(text(MAX_TITLE_CHARS)),
            "date": Field(date),
            "locale": Field(one_of("zh-CN", "en"), "zh-CN"),
            "classes": Field(_classes),
            "slips": Field(_slips(context), {"reserve": _every_class(context, {})}),
            "min_class": Field(whole_number(1, MAX_VOTERS), 5),
            "quorum": Field(or_null(quorum_line), None),
            "agenda": Field(_agenda(context)),
            "history": Field(list_of(failed_vote), []),
            "bars": Field(list_of(confirmed_bar), []),
            "calendar": Field(or_null(calendar), None),
            "inputs": Field(list_of(input_definition(_new_id(context.input_ids))), []),
            "scores": Field(list_of(score(_new_id(context.score_ids))), []),
            "scrutineers": Field(_scrutineers),
            "pages": Field(_spare, {"spare": None}),
            "boxes": Field(_spare, {"spare": None}),
            "issuer": Field(_issuer, {"rsa_bits": 2048}),
            "witnesses": Field(_witnesses, {"threshold": 0, "keys": []}),
            "transport": Field(one_of("https", "plain"), "https"),
        },
    )
    if values is not WRONG:
        check_votes_are_past(place, values)
        _check_scores(place, values)
        _fill_spares(place, values)
    return values


def _check_scores(place: Place, values: dict[str, Any]) -> None:
    items = values.get("agenda")
    if items is None:
        return
    scores = [((*place.path, "scores", position), each) for position, each in enumerate(values.get("scores", []))]
    for number, entry in enumerate(items):
        inside = (*place.path, "agenda", number, "scores")
        scores += [((*inside, position), each) for position, each in enumerate(entry.get("scores", []))]
    check_scores_together(place.findings, scores, Known.of([values, *items]))


def added_item(place: Place, meeting: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Any:
    """An item that comes during the meeting. `meeting` and `items` are in normal form: what it may refer to, and the
    ids that are taken. `items` are those of the agenda and those added before, in the order of the ledger."""
    context = MeetingContext({each["id"]: each["observer"] for each in meeting["classes"]})
    for number, entry in enumerate(items):
        at: Path = ("agenda", number)
        context.item_ids[entry["id"]] = (*at, "id")
        for position, each in enumerate(entry["contests"]):
            context.contest_ids[each["id"]] = (*at, "contests", position, "id")
    for at, entry in [((), meeting), *((("agenda", number), entry) for number, entry in enumerate(items))]:
        for name, ids in (("inputs", context.input_ids), ("scores", context.score_ids)):
            for position, each in enumerate(entry[name]):
                ids[each["id"]] = (*at, name, position, "id")
    values = item(context)(place)
    if values is not WRONG:
        scores = [((*place.path, "scores", position), each) for position, each in enumerate(values.get("scores", []))]
        check_scores_together(place.findings, scores, Known.of([meeting, *items, values]))
    return values


def _context(place: Place) -> MeetingContext:
    """The class ids as written, before anything else is checked: one mistake in a class should not hide others."""
    written = place.value.get("classes") if isinstance(place.value, dict) else None
    classes: dict[str, bool] = {}
    for entry in written if isinstance(written, list) else []:
        name = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(name, str) or class_id(Place(name, (), Findings({}))) is WRONG:
            return MeetingContext({})  # reported once, with the classes
        classes[name] = entry.get("observer") is True
    return MeetingContext(classes)


# --- classes, slips


def _classes(place: Place) -> Any:
    values = list_of(_class, min_length=1)(place)
    if values is not WRONG:
        if len(values) > MAX_CLASSES:
            return place.wrong(f"at most {MAX_CLASSES} classes")
        check_unique_field(place, values, "id")
        check_unique_field(place, values, "name", fold=True)
    return values


def _class(place: Place) -> Any:
    return record(
        place,
        {
            "id": Field(class_id),
            "name": Field(text(MAX_NAME_CHARS)),
            "expected": Field(whole_number(1, MAX_VOTERS)),
            "observer": Field(true_or_false, False),
        },
    )


def _slips(context: MeetingContext) -> Reader:
    return lambda place: record(place, {"reserve": Field(_reserve(context), _every_class(context, {}))})


def _reserve(context: MeetingContext) -> Reader:
    def read(place: Place) -> Any:
        if not isinstance(place.value, dict):
            return place.wrong("a mapping from class id to a number of slips, as {A: 2}")
        given = {}
        for name in place.value:
            if place.findings.full:
                return WRONG
            if not isinstance(name, str) or (context.classes and name not in context.classes):
                where = (name,) if isinstance(name, str) else ()
                place.wrong_at(where, f"the class {describe(name)}", _one_of_the_classes(name, context))
            else:
                given[name] = whole_number(0, MAX_VOTERS)(place.child(name))
        return WRONG if WRONG in given.values() else _every_class(context, given)

    return read


def _every_class(context: MeetingContext, given: dict[str, int]) -> dict[str, int]:
    return {name: given.get(name, 0) for name in context.classes}


def _one_of_the_classes(name: object, context: MeetingContext) -> str:
    return f"one of the classes {', '.join(list(context.classes)[:20])}{did_you_mean(name, context.classes)}"


# --- items and contests


def _agenda(context: MeetingContext) -> Reader:
    return list_of(item(context), min_length=1)


def item(context: MeetingContext) -> Reader:
    """One agenda item, written out or by template."""
    written_out = written_item(context)

    def read(place: Place) -> Any:
        if isinstance(place.value, dict) and "template" in place.value:
            from ballot_service.meetings.templates import expand  # it reads with what is in this module

            return expand(place, context, written_out)
        return written_out(place)

    return read


def written_item(context: MeetingContext) -> Reader:
    """One agenda item written out. An item without contests has nothing to decide, and is refused."""

    def read(place: Place) -> Any:
        item_title = _title_as_written(place)
        values = record(
            place,
            {
                "id": Field(_new_id(context.item_ids)),
                "title": Field(text(MAX_TITLE_CHARS)),
                "cadre": Field(true_or_false, None),
                "announce": Field(one_of(*ANNOUNCE_MODES), "internal"),  # unless said otherwise, tell the fewest
                "steps": Field(unique_list_of(one_of(*STEPS)), []),
                "quorum": Field(or_null(quorum_line), None),
                "show_ranks": Field(true_or_false, True),
                "inputs": Field(list_of(input_definition(_new_id(context.input_ids))), []),
                "scores": Field(list_of(score(_new_id(context.score_ids))), []),
                "contests": Field(list_of(contest(context, item_title), min_length=1)),
            },
        )
        if values is not WRONG and "cadre" in values:
            _settle_cadre(place, values)
        return values

    return read


def _settle_cadre(place: Place, values: dict[str, Any]) -> None:
    """A contest for a post makes the item a cadre item (干部议题), which cannot be added during the meeting."""
    reasons = [
        f"contest {describe(entry.get('id'))} has a {why}"
        for entry in values.get("contests", [])
        for why in [
            "post" if entry.get("post") else next((f"{n} rule" for n in CADRE_RULES if rule_of(entry, n)), None)
        ]
        if why is not None
    ]
    if values["cadre"] is False and reasons:
        place.wrong_at(("cadre",), "false", f"true, or nothing, because {reasons[0]}")
    elif values["cadre"] is None:
        values["cadre"] = bool(reasons)


def contest(context: MeetingContext, item_title: str | None) -> Reader:
    def read(place: Place) -> Any:
        values = record(
            place,
            {
                "id": Field(_new_id(context.contest_ids)),
                "title": Field(text(MAX_TITLE_CHARS), item_title),
                "post": Field(or_null(identifier), None),
                "posts": Field(whole_number(1, MAX_POSTS), 1),
                "guard": Field(or_null(_guard), None),
                "subject": Field(or_null(subject), None),
                "voters": Field(voters(context)),
                "ballot": Field(ballot),
                "rules": Field(list_of(contest_rule), []),
            },
        )
        if values is not WRONG:
            check_rules_together(place, values)
        return values

    return read


def _title_as_written(place: Place) -> str | None:
    """The item's title for its contests. When it is no good, that is reported once, at the item."""
    written = place.value.get("title") if isinstance(place.value, dict) else None
    title = text(MAX_TITLE_CHARS)(Place(written, place.path, Findings({})))
    return None if title is WRONG else title


def _new_id(used: dict[str, Path]) -> Reader:
    def read(place: Place) -> Any:
        value = identifier(place)
        if value is not WRONG and used.setdefault(value, place.path) != place.path:
            return place.wrong("an id of its own", f"{describe(value)} again (see {path_text(used[value])})")
        return value

    return read


def voters(context: MeetingContext) -> Reader:
    def one(place: Place) -> Any:
        value = class_id(place)
        if value is not WRONG and context.classes and value not in context.classes:
            return place.wrong(_one_of_the_classes(value, context))
        return value

    def read(place: Place) -> Any:
        values = list_of(one, min_length=1)(place)
        if values is WRONG:
            return WRONG
        check_unique(place, enumerate(values), within="list")
        if all(context.classes.get(name, False) for name in values):
            return place.wrong("at least one class that is not an observer's", "observers only")
        return values

    return read


def _guard(place: Place) -> Any:
    return record(place, {"candidates_per_post": Field(_ratio)})


def _ratio(place: Place) -> Any:
    line = Field(exact_number(0, MAX_RATIO), LEFT_OUT)
    return record_with_one_of(place, ("at_least", "over"), {"at_least": line, "over": line}, 'over: "1"')


def subject(place: Place) -> Any:
    return record(
        place,
        {
            "id": Field(identifier),
            "name": Field(text(MAX_NAME_CHARS)),
            "title": Field(or_null(text(MAX_TITLE_CHARS)), None),
            "unit": Field(or_null(text(MAX_TITLE_CHARS)), None),
        },
    )


# --- the rest of the meeting


def _scrutineers(place: Place) -> Any:
    values = record(place, {"cards": Field(whole_number(1, MAX_CARDS)), "threshold": Field(whole_number(1, MAX_CARDS))})
    if values is not WRONG and values.get("threshold", 0) > values.get("cards", MAX_CARDS):
        place.wrong_at(("threshold",), str(values["threshold"]), f"at most the number of cards, {values['cards']}")
    return values


def _issuer(place: Place) -> Any:
    return record(place, {"rsa_bits": Field(one_of(2048, 3072, 4096), 2048)})


def _witnesses(place: Place) -> Any:
    values = record(
        place,
        {
            "threshold": Field(whole_number(0, 255), 0),
            "keys": Field(unique_list_of(_witness_key), []),
        },
    )
    if values is WRONG:
        return WRONG
    threshold, keys = values.get("threshold", 0), values.get("keys")
    if keys is not None and threshold > len(keys):
        place.wrong_at(("threshold",), str(threshold), f"at most the number of keys, {len(keys)}")
    return values


def _witness_key(place: Place) -> Any:
    """A note verifier key of a witness. Its checksum is tried: a mistyped key would only show at the closing."""
    expected = "a witness's verifier key, NAME+HASH+KEY, for cosignatures (C2SP signed-note)"
    parts = re.fullmatch(r"([!-*,-~]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})", str(place.value))
    if not isinstance(place.value, str) or parts is None:
        return place.wrong(expected, "something else")
    try:
        key = base64.b64decode(parts[3], validate=True)
    except binascii.Error:
        return place.wrong(expected, "a key that is not base64")
    if len(key) != 33 or key[0] != COSIGNATURE_TYPE or base64.b64encode(key).decode() != parts[3]:
        return place.wrong(expected, "a key of another kind")
    if hashlib.sha256(parts[1].encode() + b"\n" + key).hexdigest()[:8] != parts[2]:
        return place.wrong("the key exactly as its witness gave it", "a key that does not match its hash")
    return place.value


def _spare(place: Place) -> Any:
    return record(place, {"spare": Field(whole_number(0, MAX_PAGES), None)})


def _fill_spares(place: Place, values: dict[str, Any]) -> None:
    """Later rounds and voided polls need pages and boxes of their own, made before the meeting."""
    items = values.get("agenda")
    if items is None:
        return
    contests = [entry for each in items for entry in each.get("contests", [])]
    seats_rules = [rule for rule in (rule_of(each, "seats") for each in contests) if rule is not None]
    least = sum(rule.get("max_rounds", 1) - 1 for rule in seats_rules) + 2
    for name, used in (("pages", len(contests)), ("boxes", len(items) + 1)):
        spare = values.get(name, {}).get("spare", WRONG)
        if spare is WRONG:
            continue
        if spare is None:
            spare = max(DEFAULT_SPARE, least)
        if spare < least:
            place.wrong_at((name, "spare"), str(spare), f"at least {least} for later rounds and repeated polls")
        if used + spare > MAX_PAGES:
            place.wrong_at((name, "spare"), str(spare), f"at most {MAX_PAGES} {name} in all")
        values[name] = {"spare": spare}
