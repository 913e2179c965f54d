"""What an answer carries besides its content: exact headers, nothing of the Host header; and that looking is free."""

from __future__ import annotations

import re

import pytest

from ballot_service.console.shell import POLICY
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import API, SEALED_ROUTES, Hall, check_refusal, meeting_file, operations

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ALWAYS = {"Content-Type", "Content-Length", *SAFE}
EVIL = "evil.example"

VOTER_GETS = [
    "head", "state", "keys/A", "keys/B", "checkpoint", "proofs/inclusion?index=0&size=2",
    "proofs/consistency?old=1&new=2", "polls/p1/ballot-ids", "polls/p1/void",
]  # fmt: skip
OFFICER_GETS = ["control", "ledger", "polls/p1/result"]


def test_every_answer_has_exactly_these_headers(hall: Hall) -> None:
    for address in [*VOTER_GETS, *OFFICER_GETS]:
        answer = hall.get(address, hall.officer)
        more = {"state": {"ETag"}, "ledger": {"Content-Disposition"}}.get(address, set())
        assert set(answer.headers.keys()) == ALWAYS | {"Cache-Control"} | more, address
        assert answer.headers["Cache-Control"] == ("no-cache" if address == "state" else "no-store")
        assert {name: answer.headers[name] for name in SAFE} == SAFE
    for route in SEALED_ROUTES:
        assert set(hall.send(route, b"").headers.keys()) == ALWAYS | {"Cache-Control"}
    for path in ("/", "/login", "/nothing", f"{API}/openapi.json"):
        answer = hall.client.get(path)
        policy = {"Content-Security-Policy": POLICY} if path in ("/", "/login") else {}
        assert {name: answer.headers[name] for name in SAFE} == {**SAFE, **policy}
        assert set(answer.headers.keys()) - {"Cache-Control"} == ALWAYS


def test_acts_without_an_answer_are_not_kept_either(hall: Hall) -> None:
    answer = hall.post("attendance", {"present": {"A": 6, "B": 5}}, expect=204)
    assert answer.data == b""
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Type" not in answer.headers


def test_state_is_asked_for_again_only_when_the_ledger_grew(make_hall: MakeHall) -> None:
    hall = make_hall()
    first = hall.get("state")
    unchanged = hall.get("state", {"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == first.headers["ETag"]
    assert "Set-Cookie" not in unchanged.headers
    hall.post("attendance", {"present": {"A": 6}}, expect=204)
    assert hall.get("state", {"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_host_header_reaches_no_link_and_no_slip(make_hall: MakeHall) -> None:
    hall = make_hall(base_url="https://ballot.example")
    poisoned = {"Host": EVIL, "X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "http", "Forwarded": f"host={EVIL}"}
    assert all(slip.url.startswith("HTTPS://BALLOT.EXAMPLE/M/HALL-2026#") for slip in hall.published.slips)

    answer = hall.client.post(f"{API}/meetings", json=_small("poisoned"), headers={**hall.officer, **poisoned})
    assert answer.status_code == 201
    assert EVIL not in answer.text.lower()
    urls = [slip["url"] for slip in answer.get_json()["slips"]]
    assert all(url.startswith("HTTPS://BALLOT.EXAMPLE/M/POISONED#") for url in urls)
    origin = hall.get("head", poisoned).get_json()["checkpoint"].partition("\n")[0]
    assert origin == "ballot.example/hall-2026"

    code = hall.service.accounts.make_code()
    entered = hall.client.post("/login", data={"code": code}, headers=poisoned)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    cookie = {"Cookie": f"ballot_session={hall.token}"}
    for path in ("/", "/login", f"/login?code={code}"):
        page = hall.client.get(path, headers={**poisoned, **cookie})
        assert EVIL not in page.text
        assert EVIL not in str(page.headers)
    for operation in operations():
        answer = hall.client.open(hall.address(operation), method=operation.method, headers=poisoned)
        assert EVIL not in answer.text + str(answer.headers)


def _small(meeting_id: str) -> dict[str, object]:
    """A file whose keys are quickly made: one class, one question."""
    file = meeting_file(meeting_id)
    item = file["agenda"][0]
    item["contests"][0]["voters"] = ["A"]
    return {**file, "classes": file["classes"][:1], "agenda": [item]}


def test_looking_changes_nothing(hall: Hall) -> None:
    code = hall.service.accounts.make_code("previewed")
    before = hall.database()
    slip = hall.published.slips[0].url
    for address in [*VOTER_GETS, *OFFICER_GETS]:
        for method in ("GET", "HEAD", "OPTIONS"):
            hall.client.open(hall.at(address), method=method, headers=hall.officer)
    for path in ("/", "/login", f"/login?code={code}", re.sub(r"#.*", "", slip).lower(), "/m/hall-2026"):
        for _visitor in range(3):  # a messenger's preview, a virus scanner, the browser
            hall.client.get(path)
            hall.client.head(path)
    assert hall.database() == before
    assert hall.service.accounts.log_in(code)


def test_head_has_the_headers_of_get_and_no_content(hall: Hall) -> None:
    for address in VOTER_GETS:
        got, head = hall.get(address), hall.client.head(hall.at(address))
        assert (head.status_code, head.data) == (got.status_code, b"")
        assert list(head.headers) == list(got.headers)


@pytest.mark.parametrize("headers", [{}, {"Origin": f"https://{EVIL}", "Access-Control-Request-Method": "POST"}])
def test_options_tells_methods_and_invites_no_foreign_page(hall: Hall, headers: dict[str, str]) -> None:
    of_voters = {one.path for one in operations() if one.group == "voter"}  # one of them is an officer's address, too
    for operation in operations():
        answer = hall.client.options(hall.address(operation), headers=headers)
        if operation.group == "officer" and not operation.path.endswith("/login") and operation.path not in of_voters:
            check_refusal(answer, "not-allowed")
        else:
            assert answer.status_code == 200
            assert answer.data == b""
            assert operation.method in answer.headers["Allow"]
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118
