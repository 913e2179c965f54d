"""Counting alone, beside the cryptography: 100,000 opened ballots of ten contests, every kind and rule among them.

Plaintexts are as many as real voters write: an approval ballot of three has at most 27 spellings, a ballot of whole
scores a hundred, but every comment is a text of its own, and so is nearly every written name. Processor time, for
nothing here waits.
"""

from __future__ import annotations

import time
from random import Random
from typing import Any

from tests.bench.table import Row
from tests.recount.generate import text_of
from verify.rules import ClassFigures, judge_round, pad_plaintext

Json = dict[str, Any]
BALLOTS = 10_000  # of each contest
GOAL_SECONDS = 0.3
ROUNDS = 3
MEETING: Json = {"date": "2026-12-18", "locale": "zh-CN", "history": [], "calendar": None}
COMMON = {"cite": None, "classes": None}
FLAG: Json = {"rule": "flag", "id": None, "cite": None, "code": "talk", "consequences": []}


def measure() -> list[Row]:
    rng = Random(1)
    contests = [make(rng, f"c{place}") for place, make in enumerate(MAKERS)]
    boxes = [_box(rng, of) for of in contests]
    seconds = [min(_seconds(of, box) for _round in range(ROUNDS)) for of, box in zip(contests, boxes, strict=True)]
    whole, slowest = sum(seconds), max(range(len(contests)), key=seconds.__getitem__)
    distinct = sum(len(box) for boxes_of in boxes for box in boxes_of.values())
    return [
        Row(
            f"counting {BALLOTS * len(contests):,} ballots of {len(contests)} contests",
            f"{whole:.3f} s; {distinct:,} different texts",
            f"slowest: {contests[slowest]['ballot']['kind']}, {seconds[slowest]:.3f} s",
            f"{whole:.3f} s",
            f"≤ {GOAL_SECONDS} s",
            whole <= GOAL_SECONDS,
        )
    ]


def _seconds(of: Json, box: dict[str, dict[bytes | None, int]]) -> float:
    figures = {voters: _figures(sum(papers.values())) for voters, papers in box.items()}
    start = time.process_time()
    judge_round(
        contest=of,
        round_number=1,
        poll="p1",
        figures=figures,
        choices=box,
        quorum=None,
        present_at_opening={},
        min_class=5,
        earlier=[],
        meeting=MEETING,
    )
    return time.process_time() - start


def _figures(people: int) -> ClassFigures:
    return ClassFigures(expected=people, present=people, issued=people, returned=people)


def _box(rng: Random, of: Json) -> dict[str, dict[bytes | None, int]]:
    """Ten thousand ballots, one in a hundred blank and one in a hundred invalid, split over the classes."""
    box: dict[str, dict[bytes | None, int]] = {voters: {} for voters in of["voters"]}
    for _ballot in range(BALLOTS):
        spoken = text_of(SPEAK[of["ballot"]["kind"]](rng, of["ballot"]))
        text = rng.choices([spoken, b"{}", b'{"nothing":1}'], [98, 1, 1])[0]
        papers = box[rng.choice(of["voters"])]
        padded = pad_plaintext(of["ballot"], text)
        papers[padded] = papers.get(padded, 0) + 1
    return box


def _contest(name: str, ballot: Json, rules: list[Json], voters: str = "A") -> Json:
    plain = {"id": name, "title": name, "post": None, "posts": 1, "guard": None, "subject": None}
    return {**plain, "voters": list(voters), "ballot": ballot, "rules": rules}


def _people(number: int) -> list[Json]:
    return [{"id": f"person-{place}", "name": f"候选人{place}", "note": None} for place in range(number)]


def _vote(_rng: Random, name: str) -> Json:
    """差额票决: three names, one approval."""
    labels = {"approve": "同意", "oppose": "不同意", "abstain": "弃权"}
    ballot = {"kind": "approval", "candidates": _people(3), "max_approve": 1, "labels": labels}
    rules: list[Json] = [
        {"rule": "pass", "id": None, **COMMON, "mark": "approve", "over": "1/2", "of": "expected"},
        {"rule": "seats", "id": None, "cite": None, "seats": 1, "max_rounds": 2, "on_failure": "committee"},
        {"rule": "bar", "id": None, "cite": None, "failures": 2, "months": 12, "count_loss": True, "reset": True},
    ]
    return {**_contest(name, ballot, rules), "post": "director"}


def _election(_rng: Random, name: str) -> Json:
    """Twelve names for nine seats, in two classes."""
    vote = _vote(_rng, name)
    vote["voters"] = ["A", "B"]
    vote["ballot"] |= {"candidates": _people(12), "max_approve": 9}
    vote["rules"][1]["seats"] = 9
    return vote


def _grades(_rng: Random, name: str, voters: str = "A") -> Json:
    grades = [{"id": one, "name": one} for one in ("good", "fair", "plain", "poor")]
    points = dict(zip(("good", "fair", "plain", "poor"), ("100", "80", "60", "40"), strict=True))
    weights = dict.fromkeys(voters, "1/3") if len(voters) > 1 else None
    value = {**COMMON, "weights": weights}
    bands = [{"at_least": "19/20", "points": "20"}, {"at_least": "4/5", "points": "12"}]
    rules: list[Json] = [
        {"rule": "rate", "id": "well", **value, "of": "valid", "grades": ["good", "fair"]},
        {"rule": "mean", "id": "avg", **value, "of": "scored", "points": points},
        {"rule": "bands", "id": "points", "cite": None, "value": "well", "bands": bands, "otherwise": "0"},
        {**FLAG, "value": "avg", "at_most": "70"},
    ]
    return _contest(name, {"kind": "grade", "grades": grades, "unknown": True}, rules, voters)


def _weighted(rng: Random, name: str) -> Json:
    return _grades(rng, name, "ABC")


def _score(_rng: Random, name: str, step: str = "1") -> Json:
    ballot = {"kind": "score", "min": "0", "max": "100", "step": step, "unknown": True}
    mean = {"rule": "mean", "id": "avg", **COMMON, "weights": None, "of": "scored", "points": None}
    return _contest(name, ballot, [mean, {**FLAG, "value": "avg", "at_most": "70"}])


def _fine_score(rng: Random, name: str) -> Json:
    return _score(rng, name, "1/10")


def _checklist(_rng: Random, name: str) -> Json:
    """存在的主要问题: any of twelve."""
    rate = {"rule": "rate", "id": "any", **COMMON, "weights": None, "of": "valid", "options": ["person-0", "person-1"]}
    rank = {"rule": "rank", "id": "order", **COMMON, "by": "picks"}
    return _contest(name, {"kind": "pick", "options": _people(12), "max": 12, "write_in": 0}, [rate, rank])


def _nomination(_rng: Random, name: str) -> Json:
    """推荐提名 with one written name, nearly always another one."""
    rank = {"rule": "rank", "id": "order", **COMMON, "by": "picks"}
    return _contest(name, {"kind": "pick", "options": _people(6), "max": 2, "write_in": 1}, [rank])


def _comment(_rng: Random, name: str) -> Json:
    return _contest(name, {"kind": "comment", "max_chars": 200}, [])


MAKERS = (
    _vote,
    _election,
    _grades,
    _grades,
    _weighted,
    _score,
    _fine_score,
    _checklist,
    _nomination,
    _comment,
)


def _say_approval(rng: Random, ballot: Json) -> Json:
    names = [one["id"] for one in ballot["candidates"]]
    approved = set(rng.sample(names, ballot["max_approve"]))
    return {"marks": {name: "approve" if name in approved else rng.choice(("oppose", "abstain")) for name in names}}


def _say_pick(rng: Random, ballot: Json) -> Json:
    names = [one["id"] for one in ballot["options"]]
    written = [_words(rng, 3)] * (rng.random() < 0.5) if ballot["write_in"] else []
    picks = rng.sample(names, min(ballot["max"] - len(written), rng.randint(1, 3)))
    return {"picks": sorted(picks), "write_in": written}


def _say_grade(rng: Random, ballot: Json) -> Json:
    grades = [one["id"] for one in ballot["grades"]]
    said = rng.choices([*grades, None], [40, 30, 20, 5, 5])[0]
    return {"grade": said} if said else {"unknown": True}


def _say_score(rng: Random, ballot: Json) -> Json:
    tenths = rng.randint(500, 1000) if ballot["step"] == "1/10" else 10 * rng.randint(50, 100)
    return {"score": tenths // 10 if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"}


def _say_comment(rng: Random, _ballot: Json) -> Json:
    return {"text": _words(rng, rng.randint(5, 100))}


def _words(rng: Random, number: int) -> str:
    return "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(number))


SPEAK = {
    "approval": _say_approval,
    "pick": _say_pick,
    "grade": _say_grade,
    "score": _say_score,
    "comment": _say_comment,
}
