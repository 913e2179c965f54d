"""Is this line a ballot of this poll? Everything is checked before it touches the database.

The same checks as the verifier's V10 and V14, so that nothing the service accepts makes the ledger fail.
Source: protocol §3, §5, §7.
"""

from __future__ import annotations

from ballot_service.errors import Refused
from ballot_service.meetings.state import MeetingState, Paper, Poll
from crypto import blind_rsa, booklet
from crypto.ballot import Ballot, check_ballot_signature, parse_ballot_line
from crypto.errors import CryptoError

SEAL_BYTES = 16  # what ChaCha20-Poly1305 adds to the padded choice


def read_ballot(line: bytes) -> Ballot:
    """Take a ballot line apart. Raises: Refused (ballot-invalid), naming the field."""
    try:
        return parse_ballot_line(line)
    except CryptoError as error:
        raise Refused("ballot-invalid", str(error)) from None


def check_ballot(ballot: Ballot, state: MeetingState, poll: Poll) -> Paper:
    """Check a ballot against the open poll; returns its paper. Raises: Refused (ballot-invalid), naming the reason."""
    paper = poll.paper(ballot.paper_hash)
    if paper is None:
        raise Refused("ballot-invalid", "the paper is not one of the open poll")
    if ballot.voter_class not in paper.classes:
        raise Refused("ballot-invalid", "this class does not vote on this paper")
    if len(ballot.ct) != paper.length + SEAL_BYTES:
        raise Refused("ballot-invalid", f"ct: expected {paper.length + SEAL_BYTES} bytes, got {len(ballot.ct)}")
    if len(ballot.sigs) != 1:
        raise Refused("ballot-invalid", f"sigs: expected one credential, got {len(ballot.sigs)}")
    issuer_key = state.issuer_keys[ballot.voter_class][paper.page - 1]
    message = booklet.credential_message(state.fingerprint, paper.page, ballot.voter_class, ballot.key)
    try:
        check_ballot_signature(ballot)
        blind_rsa.verify(issuer_key, message, ballot.sigs[0])
    except CryptoError as error:
        raise Refused("ballot-invalid", str(error)) from None
    return paper
