"""Meetings with every kind of ballot, scores, bars and earlier ledgers: what is honest is accepted, to the figure."""

from pathlib import Path

import pytest

from tests import meeting_parts as parts
from tests.judging import check_accepted, detail, judge_ledger
from tests.ledger_builder import LedgerBuilder, contest, item
from tests.whole_meetings import (
    POST,
    Review,
    barring_meeting,
    earlier_meeting,
    later_meeting,
    link,
    post_contest,
    review_meeting,
)
from verify.verdict import Judged, to_json


@pytest.fixture(scope="module")
def review() -> Review:
    return review_meeting()


def test_every_kind_of_ballot_is_counted_on_devices_and_on_paper(review: Review, tmp_path: Path) -> None:
    judged = judge_ledger(tmp_path, review.builder.ledger())
    check_accepted(judged)
    tallies = {name: contest["rounds"][0]["tally"] for name, contest in judged.contests.items()}
    assert tallies == {
        "chief": {"good": 4, "fair": 4, "plain": 0, "poor": 2},
        "duty": {"60": 1, "60.5": 1, "70": 1, "80": 4, "92.5": 3, "100": 1},
        "talk": {"texts": ["keep it up", "more of it", "on paper", "on paper"]},
        "names": {"ma": 3, "niu": 2, "yang": 0, "write_in": {"王五": 2}},
        "motion": {"yes": {"approve": 8, "oppose": 0, "abstain": 0}},
        "urgent": {"yes": 5, "no": 2},
    }
    names = judged.contests["names"]["rounds"][0]
    assert names["ranks"] == {"by-picks": {"ma": 1, "niu": 2, "yang": 4, "write_in": {"王五": 2}}}
    counts = names["counts"]["total"]
    assert (counts["returned"], counts["invalid"], counts["abstain"]) == (7, 2, 1)
    chief = judged.contests["chief"]["rounds"][0]
    # 8 of 12 valid; (4 × 100 + 4 × 80 + 2 × 0) / 10 who gave a grade
    assert [chief["values"][name]["exact"] for name in ("well", "avg", "points")] == ["2/3", "72", "16"]
    assert chief["flags"] == [{"code": "talk", "raised": False}, {"code": "well-done", "raised": True}]


def test_scores_are_computed_from_the_recount_and_the_last_inputs(review: Review, tmp_path: Path) -> None:
    verdict = to_json(judge_ledger(tmp_path, review.builder.ledger()), "en")
    assert verdict["inputs"] == {
        "style": {"value": "29/2", "evidence": "page 3"},
        "advice": {"value": "-1/3", "evidence": "page 3"},
    }
    scores = verdict["scores"]
    assert list(scores) == ["team", "service", "waiting", "urgency"]  # the meeting's, then those of the items
    # (8 + 3) of (12 + 5) ballots
    assert (scores["service"]["exact"], scores["service"]["display"]) == ("11/17", "64.71%")
    # 3 × 16 + 29/2 + 11/34 + 40
    assert (scores["team"]["uncapped"], scores["team"]["exact"]) == ("1748/17", "100")
    assert scores["team"]["bands"] == {"exact": "3", "display": "3.00"}
    assert [one["text"] for one in scores["team"]["proposals"]] == ["通报表扬"]
    assert (scores["waiting"]["exact"], scores["waiting"]["missing"]) == (None, ["cases"])
    assert scores["urgency"]["exact"] == "1/21"  # 5/7 − 2 × 1/3


def test_a_meeting_with_added_items_may_end_anywhere(review: Review, tmp_path: Path) -> None:
    builder = review.builder
    lines = builder.lines(builder.entries)
    first = next(number for number, entry in enumerate(builder.entries) if entry["type"] == "attendance")
    for end in range(first, len(lines)):
        judged = judge_ledger(tmp_path, builder.seal(lines[:end]))
        check_accepted(judged)
        assert list(judged.scores)[:3] == ["team", "service", "waiting"]


def test_who_fails_twice_in_two_contests_of_one_post_is_barred_and_left_off(tmp_path: Path) -> None:
    judged = judge_ledger(tmp_path, barring_meeting().ledger())
    check_accepted(judged)
    [first, second] = judged.contests["one"]["rounds"]
    assert (list(first["tally"]), list(second["tally"])) == (["zhang-san", "li-si"], ["zhang-san"])
    bar = {"person": "li-si", "post": POST, "from": "2026-12-18", "until": "2027-12-18"}
    assert judged.contests["two"]["final"]["barred"] == [bar]
    assert judged.contests["one"]["final"]["barred"] == []  # it was the other contest that barred


def with_earlier(folder: Path, builder: LedgerBuilder, *earlier: LedgerBuilder) -> Judged:
    data = builder.ledger()
    given = []
    for number, one in enumerate(earlier, 1):
        path = folder / f"earlier-{number}.ledger"
        path.write_bytes(one.ledger())
        given.append((path.name, path))
    return judge_ledger(folder, data, fingerprint=builder.fingerprint, earlier=tuple(given))


def test_an_earlier_ledger_that_agrees_covers_v17_and_v20(tmp_path: Path) -> None:
    earlier = earlier_meeting()
    judged = with_earlier(tmp_path, later_meeting(earlier), earlier)
    check_accepted(judged)
    assert [one for one in judged.not_covered if not one.startswith("V05")] == []
    assert "begins with the 20 entries" in detail(judged, "V20")
    # one failure in spring and one now
    assert [bar["person"] for bar in judged.contests["winter"]["final"]["barred"]] == ["li-si"]


def test_a_meeting_published_before_the_earlier_one_ended_names_fewer_entries(tmp_path: Path) -> None:
    earlier = earlier_meeting()
    for size in (0, 1, 7, 19):
        check_accepted(with_earlier(tmp_path, later_meeting(earlier, previous=link(earlier, size)), earlier))


def test_what_comes_before_the_ledgers_given_is_listed(tmp_path: Path) -> None:
    first = earlier_meeting(meeting_id="first", date="2026-01-01", choices=[{"li-si": "approve"}] * 5)
    line = {**parts.history_line("zhang-san", POST, "2026-01-01"), "meeting": "first"}
    spring = later_meeting(
        first,
        history=[line],
        meeting_id="spring",
        date="2026-03-01",
        agenda=[item("posts", [post_contest("spring", candidates=("zhang-san", "wang-wu"))])],
    )
    winter = later_meeting(
        spring, history=[], agenda=[item("posts", [post_contest("winter", candidates=("zhao-liu",))])]
    )
    judged = with_earlier(tmp_path, winter, spring)
    check_accepted(judged)
    assert "V17: earlier ledger ballot.example/first not supplied" in judged.not_covered
    check_accepted(with_earlier(tmp_path, winter, spring, first))
    judged = with_earlier(tmp_path, winter, first)
    check_accepted(judged)
    assert [one[:4] for one in judged.not_covered if not one.startswith("V05")] == ["V17:", "V20:"]


def test_a_failure_before_a_pass_may_be_left_out_of_history(tmp_path: Path) -> None:
    failed = earlier_meeting(meeting_id="one", date="2026-01-01", choices=[{"li-si": "approve"}] * 5)
    passed = earlier_meeting(meeting_id="two", date="2026-02-01", choices=[{"zhang-san": "approve"}] * 5)
    agenda = [item("posts", [post_contest("winter", candidates=("zhang-san",))])]
    check_accepted(with_earlier(tmp_path, later_meeting(passed, history=[], agenda=agenda), failed, passed))


def _twice_for_one_post(*rounds: tuple[str, bool]) -> LedgerBuilder:
    """A meeting with two contests for one post: (contest, whether Li Si passes), one poll after the other."""
    contests = [post_contest(one, candidates=("li-si",)) for one in ("one", "two")]
    b = LedgerBuilder(
        [item("posts", contests)], {"A": 5}, pages=5, boxes=5, meeting_id="spring-meeting", date="2026-03-01"
    )
    b.attendance(A=5)
    b.redeem("A", 5)
    for contest_id, passes in rounds:
        if any(counted == contest_id for counted, _ in b.counted):
            b.decide(contest_id, 1, "revote")
        paper = b.paper(contest_id)
        poll = b.open_poll(paper)
        b.cast(poll, paper, "A", *[{"li-si": "approve" if passes else "oppose"}] * 5)
        b.close_poll(poll)
        b.open_box(poll)
    b.close()
    return b


def test_of_two_contests_for_one_post_the_later_in_the_ledger_makes_a_failure_good(tmp_path: Path) -> None:
    failed_first = _twice_for_one_post(("one", False), ("two", True))
    check_accepted(with_earlier(tmp_path, later_meeting(failed_first, history=[]), failed_first))
    in_its_second_round = _twice_for_one_post(("one", False), ("one", False), ("two", True))
    check_accepted(with_earlier(tmp_path, later_meeting(in_its_second_round, history=[]), in_its_second_round))


def test_a_failure_after_the_pass_counts_though_its_round_has_the_smaller_number(tmp_path: Path) -> None:
    passed_first = _twice_for_one_post(("one", False), ("one", True), ("two", False))
    judged = with_earlier(tmp_path, later_meeting(passed_first, history=[]), passed_first)
    assert not judged.accepted
    assert "contest two, round 1" in detail(judged, "V17")


def test_a_history_written_by_hand_stands_for_what_a_ledger_shows(tmp_path: Path) -> None:
    earlier = earlier_meeting()
    by_hand = [parts.history_line("li-si", POST, "2026-03-01")]
    check_accepted(with_earlier(tmp_path, later_meeting(earlier, history=by_hand), earlier))


def test_earlier_votes_for_another_post_or_on_other_people_are_nothing_to_this_meeting(tmp_path: Path) -> None:
    earlier = earlier_meeting()
    other = [item("posts", [post_contest("winter", candidates=("zhang-san", "wang-wu"))])]
    check_accepted(with_earlier(tmp_path, later_meeting(earlier, history=[], agenda=other), earlier))
    other_post = [item("posts", [contest("winter")])]
    check_accepted(with_earlier(tmp_path, later_meeting(earlier, history=[], agenda=other_post), earlier))


def test_a_ledger_of_a_later_day_shows_nothing_for_this_one(tmp_path: Path) -> None:
    meeting = later_meeting(earlier_meeting(), history=[], previous=None)
    check_accepted(with_earlier(tmp_path, meeting, earlier_meeting(date="2027-03-01")))
