"""Scores: exact sums and pools, what is missing by name, the cap and the figure before it; and items let in later."""

from typing import Any

import pytest

from tests.verify.rules.meetings import contest, score, scoring, term
from verify.rules import NotNow, RulesError, check_scores, input_fits, judge_scores, may_admit

GRADES = [{"id": "good", "name": "好"}, {"id": "poor", "name": "差"}]


def rate(rule_id: str = "well", **fields: Any) -> dict[str, Any]:
    plain = {"rule": "rate", "id": rule_id, "cite": None, "classes": None, "grades": ["good"], "of": "valid"}
    return {**plain, "weights": None, **fields}


def item(*contests: str, scores: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    graded = [
        {**contest(rules=[rate(**fields)]), "id": one, "ballot": {"kind": "grade", "grades": GRADES, "unknown": False}}
        for one in contests
    ]
    return {"contests": graded, "inputs": [], "scores": scores or []}


def counted(exact: str | None, valid: int = 10) -> list[dict[str, Any]]:
    return [{"values": {"well": {"exact": exact}}, "counts": {"total": {"valid": valid}}}]


def test_a_composite_is_exact_to_the_last_fraction() -> None:
    team = score("team", sum=[term("20", value="one.well"), term(input="style")], clamp=["0", "100"])
    chief = score("chief", sum=[term("1/2", const="9.5"), term("1/20", score="team")])
    judged = judge_scores(
        scoring(chief, team, inputs=("style",)), [item("one")], {"one": counted("19/20")}, {"style": "29/2"}
    )
    assert list(judged) == ["chief", "team"]
    assert judged["team"] == {
        "exact": "67/2", "display": "33.50", "uncapped": "67/2", "missing": [], "flags": [], "bands": None
    }  # fmt: skip
    assert (judged["chief"]["exact"], judged["chief"]["display"]) == ("257/40", "6.43")


@pytest.mark.parametrize(("sum_", "exact"), [("103", "100"), ("100", "100"), ("99", "99"), ("0", "0"), ("-1/2", "0")])
def test_a_cap_keeps_the_figure_before_it(sum_: str, exact: str) -> None:
    judged = judge_scores(scoring(score(sum=[term(const=sum_)], clamp=["0", "100"])), [], {}, {})["s"]
    assert (judged["exact"], judged["uncapped"]) == (exact, sum_)


def test_a_pool_is_as_if_the_contests_were_one() -> None:
    both = score(pool=["one.well", "two.well"], display="percent")
    rounds = {"one": counted("1/2", 10), "two": counted("1", 30)}
    judged = judge_scores(scoring(both), [item("one", "two")], rounds, {})["s"]
    assert (judged["exact"], judged["display"]) == ("7/8", "87.50%")


def test_what_is_missing_is_listed_as_it_was_written() -> None:
    scores = [
        score("a", sum=[term(input="style"), term(value="one.well"), term(input="style"), term(const="1")]),
        score("b", sum=[term(score="a")]),
        score("c", pool=["one.well", "two.well"]),
    ]
    judged = judge_scores(scoring(*scores, inputs=("style",)), [item("one", "two")], {"one": counted(None)}, {})
    assert judged["a"]["missing"] == ["style", "one.well"]
    assert judged["b"]["missing"] == ["a"]
    assert judged["c"]["missing"] == ["one.well", "two.well"]
    assert all(one["exact"] is None and one["display"] is None and one["uncapped"] is None for one in judged.values())


def test_the_last_round_counts() -> None:
    rounds = {"one": counted("1/2") + counted("1/4")}
    assert judge_scores(scoring(score(sum=[term(value="one.well")])), [item("one")], rounds, {})["s"]["exact"] == "1/4"


def test_scores_have_bands_and_flags_of_their_own() -> None:
    flags = [
        {"code": "low", "under": "60", "consequences": [{"text": "整改", "confirm": "县委", "due": {"days": 1}}]},
        {"code": "high", "at_least": "60", "consequences": []},
    ]
    bands = [{"at_least": "90", "points": "1"}, {"at_least": "60", "points": "1/2"}]
    of = score(sum=[term(const="59.999")], bands=bands, otherwise="0", flags=flags, clamp=["0", "100"])
    judged = judge_scores(scoring(of), [], {}, {})["s"]
    assert (judged["display"], judged["bands"]) == ("60.00", {"exact": "0", "display": "0.00"})
    assert judged["flags"] == [{"code": "low", "raised": True}, {"code": "high", "raised": False}]
    assert [(one["text"], one["due"]) for one in judged["proposals"]] == [("整改", "2026-12-19")]
    nothing = judge_scores(scoring({**of, "sum": [term(value="one.well")]}), [item("one")], {}, {})["s"]
    assert nothing["bands"] == {"exact": None, "display": None}
    assert [one["raised"] for one in nothing["flags"]] == [False, False]
    assert nothing["proposals"] == []


def test_scores_of_items_come_after_those_of_the_meeting() -> None:
    of_item = item("one", scores=[score("x", sum=[term(const="1")])])
    assert list(judge_scores(scoring(score("y", sum=[term(score="x")])), [of_item], {}, {})) == ["y", "x"]


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param([score(sum=[term(score="s")])], id="itself"),
        pytest.param([score("a", sum=[term(score="b")]), score("b", sum=[term(score="a")])], id="a circle"),
        pytest.param([score(sum=[term(score="t")])], id="a score that is not there"),
        pytest.param([score(sum=[term(input="t")])], id="an input that is not there"),
        pytest.param([score(sum=[term(value="one.badly")])], id="a value that is not there"),
        pytest.param([score(sum=[term(value="three.well")])], id="a contest that is not there"),
        pytest.param([score(pool=["three.well"])], id="a pool of a contest that is not there"),
        pytest.param([score(pool=["weighted.well"])], id="a pool of weighted values"),
        pytest.param([score(pool=["partial.well"])], id="a pool of some classes"),
        pytest.param([score(pool=[])], id="a pool of nothing"),
        pytest.param([score("a", sum=[term(const="1")]), score("a", sum=[term(const="1")])], id="one id twice"),
        pytest.param([score(sum=[term(const="1")], clamp=["2", "1"])], id="a cap below the floor"),
        pytest.param([score(sum=[term(const="1")], display="words")], id="a display that is not known"),
    ],
)
def test_scores_that_could_not_be_computed_are_refused(scores: list[dict[str, Any]]) -> None:
    items = [item("one"), item("weighted", weights={"A": "1"}), item("partial", classes=["A"])]
    with pytest.raises(RulesError):
        check_scores(scoring(*scores), items)


@pytest.mark.parametrize(("value", "fits"), [("0", True), ("15", True), ("31/2", False), ("-1", False), ("14.5", True)])
def test_an_input_has_a_range(value: str, fits: bool) -> None:
    assert input_fits({"min": "0", "max": "15"}, value) == fits
    assert input_fits({"min": None, "max": None}, value)


PLAIN, CADRE = {"cadre": False}, {"cadre": True}
MOTION = contest("ab")
PASSED, FAILED = [{"passed": ["a"]}], [{"passed": []}]


@pytest.mark.parametrize(
    ("item_", "motion", "rounds", "already", "code"),
    [
        pytest.param(PLAIN, MOTION, PASSED, 0, None, id="let in"),
        pytest.param(PLAIN, MOTION, [{"passed": ["a", "b"]}], 1, None, id="a second one, of two that passed"),
        pytest.param(PLAIN, MOTION, FAILED + PASSED, 0, None, id="in the second round"),
        pytest.param(CADRE, MOTION, PASSED, 0, "ad-hoc-cadre-item", id="about cadres, whatever was voted"),
        pytest.param(PLAIN, None, [], 0, "not-admitted", id="no motion"),
        pytest.param(PLAIN, MOTION, [], 0, "not-admitted", id="not voted on"),
        pytest.param(PLAIN, MOTION, PASSED + FAILED, 0, "not-admitted", id="not passed in the last round"),
        pytest.param(PLAIN, MOTION, PASSED, 1, "not-admitted", id="a second one by a motion for one"),
        pytest.param(PLAIN, {"ballot": {"kind": "grade"}}, PASSED, 0, "not-admitted", id="no vote on a motion"),
    ],
)
def test_what_may_be_added_to_the_agenda(
    item_: dict[str, Any], motion: dict[str, Any] | None, rounds: list[dict[str, Any]], already: int, code: str | None
) -> None:
    if code is None:
        may_admit(item_, motion, rounds, already)
        return
    with pytest.raises(NotNow) as refused:
        may_admit(item_, motion, rounds, already)
    assert refused.value.code == code


def chain(length: int) -> list[dict[str, Any]]:
    first = score("s0", sum=[term(const="1")])
    return [first, *(score(f"s{number}", sum=[term(score=f"s{number - 1}")]) for number in range(1, length))]


def test_a_chain_of_scores_is_as_long_whichever_of_them_is_written_first() -> None:
    for listed in (chain(100), chain(100)[::-1]):
        check_scores(scoring(*listed), [])
    for listed in (chain(101), chain(101)[::-1], [*chain(101)[60:], *chain(101)[:60]]):
        with pytest.raises(RulesError, match="more than 100 in a row"):
            check_scores(scoring(*listed), [])


def test_a_sum_is_given_up_when_it_becomes_too_long_and_not_at_its_end() -> None:
    """Thousands of denominators would take a reader minutes. The last term brings it back to nothing, too late."""
    terms = [f"1/{10**37 + 2 * number + 1}" for number in range(6000)]
    with pytest.raises(RulesError, match="4000 digits"):
        check_scores(scoring(score(sum=[term(const=one) for one in terms])), [])
    some = terms[:120]
    there_and_back = [*some, *(f"-{one}" for one in some)]
    with pytest.raises(RulesError, match="4000 digits"):
        check_scores(scoring(score(sum=[term(const=one) for one in there_and_back])), [])
