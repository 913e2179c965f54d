"""Reading a sealed ballot: strict, total, and unable to harm anything but itself."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.rules.meetings import approval_ballot, sealed
from verify.rules import RulesError, encode_canonical, pad_plaintext, padded_length, read_choice
from verify.rules.choices.approval import MARKS

BALLOT = approval_ballot("abc", max_approve=2)
BLANK = {"a": "abstain", "b": "abstain", "c": "abstain"}


def test_a_choice_holds_every_candidate() -> None:
    choice = read_choice(BALLOT, sealed(b="approve", a="oppose"))
    assert choice is not None
    assert choice.content == {"a": "oppose", "b": "approve", "c": "abstain"}
    assert not choice.blank
    assert not choice.unknown


@pytest.mark.parametrize("plaintext", [b"{}", b'{"marks":{}}', sealed(a="abstain"), sealed(**BLANK)])
def test_every_spelling_of_a_blank_ballot_is_valid(plaintext: bytes) -> None:
    choice = read_choice(BALLOT, plaintext)
    assert choice is not None
    assert choice.blank
    assert choice.content == BLANK


def test_every_combination_of_marks_is_valid_up_to_max_approve() -> None:
    for max_approve in range(4):
        ballot = approval_ballot("abc", max_approve)
        for marks in itertools.product([*MARKS, None], repeat=3):
            given_marks = {name: mark for name, mark in zip("abc", marks, strict=True) if mark}
            choice = read_choice(ballot, sealed(**given_marks))
            assert (choice is not None) == (marks.count("approve") <= max_approve)


def test_padding_does_not_change_a_choice() -> None:
    plaintext = sealed(a="approve")
    padded = pad_plaintext(BALLOT, plaintext)
    assert len(padded) == padded_length(BALLOT)
    assert read_choice(BALLOT, padded) == read_choice(BALLOT, plaintext)


@pytest.mark.parametrize(
    "plaintext",
    [
        pytest.param(None, id="a ballot that did not open"),
        pytest.param(b"", id="nothing"),
        pytest.param(b" " * 64, id="spaces alone"),
        pytest.param(b"not a ballot", id="words"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"1", id="a number"),
        pytest.param(b'"marks"', id="a string"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param(b" {}", id="a space before"),
        pytest.param(b"{}\n", id="a newline after"),
        pytest.param(b"{}\x00", id="a zero byte after"),
        pytest.param(b"{}\t ", id="a tab after"),
        pytest.param(b'{"marks": {}}', id="a space inside"),
        pytest.param(b'{"marks":null}', id="marks null"),
        pytest.param(b'{"marks":[]}', id="marks a list"),
        pytest.param(b'{"marks":"approve"}', id="marks a string"),
        pytest.param(b'{"picks":["a"]}', id="a member of another kind"),
        pytest.param(b'{"marks":{},"note":"x"}', id="a member too many"),
        pytest.param(sealed(d="approve"), id="unknown candidate"),
        pytest.param(sealed(d="abstain"), id="unknown candidate abstained from"),
        pytest.param(sealed(a="yes"), id="unknown mark"),
        pytest.param(sealed(a="Approve"), id="mark in another case"),
        pytest.param(b'{"marks":{"a":null}}', id="mark null"),
        pytest.param(b'{"marks":{"a":true}}', id="mark true"),
        pytest.param(b'{"marks":{"a":1}}', id="mark a number"),
        pytest.param(b'{"marks":{"a":["approve"]}}', id="mark a list"),
        pytest.param(b'{"marks":{"a":{}}}', id="mark an object"),
        pytest.param(b'{"marks":{"a":"approve","a":"oppose"}}', id="a candidate marked twice"),
        pytest.param(b'{"marks":{"b":"approve","a":"oppose"}}', id="candidates out of order"),
        pytest.param(b'{"marks":{"\\u0061":"approve"}}', id="an escape"),
        pytest.param(b'{"marks":{"a\\ud800":"approve"}}', id="a lone surrogate"),
        pytest.param(sealed(a="approve", b="approve", c="approve"), id="one approval too many"),
        pytest.param(b"[" * 100_000, id="deep arrays"),
        pytest.param(b'{"marks":' * 100_000, id="deep objects"),
        pytest.param(b'{"marks":{"a":' + b"9" * 100_000 + b"}}", id="a huge integer"),
        pytest.param(b'{"marks":{"a":1e99999999}}', id="a huge exponent"),
    ],
)
def test_what_breaks_the_rules_is_invalid_and_nothing_more(plaintext: bytes | None) -> None:
    assert read_choice(BALLOT, plaintext) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(MARKS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["marks", "a", "b", "c", "d"]) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def plainly_valid(text: str) -> bool:
    """What the grammar says, for text that json can read."""
    value = json.loads(text)
    if not isinstance(value, dict) or set(value) - {"marks"}:
        return False
    marks = value.get("marks", {})
    return (
        isinstance(marks, dict)
        and all(name in ("a", "b", "c") and mark in MARKS for name, mark in marks.items())
        and list(marks.values()).count("approve") <= 2
        and json.dumps(value, sort_keys=True, separators=(",", ":")) == text
    )


@given(json_values | st.dictionaries(st.just("marks"), json_values, max_size=1))
def test_any_json_is_judged_by_the_grammar_alone(value: Any) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    assert (read_choice(BALLOT, text.encode()) is not None) == plainly_valid(text)


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from([*MARKS, "yes"]), max_size=4))
def test_any_marks_are_judged_by_the_grammar_alone(marks: dict[str, str]) -> None:
    assert (read_choice(BALLOT, sealed(**marks)) is not None) == plainly_valid(sealed(**marks).decode())


@given(st.binary(max_size=80) | st.text(alphabet='{}[]":,marksbcpoe \\ud8', max_size=40).map(str.encode))
def test_junk_never_raises(plaintext: bytes) -> None:
    read_choice(BALLOT, plaintext)


@given(st.integers(0, 40), st.binary(max_size=3), st.integers(0, 3))
def test_a_spoiled_ballot_never_raises(position: int, inserted: bytes, removed: int) -> None:
    good = sealed(a="approve", b="oppose")
    read_choice(BALLOT, good[:position] + inserted + good[position + removed :])


@pytest.mark.parametrize(("count", "length"), [(0, 64), (1, 64), (3, 64), (4, 128), (8, 128), (9, 192)])
def test_the_length_is_a_multiple_of_64_and_holds_the_longest_choice(count: int, length: int) -> None:
    """{"marks":{}} is 12 bytes, each of these candidates 13 with its comma, one fewer in all."""
    ballot = approval_ballot("abcdefghi"[:count])
    assert padded_length(ballot) == length
    for mark in MARKS:
        pad_plaintext(ballot, sealed(**{candidate["id"]: mark for candidate in ballot["candidates"]}))


def test_a_longest_choice_of_exactly_64_bytes_needs_no_second_block() -> None:
    # 12 + 12 + the id, which stands once: {"marks":{"…":"abstain"}}
    for letters, length in ((40, 64), (41, 128)):
        ballot = approval_ballot("a")
        ballot["candidates"][0]["id"] = "x" * letters
        assert len(encode_canonical({"marks": {"x" * letters: "abstain"}})) == 24 + letters
        assert padded_length(ballot) == length


def test_a_text_longer_than_the_paper_cannot_be_padded() -> None:
    assert len(pad_plaintext(BALLOT, b"x" * 64)) == 64
    with pytest.raises(RulesError, match="at most 64 bytes"):
        pad_plaintext(BALLOT, b"x" * 65)


def test_an_unknown_ballot_kind_is_named_as_such() -> None:
    for ask in (padded_length, lambda ballot: read_choice(ballot, b"{}")):
        with pytest.raises(RulesError, match="unknown ballot kind"):
            ask({"kind": "cumulative"})
