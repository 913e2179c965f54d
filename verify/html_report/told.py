"""What a contest came to, in one line each: for the first page, the contest itself and the last sheet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from verify.html_report.element import Html, element, join
from verify.prose import Prose
from verify.report_outcomes import COUNTS, MARKS, NEXT, REASONS, STATES
from verify.verdict import Judged

Fields = Mapping[str, Any]
Found = tuple[Fields, Fields, Fields]  # item, contest, what was found of it


def judged_contests(judged: Judged) -> list[Found]:
    """(item, contest, what was found) of every contest that was recounted, in the order of the agenda."""
    return [
        (item, contest, judged.contests[contest["id"]])
        for item in judged.items
        for contest in item["contests"]
        if contest["id"] in judged.contests
    ]


def names_of(contest: Fields) -> dict[str, str]:
    """Candidate, option or grade → the name on the paper."""
    ballot = contest["ballot"]
    listed = ballot.get("candidates") or ballot.get("options") or ballot.get("grades") or []
    return {one["id"]: one["name"] for one in listed}


def counts_of(round_: Fields, names: Iterable[str], language: str) -> Html:
    total = round_["counts"]["total"]
    return pairs((COUNTS[name].in_(language), total[name]) for name in names)


def pairs(named: Iterable[tuple[str, int]]) -> Html:
    """Names with their figures: no line breaks between the two."""
    return join(*(join(element("span", f"{name} {figure}", class_="pair"), "  ") for name, figure in named))


def conclusion(contest: Fields, found: Fields, language: str) -> str:
    """One sentence: what this contest came to in the end."""
    if not found["rounds"]:
        return STATES["not-polled"].in_(language)
    names, last, final = names_of(contest), found["rounds"][-1], found["final"]
    rules = {rule["rule"] for rule in contest["rules"]}
    parts = [STATES[final["state"]].in_(language)]
    if final["elected"]:
        parts.append(_named("当选", "elected", final["elected"], names, language))
    elif "pass" in rules and last["passed"]:
        parts.append(_named("达到通过线", "passed", last["passed"], names, language))
    elif "pass" in rules:
        parts.append(REASONS["none"].in_(language))
    for rule in contest["rules"] if contest["ballot"]["kind"] in ("grade", "score") else ():
        value = last["values"].get(rule.get("id")) if rule["rule"] in ("rate", "mean", "bands") else None
        if value is not None and value["exact"] is not None:
            parts.append(f"{value_name(contest, rule, language)} {value['display']}")
    parts += [REASONS[one].in_(language) for one in last["reasons"] if one != "none"]
    parts += [f"{one['code']} {Prose('已触发', 'raised').in_(language)}" for one in last["flags"] if one["raised"]]
    if NEXT[last["next"]].in_(language):
        parts.append(NEXT[last["next"]].in_(language))
    return Prose("；", "; ").in_(language).join(parts)


def value_name(contest: Fields, rule: Fields, language: str) -> str:
    """What a rate, a mean or a band says, in words: rules have ids, people need more."""
    names = names_of(contest)
    if rule["rule"] == "mean":
        return Prose("平均分", "mean").in_(language)
    if rule["rule"] == "bands":
        others = {one["id"]: one for one in contest["rules"] if one["rule"] in ("rate", "mean", "bands")}
        of = value_name(contest, others[rule["value"]], language)
        return Prose(f"按“{of}”分档得分", f"points by band of “{of}”").in_(language)
    base = COUNTS[rule["of"]].in_(language) if rule["of"] in COUNTS else Prose("评分票", "scored").in_(language)
    if rule.get("candidate"):
        labels = contest["ballot"]["labels"]
        what = f"{names[rule['candidate']]} {'+'.join(labels[mark] for mark in rule['marks'])}"
    else:
        what = "+".join(names[one] for one in rule.get("grades") or rule["options"])
    return Prose(f"{what}，占{base}票", f"{what}, of {base}").in_(language)


def figures_of(contest: Fields, round_: Fields, language: str) -> list[tuple[str, str]]:
    """(who or what, figures) of one round, each on a line of its own where there are several candidates."""
    tally, names = round_["tally"], names_of(contest)
    if contest["ballot"]["kind"] == "comment":
        return []
    if contest["ballot"]["kind"] == "approval":
        labels = contest["ballot"]["labels"]
        return [(names[one], pairs((labels[mark], marks[mark]) for mark in MARKS)) for one, marks in tally.items()]
    pieces = [f"{names.get(one, one)}: {times}" for one, times in tally.items() if one != "write_in"]
    pieces += [f"{name}: {times}" for name, times in tally.get("write_in", {}).items()]
    rules = {rule["id"]: rule for rule in contest["rules"] if rule["rule"] in ("rate", "mean", "bands")}
    values = [
        (value_name(contest, rules[rule_id], language), value["display"] or "—")
        for rule_id, value in round_["values"].items()
    ]
    return [(Prose("票数", "tally").in_(language), "  ".join(pieces)), *values]


def proposals_of_all(found: Sequence[Found], scores: Fields, defined: Fields) -> list[tuple[str, Fields]]:
    """(where it comes from, proposal) of the last round of each contest, then of the scores."""
    listed = [
        (str(contest["title"]), proposal)
        for _item, contest, one in found
        for round_ in one["rounds"][-1:]
        for proposal in round_["proposals"]
    ]
    return listed + [
        (str(defined[score_id]["title"]), proposal)
        for score_id, score in scores.items()
        for proposal in score.get("proposals", [])
    ]


def _named(zh: str, en: str, ids: Sequence[str], names: Mapping[str, str], language: str) -> str:
    listed = Prose("、", ", ").in_(language).join(names.get(one, one) for one in ids)
    return f"{Prose(zh, en).in_(language)}{Prose('：', ': ').in_(language)}{listed}"
