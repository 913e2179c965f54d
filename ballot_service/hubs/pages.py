"""The hubs of a meeting for those who run it: pair one, see how each is, remove one.

Observer: whoever looks over the officer's shoulder. A pairing code stands on the answer to the form that made it and
nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.recording import name_act
from ballot_service.console.roles import Permission
from ballot_service.console.shell import done, language, officer_pages, page, read_form, require, t
from ballot_service.errors import Refused
from ballot_service.hubs.codes import spell_code
from ballot_service.hubs.desk import CODE_SECONDS, MAX_NAME_CHARS
from ballot_service.hubs.waiting import HubFigure
from ballot_service.meetings.naming import poll_name
from ballot_service.meetings.state import MeetingState
from ballot_service.routing import service

MEETING = "/meetings/<id:meeting_id>"
LOW_DISK_BYTES = 1_000_000_000
GIGABYTE = 1_000_000_000  # as disks are sold
MAX_FIELD_CHARS = 500  # of a field as it is read; what is too long is refused later, in words

STATES: Final = {
    "idle": ("空闲", "idle"),
    "busy": ("有人使用", "in use"),
    "ballot": ("正在填票", "a ballot is being filled in"),
    "away": ("没有响应", "does not answer"),
}
CAMERAS: Final = {
    "ok": ("摄像头正常", "camera works"),
    "missing": ("没有摄像头", "no camera"),
    "refused": ("摄像头未获允许", "camera not allowed"),
    "off": ("摄像头未打开", "camera is off"),
}


@dataclass(frozen=True)
class Seen:
    """The page at one moment."""

    state: MeetingState
    hubs: list[HubFigure]
    codes: list[str]  # names for which a code waits
    asked: str | None

    @property
    def open_poll(self) -> str | None:
        return None if self.state.open_poll is None else self.state.open_poll.id

    def lost(self, hub: HubFigure) -> list[tuple[str, int]]:
        """(poll, ballots) that did not come; of void polls none was to."""
        polls = self.state.polls
        return [(poll, count) for poll, count in hub.report.lost.items() if count and polls[poll].phase != "void"]

    def stamp(self) -> str:
        """Equal for two that look the same: what is shown of times and disks is coarse."""
        shown = [
            (
                hub.id,
                hub.name,
                hub.online,
                None if hub.online else hub.seen,
                hub.delivered,
                hub.report.waiting,
                hub.report.lost,
                hub.report.terminals,
                gigabytes(hub.report.disk_free),
            )
            for hub in self.hubs
        ]
        told = (language(), self.state.size, self.asked, self.codes, shown)
        return sha256(repr(told).encode()).hexdigest()[:32]


def hub_pages() -> Blueprint:
    """`/meetings/ID/hubs…`"""
    pages = officer_pages("hubs")
    pages.template_folder = str(Path(__file__).parent / "templates")

    @pages.get(MEETING + "/hubs")
    def hubs(meeting_id: str) -> Response:
        require(Permission.HUBS, meeting_id)
        return _drawn("hubs.html", _look(meeting_id))

    @pages.get(MEETING + "/hubs/live")
    def live(meeting_id: str) -> Response:
        require(Permission.HUBS, meeting_id)
        seen = _look(meeting_id)
        stamp = seen.stamp()
        unchanged = request.if_none_match.contains(stamp)
        response = Response(status=304) if unchanged else _drawn("hubs_live.html", seen)
        response.set_etag(stamp)
        return response

    @pages.post(MEETING + "/hubs/pair")
    def pair(meeting_id: str) -> AnyResponse:
        form = read_form()
        require(Permission.HUBS, meeting_id)
        name = form.get("name", "")[:MAX_FIELD_CHARS]
        try:
            code = service().hubs.make_code(meeting_id, name)
        except Refused as refused:
            return _drawn("hubs.html", _look(meeting_id), refused=refused, given=name, status=refused.status)
        name_act("hubs.pair", meeting=meeting_id, detail=name.strip())
        return _drawn(
            "hub_code.html",
            _look(meeting_id),
            name=name.strip(),
            code=spell_code(code),
            minutes=CODE_SECONDS // 60,
            server=service().config.base_url.rstrip("/"),
        )

    @pages.get(MEETING + "/hubs/<id:hub_id>/remove")
    def ask_to_remove(meeting_id: str, hub_id: str) -> Response:
        require(Permission.HUBS, meeting_id)
        return _asked(meeting_id, hub_id)

    @pages.post(MEETING + "/hubs/<id:hub_id>/remove")
    def remove(meeting_id: str, hub_id: str) -> AnyResponse:
        form = read_form()
        require(Permission.HUBS, meeting_id)
        told = form.get("held", "")[:9]
        try:
            name = service().hubs.remove(meeting_id, hub_id, held=int(told) if told.isdecimal() else 0)
        except Refused as refused:
            if refused.code != "hub-waiting":
                raise
            return _asked(meeting_id, hub_id, refused=refused)
        name_act("hubs.remove", meeting=meeting_id, detail=name)
        return done(f"/meetings/{meeting_id}/hubs")

    return pages


def gigabytes(count: int | None) -> str:
    """`18.6 GB`, in tenths, rounded down; empty where nothing was heard."""
    return "" if count is None else f"{count // GIGABYTE}.{count % GIGABYTE * 10 // GIGABYTE} GB"


def last_heard(unix_seconds: int) -> str:
    """`14:03`, in the time zone of the machine; with the day where it is another one."""
    then, now = (
        datetime.fromtimestamp(one, tz=UTC).astimezone()
        for one in (unix_seconds, int(service().acts.clock().timestamp()))
    )
    return then.strftime("%H:%M" if then.date() == now.date() else "%Y-%m-%d %H:%M")


def _look(meeting_id: str) -> Seen:
    with service().acts.look(meeting_id) as (session, state):
        hubs = service().hubs
        codes = [] if state.closed else hubs.codes(session, meeting_id)
        return Seen(state, hubs.paired(session, meeting_id), codes, hubs.asked(session, state))


def _asked(meeting_id: str, hub_id: str, *, refused: Refused | None = None) -> Response:
    seen = _look(meeting_id)
    hub = next((one for one in seen.hubs if one.id == hub_id), None)
    if hub is None:
        raise Refused("not-found", "there is no such hub", zh="没有这个终端站，或者已经移除")
    held = 0 if seen.open_poll is None else hub.holds(seen.open_poll)
    status = 200 if refused is None else refused.status
    return _drawn("hub_remove.html", seen, hub=hub, held=held, refused=refused, status=status)


def _drawn(template: str, seen: Seen, /, *, status: int = 200, **values: object) -> Response:
    shared: dict[str, object] = {"refused": None, "given": ""}
    return page(
        template,
        status=status,
        meeting_id=seen.state.id,
        meeting=seen.state.meeting,
        closed=seen.state.closed,
        seen=seen,
        nav_here="hubs",
        say=lambda pair: t(*pair),
        states=STATES,
        cameras=CAMERAS,
        gigabytes=gigabytes,
        last_heard=last_heard,
        low_disk=LOW_DISK_BYTES,
        poll_name=lambda poll: t(poll_name(poll), f"poll {poll}"),
        max_name=MAX_NAME_CHARS,
        **{**shared, **values},
    )
