"""Meetings by the seed: every ballot kind and rule, and lines that figures hit exactly, just miss or just pass.

`meeting_of(seed)` draws a whole meeting, polls it round by round with the plain recount to know what comes next, and
gives everything a second counting needs. Lines are drawn twice over: some as regulations have them (1/2, 2/3, 95/100,
70), some fitted after the ballots are known, so that equality and its two neighbours come up all the time.
"""

import json
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests.recount import plain

Json = dict[str, Any]
PEOPLE = {
    "zhang-san": "张三",
    "li-si": "李四",
    "wang-wu": "王五",
    "zhao-liu": "赵六",
    "a": "甲",
    "007": "Zoë",
    "write-in": "乙",
}
CLASSES = ("A", "B", "C9")
POSTS = ("director", "deputy")
DAYS = ("2024-02-29", "2024-03-31", "2026-12-18", "2026-01-31", "2025-02-28", "2024-12-31")
LINES = ("1/2", "2/3", "1/3", "3/4", "4/5", "19/20", "17/20", "0", "1")
BASES = ("expected", "present", "issued", "returned", "valid", "scored")
LONG_WEIGHTS = ("1000003/999983", "999979/1000033", "999961/1000037")
GRADES = ("good", "fair", "plain", "poor")
LABELS = {"approve": "同意", "oppose": "不同意", "abstain": "弃权"}
WRITE_INS = (
    *PEOPLE.values(),
    "钱七",
    "😀",
    "x" * 20,
    "e\u0301",  # not NFC
    "x" * 21,
    "",
    "钱 七",
    "钱\u3000七",
    "钱\u200b七",
    "钱\u2028七",
    "钱\t七",
    "钱\u00a0七",
    "钱\u0378",
)
TEXTS = (
    "好",
    "很好",
    "x" * 10,
    "x" * 11,
    "😀" * 10,
    "😀" * 11,
    '说"是"\\',
    "[[[[[[",
    "1234567890",
    "12345678901234567890",
    " ",
    "一 二",
    "e\u0301",
    "é",
    "一\n二",
    "一\u2028二",
    "一\u200d二",
    "\x7f",
    "\u0338",
    "\u0378",  # no character so far
    "\U0001f9ff",
    "\U0002ebf0",  # a Han character of a year that this Python need not know
)
JUNK = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"1",
    b"true",
    b"\xff",
    b"\xef\xbb\xbf{}",
    b" {}",
    b"{}\n",
    b"{}{}",
    b'{"x":1}',
    b'{"marks":{},"picks":[]}',
    b'{"unknown":false}',
    b'{"unknown":true,"grade":"good"}',
    b'{"unknown":1}',
    b'{"grade":null}',
    b'{"score":70.0}',
    b'{"score":"70.0"}',
    b'{"score":"70"}',
    b'{"score":true}',
    b'{"score":-0}',
    b'{"score":7e1}',
    b'{"score":12345678901234567}',
    b'{"score":null}',
    b'{"marks":null}',
    b'{"picks":null}',
    b'{"picks":[1]}',
    b'{"picks":["\\u0061"]}',
    b'{"text":null}',
    b'{"text":"\\u597d"}',
    b'{"text":"\\ud800"}',
    b'{"grade": "good"}',
    b'{"marks":{"a":"approve","a":"oppose"}}',
    b"[" * 5000,
    b'{"x":' * 5000,
    b'{"text":NaN}',
)


@dataclass
class Poll:
    """One round as it was held: all that a count may look at, and what the plain recount made of it."""

    contest_id: str
    paper: Json
    number: int
    poll: str
    figures: dict[str, Json]
    ballots: plain.Boxes
    quorum: Json | None
    present_at_opening: dict[str, int]
    earlier: list[Json]
    post_rounds: list[Json]
    others_barred: list[str]
    found: Json = field(default_factory=dict)


@dataclass
class Case:
    """A meeting from its file to its scores."""

    meeting: Json
    items: list[Json]
    polls: list[Poll] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    scores: Json = field(default_factory=dict)

    def rounds_of(self, contest_id: str) -> list[Json]:
        return [poll.found for poll in self.polls if poll.contest_id == contest_id]


def meeting_of(seed: int) -> Case:
    rng = Random(seed)
    day = rng.choice(DAYS)
    voters = list(CLASSES[: rng.choice((1, 1, 2, 2, 3))])
    observer = rng.choice(voters) if len(voters) > 1 and rng.random() < 0.4 else None
    meeting: Json = {
        "date": day,
        "locale": "zh-CN",
        "min_class": rng.choice((0, 2, 5)),
        "quorum": draw_quorum(rng),
        "history": draw_history(rng, day),
        "bars": draw_bars(rng, day),
        "calendar": draw_calendar(rng, day),
        "inputs": [],
        "scores": [],
    }
    items: list[Json] = []
    for place in range(rng.choice((1, 1, 1, 2))):
        contests = [
            draw_contest(rng, f"c{place}{which}", meeting, some(rng, voters, observer))
            for which in range(rng.choice((1, 1, 2)))
        ]
        items.append({"id": f"i{place}", "quorum": draw_quorum(rng), "inputs": [], "scores": [], "contests": contests})
    case = Case(meeting, items)
    waiting = [(item, contest) for item in items for contest in item["contests"]]
    rng.shuffle(waiting)
    while waiting:
        item, contest = waiting.pop(0)
        if hold_poll(rng, case, item, contest, observer) and rng.random() < 0.8:
            waiting.insert(rng.randrange(len(waiting) + 1), (item, contest))
    draw_scores(rng, case)
    return case


def some(rng: Random, voters: list[str], observer: str | None) -> list[str]:
    """Classes of one contest, in any order; never observers alone."""
    chosen = rng.sample(voters, rng.randint(1, len(voters)))
    return chosen if chosen != [observer] else list(voters)


def draw_quorum(rng: Random) -> Json | None:
    if rng.random() < 0.6:
        return None
    return {rng.choice(("at_least", "over")): rng.choice(LINES), "of": "expected"}


# What was before this meeting


def draw_history(rng: Random, day: str) -> list[Json]:
    """Failures in pairs whose bars end just before, on or just after the next one or the meeting."""
    found: list[Json] = []
    for person in rng.sample(sorted(PEOPLE), rng.choice((0, 0, 1, 2, 4))):
        post = rng.choice(POSTS)
        day_of_vote = date.fromisoformat(day)
        for _failure in range(rng.choice((1, 2, 2, 3, 4))):
            found.append(
                {
                    "person": person,
                    "post": post,
                    "date": day_of_vote.isoformat(),
                    "meeting": None,
                    "contest": None,
                    "round": rng.choice((None, None, 1, 2)),
                    "nobody_passed": rng.choice((None, None, True, False)),
                }
            )
            months = rng.choice((0, 1, 6, 12, 12))
            earlier = [day_of_vote - timedelta(days=days) for days in range(450)]
            hits = [one for one in earlier if plain.months_later(one.isoformat(), months) == day_of_vote.isoformat()]
            day_of_vote = rng.choice(hits or earlier) + timedelta(days=rng.choice((-1, 0, 0, 1)))
            day_of_vote = min(day_of_vote, date.fromisoformat(day))
    rng.shuffle(found)
    return found


def draw_bars(rng: Random, day: str) -> list[Json]:
    if rng.random() < 0.7:
        return []
    today = date.fromisoformat(day)
    start = today + timedelta(days=rng.choice((-400, -1, 0, 1)))
    until = rng.choice((None, today + timedelta(days=rng.choice((-1, 0, 1)))))
    return [
        {
            "person": rng.choice(sorted(PEOPLE)),
            "post": rng.choice((*POSTS, "any")),
            "from": min(start, until or start).isoformat(),
            "until": until and until.isoformat(),
            "reason": "年度考核",
            "confirmed_by": "组织部",
        }
    ]


def draw_calendar(rng: Random, day: str) -> Json | None:
    if rng.random() < 0.3:
        return None
    today = date.fromisoformat(day)
    near = [(today + timedelta(days=days)).isoformat() for days in range(1, 25)]
    return {
        "until": rng.choice(near),
        "holidays": sorted(rng.sample(near, rng.choice((0, 3)))),
        "workdays": sorted(rng.sample(near, rng.choice((0, 2)))),
    }


# Contests


def draw_contest(rng: Random, name: str, meeting: Json, voters: list[str]) -> Json:
    kind = rng.choice(("approval", "approval", "approval", "pick", "grade", "grade", "score", "comment"))
    contest: Json = {
        "id": name,
        "title": "表决",
        "post": rng.choice((None, *POSTS)),
        "posts": 1,
        "guard": None,
        "subject": None,
        "voters": voters,
        "ballot": BALLOTS[kind](rng),
        "rules": [],
    }
    barred = plain.barred_when_published({**contest, "rules": [draw_bar(rng)]}, meeting)
    listed = "candidates" if kind == "approval" else "options"
    if listed in contest["ballot"] and rng.random() < 0.7:
        kept = [one for one in contest["ballot"][listed] if one["id"] not in barred]
        contest["ballot"][listed] = kept or contest["ballot"][listed]
    rules = RULES[kind](rng, contest)
    if rng.random() < 0.2:
        rules.insert(rng.randrange(len(rules) + 1), {"rule": "quorum", **(draw_quorum(rng) or {"over": "1/2"})})
    for place, rule in enumerate(rules):
        rule.setdefault("id", f"r{place}" if rule["rule"] == "rank" or rng.random() < 0.3 else None)
        rule.setdefault("cite", rng.choice((None, {"document": "F4", "clause": "三", "quote": "过半数"})))
        if rule["rule"] == "quorum":
            rule["of"] = "expected"
        if rule["rule"] in ("pass", "rate", "mean", "rank") and rule.get("weights") is None:
            rule.setdefault("classes", rng.sample(voters, rng.randint(1, len(voters))) if rng.random() < 0.2 else None)
        if rule["rule"] in ("rate", "mean"):
            rule.setdefault("classes", None)
            rule.setdefault("weights", None)
    contest["rules"] = rules
    return contest


def draw_people(rng: Random, most: int) -> list[Json]:
    chosen = rng.sample(sorted(PEOPLE), rng.randint(1, most))
    return [{"id": one, "name": PEOPLE[one], "note": None} for one in chosen]


def draw_approval_ballot(rng: Random) -> Json:
    people = draw_people(rng, rng.choice((2, 2, 5)))
    return {
        "kind": "approval",
        "candidates": people,
        "max_approve": rng.randint(1, len(people)),
        "labels": LABELS,
    }


def draw_pick_ballot(rng: Random) -> Json:
    most = rng.randint(1, 4)
    return {
        "kind": "pick",
        "options": draw_people(rng, 5),
        "max": most,
        "write_in": rng.choice((0, rng.randint(0, most))),
    }


def draw_grade_ballot(rng: Random) -> Json:
    chosen = GRADES[: rng.choice((1, 2, 3, 4, 4, 4))]
    return {
        "kind": "grade",
        "grades": [{"id": one, "name": one} for one in chosen],
        "unknown": rng.random() < 0.5,
    }


def draw_score_ballot(rng: Random) -> Json:
    low, high, step = rng.choice(
        (("0", "100", "1"), ("0", "100", "1/2"), ("-5", "5", "1/4"), ("1/2", "10", "3"), ("60", "100", "1/100"))
    )
    return {"kind": "score", "min": low, "max": high, "step": step, "unknown": rng.random() < 0.5}


def draw_comment_ballot(_rng: Random) -> Json:
    return {"kind": "comment", "max_chars": 10}


BALLOTS = {
    "approval": draw_approval_ballot,
    "pick": draw_pick_ballot,
    "grade": draw_grade_ballot,
    "score": draw_score_ballot,
    "comment": draw_comment_ballot,
}


def draw_weights(rng: Random, voters: list[str]) -> Json | None:
    if rng.random() < 0.7:
        return None
    if rng.random() < 0.1:
        return dict(zip(voters, LONG_WEIGHTS, strict=False))
    return {one: rng.choice(("40", "60", "1/3", "3/20", "1")) for one in voters}


def draw_pass(rng: Random) -> Json:
    mark = rng.choice(("approve", "approve", "approve", "oppose", "abstain"))
    return {"rule": "pass", "mark": mark, rng.choice(("over", "at_least")): rng.choice(LINES), "of": rng.choice(BASES)}


def draw_bar(rng: Random) -> Json:
    return {
        "rule": "bar",
        "failures": rng.choice((1, 2, 2, 3)),
        "months": rng.choice((1, 6, 12, 12, 96_000, "forever")),
        "count_loss": rng.random() < 0.7,
        "reset": rng.random() < 0.7,
    }


def approval_rules(rng: Random, contest: Json) -> list[Json]:
    people = [one["id"] for one in contest["ballot"]["candidates"]]
    rules = [draw_pass(rng) for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    if any(rule["mark"] == "approve" for rule in rules) and rng.random() < 0.9:
        rules.append(
            {
                "rule": "seats",
                "seats": rng.randint(1, len(people)),
                "max_rounds": rng.choice((1, 2, 2, 3, 3)),
                "on_failure": rng.choice(("committee", "committee", "committee", "revote", "revote", "end")),
            }
        )
    if rules and contest["post"] and rng.random() < 0.8:
        rules.append(draw_bar(rng))
    if rng.random() < 0.4:
        marks = rng.sample(plain.MARKS, rng.randint(1, 3))
        weights = draw_weights(rng, contest["voters"])
        rate = {"rule": "rate", "id": "rate", "candidate": rng.choice(people), "marks": marks, "of": draw_base(rng)}
        rules += [{**rate, "weights": weights}, *draw_followers(rng, "rate")]
    if rng.random() < 0.3:
        rules.append({"rule": "rank", "by": "approve"})
    if rng.random() < 0.3:
        shuffle_freely(rng, rules)
    return rules


def draw_base(rng: Random) -> str:
    return rng.choice(("valid", "valid", "scored", *BASES))


def shuffle_freely(rng: Random, rules: list[Json]) -> None:
    """Rules may stand in any order, but what depends on a value stands behind it."""
    if not any(rule["rule"] in ("bands", "flag") for rule in rules):
        rng.shuffle(rules)


def pick_rules(rng: Random, contest: Json) -> list[Json]:
    options = [one["id"] for one in contest["ballot"]["options"]]
    rules: list[Json] = []
    for name in ("one", "two")[: rng.choice((0, 1, 2))]:
        chosen = rng.sample(options, rng.randint(1, len(options)))
        weights = draw_weights(rng, contest["voters"])
        rules.append({"rule": "rate", "id": name, "options": chosen, "of": draw_base(rng), "weights": weights})
        rules += draw_followers(rng, name)
    if rng.random() < 0.7:
        rules.append({"rule": "rank", "by": "picks"})
    return rules


def grade_rules(rng: Random, contest: Json) -> list[Json]:
    grades = [one["id"] for one in contest["ballot"]["grades"]]
    rules: list[Json] = []
    for name in ("one", "two")[: rng.choice((1, 1, 2))]:
        weights = draw_weights(rng, contest["voters"])
        if rng.random() < 0.5:
            chosen = rng.sample(grades, rng.randint(1, len(grades)))
            rules.append({"rule": "rate", "id": name, "grades": chosen, "of": draw_base(rng), "weights": weights})
        else:
            points = dict(zip(grades, rng.choice((("100", "80", "60", "40"), ("95", "75", "1/3", "-2"))), strict=False))
            of = rng.choice(("scored", "scored", *BASES))
            rules.append({"rule": "mean", "id": name, "points": points, "of": of, "weights": weights})
        rules += draw_followers(rng, name)
    return rules


def score_rules(rng: Random, contest: Json) -> list[Json]:
    of = rng.choice(("scored", "scored", *BASES))
    weights = draw_weights(rng, contest["voters"])
    return [{"rule": "mean", "id": "one", "points": None, "of": of, "weights": weights}, *draw_followers(rng, "one")]


def comment_rules(_rng: Random, _contest: Json) -> list[Json]:
    return []


RULES = {
    "approval": approval_rules,
    "pick": pick_rules,
    "grade": grade_rules,
    "score": score_rules,
    "comment": comment_rules,
}


def draw_followers(rng: Random, name: str) -> list[Json]:
    """Bands and flags on the value of this id."""
    found: list[Json] = []
    judged = [name]
    if rng.random() < 0.6:
        found.append({"rule": "bands", "id": f"{name}-points", "value": name, **draw_bands(rng)})
        judged.append(f"{name}-points")
    for _flag in range(rng.choice((0, 1, 2))):
        found.append({"rule": "flag", "value": rng.choice(judged), **draw_flag(rng)})
    return found


def draw_bands(rng: Random) -> Json:
    lines = sorted(rng.sample(("19/20", "9/10", "17/20", "70", "80", "60", "1/2", "0", "-1"), rng.randint(1, 4)))
    lines.sort(key=Fraction, reverse=True)
    points = rng.choice((("20", "18", "15", "12"), ("0", "1/2", "1", "7/2")))
    return {
        "bands": [{"at_least": line, "points": one} for line, one in zip(lines, points, strict=False)],
        "otherwise": rng.choice(("0", "8", "-8")),
    }


def draw_flag(rng: Random) -> Json:
    words = rng.sample(("at_least", "over", "at_most", "under"), rng.choice((1, 1, 1, 2)))
    dues: list[Json | None] = [None, {"working_days": rng.randint(1, 9)}, {"days": rng.choice((1, 15, 40, 3_000_000))}]
    return {
        "code": rng.choice(("reminder-talk", "low", "exactly-half")),
        **{word: rng.choice(("70", "1/2", "2/3", "1/3", "0")) for word in words},
        "consequences": [
            {"text": "谈话", "confirm": "县纪委", "due": rng.choice(dues)} for _ in range(rng.choice((0, 1, 2)))
        ],
    }


# Polls


def hold_poll(rng: Random, case: Case, item: Json, contest: Json, observer: str | None) -> bool:
    """Hold the next round of this contest; True when another may follow."""
    earlier = case.rounds_of(contest["id"])
    post_rounds = [poll.found for poll in case.polls if plain.is_vote_for_post(poll.paper, contest["post"])]
    others = sorted({bar["person"] for one in post_rounds if one not in earlier for bar in one["barred"]})
    paper = contest
    if earlier:
        paper = plain.next_paper(contest, earlier, others)
        if not paper["ballot"]["candidates"]:
            return False
    ballots: plain.Boxes = {}
    figures: dict[str, Json] = {}
    at_opening = {}
    for voters in contest["voters"]:
        ballots[voters] = draw_ballots(rng, paper["ballot"])
        figures[voters] = draw_figures(rng, sum(times for _text, times in ballots[voters]), voters == observer)
        if rng.random() < 0.95:
            at_opening[voters] = figures[voters]["present"]
    own = plain.the_rule(contest, "quorum")
    quorum = own or item["quorum"] or case.meeting["quorum"]
    if quorum is not None:
        fit_attendance(rng, quorum, figures, at_opening)
    poll = Poll(
        contest["id"],
        paper,
        len(earlier) + 1,
        f"p{len(case.polls) + 1}",
        figures,
        ballots,
        quorum,
        at_opening,
        earlier,
        post_rounds,
        others,
    )
    if not earlier and rng.random() < 0.6:
        fit_lines(rng, poll, case.meeting)
    poll.found = recount(poll, case.meeting)
    case.polls.append(poll)
    return poll.found["next"] in ("committee-decides", "revote")


def recount(poll: Poll, meeting: Json) -> Json:
    return plain.recount(
        poll.paper,
        number=poll.number,
        poll=poll.poll,
        figures=poll.figures,
        ballots=poll.ballots,
        quorum=poll.quorum,
        present_at_opening=poll.present_at_opening,
        min_class=meeting["min_class"],
        earlier=poll.earlier,
        post_rounds=poll.post_rounds,
        meeting=meeting,
    )


def draw_figures(rng: Random, returned: int, observer: bool) -> Json:
    absent, silent = rng.choice((0, 0, 1, 2, 5)), rng.choice((0, 0, 0, 1, 3))
    issued = returned + silent
    present = max(0, issued + rng.choice((0, 0, 1, -1)))
    return {
        "expected": rng.choice((present + absent, present + absent, 0)),
        "present": present,
        "issued": issued,
        "returned": returned,
        "observer": observer,
    }


def fit_attendance(rng: Random, quorum: Json, figures: dict[str, Json], at_opening: dict[str, int]) -> None:
    """Let so many come that the quorum is just missed, exact or just passed."""
    members = [voters for voters, one in figures.items() if not one["observer"]]
    expected = sum(figures[voters]["expected"] for voters in members)
    wanted = int(Fraction(quorum.get("over") or quorum["at_least"]) * expected) + rng.choice((-1, 0, 0, 1))
    for voters in members:
        at_opening[voters] = 0
        if rng.random() < 0.3:  # no attendance was ever recorded for it
            del at_opening[voters]
    at_opening[rng.choice(members)] = max(0, wanted)


def fit_lines(rng: Random, poll: Poll, meeting: Json) -> None:
    """Move lines to where the figures are: the value itself, or next to it. The contest of the agenda is changed."""
    for rule in poll.paper["rules"]:
        if rng.random() < 0.3:
            continue
        if rule["rule"] == "pass":
            found = recount(poll, meeting)
            counts = found["counts"]["total"][rule["of"]]
            votes = rng.choice([marks[rule["mark"]] for marks in found["tally"].values()])
            if counts:
                line = Fraction(votes, counts) + rng.choice((0, 0, Fraction(1, counts), Fraction(-1, counts)))
                rule["over" if "over" in rule else "at_least"] = str(min(max(line, Fraction(0)), Fraction(1)))
        elif rule["rule"] in ("bands", "flag"):
            exact = recount(poll, meeting)["values"][rule["value"]]["exact"]
            if exact is not None:
                move_line(rng, rule, Fraction(exact))


def move_line(rng: Random, rule: Json, value: Fraction) -> None:
    line = value + rng.choice((0, 0, 0, Fraction(1, 1000), Fraction(-1, 1000), Fraction(1, 10**12), Fraction(-1, 7)))
    if len(str(line)) > 40:  # longer ones cannot be written in a meeting file
        return
    if "bands" in rule and rule["bands"] is not None:
        band = rng.choice(rule["bands"])
        if all(Fraction(other["at_least"]) != line for other in rule["bands"]):
            band["at_least"] = str(line)
            points = [other["points"] for other in rule["bands"]]
            rule["bands"].sort(key=lambda other: Fraction(other["at_least"]), reverse=True)
            for other, one in zip(rule["bands"], points, strict=True):
                other["points"] = one
    for word in ("at_least", "over", "at_most", "under"):
        if word in rule and rng.random() < 0.8:
            rule[word] = str(line)


# Ballots


def text_of(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def draw_ballots(rng: Random, ballot: Json) -> list[tuple[bytes | None, int]]:
    """A box: spoken ballots near a line, blanks, unknowns, and everything that may not be."""
    texts: list[bytes | None] = []
    for value in SPEAK[ballot["kind"]](rng, ballot, rng.choice((0, 1, 3, 6, 10, 12, 20))):
        texts.append(text_of(value))
    for _blank in range(rng.choice((0, 0, 1, 3))):
        texts.append(rng.choice((b"{}", b"{}", *BLANKS[ballot["kind"]])))
    for _unknown in range(rng.choice((0, 0, 1, 4))):
        if ballot.get("unknown") or rng.random() < 0.1:
            texts.append(b'{"unknown":true}')
    for _invalid in range(rng.choice((0, 0, 1, 3))):
        texts.append(spoil(rng, rng.choice(texts or [b"{}"]), ballot))
    times = rng.choice((1, 1, 1, 2) if ballot["kind"] == "comment" else (1, 1, 1, 2, 1000, 99991))
    box: dict[bytes | None, int] = {}
    for text in texts:
        padded = text + b" " * rng.choice((0, 0, 1, 64 - len(text) % 64)) if text is not None else None
        box[padded] = box.get(padded, 0) + times
    papers = list(box.items())
    rng.shuffle(papers)
    return papers


def spoil(rng: Random, text: bytes | None, ballot: Json) -> bytes | None:
    way = rng.randrange(7)
    if way == 0 or not text:
        return None
    if way == 1:
        return rng.choice(JUNK)
    if way == 2:
        return text.replace(b":", b": ", 1)
    if way == 3:
        place = rng.randrange(len(text))
        return text[:place] + bytes([rng.choice(b'x"{[,0 ')]) + text[place + rng.randrange(2) :]
    if way == 4:
        return text_of(rng.choice(({"marks": {"nobody": "approve"}}, {"picks": ["nobody"]}, {"grade": "excellent"})))
    if way == 5:
        return text_of(rng.choice(({"marks": {"a": "yes"}}, {"score": 101}, {"text": "x" * 11}, {"picks": ["a", "a"]})))
    everyone = dict.fromkeys(plain.ids(ballot), "approve")
    return text_of({"marks": everyone} if ballot["kind"] == "approval" else {"picks": list(everyone)})


def near(rng: Random, most: int) -> int:
    """A number of votes by a usual line, or any."""
    if rng.random() < 0.3:
        return rng.randint(0, most)
    line = rng.choice((Fraction(1, 2), Fraction(2, 3), Fraction(1, 3)))
    return min(max(int(line * most) + rng.choice((-1, 0, 0, 1)), 0), most)


def speak_approval(rng: Random, ballot: Json, ballots: int) -> list[Json]:
    names = plain.ids(ballot)
    marks: list[dict[str, str]] = [{} for _ in range(ballots)]
    level = near(rng, ballots)
    for name in names:
        wanted = level if rng.random() < 0.4 else near(rng, ballots)
        free = [one for one in marks if list(one.values()).count("approve") < ballot["max_approve"]]
        for one in rng.sample(free, min(wanted, len(free))):
            one[name] = "approve"
    for one in marks:
        for name in names:
            other = rng.choice(("oppose", "oppose", "abstain", None))
            if name not in one and other:
                one[name] = other
    return [{"marks": one} for one in marks]


def speak_pick(rng: Random, ballot: Json, ballots: int) -> list[Json]:
    names, found = plain.ids(ballot), []
    for _ballot in range(ballots):
        picks = rng.sample(names, rng.randint(0, min(ballot["max"], len(names))))
        written: list[str] = []
        if ballot["write_in"] and rng.random() < 0.5:
            written = [rng.choice(WRITE_INS) for _ in range(rng.randint(1, 2))]
        value: Json = {"picks": picks[: max(0, ballot["max"] - len(written) + rng.choice((0, 0, 0, 1)))]}
        if written or rng.random() < 0.3:
            value["write_in"] = written
        if not value["picks"] and rng.random() < 0.5:
            del value["picks"]
        found.append(value)
    return found


def speak_grade(rng: Random, ballot: Json, ballots: int) -> list[Json]:
    grades = [one["id"] for one in ballot["grades"]]
    first = near(rng, ballots)
    second = rng.choice(grades)
    return [{"grade": grades[0] if place < first else rng.choice((second, grades[-1]))} for place in range(ballots)]


def speak_score(rng: Random, ballot: Json, ballots: int) -> list[Json]:
    """Scores around the middle of the scale, a few at and beyond its ends and between its steps."""
    low, high, step = (Fraction(ballot[name]) for name in ("min", "max", "step"))
    steps = int((high - low) / step)
    found = []
    for _ballot in range(ballots):
        score = low + step * rng.choice((rng.randint(0, steps), steps // 2, steps // 2, steps // 2 + 1, steps, 0))
        if rng.random() < 0.1:
            score += rng.choice((step, -step, step / 2, step / 5))
        found.append({"score": int(score) if score.denominator == 1 else plain.decimal(score)})
    return found


def speak_comment(rng: Random, _ballot: Json, ballots: int) -> list[Json]:
    return [{"text": rng.choice(TEXTS)} for _ in range(ballots)]


SPEAK = {
    "approval": speak_approval,
    "pick": speak_pick,
    "grade": speak_grade,
    "score": speak_score,
    "comment": speak_comment,
}
BLANKS: dict[str, tuple[bytes, ...]] = {
    "approval": (b'{"marks":{}}',),
    "pick": (b'{"picks":[]}', b'{"picks":[],"write_in":[]}', b'{"write_in":[]}'),
    "grade": (),
    "score": (),
    "comment": (b'{"text":""}',),
}

# Scores


def draw_scores(rng: Random, case: Case) -> None:
    """Inputs and scores over whatever the contests hold; given, missing and null alike."""
    contests = [contest for item in case.items for contest in item["contests"]]
    values = [
        (contest["id"], rule)
        for contest in contests
        for rule in contest["rules"]
        if rule["rule"] in ("rate", "mean", "bands")
    ]
    poolable = [
        f"{contest}.{rule['id']}"
        for contest, rule in values
        if rule["rule"] != "bands" and rule["weights"] is None and rule["classes"] is None
    ]
    if rng.random() < 0.5:
        return
    holders = [case.meeting, *case.items]
    names = [f"in{number}" for number in range(rng.choice((0, 1, 3)))]
    for name in names:
        rng.choice(holders)["inputs"].append({"id": name, "title": "得分", "min": None, "max": None})
        if rng.random() < 0.8:
            case.inputs[name] = rng.choice(("0", "14", "29/2", "-3", "100", "1/3"))
    known: list[str] = []
    for number in range(rng.randint(1, 4)):
        score: Json = {"id": f"s{number}", "title": "总分"}
        if poolable and rng.random() < 0.3:
            score["pool"] = rng.sample(poolable, rng.randint(1, len(poolable)))
        else:
            score["sum"] = [draw_term(rng, values, names, known) for _ in range(rng.randint(1, 4))]
        score |= {"clamp": None, "display": rng.choice(("number", "percent")), "bands": None, "otherwise": None}
        score["flags"] = [draw_flag(rng) for _ in range(rng.choice((0, 1, 2)))]
        if rng.random() < 0.5:
            score |= draw_bands(rng)
        holder = rng.choice(holders)
        holder["scores"].insert(rng.randrange(len(holder["scores"]) + 1), score)
        fit_score(rng, case, score)
        known.append(score["id"])
    case.scores = count_scores(case)


def draw_term(rng: Random, values: list[tuple[str, Json]], names: list[str], known: list[str]) -> Json:
    times = rng.choice(("1", "1", "1/2", "-1", "3/10", "1/20"))
    ways: list[Json] = [{"const": rng.choice(("10", "0", "100", "-1/3"))}]
    if values:
        contest, rule = rng.choice(values)
        ways += [{"value": f"{contest}.{rule['id']}"}] * 2
    if names:
        ways.append({"input": rng.choice(names)})
    if known:
        ways.append({"score": rng.choice(known)})
    return {**rng.choice(ways), "times": times}


def fit_score(rng: Random, case: Case, score: Json) -> None:
    """Ends and lines of a score where its value is, or next to it."""
    exact = count_scores(case)[score["id"]]["exact"]
    value = Fraction(exact or 0)
    if rng.random() < 0.4:
        low = value + rng.choice((-50, -1, 0, 0, 1))
        ends = [str(low), str(low + rng.choice((1, 100)))]
        score["clamp"] = ends if max(map(len, ends)) <= 40 else None
    for rule in [score, *score["flags"]]:
        if rng.random() < 0.7:
            move_line(rng, rule, value)


def count_scores(case: Case) -> Json:
    rounds = {contest["id"]: case.rounds_of(contest["id"]) for item in case.items for contest in item["contests"]}
    return plain.recount_scores(case.meeting, case.items, rounds, case.inputs)


def check_alphabet() -> None:
    """The texts above are what their comments say, whatever an editor did to this file."""
    assert not unicodedata.is_normalized("NFC", WRITE_INS[WRITE_INS.index("e\u0301")])
