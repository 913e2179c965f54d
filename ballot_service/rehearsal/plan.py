"""Rehearsal plans: what is to happen in a meeting, read completely before anything happens.

Format: docs/formats/rehearsal.md. Every mistake is reported with its line, all of them together. What can be known
beforehand is checked here too: that enough devices will be there for the ballots listed. What only the service can
judge is left to it, because a plan may be about its refusal.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path as FilePath
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
from ballot_service.meetings.meeting_file import (
    MeetingPlan,
    Problem,
    Refusal,
    UnreadableSource,
    load_yaml,
    read_meeting_value,
)
from ballot_service.meetings.problems import Findings, Lines, Path, describe, did_you_mean
from crypto import canonical
from crypto.errors import NotEncodable
from verify import rules

FORMAT = "ballot-service/rehearsal/1"
MAX_PEOPLE = 100_000
MAX_REASON_CHARS = 200
REFUSAL_CODES: Final = tuple(STATUS)

Json = dict[str, Any]


class BadPlan(Exception):
    """The plan cannot be played. `problems` is never empty."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


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


@dataclass(frozen=True)
class RehearsalPlan:
    """A plan that can be played."""

    meeting: Any  # the meeting file as it was written
    meeting_plan: MeetingPlan | None  # None: it will not be published
    refusal: Refusal | None  # why reading alone refuses the meeting
    script: list[Line]
    expect: Json
    refused: str | None  # publishing must be refused with this code
    paper_people: dict[str, int] = field(default_factory=dict)  # class → people who vote on paper at any time


def read_plan_file(path: FilePath) -> RehearsalPlan:
    """Read a plan and the meeting file it names. Raises: BadPlan."""
    return read_plan(_read(path), lambda name: _read(path.parent / name))


def read_plan(data: bytes, open_file: Callable[[str], bytes]) -> RehearsalPlan:
    """Read a plan. `open_file` gives the bytes of a file named relative to it. Raises: BadPlan."""
    try:
        value, lines = load_yaml(data)
    except UnreadableSource as error:
        raise BadPlan(error.problems) from error
    findings = Findings(lines)
    place = Place(value, (), findings)
    read = record_with_one_of(
        place,
        ("meeting", "file"),
        {
            "format": Field(one_of(FORMAT)),
            "meeting": Field(_as_written, LEFT_OUT),
            "file": Field(text(1000), LEFT_OUT),
            "script": Field(list_of(_line), []),
            "expect": Field(_mapping, {}),
            "refused": Field(_refusal_code, None),
        },
        "meeting: {...} or file: meeting.yaml",
    )
    _stop_if_any(findings)
    meeting, plan, refusal = None, None, None
    try:
        meeting, meeting_lines, at = _meeting(read, lines, open_file)
        plan = read_meeting_value(meeting, lines=meeting_lines, at=at)
    except Refusal as error:
        refusal = error
    if plan is not None and read["refused"] is None:
        _Rehearsed(plan, findings).check(read["script"])
        _stop_if_any(findings)
    people: dict[str, int] = {}
    for told in [line.told for line in read["script"] if line.verb == "poll"]:
        for voter_class in plan.fields["reserve"] if plan is not None else []:
            people[voter_class] = max(people.get(voter_class, 0), told.paper_people(voter_class))
    return RehearsalPlan(
        meeting=_composed(meeting),
        meeting_plan=plan,
        refusal=refusal,
        script=read["script"],
        expect=read["expect"],
        refused=read["refused"],
        paper_people=people,
    )


def choice_bytes(choice: object) -> bytes:
    """A choice as a device seals it. What has no canonical form (a float) is sealed as it is: the count will tell."""
    try:
        return canonical.encode(choice)
    except NotEncodable:
        return json.dumps(choice, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")


# ── the lines of a script ──────────────────────────────────────────────────────────────────────────────────────


def _line(place: Place) -> Any:
    if not isinstance(place.value, dict):
        return place.wrong(f"a mapping with one of {', '.join(_VERBS)}")
    verbs = [name for name in place.value if name in _VERBS or name in _UNSUPPORTED]
    if len(verbs) != 1:
        unknown = next((name for name in place.value if name not in _BESIDE and name not in verbs), None)
        if not verbs and unknown is not None:
            hint = did_you_mean(unknown, _VERBS) or f"; there are {', '.join(_VERBS)}"
            place.wrong_at((unknown,), f"the unknown verb {describe(unknown)}", f"a verb of this version{hint}")
            return {}
        return place.wrong(f"exactly one of {', '.join(_VERBS)}", f"{len(verbs)} verbs")
    verb = verbs[0]
    if verb in _UNSUPPORTED:
        place.wrong_at((verb,), describe(verb), "another line: this one is not supported by this version")
        return {}
    fields = {verb: Field(_VERBS[verb]), "refused": Field(_refusal_code, None)}
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
            "choice": Field(_as_written, LEFT_OUT),
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


def _void_poll(place: Place) -> Any:
    return record(place, {"reason": Field(text(MAX_REASON_CHARS))})


def _nothing(place: Place) -> Any:
    return record(place, {}) if place.value else {}


def _as_written(place: Place) -> Any:
    return place.value


def _any_text(place: Place) -> Any:
    if not isinstance(place.value, str):
        return place.wrong("text, in quotes")
    try:
        place.value.encode()
    except UnicodeEncodeError:
        return place.wrong("text that can be written in UTF-8")
    return place.value


def _mapping(place: Place) -> Any:
    return place.value if isinstance(place.value, dict) else place.wrong("a mapping: a part of a verdict")


def _refusal_code(place: Place) -> Any:
    return None if place.value is None else one_of(*REFUSAL_CODES)(place)


_VERBS: Final[dict[str, Reader]] = {
    "attendance": _per_class,
    "step": _step,
    "recuse": _recuse,
    "poll": _poll,
    "resume": _nothing,
    "void_poll": _void_poll,
    "decide": _decide,
    "slip": _slip,
    "announce": _announce,
    "close": _nothing,
}
_UNSUPPORTED: Final = ("input", "add_item")
_BESIDE: Final = ("redeem", "refused")


# ── will there be enough devices? ──────────────────────────────────────────────────────────────────────────────


@dataclass
class _Class:
    """How many slips of a class are in which hands. The player's own figures move in the same way."""

    active: int  # unredeemed, and not void
    reserve: int
    redeemed: int = 0
    replaced: int = 0
    present: int = 0  # the most so far
    on_paper: int = 0  # people whose slip was taken for a paper ballot


class _Rehearsed:
    """Plays the counting of a script without a service. Lines that must be refused change nothing here either."""

    def __init__(self, plan: MeetingPlan, findings: Findings) -> None:
        self._findings = findings
        self._contests = {c["id"]: c for item in plan.fields["agenda"] for c in item["contests"]}
        self._classes = {
            one["id"]: _Class(active=one["expected"], reserve=plan.fields["reserve"][one["id"]])
            for one in plan.fields["classes"]
        }
        self._names = list(self._classes)
        self._said: set[str] = set()

    def check(self, script: list[Line]) -> None:
        people = {
            name: max((line.told.paper_people(name) for line in script if line.verb == "poll"), default=0)
            for name in self._classes
        }
        for line in script:
            at: Path = ("script", line.position, line.verb)
            if line.verb == "attendance":
                self._attendance(line, people)
            elif line.verb == "slip" and line.refused is None:
                self._slips(line)
            elif line.verb == "poll":
                self._poll(line, at)

    def _attendance(self, line: Line, people: dict[str, int]) -> None:
        told, at = line.told, ("script", line.position)
        for part in ("present", "redeem"):
            for name in told[part] or {}:
                if name not in self._classes and line.refused is None:
                    where = "attendance" if part == "present" else part
                    self._findings.add((*at, where, name), f"the class {describe(name)}", self._one_of(name))
        if line.refused is not None:
            return
        for name, one in self._classes.items():
            one.present = max(one.present, told["present"].get(name, 0))
            target = redeem_target(
                told["redeem"], name, self._said, present=one.present, replaced=one.replaced, on_paper=people[name]
            )
            if target is None:
                continue
            more = max(0, target - one.redeemed)
            if more > one.active:
                if told["redeem"] is not None:
                    self._findings.add(
                        (*at, "redeem", name), f"{target} slips redeemed", f"at most {one.redeemed + one.active}"
                    )
                more = one.active
            one.redeemed += more
            one.active -= more

    def _slips(self, line: Line) -> None:
        for kind, counts in line.told.items():
            for name, count in counts.items():
                one = self._classes.get(name)
                at = ("script", line.position, "slip", kind, name)
                if one is None:
                    self._findings.add(at, f"the class {describe(name)}", self._one_of(name))
                elif kind == "void":
                    one.active -= min(count, one.active)
                elif kind == "replace":
                    one.replaced += count
                else:
                    activated = min(count, one.reserve)
                    one.reserve -= activated
                    one.active += activated

    def _poll(self, line: Line, at: Path) -> None:
        told: PollLine = line.told
        for contest_id in told.contests:
            contest = self._contests.get(contest_id)
            if contest is None:
                continue  # the service refuses it; perhaps the plan is about that
            length = rules.padded_length(contest["ballot"])
            for part, listed in (("ballots", told.ballots), ("paper", told.paper)):
                for position, one in enumerate(listed.get(contest_id, [])):
                    where = (*at, part, contest_id, position)
                    if one.voter_class not in contest["voters"]:
                        voters = ", ".join(contest["voters"])
                        self._findings.add((*where, "class"), one.voter_class, f"a class that votes here: {voters}")
                    if part == "ballots" and len(one.plaintext) > length:
                        self._findings.add(where, f"{len(one.plaintext)} bytes", f"at most {length}, what a page holds")
            for name, have in self._classes.items():
                times = [one.times for one in told.ballots.get(contest_id, []) if one.voter_class == name]
                if sum(times) > have.redeemed:
                    self._findings.add(
                        (*at, "ballots", contest_id),
                        f"{sum(times)} ballots of class {name}",
                        f"at most {have.redeemed}: so many slips are redeemed by then (attendance, redeem)",
                    )
        for name, have in self._classes.items():
            more = told.paper_people(name) - have.on_paper
            if more > 0 and line.refused is None:
                if more > have.active:
                    self._findings.add(
                        (*at, "paper"),
                        f"{told.paper_people(name)} paper ballots of class {name}",
                        f"at most {have.on_paper + have.active}: each takes a slip that is not redeemed",
                    )
                have.active -= min(more, have.active)
                have.on_paper += more

    def _one_of(self, name: str) -> str:
        return f"one of the classes {', '.join(self._names)}{did_you_mean(name, self._names)}"


def redeem_target(
    redeem: dict[str, int] | None, voter_class: str, said: set[str], *, present: int, replaced: int, on_paper: int
) -> int | None:
    """How many slips of a class are redeemed in all after an `attendance` line; None: as many as before.

    Default: everyone who was ever present has a working booklet, but for those who vote on paper. A class that
    `redeem` leaves out keeps the number that was last said for it. `said` collects the classes with one.
    """
    if redeem is not None and voter_class in redeem:
        said.add(voter_class)
        return redeem[voter_class]
    if redeem is not None and voter_class in said:
        return None
    return max(0, present + replaced - on_paper)


# ── files ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _meeting(read: Json, lines: Lines, open_file: Callable[[str], bytes]) -> tuple[Any, Lines | None, Path]:
    """The meeting's value, its lines, and where it stands in them. Raises: BadPlan, Refusal."""
    written = read.get("meeting")
    name = read.get("file")
    if isinstance(written, dict) and written.keys() == {"file"} and isinstance(written["file"], str):
        name = written["file"]  # `meeting: {file: meeting.yaml}` can mean nothing else
    if name is None:
        return written, lines, ("meeting",)
    data = open_file(name)
    try:
        value, file_lines = load_yaml(data)
    except UnreadableSource as error:
        raise Refusal("bad-meeting-file", error.problems) from error
    return value, file_lines, ()


def _read(path: FilePath) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "an error").lower()
        raise BadPlan([Problem(None, path.name, reason, "a file that can be read")]) from error


def _composed(value: Any) -> Any:
    """Text in NFC throughout, as the HTTP interface asks for; the meeting file's reader would do the same."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_composed(one) for one in value]
    if isinstance(value, dict):
        return {_composed(name): _composed(one) for name, one in value.items()}
    return value


def _stop_if_any(findings: Findings) -> None:
    if findings.problems:
        raise BadPlan(findings.in_file_order())
