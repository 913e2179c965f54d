"""Which checkpoints are cosigned, by how many of the witnesses that entry 0 names.

A meeting that names witnesses opens no box before its close is cosigned by as many as the quorum says (protocol §8). A
witness never signs a smaller tree after a larger one; therefore the close stays the head of the ledger until it is
cosigned: nothing but an objection, a void or a waiver may follow it before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ballot_service.errors import Refused
from ballot_service.meetings.state import MeetingState
from ballot_service.store.tables import Cosignature

BEFORE_COSIGNED = frozenset({"objection", "poll-void", "witness-waived"})


@dataclass(frozen=True)
class Cosigned:
    """How many of the witnesses have signed a checkpoint, and how many it takes."""

    signed: int
    quorum: int


def count_cosigned(session: Session, state: MeetingState, size: int) -> Cosigned:
    """Of the checkpoint of `size` lines."""
    query = select(func.count()).where(Cosignature.meeting == state.id, Cosignature.size == size)
    return Cosigned(session.scalar(query) or 0, state.meeting["witnesses"]["quorum"])


def is_cosigned(session: Session, state: MeetingState, size: int) -> bool:
    """Whether the close of this size is cosigned, or nobody asks for it: no witness is named, or they are waived."""
    if not state.meeting["witnesses"]["quorum"] or state.witness_waived:
        return True
    cosigned = count_cosigned(session, state, size)
    return cosigned.signed >= cosigned.quorum


def head_waits(session: Session, state: MeetingState) -> bool:
    """Whether the ledger ends with a close that still waits for its witnesses."""
    ends_with_close = any(poll.close_size == state.size for poll in state.waiting_polls)
    return ends_with_close and not is_cosigned(session, state, state.size)


def check_head(session: Session, state: MeetingState, kinds: Collection[str]) -> None:
    """What may follow a close before it is cosigned. Raises: Refused (witness-missing)."""
    if not BEFORE_COSIGNED.issuperset(kinds) and head_waits(session, state):
        raise Refused(
            "witness-missing",
            "the close waits for its witnesses' cosignatures: wait, or waive the witnesses",
            zh="正在等待外部见证对截止记录签名：请稍候，或由两名工作人员免除见证",
        )
