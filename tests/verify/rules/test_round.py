"""One round judged: lines, bases, seats, classes, and the shape of what is announced."""

import itertools
import random
from typing import Any

import pytest

from tests.verify.rules.meetings import approving, contest, judge, pass_rule, quorum_rule, sealed, seats_rule
from verify.rules import ClassFigures, RulesError, check_contest, issued, judge_round, nearest_quorum, total_figures

KEYS = [
    "round",
    "poll",
    "counts",
    "tally",
    "tally_by_class",
    "quorum",
    "judgements",
    "values",
    "passed",
    "elected",
    "state",
    "reasons",
    "next",
    "flags",
    "proposals",
    "ranks",
    "barred",
]
COUNTS = ["expected", "present", "issued", "returned", "invalid", "valid", "abstain", "unknown", "scored"]


def test_a_round_has_exactly_the_fields_of_the_verdict() -> None:
    cite = {"document": "F4", "clause": "票决", "quote": "超过应到会常委的半数为通过"}
    of = contest(rules=[pass_rule(id="line", cite=cite), seats_rule()])
    found = judge(of, {sealed(a="approve", b="oppose"): 7, b"{}": 1, b"junk": 1, None: 1}, expected=13, present=11)
    assert list(found) == KEYS
    assert list(found["counts"]["total"]) == COUNTS
    assert found == {
        "round": 1,
        "poll": "p1",
        "counts": {
            "total": dict(zip(COUNTS, [13, 11, 10, 10, 2, 8, 1, 0, 7], strict=True)),
            "by_class": {},
        },
        "tally": {"a": {"approve": 7, "oppose": 0, "abstain": 1}, "b": {"approve": 0, "oppose": 7, "abstain": 1}},
        "tally_by_class": {},
        "quorum": None,
        "judgements": [
            {
                "rule": "pass",
                "id": "line",
                "candidate": "a",
                "holds": True,
                "working": "7 > 1/2 × 13",
                "of": "expected",
                "cite": cite,
            },
            {
                "rule": "pass",
                "id": "line",
                "candidate": "b",
                "holds": False,
                "working": "0 ≤ 1/2 × 13",
                "of": "expected",
                "cite": cite,
            },
            {
                "rule": "seats",
                "id": None,
                "candidate": None,
                "holds": True,
                "working": "1 = 1",
                "of": None,
                "cite": None,
            },
        ],
        "values": {},
        "passed": ["a"],
        "elected": ["a"],
        "state": "decided",
        "reasons": [],
        "next": "none",
        "flags": [],
        "proposals": [],
        "ranks": {},
        "barred": [],
    }


# Lines to pass


@pytest.mark.parametrize(
    ("how", "line", "votes", "base", "holds", "working"),
    [
        ("over", "1/2", 6, 12, False, "6 ≤ 1/2 × 12"),
        ("over", "1/2", 7, 12, True, "7 > 1/2 × 12"),
        ("over", "1/2", 6, 13, False, "6 ≤ 1/2 × 13"),
        ("over", "1/2", 7, 13, True, "7 > 1/2 × 13"),
        ("at_least", "1/2", 6, 12, True, "6 ≥ 1/2 × 12"),
        ("at_least", "1/2", 5, 12, False, "5 < 1/2 × 12"),
        ("at_least", "1/2", 6, 13, False, "6 < 1/2 × 13"),
        ("at_least", "2/3", 10, 15, True, "10 ≥ 2/3 × 15"),
        ("over", "2/3", 10, 15, False, "10 ≤ 2/3 × 15"),
        ("at_least", "2/3", 9, 14, False, "9 < 2/3 × 14"),
        ("at_least", "2/3", 10, 14, True, "10 ≥ 2/3 × 14"),
        ("at_least", "0.5", 6, 12, True, "6 ≥ 1/2 × 12"),
        ("at_least", "1", 12, 12, True, "12 ≥ 1 × 12"),
        ("over", "0", 0, 12, False, "0 ≤ 0 × 12"),
    ],
)
def test_a_line_is_compared_exactly(how: str, line: str, votes: int, base: int, holds: bool, working: str) -> None:
    of = contest("a", rules=[pass_rule(line, how=how)])
    found = judge(of, approving({"a": votes}), expected=base)
    assert found["judgements"][0]["holds"] is holds
    assert found["judgements"][0]["working"] == working
    assert found["passed"] == (["a"] if holds else [])


def test_a_third_of_a_large_number_is_not_rounded() -> None:
    third = 333_333_333_333_333
    of = contest("a", rules=[pass_rule("1/3", how="at_least")])
    assert judge(of, approving({"a": third}), expected=3 * third)["passed"] == ["a"]
    assert judge(of, approving({"a": third}), expected=3 * third + 1)["passed"] == []


@pytest.mark.parametrize(
    ("of", "base"),
    [("expected", 20), ("present", 15), ("issued", 12), ("returned", 10), ("valid", 9), ("scored", 8)],
)
def test_each_base_is_its_own_count(of: str, base: int) -> None:
    paper: dict[bytes | None, int] = {sealed(a="approve"): 8, b"{}": 1, b"junk": 1}
    found = judge_round(
        contest=contest("a", rules=[pass_rule(of=of)]),
        round_number=1,
        poll="p1",
        figures={"A": ClassFigures(expected=20, present=15, issued=12, returned=10)},
        choices={"A": paper},
        quorum=None,
        present_at_opening={},
        min_class=5,
        earlier=[],
    )
    assert found["judgements"][0]["working"].endswith(f"1/2 × {base}")


@pytest.mark.parametrize("how", ["at_least", "over"])
def test_a_base_of_zero_lets_nobody_pass(how: str) -> None:
    found = judge(contest("a", rules=[pass_rule("0", how=how, of="valid")]), {b"junk": 3})
    assert found["judgements"][0]["holds"] is False
    assert found["judgements"][0]["working"] == "0/0"
    assert found["passed"] == []


def test_a_poll_without_ballots_is_judged() -> None:
    found = judge(contest(), {}, expected=12)
    assert found["reasons"] == ["tie", "none"]
    assert found["counts"]["total"]["returned"] == 0


def test_a_line_may_count_another_mark() -> None:
    of = contest("a", rules=[pass_rule("1/3", how="at_least", of="valid", mark="oppose")])
    assert judge(of, {sealed(a="oppose"): 2, sealed(a="approve"): 4})["passed"] == ["a"]


def test_with_several_lines_a_candidate_passes_when_all_hold() -> None:
    of = contest("ab", rules=[pass_rule("1/2", of="valid"), pass_rule("1/3", of="expected"), seats_rule()])
    assert judge(of, approving({"a": 4, "b": 1}), expected=11)["passed"] == ["a"]
    assert judge(of, approving({"a": 4, "b": 1}), expected=12)["passed"] == []


def test_where_a_rule_stands_in_the_list_orders_the_judgements_alone() -> None:
    votes = approving({"a": 4, "b": 1})
    first = judge(contest(rules=[pass_rule(), seats_rule()]), votes)
    last = judge(contest(rules=[seats_rule(), pass_rule()]), votes)
    assert first["elected"] == last["elected"] == ["a"]
    assert [one["rule"] for one in first["judgements"]] == ["pass", "pass", "seats"]
    assert [one["rule"] for one in last["judgements"]] == ["seats", "pass", "pass"]


def test_without_a_line_nobody_passes_and_nobody_is_elected() -> None:
    found = judge(contest(rules=[seats_rule()]), approving({"a": 5}))
    assert (found["passed"], found["elected"], found["reasons"]) == ([], [], ["none"])


def test_a_contest_without_seats_is_counted_and_still_tells_who_passed() -> None:
    found = judge(contest(rules=[pass_rule()]), approving({"b": 4, "a": 1}))
    assert found["passed"] == ["b"]
    assert (found["elected"], found["state"], found["reasons"], found["next"]) == ([], "counted", [], "none")


def test_a_contest_without_rules_is_counted() -> None:
    found = judge(contest(rules=[]), approving({"b": 4, "a": 1}))
    assert (found["judgements"], found["passed"], found["state"]) == ([], [], "counted")


# Ballots


def test_one_approval_too_many_spoils_the_ballot_for_both_candidates() -> None:
    votes = {
        sealed(a="approve", b="oppose"): 7,
        sealed(a="oppose", b="approve"): 3,
        sealed(a="approve", b="approve"): 1,
    }
    found = judge(contest(), votes, expected=12)
    assert found["tally"]["a"] == {"approve": 7, "oppose": 3, "abstain": 0}
    assert found["counts"]["total"]["invalid"] == 1


def test_the_same_choice_padded_or_not_is_counted_together() -> None:
    votes = {sealed(a="approve"): 2, sealed(a="approve") + b"    ": 3}
    assert judge(contest(), votes)["tally"]["a"]["approve"] == 5


def test_equal_plaintexts_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    from verify.rules import count

    real = count.read_choice
    monkeypatch.setattr(count, "read_choice", lambda ballot, text: read.append(text) or real(ballot, text))
    judge(contest(voters="AB"), {"A": {b"{}": 500, b"x": 1}, "B": {b"{}": 500, None: 2}})
    assert sorted(read, key=repr) == sorted([b"{}", b"x", None], key=repr)


# Seats


@pytest.mark.parametrize(
    ("votes", "expected", "seats", "passed", "elected", "reasons"),
    [
        pytest.param({"a": 6, "b": 6}, 12, 1, "", "", ["tie", "none"], id="six to six of twelve"),
        pytest.param({"a": 7, "b": 5}, 12, 1, "a", "a", [], id="seven to five of twelve"),
        pytest.param({"a": 7, "b": 6}, 13, 1, "a", "a", [], id="seven of thirteen"),
        pytest.param({"a": 0, "b": 0}, 12, 1, "", "", ["tie", "none"], id="nobody approved: a tie at zero"),
        pytest.param({"a": 6, "b": 5}, 12, 1, "", "", ["none"], id="most votes but not over half"),
        pytest.param({"a": 3, "b": 6}, 9, 1, "b", "b", [], id="the second name on the paper"),
        pytest.param({"a": 5, "b": 5, "c": 5}, 8, 2, "abc", "", ["tie"], id="three equal for two seats"),
        pytest.param({"a": 5, "b": 6, "c": 5}, 8, 2, "bac", "b", ["tie"], id="the last seat is tied"),
        pytest.param({"a": 5, "b": 6, "c": 4}, 8, 2, "ba", "ba", [], id="two of three"),
        pytest.param({"a": 6, "b": 6, "c": 4}, 8, 2, "ab", "ab", [], id="a tie within the seats is none"),
        pytest.param({"a": 5, "b": 4, "c": 3}, 8, 2, "a", "a", ["too-few"], id="one passed for two seats"),
        pytest.param({"a": 5, "b": 3, "c": 3}, 8, 2, "a", "a", ["tie", "too-few"], id="one passed, the rest tied"),
        pytest.param({"a": 5, "b": 0, "c": 0}, 8, 2, "a", "a", ["tie", "too-few"], id="one passed, the rest at zero"),
        pytest.param({"a": 4, "b": 4, "c": 4}, 8, 2, "", "", ["tie", "none"], id="nobody passed, all tied"),
        pytest.param({"a": 5, "b": 5}, 8, 2, "ab", "ab", [], id="as many seats as candidates: no tie"),
        pytest.param({"a": 0, "b": 0}, 8, 2, "", "", ["none"], id="as many seats as candidates, nobody approved"),
        pytest.param({"a": 5}, 8, 1, "a", "a", [], id="one candidate passes"),
        pytest.param({"a": 4}, 8, 1, "", "", ["none"], id="one candidate does not pass"),
        pytest.param({"a": 5, "b": 5}, 8, 3, "ab", "ab", ["too-few"], id="more seats than candidates"),
    ],
)
def test_seats(votes: dict[str, int], expected: int, seats: int, passed: str, elected: str, reasons: list[str]) -> None:
    names = "".join(votes)
    of = contest(names, rules=[pass_rule(), seats_rule(seats)], max_approve=len(names))
    # One ballot per rank of votes, so that each candidate gets exactly the approvals named.
    papers: dict[bytes | None, int] = {}
    for place in range(max(votes.values())):
        paper = sealed(**{name: "approve" for name in names if votes[name] > place})
        papers[paper] = papers.get(paper, 0) + 1
    found = judge(of, papers, expected=expected)
    assert {name: found["tally"][name]["approve"] for name in names} == votes
    assert found["passed"] == list(passed)
    assert found["elected"] == list(elected)
    assert found["reasons"] == reasons
    assert found["state"] == ("decided" if len(elected) == seats else "undecided")
    working = found["judgements"][-1]["working"]
    assert working == f"{len(elected)} {'=' if len(elected) == seats else '<'} {seats}"


@pytest.mark.parametrize(
    ("on_failure", "max_rounds", "next_step"),
    [("committee", 2, "committee-decides"), ("revote", 2, "revote"), ("end", 2, "ended")]
    + [(on_failure, 1, "ended") for on_failure in ("committee", "revote", "end")],
)
def test_what_comes_after_an_undecided_round(on_failure: str, max_rounds: int, next_step: str) -> None:
    rules = [pass_rule(), seats_rule(1, max_rounds, on_failure)]
    assert judge(contest(rules=rules), approving({"a": 1, "b": 1}))["next"] == next_step
    assert judge(contest(rules=rules), approving({"a": 2, "b": 1}))["next"] == "none"


def test_nothing_comes_after_a_round_that_leaves_nobody_to_vote_on() -> None:
    of = contest("ab", rules=[pass_rule(), seats_rule(3, 5, "revote")], max_approve=2)
    found = judge(of, {sealed(a="approve", b="approve"): 5})
    assert (found["state"], found["reasons"], found["next"]) == ("undecided", ["too-few"], "ended")


def test_a_later_round_fills_the_seats_that_are_left() -> None:
    rules = [pass_rule(), seats_rule(2, 3)]
    of = contest("abc", rules=rules, max_approve=2)
    first = judge(of, {sealed(a="approve", b="approve"): 2, sealed(a="approve", c="approve"): 2, b"{}": 1}, expected=5)
    assert (first["elected"], first["reasons"]) == (["a"], ["tie", "too-few"])
    second = judge(contest("bc", rules=rules, max_approve=2), approving({"b": 3, "c": 2}), earlier=[first])
    assert (second["round"], second["elected"], second["state"], second["next"]) == (2, ["b"], "decided", "none")
    assert second["judgements"][-1]["working"] == "1 = 1"
    tied = judge(contest("bc", rules=rules, max_approve=2), approving({"b": 2, "c": 2}), earlier=[first])
    assert (tied["elected"], tied["reasons"], tied["next"]) == ([], ["tie", "none"], "committee-decides")
    assert tied["judgements"][-1]["working"] == "0 < 1"
    third = judge(contest("bc", rules=rules, max_approve=2), approving({"b": 2, "c": 2}), earlier=[first, tied])
    assert third["next"] == "ended"


def test_a_line_of_some_classes_can_leave_a_seat_empty_without_a_reason() -> None:
    """a has more approvals of all, b alone passes among A: the seat is a's place, and a did not pass."""
    of = contest("ab", rules=[pass_rule(classes=["A"], of="valid"), seats_rule()], voters="AB")
    found = judge(of, {"A": approving({"b": 3}), "B": approving({"a": 5})})
    assert (found["passed"], found["elected"], found["state"], found["reasons"]) == (["b"], [], "undecided", [])


# Classes and observers

CLASSES = {"A": approving({"a": 6, "b": 1}), "B": approving({"a": 2, "b": 3})}


def test_counts_are_split_by_class_when_every_class_is_large_enough() -> None:
    found = judge(contest(voters="AB"), CLASSES, min_class=5)
    assert list(found["counts"]["by_class"]) == list(found["tally_by_class"]) == ["A", "B"]
    assert found["counts"]["by_class"]["B"]["issued"] == 5
    assert found["tally_by_class"]["B"]["a"] == {"approve": 2, "oppose": 0, "abstain": 3}
    for name in COUNTS:
        split = found["counts"]["by_class"]
        assert found["counts"]["total"][name] == split["A"][name] + split["B"][name]


def test_one_small_class_hides_every_class() -> None:
    found = judge(contest(voters="AB"), CLASSES, min_class=6)
    assert found["counts"]["by_class"] == found["tally_by_class"] == {}


def test_a_single_class_is_not_split() -> None:
    assert judge(contest(), approving({"a": 9}))["counts"]["by_class"] == {}


def test_observers_vote_but_are_not_expected() -> None:
    found = judge(contest("ab", rules=[pass_rule()], voters="AB"), CLASSES, observers="B")
    total = found["counts"]["total"]
    assert (total["expected"], total["present"], total["issued"], total["returned"]) == (7, 7, 12, 12)
    assert found["judgements"][0]["working"] == "8 > 1/2 × 7"
    assert found["counts"]["by_class"]["B"]["expected"] == 5


def test_a_line_may_count_some_classes_only() -> None:
    of = contest("ab", rules=[pass_rule(classes=["B"], of="valid")], voters="AB")
    found = judge(of, CLASSES)
    assert [one["working"] for one in found["judgements"]] == ["2 ≤ 1/2 × 5", "3 > 1/2 × 5"]
    assert found["passed"] == ["b"]


def test_a_line_over_expected_observers_has_no_base() -> None:
    of = contest("ab", rules=[pass_rule("0", classes=["B"])], voters="AB")
    found = judge(of, CLASSES, observers="B")
    assert [(one["holds"], one["working"]) for one in found["judgements"]] == [(False, "2/0"), (False, "3/0")]


def test_totals_leave_observers_out_of_expected_and_present_only() -> None:
    members = ClassFigures(expected=10, present=9, issued=8, returned=7)
    guests = ClassFigures(expected=5, present=4, issued=3, returned=2, observer=True)
    assert total_figures([members, guests]) == ClassFigures(expected=10, present=9, issued=11, returned=9)


def test_issued_is_redeemed_less_replaced_and_recused_plus_paper() -> None:
    assert issued(redeemed=12) == 12
    assert issued(redeemed=12, replaced=1, recused=2, handed_out=3) == 12


# Order makes no difference


def test_permuting_ballots_and_classes_changes_nothing() -> None:
    rng = random.Random(7)
    names = "abc"
    box = [
        (voter_class, sealed(**{name: rng.choice(["approve", "oppose", "abstain"]) for name in names}))
        for voter_class in "AABBB"
        for _ in range(6)
    ]
    rules = [pass_rule("1/4", of="valid"), seats_rule(2)]
    results = []
    for voters in itertools.permutations("AB"):
        for _ in range(5):
            rng.shuffle(box)
            by_class: dict[str, dict[bytes | None, int]] = {}
            for voter_class, text in box:
                papers = by_class.setdefault(voter_class, {})
                papers[text] = papers.get(text, 0) + 1
            results.append(judge(contest(names, rules=rules, max_approve=2, voters="".join(voters)), by_class))
    assert all(result == results[0] for result in results)


def test_permuting_candidates_changes_only_the_order() -> None:
    votes = {sealed(a="approve", c="approve"): 4, sealed(b="approve"): 3, sealed(c="oppose"): 1}
    rules = [pass_rule("1/4", of="valid"), seats_rule(2)]
    plain = judge(contest("abc", rules=rules, max_approve=2), votes)
    assert plain["passed"] == ["a", "c", "b"]
    for names in itertools.permutations("abc"):
        found = judge(contest("".join(names), rules=rules, max_approve=2), votes)
        assert found["tally"] == plain["tally"]
        assert list(found["tally"]) == list(names)
        assert set(found["elected"]) == set(plain["elected"])
        assert found["passed"] == [*sorted("ac", key=names.index), "b"]
        assert [found[key] for key in ("state", "reasons", "next")] == [
            plain[key] for key in ("state", "reasons", "next")
        ]


# Quorum

MEETING = {"at_least": "2/3", "of": "expected"}
ITEM = {"over": "1/2", "of": "expected"}


def test_the_nearest_quorum_wins() -> None:
    plain, own = contest(), contest(rules=[quorum_rule("3/4"), pass_rule()])
    assert nearest_quorum(None, None, plain) is None
    assert nearest_quorum(MEETING, None, plain) == nearest_quorum(None, MEETING, plain)
    assert (
        nearest_quorum(MEETING, ITEM, plain)
        == nearest_quorum(None, ITEM, plain)
        != nearest_quorum(MEETING, None, plain)
    )
    assert nearest_quorum(MEETING, ITEM, own) == nearest_quorum({"at_least": "3/4", "of": "expected"}, None, plain)


@pytest.mark.parametrize(
    ("present", "quorum", "held", "working"),
    [
        (9, MEETING, False, "9 < 2/3 × 14"),
        (10, MEETING, True, "10 ≥ 2/3 × 14"),
        (7, ITEM, False, "7 ≤ 1/2 × 14"),
        (8, ITEM, True, "8 > 1/2 × 14"),
        (0, MEETING, False, "0 < 2/3 × 14"),
    ],
)
def test_quorum_is_measured_when_the_poll_opens(present: int, quorum: dict[str, Any], held: bool, working: str) -> None:
    found = judge(
        contest(),
        approving({"a": 3}),
        expected=14,
        present=14,
        quorum=nearest_quorum(quorum, None, contest()),
        at_opening={"A": present},
    )
    assert found["quorum"] == {"held": held, "working": working}
    assert all(one["rule"] != "quorum" for one in found["judgements"])


def test_exactly_two_thirds_is_at_least_two_thirds() -> None:
    quorum = nearest_quorum(MEETING, None, contest())
    found = judge(contest(), {}, expected=12, quorum=quorum, at_opening={"A": 8})
    assert found["quorum"] == {"held": True, "working": "8 ≥ 2/3 × 12"}


def test_observers_are_in_no_quorum() -> None:
    of = contest(voters="AB")
    quorum = nearest_quorum(MEETING, None, of)
    found = judge(of, {}, expected=6, observers="B", quorum=quorum, at_opening={"A": 3, "B": 6})
    assert found["quorum"] == {"held": False, "working": "3 < 2/3 × 6"}
    nobody = judge(of, {}, expected=6, observers="AB", quorum=quorum, at_opening={"A": 6, "B": 6})
    assert nobody["quorum"] == {"held": False, "working": "0/0"}


def test_a_contest_s_own_quorum_is_also_a_judgement() -> None:
    of = contest(rules=[pass_rule(), quorum_rule(), seats_rule()])
    found = judge(of, {}, expected=14, quorum=nearest_quorum(None, None, of), at_opening={"A": 10})
    assert found["judgements"][2] == {
        "rule": "quorum",
        "id": None,
        "candidate": None,
        "holds": True,
        "working": "10 ≥ 2/3 × 14",
        "of": "expected",
        "cite": None,
    }
    assert found["quorum"] == {"held": True, "working": "10 ≥ 2/3 × 14"}


# Refusals


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        pytest.param([{"rule": "lottery"}], "unknown rule", id="an unknown rule"),
        pytest.param([seats_rule(), seats_rule()], "at most one", id="two rules for the seats"),
        pytest.param([quorum_rule(), quorum_rule()], "at most one", id="two quorums"),
        pytest.param([pass_rule(at_least="1/2")], "exactly one", id="a line at least and over"),
        pytest.param([{**pass_rule(), "over": None}], "exactly one", id="no line"),
        pytest.param([pass_rule("half")], "exact number", id="a line in words"),
        pytest.param([pass_rule(of="invited")], "base", id="an unknown base"),
        pytest.param([pass_rule(mark="yes")], "marks", id="an unknown mark"),
        pytest.param([pass_rule(classes=["Z"])], "class", id="a class that does not vote"),
        pytest.param([{**quorum_rule(), "of": "present"}], "expected", id="a quorum of those present"),
        pytest.param([seats_rule(on_failure="lots")], "on_failure", id="an unknown way on"),
    ],
)
def test_a_contest_that_cannot_be_judged_is_refused_before_its_poll(rules: list[dict[str, Any]], reason: str) -> None:
    check_contest(contest())
    check_contest(contest(rules=[quorum_rule(), pass_rule(classes=["A"]), seats_rule()]))
    with pytest.raises(RulesError, match=reason):
        check_contest(contest(rules=rules))


def test_an_unknown_ballot_kind_is_refused() -> None:
    with pytest.raises(RulesError, match="unknown ballot kind"):
        check_contest({**contest(rules=[]), "ballot": {"kind": "cumulative"}})


def test_two_quorums_are_refused_when_the_nearest_is_asked_for() -> None:
    with pytest.raises(RulesError, match="at most one"):
        nearest_quorum(None, None, contest(rules=[quorum_rule(), quorum_rule()]))


def test_figures_that_do_not_belong_together_are_refused() -> None:
    def spoil(figures: dict[str, ClassFigures], choices: dict[str, dict[bytes | None, int]]) -> None:
        judge_round(
            contest=contest(),
            round_number=1,
            poll="p1",
            figures=figures,
            choices=choices,
            quorum=None,
            present_at_opening={},
            min_class=5,
            earlier=[],
        )

    good = ClassFigures(expected=2, present=2, issued=2, returned=1)
    spoil({"A": good}, {"A": {b"{}": 1}})
    with pytest.raises(RulesError, match="1 returned"):
        spoil({"A": good}, {"A": {b"{}": 2}})
    with pytest.raises(RulesError, match="1 returned"):
        spoil({"A": good}, {})
    with pytest.raises(RulesError, match="classes"):
        spoil({"A": good, "B": good}, {"A": {b"{}": 1}})
    with pytest.raises(RulesError, match="classes"):
        spoil({}, {})
    with pytest.raises(RulesError, match="classes"):
        spoil({"A": good}, {"A": {b"{}": 1}, "B": {b"{}": 1}})
    with pytest.raises(RulesError, match="below zero"):
        ClassFigures(expected=2, present=2, issued=issued(redeemed=1, recused=2), returned=0)
