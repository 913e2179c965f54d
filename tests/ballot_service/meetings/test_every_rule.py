"""The promise: whatever a meeting file can say is read; and no field of it can be spoilt without being named."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballot_service.meetings.meeting_file import Refusal, load_yaml, read_meeting_text, read_meeting_value
from tests.ballot_service.meetings.sample_meetings import FULL_MEETING
from tests.ballot_service.meetings.test_meeting_file import REMOVED, as_meeting_file, as_value, refused, spoil
from verify import agenda, rules

SHARED_EXAMPLES = Path(__file__).parents[4] / "shared" / "examples"
FILE = as_value(FULL_MEETING)
FIELDS = read_meeting_text(FULL_MEETING.encode()).fields

Place = tuple[str | int, ...]


def places(value: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value inside, with its place."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*at, key), each
        yield from places(each, (*at, key))


def shown(at: Place) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at).removeprefix(".")


def problems_at(at: Place, value: Any) -> list[str]:
    """The places of what is wrong once this is written there; empty when it is read."""
    file = copy.deepcopy(FILE)
    spoil(file, at, value)
    try:
        read_meeting_value(file)
    except Refusal as refusal:
        return [problem.path for problem in refusal.problems]
    return []


def named_at(at: Place, paths: list[str]) -> bool:
    """Whether one of the problems stands at this place, or inside it, or at the record that the field belongs to."""
    return any(path.startswith(shown(at)) for path in paths) or shown(at[:-1]) in paths


def test_everything_that_can_be_written_is_read() -> None:
    contests = {one["id"]: one for item in FIELDS["agenda"] for one in item["contests"]}
    assert {one["ballot"]["kind"] for one in contests.values()} == {"approval", "pick", "grade", "score", "comment"}
    said = {rule["rule"] for one in contests.values() for rule in one["rules"]}
    assert said == {"quorum", "pass", "seats", "bar", "rate", "mean", "bands", "flag", "rank"}
    assert contests["review"]["rules"][1] == {
        "rule": "mean", "id": "avg", "cite": None, "classes": None, "of": "scored",
        "points": {"good": "100", "plain": "60", "poor": "1/2"}, "weights": {"A": "40", "B": "59", "C": "1"},
    }  # fmt: skip
    assert contests["own"]["ballot"] == {"kind": "score", "min": "0", "max": "100", "step": "1/2", "unknown": True}


@pytest.mark.parametrize("item", FIELDS["agenda"], ids=lambda item: item["id"])
def test_the_rules_can_judge_what_is_read(item: dict[str, Any]) -> None:
    for contest in item["contests"]:
        rules.check_contest(contest)
    rules.check_scores(FIELDS, FIELDS["agenda"])


def test_the_verifier_reads_what_is_read() -> None:
    file = copy.deepcopy(FILE)
    for contest in (contest for item in file["agenda"] for contest in item["contests"]):
        for rule in contest.get("rules", []):
            rule.setdefault("cite", {"document": "实施办法"})  # neither clause nor quote
    for fields in (FIELDS, read_meeting_value(file).fields):
        for item in fields["agenda"]:
            agenda.item(item, item["id"])
        agenda.inputs(fields["inputs"], "inputs")
        agenda.scores(fields["scores"], "scores")


def test_the_full_normal_form_reads_to_itself() -> None:
    plan = read_meeting_text(FULL_MEETING.encode())
    assert read_meeting_value(as_meeting_file(plan)) == plan


def test_no_field_can_hold_another_kind_of_value() -> None:
    """A float belongs nowhere, and a mapping with an unknown field nowhere either."""
    for at, _ in places(FILE):
        for wrong in (2.5, {"wrong": 1}, [[]]):
            assert named_at(at, problems_at(at, wrong)), (at, wrong)


def test_no_field_more_can_be_written() -> None:
    mappings = [at for at, value in places(FILE) if isinstance(value, dict)]
    assert len(mappings) > 70
    for at in mappings:
        assert shown((*at, "extra")) in problems_at((*at, "extra"), 1), at


def test_a_field_that_is_removed_is_missed_or_has_a_default() -> None:
    """What has a default comes out written: the same fields stand in the normal form whichever were left out."""
    optional = {
        "at_least", "over", "at_most", "under", "working_days", "days", "value", "input", "score", "const", "sum",
        "pool", "grades", "options", "candidate", "marks",
    }  # fmt: skip
    for at, _ in places(FILE):
        if isinstance(at[-1], int):
            continue
        paths = problems_at(at, REMOVED)
        if paths:
            continue
        file = copy.deepcopy(FILE)
        spoil(file, at, REMOVED)
        found: Any = read_meeting_value(file).fields
        if at[0] in found and not optional & {at[-1]}:
            for key in at[:-1]:
                found = found[key]
            assert at[-1] in found or "reserve" in at, at


@pytest.mark.parametrize("name", sorted(path.name for path in SHARED_EXAMPLES.glob("rules-*.yaml")) or ["none"])
def test_the_examples_of_rules_are_read(name: str) -> None:
    if not SHARED_EXAMPLES.is_dir():
        pytest.skip("the shared examples are not beside this checkout")
    plan, lines = load_yaml((SHARED_EXAMPLES / name).read_bytes())
    assert isinstance(plan, dict)
    if plan.get("refused") is not None:
        with pytest.raises(Refusal) as caught:
            read_meeting_value(plan["meeting"], lines=lines, at=("meeting",))
        assert caught.value.code == plan["refused"]
        return
    fields = read_meeting_value(plan["meeting"], lines=lines, at=("meeting",)).fields
    for item in fields["agenda"]:
        for contest in item["contests"]:
            rules.check_contest(contest)
    rules.check_scores(fields, fields["agenda"])


PLACES = list(places(FILE))


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)), min_size=1, max_size=2))
@settings(deadline=None, max_examples=300)
def test_whatever_is_read_can_be_judged_and_verified(swaps: list[tuple[tuple[Place, Any], tuple[Place, Any]]]) -> None:
    """Values of one place in another are wrong in more ways than anybody lists, and right more often than noise."""
    file = copy.deepcopy(FILE)
    for (at, _), (_, value) in swaps:
        try:
            spoil(file, at, copy.deepcopy(value))
        except (KeyError, IndexError, TypeError):
            return  # the first one took this place away
    try:
        fields = read_meeting_value(file).fields
    except Refusal:
        return
    for item in fields["agenda"]:
        agenda.item(item, item["id"])
    agenda.inputs(fields["inputs"], "inputs")
    agenda.scores(fields["scores"], "scores")
    rules.check_scores(fields, fields["agenda"])


# --- what rules say of one another, of the ballot and of the voters

FINANCE = ("agenda", 0, "contests", 0)
REVIEW = ("agenda", 1, "contests", 0)
OWN = ("agenda", 1, "contests", 1)
NOMINATE = ("agenda", 1, "contests", 2)
WORDS = ("agenda", 1, "contests", 3)
F = "agenda[0].contests[0].rules"
R = "agenda[1].contests[0].rules"
O = "agenda[1].contests[1].rules"  # noqa: E741 -- as short as its neighbours
N = "agenda[1].contests[2].rules"
PASS = {"rule": "pass", "over": "1/2", "of": "valid"}


def row(name: str, at: Place, value: Any, path: str, expected: str) -> Any:
    return pytest.param(at, value, path, expected, id=name)


SPOILT = [
    # bar
    row("a bar without a post", (*FINANCE, "post"), None, f"{F}[3]", "a post"),
    row("a bar without a pass", (*FINANCE, "rules"), [{"rule": "bar"}], f"{F}[0]", "a pass rule beside it"),
    row("two bars", (*FINANCE, "rules"), [PASS, {"rule": "bar"}, {"rule": "bar"}], F, "at most one bar"),
    row("failures of 0", (*FINANCE, "rules", 3, "failures"), 0, f"{F}[3].failures", "from 1"),
    row("a bar of no months", (*FINANCE, "rules", 3, "months"), 0, f"{F}[3].months", "from 1"),
    row("a bar for always", (*FINANCE, "rules", 3, "months"), "for ever", f"{F}[3].months", "or forever"),
    row("a bar in the wrong contest", (*NOMINATE, "rules", 0), {"rule": "bar"}, f"{N}[0].rule", "a ballot: approval"),
    row("a bar of cadres denied", ("agenda", 0, "cadre"), False, "agenda[0].cadre", "has a post"),
    # rate
    row("a rate without id", (*REVIEW, "rules", 0, "id"), REMOVED, f"{R}[0].id", "required"),
    row("a rate with the id null", (*REVIEW, "rules", 0, "id"), None, f"{R}[0].id", "an id"),
    row("a rate of nothing", (*NOMINATE, "rules", 1, "options"), REMOVED, f"{N}[1]", "exactly one of grades and"),
    row("a rate of two things", (*NOMINATE, "rules", 1, "grades"), ["a"], f"{N}[1]", "exactly one of grades and"),
    row("a rate of an empty list", (*NOMINATE, "rules", 1, "options"), [], f"{N}[1].options", "at least one"),
    row("a rate of one thing twice", (*NOMINATE, "rules", 1, "options"), ["a", "a"],
        f"{N}[1].options[1]", "different"),
    row("an unknown option", (*NOMINATE, "rules", 1, "options"), ["a", "d"], f"{N}[1].options[1]",
        "options, a, b, c"),
    row("an unknown grade", (*REVIEW, "rules", 0, "grades", 1), "fair", f"{R}[0].grades[1]", "grades, good, plain"),
    row("an unknown candidate", (*FINANCE, "rules", 4, "candidate"), "zhao", f"{F}[4].candidate", "zhang, li"),
    row("a candidate without marks", (*FINANCE, "rules", 4, "marks"), REMOVED, f"{F}[4].marks", "beside candidate"),
    row("marks without a candidate", (*NOMINATE, "rules", 1, "marks"), ["approve"],
        f"{N}[1].candidate", "beside marks"),
    row("unknown marks", (*FINANCE, "rules", 4, "marks"), ["yes"], f"{F}[4].marks[0]", "one of approve"),
    row(
        "grades of a pick ballot",
        (*NOMINATE, "rules", 1),
        {"rule": "rate", "id": "named", "grades": ["a"]},
        f"{N}[1].grades",
        "options, because",
    ),
    row("a rate of scores", (*OWN, "rules", 1), {"rule": "rate", "id": "x", "options": ["a"]},
        f"{O}[1].rule", "pick or"),
    # mean
    row("points of too few grades", (*REVIEW, "rules", 1, "points", "poor"), REMOVED,
        f"{R}[1].points.poor", "each of"),
    row("points of no grade", (*REVIEW, "rules", 1, "points", "fair"), 70, f"{R}[1].points.fair",
        "good, plain, poor"),
    row("no points", (*REVIEW, "rules", 1, "points"), REMOVED, f"{R}[1].points", "each of the grades"),
    row("points of nothing", (*REVIEW, "rules", 1, "points"), {}, f"{R}[1].points", "a mapping as"),
    row("points as a float", (*REVIEW, "rules", 1, "points", "poor"), 0.5, f"{R}[1].points.poor", '"0.5"'),
    row("points of scores", (*OWN, "rules", 1, "points"), {"good": 1}, f"{O}[1].points", "its own points"),
    row("a mean of picks", (*NOMINATE, "rules", 0), {"rule": "mean", "id": "x"}, f"{N}[0].rule", "grade or score"),
    row("a mean of comments", (*WORDS, "rules"), [{"rule": "mean", "id": "x"}], "agenda[1].contests[3].rules[0].rule",
        "grade or score"),
    # weights and classes
    row("a weight missing", (*REVIEW, "rules", 1, "weights", "C"), REMOVED, f"{R}[1].weights.C", "voters, A, B, C"),
    row("a weight of others", (*REVIEW, "rules", 1, "weights", "D"), 1, f"{R}[1].weights.D", "voters, A, B, C"),
    row("a weight of 0", (*REVIEW, "rules", 1, "weights", "C"), 0, f"{R}[1].weights.C", "above 0"),
    row("a weight below 0", (*REVIEW, "rules", 1, "weights", "C"), "-1/2", f"{R}[1].weights.C", "above 0"),
    row("no weights", (*REVIEW, "rules", 1, "weights"), {}, f"{R}[1].weights", "a mapping as"),
    row("weights and classes", (*REVIEW, "rules", 1, "classes"), ["A"], f"{R}[1].weights", "only one of them"),
    row("a mean of other classes", (*OWN, "rules", 1, "classes"), ["A"], f"{O}[1].classes[0]", "voters, B"),
    row("ranks of other classes", (*FINANCE, "rules", 5, "classes"), ["B"], f"{F}[5].classes[0]", "voters, A"),
    # bands
    row("no bands", (*REVIEW, "rules", 2, "bands"), [], f"{R}[2].bands", "at least one"),
    row(
        "bands that rise",
        (*REVIEW, "rules", 2, "bands", 1, "at_least"),
        "96/100",
        f"{R}[2].bands[1].at_least",
        "under the one before it, 19/20",
    ),
    row("a band twice", (*REVIEW, "rules", 2, "bands", 1, "at_least"), "0.95", f"{R}[2].bands[1].at_least", "under"),
    row("bands without a rest", (*REVIEW, "rules", 2, "otherwise"), REMOVED, f"{R}[2].otherwise", "required"),
    row("bands of themselves", (*REVIEW, "rules", 2, "value"), "points", f"{R}[2].value",
        "earlier rate, mean or bands"),
    row("bands of a later rule", (*REVIEW, "rules", 2, "value"), "again", f"{R}[2].value", "contest: well, avg"),
    # flag
    row("a flag of a flag", (*REVIEW, "rules", 3, "value"), "low", f"{R}[3].value", "earlier rate, mean or bands"),
    row("a flag of a rank", (*NOMINATE, "rules", 1), {"rule": "flag", "code": "x", "value": "order", "over": 1},
        f"{N}[1].value", "there is none"),
    row("a flag that compares nothing", (*REVIEW, "rules", 3),
        {"rule": "flag", "code": "x", "value": "avg"}, f"{R}[3]", "one or more of at_least, over, at_most, under"),
    row("a flag without a code", (*REVIEW, "rules", 3, "code"), REMOVED, f"{R}[3].code", "required"),
    row("a code in words", (*REVIEW, "rules", 3, "code"), "提醒", f"{R}[3].code", "an id"),
    row("nobody who confirms", (*REVIEW, "rules", 3, "consequences", 0, "confirm"), REMOVED,
        f"{R}[3].consequences[0].confirm", "required"),
    row("due in no days", (*REVIEW, "rules", 3, "consequences", 0, "due"), {"working_days": 0},
        f"{R}[3].consequences[0].due.working_days", "from 1"),
    row("due in two ways", (*REVIEW, "rules", 3, "consequences", 0, "due"), {"working_days": 7, "days": 7},
        f"{R}[3].consequences[0].due", "exactly one of working_days and days"),
    # rank
    row("ranks by approvals of a pick", (*NOMINATE, "rules", 0, "by"), "approve", f"{N}[0].by", "picks, because"),
    row("ranks by picks of approvals", (*FINANCE, "rules", 5, "by"), "picks", f"{F}[5].by", "approve, because"),
    row("a rank without id", (*NOMINATE, "rules", 0, "id"), REMOVED, f"{N}[0].id", "required"),
    row("a rank of grades", (*REVIEW, "rules", 4), {"rule": "rank", "id": "x", "by": "picks"}, f"{R}[4].rule",
        "approval or pick"),
    # rules of votes on other ballots
    row("a pass of grades", (*REVIEW, "rules", 4), PASS, f"{R}[4].rule", "a ballot: approval"),
    row("a rule id twice", (*NOMINATE, "rules", 1, "id"), "order", f"{N}[1].id", "something different"),
    row("an unknown rule", (*NOMINATE, "rules", 1, "rule"), "rates", f"{N}[1].rule", 'did you mean "rate"?'),
    # inputs
    row("an input upside down", ("inputs", 0, "min"), 16, "inputs[0].max", "at least min, 16"),
    row("an input twice", ("inputs", 1, "id"), "style", "inputs[1].id", "an id of its own"),
    row("an input of an item twice", ("agenda", 1, "inputs", 0, "id"), "cases", "inputs[1].id", "an id of its own"),
    row("an input without a title", ("inputs", 0, "title"), REMOVED, "inputs[0].title", "required"),
    # scores
    row("a score twice", ("scores", 1, "id"), "team", "scores[1].id", "an id of its own"),
    row("a sum of nothing", ("scores", 0, "sum"), [], "scores[0].sum", "at least one"),
    row("a sum and a pool", ("scores", 0, "pool"), ["review.well"], "scores[0]", "exactly one of sum and pool"),
    row("neither sum nor pool", ("scores", 0, "sum"), REMOVED, "scores[0]", "exactly one of sum and pool"),
    row("a term of two things", ("scores", 0, "sum", 0, "const"), 1, "scores[0].sum[0]", "exactly one of value and"),
    row("a term of times only", ("scores", 0, "sum", 0), {"times": 1}, "scores[0].sum[0]",
        "exactly one of value and"),
    row("a value in words", ("scores", 0, "sum", 0, "value"), "points", "scores[0].sum[0].value", "CONTEST.RULE-ID"),
    row("a value of no rule", ("scores", 0, "sum", 0, "value"), "review.point", "scores[0].sum[0].value",
        'did you mean "review.points"?'),
    row("a value of no contest", ("scores", 0, "sum", 0, "value"), "revue.points", "scores[0].sum[0].value",
        "one of the rates, means and bands"),
    row("a value of a flag", ("scores", 0, "sum", 0, "value"), "review.low",
        "scores[0].sum[0].value", "rates, means"),
    row("an unknown input", ("scores", 0, "sum", 1, "input"), "stile", "scores[0].sum[1].input", 'mean "style"?'),
    row("an unknown score", ("scores", 1, "sum", 0, "score"), "tram", "scores[1].sum[0].score", 'mean "team"?'),
    row("a float as times", ("scores", 1, "sum", 0, "times"), 0.3, "scores[1].sum[0].times", '"0.3"'),
    row("a clamp of three", ("scores", 0, "clamp"), [0, 1, 2], "scores[0].clamp", "the lowest and the highest"),
    row("a clamp upside down", ("scores", 0, "clamp"), [100, 0], "scores[0].clamp", "the lowest figure first"),
    row("an unknown display", ("scores", 0, "display"), "points", "scores[0].display", "one of number, percent"),
    row("bands without otherwise", ("scores", 1, "otherwise"), REMOVED, "scores[1].otherwise", "beside bands"),
    row("otherwise without bands", ("scores", 0, "otherwise"), "0", "scores[0].bands", "beside otherwise"),
    row("bands of a score that rise", ("scores", 1, "bands", 1, "at_least"), 91,
        "scores[1].bands[1].at_least", "under"),
    row("a flag of a score with a value", ("scores", 1, "flags", 0, "value"), "x", "scores[1].flags[0].value",
        "the fields here are"),
    row("a flag of a score for nothing", ("scores", 1, "flags", 0, "at_least"), REMOVED, "scores[1].flags[0]",
        "one or more of"),
    row("a pool of nothing", ("agenda", 1, "scores", 0, "pool"), [], "agenda[1].scores[0].pool", "at least one"),
    row("a pool of one rate twice", ("agenda", 1, "scores", 0, "pool"), ["review.well", "review.well"],
        "agenda[1].scores[0].pool[1]", "something different"),
    row("a pool of bands", ("agenda", 1, "scores", 0, "pool", 0), "review.points", "agenda[1].scores[0].pool[0]",
        "only fractions can be pooled"),
    row("a pool of weighted means", ("agenda", 1, "scores", 0, "pool", 0), "review.avg",
        "agenda[1].scores[0].pool[0]",
        "without weights"),
    row("a pool of part of the voters", ("agenda", 1, "scores", 0, "pool", 0), "own.part",
        "agenda[1].scores[0].pool[0]",
        "over all voters"),
    row("a score of itself", ("scores", 0, "sum", 0), {"score": "team"}, "scores[0].sum[0].score", "without a cycle"),
    # history, bars, calendar
    row("a vote after the meeting", ("history", 1, "date"), "2026-12-19", "history[1].date",
        "not after the meeting's"),
    row("a vote without a post", ("history", 0, "post"), REMOVED, "history[0].post", "required"),
    row("a round of 0", ("history", 0, "round"), 0, "history[0].round", "from 1"),
    row("nobody passed, in words", ("history", 0, "nobody_passed"), "no",
        "history[0].nobody_passed", "true or false"),
    row("a bar that ends before it begins", ("bars", 0, "until"), "2025-12-31", "bars[0].until", "not before from"),
    row("a bar without a reason", ("bars", 0, "reason"), REMOVED, "bars[0].reason", "required"),
    row("a bar that nobody confirmed", ("bars", 1, "confirmed_by"), "", "bars[1].confirmed_by", "text of 1 to"),
    row("a holiday twice", ("calendar", "holidays"), ["2027-01-01"] * 2, "calendar.holidays[1]",
        "something different"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "value", "path", "expected"), SPOILT)
def test_one_mistake_is_one_problem_at_its_place(at: Place, value: Any, path: str, expected: str) -> None:
    file = copy.deepcopy(FILE)
    spoil(file, at, value)
    refusal = refused(file)
    assert refusal.code == "bad-meeting-file"
    found = [(problem.path, problem.expected) for problem in refusal.problems]
    assert (path, True) in [(where, expected in what) for where, what in found], found
    assert len(found) <= 2, found  # the second: what names a rule or id that is no longer there


def test_a_cycle_of_scores_is_reported_once_and_shown() -> None:
    file = copy.deepcopy(FILE)
    file["scores"][0]["sum"][0] = {"score": "chief"}
    [problem] = refused(file).problems
    assert problem.path == "scores[1].sum[0].score"
    assert "team → chief → team" in problem.found


def test_scores_may_be_named_before_they_are_written_and_across_items() -> None:
    assert [term for term in FIELDS["scores"][1]["sum"] if "score" in term] == [
        {"score": "team", "times": "3/10"},
        {"score": "satisfaction", "times": "1"},
    ]


@pytest.mark.parametrize(("length", "is_refused"), [(50, False), (51, True)])
def test_chains_of_scores_are_bounded(length: int, is_refused: bool) -> None:
    """Whoever computes scores by recursion must not run out of stack."""
    file = copy.deepcopy(FILE)
    chain = [{"id": f"s{n}", "sum": [{"score": f"s{n + 1}"}]} for n in range(length - 1)]
    file["scores"] = [*chain, {"id": f"s{length - 1}", "sum": [{"const": 1}]}]
    if is_refused:
        [problem] = refused(file).problems
        assert (problem.path, problem.found) == ("scores[0]", "a chain of 51")
    else:
        fields = read_meeting_value(file).fields
        rules.check_scores(fields, fields["agenda"])


def test_a_long_cycle_of_scores_is_found_without_recursion() -> None:
    file = copy.deepcopy(FILE)
    file["scores"] = [{"id": f"s{n}", "sum": [{"score": f"s{(n + 1) % 3000}"}]} for n in range(3000)]
    assert any("without a cycle" in problem.expected for problem in refused(file).problems)


def test_a_score_is_called_by_its_id_when_it_has_no_title() -> None:
    file = copy.deepcopy(FILE)
    del file["scores"][0]["title"]
    assert read_meeting_value(file).fields["scores"][0]["title"] == "team"


def test_an_unreadable_contest_does_not_make_its_scores_wrong() -> None:
    file = copy.deepcopy(FILE)
    file["agenda"][1]["contests"][0]["rules"][0]["of"] = "voters"
    file["agenda"][1]["contests"][2]["id"] = "Nominate"
    assert [problem.path for problem in refused(file).problems] == [f"{R}[0].of", "agenda[1].contests[2].id"]


def test_several_mistakes_in_rules_are_reported_together_with_their_lines() -> None:
    text = (
        FULL_MEETING.replace("grades: [good, plain], of: valid", "grades: [good, fair], of: valid")
        .replace("by: picks", "by: approve")
        .replace("{input: style}", "{input: stile}")
        .replace('until: "2026-12-31"', 'until: "2025-12-31"')
    )
    found = [(problem.line, problem.path) for problem in refused(text).problems]
    assert found == [
        (25, "bars[0].until"),
        (34, "scores[0].sum[1].input"),
        (86, "agenda[1].contests[0].rules[0].grades[1]"),
        (118, "agenda[1].contests[2].rules[0].by"),
    ]


# --- cadres


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"post": "chief"}, "has a post", id="a post"),
        pytest.param({"rules": [PASS, {"rule": "seats"}]}, "has a seats rule", id="seats"),
    ],
)
def test_what_makes_an_item_a_cadre_item(change: dict[str, Any], why: str) -> None:
    file = copy.deepcopy(FILE)
    contest = {
        "id": "motion", "voters": ["A"], "ballot": {"kind": "approval", "candidates": [{"id": "m", "name": "议案"}]}
    }  # fmt: skip
    item = {"id": "motion", "title": "议案", "contests": [contest]}
    file["agenda"].append(item)
    assert read_meeting_value(file).fields["agenda"][2]["cadre"] is False
    contest |= change
    assert read_meeting_value(file).fields["agenda"][2]["cadre"] is True
    item["cadre"] = False
    [problem] = refused(file).problems
    assert why in problem.expected


# --- the guards of publishing


@pytest.mark.parametrize(
    ("options", "is_refused"), [pytest.param(3, False, id="three"), pytest.param(2, True, id="two")]
)
def test_the_guard_counts_options_too(options: int, is_refused: bool) -> None:
    file = copy.deepcopy(FILE)
    del file["agenda"][1]["contests"][2]["ballot"]["options"][options:]
    if is_refused:
        refusal = refused(file)
        assert refusal.code == "ratio-too-small"
        assert refusal.problems[0].found == "2 options for 1 post"
    else:
        read_meeting_value(file)


@pytest.mark.parametrize("kind", ["grade", "score", "pick", "comment"])
def test_only_approvals_may_be_asked_of_a_small_class(kind: str) -> None:
    file = copy.deepcopy(FILE)
    file["min_class"] = 7
    contests = [each for each in file["agenda"][1]["contests"] if each["ballot"]["kind"] == kind]
    for each in contests:
        each["voters"] = ["A", "C"]
        each["rules"] = []
    file["agenda"][1]["contests"] = contests
    file["scores"] = file["agenda"][1]["scores"] = []
    refusal = refused(file)
    assert refusal.code == "class-too-small"
    assert [problem.path for problem in refusal.problems] == ["agenda[1].contests[0].voters[1]"]


def failed(*days: str) -> list[dict[str, Any]]:
    return [{"person": "li", "post": "finance-director", "date": day} for day in days]


def barred(**changes: Any) -> dict[str, Any]:
    bar = {"person": "li", "post": "any", "from": "2026-01-01", "reason": "受处分", "confirmed_by": "县纪委"}
    return bar | changes


@pytest.mark.parametrize(
    ("history", "bars", "is_refused"),
    [
        pytest.param(failed("2026-01-10", "2026-11-20"), [], True, id="failed twice within the year"),
        pytest.param(failed("2026-11-20"), [], False, id="failed once"),
        pytest.param(failed("2024-01-10", "2024-11-20"), [], False, id="the bar has run"),
        pytest.param([], [barred()], True, id="barred from any post"),
        pytest.param([], [barred(post="finance-director", until="2026-12-18")], True, id="until the day itself"),
        pytest.param([], [barred(until="2026-12-17")], False, id="until the day before"),
        pytest.param([], [barred(**{"from": "2026-12-19"})], False, id="from the day after"),
        pytest.param([], [barred(post="audit-director")], False, id="from another post"),
    ],
)
def test_nobody_is_nominated_while_barred(history: Any, bars: Any, is_refused: bool) -> None:
    file = copy.deepcopy(FILE) | {"history": history, "bars": bars}
    file["agenda"][0]["contests"][0]["rules"][3] = {"rule": "bar"}
    if not is_refused:
        read_meeting_value(file)
        return
    refusal = refused(file)
    assert refusal.code == "barred-nominee"
    [problem] = refusal.problems
    assert problem.path == "agenda[0].contests[0].ballot.candidates[1].id"
    assert "finance-director" in problem.found


def test_options_can_be_barred_too() -> None:
    file = copy.deepcopy(FILE) | {"bars": [barred(person="b")]}
    file["agenda"][1]["contests"][2]["post"] = "chief"
    [problem] = refused(file).problems
    assert problem.path == "agenda[1].contests[2].ballot.options[1].id"


def test_the_guards_are_tried_in_turn() -> None:
    file = copy.deepcopy(FILE) | {"bars": [barred()], "min_class": 10}
    file["agenda"][0]["contests"][0]["guard"] = {"candidates_per_post": {"at_least": 3}}
    assert refused(file).code == "class-too-small"
    file["min_class"] = 5
    assert refused(file).code == "ratio-too-small"
    file["agenda"][0]["contests"][0]["guard"] = None
    assert refused(file).code == "barred-nominee"
