"""What an officer may be given of an opened poll, in one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ballot_service.disclosure.cutting import cut
from ballot_service.disclosure.details import Detail, Viewer, detail
from ballot_service.disclosure.standing import standing
from ballot_service.meetings.state import Json, MeetingState


def for_officer(state: MeetingState, judged: Mapping[str, Json], roles: Iterable[Viewer | str]) -> dict[str, Json]:
    """contest → its round, as far as somebody with these roles may see it; contests of which nothing are left out.

    judged: contest → round object of one poll, with its working.
    """
    held = list(roles)
    shown = {}
    for contest_id, one in judged.items():
        where = standing(state, contest_id, one["round"])
        seen = max((detail(role, where) for role in held), default=Detail.NOTHING)
        found = state.find_contest(contest_id)
        assert found is not None
        left = cut(found[1], one, seen, min_class=state.meeting["min_class"])
        if left is not None:
            shown[contest_id] = left
    return shown


def told_whole(state: MeetingState, contest_ids: Iterable[str], roles: Iterable[Viewer | str]) -> bool:
    """Whether somebody with these roles may see the result of every counted round of these contests."""
    held = list(roles)
    return all(
        any(detail(role, standing(state, contest_id, judged["round"])) >= Detail.RESULT for role in held)
        for contest_id in contest_ids
        for judged in state.rounds.get(contest_id, [])
    )
