"""The form of an agenda, by values that are nearly right: each would be read by somebody who looks less closely."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import meeting_parts as parts
from tests.ledger_builder import contest, pass_rule, quorum_rule, seats_rule
from verify import agenda
from verify.errors import Malformed

Part = dict[str, Any]
Shape = Callable[[Any, str], None]
RATE = parts.rate_rule("share", candidate="zhang-san", marks=["approve"])
BANDS = parts.bands_rule("band", "share", ("1/2", "10"))
WITH_KIND = [
    (agenda.BALLOT_KINDS, "kind", contest("budget")["ballot"]),
    (agenda.BALLOT_KINDS, "kind", parts.pick_ballot("a", "b")),
    (agenda.BALLOT_KINDS, "kind", parts.grade_ballot("good", "poor")),
    (agenda.BALLOT_KINDS, "kind", parts.score_ballot()),
    (agenda.BALLOT_KINDS, "kind", parts.comment_ballot()),
    (agenda.RULES, "rule", quorum_rule("1/2")),
    (agenda.RULES, "rule", pass_rule("1/2")),
    (agenda.RULES, "rule", seats_rule()),
    (agenda.RULES, "rule", parts.bar_rule()),
    (agenda.RULES, "rule", RATE),
    (agenda.RULES, "rule", parts.mean_rule("mean")),
    (agenda.RULES, "rule", BANDS),
    (agenda.RULES, "rule", parts.flag_rule("low", "share", under="1/2")),
    (agenda.RULES, "rule", parts.rank_rule("order", "approve")),
]
NEARLY = [
    ("grade", "grades", [{"id": "No Id", "name": "好"}]),
    ("score", "min", "0.0"),
    ("score", "max", "200/2"),
    ("score", "step", "2/4"),
    ("score", "step", "-1"),
    ("quorum", "of", "valid"),
    ("pass", "mark", "approved"),
    ("pass", "of", "all"),
    ("seats", "on_failure", "again"),
    ("rate", "of", "all"),
    ("rate", "candidate", "No Id"),
    ("bands", "value", "No Id"),
    ("bands", "bands", [{"at_least": "2/4", "points": "10"}]),
    ("bands", "bands", [{"at_least": "1/2", "points": "20/2"}]),
    ("flag", "value", "No Id"),
    ("rank", "by", "votes"),
]
SHAPES: dict[str, tuple[Shape, Part]] = {part[tag]: (shapes[part[tag]], part) for shapes, tag, part in WITH_KIND}


@pytest.mark.parametrize("name", SHAPES)
def test_each_ballot_and_rule_has_its_own_form(name: str) -> None:
    shape, part = SHAPES[name]
    shape(part, "here")
    tag = "kind" if name in agenda.BALLOT_KINDS else "rule"
    with pytest.raises(Malformed):
        shape({**part, tag: "another"}, "here")


@pytest.mark.parametrize(("name", "field", "value"), NEARLY)
def test_a_value_that_is_nearly_right_is_refused(name: str, field: str, value: object) -> None:
    shape, part = SHAPES[name]
    assert field in part
    with pytest.raises(Malformed, match="here"):
        shape({**part, field: value}, "here")


def test_a_score_is_named_by_an_id() -> None:
    agenda.scores([parts.score("total", {"score": "style"})], "here")
    with pytest.raises(Malformed, match="here"):
        agenda.scores([parts.score("total", {"score": "No Id"})], "here")
