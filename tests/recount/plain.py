"""A second counting of everything, written from the texts and sharing no line with the first.

Texts: docs/rules.md, docs/formats/meeting-file.md, docs/formats/verdict.md. Dictionaries, lists and fractions only;
slow, and meant to be read beside those pages, section by section. Nothing of `verify` or `ballot_service` is imported
here: where both countings agree, either both followed the text or two people misread it in the same way.

Prose is left out: `working`. `display` is counted too, because its rounding is a promise.
"""

import calendar as months_of_the_year
import json
import unicodedata
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

Json = dict[str, Any]
Boxes = dict[str, list[tuple[bytes | None, int]]]  # class → (opened plaintext, None when it did not open; times)
MARKS = ("approve", "oppose", "abstain")
ROUNDLESS = 10**9  # a vote whose round is not known comes after those of its day

# Ballots: what one opened text says. None: invalid.


def read_ballot(ballot: Json, data: bytes | None) -> Json | None:
    """{"says": "blank" | "unknown" | "something", "what": …} with `what` as the kind needs it, or None."""
    value = read_strictly(data)
    if not isinstance(value, dict):
        return None
    if ballot["kind"] in ("grade", "score") and value.keys() == {"unknown"}:
        return {"says": "unknown", "what": None} if ballot["unknown"] and value["unknown"] is True else None
    return READERS[ballot["kind"]](ballot, value)


def read_strictly(data: bytes | None) -> Any:
    """The value of a canonical JSON text with spaces after it; None for every other spelling (and for null)."""
    if data is None:
        return None
    try:
        text = data.rstrip(b" ").decode("utf-8")
        value = json.loads(text)
        again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None
    if again != text or not all(unicodedata.is_normalized("NFC", string) for string in strings_in(value)):
        return None
    return value


def strings_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [string for element in value for string in strings_in(element)]
    if isinstance(value, dict):
        return [string for key, element in value.items() for string in [key, *strings_in(element)]]
    return []


def said(what: Any) -> Json:
    return {"says": "something", "what": what}


def read_approval(ballot: Json, value: Json) -> Json | None:
    if value.keys() - {"marks"}:
        return None
    marks = value.get("marks", {})
    names = ids(ballot)
    if not isinstance(marks, dict) or marks.keys() - set(names):
        return None
    if any(not isinstance(mark, str) or mark not in MARKS for mark in marks.values()):
        return None
    if list(marks.values()).count("approve") > ballot["max_approve"]:
        return None
    whole = {name: marks.get(name, "abstain") for name in names}
    return {"says": "blank" if set(whole.values()) <= {"abstain"} else "something", "what": whole}


def read_pick(ballot: Json, value: Json) -> Json | None:
    if value.keys() - {"picks", "write_in"}:
        return None
    picks, write_in = value.get("picks", []), value.get("write_in", [])
    if not isinstance(picks, list) or not isinstance(write_in, list):
        return None
    if any(not isinstance(name, str) for name in picks + write_in) or set(picks) - set(ids(ballot)):
        return None
    if len(write_in) > ballot["write_in"] or len(picks) + len(write_in) > ballot["max"]:
        return None
    if any(not 1 <= len(name) <= 20 or not clean(name) or any(c.isspace() for c in name) for name in write_in):
        return None
    id_of_name = {option["name"]: option["id"] for option in ballot["options"]}
    chosen = list(picks) + [id_of_name[name] for name in write_in if name in id_of_name]
    others = [name for name in write_in if name not in id_of_name]
    if len(set(chosen)) < len(chosen) or len(set(others)) < len(others):
        return None
    what = {"picks": chosen, "write_in": others}
    return said(what) if chosen or others else {"says": "blank", "what": what}


def read_grade(ballot: Json, value: Json) -> Json | None:
    if not value:
        return {"says": "blank", "what": None}
    if value.keys() != {"grade"} or value["grade"] not in [grade["id"] for grade in ballot["grades"]]:
        return None
    return said(value["grade"])


def read_score(ballot: Json, value: Json) -> Json | None:
    if not value:
        return {"says": "blank", "what": None}
    if value.keys() != {"score"} or type(value["score"]) not in (int, str):
        return None
    possible = possible_scores(ballot["min"], ballot["max"], ballot["step"])
    return said(str(value["score"])) if value["score"] in possible else None


@lru_cache(maxsize=64)
def possible_scores(low: str, high: str, step: str) -> frozenset[int | str]:
    """Every score there is, in the one spelling it has."""
    found: set[int | str] = set()
    score = Fraction(low)
    while score <= Fraction(high):
        found.add(int(score) if score.denominator == 1 else decimal(score))
        score += Fraction(step)
    return frozenset(found)


def decimal(number: Fraction) -> str:
    """The shortest decimal spelling of a number that has one."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    whole = str(abs(int(number * 10**digits))).rjust(digits + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + whole[: len(whole) - digits] + ("." + whole[len(whole) - digits :] if digits else "")


def read_comment(ballot: Json, value: Json) -> Json | None:
    if value.keys() - {"text"}:
        return None
    text = value.get("text", "")
    if not isinstance(text, str) or len(text) > ballot["max_chars"] or not clean(text):
        return None
    return said(text) if text else {"says": "blank", "what": text}


def clean(text: str) -> bool:
    """No control, format, line-separator or paragraph-separator character, and none that does not exist so far.

    The Unicode of this Python stands for 14.0: texts are drawn from characters that were there long before.
    """
    for character in text:
        category, block = unicodedata.category(character), ord(character)
        later = 0x1F000 <= block < 0x1FB00 or 0x20000 <= block < 0x2F800 or 0x30000 <= block < 0x3FFFE
        if category in ("Cc", "Cf", "Zl", "Zp") or (category == "Cn" and not later):
            return False
    return True


READERS = {
    "approval": read_approval,
    "pick": read_pick,
    "grade": read_grade,
    "score": read_score,
    "comment": read_comment,
}


def ids(ballot: Json) -> list[str]:
    """Ids of the candidates or options, in the order of the paper."""
    return [one["id"] for one in ballot.get("candidates", ballot.get("options", []))]


def padded_length(ballot: Json) -> int:
    """Bytes of every sealed choice of this paper: those of the longest valid choice, up to a multiple of 64."""
    kind = ballot["kind"]
    longest: list[Json] = []
    if kind == "approval":
        longest = [{"marks": dict.fromkeys(ids(ballot), "abstain")}]
    elif kind == "pick":
        names = sorted(ids(ballot), key=len, reverse=True)
        for written in range(ballot["write_in"] + 1):
            picks = names[: ballot["max"] - written]
            longest.append({"picks": picks, "write_in": ["x" * 80] * written})  # 20 characters of 4 bytes
    elif kind == "grade":
        longest = [{"grade": grade["id"]} for grade in ballot["grades"]] + [{"unknown": True}] * ballot["unknown"]
    elif kind == "score":
        scores = possible_scores(ballot["min"], ballot["max"], ballot["step"])
        longest = [{"score": score} for score in scores] + [{"unknown": True}] * ballot["unknown"]
    else:
        longest = [{"text": "x" * 4 * ballot["max_chars"]}]
    most = max(len(json.dumps(value, separators=(",", ":"))) for value in longest)
    return -(-most // 64) * 64


# One round


def recount(
    contest: Json,
    *,
    number: int,
    poll: str,
    figures: dict[str, Json],
    ballots: Boxes,
    quorum: Json | None,
    present_at_opening: dict[str, int],
    min_class: int,
    earlier: list[Json],
    post_rounds: list[Json],
    meeting: Json,
) -> Json:
    """The round object of the verdict, without `working`.

    figures: class → {expected, present, issued, returned, observer}. quorum: the nearest one, {over or at_least}.
    earlier: this contest's rounds before. post_rounds: of all contests with this post, in ledger order.
    """
    heard = {voters: heard_in(contest["ballot"], ballots.get(voters, [])) for voters in contest["voters"]}
    counts = {voters: count_class(figures[voters], heard[voters]) for voters in contest["voters"]}
    observers = [voters for voters in contest["voters"] if figures[voters]["observer"]]
    state: Json = {"contest": contest, "heard": heard, "counts": counts, "observers": observers, "number": number}
    state |= {"earlier": earlier, "post_rounds": post_rounds, "meeting": meeting}
    shown = split_by_class(contest, counts, min_class)
    tally = tally_of(contest["ballot"], all_heard(state, None))
    held = None if quorum is None else judge_quorum(quorum, state, present_at_opening)
    state |= {"tally": tally, "held": held}
    state["passed"] = who_passed(state)
    state |= {"values": {}, "fractions": {}, "judgements": [], "flags": [], "proposals": [], "ranks": {}}
    found: Json = {
        "round": number,
        "poll": poll,
        "counts": {"total": total_counts(state), "by_class": {voters: counts[voters] for voters in shown}},
        "tally": tally,
        "tally_by_class": {voters: tally_of(contest["ballot"], heard[voters]) for voters in shown},
        "quorum": None if held is None else {"held": held},
    }
    state["barred"] = who_is_barred(state)
    state["seats"] = judge_seats(state)
    for rule in contest["rules"]:
        RULES[rule["rule"]](rule, state)
    return found | {
        "judgements": state["judgements"],
        "values": state["values"],
        "passed": state["passed"],
        "elected": state["seats"]["elected"],
        "state": state["seats"]["state"],
        "reasons": state["seats"]["reasons"],
        "next": state["seats"]["next"],
        "flags": state["flags"],
        "proposals": state["proposals"],
        "ranks": state["ranks"],
        "barred": state["barred"],
    }


def heard_in(ballot: Json, papers: list[tuple[bytes | None, int]]) -> list[tuple[Json | None, int]]:
    return [(read_ballot(ballot, data), times) for data, times in papers]


def count_class(figures: Json, heard: list[tuple[Json | None, int]]) -> Json:
    invalid = sum(times for choice, times in heard if choice is None)
    abstain = sum(times for choice, times in heard if choice and choice["says"] == "blank")
    unknown = sum(times for choice, times in heard if choice and choice["says"] == "unknown")
    valid = figures["returned"] - invalid
    return {
        "expected": figures["expected"],
        "present": figures["present"],
        "issued": figures["issued"],
        "returned": figures["returned"],
        "invalid": invalid,
        "valid": valid,
        "abstain": abstain,
        "unknown": unknown,
        "scored": valid - abstain - unknown,
    }


def total_counts(state: Json) -> Json:
    return {name: base(state, name, None) for name in next(iter(state["counts"].values()))}


def base(state: Json, of: str, classes: list[str] | None) -> int:
    """A figure over these classes (None: all); observers are never expected nor present."""
    chosen = state["contest"]["voters"] if classes is None else classes
    if of in ("expected", "present"):
        chosen = [voters for voters in chosen if voters not in state["observers"]]
    return sum(state["counts"][voters][of] for voters in chosen)


def split_by_class(contest: Json, counts: dict[str, Json], min_class: int) -> list[str]:
    if len(contest["voters"]) < 2 or any(one["issued"] < min_class for one in counts.values()):
        return []
    return list(contest["voters"])


def all_heard(state: Json, classes: list[str] | None) -> list[tuple[Json | None, int]]:
    chosen = state["contest"]["voters"] if classes is None else classes
    return [one for voters in chosen for one in state["heard"][voters]]


def tally_of(ballot: Json, heard: list[tuple[Json | None, int]]) -> Json:
    valid = [(choice["what"], times) for choice, times in heard if choice]
    spoken = [(choice["what"], times) for choice, times in heard if choice and choice["says"] == "something"]
    if ballot["kind"] == "approval":
        return {
            name: {mark: sum(times for what, times in valid if what[name] == mark) for mark in MARKS}
            for name in ids(ballot)
        }
    if ballot["kind"] == "pick":
        tally: Json = {name: sum(times for what, times in spoken if name in what["picks"]) for name in ids(ballot)}
        if ballot["write_in"] > 0:
            tally["write_in"] = add_up((name, times) for what, times in spoken for name in what["write_in"])
        return tally
    if ballot["kind"] == "grade":
        return {grade["id"]: sum(times for what, times in spoken if what == grade["id"]) for grade in ballot["grades"]}
    if ballot["kind"] == "score":
        return add_up(spoken)
    return {"texts": sorted(what for what, times in spoken for _ in range(times))}


def add_up(named: Any) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, times in named:
        sums[name] = sums.get(name, 0) + times
    return sums


# Lines


def crosses(line: Json, value: Fraction) -> bool:
    """Every comparison that the line gives holds."""
    return all(
        {
            "over": value > Fraction(line[word]),
            "at_least": value >= Fraction(line[word]),
            "at_most": value <= Fraction(line[word]),
            "under": value < Fraction(line[word]),
        }[word]
        for word in ("over", "at_least", "at_most", "under")
        if word in line
    )


def judge_quorum(quorum: Json, state: Json, present_at_opening: dict[str, int]) -> bool:
    members = [voters for voters in state["contest"]["voters"] if voters not in state["observers"]]
    expected = sum(state["counts"][voters]["expected"] for voters in members)
    came = sum(present_at_opening.get(voters, 0) for voters in members)
    return expected > 0 and crosses(quorum, Fraction(came, expected))


def marked(state: Json, name: str, marks: list[str], classes: list[str] | None) -> int:
    return sum(times for choice, times in all_heard(state, classes) if choice and choice["what"][name] in marks)


def passes(rule: Json, name: str, state: Json) -> bool:
    over = base(state, rule["of"], rule["classes"])
    return over > 0 and crosses(rule, Fraction(marked(state, name, [rule["mark"]], rule["classes"]), over))


def by_approvals(state: Json, names: list[str]) -> list[str]:
    """Most approvals first; equal ones stay in the order of the paper, which `sorted` keeps."""
    return sorted(names, key=lambda name: -state["tally"][name]["approve"])


def who_passed(state: Json) -> list[str]:
    lines = [rule for rule in state["contest"]["rules"] if rule["rule"] == "pass"]
    if not lines:
        return []
    names = [name for name in ids(state["contest"]["ballot"]) if all(passes(rule, name, state) for rule in lines)]
    return by_approvals(state, names)


def row(rule: Json, holds: bool, **fields: Any) -> Json:
    plain = {"rule": rule["rule"], "id": rule["id"], "candidate": None, "holds": holds, "of": None}
    return {**plain, "cite": rule["cite"], **fields}


def quorum_rows(rule: Json, state: Json) -> None:
    state["judgements"].append(row(rule, state["held"], of="expected"))


def pass_rows(rule: Json, state: Json) -> None:
    for name in ids(state["contest"]["ballot"]):
        state["judgements"].append(row(rule, passes(rule, name, state), candidate=name, of=rule["of"]))


# Seats


def judge_seats(state: Json) -> Json:
    rule = the_rule(state["contest"], "seats")
    if rule is None:
        return {"elected": [], "state": "counted", "reasons": [], "next": "none"}
    left = rule["seats"] - sum(len(one["elected"]) for one in state["earlier"])
    order = by_approvals(state, ids(state["contest"]["ballot"]))
    votes = [state["tally"][name]["approve"] for name in order]
    tie = len(order) > left and votes[left - 1] == votes[left]
    elected = [
        name
        for place, name in enumerate(order)
        if place < left and name in state["passed"] and not (len(order) > left and votes[place] == votes[left])
    ]
    if len(elected) == left:
        return {"elected": elected, "state": "decided", "reasons": [], "next": "none", "left": left}
    reasons = ["tie"] if tie else []
    if not state["passed"]:
        reasons.append("none")
    elif len(state["passed"]) < left:
        reasons.append("too-few")
    gone = {*elected, *(bar["person"] for bar in state["barred"])}
    gone |= {bar["person"] for one in state["post_rounds"] for bar in one["barred"]}
    if state["number"] >= rule["max_rounds"] or rule["on_failure"] == "end" or set(order) <= gone:
        then = "ended"
    else:
        then = {"committee": "committee-decides", "revote": "revote"}[rule["on_failure"]]
    return {"elected": elected, "state": "undecided", "reasons": reasons, "next": then, "left": left}


def seats_rows(rule: Json, state: Json) -> None:
    state["judgements"].append(row(rule, state["seats"]["state"] == "decided"))


def the_rule(contest: Json, name: str) -> Json | None:
    return next((rule for rule in contest["rules"] if rule["rule"] == name), None)


# Bars


def votes_on(person: str, post: str, history: list[Json], meeting: Json, rounds: list[Json]) -> list[Json]:
    """All votes on this person for this post, the oldest first: {date, passed, nobody}."""
    before = [one for one in history if one["person"] == person and one["post"] == post]
    before.sort(key=lambda one: (one["date"], ROUNDLESS if one["round"] is None else one["round"]))
    found = [{"date": one["date"], "passed": False, "nobody": one["nobody_passed"] is not False} for one in before]
    for one in rounds:
        if person in one["tally"]:
            passed = person in one["passed"]
            found.append({"date": meeting["date"], "passed": passed, "nobody": not one["passed"]})
    return found


def is_vote_for_post(contest: Json, post: str | None) -> bool:
    """Whether its rounds can be failed: it is about this post and has a line to pass."""
    return post is not None and contest["post"] == post and the_rule(contest, "pass") is not None


def follow(votes: list[Json], rule: Json) -> list[Json]:
    """After each vote: {failures so far, the bar it brings: None or {from, until}}."""
    failures, running, steps = 0, None, []
    for vote in votes:
        if running and rule["reset"] and running["until"] is not None and vote["date"] > running["until"]:
            failures, running = 0, None
        bar = None
        if vote["passed"]:
            failures = 0 if rule["reset"] else failures
        elif rule["count_loss"] or vote["nobody"]:
            failures += 1
            if failures >= rule["failures"]:
                bar = running = {"from": vote["date"], "until": months_later(vote["date"], rule["months"])}
        steps.append({"failures": failures, "bar": bar, "passed": vote["passed"]})
    return steps


def months_later(day: str, months: int | str) -> str | None:
    if months == "forever":
        return None
    first = date.fromisoformat(day)
    year, month = divmod(first.year * 12 + first.month - 1 + int(months), 12)
    if year > 9999:
        return None
    last = months_of_the_year.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(first.day, last)).isoformat()


def steps_of(state: Json, name: str, rule: Json) -> list[Json]:
    this = {"tally": state["tally"], "passed": state["passed"]}
    meeting = state["meeting"]
    votes = votes_on(name, state["contest"]["post"], meeting["history"], meeting, [*state["post_rounds"], this])
    return follow(votes, rule)


def who_is_barred(state: Json) -> list[Json]:
    rule = the_rule(state["contest"], "bar")
    if rule is None:
        return []
    found = []
    for name in by_approvals(state, ids(state["contest"]["ballot"])):
        bar = steps_of(state, name, rule)[-1]["bar"]
        if bar:
            found.append({"person": name, "post": state["contest"]["post"], **bar})
    return found


def bar_rows(rule: Json, state: Json) -> None:
    for name in ids(state["contest"]["ballot"]):
        failures = 0 if name in state["passed"] else steps_of(state, name, rule)[-1]["failures"]
        state["judgements"].append(row(rule, failures >= rule["failures"], candidate=name))
    for _bar in state["barred"]:
        state["proposals"].append({"code": rule["id"] or "bar", "due": None, "status": "to-confirm"})


def barred_when_published(contest: Json, meeting: Json) -> list[str]:
    """Candidates or options who may not stand on the day of the meeting."""
    if contest["post"] is None:
        return []
    found, rule = [], the_rule(contest, "bar")
    for name in ids(contest["ballot"]):
        bars = [bar for bar in meeting["bars"] if bar["person"] == name and bar["post"] in (contest["post"], "any")]
        if rule:
            votes = votes_on(name, contest["post"], meeting["history"], meeting, [])
            bars += [step["bar"] for step in follow(votes, rule) if step["bar"]]
        if any(
            bar["from"] <= meeting["date"] and (bar["until"] is None or meeting["date"] <= bar["until"]) for bar in bars
        ):
            found.append(name)
    return found


# Rates, means, bands, flags, ranks


def numerator(rule: Json, state: Json, classes: list[str] | None) -> Fraction:
    heard = [(one["what"], n) for one, n in all_heard(state, classes) if one and one["says"] == "something"]
    if rule["rule"] == "mean" and rule["points"] is None:
        return sum((Fraction(what) * times for what, times in heard), Fraction(0))
    if rule["rule"] == "mean":
        return sum((Fraction(rule["points"][what]) * times for what, times in heard), Fraction(0))
    if "grades" in rule:
        return Fraction(sum(times for what, times in heard if what in rule["grades"]))
    if "options" in rule:
        return Fraction(sum(times for what, times in heard if set(what["picks"]) & set(rule["options"])))
    return Fraction(marked(state, rule["candidate"], rule["marks"], classes))


def fraction_rule(rule: Json, state: Json) -> None:
    """A rate or a mean. A candidate who left the paper after an earlier round has no rate."""
    if "candidate" in rule and rule["candidate"] not in ids(state["contest"]["ballot"]):
        record(state, rule["id"], None, percent, [])
        return
    show = percent if rule["rule"] == "rate" else number_text
    if rule["weights"] is None:
        over = base(state, rule["of"], rule["classes"])
        value = numerator(rule, state, rule["classes"]) / over if over else None
        record(state, rule["id"], value, show, [])
        return
    parts: list[tuple[Fraction, Fraction]] = []
    empty = []
    for voters in state["contest"]["voters"]:
        over = base(state, rule["of"], [voters])
        if over == 0:
            empty.append(voters)
        else:
            parts.append((Fraction(rule["weights"][voters]), numerator(rule, state, [voters]) / over))
    weights = sum(weight for weight, _value in parts)
    value = sum((weight * one for weight, one in parts), Fraction(0)) / weights if parts else None
    record(state, rule["id"], value, show, empty)


def record(state: Json, name: str, value: Fraction | None, show: Any, empty: list[str]) -> None:
    state["fractions"][name] = value
    if value is None:
        state["values"][name] = {"exact": None, "display": None}
    else:
        state["values"][name] = {"exact": str(value), "display": show(value), "empty_classes": empty}


def number_text(value: Fraction) -> str:
    """Two decimals, half away from zero."""
    cents = int(abs(value) * 100 + Fraction(1, 2))
    return ("-" if value < 0 and cents else "") + f"{cents // 100}.{cents % 100:02}"


def percent(value: Fraction) -> str:
    return number_text(value * 100) + "%"


def points_of(value: Fraction | None, bands: list[Json], otherwise: str) -> Fraction | None:
    if value is None:
        return None
    reached = [band for band in bands if value >= Fraction(band["at_least"])]
    return Fraction(reached[0]["points"] if reached else otherwise)


def bands_rule(rule: Json, state: Json) -> None:
    points = points_of(state["fractions"][rule["value"]], rule["bands"], rule["otherwise"])
    record(state, rule["id"], points, number_text, [])


def flag_rule(rule: Json, state: Json) -> None:
    value = state["fractions"][rule["value"]]
    raised = value is not None and crosses(rule, value)
    state["flags"].append({"code": rule["code"], "raised": raised})
    state["judgements"].append(row(rule, raised, id=rule["id"] or rule["code"]))
    if raised:
        state["proposals"] += consequences(rule, state["meeting"])


def consequences(flag: Json, meeting: Json) -> list[Json]:
    return [
        {
            "code": flag["code"],
            "text": one["text"],
            "confirm": one["confirm"],
            "due": due_on(one["due"], meeting["date"], meeting["calendar"]),
            "status": "to-confirm",
        }
        for one in flag["consequences"]
    ]


def due_on(due: Json | None, start: str, calendar: Json | None) -> str | None:
    if due is None:
        return None
    day = date.fromisoformat(start)
    if "days" in due:
        within = due["days"] <= (date.max - day).days
        return (day + timedelta(days=due["days"])).isoformat() if within else None
    if calendar is None:
        return None
    done = 0
    while done < due["working_days"]:
        day += timedelta(days=1)
        if day.isoformat() > calendar["until"]:
            return None
        weekday = day.weekday() < 5 and day.isoformat() not in calendar["holidays"]
        done += 1 if weekday or day.isoformat() in calendar["workdays"] else 0
    return day.isoformat()


def rank_rule(rule: Json, state: Json) -> None:
    tally = tally_of(state["contest"]["ballot"], all_heard(state, rule["classes"]))
    votes: dict[tuple[str, ...], int] = {}
    for name in ids(state["contest"]["ballot"]):
        votes[(name,)] = tally[name]["approve"] if rule["by"] == "approve" else tally[name]
    for name, times in tally.get("write_in", {}).items():
        votes[("write_in", name)] = times
    ranks: Json = {"write_in": {}} if "write_in" in tally else {}
    for key, times in votes.items():
        rank = 1 + sum(1 for other in votes.values() if other > times)
        if len(key) == 1:
            ranks[key[0]] = rank
        else:
            ranks["write_in"][key[1]] = rank
    state["ranks"][rule["id"]] = ranks


RULES = {
    "quorum": quorum_rows,
    "pass": pass_rows,
    "seats": seats_rows,
    "bar": bar_rows,
    "rate": fraction_rule,
    "mean": fraction_rule,
    "bands": bands_rule,
    "flag": flag_rule,
    "rank": rank_rule,
}

# From round to round


def next_paper(contest: Json, rounds: list[Json], barred: list[str]) -> Json:
    """The contest as the next round prints it: names neither elected nor barred, here or by others for this post."""
    gone = {name for one in rounds for name in one["elected"]} | set(barred)
    gone |= {bar["person"] for one in rounds for bar in one["barred"]}
    left = [one for one in contest["ballot"]["candidates"] if one["id"] not in gone]
    return {**contest, "ballot": {**contest["ballot"], "candidates": left}}


def final_of(rounds: list[Json], ended: bool) -> Json:
    return {
        "state": rounds[-1]["state"] if rounds else "not-polled",
        "elected": [name for one in rounds for name in one["elected"]],
        "barred": [bar for one in rounds for bar in one["barred"]],
        "ended": ended,
    }


# Scores


def recount_scores(meeting: Json, items: list[Json], rounds: dict[str, list[Json]], inputs: dict[str, str]) -> Json:
    """All scores of the meeting, then those of its items in order."""
    defined = [score for holder in [meeting, *items] for score in holder["scores"]]
    contests = {contest["id"]: contest for item in items for contest in item["contests"]}
    counted: dict[str, Json] = {}
    for score in defined:
        count_score(score["id"], {score["id"]: score for score in defined}, contests, rounds, inputs, meeting, counted)
    return {score["id"]: counted[score["id"]] for score in defined}


def count_score(
    name: str,
    defined: dict[str, Json],
    contests: dict[str, Json],
    rounds: dict[str, list[Json]],
    inputs: dict[str, str],
    meeting: Json,
    counted: dict[str, Json],
) -> Fraction | None:
    """Its value; the whole of it goes into `counted`."""
    score = defined[name]
    missing: list[str] = []
    value: Fraction | None = None
    if "pool" in score:
        above, below = Fraction(0), 0
        for pooled in score["pool"]:
            contest_id, rule_id = pooled.split(".")
            rate = value_in(pooled, rounds)
            if rate is None:
                missing.append(pooled)
                continue
            rule = next(rule for rule in contests[contest_id]["rules"] if rule["id"] == rule_id)
            over = rounds[contest_id][-1]["counts"]["total"][rule["of"]]
            above, below = above + rate * over, below + over
        value = None if missing else above / below
    else:
        total = Fraction(0)
        for term in score["sum"]:
            if "const" in term:
                part: Fraction | None = Fraction(term["const"])
                written = ""
            elif "input" in term:
                written = term["input"]
                part = Fraction(inputs[written]) if written in inputs else None
            elif "value" in term:
                written = term["value"]
                part = value_in(written, rounds)
            else:
                written = term["score"]
                part = count_score(written, defined, contests, rounds, inputs, meeting, counted)
            if part is None:
                missing += [written] if written not in missing else []
            else:
                total += Fraction(term["times"]) * part
        value = None if missing else total
    uncapped = value
    if value is not None and score["clamp"] is not None:
        low, high = (Fraction(end) for end in score["clamp"])
        value = min(max(value, low), high)
    bands: Json | None = None
    if score["bands"] is not None:
        points = points_of(value, score["bands"], score["otherwise"])
        bands = {
            "exact": None if points is None else str(points),
            "display": None if points is None else number_text(points),
        }
    show = percent if score["display"] == "percent" else number_text
    raised = [flag for flag in score["flags"] if value is not None and crosses(flag, value)]
    counted[name] = {
        "exact": None if value is None else str(value),
        "display": None if value is None else show(value),
        "uncapped": None if uncapped is None else str(uncapped),
        "missing": missing,
        "flags": [{"code": flag["code"], "raised": flag in raised} for flag in score["flags"]],
        "bands": bands,
    }
    if score["flags"]:
        counted[name]["proposals"] = [one for flag in raised for one in consequences(flag, meeting)]
    return value


def value_in(written: str, rounds: dict[str, list[Json]]) -> Fraction | None:
    contest_id, rule_id = written.split(".")
    if not rounds.get(contest_id):
        return None
    exact = rounds[contest_id][-1]["values"][rule_id]["exact"]
    return None if exact is None else Fraction(exact)
