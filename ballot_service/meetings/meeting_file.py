"""Meeting files: what an organiser writes, read into all that publishing needs, or refused with every mistake named.

Format: docs/formats/meeting-file.md §1. `read_meeting_text` is for files, `read_meeting_value` for what came as JSON
over HTTP or stands inside another file. First the file must be readable and of the right form (`bad-meeting-file`, all
mistakes together); then each guard of publishing is tried in turn.

Pure functions: no file is opened, nothing is fetched, no clock is read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ballot_service.meetings import normal_form
from ballot_service.meetings.field_readers import WRONG, Place
from ballot_service.meetings.problems import Findings, Lines, Path, Problem
from ballot_service.meetings.yaml_source import DEFAULT_LIMITS, SourceLimits, UnreadableSource, load_yaml

__all__ = [
    "MeetingPlan", "Problem", "Refusal", "SourceLimits", "UnreadableSource",
    "load_yaml", "read_meeting_text", "read_meeting_value",
]  # fmt: skip


class Refusal(Exception):
    """This meeting is not published. `code` is one of the publishing codes, `problems` is never empty."""

    def __init__(self, code: str, problems: list[Problem]) -> None:
        super().__init__(f"{code}: " + "; ".join(str(problem) for problem in problems))
        self.code = code
        self.problems = problems


@dataclass(frozen=True)
class MeetingPlan:
    """Everything that publishing needs to know from the file."""

    fields: dict[str, Any]  # the file's part of the ledger's `meeting` entry, in normal form
    pages: int  # of each booklet: one per contest, and the spare ones
    boxes: int  # one per item, the spare ones, and the test box, which is number 0
    rsa_bits: int
    cards: int  # scrutineers' cards, and how many of them open a box
    threshold: int
    witness_quorum: int
    witness_keys: list[str]  # note verifier keys
    transport: str  # https or plain


def read_meeting_text(data: bytes, *, limits: SourceLimits = DEFAULT_LIMITS) -> MeetingPlan:
    """Read a meeting file in YAML or JSON.

    Raises: Refusal, whatever the bytes.
    """
    try:
        value, lines = load_yaml(data, limits)
    except UnreadableSource as error:
        raise Refusal("bad-meeting-file", error.problems) from error
    return read_meeting_value(value, lines=lines)


def read_meeting_value(value: object, *, lines: Lines | None = None, at: Path = ()) -> MeetingPlan:
    """Read a meeting that was parsed already. `lines` and `at` say where it stands, when it is part of a file.

    Raises: Refusal.
    """
    findings = Findings(lines or {})
    read = normal_form.meeting(Place(value, at, findings))
    _refuse_if_any("bad-meeting-file", findings)
    assert read is not WRONG  # or it would have been reported
    plan = _plan(read)
    for code, check in PUBLISHING_GUARDS:
        check(plan.fields, findings, at)
        _refuse_if_any(code, findings)
    return plan


def _refuse_if_any(code: str, findings: Findings) -> None:
    if findings.problems:
        raise Refusal(code, findings.in_file_order())


def _plan(read: dict[str, Any]) -> MeetingPlan:
    fields = {
        "format": read["format"],
        "id": read["id"],
        "title": read["title"],
        "organiser": read["organiser"],
        "place": read["place"],
        "date": read["date"],
        "locale": read["locale"],
        "classes": read["classes"],
        "reserve": read["slips"]["reserve"],
        "min_class": read["min_class"],
        "quorum": read["quorum"],
        "agenda": read["agenda"],
        "history": read["history"],
        "bars": read["bars"],
        "calendar": read["calendar"],
        "inputs": read["inputs"],
        "scores": read["scores"],
    }
    return MeetingPlan(
        fields=fields,
        pages=sum(len(item["contests"]) for item in read["agenda"]) + read["pages"]["spare"],
        boxes=len(read["agenda"]) + read["boxes"]["spare"] + 1,
        rsa_bits=read["issuer"]["rsa_bits"],
        cards=read["scrutineers"]["cards"],
        threshold=read["scrutineers"]["threshold"],
        witness_quorum=read["witnesses"]["threshold"],
        witness_keys=read["witnesses"]["keys"],
        transport=read["transport"],
    )


# --- the guards of publishing: they take fields in normal form


def check_small_classes(fields: dict[str, Any], findings: Findings, at: Path = ()) -> None:
    """In a small class a grade or a text may show who wrote it; approvals are counted with the others."""
    expected = {each["id"]: each["expected"] for each in fields["classes"]}
    for path, contest in _contests(fields):
        kind = contest["ballot"]["kind"]
        if kind == "approval":
            continue
        for position, name in enumerate(contest["voters"]):
            if expected[name] < fields["min_class"]:
                findings.add(
                    (*at, *path, "voters", position),
                    f"class {name} with {expected[name]} expected",
                    f"at least {fields['min_class']} for a {kind} ballot (min_class): merge it with another class",
                )


def check_ratios(fields: dict[str, Any], findings: Findings, at: Path = ()) -> None:
    """差额: more names than posts, where the organiser asked for this guard. Compared exactly."""
    for path, contest in _contests(fields):
        if contest["guard"] is None:
            continue
        (word, limit), *_ = contest["guard"]["candidates_per_post"].items()
        count, posts = len(contest["ballot"].get("candidates", [])), contest["posts"]
        ratio = Fraction(count, posts)
        if not (ratio > Fraction(limit) if word == "over" else ratio >= Fraction(limit)):
            findings.add(
                (*at, *path, "guard"),
                f"{count} candidates for {posts} {'post' if posts == 1 else 'posts'}",
                f"candidates per post {'over' if word == 'over' else 'at least'} {limit}: add candidates",
            )


PUBLISHING_GUARDS: tuple[tuple[str, Callable[[dict[str, Any], Findings, Path], None]], ...] = (
    ("class-too-small", check_small_classes),
    ("ratio-too-small", check_ratios),
)


def _contests(fields: dict[str, Any]) -> list[tuple[Path, dict[str, Any]]]:
    return [
        (("agenda", i, "contests", j), contest)
        for i, item in enumerate(fields["agenda"])
        for j, contest in enumerate(item["contests"])
    ]
