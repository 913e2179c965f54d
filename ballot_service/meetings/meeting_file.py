"""Meeting files: what an organiser writes, read into all that publishing needs, or refused with every mistake named.

Format: docs/formats/meeting-file.md §1. `read_meeting_text` is for files, `read_meeting_value` for what came as JSON
over HTTP or stands inside another file. First the file must be readable and of the right form (`bad-meeting-file`, all
mistakes together); then each guard of publishing is tried in turn.

Pure functions: no file is opened, nothing is fetched, no clock is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ballot_service.ledger.limits import MAX_LINE_BYTES
from ballot_service.meetings import normal_form
from ballot_service.meetings.field_readers import WRONG, Place
from ballot_service.meetings.problems import Findings, Lines, Path, Problem, describe
from ballot_service.meetings.result_sizes import longest_result
from ballot_service.meetings.yaml_source import DEFAULT_LIMITS, SourceLimits, UnreadableSource, load_yaml
from verify import rules

__all__ = [
    "Contests", "MeetingPlan", "Problem", "Refusal", "SourceLimits", "UnreadableSource",
    "load_yaml", "read_added_item", "read_meeting_text", "read_meeting_value",
]  # fmt: skip

Contests = Sequence[tuple[Path, Mapping[str, Any]]]
"""Contests in normal form, each with its place in the file."""


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
    check_results_fit(plan.fields, contests_of(plan.fields, at), findings)
    _refuse_if_any("bad-meeting-file", findings)
    _run_guards(plan.fields, contests_of(plan.fields, at), findings)
    return plan


def read_added_item(
    value: object,
    meeting: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    admit: Callable[[dict[str, Any]], None] = lambda _item: None,
    *,
    lines: Lines | None = None,
    at: Path = (),
) -> dict[str, Any]:
    """Read an item that is added during the meeting; the answer is in normal form.

    meeting: the fields of the published meeting. items: its agenda and the items added before, in normal form; the new
    one may refer to all of them. `admit` is asked when the form is known and before the guards, and raises whatever
    refuses an item that may not be added. `lines` and `at` as in `read_meeting_value`.

    Raises: Refusal with the codes of publishing, and what `admit` raises.
    """
    findings = Findings(lines or {})
    read = normal_form.added_item(Place(value, at, findings), meeting, items)
    _refuse_if_any("bad-meeting-file", findings)
    assert read is not WRONG  # or it would have been reported
    check_results_fit(meeting, _contests_of_item(read, at), findings)
    _refuse_if_any("bad-meeting-file", findings)
    admit(read)
    _run_guards(meeting, _contests_of_item(read, at), findings)
    return dict(read)


def _run_guards(meeting: Mapping[str, Any], contests: Contests, findings: Findings) -> None:
    for code, check in PUBLISHING_GUARDS:
        check(meeting, contests, findings)
        _refuse_if_any(code, findings)


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


def check_results_fit(meeting: Mapping[str, Any], contests: Contests, findings: Findings) -> None:
    """What everybody wrote must fit into one line of the ledger, or the box could never be opened."""
    expected = {each["id"]: each["expected"] for each in meeting["classes"]}
    for path, contest in contests:
        size = longest_result([contest], expected)
        if size > MAX_LINE_BYTES:
            people = sum(expected[name] for name in contest["voters"])
            found = f"a result of up to {size} bytes, when {people} people write as much as they may"
            wanted = f"at most {MAX_LINE_BYTES}: a smaller max_chars, fewer names to write in, or fewer voters"
            findings.add((*path, "ballot"), found, wanted)


# --- the guards of publishing: they take the meeting's fields and contests in normal form


def check_small_classes(meeting: Mapping[str, Any], contests: Contests, findings: Findings) -> None:
    """In a small class a grade or a text may show who wrote it; approvals are counted with the others."""
    expected = {each["id"]: each["expected"] for each in meeting["classes"]}
    for path, contest in contests:
        kind = contest["ballot"]["kind"]
        if kind == "approval":
            continue
        for position, name in enumerate(contest["voters"]):
            if expected[name] < meeting["min_class"]:
                findings.add(
                    (*path, "voters", position),
                    f"class {name} with {expected[name]} expected",
                    f"at least {meeting['min_class']} for a {kind} ballot (min_class): merge it with another class",
                )


def check_ratios(_meeting: Mapping[str, Any], contests: Contests, findings: Findings) -> None:
    """差额: more names than posts, where the organiser asked for this guard. Compared exactly."""
    for path, contest in contests:
        if contest["guard"] is None:
            continue
        (word, limit), *_ = contest["guard"]["candidates_per_post"].items()
        what = "options" if "options" in contest["ballot"] else "candidates"
        count, posts = len(contest["ballot"].get(what, [])), contest["posts"]
        ratio = Fraction(count, posts)
        if not (ratio > Fraction(limit) if word == "over" else ratio >= Fraction(limit)):
            findings.add(
                (*path, "guard"),
                f"{count} {what} for {posts} {'post' if posts == 1 else 'posts'}",
                f"{what} per post {'over' if word == 'over' else 'at least'} {limit}: add {what}",
            )


def check_barred(meeting: Mapping[str, Any], contests: Contests, findings: Findings) -> None:
    """Nobody is nominated for a post on a day on which a bar from it runs (限制期)."""
    for path, contest in contests:
        field = "options" if "options" in contest["ballot"] else "candidates"
        barred = rules.barred_nominees(contest, meeting)
        for position, each in enumerate(contest["ballot"].get(field, [])):
            if each["id"] in barred:
                findings.add(
                    (*path, "ballot", field, position, "id"),
                    f"{describe(each['id'])}, who is barred from the post {contest['post']} on {meeting['date']}",
                    "somebody who may be nominated: see bars, and the failed votes in history",
                )


Guard = Callable[[Mapping[str, Any], Contests, Findings], None]
PUBLISHING_GUARDS: tuple[tuple[str, Guard], ...] = (
    ("class-too-small", check_small_classes),
    ("ratio-too-small", check_ratios),
    ("barred-nominee", check_barred),
)


def contests_of(fields: Mapping[str, Any], at: Path = ()) -> Contests:
    """Every contest of the agenda with its place."""
    return [
        found
        for number, item in enumerate(fields["agenda"])
        for found in _contests_of_item(item, (*at, "agenda", number))
    ]


def _contests_of_item(item: Mapping[str, Any], at: Path) -> Contests:
    return [((*at, "contests", number), contest) for number, contest in enumerate(item["contests"])]
