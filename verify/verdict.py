"""The verdict: what a verifier found, as JSON that other programs compare (docs/formats/verdict.md).

`judge` reads one ledger and makes every check; its answer is complete also when the file cannot be read.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from verify.case import Case, Earlier
from verify.checks import CHECKS, Outcome, run_checks
from verify.checks.check import because_of
from verify.errors import Failed, Unreadable
from verify.grammar import Course
from verify.options import Options
from verify.prose import Prose
from verify.reasons import in_chinese
from verify.rules import final
from verify.words import to_words

FORMAT = "ballot-service/verdict/1"


@dataclass(frozen=True)
class Judged:
    """One ledger, judged. `meeting` is entry 0, None when there is none that can be read."""

    accepted: bool
    pinned: bool
    finished: bool
    outcomes: list[Outcome]
    uncovered: list[Prose]  # what was not supplied or says nothing
    meeting: dict[str, Any] | None
    fingerprint: bytes | None
    entries: int | None
    voids: int | None
    replaced: int | None
    root: bytes | None = None  # of the tree over all lines, recomputed
    small_groups: dict[str, list[str]] = field(default_factory=dict)  # poll -> classes voting in small numbers
    hubs_missing: dict[str, int] = field(default_factory=dict)  # poll that counts -> venue hubs that had not delivered
    assisted: dict[str, int] = field(default_factory=dict)  # poll that counts -> voters who were helped
    items: list[dict[str, Any]] = field(default_factory=list)  # the agenda, then those admitted during the meeting
    contests: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    unreadable: Unreadable | None = None

    @property
    def not_covered(self) -> list[str]:
        """As the JSON has it: in one language, so that the number before the colon is found."""
        return [one.en for one in self.uncovered]

    @property
    def locale(self) -> str:
        return str(self.meeting["locale"]) if self.meeting else "zh-CN"


def judge(path: Path, options: Options) -> Judged:
    """Read one ledger and make every check. Never raises for what the file holds."""
    try:
        case = Case(path, options)
        case.earlier = [_judge_earlier(name, earlier, case) for name, earlier in options.earlier]
        return judge_case(case)
    except Unreadable as error:
        return cannot_be_read(error, options)


def judge_case(case: Case) -> Judged:
    """Make every check on a ledger that was read, its earlier ones judged. Raises: Unreadable."""
    options = case.options
    outcomes = run_checks(case)
    accepted = all(
        one.outcome == "pass"
        or (one.check.id == "V03" and one.outcome == "not checked" and options.unpinned and not options.pinned)
        for one in outcomes
    )
    passed = {one.check.id for one in outcomes if one.outcome == "pass"}
    try:
        meeting, fingerprint = case.meeting, case.fingerprint
    except Failed:
        meeting, fingerprint = None, None
    course = case.course if "V06" in passed else None
    inputs, scores = _inputs_and_scores(case, outcomes)
    return Judged(
        accepted=accepted,
        pinned=options.pinned,
        finished=course is not None and course.closed is not None,
        outcomes=outcomes,
        uncovered=case.not_covered,
        meeting=meeting,
        fingerprint=fingerprint,
        entries=case.scan.tree_size,
        voids=course.voids() if course else None,
        root=case.scan.root_hash,
        small_groups={poll.id: poll.small_groups for poll in course.polls if poll.small_groups} if course else {},
        hubs_missing=_at_the_close(course, "hubs_missing"),
        assisted=_at_the_close(course, "assisted"),
        replaced=case.people.replaced if "V09" in passed else None,
        items=case.items if course else [],
        contests=_contests(case, outcomes),
        inputs=inputs,
        scores=scores,
    )


def _at_the_close(course: Course | None, name: str) -> dict[str, int]:
    """A figure of `poll-close` that only the desk knows, where it is not 0; of void polls it says nothing."""
    closed = {poll.id: poll.closed for poll in course.polls if poll.voided is None} if course else {}
    return {poll: entry.value[name] for poll, entry in closed.items() if entry is not None and entry.value[name]}


def _judge_earlier(name: str, path: Path, later: Case) -> Earlier:
    """Judge an earlier ledger by the same checks, with the key of the later one, which must be its own."""
    try:
        previous = later.meeting["previous"]
        case = Case(path, Options(jobs=later.options.jobs), [previous["size"]] if previous is not None else [])
        if case.meeting["ledger_key"] != later.meeting["ledger_key"]:
            return Earlier(name, case, "its ledger key is not that of this ledger")
        return Earlier(name, case, refusal_alone(case))
    except Unreadable as error:
        return Earlier(name, None, f"cannot be read: {error}")
    except Failed as error:
        return Earlier(name, None, str(error))


def refusal_alone(case: Case) -> str | None:
    """Why a ledger is not accepted by itself, under the key that it names and with nothing else from the reader; None
    when it is. For earlier ledgers, whose key was compared before. Changes the case. Raises: Failed, Unreadable.
    """
    case.options = Options(jobs=case.options.jobs, ledger_key=case.ledger_key)
    case.earlier, case.not_covered = [], []
    bad = next((one for one in run_checks(case) if one.outcome != "pass"), None)
    return f"is not accepted: {bad.check.id}: {bad.detail.en}" if bad is not None else None


def cannot_be_read(error: Unreadable, options: Options) -> Judged:
    because = because_of(error.check)
    told = f"{error.place}: {error.reason}" if error.place else error.reason
    reason = Prose(in_chinese(told), told)
    outcomes = [
        Outcome(check, "fail", reason) if check.id == error.check else Outcome(check, "not checked", because)
        for check in CHECKS
    ]
    return Judged(
        accepted=False,
        pinned=options.pinned,
        finished=False,
        outcomes=outcomes,
        uncovered=[],
        meeting=None,
        fingerprint=None,
        entries=None,
        voids=None,
        replaced=None,
        unreadable=error,
    )


def _contests(case: Case, outcomes: list[Outcome]) -> dict[str, Any]:
    """Rounds and final state of every contest, as recounted; nothing when the recount could not be made."""
    if next(one.outcome for one in outcomes if one.check.id == "V16") == "not checked":
        return {}
    try:
        rounds = case.rounds
    except Failed:
        return {}
    decisions: dict[str, dict[int, str]] = {}
    for entry in case.course.entries("decision"):
        decisions.setdefault(entry.value["contest"], {})[entry.value["round"]] = entry.value["choice"]
    return {
        contest_id: {"rounds": counted, "final": final(counted, decisions.get(contest_id, {}))}
        for contest_id, counted in rounds.items()
    }


def _inputs_and_scores(case: Case, outcomes: list[Outcome]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs given and scores as recomputed; nothing when V18 was not made."""
    if next(one.outcome for one in outcomes if one.check.id == "V18") == "not checked":
        return {}, {}
    inputs = {
        input_id: {"value": entry.value["value"], "evidence": entry.value["evidence"]}
        for input_id, entry in case.inputs.items()
    }
    try:
        return inputs, case.scores
    except Failed:
        return inputs, {}


def to_json(judged: Judged, language: str) -> dict[str, Any]:
    """The verdict as docs/formats/verdict.md describes it, keys in its order; what is not known is null."""
    meeting = judged.meeting
    words_in = "zh" if judged.locale.lower().startswith("zh") else "en"
    return {
        "format": FORMAT,
        "accepted": judged.accepted,
        "pinned": judged.pinned,
        "finished": judged.finished,
        "meeting": {
            "id": meeting["id"] if meeting else None,
            "title": meeting["title"] if meeting else None,
            "fingerprint": judged.fingerprint.hex() if judged.fingerprint else None,
            "fingerprint_words": to_words(judged.fingerprint, words_in) if judged.fingerprint else None,
            "entries": judged.entries,
            "voids": judged.voids,
            "replaced": judged.replaced,
        },
        "checks": [
            {
                "id": one.check.id,
                "title": one.check.title.in_(language),
                "outcome": one.outcome,
                "detail": one.detail.in_(language),
            }
            for one in judged.outcomes
        ],
        "not_covered": judged.not_covered,
        "contests": judged.contests,
        "inputs": judged.inputs,
        "scores": judged.scores,
    }
