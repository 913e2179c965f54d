"""The drafts of an officer: begun empty, from a file, or as a copy; taken away as a file; deleted after a question."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from flask import Blueprint, Response, current_app, request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.roles import Permission
from ballot_service.console.shell import done, language, officer_pages, page, read_form, require, t
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import load_yaml
from ballot_service.meetings.templates import template_names
from ballot_service.meetings.yaml_source import UnreadableSource
from ballot_service.prepare import editing, previewing, publish_pages
from ballot_service.prepare.columns import TABLES
from ballot_service.prepare.content import Content, new_content, new_item
from ballot_service.prepare.drafts import Draft, Drafts
from ballot_service.prepare.file_text import meeting_text
from ballot_service.prepare.groups import grouped_templates
from ballot_service.prepare.publishing import Publishing
from ballot_service.prepare.rehearsing import Rehearsals
from ballot_service.prepare.table_source import XLSX_TYPE, empty_xlsx
from ballot_service.prepare.to_file import content_of, file_of
from ballot_service.prepare.wording import in_chinese, in_english
from ballot_service.routing import service
from ballot_service.service import Service
from ballot_service.store.tables import LedgerLine, Meeting
from crypto import canonical

CHINA = timezone(timedelta(hours=8))
MAX_FORM_PARTS = 20_000  # inputs of one page: a thousand rows
MAX_FORM_BYTES = 4 * 1024 * 1024


def prepare_pages(open_service: Service) -> Blueprint:
    """`/drafts/…`"""
    pages = officer_pages("prepare")
    drafts = Drafts(open_service.store, open_service.acts.clock, open_service.random_bytes)
    rooms = {
        "ballot-drafts": drafts,
        "ballot-publishing": Publishing(open_service, drafts),
        "ballot-rehearsals": Rehearsals(),
    }
    pages.record_once(lambda state: state.app.extensions.update(rooms))

    @pages.before_request
    def _allow_large_forms() -> None:
        request.max_form_parts = MAX_FORM_PARTS
        request.max_form_memory_size = MAX_FORM_BYTES

    @pages.get("/drafts")
    def list_drafts() -> Response:
        asking = require(Permission.PREPARE)
        listed = [_line(one) for one in _drafts().of(asking.account)]
        return page("prepare/drafts.html", drafts=listed)

    @pages.get("/drafts/new")
    def choose() -> Response:
        require(Permission.PREPARE)
        return _new_page()

    @pages.post("/drafts/new")
    def begin() -> AnyResponse:
        asking = require(Permission.PREPARE)
        form = read_form()
        content = new_content()
        if form.get("template"):
            if form["template"] not in template_names():
                raise Refused("bad-request", "there is no such template", zh="没有这种会议")
            content["items"] = [new_item(form["template"])]
        return done(f"/drafts/{_drafts().add(asking.account, content)}/basics")

    @pages.post("/drafts/import")
    def take_file() -> AnyResponse:
        asking = require(Permission.PREPARE)
        form = read_form()
        data = _sent(request.files, form)
        content, problems = read_file(data)
        if content is None:
            return _new_page(data.decode(errors="replace")[:200_000], problems, 400)
        return done(f"/drafts/{_drafts().add(asking.account, content)}/basics")

    @pages.post("/drafts/copy")
    def copy_meeting() -> AnyResponse:
        asking = require(Permission.PREPARE)
        meeting_id = read_form().get("meeting", "")
        require(Permission.LOOK, meeting_id)
        return done(f"/drafts/{_drafts().add(asking.account, _as_new(content_of(_published(meeting_id))))}/basics")

    @pages.post("/drafts/<id:draft_id>/copy")
    def copy_draft(draft_id: str) -> AnyResponse:
        asking = require(Permission.PREPARE)
        read_form()
        content = copy.deepcopy(_drafts().get(asking.account, draft_id).content)
        return done(f"/drafts/{_drafts().add(asking.account, _as_new(content))}/basics")

    @pages.get("/drafts/<id:draft_id>/delete")
    def ask_to_delete(draft_id: str) -> Response:
        asking = require(Permission.PREPARE)
        return page("prepare/delete.html", draft=_line(_drafts().get(asking.account, draft_id)))

    @pages.post("/drafts/<id:draft_id>/delete")
    def delete(draft_id: str) -> AnyResponse:
        asking = require(Permission.PREPARE)
        read_form()
        draft = _drafts().get(asking.account, draft_id)
        publish_pages.publishing().refuse_while_needed(draft.id)
        _drafts().delete(asking.account, draft_id)
        return done("/drafts")

    @pages.get("/drafts/<id:draft_id>/meeting.yaml")
    def export(draft_id: str) -> Response:
        asking = require(Permission.PREPARE)
        value = file_of(_drafts().get(asking.account, draft_id).content).value
        return _download(meeting_text(value).encode(), "application/yaml", f"{_plain_name(value['id'])}.yaml")

    @pages.get("/drafts/tables/<id:name>.xlsx")
    def empty_table(name: str) -> Response:
        require(Permission.PREPARE)
        if name not in TABLES:
            raise Refused("not-found", "there is no such table", zh="没有这种表")
        return _download(empty_xlsx(TABLES[name], english=language() == "en"), XLSX_TYPE, f"{name}.xlsx")

    editing.add_to(pages)
    previewing.add_to(pages)
    publish_pages.add_to(pages)
    return pages


def _new_page(pasted: str = "", problems: list[str] | None = None, status: int = 200) -> Response:
    shown = {"groups": grouped_templates(), "meetings": _meetings(), "pasted": pasted, "problems": problems or []}
    return page("prepare/new.html", status=status, **shown)


def read_file(data: bytes) -> tuple[Content | None, list[str]]:
    """A draft from a meeting file, even one with mistakes; or why it is none, with the lines."""
    try:
        value, _lines = load_yaml(data)
    except UnreadableSource as error:
        lines = [
            (t(f"第 {one.line} 行：", f"line {one.line}: ") if one.line else "") + t(in_chinese(one), in_english(one))
            for one in error.problems
        ]
        return None, lines
    if not isinstance(value, dict) or not isinstance(value.get("agenda"), list):
        return None, [t("这不是会议文件：没有 agenda 一项", "this is no meeting file: it has no agenda")]
    try:
        return content_of(value), []
    except (TypeError, ValueError, AttributeError):  # a file of another form than any that the form can show
        return None, [t("会议文件的格式不对：某一项应是列表或对照表", "a list or a mapping stands in a wrong place")]


def _drafts() -> Drafts:
    found: Drafts = current_app.extensions["ballot-drafts"]
    return found


def _as_new(content: Content) -> Content:
    """A copy begins a meeting of its own: another day, another id."""
    return {**content, "id": "", "date": "", "seen": []}


def _line(draft: Draft) -> dict[str, Any]:
    changed = datetime.fromtimestamp(draft.changed, UTC).astimezone(CHINA)
    return {
        "id": draft.id,
        "title": draft.content.get("title") or t("（未命名）", "(no title)"),
        "date": draft.content.get("date", ""),
        "item_count": len(draft.content["items"]),
        "changed": f"{changed:%Y-%m-%d %H:%M}",
        "publishing": draft.publishing,
        "published": draft.publishing is not None and publish_pages.is_taken(draft.publishing),
    }


def _meetings() -> list[dict[str, str]]:
    """Earlier meetings that may be looked at, as something to begin from."""
    asking = require(Permission.PREPARE)
    with service().store.read() as session:
        ids = session.scalars(select(Meeting.id).order_by(Meeting.id)).all()
    return [
        {"id": one, "title": str(_published(one)["title"])} for one in ids if asking.may(Permission.LOOK, one)
    ]  # fmt: skip


def _published(meeting_id: str) -> dict[str, Any]:
    """Entry 0 of a meeting, as the file that would give it. Raises: Refused (not-found)."""
    with service().store.read() as session:
        line = session.scalar(select(LedgerLine.line).where(LedgerLine.meeting == meeting_id, LedgerLine.position == 0))
    if line is None:
        raise Refused("not-found", "there is no such meeting", zh="没有这个会议")
    entry: dict[str, Any] = canonical.decode_object(line)
    same = ("title", "organiser", "place", "date", "locale", "classes", "min_class", "quorum", "agenda", "bars",
            "inputs", "scores", "transport", "scrutineers")  # fmt: skip
    value = {name: entry[name] for name in same}
    return {**value, "slips": {"reserve": entry["reserve"]}, "issuer": {"rsa_bits": entry["rsa_bits"]}}


def _sent(files: MultiDict[str, FileStorage], form: MultiDict[str, str]) -> bytes:
    file = files.get("file")
    data = file.read() if file is not None else b""
    return data or form.get("text", "").encode(errors="replace")


def _download(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain_name(text: Any) -> str:
    kept = "".join(one for one in str(text) if one.isascii() and (one.isalnum() or one == "-"))
    return kept[:64] or "meeting"
