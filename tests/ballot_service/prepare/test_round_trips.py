"""Form and meeting file say the same: in both directions, for every template."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ballot_service.meetings.meeting_file import (
    MeetingPlan,
    Refusal,
    load_yaml,
    read_meeting_text,
)
from ballot_service.meetings.template_example import commented_meeting
from ballot_service.meetings.templates import read_template, template_names
from ballot_service.prepare.fields import entry_of, form_fields
from ballot_service.prepare.file_text import meeting_text
from ballot_service.prepare.groups import grouped_templates
from ballot_service.prepare.mistakes import judge
from ballot_service.prepare.to_file import content_of, file_of
from tests.ballot_service.prepare.browser import Clerk

JOURNEYS = Path(__file__).parents[2] / "journeys"


def entered(name: tuple[str, str], value: Any) -> Iterator[tuple[str, Any]]:
    """The inputs of a page that say the value of one field."""
    one = next(each for each in form_fields(read_template(name[0])) if each.name == name[1])
    entry = entry_of(one, value)
    if "choice" in entry and one.choices:
        yield f"{one.name}-choice", entry["choice"]
    if "picked" in entry:
        yield one.name, entry["picked"]
    for place, row in enumerate(entry.get("rows", [])):
        for column, text in row.items():
            yield f"{one.name}-{place}-{column}", text
    if "text" in entry:
        yield one.name if one.kind in ("text", "number") else f"{one.name}-text", entry["text"]


@pytest.mark.parametrize("name", template_names())
def test_each_templates_example_can_be_entered_by_the_form(clerk: Clerk, name: str) -> None:
    source = commented_meeting(read_template(name)).encode()
    value: dict[str, Any] = load_yaml(source)[0]  # type: ignore[assignment]
    draft = clerk.begin(name)
    texts = {field: value[field] for field in ("id", "title", "organiser", "place", "date")}
    page = clerk.look(f"{draft}/basics")
    if len(value["classes"]) > 2:
        answer = clerk.send(page, "/basics", act="add:classes")
        page = type(page)(answer.text)
    for place, one in enumerate(value["classes"]):
        for column in ("id", "name", "expected"):
            texts[f"classes-{place}-{column}"] = str(one[column])
        if one.get("observer"):
            texts[f"classes-{place}-observer"] = "yes"
    answer = clerk.send(page, "/basics", texts, act="next")
    assert answer.headers["Location"] == f"{draft}/agenda"

    item = value["agenda"][0]
    written = {"id": item["id"], "title": item["title"]}
    for field in read_template(name).fields:
        if field in item:
            written.update(entered((name, field), item[field]))
    address = clerk.item(draft)
    answer = clerk.send(clerk.look(address), address, written, act="next")
    assert answer.status_code == 303, clerk.look(address).mistakes
    assert answer.headers["Location"] == f"{draft}/agenda", clerk.look(address).mistakes

    judged = judge(clerk.content(draft))
    assert judged.mistakes == []
    assert judged.plan == read_meeting_text(source)
    exported = clerk.client.get(f"{draft}/meeting.yaml").data
    assert read_meeting_text(exported) == judged.plan


def meetings() -> Iterator[Any]:
    for path in sorted(JOURNEYS.rglob("*.yaml")):
        value, _lines = load_yaml(path.read_bytes())
        if isinstance(value, dict) and isinstance(value.get("meeting"), dict):
            yield pytest.param(value["meeting"], id=path.stem)


@pytest.mark.parametrize("value", list(meetings()))
def test_a_meeting_file_imported_and_exported_publishes_the_same(value: dict[str, Any]) -> None:
    def read(data: bytes) -> MeetingPlan | str:
        try:
            return read_meeting_text(data)
        except Refusal as refusal:
            return refusal.code

    exported = meeting_text(file_of(content_of(value)).value)
    assert read(exported.encode()) == read(json.dumps(value).encode())


def test_every_alternative_of_every_template_is_a_choice_and_comes_back() -> None:
    for name in template_names():
        for one in form_fields(read_template(name)):
            for alternative in one.source.alternatives:
                entry = entry_of(one, alternative.value)
                if one.choices and not alternative.together:
                    assert entry["choice"].isdecimal(), (name, one.name)


def test_every_template_is_offered_once() -> None:
    offered = [one.name for _group, templates in grouped_templates() for one in templates]
    assert sorted(offered) == sorted(template_names())
    assert grouped_templates()[-1][0].zh != "其他"  # a new one is put into a group


def test_a_published_meeting_is_copied_with_all_its_rules(clerk: Clerk) -> None:
    source = commented_meeting(read_template("major-matter/f3")).encode()
    published = clerk.service.publish(read_meeting_text(source))
    page = clerk.look("/drafts/new")
    answer = clerk.send(page, "/drafts/copy", {"meeting": published.meeting_id})
    draft = answer.headers["Location"].removesuffix("/basics")
    content = clerk.content(draft)
    assert content["date"] == content["id"] == ""
    content["date"] = "2026-12-18"
    plan = judge(content).plan
    assert plan is not None
    assert plan.fields["agenda"] == read_meeting_text(source).fields["agenda"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("a: [1", "第 ", id="broken yaml names its line"),
        pytest.param("title: x", "agenda", id="no agenda"),
        pytest.param("agenda: [1, 2]", "格式", id="an agenda of numbers"),
        pytest.param("{agenda: [{template: x, id: a}], classes: 5}", "格式", id="classes that are none"),
    ],
)
def test_what_is_no_meeting_file_is_told_and_kept_on_the_page(clerk: Clerk, text: str, said: str) -> None:
    answer = clerk.send(clerk.look("/drafts/new"), "/drafts/import", {"text": text})
    assert answer.status_code == 400
    assert said in answer.text
    assert text.split("\n")[0] in answer.text


def test_a_file_with_mistakes_becomes_a_draft_that_shows_them(clerk: Clerk) -> None:
    text = commented_meeting(read_template("single-vote/f4")).replace("expected: ", "expected: x")
    answer = clerk.send(clerk.look("/drafts/new"), "/drafts/import", {"text": text})
    assert answer.status_code == 303
    assert any("整数" in one for one in clerk.look(answer.headers["Location"]).mistakes)
