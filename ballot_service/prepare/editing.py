"""The guided form: the meeting, its agenda, each item. Saved while one types, and by a button without a script.

A page sends all of its section. A section that was changed elsewhere since is not overwritten: the page comes back with
what was typed, and asks.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.recording import no_act
from ballot_service.console.roles import Permission
from ballot_service.console.shell import done, page, read_form, require
from ballot_service.errors import Refused
from ballot_service.meetings.templates import template_names
from ballot_service.prepare import content as kept
from ballot_service.prepare.content import BASICS, Content
from ballot_service.prepare.drafts import Draft, Drafts, Stale
from ballot_service.prepare.mistakes import AGENDA, judge
from ballot_service.prepare.showing import Shown, agenda_page, basics_page, item_page
from ballot_service.prepare.table_source import read_file, read_pasted

MORE_ROWS = 10


def add_to(pages: Blueprint) -> None:
    """`/drafts/ID`, `/basics`, `/agenda`, `/items/KEY`"""

    @pages.get("/drafts/<id:draft_id>")
    def first(draft_id: str) -> AnyResponse:
        require(Permission.PREPARE)
        return done(f"/drafts/{draft_id}/basics")

    @pages.get("/drafts/<id:draft_id>/basics")
    def basics(draft_id: str) -> Response:
        return basics_page(draft_of(draft_id), Shown())

    @pages.post("/drafts/<id:draft_id>/basics")
    def save_basics(draft_id: str) -> AnyResponse:
        draft, form = draft_of(draft_id), read_form()
        shown = Shown()
        act, place = _act(form)
        place_content = _changed(draft, lambda content: _take_basics(content, form, act, place))
        if act == "add":
            shown.more["classes"] = MORE_ROWS
        answer = _save(draft, place_content, form, BASICS, shown)
        if answer is not None:
            return answer
        saved = draft_of(draft_id)
        if act == "next" and not judge(saved.content).of(BASICS):
            return done(f"/drafts/{draft_id}/agenda")
        if act == "add" or shown.stale is not None:
            return basics_page(saved if shown.stale is None else _typed(draft, place_content), shown)
        return done(f"/drafts/{draft_id}/basics")

    @pages.get("/drafts/<id:draft_id>/agenda")
    def agenda(draft_id: str) -> Response:
        return agenda_page(draft_of(draft_id), Shown())

    @pages.post("/drafts/<id:draft_id>/agenda")
    def change_agenda(draft_id: str) -> AnyResponse:
        draft, form = draft_of(draft_id), read_form()
        act, name = form.get("act", "").partition(":")[::2]
        shown = Shown()
        changed = _changed(draft, lambda content: _change_items(content, act, name))
        answer = _save(draft, changed, form, AGENDA, shown)
        if answer is not None:
            return answer
        if shown.stale is not None:
            return agenda_page(draft_of(draft_id), shown)
        if act == "add":
            return done(f"/drafts/{draft_id}/items/{changed['items'][-1]['key']}")
        return done(f"/drafts/{draft_id}/agenda")

    @pages.get("/drafts/<id:draft_id>/items/<id:key>")
    def item(draft_id: str, key: str) -> Response:
        return item_page(draft_of(draft_id), key, Shown())

    @pages.post("/drafts/<id:draft_id>/items/<id:key>")
    def save_item(draft_id: str, key: str) -> AnyResponse:
        draft, form = draft_of(draft_id), read_form()
        shown = Shown()
        changed = _changed(draft, lambda content: _take_item(content, key, form, shown))
        answer = _save(draft, changed, form, key, shown)
        if answer is not None:
            return answer
        if shown.stale is not None:
            return item_page(_typed(draft, changed), key, shown)
        if shown.row_problems or shown.taken or shown.more:
            return item_page(draft_of(draft_id), key, shown)
        if form.get("act") == "next" and not judge(changed).of(key):
            return done(f"/drafts/{draft_id}/{_after(changed, key)}")
        return done(f"/drafts/{draft_id}/items/{key}")


def draft_of(draft_id: str) -> Draft:
    """The officer's draft of this id. Raises: NotLoggedIn, Refused (not-allowed, not-found)."""
    asking = require(Permission.PREPARE)
    drafts: Drafts = current_app.extensions["ballot-drafts"]
    return drafts.get(asking.account, draft_id)


def _typed(draft: Draft, content: Content) -> Draft:
    return Draft(draft.id, draft.version, content, draft.changed, draft.publishing)


def _changed(draft: Draft, change: Callable[[Content], None]) -> Content:
    content = copy.deepcopy(draft.content)
    change(content)
    return content


def _act(form: MultiDict[str, str]) -> tuple[str, int]:
    """`drop:classes:2` → drop, 2."""
    parts = form.get("act", "save").split(":")
    return parts[0], int(parts[-1]) if parts[-1].isdecimal() and len(parts[-1]) < 6 else -1


def _save(draft: Draft, changed: Content, form: MultiDict[str, str], section: str, shown: Shown) -> AnyResponse | None:
    """Keeps what was sent. The answer, when it is one already: a word for the page that saves while one types."""
    asking = require(Permission.PREPARE)
    drafts: Drafts = current_app.extensions["ballot-drafts"]
    typing = request.headers.get("HX-Request") == "true"
    no_act()
    sent = form.get("version", "")
    version = int(sent) if sent.isdecimal() and len(sent) < 12 else 0
    page_id = form.get("page", "")[:16]
    if not typing and section not in changed["seen"]:
        changed["seen"].append(section)
    if page_id and draft.content.get("page") == page_id and version < draft.version:
        version = draft.version  # this page's own last save was still under way
    changed["page"] = page_id
    try:
        saved = drafts.save(asking.account, draft.id, changed, version)
    except Stale as stale:
        shown.stale = stale.version
        if not typing:
            return None
        return page("prepare/saved.html", version=version, stale=True, draft_id=draft.id)
    return page("prepare/saved.html", version=saved, stale=False, draft_id=draft.id) if typing else None


# --- changing


def _take_basics(content: Content, form: MultiDict[str, str], act: str, place: int) -> None:
    kept.take_basics(content, form)
    content["classes"] = kept.change_rows(content["classes"], act, place)


def _change_items(content: Content, act: str, name: str) -> None:
    if act == "add" and len(content["items"]) < kept.MAX_ITEMS:
        if name == "yaml":
            item = {**kept.new_item(template_names()[0]), "template": "", "title": "", "yaml": ""}
        elif name in template_names():
            item = kept.new_item(name)
        else:
            raise Refused("bad-request", "there is no such template", zh="没有这种议题")
        content["items"].append(item)
        return
    keys = [one["key"] for one in content["items"]]
    if name in keys:
        content["items"] = kept.change_rows(content["items"], act, keys.index(name))


def _take_item(content: Content, key: str, form: MultiDict[str, str], shown: Shown) -> None:
    item = kept.find_item(content, key)
    if item is None:
        raise Refused("not-found", "this item was taken off the agenda", zh="这个议题已经删除")
    kept.take_item(item, form)
    act, name = form.get("act", "save").split(":")[:2] if ":" in form.get("act", "") else ("", "")
    found = kept.table_of(item, name)
    if found is None:
        return
    one, table = found
    entry = item["fields"].setdefault(name, {})
    if act in ("drop", "up"):
        entry["rows"] = kept.change_rows(entry.get("rows", []), act, _act(form)[1])
        shown.more[name] = 0
    elif act == "add":
        shown.more[name] = MORE_ROWS
    elif act in ("paste", "upload"):
        text = form.get(f"{name}-paste", "")
        file = request.files.get(f"{name}-file")
        taken = read_pasted(table, text) if act == "paste" else read_file(table, file.read() if file else b"")
        if taken.problems:
            shown.row_problems[name], shown.pasted[name] = taken.problems, text if act == "paste" else ""
        else:
            kept.add_rows(item, one, taken.rows)
            shown.taken[name] = len(taken.rows)


def _after(content: Content, key: str) -> str:
    keys = [one["key"] for one in content["items"]]
    following = keys[keys.index(key) + 1 :]
    return f"items/{following[0]}" if following else "agenda"
