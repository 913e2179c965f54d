"""Taking cosignatures from the witnesses that entry 0 names. Source: C2SP tlog-cosignature, "cosignature/v1".

A cosignature has its time to the second. Kept for every head of a ledger they would date what the ledger leaves
undated, the changes of slips at the desk above all; therefore only those under a close, and each witness's newest,
stay in the database.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ballot_service.errors import Refused
from ballot_service.ledger.book import Book
from ballot_service.meetings.acts import Acts
from ballot_service.meetings.state import MeetingState
from ballot_service.store.tables import Cosignature, SignedCheckpoint
from ballot_service.witnesses.counting import Cosigned, count_cosigned
from crypto.errors import CryptoError
from crypto.note import add_signature, parse_verifier_key, verify_note


class Witnesses:
    """Takes cosignatures."""

    def __init__(self, acts: Acts, book: Book) -> None:
        self.acts = acts
        self.book = book

    def take(self, meeting_id: str, size: int, line: str) -> Cosigned:
        """Keep a witness's signature line for the checkpoint of `size` lines; the same witness's first one stays.

        Raises: Refused (not-found, not-allowed).
        """
        with self.acts.look(meeting_id) as (session, state):
            witness = _witness(session, state, size, line)
        with self.acts.store.write() as session:
            if session.get(Cosignature, (meeting_id, size, witness)) is None:
                session.add(Cosignature(meeting=meeting_id, size=size, witness=witness, line=line))
                session.flush()
            signed = count_cosigned(session, state, size)
            _forget_older(session, state, witness)
            return signed


def _forget_older(session: Session, state: MeetingState, witness: str) -> None:
    """What nobody asks for again. A close that `state` does not know yet is longer than it, and stays."""
    of_witness = (Cosignature.meeting == state.id, Cosignature.witness == witness)
    newest = session.scalar(select(func.max(Cosignature.size)).where(*of_witness)) or 0
    closes = [poll.close_size for poll in state.polls.values() if poll.close_size]
    session.execute(
        delete(Cosignature).where(
            *of_witness,
            Cosignature.size < newest,
            Cosignature.size <= state.size,
            Cosignature.size.not_in(closes),
        )
    )


def _witness(session: Session, state: MeetingState, size: int, line: str) -> str:
    """The verifier key of the witness whose cosignature of this checkpoint it is."""
    stored = session.get(SignedCheckpoint, (state.id, size))
    if stored is None:
        raise Refused("not-found", f"no checkpoint of {size} lines was signed in this meeting")
    witnesses = [parse_verifier_key(text) for text in state.meeting["witnesses"]["keys"]]
    try:
        verified = verify_note(add_signature(stored.note, line), witnesses)
    except CryptoError as error:
        raise Refused("not-allowed", f"not a cosignature of this checkpoint by a named witness: {error}") from None
    return str(verified[0].key)
