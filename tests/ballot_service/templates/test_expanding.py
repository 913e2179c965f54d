"""From `template:` and a few fields to an item: what is filled in, what stays as it was written, what is refused."""

import contextlib
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ballot_service.meetings.meeting_file import Refusal, read_meeting_text, read_meeting_value
from ballot_service.meetings.template_example import commented_meeting
from ballot_service.meetings.templates import (
    _check_operators,
    _check_template,
    _template,
    read_template,
    template_names,
)
from ballot_service.meetings.yaml_source import load_yaml

NAMES = template_names()
TEMPLATES = Path(__file__).parents[3] / "ballot_service" / "templates"
HOSTILE = "王\"五':{$eval: id} ${id} $${title} #🙂"
JUNK: list[Any] = [None, [], {}, "x", "", 0, -1, 1.5, True, [[]], [{}], [None], {"id": 1}, {"a": {}}, {"at_least": "2"}]

MEETING = """\
format: ballot-service/meeting/1
id: example
title: 会议
organiser: 县委组织部
place: 会议室
date: "2026-12-18"
classes: [{id: A, name: 县委常委, expected: 11}, {id: B, name: 列席人员, expected: 6, observer: true}]
scrutineers: {cards: 3, threshold: 2}
agenda:
  - id: finance
    title: 县财政局局长
    template: differential-vote/f4
    post: finance-director
    candidates: [{id: zhang-san, name: 张三}, {id: li-si, name: 李四}]
    voters: [A]
"""


def written(name: str) -> dict[str, Any]:
    """The printed meeting of a template, as a value."""
    value, _ = load_yaml(commented_meeting(read_template(name)).encode())
    assert isinstance(value, dict)
    return value


def expanded(value: dict[str, Any]) -> dict[str, Any]:
    (item,) = read_meeting_value(value).fields["agenda"]
    assert isinstance(item, dict)
    return item


def refused(text: str) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        read_meeting_text(text.encode())
    return [str(problem) for problem in refusal.value.problems]


def with_line(line: str) -> str:
    return f"{MEETING}    {line}\n"


# --- what comes out


def test_a_differential_vote_is_what_the_document_says() -> None:
    (item,) = read_meeting_text(MEETING.encode()).fields["agenda"]
    assert (item["id"], item["cadre"], item["announce"]) == ("finance", True, "on-spot")
    assert item["steps"] == ["introduce", "deliberate"]
    (contest,) = item["contests"]
    assert (contest["id"], contest["post"]) == ("finance", "finance-director")
    assert contest["guard"] == {"candidates_per_post": {"over": "1"}}
    assert contest["ballot"]["max_approve"] == 1
    quorum, passing, seats, bar = contest["rules"]
    assert (quorum["rule"], quorum["at_least"], quorum["of"]) == ("quorum", "2/3", "expected")
    assert (passing["rule"], passing["over"], passing["of"], passing["mark"]) == ("pass", "1/2", "expected", "approve")
    assert (seats["rule"], seats["seats"], seats["max_rounds"], seats["on_failure"]) == ("seats", 1, 2, "committee")
    assert (bar["failures"], bar["months"], bar["count_loss"], bar["reset"]) == (2, 12, True, True)
    assert passing["cite"]["quote"] == "以同意票超过应到会常委的半数为通过。"


@pytest.mark.parametrize("name", NAMES)
def test_the_meeting_knows_nothing_of_templates(name: str) -> None:
    assert "template" not in expanded(written(name))


def test_part_of_a_bar_leaves_the_rest_as_the_document_has_it() -> None:
    (item,) = read_meeting_text(with_line("bar: {months: forever}").encode()).fields["agenda"]
    bar = item["contests"][0]["rules"][-1]
    assert (bar["failures"], bar["months"], bar["count_loss"], bar["reset"]) == (2, "forever", True, True)


def test_ranks_can_be_hidden() -> None:
    (item,) = read_meeting_text(with_line("show_ranks: false").encode()).fields["agenda"]
    assert item["show_ranks"] is False


def test_several_contests_are_named_after_item_subject_and_dimension() -> None:
    value = written("integrity-report/f0")
    value["agenda"][0] |= {"dimensions": [{"id": "clean", "name": "廉洁从政"}], "comments": {}}
    ids = [contest["id"] for contest in expanded(value)["contests"]]
    assert ids == [
        "reports-zhang-san",
        "reports-zhang-san-clean",
        "reports-li-si",
        "reports-li-si-clean",
        "reports-comments",
    ]


def test_the_only_contest_has_the_id_of_its_item() -> None:
    value = written("integrity-report/f0")
    del value["agenda"][0]["subjects"][1]
    assert [contest["id"] for contest in expanded(value)["contests"]] == ["reports"]


def test_counted_dimensions_move_the_line_to_the_pooled_mean() -> None:
    value = written("integrity-report/f0")
    value["agenda"][0]["dimensions"] = [
        {"id": "clean", "name": "廉洁从政", "counted": True},
        {"id": "other", "name": "其他"},
    ]
    item = expanded(value)
    assert all(rule["rule"] == "mean" for contest in item["contests"] for rule in contest["rules"])
    assert item["scores"][0]["pool"] == ["reports-zhang-san.avg", "reports-zhang-san-clean.avg"]
    assert item["scores"][0]["flags"][0]["at_most"] == "70"


@pytest.mark.parametrize("name", NAMES)
def test_one_template_can_be_used_twice_in_a_meeting(name: str) -> None:
    value = written(name)
    second = copy.deepcopy(value["agenda"][0])
    second |= {"id": "second", "title": "第二项"}
    value["agenda"].append(second)
    assert len(read_meeting_value(value).fields["agenda"]) == 2


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(lambda one: one["cite"].update({"a stray clause": None}), "cite: ", id="a comma in a quote"),
        pytest.param(lambda one: one["fields"]["post"].update(hlep="x"), "post: ", id="a misspelt key"),
        pytest.param(lambda one: one["fields"]["posts"].pop("default"), "required or has a default", id="no default"),
        pytest.param(
            lambda one: one["fields"].update(colour={"help": "", "default": 1}), "not a word", id="a new word"
        ),
        pytest.param(lambda one: one["fields"]["posts"].update(default=0), "posts: found 0", id="a wrong default"),
    ],
)
def test_a_template_that_is_not_well_written_is_not_used(spoil: Callable[[Any], object], complaint: str) -> None:
    value, _ = load_yaml((TEMPLATES / "differential-vote" / "f4.yaml").read_bytes())
    spoil(value)
    with pytest.raises(RuntimeError, match=complaint):
        _check_template(_template("differential-vote/f4", value))


def test_references_in_scores_are_to_the_contests_of_the_item() -> None:
    item = expanded(written("annual-assessment/f1"))
    scores = {score["id"]: score for score in item["scores"]}
    assert scores["annual-county"]["sum"][0] == {"value": "annual-county.points", "times": "1"}
    assert scores["annual-county"]["sum"][1] == {"input": "annual-county-style", "times": "1"}
    assert scores["annual-zhang-san"]["sum"] == [
        {"score": "annual-zhang-san-own", "times": "1/2"},
        {"score": "annual-county-ten", "times": "1/2"},
    ]
    assert scores["annual-wang-wu"]["sum"] == [
        {"score": "annual-wang-wu-own", "times": "7/10"},
        {"score": "annual-county-ten", "times": "3/10"},
    ]


# --- what is written is never taken for a template


def hostile_names(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give everything that has an id and a name or a title another, and say where."""
    changed: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        for key in ("name", "title"):
            if "id" in value and isinstance(value.get(key), str) and key != "template":
                value[key] = HOSTILE + "-".join(map(str, path))
                changed.append((*path, key))
                break
        for key, inner in value.items():
            changed += hostile_names(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            changed += hostile_names(inner, (*path, position))
    return changed


def texts_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts_of(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts_of(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", NAMES)
def test_names_come_out_as_they_were_written(name: str) -> None:
    value = written(name)
    changed = hostile_names(value["agenda"])
    assert changed
    texts = texts_of(expanded(value))
    for path in changed:
        assert any(HOSTILE + "-".join(map(str, path[:-1])) in text for text in texts), path


@pytest.mark.parametrize("operator", ["$find", "$json", "$fromNow", "$reduce", "$unknown"])
def test_operators_that_could_fill_in_a_name_are_refused(operator: str) -> None:
    with pytest.raises(RuntimeError, match="is not used in templates"):
        _check_operators("kind/f0", {"contests": [{"title": {operator: "x"}}]})


# --- mistakes


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(
            "line: {at_most: 70}",
            'line 16: agenda[0].line: found the field "line", expected a field of the template differential-vote/f4: '
            "id, title, show_ranks, voters, post, candidates, posts, pass, quorum, rounds, bar, steps",
            id="a word of another template",
        ),
        pytest.param(
            "pas: {over: 1}",
            'line 16: agenda[0].pas: found the unknown field "pas", expected a field of the template '
            'differential-vote/f4; did you mean "pass"?',
            id="a misspelt word",
        ),
        pytest.param(
            "pass: {over: 0.5, of: expected}",
            "line 16: agenda[0].pass.over: found the floating-point number 0.5, expected an exact number from 0 to 1: "
            'write it as a string: "0.5"',
            id="a number inside a word",
        ),
        pytest.param(
            "bar: {month: 12}",
            'line 16: agenda[0].bar.month: found the unknown field "month", expected a field of this version; did you '
            'mean "months"?',
            id="an unknown field inside a word",
        ),
        pytest.param(
            "quorum: null",
            "line 16: agenda[0].quorum: found nothing, expected a mapping with the fields at_least, over, of",
            id="null where the template has no such reading",
        ),
    ],
)
def test_a_mistake_is_reported_where_it_was_written(line: str, problem: str) -> None:
    assert refused(with_line(line)) == [problem]


def test_a_missing_field_is_named() -> None:
    assert refused(MEETING.replace("    post: finance-director\n", "")) == [
        "line 10: agenda[0].post: found nothing, expected this field: it is required"
    ]


def test_a_class_that_does_not_exist_is_reported_at_the_voters() -> None:
    (problem,) = refused(MEETING.replace("voters: [A]", "voters: [C]"))
    assert problem.startswith('line 15: agenda[0].voters[0]: found "C", expected one of the classes A, B')


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("differential-vote/f3", "did you mean differential-vote/f4?"),
        ("差额票决", "as annual-assessment/f1"),
        ("report", "did you mean "),
        ("", "as "),
        (7, "as "),
        (["differential-vote/f4"], "as "),
        ("../config", "as "),
    ],
)
def test_an_unknown_template_is_told_what_there_is(name: Any, hint: str) -> None:
    value, _ = load_yaml(MEETING.encode())
    assert isinstance(value, dict)
    value["agenda"][0]["template"] = name
    with pytest.raises(Refusal) as refusal:
        read_meeting_value(value)
    (problem,) = refusal.value.problems
    assert problem.path == "agenda[0].template"
    assert "the name of a template, as `ballot-service templates` lists them" in problem.expected
    assert hint in problem.expected


def test_what_shows_only_in_the_item_is_reported_at_the_item() -> None:
    one = MEETING.replace("voters: [A]", "voters: [A]\n    posts: 3")
    (problem, other) = refused(one)
    assert problem.startswith(
        "line 10: agenda[0]: found 3 at contests[0].rules[2].seats of the item that the template "
    )
    assert "differential-vote/f4 gives, expected at most the number of candidates, 2" in problem
    assert "max_approve" in other


def test_fewer_candidates_than_the_document_asks_for_are_refused() -> None:
    one = MEETING.replace(", {id: li-si, name: 李四}", "")
    (problem,) = refused(one)
    assert problem.startswith("line 10: agenda[0].contests[0].guard: found 1 candidates for 1 post")


def test_an_id_used_twice_is_reported_where_it_stands() -> None:
    twice = MEETING + MEETING[MEETING.index("  - id: finance") :]
    assert any(problem.startswith("line 16: agenda[1].id") for problem in refused(twice))


def test_ids_that_grow_too_long_together_are_refused() -> None:
    value = written("integrity-report/f0")
    value["agenda"][0]["id"] = "r" * 60
    with pytest.raises(Refusal) as refusal:
        read_meeting_value(value)
    (problem,) = refusal.value.problems
    assert problem.path == "agenda[0].id"
    assert "shorter ids: together they make at most 64 characters" in problem.expected


def test_points_must_fit_the_grades() -> None:
    value = written("integrity-report/f0")
    value["agenda"][0]["grades"] = [{"id": "good", "name": "好"}, {"id": "bad", "name": "差"}]
    with pytest.raises(Refusal) as refusal:
        read_meeting_value(value)
    (problem,) = refusal.value.problems
    assert problem.path == "agenda[0].grades"
    assert problem.expected == "points for exactly the grades: write both fields"


def test_a_scale_has_no_grades() -> None:
    value = written("integrity-report/f0")
    value["agenda"][0] |= {
        "grades": [{"id": "good", "name": "好"}],
        "points": {"min": "0", "max": "100", "step": "1"},
    }
    with pytest.raises(Refusal) as refusal:
        read_meeting_value(value)
    assert [problem.path for problem in refusal.value.problems] == ["agenda[0].grades"]


def test_a_person_stands_once_in_the_teams() -> None:
    value = written("annual-assessment/f1")
    value["agenda"][0]["teams"][0]["members"][0]["id"] = "li-si"
    with pytest.raises(Refusal) as refusal:
        read_meeting_value(value)
    (problem,) = refusal.value.problems
    assert problem.path == "agenda[0].teams[0].members[0].id"


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_written_is_read_or_refused(name: str) -> None:
    """Nothing that a person writes may end in a fault of the template."""
    good = written(name)
    for field in read_template(name).fields.values():
        junk = [*JUNK, *[{part: one} for part in field.parts for one in JUNK]]
        usual = field.example or field.default
        if isinstance(usual, list) and usual:
            first = usual[0]
            junk += [[first], [first, first], [first] * 1000]
            if isinstance(first, dict):
                junk += [[{key: value for key, value in first.items() if key != left_out}] for left_out in first]
        for one in junk:
            value = copy.deepcopy(good)
            value["agenda"][0][field.name] = one
            with contextlib.suppress(Refusal):
                read_meeting_value(value)
