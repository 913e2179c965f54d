"""What the pages of the guided form show: fields with what was typed, every mistake beside its own, the way through.

Nothing is changed or saved here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from flask import Response

from ballot_service.console.shell import page, t
from ballot_service.errors import Refused
from ballot_service.meetings.templates import read_template, template_names
from ballot_service.prepare import content as kept
from ballot_service.prepare.columns import Column, Table
from ballot_service.prepare.content import BASICS
from ballot_service.prepare.drafts import Draft
from ballot_service.prepare.field_names import MOTIONS, NAMES
from ballot_service.prepare.fields import DEFAULT
from ballot_service.prepare.fields import form_fields as fields_of
from ballot_service.prepare.groups import grouped_templates
from ballot_service.prepare.ids import free_class_id, person_id
from ballot_service.prepare.in_words import in_words
from ballot_service.prepare.mistakes import AGENDA, judge
from ballot_service.prepare.table_source import RowProblem
from ballot_service.prepare.to_file import suggested_id

EMPTY_ROWS = 3


@dataclass
class Shown:
    """What a page shows beside the draft itself."""

    stale: int | None = None  # the version that was saved elsewhere
    row_problems: dict[str, list[RowProblem]] = field(default_factory=dict)
    pasted: dict[str, str] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)  # rows that were just taken over
    more: dict[str, int] = field(default_factory=dict)  # empty rows asked for


def _shared(draft: Draft, section: str, shown: Shown) -> dict[str, Any]:
    judged = judge(draft.content)
    seen = section in draft.content["seen"]
    return {
        "draft": draft,
        "content": draft.content,
        "section": section,
        "shown": shown,
        "judged": judged,
        "mistakes": judged.by_input(section) if seen else {},
        "page_id": secrets.token_hex(8),
        "steps": steps_of(draft, judged, section),
    }


def steps_of(draft: Draft, judged: Any, section: str) -> list[dict[str, Any]]:
    """The way through: which forms are filled in, and where one is. Nobody is told that looking is done."""
    wrong = {one.spot.section for one in judged.mistakes}
    items = {one["key"] for one in draft.content["items"]}
    agenda_ok = bool(items) and AGENDA not in wrong and not (wrong & items)
    here = AGENDA if section in items else section
    names = (
        (BASICS, t("会议", "Meeting"), BASICS not in wrong),
        (AGENDA, t("议题", "Agenda"), agenda_ok),
        ("preview", t("预览选票", "Preview"), False),
        ("check", t("检查和演练", "Check, rehearse"), False),
        ("publish", t("发布和打印", "Publish, print"), False),
    )
    return [
        {"name": name, "words": words, "ok": ok, "here": name == here, "number": number}
        for number, (name, words, ok) in enumerate(names, start=1)
    ]


def basics_page(draft: Draft, shown: Shown) -> Response:
    rows = [dict(row) for row in draft.content["classes"]]
    taken = {row.get("id", "") for row in rows}
    for _row in range(max(shown.more.get("classes", 0), 1 if rows else 2)):
        row_id = free_class_id(taken)
        taken.add(row_id)
        rows.append({"id": row_id})
    return page(
        "prepare/basics.html",
        status=409 if shown.stale is not None else 200,
        **_shared(draft, BASICS, shown),
        class_rows=rows,
        suggested=suggested_id(draft.content),
    )


def agenda_page(draft: Draft, shown: Shown) -> Response:
    shared = _shared(draft, AGENDA, shown)
    items = [
        {
            **one,
            "kind": read_template(one["template"]).title if one["template"] in template_names() else "YAML",
            "mistakes": len(shared["judged"].of(one["key"])),
        }
        for one in draft.content["items"]
    ]
    status = 409 if shown.stale is not None else 200
    return page("prepare/agenda.html", status=status, **shared, items=items, groups=grouped_templates())


def item_page(draft: Draft, key: str, shown: Shown) -> Response:
    item = kept.find_item(draft.content, key)
    if item is None:
        raise Refused("not-found", "this item was taken off the agenda", zh="这个议题已经删除")
    template = read_template(item["template"]) if item["template"] in template_names() else None
    classes = [row for row in draft.content["classes"] if row.get("id")]
    return page(
        "prepare/item.html",
        status=409 if shown.stale is not None else 200,
        **_shared(draft, key, shown),
        item=item,
        template=template,
        fields=[_shown_field(one, item, shown) for one in fields_of(template)] if template else [],
        classes=classes,
        names={**NAMES, **(MOTIONS if item["template"] in ("major-matter/f3", "urgent-item/f3") else {})},
    )


def _shown_field(one: Any, item: dict[str, Any], shown: Shown) -> dict[str, Any]:
    entry = item["fields"].get(one.name, {})
    rows = [dict(row) for row in entry.get("rows", [])]
    empty = shown.more.get(one.name, 1 if rows else EMPTY_ROWS)
    return {
        "name": one.name,
        "one": one,
        "entry": entry,
        "choice": entry.get("choice", "default"),
        "choices": [
            (each.key, each.reading, in_words(each.value) if each.key == DEFAULT else "") for each in one.choices
        ],
        "picked": entry.get("picked", []),
        "text": entry.get("text", ""),
        "rows": rows,
        "empty": [{} for _row in range(max(empty, 1))],
        "automatic": one.table.ids(rows) if one.table is not None else [],
        "by_name": one.table is not None and one.table.automatic_id({}, 0) == person_id(""),
        "columns": _columns(one.table),
    }


def _columns(table: Table | None) -> list[Column]:
    return list(table.columns) if table is not None else []
