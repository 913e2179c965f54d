"""The rounds that the screen shows: counted anew from the ballots in the ledger, by the verifier's own rules.

A screen that repeated what a row of the database says would show whatever somebody wrote there. This one shows a round
only where the count and the ledger's `result` agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ballot_service.boxes.opening import BoxDesk
from ballot_service.errors import Refused
from ballot_service.meetings.state import Json, MeetingState
from verify import rules


class CountDiffers(Exception):
    """What the ledger says of a poll is not what its ballots say."""


@dataclass
class CheckedRounds:
    """Counts no poll twice while its result stays the same."""

    desk: BoxDesk
    _counted: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)

    def last(self, state: MeetingState, contest_id: str) -> Json:
        """The last counted round of a contest, whole. Raises: CountDiffers; KeyError where none is counted."""
        recorded = state.rounds[contest_id][-1]
        judged = self._judged(state, recorded["poll"])[contest_id]
        if rules.result_form(judged) != recorded:
            raise CountDiffers(contest_id)
        return judged

    def _judged(self, state: MeetingState, poll: str) -> dict[str, Json]:
        name = (state.id, poll)
        if name not in self._counted:
            try:
                self._counted[name] = self.desk.recount(state.id, poll)
            except (Refused, ValueError, KeyError) as error:
                raise CountDiffers(poll) from error
        return self._counted[name]
