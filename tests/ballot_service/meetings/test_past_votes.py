"""The promise: every failed vote for a post is counted once, whoever wrote it down, and none that was made good."""

import copy
from typing import Any

import pytest

from ballot_service.meetings.past_votes import OwnVote, check_against_own, merged_history, votes_of_result
from ballot_service.meetings.problems import Findings
from tests.ballot_service.meetings.sample_meetings import TIE_FIELDS

POST = "finance-director"


def fields(history: list[dict[str, Any]] | None = None, *, reset: bool | None = None) -> dict[str, Any]:
    """A meeting on 2026-12-18 with zhang and li as candidates."""
    meeting = copy.deepcopy(TIE_FIELDS) | {"history": history or []}
    if reset is not None:
        bar = {"rule": "bar", "id": None, "cite": None, "failures": 2, "months": 12, "count_loss": True, "reset": reset}
        meeting["agenda"][0]["contests"][0]["rules"].append(bar)
    return meeting


def line(date: str, person: str = "li", **more: Any) -> dict[str, Any]:
    blank = {"meeting": None, "contest": None, "round": None, "nobody_passed": None}
    return {"person": person, "post": POST, "date": date, **blank, **more}


def own(date: str, round_number: int = 1, *, passed: bool = False, **more: Any) -> OwnVote:
    meeting = more.pop("meeting", f"m-{date}")
    told = {
        "person": "li",
        "post": POST,
        "contest": "finance",
        "nobody_passed": not passed,
        "place": round_number,
        **more,
    }
    return OwnVote(date=date, meeting=meeting, round=round_number, passed=passed, **told)


FIRST, LATER = "2026-03-01", "2026-06-01"


def ours(*votes: OwnVote) -> list[dict[str, Any]]:
    return [vote.line() for vote in votes]


@pytest.mark.parametrize(
    ("written", "recorded", "merged"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([line(FIRST)], [], [line(FIRST)], id="the file alone"),
        pytest.param([], [own(FIRST)], ours(own(FIRST)), id="our ledgers alone"),
        pytest.param([line(FIRST)], [own(FIRST)], ours(own(FIRST)), id="the same vote in both"),
        pytest.param(
            [line(FIRST)], [own(LATER)], [line(FIRST), *ours(own(LATER))], id="a vote that only the file knows"
        ),
        pytest.param(
            [line(FIRST)] * 2, [own(FIRST)], [line(FIRST), *ours(own(FIRST))], id="two in the file, one of ours"
        ),
        pytest.param(
            [line(FIRST)],
            [own(FIRST, 1), own(FIRST, 2)],
            ours(own(FIRST, 1), own(FIRST, 2)),
            id="one in the file, two of ours",
        ),
        pytest.param(
            [line(FIRST, meeting="elsewhere")],
            [own(FIRST)],
            [line(FIRST, meeting="elsewhere"), *ours(own(FIRST))],
            id="a vote of another place on the same day",
        ),
        pytest.param(
            [line(FIRST), line(FIRST, meeting=f"m-{FIRST}", round=1)],
            [own(FIRST, 1), own(FIRST, 2)],
            ours(own(FIRST, 1), own(FIRST, 2)),
            id="one line that says more than the other",
        ),
        pytest.param([line(FIRST, nobody_passed=False)], [own(FIRST)], ours(own(FIRST)), id="ours says who passed"),
        pytest.param([line(FIRST)], [own(LATER, passed=True)], [], id="passed since, as our ledgers know"),
        pytest.param([], [own(FIRST), own(LATER, passed=True)], [], id="failed, then passed"),
        pytest.param([], [own(FIRST, 1), own(FIRST, 2, passed=True)], [], id="passed in the second round"),
        pytest.param([], [own(FIRST, passed=True), own(LATER)], ours(own(LATER)), id="passed, then failed"),
        pytest.param(
            [line(FIRST)],
            [own(FIRST, passed=True)],
            [line(FIRST)],
            id="a round that the file does not tell is the last",
        ),
        pytest.param([line(FIRST, "wang")], [], [line(FIRST, "wang")], id="the file may name others"),
        pytest.param([], [own(FIRST, person="wang")], [], id="our votes of others are not told"),
        pytest.param([], [own(FIRST, post="audit-director")], [], id="our votes for other posts are not told"),
        pytest.param(
            [],
            [own(FIRST, 2, passed=True, place=0), own(FIRST, 1, contest="other", place=1)],
            ours(own(FIRST, 1, contest="other")),
            id="passed in one contest, then failed in another",
        ),
        pytest.param([], [own("2026-12-18")], ours(own("2026-12-18")), id="a meeting on the same day"),
        pytest.param([], [own("2026-12-19")], [], id="a meeting after this one"),
        pytest.param(
            [],
            [own(LATER), own(FIRST, 2), own(FIRST, 1)],
            ours(own(FIRST, 1), own(FIRST, 2), own(LATER)),
            id="in order",
        ),
    ],
)
def test_the_history_of_two_sources(written: Any, recorded: Any, merged: Any) -> None:
    for reset in (None, True):
        assert merged_history(fields(written, reset=reset), recorded) == merged


def test_nothing_is_made_good_where_a_bar_never_resets() -> None:
    votes = [own(FIRST), own(LATER, passed=True)]
    assert merged_history(fields(reset=False), votes) == ours(own(FIRST))


def test_candidates_of_one_contest_fail_one_by_one() -> None:
    judged = {"round": 1, "passed": ["zhang"], "tally": {"zhang": {"approve": 7}, "li": {"approve": 3}}}
    votes = votes_of_result(TIE_FIELDS, {"contests": {"finance": judged}}, 0)
    assert [(vote.person, vote.passed, vote.nobody_passed) for vote in votes] == [
        ("zhang", True, False),
        ("li", False, False),
    ]
    assert votes[1].line() == line("2026-12-18", meeting="example-tie", contest="finance", round=1, nobody_passed=False)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"post": None}, id="a contest without a post"),
        pytest.param({"rules": []}, id="a recommendation without a line to pass"),
        pytest.param({"id": "other"}, id="an item that was added"),
    ],
)
def test_only_votes_for_a_post_can_be_failed(change: dict[str, Any]) -> None:
    meeting = copy.deepcopy(TIE_FIELDS)
    meeting["agenda"][0]["contests"][0] |= change
    judged = {"round": 1, "passed": [], "tally": {"zhang": {}, "li": {}}}
    assert votes_of_result(meeting, {"contests": {"finance": judged}}, 0) == []


@pytest.mark.parametrize(
    ("written", "is_refused"),
    [
        pytest.param(line(FIRST, meeting="ours", round=1), False, id="what it shows"),
        pytest.param(line(FIRST), False, id="a meeting that is not named"),
        pytest.param(line(FIRST, meeting="elsewhere"), False, id="a meeting of others"),
        pytest.param(line(FIRST, meeting="ours", round=2), True, id="another round"),
        pytest.param(line(LATER, meeting="ours"), True, id="another day"),
        pytest.param(line(FIRST, "zhang", meeting="ours"), True, id="another candidate"),
        pytest.param(line(FIRST, "wang", meeting="ours"), False, id="somebody who is not nominated"),
    ],
)
def test_a_file_cannot_say_of_our_own_meetings_what_they_do_not_show(written: dict[str, Any], is_refused: bool) -> None:
    findings = Findings({})
    check_against_own(fields([written]), [own(FIRST, meeting="ours")], {"ours", "silent"}, findings)
    assert [problem.path for problem in findings.problems] == (["history[0]"] if is_refused else [])
