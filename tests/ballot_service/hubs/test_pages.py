"""The officers' pages about hubs: a code shown once, how each hub is, removal in words; and what the run page says."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ballot_service.console.roles import ALLOWED, Permission, Role
from ballot_service.hubs.pages import gigabytes
from ballot_service.hubs.waiting import ONLINE_SECONDS
from tests.ballot_service.hubs.venue import HEALTHY, Venue, pair, paired
from tests.ballot_service.running.officer import Officer
from tests.meeting_kit import TWO, Clock, Hall

NASTY = "<b onclick=x>“'&{{7*7}}=1"


@pytest.fixture
def officer(hall: Hall, app: Flask) -> Officer:
    return Officer(hall, app=app)


def text(officer: Officer, path: str) -> str:
    answer = officer.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return plain(answer.get_data(as_text=True))


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]*>", "", page)))


def test_a_code_is_on_the_answer_and_nowhere_else(officer: Officer, web: FlaskClient) -> None:
    answer = officer.post("hubs/pair", {"name": " 一楼会议室 "})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    shown = plain(answer.get_data(as_text=True))
    codes = set(re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", shown))
    (code,) = codes
    assert f"ballot-kiosk serve --server {officer.hall.service.config.base_url} --pairing {code}" in shown
    before = text(officer, "hubs")
    assert "“一楼会议室”的配对码已生成" in before
    assert code not in before
    assert code not in plain(officer.client.get("/audit", headers=officer.headers()).get_data(as_text=True))
    assert pair(web, code).get_json()["name"] == "一楼会议室"
    assert "配对码已生成" not in text(officer, "hubs")
    assert "已配对，尚未报告" in text(officer, "hubs")


def test_what_was_typed_stays_when_it_is_refused(officer: Officer, venue: Venue) -> None:
    answer = officer.post("hubs/pair", {"name": venue.name})
    assert answer.status_code == 400
    assert "已有同名的终端站" in answer.get_data(as_text=True)
    assert f'value="{venue.name}"' in answer.get_data(as_text=True)


def test_names_are_shown_as_they_were_typed(officer: Officer, web: FlaskClient) -> None:
    paired(officer.hall.service, web, officer.hall.id, NASTY)
    for path in ("hubs", "hubs/live", "run"):
        page = officer.get(path).get_data(as_text=True)
        assert "<b onclick" not in page
        assert path == "run" or NASTY in html.unescape(page)


def test_the_page_says_how_each_hub_is(officer: Officer, voting: Venue, clock: Clock) -> None:
    clock.pass_seconds(5)
    terminals = [{"name": "1", "state": "ballot", "camera": "refused"}, {"name": "2", "state": "away", "camera": "ok"}]
    voting.says(waiting={"p1": 3}, terminals=terminals, disk_free=950_000_000)
    shown = text(officer, "hubs/live")
    for words in ("在线", "存有选票 3 张", "正在填票", "摄像头未获允许", "没有响应", "只剩 0.9 GB"):
        assert words in shown
    clock.pass_seconds(ONLINE_SECONDS)
    assert "联系不上" in text(officer, "hubs/live")
    clock.pass_seconds(-3600)  # somebody sets the machine's clock
    voting.says()
    clock.pass_seconds(ONLINE_SECONDS)
    assert "联系不上" in text(officer, "hubs/live")
    assert [gigabytes(one) for one in (0, 99_999_999, 18_650_000_000, None)] == ["0.0 GB", "0.0 GB", "18.6 GB", ""]


def test_lost_ballots_are_said_loudly_unless_their_poll_is_void(officer: Officer, voting: Venue) -> None:
    hall = officer.hall
    hall.service.polls.close(hall.id, without_hubs=True)
    voting.says(lost={"p1": 4})
    assert "第 1 次投票：有 4 张选票没有送到" in text(officer, "hubs/live")
    assert "有 4 张选票没有送到，不在票箱内" in text(officer, "run/live")
    hall.service.polls.void(hall.id, None, "终端站未送到", TWO)
    assert "没有送到" not in text(officer, "hubs/live")


def test_the_changing_part_changes_only_when_something_does(officer: Officer, voting: Venue, clock: Clock) -> None:
    first = officer.get("hubs/live")
    known = {"If-None-Match": first.headers["ETag"]}
    clock.pass_seconds(6)
    voting.says(disk_free=HEALTHY["disk_free"] + 1)
    assert officer.get("hubs/live", known).status_code == 304
    clock.pass_seconds(6)
    voting.says(waiting={"p1": 1})
    assert officer.get("hubs/live", known).status_code == 200


def test_a_hub_with_ballots_is_removed_knowingly(officer: Officer, voting: Venue, clock: Clock) -> None:
    path = f"hubs/{voting.id}/remove"
    assert "张已经投出" not in text(officer, path)
    clock.pass_seconds(5)
    voting.says(waiting={"p1": 2})
    answer = officer.post(path, {"held": "0"})  # from the page of a moment ago
    assert answer.status_code == 409
    assert "存有 2 张已经投出、没有送到的选票" in plain(answer.get_data(as_text=True))
    for held in ("", "x", "-1", "1", "²", "0" * 5_000):
        assert officer.post(path, {"held": held}).status_code == 409
    assert officer.post(path, {"held": "2"}).status_code == 303
    assert officer.get(path).status_code == 404
    assert officer.post(path, {"held": "2"}).status_code == 404
    assert voting.report().status_code == 403
    acts = plain(officer.client.get("/audit", headers=officer.headers()).get_data(as_text=True))
    assert "移除终端站" in acts
    assert "终端站配对" in acts


def test_the_pages_are_for_their_roles(hall: Hall, venue: Venue, app: Flask) -> None:
    for role in Role:
        asking = Officer(hall, role, login=f"{role.value}-here", app=app)
        allowed = role in ALLOWED[Permission.HUBS]
        assert asking.get("hubs").status_code == (200 if allowed else 403), role
        assert asking.get("hubs/live").status_code == (200 if allowed else 403), role
        assert asking.get(f"hubs/{venue.id}/remove").status_code == (200 if allowed else 403), role
        if not allowed:
            assert asking.post("hubs/pair", {"name": "x"}).status_code == 403, role
            assert asking.post(f"hubs/{venue.id}/remove", {"held": "0"}).status_code == 403, role
    assert venue.report().status_code == 200


def test_a_form_of_another_session_does_nothing(officer: Officer, venue: Venue) -> None:
    assert officer.post("hubs/pair", {"name": "x"}, csrf="0" * 64).status_code == 403
    assert officer.post(f"hubs/{venue.id}/remove", {"held": "0"}, csrf="").status_code == 403
    assert venue.report().status_code == 200


def test_the_run_page_leads_from_collecting_to_the_close(officer: Officer, voting: Venue, clock: Clock) -> None:
    clock.pass_seconds(5)
    voting.says(waiting={"p1": 2}, assisted={"p1": 3})
    shown = text(officer, "run/live")
    assert "还有 4 张没有投；终端站存有 2 张待收取" in shown
    assert "先收取终端站选票：“一楼会议室”存有 2 张" in shown
    assert main_button(officer) == "收取终端站选票"
    assert "不等终端站" not in shown
    assert officer.act("close", poll="p1").status_code == 409
    officer.done("collect", poll="p1")
    officer.done("collect", poll="p1")  # a double press
    assert main_button(officer) == "截止投票"
    shown = text(officer, "run/live")
    assert "等待终端站送票：“一楼会议室”存有 2 张" in shown
    assert "不等终端站，直接截止" in shown
    assert "将有 2 张已经投出的选票丢失" in text(officer, "run/close-without-hubs?poll=p1")
    voting.says(delivered=["p1"], assisted={"p1": 3})
    assert "不等终端站" not in text(officer, "run/live")
    assert 'value="3"' in officer.get("run/close?poll=p1").get_data(as_text=True)
    officer.done("close", poll="p1", assisted="2")
    entry = officer.hall.entries("poll-close")[-1]
    assert (entry["assisted"], entry["hubs_missing"]) == (2, 0)  # what was entered counts


def test_a_poll_is_closed_without_hubs_once(officer: Officer, voting: Venue) -> None:
    seen = officer.hall.state().size
    assert officer.act("close-without-hubs", poll="p1", seen=seen).status_code == 303
    assert officer.act("close-without-hubs", poll="p1", seen=seen).status_code == 409
    assert [one["hubs_missing"] for one in officer.hall.entries("poll-close")] == [1]


def main_button(officer: Officer) -> str:
    shown = officer.get("run/live").get_data(as_text=True)
    (part,) = re.findall(r'<div class="primary">(.*?)</div>', shown, re.DOTALL)
    return plain(part).strip()
