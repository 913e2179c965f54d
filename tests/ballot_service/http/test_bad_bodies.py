"""Bodies that no honest client sends: always a refusal with its own status, never a fault, and nothing changes.

Every operation with a JSON body is tried, from a good body of which one thing is spoiled to bytes at random. What was
sent stands in no answer and in no log: a message of canaries goes along.
"""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballot_service.routing import MAX_BODY_BYTES, MAX_JSON_BYTES, MAX_JSON_DEPTH, Operation
from tests.ballot_service.http.hall import (
    API,
    Hall,
    check_refusal,
    meeting_file,
    name_of,
    operations,
    says_nothing,
    takes_json,
)

CANARY = "Canary-zX81-of-a-secret-that-must-not-come-back"
WITH_JSON = [operation for operation in operations() if takes_json(operation)]
TWO = ["甲", "乙"]

# A body of the right form for each operation. In the hall of these tests most of them are refused for what they ask;
# none would be for how it is written. Where one would be accepted, only spoiled copies are sent.
GOOD: dict[str, Any] = {
    "POST /login": {"code": "nobody-has-this-code"},
    "POST /logout": {},
    "POST /meetings": meeting_file(),
    "POST /meetings/{meeting_id}/shares": {"box": 1, "card": 1, "pad": "A" * 43},
    "POST /meetings/{meeting_id}/boxes": {"card": 1, "pad": "A" * 43},
    "POST /hubs": {"code": "K7QM2-XPD4T"},
    "POST /meetings/{meeting_id}/hub": {
        "waiting": {"p1": 3},
        "delivered": ["p1"],
        "assisted": {"p1": 1},
        "lost": {"p1": 0},
        "terminals": [{"name": "1", "state": "idle", "camera": "ok"}],
        "disk_free": 1_000_000,
    },
    "POST /meetings/{meeting_id}/cosignatures": {"size": 1, "signature": "— witness.example AAAA\n"},
    "POST /meetings/{meeting_id}/attendance": {"present": {"A": 6, "B": 5}},
    "POST /meetings/{meeting_id}/expected": {"voter_class": "A", "expected": 6, "reason": "x", "by": TWO},
    "POST /meetings/{meeting_id}/steps": {"item": "finance", "step": "introduce", "subject": None},
    "POST /meetings/{meeting_id}/recusals": {"contest": "finance", "voter_class": "A", "count": 1},
    "POST /meetings/{meeting_id}/slips": {
        "kind": "voided",
        "voter_class": "A",
        "token": "A" * 22,
        "reason": "x",
        "by": TWO,
    },
    "POST /meetings/{meeting_id}/polls": {"contests": ["finance"], "small_groups": ["A"], "by": TWO},
    "POST /meetings/{meeting_id}/polls/{poll_id}/collect": {},
    "POST /meetings/{meeting_id}/polls/{poll_id}/close": {"assisted": 0, "without_hubs": False},
    "POST /meetings/{meeting_id}/polls/{poll_id}/void": {"reason": "x", "by": TWO},
    "POST /meetings/{meeting_id}/paper-counts": {
        "contest": "finance",
        "voter_class": "A",
        "handed_out": 5,
        "ballots": [{"choice": {"marks": {"zhang-san": "approve"}}, "times": 3}, {"raw": "?", "times": 2}],
        "teller": "甲",
    },
    "POST /meetings/{meeting_id}/polls/{poll_id}/open-box": {},
    "POST /meetings/{meeting_id}/witness-waivers": {"reason": "x", "by": TWO},
    "POST /meetings/{meeting_id}/decisions": {"contest": "finance", "choice": "end"},
    "POST /meetings/{meeting_id}/inputs": {"id": "style", "value": "29/2", "evidence": "台账第3页"},
    "POST /meetings/{meeting_id}/items": {
        "item": {**meeting_file()["agenda"][1], "id": "urgent"},
        "admitted_by": "trust",
    },
    "POST /meetings/{meeting_id}/announcements": {"contests": ["finance"], "to": "hall"},
    "POST /meetings/{meeting_id}/close": {},
}

WRONG_VALUES: list[Any] = [
    None,
    True,
    -1,
    2**53 - 1,
    "",
    CANARY,
    "x" * 5_000,
    "line\nbreak\x00\u202e",
    [],
    [CANARY],
    [[[[]]]],
    {},
    {CANARY: CANARY},
    {"A": {CANARY: 1}},
]

SAME_TYPE: dict[type, list[Any]] = {
    str: ["", " ", "\u3000", CANARY * 20, "line\nbreak", "nul\x00", "\u202eright to left"],
    int: [-1, 2**53 - 1, -(2**53) + 1],
}

SPOILED_TEXTS: dict[str, bytes] = {
    "nothing but one byte": b"{",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"code": "x"}'.encode("utf-16"),
    "latin-1": '{"code": "é"}'.encode("latin-1"),
    "overlong utf-8": b'{"code": "\xc0\xaf"}',
    "a surrogate in utf-8": b'{"code": "\xed\xa0\x80"}',
    "a lone surrogate": rb'{"code": "\ud800"}',
    "a lone surrogate as a key": rb'{"\udfff": 1}',
    "letters that are not in normal form c": '{"code": "e\u0301"}'.encode(),
    "the same key twice": b'{"code": "a", "code": "b"}',
    "the same key twice, once escaped": rb'{"code": "a", "c\u006fde": "b"}',
    "a float": b'{"box": 1.0}',
    "an exponent": b'{"box": 1e2}',
    "an endless exponent": b'{"box": 1e999999999}',
    "not a number": b'{"box": NaN}',
    "infinity": b'{"box": -Infinity}',
    "minus zero": b'{"box": -0}',
    "2 to the 53rd": b'{"box": 9007199254740992}',
    "a number of a hundred thousand digits": b'{"box": ' + b"9" * 100_000 + b"}",
    "full-width digits": '{"box": １２}'.encode(),
    "an underscore in a number": b'{"box": 1_000}',
    "a leading zero": b'{"box": 01}',
    "one level too deep": b"[" * (MAX_JSON_DEPTH + 1) + b"]" * (MAX_JSON_DEPTH + 1),
    "a hundred thousand levels": b'{"a":' * 100_000,
    "closing brackets first": b"]" * 1_000 + b"[" * 1_000,
    "one string without end": b'{"code": "' + b"\\\\" * 100_000,
    "a comment": b"{} // nothing",
    "two values": b"{} {}",
    "a trailing comma": b'{"a": 1,}',
    "a control character": b'{"code": "\x01"}',
    "a list": b"[]",
    "a number": b"7",
    "a text": b'"{}"',
    "null": b"null",
    "true": b"true",
    "yaml": b"code: x",
    "xml": b"<code>x</code>",
    "a form": b"code=x",
    "half a megabyte of keys": b"{" + b",".join(b'"%d":0' % one for one in range(45_000)) + b"}",
}

WRONG_TYPES = [
    None,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/json-seq",
    "application/problem+json",
    "text/json",
]


def spoiled(good: Any) -> Iterator[Any]:
    """Copies of a good body with one value of another type, one field too many, or one too few."""
    if isinstance(good, dict):
        yield {**good, CANARY: 1}
        yield {**good, "\x00": CANARY}
        yield {**good, "extra" * 2_000: CANARY}
    for path, value in _leaves(good, ()):
        for wrong in WRONG_VALUES:
            if type(wrong) is not type(value) and wrong is not None:
                yield _replaced(good, path, wrong)
        for wrong in SAME_TYPE.get(type(value), []):
            yield _replaced(good, path, wrong)


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if path:
        yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _leaves(child, (*path, key))


def _replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    result = copy.deepcopy(value)
    inner = result
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = new
    return result


def check_nothing_leaks(text: str) -> None:
    assert CANARY not in text


@pytest.fixture(autouse=True)
def no_canary_in_the_log(caplog: pytest.LogCaptureFixture, hall: Hall) -> Iterator[None]:
    """Whatever these tests send, nothing of it is logged at any level, and nothing of it is stored."""
    before = hall.database()
    caplog.set_level(logging.DEBUG)
    yield
    assert CANARY not in caplog.text
    assert hall.token not in caplog.text
    assert hall.database() == before


def test_every_operation_with_a_body_is_in_these_tests() -> None:
    assert sorted(GOOD) == sorted(name_of(operation) for operation in WITH_JSON)


@pytest.mark.parametrize("operation", WITH_JSON, ids=name_of)
def test_a_spoiled_body_is_refused(hall: Hall, operation: Operation) -> None:
    # A meeting file is no secret; its mistakes are shown.
    shows_values = operation.path in (f"{API}/meetings", f"{API}/meetings/{{meeting_id}}/items")
    for number, body in enumerate(spoiled(GOOD[name_of(operation)])):
        if shows_values and number % 7:  # the meeting file has its own tests of each field
            continue
        answer = hall.ask(operation, body)
        check_refusal(answer)
        if not shows_values:
            check_nothing_leaks(answer.text)


@pytest.mark.parametrize("operation", WITH_JSON, ids=name_of)
def test_a_missing_field_is_refused(hall: Hall, operation: Operation) -> None:
    document = hall.client.get(f"{API}/openapi.json").get_json()["components"]["schemas"]
    good = GOOD[name_of(operation)]
    model = getattr(operation.body, "__name__", "")
    for name in document.get(model, {}).get("required", ["id", "agenda"] if not model else []):
        check_refusal(
            hall.ask(operation, {key: value for key, value in good.items() if key != name}),
            "bad-request",
            "bad-meeting-file",
        )


@pytest.mark.parametrize("operation", WITH_JSON, ids=name_of)
def test_text_that_is_no_json_object_is_refused(hall: Hall, operation: Operation) -> None:
    for text in SPOILED_TEXTS.values():
        answer = hall.ask(operation, data=text, content_type="application/json")
        check_refusal(answer, "bad-request", "bad-meeting-file")


@pytest.mark.parametrize("operation", WITH_JSON, ids=name_of)
def test_a_body_that_is_too_large_is_refused(hall: Hall, operation: Operation) -> None:
    for size in (MAX_JSON_BYTES + 1, MAX_BODY_BYTES + 1):
        answer = hall.ask(operation, data=b" " * (size - 2) + b"{}", content_type="application/json")
        check_refusal(answer, "too-large")


@pytest.mark.parametrize("operation", WITH_JSON, ids=name_of)
def test_a_good_body_that_does_not_say_it_is_json_is_refused(hall: Hall, operation: Operation) -> None:
    text = json.dumps(GOOD[name_of(operation)]).encode()
    for content_type in WRONG_TYPES:
        check_refusal(hall.ask(operation, data=text, content_type=content_type), "bad-request")


@pytest.mark.parametrize("operation", WITH_JSON, ids=name_of)
def test_bytes_and_values_at_random_are_refused(hall: Hall, operation: Operation) -> None:
    good = GOOD[name_of(operation)]
    words = st.sampled_from([*good, CANARY, "A", "id", "type"])
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )
    objects = st.dictionaries(words, values, min_size=1).filter(lambda body: body.keys() != good.keys())
    texts = (objects | values.filter(lambda value: value != {})).map(
        lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    )

    @settings(derandomize=True, max_examples=16, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=texts | st.binary(min_size=1, max_size=200), content_type=st.sampled_from(["application/json"]))
    def try_it(data: bytes, content_type: str) -> None:
        check_refusal(hall.ask(operation, data=data, content_type=content_type))

    try_it()


@pytest.mark.parametrize("operation", [one for one in WITH_JSON if not says_nothing(one)], ids=name_of)
def test_an_empty_body_is_no_body(hall: Hall, operation: Operation) -> None:
    check_refusal(hall.ask(operation, data=b"", content_type="application/json"), "bad-request")


def test_a_hundred_thousand_mistakes_get_a_short_answer(hall: Hall) -> None:
    many = {
        "attendance": {"present": {f"x{number}": "" for number in range(60_000)}},
        "paper-counts": {**GOOD["POST /meetings/{meeting_id}/paper-counts"], "ballots": [1] * 10_000},
        "polls": {"contests": ["finance"], "small_groups": [1] * 100_000},
        "decisions": {f"x{number}": 1 for number in range(60_000)},
    }
    for path, body in many.items():
        answer = hall.client.post(hall.at(path), json=body, headers=hall.officer)
        check_refusal(answer, "bad-request")
        assert len(answer.data) < 2_000


def test_keys_that_the_sender_made_up_do_not_come_back(hall: Hall) -> None:
    body = {"present": {CANARY: CANARY, "A": CANARY}}
    answer = hall.client.post(hall.at("attendance"), json=body, headers=hall.officer)
    check_refusal(answer, "bad-request")
    check_nothing_leaks(answer.text)
    assert answer.get_json()["problems"]


def test_odd_headers_are_no_fault(hall: Hall) -> None:
    strange = {
        "HTTP_COOKIE": "ballot_session=\xff\xfe" + CANARY,
        "HTTP_AUTHORIZATION": "Bearer \xff" + CANARY,
        "HTTP_IF_NONE_MATCH": "\xff" + CANARY,
        "HTTP_HOST": "\xff" + CANARY,
        "CONTENT_LENGTH": "-1",
        "CONTENT_TYPE": "application/json; charset=\xff" + CANARY,
    }
    for operation in operations():
        for name, value in strange.items():
            answer = hall.client.open(hall.address(operation), method=operation.method, environ_overrides={name: value})
            assert answer.status_code < 500, (name, answer.text)
            check_nothing_leaks(answer.text)
    for page in ("/", "/login"):
        answer = hall.client.get(page, environ_overrides={"HTTP_COOKIE": strange["HTTP_COOKIE"]})
        assert answer.status_code == 200
