"""Paper ballots: who gets one, and two tellers who count them apart from each other.

Nobody sees the first count before the second is entered. Where they differ both are dropped, and the page says in what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.roles import Permission
from ballot_service.console.shell import Officer, done, read_form, require
from ballot_service.errors import Refused
from ballot_service.meetings.acts import MovedOn, drawn_from
from ballot_service.meetings.state import Json, Paper, Poll
from ballot_service.polls.paper_counts import count_paper
from ballot_service.routing import service
from ballot_service.running import paper_grid
from ballot_service.running.drawing import View, draw, meanwhile, refusal, running_pages, view
from ballot_service.running.forms import Form, Unreadable
from ballot_service.running.possible import Act
from ballot_service.running.texts import Text
from ballot_service.store.tables import TellerCount
from crypto import canonical

MEETING = "/meetings/<id:meeting_id>"


@dataclass(frozen=True)
class Row:
    """One class in one contest of a poll that waits."""

    contest: str
    title: str
    voter_class: str
    class_name: str
    act: Act
    first: str | None  # who has counted already
    entered: Json | None


def paper_pages() -> Blueprint:
    """`/meetings/ID/paper…`"""
    pages = running_pages("paper")

    @pages.get(MEETING + "/paper")
    def paper(meeting_id: str) -> Response:
        seen = view(require(Permission.PAPER, meeting_id), meeting_id)
        return draw("paper.html", seen, rows=list(_rows(seen)))

    @pages.get(MEETING + "/paper/<id:contest>/<class:voter_class>")
    def ask(meeting_id: str, contest: str, voter_class: str) -> Response:
        seen = view(require(Permission.PAPER, meeting_id), meeting_id)
        return _asked(seen, contest, voter_class, request.args)

    @pages.post(MEETING + "/paper/<id:contest>/<class:voter_class>")
    def count(meeting_id: str, contest: str, voter_class: str) -> AnyResponse:
        form = read_form()
        officer = require(Permission.PAPER, meeting_id)
        if "more" in form:
            return _asked(view(officer, meeting_id), contest, voter_class, form)
        return _count(officer, meeting_id, contest, voter_class, form)

    return pages


def _rows(seen: View) -> Iterator[Row]:
    acts = {(act.about["contest"], act.about["class"]): act for act in seen.acts if act.kind == "paper-count"}
    for poll in seen.state.waiting_polls:
        for paper in poll.papers:
            for voter_class in paper.classes:
                name = (paper.hash, voter_class)
                yield Row(
                    contest=paper.contest_id,
                    title=str(paper.contest["title"]),
                    voter_class=voter_class,
                    class_name=seen.class_name(voter_class),
                    act=acts[paper.contest_id, voter_class],
                    first=seen.figures.first_counts.get(name),
                    entered=poll.paper_counts.get(name),
                )


def _waiting(seen: View, contest: str, voter_class: str) -> tuple[Poll, Paper] | None:
    for poll in seen.state.waiting_polls:
        for paper in poll.papers:
            if paper.contest_id == contest and voter_class in paper.classes:
                return poll, paper
    return None


def _asked(
    seen: View,
    contest: str,
    voter_class: str,
    given: MultiDict[str, str],
    *,
    problems: Mapping[str, Text] | None = None,
    refused: Text | None = None,
    differing: list[Text] | None = None,
    status: int = 200,
) -> Response:
    """The grid, with what was typed; after two counts that differ it is empty again."""
    waiting = _waiting(seen, contest, voter_class)
    known = seen.state.contests.get(contest)
    if known is None or voter_class not in known["voters"]:
        raise Refused("not-found", "there is no such contest and class in this meeting")
    paper = None if waiting is None else waiting[1]
    ballot = known["ballot"] if paper is None else paper.contest["ballot"]
    form = Form(given)
    lines = paper_grid.line_count(form) + (paper_grid.LINES if "more" in given else 0)
    return draw(
        "paper_count.html",
        seen,
        status=status,
        contest=known if paper is None else paper.contest,
        ballot=ballot,
        voter_class=voter_class,
        cells=paper_grid.cells(ballot),
        lines=min(lines, paper_grid.MAX_LINES) if paper_grid.has_lines(ballot) else 0,
        first=None if paper is None else seen.figures.first_counts.get((paper.hash, voter_class)),
        waits=paper is not None,
        given=given,
        problems=problems or {},
        refused=refused,
        differing=differing or [],
    )


def _count(
    officer: Officer, meeting_id: str, contest: str, voter_class: str, given: MultiDict[str, str]
) -> AnyResponse:
    seen = view(officer, meeting_id)
    form = Form(given)
    waiting = _waiting(seen, contest, voter_class)
    known = seen.state.contests.get(contest, {"ballot": {"kind": ""}})
    ballot = known["ballot"] if waiting is None else waiting[1].contest["ballot"]
    first = None
    try:
        handed_out, teller = form.number("handed_out"), form.text("teller")
        ballots = paper_grid.read_ballots(ballot, form) if waiting is not None else []
        size = form.number("seen")
        form.check()
        first = None if waiting is None else _first(waiting[1], meeting_id, voter_class)
        with drawn_from(size):
            entered = count_paper(
                service().acts,
                meeting_id,
                contest,
                voter_class,
                handed_out=handed_out,
                ballots=ballots,
                teller=teller,
            )
    except Unreadable as unreadable:
        return _asked(seen, contest, voter_class, given, problems=unreadable.problems, status=400)
    except MovedOn:
        told = meanwhile(meeting_id, form.number("seen"))
        return _asked(view(officer, meeting_id), contest, voter_class, given, refused=told, status=409)
    except Refused as refused:
        now = view(officer, meeting_id)
        if refused.code != "counts-differ" or first is None:
            why = _why(now, contest, voter_class, refused)
            return _asked(now, contest, voter_class, given, refused=why, status=refused.status)
        second = {
            "handed_out": handed_out,
            "times": {
                canonical.encode({name: one[name] for name in one if name != "times"}).decode(): one["times"]
                for one in ballots
            },
        }
        differing = paper_grid.differences(ballot, first, second)
        empty: MultiDict[str, str] = MultiDict()
        return _asked(
            now, contest, voter_class, empty, refused=refusal(refused), differing=differing, status=refused.status
        )
    return done(f"/meetings/{meeting_id}/paper" + ("?entered=1" if entered else "?first=1"))


def _first(paper: Paper, meeting_id: str, voter_class: str) -> Json | None:
    """The first teller's count, to say in what the second differs once both are known."""
    with service().store.read() as session:
        row = session.get(TellerCount, (meeting_id, paper.hash, voter_class))
        return None if row is None else canonical.decode_object(row.counted)


def _why(seen: View, contest: str, voter_class: str, refused: Refused) -> Text:
    about = {"contest": contest, "class": voter_class}
    for act in seen.acts:
        is_this = act.kind == "paper-count" and about.items() <= dict(act.about).items()
        if is_this and act.reason is not None and act.reason.code == refused.code:
            return act.reason.text
    return _IN_WORDS.get(refused.code, refusal(refused))


_IN_WORDS = {
    "class-too-small": Text(
        "这个票种的纸质票太少：收回的纸质票少于规定张数时，等于公开投票，不能录入。请这几位同志改用会场平板投票。",
        "Too few paper ballots of this class: they would be open votes. Let them vote on a tablet.",
    ),
    "more-slips-than-present": Text(
        "领票人数加上发出的纸质票多于登记的实到人数。请核对发出张数，或者重新清点实到人数。",
        "Slips used and paper ballots handed out are more than the people present: check both numbers.",
    ),
}
