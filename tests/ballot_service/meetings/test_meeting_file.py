"""The promise: a sound meeting file has one normal form; any other is refused with every mistake named and placed."""

import base64
import copy
import hashlib
import json
import time
from collections.abc import Callable
from datetime import date as day
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ballot_service.meetings import field_readers
from ballot_service.meetings.meeting_file import (
    MeetingPlan,
    Problem,
    Refusal,
    check_ratios,
    check_small_classes,
    contests_of,
    load_yaml,
    read_meeting_text,
    read_meeting_value,
)
from ballot_service.meetings.problems import Findings
from tests.ballot_service.meetings.sample_meetings import (
    LABELS,
    PLAIN_MEETING,
    QUORUM_FIELDS,
    TIE_FIELDS,
    TIE_MEETING,
)

SHARED_EXAMPLES = Path(__file__).parents[4] / "shared" / "examples"


def witness_key(name: str = "witness.example", kind: int = 4) -> str:
    key = bytes([kind]) + hashlib.sha256(name.encode()).digest()
    checksum = hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    return f"{name}+{checksum}+{base64.b64encode(key).decode()}"


def read_meeting(file: Any) -> MeetingPlan:
    if isinstance(file, str | bytes):
        return read_meeting_text(file.encode() if isinstance(file, str) else file)
    return read_meeting_value(file)


def refused(file: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_meeting(file)
    assert caught.value.problems
    for problem in caught.value.problems:
        assert str(problem).isprintable()
    return caught.value


def as_value(text: str) -> Any:
    return load_yaml(text.encode())[0]


def as_meeting_file(plan: MeetingPlan) -> dict[str, Any]:
    """A plan written as a meeting file again, with nothing left out."""
    file = copy.deepcopy(plan.fields)
    contests = sum(len(item["contests"]) for item in file["agenda"])
    file["slips"] = {"reserve": file.pop("reserve")}
    file["scrutineers"] = {"cards": plan.cards, "threshold": plan.threshold}
    file["pages"] = {"spare": plan.pages - contests}
    file["boxes"] = {"spare": plan.boxes - len(file["agenda"]) - 1}
    file["issuer"] = {"rsa_bits": plan.rsa_bits}
    file["witnesses"] = {"threshold": plan.witness_quorum, "keys": plan.witness_keys}
    file["transport"] = plan.transport
    return file


# --- what is read


def test_a_meeting_file_has_exactly_this_normal_form() -> None:
    plan = read_meeting_text(TIE_MEETING.encode())
    assert plan == MeetingPlan(
        fields=TIE_FIELDS,
        pages=4,
        boxes=5,
        rsa_bits=2048,
        cards=3,
        threshold=2,
        witness_quorum=0,
        witness_keys=[],
        transport="https",
    )
    assert list(plan.fields) == list(TIE_FIELDS)


@pytest.mark.skipif(not SHARED_EXAMPLES.is_dir(), reason="the shared examples are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        pytest.param("foundation-tie-then-elected", TIE_FIELDS, id="the tie"),
        pytest.param("foundation-quorum-and-present", QUORUM_FIELDS, id="the quorum"),
    ],
)
def test_the_foundation_examples_come_out_in_normal_form(name: str, fields: dict[str, Any]) -> None:
    value, lines = load_yaml((SHARED_EXAMPLES / f"{name}.yaml").read_bytes())
    assert isinstance(value, dict)
    plan = read_meeting_value(value["meeting"], lines=lines, at=("meeting",))
    assert plan.fields == fields
    assert (plan.pages, plan.boxes) == (4, 5)


def test_what_is_left_out_has_its_default() -> None:
    plan = read_meeting_text(PLAIN_MEETING.encode())
    assert (plan.pages, plan.boxes, plan.rsa_bits, plan.transport) == (5, 6, 2048, "https")
    assert plan.fields["reserve"] == {"A": 0, "B": 0}
    assert (plan.fields["locale"], plan.fields["min_class"], plan.fields["quorum"]) == ("zh-CN", 5, None)
    [item] = plan.fields["agenda"]
    assert (item["cadre"], item["announce"], item["steps"], item["show_ranks"]) == (False, "internal", [], True)
    [contest] = item["contests"]
    assert contest["title"] == "预算"
    assert contest["ballot"] == {
        "kind": "approval",
        "candidates": [{"id": "budget", "name": "预算草案", "note": None}],
        "max_approve": 1,
        "labels": LABELS,
    }
    assert contest["rules"][0]["at_least"] == "1/2"


def test_json_and_yaml_give_the_same_plan() -> None:
    value = as_value(TIE_MEETING)
    plan = read_meeting_text(TIE_MEETING.encode())
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent="\t"), json.dumps(value, indent=1)):
        assert read_meeting_text(text.encode()) == plan
    assert read_meeting_value(value) == plan


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert read_meeting_text(b"\xef\xbb\xbf" + TIE_MEETING.replace("\n", "\r\n").encode()).fields == TIE_FIELDS


@pytest.mark.parametrize("text", [TIE_MEETING, PLAIN_MEETING], ids=["the tie", "the plain one"])
def test_the_normal_form_reads_to_itself(text: str) -> None:
    plan = read_meeting_text(text.encode())
    again = as_meeting_file(plan)
    assert read_meeting_value(again) == plan
    assert read_meeting_text(json.dumps(again).encode()) == plan


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ('"0.5"', "1/2"),
        ('"50/100"', "1/2"),
        ('"0.50"', "1/2"),
        ("1", "1"),
        ('"1"', "1"),
        ('"2/3"', "2/3"),
        ('"0"', "0"),
        ('"-0"', "0"),
    ],
)
def test_exact_numbers_come_out_in_lowest_terms(written: str, normal: str) -> None:
    plan = read_meeting_text(TIE_MEETING.replace('at_least: "2/3"', f"at_least: {written}").encode())
    assert plan.fields["quorum"] == {"at_least": normal, "of": "expected"}


def test_text_is_composed_and_trimmed() -> None:
    plan = read_meeting_text(TIE_MEETING.replace("place: 常委会议室", 'place: "\u3000Cafe\u0301 "').encode())
    assert plan.fields["place"] == "Café"


def test_a_rare_name_newer_than_pythons_unicode_is_text() -> None:
    rare = "\U0002ebf0"  # CJK Extension I, Unicode 15.1
    plan = read_meeting_text(TIE_MEETING.replace("候选人甲", rare).encode())
    candidates = plan.fields["agenda"][0]["contests"][0]["ballot"]["candidates"]
    assert candidates[0]["name"] == rare


@pytest.mark.parametrize(
    ("rules", "candidates", "max_approve"),
    [
        pytest.param([], 3, 3, id="without seats it is the number of candidates"),
        pytest.param([{"rule": "seats", "seats": 2}], 3, 2, id="with a seats rule it is the seats"),
    ],
)
def test_the_approvals_allowed_by_default(rules: list[Any], candidates: int, max_approve: int) -> None:
    file = as_value(TIE_MEETING)
    contest = file["agenda"][0]["contests"][0]
    contest["ballot"] = {
        "kind": "approval",
        "candidates": [{"id": f"c{n}", "name": f"第{n}人"} for n in range(candidates)],
    }
    contest["rules"] = [{"rule": "pass", "over": "1/2", "of": "issued"}, *rules]
    [item] = read_meeting_value(file).fields["agenda"]
    assert item["contests"][0]["ballot"]["max_approve"] == max_approve


@pytest.mark.parametrize(
    ("rounds", "spare"),
    [
        pytest.param([2], 4, id="one contest with two rounds"),
        pytest.param([3, 3], 6, id="two contests with three rounds"),
    ],
)
def test_spare_pages_and_boxes_suffice_for_every_round(rounds: list[int], spare: int) -> None:
    file = as_value(TIE_MEETING)
    del file["pages"], file["boxes"]
    [item] = file["agenda"]
    [contest] = item["contests"]
    item["contests"] = [copy.deepcopy(contest) | {"id": f"contest-{n}"} for n in range(len(rounds))]
    for each, count in zip(item["contests"], rounds, strict=True):
        each["rules"][1]["max_rounds"] = count
    plan = read_meeting_value(file)
    assert (plan.pages, plan.boxes) == (len(rounds) + spare, 1 + spare + 1)


def test_everything_optional_can_be_written() -> None:
    file = as_value(TIE_MEETING)
    file |= {
        "locale": "en",
        "min_class": 3,
        "calendar": {"until": "2027-12-31", "holidays": ["2027-01-01"], "workdays": ["2027-02-07"]},
        "issuer": {"rsa_bits": 3072},
        "witnesses": {"threshold": 1, "keys": [witness_key(), witness_key("second.example")]},
        "transport": "plain",
    }
    contest = file["agenda"][0]["contests"][0]
    contest["guard"] = {"candidates_per_post": {"over": "1"}}
    contest["subject"] = {"id": "wang", "name": "王五"}
    contest["ballot"]["labels"] = {"approve": "赞成"}
    contest["rules"][0] |= {"id": "line", "classes": ["A"], "cite": {"document": "票决办法", "clause": "第九条"}}
    contest["rules"].insert(0, {"rule": "quorum", "over": "0.8"})
    plan = read_meeting_value(file)
    assert (plan.rsa_bits, plan.witness_quorum, plan.transport) == (3072, 1, "plain")
    assert plan.witness_keys == file["witnesses"]["keys"]
    assert plan.fields["calendar"] == file["calendar"]
    normal = plan.fields["agenda"][0]["contests"][0]
    assert normal["guard"] == {"candidates_per_post": {"over": "1"}}
    assert normal["subject"] == {"id": "wang", "name": "王五", "title": None, "unit": None}
    assert normal["ballot"]["labels"] == LABELS | {"approve": "赞成"}
    assert normal["rules"][0] == {"rule": "quorum", "id": None, "cite": None, "over": "4/5", "of": "expected"}
    assert normal["rules"][1]["cite"] == {"document": "票决办法", "clause": "第九条", "quote": None}
    assert read_meeting_value(as_meeting_file(plan)) == plan


# --- what is refused: the good file with one thing spoilt

ITEM = ("agenda", 0)
CONTEST = (*ITEM, "contests", 0)
BALLOT = (*CONTEST, "ballot")
RULES = (*CONTEST, "rules")
REMOVED: Any = object()
PASS = {"rule": "pass", "over": "1/2", "of": "expected"}


def spoil(file: Any, at: tuple[str | int, ...], value: Any) -> None:
    for key in at[:-1]:
        file = file[key]
    if value is REMOVED:
        del file[at[-1]]
    else:
        file[at[-1]] = value


def row(name: str, at: tuple[str | int, ...], value: Any, path: str, expected: str) -> Any:
    return pytest.param(at, value, path, expected, id=name)


SPOILT = [
    row("another format", ("format",), "ballot-service/meeting/2", "format", "ballot-service/meeting/1"),
    row("no format", ("format",), REMOVED, "format", "required"),
    row("an id with capitals", ("id",), "Tie", "id", "a-z 0-9 -"),
    row("an id that yaml reads as a number", ("id",), 2026, "id", "in quotes"),
    row("an id of 65 characters", ("id",), "a" * 65, "id", "1 to 64"),
    row("an id with a line end", ("id",), "tie\n", "id", "a-z 0-9 -"),
    row("no title", ("title",), REMOVED, "title", "required"),
    row("a title of white space", ("title",), " \u3000", "title", "1 to 200"),
    row("a title of 201 characters", ("title",), "票" * 201, "title", "at most 200"),
    row("a title that is a number", ("title",), 2026, "title", "in quotes"),
    row("a title with a line end inside", ("title",), "一\n二", "title", "one line"),
    row("a title with a terminal escape", ("title",), "\x1b[2J", "title", "printable"),
    row("a title with a c1 control", ("title",), "a\x9bb", "title", "printable"),
    row("a title with a line separator", ("title",), "a\u2028b", "title", "printable"),
    row("a title that reads right to left", ("title",), "甲\u202e乙", "title", "printable"),
    row("a title with an isolate", ("title",), "甲\u2066乙", "title", "printable"),
    row("a title with a zero width joiner", ("title",), "甲\u200d乙", "title", "printable"),
    row("a title with half a character", ("title",), "甲\ud842", "title", "printable"),
    row("a title with a private-use character", ("title",), "\ue000", "title", "printable"),
    row("a title with an undefined character", ("title",), "\u0378", "title", "printable"),
    row("a title with a noncharacter", ("title",), "\U0002ffff", "title", "printable"),
    row("a title of an invisible letter", ("title",), "\u3164", "title", "printable"),
    row("a place that is nothing", ("place",), None, "place", "text"),
    row("a day that does not exist", ("date",), "2026-02-29", "date", "a day of the calendar"),
    row("a date in another order", ("date",), "18.12.2026", "date", "2026-12-18"),
    row("a date in wide digits", ("date",), "２０２６-12-18", "date", "2026-12-18"),
    row("a date with a time", ("date",), "2026-12-18T09:00", "date", "2026-12-18"),
    row("another locale", ("locale",), "zh", "locale", "one of zh-CN, en"),
    row("no classes", ("classes",), [], "classes", "at least one"),
    row("classes that are not a list", ("classes",), {"A": 12}, "classes", "a list"),
    row(
        "256 classes",
        ("classes",),
        [{"id": f"A{n}" if n else "A", "name": f"第{n}类", "expected": 5} for n in range(256)],
        "classes",
        "at most 255",
    ),
    row("a class id in small letters", ("classes", 0, "id"), "a", "classes[0].id", "A-Z 0-9"),
    row("a class of nobody", ("classes", 0, "expected"), 0, "classes[0].expected", "from 1"),
    row("a class of 1.5", ("classes", 0, "expected"), 12.0, "classes[0].expected", "an integer"),
    row("a class of true", ("classes", 0, "expected"), True, "classes[0].expected", "an integer"),
    row("a class of text", ("classes", 0, "expected"), "12", "classes[0].expected", "without quotes"),
    row("a class too large", ("classes", 0, "expected"), 10**6, "classes[0].expected", "to 100000"),
    row("observer as a word", ("classes", 0, "observer"), "yes", "classes[0].observer", "true or false"),
    row("a misspelt field", ("classes", 0, "exepcted"), 12, "classes[0].exepcted", 'did you mean "expected"?'),
    row("an unknown field", ("colour",), "red", "colour", "the fields here are format, id"),
    row("a reserve for an unknown class", ("slips", "reserve", "B"), 1, "slips.reserve.B", "one of the classes A"),
    row("a negative reserve", ("slips", "reserve", "A"), -1, "slips.reserve.A", "from 0"),
    row("a min_class of 0", ("min_class",), 0, "min_class", "from 1"),
    row("a quorum as a float", ("quorum", "at_least"), 0.5, "quorum.at_least", 'write it as a string: "0.5"'),
    row("a quorum above 1", ("quorum", "at_least"), "3/2", "quorum.at_least", "from 0 to 1"),
    row("a quorum by division by zero", ("quorum", "at_least"), "1/0", "quorum.at_least", "an exact number"),
    row("a quorum in words", ("quorum", "at_least"), "half", "quorum.at_least", "an exact number"),
    row("a quorum with a leading zero", ("quorum", "at_least"), "02/3", "quorum.at_least", "an exact number"),
    row("a quorum over a leading zero", ("quorum", "at_least"), "2/03", "quorum.at_least", "an exact number"),
    row("a quorum in wide digits", ("quorum", "at_least"), "１/２", "quorum.at_least", "an exact number"),
    row("a quorum with 31 digits", ("quorum", "at_least"), "1/" + "1" * 31, "quorum.at_least", "an exact number"),
    row("a quorum of 15 decimals", ("quorum", "at_least"), "0." + "0" * 14 + "1", "quorum.at_least", "an exact number"),
    row("a quorum of those present", ("quorum", "of"), "present", "quorum.of", "expected"),
    row("a quorum with two lines", ("quorum", "over"), "1/2", "quorum", "exactly one of at_least and over"),
    row("a quorum without a line", ("quorum",), {"of": "expected"}, "quorum", "exactly one of at_least and over"),
    row("no agenda", ("agenda",), [], "agenda", "at least one"),
    row("an item without contests", (*ITEM, "contests"), [], "agenda[0].contests", "at least one"),
    row("an unknown announcement", (*ITEM, "announce"), "on-spott", "agenda[0].announce", 'did you mean "on-spot"?'),
    row("a step twice", (*ITEM, "steps"), ["speak", "speak"], "agenda[0].steps[1]", "something different"),
    row("an unknown step", (*ITEM, "steps"), ["dance"], "agenda[0].steps[0]", "one of report"),
    row("a post in an item not for cadres", (*ITEM, "cadre"), False, "agenda[0].cadre", "has a post"),
    row("posts of 0", (*CONTEST, "posts"), 0, "agenda[0].contests[0].posts", "from 1"),
    row("a guard of nothing", (*CONTEST, "guard"), {}, "agenda[0].contests[0].guard.candidates_per_post", "required"),
    row(
        "a guard with two lines",
        (*CONTEST, "guard"),
        {"candidates_per_post": {"over": "1", "at_least": "3"}},
        "agenda[0].contests[0].guard.candidates_per_post",
        "exactly one of",
    ),
    row("a subject without a name", (*CONTEST, "subject"), {"id": "x"}, "agenda[0].contests[0].subject.name", "requir"),
    row("no voters", (*CONTEST, "voters"), [], "agenda[0].contests[0].voters", "at least one"),
    row("voters unknown", (*CONTEST, "voters"), ["B"], "agenda[0].contests[0].voters[0]", "one of the classes A"),
    row("voters twice", (*CONTEST, "voters"), ["A", "A"], "agenda[0].contests[0].voters[1]", "something different"),
    row("an unknown ballot kind", (*BALLOT, "kind"), "aproval", "agenda[0].contests[0].ballot.kind", "did you mean"),
    row("a ballot without a kind", (*BALLOT, "kind"), REMOVED, "agenda[0].contests[0].ballot.kind", "required"),
    row("a ballot that is text", BALLOT, "approval", "agenda[0].contests[0].ballot", "a mapping"),
    row("no candidates", (*BALLOT, "candidates"), [], "agenda[0].contests[0].ballot.candidates", "at least one"),
    row(
        "a candidate twice",
        (*BALLOT, "candidates", 1, "id"),
        "zhang",
        "agenda[0].contests[0].ballot.candidates[1].id",
        "something different",
    ),
    row(
        "a name twice",
        (*BALLOT, "candidates", 1, "name"),
        "候选人甲",
        "agenda[0].contests[0].ballot.candidates[1].name",
        "something different",
    ),
    row(
        "a name that looks the same",
        (*BALLOT, "candidates", 1, "name"),
        "候选人\u3000甲\ufe00",
        "agenda[0].contests[0].ballot.candidates[1].name",
        "something different",
    ),
    row("approvals of 0", (*BALLOT, "max_approve"), 0, "agenda[0].contests[0].ballot.max_approve", "from 1"),
    row("too many approvals", (*BALLOT, "max_approve"), 3, "agenda[0].contests[0].ballot.max_approve", "from 1 to 2"),
    row(
        "two labels alike", (*BALLOT, "labels"), {"approve": "弃权"}, "agenda[0].contests[0].ballot.labels", "different"
    ),
    row("an unknown rule", (*RULES, 0, "rule"), "seat", "agenda[0].contests[0].rules[0].rule", 'mean "seats"?'),
    row("a rule without its name", (*RULES, 0, "rule"), REMOVED, "agenda[0].contests[0].rules[0].rule", "required"),
    row("a pass without a base", (*RULES, 0, "of"), REMOVED, "agenda[0].contests[0].rules[0].of", "required"),
    row("a pass of unknown votes", (*RULES, 0, "of"), "cast", "agenda[0].contests[0].rules[0].of", "one of expected"),
    row("a pass with two lines", (*RULES, 0, "at_least"), "1/2", "agenda[0].contests[0].rules[0]", "exactly one of"),
    row("a pass as a float", (*RULES, 0, "over"), 0.5, "agenda[0].contests[0].rules[0].over", '"0.5"'),
    row("a pass of others", (*RULES, 0, "classes"), ["B"], "agenda[0].contests[0].rules[0].classes[0]", "voters, A"),
    row("a pass of no class", (*RULES, 0, "classes"), [], "agenda[0].contests[0].rules[0].classes", "at least one"),
    row("a citation of nothing", (*RULES, 0, "cite"), {}, "agenda[0].contests[0].rules[0].cite.document", "required"),
    row("seats of 0", (*RULES, 1, "seats"), 0, "agenda[0].contests[0].rules[1].seats", "from 1"),
    row("more seats than names", (*RULES, 1, "seats"), 3, "agenda[0].contests[0].rules[1].seats", "candidates, 2"),
    row("no rounds", (*RULES, 1, "max_rounds"), 0, "agenda[0].contests[0].rules[1].max_rounds", "from 1"),
    row("an unknown remedy", (*RULES, 1, "on_failure"), "again", "agenda[0].contests[0].rules[1].on_failure", "one of"),
    row("two seats rules", RULES, [PASS, {"rule": "seats"}, {"rule": "seats"}], "agenda[0].contests[0].rules", "most"),
    row("seats without a pass", RULES, [{"rule": "seats"}], "agenda[0].contests[0].rules[0]", "nobody could be"),
    row("seats with a pass on no", (*RULES, 0, "mark"), "oppose", "agenda[0].contests[0].rules[1]", "nobody could be"),
    row(
        "rule ids twice",
        RULES,
        [PASS | {"id": "a"}, PASS, PASS | {"id": "a"}],
        "agenda[0].contests[0].rules[2].id",
        "something different",
    ),
    row("no scrutineers", ("scrutineers",), REMOVED, "scrutineers", "required"),
    row("256 cards", ("scrutineers", "cards"), 256, "scrutineers.cards", "to 255"),
    row("a threshold above the cards", ("scrutineers", "threshold"), 4, "scrutineers.threshold", "the number of cards"),
    row("too few spare pages", ("pages", "spare"), 2, "pages.spare", "at least 3"),
    row("too few spare boxes", ("boxes", "spare"), 0, "boxes.spare", "at least 3"),
    row("more pages than numbers", ("pages", "spare"), 65_535, "pages.spare", "at most 65535"),
    row("more boxes than numbers, the test box among them", ("boxes", "spare"), 65_534, "boxes.spare", "65535 boxes"),
    row("a small rsa key", ("issuer",), {"rsa_bits": 1024}, "issuer.rsa_bits", "one of 2048, 3072, 4096"),
    row("an rsa key in floating point", ("issuer",), {"rsa_bits": 2048.0}, "issuer.rsa_bits", "one of 2048"),
    row("a threshold without witnesses", ("witnesses",), {"threshold": 1}, "witnesses.threshold", "number of keys, 0"),
    row("a witness key in words", ("witnesses",), {"keys": ["w"]}, "witnesses.keys[0]", "NAME+HASH+KEY"),
    row("a ledger's key", ("witnesses",), {"keys": [witness_key(kind=1)]}, "witnesses.keys[0]", "cosignatures"),
    row("a mistyped key", ("witnesses",), {"keys": ["x" + witness_key()]}, "witnesses.keys[0]", "exactly as"),
    row("a key not in base64", ("witnesses",), {"keys": ["w+00000000+" + "=" * 44]}, "witnesses.keys[0]", "NAME+HASH"),
    row("witnesses as a list", ("witnesses",), [], "witnesses", "a mapping with the fields threshold, keys"),
    row("a calendar as a list", ("calendar",), [], "calendar", "a mapping with the fields until"),
    row(
        "501 candidates",
        BALLOT,
        {"kind": "approval", "candidates": [{"id": f"c{n}", "name": f"第{n}人"} for n in range(501)]},
        "agenda[0].contests[0].ballot.candidates",
        "at most 500",
    ),
    row("another transport", ("transport",), "http", "transport", "https, plain"),
    row("a calendar without an end", ("calendar",), {"holidays": []}, "calendar.until", "required"),
    row(
        "a working holiday",
        ("calendar",),
        {"until": "2027-01-01", "holidays": ["2026-12-25"], "workdays": ["2026-12-25"]},
        "calendar.workdays[0]",
        "only one of them",
    ),
]


@pytest.mark.parametrize(("at", "value", "path", "expected"), SPOILT)
def test_one_mistake_is_one_problem_at_its_place(
    at: tuple[str | int, ...], value: Any, path: str, expected: str
) -> None:
    file = as_value(TIE_MEETING)
    spoil(file, at, value)
    refusal = refused(file)
    assert refusal.code == "bad-meeting-file"
    [problem] = refusal.problems
    assert problem.path == path
    assert expected in problem.expected
    assert problem.line is None


@pytest.mark.parametrize("what", ["item", "contest"])
def test_item_and_contest_ids_are_unique_in_the_meeting(what: str) -> None:
    file = as_value(TIE_MEETING)
    second = copy.deepcopy(file["agenda"][0])
    if what == "item":
        second["contests"][0]["id"] = "other"
        path, first = "agenda[1].id", "agenda[0].id"
    else:
        second["id"] = "other"
        path, first = "agenda[1].contests[0].id", "agenda[0].contests[0].id"
    file["agenda"].append(second)
    file["pages"] = file["boxes"] = {"spare": 4}
    [problem] = refused(file).problems
    assert problem.path == path
    assert first in problem.found


def test_observers_alone_are_not_voters() -> None:
    [problem] = refused(PLAIN_MEETING.replace("voters: [A, B]", "voters: [B]")).problems
    assert (problem.line, problem.path, problem.found) == (16, "agenda[0].contests[0].voters", "observers only")


def test_a_seats_rule_makes_a_cadre_item_and_no_post_is_needed_for_it() -> None:
    text = PLAIN_MEETING + "          - {rule: seats}\n"
    assert read_meeting_text(text.encode()).fields["agenda"][0]["cadre"] is True
    [problem] = refused(text.replace("title: 预算\n", "title: 预算\n    cadre: false\n")).problems
    assert (problem.line, problem.path) == (14, "agenda[0].cadre")
    assert "seats rule" in problem.expected


def test_several_mistakes_are_reported_together_in_the_order_of_the_file() -> None:
    text = (
        TIE_MEETING.replace("date: 2026-12-18", "date: 2026-13-18")
        .replace("expected: 12", "expekted: 12")
        .replace("voters: [A]", "voters: [C]")
        .replace("max_approve: 1", "max_approve: 5")
        .replace('over: "1/2"', "over: 0.5")
    )
    refusal = refused(text)
    assert [(problem.line, problem.path) for problem in refusal.problems] == [
        (6, "date"),
        (8, "classes[0].expekted"),
        (8, "classes[0].expected"),
        (24, "agenda[0].contests[0].voters[0]"),
        (27, "agenda[0].contests[0].ballot.max_approve"),
        (30, "agenda[0].contests[0].rules[0].over"),
    ]
    assert (
        str(refusal.problems[0]) == 'line 6: date: found "2026-13-18", expected a day of the calendar, as "2026-12-18"'
    )
    assert str(refusal.problems[0]) in str(refusal)


def test_a_missing_field_is_placed_at_the_line_of_what_lacks_it() -> None:
    [problem] = refused(TIE_MEETING.replace("        voters: [A]\n", "")).problems
    assert problem == Problem(21, "agenda[0].contests[0].voters", "nothing", "this field: it is required")


def test_paths_and_lines_inside_another_file_are_those_of_that_file() -> None:
    text = "format: plan\nmeeting:\n" + "".join(f"  {line}\n" for line in TIE_MEETING.splitlines())
    value, lines = load_yaml(text.replace("id: li,", "id: Li,").encode())
    assert isinstance(value, dict)
    with pytest.raises(Refusal) as caught:
        read_meeting_value(value["meeting"], lines=lines, at=("meeting",))
    [problem] = caught.value.problems
    assert (problem.line, problem.path) == (30, "meeting.agenda[0].contests[0].ballot.candidates[1].id")


def test_a_file_in_another_encoding_is_told_how_to_be_saved() -> None:
    [problem] = refused(TIE_MEETING.encode("gb18030")).problems
    assert problem.line == 3
    assert "save it again as UTF-8" in problem.expected


@pytest.mark.parametrize(
    "file", [None, [], "text", 3, float("nan"), {}, {1: 2}, {"a\x1b": 1}, {"id": 10**5000}, {"date": day(2026, 12, 18)}]
)
def test_values_that_are_no_meeting_are_refused(file: Any) -> None:
    if isinstance(file, str):
        file = json.dumps(file)
    assert refused(file).code == "bad-meeting-file"


def test_a_flood_of_mistakes_is_cut_off_and_quick() -> None:
    file = as_value(TIE_MEETING)
    file["classes"] = [{"id": f"C{n}", "name": f"n{n}", "expected": 5} for n in range(20_000)]
    file["agenda"][0]["contests"][0]["voters"] = [f"D{n}" for n in range(20_000)]
    file["slips"]["reserve"] = {f"E{n}": 1 for n in range(20_000)}
    file |= {f"titel-{n}": n for n in range(20_000)}
    started = time.process_time()
    assert len(refused(file).problems) == 100
    assert time.process_time() - started < 5


def test_a_long_run_of_accents_is_refused_without_composing_it() -> None:
    file = as_value(TIE_MEETING)
    file["title"] = "a" + "\u0301\u0316" * 200_000
    started = time.process_time()
    assert [problem.path for problem in refused(file).problems] == ["title"]
    assert time.process_time() - started < 5


# --- the guards of publishing


def with_kind(kind: str, expected: int) -> dict[str, Any]:
    fields = copy.deepcopy(TIE_FIELDS)
    fields["classes"].append({"id": "B", "name": "乙", "expected": expected, "observer": False})
    contest = fields["agenda"][0]["contests"][0]
    contest["ballot"]["kind"] = kind
    contest["voters"] = ["A", "B"]
    return fields


@pytest.mark.parametrize(
    ("kind", "expected", "problems"),
    [
        pytest.param("approval", 1, 0, id="approvals in a small class"),
        pytest.param("grade", 5, 0, id="grades in a class of min_class"),
        pytest.param("grade", 4, 1, id="grades in a smaller class"),
    ],
)
def test_small_classes_vote_by_approval_only(kind: str, expected: int, problems: int) -> None:
    findings = Findings({("agenda", 0, "contests", 0): 21})
    fields = with_kind(kind, expected)
    check_small_classes(fields, contests_of(fields), findings)
    assert len(findings.problems) == problems
    if problems:
        [problem] = findings.problems
        assert (problem.line, problem.path) == (21, "agenda[0].contests[0].voters[1]")
        assert problem.found == "class B with 4 expected"


@pytest.mark.parametrize(
    ("guard", "posts", "is_refused"),
    [
        pytest.param({"over": "1"}, 1, False, id="two for one is over one"),
        pytest.param({"over": "1"}, 2, True, id="two for two is not over one"),
        pytest.param({"at_least": "1"}, 2, False, id="two for two is at least one"),
        pytest.param({"at_least": "3"}, 1, True, id="two for one is less than three"),
        pytest.param({"over": "2/3"}, 3, True, id="two for three is not over two thirds"),
        pytest.param({"at_least": "2/3"}, 3, False, id="two for three is at least two thirds"),
    ],
)
def test_the_guard_compares_candidates_with_posts_exactly(guard: dict[str, str], posts: int, is_refused: bool) -> None:
    file = as_value(TIE_MEETING)
    file["agenda"][0]["contests"][0] |= {"posts": posts, "guard": {"candidates_per_post": guard}}
    if not is_refused:
        findings = Findings({})
        fields = read_meeting_value(file).fields
        check_ratios(fields, contests_of(fields), findings)
        assert not findings.problems
        return
    refusal = refused(file)
    assert refusal.code == "ratio-too-small"
    [problem] = refusal.problems
    assert problem.path == "agenda[0].contests[0].guard"
    assert problem.found.startswith("2 candidates for")


def test_a_bad_file_is_refused_as_such_before_any_guard() -> None:
    file = as_value(TIE_MEETING)
    file["agenda"][0]["contests"][0] |= {"posts": 2, "guard": {"candidates_per_post": {"over": "1"}}}
    file["place"] = ""
    refusal = refused(file)
    assert (refusal.code, [problem.path for problem in refusal.problems]) == ("bad-meeting-file", ["place"])


# --- whatever the input


def reads_or_refuses(read: Callable[[], MeetingPlan]) -> None:
    try:
        read()
    except Refusal as refusal:
        problems = refusal.problems
    else:
        return
    assert problems
    assert all(str(problem).isprintable() for problem in problems)


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    reads_or_refuses(lambda: read_meeting_text(data))


@given(st.text(alphabet="ab: -?[]{},&*!|>'\"%@`#\n\t\\<~.0123456789/ue—\ufeff", max_size=60))
@settings(deadline=None, max_examples=400)
def test_any_text_like_yaml_is_read_or_refused(text: str) -> None:
    reads_or_refuses(lambda: read_meeting_text(text.encode()))


@given(st.integers(0, len(TIE_MEETING.encode()) - 1), st.binary(max_size=4), st.integers(0, 4))
@settings(deadline=None, max_examples=100)
def test_a_damaged_file_is_read_or_refused(at: int, inserted: bytes, dropped: int) -> None:
    data = TIE_MEETING.encode()
    reads_or_refuses(lambda: read_meeting_text(data[:at] + inserted + data[at + dropped :]))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def grafted_meetings(draw: st.DrawFn) -> Any:
    """The good meeting with any JSON value in any place: this reaches every reader, random mappings reach few."""
    node = file = as_value(TIE_MEETING)
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or draw(st.integers(0, 3)) == 0:
            node[key] = draw(JSON_VALUES)
            return file
        node = node[key]


@given(JSON_VALUES | grafted_meetings())
@settings(deadline=None, max_examples=400)
def test_any_json_value_is_read_or_refused(value: Any) -> None:
    reads_or_refuses(lambda: read_meeting_value(value))


@given(st.text(max_size=12), st.text(max_size=12))
@settings(deadline=None)
def test_text_that_is_read_once_reads_to_itself(title: str, name: str) -> None:
    file = as_value(TIE_MEETING)
    file["title"] = title
    file["agenda"][0]["contests"][0]["ballot"]["candidates"][0]["name"] = name
    try:
        plan = read_meeting_value(file)
    except Refusal:
        return
    assert read_meeting_value(as_meeting_file(plan)) == plan


@given(st.from_regex(r"-?[0-9]{1,16}([./][0-9]{1,16})?", fullmatch=True))
@settings(deadline=None)
def test_an_exact_number_that_is_read_once_reads_to_itself(number: str) -> None:
    read = field_readers.exact_number()
    normal = read(field_readers.Place(number, (), Findings({})))
    if normal is not field_readers.WRONG:
        assert read(field_readers.Place(normal, (), Findings({}))) == normal


def test_no_reader_of_dates_but_ours_is_at_work() -> None:
    """ruamel.yaml alone makes a date of 2026-12-18 and drops the ledger's spelling."""
    assert not isinstance(YAML(typ="safe", pure=True).load(TIE_MEETING)["date"], str)
    assert as_value(TIE_MEETING)["date"] == "2026-12-18"
