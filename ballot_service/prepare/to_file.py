"""From a draft to its meeting file, and back. What the draft leaves open is left out, so that defaults hold.

Every value remembers the input it came from (`places`), so that the reader's problems can be shown beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ballot_service.meetings.normal_form import FORMAT
from ballot_service.meetings.problems import Path, path_text
from ballot_service.meetings.templates import read_template, template_names
from ballot_service.prepare.content import BASICS, MORE, SETTINGS, TEXTS, Content, new_content, new_item
from ballot_service.prepare.fields import LEFT_OUT, FormField, entry_of, form_fields, own_text, written, yaml_text
from ballot_service.prepare.ids import free_id

EXPERT = ("quorum", "history", "bars", "inputs", "scores", "calendar", "witnesses")
"""Fields of the file that are written as YAML, all in one box."""


@dataclass(frozen=True)
class Spot:
    """An input of a page: the section it is in, and its name there."""

    section: str
    name: str


@dataclass
class Filed:
    """The meeting file that a draft stands for."""

    value: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Spot] = field(default_factory=dict)  # by the path as problems write it
    unreadable: list[tuple[Spot, str]] = field(default_factory=list)  # YAML that cannot be read

    def put(self, path: Path, spot: Spot) -> None:
        self.places[path_text(path)] = spot

    def spot_of(self, path: str) -> Spot:
        """The input of this value, or of the nearest one around it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return Spot(BASICS, "")


def file_of(content: Content) -> Filed:
    """The meeting file, as far as it is written."""
    filed = Filed()
    value = filed.value
    value["format"] = FORMAT
    for name in TEXTS[:5]:
        filed.put((name,), Spot(BASICS, name))
        if content.get(name):
            value[name] = content[name]
    value.setdefault("id", suggested_id(content))
    _classes(content, filed)
    value["scrutineers"] = {name: _number(content.get(name, "")) for name in TEXTS[5:] if content.get(name)}
    for name in TEXTS[5:]:
        filed.put(("scrutineers", name), Spot(BASICS, name))
    _settings(content, filed)
    _more(content, filed)
    value["agenda"] = []
    taken: set[str] = {item["id"] for item in content["items"] if item.get("id")}
    for number, item in enumerate(content["items"]):
        value["agenda"].append(_item(item, number, taken, filed))
    filed.put(("agenda",), Spot("agenda", ""))
    return filed


def suggested_id(content: Content) -> str:
    """`m-20261218`; the date's digits."""
    digits = "".join(one for one in content.get("date", "") if one.isascii() and one.isdigit())[:8]
    return f"m-{digits}" if digits else "m-1"


def _classes(content: Content, filed: Filed) -> None:
    listed, reserve = [], {}
    for place, row in enumerate(content["classes"]):
        one: dict[str, Any] = {"id": row.get("id", ""), "name": row.get("name", "")}
        one["expected"] = _number(row.get("expected", ""))
        if row.get("observer"):
            one["observer"] = True
        listed.append(one)
        if row.get("reserve"):
            reserve[row.get("id", "")] = _number(row["reserve"])
        filed.put(("slips", "reserve", row.get("id", "")), Spot(BASICS, f"classes-{place}-reserve"))
        filed.put(("classes", place), Spot(BASICS, f"classes-{place}-name"))
        for name in ("id", "name", "expected", "observer"):
            filed.put(("classes", place, name), Spot(BASICS, f"classes-{place}-{name}"))
    filed.put(("classes",), Spot(BASICS, "classes"))
    filed.value["classes"] = listed
    if reserve:
        filed.value["slips"] = {"reserve": reserve}


def _settings(content: Content, filed: Filed) -> None:
    paths: dict[str, Path] = {
        "locale": ("locale",), "transport": ("transport",), "min_class": ("min_class",),
        "rsa_bits": ("issuer", "rsa_bits"), "pages": ("pages", "spare"), "boxes": ("boxes", "spare"),
    }  # fmt: skip
    for name in SETTINGS:
        path = paths[name]
        filed.put(path, Spot(BASICS, name))
        if not content.get(name):
            continue
        value = content[name] if name in ("locale", "transport") else _number(content[name])
        if len(path) == 1:
            filed.value[name] = value
        else:
            filed.value[str(path[0])] = {path[1]: value}


def _more(content: Content, filed: Filed) -> None:
    for name in EXPERT:
        filed.put((name,), Spot(BASICS, MORE))
    read = own_text(content.get("more", ""))
    if read.unreadable:
        filed.unreadable.append((Spot(BASICS, MORE), read.unreadable))
    elif isinstance(read.value, dict):
        for name, value in read.value.items():
            if name in EXPERT:
                filed.value[name] = value
            else:
                filed.unreadable.append((Spot(BASICS, MORE), f"{name}: not one of {', '.join(EXPERT)}"))
    elif read.value is not LEFT_OUT and read.value is not None:
        filed.unreadable.append((Spot(BASICS, MORE), "not a mapping"))


def _item(item: dict[str, Any], number: int, taken: set[str], filed: Filed) -> Any:
    at: Path = ("agenda", number)
    section = item["key"]
    filed.put(at, Spot(section, ""))
    if "yaml" in item:
        filed.put(at, Spot(section, "yaml"))
        read = own_text(item["yaml"])
        if read.unreadable:
            filed.unreadable.append((Spot(section, "yaml"), read.unreadable))
        return {} if read.value is LEFT_OUT else read.value
    template = item["template"]
    item_id = item.get("id") or free_id(template.partition("/")[0], taken.__contains__)
    taken.add(item_id)
    value: dict[str, Any] = {"id": item_id, "title": item.get("title", ""), "template": template}
    if not item.get("show_ranks"):
        value["show_ranks"] = False
    for name in ("id", "title"):
        filed.put((*at, name), Spot(section, name))
    together: dict[str, Any] = {}
    for one in form_fields(read_template(template)) if template in template_names() else []:
        together.update(_field(one, item, value, at, filed))
    for name, other in together.items():
        value.setdefault(name, other)
    return value


def _field(one: FormField, item: dict[str, Any], value: dict[str, Any], at: Path, filed: Filed) -> dict[str, Any]:
    """Puts one field into the item; returns what must be written with it."""
    section = item["key"]
    filed.put((*at, one.name), Spot(section, one.name))
    read = written(one, item["fields"].get(one.name, {}))
    if read.unreadable:
        filed.unreadable.append((Spot(section, one.name), read.unreadable))
    if read.value is not LEFT_OUT:
        value[one.name] = read.value
    for path, name in read.places.items():
        filed.put((*at, one.name, *path), Spot(section, name))
    return dict(read.together)


def _number(text: str) -> int | str:
    """A number as the file has it; what is none stays as it was typed, and is refused with its own words."""
    return int(text) if text.isdecimal() and len(text) < 16 else text


# --- back: from a meeting file that was read as YAML or JSON


def content_of(value: dict[str, Any]) -> Content:
    """The draft that stands for a meeting file which publishing accepts. The inverse of `file_of`."""
    content = new_content()
    for name in TEXTS[:5]:
        if isinstance(value.get(name), str | int):
            content[name] = str(value[name])
    cards = value.get("scrutineers")
    for name in TEXTS[5:]:
        content[name] = str(cards.get(name, "")) if isinstance(cards, dict) else ""
    content["classes"] = _class_rows(value)
    content["items"] = [_content_item(one) for one in value.get("agenda", [])]
    nested = {"rsa_bits": ("issuer", "rsa_bits"), "pages": ("pages", "spare"), "boxes": ("boxes", "spare")}
    for name in SETTINGS:
        outer, inner = nested.get(name, (name, ""))
        found = value.get(outer)
        found = found.get(inner) if inner and isinstance(found, dict) else found
        if found is not None:
            content[name] = str(found)
    more = {name: value[name] for name in EXPERT if value.get(name) not in (None, [])}
    content["more"] = yaml_text(more) if more else ""
    content["seen"] = [BASICS, *(item["key"] for item in content["items"])]
    return content


def _class_rows(value: dict[str, Any]) -> list[dict[str, str]]:
    slips = value.get("slips")
    reserve = (slips.get("reserve") or {}) if isinstance(slips, dict) else {}
    rows = []
    for one in value.get("classes", []):
        row = {name: str(one[name]) for name in ("id", "name", "expected") if name in one}
        if one.get("observer"):
            row["observer"] = "yes"
        if reserve.get(one.get("id")):
            row["reserve"] = str(reserve[one["id"]])
        rows.append(row)
    return rows


def _content_item(value: dict[str, Any]) -> dict[str, Any]:
    name = value.get("template")
    if name not in template_names():
        return {**new_item(template_names()[0]), "template": "", "title": str(value.get("title", "")),
                "yaml": yaml_text(value)}  # fmt: skip
    item = new_item(str(name))
    item["id"], item["title"] = str(value.get("id", "")), str(value.get("title", ""))
    item["show_ranks"] = "" if value.get("show_ranks") is False else "yes"
    for one in form_fields(read_template(str(name))):
        if one.name in value:
            item["fields"][one.name] = entry_of(one, value[one.name])
    return item
