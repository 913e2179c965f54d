"""Who may act: a code works once, a session ends, and no officer's route answers without one."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest

from ballot_service.console.sessions import IDLE_SECONDS, SESSION_SECONDS
from ballot_service.routing import Operation
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import API, Hall, check_refusal, name_of, operations, takes_json

OFFICERS = [one for one in operations() if one.group == "officer" and not one.path.endswith("/login")]
POSTS = [one for one in OFFICERS if one.method == "POST"]


@pytest.fixture(scope="module")
def desk(make_hall: MakeHall) -> Hall:
    """A hall for logging in and out."""
    return make_hall()


def log_in(hall: Hall, code: str) -> str | None:
    answer = hall.client.post(f"{API}/login", json={"code": code})
    if answer.status_code != 200:
        check_refusal(answer, "not-allowed")
        return None
    token: str = answer.get_json()["token"]
    return token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_code_works_once(desk: Hall) -> None:
    code = desk.service.accounts.make_code()
    assert log_in(desk, code.upper()) is None
    assert log_in(desk, code[:-1]) is None
    token = log_in(desk, code)
    assert token is not None
    assert desk.client.get(desk.at("control"), headers=bearer(token)).status_code == 200
    assert log_in(desk, code) is None
    assert desk.client.post("/login", data={"code": code}).status_code == 403


def test_a_new_code_makes_the_one_before_it_void(desk: Hall) -> None:
    first, second = desk.service.accounts.make_code(), desk.service.accounts.make_code()
    assert log_in(desk, first) is None
    assert log_in(desk, second)


@pytest.mark.parametrize("round_number", range(3))
def test_of_two_who_use_one_code_at_once_one_gets_in(desk: Hall, round_number: int) -> None:
    code = desk.service.accounts.make_code(f"race-{round_number}")
    start = threading.Barrier(4)
    tokens: list[str | None] = []

    def enter() -> None:
        client = desk.app.test_client(use_cookies=False)
        start.wait()
        answer = client.post(f"{API}/login", json={"code": code})
        tokens.append(answer.get_json().get("token"))

    threads = [threading.Thread(target=enter) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([token for token in tokens if token]) == 1
    assert len(tokens) == 4


def test_a_session_ends_with_the_day_and_with_logging_out(desk: Hall) -> None:
    token = log_in(desk, desk.service.accounts.make_code())
    other = log_in(desk, desk.service.accounts.make_code("other"))
    assert token is not None
    assert other is not None
    assert desk.client.post(f"{API}/logout", headers=bearer(token)).status_code == 204
    check_refusal(desk.client.get(desk.at("control"), headers=bearer(token)), "not-allowed")
    assert desk.client.get(desk.at("control"), headers=bearer(other)).status_code == 200

    opened = desk.clock.now
    for _hours in range(SESSION_SECONDS // (IDLE_SECONDS - 1)):
        desk.clock.forward(IDLE_SECONDS - 1)
        assert desk.client.get(desk.at("control"), headers=bearer(other)).status_code == 200
    desk.clock.now = opened + timedelta(seconds=SESSION_SECONDS - 1)
    assert desk.client.get(desk.at("control"), headers=bearer(other)).status_code == 200
    desk.clock.forward(1)
    check_refusal(desk.client.get(desk.at("control"), headers=bearer(other)), "not-allowed")
    desk.clock.now = opened


@pytest.mark.parametrize(("base_url", "secure"), [("https://ballot.example", True), ("http://127.0.0.1:8000", False)])
def test_the_cookie_is_for_this_site_and_for_no_script(make_hall: MakeHall, base_url: str, secure: bool) -> None:
    hall = make_hall(base_url=base_url)
    by_page = hall.client.post("/login", data={"code": hall.service.accounts.make_code()})
    by_api = hall.client.post(f"{API}/login", json={"code": hall.service.accounts.make_code()})
    for answer in (by_page, by_api):
        cookie = answer.headers["Set-Cookie"]
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert parts == {"HttpOnly", "SameSite=Strict", "Path=/"} | ({"Secure"} if secure else set())
        value = cookie.split(";")[0]
        assert hall.get("control", {"Cookie": value}).status_code == 200
    leaving = hall.client.post(f"{API}/logout", json={}, headers={"Cookie": by_api.headers["Set-Cookie"].split(";")[0]})
    assert leaving.status_code == 204
    assert "Max-Age=0" in leaving.headers["Set-Cookie"]
    check_refusal(hall.get("control", {"Cookie": by_api.headers["Set-Cookie"].split(";")[0]}), "not-allowed")


@pytest.mark.parametrize("operation", OFFICERS, ids=name_of)
def test_no_officers_route_answers_without_a_session(hall: Hall, operation: Operation) -> None:
    before = hall.database()
    wrong = [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {hall.token}x"},
        {"Authorization": f"Bearer {hall.token.upper()}"},
        {"Authorization": f"Basic {hall.token}"},
        {"Authorization": hall.token},
        {"Cookie": "ballot_session=wrong"},
        {"Cookie": f"session={hall.token}"},
        {"X-Forwarded-User": "organiser"},
    ]
    for headers in wrong:
        body: dict[str, Any] = {"json": {}} if operation.method == "POST" else {}
        answer = hall.client.open(hall.address(operation), method=operation.method, headers=headers, **body)
        assert check_refusal(answer) == "not-allowed"
        assert hall.token not in answer.text
    assert hall.database() == before


@pytest.mark.parametrize("operation", POSTS, ids=name_of)
def test_a_form_on_a_foreign_page_does_nothing_even_with_the_cookie(hall: Hall, operation: Operation) -> None:
    """`SameSite` lets pages on another port of this host through: the content type has to stop them."""
    before = hall.database()
    cookie = {"Cookie": f"ballot_session={hall.token}"}
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", None):
        for data in (b"", b"{}"):
            answer = hall.client.post(hall.address(operation), data=data, content_type=content_type, headers=cookie)
            check_refusal(answer, "bad-request")
            basic = {**cookie, "Authorization": "Basic bm9ib2R5Og=="}
            answer = hall.client.post(hall.address(operation), data=data, content_type=content_type, headers=basic)
            check_refusal(answer, "bad-request")
    assert hall.database() == before


def test_the_login_page_form_is_no_way_into_the_api(hall: Hall) -> None:
    code = hall.service.accounts.make_code("form")
    for content_type in ("application/x-www-form-urlencoded", "text/plain"):
        answer = hall.client.post(f"{API}/login", data=f"code={code}", content_type=content_type)
        check_refusal(answer, "bad-request")
    assert log_in(hall, code)


@pytest.mark.parametrize("operation", [one for one in operations() if "{meeting_id}" in one.path], ids=name_of)
def test_another_meetings_id_is_not_found(hall: Hall, operation: Operation) -> None:
    before = hall.database()
    good = {
        "POST shares": {"box": 0, "card": 1, "pad": "A" * 43},
        "POST boxes": {"card": 1, "pad": "A" * 43},
        "POST hub": {
            "waiting": {}, "delivered": [], "assisted": {}, "lost": {}, "terminals": [], "disk_free": 0,
        },
        "POST cosignatures": {"size": 1, "signature": "x"},
        "POST attendance": {"present": {"A": 1}},
        "POST expected": {"voter_class": "A", "expected": 6, "reason": "x", "by": ["a", "b"]},
        "POST steps": {"item": "finance", "step": "introduce"},
        "POST recusals": {"contest": "finance", "voter_class": "A", "count": 1},
        "POST inputs": {"id": "style", "value": 1, "evidence": "x"},
        "POST items": {"item": {}, "admitted_by": "finance"},
        "POST slips": {"kind": "replaced", "voter_class": "A", "reason": "x", "by": ["a", "b"]},
        "POST polls": {"contests": ["finance"]},
        "POST polls/{poll_id}/close": {"assisted": 0},
        "POST polls/{poll_id}/void": {"reason": "x", "by": ["a", "b"]},
        "POST paper-counts": {
            "contest": "finance", "voter_class": "A", "handed_out": 0, "ballots": [], "teller": "a",
        },
        "POST witness-waivers": {"reason": "x", "by": ["a", "b"]},
        "POST decisions": {"contest": "finance", "choice": "end"},
        "POST announcements": {"contests": ["finance"]},
    }  # fmt: skip
    name = f"{operation.method} {operation.path.partition('{meeting_id}/')[2]}"
    how: dict[str, Any] = {"json": good.get(name, {})} if takes_json(operation) else {}
    address = hall.address(operation, meeting_id="another-meeting")
    answer = hall.client.open(address, method=operation.method, headers=hall.officer, **how)
    check_refusal(answer, "not-found")
    assert hall.database() == before


def test_codes_and_tokens_are_in_no_log_and_no_table(desk: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = desk.service.accounts.make_code()
    desk.client.get(f"/login?code={code}")
    token = log_in(desk, code)
    assert token is not None
    desk.client.get(desk.at("control"), headers=bearer(token))
    desk.client.get(desk.at("control"), headers={"Cookie": f"ballot_session={token}"})
    assert code not in caplog.text
    assert token not in caplog.text
    stored = desk.config.data_dir.rglob("*")
    for file in (path for path in stored if path.is_file()):
        content = file.read_bytes()
        assert code.encode() not in content
        assert token.encode() not in content
