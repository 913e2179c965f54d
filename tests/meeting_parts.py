"""Parts of a meeting in normal form, for tests: ballots of every kind, rules, inputs and scores."""

from collections.abc import Mapping, Sequence
from typing import Any

Part = dict[str, Any]

GRADES = ("good", "fair", "plain", "poor")


def grade_ballot(*grades: str, unknown: bool = True) -> Part:
    listed = [{"id": one, "name": f"Grade {one}"} for one in grades or GRADES]
    return {"kind": "grade", "grades": listed, "unknown": unknown}


def score_ballot(low: str = "0", high: str = "100", step: str = "1/2", *, unknown: bool = True) -> Part:
    return {"kind": "score", "min": low, "max": high, "step": step, "unknown": unknown}


def pick_ballot(*options: str, most: int = 2, write_in: int = 1) -> Part:
    listed = [{"id": one, "name": f"Option {one}", "note": None} for one in options]
    return {"kind": "pick", "options": listed, "max": most, "write_in": write_in}


def comment_ballot(max_chars: int = 100) -> Part:
    return {"kind": "comment", "max_chars": max_chars}


def question(contest_id: str, ballot: Part, rules: Sequence[Part] = (), voters: Sequence[str] = ("A",)) -> Part:
    """A contest about no post."""
    return {
        "id": contest_id,
        "title": f"Question {contest_id}",
        "post": None,
        "posts": 1,
        "guard": None,
        "subject": None,
        "voters": list(voters),
        "ballot": ballot,
        "rules": list(rules),
    }


def bar_rule(failures: int = 2, months: "int | str" = 12, *, count_loss: bool = True, reset: bool = True) -> Part:
    return {
        "rule": "bar",
        "id": None,
        "cite": None,
        "failures": failures,
        "months": months,
        "count_loss": count_loss,
        "reset": reset,
    }


def _value(rule: str, rule_id: str, of: str, weights: Mapping[str, str] | None) -> Part:
    return {
        "rule": rule,
        "id": rule_id,
        "cite": None,
        "classes": None,
        "of": of,
        "weights": None if weights is None else dict(weights),
    }


def rate_rule(rule_id: str, *, of: str = "valid", weights: Mapping[str, str] | None = None, **counted: Any) -> Part:
    """`counted`: grades, options, or candidate and marks."""
    return {**_value("rate", rule_id, of, weights), **counted}


def mean_rule(
    rule_id: str,
    points: Mapping[str, str] | None = None,
    *,
    of: str = "scored",
    weights: Mapping[str, str] | None = None,
) -> Part:
    return {**_value("mean", rule_id, of, weights), "points": None if points is None else dict(points)}


def bands_rule(rule_id: str, value: str, *bands: tuple[str, str], otherwise: str = "0") -> Part:
    return {"rule": "bands", "id": rule_id, "cite": None, "value": value, **_bands(bands, otherwise)}


def _bands(bands: Sequence[tuple[str, str]], otherwise: str) -> Part:
    return {"bands": [{"at_least": line, "points": points} for line, points in bands], "otherwise": otherwise}


def flag_rule(code: str, value: str, *consequences: Part, **comparisons: str) -> Part:
    return {"rule": "flag", "id": None, "cite": None, "value": value, **flag(code, *consequences, **comparisons)}


def flag(code: str, *consequences: Part, **comparisons: str) -> Part:
    """A flag as in a score."""
    return {"code": code, "consequences": list(consequences), **comparisons}


def consequence(text: str, confirm: str, **due: int) -> Part:
    return {"text": text, "confirm": confirm, "due": due or None}


def rank_rule(rule_id: str, by: str) -> Part:
    return {"rule": "rank", "id": rule_id, "cite": None, "classes": None, "by": by}


def input_(input_id: str, low: str | None = "0", high: str | None = "15") -> Part:
    return {"id": input_id, "title": f"Input {input_id}", "min": low, "max": high}


def score(
    score_id: str,
    *terms: Part,
    pool: Sequence[str] = (),
    clamp: Sequence[str] | None = None,
    display: str = "number",
    bands: Sequence[tuple[str, str]] = (),
    flags: Sequence[Part] = (),
) -> Part:
    """A sum of `terms`, such as {"input": "style"}, or a pool; `times` is 1 where it is not written."""
    what: Part = {"pool": list(pool)} if pool else {"sum": [{"times": "1", **term} for term in terms]}
    banded: Part = _bands(bands, "0") if bands else {"bands": None, "otherwise": None}
    return {
        "id": score_id,
        "title": f"Score {score_id}",
        "clamp": None if clamp is None else list(clamp),
        "display": display,
        "flags": list(flags),
        **what,
        **banded,
    }


def history_line(person: str, post: str, date: str, **known: Any) -> Part:
    unknown = dict.fromkeys(("meeting", "contest", "round", "nobody_passed"))
    return {"person": person, "post": post, "date": date, **unknown, **known}


def bar_line(person: str, post: str, since: str, until: str | None) -> Part:
    return {
        "person": person, "post": post, "from": since, "until": until, "reason": "voted down", "confirmed_by": "office"
    }  # fmt: skip
