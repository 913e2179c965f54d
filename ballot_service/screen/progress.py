"""How many ballots are in, told so that nobody can line it up with a tap.

Observer: somebody in the hall, or with the address of the screen, who sees one person tap and watches the number. A
number that moves by one at each ballot says who has voted and when; with the order of the intake, whatever of it a
server keeps, it would say more. So the number moves on fixed ticks only, and then only by as many ballots as
`min_class` people cast; the rest is told together, once the last one is in. Reasoning: docs/threats.md, "The hall
screen".
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

TICK_SECONDS = 15


@dataclass(frozen=True)
class Progress:
    """Ballots in and ballots due, over all papers of a poll and all classes."""

    returned: int
    due: int


def told_progress(returned: int, due: int, *, papers: int, min_class: int) -> Progress | None:
    """What may be told of a live count; None where so few vote that any number would be about persons.

    papers: of this poll; each person casts one ballot on each at most.
    """
    step = min_class * papers
    if due < step or step == 0:
        return None
    if returned >= due:
        return Progress(due, due)
    return Progress(returned // step * step, due)


class Ticks:
    """Keeps what was counted at the last tick, for every poll."""

    def __init__(self, now: Callable[[], float]) -> None:
        """now: seconds, of a clock that only moves forward."""
        self._now = now
        self._kept: dict[str, tuple[int, str, Progress | None]] = {}  # one for each meeting
        self._lock = threading.Lock()

    def at_last_tick(self, meeting_id: str, poll: str, count: Callable[[], Progress | None]) -> Progress | None:
        """The progress as it was counted when this tick was first asked for."""
        tick = int(self._now() // TICK_SECONDS)
        with self._lock:
            kept = self._kept.get(meeting_id)
            if kept is None or kept[:2] != (tick, poll):
                kept = self._kept[meeting_id] = (tick, poll, count())
            return kept[2]
