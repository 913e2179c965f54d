"""A template as a meeting file to start from: what must be written is filled in, the rest stands beside it as comments.

`commented_meeting` makes it from the template's own fields, so that it cannot fall behind them. A line that begins
with `#` and a space explains; one that begins with `#` and a word is a setting: take the `#` away, and it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ballot_service.meetings.templates import Alternative, Template, TemplateField

INDENT = "    "  # of an item's fields
MAX_LINE_CHARS = 110

_PLAIN = re.compile(r"[A-Za-z_\u3400-\u9fff][\w\u3400-\u9fff、。《》“”·-]*")  # needs no quotes in YAML
_NOT_TEXT = re.compile(r"(?i)null|true|false|yes|no|on|off")


def commented_meeting(template: Template) -> str:
    """A whole meeting file in YAML. It publishes as it is."""
    return "\n".join([*_head(template), *_meeting(template.example_meeting), *_item(template)]) + "\n"


def commented_choices(template: Template) -> Iterator[tuple[str, list[str]]]:
    """Each setting that stands as a comment: what it is, and its lines as they are in the file."""
    for field in template.fields.values():
        if not _is_filled_in(field):
            yield f"{field.name}: default", list(_as_comment(field.name, field.default))
        for alternative in field.alternatives:
            yield f"{field.name}: {alternative.reading}", list(_settings(field, alternative))


def _head(template: Template) -> Iterator[str]:
    yield f"# {template.title}（{template.name}）"
    yield f"# {template.summary}。"
    yield "#"
    yield f"# 依据：《{template.cite.document}》{template.cite.clause}"
    if template.cite.quote is not None:
        yield f"# 原文：「{template.cite.quote}」"
    for note in template.notes:
        yield f"# 说明：{note}"
    if template.refused:
        yield "#"
        yield "# 不提供的做法："
        for reading, reason in template.refused:
            yield f"# - {reading}：{reason}。"
    yield "#"
    yield "# 井号后空一格的是说明；井号后紧跟字段名的是默认值或另一种读法，去掉行首的井号即生效，同一字段只能写一次。"


def _meeting(example: Mapping[str, Any]) -> Iterator[str]:
    yield "format: ballot-service/meeting/1"
    yield f"id: {flow(example.get('id', 'example'))}"
    for name in ("title", "organiser", "place"):
        yield f"{name}: {flow(example[name])}"
    yield f"date: {flow(example.get('date', '2026-12-18'))}"
    yield "# 票种：expected 是应到人数"
    yield "classes:"
    yield from (f"  - {flow(one)}" for one in example["classes"])
    yield "# 监票卡：共几张，几张合用才能开箱"
    yield "scrutineers: {cards: 3, threshold: 2}"
    yield "agenda:"


def _item(template: Template) -> Iterator[str]:
    item = template.example_meeting["item"]
    yield f"  - id: {flow(item['id'])}"
    yield f"{INDENT}title: {flow(item['title'])}"
    yield f"{INDENT}template: {template.name}"
    for field in template.fields.values():
        yield ""
        yield f"{INDENT}# {field.help}"
        if _is_filled_in(field):
            yield from (INDENT + line for line in setting(field.name, field.example))
        else:
            yield f"{INDENT}# 默认："
            yield from _as_comment(field.name, field.default)
        for alternative in field.alternatives:
            with_others = f"（连同 {'、'.join(alternative.together)} 一起写）" if alternative.together else ""
            yield f"{INDENT}# 另一种读法：{alternative.reading}{with_others}"
            yield from _settings(field, alternative)


def _is_filled_in(field: TemplateField) -> bool:
    return field.example is not None


def _settings(field: TemplateField, alternative: Alternative) -> Iterator[str]:
    yield from _as_comment(field.name, alternative.value)
    for name, value in alternative.together.items():
        yield from _as_comment(name, value)


def _as_comment(name: str, value: Any) -> Iterator[str]:
    return (f"{INDENT}#{line}" for line in setting(name, value))


def setting(name: str, value: Any) -> Iterator[str]:
    """`name: value`, on one line where it fits."""
    line = f"{name}: {flow(value)}"
    if len(line) <= MAX_LINE_CHARS or not isinstance(value, list | dict) or not value:
        yield line
        return
    yield f"{name}:"
    if isinstance(value, list):
        yield from (f"  - {flow(one)}" for one in value)
    else:
        for key, inner in value.items():
            yield from (f"  {line}" for line in setting(flow(key), inner))


def flow(value: Any) -> str:
    """A value on one line: YAML in flow style, with quotes only where they are needed."""
    match value:
        case dict():
            return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str() if _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value):
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
