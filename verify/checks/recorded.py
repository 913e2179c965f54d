"""The results and decisions that a service recorded, as they came.

They are what the *next* steps of the meeting were taken on, so V08 and V17 judge rounds and decisions by them; that
these are right is V16's business alone.
"""

from dataclasses import dataclass, field
from typing import Any

from verify.ledger import Entry


@dataclass
class Recorded:
    """Recorded results and decisions, as they came."""

    rounds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    counted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # of all contests, in ledger order
    decisions: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        if entry.type == "result":
            for contest_id, recorded in entry.value["contests"].items():
                self.rounds.setdefault(contest_id, []).append(recorded)
                self.counted.append((contest_id, recorded))
        elif entry.type == "decision":
            decided = self.decisions.setdefault(entry.value["contest"], {})
            decided[entry.value["round"]] = entry.value["choice"]

    def of(self, contest_id: str) -> tuple[list[dict[str, Any]], dict[int, str]]:
        return self.rounds.get(contest_id, []), self.decisions.get(contest_id, {})
