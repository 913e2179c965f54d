"""A paper holds what its readers may be told, and nothing else."""

from __future__ import annotations

import dataclasses

import pytest

from ballot_service.documents import KINDS, documents_for
from tests.ballot_service.documents.conftest import Known
from tests.ballot_service.documents.meetings import FORMULA, LONG, MARKUP, REMARKS
from tests.ballot_service.documents.reading import page_text, tables

OUTSIDE = ("scope", "hall", "public")


def test_without_leave_a_hall_sees_what_was_issued_and_returned(integrity: Known) -> None:
    documents = integrity.documents(contests=[], audience="hall")
    assert set(documents) == {"count-p1", "count-p2", "count-p3"}
    for one in documents.values():
        for row in tables(one)[0]:
            assert (row["有效"], row["无效"]) == ("—", "—")
            assert isinstance(row["发出"], int)
            assert isinstance(row["收回"], int)


@pytest.mark.parametrize("audience", OUTSIDE)
def test_words_in_a_voters_own_hand_stay_inside(every: list[Known], audience: str) -> None:
    own_hand = (*REMARKS, "只此一条", "不熟悉", "壬某", "on paper", "keep it up", "王五")
    for known in every:
        for one in known.documents(audience=audience).values():
            assert one.kind in ("count", "vote", "summary")
            assert not [text for text in own_hand if text in repr(one.content)], one.name


@pytest.mark.parametrize("audience", [*OUTSIDE, "subject"])
def test_classes_are_not_split_for_others(every: list[Known], audience: str) -> None:
    for known in every:
        for one in known.documents(audience=audience).values():
            assert "其中：" not in repr(one.content)
            assert "分票种统计" not in repr(one.content)


def test_a_class_of_which_one_ballot_came_back_is_not_shown_apart(integrity: Known) -> None:
    split = integrity.verdict["contests"]["two-new"]["rounds"][0]["counts"]["by_class"]
    assert split["C"]["returned"] == 1, "the verdict splits: two were issued"
    for name in ("summary-two", "tally-p3"):
        assert "分票种统计" not in page_text(integrity.documents()[name])
    assert "分票种统计" in page_text(integrity.documents()["assessment-duty-s0"])


def test_figures_of_one_class_are_held_back_with_the_split(integrity: Known) -> None:
    shown = integrity.documents()["assessment-own-chen"]
    assert "4/6" in page_text(shown) or "2/3" in page_text(shown)
    state = integrity.view.state
    larger = dataclasses.replace(state, meeting={**state.meeting, "min_class": 6})
    held = {one.name: one for one in documents_for(dataclasses.replace(integrity.view, state=larger))}
    row = tables(held["summary-own"])[0][0]
    assert [value for title, value in row.items() if "class A" in str(title)] == ["—"]
    assert "分票种的比例不单列" in page_text(held["summary-own"])
    lines = next(table for table in tables(held["assessment-own-chen"]) if "是否触发" in table[0])
    assert {one["计算（准确值）"] for one in lines} == {"—"}


def test_a_person_is_fed_back_only_what_is_about_him_or_her(integrity: Known) -> None:
    (own,) = documents_for(integrity.view, audience="subject", subject="s0")
    assert (own.kind, own.contests, own.subject) == ("feedback", ("duty-s0",), "s0")
    text = page_text(own)
    assert FORMULA in text
    assert "70.00" in text
    assert "谈话" not in text, "proposals are still to confirm"
    assert not [name for name in (MARKUP, LONG, "陈一") if name in text]
    assert {one.kind for one in documents_for(integrity.view, audience="subject")} == {"feedback"}


def test_a_person_is_given_the_number_of_remarks_and_no_class_whoever_prints_the_sheet(integrity: Known) -> None:
    for audience in ("subject", "officers"):
        documents = integrity.documents(audience=audience)
        text = page_text(documents["feedback-own-chen"])
        assert "共收到6条，由组织综合后反馈" in text
        assert not [one for one in REMARKS if one.replace(" ", "") in text]
        assert "分票种统计" not in page_text(documents["feedback-duty-s0"])


def test_remarks_are_sorted_whatever_the_class(integrity: Known) -> None:
    text = page_text(integrity.documents()["assessment-own-chen"])
    places = [text.index(one.replace(" ", "")) for one in sorted(REMARKS)]
    assert places == sorted(places)


def test_an_earlier_round_can_be_told_without_the_last(vote: Known) -> None:
    documents = vote.documents(contests={"finance": 1}, audience="hall")
    text = page_text(documents["vote-finance"])
    assert "第一次票决" in text
    assert "第二次票决" not in text
    assert "最终结果" not in text
    assert tables(documents["count-p3"])[0][0]["有效"] == "—"
    assert "follow-ups" not in vote.documents(contests={"finance": 1}, audience="committee")


def test_contests_that_may_not_be_told_leave_no_trace(review: Known) -> None:
    documents = review.documents(contests=["names"], audience="committee")
    assert {name for name in documents if not name.startswith("count-")} == {"tally-p2", "summary-names"}


def test_every_kind_is_made_from_these_meetings(every: list[Known]) -> None:
    assert {one.kind for known in every for one in known.documents().values()} == set(KINDS)
    for known in every:
        listed = documents_for(known.view)
        assert len({one.name for one in listed}) == len(listed)
