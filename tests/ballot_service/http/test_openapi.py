"""openapi.json speaks of the API that runs: the same routes, the same answers, whatever is sent to them."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ballot_service.errors import STATUS
from ballot_service.routing import Operation
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import API, Hall, name_of, operations

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LAST = ["POST /logout", "POST /meetings/{meeting_id}/close"]  # after these the others would all say the same
IN_ORDER = sorted(
    operations(), key=lambda operation: -1 if name_of(operation) not in LAST else LAST.index(name_of(operation))
)


@pytest.fixture(scope="module")
def played(make_hall: MakeHall) -> Hall:
    """A hall that may be played with: its own, because what is sent at random may also be accepted."""
    hall = make_hall()
    hall.everyone_arrives()
    hall.open_poll("finance")
    return hall


@pytest.fixture(scope="module")
def schema(played: Hall) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi(f"{API}/openapi.json", played.app)


@pytest.fixture(scope="module")
def document(hall: Hall) -> dict[str, Any]:
    answer: dict[str, Any] = hall.client.get(f"{API}/openapi.json").get_json()
    return answer


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_in_the_document_and_every_path_of_it_is_a_route(hall: Hall, document: dict[str, Any]) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in hall.app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert described == routes
    assert described - {("GET", f"{API}/openapi.json")} == {(one.method, one.path) for one in operations()}


def test_every_operation_says_what_it_may_refuse(document: dict[str, Any]) -> None:
    for operation in operations():
        described = document["paths"][operation.path][operation.method.lower()]
        codes = {*operation.refusals, "internal", "unavailable"}
        codes |= {"bad-request", "too-large"} if operation.body is not None else set()
        codes |= {"not-found"} if "{" in operation.path else set()
        codes |= {"not-allowed", "rate-limited"} if "security" in described else set()
        assert {str(STATUS[code]) for code in codes} <= described["responses"].keys()
        in_a_session = operation.group == "officer" and not operation.path.endswith("/login")
        by_a_hub = operation.group == "hub" and "{meeting_id}" in operation.path
        assert ("security" in described) == (in_a_session or by_a_hub)
        names = re.findall(r"\{(\w+)\}", operation.path) + list(operation.query)
        assert [parameter["name"] for parameter in described["parameters"]] == names


@pytest.mark.parametrize("operation", IN_ORDER, ids=name_of)
def test_whatever_is_sent_the_answer_is_one_that_the_document_names(
    played: Hall, schema: schemathesis.BaseSchema, operation: Operation
) -> None:
    described = schema[operation.path][operation.method]
    here = {"meeting_id": played.meeting_id, "poll_id": "p1", "voter_class": "A"}
    positive = described.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    negative = described.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @settings(
        derandomize=True,
        max_examples=10,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=positive | negative, in_this_meeting=st.sampled_from([True, True, True, False]))
    def try_it(case: schemathesis.Case[Any], in_this_meeting: bool) -> None:
        if in_this_meeting:
            case.path_parameters = {name: here.get(name, value) for name, value in case.path_parameters.items()}
        case.call_and_validate(headers=played.officer, checks=CHECKS)

    try_it()
