"""Slips that were redeemed: how many, which of them the ledger does not list yet, and whether they can be."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, select, update

from ballot_service.errors import Refused
from ballot_service.meetings.acts import Act
from ballot_service.meetings.naming import class_name
from ballot_service.meetings.state import MeetingState
from ballot_service.store.tables import Slip
from crypto.encoding import b64u


def count_redeemed(act: Act) -> dict[str, int]:
    """Redeemed slips per class, those that no `booklet` entry lists yet among them."""
    redeemed = dict(act.state.redeemed)
    for row in _unlisted(act):
        redeemed[row.voter_class] += 1
    return redeemed


def list_redeemed(act: Act) -> dict[str, int]:
    """Append the `booklet` entry of slips redeemed since the last one, if any; returns redeemed slips per class."""
    redeemed = count_redeemed(act)
    unlisted = _unlisted(act)
    if unlisted:
        act.add("booklet", slips=[b64u(row.token) for row in unlisted])
        act.session.execute(update(Slip).where(*_is_unlisted(act)).values(listed=True))
    return redeemed


def check_slips_against_present(state: MeetingState, redeemed: dict[str, int]) -> None:
    """More slips than people would make the whole ledger fail. Raises: Refused (more-slips-than-present)."""
    for voter_class, count in redeemed.items():
        present = state.highest_present[voter_class]
        if count - state.replaced[voter_class] > present:
            raise Refused(
                "more-slips-than-present",
                f"class {voter_class}: {count} slips are redeemed, but {present} are recorded as present; "
                f"count those present again",
                zh=f"{class_name(state, voter_class)}已领票 {count} 张，登记的实到人数是 {present}，请重新清点实到人数",
            )


def _unlisted(act: Act) -> Sequence[Row[bytes, bytes | None, str]]:
    query = select(Slip.id, Slip.token, Slip.voter_class).where(*_is_unlisted(act)).order_by(Slip.id)
    return act.session.execute(query).all()


def _is_unlisted(act: Act) -> tuple[ColumnElement[bool], ...]:
    # Not a list of ids: databases take some ten thousand values in a statement, and a meeting may have more slips.
    return Slip.meeting == act.state.id, Slip.request_hash.is_not(None), Slip.listed.is_(False)
