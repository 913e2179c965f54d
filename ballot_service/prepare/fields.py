"""The form's fields of an agenda item, made from its template: no template needs a page of its own.

An entry is what somebody chose and typed in one field: `choice` (`default`, `own`, or the number of an alternative),
`rows` of a table, `picked` classes, `text`. A field that is not touched stays out of the meeting file, so that the
template's own value holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ballot_service.meetings.template_example import flow, setting
from ballot_service.meetings.templates import Template, TemplateField
from ballot_service.meetings.yaml_source import UnreadableSource, load_yaml
from ballot_service.prepare.columns import FORM_TABLES, Table, identical, rows_of, value_of

DEFAULT, OWN = "default", "own"
LEFT_OUT = object()

Entry = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen. `reading` is the template's Chinese."""

    key: str
    reading: str
    value: Any
    together: Mapping[str, Any]


@dataclass(frozen=True)
class FormField:
    """How one field of a template is shown and read. `kind`: classes, table, number, text, choice."""

    source: TemplateField
    kind: str
    table: Table | None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Empty where a field is simply filled in."""
        if self.source.required or self.kind in ("classes", "number", "text") or self.is_plain_table:
            return ()
        first = Choice(DEFAULT, "", self.source.default, {})
        others = [
            Choice(str(number), one.reading, one.value, one.together)
            for number, one in enumerate(self.source.alternatives)
        ]
        return (first, *others)

    @property
    def is_plain_table(self) -> bool:
        """A list of people that may stay empty: no rows say the same as the default, nobody."""
        return self.table is not None and self.source.default is None and self.name in ("candidates", "roster")

    @property
    def in_front(self) -> bool:
        """Shown at once; the rest waits behind "more", because the default is what the document says."""
        return self.source.required or self.is_plain_table or self.kind == "number"


def form_fields(template: Template) -> list[FormField]:
    """All of a template's fields, in its order."""
    return [_form_field(one) for one in template.fields.values()]


def _form_field(source: TemplateField) -> FormField:
    if source.form in ("voters", "official"):
        return FormField(source, "classes", None)
    if source.form == "posts":
        return FormField(source, "number", None)
    if source.form == "post":
        return FormField(source, "text", None)
    table = None if source.parts else FORM_TABLES.get(source.form)
    return FormField(source, "table" if table else "choice", table)


# --- from entries to values


@dataclass
class Written:
    """What an entry says in the meeting file: LEFT_OUT, or a value with the places of its parts on the page."""

    value: Any = LEFT_OUT
    places: dict[tuple[str | int, ...], str] = field(default_factory=dict)
    together: Mapping[str, Any] = field(default_factory=dict)
    unreadable: str = ""  # the YAML's first mistake


def written(one: FormField, entry: Entry) -> Written:
    """The value of one entry."""
    if one.kind == "classes":
        return Written(list(entry.get("picked", [])) or LEFT_OUT)
    if one.kind in ("number", "text"):
        return _plain(one, str(entry.get("text", "")).strip())
    choice = entry.get("choice", DEFAULT)
    if one.choices and choice != OWN:
        chosen = next((each for each in one.choices if each.key == choice), one.choices[0])
        return Written() if chosen.key == DEFAULT else Written(chosen.value, together=chosen.together)
    if one.table is not None and not entry.get("text"):
        value, places = value_of(one.table, list(entry.get("rows", [])))
        if not value and (not one.source.required or one.source.form != "teams"):
            return Written(LEFT_OUT if not one.choices else [])
        return Written(value, {path: f"{one.name}-{place}" for path, place in places.items()})
    return own_text(str(entry.get("text", "")))


def own_text(text: str) -> Written:
    """A value in YAML."""
    try:
        return Written(load_yaml(text.encode())[0]) if text.strip() else Written()
    except (UnreadableSource, UnicodeEncodeError) as error:
        return Written(unreadable=str(error))


def _plain(one: FormField, text: str) -> Written:
    from ballot_service.prepare.ids import post_id

    if not text:
        return Written()
    if one.kind == "number":
        return Written(int(text) if text.isdecimal() and len(text) < 9 else text)
    return Written(post_id(text))


# --- from values to entries


def entry_of(one: FormField, value: Any) -> Entry:
    """The entry that says a value of a meeting file. The inverse of `written`."""
    if one.kind == "classes" and isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {"picked": list(value)}
    if one.kind in ("number", "text") and isinstance(value, str | int) and not isinstance(value, bool):
        return {"text": str(value)}
    for choice in one.choices:
        if identical(choice.value, value) and not choice.together:
            return {"choice": choice.key}
    if one.is_plain_table and value in (None, []):
        return {"rows": []}
    if one.table is not None:
        rows = rows_of(one.table, value)
        if rows or (rows == [] and one.choices):
            return {"choice": OWN, "rows": rows}
    return {"choice": OWN, "text": yaml_text(value)}


def yaml_text(value: Any) -> str:
    """A value as the meeting file would have it, one element a line."""
    if isinstance(value, list) and value:
        return "\n".join(f"- {flow(one)}" for one in value)
    if isinstance(value, dict) and value:
        return "\n".join(line for name, one in value.items() for line in setting(flow(name), one))
    return flow(value)
