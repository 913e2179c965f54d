"""Every operation and page of officers, for every role: who may ask, who is refused, and who is told of no meeting."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from ballot_service.console.api import officer_routes
from ballot_service.console.api.officer_routes import Open
from ballot_service.console.roles import ALLOWED, Permission, Role
from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.routing import Operation
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import Hall, check_refusal, meeting_file, name_of, operations
from tests.docs.pages import page, rows
from tests.rsa_keys import KEYS

GUARDED = [one for one in operations() if one.permission in set(Permission)]
TITLE = "测评大会"
WRONG_ROLE = "your role does not include this"


@pytest.fixture(scope="module")
def staffed(make_hall: MakeHall) -> Hall:
    """A hall with a poll open, and for every role three officers: of everything, of this meeting, of another one."""
    hall = make_hall(title=TITLE)
    hall.everyone_arrives()
    hall.open_poll("finance")
    return hall


Token = Callable[[Role, str | None], str]


@pytest.fixture(scope="module")
def token(staffed: Hall) -> Token:
    """A program's session with one role: in a meeting, in the installation (""), or nowhere (None)."""
    made: dict[tuple[Role, str | None], str] = {}

    def of(role: Role, meeting: str | None) -> str:
        if (role, meeting) not in made:
            accounts = staffed.service.accounts
            account, code = accounts.create(f"officer {len(made)}", role.value, frozenset())
            if meeting is not None:
                accounts.grant(account, meeting, role)
            made[role, meeting] = accounts.log_in(code)
        return made[role, meeting]

    return of


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"ballot_session={token}"}


def ask(hall: Hall, operation: Operation, token: str) -> tuple[int, str, str]:
    body: dict[str, Any] = {"json": {}} if operation.method == "POST" else {}
    who = {"Authorization": f"Bearer {token}"}
    answer = hall.client.open(hall.address(operation), method=operation.method, headers=who, **body)
    told = (answer.get_json(silent=True) or {}) if answer.status_code >= 400 else {}
    return answer.status_code, told.get("code", ""), told.get("message", "")


@pytest.mark.parametrize("operation", GUARDED, ids=name_of)
def test_an_operation_is_for_its_roles_and_for_no_other(
    staffed: Hall, token: Token, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staffed.service.audit, "write", lambda *_args, **_how: None)  # hundreds of rows, each on disk
    allowed = ALLOWED[Permission(operation.permission)]
    of_a_meeting = "{meeting_id}" in operation.path
    here, elsewhere = staffed.meeting_id, "another-meeting"
    outsiders = [(role, where) for role in Role for where in (None, elsewhere, *(() if of_a_meeting else (here,)))]
    insiders = [(role, where) for role in Role for where in ("", *((here,) if of_a_meeting else ()))]
    tokens = {one: token(*one) for one in [*outsiders, *insiders]}
    before = staffed.database()
    for one in outsiders:
        told = ("not-found", f"there is no meeting '{here}' here") if of_a_meeting else ("not-allowed", WRONG_ROLE)
        assert ask(staffed, operation, tokens[one])[1:] == told, one
    for one in insiders:
        if one[0] not in allowed:
            assert ask(staffed, operation, tokens[one])[1:] == ("not-allowed", WRONG_ROLE), one
    assert staffed.database() == before
    for one in insiders:
        if one[0] in allowed:
            status, _code, message = ask(staffed, operation, tokens[one])
            assert message != WRONG_ROLE, one
            assert status not in (403, 500), (one, message)


def test_every_operation_of_officers_asks_for_something() -> None:
    nobody: object = None
    routes = officer_routes(nobody)  # type: ignore[arg-type]
    assert len(routes.access) == len(routes.operations)
    free = [one for one in routes.operations if one.permission not in set(Permission)]
    assert {(one.permission, name_of(one)) for one in free} == {
        (Open.ANYBODY, "POST /login"),
        (Open.LOGGED_IN, "POST /logout"),
    }


PAGES = [
    ("/accounts", Permission.ACCOUNTS),
    ("/accounts/new", Permission.ACCOUNTS),
    ("/accounts/organiser", Permission.ACCOUNTS),
    ("/audit", Permission.AUDIT),
    ("/audit.csv", Permission.AUDIT),
]


@pytest.mark.parametrize(("path", "permission"), PAGES, ids=[path for path, _permission in PAGES])
def test_a_page_is_for_its_roles(staffed: Hall, token: Token, path: str, permission: Permission) -> None:
    for role in Role:
        answer = staffed.client.get(path, headers=cookie(token(role, "")))
        assert answer.status_code == (200 if role in ALLOWED[permission] else 403), role
    nobody = staffed.client.get(path)
    assert (nobody.status_code, nobody.headers["Location"]) == (303, "/login")


def test_a_meetings_supervisor_reads_that_meetings_record_only(staffed: Hall, token: Token) -> None:
    staffed.post("attendance", {"present": {"A": 6, "B": 5}}, expect=204)
    mine = cookie(token(Role.SUPERVISOR, staffed.meeting_id))
    shown = staffed.client.get("/audit.csv", headers=mine).text
    assert "attendance" in shown
    assert {line.split(",")[2] for line in shown.splitlines()[1:]} == {staffed.meeting_id}
    assert staffed.client.get("/audit?meeting=another-meeting", headers=mine).status_code == 404
    other = cookie(token(Role.SUPERVISOR, "another-meeting"))
    assert staffed.client.get(f"/audit?meeting={staffed.meeting_id}", headers=other).status_code == 404
    assert staffed.meeting_id not in staffed.client.get("/audit", headers=other).text


def test_the_first_page_shows_the_meetings_in_which_one_has_a_role(staffed: Hall, token: Token) -> None:
    ledger = f"/api/v1/meetings/{staffed.meeting_id}/ledger"
    for role in Role:
        for meeting, seen in ((staffed.meeting_id, True), ("", True), ("another-meeting", False), (None, False)):
            text = staffed.client.get("/", headers=cookie(token(role, meeting))).text
            assert (TITLE in text) is seen
            assert (ledger in text) is (seen and role in ALLOWED[Permission.EXPORT])


def test_a_role_taken_away_is_gone_with_the_next_request(staffed: Hall) -> None:
    accounts = staffed.service.accounts
    made, code = accounts.create("for-a-while", "一时", frozenset({(staffed.meeting_id, Role.HOST)}))
    who = {"Authorization": f"Bearer {accounts.log_in(code)}"}
    assert staffed.get("control", who).status_code == 200
    accounts.change(made, name="一时", disabled=False, grants=frozenset({(staffed.meeting_id, Role.OBSERVER)}))
    check_refusal(staffed.get("control", who), "not-allowed")
    accounts.change(made, name="一时", disabled=False, grants=frozenset())
    check_refusal(staffed.get("control", who), "not-found")


def test_the_documented_table_is_the_one_that_is_enforced() -> None:
    table = {row[0].strip("`"): row[2:] for row in rows(page("accounts.md")) if re.match(r"`[a-z]+`", row[0])}
    assert table.keys() == {one.value for one in Permission}
    for permission in Permission:
        marked = {role for role, mark in zip(Role, table[permission.value], strict=True) if mark == "✓"}
        assert marked == ALLOWED[permission], permission


def test_who_publishes_is_the_organiser_of_the_meeting(staffed: Hall) -> None:
    """Also after losing the role for the installation."""
    accounts = staffed.service.accounts
    made, _code = accounts.create("publisher", "发布人", frozenset({("", Role.ORGANISER)}))
    plan = read_meeting_value(meeting_file("second"))
    staffed.service.publish(plan, organiser=made, generate_key=KEYS.for_meeting())
    assert accounts.get(made).grants == {("", Role.ORGANISER), ("second", Role.ORGANISER)}
    accounts.change(made, name="发布人", disabled=False, grants=frozenset({("second", Role.ORGANISER)}))
    assert accounts.officer(made).may(Permission.CLOSE, "second")
    assert not accounts.officer(made).may(Permission.CLOSE, staffed.meeting_id)
    assert not accounts.officer(made).may(Permission.PREPARE)
