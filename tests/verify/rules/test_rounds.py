"""From round to round, what the ledger keeps of one, and how whole contests end."""

import copy
from typing import Any

import pytest

from tests.verify.rules.meetings import approving, contest, judge, pass_rule, sealed, seats_rule
from verify.rules import NotNow, encode_canonical, final, may_decide, nearest_quorum, next_round, result_form


def counted(number: int = 1, after: str = "committee-decides", elected: str = "", barred: str = "") -> dict[str, Any]:
    """The fields of a round object that the way on depends on."""
    return {
        "round": number,
        "next": after,
        "state": "decided" if after == "none" else "undecided",
        "elected": list(elected),
        "barred": [{"person": name, "post": "director", "from": "2026-12-18", "until": None} for name in barred],
    }


def names(of: dict[str, Any]) -> str:
    return "".join(candidate["id"] for candidate in of["ballot"]["candidates"])


def refusal(rounds: list[dict[str, Any]], decisions: dict[int, str]) -> str:
    with pytest.raises(NotNow) as refused:
        next_round(contest("ab"), rounds, decisions)
    return refused.value.code


def test_the_first_round_prints_the_contest_as_it_is() -> None:
    of = contest("ab")
    assert next_round(of, [], {}) == (1, of)


def test_the_committee_must_decide_before_a_second_round() -> None:
    assert refusal([counted()], {}) == "no-decision"
    assert refusal([counted()], {1: "end"}) == "no-decision"
    assert next_round(contest("ab"), [counted()], {1: "revote"})[0] == 2


def test_a_decision_about_an_earlier_round_does_not_serve_a_later_one() -> None:
    assert refusal([counted(), counted(2)], {1: "revote"}) == "no-decision"


def test_a_revote_by_rule_needs_no_decision() -> None:
    assert next_round(contest("ab"), [counted(after="revote")], {})[0] == 2


@pytest.mark.parametrize("after", ["none", "ended"])
def test_nothing_follows_a_contest_that_is_decided_counted_or_ended(after: str) -> None:
    assert refusal([counted(after=after)], {}) == "round-limit"
    assert refusal([counted(after=after)], {1: "revote"}) == "round-limit"


def test_the_next_paper_differs_in_its_candidates_alone() -> None:
    of = contest("abcd", rules=[pass_rule(), seats_rule(3, 3)], max_approve=3)
    before = copy.deepcopy(of)
    number, printed = next_round(of, [counted(elected="a"), counted(2, "revote", barred="c")], {1: "revote"})
    assert (number, names(printed)) == (3, "bd")
    assert of == before
    kept = [candidate for candidate in of["ballot"]["candidates"] if candidate["id"] in "bd"]
    assert encode_canonical(printed) == encode_canonical({**of, "ballot": {**of["ballot"], "candidates": kept}})


def test_someone_barred_elsewhere_is_left_off_too() -> None:
    assert names(next_round(contest("abc"), [counted(after="revote")], {}, barred={"b"})[1]) == "ac"


def test_the_first_round_prints_every_name() -> None:
    assert names(next_round(contest("abc"), [], {}, barred={"b"})[1]) == "abc"


def test_nobody_left_is_the_end() -> None:
    assert refusal([counted(after="revote", elected="a", barred="b")], {}) == "round-limit"


def test_a_decision_is_taken_once_and_only_when_asked_for() -> None:
    of = contest()
    assert may_decide(of, [counted()], {})
    assert may_decide(of, [counted(), counted(2)], {1: "revote"})
    assert not may_decide(of, [], {})
    assert not may_decide(of, [counted()], {1: "revote"})
    assert not may_decide(of, [counted()], {1: "end"})
    for after in ("none", "ended", "revote"):
        assert not may_decide(of, [counted(after=after)], {})


def test_final_unites_the_rounds() -> None:
    assert final([], {}) == {"state": "not-polled", "elected": [], "barred": [], "ended": False}
    rounds = [counted(elected="ca", barred="d"), counted(2, "none", elected="b")]
    assert final(rounds, {1: "revote"}) == {
        "state": "decided",
        "elected": ["c", "a", "b"],
        "barred": rounds[0]["barred"],
        "ended": False,
    }


def test_ended_is_said_only_of_a_decision_to_end() -> None:
    assert final([counted()], {1: "end"})["ended"] is True
    assert final([counted()], {})["ended"] is False
    assert final([counted(after="ended")], {})["ended"] is False


def test_a_tie_is_voted_again_and_decided() -> None:
    """差额票决: six to six of twelve, a second vote, seven to three with one ballot spoilt."""
    of = contest("ab")
    first = judge(of, {sealed(a="approve", b="oppose"): 6, sealed(a="oppose", b="approve"): 6})
    assert (first["reasons"], first["next"]) == (["tie", "none"], "committee-decides")
    number, printed = next_round(of, [first], {1: "revote"})
    assert (number, printed) == (2, of)
    papers: dict[bytes | None, int] = {
        sealed(a="approve", b="oppose"): 7,
        sealed(a="oppose", b="approve"): 3,
        sealed(a="approve", b="approve"): 1,
    }
    second = judge(printed, papers, expected=12, earlier=[first])
    assert second["tally"]["b"] == {"approve": 3, "oppose": 7, "abstain": 0}
    assert final([first, second], {1: "revote"}) == {"state": "decided", "elected": ["a"], "barred": [], "ended": False}
    with pytest.raises(NotNow):
        next_round(of, [first, second], {1: "revote"})


def test_seven_of_fourteen_is_not_over_half_and_the_committee_ends_it() -> None:
    of = contest("w")
    quorum = nearest_quorum({"at_least": "2/3", "of": "expected"}, None, of)
    papers: dict[bytes | None, int] = {sealed(w="approve"): 7, sealed(w="oppose"): 1, b"{}": 1, b"not a ballot": 1}
    only = judge(of, papers, expected=14, present=10, quorum=quorum, at_opening={"A": 10})
    assert only["tally"] == {"w": {"approve": 7, "oppose": 1, "abstain": 1}}
    assert (only["passed"], only["reasons"], only["quorum"]["held"]) == ([], ["none"], True)
    assert final([only], {1: "end"}) == {"state": "undecided", "elected": [], "barred": [], "ended": True}


# The form of the ledger


def test_the_ledger_keeps_outcomes_and_no_prose() -> None:
    of = contest("ab")
    quorum = nearest_quorum({"at_least": "2/3", "of": "expected"}, None, of)
    judged = judge(of, approving({"a": 3}), quorum=quorum, at_opening={"A": 3})
    judged["values"] = {"avg": {"exact": "70", "display": "70.00", "empty_classes": []}}
    before = copy.deepcopy(judged)
    form = result_form(judged)
    assert judged == before
    assert form["quorum"] == {"held": True}
    assert form["values"] == {"avg": {"exact": "70", "empty_classes": []}}
    assert set(before) - set(form) == {"judgements", "proposals"}
    rest = set(form) - {"quorum", "values"}
    assert {name: form[name] for name in rest} == {name: before[name] for name in rest}
    assert encode_canonical(form)


def test_a_candidate_or_rule_named_like_prose_stays_in_the_ledger() -> None:
    of = contest("ab")
    of["ballot"]["candidates"][0]["id"] = "display"
    of["ballot"]["candidates"][1]["id"] = "working"
    judged = judge(of, {sealed(display="approve"): 3})
    judged["values"] = {"working": {"exact": "1", "display": "1.00"}, "display": {"exact": None, "display": None}}
    form = result_form(judged)
    assert set(form["tally"]) == {"display", "working"}
    assert form["values"] == {"working": {"exact": "1"}, "display": {"exact": None}}
    assert form["quorum"] is None
