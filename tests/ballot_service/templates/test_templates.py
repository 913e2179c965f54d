"""Every template that is shipped: it can be read, it is what its document says, and its printed meeting publishes."""

import re
from pathlib import Path
from typing import Any

import pytest

from ballot_service.meetings.meeting_file import Refusal, read_meeting_text
from ballot_service.meetings.template_example import commented_choices, commented_meeting
from ballot_service.meetings.templates import Cite, Template, read_template, template_names
from ballot_service.meetings.yaml_source import load_yaml

SEEDS = Path(__file__).parents[4] / "shared" / "domain" / "seeds"  # the documents; not part of the project
NUMBER_OF = {"f0": "000", "f1": "001", "f2": "002", "f3": "003", "f4": "004"}
# One document is stored with its old characters and their pronunciation.
TITLE_THERE = {"干部作风建设监督工作方案": "干部作風(fēng)建設(shè)監(jiān)督工作方案"}
NAMES = template_names()


def agenda_of(text: str) -> list[dict[str, Any]]:
    agenda: list[dict[str, Any]] = read_meeting_text(text.encode()).fields["agenda"]
    return agenda


def switched_on(text: str, lines: list[str]) -> str:
    """The file with these commented lines in force, and without what it had filled in for the same fields."""
    live = [line.replace("#", "", 1) for line in lines]
    for name in {line.strip().split(":")[0] for line in live if re.match(r" {4}\w", line)}:
        text = re.sub(rf"(?m)^ {{4}}{name}:.*\n(?: {{5}}.*\n)*", "", text)
    return text.replace("\n".join(lines) + "\n", "\n".join(live) + "\n", 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_printed_meeting_can_be_published(name: str) -> None:
    template = read_template(name)
    assert template.name == name
    (item,) = agenda_of(commented_meeting(template))
    assert item["contests"]


@pytest.mark.parametrize("name", NAMES)
def test_each_choice_can_be_switched_on(name: str) -> None:
    text = commented_meeting(read_template(name))
    for what, lines in commented_choices(read_template(name)):
        assert "\n".join(lines) in text
        changed = switched_on(text, lines)
        assert changed != text
        try:
            assert agenda_of(changed)
        except Refusal as refusal:
            raise AssertionError(f"{what}: {refusal}") from refusal


@pytest.mark.parametrize("name", NAMES)
def test_a_default_written_out_changes_nothing(name: str) -> None:
    template = read_template(name)
    text = commented_meeting(template)
    plain = agenda_of(text)
    for what, lines in commented_choices(template):
        if what.endswith(": default"):
            text = switched_on(text, lines)
    assert agenda_of(text) == plain


@pytest.mark.parametrize("name", NAMES)
def test_each_alternative_changes_the_item(name: str) -> None:
    template = read_template(name)
    text = commented_meeting(template)
    plain = agenda_of(text)
    for what, lines in commented_choices(template):
        if not what.endswith(": default"):
            assert agenda_of(switched_on(text, lines)) != plain, what


def cites_of(template: Template) -> list[Cite]:
    return [template.cite, *template.cites.values()]


@pytest.mark.parametrize("name", NAMES)
def test_every_quote_stands_in_its_document(name: str) -> None:
    if not SEEDS.is_dir():
        pytest.skip(f"the documents are not here: {SEEDS}")
    (seed,) = SEEDS.glob(NUMBER_OF[name.split("/")[1]] + "_*.txt")
    document = seed.read_text(encoding="utf-8")
    for cite in cites_of(read_template(name)):
        if cite.quote is not None:
            assert cite.quote in document
            assert TITLE_THERE.get(cite.document, cite.document) in document


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_says_where_it_comes_from(name: str) -> None:
    (item,) = agenda_of(commented_meeting(read_template(name)))
    for contest in item["contests"]:
        for rule in contest["rules"]:
            assert rule["cite"] is not None, f"{contest['id']}: {rule['rule']}"


@pytest.mark.parametrize("name", NAMES)
def test_every_citation_is_used(name: str) -> None:
    kind, source = name.split("/")
    path = Path(__file__).parents[3] / "ballot_service" / "templates" / kind / f"{source}.yaml"
    item = str(load_yaml(path.read_bytes())[0]["item"])  # type: ignore[index]
    for one in read_template(name).cites:
        assert f"cites.{one}" in item
