"""Which hubs have delivered what they hold of the open poll, and which a close would leave behind.

A hub has delivered once it was asked and has said since that everything it held has a receipt and that it takes no
more. What it says decides when a poll may be closed, never what is counted. A hub that lies can delay a close, until it
is closed without it; or drop what it was given, as it could without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballot_service.errors import Refused
from ballot_service.hubs.reports import Report, decode_report
from ballot_service.meetings.naming import poll_name
from ballot_service.store.tables import Hub

ONLINE_SECONDS = 15  # a hub reports every second; the database hears of it every 5


@dataclass(frozen=True)
class HubFigure:
    """One paired hub at one moment."""

    id: str
    name: str
    online: bool  # heard of lately
    seen: int | None  # Unix seconds in steps of 5; None: paired, and not heard of since
    delivered: str | None  # the poll that it was asked for and has delivered
    report: Report

    def holds(self, poll_id: str) -> int:
        """Ballots of a poll that have not come yet, as the hub says."""
        return self.report.waiting.get(poll_id, 0)


def paired_hubs(session: Session, meeting_id: str, now: int) -> list[HubFigure]:
    """All that are paired and not removed, by name. now: Unix seconds."""
    query = select(Hub).where(Hub.meeting == meeting_id, Hub.removed.is_(False)).order_by(Hub.name, Hub.id)
    return [figure_of(row, now) for row in session.scalars(query)]


def figure_of(row: Hub, now: int) -> HubFigure:
    """A hub's row, read."""
    online = row.seen is not None and now - row.seen < ONLINE_SECONDS
    return HubFigure(row.id, row.name, online, row.seen, row.delivered, decode_report(row.report))


def not_delivered(hubs: Sequence[HubFigure], poll_id: str) -> list[HubFigure]:
    """Those that the close of this poll waits for."""
    return [hub for hub in hubs if hub.delivered != poll_id]


def count_missing(session: Session, meeting_id: str, poll_id: str, hubs: Sequence[HubFigure]) -> int:
    """For `poll-close`: hubs that have not delivered, and those that were removed before they had."""
    removed = select(Hub.id).where(Hub.meeting == meeting_id, Hub.removed_in == poll_id)
    return len(not_delivered(hubs, poll_id)) + len(session.scalars(removed).all())


def check_delivered(hubs: Sequence[HubFigure], poll_id: str) -> None:
    """Raises: Refused (hub-waiting), naming the hubs, what each holds, and what to do."""
    left = not_delivered(hubs, poll_id)
    if left:
        told = ", ".join(f"{hub.name}: {hub.holds(poll_id)}" for hub in left)
        raise Refused(
            "hub-waiting",
            f"venue hubs have not delivered their ballots of poll {poll_id} ({told}): collect them and wait, or close "
            f"without them",
            zh=f"{poll_name(poll_id)}：{what_is_left(left, poll_id)}。请先收取终端站选票，等送到以后再截止",
        )


def what_is_left(hubs: Sequence[HubFigure], poll_id: str) -> str:
    """终端站“一楼会议室”还有 3 张选票没有送到: in Chinese, for one line."""
    told = "、".join(f"“{hub.name}”（存有 {hub.holds(poll_id)} 张）" for hub in hubs)
    return f"终端站{told}的选票还没有送到"
