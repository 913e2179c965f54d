"""Ballots to pick, grade, score and comment: what each may hold, what spoils it, and how it is added up."""

from typing import Any

import pytest

from verify.rules import RulesError, encode_canonical, padded_length, read_choice
from verify.rules.choices import KINDS, ballot_kind

PICK = {
    "kind": "pick",
    "options": [{"id": "a", "name": "甲同志", "note": None}, {"id": "bb", "name": "乙同志", "note": None}],
    "max": 2,
    "write_in": 1,
}
NAMES_ALONE = {**PICK, "options": [], "write_in": 2}
GRADE = {"kind": "grade", "grades": [{"id": "good", "name": "好"}, {"id": "poor", "name": "差"}], "unknown": True}
SCORE = {"kind": "score", "min": "0", "max": "100", "step": "1/2", "unknown": True}
COMMENT = {"kind": "comment", "max_chars": 5}

BLANK, UNKNOWN = "blank", "unknown"


def read(ballot: dict[str, Any], choice: object) -> Any:
    """The content of a valid ballot, `blank`, `unknown`, or None for an invalid one."""
    found = read_choice(ballot, encode_canonical(choice))
    if found is None:
        return None
    if found.blank or found.unknown:
        assert not found.content
        return BLANK if found.blank else UNKNOWN
    return dict(found.content)


@pytest.mark.parametrize(
    ("choice", "content"),
    [
        pytest.param({"picks": ["a"]}, {"picks": ["a"], "write_in": []}, id="one option"),
        pytest.param({"picks": ["bb", "a"]}, {"picks": ["bb", "a"], "write_in": []}, id="as many as may be"),
        pytest.param({"write_in": ["王五"]}, {"picks": [], "write_in": ["王五"]}, id="a name of one's own"),
        pytest.param({"picks": ["a"], "write_in": ["王五"]}, {"picks": ["a"], "write_in": ["王五"]}, id="both"),
        pytest.param({"write_in": ["乙同志"]}, {"picks": ["bb"], "write_in": []}, id="an option's name counts for it"),
        pytest.param({"write_in": ["二" * 20]}, {"picks": [], "write_in": ["二" * 20]}, id="the longest name"),
        pytest.param({}, BLANK, id="nothing"),
        pytest.param({"picks": []}, BLANK, id="no picks"),
        pytest.param({"picks": [], "write_in": []}, BLANK, id="neither"),
        pytest.param({"picks": ["a", "bb"], "write_in": ["王五"]}, None, id="too many in all"),
        pytest.param({"write_in": ["王五", "赵六"]}, None, id="too many names"),
        pytest.param({"picks": ["a", "a"]}, None, id="one option twice"),
        pytest.param({"picks": ["a"], "write_in": ["甲同志"]}, None, id="an option and its own name"),
        pytest.param({"picks": ["c"]}, None, id="an option that is not there"),
        pytest.param({"picks": "a"}, None, id="no list"),
        pytest.param({"picks": [1]}, None, id="a number"),
        pytest.param({"picks": [["a"]]}, None, id="a list in a list"),
        pytest.param({"write_in": {}}, None, id="an object of names"),
        pytest.param({"write_in": [""]}, None, id="an empty name"),
        pytest.param({"write_in": ["二" * 21]}, None, id="a name too long"),
        pytest.param({"write_in": ["王 五"]}, None, id="a name with a blank"),
        pytest.param({"write_in": ["王\u3000五"]}, None, id="a name with an ideographic blank"),
        pytest.param({"write_in": ["王\u200b五"]}, None, id="a name with something invisible"),
        pytest.param({"write_in": ["王\n五"]}, None, id="a name over two lines"),
        pytest.param({"write_in": ["王\u2028五"]}, None, id="a name with a line separator"),
        pytest.param({"picks": ["a"], "unknown": True}, None, id="a member of another kind"),
    ],
)
def test_a_pick_ballot(choice: object, content: object) -> None:
    assert read(PICK, choice) == content


@pytest.mark.parametrize(
    ("choice", "content"),
    [
        pytest.param({"grade": "good"}, {"grade": "good"}, id="a grade"),
        pytest.param({"unknown": True}, UNKNOWN, id="unknown"),
        pytest.param({}, BLANK, id="nothing"),
        pytest.param({"unknown": False}, None, id="not unknown"),
        pytest.param({"unknown": 1}, None, id="a number for true"),
        pytest.param({"grade": "good", "unknown": True}, None, id="both"),
        pytest.param({"grade": "fair"}, None, id="a grade that is not there"),
        pytest.param({"grade": None}, None, id="null"),
        pytest.param({"grade": ["good"]}, None, id="a list"),
        pytest.param({"score": 1}, None, id="a member of another kind"),
    ],
)
def test_a_grade_ballot(choice: object, content: object) -> None:
    assert read(GRADE, choice) == content


@pytest.mark.parametrize(
    ("choice", "score"),
    [
        pytest.param({"score": 0}, "0", id="the lowest"),
        pytest.param({"score": 100}, "100", id="the highest"),
        pytest.param({"score": "85.5"}, "171/2", id="a half"),
        pytest.param({"unknown": True}, UNKNOWN, id="unknown"),
        pytest.param({}, BLANK, id="nothing"),
        pytest.param({"score": 101}, None, id="too high"),
        pytest.param({"score": -1}, None, id="too low"),
        pytest.param({"score": "85.25"}, None, id="off step"),
        pytest.param({"score": "85"}, None, id="a whole number as a text"),
        pytest.param({"score": "85.0"}, None, id="a needless zero"),
        pytest.param({"score": "85.50"}, None, id="another needless zero"),
        pytest.param({"score": "171/2"}, None, id="a fraction"),
        pytest.param({"score": "085.5"}, None, id="a leading zero"),
        pytest.param({"score": True}, None, id="true is no 1"),
        pytest.param({"score": None}, None, id="null"),
        pytest.param({"score": 85, "unknown": True}, None, id="both"),
    ],
)
def test_a_score_ballot(choice: object, score: object) -> None:
    found = read(SCORE, choice)
    assert (str(found["score"]) if isinstance(found, dict) else found) == score


def test_a_score_off_the_steps_from_the_lowest_is_invalid() -> None:
    odd = {**SCORE, "min": "1", "max": "10", "step": "3"}
    assert [score for score in range(12) if read(odd, {"score": score})] == [1, 4, 7, 10]
    assert [score for score in range(12) if read({**odd, "max": "9"}, {"score": score})] == [1, 4, 7]


@pytest.mark.parametrize(
    ("ballot", "problem"),
    [
        pytest.param({"min": "5", "max": "5"}, "min < max", id="an empty range"),
        pytest.param({"step": "0"}, "step above 0", id="no step"),
        pytest.param({"step": "1/3"}, "ends", id="steps that no decimal spells"),
        pytest.param({"step": "1/128"}, "at most", id="more scores than a ballot has room for"),
    ],
)
def test_a_range_that_cannot_be_voted_on_is_refused(ballot: dict[str, str], problem: str) -> None:
    with pytest.raises(RulesError, match=problem):
        padded_length({**SCORE, **ballot})


@pytest.mark.parametrize(
    ("choice", "content"),
    [
        pytest.param({"text": "加强调研"}, {"text": "加强调研"}, id="a text"),
        pytest.param({"text": "多 下乡"}, {"text": "多 下乡"}, id="with a blank"),
        pytest.param({"text": "二" * 5}, {"text": "二" * 5}, id="the longest"),
        pytest.param({"text": "𠀀" * 5}, {"text": "𠀀" * 5}, id="the longest in bytes"),
        pytest.param({}, BLANK, id="nothing"),
        pytest.param({"text": ""}, BLANK, id="an empty text"),
        pytest.param({"text": "二" * 6}, None, id="too long"),
        pytest.param({"text": "一\n二"}, None, id="two lines"),
        pytest.param({"text": "一\u202e二"}, None, id="a direction turned round"),
        pytest.param({"text": 5}, None, id="a number"),
        pytest.param({"text": "好", "score": 1}, None, id="a member of another kind"),
    ],
)
def test_a_comment(choice: object, content: object) -> None:
    assert read(COMMENT, choice) == content


@pytest.mark.parametrize("ballot", [GRADE, SCORE], ids=["grade", "score"])
def test_unknown_is_invalid_where_the_ballot_does_not_offer_it(ballot: dict[str, Any]) -> None:
    assert read({**ballot, "unknown": False}, {"unknown": True}) is None


def tally_of(ballot: dict[str, Any], *choices: object) -> dict[str, Any]:
    """The tally of these choices, the first once, the second twice, and so on."""
    found = []
    for times, choice in enumerate(choices, 1):
        one = read_choice(ballot, encode_canonical(choice))
        assert one is not None
        found.append((one, times))
    return ballot_kind(ballot).tally(ballot, found)


def test_tallies_list_zeros_and_leave_blanks_out() -> None:
    picks = tally_of(PICK, {"picks": ["a"]}, {"picks": ["a"], "write_in": ["王五"]}, {}, {"write_in": ["丁一"]})
    assert picks == {"a": 3, "bb": 0, "write_in": {"丁一": 4, "王五": 2}}
    assert tally_of({**PICK, "write_in": 0}, {"picks": ["bb"]}) == {"a": 0, "bb": 1}
    assert tally_of(GRADE, {"grade": "poor"}, {}, {"unknown": True}) == {"good": 0, "poor": 1}
    scores = tally_of(SCORE, {"score": 85}, {"score": "85.5"}, {}, {"score": 9})
    assert scores == {"9": 4, "85": 1, "85.5": 2}
    assert list(scores) == ["9", "85", "85.5"]
    assert tally_of(COMMENT, {"text": "乙"}, {"text": "一"}, {}) == {"texts": ["一", "一", "乙"]}


@pytest.mark.parametrize(
    ("ballot", "longest"),
    [
        pytest.param(PICK, {"picks": ["bb"], "write_in": ["𠀀" * 20]}, id="pick"),
        pytest.param({**PICK, "max": 1}, {"picks": [], "write_in": ["𠀀" * 20]}, id="pick one"),
        pytest.param({**PICK, "write_in": 0}, {"picks": ["a", "bb"], "write_in": []}, id="pick, no names"),
        pytest.param(NAMES_ALONE, {"picks": [], "write_in": ["𠀀" * 20, "𠀁" * 20]}, id="names alone"),
        pytest.param(GRADE, {"unknown": True}, id="grade"),
        pytest.param({**GRADE, "unknown": False}, {"grade": "good"}, id="grade, known"),
        pytest.param(SCORE, {"score": "10.5"}, id="score: like 99.5"),
        pytest.param({**SCORE, "min": "-100"}, {"score": "-10.5"}, id="score below zero"),
        pytest.param({**SCORE, "step": "1", "unknown": False}, {"score": 100}, id="whole scores"),
        pytest.param(COMMENT, {"text": "𠀀" * 5}, id="comment"),
    ],
)  # fmt: skip
def test_the_longest_valid_choice_has_the_length_that_is_sealed(ballot: dict[str, Any], longest: object) -> None:
    assert read(ballot, longest) is not None
    assert ballot_kind(ballot).longest(ballot) == len(encode_canonical(longest))


def test_only_words_of_ones_own_are_kept_from_phones() -> None:
    free = {kind for kind in KINDS if ballot_kind({"kind": kind}).has_free_text({"kind": kind, "write_in": 0})}
    assert free == {"comment"}
    assert ballot_kind(PICK).has_free_text(PICK)
