"""Announcements, steps and small classes: who hears what, in which order, and when nobody may be asked."""

import itertools
from typing import Any

import pytest

from tests.verify.rules.meetings import approval_ballot, contest
from verify.rules import (
    Announced,
    NotNow,
    RulesError,
    check_announcement,
    class_too_small_to_publish,
    default_audience,
    missing_step,
    step_in_order,
    too_small,
    voters_may_see,
)
from verify.rules.choices import KINDS
from verify.rules.choices.approval import Approval

# Announcing

ORDERS = {
    "on-spot": ["hall", "public"],
    "report-then-feedback": ["committee", "subject"],
    "publish": ["hall", "public"],
    "limited-later": ["committee", "scope"],
    "internal": ["committee"],
}
AUDIENCES = ["hall", "public", "committee", "subject", "scope", "everyone"]


@pytest.mark.parametrize("mode", ORDERS)
def test_only_the_next_audience_of_the_mode_may_be_told(mode: str) -> None:
    order = ORDERS[mode]
    assert default_audience(mode) == order[0]
    for told in range(4):
        for earlier in itertools.product(AUDIENCES, repeat=told):
            for to in AUDIENCES:
                if [*earlier, to] == order[: told + 1]:
                    check_announcement(mode, to, earlier=earlier, counted=True)
                else:
                    with pytest.raises(NotNow) as refused:
                        check_announcement(mode, to, earlier=earlier, counted=True)
                    assert refused.value.code == "announce-not-allowed"


def test_the_hall_is_never_told_a_report_for_the_committee() -> None:
    for earlier in ([], ["committee"], ["committee", "subject"]):
        with pytest.raises(NotNow):
            check_announcement("report-then-feedback", "hall", earlier=earlier, counted=True)


def test_an_announcement_is_not_repeated() -> None:
    with pytest.raises(NotNow):
        check_announcement("on-spot", "hall", earlier=["hall"], counted=True)


def test_a_contest_that_is_not_counted_is_not_announced() -> None:
    check_announcement("on-spot", "hall", earlier=[], counted=True)
    with pytest.raises(NotNow, match="not counted"):
        check_announcement("on-spot", "hall", earlier=[], counted=False)


def test_an_unknown_mode_is_refused_as_such() -> None:
    for ask in (default_audience, lambda mode: check_announcement(mode, "hall", earlier=[], counted=True)):
        with pytest.raises(RulesError, match="unknown announce mode"):
            ask("whispered")


@pytest.mark.parametrize(
    ("mode", "told", "may_see"),
    [
        ("on-spot", [], False),
        ("on-spot", ["hall"], True),
        ("on-spot", ["hall", "public"], True),
        ("publish", [], False),
        ("publish", ["hall"], True),
        ("internal", ["committee"], False),
        ("limited-later", ["committee", "scope"], False),
        ("report-then-feedback", ["committee", "subject"], False),
        ("report-then-feedback", ["hall"], False),
    ],
)
def test_phones_get_ballots_only_of_a_result_told_to_the_hall(mode: str, told: list[str], may_see: bool) -> None:
    one = Announced(mode, approval_ballot("ab"), told)
    assert voters_may_see([one]) is may_see
    assert voters_may_see([one, Announced("on-spot", approval_ballot("a"), ["hall"])]) is may_see


def test_one_contest_held_back_holds_back_the_whole_box() -> None:
    shown = Announced("on-spot", approval_ballot("ab"), ["hall"])
    assert not voters_may_see([shown, Announced("on-spot", approval_ballot("ab"), [])])


def test_free_text_is_never_given_to_phones(monkeypatch: pytest.MonkeyPatch) -> None:
    class Worded(Approval):
        def has_free_text(self, ballot: Any) -> bool:
            return True

    monkeypatch.setitem(KINDS, "worded", Worded())
    ballot = {**approval_ballot("ab"), "kind": "worded"}
    assert not voters_may_see([Announced("publish", ballot, ["hall", "public"])])


# Steps

LIST = ["introduce", "deliberate", "speak"]


def test_steps_for_the_whole_item_are_done_one_after_the_other() -> None:
    recorded: list[tuple[str, str | None]] = []
    for place, step in enumerate(LIST):
        assert missing_step(LIST, recorded, []) == step
        for other in LIST:
            assert step_in_order(LIST, recorded, [], other, None) is (LIST.index(other) <= place)
        recorded.append((step, None))
    assert missing_step(LIST, recorded, []) is None


def test_an_item_without_steps_misses_none() -> None:
    assert missing_step([], [], ["x"]) is None


def test_a_step_recorded_for_every_subject_is_done() -> None:
    subjects = ["x", "y"]
    assert missing_step(["introduce"], [("introduce", "x")], subjects) == "introduce"
    assert missing_step(["introduce"], [("introduce", "y"), ("introduce", "x")], subjects) is None
    assert missing_step(["introduce"], [("introduce", None)], subjects) is None
    assert missing_step(["introduce"], [("deliberate", None)], subjects) == "introduce"


def test_a_step_skipped_is_missing_even_when_a_later_one_was_recorded() -> None:
    assert missing_step(LIST, [("introduce", None), ("speak", None)], []) == "deliberate"


def test_each_subject_goes_through_the_list_in_order() -> None:
    subjects = ["x", "y"]
    recorded: list[tuple[str, str | None]] = [("introduce", "x")]
    assert step_in_order(LIST, recorded, subjects, "deliberate", "x")
    assert not step_in_order(LIST, recorded, subjects, "deliberate", "y")
    assert not step_in_order(LIST, recorded, subjects, "deliberate", None)
    assert not step_in_order(LIST, recorded, subjects, "speak", "x")
    recorded.append(("introduce", "y"))
    assert step_in_order(LIST, recorded, subjects, "deliberate", None)


def test_a_step_or_subject_the_item_does_not_have_is_out_of_order() -> None:
    assert not step_in_order(LIST, [], ["x"], "inspection", None)
    assert not step_in_order(LIST, [], ["x"], "introduce", "z")
    assert not step_in_order(LIST, [], [], "introduce", "x")


def test_recording_a_step_again_changes_nothing() -> None:
    recorded: list[tuple[str, str | None]] = [("introduce", None)]
    assert step_in_order(LIST, recorded, [], "introduce", None)
    assert missing_step(LIST, recorded * 2, []) == missing_step(LIST, recorded, [])


# Small classes


def graded(voters: str) -> dict[str, Any]:
    return {**contest(voters=voters), "ballot": {"kind": "grade"}}


def test_a_class_smaller_than_the_least_is_named() -> None:
    sizes = {"A": 4, "B": 5, "C": 0}
    assert class_too_small_to_publish(graded("BAC"), sizes, 5) == ["A", "C"]
    assert class_too_small_to_publish(graded("B"), sizes, 5) == []
    assert too_small(graded("BA"), sizes, 5, []) == ["A"]
    assert too_small(graded("BAD"), sizes, 5, []) == ["A", "D"]


def test_two_officers_may_name_a_small_group() -> None:
    assert too_small(graded("AB"), {"A": 4, "B": 3}, 5, ["B"]) == ["A"]
    assert too_small(graded("AB"), {"A": 4, "B": 3}, 5, ["A", "B"]) == []


def test_a_small_committee_may_vote_on_an_appointment() -> None:
    assert too_small(contest(voters="A"), {"A": 3}, 5, []) == []
    assert class_too_small_to_publish(contest(voters="A"), {"A": 3}, 5) == []
