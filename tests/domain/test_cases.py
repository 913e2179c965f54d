"""The cases of the domain, computed by hand from the source documents, through the templates and the counting.

Every case of the list is either run here, by its own number, or stands in `OUTSIDE` with the reason. What is counted is
counted twice: by `verify.rules` and by the plain recount.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ballot_service.meetings.meeting_file import Refusal
from tests.domain.procedures import item_for, publish
from tests.recount import generate, plain
from tests.recount.agree import difference, theirs
from tests.recount.generate import Poll, text_of
from verify.rules import NotNow, input_fits, judge_scores, may_admit, next_round

Json = dict[str, Any]
Votes = list[tuple[Json, int]]  # what a ballot says, how many say so
FILE = Path(__file__).parents[2].parent / "shared" / "domain" / "cases.json"
if not FILE.is_file():
    pytest.skip("the domain's cases are not beside this checkout", allow_module_level=True)
CASES: dict[str, Json] = {case["id"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))}

OUTSIDE = {
    "R4": "rosters: who must attend is decided before the meeting",
    "R6": "draws of subjects: not a ballot",
    "R8": "the deadline of a report before the meeting",
    "R25": "the deadline of a report before the meeting",
    "R41": "draws of subjects: not a ballot",
    "R47": "预警 notices: a register, not a ballot",
    "R58": "举报 deadlines: a register, not a ballot",
    "R66": "举报 rates: a register, not a ballot",
    "R74": "a recommendation under one's own name: never through an anonymous ballot",
}
OUTSIDE_ALONE = {
    "C108": "more ballots than papers cannot be counted, only forged: the ledgers in tests/tampering",
    "C120": "what the hall's screen shows and who may announce: tests of the hall and of announcing",
}


def hold(
    meeting: Json,
    votes: Votes,
    *,
    which: int = 0,
    present: int | None = None,
    issued: int | None = None,
    earlier: list[Json] | None = None,
    paper: Json | None = None,
) -> Json:
    """One round of one of the contests, counted twice; those present are those who return a ballot, unless told."""
    contest = contest_of(meeting, which)
    returned = sum(times for _choice, times in votes)
    figures = {
        "expected": meeting["classes"][0]["expected"],
        "present": returned if present is None else present,
        "issued": returned if issued is None else issued,
        "returned": returned,
        "observer": False,
    }
    rounds = earlier or []
    poll = Poll(
        contest_id=contest["id"],
        paper=paper or contest,
        number=len(rounds) + 1,
        poll=f"p{len(rounds) + 1}",
        figures={"A": figures},
        ballots={"A": [(text_of(choice), times) for choice, times in votes if times]},
        quorum=plain.the_rule(contest, "quorum") or meeting["agenda"][0]["quorum"],
        present_at_opening={"A": figures["present"]},
        earlier=rounds,
        post_rounds=rounds,
        others_barred=[],
    )
    found = theirs(poll, meeting)
    assert difference(generate.recount(poll, meeting), found) == []
    return found


def the_rule(contest: Json, kind: str) -> Json:
    """The contest's only rule of this kind."""
    (rule,) = (rule for rule in contest["rules"] if rule["rule"] == kind)
    return dict(rule)


def contest_of(meeting: Json, which: int = 0) -> Json:
    return dict(meeting["agenda"][0]["contests"][which])


def grades(meeting: Json, counts: dict[str, int]) -> Votes:
    """Ballots by the names of grades; 弃权, 不了解 and 废票 as they are cast."""
    ids = {grade["name"]: grade["id"] for grade in contest_of(meeting)["ballot"]["grades"]}
    other: dict[str, Json] = {"弃权": {}, "不了解": {"unknown": True}, "废票": {"grade": "no-such-grade"}}
    return [({"grade": ids[name]} if name in ids else other[name], times) for name, times in counts.items()]


def refusal_of(attempt: Callable[[], object]) -> str | None:
    """The code with which this is refused, None when it is not."""
    try:
        attempt()
    except (NotNow, Refusal) as refusal:
        return refusal.code
    return None


def raised(found: Json) -> dict[str, bool]:
    return {flag["code"]: flag["raised"] for flag in found["flags"]}


def scores_of(meeting: Json, rounds: dict[str, list[Json]], inputs: dict[str, str]) -> Json:
    found = judge_scores(meeting, meeting["agenda"], rounds, inputs)
    assert difference(plain.recount_scores(meeting, meeting["agenda"], rounds, inputs), found) == []
    return found


# 述廉测评, R14


def integrity(case: Json) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "actions" in expected:
        meeting = publish(item_for("R14", unit=inputs["unit"]), expected=2)
        found = hold(meeting, grades(meeting, {"较好": 1, "一般": 1}))
        assert found["values"][the_rule(contest_of(meeting), "mean")["id"]]["exact"] == inputs["average"]
        check_proposals(contest_of(meeting), found["proposals"], expected)
        return
    if "scale" in inputs:
        votes = inputs["counts"]
        meeting = publish(item_for("R14"), expected=sum(votes.values()))
        points = the_rule(contest_of(meeting), "mean")["points"]
        ids = {grade["name"]: grade["id"] for grade in contest_of(meeting)["ballot"]["grades"]}
        assert {name: str(number) for name, number in inputs["scale"].items()} == {n: points[ids[n]] for n in ids}
        found = hold(meeting, grades(meeting, votes))
    else:
        total, people = inputs["sum_scores"], inputs["n_valid"]
        low, over = divmod(total, people)
        meeting = publish(item_for("R14", by_score=True), expected=people)
        found = hold(meeting, [({"score": low}, people - over), ({"score": low + 1}, over)])
    value = found["values"][the_rule(contest_of(meeting), "mean")["id"]]
    if expected["average"] is None:
        assert value == {"exact": None, "display": None}
    else:
        assert Fraction(value["exact"]) == Fraction(expected["average"])
        assert value["display"] == expected["display"]
    assert list(raised(found).values()) == [expected["trigger"]]
    assert bool(found["proposals"]) == expected["trigger"]


WORDS = {"本人书面说明": "书面说明"}  # where the document has a word more than the case


def check_proposals(contest: Json, proposals: list[Json], expected: Json) -> None:
    """Every action is proposed with its choices and its office; nothing is done, all is to be confirmed."""
    assert {one["status"] for one in proposals} == {{"待确认": "to-confirm"}[expected["status"]]}
    for action in expected["actions"]:
        what, _, office = action.partition("(由")
        choices = [WORDS.get(choice, choice) for choice in what.split("|")]
        (proposal,) = (one for one in proposals if all(choice in one["text"] for choice in choices))
        assert proposal["confirm"] == office.rstrip(")") or not office
    for flagged in expected["unit_flags"]:
        unit = contest["subject"]["unit"]
        assert flagged.startswith(unit)
        assert any("所在单位当年" in one["text"] and one["text"].endswith(flagged[-8:]) for one in proposals)


# 年度考核的测评得分与综合得分, R33–R37


TEAM, CHIEF, MEMBER = 0, 1, 2  # contests of the annual review, in the order of its template


def banded(case: Json) -> None:
    inputs, expected = case["inputs"], case["expected"]
    good, everyone = inputs["好_plus_较好"], inputs["N_val"]
    which = TEAM if "points" in expected else CHIEF
    meeting = publish(item_for(case["rule"]), expected=everyone)
    votes = grades(meeting, {"好": good // 2, "较好": good - good // 2, "一般": everyone - good})
    found = hold(meeting, votes, which=which)
    contest = contest_of(meeting, which)
    rate = found["values"][the_rule(contest, "rate")["id"]]
    points = found["values"][the_rule(contest, "bands")["id"]]
    assert rate["exact"] == expected["rate"]
    assert rate["display"] == expected.get("display", rate["display"])
    if which == TEAM:
        assert points["exact"] == str(expected["points"])
    else:
        assert points["exact"] == expected["deduction"]
        others = {one["id"]: "0" for one in meeting["agenda"][0]["inputs"]}
        scores = scores_of(meeting, {contest["id"]: [found]}, others)
        assert titled(scores, meeting, "CHIEF个人得分")["exact"] == expected["personal_score"]


def titled(scores: Json, meeting: Json, title: str) -> Json:
    (score,) = (one for one in meeting["agenda"][0]["scores"] if one["title"] == title)
    return dict(scores[score["id"]])


def composite(case: Json) -> None:
    """Ballots that give the team 20 points and deduct nothing; the rest of the figures of the case are inputs."""
    inputs, expected = case["inputs"], case["expected"]
    raw = Fraction(inputs.get("team100_raw", inputs.get("team100")))
    person, which = ("MEMBER", MEMBER) if case["rule"] == "R37" else ("CHIEF", CHIEF)
    meeting = publish(item_for(case["rule"], bonus=raw > 100), expected=10)
    rounds = {}
    for contest in (TEAM, which):
        rounds[contest_of(meeting, contest)["id"]] = [hold(meeting, grades(meeting, {"好": 10}), which=contest)]
    given = {
        "作风建设": 15,
        "惩治腐败": 30,
        "预防腐败": 20,
        "落实": raw - 85,
        "其他扣分": 10 - Fraction(inputs["personal10"]),
    }
    listed = {
        one["id"]: (one, number)
        for one in meeting["agenda"][0]["inputs"]
        for name, number in given.items()
        if one["title"].endswith(name)
    }
    assert all(input_fits(definition, str(number)) for definition, number in listed.values())
    scores = scores_of(meeting, rounds, {name: str(number) for name, (_definition, number) in listed.items()})
    whole, team = titled(scores, meeting, f"{person}综合得分"), titled(scores, meeting, "班子得分（百分制）")
    assert titled(scores, meeting, f"{person}个人得分")["exact"] == inputs["personal10"]
    assert (whole["exact"], whole["display"]) == (expected["score"], expected["display"])
    assert team["exact"] == expected.get("team100", str(raw))
    assert team["uncapped"] == str(raw)


# 紧急议题, R49


def urgent(case: Json) -> None:
    inputs, expected = case["inputs"], case["expected"]
    meeting = publish(item_for("R49"), expected=inputs["due"])
    (name,) = plain.ids(contest_of(meeting)["ballot"])
    against = inputs["present"] - inputs["agree"]
    found = hold(meeting, [({"marks": {name: "approve"}}, inputs["agree"]), ({"marks": {name: "oppose"}}, against)])
    item = {"cadre": False, "title": inputs["category"]}
    refusal = refusal_of(lambda: may_admit(item, contest_of(meeting), [found], 0))
    assert refusal == (None if expected["admitted"] else "not-admitted")
    assert list(raised(found).values()) == [expected["flag"] == "EXACTLY_HALF_CONFIRM"]


# 年度考核中不得提拔, R63 and R64


def promotion(case: Json) -> None:
    inputs, expected = case["inputs"], case["expected"]
    meeting = publish(item_for(case["rule"]), expected=inputs["base"])
    found = hold(meeting, grades(meeting, {name: times for name, times in inputs.items() if name != "base"}))
    assert found["counts"]["total"]["valid"] == inputs["base"]
    assert list(raised(found).values()) == [expected["BAR_A"], expected["BAR_B"]]
    assert any(raised(found).values()) != expected["promotable"]
    for rate, value in zip(("rate_A", "rate_B"), found["values"].values(), strict=True):
        assert value["exact"] == expected.get(rate, value["exact"])


# 推荐, R70 and R90


def three_for_each_post(case: Json) -> None:
    item = item_for("R70", posts=case["inputs"]["posts"], candidates=case["inputs"]["candidates"])
    refusal = refusal_of(lambda: publish(item, expected=20))
    assert refusal == (None if case["expected"]["open_allowed"] else "ratio-too-small")


def ranked(case: Json) -> None:
    votes = case["inputs"]["votes"]
    meeting = publish(item_for("R90", names=list(votes), picks=2), expected=case["inputs"]["participants"])
    ids = {option["name"]: option["id"] for option in contest_of(meeting)["ballot"]["options"]}
    first, second, third = votes
    assert votes[first] == votes[second]
    ballots: Votes = [({"picks": [ids[first], ids[second]]}, votes[first]), ({"picks": [ids[third]]}, votes[third])]
    found = hold(meeting, ballots, present=case["inputs"]["participants"])
    (ranks,) = found["ranks"].values()
    assert {name: ranks[ids[name]] for name in votes} == case["expected"]["rank"]
    assert found["tally"] == {ids[name]: times for name, times in votes.items()}
    assert found["passed"] == found["elected"] == []


# 差额票决与等额票决, R78 to R89

SAYS: dict[str, Json] = {
    "仅A同意": {"marks": {"a": "approve", "b": "oppose"}},
    "仅B同意": {"marks": {"a": "oppose", "b": "approve"}},
    "两人均不同意": {"marks": {"a": "oppose", "b": "oppose"}},
    "均未划(弃权)": {},
    "另提他人": {"marks": {"other": "approve"}},
    "同意": {"marks": {"a": "approve"}},
    "不同意": {"marks": {"a": "oppose"}},
}
CODES = {"tie": "TIE", "none": "NONE_OVER_HALF"}


def appointment(case: Json) -> None:
    inputs, expected = case["inputs"], case["expected"]
    meeting = publish(item_for(case["rule"]), expected=inputs["due"])
    votes = [(SAYS[name], times) for name, times in inputs.get("ballot_groups", {}).items()]
    votes = votes or [(SAYS["仅A同意"], inputs["yes"]["A"]), (SAYS["仅B同意"], inputs["yes"]["B"])]
    found = hold(meeting, votes, present=inputs["present"], issued=inputs["issued"])
    assert found["counts"]["total"]["returned"] == inputs["returned"]
    if expected["outcome"] == "NO_QUORUM":
        assert found["quorum"]["held"] is False
        return
    assert found["quorum"]["held"] is True
    check_outcome(found, expected)
    if "votes_needed" in expected:
        for approvals in (expected["votes_needed"] - 1, expected["votes_needed"]):
            tried = hold(meeting, [(SAYS["同意"], approvals)], present=inputs["present"])
            assert (tried["passed"] == ["a"]) == (approvals == expected["votes_needed"])
    if "alt_reading" in expected:
        other = publish(item_for(case["rule"], **{"pass": {"over": "1/2", "of": "issued"}}), expected=inputs["due"])
        assert expected["alt_reading"]["base"] == inputs["issued"]
        check_outcome(hold(other, votes, present=inputs["present"]), {"codes": [], **expected["alt_reading"]})


def check_outcome(found: Json, expected: Json) -> None:
    words = {"PASS": ("decided", "none"), "DECIDE_REVOTE": ("undecided", "committee-decides")}
    assert (found["state"], found["next"]) == words[expected["outcome"]]
    assert [CODES[reason] for reason in found["reasons"]] == expected["codes"]
    if "passed" in expected:
        assert found["passed"] == [name.lower() for name in expected["passed"]]
        assert found["counts"]["total"]["invalid"] == expected["invalid_ballots"]
        for word, mark in (("yes", "approve"), ("no", "oppose"), ("abstain", "abstain")):
            counted = {name.upper(): marks[mark] for name, marks in found["tally"].items()}
            assert counted == expected[word]


# 两次未通过, R88


def failed(person: str, days: list[str]) -> list[Json]:
    return [{"person": person, "post": "director", "date": day} for day in days]


def may_nominate(person: str, day: str, history: list[Json], post: str = "director") -> bool:
    """Whether a meeting on this day that nominates the person can be published."""
    item = item_for("R88", candidates=(person, "somebody-else"), post=post)
    refusal = refusal_of(lambda: publish(item, expected=11, date=day, history=history))
    assert refusal in (None, "barred-nominee")
    return refusal is None


def next_day(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def twice_failed(case: Json) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "round1" in inputs:
        meeting = publish(item_for("R88"), expected=inputs["due"], date=inputs["date"])
        rounds: list[Json] = []
        for votes in (inputs["round1"], inputs["round2"]):
            _number, paper = next_round(contest_of(meeting), rounds, {1: "revote"})
            cast = [(SAYS["仅A同意"], votes["A"]), (SAYS["仅B同意"], votes["B"])]
            blank = inputs["due"] - votes["A"] - votes["B"]
            rounds.append(hold(meeting, [*cast, ({}, blank)], earlier=rounds, paper=paper))
        assert [bar["person"].upper() for bar in rounds[1]["barred"]] == expected["proposed_bars"]
        assert {bar["until"] for bar in rounds[1]["barred"]} == {expected["last_barred_day"]}
        assert len(rounds[1]["proposals"]) == len(expected["proposed_bars"])
        assert next_day(expected["last_barred_day"]) == expected["earliest_nomination"]
        history = failed("a", [inputs["date"]] * 2)
        assert not may_nominate("a", expected["last_barred_day"], history)
        assert may_nominate("a", expected["earliest_nomination"], history)
        assert expected["third_round_allowed"] is False
        with pytest.raises(NotNow, match="no further round"):
            next_round(contest_of(meeting), rounds, {1: "revote", 2: "revote"})
    elif "nominations" in inputs:
        history = failed("a", [inputs["second_fail"]] * 2)
        for nomination, allowed in zip(inputs["nominations"], expected["allowed"], strict=True):
            same = nomination["post"] == inputs["post"]
            assert may_nominate("a", nomination["date"], history, "director" if same else "other") == allowed
            assert not may_nominate("a", nomination["date"], history)
    else:
        history = failed("a", inputs["fails"])
        assert expected["barred"]
        assert not may_nominate("a", inputs["fails"][-1], history)
        assert not may_nominate("a", expected["last_barred_day"], history)
        assert may_nominate("a", next_day(expected["last_barred_day"]), history)
        assert may_nominate("a", inputs["fails"][-1], history[:1])


RUN: dict[str, Callable[[Json], None]] = {
    "R14": integrity,
    "R33": composite,
    "R34": banded,
    "R35": banded,
    "R36": composite,
    "R37": composite,
    "R49": urgent,
    "R63": promotion,
    "R64": promotion,
    "R70": three_for_each_post,
    "R78": appointment,
    "R80": appointment,
    "R84": appointment,
    "R86": appointment,
    "R87": appointment,
    "R88": twice_failed,
    "R89": appointment,
    "R90": ranked,
}
IN_SCOPE = [name for name, case in CASES.items() if case["rule"] in RUN and name not in OUTSIDE_ALONE]


@pytest.mark.parametrize("name", IN_SCOPE)
def test_case(name: str) -> None:
    RUN[CASES[name]["rule"]](CASES[name])


def test_every_case_is_run_or_listed_as_outside() -> None:
    listed = {name for name, case in CASES.items() if case["rule"] in OUTSIDE} | set(OUTSIDE_ALONE)
    assert not listed & set(IN_SCOPE)
    assert listed | set(IN_SCOPE) == set(CASES)
    assert {CASES[name]["rule"] for name in IN_SCOPE} == set(RUN)
    assert {CASES[name]["rule"] for name in listed - set(OUTSIDE_ALONE)} == set(OUTSIDE)
