"""Pairing hubs, hearing their reports, asking them to deliver, and removing them.

A code is exchanged once for a token, as a one-time link is for a session. A token speaks for one hub in one meeting and
can do nothing but report: what it may claim is how many ballots wait, never what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ballot_service.console.audit import Audit
from ballot_service.console.sessions import secret_text
from ballot_service.errors import Refused
from ballot_service.hubs.codes import TOKEN_BYTES, code_hash, make_code, spell_token, token_hash
from ballot_service.hubs.reports import Report, decode_report
from ballot_service.hubs.waiting import HubFigure, figure_of, paired_hubs
from ballot_service.meetings import field_readers
from ballot_service.meetings.acts import Acts
from ballot_service.meetings.problems import Findings
from ballot_service.meetings.state import MeetingState
from ballot_service.store.tables import Hub, HubCode, Meeting

CODE_SECONDS = 15 * 60
SEEN_STEP_SECONDS = 5  # reports change a row only so often while people vote
MAX_HUBS = 50  # of a meeting, codes that are not used yet among them
MAX_NAME_CHARS = 40
ID_BYTES = 10
PAIRED = "hub-paired"


@dataclass(frozen=True)
class Paired:
    """A new hub. The token is in this value and nowhere else."""

    id: str
    meeting: str
    name: str
    token: str


@dataclass(frozen=True)
class Heard:
    """What a hub is told in return."""

    asked: str | None  # the poll that it is to deliver now
    open_poll: str | None
    closed: bool  # the meeting


class Hubs:
    """The hubs of all meetings."""

    def __init__(self, acts: Acts, audit: Audit, random_bytes: Callable[[int], bytes]) -> None:
        self.acts = acts
        self.audit = audit
        self.random_bytes = random_bytes

    # ── pairing ────────────────────────────────────────────────────────────────────────────────────────────────

    def make_code(self, meeting_id: str, name: str) -> str:
        """A code for a hub with this name, without its dash; an unused one for the same name is void.

        Raises: Refused (bad-request, not-found, meeting-closed).
        """
        name, code = _read_name(name), make_code(self.random_bytes)
        with self.acts.begin(meeting_id) as act:
            replaced = (HubCode.meeting == meeting_id) & (HubCode.name == name)
            act.session.execute(delete(HubCode).where(replaced | (HubCode.expires <= self._now())))
            taken = [hub.name for hub in paired_hubs(act.session, meeting_id, self._now())]
            if name in taken:
                raise Refused(
                    "bad-request",
                    "a hub of this name is paired: choose another name, or remove that hub first",
                    zh="已有同名的终端站，请换一个名称，或先移除原来的终端站",
                )
            waiting = select(func.count()).select_from(HubCode).where(HubCode.meeting == meeting_id)
            if len(taken) + (act.session.scalar(waiting) or 0) >= MAX_HUBS:
                raise Refused(
                    "bad-request", f"a meeting has at most {MAX_HUBS} hubs", zh=f"一次会议最多 {MAX_HUBS} 个终端站"
                )
            expires = self._now() + CODE_SECONDS
            act.session.add(HubCode(code_hash=code_hash(code), meeting=meeting_id, name=name, expires=expires))
        return code

    def pair(self, code: str) -> Paired:
        """Exchange a code, once, for a hub's token. Raises: Refused (not-allowed), the same for every reason."""
        known = HubCode.code_hash == code_hash(code), HubCode.expires > self._now()
        with self.acts.store.read() as session:  # guesses at random must not queue for the one writer
            found = session.scalar(select(HubCode.meeting).where(*known))
        if found is None:
            raise code_refused()
        token = self.random_bytes(TOKEN_BYTES)
        with self.acts.store.write() as session:
            meeting = self.acts.store.lock_meeting(session, found, shared=True)
            use = delete(HubCode).where(*known).returning(HubCode.name)
            name = session.scalar(use)
            if name is None or meeting.closed:
                raise code_refused()
            hub = Hub(
                id=secret_text(self.random_bytes(ID_BYTES)),
                meeting=found,
                name=name,
                token_hash=token_hash(spell_token(token)),
                removed=False,
            )
            session.add(hub)
            self.audit.write(session, "", PAIRED, meeting=found, detail=name)
            return Paired(hub.id, found, name, spell_token(token))

    # ── reports ────────────────────────────────────────────────────────────────────────────────────────────────

    def who(self, meeting_id: str, token: str | None) -> str:
        """The id of the hub with this token. Raises: Refused (not-found, not-allowed)."""
        with self.acts.store.read() as session:
            if session.get(Meeting, meeting_id) is None:
                raise Refused("not-found", f"there is no meeting {meeting_id!r} here", zh="这里没有这个会议")
            found = session.scalar(
                select(Hub.id).where(
                    Hub.token_hash == (token_hash(token or "") or b""),
                    Hub.meeting == meeting_id,
                    Hub.removed.is_(False),
                )
            )
        if found is None:
            raise _token_refused()
        return found

    def hear(self, hub_id: str, meeting_id: str, report: Report, delivered: Collection[str]) -> Heard:
        """Take a hub's report. delivered: polls that it says it has delivered; only the one that it was asked for
        counts, and not while it says that ballots of it wait.

        Raises: Refused (not-found, not-allowed: removed meanwhile, bad-request).
        """
        with self.acts.look(meeting_id) as (session, state):
            row = session.get(Hub, hub_id)
            if row is None or row.removed:
                raise _token_refused()
            strange = (report.polls() | set(delivered)) - state.polls.keys()
            if strange:
                raise Refused("bad-request", f"{len(strange)} of the polls named are none of this meeting")
            asked = _asked(state, session.get_one(Meeting, meeting_id))
            done = asked if asked in delivered and not report.waiting.get(asked or "", 0) else None
            seen = self._now() // SEEN_STEP_SECONDS * SEEN_STEP_SECONDS
            encoded, before = report.encode(), decode_report(row.report)
            # Ballots that leave a hub are told at once, those that come to it never: these have voters beside them.
            leaving = asked is not None and report.waiting.get(asked, 0) < before.waiting.get(asked, 0)
            is_news = done != row.delivered or leaving or report.lost != before.lost
            changes = seen != row.seen or is_news  # a clock that was put back is heard of, too
        if changes:
            with self.acts.store.write() as session:
                kept = update(Hub).where(Hub.id == row.id, Hub.removed.is_(False)).returning(Hub.id)
                if session.scalar(kept.values(seen=seen, report=encoded, delivered=done)) is None:
                    raise _token_refused()
        return Heard(asked, None if state.open_poll is None else state.open_poll.id, state.closed)

    # ── what officers do ───────────────────────────────────────────────────────────────────────────────────────

    def collect(self, meeting_id: str, poll_id: str) -> None:
        """Ask every hub, those that are paired later too, to deliver its ballots of the open poll; again: no change.

        Raises: Refused (not-found, poll-closed, meeting-closed).
        """
        with self.acts.begin(meeting_id) as act:
            if poll_id not in act.state.polls:
                raise Refused("not-found", "there is no such poll", zh="没有这次投票")
            if act.state.open_poll is None or act.state.open_poll.id != poll_id:
                raise Refused("poll-closed", "this poll is not open", zh="这次投票没有在进行")
            act.meeting.collecting = poll_id

    def remove(self, meeting_id: str, hub_id: str, *, held: int = 0) -> str:
        """Its token is void at once; returns its name. held: ballots of the open poll that the officer was told it
        holds; more than that, and it is not removed. Where it has not delivered, the close of the open poll counts it
        as missing.

        Raises: Refused (not-found, hub-waiting, meeting-closed).
        """
        with self.acts.begin(meeting_id) as act:
            row = act.session.get(Hub, hub_id)
            if row is None or row.meeting != meeting_id or row.removed:
                raise Refused("not-found", "there is no such hub", zh="没有这个终端站，或者已经移除")
            poll = act.state.open_poll
            holds = 0 if poll is None else figure_of(row, self._now()).holds(poll.id)
            if holds > held:
                raise Refused(
                    "hub-waiting",
                    f"the hub {row.name} holds {holds} ballots that would not be counted: collect them first",
                    zh=f"终端站“{row.name}”存有 {holds} 张还没有送到的选票，移除后不计票，请先收取终端站选票",
                )
            row.removed, row.token_hash = True, None
            row.removed_in = poll.id if poll is not None and row.delivered != poll.id else None
            return row.name

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────

    def paired(self, session: Session, meeting_id: str) -> list[HubFigure]:
        """All hubs of a meeting that are not removed."""
        return paired_hubs(session, meeting_id, self._now())

    def asked(self, session: Session, state: MeetingState) -> str | None:
        """The open poll, once its hubs are asked to deliver."""
        return _asked(state, session.get_one(Meeting, state.id))

    def codes(self, session: Session, meeting_id: str) -> list[str]:
        """Names for which a code is good and not used yet."""
        query = select(HubCode.name).where(HubCode.meeting == meeting_id, HubCode.expires > self._now())
        return sorted(session.scalars(query))

    def _now(self) -> int:
        return int(self.acts.clock().timestamp())


def _asked(state: MeetingState, meeting: Meeting) -> str | None:
    poll = state.open_poll
    return poll.id if poll is not None and poll.id == meeting.collecting else None


def _read_name(name: str) -> str:
    read = field_readers.text(MAX_NAME_CHARS)(field_readers.Place(name.strip(), (), Findings({})))
    if read is field_readers.WRONG:
        raise Refused(
            "bad-request",
            f"the name of the hub: one line of 1 to {MAX_NAME_CHARS} printable characters",
            zh=f"名称应为一行文字，1 至 {MAX_NAME_CHARS} 个可以显示的字符",
        )
    return str(read)


def code_refused() -> Refused:
    """One answer to every code that is not good."""
    return Refused(
        "not-allowed",
        "this pairing code is wrong, used or older than 15 minutes: ask for a new one on the meeting's page of hubs",
        zh="配对码有误、已经使用或者超过 15 分钟，请在会议的“终端站”页重新生成",
    )


def _token_refused() -> Refused:
    return Refused(
        "not-allowed",
        "this hub is not paired with the meeting, or was removed: pair it again",
        zh="这个终端站没有与会议配对，或者已被移除，请重新配对",
    )
