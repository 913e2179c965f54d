"""What a check is, and what all of them share.

A check returns a sentence when it holds, raises Failed when it does not, and NotChecked when nobody can tell.
"""

from collections.abc import Callable
from dataclasses import dataclass

from verify.case import Case
from verify.errors import Failed, NotChecked
from verify.prose import Prose


@dataclass(frozen=True)
class Check:
    """One check: its number, its title in plain words, the checks it stands on, and the function that makes it."""

    id: str
    title: Prose
    needs: tuple[str, ...]
    run: Callable[[Case], Prose]


@dataclass(frozen=True)
class Outcome:
    """What a check came to: "pass", "fail" or "not checked", and why."""

    check: Check
    outcome: str
    detail: Prose


def because_of(check_id: str) -> Prose:
    return Prose(f"因为 {check_id} 没有通过，未作检查", f"not checked because {check_id} did not pass")


def not_checked(zh: str, en: str) -> NotChecked:
    return NotChecked(Prose(zh, en))


def first_of(faults: list[str], count: int) -> str:
    return faults[0] if count == 1 else f"{faults[0]} (and {count - 1} more)"


def fail_on(case: Case, check: str) -> None:
    """Fail on what reading the ballots brought up for this check."""
    if case.found.fault_counts[check]:
        raise Failed(first_of(case.found.faults[check], case.found.fault_counts[check]))
