"""The run page: what is happening, what comes next, and every act of the organiser's with its confirmation.

`/run` shows it all and changes while one looks; `/run/KIND` asks before an act, or does it. Works without a script.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.roles import Permission
from ballot_service.console.shell import done, read_form, require, require_recent
from ballot_service.errors import Refused
from ballot_service.meetings.acts import MovedOn
from ballot_service.routing import service
from ballot_service.running import asking, reasons
from ballot_service.running.drawing import View, draw, meanwhile, refusal, running_pages, view
from ballot_service.running.forms import Form, Unreadable
from ballot_service.running.perform import ADDED_TEMPLATES, KINDS, perform
from ballot_service.running.possible import PERMISSION, Act
from ballot_service.running.texts import Text

MEETING = "/meetings/<id:meeting_id>"
DECISION = Text("作出是否再次投票的决定", "Decide whether to vote again")
WITH_PASSWORD = frozenset({"open-box", "announce"})  # acts for which the password is asked again


def run_pages() -> Blueprint:
    """`/meetings/ID/run…`"""
    pages = running_pages("run")

    @pages.get(MEETING + "/run")
    def run(meeting_id: str) -> Response:
        return draw("run.html", view(require(Permission.FIGURES, meeting_id), meeting_id))

    @pages.get(MEETING + "/run/live")
    def live(meeting_id: str) -> Response:
        seen = view(require(Permission.FIGURES, meeting_id), meeting_id)
        stamp = seen.stamp()
        unchanged = request.if_none_match.contains(stamp)
        response = Response(status=304) if unchanged else draw("run_live.html", seen)
        response.set_etag(stamp)
        return response

    @pages.get(MEETING + "/run/result/<id:poll_id>")
    def result(meeting_id: str, poll_id: str) -> Response:
        seen = view(require(Permission.FIGURES, meeting_id), meeting_id)
        return draw("run_result.html", seen, results=seen.results(poll_id), poll_id=poll_id)

    @pages.get(MEETING + "/run/<id:kind>")
    def ask(meeting_id: str, kind: str) -> Response:
        _check_kind(kind)
        seen = view(require(PERMISSION[kind], meeting_id), meeting_id)
        return _asked(seen, kind, request.args)

    @pages.post(MEETING + "/run/<id:kind>")
    def act(meeting_id: str, kind: str) -> AnyResponse:
        _check_kind(kind)
        form = read_form()
        asked = require_recent if kind in WITH_PASSWORD else require
        officer = asked(PERMISSION[kind], meeting_id)
        seen = view(officer, meeting_id)
        read = Form(form)
        try:
            poll = perform(service(), seen.state, kind, read, by=officer.name)
        except Unreadable as unreadable:
            return _asked(seen, kind, form, problems=unreadable.problems, status=400)
        except MovedOn:
            told = meanwhile(meeting_id, read.number("seen"))
            return _asked(view(officer, meeting_id), kind, form, refused=told, status=409)
        except Refused as refused:
            now = view(officer, meeting_id)
            return _asked(now, kind, form, refused=_why(now, kind, form, refused), status=refused.status)
        return done(f"/meetings/{meeting_id}/run" + (f"/result/{poll}" if poll else ""))

    return pages


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Refused("not-found", "there is nothing at this address")


def _asked(
    seen: View,
    kind: str,
    given: MultiDict[str, str],
    *,
    problems: Mapping[str, Text] | None = None,
    refused: Text | None = None,
    status: int = 200,
) -> Response:
    """The page that asks, with what was typed."""
    act = found(seen, kind, given)
    if act is None and refused is not None:  # it was done meanwhile, and is not asked for any more
        return draw("run.html", seen, status=status, refused=refused)
    if act is None:
        raise refused_as_nothing()
    return draw(
        "run_ask.html",
        seen,
        status=status,
        act=act,
        title=DECISION if kind == "decide" else act.label,
        given=given,
        problems=problems or {},
        refused=refused,
        means=asking.MEANS[kind],
        warnings=asking.warnings(seen.state, seen.figures, act),
        decisions=asking.DECISIONS,
        templates=ADDED_TEMPLATES,
    )


def refused_as_nothing() -> Refused:
    return Refused("not-found", "there is no such thing in this meeting")


def found(seen: View, kind: str, given: MultiDict[str, str]) -> Act | None:
    """The act that a form or an address speaks of: what it says about it must fit."""
    wanted = {name: " ".join(given.getlist(name)) for name in given}
    of_kind = [act for act in seen.acts if act.kind == kind]
    fitting = [act for act in of_kind if all(wanted.get(name, value) == value for name, value in act.about.items())]
    if fitting or kind not in ("open", "announce"):
        return next(iter(fitting), None)
    about: dict[str, str] = {name: wanted[name] for name in ("contests", "to") if name in wanted}
    if not of_kind or not set(about.get("contests", "").split()) <= seen.state.contests.keys():
        return None
    return _chosen(seen, of_kind[0], about)


def _chosen(seen: View, like: Act, about: dict[str, str]) -> Act:
    """A poll, or an announcement, of contests that somebody put together."""
    contests = about.get("contests", "").split()
    if like.kind == "announce":
        return Act(like.kind, like.label, about)
    small = reasons.small_classes(seen.state, seen.figures, contests)
    reason = reasons.not_open(seen.state, seen.figures, contests, small)
    return Act(like.kind, like.label, about, reason, ("small_groups", "by") if small else ())


def _why(seen: View, kind: str, form: MultiDict[str, str], refused: Refused) -> Text:
    """Why it was refused: our own words where they speak of the same, else the service's."""
    act = found(seen, kind, form)
    if act is not None and act.reason is not None and act.reason.code == refused.code:
        cite = act.reason.cite
        return act.reason.text + (Text(f"（{cite}）", f" ({cite})") if cite else Text("", ""))
    if refused.problems:
        return refusal(refused) + Text.same("：" + "；".join(refused.problems[:5]))
    return refusal(refused)
