"""Several ledgers of one installation, such as a year of meetings: in their order, each judged with those before it.

Text: docs/formats/verdict.md, "Several ledgers". Each ledger's own verdict is what `judge` would say of it alone, given
the others as its earlier ledgers; what no single verdict can say (one missing, a fork, a stranger) are the findings.
No ledger is read twice: what was found of one for its own verdict serves those that come after it.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from verify.case import Case, Earlier
from verify.entries import check_fields
from verify.errors import Failed, Unreadable, VerifyError
from verify.ledger import MAX_LINE_BYTES, Entry, VerifierKey, b64url_decode, parse_line
from verify.options import Options
from verify.prose import Prose
from verify.verdict import Judged, cannot_be_read, judge_case, refusal_alone, to_json
from verify.words import to_words

FORMAT = "ballot-service/verdicts/1"


@dataclass(frozen=True)
class Finding:
    """What is wrong with the ledgers together. `code` is one of docs/formats/verdict.md."""

    code: str
    text: Prose


@dataclass(frozen=True)
class Member:
    """One ledger of the series and its own verdict."""

    name: str  # of the file
    judged: Judged


@dataclass(frozen=True)
class Series:
    """All the ledgers given, in the order of their links."""

    members: list[Member]
    findings: list[Finding]

    @property
    def accepted(self) -> bool:
        return not self.findings and all(one.judged.accepted for one in self.members)


@dataclass(eq=False)
class _Ledger:
    """One file while it is judged. `case` is None when it cannot be read, `meeting` when entry 0 cannot be."""

    name: str
    case: Case | None
    unreadable: Unreadable | None
    given: int  # place on the command line
    meeting: dict[str, Any] | None = None
    alone: str | None = None  # why it is not accepted by itself
    judged_alone: bool = False

    @property
    def origin(self) -> str | None:
        return None if self.meeting is None else str(self.meeting["origin"])

    @property
    def previous(self) -> str | None:
        """The origin of the ledger before it."""
        found = None if self.meeting is None else self.meeting["previous"]
        return None if found is None else str(found["origin"])

    @property
    def day(self) -> tuple[str, int]:
        return ("" if self.meeting is None else str(self.meeting["date"]), self.given)


def judge_series(paths: Sequence[tuple[str, Path]], options: Options, fingerprints: Sequence[bytes] = ()) -> Series:
    """Judge all of them. `options` holds no fingerprint and no earlier ledgers; each fingerprint and checkpoint goes to
    the ledger that it belongs to. Never raises for what the files hold.
    """
    sizes = {size for _, path in paths if (size := _size_of_previous(path)) is not None}
    given = [_read(name, path, options, sizes, number) for number, (name, path) in enumerate(paths)]
    ledgers, findings = _in_order(given)
    findings += _keys(ledgers)
    findings += _unused(ledgers, options, fingerprints)
    trusted = _trusted_key(ledgers, options, fingerprints)
    members: list[Member] = []
    for place, one in enumerate(ledgers):
        if one.case is None:
            assert one.unreadable is not None
            members.append(Member(one.name, cannot_be_read(one.unreadable, options)))
            continue
        one.case.options = _options_for(one, options, fingerprints, trusted)
        with suppress(VerifyError):
            _ = one.case.found  # before copies of it are made: so the ballots are checked once
        case = copy(one.case)
        case.not_covered = []
        before = [
            other
            for number, other in enumerate(ledgers)
            if number < place or (number > place and "" != other.day[0] < one.day[0])
        ]
        case.earlier = [_earlier(other, case) for other in before]
        try:
            members.append(Member(one.name, judge_case(case)))
        except Unreadable as error:
            members.append(Member(one.name, cannot_be_read(error, options)))
    return Series(members, findings)


def series_to_json(series: Series, language: str) -> dict[str, Any]:
    """As docs/formats/verdict.md describes it."""
    return {
        "format": FORMAT,
        "accepted": series.accepted,
        "findings": [{"code": one.code, "detail": one.text.in_(language)} for one in series.findings],
        "ledgers": [{"file": one.name, "verdict": to_json(one.judged, language)} for one in series.members],
    }


# ----------------------------------------------------------------------------------------------------------- reading


def _size_of_previous(path: Path) -> int | None:
    """How many entries of its previous ledger a ledger names: their root is wanted when that ledger is read. Only a
    hint: a first line that cannot be read, or changes later, costs a check that passes, and never lets one pass.
    """
    try:
        with path.open("rb") as file:
            line = file.readline(MAX_LINE_BYTES + 1)
        entry = Entry(0, b"", parse_line(line.removesuffix(b"\n"), 1))
        check_fields(entry)
        previous = entry.value.get("previous")
        return int(previous["size"]) if previous is not None else None
    except (OSError, ValueError, VerifyError):
        return None


def _read(name: str, path: Path, options: Options, sizes: Iterable[int], number: int) -> _Ledger:
    try:
        case = Case(path, options, sizes)
    except Unreadable as error:
        return _Ledger(name, None, error, number)
    ledger = _Ledger(name, case, None, number)
    with suppress(Failed):
        ledger.meeting = case.meeting
    return ledger


def _earlier(other: _Ledger, later: Case) -> Earlier:
    """Another ledger as an earlier one of this, by itself: as docs/protocol.md §9 says of `--earlier`."""
    if other.case is None:
        return Earlier(other.name, None, f"cannot be read: {other.unreadable}")
    try:
        if other.case.meeting["ledger_key"] != later.meeting["ledger_key"]:
            return Earlier(other.name, other.case, "its ledger key is not that of this ledger")
        if not other.judged_alone:
            other.alone = refusal_alone(copy(other.case))
            other.judged_alone = True
    except Unreadable as error:
        return Earlier(other.name, None, f"cannot be read: {error}")
    except Failed as error:
        return Earlier(other.name, None, str(error))
    return Earlier(other.name, other.case, other.alone)


# ------------------------------------------------------------------------------------------------------ who to trust


def _trusted_key(ledgers: list[_Ledger], options: Options, fingerprints: Sequence[bytes]) -> bytes | None:
    """The installation's key: the one given, or that of the first ledger whose fingerprint was given."""
    if options.ledger_key is not None:
        return options.ledger_key.public_key
    pinned = next((one for one in ledgers if _fingerprint_of(one, fingerprints) is not None), None)
    return None if pinned is None or pinned.meeting is None else b64url_decode(pinned.meeting["ledger_key"])


def _fingerprint_of(ledger: _Ledger, fingerprints: Sequence[bytes]) -> bytes | None:
    if ledger.case is None or ledger.meeting is None:
        return None
    own = ledger.case.fingerprint
    return next((given for given in fingerprints if own[: len(given)] == given), None)


def _options_for(ledger: _Ledger, options: Options, fingerprints: Sequence[bytes], trusted: bytes | None) -> Options:
    """Its own fingerprint, checkpoints and receipts, and the installation's key under its own origin.

    Where no fingerprint given is that of any ledger, each is held against the first: none of them is what was printed.
    """
    fingerprint = _fingerprint_of(ledger, fingerprints)
    if fingerprint is None and trusted is None and fingerprints:
        fingerprint = fingerprints[0]
    if ledger.meeting is None:
        return replace(options, fingerprint=fingerprint, checkpoints=(), receipts=())
    key = VerifierKey(str(ledger.origin), "ledger", trusted) if trusted is not None else None
    return replace(
        options,
        ledger_key=key,
        fingerprint=fingerprint,
        checkpoints=tuple(one for one in options.checkpoints if one[1].origin == ledger.origin),
        receipts=tuple(one for one in options.receipts if one.meeting == ledger.meeting["id"]),
    )


# ------------------------------------------------------------------------------------------------- order and findings


def _in_order(given: list[_Ledger]) -> tuple[list[_Ledger], list[Finding]]:
    """After one another by their links; where these do not say, by the day of the meeting. What cannot be read last."""
    findings: list[Finding] = []
    by_origin: dict[str, _Ledger] = {}
    for one in given:
        if one.origin is None:
            continue
        if one.origin in by_origin:
            twin = by_origin[one.origin]
            findings.append(
                Finding(
                    "same-meeting",
                    Prose(
                        f"{twin.name} 和 {one.name} 是同一次会议（{one.origin}）的账本",
                        f"{twin.name} and {one.name} are ledgers of one meeting ({one.origin})",
                    ),
                )
            )
        else:
            by_origin[one.origin] = one
    readable = sorted((one for one in given if one.meeting is not None), key=lambda one: one.day)
    after: dict[str, list[_Ledger]] = {}
    for one in readable:
        if one.previous is not None:
            after.setdefault(one.previous, []).append(one)
    starts = [one for one in readable if one.previous is None]
    loose = [one for one in readable if one.previous is not None and one.previous not in by_origin]
    ordered: list[_Ledger] = []
    waiting = [*starts, *loose][::-1]
    while waiting:
        one = waiting.pop()
        if one not in ordered:
            ordered.append(one)
            if one is by_origin[str(one.origin)]:
                waiting += after.get(str(one.origin), [])[::-1]
    circle = [one for one in readable if one not in ordered]
    findings += _links(starts, loose, after, circle)
    return ordered + circle + [one for one in given if one.meeting is None], findings


def _links(
    starts: list[_Ledger], loose: list[_Ledger], after: dict[str, list[_Ledger]], circle: list[_Ledger]
) -> list[Finding]:
    """What the links between the ledgers show. `loose` name a previous ledger that was not given: the first of all may,
    because a year begins somewhere."""
    findings: list[Finding] = []
    if len(starts) > 1:
        names = _listed(starts)
        findings.append(
            Finding(
                "two-first",
                Prose(
                    f"{names.zh} 都没有指明上一次会议：一套系统只能有一次第一次会议",
                    f"{names.en} name no previous ledger: only one meeting is the first of an installation",
                ),
            )
        )
    for origin, ones in after.items():
        if len(ones) > 1:
            names = _listed(ones)
            findings.append(
                Finding(
                    "fork",
                    Prose(
                        f"{names.zh} 都称上一次会议是 {origin}：账本分叉",
                        f"{names.en} all name {origin} as the previous ledger: a fork",
                    ),
                )
            )
    begins_after = None if starts or not loose else loose[0].previous
    for unknown in dict.fromkeys(one.previous for one in loose):
        if unknown != begins_after:
            names = _listed([one for one in loose if one.previous == unknown])
            findings.append(
                Finding(
                    "missing",
                    Prose(
                        f"缺少账本：{names.zh} 的上一次会议是 {unknown}，没有提供",
                        f"a ledger is missing: {names.en} follows {unknown}, which was not given",
                    ),
                )
            )
    if circle:
        names = _listed(circle)
        findings.append(
            Finding(
                "circle", Prose(f"{names.zh} 互称对方在前", f"each of {names.en} names another of them as before it")
            )
        )
    return findings


def _keys(ledgers: list[_Ledger]) -> list[Finding]:
    """Ledgers of another key than the first are of another installation, or somebody's invention."""
    readable = [one for one in ledgers if one.meeting is not None]
    return [
        Finding(
            "other-key",
            Prose(
                f"{one.name} 与 {readable[0].name} 的账本公钥不同，不是同一套系统的账本",
                f"{one.name} names another ledger key than {readable[0].name}: not of one installation",
            ),
        )
        for one in readable[1:]
        if one.meeting is not None
        and readable[0].meeting is not None
        and one.meeting["ledger_key"] != readable[0].meeting["ledger_key"]
    ]


def _unused(ledgers: list[_Ledger], options: Options, fingerprints: Sequence[bytes]) -> list[Finding]:
    """What the reader brought along and no ledger given answers to."""
    origins = {one.origin for one in ledgers}
    meetings = {one.meeting["id"] for one in ledgers if one.meeting is not None}
    own = [one.case.fingerprint for one in ledgers if one.case is not None and one.meeting is not None]
    things: list[Prose] = []
    if options.ledger_key is not None and options.ledger_key.name not in origins:
        name = options.ledger_key.name
        things.append(Prose(f"账本公钥 {name}", f"the ledger key {name}"))
    things += [
        Prose(f"会议指纹 {to_words(given, 'zh')}", f"the fingerprint {to_words(given, 'en')}")
        for given in fingerprints
        if not any(one[: len(given)] == given for one in own)
    ]
    things += [
        Prose(f"校验点 {name}", f"the checkpoint {name}")
        for name, one in options.checkpoints
        if one.origin not in origins
    ]
    things += [
        Prose(f"回执 {one.name}", f"the receipt {one.name}") for one in options.receipts if one.meeting not in meetings
    ]
    return [
        Finding("unused", Prose(f"{one.zh} 不属于所给的任何一份账本", f"{one.en} belongs to none of the ledgers given"))
        for one in things
    ]


def _listed(ledgers: list[_Ledger]) -> Prose:
    names = [one.name for one in ledgers]
    return Prose("、".join(names), ", ".join(names))
