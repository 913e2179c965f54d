"""Opening a box: shares come in, each checked against its commitment; with enough of them the ballots are counted.

Scrutineers release pads, never card secrets: opening one box opens no other. Nothing opens before phones had their
time to find a missing ballot, and a poll with an objection never opens. Source: protocol §6, §8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from ballot_service.disclosure import needs_filler
from ballot_service.errors import Refused
from ballot_service.ledger.book import Book
from ballot_service.meetings.acts import Act, Acts
from ballot_service.meetings.naming import poll_name
from ballot_service.meetings.state import MeetingState, Poll
from ballot_service.results.count import judge_poll
from ballot_service.store.tables import Meeting, ReleasedShare
from ballot_service.witnesses.counting import is_cosigned
from crypto import hpke, shares
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from verify import rules

REPEATED = "—"
"""`by` of an attendance that only repeats the last one, so that no proof gives a result away (`disclosure.lines`)."""


def objection_time_left(meeting: Meeting, now: datetime, objection_seconds: int) -> int:
    """Whole seconds until a box may be opened after the last close."""
    if meeting.poll_closed_at is None:
        return 0
    return max(0, meeting.poll_closed_at + objection_seconds - int(now.timestamp()))


@dataclass(frozen=True)
class Released:
    """Whose shares of a box are there."""

    cards: tuple[int, ...]  # ascending
    again: bool  # this card's was there already


class BoxDesk:
    """Acts on boxes."""

    def __init__(self, acts: Acts, book: Book, objection_seconds: int) -> None:
        self.acts = acts
        self.book = book
        self.objection_seconds = objection_seconds

    def release_share(self, meeting_id: str, box: int, card: int, pad: bytes) -> Released:
        """Take a scrutineer's pad for one box, once it may be opened; returns whose are there.

        Box 0 is the test box: any time before the meeting is closed, to show that a card works.
        Raises: Refused (not-found, share-wrong, too-early, poll-closed, objection-open, witness-missing).
        """
        # Anybody can send a pad: a wrong one must not take the lock.
        with self.acts.look(meeting_id) as (_session, state):
            check_not_closed(state)
            unsealed_share(state, box, card, pad)
        with self.acts.begin(meeting_id) as act:
            share = unsealed_share(act.state, box, card, pad)
            if box != 0:
                self._check_may_open(act, box)
            before = _shares(act, box)
            if card not in before:
                act.session.add(ReleasedShare(meeting=meeting_id, box=box, card=card, share=share))
            return Released(tuple(sorted({*before, card})), again=card in before)

    def _check_may_open(self, act: Act, box: int) -> None:
        """Nobody but the cards' holders can open a box before this says yes, this server included."""
        poll = next((poll for poll in act.state.polls.values() if poll.box == box), None)
        if poll is None:
            raise Refused(
                "too-early",
                f"box {box} does not wait to be opened: its poll has not begun",
                zh=f"第 {box} 号票箱的投票还没有开始，不能开箱",
            )
        self._check_time(act, _to_open(act.state, poll.id))

    def _check_time(self, act: Act, poll: Poll) -> None:
        if poll.objections:
            raise Refused(
                "objection-open",
                f"poll {poll.id}: a phone proved that its ballot is missing; void it",
                zh=f"{poll_name(poll.id)}：有手机证明自己的选票不在票箱内，应当宣布作废",
            )
        left = objection_time_left(act.meeting, self.acts.clock(), self.objection_seconds)
        if left > 0 and poll is act.state.last_closed:
            raise Refused(
                "too-early",
                f"phones still check poll {poll.id}: wait {left} s",
                zh=f"各手机还在核对{poll_name(poll.id)}，请等待 {left} 秒",
            )
        if not is_cosigned(act.session, act.state, poll.close_size):
            raise Refused(
                "witness-missing",
                "the close has not been cosigned; wait, or waive the witnesses",
                zh="截止记录还没有见证方签名，请等待，或者免除见证",
            )

    def open(self, meeting_id: str, poll_id: str | None = None) -> dict[str, dict[str, Any]]:
        """Open the box of a closed poll and count; returns contest id → round object.

        `poll_id` None means the poll that closed last. Raises: Refused (not-found, poll-closed, objection-open,
        too-early, witness-missing, shares-missing).
        """
        with self.acts.begin(meeting_id) as act:
            poll = _to_open(act.state, poll_id)
            self._check_time(act, poll)
            released = _shares(act, poll.box)
            threshold = act.state.meeting["scrutineers"]["threshold"]
            if len(released) < threshold:
                raise Refused(
                    "shares-missing",
                    f"{len(released)} of {threshold} cards have opened box {poll.box}",
                    zh=f"第 {poll.box} 号票箱：需要 {threshold} 张监票卡，已到 {len(released)} 张",
                )
            chosen = dict(sorted(released.items())[:threshold])
            box_key = hpke.OpeningKey(_box_secret(act.state, poll.box, chosen, threshold))
            judged = judge_poll(act.session, self.book, act.state, poll, box_key)
            if needs_filler(act.state):
                act.add_timed("attendance", present=dict(act.state.present), by=REPEATED)
            act.add_timed(
                "box-open",
                poll=poll.id,
                box=poll.box,
                shares=[{"card": card, "share": b64u(share)} for card, share in chosen.items()],
                close=self.book.cosigned_note(act.session, meeting_id, poll.close_size),
            )
            act.add_timed(
                "result",
                poll=poll.id,
                contests={contest: rules.result_form(one) for contest, one in judged.items()},
            )
            act.session.execute(
                delete(ReleasedShare).where(ReleasedShare.meeting == meeting_id, ReleasedShare.box == poll.box)
            )
        return judged

    def recount(self, meeting_id: str, poll_id: str) -> dict[str, dict[str, Any]]:
        """The round objects of an opened poll, counted again from the ledger, with their working.

        Raises: Refused (not-found, too-early).
        """
        with self.acts.look(meeting_id) as (session, state):
            poll = state.polls.get(poll_id)
            if poll is None:
                raise Refused("not-found", "there is no such poll", zh="没有这次投票")
            if poll.phase != "opened":
                raise Refused(
                    "too-early",
                    f"poll {poll_id} is {poll.phase}: its box is not opened",
                    zh=f"{poll_name(poll_id)}还没有开箱",
                )
            threshold = state.meeting["scrutineers"]["threshold"]
            secret = _box_secret(state, poll.box, poll.shares, threshold)
            return judge_poll(session, self.book, state, poll, hpke.OpeningKey(secret))


def check_not_closed(state: MeetingState) -> None:
    """Raises: Refused (meeting-closed)."""
    if state.closed:
        raise Refused(
            "meeting-closed",
            f"meeting {state.id!r} is closed; nothing can be added to its ledger",
            zh="会议已经结束，不能再办理",
        )


def unsealed_share(state: MeetingState, box: int, card: int, pad: bytes) -> bytes:
    """The share that this pad unseals: who has it holds the card. Raises: Refused (not-found, share-wrong)."""
    cards = state.meeting["scrutineers"]["cards"]
    if not 0 <= box < len(state.meeting["boxes"]) or not 1 <= card <= cards:
        raise Refused(
            "not-found",
            f"there is no box {box} or no card {card} in this meeting",
            zh=f"本次会议没有第 {box} 号票箱，或者没有第 {card} 号监票卡",
        )
    public = state.meeting["boxes"][box]
    share = shares.xor(from_b64u(public["sealed"][card - 1]), pad)
    if shares.share_commitment(state.id, box, card, share) != from_b64u(public["commit"][card - 1]):
        raise Refused(
            "share-wrong",
            f"card {card} does not fit box {box}: is it this meeting's card?",
            zh=f"第 {card} 号监票卡与第 {box} 号票箱不符，请确认是本次会议的监票卡",
        )
    return share


def _shares(act: Act, box: int) -> dict[int, bytes]:
    query = select(ReleasedShare).where(ReleasedShare.meeting == act.meeting.id, ReleasedShare.box == box)
    return {row.card: row.share for row in act.session.scalars(query)}


def _to_open(state: MeetingState, poll_id: str | None) -> Poll:
    poll = state.polls.get(poll_id) if poll_id is not None else state.last_closed or state.open_poll
    if poll is None:
        raise Refused("not-found", "there is no such poll to open", zh="没有可以开箱的投票")
    if poll.phase == "open":
        raise Refused(
            "too-early",
            f"poll {poll.id} still takes ballots: close it first",
            zh=f"{poll_name(poll.id)}正在进行，请先截止",
        )
    if poll.phase != "closed":
        raise Refused(
            "poll-closed", f"poll {poll.id} is {poll.phase} already", zh=f"{poll_name(poll.id)}已经开箱或者作废"
        )
    return poll


def _box_secret(state: MeetingState, box: int, released: dict[int, bytes], threshold: int) -> bytes:
    """Raises: Refused (share-wrong) when the shares do not give the box key: a spoiled ceremony."""
    try:
        pair = hpke.derive_key_pair(shares.combine(released, threshold))
    except CryptoError as error:
        raise Refused(
            "share-wrong",
            f"the shares of box {box} do not fit together: {error}",
            zh=f"第 {box} 号票箱的监票卡互相不符",
        ) from None
    if pair.public != from_b64u(state.meeting["boxes"][box]["key"]):
        raise Refused(
            "share-wrong",
            f"the shares of box {box} do not give its key: the ceremony was spoiled",
            zh=f"第 {box} 号票箱的监票卡合不成它的钥匙，票箱制作时已经损坏",
        )
    return pair.secret
