"""What a terminal hands over: sealed ballots for one poll, looked at from outside before its voter goes away.

The hub can tell a ballot that the server would refuse at once from one that it would take, as far as that needs no
issuer key; the credentials are the terminal's own check. What is inside a ballot nobody here can open.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto.ballot import Ballot, check_ballot_signature, parse_ballot_line
from crypto.encoding import b64u
from crypto.errors import CryptoError

MAX_LINE_BYTES = 64 * 1024


class BadDeposit(Exception):
    """These are no ballots for this poll; the text says why, and quotes nothing."""


@dataclass(frozen=True)
class About:
    """What the hub has to know of a poll, all of it public."""

    box: int
    papers: dict[str, tuple[str, ...]]  # paper hash, base64url → the classes that vote on it


@dataclass(frozen=True)
class Deposit:
    """What one voter leaves in one poll."""

    poll: str
    lines: tuple[str, ...]
    assisted: bool


def check_deposit(deposit: Deposit, about: About) -> None:
    """Raises: BadDeposit."""
    ballots = [_read(line, about) for line in deposit.lines]
    if not ballots:
        raise BadDeposit("a deposit holds at least one ballot")
    if len({ballot.key for ballot in ballots}) != len(ballots):
        raise BadDeposit("two ballots of one deposit have one ballot key")


def ballot_key(line: str) -> str:
    """The ballot key of a line that was checked, base64url."""
    return b64u(parse_ballot_line(line.encode(), MAX_LINE_BYTES).key)


def _read(line: str, about: About) -> Ballot:
    try:
        ballot = parse_ballot_line(line.encode(), MAX_LINE_BYTES)
        classes = about.papers.get(b64u(ballot.paper_hash))
        if classes is None:
            raise BadDeposit("a ballot is for a paper that this poll does not have")
        if ballot.voter_class not in classes:
            raise BadDeposit("a ballot is of a class that does not vote on its paper")
        check_ballot_signature(ballot)
    except CryptoError as error:
        raise BadDeposit(f"a line is no ballot: {error}") from None
    return ballot
