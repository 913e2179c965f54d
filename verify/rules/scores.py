"""Scores (综合得分): sums and pools of what contests gave and of inputs that somebody attested, in exact arithmetic.

Text: docs/rules.md, "Scores". A score is computed from the last counted round of each contest it names. Whatever is
missing makes it null, and is listed as it was written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from verify.rules.errors import RulesError
from verify.rules.exact import check_digits, display_number, display_percent, format_exact, read_computed, read_exact
from verify.rules.judging.bands import points_for
from verify.rules.judging.flag import compare_all
from verify.rules.proposals import consequences

_DISPLAYS = {"number": display_number, "percent": display_percent}
_QUOTIENTS = ("rate", "mean")
_VALUES = (*_QUOTIENTS, "bands")

MAX_CHAIN = 100  # scores that wait for one another; no assessment comes near, and every one is a call in a call

Definition = Mapping[str, Any]


@dataclass
class _Sheet:
    """Everything a score may name, and what was worked out so far."""

    rules: Mapping[str, Definition]  # "contest.rule-id" → the rule
    definitions: Mapping[str, Definition]  # score id → its definition
    inputs: Mapping[str, Definition]  # input id → its definition
    last: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # contest id → its last round object
    given: Mapping[str, str] = field(default_factory=dict)  # input id → its value
    done: dict[str, dict[str, Any]] = field(default_factory=dict)
    waited: dict[str, int] = field(default_factory=dict)  # score id → length of the longest chain that ends with it

    def value(self, name: str) -> Fraction | None:
        contest_id, rule_id = name.split(".")
        judged = self.last.get(contest_id)
        exact = None if judged is None else judged["values"][rule_id]["exact"]
        return None if exact is None else read_computed(exact)

    def base(self, name: str) -> int:
        """The base of a rate or mean, of all voters of its contest."""
        contest_id, _ = name.split(".")
        return int(self.last[contest_id]["counts"]["total"][self.rules[name]["of"]])


def check_scores(meeting: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> None:
    """Refuse scores that could not be computed when the meeting ends; asked before publishing and admitting.

    items: those of the agenda and those admitted so far.

    Raises: RulesError for a reference to nothing, a cycle, a pool of weighted or partial values, an id used twice.
    """
    judge_scores(meeting, items, {}, {})


def judge_scores(
    meeting: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    rounds: Mapping[str, Sequence[Mapping[str, Any]]],
    inputs: Mapping[str, str],
) -> dict[str, dict[str, Any]]:
    """Compute every score, those of the meeting first, then those of the items in order.

    rounds: contest id → its counted round objects, as in `result`. inputs: input id → the value given last.
    An object of the answer is described in docs/formats/verdict.md, "scores".

    Raises: RulesError as `check_scores`.
    """
    sheet = _Sheet(
        rules=_by_id(_rules_of(items), "a rule"),
        definitions=_by_id(((one["id"], one) for one in _listed(meeting, items, "scores")), "a score"),
        inputs=_by_id(((one["id"], one) for one in _listed(meeting, items, "inputs")), "an input"),
        last={contest: judged[-1] for contest, judged in rounds.items() if judged},
        given=inputs,
    )
    for score_id in sheet.definitions:
        _settle(score_id, sheet, (), meeting)
    return {score_id: sheet.done[score_id] for score_id in sheet.definitions}


def input_fits(definition: Mapping[str, Any], value: str) -> bool:
    """Whether an attested value lies in the range of its input, both ends included."""
    number = read_exact(value)
    low, high = definition["min"], definition["max"]
    return (low is None or read_exact(low) <= number) and (high is None or number <= read_exact(high))


def _listed(meeting: Mapping[str, Any], items: Sequence[Mapping[str, Any]], what: str) -> Iterator[Definition]:
    for place in (meeting, *items):
        yield from place[what]


def _rules_of(items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Definition]]:
    for item in items:
        for contest in item["contests"]:
            for rule in contest["rules"]:
                if rule["rule"] in _VALUES:
                    yield f"{contest['id']}.{rule['id']}", rule


def _by_id(pairs: Iterator[tuple[str, Definition]], what: str) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for name, definition in pairs:
        if name in found:
            raise RulesError(f"{what} has the id of another one")
        found[name] = definition
    return found


def _settle(score_id: str, sheet: _Sheet, waiting: tuple[str, ...], meeting: Mapping[str, Any]) -> Fraction | None:
    """Work out a score and those it names. `waiting` are the scores that wait for this one."""
    if score_id in waiting:
        raise RulesError(f"the score {score_id} depends on itself")
    if len(waiting) >= MAX_CHAIN or len(waiting) + sheet.waited.get(score_id, 0) > MAX_CHAIN:
        raise RulesError(f"scores wait for one another, more than {MAX_CHAIN} in a row")
    if score_id not in sheet.done:
        definition = sheet.definitions[score_id]
        missing: list[str] = []
        if "pool" in definition:
            number = _pool(definition["pool"], sheet, missing)
        else:
            number = Fraction(0)
            for term in definition["sum"]:
                number = check_digits(number + _term(term, sheet, (*waiting, score_id), meeting, missing))
        named = [sheet.waited[term["score"]] for term in definition.get("sum", []) if "score" in term]
        sheet.waited[score_id] = 1 + max(named, default=0)
        sheet.done[score_id] = _score(definition, None if missing else number, missing, meeting)
    exact = sheet.done[score_id]["exact"]
    return None if exact is None else read_computed(exact)


def _term(
    term: Mapping[str, Any], sheet: _Sheet, waiting: tuple[str, ...], meeting: Mapping[str, Any], missing: list[str]
) -> Fraction:
    """One term of a sum, 0 when it is missing."""
    number: Fraction | None
    if "const" in term:
        name, number = term["const"], read_exact(term["const"])
    elif "value" in term:
        name = term["value"]
        _find(sheet.rules, name, "a value")
        number = sheet.value(name)
    elif "input" in term:
        name = term["input"]
        _find(sheet.inputs, name, "an input")
        number = read_exact(sheet.given[name]) if name in sheet.given else None
    else:
        name = term["score"]
        _find(sheet.definitions, name, "a score")
        number = _settle(name, sheet, waiting, meeting)
    times = read_exact(term["times"])
    if number is None:
        if name not in missing:
            missing.append(name)
        return Fraction(0)
    return times * number


def _pool(names: Sequence[str], sheet: _Sheet, missing: list[str]) -> Fraction:
    """Sum of numerators over sum of bases: as if the contests were one."""
    if not names:
        raise RulesError("a pool of nothing")
    total, bases = Fraction(0), 0
    for name in names:
        rule = _find(sheet.rules, name, "a value")
        if rule["rule"] not in _QUOTIENTS or rule["weights"] is not None or rule["classes"] is not None:
            raise RulesError("a pool is of rates or means over all voters, without weights")
        number = sheet.value(name)
        if number is None:
            if name not in missing:
                missing.append(name)
            continue
        total = check_digits(total + number * sheet.base(name))
        bases += sheet.base(name)
    return total / bases if bases else Fraction(0)


def _find(known: Mapping[str, Definition], name: str, what: str) -> Definition:
    if name not in known:
        raise RulesError(f"a score names {what} that the meeting does not have")
    return known[name]


def _score(
    definition: Definition, number: Fraction | None, missing: list[str], meeting: Mapping[str, Any]
) -> dict[str, Any]:
    capped = _clamped(number if number is not None else Fraction(0), definition["clamp"])
    bands = None
    if definition["bands"] is not None:
        points, _ = points_for(definition["bands"], definition["otherwise"], capped)
        known = number is not None
        bands = {
            "exact": format_exact(points) if known else None,
            "display": display_number(points) if known else None,
        }
    if definition["display"] not in _DISPLAYS:
        raise RulesError("a score is displayed as one of " + ", ".join(_DISPLAYS))
    score: dict[str, Any] = {
        "exact": None if number is None else format_exact(capped),
        "display": None if number is None else _DISPLAYS[definition["display"]](capped),
        "uncapped": None if number is None else format_exact(number),
        "missing": missing,
        "flags": [],
        "bands": bands,
    }
    if definition["flags"]:
        raised = [compare_all(flag, None if number is None else capped)[0] for flag in definition["flags"]]
        pairs = list(zip(definition["flags"], raised, strict=True))
        score["flags"] = [{"code": flag["code"], "raised": up} for flag, up in pairs]
        score["proposals"] = [one for flag, up in pairs for one in consequences(flag, meeting, raised=up)]
    return score


def _clamped(number: Fraction, clamp: Sequence[str] | None) -> Fraction:
    if clamp is None:
        return number
    low, high = map(read_exact, clamp)
    if low > high:
        raise RulesError("a clamp goes from low to high")
    return min(max(number, low), high)
