"""One round of one contest, judged: the round object of the verdict.

Text: docs/rules.md and docs/formats/verdict.md. The service announces this object, the verifier recomputes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from verify.rules.choices import ballot_kind, padded_length
from verify.rules.count import Count, count_ballots
from verify.rules.errors import RulesError
from verify.rules.figures import ClassFigures
from verify.rules.judging import RULES, Judging
from verify.rules.judging.pass_line import passing_candidates
from verify.rules.judging.quorum import Quorum, quorum_of_round
from verify.rules.judging.seats import what_comes_next
from verify.rules.proposals import proposals_of

_ONCE = ("quorum", "seats", "bar")  # rules that a contest has at most once
_ANY_MEETING: dict[str, Any] = {"date": "2000-01-01", "locale": "zh-CN", "history": [], "calendar": None}


def check_contest(contest: Mapping[str, Any]) -> None:
    """Refuse a contest that could not be judged after its poll; asked before publishing and admitting.

    Measures its ballot and judges an empty poll, so it meets whatever a ballot kind or a rule refuses in the contest's
    own fields.

    Raises: RulesError for an unknown ballot kind or rule, a second quorum or seats, or a field no rule can read.
    """
    padded_length(contest["ballot"])
    nobody = ClassFigures(expected=0, present=0, issued=0, returned=0)
    judge_round(
        contest=contest,
        round_number=1,
        poll="",
        figures=dict.fromkeys(contest["voters"], nobody),
        choices={},
        quorum=None,
        present_at_opening={},
        min_class=0,
        earlier=[],
    )


def judge_round(
    *,
    contest: Mapping[str, Any],
    round_number: int,
    poll: str,
    figures: Mapping[str, ClassFigures],
    choices: Mapping[str, Mapping[bytes | None, int]],
    quorum: Quorum | None,
    present_at_opening: Mapping[str, int],
    min_class: int,
    earlier: Sequence[Mapping[str, Any]],
    post_rounds: Sequence[Mapping[str, Any]] | None = None,
    meeting: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Count and judge one round of a contest.

    contest: as printed on this round's paper, in normal form.
    figures: of each class in `voters`; `returned` is the number of ballots in `choices`.
    choices: class → opened plaintext, padded or not (None: did not open) → times.
    quorum: from `nearest_quorum`. present_at_opening: class → attendance when the poll opened; else nobody.
    min_class: a split by class is given only when every class was issued at least so many.
    earlier: this contest's earlier round objects, in order. post_rounds: from `barring.post_rounds`; None: as earlier.
    meeting: the fields of the meeting, of which rules read date, history, calendar and locale.

    Raises: RulesError for an unknown ballot kind or rule, or figures that do not belong together.
    Source: docs/rules.md, docs/formats/verdict.md.
    """
    _check_rules(contest["rules"])
    ballot_kind(contest["ballot"])
    count = count_ballots(contest, figures, choices)
    about = _ANY_MEETING if meeting is None else meeting
    of_post = earlier if post_rounds is None else post_rounds
    judging = Judging(contest, round_number, count, present_at_opening, earlier, of_post, about)
    judging.passed = passing_candidates(contest, count)
    for rule in contest["rules"]:
        RULES[rule["rule"]](rule, judging)
    split = _classes_to_show(contest["voters"], count, min_class)
    found = {"flags": judging.flags, "barred": judging.barred}
    return {
        "round": round_number,
        "poll": poll,
        "counts": {
            "total": count.counts(),
            "by_class": {voter_class: count.counts_of_class(voter_class) for voter_class in split},
        },
        "tally": count.tally(),
        "tally_by_class": {voter_class: count.tally([voter_class]) for voter_class in split},
        "quorum": None if quorum is None else quorum_of_round(quorum, judging),
        "judgements": judging.judgements,
        "values": judging.values,
        "passed": judging.passed,
        "elected": judging.elected,
        "state": judging.state,
        "reasons": judging.reasons,
        "next": what_comes_next(judging),
        "flags": judging.flags,
        "proposals": proposals_of(contest, found, about),
        "ranks": judging.ranks,
        "barred": judging.barred,
    }


def _check_rules(rules: Sequence[Mapping[str, Any]]) -> None:
    names = [rule["rule"] for rule in rules]
    if not RULES.keys() >= set(names):
        raise RulesError("unknown rule; known: " + ", ".join(RULES))
    for name in _ONCE:
        if names.count(name) > 1:
            raise RulesError(f"a contest has at most one rule {name}")


def _classes_to_show(voters: Sequence[str], count: Count, min_class: int) -> list[str]:
    """All classes or none: with one class held back, the total less the others would give it away."""
    small = any(count.by_class[voter_class].figures.issued < min_class for voter_class in voters)
    return [] if len(voters) < 2 or small else list(voters)
