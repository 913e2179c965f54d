"""The last two steps: the check list with the rehearsal, and publishing with what is printed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.boxes.public_part import parse_public_part
from ballot_service.console.recording import name_act, no_act, refused_with
from ballot_service.console.roles import Permission
from ballot_service.console.shell import done, language, page, read_form, require, t
from ballot_service.errors import Refused
from ballot_service.prepare.checklist import WRONG, check_list
from ballot_service.prepare.drafts import Draft
from ballot_service.prepare.editing import draft_of
from ballot_service.prepare.ids import free_id
from ballot_service.prepare.mistakes import Judged, judge
from ballot_service.prepare.previewing import section_titles
from ballot_service.prepare.publishing import DONE, FAILED, RUNNING, Job, Publishing
from ballot_service.prepare.rehearsing import Rehearsals
from ballot_service.prepare.showing import steps_of
from ballot_service.routing import service
from ballot_service.slips.sheet import language_of
from ballot_service.store.tables import Meeting
from crypto.words import fingerprint_words


def publishing() -> Publishing:
    found: Publishing = current_app.extensions["ballot-publishing"]
    return found


def rehearsals() -> Rehearsals:
    found: Rehearsals = current_app.extensions["ballot-rehearsals"]
    return found


def add_to(pages: Blueprint) -> None:
    """`/drafts/ID/check`, `/rehearse`, `/publish`, `/print/SHEET`, `/printed`"""

    @pages.get("/drafts/<id:draft_id>/check")
    def check(draft_id: str) -> Response:
        draft = draft_of(draft_id)
        return page("prepare/check.html", **_checked(draft), rehearsal=rehearsals().of(draft_id))

    @pages.get("/drafts/<id:draft_id>/rehearsal")
    def rehearsal(draft_id: str) -> Response:
        draft = draft_of(draft_id)
        return page("prepare/rehearsal.html", draft=draft, rehearsal=rehearsals().of(draft_id))

    @pages.post("/drafts/<id:draft_id>/rehearse")
    def rehearse(draft_id: str) -> AnyResponse:
        draft = draft_of(draft_id)
        read_form()
        no_act()
        judged = judge(draft.content)
        if judged.plan is None:
            raise Refused("bad-meeting-file", "fill in what is missing first", zh="还有没填好的内容，先填好再演练")
        rehearsals().begin(draft_id, draft.version, judged.filed.value, judged.plan, language())
        return done(f"/drafts/{draft_id}/check#rehearsal")

    @pages.get("/drafts/<id:draft_id>/publish")
    def publish(draft_id: str) -> Response:
        return _publish_page(draft_of(draft_id))

    @pages.get("/drafts/<id:draft_id>/publish/progress")
    def progress(draft_id: str) -> AnyResponse:
        draft = draft_of(draft_id)
        job = publishing().job(draft.id)
        if job is not None and job.state == RUNNING:
            return page("prepare/progress.html", draft=draft, job=job)
        answer = Response(status=204)
        answer.headers["HX-Redirect"] = f"/drafts/{draft.id}/publish"
        return answer

    @pages.post("/drafts/<id:draft_id>/publish")
    def begin_publishing(draft_id: str) -> AnyResponse:
        draft = draft_of(draft_id)
        form = read_form()
        shared = _checked(draft)
        judged: Judged = shared["judged"]
        if form.get("version") != str(draft.version):
            zh = "草稿刚才又改过，请重新核对再发布。什么都没有发布。"
            return _publish_page(draft, t(zh, "the draft was changed since: check again; nothing was published"), 409)
        if judged.plan is None:
            return _publish_page(draft, t("还有没填好的内容。", "something is not filled in yet."), 400)
        if not form.get("sure"):
            return _publish_page(draft, t("请先勾选“已经核对”。", "tick that you have checked it."), 400)
        file = request.files.get("ceremony")
        data = file.read() if file is not None else b""
        name_act("publish", meeting=str(judged.plan.fields["id"]))
        try:
            ceremony = parse_public_part(data, judged.plan) if data else None
            publishing().begin(draft.id, judged.plan, require(Permission.PREPARE).account, ceremony)
        except Refused as refusal:
            refused_with(refusal)
            return _publish_page(draft, refusal.said(language()), refusal.status, refusal.problems)
        return done(f"/drafts/{draft_id}/publish")

    @pages.post("/drafts/<id:draft_id>/again")
    def again(draft_id: str) -> AnyResponse:
        draft = draft_of(draft_id)
        read_form()
        publishing().dismiss(draft.id)
        return done(f"/drafts/{draft_id}/check")

    @pages.get("/drafts/<id:draft_id>/print/<id:name>.pdf")
    def sheet(draft_id: str, name: str) -> Response:
        draft = draft_of(draft_id)
        job = publishing().job(draft.id)
        is_out = job is not None and job.state == DONE  # before, the meeting may still come to nothing
        found = next((one for one in job.sheets if one.name == name), None) if job is not None and is_out else None
        if found is None:
            raise Refused(
                "not-found",
                "this file is gone: it is kept until you confirm, for an hour, or until the service restarts",
                zh="这份打印文件已经不在服务器上了：确认打印以后、过了一小时、服务重启以后都会删除",
            )  # fmt: skip
        response = Response(found.data, mimetype="application/pdf")
        response.headers["Cache-Control"] = "no-store"
        kind = "attachment" if request.args.get("save") else "inline"
        response.headers["Content-Disposition"] = f'{kind}; filename="{name}.pdf"'
        return response

    @pages.post("/drafts/<id:draft_id>/printed")
    def printed(draft_id: str) -> AnyResponse:
        draft = draft_of(draft_id)
        if not read_form().get("sure"):
            return _publish_page(
                draft, t("请先勾选，再删除打印文件。", "tick the box before the files are deleted."), 400
            )
        publishing().forget(draft.id, printed=True)
        return done(f"/drafts/{draft_id}/publish")


def _checked(draft: Draft) -> dict[str, Any]:
    judged = judge(draft.content)
    lines = []
    if judged.plan is not None:
        meeting_id = str(judged.plan.fields["id"])
        taken = is_taken(meeting_id) and draft.publishing != meeting_id  # this very draft is no clash
        free = free_id(meeting_id, is_taken)
        today = datetime.now(UTC).date()
        lines = check_list(judged.plan, service().config.base_url, today, is_taken=taken, free=free, say=t)
    return {
        "draft": draft,
        "content": draft.content,
        "judged": judged,
        "lines": lines,
        "wrong": any(one.state == WRONG for one in lines),
        "titles": section_titles(draft),
        "steps": steps_of(draft, judged, "check"),
    }


def _publish_page(draft: Draft, refused: str = "", status: int = 200, problems: Sequence[str] = ()) -> Response:
    shared = _checked(draft)
    job = publishing().job(draft.id)
    is_published = draft.publishing is not None and is_taken(draft.publishing)
    return page(
        "prepare/publish.html",
        status=status,
        **{**shared, "steps": steps_of(draft, shared["judged"], "publish")},
        refused=refused,
        problems=problems,
        job=job,
        state=_state(draft, job, is_published),
        words=_words(job),
        free=free_id(draft.publishing, is_taken) if draft.publishing else "",
    )


def _words(job: Job | None) -> str:
    if job is None or not job.fingerprint:
        return ""
    return fingerprint_words(job.fingerprint, language_of(job.plan.fields))


def _state(draft: Draft, job: Any, is_published: bool) -> str:
    """ready, running, failed, print, printed, lost (published, but its sheets are gone), cut (a restart came first)."""
    if job is not None and job.state in (RUNNING, FAILED):
        return str(job.state)
    if job is not None and job.state == DONE:
        return "print" if job.sheets else "printed" if job.printed else "lost"
    if draft.publishing is None:
        return "ready"
    return "lost" if is_published else "cut"


def is_taken(meeting_id: str) -> bool:
    with service().store.read() as session:
        return session.get(Meeting, meeting_id) is not None
