"""Words that several documents share: days and times, bases, lines to pass, and how a round ended.

Chinese first, as such papers are worded; English for meetings that are held in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

from ballot_service.documents.content import NONE, Share, Writer, plain
from ballot_service.documents.view import LedgerView
from ballot_service.meetings.naming import FRACTIONS, value_name
from ballot_service.meetings.state import Json
from verify import rules

_CHINA = timezone(timedelta(hours=8))  # Asia/Shanghai has had no summer time since 1991

BASES = {
    "expected": ("应到人数", "those expected"),
    "present": ("实到人数", "those present"),
    "issued": ("发出票数", "ballots issued"),
    "returned": ("收回票数", "ballots returned"),
    "valid": ("有效票数", "valid ballots"),
    "scored": ("给出评价的票数", "ballots that gave a grade"),
}
_HALF = "二分之一"  # as documents write it, beside the others of FRACTIONS


def day(writer: Writer, text: str) -> str:
    """A date, as "2026-12-18"."""
    read = date.fromisoformat(text)
    return writer.say(f"{read.year}年{read.month}月{read.day}日", f"{read.day} {read:%B} {read.year}")


def moment(writer: Writer, at: str) -> str:
    """A time of the ledger, as "2026-12-18T01:30Z", in Beijing time."""
    read = datetime.strptime(at, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC).astimezone(_CHINA)
    return writer.say(
        f"{read.year}年{read.month}月{read.day}日{read:%H:%M}",
        f"{read.day} {read:%B} {read.year}, {read:%H:%M} (UTC+8)",
    )


def meeting_facts(writer: Writer, view: LedgerView) -> list[tuple[str, str]]:
    """What every document begins with."""
    meeting = view.state.meeting
    return [
        (writer.say("会议名称", "Meeting"), plain(meeting["title"])),
        (writer.say("会议时间", "Date"), day(writer, meeting["date"])),
        (writer.say("会议地点", "Place"), plain(meeting["place"])),
        (writer.say("组织单位", "Organiser"), plain(meeting["organiser"])),
    ]


def counts_line(writer: Writer, counts: Mapping[str, int]) -> str:
    """The figures of one count, in the order in which they are read out."""
    names = (
        ("expected", "应到", "expected"),
        ("present", "实到", "present"),
        ("issued", "发出票", "issued"),
        ("returned", "收回票", "returned"),
        ("valid", "有效票", "valid"),
        ("invalid", "无效票", "invalid"),
    )
    return writer.say("，", ", ").join(f"{writer.say(zh, en)} {counts[name]}" for name, zh, en in names)


def class_names(view: LedgerView, ids: Iterable[str], writer: Writer) -> str:
    names = {one["id"]: plain(one["name"]) for one in view.state.meeting["classes"]}
    return writer.say("、", ", ").join(names[one] for one in ids)


def contest_title(contest: Json) -> str:
    """Of a contest about somebody, the name; else the title."""
    subject = contest["subject"]
    if subject is not None and contest["title"] in (subject["name"], ""):
        return plain(subject["name"])
    return plain(contest["title"])


def unit_and_title(subject: Json | None) -> str:
    if subject is None:
        return NONE
    return "".join(plain(subject[name]) for name in ("unit", "title") if subject.get(name)) or NONE


def share(count: int, base: int) -> Share:
    """A number of votes as a part of a base, rounded as the verifier rounds."""
    return Share(count, rules.display_percent(Fraction(count, base)) if base else None)


def rate_base(contest: Json) -> str:
    """The base over which this contest's rules take their rates; `valid` where they say nothing, or disagree."""
    bases = {
        rule["of"]
        for rule in contest["rules"]
        if rule["rule"] == "rate" and not rule["classes"] and not rule["weights"]
    }
    return bases.pop() if len(bases) == 1 else "valid"


def value_title(writer: Writer, contest: Json, rule: Json, view: LedgerView) -> str:
    """What a rate, a mean or the points of a band is called at the head of its column."""
    return plain(value_name(writer.say, contest, rule, class_names(view, rule.get("classes") or [], writer)))


def splits(judged: Json, min_class: int) -> bool:
    """Whether figures may be shown by class: the verdict does, and every class returned at least min_class ballots.

    The verdict looks at what was issued. On a paper that is read by people who know who sat in the room, a class of
    which one ballot came back would be one person's vote. All classes or none, as in docs/rules.md, "Rounds".
    """
    by_class = judged["counts"]["by_class"]
    return bool(by_class) and all(counts["returned"] >= min_class for counts in by_class.values())


def hides_classes(contest: Json, judged: Json, rule: Json, min_class: int) -> bool:
    """Whether a rule's working tells figures of single classes that are not shown by class."""
    apart = bool(rule.get("classes") or rule.get("weights"))
    return apart and len(contest["voters"]) > 1 and not splits(judged, min_class) and not _all(contest, rule)


def _all(contest: Json, rule: Json) -> bool:
    return set(rule.get("classes") or []) == set(contest["voters"])


def shown_value(value: Json) -> str:
    return value["display"] if value["exact"] is not None else NONE


def line_to_pass(writer: Writer, rule: Json, labels: Mapping[str, str]) -> str:
    """A pass rule in words: 同意票超过应到人数的二分之一."""
    over = "over" in rule
    fraction = rule["over"] if over else rule["at_least"]
    base = BASES[rule["of"]]
    mark = labels[rule["mark"]]
    compare = ("超过", "over") if over else ("达到或超过", "at least")
    part = _HALF if fraction == "1/2" else FRACTIONS.get(fraction, (fraction, fraction))[0]
    return writer.say(f"{mark}票{compare[0]}{base[0]}的{part}", f"“{mark}” from {compare[1]} {fraction} of {base[1]}")


def citations(contest_rules: Iterable[Json]) -> list[str]:
    """The clauses on which rules rest, each once."""
    found: dict[str, None] = {}
    for rule in contest_rules:
        cite = rule.get("cite")
        if cite:
            found[f"《{plain(cite['document'])}》{plain(cite['clause'])}：“{plain(cite['quote'])}”"] = None
    return list(found)


def reasons_in_words(writer: Writer, judged: Json, *, seats: int) -> str:
    """Why a round decided nothing. seats: how many the contest fills in all."""
    words = {
        "tie": writer.say("同意票相等" if seats == 1 else "末位同意票相等", "a tie at the last place"),
        "none": writer.say("没有人选达到通过线", "nobody reached the line"),
        "too-few": writer.say("达到通过线的人数不足", "too few reached the line"),
    }
    return writer.say("，", ", ").join(words[one] for one in judged["reasons"])
