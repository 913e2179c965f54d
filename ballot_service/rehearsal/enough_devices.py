"""Will there be enough devices for a plan's ballots? The counting of a script, without a service.

Text: docs/formats/rehearsal.md. What only the service can judge is left to it, because a plan may be about its refusal.
"""

from __future__ import annotations

from dataclasses import dataclass

from ballot_service.meetings.meeting_file import MeetingPlan
from ballot_service.meetings.problems import Findings, Path, describe, did_you_mean
from ballot_service.rehearsal.script import Line, PollLine
from verify import rules


@dataclass
class _Class:
    """How many slips of a class are in which hands. The player's own figures move in the same way."""

    active: int  # unredeemed, and not void
    reserve: int
    redeemed: int = 0
    replaced: int = 0
    present: int = 0  # the most so far
    on_paper: int = 0  # people whose slip was taken for a paper ballot


class Rehearsed:
    """Plays the counting of a script without a service. Lines that must be refused change nothing here either."""

    def __init__(self, plan: MeetingPlan, findings: Findings) -> None:
        self._findings = findings
        self._contests = {c["id"]: c for item in plan.fields["agenda"] for c in item["contests"]}
        self._classes = {
            one["id"]: _Class(active=one["expected"], reserve=plan.fields["reserve"][one["id"]])
            for one in plan.fields["classes"]
        }
        self._names = list(self._classes)
        self._said: set[str] = set()

    def check(self, script: list[Line]) -> None:
        people = {
            name: max((line.told.paper_people(name) for line in script if line.verb == "poll"), default=0)
            for name in self._classes
        }
        for line in script:
            at: Path = ("script", line.position, line.verb)
            if line.verb == "attendance":
                self._attendance(line, people)
            elif line.verb == "slip" and line.refused is None:
                self._slips(line)
            elif line.verb == "poll":
                self._poll(line, at)

    def _attendance(self, line: Line, people: dict[str, int]) -> None:
        told, at = line.told, ("script", line.position)
        for part in ("present", "redeem"):
            for name in told[part] or {}:
                if name not in self._classes and line.refused is None:
                    where = "attendance" if part == "present" else part
                    self._findings.add((*at, where, name), f"the class {describe(name)}", self._one_of(name))
        if line.refused is not None:
            return
        for name, one in self._classes.items():
            one.present = max(one.present, told["present"].get(name, 0))
            target = redeem_target(
                told["redeem"], name, self._said, present=one.present, replaced=one.replaced, on_paper=people[name]
            )
            if target is None:
                continue
            more = max(0, target - one.redeemed)
            if more > one.active:
                if told["redeem"] is not None:
                    self._findings.add(
                        (*at, "redeem", name), f"{target} slips redeemed", f"at most {one.redeemed + one.active}"
                    )
                more = one.active
            one.redeemed += more
            one.active -= more

    def _slips(self, line: Line) -> None:
        for kind, counts in line.told.items():
            for name, count in counts.items():
                one = self._classes.get(name)
                at = ("script", line.position, "slip", kind, name)
                if one is None:
                    self._findings.add(at, f"the class {describe(name)}", self._one_of(name))
                elif kind == "void":
                    one.active -= min(count, one.active)
                elif kind == "replace":
                    one.replaced += count
                else:
                    activated = min(count, one.reserve)
                    one.reserve -= activated
                    one.active += activated

    def _poll(self, line: Line, at: Path) -> None:
        told: PollLine = line.told
        for contest_id in told.contests:
            contest = self._contests.get(contest_id)
            if contest is None:
                continue  # the service refuses it; perhaps the plan is about that
            length = rules.padded_length(contest["ballot"])
            for part, listed in (("ballots", told.ballots), ("paper", told.paper)):
                for position, one in enumerate(listed.get(contest_id, [])):
                    where = (*at, part, contest_id, position)
                    if one.voter_class not in contest["voters"]:
                        voters = ", ".join(contest["voters"])
                        self._findings.add((*where, "class"), one.voter_class, f"a class that votes here: {voters}")
                    if part == "ballots" and len(one.plaintext) > length:
                        self._findings.add(where, f"{len(one.plaintext)} bytes", f"at most {length}, what a page holds")
            for name, have in self._classes.items():
                times = [one.times for one in told.ballots.get(contest_id, []) if one.voter_class == name]
                if sum(times) > have.redeemed:
                    self._findings.add(
                        (*at, "ballots", contest_id),
                        f"{sum(times)} ballots of class {name}",
                        f"at most {have.redeemed}: so many slips are redeemed by then (attendance, redeem)",
                    )
        for name, have in self._classes.items():
            more = told.paper_people(name) - have.on_paper
            if more > 0 and line.refused is None:
                if more > have.active:
                    self._findings.add(
                        (*at, "paper"),
                        f"{told.paper_people(name)} paper ballots of class {name}",
                        f"at most {have.on_paper + have.active}: each takes a slip that is not redeemed",
                    )
                have.active -= min(more, have.active)
                have.on_paper += more

    def _one_of(self, name: str) -> str:
        return f"one of the classes {', '.join(self._names)}{did_you_mean(name, self._names)}"


def redeem_target(
    redeem: dict[str, int] | None, voter_class: str, said: set[str], *, present: int, replaced: int, on_paper: int
) -> int | None:
    """How many slips of a class are redeemed in all after an `attendance` line; None: as many as before.

    Default: everyone who was ever present has a working booklet, but for those who vote on paper. A class that
    `redeem` leaves out keeps the number that was last said for it. `said` collects the classes with one.
    """
    if redeem is not None and voter_class in redeem:
        said.add(voter_class)
        return redeem[voter_class]
    if redeem is not None and voter_class in said:
        return None
    return max(0, present + replaced - on_paper)
