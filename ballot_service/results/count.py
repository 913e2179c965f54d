"""Counting an opened poll with `verify.rules`: the announced result is the verifier's own count.

Ballots come from the ledger's lines, never from anywhere else; the box key from the scrutineers' shares.
"""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from ballot_service.ledger.book import Book
from ballot_service.meetings.state import Json, MeetingState, Paper, Poll
from ballot_service.polls.check_ballot import read_ballot
from crypto import canonical
from crypto.ballot import Ballot, seal_info
from crypto.errors import SealBroken
from crypto.hpke import OpeningKey
from verify import rules

Choices = dict[bytes, dict[str, Counter[bytes | None]]]
"""paper hash → class → opened plaintext (None: did not open) → times."""


def judge_poll(
    session: Session, book: Book, state: MeetingState, poll: Poll, box_key: OpeningKey
) -> dict[str, dict[str, Any]]:
    """contest id → round object (docs/formats/verdict.md), with its working."""
    choices = _open_ballots(session, book, state, poll, box_key)
    for (paper_hash, voter_class), entry in poll.paper_counts.items():
        choices[paper_hash][voter_class] += _paper_choices(entry)
    judged = {}
    # A poll that is counted again is judged as it was: by what stood in the ledger before its own result.
    counted = list(takewhile(lambda pair: pair[1]["poll"] != poll.id, state.counted))
    for paper in poll.papers:
        item, contest = state.find_contest(paper.contest_id) or ({}, {})
        one = rules.judge_round(
            contest=paper.contest,
            round_number=paper.round,
            poll=poll.id,
            figures={voter_class: _figures(state, poll, paper, voter_class, choices) for voter_class in paper.classes},
            choices=choices[paper.hash],
            quorum=rules.nearest_quorum(state.meeting["quorum"], item["quorum"], contest),
            present_at_opening=poll.present_at_opening,
            min_class=state.meeting["min_class"],
            earlier=[judged for contest_id, judged in counted if contest_id == paper.contest_id],
            post_rounds=state.post_rounds(contest, counted),
            meeting=state.meeting,
        )
        judged[paper.contest_id] = one
        counted.append((paper.contest_id, one))  # two contests for one post in a poll: papers go in order
    return judged


def _open_ballots(session: Session, book: Book, state: MeetingState, poll: Poll, box_key: OpeningKey) -> Choices:
    choices: Choices = {paper.hash: {voter_class: Counter() for voter_class in paper.classes} for paper in poll.papers}
    for line in book.lines(session, state.id, poll.ballots.start, poll.ballots.stop):
        cast = read_ballot(line)
        choices[cast.paper_hash][cast.voter_class][open_choice(box_key, cast)] += 1
    return choices


def open_choice(box_key: OpeningKey, cast: Ballot) -> bytes | None:
    """The padded choice, or None for a ballot that does not open: it counts as invalid."""
    try:
        return box_key.open(seal_info(cast.paper_hash, cast.voter_class, cast.key), cast.enc, cast.ct)
    except SealBroken:
        return None


def _paper_choices(entry: Json) -> Counter[bytes | None]:
    counted: Counter[bytes | None] = Counter()
    for ballots in entry["ballots"]:
        plaintext = ballots["raw"].encode() if "raw" in ballots else canonical.encode(ballots["choice"])
        counted[plaintext] += ballots["times"]
    return counted


def _figures(state: MeetingState, poll: Poll, paper: Paper, voter_class: str, choices: Choices) -> rules.ClassFigures:
    handed_out = poll.paper_counts.get((paper.hash, voter_class), {}).get("handed_out", 0)
    return rules.ClassFigures(
        expected=poll.expected_at_close[voter_class],
        present=poll.present_at_close[voter_class],
        issued=rules.issued(
            redeemed=poll.redeemed_at_close[voter_class],
            replaced=poll.replaced_at_close[voter_class],
            recused=paper.recused.get(voter_class, 0),
            handed_out=handed_out,
        ),
        returned=choices[paper.hash][voter_class].total(),
        observer=voter_class in state.observers,
    )
