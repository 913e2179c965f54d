"""Rehearsal plans that are quick to play: a handful of slips, three pages, one card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ballot_service.rehearsal.plan import RehearsalPlan, read_plan

Json = dict[str, Any]

YES = {"marks": {"budget": "approve"}}
NO = {"marks": {"budget": "oppose"}}
ROOM = [{"attendance": {"A": 4}}]


def meeting(**changes: Any) -> Json:
    """Four people of class A, one question, passed by more than half of those present."""
    return {
        "format": "ballot-service/meeting/1",
        "id": "small",
        "title": "小会",
        "organiser": "组织部",
        "place": "一号会议室",
        "date": "2026-12-18",
        "classes": [{"id": "A", "name": "委员", "expected": 4}],
        "min_class": 1,
        "pages": {"spare": 2},
        "boxes": {"spare": 2},
        "scrutineers": {"cards": 1, "threshold": 1},
        "agenda": [
            {
                "id": "budget",
                "title": "预算",
                "announce": "on-spot",
                "contests": [
                    {
                        "id": "budget",
                        "voters": ["A"],
                        "ballot": {
                            "kind": "approval",
                            "max_approve": 1,
                            "candidates": [{"id": "budget", "name": "预算"}],
                        },
                        "rules": [{"rule": "pass", "over": "1/2", "of": "present"}],
                    }
                ],
            }
        ],
        **changes,
    }


def votes(yes: int = 0, no: int = 0) -> list[Json]:
    listed = [{"class": "A", "times": yes, "choice": YES}, {"class": "A", "times": no, "choice": NO}]
    return [one for one in listed if one["times"]]


def poll(yes: int = 0, no: int = 0, **more: Any) -> Json:
    return {"poll": {"contests": ["budget"], "ballots": {"budget": votes(yes, no)}, **more}}


def plan(script: list[Json], *, meeting_file: Json | None = None, **more: Any) -> Json:
    return {
        "format": "ballot-service/rehearsal/1",
        "meeting": meeting() if meeting_file is None else meeting_file,
        "script": script,
        **more,
    }


def read(value: Json) -> RehearsalPlan:
    return read_plan(json.dumps(value).encode(), _no_files)


def written(value: Json, folder: Path) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def counts(**expected: int) -> Json:
    """A partial verdict about the counts of the first round."""
    return {"contests": {"budget": {"rounds": [{"counts": {"total": expected}}]}}}


def _no_files(name: str) -> bytes:
    raise AssertionError(f"no file is asked for, but {name} was")
