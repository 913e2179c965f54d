"""From a form to an act of the service: the one place where a page does something.

Every act is judged by the service under the meeting's lock; what it refuses has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ballot_service.meetings.acts import drawn_from
from ballot_service.meetings.problems import Problem
from ballot_service.meetings.state import MeetingState
from ballot_service.meetings.yaml_source import UnreadableSource, load_yaml
from ballot_service.running.forms import Form
from ballot_service.running.texts import AUDIENCES, Text
from ballot_service.service import Service

ADDED_TEMPLATES: Final = {
    "major-matter/f3": Text(
        "重大事项表决：赞成超过应到会人数的半数为通过", "major matter: over half of those expected"
    ),
    "urgent-item/f3": Text("紧急议题列入表决：参会人员半数以上同意方可列入", "a motion to let an urgent item in"),
}


def perform(service: Service, state: MeetingState, kind: str, form: Form, *, by: str) -> str | None:
    """Do it. Returns the poll whose result there is to show now, if any.

    by: the officer's name. Raises: Unreadable, MovedOn, Refused, KeyError for a kind that is none.
    """
    act = _ACTS[kind]
    with drawn_from(form.number("seen")):
        return act(service, state, form, by)


def _attendance(service: Service, state: MeetingState, form: Form, by: str) -> None:
    present = {}
    for voter_class in state.classes:
        name = f"present-{voter_class}"
        if (count := form.optional(name, form.number)) is not None:
            present[voter_class] = count
    if not present:
        form.wrong(f"present-{state.classes[0]}", Text("请填写实到人数", "how many are present"))
    for voter_class, count in present.items():
        expected = state.expected[voter_class]
        if count > expected:
            text = Text(f"实到不能多于应到 {expected} 人", f"at most the {expected} who are expected")
            form.wrong(f"present-{voter_class}", text)
    form.check()
    service.conduct.attendance(state.id, present, by)


def _expected(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    voter_class = form.one_of("class", state.classes)
    expected = form.number("expected")
    if not expected:
        form.wrong("expected", Text("应到人数至少是 1", "at least 1"))
    reason, names = form.text("reason"), form.two_names()
    form.check()
    service.conduct.change_expected(state.id, voter_class, expected, reason, names)


def _step(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    form.check()
    fields = form.fields
    service.conduct.step(state.id, fields.get("item", ""), fields.get("step", ""), fields.get("subject") or None)


def _recuse(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    contest = form.one_of("contest", state.contests)
    voter_class = form.one_of("class", state.classes)
    count = form.number("count")
    form.check()
    service.polls.recuse(state.id, contest, voter_class, count)


def _open(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    contests = form.some_of("contests", state.contests)
    small = form.some_of("small", state.classes) if form.fields.get("small") else []
    if small:
        form.two_names()
    form.check()
    service.polls.open(state.id, contests, small)


def _close(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    poll = form.one_of("poll", state.polls)
    assisted = form.number("assisted", default=0)
    form.check()
    service.polls.close(state.id, poll, assisted=assisted)


def _close_without_hubs(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    poll = form.one_of("poll", state.polls)
    assisted = form.number("assisted", default=0)
    form.check()
    service.polls.close(state.id, poll, assisted=assisted, without_hubs=True)


def _collect(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    poll = form.one_of("poll", state.polls)
    form.check()
    service.hubs.collect(state.id, poll)


def _void(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    poll, reason, names = form.one_of("poll", state.polls), form.text("reason"), form.two_names()
    form.check()
    service.polls.void(state.id, poll, reason, names)


def _open_box(service: Service, state: MeetingState, form: Form, _by: str) -> str:
    poll = form.one_of("poll", state.polls)
    form.check()
    service.boxes.open(state.id, poll)
    return poll


def _waive(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    reason, names = form.text("reason"), form.two_names()
    form.check()
    service.conduct.waive_witnesses(state.id, reason, names)


def _decide(service: Service, state: MeetingState, form: Form, by: str) -> None:
    contest, choice = form.one_of("contest", state.contests), form.one_of("choice", ("revote", "end"))
    form.check()
    service.conduct.decide(state.id, contest, choice, by)


def _announce(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    contests, to = form.some_of("contests", state.contests), form.one_of("to", AUDIENCES)
    form.check()
    service.conduct.announce(state.id, contests, to)


def _input(service: Service, state: MeetingState, form: Form, by: str) -> None:
    name, value, evidence = form.fields.get("id", ""), form.text("value"), form.text("evidence")
    form.check()
    service.conduct.record_input(state.id, name, value, evidence, by)


def _add_item(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    motion = form.one_of("admitted_by", state.contests)
    item = pasted_item(form) if form.pasted("pasted") else plain_item(state, form)
    form.check()
    service.conduct.add_item(state.id, item, motion)


def plain_item(state: MeetingState, form: Form) -> dict[str, Any]:
    """A motion of one question, by a template, as it stands in a meeting file."""
    template = form.one_of("template", ADDED_TEMPLATES)
    title, voters = form.text("title"), form.some_of("voters", state.classes)
    taken = {item["id"] for item in state.items} | state.contests.keys()
    number = 1 + len(state.admitted)
    while f"added-{number}" in taken:
        number += 1
    return {
        "id": f"added-{number}",
        "title": title,
        "template": template,
        "voters": voters,
        "options": [{"id": "matter", "name": title}],
    }


def pasted_item(form: Form) -> object:
    """An agenda item as in a meeting file, in YAML or JSON."""
    try:
        value, _lines = load_yaml(form.pasted("pasted").encode())
    except UnreadableSource as error:
        problem: Problem = error.problems[0]
        form.wrong("pasted", Text(f"读不懂粘贴的内容：{problem}", f"this cannot be read: {problem}"))
        return {}
    return value


def _close_meeting(service: Service, state: MeetingState, form: Form, _by: str) -> None:
    form.check()
    service.conduct.close(state.id)


_ACTS: Final[Mapping[str, Callable[[Service, MeetingState, Form, str], str | None]]] = {
    "attendance": _attendance,
    "expected": _expected,
    "step": _step,
    "recuse": _recuse,
    "open": _open,
    "collect": _collect,
    "close": _close,
    "close-without-hubs": _close_without_hubs,
    "void": _void,
    "open-box": _open_box,
    "waive": _waive,
    "decide": _decide,
    "announce": _announce,
    "input": _input,
    "add-item": _add_item,
    "close-meeting": _close_meeting,
}
KINDS: Final = frozenset(_ACTS)
