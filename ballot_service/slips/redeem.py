"""Redeeming: one slip, one booklet, ever.

Everything is validated before the claim; the pages are signed; then claim and signatures are stored in one
transaction. The same request gets the same bytes again, until the meeting is closed; any other request for a slip
that is taken, unknown, inactive or voided gets one and the same refusal, so that nobody learns which it was.
Source: protocol §5.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ballot_service.errors import Refused
from ballot_service.meetings.acts import Acts
from ballot_service.store.keyring import Keyring
from ballot_service.store.tables import Slip
from crypto import blind_rsa, booklet, slips
from crypto.errors import BadBlindedMessage

SLIP_USED = "this slip cannot be used here: please go to the desk with it"


class Redeemer:
    """The blind signer of every meeting's booklets."""

    def __init__(self, acts: Acts, keyring: Keyring, random_bytes: Callable[[int], bytes]) -> None:
        self.acts = acts
        self.keyring = keyring
        self.random_bytes = random_bytes

    def redeem(self, meeting_id: str, token: bytes, blinded: list[list[bytes]]) -> list[list[bytes]]:
        """Signatures per issuer and page for the blinded messages (kLen bytes each).

        Raises: Refused (slip-used, bad-request, meeting-closed, not-found). Whatever it raises, the slip is as it was.
        """
        slip_id = slips.slip_id(meeting_id, token)
        request_hash = booklet.request_hash(slip_id, blinded)
        with self.acts.look(meeting_id) as (session, state):
            if state.closed:
                raise Refused("meeting-closed", "the meeting is closed: no more booklets are given out")
            stored = self._stored(session, meeting_id, slip_id, request_hash)
            slip = session.get(Slip, slip_id)
            voter_class = slip.voter_class if slip is not None else ""
            bits = state.meeting["rsa_bits"]
        if stored is not None:
            return [_split(stored, bits // 8)]
        keys = self.keyring.issuer(meeting_id, voter_class)
        if keys is None:
            raise Refused("meeting-closed", "the meeting is closed: no more booklets are given out")
        signatures = self._sign(keys, blinded, bits)

        with self.acts.store.write() as session:
            meeting = self.acts.store.lock_meeting(session, meeting_id, shared=True)
            if meeting.closed:
                raise Refused("meeting-closed", "the meeting is closed: no more booklets are given out")
            claim = (
                update(Slip)
                .where(
                    Slip.id == slip_id,
                    Slip.meeting == meeting_id,
                    Slip.request_hash.is_(None),
                    Slip.active.is_(True),
                )
                .values(request_hash=request_hash, signatures=b"".join(signatures), token=token)
                .returning(Slip.voter_class)
            )
            claimed = session.scalar(claim)  # two phones, one slip: the second lands on None
            if claimed is None:
                # The same phone twice at once gets what its first request stored.
                stored = self._stored(session, meeting_id, slip_id, request_hash)
                if stored is None:
                    raise Refused("slip-used", SLIP_USED)
                return [_split(stored, bits // 8)]
        return [signatures]

    def _stored(self, session: Session, meeting_id: str, slip_id: bytes, request_hash: bytes) -> bytes | None:
        """The signatures given for this very request, or None where the slip is free.

        Raises: Refused (slip-used) for every other slip.
        """
        row = session.execute(
            select(Slip.request_hash, Slip.signatures, Slip.active).where(
                Slip.id == slip_id, Slip.meeting == meeting_id
            )
        ).one_or_none()
        if row is None or (row.request_hash is None and not row.active):
            raise Refused("slip-used", SLIP_USED)
        if row.request_hash is None:
            return None
        if row.request_hash != request_hash or row.signatures is None:
            raise Refused("slip-used", SLIP_USED)
        signatures: bytes = row.signatures
        return signatures

    def _sign(self, keys: list[blind_rsa.PrivateKey], blinded: list[list[bytes]], bits: int) -> list[bytes]:
        if len(blinded) != 1 or len(blinded[0]) != len(keys):
            raise Refused("bad-request", f"a booklet has one issuer and {len(keys)} pages: send one value for each")
        try:
            return [
                blind_rsa.blind_sign(key, message, self.random_bytes)
                for key, message in zip(keys, blinded[0], strict=True)
            ]
        except BadBlindedMessage as error:
            raise Refused("bad-request", f"a blinded value is not one of this key: {error}") from None


def _split(signatures: bytes, size: int) -> list[bytes]:
    return [signatures[start : start + size] for start in range(0, len(signatures), size)]
