"""The two countings agree: on meetings drawn by the seed, and on what they once disagreed about."""

import ast
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.recount import generate, plain
from tests.recount.agree import check_meeting, difference
from tests.verify.rules.meetings import approval_ballot, approving, contest, judge, pass_rule, sealed, seats_rule
from verify.rules import RulesError, format_exact, judge_scores, padded_length, read_exact
from verify.rules.exact import MAX_DIGITS, read_computed

QUICK, QUICK_PARTS = 1_200, 4
SOAK, SOAK_PARTS = 64_000, 32  # about 107,000 contests


@pytest.mark.parametrize("part", range(QUICK_PARTS))
def test_both_countings_agree(part: int) -> None:
    assert sum(map(check_meeting, range(part, QUICK, QUICK_PARTS))) > QUICK / QUICK_PARTS


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_both_countings_agree_on_a_hundred_thousand_contests(part: int) -> None:
    first = 1_000_000 + part * (SOAK // SOAK_PARTS)
    contests = sum(map(check_meeting, range(first, first + SOAK // SOAK_PARTS)))
    assert contests * SOAK_PARTS > 100_000


def test_the_drawn_meetings_come_to_every_edge() -> None:
    """What is never drawn is never compared: every state, reason and way on comes up, and equality at many lines."""
    seen: set[str] = set()
    for seed in range(500):
        case = generate.meeting_of(seed)
        for poll in case.polls:
            found = poll.found
            seen |= {found["state"], found["next"], *found["reasons"], poll.paper["ballot"]["kind"]}
            seen |= {f"{row['rule']} {row['holds']}" for row in found["judgements"]}
            seen |= {"null" if value["exact"] is None else "value" for value in found["values"].values()}
            seen |= {"empty class" for value in found["values"].values() if value.get("empty_classes")}
            seen |= {"barred" for _bar in found["barred"]} | {"split" for _one in found["tally_by_class"]}
            seen |= {"proposal" for one in found["proposals"] if one["due"]} | {f"round {poll.number}"}
            seen |= {f"equal {rule['rule']}" for rule in poll.paper["rules"] if on_its_line(rule, found)}
        for score in case.scores.values():
            seen |= {"missing" for _one in score["missing"]}
            seen |= {"clamped"} if score["uncapped"] != score["exact"] else set()
    assert seen >= {
        *("decided", "undecided", "counted", "none", "ended", "revote", "committee-decides", "tie", "too-few"),
        *("approval", "pick", "grade", "score", "comment", "null", "value", "empty class", "barred", "split"),
        *("quorum True", "quorum False", "pass True", "pass False", "seats True", "seats False", "bar True"),
        *("bar False", "flag True", "flag False", "proposal", "round 1", "round 2", "round 3", "missing", "clamped"),
        *("equal pass", "equal bands", "equal flag"),
    }


def on_its_line(rule: Any, found: Any) -> bool:
    if rule["rule"] == "pass":
        base = found["counts"]["total"][rule["of"]]
        line = Fraction(rule.get("over") or rule["at_least"])
        return any(marks[rule["mark"]] == line * base > 0 for marks in found["tally"].values())
    if rule["rule"] in ("bands", "flag"):
        lines = [band["at_least"] for band in rule.get("bands", [])]
        lines += [rule[word] for word in ("at_least", "over", "at_most", "under") if word in rule]
        return found["values"][rule["value"]]["exact"] in lines
    return False


def test_a_difference_is_found() -> None:
    """The comparison itself can fail: a changed figure, a member too many, another order, another type."""
    good = {"a": 1, "b": [{"c": "1/2"}]}
    assert difference(good, {"a": 1, "b": [{"c": "1/2", "working": "1/2"}]}) == []
    for bad in ({"a": 2, "b": [{"c": "1/2"}]}, {"a": 1, "b": [{"c": "1/2"}], "d": 0}, {"a": 1, "b": []}):
        assert difference(good, bad)
    assert difference({"a": 1}, {"a": True})
    assert difference(["a", "b"], ["b", "a"])


def options(number: int, letters: int) -> list[dict[str, Any]]:
    return [{"id": f"{place}".rjust(letters, "y"), "name": f"n{place}", "note": None} for place in range(number)]


LENGTHS = [
    {"kind": "pick", "options": options(number, letters), "max": most, "write_in": written}
    for number in range(5)
    for letters in (1, 11, 64)
    for most in range(1, 5)
    for written in range(most + 1)
    if number or written
]
LENGTHS += [{"kind": "comment", "max_chars": most} for most in range(1, 2001)]
LENGTHS += [
    {"kind": kind, **fields, "unknown": unknown}
    for unknown in (True, False)
    for kind, fields in [
        ("score", {"min": "-5000", "max": "5000", "step": "1"}),
        ("score", {"min": "0", "max": "1", "step": "1/10000"}),
        ("score", {"min": "-1/2", "max": "1/2", "step": "1/8"}),
        *[("grade", {"grades": options(2, letters)}) for letters in range(1, 65)],
    ]
]


def test_a_paper_is_as_long_as_its_longest_valid_choice_needs() -> None:
    assert [padded_length(ballot) for ballot in LENGTHS] == [plain.padded_length(ballot) for ballot in LENGTHS]


# What they once disagreed about


BAR = {"rule": "bar", "id": None, "cite": None, "failures": 1, "months": 12, "count_loss": True, "reset": True}
TODAY: dict[str, Any] = {"date": "2026-12-18", "locale": "zh-CN", "history": [], "calendar": None}


def test_the_barred_stand_in_the_order_of_approvals_as_the_passed_do() -> None:
    found = judge(contest(rules=[pass_rule(), seats_rule(), BAR]), approving({"b": 2}), expected=9, meeting=TODAY)
    assert [bar["person"] for bar in found["barred"]] == ["b", "a"]
    assert [row["candidate"] for row in found["judgements"] if row["rule"] == "bar"] == ["a", "b"]
    assert [one["text"][0] for one in found["proposals"]] == ["B", "A"]


def test_a_loss_that_does_not_count_brings_no_bar_and_its_row_says_what_it_prints() -> None:
    failed = {"person": "b", "post": "director", "date": "2026-12-18", "round": None, "nobody_passed": True}
    lenient = {**BAR, "count_loss": False, "reset": False}
    found = judge(contest(rules=[pass_rule(), lenient]), approving({"a": 5}), meeting={**TODAY, "history": [failed]})
    rows = [(row["holds"], row["working"]) for row in found["judgements"] if row["rule"] == "bar"]
    assert rows == [(False, "0 < 1"), (True, "1 ≥ 1")]
    assert found["barred"] == []


def test_the_rate_of_someone_elected_earlier_is_null_in_the_next_round() -> None:
    rate = {"rule": "rate", "id": "of-a", "cite": None, "classes": None, "weights": None, "of": "valid"}
    of = contest("abc", rules=[pass_rule("1/3"), seats_rule(2), {**rate, "candidate": "a", "marks": ["approve"]}])
    first = judge(of, {sealed(a="approve"): 5, sealed(b="approve"): 4})
    assert (first["elected"], first["values"]["of-a"]["exact"]) == (["a", "b"], "5/9")
    again = {**of, "ballot": approval_ballot("bc")}
    second = judge(again, {sealed(b="approve"): 9}, earlier=[{**first, "elected": ["a"]}])
    assert second["values"]["of-a"] == {"exact": None, "display": None}
    with pytest.raises(RulesError, match="does not offer"):
        judge(again, {sealed(b="approve"): 9})


PRIMES = (89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149)


def review(name: str, returned: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A contest of one mean with `returned` for its base, and its round."""
    ballot = {"kind": "grade", "grades": [{"id": "good", "name": "好"}, {"id": "poor", "name": "差"}], "unknown": False}
    mean = {"rule": "mean", "id": "avg", "cite": None, "classes": None, "weights": None, "of": "returned"}
    of = {**contest(rules=[{**mean, "points": {"good": "1", "poor": "0"}}]), "id": name, "ballot": ballot}
    return of, judge(of, {b'{"grade":"good"}': 1, b'{"grade":"poor"}': returned - 1})


def test_a_sum_over_a_dozen_people_is_longer_than_anybody_writes_and_still_a_number() -> None:
    reviews = [review(f"c{base}", base) for base in PRIMES]
    terms = [{"value": f"{of['id']}.avg", "times": "1"} for of, _judged in reviews]
    plain_score: dict[str, Any] = {
        "title": "总分",
        "clamp": None,
        "display": "number",
        "bands": None,
        "otherwise": None,
        "flags": [],
    }
    scores = [{"id": "sum", "sum": terms, **plain_score}, {"id": "twice", "sum": [], **plain_score}]
    scores[1]["sum"] = [{"score": "sum", "times": "2"}]
    item = {"inputs": [], "scores": scores, "contests": [of for of, _judged in reviews]}
    rounds = {of["id"]: [judged] for of, judged in reviews}
    found = judge_scores({**TODAY, "inputs": [], "scores": []}, [item], rounds, {})
    total = sum((Fraction(1, base) for base in PRIMES), Fraction(0))
    assert len(str(total)) > 40
    assert [found[name]["exact"] for name in ("sum", "twice")] == [str(total), str(2 * total)]


def test_a_weighted_mean_longer_than_anybody_writes_can_be_flagged() -> None:
    of, _judged = review("c", 1)
    classes = "ABCDEFGHIJ"
    weights = {name: str(Fraction(1, 997 - place)) for place, name in enumerate(classes)}
    flag: dict[str, Any] = {
        "rule": "flag",
        "id": None,
        "cite": None,
        "code": "low",
        "value": "avg",
        "under": "1",
        "consequences": [],
    }
    of = {**of, "voters": list(classes), "rules": [{**of["rules"][0], "weights": weights}, flag]}
    boxes = {
        name: {b'{"grade":"good"}': 1, b'{"grade":"poor"}': base - 1}
        for name, base in zip(classes, PRIMES, strict=False)
    }
    found = judge(of, boxes)
    assert len(found["values"]["avg"]["exact"]) > 40
    assert found["flags"] == [{"code": "low", "raised": True}]


def test_a_number_of_thousands_of_digits_is_refused_not_a_crash() -> None:
    longest = Fraction(10**MAX_DIGITS - 1, 10**MAX_DIGITS - 3)
    assert read_computed(format_exact(-longest)) == -longest
    for number in (Fraction(10**MAX_DIGITS), Fraction(1, 10**MAX_DIGITS)):
        with pytest.raises(RulesError, match="digits"):
            format_exact(number)
    with pytest.raises(RulesError, match="40 characters"):
        read_exact(format_exact(longest))


def test_the_plain_recount_imports_the_standard_library_only() -> None:
    tree = ast.parse(Path(plain.__file__).read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
