"""The ballots of one poll that wait at the hub: a set, never a queue.

All lines of a poll are one sealed row, sorted by their bytes and written anew as a whole with every change, so that no
row, page or file keeps the order in which people stood at the terminals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Held:
    """One ballot."""

    line: str  # the sealed ballot line, as the terminal made it
    receipt: str | None = None  # base64url, checked against the meeting's receipt key
    refusal: str | None = None  # the code with which the server refused it for good

    @property
    def waits(self) -> bool:
        return self.receipt is None and self.refusal is None


@dataclass(frozen=True)
class Outbox:
    """What the hub holds of one poll."""

    assisted: int = 0  # voters who were helped
    ballots: tuple[Held, ...] = ()  # ascending by the bytes of the line

    @property
    def waiting(self) -> tuple[Held, ...]:
        return tuple(one for one in self.ballots if one.waits)

    @property
    def refused(self) -> int:
        return sum(one.refusal is not None for one in self.ballots)

    def holds(self, lines: Iterable[str]) -> bool:
        return {one.line for one in self.ballots}.issuperset(lines)

    def holds_key(self, key: str) -> bool:
        """Whether some line is signed with this ballot key (base64url)."""
        return any(f'"key":"{key}"' in one.line for one in self.ballots)

    def with_lines(self, lines: Iterable[str], *, assisted: bool) -> Outbox:
        """With one voter's ballots among the others."""
        return Outbox(self.assisted + assisted, _sorted((*self.ballots, *map(Held, lines))))

    def with_answers(self, receipts: Mapping[str, str], refusals: Mapping[str, str]) -> Outbox:
        """With what the server said, by line."""
        return replace(
            self,
            ballots=tuple(
                replace(
                    one,
                    receipt=receipts.get(one.line, one.receipt),
                    refusal=None if one.line in receipts else refusals.get(one.line, one.refusal),
                )
                for one in self.ballots
            ),
        )


def format_outbox(outbox: Outbox) -> bytes:
    """The bytes to seal."""
    held = [[one.line, one.receipt, one.refusal] for one in outbox.ballots]
    return json.dumps({"assisted": outbox.assisted, "ballots": held}, ensure_ascii=False).encode()


def parse_outbox(data: bytes) -> Outbox:
    """The inverse of `format_outbox`."""
    value = json.loads(data)
    return Outbox(value["assisted"], tuple(Held(*each) for each in value["ballots"]))


def _sorted(ballots: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(ballots, key=lambda one: one.line.encode()))
