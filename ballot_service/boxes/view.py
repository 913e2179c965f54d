"""How far the boxes of a meeting are: which cards were tried, which have released their share, what a box waits for.

For those who hold cards and those who run the meeting. No share and no pad is in here; the numbers of cards are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballot_service.boxes.opening import BoxDesk, objection_time_left, unsealed_share
from ballot_service.ledger.book import Book
from ballot_service.meetings.state import MeetingState, Poll
from ballot_service.store.tables import Meeting, ReleasedShare
from ballot_service.witnesses.counting import is_cosigned
from crypto import merkle
from crypto.encoding import b64u


@dataclass(frozen=True)
class BoxView:
    """The box of one poll."""

    box: int
    poll: Poll
    released: tuple[int, ...]  # cards whose share is there; once it is open, those that opened it
    wait: int  # whole seconds until it may be opened: phones still look for their ballots
    not_cosigned: bool  # witnesses are named, and have not signed the close


@dataclass(frozen=True)
class BoxesView:
    """All boxes that were ever used, and the test box."""

    cards: int
    threshold: int
    tested: tuple[int, ...]  # cards that opened the test box
    boxes: tuple[BoxView, ...]  # in the order of their polls
    left: int  # boxes that no poll has used yet

    @property
    def untested(self) -> tuple[int, ...]:
        """Cards that nobody has tried: to be asked for before the first poll."""
        return tuple(card for card in range(1, self.cards + 1) if card not in self.tested)


def boxes_view(desk: BoxDesk, meeting_id: str) -> BoxesView:
    """Raises: Refused (not-found)."""
    with desk.acts.look(meeting_id) as (session, state):
        return _view(desk, session, state)


def card_view(desk: BoxDesk, meeting_id: str, card: int, pad: bytes) -> dict[str, Any]:
    """What the holder of a card may see, as JSON: with the lines that prove a close.

    `pad` is the card's for the test box: it opens nothing else, so it can be shown again and again. The close lines
    count ballots by class, which is not for everybody. Raises: Refused (not-found, share-wrong).
    """
    with desk.acts.look(meeting_id) as (session, state):
        unsealed_share(state, 0, card, pad)
        seen = _view(desk, session, state)
        return {
            "cards": seen.cards,
            "threshold": seen.threshold,
            "tested": list(seen.tested),
            "closed": state.closed,
            "boxes": [
                {
                    "box": one.box,
                    "poll": one.poll.id,
                    "phase": one.poll.phase,
                    "released": list(one.released),
                    "wait": one.wait,
                    "objections": one.poll.objections,
                    "cosigned": not one.not_cosigned,
                    "close": _close(desk.book, session, state, one.poll) if one.poll.phase == "closed" else None,
                }
                for one in seen.boxes
            ],
        }


def _view(desk: BoxDesk, session: Session, state: MeetingState) -> BoxesView:
    released: dict[int, set[int]] = defaultdict(set)
    query = select(ReleasedShare.box, ReleasedShare.card).where(ReleasedShare.meeting == state.id)
    for box, card in session.execute(query):
        released[box].add(card)
    left = objection_time_left(session.get_one(Meeting, state.id), desk.acts.clock(), desk.objection_seconds)
    scrutineers = state.meeting["scrutineers"]
    return BoxesView(
        cards=scrutineers["cards"],
        threshold=scrutineers["threshold"],
        tested=tuple(sorted(released[0])),
        boxes=tuple(
            BoxView(
                box=poll.box,
                poll=poll,
                released=tuple(sorted(released[poll.box] | set(poll.shares))),
                wait=left if poll is state.last_closed else 0,
                not_cosigned=poll.phase == "closed" and not is_cosigned(session, state, poll.close_size),
            )
            for poll in state.polls.values()
        ),
        left=len(state.meeting["boxes"]) - 1 - len({poll.box for poll in state.polls.values()}),
    )


def _close(book: Book, session: Session, state: MeetingState, poll: Poll) -> dict[str, Any]:
    """The `poll-close` line, as the last one of a signed tree."""
    size = poll.close_size
    (line,) = book.lines(session, state.id, size - 1, size)
    leaves = book.leaf_hashes(session, state.id, size)
    return {
        "line": line.decode(),
        "index": size - 1,
        "inclusion": [b64u(node) for node in merkle.inclusion_proof(leaves, size - 1)],
        "checkpoint": book.note_at(session, state.id, size),
    }
