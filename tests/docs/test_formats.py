"""The examples of docs/formats, read by the readers that they describe."""

import copy
import re

import pytest

from ballot_service.cli import main
from ballot_service.meetings.ballot_kinds import BALLOT_KINDS
from ballot_service.meetings.contest_rules import COMPARISONS, CONTEST_RULES
from ballot_service.meetings.meeting_file import Refusal, load_yaml, read_meeting_text, read_meeting_value
from ballot_service.meetings.normal_form import ANNOUNCE_MODES, STEPS
from ballot_service.rehearsal.script import VERBS
from tests.docs.pages import page, rows, words_in_code
from verify import rules

MEETING_FILE = page("formats/meeting-file.md")
REHEARSAL = page("formats/rehearsal.md")


def example(text: str) -> bytes:
    """The first YAML example of a page."""
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1].encode()


def test_the_example_of_a_meeting_file_can_be_published():
    plan = read_meeting_text(example(MEETING_FILE))
    assert plan.fields["agenda"][0]["cadre"] is True
    assert (plan.pages, plan.boxes) == (1 + 4, 1 + 1 + 4)
    for item in plan.fields["agenda"]:
        for contest in item["contests"]:
            rules.check_contest(contest)


def test_the_other_example_has_every_kind_and_rule_and_can_be_judged():
    _, other = re.findall(r"```yaml\n(.*?)```", MEETING_FILE, re.DOTALL)
    fields = read_meeting_text(other.encode()).fields
    contests = [contest for item in fields["agenda"] for contest in item["contests"]]
    for contest in contests:
        rules.check_contest(contest)
    rules.check_scores(fields, fields["agenda"])
    assert {contest["ballot"]["kind"] for contest in contests} == set(BALLOT_KINDS)
    assert {rule["rule"] for contest in contests for rule in contest["rules"]} >= set(CONTEST_RULES) - {
        "quorum",
        "seats",
    }


def test_ballot_kinds_and_rules_have_a_row_each():
    table = {row[0].strip("`") for row in rows(MEETING_FILE)}
    assert {*BALLOT_KINDS, *CONTEST_RULES} <= table
    assert set(COMPARISONS) | {"working_days", "days", "times", "otherwise"} <= words_in_code(MEETING_FILE)


def test_the_example_of_a_rehearsal_plays_as_it_expects(tmp_path):
    meeting = example(MEETING_FILE).decode().replace("\n", "\n  ")
    plan = example(REHEARSAL).decode()
    line = next(line for line in plan.splitlines() if line.startswith("meeting:"))
    whole = plan.replace(line, "meeting:\n  " + meeting.rstrip())
    (tmp_path / "plan.yaml").write_text(whole, encoding="utf-8")
    assert main(["rehearse", str(tmp_path / "plan.yaml"), "--out", str(tmp_path), "--lang", "en"]) == 0
    assert (tmp_path / "lushui-2026-12.ledger").exists()


def test_every_verb_is_described_and_no_other():
    table = {row[0].strip("`") for row in rows(REHEARSAL.split("| verb |")[1]) if row[0].startswith("`")}
    assert table == set(VERBS)


def test_steps_and_announce_modes_are_described():
    assert {*STEPS, *ANNOUNCE_MODES} <= words_in_code(MEETING_FILE)


def change(path: list[str | int], value: object) -> object:
    read, _ = load_yaml(example(MEETING_FILE))
    changed = copy.deepcopy(read)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


CONTEST = ["agenda", 0, "contests", 0]
BARRED = {"person": "li-si", "post": "any", "from": "2026-01-01", "reason": "受处分", "confirmed_by": "县纪委"}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (["colour"], "red", "bad-meeting-file"),
        (["history"], [{"person": "a"}], "bad-meeting-file"),
        (["agenda", 0, "template"], "differential-vote/f4", "bad-meeting-file"),
        (["agenda", 0, "cadre"], False, "bad-meeting-file"),
        (["pages"], {"spare": 2}, "bad-meeting-file"),
        ([*CONTEST, "rules", 0, "over"], 0.5, "bad-meeting-file"),
        ([*CONTEST, "rules", 1, "seats"], 3, "bad-meeting-file"),
        ([*CONTEST, "ballot", "kind"], "grade", "bad-meeting-file"),
        ([*CONTEST, "rules", 0, "id"], "Line", "bad-meeting-file"),
        ([*CONTEST, "rules", 1], {"rule": "rank", "id": "order", "by": "picks"}, "bad-meeting-file"),
        (["scores"], [{"id": "x", "sum": [{"score": "x"}]}], "bad-meeting-file"),
        ([*CONTEST, "guard"], {"candidates_per_post": {"over": "2"}}, "ratio-too-small"),
        (["bars"], [BARRED], "barred-nominee"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_the_page_says_is_refused_is_refused(path, value, code):
    with pytest.raises(Refusal) as refused:
        read_meeting_value(change(path, value))
    assert refused.value.code == code
