"""Templates: an agenda item written as `template: NAME` and a few fields, filled in to the item it stands for.

Format: docs/templates.md, which also says how to write one. A template is a YAML file in `ballot_service/templates/`,
data with a citation and no code. Its `item` is filled in with json-e; what organisers write only ever enters as values,
never as template text, so `${…}` in a name stays `${…}`. The item that comes out is read like any other: ledger and
verifier know nothing of templates.

Mistakes in fields are reported where they were written. One that only shows in the filled-in item is reported at the
item, with the template's name. A fault of a template itself is ours: RuntimeError.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jsone

from ballot_service.meetings.field_readers import (
    WRONG,
    Place,
    Reader,
    identifier,
    or_null,
    record,
    text,
    true_or_false,
)
from ballot_service.meetings.field_readers import Field as RecordField
from ballot_service.meetings.normal_form import MAX_TITLE_CHARS, MeetingContext
from ballot_service.meetings.problems import Findings, Path, describe, did_you_mean, path_text
from ballot_service.meetings.template_fields import COMPLETED, FORMS, WORDS
from ballot_service.meetings.yaml_source import SourceLimits, load_yaml

__all__ = [
    "Alternative", "Cite", "Template", "TemplateField",
    "expand", "nearest_names", "read_template", "template_names",
]  # fmt: skip

MAX_ID_CHARS = 64
MAX_NEAR = 5  # names in a hint
OPERATORS = frozenset({"$eval", "$if", "$map", "$merge", "$flatten", "$let", "$switch", "$default"})
WRITTEN_TOO = {  # the fields of any item that stay beside those of the template
    "id": RecordField(identifier),
    "title": RecordField(text(MAX_TITLE_CHARS)),
    "show_ranks": RecordField(true_or_false, True),
}
SAME_NAME = ("id", "title", "show_ranks", "announce", "steps", "quorum")  # mean the same in a template and an item


@dataclass(frozen=True)
class Cite:
    """Where a rule comes from; `quote` is literally in the document, None where only the number is taken over."""

    document: str
    clause: str
    quote: str | None


@dataclass(frozen=True)
class Alternative:
    """Another value of a field, in Chinese what reading of the document it is, and what must be written with it."""

    value: Any
    reading: str
    together: Mapping[str, Any]


@dataclass(frozen=True)
class TemplateField:
    """A field that organisers may write. `parts` are the names of a mapping whose values are read by their forms."""

    name: str
    help: str
    required: bool
    default: Any  # as written in the template
    example: Any
    alternatives: tuple[Alternative, ...]
    form: str
    parts: Mapping[str, str]

    @property
    def nullable(self) -> bool:
        return not self.required and (self.default is None or any(one.value is None for one in self.alternatives))

    def reader(self, context: MeetingContext) -> Reader:
        read = self._parts_reader(context) if self.parts else FORMS[self.form](context)
        return or_null(read) if self.nullable else read

    def _parts_reader(self, context: MeetingContext) -> Reader:
        fields = {}
        for name, form in self.parts.items():
            read = FORMS[form.removesuffix("?")](context)
            fields[name] = RecordField(or_null(read) if form.endswith("?") else read)
        return lambda place: record(place, fields)

    def completed(self, written: Any) -> Any:
        """What is written, with the parts of the default that are not."""
        if (self.parts or self.name in COMPLETED) and isinstance(written, dict) and isinstance(self.default, dict):
            return {**self.default, **written}
        return written


@dataclass(frozen=True)
class Template:
    """One procedure of one document."""

    name: str
    title: str
    summary: str
    cite: Cite
    cites: Mapping[str, Cite]
    notes: tuple[str, ...]
    fields: Mapping[str, TemplateField]
    refused: tuple[tuple[str, str], ...]  # readings that cannot be had, and why
    example_meeting: Mapping[str, Any]
    item: Any  # json-e


# --- reading the templates that are shipped


@cache
def template_names() -> tuple[str, ...]:
    """`kind/source`, sorted."""
    found = []
    for kind in (files("ballot_service") / "templates").iterdir():
        if kind.is_dir():
            found += [f"{kind.name}/{one.name[:-5]}" for one in kind.iterdir() if one.name.endswith(".yaml")]
    return tuple(sorted(found))


def nearest_names(name: str) -> tuple[str, ...]:
    """Names that may have been meant: the one with nearly these letters, else those that share a word."""
    close = difflib.get_close_matches(name[:MAX_ID_CHARS], template_names(), n=1)
    if close:
        return tuple(close)
    words = set(re.split("[-/_ ]", name.lower()))
    sharing = [one for one in template_names() if words & set(re.split("[-/]", one))]
    return tuple(sharing[:MAX_NEAR])


@cache
def read_template(name: str) -> Template:
    """Raises: KeyError for a name that is none; RuntimeError for a template that is not well written."""
    if name not in template_names():
        raise KeyError(name)
    kind, source = name.split("/")
    data = (files("ballot_service") / "templates" / kind / f"{source}.yaml").read_bytes()
    value, _ = load_yaml(data, SourceLimits(max_depth=40))
    template = _template(name, value)
    _check_template(template)
    return template


def _template(name: str, value: Any) -> Template:
    _check_keys(name, value, ("template", "title", "summary", "cite", "cites", "fields", "example_meeting", "item"), (
        "notes", "refused",
    ))  # fmt: skip
    cite = _cite(f"{name}: cite", value["cite"])
    return Template(
        name=value["template"],
        title=value["title"],
        summary=value["summary"],
        cite=cite,
        cites={
            key: _cite(f"{name}: cites.{key}", {"document": cite.document, "quote": None, **one})
            for key, one in value["cites"].items()
        },
        notes=tuple(value.get("notes", [])),
        fields={key: _field(f"{name}: {key}", key, one) for key, one in value["fields"].items()},
        refused=tuple((one["reading"], one["reason"]) for one in value.get("refused", [])),
        example_meeting=value["example_meeting"],
        item=value["item"],
    )


def _cite(where: str, value: Any) -> Cite:
    _check_keys(where, value, ("document", "clause", "quote"))
    return Cite(**value)


def _field(where: str, name: str, value: Any) -> TemplateField:
    _check_keys(where, value, ("help",), ("required", "default", "example", "alternatives", "form", "parts"))
    if value.get("required", False) == ("default" in value):
        raise RuntimeError(f"{where}: a field is required or has a default")
    alternatives = []
    for one in value.get("alternatives", []):
        _check_keys(f"{where}: an alternative", one, ("value", "reading"), ("together",))
        alternatives.append(Alternative(one["value"], one["reading"], one.get("together", {})))
    return TemplateField(
        name=name,
        help=value["help"],
        required=value.get("required", False),
        default=value.get("default"),
        example=value.get("example"),
        alternatives=tuple(alternatives),
        form=value.get("form", name),
        parts=value.get("parts", {}),
    )


def _check_keys(where: str, value: Any, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> None:
    """A comma in a text without quotes makes two of it in `{…}`, and a misspelt key would do nothing."""
    if not isinstance(value, dict) or not set(needed) <= set(value) <= {*needed, *allowed}:
        raise RuntimeError(f"{where}: {list(value)} is not {', '.join(needed)} (and perhaps {', '.join(allowed)})")


def _check_template(template: Template) -> None:
    """What would otherwise come out in the meeting of somebody who cannot mend it."""
    for field in template.fields.values():
        if field.name not in WORDS:
            raise RuntimeError(f"{template.name}: {field.name} is not a word of templates")
        values = [one.value for one in field.alternatives]
        values.append(field.example if field.required else field.default)
        if field.example is not None:
            values.append(field.example)
        for value in values:
            if value is not None or not field.nullable:
                _value_of(template, field, value)
    _check_operators(template.name, template.item)


def _check_operators(name: str, part: Any) -> None:
    """Of json-e's operators, those that fill in no value a second time: `$find` would take a name for a template."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key.startswith("$") and key not in OPERATORS:
                raise RuntimeError(f"{name}: {key} is not used in templates")
            _check_operators(name, value)
    elif isinstance(part, list):
        for value in part:
            _check_operators(name, value)


def _value_of(template: Template, field: TemplateField, value: Any) -> Any:
    """A value of the template's own, in normal form."""
    findings = Findings({})
    read = field.reader(MeetingContext({}))(Place(field.completed(value), (field.name,), findings))
    if findings.problems:
        raise RuntimeError(f"{template.name}: {findings.problems[0]}")
    return read


# --- from what is written to an item


def expand(place: Place, context: MeetingContext, read_item: Reader) -> Any:
    """The item in normal form that a written `template` item stands for; `{}` after a problem was reported."""
    template = _template_at(place)
    if template is None:
        return {}
    before = len(place.findings.problems)
    values = _read_fields(place, template, context)
    if len(place.findings.problems) > before:
        return {}
    item = _fill_in(template, values)
    if not _give_full_ids(place, item, values["id"]):
        return {}
    findings = _FromTemplate(place, template.name)
    read = read_item(Place(item, place.path, findings))
    return {} if read is WRONG or findings.reported else read


def _template_at(place: Place) -> Template | None:
    named = place.child("template")
    if isinstance(named.value, str) and named.value in template_names():
        return read_template(named.value)
    hint = _name_hint(named.value)
    named.wrong(f"the name of a template, as `ballot-service templates` lists them{hint}")
    return None


def _name_hint(name: object) -> str:
    near = nearest_names(name) if isinstance(name, str) else ()
    return f"; did you mean {' or '.join(near)}?" if near else f", as {template_names()[0]}"


def _read_fields(place: Place, template: Template, context: MeetingContext) -> dict[str, Any]:
    written = dict(place.value)
    del written["template"]
    for name in list(written):
        if name not in WRITTEN_TOO and name not in template.fields:
            if place.findings.full:
                break
            _report_unknown(place, template, name)
            del written[name]
    fields = dict(WRITTEN_TOO)
    for name, field in template.fields.items():
        if name in written:
            written[name] = field.completed(written[name])
        default = {} if field.required else {"default": _value_of(template, field, field.default)}
        fields[name] = RecordField(field.reader(context), **default)
    values = record(Place(written, place.path, place.findings), fields)
    assert isinstance(values, dict)
    _check_together(place, template, values)
    return values


def _report_unknown(place: Place, template: Template, name: Any) -> None:
    names = [*WRITTEN_TOO, *template.fields]
    where = (name,) if isinstance(name, str) else ()
    what = "the field" if name in WORDS else "the unknown field"
    hint = did_you_mean(name, names) or f": {', '.join(names)}"
    place.wrong_at(where, f"{what} {describe(name)}", f"a field of the template {template.name}{hint}")


def _check_together(place: Place, template: Template, values: dict[str, Any]) -> None:
    """Fields that must fit one another: said here, where they were written, and not at a rule nobody wrote."""
    grades, points = values.get("grades"), values.get("points")
    names = {one["id"] for one in grades or [] if "id" in one}
    field = template.fields.get("points")
    if grades and isinstance(points, dict) and field and not field.parts:
        if "step" in points:
            if "grades" in place.value:
                place.wrong_at(
                    ("grades",), "grades", "no grades beside points from min to max, which are given directly"
                )
        elif set(points) != names:
            at = "points" if "points" in place.value else "grades"
            found = f"points for {', '.join(points)} and the grades {', '.join(sorted(names))}"
            place.wrong_at((at,), found, "points for exactly the grades: write both fields")
    if values.get("candidates") is not None and values.get("roster") is not None:
        found = "names to vote on beside the roster"
        place.wrong_at(("candidates",), found, "candidates or roster: leave one of them out")
    voters = values.get("voters")
    if voters is None:
        return
    for position, name in enumerate(values.get("official") or []):
        if name not in voters and "official" in place.value:
            place.wrong_at(("official", position), describe(name), f"one of the voters, {', '.join(voters[:20])}")
    weights = values.get("weights")
    by_class = "weights" in template.fields and not template.fields["weights"].parts
    if isinstance(weights, dict) and by_class and set(weights) != set(voters):
        at = "weights" if "weights" in place.value else "voters"
        place.wrong_at(
            (at,), f"weights for {', '.join(weights)}", f"weights for exactly the voters, {', '.join(voters)}"
        )


def _fill_in(template: Template, values: dict[str, Any]) -> Any:
    cites = {name: vars(one) for name, one in template.cites.items()}
    item = jsone.render(template.item, {**values, "cite": vars(template.cite), "cites": cites})
    return {"id": values["id"], "title": values["title"], "show_ranks": values["show_ranks"], **item}


def _give_full_ids(place: Place, item: dict[str, Any], prefix: str) -> bool:
    """Put the item's id before the ids inside: a meeting may have two items of one template.

    The only contest of an item has the item's id. False when an id would be too long.
    """
    contests = item["contests"]
    alone = len(contests) == 1
    contest_ids = {one["id"]: prefix if alone else f"{prefix}-{one['id']}" for one in contests}
    input_ids = {one["id"]: f"{prefix}-{one['id']}" for one in item.get("inputs", [])}
    score_ids = {one["id"]: f"{prefix}-{one['id']}" for one in item.get("scores", [])}
    for full in [*contest_ids.values(), *input_ids.values(), *score_ids.values()]:
        if len(full) > MAX_ID_CHARS:
            expected = f"shorter ids: together they make at most {MAX_ID_CHARS} characters"
            place.wrong_at(("id",), f"{describe(prefix)}, which gives the id {full}, of {len(full)}", expected)
            return False

    def value(name: str) -> str:
        contest, rule = name.rsplit(".", 1)
        return f"{contest_ids[contest]}.{rule}"

    item["contests"] = [{**one, "id": contest_ids[one["id"]]} for one in contests]
    if "inputs" in item:
        item["inputs"] = [{**one, "id": input_ids[one["id"]]} for one in item["inputs"]]
    full_names = {"value": value, "input": input_ids.__getitem__, "score": score_ids.__getitem__}
    for score in item.get("scores", []):
        score["id"] = score_ids[score["id"]]
        if "pool" in score:
            score["pool"] = [value(name) for name in score["pool"]]
        for term in score.get("sum", []):
            for key, full_name in full_names.items():
                if key in term:
                    term[key] = full_name(term[key])
    return True


class _FromTemplate(Findings):
    """Problems of a filled-in item, told to somebody who wrote only the template's fields."""

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(place.findings.lines)
        self.place = place
        self.name = name
        self.reported = False

    def add(self, path: Path, found: str, expected: str, *, line: int | None = None) -> None:
        self.reported = True
        inside = path[len(self.place.path) :]
        if inside and inside[0] in SAME_NAME and inside[0] in self.place.value:
            self.place.findings.add(path, found, expected, line=line)
            return
        at = f" at {path_text(inside)}" if inside else ""
        self.place.findings.add(
            self.place.path, f"{found}{at} of the item that the template {self.name} gives", expected
        )

    @property
    def full(self) -> bool:
        return self.place.findings.full
