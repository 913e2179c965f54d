"""The promise: whatever is published can be computed to the end, and written down, whatever is voted and attested."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballot_service.meetings import number_sizes
from ballot_service.meetings.meeting_file import MeetingPlan, Refusal, read_meeting_value
from tests.ballot_service.meetings.sample_meetings import TIE_MEETING
from tests.ballot_service.meetings.test_meeting_file import as_value
from verify import rules

GRADES = [{"id": "good", "name": "好"}, {"id": "poor", "name": "差"}]


def thirds(number: int) -> str:
    """1/n for odd n of 15 digits: hardly two of them share a factor."""
    return f"1/{10**14 + 2 * number + 1}"


def read(**fields: Any) -> MeetingPlan:
    return read_meeting_value(as_value(TIE_MEETING) | fields)


def reviewed(classes: int, **mean: Any) -> dict[str, Any]:
    """A meeting in which so many classes give one grade."""
    ids = [f"C{number}" for number in range(classes)]
    rule = {"rule": "mean", "id": "avg", "points": {"good": 100, "poor": 40}, **mean}
    contest = {"id": "review", "voters": ids, "ballot": {"kind": "grade", "grades": GRADES}, "rules": [rule]}
    return {
        "classes": [{"id": one, "name": one, "expected": 99} for one in ids],
        "agenda": [{"id": "review", "title": "测评", "contests": [contest]}],
        "slips": {"reserve": {}},
    }


def refused_at(**fields: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        read(**fields)
    assert caught.value.code == "bad-meeting-file"
    assert all("digits" in problem.found for problem in caught.value.problems)
    return [problem.path for problem in caught.value.problems]


def test_a_score_of_more_denominators_than_anybody_can_write_is_refused() -> None:
    terms = [{"const": thirds(number)} for number in range(400)]
    assert refused_at(scores=[{"id": "s", "sum": terms}]) == ["scores[0]"]


def test_so_is_one_that_only_the_figures_to_come_would_make_so_long() -> None:
    """Nothing is known of an input when the meeting is published; at the end no score could be recorded."""
    terms = [{"input": "style", "times": thirds(number)} for number in range(400)]
    scores = [{"id": "s", "sum": terms}, {"id": "t", "sum": [{"score": "s"}]}]
    assert refused_at(inputs=[{"id": "style", "title": "作风"}], scores=scores) == ["scores[0]"]


def test_a_sum_that_grows_from_score_to_score_is_refused_where_it_is_too_long() -> None:
    chain: list[dict[str, Any]] = [{"id": "s0", "sum": [{"const": "1"}]}]
    for number in range(1, 40):
        terms = [{"score": f"s{number - 1}", "times": thirds(10 * number + each)} for each in range(10)]
        chain.append({"id": f"s{number}", "sum": terms})
    assert refused_at(scores=chain)[0] in [f"scores[{number}]" for number in range(2, 6)]


def test_weights_with_more_denominators_than_anybody_can_write_are_refused() -> None:
    weights = {f"C{number}": thirds(number) for number in range(255)}
    assert refused_at(**reviewed(255, weights=weights)) == ["agenda[0].contests[0].rules[0].weights"]


def test_what_counties_write_is_far_from_it() -> None:
    read(**reviewed(255, weights={f"C{number}": number + 1 for number in range(255)}))
    inputs = [{"id": f"i{number}", "title": "台账", "min": 0, "max": 100} for number in range(200)]
    terms = [{"input": one["id"], "times": "0.05"} for one in inputs]
    read(inputs=inputs, scores=[{"id": "s", "sum": [*terms, {"const": "1/3"}], "clamp": ["0", "100"]}])


NUMBERS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**9)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=8), st.lists(NUMBERS, min_size=2, max_size=2))
@settings(deadline=None, max_examples=80)
def test_no_sum_is_longer_than_it_was_thought_to_become(terms: list[tuple[Fraction, Fraction]], ends: Any) -> None:
    clamp = [str(one) for one in sorted(ends)]
    written = [{"const": str(const), "times": str(times)} for const, times in terms]
    size = number_sizes.of_clamped(
        number_sizes.of_sum(
            number_sizes.of_product(number_sizes.of_number(one["const"]), number_sizes.of_number(one["times"]))
            for one in written
        ),
        clamp,
    )
    score = {"id": "s", "sum": written, "clamp": clamp, "display": "number", "bands": None, "flags": []}
    judged = rules.judge_scores({"inputs": [], "scores": [score]}, [], {}, {})["s"]
    for exact in (judged["exact"], judged["uncapped"]):
        number = Fraction(exact)
        assert len(str(abs(number.numerator))) <= size.digits
        assert number.denominator == 1 or len(str(number.denominator)) <= size.below


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), NUMBERS.map(abs)), min_size=1, max_size=6),
    st.lists(NUMBERS, min_size=2, max_size=2),
    st.booleans(),
)
@settings(deadline=None, max_examples=80)
def test_no_mean_is_longer_than_it_was_thought_to_become(
    classes: list[tuple[int, int, Fraction]], points: list[Fraction], weighted: bool
) -> None:
    ids = [f"C{number}" for number in range(len(classes))]
    weights = {one: str(weight + 1) for one, (_, _, weight) in zip(ids, classes, strict=True)}
    rule = {
        "rule": "mean", "id": "avg", "cite": None, "classes": None, "of": "returned",
        "points": {"good": str(points[0]), "poor": str(points[1])},
        "weights": weights if weighted else None,
    }  # fmt: skip
    judged = rules.judge_round(
        contest={
            "voters": ids, "post": None, "rules": [rule], "ballot": {"kind": "grade", "grades": GRADES, "unknown": True}
        },
        round_number=1,
        poll="p1",
        figures={
            one: rules.ClassFigures(expected=120, present=120, issued=120, returned=good + poor)
            for one, (good, poor, _) in zip(ids, classes, strict=True)
        },
        choices={
            one: {b'{"grade":"good"}': good, b'{"grade":"poor"}': poor}
            for one, (good, poor, _) in zip(ids, classes, strict=True)
        },
        quorum=None,
        present_at_opening={},
        min_class=5,
        earlier=[],
    )  # fmt: skip
    exact = judged["values"]["avg"]["exact"]
    if exact is None:
        return
    number, size = Fraction(exact), number_sizes.of_value(rule)
    assert len(str(abs(number.numerator))) <= size.digits
    assert number.denominator == 1 or len(str(number.denominator)) <= size.below
