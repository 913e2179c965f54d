"""The desk: slips that are lost, given out late or handed in, and what to do for a phone that died.

A slip is scanned by the browser, which derives the redeem token; the QR code's secret never comes here. What state a
slip is in is told to the desk alone: a voter hears one answer for every slip that does not work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.roles import Permission
from ballot_service.console.shell import done, read_form, require
from ballot_service.errors import Refused
from ballot_service.meetings.acts import MovedOn, drawn_from
from ballot_service.meetings.state import MeetingState
from ballot_service.routing import service
from ballot_service.running.drawing import View, draw, meanwhile, refusal, running_pages, view
from ballot_service.running.forms import Form, Unreadable
from ballot_service.running.possible import CLOSED
from ballot_service.running.reasons import Reason
from ballot_service.running.texts import Text
from ballot_service.store.tables import Slip
from crypto import slips
from crypto.encoding import from_b64u
from crypto.errors import CryptoError
from crypto.slips import TOKEN_BYTES

MEETING = "/meetings/<id:meeting_id>"


class SlipState(StrEnum):
    """As the desk sees it."""

    UNKNOWN = "unknown"
    INACTIVE = "inactive"  # a spare one that was not activated
    WAITING = "waiting"  # good, and nobody has used it
    USED = "used"
    VOIDED = "voided"
    REPLACED = "replaced"  # used, and recorded as replaced


@dataclass(frozen=True)
class Change:
    """One thing that the desk may do to a slip."""

    kind: str  # activated, voided, replaced
    label: Text
    reasons: tuple[Text, ...]  # usual ones, to choose from


ACTIVATE: Final = Change(
    "activated",
    Text("启用这张备用凭条", "Activate this spare slip"),
    (
        Text("补发：原凭条遗失或损坏", "in place of a slip that is lost or damaged"),
        Text("补发：手机领票后无法使用", "in place of a phone that died"),
        Text("参会人员多于印发的凭条", "more people than slips"),
    ),
)
VOID: Final = Change(
    "voided",
    Text("作废这张凭条", "Void this slip"),
    (
        Text("换领纸质票", "exchanged for a paper ballot"),
        Text("凭条损坏，换发备用凭条", "damaged, exchanged for a spare one"),
        Text("持有人不参加投票，交回凭条", "handed in: its holder takes no part"),
    ),
)
REPLACE: Final = Change(
    "replaced",
    Text("登记补发", "Record a replacement"),
    (
        Text("手机领票后无法使用", "the phone died after the slip was used"),
        Text("凭条已用但没有领到选票", "the slip was used and gave no booklet"),
    ),
)
MAY: Final[Mapping[SlipState, tuple[Change, ...]]] = {
    SlipState.UNKNOWN: (),
    SlipState.INACTIVE: (ACTIVATE,),
    SlipState.WAITING: (VOID,),
    SlipState.USED: (REPLACE,),
    SlipState.VOIDED: (),
    SlipState.REPLACED: (),
}
CHANGES: Final = {one.kind: one for one in (ACTIVATE, VOID, REPLACE)}


@dataclass(frozen=True)
class Scanned:
    """A slip on the desk."""

    token: str  # base64url, as it came
    state: SlipState
    voter_class: str | None


def desk_pages() -> Blueprint:
    """`/meetings/ID/desk…`"""
    pages = running_pages("desk")

    @pages.get(MEETING + "/desk")
    def desk(meeting_id: str) -> Response:
        return _shown(view(require(Permission.DESK, meeting_id), meeting_id), request.args)

    @pages.post(MEETING + "/desk/look")
    def look(meeting_id: str) -> AnyResponse:
        form = read_form()
        seen = view(require(Permission.DESK, meeting_id), meeting_id)
        try:
            return _shown(seen, form, scanned=_scanned(seen.state, form.get("token", "")))
        except Refused as refused:
            return _shown(seen, form, refused=refusal(refused), status=refused.status)

    @pages.post(MEETING + "/desk/slip")
    def change(meeting_id: str) -> AnyResponse:
        form = read_form()
        officer = require(Permission.DESK, meeting_id)
        seen = view(officer, meeting_id)
        read = Form(form)
        try:
            scanned = _scanned(seen.state, form["token"]) if form.get("token") else None
        except Refused as refused:
            return _shown(seen, form, refused=refusal(refused), status=refused.status)
        try:
            kind = _change(seen, read, scanned)
        except Unreadable as unreadable:
            return _shown(seen, form, scanned=scanned, problems=unreadable.problems, status=400)
        except MovedOn:
            told = meanwhile(meeting_id, read.number("seen"))
            now = view(officer, meeting_id)
            again = None if scanned is None else _scanned(now.state, scanned.token)
            return _shown(now, form, scanned=again, refused=told, status=409)
        except Refused as refused:
            why = _why(seen, form, refused)
            return _shown(seen, form, scanned=scanned, refused=why, status=refused.status)
        return done(f"/meetings/{meeting_id}/desk?done={kind}" + ("&for=paper" if form.get("for") == "paper" else ""))

    return pages


def no_replacement(seen: View, voter_class: str) -> Reason | None:
    """Why the replacement of a lost slip of a class cannot be recorded: as many were replaced as were used."""
    if seen.state.closed:
        return CLOSED
    if seen.state.replaced[voter_class] < seen.figures.redeemed[voter_class]:
        return None
    return Reason(
        "slip-used",
        Text(
            "这个票种没有已领票而未补发的凭条：没有领过票的凭条遗失，直接启用备用凭条，不登记补发",
            "no used slip of this class is left to replace: for a slip that was never used, activate a spare one",
        ),
    )


def _change(seen: View, form: Form, scanned: Scanned | None) -> str:
    kind = form.one_of("kind", CHANGES)
    found = None if scanned is None else scanned.voter_class
    voter_class = found or form.one_of("class", seen.state.classes)
    # One of the usual reasons, else one's own words.
    reason = form.text("reason" if form.fields.get("own_reason", "").strip() == "" else "own_reason")
    names = form.two_names()
    size = form.number("seen")
    form.check()
    token = None if scanned is None else from_b64u(scanned.token, TOKEN_BYTES)
    with drawn_from(size):
        service().conduct.change_slip(seen.state.id, kind, voter_class, token, reason, names)
    return kind


def _scanned(state: MeetingState, token: str) -> Scanned:
    """Raises: Refused (bad-request) for what no slip gives."""
    try:
        slip_id = slips.slip_id(state.id, from_b64u(token, TOKEN_BYTES))
    except CryptoError:
        raise Refused(
            "bad-request", "this is no slip: scan the QR code again", zh="这不是凭条的二维码，请重新扫描"
        ) from None
    with service().store.read() as session:
        slip = session.get(Slip, slip_id)
        if slip is None or slip.meeting != state.id:
            return Scanned(token, SlipState.UNKNOWN, None)
        if slip.token is not None:
            found = SlipState.REPLACED if slip_id in state.replaced_slips else SlipState.USED
        elif slip.voided:
            found = SlipState.VOIDED
        else:
            found = SlipState.WAITING if slip.active else SlipState.INACTIVE
        return Scanned(token, found, slip.voter_class)


def _shown(
    seen: View,
    given: MultiDict[str, str],
    *,
    scanned: Scanned | None = None,
    problems: Mapping[str, Text] | None = None,
    refused: Text | None = None,
    status: int = 200,
) -> Response:
    changes = () if scanned is None or seen.state.closed else MAY[scanned.state]
    return draw(
        "desk.html",
        seen,
        status=status,
        given=given,
        scanned=scanned,
        changes=changes,
        lost=REPLACE,
        no_replacement=lambda voter_class: no_replacement(seen, voter_class),
        problems=problems or {},
        refused=refused,
        for_paper=given.get("for") == "paper",
    )


def _why(seen: View, form: MultiDict[str, str], refused: Refused) -> Text:
    if refused.code == "slip-used":
        if not form.get("token") and form.get("class") in seen.state.classes:
            reason = no_replacement(seen, form["class"])
            if reason is not None:
                return reason.text
        return Text(
            "这张凭条的状态不允许这样办理，没有作任何改动", "this slip's state does not allow it; nothing was changed"
        )
    return CLOSED.text if refused.code == "meeting-closed" else refusal(refused)
