"""The agenda in normal form: what items, contests, ballots, rules and scores may hold in a ledger.

Text: docs/formats/meeting-file.md. Whether a contest can be judged at all is asked of `verify.rules` here, so that
nothing in it may stop the count later. A new ballot kind or rule is a new row in the tables `BALLOT_KINDS` and `RULES`.
"""

from typing import Any

from verify.errors import Malformed
from verify.rules import RulesError, check_contest
from verify.shapes import (
    Shape,
    alternatives,
    base,
    class_id,
    comparisons,
    exact,
    expect,
    flag,
    listing,
    mapping,
    name,
    one_member_of,
    one_of,
    or_null,
    positive,
    record,
    share,
    text,
    threshold,
    value_name,
    whole,
    whole_or,
    word,
)

cite = or_null(record({"document": text, "clause": or_null(text), "quote": or_null(text)}))
meeting_quorum = or_null(threshold({"of": one_of("expected")}, share))

_option = record({"id": word, "name": name, "note": or_null(text)})

BALLOT_KINDS: dict[str, Shape] = {
    "approval": record(
        {
            "kind": one_of("approval"),
            "candidates": listing(_option, least=1, most=500),
            "max_approve": whole(1),
            "labels": record({"approve": name, "oppose": name, "abstain": name}),
        }
    ),
    "pick": record(
        {
            "kind": one_of("pick"),
            "options": listing(_option, most=500),
            "max": whole(1),
            "write_in": whole(),
        }
    ),
    "grade": record(
        {
            "kind": one_of("grade"),
            "grades": listing(record({"id": word, "name": name}), least=1, most=100),
            "unknown": flag,
        }
    ),
    "score": record({"kind": one_of("score"), "min": exact, "max": exact, "step": positive, "unknown": flag}),
    "comment": record({"kind": one_of("comment"), "max_chars": whole(1, 2000)}),
}

_common = {"id": or_null(word), "cite": cite}
_value = {
    "id": word,
    "cite": cite,
    "classes": or_null(listing(class_id, least=1, distinct=True)),
    "of": base,
    "weights": or_null(mapping(class_id, positive)),
}
_bands = listing(record({"at_least": exact, "points": exact}), least=1)
_flag = {
    "code": word,
    "consequences": listing(
        record(
            {
                "text": name,
                "confirm": name,
                "due": or_null(
                    one_member_of(
                        ("working_days", "days"),
                        {},
                        {"working_days": {"working_days": whole(1)}, "days": {"days": whole(1)}},
                    )
                ),
            }
        )
    ),
}

RULES: dict[str, Shape] = {
    "quorum": threshold({"rule": one_of("quorum"), "id": or_null(word), "cite": cite, "of": one_of("expected")}, share),
    "pass": threshold(
        {
            "rule": one_of("pass"),
            "id": or_null(word),
            "cite": cite,
            "classes": or_null(listing(class_id, least=1, distinct=True)),
            "mark": one_of("approve", "oppose", "abstain"),
            "of": base,
        },
        share,
    ),
    "seats": record(
        {
            "rule": one_of("seats"),
            "id": or_null(word),
            "cite": cite,
            "seats": whole(1),
            "max_rounds": whole(1),
            "on_failure": one_of("committee", "revote", "end"),
        }
    ),
    "bar": record(
        {
            "rule": one_of("bar"),
            **_common,
            "failures": whole(1),
            "months": whole_or("forever", 1),
            "count_loss": flag,
            "reset": flag,
        }
    ),
    "rate": one_member_of(
        ("grades", "options", "candidate"),
        {"rule": one_of("rate"), **_value},
        {
            "grades": {"grades": listing(word, least=1, distinct=True)},
            "options": {"options": listing(word, least=1, distinct=True)},
            "candidate": {
                "candidate": word,
                "marks": listing(one_of("approve", "oppose", "abstain"), least=1, distinct=True),
            },
        },
    ),
    "mean": record({"rule": one_of("mean"), **_value, "points": or_null(mapping(word, exact))}),
    "bands": record(
        {"rule": one_of("bands"), "id": word, "cite": cite, "value": word, "bands": _bands, "otherwise": exact}
    ),
    "flag": comparisons({"rule": one_of("flag"), **_common, "value": word, **_flag}),
    "rank": record(
        {
            "rule": one_of("rank"),
            "id": word,
            "cite": cite,
            "classes": or_null(listing(class_id, least=1, distinct=True)),
            "by": one_of("approve", "picks"),
        }
    ),
}

_term_times = {"times": exact}
scores = listing(
    one_member_of(
        ("sum", "pool"),
        {
            "id": word,
            "title": name,
            "clamp": or_null(listing(exact, least=2, most=2)),
            "display": one_of("number", "percent"),
            "bands": or_null(_bands),
            "otherwise": or_null(exact),
            "flags": listing(comparisons(_flag)),
        },
        {
            "sum": {
                "sum": listing(
                    one_member_of(
                        ("value", "input", "score", "const"),
                        _term_times,
                        {
                            "value": {"value": value_name},
                            "input": {"input": word},
                            "score": {"score": word},
                            "const": {"const": exact},
                        },
                    ),
                    least=1,
                )
            },
            "pool": {"pool": listing(value_name, least=1)},
        },
    )
)
inputs = listing(record({"id": word, "title": name, "min": or_null(exact), "max": or_null(exact)}))

_contest_fields = record(
    {
        "id": word,
        "title": name,
        "post": or_null(word),
        "posts": whole(1),
        "guard": or_null(record({"candidates_per_post": threshold({}, exact)})),
        "subject": or_null(record({"id": word, "name": name, "title": or_null(text), "unit": or_null(text)})),
        "voters": listing(class_id, least=1, distinct=True),
        "ballot": alternatives(lambda ballot: ballot.get("kind", ""), BALLOT_KINDS, "a ballot kind"),
        "rules": listing(alternatives(lambda rule: rule.get("rule", ""), RULES, "a rule")),
    }
)


def contest(value: Any, where: str) -> None:
    """A contest in normal form that can be judged: nothing in it may stop the count later."""
    _contest_fields(value, where)
    for listed in ("candidates", "options", "grades"):
        ids = [one["id"] for one in value["ballot"].get(listed, [])]
        expect(len(set(ids)) == len(ids), where, f"no element of {listed} twice")
    rule_ids = [rule["id"] for rule in value["rules"] if rule["id"] is not None]
    expect(len(set(rule_ids)) == len(rule_ids), where, "no rule id twice")
    try:
        check_contest(value)
    except RulesError as error:
        raise Malformed(f"{where}: {error}") from error


STEPS = ("report", "question", "introduce", "deliberate", "speak", "chief-last", "inspection")

item = record(
    {
        "id": word,
        "title": name,
        "cadre": flag,
        "announce": one_of("on-spot", "report-then-feedback", "publish", "limited-later", "internal"),
        "steps": listing(one_of(*STEPS), distinct=True),
        "quorum": meeting_quorum,
        "show_ranks": flag,
        "inputs": inputs,
        "scores": scores,
        "contests": listing(contest, least=1),
    }
)
