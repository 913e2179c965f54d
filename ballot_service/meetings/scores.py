"""Inputs and scores (综合得分): their normal form, and what must hold between them and the contests of a meeting.

Format: docs/formats/meeting-file.md §4. A score may name any contest, input and score of the meeting, above or below
it, so references are checked once all items were read. Computing scores is the verifier's (`verify.rules`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ballot_service.meetings import number_sizes
from ballot_service.meetings.contest_rules import FLAG_FIELDS, band_list, with_comparisons
from ballot_service.meetings.field_readers import (
    LEFT_OUT,
    WRONG,
    Field,
    Place,
    Reader,
    exact_number,
    identifier,
    list_of,
    one_of,
    or_null,
    record,
    record_with_one_of,
    text,
    unique_list_of,
)
from ballot_service.meetings.problems import Findings, Path, describe, did_you_mean
from ballot_service.meetings.rules_together import VALUES

MAX_TITLE_CHARS = 200
MAX_CHAIN = 50  # scores that wait for one another; keeps every reader's recursion short
MAX_LISTED = 20  # names in a message
POOLED = ("rate", "mean")
TERMS = ("value", "input", "score", "const")

_VALUE = re.compile(r"([a-z0-9-]{1,64})\.([a-z0-9-]{1,64})")

Json = dict[str, Any]


# --- reading


def input_definition(new_id: Reader) -> Reader:
    """A figure that somebody attests during the meeting, with the range it must lie in."""

    def read(place: Place) -> Any:
        values = record(
            place,
            {
                "id": Field(new_id),
                "title": Field(text(MAX_TITLE_CHARS)),
                "min": Field(or_null(exact_number()), None),
                "max": Field(or_null(exact_number()), None),
            },
        )
        if values is not WRONG and values.get("min") is not None and values.get("max") is not None:
            low, high = Fraction(values["min"]), Fraction(values["max"])
            if low > high:
                place.wrong_at(("max",), str(high), f"at least min, {low}")
        return values

    return read


def score(new_id: Reader) -> Reader:
    """A sum of terms or a pool of rates. Without a title it is called by its id."""

    def read(place: Place) -> Any:
        values = record_with_one_of(
            place,
            ("sum", "pool"),
            {
                "id": Field(new_id),
                "title": Field(text(MAX_TITLE_CHARS), None),
                "sum": Field(list_of(_term, min_length=1), LEFT_OUT),
                "pool": Field(unique_list_of(_value_name, min_length=1), LEFT_OUT),
                "clamp": Field(or_null(_clamp), None),
                "display": Field(one_of("number", "percent"), "number"),
                "bands": Field(or_null(band_list), None),
                "otherwise": Field(or_null(exact_number()), None),
                "flags": Field(list_of(_flag), []),
            },
            "sum: [{value: review.points}]",
        )
        if values is WRONG:
            return WRONG
        if "title" in values and values["title"] is None:
            values["title"] = values.get("id")
        has_bands = place.value.get("bands") is not None
        if has_bands != (place.value.get("otherwise") is not None):
            given, other = ("bands", "otherwise") if has_bands else ("otherwise", "bands")
            place.wrong_at((other,), "nothing", f"{other} beside {given}: the points below the last band are otherwise")
        return values

    return read


def _term(place: Place) -> Any:
    return record_with_one_of(
        place,
        TERMS,
        {
            "value": Field(_value_name, LEFT_OUT),
            "input": Field(identifier, LEFT_OUT),
            "score": Field(identifier, LEFT_OUT),
            "const": Field(exact_number(), LEFT_OUT),
            "times": Field(exact_number(), "1"),
        },
        "value: review.points",
    )


def _value_name(place: Place) -> Any:
    if isinstance(place.value, str) and _VALUE.fullmatch(place.value):
        return place.value
    return place.wrong("CONTEST.RULE-ID, as review.points")


def _clamp(place: Place) -> Any:
    values = list_of(exact_number())(place)
    if values is WRONG:
        return WRONG
    if len(values) != 2:
        return place.wrong('the lowest and the highest figure, as ["0", "100"]')
    if Fraction(values[0]) > Fraction(values[1]):
        return place.wrong("the lowest figure first", f"{values[0]} before {values[1]}")
    return values


def _flag(place: Place) -> Any:
    return with_comparisons(place, FLAG_FIELDS)


# --- what must hold between them


@dataclass
class Known:
    """What scores may name. None where something could not be read: then nothing is said about such references."""

    rules: dict[str, Json | None] | None  # "contest.rule-id" → the rule; "contest" → None when its rules are not known
    inputs: dict[str, Json] | None
    scores: dict[str, Json] | None

    @classmethod
    def of(cls, places: Iterable[Mapping[str, Any]]) -> "Known":
        """All that a meeting and its items define; items are the places that have contests."""
        places = list(places)
        contests = [_listed(place, "contests") for place in places if "agenda" not in place]  # else the meeting itself
        return cls(
            rules=_rules_of(contests),
            inputs=_by_id([_listed(place, "inputs") for place in places]),
            scores=_by_id([_listed(place, "scores") for place in places]),
        )


def _listed(place: Mapping[str, Any], what: str) -> list[Json] | None:
    return place.get(what)


def _by_id(lists: list[list[Json] | None]) -> dict[str, Json] | None:
    found: dict[str, Json] = {}
    for one in lists:
        if one is None or any("id" not in each for each in one):
            return None
        found |= {each["id"]: each for each in one}
    return found


def _rules_of(lists: list[list[Json] | None]) -> dict[str, Json | None] | None:
    contests = _by_id(lists)
    if contests is None:
        return None
    found: dict[str, Json | None] = {}
    for contest_id, contest in contests.items():
        rules = contest.get("rules")
        if rules is None or any("id" not in rule for rule in rules):
            found[contest_id] = None
            continue
        found |= {f"{contest_id}.{rule['id']}": rule for rule in rules if rule.get("rule") in VALUES}
    return found


def check_scores_together(findings: Findings, scores: Iterable[tuple[Path, Json]], known: Known) -> None:
    """Report references to nothing, pools of what cannot be pooled, and cycles, each where it is written.

    scores: those to check, with their places. `known` has them too.
    """
    checked = dict(scores)
    for path, each in checked.items():
        for position, name in enumerate(each.get("pool", [])):
            _check_value(findings, (*path, "pool", position), name, known, pooled=True)
        for position, term in enumerate(each.get("sum", [])):
            if "value" in term:
                _check_value(findings, (*path, "sum", position, "value"), term["value"], known, pooled=False)
            for kind, defined in (("input", known.inputs), ("score", known.scores)):
                if kind in term and defined is not None and term[kind] not in defined:
                    _report_unknown(findings, (*path, "sum", position, kind), term[kind], f"{kind}s", defined)
    if known.scores is not None:
        _check_chains(findings, checked, known.scores)
    if not findings.problems:  # every name is one of something, and no chain is endless
        _check_sizes(findings, checked, known)


def _check_value(findings: Findings, path: Path, name: str, known: Known, *, pooled: bool) -> None:
    if known.rules is None or known.rules.get(name.partition(".")[0], WRONG) is None:
        return
    rule = known.rules.get(name)
    if rule is None:
        _report_unknown(findings, path, name, "rates, means and bands", known.rules)
    elif pooled and rule["rule"] not in POOLED:
        findings.add(path, f"{describe(name)}, a {rule['rule']} rule", "a rate or a mean: only fractions can be pooled")
    elif pooled and (rule.get("classes") is not None or rule.get("weights") is not None):
        has = "classes" if rule.get("classes") is not None else "weights"
        findings.add(path, f"{describe(name)}, which has {has}", "a rate or a mean over all voters, without weights")


def _report_unknown(findings: Findings, path: Path, name: str, what: str, known: Mapping[str, Any]) -> None:
    names = [each for each, value in known.items() if value is not None]
    listed = f": {', '.join(names[:MAX_LISTED])}" if names else ": there is none"
    findings.add(path, describe(name), f"one of the {what} of the meeting{listed}{did_you_mean(name, names)}")


def _check_chains(findings: Findings, checked: Mapping[Path, Json], known: Mapping[str, Json]) -> None:
    """Report a cycle once, at the term that closes it, and chains that are longer than anybody means."""
    path_of = {each["id"]: path for path, each in checked.items()}
    depth: dict[str, int] = {}  # of scores that are done
    for start in path_of:
        trail: list[tuple[str, Iterator[tuple[int, str]]]] = []  # those that wait, and what is left of their terms
        waiting: dict[str, None] = {}
        if start not in depth:
            trail.append((start, _named_by(known[start])))
            waiting[start] = None
        while trail:
            if findings.full:
                return
            name, terms = trail[-1]
            for position, other in terms:
                if other in waiting and name in path_of:
                    cycle = [*list(waiting)[list(waiting).index(other) :], other]
                    found = f"{describe(other)}, which depends on this score ({' → '.join(cycle[:MAX_LISTED])})"
                    findings.add((*path_of[name], "sum", position, "score"), found, "scores without a cycle")
                elif other in known and other not in depth and other not in waiting:
                    trail.append((other, _named_by(known[other])))
                    waiting[other] = None
                    break
            else:
                trail.pop()
                del waiting[name]
                depth[name] = 1 + max((depth.get(other, 0) for _, other in _named_by(known[name])), default=0)
                if depth[name] == MAX_CHAIN + 1 and name in path_of:
                    expected = f"at most {MAX_CHAIN} scores that build on one another"
                    findings.add(path_of[name], f"a chain of {depth[name]}", expected)


def _check_sizes(findings: Findings, checked: Mapping[Path, Json], known: Known) -> None:
    """Report scores that may come to more digits than a verifier takes, each but for what it builds on."""
    sizes: dict[str, number_sizes.Size] = {}
    too_long: set[str] = set()
    for path, each in checked.items():
        size = _size(each["id"], known, sizes, too_long)
        if each["id"] in too_long:
            expected = (
                f"at most {number_sizes.MAX_DIGITS}: fewer terms, or numbers with shorter denominators, as decimals are"
            )
            findings.add(path, f"a figure that may come to {size.digits} digits", expected)


def _size(score_id: str, known: Known, sizes: dict[str, number_sizes.Size], too_long: set[str]) -> number_sizes.Size:
    """How long a score may become. Chains are short, so it may call itself."""
    if score_id in sizes:
        return sizes[score_id]
    each = (known.scores or {})[score_id]
    rules = known.rules or {}
    if "pool" in each:
        size = number_sizes.of_pool(rules.get(name) or {} for name in each["pool"])
    else:
        terms = []
        for term in each["sum"]:
            if "value" in term:
                one = number_sizes.of_value(rules.get(term["value"]) or {})
            elif "score" in term:
                one = _size(term["score"], known, sizes, too_long)
            else:
                one = number_sizes.of_number(term["const"]) if "const" in term else number_sizes.ANY_NUMBER
            terms.append(number_sizes.of_product(one, number_sizes.of_number(term["times"])))
        size = number_sizes.of_sum(terms)
    size = number_sizes.of_clamped(size, each["clamp"])
    if size.is_too_long:
        too_long.add(score_id)
        sizes[score_id] = number_sizes.ANY_NUMBER  # said once, where it is written
    else:
        sizes[score_id] = size
    return size


def _named_by(each: Json) -> Iterator[tuple[int, str]]:
    """The scores that a score names, with the positions of their terms."""
    return ((position, term["score"]) for position, term in enumerate(each.get("sum", [])) if "score" in term)
