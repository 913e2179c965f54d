"""What runs beside the ledger while a meeting is held: counts of the moment, never who or in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from ballot_service.boxes.opening import objection_time_left
from ballot_service.meetings.state import MeetingState
from ballot_service.service import Service
from ballot_service.store.tables import Intake, Meeting, Recusal, ReleasedShare, Slip, TellerCount
from ballot_service.witnesses.counting import head_waits, is_cosigned


@dataclass(frozen=True)
class HubHeld:
    """What one venue hub holds of the open poll, as it says."""

    name: str
    holds: int  # ballots that have not come yet
    delivered: bool  # asked for them, it has sent all and takes no more
    online: bool


@dataclass(frozen=True)
class Figures:
    """Per class, contest or box; zero or empty where there is nothing."""

    redeemed: Mapping[str, int]  # class → slips exchanged for a booklet
    waiting: Mapping[str, int] = field(default_factory=dict)  # class → slips that could be redeemed now
    reserve: Mapping[str, int] = field(default_factory=dict)  # class → spare slips not activated yet
    returned: int = 0  # ballots cast in the open poll
    shares: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # box → cards that released theirs
    seconds_left: int = 0  # until the box of the last closed poll may be opened, and the next poll
    recused: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # contest → class → people
    uncosigned: frozenset[str] = frozenset()  # closed polls that wait for their witnesses
    head_waits: bool = False  # the ledger ends with such a close: nothing else may follow it yet
    first_counts: Mapping[tuple[bytes, str], str] = field(default_factory=dict)  # (paper, class) → the first teller
    hubs: tuple[HubHeld, ...] = ()  # paired venue hubs, by name
    asked: bool = False  # hubs were asked for the open poll's ballots
    assisted: int = 0  # voters of the open poll who were helped at hubs
    lost: Mapping[str, int] = field(default_factory=dict)  # poll → ballots that hubs could not deliver

    @property
    def not_delivered(self) -> tuple[HubHeld, ...]:
        """Hubs that the close of the open poll waits for."""
        return tuple(hub for hub in self.hubs if not hub.delivered)

    @property
    def held(self) -> int:
        """Ballots of the open poll that hubs hold."""
        return sum(hub.holds for hub in self.hubs)


@dataclass(frozen=True)
class Look:
    """A meeting at one moment."""

    state: MeetingState
    figures: Figures


def look(service: Service, meeting_id: str) -> Look:
    """State and figures in one transaction. Raises: Refused (not-found)."""
    with service.acts.look(meeting_id) as (session, state):
        redeemed, waiting, reserve = (dict.fromkeys(state.classes, 0) for _each in range(3))
        slips = (
            select(Slip.voter_class, Slip.token.is_not(None), Slip.active, Slip.voided, func.count())
            .where(Slip.meeting == meeting_id)
            .group_by(Slip.voter_class, Slip.token.is_not(None), Slip.active, Slip.voided)
        )
        for voter_class, used, active, voided, count in session.execute(slips):
            if used:
                redeemed[voter_class] += count
            elif active:
                waiting[voter_class] += count
            elif not voided:
                reserve[voter_class] += count
        shares: dict[int, list[int]] = {}
        of_shares = select(ReleasedShare.box, ReleasedShare.card).where(ReleasedShare.meeting == meeting_id)
        for box, card in session.execute(of_shares):
            shares.setdefault(box, []).append(card)
        recused: dict[str, dict[str, int]] = {}
        for row in session.scalars(select(Recusal).where(Recusal.meeting == meeting_id, Recusal.count > 0)):
            recused.setdefault(row.contest, {})[row.voter_class] = row.count
        first = session.scalars(select(TellerCount).where(TellerCount.meeting == meeting_id))
        returned = 0
        if state.open_poll is not None:
            query = select(func.count()).select_from(Intake).where(Intake.meeting == meeting_id)
            returned = session.scalar(query) or 0
        left = 0
        if state.waiting_polls:
            meeting = session.get_one(Meeting, meeting_id)
            left = objection_time_left(meeting, service.acts.clock(), service.config.objection_seconds)
        open_poll = "" if state.open_poll is None else state.open_poll.id
        hubs = service.hubs.paired(session, meeting_id)
        lost: dict[str, int] = {}
        for poll, count in (one for hub in hubs for one in hub.report.lost.items()):
            lost[poll] = lost.get(poll, 0) + count
        return Look(
            state,
            Figures(
                redeemed=redeemed,
                waiting=waiting,
                reserve=reserve,
                returned=returned,
                shares={box: tuple(sorted(cards)) for box, cards in sorted(shares.items())},
                seconds_left=left,
                recused=recused,
                uncosigned=frozenset(
                    poll.id for poll in state.waiting_polls if not is_cosigned(session, state, poll.close_size)
                ),
                head_waits=head_waits(session, state),
                first_counts={(row.paper, row.voter_class): row.teller for row in first},
                hubs=tuple(
                    HubHeld(hub.name, hub.holds(open_poll), hub.delivered == open_poll, hub.online) for hub in hubs
                ),
                asked=service.hubs.asked(session, state) is not None,
                assisted=sum(hub.report.assisted.get(open_poll, 0) for hub in hubs),
                lost={poll: count for poll, count in sorted(lost.items()) if count},
            ),
        )
