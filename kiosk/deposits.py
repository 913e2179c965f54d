"""What a terminal hands over: sealed ballots for one poll, looked at from outside before its voter goes away.

The checks are the server's own (docs/protocol.md §7), so that what is taken here is not refused there, and nobody can
leave ballots that were never anybody's. What is inside a ballot nobody here can open.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import canonical, merkle
from crypto.ballot import Ballot, check_ballot_signature, parse_ballot_line
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from kiosk.complaint import Mistrust
from kiosk.issuers import Issuers

SEAL_BYTES = 16  # what ChaCha20-Poly1305 adds to the padded choice
MAX_LINE_BYTES = 64 * 1024


class BadDeposit(Exception):
    """These are no ballots for this poll; the text says why, and quotes nothing."""


@dataclass(frozen=True)
class Paper:
    """What the hub has to know of a paper."""

    page: int  # from 1
    length: int  # bytes of every padded choice
    classes: tuple[str, ...]  # that vote on it


@dataclass(frozen=True)
class About:
    """What the hub has to know of a poll, all of it public."""

    box: int
    papers: dict[str, Paper]  # by paper hash, base64url


@dataclass(frozen=True)
class Deposit:
    """What one voter leaves in one poll."""

    poll: str
    lines: tuple[str, ...]
    assisted: bool


def read_paper(paper_hash: str, line: bytes) -> Paper:
    """A paper line, whose leaf hash is its name. Raises: Mistrust."""
    try:
        if merkle.leaf_hash(line) != from_b64u(paper_hash, merkle.HASH_BYTES):
            raise ValueError("the line has another hash")
        entry = canonical.decode_object(line)
        page, length, classes = entry["page"], entry["length"], entry["classes"]
        if not isinstance(page, int) or not isinstance(length, int) or not isinstance(classes, list) or page < 1:
            raise ValueError("it is no paper")
        return Paper(page, length, tuple(str(each) for each in classes))
    except (CryptoError, KeyError, TypeError, ValueError) as error:
        raise Mistrust("服务器给出的选票样式不对", f"the paper shown is not the one named: {error}") from None


def check_deposit(deposit: Deposit, about: About, issuers: Issuers) -> None:
    """Raises: BadDeposit."""
    ballots = [_read(line, about, issuers) for line in deposit.lines]
    if not ballots:
        raise BadDeposit("a deposit holds at least one ballot")
    if len({ballot.key for ballot in ballots}) != len(ballots):
        raise BadDeposit("two ballots of one deposit have one ballot key")


def ballot_key(line: str) -> str:
    """The ballot key of a line that was checked, base64url."""
    return b64u(parse_ballot_line(line.encode(), MAX_LINE_BYTES).key)


def _read(line: str, about: About, issuers: Issuers) -> Ballot:
    try:
        ballot = parse_ballot_line(line.encode(), MAX_LINE_BYTES)
        paper = about.papers.get(b64u(ballot.paper_hash))
        if paper is None:
            raise BadDeposit("a ballot is for a paper that this poll does not have")
        if ballot.voter_class not in paper.classes:
            raise BadDeposit("a ballot is of a class that does not vote on its paper")
        if len(ballot.ct) != paper.length + SEAL_BYTES:
            raise BadDeposit(f"ct: expected {paper.length + SEAL_BYTES} bytes, got {len(ballot.ct)}")
        check_ballot_signature(ballot)
        issuers.check_credentials(ballot, paper.page)
    except (CryptoError, ValueError) as error:
        raise BadDeposit(f"a line is no ballot: {error}") from None
    return ballot
