"""The promise: the public state tells a waiting room what was said aloud, and no figure of a small class."""

from collections.abc import Callable
from typing import Any

from ballot_service.voter.answers import state_answer
from tests.meeting_kit import Hall, Json, approval, item, meeting_file

CLASSES = [
    {"id": "A", "name": "委员", "expected": 6},
    {"id": "B", "name": "代表", "expected": 2},
    {"id": "L", "name": "列席", "expected": 9, "observer": True},
]


def shown(hall: Hall) -> dict[str, Any]:
    with hall.service.acts.look(hall.id) as (session, state):
        return state_answer(hall.service.book, session, state)


def test_attendance_is_told_in_total_and_without_observers(hall_of: Callable[[Json], Hall]) -> None:
    hall = hall_of(meeting_file(classes=CLASSES))
    assert shown(hall)["attendance"] is None
    hall.service.conduct.attendance(hall.id, {"A": 5, "L": 9}, "门岗")
    assert shown(hall)["attendance"] == {"expected": 8, "present": 5}
    hall.service.conduct.attendance(hall.id, {"B": 2}, "门岗")
    assert shown(hall)["attendance"] == {"expected": 8, "present": 7}


def test_steps_and_added_items_are_told_as_they_are_recorded(hall_of: Callable[[Json], Hall]) -> None:
    motion = item(approval(), steps=["introduce", "deliberate"])
    hall = hall_of(meeting_file(motion))
    assert (shown(hall)["steps"], shown(hall)["added"]) == ([], [])
    hall.service.conduct.step(hall.id, "budget", "introduce", None)
    hall.service.conduct.step(hall.id, "budget", "deliberate", None)
    assert shown(hall)["steps"] == [
        {"item": "budget", "step": "introduce", "subject": None},
        {"item": "budget", "step": "deliberate", "subject": None},
    ]
    voters = hall.voters(6)
    poll = hall.poll(lambda _poll: [hall.line(voter) for voter in voters])
    hall.release(poll.box)
    hall.service.boxes.open(hall.id, poll.id)
    hall.service.conduct.add_item(hall.id, item(approval("urgent")), "budget")
    assert shown(hall)["added"] == ["urgent"]
