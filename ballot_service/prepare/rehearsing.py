"""Rehearsing a draft: the whole meeting on a throwaway service, with honest random ballots, while a page watches.

It is `ballot-service rehearse`, started as a program of its own: its keys, phones and counting take nothing from a
meeting that this service may be running. The plan and what comes of it lie in a temporary folder until it ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import ballot_service
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import MeetingPlan

MOST_PEOPLE = 20  # of one class; more would only take longer
MOST_AT_ONCE = 2
LIMIT_SECONDS = 20 * 60
RAN = 0
_HOME = Path(ballot_service.__file__).resolve().parents[1]

Json = dict[str, Any]


@dataclass
class Rehearsal:
    """One rehearsal and what came of it."""

    state: str = "running"
    lines: tuple[str, ...] = ()  # as the program told them
    accepted: bool = False
    people: int = 0
    version: int = 0  # of the draft that was rehearsed


class Rehearsals:
    """Those of this process; the last one of each draft is remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Rehearsal] = {}

    def of(self, draft_id: str) -> Rehearsal | None:
        with self._lock:
            return self._known.get(draft_id)

    def begin(self, draft_id: str, version: int, meeting: Json, plan: MeetingPlan, language: str) -> None:
        """Raises: Refused when this machine is rehearsing enough already."""
        with self._lock:
            running = [one for one in self._known.values() if one.state == "running"]
            if self._known.get(draft_id) in running or len(running) >= MOST_AT_ONCE:
                raise Refused(
                    "bad-request",
                    "a rehearsal is under way: wait until it has ended",
                    zh="有一次演练正在进行，请等它结束",
                )
            written = rehearsal_plan(meeting, plan, Random())  # noqa: S311 -- nobody's ballots
            one = self._known[draft_id] = Rehearsal(version=version, people=_people(written))
        threading.Thread(target=_run, args=(one, written, language), name="rehearsal", daemon=True).start()


def rehearsal_plan(meeting: Json, plan: MeetingPlan, chance: Random) -> Json:
    """A plan for `ballot-service rehearse`: everybody comes, and everybody votes."""
    small = _smaller(meeting, plan)
    sizes = {one["id"]: one["expected"] for one in small["classes"]}
    script: list[Json] = [{"attendance": dict(sizes)}]
    for item in plan.fields["agenda"]:
        script += _steps(item)
        ids = [contest["id"] for contest in item["contests"]]
        ballots = {contest["id"]: _ballots(contest, sizes, chance) for contest in item["contests"]}
        script.append({"poll": {"contests": ids, "ballots": ballots}})
    for one in [*plan.fields["inputs"], *(one for item in plan.fields["agenda"] for one in item["inputs"])]:
        value = one["max"] or one["min"] or "1"
        script.append({"input": {"id": one["id"], "value": value, "evidence": "演练"}})
    return {"format": "ballot-service/rehearsal/1", "meeting": small, "script": script}


def random_choice(ballot: Mapping[str, Any], chance: Random) -> Json:
    """An honest ballot of somebody who does not care."""
    kind = ballot["kind"]
    if chance.random() < 0.05:
        return {}
    if kind == "approval":
        names = [one["id"] for one in ballot["candidates"]]
        approved = set(chance.sample(names, chance.randint(1, min(ballot["max_approve"], len(names)))))
        return {"marks": {name: "approve" if name in approved else "oppose" for name in names}}
    if kind == "pick":
        names = [one["id"] for one in ballot["options"]]
        most = min(ballot["max"], len(names))
        return {"picks": sorted(chance.sample(names, chance.randint(min(1, most), most)))}
    if kind == "grade":
        grades = [one["id"] for one in ballot["grades"]]
        return {"grade": chance.choices(grades, weights=range(len(grades), 0, -1))[0]}
    if kind == "score":
        low, high, step = (Fraction(str(ballot[name])) for name in ("min", "max", "step"))
        score = low + step * chance.randint(0, int((high - low) / step))
        return {"score": int(score) if score.denominator == 1 else _decimal(score)}
    return {"text": "演练意见"}


def _decimal(number: Fraction) -> str:
    """The shortest decimal of a number that has one."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    scaled = abs(int(number * 10**digits))
    text = str(scaled).rjust(digits + 1, "0")
    return ("-" if number < 0 else "") + f"{text[:-digits]}.{text[-digits:]}"


def _smaller(meeting: Json, plan: MeetingPlan) -> Json:
    """The same meeting with at most twenty of each class: as many as the small-class rule needs are always left."""
    most = max(MOST_PEOPLE, plan.fields["min_class"])
    classes = [{**one, "expected": min(one["expected"], most)} for one in meeting["classes"]]
    return {**meeting, "classes": classes, "slips": {"reserve": {}}, "witnesses": {"threshold": 0, "keys": []}}


def _steps(item: Mapping[str, Any]) -> list[Json]:
    """What the agenda asks for before the poll, in order."""
    return [{"step": {"item": item["id"], "step": step}} for step in item["steps"]]


def _ballots(contest: Mapping[str, Any], sizes: Mapping[str, int], chance: Random) -> list[Json]:
    return [
        {"class": name, "choice": random_choice(contest["ballot"], chance)}
        for name in contest["voters"]
        for _person in range(sizes[name])
    ]


def _people(plan: Json) -> int:
    return sum(one["expected"] for one in plan["meeting"]["classes"])


def _run(one: Rehearsal, plan: Json, language: str) -> None:
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="ballot-draft-") as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
        command = [sys.executable, "-P", "-m", "ballot_service", "rehearse", str(file), "--out", folder]
        with subprocess.Popen(  # noqa: S603 -- our own program, no shell
            [*command, "--lang", language],
            env={**os.environ, "PYTHONPATH": str(_HOME), "COLUMNS": "160", "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as started:
            killer = threading.Timer(LIMIT_SECONDS, started.kill)
            killer.daemon = True
            killer.start()
            assert started.stdout is not None
            for line in started.stdout:
                if line.strip():
                    lines.append(line.rstrip().replace(folder, "…"))
                    one.lines = tuple(lines)
            killer.cancel()
        one.accepted = started.returncode == RAN
    one.state = "ended"
