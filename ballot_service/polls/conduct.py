"""The organiser's side of a poll: open, close, void. What may not happen is refused with its reason.

What must hold before a poll opens is in `opening`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from ballot_service.boxes.opening import objection_time_left
from ballot_service.errors import Refused
from ballot_service.hubs.waiting import check_delivered, count_missing, paired_hubs
from ballot_service.meetings.acts import Act, Acts
from ballot_service.meetings.naming import class_name, contest_title, poll_name
from ballot_service.meetings.state import MeetingState, Paper, Poll
from ballot_service.polls import opening
from ballot_service.polls.check_ballot import read_ballot
from ballot_service.polls.intake import CastingDesk
from ballot_service.slips.listing import check_slips_against_present, count_redeemed, list_redeemed
from ballot_service.store.keyring import INTAKE_KEY_BYTES, Keyring
from ballot_service.store.tables import Intake, Meeting, Recusal, ReleasedShare, SpentValue, TellerCount
from crypto.encoding import b64u
from verify import rules

RECOVERY = ("ballot-service", "recovery")  # the two names under a void that nobody asked for


@dataclass(frozen=True)
class Opened:
    """A poll that takes ballots now."""

    poll: str
    box: int
    papers: list[bytes]  # paper hashes, in the order of the contests asked for


@dataclass(frozen=True)
class ClosedPoll:
    """A poll that takes no more ballots."""

    poll: str
    counts: list[dict[str, Any]]  # as in the `poll-close` entry


class PollDesk:
    """Acts on polls."""

    def __init__(
        self,
        acts: Acts,
        keyring: Keyring,
        casting: CastingDesk,
        random_bytes: Callable[[int], bytes],
        objection_seconds: int,
    ) -> None:
        self.acts = acts
        self.keyring = keyring
        self.casting = casting
        self.random_bytes = random_bytes
        self.objection_seconds = objection_seconds

    def recuse(self, meeting_id: str, contest_id: str, voter_class: str, count: int) -> None:
        """Take `count` holders of a class out of a contest's next paper.

        Raises: Refused (not-found, poll-open, bad-request).
        """
        with self.acts.begin(meeting_id) as act:
            contest = opening.find_contest(act.state, contest_id)[1]
            if voter_class not in contest["voters"]:
                raise Refused(
                    "bad-request",
                    f"class {voter_class} does not vote on contest {contest_id}",
                    zh=f"{class_name(act.state, voter_class)}不参加{contest_title(act.state, contest_id)}的投票",
                )
            if not 0 <= count <= act.state.expected[voter_class]:
                raise Refused(
                    "bad-request",
                    f"a recusal takes out 0 to {act.state.expected[voter_class]} holders",
                    zh=f"回避人数应为 0 至 {act.state.expected[voter_class]}",
                )
            if act.state.prepared_paper(contest_id) is not None or opening.being_polled(act.state, contest_id):
                raise Refused(
                    "poll-open",
                    f"the paper of contest {contest_id} is printed: recuse before that",
                    zh=f"{contest_title(act.state, contest_id)}的选票已经印发，回避要在印发之前登记",
                )
            act.session.merge(Recusal(meeting=meeting_id, contest=contest_id, voter_class=voter_class, count=count))

    def open(self, meeting_id: str, contest_ids: Sequence[str], small_groups: Sequence[str] = ()) -> Opened:
        """Print the papers that are not printed yet and open the poll, in one act.

        Raises: Refused, tried in this order: poll-open, not-admitted, no-decision, round-limit, step-missing,
        attendance-missing, more-slips-than-present, quorum-not-held, class-too-small, no-page-left, no-box-left,
        too-large.
        """
        if not contest_ids or len(set(contest_ids)) != len(contest_ids):
            raise Refused("bad-request", "name each contest of the poll once", zh="同一表决事项只能选一次，至少选一项")
        if len(set(small_groups)) != len(small_groups):
            raise Refused("bad-request", "name each small class once", zh="同一类人员只能选一次")
        with self.acts.begin(meeting_id) as act:
            state = act.state
            seconds_left = objection_time_left(act.meeting, self.acts.clock(), self.objection_seconds)
            opening.check_nothing_polled(state, contest_ids, seconds_left)
            asked = [opening.find_contest(state, contest_id) for contest_id in contest_ids]
            rounds = [opening.next_round(state, contest) for _item, contest in asked]
            opening.check_steps(state, [item for item, _contest in asked])
            opening.check_attendance(state)
            redeemed = count_redeemed(act)
            check_slips_against_present(state, redeemed)
            opening.check_quorums(state, asked)
            contests = [contest for _item, contest in asked]
            opening.check_small_classes(state, contests, redeemed, small_groups)
            papers = opening.print_papers(act, asked, rounds, redeemed)
            opening.check_result_fits(state, contests)
            list_redeemed(act)  # directly before `poll-open`, behind the papers
            poll_id = f"p{len(state.polls) + 1}"
            self.keyring.make_intake(meeting_id, poll_id, self.random_bytes(INTAKE_KEY_BYTES))
            act.add_timed(
                "poll-open",
                poll=poll_id,
                box=state.next_box,
                papers=[b64u(paper) for paper in papers],
                small_groups=sorted(small_groups),
            )
            act.meeting.open_poll = poll_id
            box = state.next_box
        return Opened(poll_id, box, papers)

    def close(
        self, meeting_id: str, poll_id: str | None = None, *, assisted: int = 0, without_hubs: bool = False
    ) -> ClosedPoll:
        """Stop taking ballots and append them, in ascending order of ballot key.

        One transaction: decrypt, sort, append, count, delete; then the intake key and the box's transport key are
        destroyed. `poll_id` None means the open one. without_hubs: do not wait for venue hubs; the ledger says how
        many had not delivered. Raises: Refused (poll-closed, hub-waiting, more-slips-than-present).
        """
        with self.acts.begin(meeting_id) as act:
            state, poll = act.state, _open_poll(act.state, poll_id)
            hubs = paired_hubs(act.session, meeting_id, int(self.acts.clock().timestamp()))
            if not without_hubs:
                check_delivered(hubs, poll.id)
            missing = count_missing(act.session, meeting_id, poll.id, hubs)
            redeemed = list_redeemed(act)
            check_slips_against_present(state, redeemed)
            lines = self._gathered(act, poll)
            counts = []
            for paper in poll.papers:
                for voter_class in sorted(paper.classes, key=state.classes.index):
                    act.lines += [("ballot", line) for _key, line in sorted(lines[paper.hash, voter_class])]
                for voter_class in paper.classes:
                    returned = len(lines[paper.hash, voter_class])
                    issued = rules.issued(
                        redeemed=redeemed[voter_class],
                        replaced=state.replaced[voter_class],
                        recused=paper.recused.get(voter_class, 0),
                    )
                    check_returned(poll, paper, voter_class, returned=returned, issued=issued)
                    counts.append(
                        {"paper": b64u(paper.hash), "class": voter_class, "issued": issued, "returned": returned}
                    )
            act.add_timed("poll-close", poll=poll.id, counts=counts, hubs_missing=missing, assisted=assisted)
            act.meeting.open_poll = act.meeting.collecting = None
            act.meeting.poll_closed_at = int(self.acts.clock().timestamp())
            act.after_commit.append(lambda: self._end(meeting_id, poll))
        return ClosedPoll(poll.id, counts)

    def void(self, meeting_id: str, poll_id: str | None, reason: str, by: Sequence[str]) -> str:
        """Void the open poll (its ballots are destroyed) or a closed one (its box is never opened).

        `poll_id` None means the open one, else the one that closed last. Returns the poll's id.
        Raises: Refused (bad-request, poll-closed).
        """
        with self.acts.begin(meeting_id) as act:
            poll = _voidable(act.state, poll_id)
            was_open = poll.phase == "open"
            if was_open:
                act.session.execute(delete(Intake).where(Intake.meeting == meeting_id))
                act.meeting.open_poll = act.meeting.collecting = None
                # A void is refused to nobody: slips above the number present wait for an entry that can be.
                with suppress(Refused):
                    check_slips_against_present(act.state, count_redeemed(act))
                    list_redeemed(act)
            act.session.execute(
                delete(ReleasedShare).where(ReleasedShare.meeting == meeting_id, ReleasedShare.box == poll.box)
            )
            for paper in poll.papers:
                act.session.execute(
                    delete(TellerCount).where(TellerCount.meeting == meeting_id, TellerCount.paper == paper.hash)
                )
            act.add_timed("poll-void", poll=poll.id, reason=reason, by=list(by))
            act.after_commit.append(lambda: self._end(meeting_id, poll))
        return poll.id

    def recover(self) -> list[tuple[str, str]]:
        """At start: destroy the keys of polls that have ended, and void an open poll whose intake key is lost.

        Returns the (meeting, poll) that were voided.
        """
        with self.acts.store.read() as session:
            meetings = list(session.scalars(select(Meeting.id).order_by(Meeting.id)))
        voided = []
        for meeting_id in meetings:
            lost = self._destroy_what_has_ended(meeting_id)
            if lost is None:
                continue
            try:
                self.void(meeting_id, lost, "intake-lost", RECOVERY)
            except Refused as refused:
                if refused.code not in ("poll-closed", "meeting-closed"):
                    raise
                continue  # another process starts as well, and was faster
            voided.append((meeting_id, lost))
        return voided

    def _destroy_what_has_ended(self, meeting_id: str) -> str | None:
        """Returns the open poll when its intake key is lost.

        Holds the meeting's lock: another process that opens a poll at this moment has written the key already and
        the `poll-open` not yet.
        """
        with self.acts.store.write() as session:
            state = self.acts.states.load(session, self.acts.store.lock_meeting(session, meeting_id))
            for poll in state.polls.values():
                if poll.phase != "open":
                    self.keyring.end_poll(meeting_id, poll.id, poll.box)
            if state.closed:
                self.keyring.end_meeting(meeting_id)
                return None
            for poll_id in self.keyring.intake_polls(meeting_id):
                if poll_id not in state.polls:
                    self.keyring.end_poll(meeting_id, poll_id, None)
            self.keyring.erase_unfinished(meeting_id)
            open_poll = state.open_poll
            lost = open_poll is not None and self.keyring.intake(meeting_id, open_poll.id) is None
        return open_poll.id if open_poll is not None and lost else None

    # ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────

    def _gathered(self, act: Act, poll: Poll) -> dict[tuple[bytes, str], list[tuple[bytes, bytes]]]:
        """(paper hash, class) → (ballot key, line), taken out of the intake."""
        intake = self.casting.sealed_intake(act.state, poll)
        if intake is None:
            raise Refused(
                "internal",
                "the intake key of the open poll is lost: void the poll and vote again",
                zh="本次投票的收票密钥丢失，请宣布作废后重新投票",
            )
        gathered: dict[tuple[bytes, str], list[tuple[bytes, bytes]]] = {
            (paper.hash, voter_class): [] for paper in poll.papers for voter_class in paper.classes
        }
        spent: set[bytes] = set()  # a value may come twice: an encapsulation is any bytes, those of a ballot key too
        for row in act.session.execute(
            select(Intake.tag, Intake.sealed).where(Intake.meeting == act.meeting.id).order_by(Intake.tag)
        ):
            line = intake.open(row.tag, row.sealed)
            ballot = read_ballot(line)
            gathered[ballot.paper_hash, ballot.voter_class].append((ballot.key, line))
            spent |= {ballot.key, ballot.enc}
        if spent:
            act.session.execute(
                insert(SpentValue), [{"meeting": act.meeting.id, "value": value} for value in sorted(spent)]
            )
        act.session.execute(delete(Intake).where(Intake.meeting == act.meeting.id))
        return gathered

    def _end(self, meeting_id: str, poll: Poll) -> None:
        self.casting.forget(meeting_id, poll.id)
        self.keyring.end_poll(meeting_id, poll.id, poll.box)
        self.acts.store.forget_deleted()


def check_returned(poll: Poll, paper: Paper, voter_class: str, *, returned: int, issued: int) -> None:
    """More ballots than people would make the whole ledger fail. Raises: Refused (more-slips-than-present)."""
    present = poll.highest_present[voter_class]
    if returned > issued:
        raise Refused(
            "more-slips-than-present",
            f"contest {paper.contest_id}, class {voter_class}: {returned} ballots for {issued} issued; void the poll",
            zh=f"发出 {issued} 张，收回 {returned} 张，收回多于发出，本次投票无效，请宣布作废",
        )
    if returned > present:
        raise Refused(
            "more-slips-than-present",
            f"contest {paper.contest_id}, class {voter_class}: {returned} ballots, but {present} recorded as present "
            f"during the poll; count those present again",
            zh=f"收回 {returned} 张，登记的实到人数是 {present}，请重新清点实到人数",
        )


def _open_poll(state: MeetingState, poll_id: str | None) -> Poll:
    if poll_id is not None and poll_id not in state.polls:
        raise Refused("not-found", "there is no such poll to close", zh="没有这次投票")
    if state.open_poll is None or poll_id not in (None, state.open_poll.id):
        raise Refused("poll-closed", "this poll is not open", zh="这次投票没有在进行")
    return state.open_poll


def _voidable(state: MeetingState, poll_id: str | None) -> Poll:
    poll = state.polls.get(poll_id) if poll_id is not None else state.open_poll or state.last_closed
    if poll is None:
        raise Refused("not-found", "there is no such poll to void", zh="没有可以作废的投票")
    if poll.phase not in ("open", "closed"):
        raise Refused(
            "poll-closed",
            f"poll {poll.id} is {poll.phase}: it cannot be voided any more",
            zh=f"{poll_name(poll.id)}已经开箱或者作废，不能再作废",
        )
    return poll
