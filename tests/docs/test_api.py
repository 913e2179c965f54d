"""docs/api.md against the application: routes, refusals, codes, lengths, and the example of a phone."""

import re

import pytest
from openapi_spec_validator import validate

from ballot_service.app import create_app
from ballot_service.config import Config
from ballot_service.errors import STATUS
from ballot_service.service import Service
from ballot_service.voter.lengths import ROUTES
from tests.docs.pages import page, rows

API = page("api.md")
GENERAL = {  # said once for all routes, in "General refusals"
    "bad-request",
    "internal",
    "meeting-closed",
    "not-allowed",
    "not-found",
    "rate-limited",
    "too-large",
    "unavailable",
}


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    service = Service(Config(data_dir=tmp_path_factory.mktemp("service")))
    try:
        app = create_app(service)
        found = app.test_client().get("/api/v1/openapi.json").get_json()
        found["pages"] = {str(rule) for rule in app.url_map.iter_rules() if not str(rule).startswith("/api/")}
    finally:
        service.close()
    return found


@pytest.fixture(scope="module")
def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def described():
    return {row[0].strip("`"): row for row in rows(API) if re.match(r"`(GET|POST) /", row[0])}


def test_the_service_describes_itself_as_openapi_demands(document):
    validate({name: part for name, part in document.items() if name != "pages"})


def test_every_route_is_described_and_no_other(operations):
    assert described().keys() == operations.keys() | {"GET /api/v1/openapi.json"}


def test_every_page_is_named(document):
    described = set(re.findall(r"`(/[a-zA-Z./-]*)…?`", API))
    shown = {re.sub("<[^>]*>", "ID", re.sub("<[^>]*>$", "", one)) for one in document["pages"]}
    assert shown <= described


def test_every_route_names_its_own_refusals(operations):
    for route, operation in operations.items():
        named = {code for answer in operation["responses"].values() for code in answer["description"].split(", ")}
        assert set(re.findall(r"`([a-z-]+)`", described()[route][-1])) == (named & STATUS.keys()) - GENERAL, route


def test_every_route_names_its_status_of_success(operations):
    for route, operation in operations.items():
        for status in {"200", "201", "204", "304"} & operation["responses"].keys():
            assert status in described()[route][2], route


def test_every_field_of_a_body_is_named(document, operations):
    for route, operation in operations.items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            fields = document["components"]["schemas"].get(name, {}).get("properties", {})
            assert fields.keys() <= set(re.findall(r"`([a-z_]+)`", described()[route][1])), route


def test_codes_and_their_status_are_those_of_the_service():
    table = {row[0].strip("`"): int(row[1]) for row in rows(API) if len(row) == 3 and row[1].isdigit()}
    assert table == STATUS


def test_every_general_refusal_is_said_once_for_all():
    paragraph = API.split("**General refusals.**")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", paragraph)) == GENERAL


def test_every_sealed_route_is_in_the_table_of_lengths():
    section = API.split("### Sealed routes")[1].split("## Routes for officers")[0]
    named = {name for row in rows(section) for name in re.findall(r"`([a-z]+)`", row[0])}
    assert named == set(ROUTES)
