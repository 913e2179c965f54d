"""docs/protocol.md and the formats against the verifier: every entry type, field, check and grammar line."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import page, rows, words_in_code
from verify import agenda, entries, grammar, words
from verify.checks import CHECKS
from verify.cli import _parser
from verify.ledger import MAX_ENTRIES, MAX_LINE_BYTES, MAX_NOTE_BYTES
from verify.options import MAX_OPTION_FILE_BYTES
from verify.rules import AUDIENCES, result_form
from verify.rules.choices import KINDS
from verify.rules.count import BASES
from verify.rules.judging import RULES

PROTOCOL = page("protocol.md")
ENTRIES = PROTOCOL.split("### Entries")[1].split("### Grammar")[0]


def fields_of(shape: Any) -> set[str]:
    """The field names that a shape of `verify.entries` asks for, at every depth, read from its closures."""
    found: set[str] = set()
    waiting, seen = [shape], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        for cell in getattr(one, "__closure__", None) or ():
            inner = cell.cell_contents
            if isinstance(inner, dict) and inner and all(callable(member) for member in inner.values()):
                if one.__qualname__.startswith("record."):
                    found |= inner.keys()
                waiting += inner.values()
            elif callable(inner):
                waiting.append(inner)
    return found


def test_the_reader_of_shapes_finds_fields():
    assert fields_of(entries.TYPES["poll-close"]) >= {"poll", "counts", "paper", "class", "issued", "returned", "at"}


@pytest.mark.parametrize("kind", [*entries.TYPES, "ballot"])
def test_every_entry_type_is_described(kind):
    assert f"`{kind}`" in ENTRIES


@pytest.mark.parametrize("kind", sorted(set(entries.TYPES) - {"result", "paper", "item", "meeting"}))
def test_every_field_of_an_entry_is_described(kind):
    table = ENTRIES.split("The other types:")[1].split(f"| `{kind}` ")[1]
    described = words_in_code(re.split(r"\n\| `[a-z-]+` [A-Z] ", table)[0])
    assert fields_of(entries.TYPES[kind]) - {"type"} <= described


def test_every_field_of_entry_0_is_described():
    described = words_in_code(ENTRIES.split("**`meeting`**")[1].split("The other types:")[0])
    assert fields_of(entries._meeting_fields) - {"type"} <= described | words_in_code(page("formats/meeting-file.md"))


@pytest.mark.parametrize("kind", ["paper", "item"])
def test_every_field_of_a_paper_and_an_item_is_described(kind):
    described = words_in_code(ENTRIES) | words_in_code(page("formats/meeting-file.md"))
    assert fields_of(entries.TYPES[kind]) - {"type"} <= described


def test_every_field_of_items_contests_and_rules_is_in_the_format_of_the_meeting_file():
    described = words_in_code(page("formats/meeting-file.md"))
    shapes = [agenda.item, agenda._contest_fields, *agenda.BALLOT_KINDS.values(), *agenda.RULES.values()]
    assert set().union(*map(fields_of, shapes)) <= described


def test_every_field_of_a_round_is_in_the_format_of_the_verdict():
    assert fields_of(entries._round) <= words_in_code(page("formats/verdict.md"))


def test_ballot_fields_are_described():
    described = words_in_code(ENTRIES.split("| `ballot` ")[1].split("| `poll-close` ")[0])
    assert {"paper", "class", "key", "sigs", "enc", "ct", "sig"} <= described


def test_every_check_is_listed_with_what_it_stands_on():
    section = PROTOCOL.split("## 9.")[1].split("## 10.")[0]
    listed = [row[:2] for row in rows(section) if re.fullmatch(r"V\d\d", row[0])]
    assert listed == [[check.id, ", ".join(check.needs)] for check in CHECKS]


def test_the_grammar_is_the_verifiers():
    def lines(text: str) -> list[str]:
        found = re.search(r"ledger = .*?\n(?=\n|```)", text, re.DOTALL)
        assert found
        return [line.strip() for line in found[0].strip().splitlines()]

    assert lines(PROTOCOL) == lines(grammar.__doc__ or "")


def test_the_word_lists_are_the_editions_of_the_page():
    folder = Path(words.__file__).with_name("words")
    for name, first, last in re.findall(r"`(\w+\.txt)` \((?:SHA-256 )?`([0-9a-f]{8})…([0-9a-f]{4})`\)", PROTOCOL):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert (digest[:8], digest[-4:]) == (first, last), name
    assert {f"`{name}.txt`" for name in words.LISTS.values()} <= set(re.findall(r"`\w+\.txt`", PROTOCOL))


def test_sections_keep_their_numbers():
    numbers = re.findall(r"^## (\d+)\. ", PROTOCOL, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 12)]


def test_limits_are_the_readers():
    text = page("formats/ledger.md")
    for number in (MAX_LINE_BYTES, MAX_ENTRIES, MAX_NOTE_BYTES, MAX_OPTION_FILE_BYTES):
        assert f"{number:,}" in text


def test_every_option_of_the_verifier_is_described_and_no_other():
    described = set(re.findall(r"^\| `(--[a-z-]+)", page("formats/verdict.md"), re.MULTILINE))
    assert described == {
        option for action in _parser()._actions for option in action.option_strings if option.startswith("--")
    } - {"--help"}


def test_every_audience_and_mode_is_described_in_order():
    table = {
        row[0].split("`")[1]: re.findall(r"`([a-z]+)`", " ".join(row[1:]))
        for row in rows(page("rules.md").split("## Announcing")[1])
        if row[0].startswith("`")
    }
    assert table == {mode: list(audiences) for mode, audiences in AUDIENCES.items()}


def test_kinds_and_rules_of_this_version_are_those_described():
    text = page("formats/meeting-file.md")
    assert {
        row[0].strip("`") for row in rows(text.split("## §2.")[1].split("## Small")[0]) if row[0].startswith("`")
    } == KINDS.keys()
    assert {
        row[0].strip("`") for row in rows(text.split("## §3.")[1].split("## §4.")[0]) if row[0].startswith("`")
    } == RULES.keys()
    assert set(BASES) <= words_in_code(text)


def test_the_result_form_leaves_out_what_the_page_says():
    judged = {
        "judgements": [],
        "proposals": [],
        "quorum": {"held": True, "working": ""},
        "values": {"a": {"exact": "1", "display": ""}},
        "round": 1,
    }
    assert result_form(judged) == {"quorum": {"held": True}, "values": {"a": {"exact": "1"}}, "round": 1}
