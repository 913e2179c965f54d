"""Announced rounds as tables for the screen: a row for each candidate, option, grade or person, with its bar.

Every figure is one that the verifier's rules counted or worded. Rounds of one form are one table: nine people assessed
by the same grades are nine rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ballot_service.meetings.naming import Say, value_name
from ballot_service.meetings.state import Json
from ballot_service.screen import words

FULL_ROWS = 6  # with so many rows or fewer, each has its inequality in words
ROWS_A_PAGE = 10  # that can be read from the last seat; the page turns by itself
MARKS = ("approve", "oppose", "abstain")


@dataclass(frozen=True)
class Told:
    """One contest's last round, cut to what the hall may see."""

    item: Json
    contest: Json
    judged: Json
    decision: str | None  # revote, end; None where nothing is decided


def tables(say: Say, told: Sequence[Told]) -> list[Json]:
    """Pages of tables, in the order of the announcement."""
    found = []
    for _kind, group in groupby(told, key=_form):
        found += list(_pages(_table(say, list(group))))
    return found


def _form(one: Told) -> object:
    """Equal for contests that go into one table."""
    ballot = one.contest["ballot"]
    if ballot["kind"] == "grade":
        return ("grade", one.item["id"], str(ballot["grades"]), ballot["unknown"])
    if ballot["kind"] in ("score", "comment"):
        return (ballot["kind"], one.item["id"])
    if ballot["kind"] == "approval" and len(ballot["candidates"]) == 1:
        return ("motion", one.item["id"], str(ballot["labels"]))
    return one.contest["id"]


def _table(say: Say, group: list[Told]) -> Json:
    first = group[0]
    kind = first.contest["ballot"]["kind"]
    if kind == "approval":
        alone = len(group) > 1 or len(first.contest["ballot"]["candidates"]) == 1
        made = _motions(say, group) if alone else _candidates(say, first)
    elif kind == "pick":
        made = _options(say, first)
    elif kind == "grade":
        made = _grades(say, group) if len(group) > 1 else _one_grade(say, first)
    else:
        made = _values_only(say, group)
    cites = [rule["cite"] for one in group for rule in one.contest["rules"] if rule["cite"] is not None]
    first_cite = words.citation(cites[0]) if cites else ""
    return {
        "title": first.item["title"] if len(group) > 1 else _title(first),
        "round": say(f"第 {first.judged['round']} 轮", f"Round {first.judged['round']}")
        if first.judged["round"] > 1
        else "",
        "counts": _counts(say, first.judged) if _same_counts(group) else [],
        "cite": first_cite,
        "lines": [],
        "outcome": [],
        **made,
    }


def _pages(table: Json) -> Iterator[Json]:
    rows = table["rows"]
    for start in range(0, max(len(rows), 1), ROWS_A_PAGE):
        yield {**table, "rows": rows[start : start + ROWS_A_PAGE]}


def _candidates(say: Say, one: Told) -> Json:
    contest, judged = one.contest, one.judged
    labels = contest["ballot"]["labels"]
    names = {candidate["id"]: candidate["name"] for candidate in contest["ballot"]["candidates"]}
    shown = [candidate for candidate in contest["ballot"]["candidates"] if candidate["id"] in judged["tally"]]
    seats, asked = _has(contest, "seats"), _has(contest, "pass")
    full = len(shown) <= FULL_ROWS
    rows = []
    for candidate in shown:
        said = list(_pass_sentences(say, one, candidate["id"]))
        rows.append(
            _row(
                candidate["name"],
                candidate.get("note") or "",
                [judged["tally"][candidate["id"]][mark] for mark in MARKS],
                sentence=say("；", "; ").join(said) if full else "",
                **_verdict(say, judged, candidate["id"], seats=seats, asked=asked),
            )
        )
    return {
        "series": [labels[mark] for mark in MARKS],
        "marks": True,
        "rows": rows,
        "lines": [] if full else list(_lines(say, one)),
        "outcome": words.outcome(say, judged, names, seats=seats, decision=one.decision),
    }


def _motions(say: Say, group: list[Told]) -> Json:
    """Questions of one candidate or proposal each."""
    labels = group[0].contest["ballot"]["labels"]
    full = len(group) <= FULL_ROWS
    rows, outcome = [], []
    for one in group:
        (candidate,) = one.contest["ballot"]["candidates"]
        seats, asked = _has(one.contest, "seats"), _has(one.contest, "pass")
        said = list(_pass_sentences(say, one, candidate["id"]))
        named = candidate["name"] != one.contest["title"]
        rows.append(
            _row(
                candidate["name"],
                (one.contest["title"] if len(group) > 1 and named else "") or candidate.get("note") or "",
                [one.judged["tally"][candidate["id"]][mark] for mark in MARKS],
                sentence=say("；", "; ").join(said) if full else "",
                **_verdict(say, one.judged, candidate["id"], seats=seats, asked=asked),
            )
        )
        if len(group) == 1:
            names = {candidate["id"]: candidate["name"]}
            outcome = words.outcome(say, one.judged, names, seats=seats, decision=one.decision)
    return {
        "series": [labels[mark] for mark in MARKS],
        "marks": True,
        "rows": rows,
        "lines": [] if full else list(_lines(say, group[0])),
        "outcome": outcome,
    }


def _options(say: Say, one: Told) -> Json:
    ranks: Json = next(iter(one.judged["ranks"].values()), {}) if one.item["show_ranks"] else {}
    rows = [
        _row(
            option["name"],
            "",
            [one.judged["tally"][option["id"]]],
            verdict=say(f"第 {ranks[option['id']]} 名", f"rank {ranks[option['id']]}") if option["id"] in ranks else "",
        )
        for option in one.contest["ballot"]["options"]
    ]
    return {"series": [say("票数", "votes")], "marks": False, "rows": rows, "lines": _values(say, one)}


def _one_grade(say: Say, one: Told) -> Json:
    rows = [_row(grade["name"], "", [one.judged["tally"][grade["id"]]]) for grade in one.contest["ballot"]["grades"]]
    return {"series": [say("票数", "votes")], "marks": False, "rows": rows, "lines": _values(say, one)}


def _grades(say: Say, group: list[Told]) -> Json:
    ballot = group[0].contest["ballot"]
    beside = {"unknown": say("不了解", "unknown")} if ballot["unknown"] else {}
    beside["abstain"] = say("弃权", "abstained")
    rows = [
        _row(
            _about(one),
            _unit(one),
            [
                *(one.judged["tally"][grade["id"]] for grade in ballot["grades"]),
                *(one.judged["counts"]["total"][name] for name in beside),
            ],
            verdict=say("，", ", ").join(_values(say, one)),
        )
        for one in group
    ]
    series = [*(grade["name"] for grade in ballot["grades"]), *beside.values()]
    return {"series": series, "marks": False, "rows": rows}


def _values_only(say: Say, group: list[Told]) -> Json:
    """Scores as their means; of comments only how many papers came back."""
    rows = []
    for one in group:
        if one.contest["ballot"]["kind"] == "comment":
            text = say("书面意见另行整理，不在大屏显示。", "Comments are collected apart, and not shown here.")
        else:
            text = say("，", ", ").join(_values(say, one))
        rows.append(_row(_about(one), _unit(one), [], verdict=text))
    return {"series": [], "marks": False, "rows": rows}


def _has(contest: Json, rule: str) -> bool:
    return any(one["rule"] == rule for one in contest["rules"])


def _row(name: str, note: str, votes: list[int], *, sentence: str = "", verdict: str = "", tone: str = "") -> Json:
    return {"name": name, "note": note, "votes": votes, "sentence": sentence, "verdict": verdict, "tone": tone}


def _pass_sentences(say: Say, one: Told, candidate: str) -> Iterator[str]:
    lines = [rule for rule in one.contest["rules"] if rule["rule"] == "pass"]
    rows = [row for row in one.judged["judgements"] if row["rule"] == "pass" and row["candidate"] == candidate]
    for rule, row in zip(lines, rows, strict=True):  # rows come in the order of the rules
        if row["working"]:  # else it tells a class too small to be shown
            yield words.judgement(say, row, rule, one.contest["ballot"]["labels"][rule["mark"]])


def _lines(say: Say, one: Told) -> Iterator[str]:
    """The pass lines once, for a table that has no room for them in every row."""
    for rule in one.contest["rules"]:
        if rule["rule"] == "pass":
            base = None if rule["classes"] else one.judged["counts"]["total"][rule["of"]]
            label = one.contest["ballot"]["labels"][rule["mark"]]
            yield say("通过线：", "To pass: ") + label + say("票", " ") + words.line(say, rule, base)


def _verdict(say: Say, judged: Json, candidate: str, *, seats: bool, asked: bool) -> dict[str, str]:
    """Its words and their tone; asked: whether any line was to be passed."""
    passed = candidate in judged["passed"]
    if not seats:
        word = (say("通过", "passed") if passed else say("未通过", "not passed")) if asked else ""
    elif candidate in judged["elected"]:
        word = say("通过", "elected")
    else:
        word = say("达到通过线", "reached the line") if passed else say("未通过", "not passed")
    good = candidate in judged["elected"] if seats else passed
    return {"verdict": word, "tone": "good" if good and word else ""}


def _values(say: Say, one: Told) -> list[str]:
    """称职以上率 95.00%, as the rules display it."""
    found = []
    for rule in one.contest["rules"]:
        value = one.judged["values"].get(rule["id"]) if rule["rule"] in ("rate", "mean", "bands") else None
        if value is None or value["exact"] is None:
            continue
        found.append(f"{value_name(say, one.contest, rule)} {value['display']}")
    return found


def _title(one: Told) -> str:
    if one.contest["title"] in ("", one.item["title"]):
        return str(one.item["title"])
    return f"{one.item['title']} · {one.contest['title']}"


def _about(one: Told) -> str:
    subject = one.contest["subject"]
    return str(subject["name"] if subject is not None else one.contest["title"])


def _unit(one: Told) -> str:
    subject = one.contest["subject"]
    return "" if subject is None else "".join(subject[name] or "" for name in ("unit", "title"))


def _same_counts(group: Iterable[Told]) -> bool:
    return len({tuple(one.judged["counts"]["total"].items()) for one in group}) == 1


def _counts(say: Say, judged: Json) -> list[list[str]]:
    total = judged["counts"]["total"]
    names = (
        ("expected", "应到", "expected"),
        ("present", "实到", "present"),
        ("issued", "发出票", "issued"),
        ("returned", "收回票", "returned"),
        ("valid", "有效票", "valid"),
        ("invalid", "无效票", "invalid"),
        ("abstain", "弃权", "abstained"),
        ("unknown", "不了解", "unknown"),
    )
    return [[say(zh, en), str(total[name])] for name, zh, en in names if name != "unknown" or total[name]]
