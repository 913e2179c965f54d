"""Addresses and query numbers that no honest client asks for: a refusal, in JSON, and nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballot_service.routing import Operation
from tests.ballot_service.http.hall import API, Hall, check_refusal, name_of, operations

OPERATIONS = operations()
WITH_PARAMETERS = [operation for operation in OPERATIONS if "{" in operation.path]
WITH_QUERY = [operation for operation in OPERATIONS if operation.query]

ODD_NAMES = {
    "nothing": "",
    "a nul": "a%00b",
    "a nul behind a good name": "hall-2026%00",
    "a space behind a good name": "hall-2026%20",
    "a line break": "hall-2026%0a",
    "a header": "%0d%0aSet-Cookie:%20a=b",
    "the folder above": "..",
    "the folder above, escaped": "%2e%2e",
    "a way out": "..%2f..%2fkeys%2fledger.key",
    "a backslash": "..%5c",
    "bytes that are not utf-8": "%ff%fe",
    "a surrogate": "%ed%a0%80",
    "capital letters": "HALL-2026",
    "full-width digits": "hall-%EF%BC%92%EF%BC%90%EF%BC%92%EF%BC%96",
    "a ballot box": "%F0%9F%97%B3",
    "a percent sign": "%25s%25n",
    "a format": "{0.__class__}",
    "a template": "%7B%7B7*7%7D%7D",
    "a query": "x'%20OR%201=1;--",
    "a tag": "%3Cscript%3E",
    "65 letters": "a" * 65,
    "five thousand letters": "a" * 5_000,
    "base64 that is no hash": "A" * 42,
    "base64 with bits too many": "A" * 42 + "B",
}

ODD_NUMBERS = [
    "", "-1", "+1", "%2B1", "1.0", "1e3", "0x1", "1_0", "%201", "1%0a", "%EF%BC%91", "%C2%B2", "%D9%A3", "٣",
    "9" * 10, "9" * 5_000, "1%00", "null", "true", "[1]", "999999999", "%ff",
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_changes(hall: Hall) -> Iterator[None]:
    before = hall.database()
    yield
    assert hall.database() == before


@pytest.mark.parametrize("operation", WITH_PARAMETERS, ids=name_of)
def test_an_odd_name_in_an_address_is_refused(hall: Hall, operation: Operation) -> None:
    for parameter in re.findall(r"\{(\w+)\}", operation.path):
        for odd in ODD_NAMES.values():
            address = hall.address(operation, **{parameter: odd})
            answer = hall.client.open(address, method=operation.method, headers=hall.officer)
            check_refusal(answer)
            assert len(answer.data.rstrip()) < 300  # an address is not repeated at any length
            assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("operation", WITH_PARAMETERS, ids=name_of)
def test_letters_at_random_in_an_address_are_refused(hall: Hall, operation: Operation) -> None:
    parameters = re.findall(r"\{(\w+)\}", operation.path)
    # as WSGI hands a path over: bytes in latin-1, whatever they mean
    odd_names = st.binary(max_size=20).map(lambda data: data.decode("latin-1"))

    @settings(derandomize=True, max_examples=12, deadline=None)
    @given(parameter=st.sampled_from(parameters), odd=odd_names)
    def try_it(parameter: str, odd: str) -> None:
        path = hall.address(operation, **{parameter: odd}).partition("?")[0]
        answer = hall.client.open(
            "/", method=operation.method, headers=hall.officer, environ_overrides={"PATH_INFO": path}
        )
        check_refusal(answer)

    try_it()


@pytest.mark.parametrize("operation", WITH_QUERY, ids=name_of)
def test_a_query_that_is_no_whole_number_is_refused(hall: Hall, operation: Operation) -> None:
    path = hall.address(operation).partition("?")[0]
    assert hall.client.get(hall.address(operation)).status_code in (200, 400)
    for name in operation.query:
        others = "&".join(f"{other}=1" for other in operation.query if other != name)
        for odd in ODD_NUMBERS:
            check_refusal(hall.client.get(f"{path}?{others}&{name}={odd}"), "bad-request")
        check_refusal(hall.client.get(f"{path}?{others}"), "bad-request")
    check_refusal(hall.client.get(path), "bad-request")


def test_proofs_reach_from_the_first_line_to_the_last_and_no_further(hall: Hall) -> None:
    size = hall.state()["size"]
    for good in (
        f"inclusion?index=0&size={size}",
        f"inclusion?index={size - 1}&size={size}",
        "inclusion?index=0&size=1",
    ):
        assert hall.get(f"proofs/{good}").status_code == 200
    for bad in (
        f"inclusion?index={size}&size={size}",
        f"inclusion?index=0&size={size + 1}",
        "inclusion?index=0&size=0",
    ):
        check_refusal(hall.get(f"proofs/{bad}"), "bad-request")
    for good in (f"consistency?old=1&new={size}", f"consistency?old={size}&new={size}"):
        assert hall.get(f"proofs/{good}").status_code == 200
    for bad in (f"consistency?old=0&new={size}", "consistency?old=2&new=1", f"consistency?old=1&new={size + 1}"):
        check_refusal(hall.get(f"proofs/{bad}"), "bad-request")


def test_a_doubled_slash_is_not_redirected_to_the_host_that_the_request_names(hall: Hall) -> None:
    for path in (
        "//api/v1/openapi.json",
        "/api/v1//openapi.json",
        f"/api/v1/meetings//{hall.meeting_id}/head",
        "//login",
    ):
        answer = hall.client.get("/", environ_overrides={"PATH_INFO": path, "HTTP_HOST": "evil.example"})
        assert answer.status_code in (200, 404)
        assert "Location" not in answer.headers
        assert "evil" not in answer.text


def test_an_unknown_address_and_a_wrong_method_have_the_shape_of_a_refusal(hall: Hall) -> None:
    for path in (
        "/nothing",
        API,
        f"{API}/",
        f"{API}/meetings/{hall.meeting_id}",
        f"{API}/openapi.json/",
        "/static/x",
        "/.env",
    ):
        check_refusal(hall.client.get(path), "not-found")
    for operation in OPERATIONS:
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"} - {operation.method}:
            if any(other.path == operation.path and other.method == method for other in OPERATIONS):
                continue
            answer = hall.client.open(hall.address(operation), method=method, headers=hall.officer)
            assert check_refusal(answer) == "wrong-method"
            assert operation.method in answer.headers["Allow"]
