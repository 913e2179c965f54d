"""A ballot kind and a rule that stand nowhere yet are added by one registry line each, and the rest goes along."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.verify.rules.meetings import approving, bar_rule, contest, judge, pass_rule, seats_rule
from verify.rules import Choice, RulesError, check_contest, padded_length
from verify.rules.choices import KINDS


class YesNoUnknown:
    """{"say": "yes"}, or {"say": "unknown"}; `{}` is blank."""

    def longest(self, ballot: Mapping[str, Any]) -> int:
        return int(ballot["longest"])

    def read(self, ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> Choice | None:
        said = choice.get("say")
        return None if said == "maybe" else Choice(dict(choice), blank=not choice, unknown=said == "unknown")

    def tally(self, ballot: Mapping[str, Any], choices: Iterable[tuple[Choice, int]]) -> dict[str, Any]:
        return {"yes": sum(times for choice, times in choices if choice.content.get("say") == "yes")}

    def has_free_text(self, ballot: Mapping[str, Any]) -> bool:
        return False


@pytest.mark.parametrize(("longest", "length"), [(1, 64), (63, 64), (64, 64), (65, 128), (128, 128), (129, 192)])
def test_the_padded_length_is_the_next_multiple_of_64(
    monkeypatch: pytest.MonkeyPatch, longest: int, length: int
) -> None:
    monkeypatch.setitem(KINDS, "say", YesNoUnknown())
    assert padded_length({"kind": "say", "longest": longest}) == length


def test_unknown_is_valid_but_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "say", YesNoUnknown())
    of = {**contest(rules=[]), "ballot": {"kind": "say"}}
    papers: dict[bytes | None, int] = {
        b'{"say":"yes"}': 5,
        b'{"say":"unknown"}': 3,
        b"{}": 2,
        b'{"say":"maybe"}': 1,
    }
    found = judge(of, papers)
    total = found["counts"]["total"]
    assert {name: total[name] for name in ("returned", "invalid", "valid", "abstain", "unknown", "scored")} == {
        "returned": 11,
        "invalid": 1,
        "valid": 10,
        "abstain": 2,
        "unknown": 3,
        "scored": 5,
    }
    assert found["tally"] == {"yes": 5}
    assert (found["passed"], found["state"]) == ([], "counted")


@pytest.mark.parametrize("rule", [pass_rule(), seats_rule()], ids=["pass", "seats"])
def test_a_rule_about_candidates_needs_marks_for_candidates(
    monkeypatch: pytest.MonkeyPatch, rule: dict[str, Any]
) -> None:
    monkeypatch.setitem(KINDS, "say", YesNoUnknown())
    with pytest.raises(RulesError, match="approval ballot"):
        check_contest({**contest(rules=[rule]), "ballot": {"kind": "say", "longest": 1}})


@pytest.mark.parametrize("bar_first", [True, False])
def test_nobody_is_left_when_all_are_barred_wherever_the_rule_stands(
    bar_first: bool,
) -> None:
    bar = bar_rule(failures=1)
    rules = [bar, pass_rule(), seats_rule(2)] if bar_first else [pass_rule(), seats_rule(2), bar]
    found = judge(contest("ab", rules=rules), approving({"a": 3, "b": 2}))
    assert (found["elected"], [bar["person"] for bar in found["barred"]]) == (["a"], ["b"])
    assert (found["state"], found["reasons"], found["next"]) == ("undecided", ["too-few"], "ended")
