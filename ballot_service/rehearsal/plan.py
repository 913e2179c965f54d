"""Rehearsal plans: what is to happen in a meeting, read completely before anything happens.

Format: docs/formats/rehearsal.md. Every mistake is reported with its line, all of them together. What can be known
beforehand is checked here too: that enough devices will be there for the ballots listed. What only the service can
judge is left to it, because a plan may be about its refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ballot_service.meetings.field_readers import (
    LEFT_OUT,
    Field,
    Place,
    list_of,
    one_of,
    record_with_one_of,
    text,
)
from ballot_service.meetings.meeting_file import (
    MeetingPlan,
    Problem,
    Refusal,
    UnreadableSource,
    load_yaml,
    read_meeting_value,
)
from ballot_service.meetings.problems import Findings, Lines, Path
from ballot_service.rehearsal.enough_devices import Rehearsed
from ballot_service.rehearsal.script import Line, a_mapping, as_written, composed, refusal_code, script_line

FORMAT = "ballot-service/rehearsal/1"

Json = dict[str, Any]


class BadPlan(Exception):
    """The plan cannot be played. `problems` is never empty."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


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
            "meeting": Field(as_written, LEFT_OUT),
            "file": Field(text(1000), LEFT_OUT),
            "script": Field(list_of(script_line), []),
            "expect": Field(a_mapping, {}),
            "refused": Field(refusal_code, None),
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
        Rehearsed(plan, findings).check(read["script"])
        _stop_if_any(findings)
    people: dict[str, int] = {}
    for told in [line.told for line in read["script"] if line.verb == "poll"]:
        for voter_class in plan.fields["reserve"] if plan is not None else []:
            people[voter_class] = max(people.get(voter_class, 0), told.paper_people(voter_class))
    return RehearsalPlan(
        meeting=composed(meeting),
        meeting_plan=plan,
        refusal=refusal,
        script=read["script"],
        expect=read["expect"],
        refused=read["refused"],
        paper_people=people,
    )


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


def _stop_if_any(findings: Findings) -> None:
    if findings.problems:
        raise BadPlan(findings.in_file_order())
