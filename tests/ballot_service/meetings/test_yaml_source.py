"""The promise: one text has one meaning, every value knows its line, and no bytes do harm."""

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballot_service.meetings.yaml_source import SourceLimits, UnreadableSource, load_yaml


def unreadable(data: str | bytes, limits: SourceLimits | None = None) -> UnreadableSource:
    data = data.encode() if isinstance(data, str) else data
    with pytest.raises(UnreadableSource) as caught:
        load_yaml(data, limits or SourceLimits())
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("on", "on"),
        ("12", 12),
        ("+12", 12),
        ("-0", 0),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        ("2026-12-18", "2026-12-18"),
        ("2026-12-18T09:00:00Z", "2026-12-18T09:00:00Z"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("|\n  12\n", "12\n"),
        ("{70: a, true: b}", {"70": "a", "true": "b"}),
        ("=", "="),
        ("%YAML 1.2\n---\na", "a"),
    ],
)
def test_scalars_are_read_by_the_core_schema(text: str, value: Any) -> None:
    read, _ = load_yaml(text.encode())
    assert read == value
    assert type(read) is type(value)


def test_not_a_number_is_a_float() -> None:
    read, _ = load_yaml(b".NaN")
    assert isinstance(read, float)
    assert math.isnan(read)


def test_every_key_and_element_knows_its_line() -> None:
    value, lines = load_yaml(b"# a comment\na:\n  - {b: 1,\n     c: 2}\n  -\n    d: |\n      x\n      y\n    e: 3\n")
    assert value == {"a": [{"b": 1, "c": 2}, {"d": "x\ny\n", "e": 3}]}
    assert lines == {
        (): 2,
        ("a",): 2,
        ("a", 0): 3,
        ("a", 0, "b"): 3,
        ("a", 0, "c"): 4,
        ("a", 1): 6,
        ("a", 1, "d"): 6,
        ("a", 1, "e"): 9,
    }


@pytest.mark.parametrize(
    ("text", "line", "path", "found"),
    [
        pytest.param("a: 1\nb: 2\na: 3", 3, "a", "this key again (first on line 1)", id="a key twice"),
        pytest.param("x:\n- 1: a\n  '1': b", 3, "x[0].1", "this key again", id="a key twice in two spellings"),
        pytest.param('{"a": 1, "\\u0061": 2}', 1, "a", "this key again", id="a key twice in json"),
        pytest.param("a: &x 1\nb: 2", 1, "a", "the anchor &x", id="an anchor"),
        pytest.param("a: 1\nb: *x", 2, "b", "the alias *x", id="an alias"),
        pytest.param("a:\n- !!str 1", 2, "a[0]", "the tag", id="a standard tag"),
        pytest.param("a: !!python/name:os.system 1", 1, "a", "the tag", id="a tag that calls"),
        pytest.param("a: !x {b: 1}", 1, "a", "the tag", id="a local tag"),
        pytest.param("! a", 1, "", "the tag", id="the tag without a name"),
        pytest.param("a:\n  <<: {b: 1}", 2, 'a."<<"', "a merge key", id="a merge key"),
        pytest.param("a: 1\n---\nb: 1", 2, "", "a second document", id="two documents"),
        pytest.param("%YAML 1.1\n---\na: yes", 2, "", "a directive", id="another version"),
        pytest.param("%TAG ! tag:x,2000:\n---\na: 1", 2, "", "a directive", id="a tag directive"),
        pytest.param("? {a: 1}\n: 2", 1, "", "a mapping or list as a key", id="a mapping as a key"),
        pytest.param("a: 1\nb: [1, 2", 2, "", "a mistake in the syntax", id="an open bracket"),
        pytest.param('a: "\\UFFFFFFFF"', None, "", "a mistake in the syntax", id="an escape the parser trips over"),
        pytest.param("a: 1\n b: 2", 2, "", "a mistake in the syntax", id="a wrong indent"),
        pytest.param("a: 1\n# \u202e x", 2, "", "U+202E", id="a comment that reads right to left"),
        pytest.param("a: 1\nb: x\u2028y", 2, "", "U+2028", id="a line end that editors do not show"),
        pytest.param("a: 1\nb: \x07", 2, "", "U+0007", id="a control character"),
        pytest.param("a: 1\nb: " + "9" * 5000, 2, "b", "a number of 5000 digits", id="an endless number"),
        pytest.param(b"a: 1\nb: \xff", 2, "", "not UTF-8", id="bytes that are no text"),
        pytest.param("a: 1".encode("utf-16"), 1, "", "not UTF-8", id="utf-16"),
        pytest.param(b"a" * (2**20 + 1), None, "", "1048577 bytes", id="a file too large"),
        pytest.param("[" * 17, 1, "", "more levels", id="lists too deep"),
        pytest.param("- " * 17 + "a", 1, "", "more levels", id="blocks too deep"),
        pytest.param('{"a":' * 5000, 1, "", "more levels", id="mappings much too deep"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str | bytes, line: int | None, path: str, found: str) -> None:
    [problem] = unreadable(text).problems
    assert (problem.line, problem.path) == (line, path)
    assert found in problem.found
    assert str(problem).isprintable()


def test_several_of_them_are_reported_together() -> None:
    assert [problem.line for problem in unreadable("a: &x 1\nb: *x\na: 2\n").problems] == [1, 2, 3]


def test_the_deepest_allowed_is_read() -> None:
    value, _ = load_yaml(b"[" * 16 + b"]" * 16)
    assert isinstance(value, list)


def test_a_file_of_endless_small_values_is_stopped_early() -> None:
    started = time.process_time()
    [problem] = unreadable("[" + "a," * 500_000 + "]").problems
    assert "at most 100000" in problem.expected
    assert time.process_time() - started < 15


def test_limits_are_parameters() -> None:
    assert unreadable("[1, 2]", SourceLimits(max_values=2)).problems[0].found == "more values"
    assert unreadable("[[1]]", SourceLimits(max_depth=1)).problems[0].found == "more levels inside one another"
    assert unreadable("abc", SourceLimits(max_bytes=2)).problems[0].found == "3 bytes"


def test_escaped_pairs_of_json_are_one_character() -> None:
    value, _ = load_yaml(json.dumps({"\U00020bb7": "\U00020bb7野家"}).encode())
    assert value == {"\U00020bb7": "\U00020bb7野家"}


# What JSON texts may hold and YAML's reader refuses is refused in a meeting file anyway.
PRINTABLE = st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co"))
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(PRINTABLE, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(PRINTABLE, max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 2, "\t"]))
@settings(deadline=None, max_examples=200)
def test_json_is_read_as_json_means_it(value: Any, ensure_ascii: bool, indent: int | str | None) -> None:
    read, lines = load_yaml(json.dumps(value, ensure_ascii=ensure_ascii, indent=indent).encode())
    assert read == value
    assert lines[()] == 1


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None, max_examples=300)
def test_any_bytes_are_read_or_unreadable(data: bytes) -> None:
    try:
        load_yaml(data)
    except UnreadableSource as error:
        problems = error.problems
    else:
        return
    assert problems
