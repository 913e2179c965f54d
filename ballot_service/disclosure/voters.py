"""What voters' phones may be given: announced results, and never a ballot or a share before the mode allows it."""

from __future__ import annotations

from ballot_service.disclosure.cutting import cut
from ballot_service.disclosure.details import Viewer, detail
from ballot_service.disclosure.standing import standing
from ballot_service.meetings.state import Json, MeetingState, Poll
from verify import rules


def announced_results(state: MeetingState) -> dict[str, Json]:
    """contest → its last counted round as in `result`, where it was announced to those in the hall or to everybody."""
    contests = state.contests
    shown = {}
    for contest_id, rounds in state.rounds.items():
        seen = detail(Viewer.PUBLIC, standing(state, contest_id, rounds[-1]["round"]))
        judged = cut(contests[contest_id], rounds[-1], seen, min_class=state.meeting["min_class"])
        if judged is not None:
            shown[contest_id] = judged
    return shown


def voters_may_take(state: MeetingState, poll: Poll) -> bool:
    """Whether entries of this poll from its `box-open` on, which open every ballot, may leave for others than
    officers. Source: docs/protocol.md §8."""
    if poll.phase != "opened":
        return False
    asked = [
        rules.Announced(found.mode, paper.contest["ballot"], found.told)
        for paper in poll.papers
        for found in [standing(state, paper.contest_id, paper.round)]
    ]
    return rules.voters_may_see(asked)
