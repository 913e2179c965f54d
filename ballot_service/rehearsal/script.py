"""The lines of a rehearsal's script: one reader per verb.

Format: docs/formats/rehearsal.md. Reads what is written; whether there will be devices for it is `enough_devices`, what
the service says to it is the player's.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from ballot_service.errors import STATUS
from ballot_service.meetings.field_readers import (
    LEFT_OUT,
    WRONG,
    Field,
    Place,
    Reader,
    class_id,
    identifier,
    list_of,
    one_of,
    or_null,
    record,
    record_with_one_of,
    text,
    unique_list_of,
    whole_number,
)
from ballot_service.meetings.problems import describe, did_you_mean
from crypto import canonical
from crypto.errors import NotEncodable

MAX_PEOPLE = 100_000
MAX_REASON_CHARS = 200
REFUSAL_CODES: Final = tuple(STATUS)

Json = dict[str, Any]


@dataclass(frozen=True)
class Ballots:
    """`times` ballots of a class that say the same."""

    voter_class: str
    times: int
    written: Json  # {"choice": …} or {"raw": …}, as in the plan

    @property
    def plaintext(self) -> bytes:
        """What is sealed: canonical JSON where the choice has one, else its plain JSON; or the raw text."""
        if "raw" in self.written:
            return str(self.written["raw"]).encode()
        return choice_bytes(self.written["choice"])


@dataclass(frozen=True)
class Line:
    """One line of the script. `told` is what stands behind its verb, with defaults filled in."""

    verb: str
    told: Any
    number: int | None  # line in the plan's file
    position: int  # from 0 in the script
    refused: str | None = None  # the code with which the service must refuse it


@dataclass(frozen=True)
class PollLine:
    """What a `poll` line tells."""

    contests: list[str]
    ballots: dict[str, list[Ballots]]
    paper: dict[str, list[Ballots]]
    paper_issued: dict[str, int]
    stop: str | None  # open or closed

    def handed_out(self, contest: str, voter_class: str) -> int:
        """Paper ballots of one contest given to a class: as many as listed, unless the plan says how many."""
        listed = sum(one.times for one in self.paper.get(contest, []) if one.voter_class == voter_class)
        return self.paper_issued.get(voter_class, listed)

    def paper_people(self, voter_class: str) -> int:
        """People of a class who vote on paper in this poll: one person takes the papers of all its contests."""
        return max((self.handed_out(contest, voter_class) for contest in self.contests), default=0)


def choice_bytes(choice: object) -> bytes:
    """A choice as a device seals it. What has no canonical form (a float) is sealed as it is: the count will tell."""
    try:
        return canonical.encode(choice)
    except NotEncodable:
        return json.dumps(choice, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")


def script_line(place: Place) -> Any:
    if not isinstance(place.value, dict):
        return place.wrong(f"a mapping with one of {', '.join(VERBS)}")
    verbs = [name for name in place.value if name in VERBS]
    if len(verbs) != 1:
        unknown = next((name for name in place.value if name not in _BESIDE and name not in verbs), None)
        if not verbs and unknown is not None:
            hint = did_you_mean(unknown, VERBS) or f"; there are {', '.join(VERBS)}"
            place.wrong_at((unknown,), f"the unknown verb {describe(unknown)}", f"a verb of this version{hint}")
            return {}
        return place.wrong(f"exactly one of {', '.join(VERBS)}", f"{len(verbs)} verbs")
    verb = verbs[0]
    fields = {verb: Field(VERBS[verb]), "refused": Field(refusal_code, None)}
    if verb == "attendance":
        fields["redeem"] = Field(or_null(_per_class), None)
    values = record(place, fields)
    if verb not in values:
        return values
    told = values[verb]
    if verb == "attendance":
        told = {"present": told, "redeem": values.get("redeem")}
    position = place.path[-1]
    assert isinstance(position, int)
    return Line(verb, told, place.findings.line_of(place.path), position, values.get("refused"))


def _per_class(place: Place) -> Any:
    if not isinstance(place.value, dict):
        return place.wrong("a mapping from class id to a number, as {A: 12}")
    values = {}
    for name in place.value:
        is_class = class_id(Place(name, (*place.path, str(name)), place.findings)) is not WRONG
        number = whole_number(0, MAX_PEOPLE)(place.child(name))
        if is_class and number is not WRONG:
            values[name] = number
    return values


def _poll(place: Place) -> Any:
    values = record(
        place,
        {
            "contests": Field(unique_list_of(identifier, min_length=1)),
            "ballots": Field(_ballots, {}),
            "paper": Field(_ballots, {}),
            "paper_issued": Field(_per_class, {}),
            "stop": Field(or_null(one_of("open", "closed")), None),
        },
    )
    if values is WRONG or len(values) < 5:
        return {}
    for part in ("ballots", "paper"):
        for contest in values[part]:
            if contest not in values["contests"]:
                place.wrong_at((part, contest), f"the contest {describe(contest)}", "one of the poll's contests")
    return PollLine(**values)


def _ballots(place: Place) -> Any:
    if not isinstance(place.value, dict):
        return place.wrong("a mapping from contest id to a list of {class, times, choice}")
    read = {}
    for name in place.value:
        identifier(Place(name, (*place.path, str(name)), place.findings))
        listed = list_of(_ballot)(place.child(name))
        if listed is not WRONG:
            read[name] = [one for one in listed if isinstance(one, Ballots)]
    return read


def _ballot(place: Place) -> Any:
    values = record_with_one_of(
        place,
        ("choice", "raw"),
        {
            "class": Field(class_id),
            "times": Field(whole_number(0, MAX_PEOPLE), 1),
            "choice": Field(as_written, LEFT_OUT),
            "raw": Field(_any_text, LEFT_OUT),
        },
        "choice: {marks: {zhang-san: approve}}",
    )
    if values is WRONG or not {"class", "times"} <= values.keys() or not {"choice", "raw"} & values.keys():
        return {}
    written = {name: values[name] for name in ("choice", "raw") if name in values}
    return Ballots(values["class"], values["times"], written)


def _step(place: Place) -> Any:
    return record(
        place, {"item": Field(identifier), "step": Field(identifier), "subject": Field(or_null(identifier), None)}
    )


def _recuse(place: Place) -> Any:
    return record(
        place, {"contest": Field(identifier), "class": Field(class_id), "count": Field(whole_number(0, MAX_PEOPLE))}
    )


def _slip(place: Place) -> Any:
    values = record(
        place,
        {
            "void": Field(_per_class, {}),
            "replace": Field(_per_class, {}),
            "activate": Field(_per_class, {}),
        },
    )
    if values is not WRONG and not any(values.values()):
        return place.wrong("activate, void or replace, as {activate: {A: 1}}")
    return values


def _decide(place: Place) -> Any:
    return record(place, {"contest": Field(identifier), "choice": Field(identifier)})


def _announce(place: Place) -> Any:
    return record(
        place,
        {"contests": Field(unique_list_of(identifier, min_length=1)), "to": Field(or_null(identifier), None)},
    )


def _input(place: Place) -> Any:
    return record(place, {"id": Field(identifier), "value": Field(_number), "evidence": Field(text(MAX_REASON_CHARS))})


def _number(place: Place) -> Any:
    """As written: what is no number, or out of range, the service refuses."""
    if type(place.value) in (int, str):
        return place.value
    return place.wrong('an exact number, as 70, "0.5" or "2/3"')


def _add_item(place: Place) -> Any:
    return record(place, {"item": Field(_written_mapping), "admitted_by": Field(identifier)})


def _written_mapping(place: Place) -> Any:
    """What only the service reads, in NFC as its interface asks for."""
    return composed(place.value) if isinstance(place.value, dict) else place.wrong("an item, as in a meeting file")


def _void_poll(place: Place) -> Any:
    return record(place, {"reason": Field(text(MAX_REASON_CHARS))})


def _nothing(place: Place) -> Any:
    return record(place, {}) if place.value else {}


def as_written(place: Place) -> Any:
    return place.value


def composed(value: Any) -> Any:
    """Text in NFC throughout, as the HTTP interface asks for; the meeting file's reader would do the same."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(one) for one in value]
    if isinstance(value, dict):
        return {composed(name): composed(one) for name, one in value.items()}
    return value


def _any_text(place: Place) -> Any:
    if not isinstance(place.value, str):
        return place.wrong("text, in quotes")
    try:
        place.value.encode()
    except UnicodeEncodeError:
        return place.wrong("text that can be written in UTF-8")
    return place.value


def a_mapping(place: Place) -> Any:
    return place.value if isinstance(place.value, dict) else place.wrong("a mapping: a part of a verdict")


def refusal_code(place: Place) -> Any:
    return None if place.value is None else one_of(*REFUSAL_CODES)(place)


VERBS: Final[dict[str, Reader]] = {
    "attendance": _per_class,
    "step": _step,
    "recuse": _recuse,
    "poll": _poll,
    "resume": _nothing,
    "void_poll": _void_poll,
    "decide": _decide,
    "slip": _slip,
    "input": _input,
    "add_item": _add_item,
    "announce": _announce,
    "close": _nothing,
}
_BESIDE: Final = ("redeem", "refused")
