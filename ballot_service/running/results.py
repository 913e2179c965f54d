"""A counted round in words: what was counted, the line as a sentence, the clause, and what follows. Pure.

The numbers are those of the verdict; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ballot_service.meetings.naming import listed, value_name
from ballot_service.meetings.state import Json
from ballot_service.running.reasons import cited
from ballot_service.running.texts import BASES, COUNTS, MARKS, REASONS, Text, joined, share
from verify import rules

_PEOPLE = ("expected", "present")  # bases that are people; the others are papers


@dataclass(frozen=True)
class Row:
    """One candidate, option or grade."""

    name: Text
    votes: tuple[tuple[Text, int], ...]
    sentence: Text | None = None  # 同意 7 票，超过应到 13 人的半数，通过
    working: str = ""
    cite: str | None = None


@dataclass(frozen=True)
class Told:
    """One round of one contest."""

    title: str
    round: int
    counts: tuple[tuple[Text, int], ...]
    rows: tuple[Row, ...]
    values: tuple[tuple[Text, Text, str], ...]  # (what, figure, working): rates, means, points, lines that were crossed
    outcome: Text
    proposals: tuple[Text, ...]  # what the rules propose; an office confirms it


def told(contest: Json, judged: Json) -> Told:
    """contest: of the agenda. judged: the round object with its working, whole or cut to its counts."""
    ballot = contest["ballot"]
    total = judged["counts"]["total"]
    shown = [name for name in COUNTS if name in total and (name != "unknown" or ballot.get("unknown"))]
    if "tally" not in judged:
        counts = tuple((COUNTS[name], total[name]) for name in shown)
        return Told(contest["title"], judged["round"], counts, (), (), Text("已计票", "counted"), ())
    return Told(
        title=contest["title"],
        round=judged["round"],
        counts=tuple((COUNTS[name], total[name]) for name in shown),
        rows=tuple(_rows(contest, judged)),
        values=tuple(_values(contest, judged)),
        outcome=outcome(contest, judged),
        proposals=tuple(_proposals(contest, judged)),
    )


def _values(contest: Json, judged: Json) -> Iterator[tuple[Text, Text, str]]:
    names = {
        rule["id"]: Text(
            value_name(lambda zh, _en: zh, contest, rule),
            value_name(lambda _zh, en: en, contest, rule),
        )
        for rule in contest["rules"]
        if rule["rule"] in ("rate", "mean", "bands")
    }
    for rule_id, value in judged["values"].items():
        figure = Text("无", "none") if value["exact"] is None else Text.same(value["display"])
        yield names[rule_id], figure, value.get("working", "")
    flags = [rule for rule in contest["rules"] if rule["rule"] == "flag"]
    for rule, one in zip(flags, [one for one in judged.get("judgements", []) if one["rule"] == "flag"], strict=False):
        found = Text("触及", "crossed") if one["holds"] else Text("未触及", "not crossed")
        yield names[rule["value"]] + Text("的提示线", ": line"), found, one["working"]


def outcome(contest: Json, judged: Json) -> Text:
    """产生：张三 / 未产生（得票相同），由会议决定是否再次投票 / 通过 / 已计票"""
    names = {one["id"]: one["name"] for one in contest["ballot"].get("candidates", [])}
    if judged["state"] == "counted":
        return _counted(contest, judged, names)
    elected = joined(Text.same(names.get(one, one)) for one in judged["elected"])
    text = Text("产生", "decided") if judged["state"] == "decided" else Text("未产生", "undecided")
    if judged["elected"] and judged["state"] != "decided":
        text = Text("未全部产生", "not all seats are filled")
    if judged["elected"]:
        text += Text("：", ": ") + elected
    if judged["reasons"]:
        text += Text("（", " (") + joined(REASONS[one] for one in judged["reasons"]) + Text("）", ")")
    follows = {
        "committee-decides": Text("，由会议决定是否再次投票", "; the meeting decides whether to vote again"),
        "revote": Text("，须再次投票", "; vote again"),
        "ended": Text("，到此为止", "; it ends here"),
    }
    return text + follows.get(judged["next"], Text("", ""))


def _counted(contest: Json, judged: Json, names: Mapping[str, str]) -> Text:
    if not any(rule["rule"] == "pass" for rule in contest["rules"]):
        return Text("已计票", "counted")
    if len(names) == 1:
        return Text("通过", "passed") if judged["passed"] else Text("未通过", "did not pass")
    if not judged["passed"]:
        return Text("均未通过", "nobody passed")
    return Text("通过：", "passed: ") + joined(Text.same(names.get(one, one)) for one in judged["passed"])


def _rows(contest: Json, judged: Json) -> Iterator[Row]:
    ballot, tally = contest["ballot"], judged["tally"]
    named = {one["id"]: one["name"] for one in listed(ballot)}
    lines = _lines(contest, judged)
    for name, votes in tally.items():
        if name == "texts":
            yield Row(Text("意见", "comments"), ((Text("条", "texts"), len(votes)),))
        elif name == "write_in":
            for written, times in votes.items():
                yield Row(Text(f"{written}（另写）", f"{written} (written in)"), ((Text("票", "votes"), times),))
        elif isinstance(votes, dict):
            marks = tuple((mark_name(ballot, mark), count) for mark, count in votes.items())
            sentences = lines.get(name, [])
            yield Row(
                Text.same(named.get(name, name)),
                marks,
                sentence=_one(sentences),
                working="  ".join(working for _text, working, _cite in sentences),
                cite=next((cite for _text, _working, cite in sentences if cite), None),
            )
        else:
            label = (
                Text(f"{name} 分", f"{name} points") if ballot["kind"] == "score" else Text.same(named.get(name, name))
            )
            yield Row(label, ((Text("票", "votes"), votes),))


def _one(sentences: list[tuple[Text, str, str | None]]) -> Text | None:
    if not sentences:
        return None
    text = sentences[0][0]
    for more, _working, _cite in sentences[1:]:
        text = text + Text("；", "; ") + more
    return text


def mark_name(ballot: Json, mark: str) -> Text:
    """A mark as the ballot has it; one that only has its usual name is told in both languages."""
    label = (ballot.get("labels") or {}).get(mark, MARKS[mark].zh)
    return MARKS[mark] if label == MARKS[mark].zh else Text.same(label)


def _lines(contest: Json, judged: Json) -> dict[str, list[tuple[Text, str, str | None]]]:
    """candidate → what each pass line says of him or her, with its working and its clause."""
    found: dict[str, list[tuple[Text, str, str | None]]] = {}
    given = iter([one for one in judged.get("judgements", []) if one["rule"] == "pass"])
    for rule in contest["rules"]:
        if rule["rule"] != "pass":
            continue
        for _candidate, judgement in zip(judged["tally"], given, strict=False):
            text = _sentence(contest["ballot"], rule, judged, judgement)
            found.setdefault(judgement["candidate"], []).append((text, judgement["working"], cited(rule)))
    return found


def _sentence(ballot: Json, rule: Json, judged: Json, judgement: Json) -> Text:
    mark, of, holds = mark_name(ballot, rule["mark"]), rule["of"], judgement["holds"]
    number = judgement["working"].split(" ")[0].split("/")[0]
    over = rule.get("over") is not None
    fraction = share(rules.read_exact(rule["over"] if over else rule["at_least"]))
    verb = ("超过" if over else "达到") if holds else ("没有超过" if over else "没有达到")
    verb_en = ("more than" if over else "at least") if holds else ("not more than" if over else "less than")
    base = judged["counts"]["total"][of]
    if rule.get("classes"):  # a part of the voters: the working has their number
        base = judgement["working"].rsplit(" ", 1)[-1]
    unit = "人" if of in _PEOPLE else "张"
    end, end_en = ("，过线", ": reached") if holds else ("，未过线", ": not reached")
    if judged["state"] == "counted" and len(judged["tally"]) == 1:
        end, end_en = ("，通过", ": passed") if holds else ("，未通过", ": did not pass")
    return Text(
        f"{mark.zh} {number} 票，{verb}{BASES[of].zh} {base} {unit}的{fraction.zh}{end}",
        f"{number} {mark.en}, {verb_en} {fraction.en} of {base} ({BASES[of].en}){end_en}",
    )


def _proposals(contest: Json, judged: Json) -> Iterator[Text]:
    names = {one["id"]: one["name"] for one in contest["ballot"].get("candidates", [])}
    for bar in judged["barred"]:
        until = bar["until"]
        name = names.get(bar["person"], bar["person"])
        yield Text(
            f"{name}：{bar['from']} 至 {until or '永久'} 不得再提名该职务",
            f"{name}: not to be nominated for this post from {bar['from']} to {until or 'for ever'}",
        )
    for one in judged.get("proposals", []):
        due, due_en = (f"，期限 {one['due']}", f", due {one['due']}") if one["due"] else ("", "")
        yield Text(
            f"{one['text']}（待{one['confirm']}确认{due}）", f"{one['text']} (to confirm: {one['confirm']}{due_en})"
        )
