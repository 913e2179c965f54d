"""What a hub says of itself: counts per poll, and the health of its machines. Pure.

Kept is the last report only, and numbers only: how many, never when or in which order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from crypto import canonical


@dataclass(frozen=True)
class Terminal:
    """One terminal of a hub."""

    name: str
    state: str  # idle, busy, ballot, away
    camera: str  # ok, missing, refused, off


@dataclass(frozen=True)
class Report:
    """The last word of a hub. Polls by id."""

    waiting: Mapping[str, int] = field(default_factory=dict)  # ballots that have no receipt yet
    assisted: Mapping[str, int] = field(default_factory=dict)  # voters who were helped
    lost: Mapping[str, int] = field(default_factory=dict)  # ballots whose poll ended without them
    terminals: tuple[Terminal, ...] = ()
    disk_free: int | None = None  # bytes; None: nothing was heard yet

    def polls(self) -> set[str]:
        """Every poll that it speaks of."""
        return self.waiting.keys() | self.assisted.keys() | self.lost.keys()

    def encode(self) -> bytes:
        """For the database; equal reports are equal bytes."""
        return canonical.encode(asdict(self))


def decode_report(data: bytes | None) -> Report:
    """The inverse of `Report.encode`; None: a hub that never reported."""
    if data is None:
        return Report()
    fields: dict[str, Any] = canonical.decode_object(data)
    terminals = tuple(Terminal(**one) for one in fields.pop("terminals"))
    return Report(**fields, terminals=terminals)
