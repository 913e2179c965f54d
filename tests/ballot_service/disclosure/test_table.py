"""The whole table of disclosure, written out: mode × stage × viewer, and mode × stage × officer × document.

- nothing, p papers, c counts, r result, n with written names, m with remarks.
"""

from __future__ import annotations

from itertools import product

import pytest

from ballot_service.console.roles import Role
from ballot_service.disclosure import Detail, Document, Phase, Standing, Viewer, detail, detail_of_document
from verify import rules

LETTERS = dict(zip("-pcrnm", Detail, strict=True))
STAGES = {
    "open": (Phase.WAITING, 0),
    "closed": (Phase.CLOSED, 0),
    "counted": (Phase.COUNTED, 0),
    "told first": (Phase.COUNTED, 1),
    "told all": (Phase.COUNTED, 2),
}

# hall, public, committee, subject, scope, organiser, host, teller, scrutineer, supervisor, observer
IN_THE_HALL = {
    "open": "-----------",
    "closed": "p-p--pppppp",
    "counted": "p-p--mnnnmp",
    "told first": "rrrrrmnnnmr",
    "told all": "rrrrrmnnnmr",
}
IN_CONFIDENCE = {
    "open": "-----------",
    "closed": "p-p--pppppp",
    "counted": "p-p--mpnnmp",
    "told first": "p-m--mmnnmp",
    "told all": "p-m--mmnnmp",
}
VIEWERS = {
    "on-spot": IN_THE_HALL,
    "publish": IN_THE_HALL,
    "report-then-feedback": {**IN_CONFIDENCE, "told all": "p-mr-mmnnmp"},
    "limited-later": {**IN_CONFIDENCE, "told all": "p-m-rmmnnmp"},
    "internal": IN_CONFIDENCE,
}

# count-report, tally-sheet, vote-report, assessment-summary, integrity-report, cadre-record, follow-ups,
# feedback, scope-notice, public-notice
COUNTING = {"open": "----------", "closed": "p---------", "counted": "cnnmmrr---"}
HALL_FIRST = {**COUNTING, "told first": "cnnmmrrr--", "told all": "cnnmmrrrrr"}
COMMITTEE_FIRST = {**COUNTING, "told first": "cnnmmrr---", "told all": "cnnmmrr---"}
ORGANISERS = {
    "on-spot": HALL_FIRST,
    "publish": HALL_FIRST,
    "report-then-feedback": {**COMMITTEE_FIRST, "told all": "cnnmmrrr--"},
    "limited-later": {**COMMITTEE_FIRST, "told all": "cnnmmrr-r-"},
    "internal": COMMITTEE_FIRST,
}
READING_OUT = {
    **COUNTING,
    "counted": "cnnnnrr---",
    "told first": "cnnnnrrr--",
    "told all": "cnnnnrrrrr",
}
HOSTS = {
    "on-spot": READING_OUT,
    "publish": READING_OUT,
    **{
        mode: {**ORGANISERS[mode], "counted": "p---------"}
        for mode in ("report-then-feedback", "limited-later", "internal")
    },
}


def standing(mode: str, stage: str) -> Standing:
    phase, told = STAGES[stage]
    return Standing(mode, phase, rules.AUDIENCES[mode][:told])


def test_every_mode_and_every_role_is_in_the_table() -> None:
    assert VIEWERS.keys() == rules.AUDIENCES.keys() == ORGANISERS.keys() == HOSTS.keys()
    assert {audience for told in rules.AUDIENCES.values() for audience in told} | {str(role) for role in Role} == {
        str(viewer) for viewer in Viewer
    }


@pytest.mark.parametrize(("mode", "stage"), [*product(VIEWERS, STAGES)])
def test_what_each_viewer_may_see(mode: str, stage: str) -> None:
    seen = dict(zip(Viewer, VIEWERS[mode][stage], strict=True))
    assert {viewer: detail(viewer, standing(mode, stage)) for viewer in Viewer} == {
        viewer: LETTERS[letter] for viewer, letter in seen.items()
    }


@pytest.mark.parametrize(("mode", "stage"), [*product(VIEWERS, STAGES)])
@pytest.mark.parametrize(("role", "table"), [("organiser", ORGANISERS), ("supervisor", ORGANISERS), ("host", HOSTS)])
def test_what_each_document_may_hold(role: str, table: dict[str, dict[str, str]], mode: str, stage: str) -> None:
    held = dict(zip(Document, table[mode][stage], strict=True))
    assert {document: detail_of_document(document, role, standing(mode, stage)) for document in Document} == {
        document: LETTERS[letter] for document, letter in held.items()
    }


@pytest.mark.parametrize("mode", VIEWERS)
def test_an_announcement_that_the_mode_does_not_have_opens_nothing(mode: str) -> None:
    """As a forged or damaged ledger might say."""
    others = {"hall", "public", "committee", "subject", "scope"} - set(rules.AUDIENCES[mode])
    before, after = Standing(mode, Phase.COUNTED), Standing(mode, Phase.COUNTED, tuple(sorted(others)))
    for viewer in Viewer:
        assert detail(viewer, after) == detail(viewer, before)
    for document, role in product(Document, ("organiser", "host", "supervisor")):
        assert detail_of_document(document, role, after) == detail_of_document(document, role, before)


@pytest.mark.parametrize("mode", VIEWERS)
def test_nothing_told_is_taken_back_and_nobody_outside_sees_more_than_the_committee(mode: str) -> None:
    stages = [standing(mode, stage) for stage in STAGES]
    for viewer in Viewer:
        seen = [detail(viewer, one) for one in stages]
        assert seen == sorted(seen)
    for one in stages:
        for outside in (Viewer.HALL, Viewer.PUBLIC, Viewer.SUBJECT, Viewer.SCOPE, Viewer.OBSERVER):
            assert detail(outside, one) <= Detail.RESULT


def test_a_viewer_or_mode_that_nobody_knows_sees_nothing() -> None:
    with pytest.raises(ValueError, match="clerk"):
        detail("clerk", standing("on-spot", "told all"))
    with pytest.raises(rules.RulesError):
        detail(Viewer.HALL, Standing("whenever", Phase.COUNTED))
