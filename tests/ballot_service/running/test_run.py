"""The run page: what it shows, what it asks, and what it never does twice."""

from __future__ import annotations

import html
import itertools
import re
import threading
from typing import Any

from ballot_service.console import asking
from ballot_service.console.roles import Role
from ballot_service.meetings.state import MeetingState
from ballot_service.running.possible import PERMISSION
from tests.ballot_service.running.officer import NAMES, Officer, rows
from tests.conftest import Start
from tests.meeting_kit import APPROVE, GRADE, OPPOSE, Hall, approval, item, meeting_file, publish

NASTY = "<b onclick=\"x('1')\">“'&{{7*7}}=HYPERLINK(1)🗳"


def text(officer: Officer, path: str = "run") -> str:
    answer = officer.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return html.unescape(re.sub("<[^>]*>", " ", answer.get_data(as_text=True)))


def main_button(officer: Officer) -> str:
    """What the one primary button says."""
    shown = officer.get("run/live").get_data(as_text=True)
    (part,) = re.findall(r'<div class="primary">(.*?)</div>', shown, re.DOTALL) or [""]
    return html.unescape(re.sub("<[^>]*>", "", part)).strip()


def test_the_one_button_leads_through_a_whole_meeting(service: Any) -> None:
    hall = publish(service, meeting_file(item(approval(), announce="on-spot")))
    officer = Officer(hall)
    assert main_button(officer) == "登记实到人数"
    officer.done("attendance", **{"present-A": "６"})  # as a Chinese keyboard writes it
    assert hall.state().present == {"A": 6}
    phones = [hall.redeem(phone) for phone in hall.phones(6)]
    assert main_button(officer) == "印发选票，开始投票"
    officer.done("open", contests="budget")
    for phone in phones[:4]:
        hall.cast(hall.line(phone))
    live = text(officer, "run/live")
    assert re.search(r"6\s+发出\s+4\s+收回", live)
    assert "还有 2 张没有投" in live
    assert main_button(officer) == "截止投票"
    assert "还有 2 张票没有投" in text(officer, "run/close?poll=p1")
    for phone in phones[4:]:
        hall.cast(hall.line(phone, OPPOSE))
    officer.done("close", poll="p1")
    hall.release(1, [2])
    live = text(officer, "run/live")
    assert "3 张监票卡，开箱需要 2 张，已到  1" in live
    assert "需要 2 张监票卡，已到 1 张" in live
    hall.release(1, [3])
    assert main_button(officer) == "开箱计票"
    answer = officer.act("open-box", poll="p1")
    assert answer.headers["Location"].endswith("/run/result/p1")
    shown = text(officer, "run/result/p1")
    assert "同意 4 票，超过有效票 6 张的半数，通过" in shown
    assert "4 > 1/2 × 6" in shown
    assert main_button(officer) == "当场宣布"
    officer.done("announce", contests="budget", to="hall")
    assert main_button(officer) == "结束会议"
    officer.done("close-meeting")
    assert "会议已结束" in text(officer)
    assert main_button(officer) == ""
    assert "没有什么" not in text(officer)


def test_a_second_click_does_nothing_and_says_what_happened(officer: Officer, hall: Hall) -> None:
    hall.voters(6)
    size = hall.state().size
    assert officer.act("open", seen=size, contests="budget").status_code == 303
    before = rows(hall.service)
    again = officer.act("open", seen=size, contests="budget")
    assert again.status_code == 409
    assert "开始投票" in again.get_data(as_text=True)
    assert "没有办理" in again.get_data(as_text=True)
    assert rows(hall.service) == before


def test_a_step_is_tapped_twice_and_recorded_once(service: Any) -> None:
    hall = publish(service, meeting_file(item(approval(), steps=["introduce"])))
    officer, size = Officer(hall), hall.state().size
    fields = {"item": "budget", "step": "introduce"}
    assert officer.act("step", seen=size, **fields).status_code == 303
    again = officer.act("step", seen=size, **fields)
    assert again.status_code == 409
    assert "登记议程环节" in again.get_data(as_text=True)
    assert len(hall.entries("step")) == 1
    nothing = officer.act("open", contests="")
    assert nothing.status_code == 400
    assert "请至少选择一项" in nothing.get_data(as_text=True)


def test_of_two_who_press_at_once_one_gets_through(officer: Officer, hall: Hall) -> None:
    hall.voters(6)
    hall.open()
    size = hall.state().size
    other = Officer(hall)
    found: list[int] = []
    gate = threading.Barrier(4)

    def press(one: Officer, kind: str, fields: dict[str, Any]) -> None:
        gate.wait()
        found.append(one.act(kind, seen=size, poll="p1", **fields).status_code)

    asked = [(officer, "close", {}), (other, "close", {}), (officer, "void", NAMES), (other, "void", NAMES)]
    fields = [(one, kind, {**extra, **({"reason": "停电"} if extra else {})}) for one, kind, extra in asked]
    threads = [threading.Thread(target=press, args=one) for one in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 409, 409, 409]


def test_what_was_typed_is_kept_when_something_is_wrong(officer: Officer, hall: Hall) -> None:
    hall.voters(6)
    hall.open()
    before = rows(hall.service)
    for wrong in ({"by2": ""}, {"by2": "张某某"}, {"reason": ""}, {"reason": "a\u202eb"}, {"reason": "长" * 201}):
        fields = {"reason": "停电，备用电源没有启动", **NAMES, **wrong}
        answer = officer.act("void", poll="p1", **fields)
        assert answer.status_code == 400
        shown = html.unescape(answer.get_data(as_text=True))
        assert 'aria-invalid="true"' in shown
        assert fields["reason"][:100] in shown
        assert "张某某" in shown
    assert rows(hall.service) == before


def test_a_stale_page_is_refused_with_what_was_typed(officer: Officer, hall: Hall) -> None:
    hall.service.conduct.attendance(hall.id, {"A": 6}, "门岗")
    answer = officer.act("expected", seen=3, **{"class": "A"}, expected="7", reason="增补一人", **NAMES)
    assert answer.status_code == 409
    shown = answer.get_data(as_text=True)
    assert "登记实到人数" in shown
    assert 'value="增补一人"' in shown
    (seen,) = re.findall(r'name="seen" value="(\d+)"', shown)
    assert int(seen) == hall.state().size
    officer.done("expected", seen=int(seen), **{"class": "A"}, expected="7", reason="增补一人", **NAMES)
    assert hall.state().expected == {"A": 7}


def test_an_unchanged_view_costs_no_view(officer: Officer, hall: Hall) -> None:
    first = officer.get("run/live")
    stamp = {"If-None-Match": first.headers["ETag"]}
    again = officer.get("run/live", stamp)
    assert (again.status_code, again.get_data()) == (304, b"")
    phones = hall.voters(6)
    assert officer.get("run/live", stamp).status_code == 200
    hall.open()
    stamp = {"If-None-Match": officer.get("run/live").headers["ETag"]}
    hall.cast(hall.line(phones[0], APPROVE))
    assert officer.get("run/live", stamp).status_code == 200
    other = Officer(hall, Role.TELLER)
    stamp = {"If-None-Match": officer.get("run/live").headers["ETag"]}
    assert other.get("run/live", stamp).status_code == 200  # who may do less sees another page


def test_names_with_markup_are_text_everywhere(service: Any) -> None:
    candidates = [{"id": "a", "name": NASTY}, {"id": "b", "name": "李四"}]
    contest = approval(title=NASTY, ballot={"kind": "approval", "candidates": candidates, "max_approve": 1})
    file = meeting_file(item(contest), title=NASTY, inputs=[{"id": "style", "title": NASTY}])
    file["classes"][0]["name"] = NASTY
    hall = publish(service, file)
    officer = Officer(hall)
    paths = ["run", "run/live", "desk", "paper", "run/attendance", "run/open?contests=budget", "run/input?id=style"]
    _all_text(officer, paths)
    phones = hall.voters(6)
    hall.open()
    for phone in phones:
        hall.cast(hall.line(phone, {"marks": {"a": "approve", "b": "oppose"}}))
    hall.service.polls.close(hall.id)
    _all_text(officer, ["run", "paper", "paper/budget/A", "run/open-box?poll=p1"])
    hall.release(1)
    hall.service.boxes.open(hall.id)
    _all_text(officer, ["run", "run/result/p1", "run/announce?contests=budget&to=hall"])


def _all_text(officer: Officer, paths: list[str]) -> None:
    for path, language in itertools.product(paths, ("zh", "en")):
        officer.language = language
        answer = officer.get(path)
        assert answer.status_code == 200, path
        shown = answer.get_data(as_text=True)
        assert "<b onclick" not in shown, path
        assert ">49" not in shown, path
        assert "<script" not in shown.replace('<script type="module" src="/officers/', ""), path
        assert " style=" not in shown, path
        assert "Text(zh=" not in shown, path


def test_a_restart_in_any_state_changes_nothing_that_is_shown(hall: Hall, start: Start, service: Any) -> None:
    officer = Officer(hall)

    def after_a_restart() -> None:
        before = text(officer, "run/live")
        again = start(officer_limit_per_account="100000 per minute")
        assert text(Officer(Hall(again, hall.published)), "run/live") == before

    phones = hall.voters(6)
    after_a_restart()
    hall.open()
    hall.cast(hall.line(phones[0]))
    after_a_restart()
    hall.service.polls.close(hall.id)
    hall.release(1, [1])
    after_a_restart()
    hall.release(1, [2])
    hall.service.boxes.open(hall.id)
    after_a_restart()
    again = start(officer_limit_per_account="100000 per minute")
    assert text(Officer(Hall(again, hall.published)), "run/result/p1") == text(officer, "run/result/p1")


KINDS = sorted(set(PERMISSION) - {"slip", "paper-count"})


def test_other_roles_other_sites_and_other_meetings_are_refused(hall: Hall, officer: Officer) -> None:
    officer.done("attendance", **{"present-A": 6})
    state: MeetingState = hall.state()
    before = rows(hall.service)
    watcher = Officer(hall, Role.OBSERVER)
    for path in ("run", "run/live", "desk", "paper", "run/attendance", "run/result/p1"):
        assert watcher.get(path).status_code == 403, path
    for kind in KINDS:
        fields = {"seen": state.size, "poll": "p1", "contests": "budget", "contest": "budget", "reason": "x", **NAMES}
        assert watcher.post(f"run/{kind}", fields).status_code == 403, kind
        assert officer.post(f"run/{kind}", fields, csrf="").status_code == 403, kind
        assert officer.post(f"run/{kind}", fields, csrf="0" * 64).status_code == 403, kind
        elsewhere = officer.client.post(
            f"/meetings/another/run/{kind}", data={**fields, "csrf": officer.csrf}, headers=officer.headers()
        )
        assert elsewhere.status_code == 404, kind
        unknown = officer.client.post(officer.at(f"run/{kind}"), data={**fields, "csrf": officer.csrf})
        assert unknown.headers["Location"] == "/login", kind
    assert officer.post("run/nothing", {"seen": state.size}).status_code == 404
    assert officer.get("run/nothing").status_code == 404
    teller = Officer(hall, Role.TELLER, login="teller")
    assert teller.get("run/close-meeting").status_code == 403
    assert "结束会议" not in text(teller)
    assert rows(hall.service) == before


def test_a_result_is_shown_to_each_role_when_it_may_be(service: Any) -> None:
    hall = publish(service, meeting_file(item(approval(), announce="report-then-feedback")))
    organiser, host = Officer(hall), Officer(hall, Role.HOST, login="host")
    phones = hall.voters(6)
    hall.open()
    for phone in phones:
        hall.cast(hall.line(phone))
    hall.service.polls.close(hall.id)
    hall.release(1)
    hall.service.boxes.open(hall.id)
    assert "超过有效票" in text(organiser, "run/result/p1")
    assert "超过有效票" not in text(host, "run/result/p1")
    assert "通过" not in text(host, "run/live")
    hall.service.conduct.announce(hall.id, ["budget"], "committee")
    assert "超过有效票" in text(host, "run/result/p1")


def test_opening_and_announcing_ask_for_the_password_again_and_go_on(hall: Hall) -> None:
    officer = Officer(hall)
    officer.token = hall.service.accounts.log_in(hall.service.accounts.make_code(), program=False)
    hall.voters(6)
    hall.open()
    hall.service.polls.close(hall.id)
    hall.release(1)
    hall.service.acts.clock.pass_seconds(3600)  # type: ignore[attr-defined]
    size = hall.state().size
    answer = officer.act("open-box", poll="p1")
    assert answer.status_code == 403
    page = answer.get_data(as_text=True)
    assert hall.state().size == size
    for name, value in (("poll", "p1"), ("seen", str(size))):
        assert re.search(f'name="{name}" value="{value}"', page)
    code = hall.service.accounts.make_code()
    assert officer.act("open-box", poll="p1", **{asking.CODE_FIELD: code}).status_code == 303
    assert hall.state().rounds


def test_a_grade_and_its_line_are_told_in_words(service: Any) -> None:
    rules = [
        {"rule": "mean", "id": "avg", "points": {"good": "100", "poor": "40"}},
        {
            "rule": "flag",
            "code": "talk",
            "value": "avg",
            "at_most": "70",
            "consequences": [{"text": "提醒谈话", "confirm": "县纪委"}],
        },
    ]
    hall = publish(service, meeting_file(item(approval(ballot=GRADE, rules=rules), announce="on-spot")))
    phones = hall.voters(6)
    hall.open()
    for number, phone in enumerate(phones):
        hall.cast(hall.line(phone, {"grade": "good" if number < 3 else "poor"}))
    hall.service.polls.close(hall.id)
    hall.release(1)
    hall.service.boxes.open(hall.id)
    shown = re.sub(r"\s+", " ", text(Officer(hall), "run/result/p1"))
    assert "平均分 70.00" in shown
    assert "触及 70 ≤ 70" in shown
    assert "提醒谈话（待县纪委确认）" in shown
