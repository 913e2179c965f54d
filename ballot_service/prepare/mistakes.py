"""What is wrong in a draft, all at once, each with the input beside which it is shown.

The judge is the meeting file's own reader: what it accepts can be published, and the form never asks for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ballot_service.meetings.meeting_file import MeetingPlan, Problem, Refusal, read_meeting_value
from ballot_service.prepare.content import BASICS, Content
from ballot_service.prepare.field_names import field_named
from ballot_service.prepare.to_file import Filed, Spot, file_of
from ballot_service.prepare.wording import in_chinese, in_english

AGENDA = "agenda"
_IN_CONTEST = re.compile(r"(agenda\[\d+\])\.contests\[\d+\]\.(voters|guard|ballot\.(?:candidates|options)\[\d+\])")


@dataclass(frozen=True)
class Mistake:
    """One mistake: where on the pages, and the words for it."""

    spot: Spot
    zh: str
    en: str

    @property
    def field(self) -> tuple[str, str]:
        """What the input is called, in Chinese and English; empty for a section as a whole."""
        return field_named(self.spot.name)


@dataclass
class Judged:
    """A draft, as the reader sees it. `plan` is there when it can be published."""

    filed: Filed
    plan: MeetingPlan | None = None
    code: str = ""
    mistakes: list[Mistake] = field(default_factory=list)

    def of(self, section: str) -> list[Mistake]:
        return [one for one in self.mistakes if one.spot.section == section]

    def by_input(self, section: str) -> dict[str, list[Mistake]]:
        """For a page: the mistakes of each input; those of the section as a whole under the empty name."""
        found: dict[str, list[Mistake]] = {}
        for one in self.of(section):
            found.setdefault(one.spot.name, []).append(one)
        return found


def judge(content: Content) -> Judged:
    """Reads the draft as publishing would."""
    filed = file_of(content)
    judged = Judged(filed)
    for spot, reason in filed.unreadable:
        judged.mistakes.append(Mistake(spot, f"这里的 YAML 读不懂：{reason}", f"this YAML cannot be read: {reason}"))
    if not content["items"]:
        judged.mistakes.append(Mistake(Spot(AGENDA, ""), "还没有议题，请先添加一项", "there is no item yet: add one"))
    try:
        plan = read_meeting_value(filed.value)
        judged.plan = plan if not judged.mistakes else None
    except Refusal as refusal:
        judged.code = refusal.code
        judged.mistakes += _placed(refusal.problems, filed, content)
    return judged


def _placed(problems: Iterable[Problem], filed: Filed, content: Content) -> Iterable[Mistake]:
    taken = {spot for spot, _reason in filed.unreadable}
    for problem in problems:
        spot = _spot(problem.path, filed, content)
        if spot in taken or (problem.path == AGENDA and not content["items"]):
            continue  # said already, and better
        yield Mistake(spot, in_chinese(problem), in_english(problem))


def _spot(path: str, filed: Filed, content: Content) -> Spot:
    """A guard speaks of the filled-in item: its voters and candidates are those that were written."""
    inside = _IN_CONTEST.match(path)
    if inside is None:
        return filed.spot_of(path)
    item = filed.spot_of(inside[1])
    names = ("voters",) if inside[2] == "voters" else ("candidates", "roster", "options")
    known = {spot.name for spot in filed.places.values() if spot.section == item.section}
    name = next((one for one in names if one in known), "")
    number = inside[2].partition("[")[2].rstrip("]")
    row = filed.places.get(f"{inside[1]}.{name}[{number}]") if number else None
    return row or Spot(item.section, name)


def sections(content: Content) -> list[str]:
    """In the order of the pages."""
    return [BASICS, AGENDA, *(item["key"] for item in content["items"])]
