"""Contests and rounds in normal form for the tests of the rules, with plain defaults."""

import json
from collections.abc import Mapping
from typing import Any

from verify.rules import ClassFigures, judge_round
from verify.rules.judging.quorum import Quorum

LABELS = {"approve": "同意", "oppose": "不同意", "abstain": "弃权"}


def approval_ballot(candidates: str, max_approve: int = 1) -> dict[str, Any]:
    return {
        "kind": "approval",
        "candidates": [{"id": name, "name": name.upper(), "note": None} for name in candidates],
        "max_approve": max_approve,
        "labels": LABELS,
    }


def pass_rule(line: str = "1/2", *, how: str = "over", of: str = "expected", **fields: Any) -> dict[str, Any]:
    return {"rule": "pass", "id": None, "cite": None, "classes": None, "mark": "approve", how: line, "of": of, **fields}


def seats_rule(seats: int = 1, max_rounds: int = 2, on_failure: str = "committee") -> dict[str, Any]:
    return {
        "rule": "seats",
        "id": None,
        "cite": None,
        "seats": seats,
        "max_rounds": max_rounds,
        "on_failure": on_failure,
    }


def bar_rule(**fields: Any) -> dict[str, Any]:
    plain = {"rule": "bar", "id": None, "cite": None, "failures": 2, "months": 12, "count_loss": True, "reset": True}
    return {**plain, **fields}


def quorum_rule(line: str = "2/3", *, how: str = "at_least") -> dict[str, Any]:
    return {"rule": "quorum", "id": None, "cite": None, how: line, "of": "expected"}


def contest(
    candidates: str = "ab", *, rules: list[dict[str, Any]] | None = None, max_approve: int = 1, voters: str = "A"
) -> dict[str, Any]:
    return {
        "id": "post",
        "title": "局长",
        "post": "director",
        "posts": 1,
        "guard": None,
        "subject": None,
        "voters": list(voters),
        "ballot": approval_ballot(candidates, max_approve),
        "rules": [pass_rule(), seats_rule()] if rules is None else rules,
    }


def sealed(**marks: str) -> bytes:
    """A choice as the client writes it: sealed(a="approve")."""
    return json.dumps({"marks": marks}, sort_keys=True, separators=(",", ":")).encode()


def approving(votes: Mapping[str, int]) -> dict[bytes | None, int]:
    """Ballots that each approve one candidate, as often as given."""
    return {sealed(**{candidate: "approve"}): times for candidate, times in votes.items() if times}


def judge(
    of: dict[str, Any],
    ballots: Mapping[Any, Any],
    *,
    expected: int | None = None,
    present: int | None = None,
    observers: str = "",
    quorum: Quorum | None = None,
    at_opening: Mapping[str, int] | None = None,
    min_class: int = 5,
    earlier: list[dict[str, Any]] | None = None,
    post_rounds: list[dict[str, Any]] | None = None,
    meeting: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Judge a round where everybody expected came and voted, unless told otherwise.

    `ballots` is class → plaintext → times, or of a single class plaintext → times.
    """
    by_class: dict[str, dict[bytes | None, int]]
    if ballots and all(isinstance(key, str) for key in ballots):
        by_class = {voter_class: dict(papers) for voter_class, papers in ballots.items()}
    else:
        by_class = {of["voters"][0]: dict(ballots)}
    figures = {}
    for voter_class in of["voters"]:
        returned = sum(by_class.get(voter_class, {}).values())
        figures[voter_class] = ClassFigures(
            expected=returned if expected is None else expected,
            present=returned if present is None else present,
            issued=returned,
            returned=returned,
            observer=voter_class in observers,
        )
    return judge_round(
        contest=of,
        round_number=len(earlier or []) + 1,
        poll=f"p{len(earlier or []) + 1}",
        figures=figures,
        choices=by_class,
        quorum=quorum,
        present_at_opening=at_opening or {},
        min_class=min_class,
        earlier=earlier or [],
        post_rounds=post_rounds,
        meeting=meeting,
    )


GRADES = ("good", "fair", "plain", "poor")
POINTS = {"good": "100", "fair": "80", "plain": "60", "poor": "40"}


def grading(*rules: dict[str, Any], voters: str = "A", unknown: bool = True) -> dict[str, Any]:
    ballot = {"kind": "grade", "grades": [{"id": one, "name": one} for one in GRADES], "unknown": unknown}
    return {**contest(rules=list(rules), voters=voters), "ballot": ballot, "post": None}


def rate(*grades: str, **fields: Any) -> dict[str, Any]:
    plain = {"rule": "rate", "id": "well", "cite": None, "classes": None, "of": "valid", "weights": None}
    return {**plain, **({"grades": list(grades)} if grades else {}), **fields}


def mean(**fields: Any) -> dict[str, Any]:
    plain = {"rule": "mean", "id": "avg", "cite": None, "classes": None, "of": "scored", "weights": None}
    return {**plain, "points": POINTS, **fields}


def bands(*pairs: tuple[str, str], **fields: Any) -> dict[str, Any]:
    listed = [{"at_least": line, "points": points} for line, points in pairs]
    plain = {"rule": "bands", "id": "points", "cite": None, "value": "well", "bands": listed, "otherwise": "0"}
    return {**plain, **fields}


def flag(**fields: Any) -> dict[str, Any]:
    return {"rule": "flag", "id": None, "cite": None, "code": "talk", "value": "avg", "consequences": [], **fields}


def rank(by: str = "picks", **fields: Any) -> dict[str, Any]:
    return {"rule": "rank", "id": "order", "cite": None, "classes": None, "by": by, **fields}


def graded(**times: int) -> dict[bytes | None, int]:
    """Ballots by what they say: a grade, `unknown` or `blank`; `invalid` did not open."""
    said = {"unknown": b'{"unknown":true}', "blank": b"{}", "invalid": None}
    return {said.get(name, f'{{"grade":"{name}"}}'.encode()): number for name, number in times.items() if number}


def score(score_id: str = "s", **fields: Any) -> dict[str, Any]:
    plain = {"id": score_id, "title": "得分", "clamp": None, "display": "number", "bands": None, "otherwise": None}
    return {**plain, "flags": [], **fields}


def term(times: str = "1", **what: str) -> dict[str, str]:
    return {**what, "times": times}


def scoring(*scores: dict[str, Any], inputs: tuple[str, ...] = ()) -> dict[str, Any]:
    listed = [{"id": one, "title": one, "min": "0", "max": "15"} for one in inputs]
    return {"date": "2026-12-18", "calendar": None, "scores": list(scores), "inputs": listed}
