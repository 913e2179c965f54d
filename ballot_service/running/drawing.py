"""What the three pages of a running meeting share: the meeting's figures for one officer, as a template needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app
from sqlalchemy import select

from ballot_service.console.shell import Officer, language, officer_pages, page, t
from ballot_service.disclosure.cutting import cut
from ballot_service.disclosure.details import Detail, detail
from ballot_service.disclosure.standing import standing
from ballot_service.errors import Refused
from ballot_service.meetings.state import Json, MeetingState, Poll
from ballot_service.routing import service
from ballot_service.running import possible, reasons
from ballot_service.running.figures import Figures, look
from ballot_service.running.possible import PERMISSION, Act
from ballot_service.running.results import Told, mark_name, told
from ballot_service.running.situation import Situation, situation
from ballot_service.running.texts import ENTRIES, Text, joined
from ballot_service.running.workings import Workings
from ballot_service.store.tables import LedgerLine

_WORKINGS = "ballot-running-workings"


def running_pages(name: str) -> Blueprint:
    """A blueprint of officers' pages whose templates lie here."""
    pages = officer_pages(name)
    pages.template_folder = str(Path(__file__).parent / "templates")
    return pages


@dataclass(frozen=True)
class Other:
    """An act beside the agenda: its group's name and what tells it apart in its group."""

    act: Act
    name: Text
    label: Text


_OTHERS = {
    "input": Text("录入核定的数据", "Attested figures"),
    "recuse": Text("登记回避", "Recusal"),
    "expected": Text("更正应到人数", "Correct the number expected"),
    "add-item": Text("增加议题", "Add an item"),
    "void": Text("本次投票作废", "Void a poll"),
    "waive": Text("免除外部见证", "Waive the witnesses"),
    "close-meeting": Text("结束会议", "End the meeting"),
}


@dataclass(frozen=True)
class View:
    """A meeting at one moment, for one officer."""

    officer: Officer
    state: MeetingState
    figures: Figures

    @cached_property
    def acts(self) -> list[Act]:
        return possible.acts(self.state, self.figures)

    @cached_property
    def situation(self) -> Situation:
        return situation(self.state, self.figures, self.acts, self.sees)

    def may(self, kind: str) -> bool:
        return self.officer.may(PERMISSION[kind], self.state.id)

    def sees(self, contest_id: str) -> bool:
        """Whether this officer may see the result of a contest's last round by now."""
        return self._detail(contest_id, None) >= Detail.RESULT

    def results(self, poll_id: str) -> list[Told]:
        """The rounds of an opened poll, each as far as this officer may see it."""
        found = []
        for contest_id, judged in _workings().of(self.state.id, poll_id).items():
            _item, contest = self.state.find_contest(contest_id) or ({}, {})
            seen = self._detail(contest_id, judged["round"])
            shown = cut(contest, judged, seen, min_class=self.state.meeting["min_class"])
            if shown is not None:
                found.append(told(contest, shown))
        return found

    def _detail(self, contest_id: str, round_number: int | None) -> Detail:
        where = standing(self.state, contest_id, round_number)
        roles = self.officer.roles(self.state.id)
        return max((detail(role.value, where) for role in roles), default=Detail.NOTHING)

    def stamp(self) -> str:
        """Equal for two views that look the same."""
        roles = sorted(self.officer.roles(self.state.id))
        told = (self.state.size, self.figures, roles, language(), self.officer.name)
        return sha256(repr(told).encode()).hexdigest()[:32]

    def classes(self) -> list[dict[str, Any]]:
        """Voter classes with their figures."""
        return [
            {
                "id": one["id"],
                "name": one["name"],
                "observer": one["observer"],
                "expected": self.state.expected[one["id"]],
                "present": self.state.present[one["id"]],
                "redeemed": self.figures.redeemed[one["id"]],
                "waiting": self.figures.waiting.get(one["id"], 0),
                "reserve": self.figures.reserve.get(one["id"], 0),
                "replaced": self.state.replaced[one["id"]],
            }
            for one in self.state.meeting["classes"]
        ]

    def class_name(self, voter_class: str) -> str:
        return reasons.class_name(self.state, voter_class)

    def mark(self, ballot: Json, mark: str) -> Text:
        return mark_name(ballot, mark)

    def poll_name(self, poll: Poll) -> Text:
        return reasons.poll_name(self.state, poll)

    def out(self) -> int:
        """Papers issued in the open poll, on devices."""
        poll = self.state.open_poll
        return 0 if poll is None else sum(reasons.issued_in(self.state, poll, self.figures).values())

    def titles(self, act: Act) -> str:
        """The contests that an act is about."""
        named = (act.about.get("contests") or act.about.get("contest") or "").split()
        return "、".join(str(self.state.contests[one]["title"]) for one in named)

    def short_titles(self, act: Act) -> Text:
        """The same for a button: the first of many, and nothing where it is all of an item."""
        named = (act.about.get("contests") or act.about.get("contest") or "").split()
        item, _contest = self.state.find_contest(named[0]) or ({"contests": []}, {})
        if len(named) == len(item["contests"]):
            return Text("", "")
        first = str(self.state.contests[named[0]]["title"])
        more = Text(f"等 {len(named)} 项", f" and {len(named) - 1} more") if len(named) > 1 else Text("", "")
        return Text("：", ": ") + Text.same(first) + more

    def about(self, act: Act) -> list[str]:
        """What an act is done to, for the page that asks: the things that no field of its form shows."""
        lines = [self.titles(act)] if act.kind != "open" else []
        if (poll := self.state.polls.get(act.about.get("poll", ""))) is not None:
            lines.append(say(self.poll_name(poll)))
        if act.kind == "add-item":
            lines.append(t("列入依据：", "let in by: ") + str(self.state.contests[act.about["admitted_by"]]["title"]))
        return [line for line in lines if line]

    def small(self, act: Act) -> list[str]:
        return reasons.small_classes(self.state, self.figures, act.about["contests"].split())

    def pollable(self, chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
        """(contest, title, whether it may be polled) of the items that the chosen ones belong to, and all that are
        ready."""
        found = []
        for item in self.state.items:
            ids = [contest["id"] for contest in item["contests"]]
            for contest in item["contests"]:
                small = reasons.small_classes(self.state, self.figures, [contest["id"]])
                ready = reasons.not_open(self.state, self.figures, [contest["id"]], small) is None
                if ready or (set(ids) & set(chosen) and possible.has_a_round(self.state, contest["id"])):
                    found.append((str(contest["id"]), str(contest["title"]), ready or contest["id"] in chosen))
        return found

    def limits(self, definition: Mapping[str, Any] | None) -> str:
        """The range of an input."""
        low, high = (definition or {}).get("min"), (definition or {}).get("max")
        if low is not None and high is not None:
            return t(f"{low} 至 {high}", f"{low} to {high}")
        return t("可以是小数或分数", "a decimal or a fraction too")

    def others(self) -> list[tuple[str, list[Other]]]:
        """Acts beside the agenda, in groups: only those that are possible now."""
        groups: dict[str, list[Other]] = {}
        for act in self.acts:
            if act.kind in _OTHERS and act.enabled and self.may(act.kind) and act != self.situation.primary:
                if act.kind == "recuse" and not possible.has_a_round(self.state, act.about["contest"]):
                    continue
                groups.setdefault(act.kind, []).append(Other(act, _OTHERS[act.kind], self._label(act)))
        return list(groups.items())

    def _label(self, act: Act) -> Text:
        """What tells two acts of one kind apart."""
        if act.kind == "expected":
            return Text.same(self.class_name(act.about["class"]))
        if act.kind == "recuse":
            return Text.same(f"{self.titles(act)} · {self.class_name(act.about['class'])}")
        if act.kind == "void":
            return self.poll_name(self.state.polls[act.about["poll"]])
        if act.kind == "add-item":
            return Text.same(str(self.state.contests[act.about["admitted_by"]]["title"]))
        return act.label


def view(officer: Officer, meeting_id: str) -> View:
    """Raises: Refused (not-found)."""
    seen = look(service(), meeting_id)
    return View(officer, seen.state, seen.figures)


def draw(template: str, seen: View, /, *, status: int = 200, **values: object) -> Response:
    """A page about a running meeting. Beside what all pages know: `view`, `meeting`, `say`, `address`."""
    base = f"/meetings/{seen.state.id}"
    return page(
        template,
        status=status,
        view=seen,
        meeting=seen.state.meeting,
        meeting_id=seen.state.id,
        closed=seen.state.closed,
        may_see=lambda permission: seen.officer.may(permission, seen.state.id),
        say=say,
        address=lambda act: f"{base}/run/{act.kind}" + (f"?{urlencode(act.about)}" if act.about else ""),
        **values,
    )


def say(text: Text) -> str:
    """A text in the language of this request."""
    return t(text.zh, text.en)


def refusal(refused: Refused) -> Text:
    """What the service said."""
    return Text(refused.said("zh"), refused.message)


def meanwhile(meeting_id: str, size: int) -> Text:
    """What the ledger got since it had `size` lines."""
    query = (
        select(LedgerLine.type)
        .where(LedgerLine.meeting == meeting_id, LedgerLine.position >= size, LedgerLine.type.in_(ENTRIES))
        .order_by(LedgerLine.position)
    )
    with service().store.read() as session:
        kinds = list(dict.fromkeys(session.scalars(query)))
    what = joined(ENTRIES[one] for one in kinds[:6])
    head = Text(
        "没有办理：这一页打开以后，会议有了新的记录", "Not done: since this page was opened the meeting has moved on"
    )
    return (
        head
        + (Text(f"（{what.zh}）", f" ({what.en})") if kinds else Text("", ""))
        + Text("。请看清现在的情况再办。", ". Look at what is there now, then decide again.")
    )


def _workings() -> Workings:
    kept: Mapping[str, Any] = current_app.extensions
    if _WORKINGS not in kept:
        current_app.extensions.setdefault(_WORKINGS, Workings(service()))
    found = current_app.extensions[_WORKINGS]
    assert isinstance(found, Workings)
    return found
