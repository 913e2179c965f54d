"""Inequalities in words, with the numbers of the rules' own working."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from ballot_service.meetings.naming import Say
from ballot_service.screen.words import judgement
from verify.rules.judging.threshold import Threshold, compare


def chinese(zh: str, _en: str) -> str:
    return zh


def english(_zh: str, en: str) -> str:
    return en


@pytest.mark.parametrize(
    ("votes", "line", "say", "told"),
    [
        (7, {"over": "1/2"}, chinese, "同意 7 票，超过应到 13 人的半数"),
        (6, {"over": "1/2"}, chinese, "同意 6 票，未超过应到 13 人的半数"),
        (9, {"at_least": "2/3"}, chinese, "同意 9 票，达到应到 13 人的三分之二以上"),
        (8, {"at_least": "2/3"}, chinese, "同意 8 票，未达到应到 13 人的三分之二以上"),
        (8, {"over": "3/5"}, chinese, "同意 8 票，超过应到 13 人的五分之三"),
        (10, {"over": "5/7"}, chinese, "同意 10 票，超过应到 13 人的 5/7"),
        (7, {"over": "1/2"}, english, "同意: 7, over half of the 13 expected"),
        (6, {"over": "1/2"}, english, "同意: 6, not over half of the 13 expected"),
    ],
)
def test_an_inequality_in_words(votes: int, line: dict[str, Any], say: Say, told: str) -> None:
    over = "over" in line
    holds, working = compare(votes, Threshold(Fraction(line["over"] if over else line["at_least"]), over=over), 13)
    row = {"working": working, "holds": holds}
    assert judgement(say, row, {**line, "of": "expected"}, "同意").strip() == told


def test_a_working_without_a_base_is_shown_as_it_is() -> None:
    holds, working = compare(0, Threshold(Fraction(1, 2), over=True), 0)
    row = {"working": working, "holds": holds}
    assert judgement(chinese, row, {"over": "1/2", "of": "valid"}, "同意") == "0/0"
