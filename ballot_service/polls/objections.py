"""Objections: a phone holds a receipt for a ballot that the closed poll does not hold.

Nobody but the receipt key's holder can make one, so an honest service never sees one that counts. A poll with an
objection is never opened, only voided. Source: protocol §4, `objection`.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballot_service.errors import Refused
from ballot_service.meetings.acts import Acts
from ballot_service.meetings.state import MeetingState
from ballot_service.polls.check_ballot import read_ballot
from ballot_service.store.tables import LedgerLine
from crypto import ballot
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError


def object_to_close(acts: Acts, meeting_id: str, line: bytes, receipt: bytes) -> None:
    """Record an objection to the poll that closed last.

    The whole line is asked for, so that a receipt from a voided poll cannot block another one.
    Raises: Refused (bad-request, ballot-invalid, poll-closed) when it is no objection.
    """
    # Anybody can send an objection: what is none must not take the lock.
    with acts.look(meeting_id) as (session, state):
        _check(session, state, line, receipt)
    with acts.begin(meeting_id) as act:
        ballot_id = _check(act.session, act.state, line, receipt)
        act.add("objection", ballot=b64u(ballot_id), receipt=b64u(receipt))


def _check(session: Session, state: MeetingState, line: bytes, receipt: bytes) -> bytes:
    """The ballot id."""
    paper_hash = read_ballot(line).paper_hash
    ballot_id = ballot.ballot_id(line)
    if state.closed:
        raise Refused("meeting-closed", f"meeting {state.id!r} is closed; nothing can be added to its ledger")
    poll = state.last_closed
    if poll is None or poll.paper(paper_hash) is None:
        raise Refused("poll-closed", "the poll of this ballot does not wait to be opened")
    query = select(LedgerLine.position).where(LedgerLine.meeting == state.id, LedgerLine.leaf_hash == ballot_id)
    if session.scalar(query) is not None:
        raise Refused("bad-request", "the ledger holds this ballot: there is nothing to object to")
    try:
        ballot.check_receipt(from_b64u(state.meeting["receipt_key"]), ballot_id, receipt)
    except CryptoError:
        raise Refused("bad-request", "the receipt is not one of this meeting: it proves nothing") from None
    return ballot_id
