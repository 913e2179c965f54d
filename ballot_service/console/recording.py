"""Every officer's request that does something leaves a row in the record of acts, without the routes' help.

An act that appends to a ledger is recorded inside its own transaction. What is left, refusals and acts without a line
of the ledger, is recorded after the answer is made. A route may say more (`name_act`), or that it was no act
(`no_act`: a draft saved while somebody types).
"""

from __future__ import annotations

import logging

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy.orm import Session

from ballot_service.console.audit import DONE, Audit
from ballot_service.errors import Refused

log = logging.getLogger(__name__)

AT_THE_DESK = ("desk.", "officer.slip_changes")
"""Where slips are handled: these have only a date, as what they add to a ledger."""


def name_act(act: str, *, meeting: str = "", detail: str = "") -> None:
    """What the current request does, for the record; also makes a GET an act, such as taking a ledger away.

    detail: ids and words of ours; never a token, a choice, or anything of a voter.
    """
    g.act, g.act_meeting, g.act_detail = act, meeting, detail


def no_act() -> None:
    """The current request is not worth a row."""
    g.no_act = True


def refused_with(refused: Refused) -> None:
    """For those who turn a refusal into an answer."""
    g.refused_code = refused.code


def in_act(audit: Audit, session: Session, meeting_id: str, lines: list[tuple[str, bytes]]) -> None:
    """Record an act inside its transaction; acts of nobody who logged in (a phone, a command) leave no row."""
    account = _account()
    if account is not None:
        audit.write_lines(session, account, meeting_id, lines)
        g.recorded = True


def install_recording(app: Flask, audit: Audit) -> None:
    """Record what is left."""

    @app.after_request
    def _record(response: Response) -> Response:
        account = _account()
        is_act = request.method == "POST" or hasattr(g, "act")
        refused = response.status_code >= 400
        if account is None or not is_act or hasattr(g, "no_act") or (hasattr(g, "recorded") and not refused):
            return response
        meeting = getattr(g, "act_meeting", "") or str((request.view_args or {}).get("meeting_id", ""))
        try:
            with audit.store.write() as session:
                audit.write(
                    session,
                    account,
                    getattr(g, "act", _name())[:64],
                    meeting=meeting,
                    outcome=getattr(g, "refused_code", "refused") if refused else DONE,
                    detail=getattr(g, "act_detail", "") or str((request.view_args or {}).get("kind", "")),
                    dated_only=(request.endpoint or "").startswith(AT_THE_DESK),
                )
        except Refused as error:  # the act itself is done, or was refused for the same reason
            log.error("an act could not be recorded: %s", error.code)
        return response


def _name() -> str:
    """What a route is called: `open-poll` of the API, `desk.change` of the pages."""
    return (request.endpoint or "").removeprefix("officer.").replace("_", "-")


def _account() -> str | None:
    """Of the officer who sent the current request, if one did."""
    known = getattr(g, "officer", None) if has_request_context() else None
    return None if known is None else known.account
