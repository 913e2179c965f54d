"""What a verifier says when it stops: the file cannot be read, or a check did not hold."""

from verify.prose import Prose


class VerifyError(Exception):
    """The base of everything `verify` raises on purpose."""


class Unreadable(VerifyError):
    """The file cannot be read as a ledger at all: exit status 2, and no further check runs.

    `check` is the number of the check that failed, `place` is where ("line 7"), empty when it is the whole file.
    """

    def __init__(self, check: str, place: str, reason: str) -> None:
        super().__init__(f"{check}: {place}: {reason}" if place else f"{check}: {reason}")
        self.check = check
        self.place = place
        self.reason = reason


class Malformed(VerifyError):
    """A note, a key, a receipt or a field that is not spelled as its format says."""


class Failed(VerifyError):
    """A check did not hold. The message says where, what was expected, and what was found."""


class NotChecked(VerifyError):
    """A check could not be made, and why. Never the same as passing."""

    def __init__(self, why: Prose) -> None:
        super().__init__(why.en)
        self.why = why


class BadOption(VerifyError):
    """A value on the command line that cannot be used."""
