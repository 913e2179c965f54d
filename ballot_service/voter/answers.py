"""What voters may be told, as values: no request comes in here and no SQL goes out.

Meeting, keys, papers, added items, poll states, ballot ids, lines that void a poll, checkpoints and proofs; never a
ballot, a share, or words in a voter's own hand (protocol §8).
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from ballot_service.disclosure import announced_results, gives_away
from ballot_service.errors import Refused
from ballot_service.ledger.book import Book
from ballot_service.meetings.state import MeetingState, Paper
from ballot_service.voter.lengths import sealed_lengths
from crypto import canonical, merkle
from crypto.encoding import b64u

Answer = dict[str, Any]


def head_answer(book: Book, session: Session, state: MeetingState) -> Answer:
    """Entry 0, tied to the newest checkpoint, and the lengths of sealed messages."""
    return {
        "meeting": canonical.encode(state.meeting).decode(),
        "inclusion": _inclusion(book, session, state, 0, state.size),
        "checkpoint": book.note_at(session, state.id, state.size),
        "lengths": _lengths(state),
    }


def keys_answer(book: Book, session: Session, state: MeetingState, voter_class: str) -> Answer:
    """The `keys` lines of a class, one per issuer. Raises: Refused (not-found)."""
    if voter_class not in state.expected:
        raise Refused("not-found", f"there is no class {voter_class!r} in this meeting")
    lines = book.lines(session, state.id, 1, 1 + len(state.meeting["keys"]))
    return {"keys": [line.decode() for line in lines if json.loads(line)["class"] == voter_class]}


def state_answer(book: Book, session: Session, state: MeetingState) -> Answer:
    """What every phone and screen may know of the meeting's progress."""
    return {
        "meeting": state.id,
        "size": state.size,
        "checkpoint": book.note_at(session, state.id, state.size),
        "closed": state.closed,
        "lengths": _lengths(state),
        "attendance": _attendance(state),
        "steps": [
            {"item": item, "step": step, "subject": subject}
            for item, done in state.steps.items()
            for step, subject in done
        ],
        "added": [entry["item"]["id"] for entry in state.admitted],
        "polls": [
            {
                "poll": poll.id,
                "phase": poll.phase,
                "box": poll.box,
                "papers": [_paper_summary(paper) for paper in poll.papers],
            }
            for poll in state.polls.values()
        ],
        "results": announced_results(state),
    }


def paper_answer(book: Book, session: Session, state: MeetingState, paper_hash: bytes) -> Answer:
    """A `paper` line, tied to the newest checkpoint. Raises: Refused (not-found)."""
    paper = state.papers.get(paper_hash)
    if paper is None:
        raise Refused("not-found", "there is no such paper in this meeting")
    (line,) = book.lines(session, state.id, paper.position, paper.position + 1)
    return {
        "paper": line.decode(),
        "index": paper.position,
        "inclusion": _inclusion(book, session, state, paper.position, state.size),
        "checkpoint": book.note_at(session, state.id, state.size),
    }


def item_answer(book: Book, session: Session, state: MeetingState, item_id: str) -> Answer:
    """The `item` line of an item that was added during the meeting, tied to the newest checkpoint.

    Raises: Refused (not-found), also for an item of the agenda: that one is in entry 0.
    """
    position = state.item_lines.get(item_id)
    if position is None:
        raise Refused("not-found", "no item of this id was added to the agenda of this meeting")
    (line,) = book.lines(session, state.id, position, position + 1)
    return {
        "item": line.decode(),
        "index": position,
        "inclusion": _inclusion(book, session, state, position, state.size),
        "checkpoint": book.note_at(session, state.id, state.size),
    }


def inclusion_answer(book: Book, session: Session, state: MeetingState, index: int, size: int) -> Answer:
    """Line `index` stands in the tree of `size`. Raises: Refused (bad-request)."""
    _check_size(size, state)
    if index >= size:
        raise Refused("bad-request", f"index must be below size, {size}")
    if gives_away(state, included=index):
        raise Refused("bad-request", f"line {index} is proven once the result after it is announced to everybody")
    return {"nodes": _inclusion(book, session, state, index, size)}


def consistency_answer(book: Book, session: Session, state: MeetingState, old: int, new: int) -> Answer:
    """The tree of `new` continues the tree of `old`. Raises: Refused (bad-request)."""
    _check_size(new, state)
    if not 1 <= old <= new:
        raise Refused("bad-request", f"old must lie between 1 and new, {new}")
    if gives_away(state, continued=old):
        raise Refused("bad-request", f"no checkpoint of {old} lines was ever signed")
    leaves = book.leaf_hashes(session, state.id, new)
    return {"nodes": [b64u(node) for node in merkle.consistency_proof(leaves, old)]}


def void_answer(book: Book, session: Session, state: MeetingState, poll_id: str) -> Answer:
    """The `poll-void` line of a poll, tied to the newest checkpoint: what excuses that ballots of it count for nothing.

    Nothing of a result is in it or beside it: a void poll has none, and the line's sibling is never one
    (disclosure/lines.py). Raises: Refused (not-found, too-early).
    """
    poll = state.polls.get(poll_id)
    if poll is None:
        raise Refused("not-found", "there is no such poll in this meeting")
    if poll.phase != "void":
        raise Refused("too-early", "the poll is not void")
    (line,) = book.lines(session, state.id, poll.voided_at, poll.voided_at + 1)
    return {
        "line": line.decode(),
        "index": poll.voided_at,
        "inclusion": inclusion_answer(book, session, state, poll.voided_at, state.size)["nodes"],
        "checkpoint": book.note_at(session, state.id, state.size),
    }


def ballot_ids_answer(book: Book, session: Session, state: MeetingState, poll_id: str) -> Answer:
    """All ballot ids of a closed poll, tied to its close: everyone downloads all, so nobody shows which is theirs.

    Raises: Refused (not-found, too-early).
    """
    poll = state.polls.get(poll_id)
    if poll is None:
        raise Refused("not-found", "there is no such poll in this meeting")
    if not poll.close_size:
        raise Refused("too-early", "the poll is open, or was voided while it was open")
    leaves = book.leaf_hashes(session, state.id, poll.close_size)
    start, stop = poll.ballots.start, poll.ballots.stop
    return {
        "ids": [b64u(leaf) for leaf in leaves[start:stop]],
        "start": start,
        "nodes": [b64u(node) for node in merkle.range_proof(leaves, start, stop)],
        "close": book.note_at(session, state.id, poll.close_size),
    }


def _attendance(state: MeetingState) -> Answer | None:
    """应到 and 实到 as read out in the hall: in total and without observers. A figure per class would be a figure of
    three people where three are a class."""
    if not state.attendance_taken:
        return None
    counted = [name for name in state.classes if name not in state.observers]
    return {
        "expected": sum(state.expected[name] for name in counted),
        "present": sum(state.present[name] for name in counted),
    }


def _lengths(state: MeetingState) -> Answer:
    return {
        route: {"request": lengths.request, "answer": lengths.answer}
        for route, lengths in sealed_lengths(state).items()
    }


def _paper_summary(paper: Paper) -> Answer:
    return {
        "paper": b64u(paper.hash),
        "contest": paper.contest_id,
        "round": paper.round,
        "page": paper.page,
        "classes": list(paper.classes),
    }


def _inclusion(book: Book, session: Session, state: MeetingState, index: int, size: int) -> list[str]:
    leaves = book.leaf_hashes(session, state.id, size)
    return [b64u(node) for node in merkle.inclusion_proof(leaves, index)]


def _check_size(size: int, state: MeetingState) -> None:
    if not 1 <= size <= state.size:
        raise Refused("bad-request", f"the ledger has {state.size} lines: ask for a size from 1 to that")
