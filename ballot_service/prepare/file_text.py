"""A draft's meeting file as text, to keep, to send, or to publish from the command line: YAML with its comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ballot_service.meetings.template_example import flow, setting
from ballot_service.meetings.templates import read_template, template_names

_NOTES = {
    "classes": "票种：expected 是应到人数，observer 是列席",
    "slips": "各票种的备用凭条",
    "scrutineers": "监票卡：共几张，几张合用才能开箱",
    "pages": "选票本备用页",
    "boxes": "备用票箱",
    "transport": "网页怎样传送：https 加密，plain 不加密",
}
_ORDER = ("format", "id", "title", "organiser", "place", "date", "locale", "classes", "slips", "scrutineers")


def meeting_text(value: dict[str, Any]) -> str:
    """The file. What is read from it is `value` again."""
    names = [*(name for name in _ORDER if name in value), *(name for name in value if name not in _ORDER)]
    return "\n".join(_lines(value, [*(one for one in names if one != "agenda"), "agenda"])) + "\n"


def _lines(value: dict[str, Any], names: list[str]) -> Iterator[str]:
    for name in names:
        if name in _NOTES:
            yield f"# {_NOTES[name]}"
        if name == "agenda":
            yield "agenda:"
            for item in value["agenda"]:
                yield from _item(item)
        elif isinstance(value[name], list) and value[name]:
            yield f"{name}:"
            yield from (f"  - {flow(one)}" for one in value[name])
        else:
            yield from setting(name, value[name])


def _item(item: Any) -> Iterator[str]:
    if not isinstance(item, dict) or not item:
        yield f"  - {flow(item)}"
        return
    name = item.get("template")
    template = read_template(name) if name in template_names() else None
    if template is not None:
        yield ""
        yield f"  # {template.title}，依据《{template.cite.document}》{template.cite.clause}"
    first = True
    for field, inner in item.items():
        source = template.fields.get(field) if template is not None else None
        if source is not None:
            yield f"    # {source.help}"
        for line in setting(flow(field), inner):
            yield f"  - {line}" if first else f"    {line}"
            first = False
