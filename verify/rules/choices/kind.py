"""What every ballot kind must be able to do, and what a read ballot looks like.

A new kind is one new file with these four functions and one line in the registry of this package.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Choice:
    """One valid ballot, in a form that no longer depends on how it was written.

    `content` belongs to the kind; see its class. An approval ballot holds {candidate id: mark} with every candidate in
    it; the other kinds hold nothing when the ballot is blank or unknown.
    """

    content: Mapping[str, Any]
    blank: bool = False  # counted in `abstain`
    unknown: bool = False  # counted in `unknown`; never together with `blank`


BLANK = Choice({}, blank=True)
UNKNOWN = Choice({}, unknown=True)


def is_unknown(ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> bool:
    """Whether this is {"unknown": true}, on a ballot that offers it (不了解)."""
    return bool(ballot["unknown"]) and choice.keys() == {"unknown"} and choice["unknown"] is True


class Kind(Protocol):
    """A ballot kind. `ballot` is the contest's ballot in normal form."""

    def longest(self, ballot: Mapping[str, Any]) -> int:
        """Bytes of the longest valid choice in canonical JSON."""
        ...

    def read(self, ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> Choice | None:
        """Judge a canonical JSON object; None when it breaks the grammar or the limits of the ballot."""
        ...

    def tally(self, ballot: Mapping[str, Any], choices: Iterable[tuple[Choice, int]]) -> dict[str, Any]:
        """Add up valid choices, each with its number of times. Zeros are listed."""
        ...

    def has_free_text(self, ballot: Mapping[str, Any]) -> bool:
        """Whether a voter may write words of their own, which are never served to phones."""
        ...
