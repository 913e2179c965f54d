"""Announcing: to whom, and in which order, follows from the meeting file and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ballot_service.app import create_app
from tests.meeting_kit import Hall, InProcess, Json, approval, assert_accepted, item, meeting_file, refused

MODES: dict[str, list[str]] = {
    "on-spot": ["hall", "public"],
    "report-then-feedback": ["committee", "subject"],
    "publish": ["hall", "public"],
    "limited-later": ["committee", "scope"],
    "internal": ["committee"],
}
EVERYONE = ["hall", "public", "committee", "subject", "scope"]


def counted(hall_of: Callable[[Json], Hall], mode: str) -> Hall:
    hall = hall_of(meeting_file(item(approval(), announce=mode), item(approval("audit"), announce="internal")))
    hall.voters()
    hall.poll(lambda _poll: [], "budget")
    hall.release(1)
    hall.service.boxes.open(hall.id)
    return hall


@pytest.mark.parametrize("mode", MODES)
def test_results_are_told_in_the_order_of_their_mode_and_to_nobody_else(
    hall_of: Callable[[Json], Hall], tmp_path: Path, mode: str
) -> None:
    hall = counted(hall_of, mode)
    announce = hall.service.conduct.announce
    first, *later = MODES[mode]
    for audience in EVERYONE:
        if audience != first:
            with refused("announce-not-allowed", hall):
                announce(hall.id, ["budget"], audience)
    assert announce(hall.id, ["budget"], None) == first
    for audience in later:
        announce(hall.id, ["budget"], audience)
    for audience in set(EVERYONE) - {first, *later}:
        with refused("announce-not-allowed", hall):
            announce(hall.id, ["budget"], audience)
    assert_accepted(hall.judged(tmp_path))


@pytest.mark.parametrize("mode", MODES)
def test_voters_are_shown_a_result_only_when_it_was_told_to_the_hall(
    hall_of: Callable[[Json], Hall], mode: str
) -> None:
    hall = counted(hall_of, mode)
    web = InProcess(create_app(hall.service))
    state = f"/meetings/{hall.id}/state"
    assert web.get(state).json()["results"] == {}
    hall.service.conduct.announce(hall.id, ["budget"], None)
    assert set(web.get(state).json()["results"]) == ({"budget"} if MODES[mode][0] == "hall" else set())


def test_what_is_not_counted_or_announced_otherwise_is_not_announced(hall_of: Callable[[Json], Hall]) -> None:
    hall = counted(hall_of, "on-spot")
    announce = hall.service.conduct.announce
    with refused("announce-not-allowed", hall):
        announce(hall.id, ["audit"], None)
    with refused("announce-not-allowed", hall):
        announce(hall.id, ["budget", "audit"], None)
    with refused("not-found", hall):
        announce(hall.id, ["nope"], None)
    for contests in ([], ["budget", "budget"]):
        with refused("bad-request", hall):
            announce(hall.id, contests, None)
