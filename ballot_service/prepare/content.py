"""What a draft holds: everything as it was typed, in the order of the form.

Kept as JSON. Nothing here judges: `to_file` makes the meeting file of it, `mistakes` says what is wrong.

    {"title": "…", …, "classes": [row, …], "items": [{"key", "id", "title", "template", "fields": {name: entry}}, …],
     "more": "YAML of the settings for experts", "seen": ["basics", "k3f9"]}

`seen` are the sections that were handed in once: their mistakes are shown, those of an untouched section are not yet.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ballot_service.meetings.templates import read_template, template_names
from ballot_service.prepare.columns import Table
from ballot_service.prepare.fields import OWN, Entry, FormField, form_fields
from ballot_service.prepare.ids import free_class_id

Content = dict[str, Any]
Form = Mapping[str, str]

BASICS, MORE = "basics", "more"
TEXTS = ("title", "organiser", "place", "date", "id", "cards", "threshold")
SETTINGS = ("locale", "transport", "rsa_bits", "min_class", "pages", "boxes")  # of the advanced section
CLASS_COLUMNS = ("name", "expected", "reserve", "observer", "id")
MAX_ROWS = 1000
MAX_ITEMS = 60
MAX_CHARS = 20_000  # of one input


def new_content() -> Content:
    """An empty draft: one class, three cards of which two open a box."""
    return {"cards": "3", "threshold": "2", "classes": [{"id": "A"}], "items": [], "more": "", "seen": []}


def new_item(template: str) -> dict[str, Any]:
    """An item of a template, with what is the same in nearly every meeting. Raises: KeyError for no template."""
    title = read_template(template).title
    return {
        "key": secrets.token_hex(4),
        "id": "",
        "title": title,
        "template": template,
        "show_ranks": "yes",
        "fields": {},
    }


def find_item(content: Content, key: str) -> dict[str, Any] | None:
    return next((one for one in content["items"] if one["key"] == key), None)


# --- reading what a page sent


def take_basics(content: Content, form: Form) -> None:
    """The page of the meeting itself: names, classes, cards, and the settings for experts."""
    for name in (*TEXTS, *SETTINGS):
        if name in form:
            content[name] = _text(form, name)
    if "more" in form:
        content["more"] = _text(form, "more")
    rows = take_rows(form, "classes", CLASS_COLUMNS)
    for row in rows:
        row["observer"] = "yes" if row.get("observer") else ""
    content["classes"] = [row for row in rows if any(row.get(one) for one in ("name", "expected", "reserve"))]
    taken = {row["id"] for row in content["classes"] if row.get("id")}
    for row in content["classes"]:
        if not row.get("id"):
            row["id"] = free_class_id(taken)
            taken.add(row["id"])


def take_item(item: dict[str, Any], form: MultiDict[str, str]) -> None:
    """The page of one agenda item."""
    for name in ("id", "title", "yaml"):
        if name in form:
            item[name] = _text(form, name)
    item["show_ranks"] = "yes" if form.get("show_ranks") else ""
    if item.get("template") in template_names():
        item["fields"] = {one.name: _entry(one, form) for one in form_fields(read_template(item["template"]))}


def _entry(one: FormField, form: MultiDict[str, str]) -> Entry:
    if one.kind == "classes":
        return {"picked": [value[:8] for value in form.getlist(one.name)][:300]}
    if one.kind in ("text", "number"):
        return {"text": _text(form, one.name)}
    entry: Entry = {}
    if one.choices:
        entry["choice"] = form.get(f"{one.name}-choice", "default")[:10]
    if one.table is not None:
        rows = take_rows(form, one.name, [column.name for column in one.table.columns])
        entry["rows"] = [row for row in rows if not one.table.is_empty(row)]
    if _text(form, f"{one.name}-text"):
        entry["text"] = _text(form, f"{one.name}-text")
    return entry


def take_rows(form: Form, name: str, columns: tuple[str, ...] | list[str]) -> list[dict[str, str]]:
    """The rows of a table, from inputs named `NAME-ROW-COLUMN`, from row 0 on."""
    rows = []
    for place in range(MAX_ROWS):
        present = [column for column in columns if f"{name}-{place}-{column}" in form]
        if not present:
            break
        texts = {column: _text(form, f"{name}-{place}-{column}") for column in present}
        rows.append({column: text for column, text in texts.items() if text})
    return rows


def change_rows(rows: list[dict[str, str]], act: str, place: int) -> list[dict[str, str]]:
    """One row taken out, or moved one up."""
    changed = list(rows)
    if act == "drop" and 0 <= place < len(changed):
        del changed[place]
    if act == "up" and 0 < place < len(changed):
        changed[place - 1], changed[place] = changed[place], changed[place - 1]
    return changed


def add_rows(item: dict[str, Any], one: FormField, rows: list[dict[str, str]]) -> None:
    """Rows from a spreadsheet, behind those that are there."""
    entry = item["fields"].setdefault(one.name, {})
    entry["rows"] = [*entry.get("rows", []), *rows]
    entry.pop("text", None)
    if one.choices:
        entry["choice"] = OWN


def table_of(item: dict[str, Any], name: str) -> tuple[FormField, Table] | None:
    """The field of this name, when it is a table."""
    if item.get("template") not in template_names():
        return None
    for one in form_fields(read_template(item["template"])):
        if one.name == name and one.table is not None:
            return one, one.table
    return None


def _text(form: Form, name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n").strip(" \t\n\u3000")[:MAX_CHARS]
