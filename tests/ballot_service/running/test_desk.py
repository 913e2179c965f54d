"""The desk: what it learns of a slip, what it may do, and that the secret of the code never comes to the server."""

from __future__ import annotations

import html
from typing import Any

import pytest

from ballot_service.console.roles import Role
from crypto.encoding import b64u
from tests.ballot_service.running.officer import NAMES, Officer, nothing_is_kept, rows
from tests.meeting_kit import Hall, Phone, meeting_file, publish


@pytest.fixture
def hall(service: Any) -> Hall:
    """Six expected, five here, two spare slips."""
    hall = publish(service, meeting_file(slips={"reserve": {"A": 2}}))
    hall.inside = hall.voters(5)
    return hall


def look(officer: Officer, phone: Phone) -> str:
    answer = officer.post("desk/look", {"token": b64u(phone.token)})
    assert answer.status_code == 200
    shown = html.unescape(answer.get_data(as_text=True))
    assert b64u(phone.token) not in answer.headers.get("Location", "")
    return shown


def change(officer: Officer, phone: Phone | None, kind: str, **fields: Any) -> Any:
    token = {} if phone is None else {"token": b64u(phone.token)}
    size = officer.hall.state().size
    return officer.post("desk/slip", {"seen": size, "kind": kind, "reason": "遗失", **NAMES, **token, **fields})


def test_the_desk_learns_the_state_of_a_slip_and_what_may_be_done(officer: Officer, hall: Hall) -> None:
    used, waiting = hall.inside[0], hall.phones(6)[5]
    spare = hall.phones(reserve=True)[0]
    foreign = Phone(hall.id, "A", b"x" * 16, waiting.request)
    states = [
        (used, "已经领过票", "replaced"),
        (waiting, "有效，还没有领票", "voided"),
        (spare, "备用凭条，还没有启用", "activated"),
    ]
    before = rows(hall.service)
    for phone, told, kind in states:
        shown = look(officer, phone)
        assert told in shown
        assert f'name="kind" value="{kind}"' in shown
    shown = look(officer, foreign)
    assert "不是这次会议的凭条" in shown
    assert 'name="by1"' not in shown.split("遇到这些情况")[0]
    assert rows(hall.service) == before
    bad = officer.post("desk/look", {"token": "nonsense"})
    assert bad.status_code == 400


def test_a_dead_phone_is_replaced_by_a_spare_slip(officer: Officer, hall: Hall) -> None:
    dead, spare = hall.inside[0], hall.phones(reserve=True)[0]
    answer = change(officer, dead, "replaced", reason="手机领票后无法使用")
    assert answer.headers["Location"].endswith("desk?done=replaced")
    assert "并已登记补发" in look(officer, dead)
    assert change(officer, dead, "replaced").status_code == 409
    assert change(officer, spare, "activated").status_code == 303
    assert "有效，还没有领票" in look(officer, spare)
    hall.redeem(spare)
    kinds = [(entry["kind"], entry["by"]) for entry in hall.entries("slip-change")]
    assert kinds == [("replaced", ["张某某", "李某某"]), ("activated", ["张某某", "李某某"])]
    hall.open()  # five are present, six slips are used, one of them is replaced


def test_every_change_is_tried_in_every_state(officer: Officer, hall: Hall) -> None:
    *_here, voided, waiting = [*hall.phones(5), *hall.phones(6)[5:], hall.phones(reserve=True)[1]]
    assert change(officer, waiting, "activated").status_code == 303
    assert change(officer, voided, "voided").status_code == 303
    states = {"used": hall.inside[0], "waiting": waiting, "inactive": hall.phones(reserve=True)[0], "voided": voided}
    before = rows(hall.service)
    for state, phone in states.items():
        shown = look(officer, phone).split("遇到这些情况")[0]
        for kind in ("activated", "voided", "replaced", "burnt"):
            offered = f'name="kind" value="{kind}"' in shown
            with nothing_is_kept(hall.service):
                answer = change(officer, phone, kind)
            # A spare slip that nobody activated can be voided too, which nobody needs and the page does not offer.
            if (state, kind) != ("inactive", "voided"):
                assert (answer.status_code == 503) == offered, (state, kind, answer.status_code)
    assert rows(hall.service) == before


def test_a_lost_slip_is_replaced_only_while_one_is_used(officer: Officer, hall: Hall) -> None:
    for _each in range(5):
        assert change(officer, None, "replaced", **{"class": "A"}).status_code == 303
    before = rows(hall.service)
    answer = change(officer, None, "replaced", **{"class": "A"})
    assert answer.status_code == 409
    assert "不登记补发" in answer.get_data(as_text=True)
    assert change(officer, None, "voided", **{"class": "A"}).status_code == 400
    assert rows(hall.service) == before


def test_a_stale_desk_and_one_name_do_nothing(officer: Officer, hall: Hall) -> None:
    waiting = hall.phones(6)[5]
    before = rows(hall.service)
    assert change(officer, waiting, "voided", seen=3).status_code == 409
    answer = change(officer, waiting, "voided", by2="")
    assert answer.status_code == 400
    assert "有效，还没有领票" in answer.get_data(as_text=True)
    assert rows(hall.service) == before
    host = Officer(hall, Role.HOST, login="host")
    assert host.get("desk").status_code == 403
    assert host.post("desk/look", {"token": b64u(waiting.token)}).status_code == 403
    assert change(host, waiting, "voided").status_code == 403


def test_the_page_has_no_field_that_would_send_the_code(officer: Officer) -> None:
    shown = officer.get("desk").get_data(as_text=True)
    (field,) = [part for part in shown.split("<input")[1:] if "data-slip-text" in part]
    assert " name=" not in field.split(">")[0]


def test_a_slip_scanned_into_the_field_for_a_reason_does_not_go_into_the_ledger(officer: Officer, hall: Hall) -> None:
    """A hand scanner types wherever the cursor is: the ledger would hand the slip to everybody who reads it."""
    (url, *_others) = hall.urls(reserve=True)
    before = rows(hall.service)
    for written in (url, f"换发 {url.lower()}", "https://h.example/c/hall#1.abc"):
        answer = change(officer, hall.inside[0], "replaced", own_reason=written)
        assert answer.status_code == 400
        assert "二维码" in answer.get_data(as_text=True)
    assert rows(hall.service) == before
    assert change(officer, hall.inside[0], "replaced", own_reason="见 https://h.example/m/hall").status_code == 303
