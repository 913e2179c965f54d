"""A round object cut down: words in a voter's own hand, and figures of classes too small to be shown."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ballot_service.disclosure import Detail, cut
from ballot_service.meetings.meeting_file import read_meeting_value
from crypto import canonical
from tests.meeting_kit import GRADE, Json, item, meeting_file
from verify import rules

NAMES: Json = {"kind": "pick", "options": [{"id": "ma", "name": "马"}], "max": 1, "write_in": 1}
REMARKS: Json = {"kind": "comment", "max_chars": 20}


def contest(ballot: Json, listed: list[Json] | None = None, voters: tuple[str, ...] = ("A", "B")) -> Json:
    """In normal form, as a meeting holds it."""
    one = {"id": "one", "title": "one", "voters": list(voters), "ballot": ballot, "rules": listed or []}
    classes = [{"id": "A", "name": "甲", "expected": 9}, {"id": "B", "name": "乙", "expected": 6}]
    plan = read_meeting_value(meeting_file(item(one), classes=classes))
    return plan.fields["agenda"][0]["contests"][0]  # type: ignore[no-any-return]


def judged(of: Json, choices: dict[str, list[tuple[Json, int]]], issued: dict[str, int]) -> Json:
    counted: dict[str, Counter[bytes | None]] = {
        name: Counter({canonical.encode(choice): times for choice, times in listed}) for name, listed in choices.items()
    }
    return rules.judge_round(
        contest=of,
        round_number=1,
        poll="p1",
        figures={
            name: rules.ClassFigures(
                expected=issued[name], present=issued[name], issued=issued[name], returned=counted[name].total()
            )
            for name in of["voters"]
        },
        choices=counted,
        quorum=None,
        present_at_opening={},
        min_class=0,  # as if a verdict did not hold small classes back: this module does not rely on it
        earlier=[],
    )


def test_before_a_result_only_how_many_papers_came_back() -> None:
    of = contest(GRADE)
    one = judged(of, {"A": [({"grade": "good"}, 8)], "B": [({"grade": "poor"}, 6)]}, {"A": 9, "B": 6})
    assert cut(of, one, Detail.NOTHING, min_class=5) is None
    figures = {"expected": 15, "present": 15, "issued": 15, "returned": 14}
    assert cut(of, one, Detail.PAPERS, min_class=5) == {
        "round": 1,
        "poll": "p1",
        "counts": {"total": figures, "by_class": {}},
    }
    counts = cut(of, one, Detail.COUNTS, min_class=5)
    assert counts is not None
    assert counts["counts"]["total"]["valid"] == 14
    assert counts.keys() == {"round", "poll", "counts"}


@pytest.mark.parametrize(
    ("seen", "names", "remarks"),
    [(Detail.RESULT, False, False), (Detail.NAMES, True, False), (Detail.REMARKS, True, True)],
)
def test_words_in_a_voters_own_hand_are_seen_only_by_those_who_may(seen: Detail, names: bool, remarks: bool) -> None:
    of = contest(NAMES, [{"rule": "rank", "id": "order", "by": "picks"}])
    one = judged(
        of,
        {"A": [({"picks": [], "write_in": ["王五"]}, 6)], "B": [({"picks": ["ma"]}, 6)]},
        {"A": 6, "B": 6},
    )
    shown = cut(of, one, seen, min_class=5)
    assert shown is not None
    assert shown["tally"]["ma"] == 6
    assert ("王五" in json.dumps(shown, ensure_ascii=False)) == names
    assert ("write_in" in shown["tally"]) == ("write_in" in shown["ranks"]["order"]) == names

    of = contest(REMARKS)
    one = judged(of, {"A": [({"text": "很好"}, 6)], "B": [({"text": ""}, 6)]}, {"A": 6, "B": 6})
    assert ("很好" in json.dumps(cut(of, one, seen, min_class=5), ensure_ascii=False)) == remarks


def test_an_option_whose_id_is_one_of_our_words_is_kept() -> None:
    of = contest({**NAMES, "options": [{"id": "texts", "name": "文本"}]})
    one = judged(of, {"A": [({"picks": ["texts"]}, 5)], "B": []}, {"A": 6, "B": 6})
    shown = cut(of, one, Detail.RESULT, min_class=5)
    assert shown is not None
    assert shown["tally"] == {"texts": 5}


RATES: list[dict[str, Any]] = [
    {"rule": "rate", "id": "all", "grades": ["good"]},
    {"rule": "rate", "id": "of-b", "grades": ["good"], "classes": ["B"]},
    {"rule": "rate", "id": "of-both", "grades": ["good"], "classes": ["B", "A"]},
    {"rule": "rate", "id": "weighed", "grades": ["good"], "weights": {"A": "40", "B": "60"}},
    {"rule": "flag", "code": "low-b", "value": "of-b", "under": "1/2", "consequences": []},
]


@pytest.mark.parametrize(("issued_to_b", "returned_by_b"), [(4, 3), (6, 4), (6, 1), (6, 5)])
def test_no_figure_tells_of_a_class_below_the_least(issued_to_b: int, returned_by_b: int) -> None:
    of = contest(GRADE, RATES)
    choices: dict[str, list[tuple[Json, int]]] = {
        "A": [({"grade": "good"}, 7)],
        "B": [({"grade": "poor"}, returned_by_b)],
    }
    one = judged(of, choices, {"A": 9, "B": issued_to_b})
    assert one["tally_by_class"]  # so that the least is this module's own doing
    shown = cut(of, one, Detail.REMARKS, min_class=5)
    assert shown is not None
    if returned_by_b == 5:
        assert shown == one
        return
    assert shown["counts"]["by_class"] == shown["tally_by_class"] == {}
    assert shown["values"].keys() == {"all", "of-both", "weighed"}
    assert shown["values"]["weighed"]["display"] == one["values"]["weighed"]["display"]
    assert shown["values"]["weighed"]["working"] == ""
    assert [row["working"] for row in shown["judgements"]] == [""]
    assert shown["flags"] == one["flags"]  # that it is raised has consequences; how near it was is nobody's business
    assert shown["tally"] == one["tally"]


def test_one_class_alone_is_the_total_and_stays() -> None:
    of = contest(GRADE, RATES[:1], voters=("A",))
    one = judged(of, {"A": [({"grade": "good"}, 3)]}, {"A": 3})
    assert cut(of, one, Detail.RESULT, min_class=5) == one
