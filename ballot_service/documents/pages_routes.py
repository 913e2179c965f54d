"""The page with the papers of a meeting (`/meetings/ID/documents`), each made when it is asked for, and the ledger.

Taking a paper away is an act: who took which is in the record.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response

from ballot_service.console.recording import name_act
from ballot_service.console.roles import Permission
from ballot_service.console.shell import officer_pages, page, require
from ballot_service.documents import Document, LedgerReader
from ballot_service.documents.content import Table
from ballot_service.documents.handing_out import Group, groups
from ballot_service.documents.view import LedgerView
from ballot_service.errors import Refused
from ballot_service.service import Service

MEETING = "/meetings/<id:meeting_id>/documents"
NAME = "<string(maxlength=200):name>"  # two ids and a word
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def document_pages(of: Service) -> Blueprint:
    """`/meetings/ID/documents…`; one reader for all requests, which counts no poll twice."""
    pages = officer_pages("documents")
    pages.template_folder = str(Path(__file__).parent / "templates")
    reader = LedgerReader(of.boxes)

    def found(meeting_id: str) -> tuple[LedgerView, list[Group]]:
        roles = require(Permission.DOCUMENTS, meeting_id).roles(meeting_id)
        view = reader.view(meeting_id)
        return view, groups(view, sorted(roles))

    @pages.get(MEETING)
    def listed(meeting_id: str) -> Response:
        view, made = found(meeting_id)
        return page(
            "documents.html",
            meeting_id=meeting_id,
            meeting=view.state.meeting,
            closed=view.state.closed,
            groups=made,
            seal=view.seal(),
            about=lambda one: _about(view, one),
            proposals=sum(map(_proposals, made)),
            polled=bool(view.state.polls),
        )

    @pages.get(f"{MEETING}/<id:audience>/{NAME}.pdf")
    def pdf(meeting_id: str, audience: str, name: str) -> Response:
        view, made = found(meeting_id)
        return _file(view, _one(made, audience, name), audience, "pdf")

    @pages.get(f"{MEETING}/<id:audience>/{NAME}.xlsx")
    def xlsx(meeting_id: str, audience: str, name: str) -> Response:
        view, made = found(meeting_id)
        return _file(view, _one(made, audience, name), audience, "xlsx")

    return pages


def _one(made: list[Group], audience: str, name: str) -> Document:
    """Raises: Refused (not-found), the same whether there is no such paper or it may not be had yet."""
    for group in made:
        for one in group.documents:
            if (group.audience, one.name) == (audience, name):
                return one
    raise Refused(
        "not-found",
        "there is no such paper, or it may not be made before the result was announced",
        zh="没有这份文书，或者按公布办法现在还不能制作",
    )


def _file(view: LedgerView, one: Document, audience: str, form: str) -> Response:
    data = one.pdf() if form == "pdf" else one.xlsx()
    if data is None:
        raise Refused("not-found", "this paper is only there as PDF", zh="这份文书只有 PDF 格式")
    name_act("document", meeting=view.state.id, detail=f"{audience}: {one.name}.{form}")
    response = Response(data, mimetype="application/pdf" if form == "pdf" else XLSX)
    kind = "inline" if form == "pdf" else "attachment"
    plain = f"{view.state.id}-{one.name}.{form}"
    shown = f"{one.title_zh if view.chinese else one.title_en}-{plain}"
    # RFC 6266 §4.3: the first is for whoever cannot read the second.
    response.headers["Content-Disposition"] = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(shown)}"
    return response


def _about(view: LedgerView, one: Document) -> str:
    """What tells a paper apart from others of its kind: a person, an item, a poll."""
    contests = view.state.contests
    if one.subject is not None:
        return next(
            str(contests[contest]["subject"]["name"])
            for contest in one.contests
            if (contests[contest]["subject"] or {}).get("id") == one.subject
        )
    if one.kind in ("record", "scores", "follow-ups"):
        return ""
    if one.kind == "summary":
        return one.content.subtitle
    titles = list(dict.fromkeys(str(contests[contest]["title"]) for contest in one.contests))
    more = len(titles) - 2
    chinese = f"等 {len(titles)} 项" if view.chinese else f" and {more} more"
    shown = ("、" if view.chinese else ", ").join(titles[:2]) + (chinese if more > 0 else "")
    if one.kind not in ("count", "tally"):
        return shown
    number = list(view.state.polls).index(one.name.partition("-")[2]) + 1
    return f"第 {number} 次投票：{shown}" if view.chinese else f"poll {number}: {shown}"


def _proposals(group: Group) -> int:
    """In the papers that this officer may have: how many there are of others would say how they came out."""
    return sum(
        len(block.rows)
        for one in group.documents
        if one.kind == "follow-ups"
        for block in one.content.blocks
        if isinstance(block, Table)
    )
