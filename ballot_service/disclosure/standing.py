"""How far one round of one contest is: all that a decision about showing it depends on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ballot_service.meetings.state import MeetingState, Poll


class Phase(IntEnum):
    """Of a round; each includes those before."""

    WAITING = 0  # not polled, being polled, or its poll is void
    CLOSED = 1  # how many papers came back is in the ledger; the box is shut
    COUNTED = 2  # the box is open, the result is in the ledger


@dataclass(frozen=True)
class Standing:
    """Of one round of one contest."""

    mode: str  # the announce mode of its item
    phase: Phase
    told: tuple[str, ...] = ()  # audiences that an `announce` names, in order


def standing(state: MeetingState, contest_id: str, round_number: int | None = None) -> Standing:
    """Of a round, by default the last one that was closed.

    An announcement speaks of the last round, and of the earlier undecided ones with it.

    Raises: KeyError for a contest that is not on the agenda.
    """
    found = state.find_contest(contest_id)
    if found is None:
        raise KeyError(contest_id)
    phases = _phases(state, contest_id)
    number = round_number if round_number is not None else max(phases, default=1)
    announced = state.announced.get(contest_id, {})
    told = [audience for later in sorted(announced) if later >= number for audience in announced[later]]
    return Standing(str(found[0]["announce"]), phases.get(number, Phase.WAITING), tuple(dict.fromkeys(told)))


def _phases(state: MeetingState, contest_id: str) -> dict[int, Phase]:
    """round → how far it is, of the rounds that were closed and not voided."""
    return {
        paper.round: Phase.COUNTED if poll.phase == "opened" else Phase.CLOSED
        for poll in state.polls.values()
        if _is_closed(poll)
        for paper in poll.papers
        if paper.contest_id == contest_id
    }


def _is_closed(poll: Poll) -> bool:
    return poll.phase in ("closed", "opened")
