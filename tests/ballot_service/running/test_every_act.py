"""What the page offers is what the service accepts: every act is tried in every state of whole meetings.

Through the form and through the JSON interface: enabled means accepted, disabled means refused with the reason that the
page gives, and nothing changed.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from ballot_service.errors import STATUS
from ballot_service.hubs.reports import Report
from ballot_service.meetings.state import MeetingState
from ballot_service.running.possible import Act
from tests.ballot_service.meetings.test_meeting_file import witness_key
from tests.ballot_service.running.officer import NAMES, Officer, nothing_is_kept, rows
from tests.meeting_kit import GRADE, TWO, Hall, Json, Phone, approval, item, meeting_file, publish

ADDED: Json = {"id": "added-1", "title": "防汛", "template": "major-matter/f3", "voters": ["A"]}
ADDED["options"] = [{"id": "matter", "name": "防汛"}]


def form(act: Act, state: MeetingState) -> tuple[str, dict[str, Any]]:
    """The address of an act's form, and its fields filled in as an officer would."""
    about = dict(act.about)
    filled: dict[str, dict[str, Any]] = {
        "attendance": {f"present-{one}": state.present[one] for one in state.classes},
        "expected": {"expected": max(6, state.expected.get(about.get("class", ""), 0)), "reason": "调离", **NAMES},
        "recuse": {"count": 0},
        "open": {"small": " ".join(state.classes), **NAMES} if "small_groups" in act.fields else {},
        "void": {"reason": "停电", **NAMES},
        "waive": {"reason": "断网", **NAMES},
        "input": {"value": "1", "evidence": "台账"},
        "add-item": {"template": "major-matter/f3", "title": "防汛", "voters": "A"},
    }
    if act.kind == "paper-count":
        fields = {"handed_out": 0, "teller": "计票人乙", "seen": state.size}
        return f"paper/{about['contest']}/{about['class']}", fields
    return f"run/{act.kind}", {**about, **filled.get(act.kind, {}), "seen": state.size}


def api(act: Act, state: MeetingState) -> tuple[str, Json]:
    """The same through the JSON interface."""
    about = dict(act.about)
    contests = about.get("contests", "").split()
    poll = f"polls/{about.get('poll')}"
    bodies: dict[str, Callable[[], tuple[str, Json]]] = {
        "attendance": lambda: ("attendance", {"present": dict(state.present)}),
        "expected": lambda: (
            "expected",
            {
                "voter_class": about["class"],
                "expected": max(6, state.expected[about["class"]]),
                "reason": "调离",
                "by": TWO,
            },
        ),
        "step": lambda: ("steps", {"item": about["item"], "step": about["step"], "subject": about.get("subject")}),
        "recuse": lambda: ("recusals", {"contest": about["contest"], "voter_class": about["class"], "count": 0}),
        "open": lambda: (
            "polls",
            {
                "contests": contests,
                **({"small_groups": state.classes, "by": TWO} if "small_groups" in act.fields else {}),
            },
        ),
        "collect": lambda: (f"{poll}/collect", {}),
        "close": lambda: (f"{poll}/close", {}),
        "close-without-hubs": lambda: (f"{poll}/close", {"without_hubs": True}),
        "void": lambda: (f"{poll}/void", {"reason": "停电", "by": TWO}),
        "open-box": lambda: (f"{poll}/open-box", {}),
        "paper-count": lambda: (
            "paper-counts",
            {
                "contest": about["contest"],
                "voter_class": about["class"],
                "handed_out": 0,
                "ballots": [],
                "teller": "乙",
            },
        ),
        "waive": lambda: ("witness-waivers", {"reason": "断网", "by": TWO}),
        "decide": lambda: ("decisions", {"contest": about["contest"], "choice": about["choice"]}),
        "announce": lambda: ("announcements", {"contests": contests, "to": about["to"]}),
        "input": lambda: ("inputs", {"id": about["id"], "value": 1, "evidence": "台账"}),
        "add-item": lambda: ("items", {"item": ADDED, "admitted_by": about["admitted_by"]}),
        "close-meeting": lambda: ("close", {}),
    }
    return bodies[act.kind]()


Standings = set[tuple[str, str | None]]
"""(kind, why it is refused; None: it is accepted)."""


def try_every_act(officer: Officer, tried: Counter[str], by_form: Standings | None) -> None:
    """Of this state, and leaves it as it is.

    by_form: None tries all acts in both ways. Else one act of each kind and standing, and the form only for what is not
    in it yet.
    """
    state, service = officer.hall.state(), officer.hall.service
    before = rows(service)
    here: Standings = set()
    for act in officer.acts():
        standing = act.kind, act.reason.code if act.reason else None
        if by_form is not None and standing in here:
            continue
        here.add(standing)
        tried[f"{act.kind} {'yes' if act.enabled else 'no'}"] += 1
        _try_by_api(officer, act, state)
        if by_form is None or standing not in by_form:
            _try_by_form(officer, act, state)
    if by_form is not None:
        by_form |= here
    assert rows(service) == before


def _try_by_api(officer: Officer, act: Act, state: MeetingState) -> None:
    path, body = api(act, state)
    with nothing_is_kept(officer.hall.service) if act.enabled else nullcontext():
        answer = officer.api(path, body).get_json()
    assert answer["code"] == (act.reason.code if act.reason else "unavailable"), (act, answer)


def _try_by_form(officer: Officer, act: Act, state: MeetingState) -> None:
    path, fields = form(act, state)
    with nothing_is_kept(officer.hall.service) if act.enabled else nullcontext():
        answer = officer.post(path, fields)
    shown = html.unescape(answer.get_data(as_text=True))
    if act.reason is None:
        assert answer.status_code == 503, (act, shown)
        return
    assert answer.status_code == STATUS[act.reason.code], (act, shown)
    assert act.reason.text.zh in shown, (act, shown)


# ── whole meetings ─────────────────────────────────────────────────────────────────────────────────────────────────


def seats(contest: str) -> Json:
    return approval(
        contest,
        post="chief",
        ballot={
            "kind": "approval",
            "max_approve": 1,
            "candidates": [{"id": "zhang", "name": "张三"}, {"id": "li", "name": "李四"}],
        },
        rules=[{"rule": "pass", "over": "1/2", "of": "expected"}, {"rule": "seats", "max_rounds": 2}],
    )


def committee() -> Json:
    """A tie, a motion that lets an item in, a void poll, paper ballots, a quorum that is first not held."""
    return meeting_file(
        item(seats("chief"), cadre=True, steps=["introduce", "deliberate"], announce="on-spot"),
        item(approval("motion"), approval("second"), announce="internal"),
        quorum={"at_least": "2/3", "of": "expected"},
        slips={"reserve": {"A": 1}},
        expected=7,
        inputs=[{"id": "style", "title": "作风建设", "min": "0", "max": "15"}],
    )


def committee_states(hall: Hall) -> Iterator[str]:
    voters = hall.phones(7)
    yield "published"
    hall.service.conduct.attendance(hall.id, {"A": 4}, "门岗")
    yield "no quorum"
    for phone in voters[:5]:
        hall.redeem(phone)
    yield "more slips than present"
    hall.service.conduct.attendance(hall.id, {"A": 7}, "门岗")
    for phone in voters[5:]:
        hall.redeem(phone)
    yield "all here"
    hall.service.conduct.step(hall.id, "chief", "introduce", None)
    yield "introduced"
    hall.service.conduct.step(hall.id, "chief", "deliberate", None)
    hall.service.polls.recuse(hall.id, "second", "A", 1)
    yield "ready"
    for tie in ({"zhang": 4, "li": 3}, {"zhang": 3, "li": 3}):
        poll = hall.open("chief")
        yield "open"
        _vote(hall, voters, "chief", tie)
        yield "voting"
        hall.service.polls.close(hall.id)
        yield "closed"
        if tie["zhang"] == 4:
            hall.service.polls.void(hall.id, poll.id, "有人没有收到选票", TWO)
            yield "void"
    hall.release(hall.state().waiting_polls[0].box, [1])
    yield "one card"
    hall.release(hall.state().waiting_polls[0].box, [2])
    yield "two cards"
    hall.service.boxes.open(hall.id)
    yield "a tie"
    hall.service.conduct.decide(hall.id, "chief", "revote", "主持人")
    yield "decided"
    hall.open("chief")
    _vote(hall, voters, "chief", {"zhang": 5, "li": 2})
    hall.service.polls.close(hall.id)
    _open_last(hall)
    yield "elected"
    hall.service.conduct.announce(hall.id, ["chief"], None)
    yield "told the hall"
    hall.open("motion")
    _vote(hall, voters, "motion", {"motion": 6})
    hall.service.polls.close(hall.id)
    hall.open("second")
    yield "one waits, one is open"
    hall.service.polls.void(hall.id, None, "误开", TWO)
    _open_last(hall)
    yield "motion passed"
    hall.service.conduct.add_item(hall.id, {**ADDED, "id": "flood"}, "motion")
    yield "added"
    hall.service.conduct.close(hall.id)
    yield "ended"


def _vote(hall: Hall, voters: list[Phone], contest: str, approvals: dict[str, int]) -> None:
    """So many approve each candidate, in turn; all others are opposed."""
    names = [name for name, count in approvals.items() for _each in range(count)]
    ballot = hall.state().contests[contest]["ballot"]
    for phone, chosen in zip(voters, names, strict=False):
        marks = {one["id"]: "approve" if one["id"] == chosen else "oppose" for one in ballot["candidates"]}
        hall.cast(hall.line(phone, {"marks": marks}))


def _open_last(hall: Hall) -> None:
    hall.release(hall.state().waiting_polls[-1].box)
    hall.service.boxes.open(hall.id)


def assessment() -> Json:
    """Two people are assessed by two classes, one of them too few to hide in; witnesses are named, and phones check."""
    people = [
        {
            "id": one,
            "title": name,
            "subject": {"id": one, "name": name},
            "voters": ["A", "B"],
            "ballot": GRADE,
            "rules": [{"rule": "rate", "id": "well", "grades": ["good"]}],
        }
        for one, name in (("zhang", "张三"), ("li", "李四"))
    ]
    review = {"id": "review", "title": "述廉测评", "announce": "report-then-feedback", "steps": ["report", "question"]}
    return meeting_file(
        {**review, "contests": people},
        classes=[{"id": "A", "name": "委员", "expected": 6}, {"id": "B", "name": "代表", "expected": 5}],
        pages={"spare": 4},
        inputs=[{"id": "style", "title": "作风建设"}],
        witnesses={"threshold": 1, "keys": [witness_key()]},
    )


def assessment_states(hall: Hall) -> Iterator[str]:
    voters = hall.voters(6, "A") + hall.voters(4, "B")
    yield "a small class"
    hall.service.conduct.step(hall.id, "review", "report", "zhang")
    yield "one has reported"
    hall.service.conduct.step(hall.id, "review", "report", "li")
    hall.service.conduct.step(hall.id, "review", "question", None)
    yield "ready"
    hall.service.polls.open(hall.id, ["zhang", "li"], ["B"])
    poll = hall.state().open_poll
    assert poll is not None
    for phone in voters:
        for paper in poll.papers:
            hall.cast(hall.line(phone, {"grade": "good"}, paper=paper))
    yield "voting"
    hall.service.polls.close(hall.id)
    yield "phones check"
    hall.service.acts.clock.pass_seconds(60)  # type: ignore[attr-defined]
    yield "not cosigned"
    hall.service.conduct.waive_witnesses(hall.id, "断网", TWO)
    officer = Officer(hall)
    body = {"contest": "zhang", "voter_class": "A", "handed_out": 0, "ballots": [], "teller": "计票人甲"}
    assert officer.api("paper-counts", body).status_code == 200
    yield "one teller has counted"
    assert officer.api("paper-counts", {**body, "teller": "计票人丙"}).get_json()["entered"]
    yield "both tellers agree"
    _open_last(hall)
    yield "counted"
    hall.service.conduct.announce(hall.id, ["zhang"], "committee")
    yield "one reported"
    hall.service.conduct.announce(hall.id, ["li"], "committee")
    hall.service.conduct.announce(hall.id, ["zhang", "li"], "subject")
    yield "all told"


def with_hubs() -> Json:
    return meeting_file(item(approval(), announce="on-spot"))


def hub_states(hall: Hall) -> Iterator[str]:
    """Two hubs in the rooms: one delivers, one is lost and comes back."""
    voters, hubs = hall.voters(5), hall.service.hubs
    first, second = (hubs.pair(hubs.make_code(hall.id, name)) for name in ("一楼会议室", "二楼"))
    hall.redeem(hall.phones(6)[5])  # there, but nobody counted again
    yield "paired"
    hall.service.conduct.attendance(hall.id, {"A": 6}, "门岗")
    hall.open()
    yield "open"
    for phone in voters[:3]:
        hall.cast(hall.line(phone))
    hubs.hear(second.id, hall.id, Report(waiting={"p1": 2}), [])
    yield "one holds ballots"
    hubs.collect(hall.id, "p1")
    hubs.hear(first.id, hall.id, Report(), ["p1"])
    yield "one has delivered"
    hubs.hear(second.id, hall.id, Report(waiting={"p1": 0}), ["p1"])
    yield "both have delivered"
    hall.service.polls.void(hall.id, None, "停电", TWO)
    hall.open()
    hubs.collect(hall.id, "p2")
    hubs.remove(hall.id, first.id)
    hall.service.acts.clock.pass_seconds(60)  # type: ignore[attr-defined]
    yield "one is removed, one not heard of"
    hall.service.polls.close(hall.id, without_hubs=True)
    hubs.hear(second.id, hall.id, Report(lost={"p2": 1}), [])
    yield "closed without"
    _open_last(hall)
    hall.service.conduct.announce(hall.id, ["budget"], None)
    hall.service.conduct.close(hall.id)
    yield "ended"


MEETINGS = {
    "committee": (committee, committee_states, 0),
    "assessment": (assessment, assessment_states, 60),
    "hubs": (with_hubs, hub_states, 0),
}


@pytest.mark.parametrize(
    "in_full", [pytest.param(False, id="one-of-each"), pytest.param(True, id="in-full", marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("name", MEETINGS)
def test_what_the_page_offers_is_what_the_service_accepts(start: Callable[..., Any], name: str, in_full: bool) -> None:
    file, states, seconds = MEETINGS[name]
    service = start(objection_seconds=seconds, officer_limit_per_account="100000 per minute")
    hall = publish(service, file())
    officer = Officer(hall)
    tried: Counter[str] = Counter()
    by_form: Standings | None = None if in_full else set()
    for where in states(hall):
        try:
            try_every_act(officer, tried, by_form)
        except AssertionError as error:
            raise AssertionError(f"in the state “{where}”") from error
    kinds = {told.split(" ")[0] for told in tried}
    always = {"attendance", "expected", "recuse", "open", "close", "void", "open-box", "announce"}
    assert always | ({"collect", "close-without-hubs"} if name == "hubs" else {"step"}) <= kinds
