"""Lines of the ledger that nobody may guess before they are told.

A `result` line holds nothing that is secret by itself: item, time, figures, a few votes. Whoever has its hash, and the
other lines, tries every outcome until one fits. Proofs of inclusion and consistency are made of hashes, so:

* Each `result` stands on an odd line. Then the `box-open` before it, with shares that nobody can guess, is its sibling,
  and no hash of more than one line covers the one without the other.
* Its own hash is in two kinds of proofs alone: that `box-open` is included, and that the tree between the two is
  continued. Nobody needs them, and they are refused until the result is told to everybody.

Where the number of lines is odd, the last attendance is recorded once more before the box is opened.
Observer: somebody in the hall with a phone, before an announcement, or of a result that is not for the hall.
"""

from __future__ import annotations

from ballot_service.disclosure.voters import voters_may_take
from ballot_service.meetings.state import MeetingState


def needs_filler(state: MeetingState) -> bool:
    """Whether a `box-open` written now would put its `result` on an even line."""
    return state.size % 2 == 1


def hidden_results(state: MeetingState) -> frozenset[int]:
    """Line numbers of `result` entries that are not told to everybody."""
    return frozenset(
        poll.result_at for poll in state.polls.values() if poll.phase == "opened" and not voters_may_take(state, poll)
    )


def gives_away(state: MeetingState, *, included: int | None = None, continued: int | None = None) -> bool:
    """Whether a proof would hand out the hash of a hidden result.

    included: index of a line whose inclusion is to be proven. continued: size of the tree whose consistency is.
    """
    hidden = hidden_results(state)
    return (included is not None and included + 1 in hidden) or (continued is not None and continued in hidden)
