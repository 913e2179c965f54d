"""What each line may hold: for every entry type exactly these fields, of these types and lengths.

Text: docs/protocol.md §4, "Entries"; the normal form of items and contests: docs/formats/meeting-file.md. A field that
is missing or not known is refused, nothing is optional, null is written. Whether the values are *true* is the business
of `verify.checks`; here it is only whether they can be read without a second thought.

A shape is a function that takes a value and where it stands, and raises Malformed. Ballot kinds, rules and entry types
are tables at the end of this file: a new one is a new row. Ballots themselves are read by `verify.ballots`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from verify.errors import Malformed
from verify.ledger import Entry, b64url_decode
from verify.rules import RulesError, check_contest, check_scores, format_exact, read_exact
from verify.rules.errors import MalformedNumber
from verify.rules.judging.flag import COMPARISONS

Shape = Callable[[Any, str], None]


# ------------------------------------------------------------------------------------------------------ small shapes


def _expect(holds: bool, where: str, expected: str) -> None:
    if not holds:
        raise Malformed(f"{where}: expected {expected}")


def matching(pattern: str, expected: str) -> Shape:
    compiled = re.compile(pattern, re.ASCII)

    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, str) and compiled.fullmatch(value) is not None, where, expected)

    return shape


def one_of(*allowed: str) -> Shape:
    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, str) and value in allowed, where, " or ".join(allowed))

    return shape


def whole(low: int = 0, high: int = 2**53 - 1) -> Shape:
    def shape(value: Any, where: str) -> None:
        is_int = isinstance(value, int) and not isinstance(value, bool)
        _expect(is_int and low <= value <= high, where, f"an integer from {low} to {high}")

    return shape


def binary(length: int | None = None) -> Shape:
    """A byte string in base64url, of exactly `length` bytes unless None."""

    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, str), where, "base64url")
        try:
            data = b64url_decode(value)
        except Malformed as error:
            raise Malformed(f"{where}: {error}") from error
        _expect(length is None or len(data) == length, where, f"{length} bytes")

    return shape


def text(value: Any, where: str) -> None:
    _expect(isinstance(value, str), where, "a text")


def name(value: Any, where: str) -> None:
    _expect(isinstance(value, str) and value.strip() != "", where, "a text that is not empty")


def flag(value: Any, where: str) -> None:
    _expect(isinstance(value, bool), where, "true or false")


def exact(value: Any, where: str) -> None:
    """An exact number in normal form: "1/2", not "2/4", "0.5" or a JSON integer."""
    try:
        number = read_exact(value)
    except MalformedNumber:
        raise Malformed(f"{where}: expected an exact number") from None
    _expect(value == format_exact(number), where, "a string in lowest terms")


def share(value: Any, where: str) -> None:
    """An exact number from 0 to 1, of a quorum or a pass line."""
    exact(value, where)
    _expect(0 <= read_exact(value) <= 1, where, "a number from 0 to 1")


def positive(value: Any, where: str) -> None:
    """An exact number above 0: a weight, a step."""
    exact(value, where)
    _expect(read_exact(value) > 0, where, "a number above 0")


def anything(value: Any, where: str) -> None:
    """For what a later check compares as a whole."""


def or_null(inner: Shape) -> Shape:
    def shape(value: Any, where: str) -> None:
        if value is not None:
            inner(value, where)

    return shape


def listing(inner: Shape, *, least: int = 0, most: int | None = None, distinct: bool = False) -> Shape:
    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, list), where, "a list")
        _expect(len(value) >= least, where, f"at least {least} elements")
        _expect(most is None or len(value) <= most, where, f"at most {most} elements")
        for number, element in enumerate(value):
            inner(element, f"{where}[{number}]")
        _expect(not distinct or len(set(value)) == len(value), where, "no element twice")

    return shape


def mapping(key: Shape, inner: Shape) -> Shape:
    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, dict), where, "an object")
        for member, element in value.items():
            key(member, f"{where}, a key")
            inner(element, f"{where}.{member}")

    return shape


def record(fields: Mapping[str, Shape]) -> Shape:
    """An object with exactly these fields."""

    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, dict), where, "an object")
        unknown = sorted(value.keys() - fields.keys())
        if unknown:
            raise Malformed(f"{where}: unknown field {unknown[0]}")
        for field, inner in fields.items():
            if field not in value:
                raise Malformed(f"{where}: no field {field}")
            inner(value[field], f"{where}.{field}")

    return shape


def alternatives(choose: Callable[[dict[str, Any]], str], shapes: Mapping[str, Shape], what: str) -> Shape:
    """One of several records; `choose` names which from the value."""

    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, dict), where, "an object")
        chosen = choose(value)
        if not isinstance(chosen, str) or chosen not in shapes:
            raise Malformed(f"{where}: {what} that this version does not know")
        shapes[chosen](value, where)

    return shape


def whole_or(word: str, low: int) -> Shape:
    """An integer from `low` on, or this word."""
    number = whole(low)

    def shape(value: Any, where: str) -> None:
        if value != word:
            number(value, where)

    return shape


def one_member_of(
    names: tuple[str, ...], fields: Mapping[str, Shape], members: Mapping[str, Mapping[str, Shape]]
) -> Shape:
    """A record with these fields and those of exactly one of `names`: what is counted, what is added up."""
    either = {name: record({**fields, **members[name]}) for name in names}
    return alternatives(lambda value: next((name for name in names if name in value), ""), either, "a form")


def comparisons(fields: Mapping[str, Shape]) -> Shape:
    """A record with these fields and one or more comparisons with an exact number."""

    def shape(value: Any, where: str) -> None:
        _expect(isinstance(value, dict), where, "an object")
        given = [name for name in COMPARISONS if name in value]
        _expect(bool(given), where, "a comparison: " + ", ".join(COMPARISONS))
        record({**fields, **dict.fromkeys(given, exact)})(value, where)

    return shape


def threshold(fields: Mapping[str, Shape], number: Shape) -> Shape:
    """A record with these fields and one comparison: either `at_least` or `over`."""
    either = {comparison: record({**fields, comparison: number}) for comparison in ("at_least", "over")}

    def choose(value: dict[str, Any]) -> str:
        return "over" if "over" in value else "at_least"

    return alternatives(choose, either, "a comparison")


value_name = matching(r"[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}", "CONTEST.RULE-ID")
word = matching(r"[a-z0-9-]{1,64}", "an id of a-z, 0-9 and -")
class_id = matching(r"[A-Z0-9]{1,8}", "a class id of A-Z and 0-9")
minute = matching(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]Z", "a UTC time to the minute"
)
day = matching(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", "a date")
hash32 = binary(32)
two_people = listing(name, least=2, most=2)  # names the server writes down: that they are two people is its word
people_of_class = mapping(class_id, whole())
class_list = listing(class_id, distinct=True)
base = one_of("expected", "present", "issued", "returned", "valid", "scored")


# --------------------------------------------------------------------------------- the agenda: items, contests, rules

cite = or_null(record({"document": text, "clause": text, "quote": text}))
meeting_quorum = or_null(threshold({"of": one_of("expected")}, share))

_option = record({"id": word, "name": name, "note": or_null(text)})

BALLOT_KINDS: dict[str, Shape] = {
    "approval": record(
        {
            "kind": one_of("approval"),
            "candidates": listing(_option, least=1),
            "max_approve": whole(1),
            "labels": record({"approve": name, "oppose": name, "abstain": name}),
        }
    ),
    "pick": record(
        {
            "kind": one_of("pick"),
            "options": listing(_option),
            "max": whole(1),
            "write_in": whole(),
        }
    ),
    "grade": record(
        {"kind": one_of("grade"), "grades": listing(record({"id": word, "name": name}), least=1), "unknown": flag}
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
        _expect(len(set(ids)) == len(ids), where, f"no element of {listed} twice")
    rule_ids = [rule["id"] for rule in value["rules"] if rule["id"] is not None]
    _expect(len(set(rule_ids)) == len(rule_ids), where, "no rule id twice")
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


# ------------------------------------------------------------------------------------------------------- entry types

_meeting_fields = record(
    {
        "type": one_of("meeting"),
        "format": one_of("ballot-service/meeting/1"),
        "id": word,
        "title": name,
        "organiser": text,
        "place": text,
        "date": day,
        "locale": matching(r"[A-Za-z0-9-]{2,35}", "a language tag"),
        "classes": listing(
            record({"id": class_id, "name": name, "expected": whole(0), "observer": flag}), least=1, most=255
        ),
        "reserve": people_of_class,
        "min_class": whole(1),
        "quorum": meeting_quorum,
        "agenda": listing(item),
        "history": listing(
            record(
                {
                    "person": word,
                    "post": word,
                    "date": day,
                    "meeting": or_null(word),
                    "contest": or_null(word),
                    "round": or_null(whole(1)),
                    "nobody_passed": or_null(flag),
                }
            )
        ),
        "bars": listing(
            record(
                {
                    "person": word,
                    "post": word,
                    "from": day,
                    "until": or_null(day),
                    "reason": name,
                    "confirmed_by": name,
                }
            )
        ),
        "calendar": or_null(record({"until": day, "holidays": listing(day), "workdays": listing(day)})),
        "inputs": inputs,
        "scores": scores,
        "origin": matching(r"[!-*,-~]+", "a name without spaces"),
        "rsa_bits": whole(2048, 4096),
        "pages": whole(1, 65535),
        "boxes": listing(
            record({"key": hash32, "transport": hash32, "sealed": listing(hash32), "commit": listing(hash32)}), least=1
        ),
        "scrutineers": record({"cards": whole(1, 255), "threshold": whole(1, 255)}),
        "ceremony": one_of("offline", "server"),
        "ledger_key": hash32,
        "receipt_key": hash32,
        "issuers": listing(record({"id": word, "name": text}), least=1, most=255),
        "keys": listing(hash32),
        "slips": listing(record({"class": class_id, "count": whole(), "root": hash32})),
        "witnesses": record({"quorum": whole(), "keys": listing(name, distinct=True)}),
        "transport": one_of("https", "plain"),
        "client": hash32,
        "previous": or_null(record({"origin": name, "size": whole(), "root": hash32})),
    }
)


def meeting(value: Any, where: str) -> None:
    """The first line, and what its parts say about one another."""
    _meeting_fields(value, where)
    classes = [one["id"] for one in value["classes"]]
    items = value["agenda"]
    contests = [one for item in items for one in item["contests"]]
    for ids, what in (
        (classes, "class"),
        ([one["id"] for one in items], "item"),
        ([one["id"] for one in contests], "contest"),
        ([one["id"] for one in value["issuers"]], "issuer"),
    ):
        _expect(len(set(ids)) == len(ids), where, f"no {what} twice")
    _expect(value["rsa_bits"] in (2048, 3072, 4096), where, "RSA keys of 2048, 3072 or 4096 bits")
    _expect(value["reserve"].keys() <= set(classes), where, "reserve slips of its own classes")
    for one in contests:
        _expect(set(one["voters"]) <= set(classes), where, "voters of its own classes")
    _expect([one["class"] for one in value["slips"]] == classes, where, "slips of every class in their order")
    cards = value["scrutineers"]["cards"]
    _expect(value["scrutineers"]["threshold"] <= cards, where, "a threshold of at most all cards")
    for box in value["boxes"]:
        _expect(len(box["sealed"]) == len(box["commit"]) == cards, where, "one share per card in each box")
    _expect(value["witnesses"]["quorum"] <= len(value["witnesses"]["keys"]), where, "a quorum of at most all witnesses")
    _check_dates(value, where)
    try:
        check_scores(value, items)
    except RulesError as error:
        raise Malformed(f"{where}: {error}") from error


def _check_dates(value: Mapping[str, Any], where: str) -> None:
    """Every date is a day that exists, in the order in which they are calculated with."""
    days = [value["date"]]
    for line in value["history"]:
        days.append(line["date"])
        _expect(line["date"] <= value["date"], where, "a history from before the meeting")
    for bar in value["bars"]:
        days += [bar["from"]] + ([] if bar["until"] is None else [bar["until"]])
    if value["calendar"] is not None:
        days += [value["calendar"]["until"], *value["calendar"]["holidays"], *value["calendar"]["workdays"]]
    for one in days:
        try:
            date.fromisoformat(one)
        except ValueError:
            raise Malformed(f"{where}: expected dates that exist") from None


def _paper_ballot(value: dict[str, Any]) -> str:
    return "raw" if "raw" in value else "choice"


# The round object of the verdict without prose (docs/formats/verdict.md). Its figures are compared as a whole with
# those recomputed; here stands what the rules for the next round read.
_round = record(
    {
        "round": whole(1),
        "poll": word,
        "counts": anything,
        "tally": anything,
        "tally_by_class": anything,
        "quorum": anything,
        "values": anything,
        "passed": listing(word),
        "elected": listing(word),
        "state": one_of("decided", "undecided", "counted"),
        "reasons": listing(word),
        "next": one_of("none", "committee-decides", "revote", "ended"),
        "flags": anything,
        "ranks": anything,
        "barred": listing(record({"person": word, "post": word, "from": day, "until": or_null(day)})),
    }
)

_FIELDS: dict[str, dict[str, Shape]] = {
    "keys": {"issuer": word, "class": class_id, "n": listing(binary())},
    "slip": {"id": hash32, "class": class_id, "reserve": flag},
    "attendance": {"present": people_of_class, "by": name, "at": minute},
    "expected-change": {"class": class_id, "expected": whole(), "reason": name, "by": two_people},
    "step": {"item": word, "step": one_of(*STEPS), "subject": or_null(word), "at": minute},
    "slip-change": {
        "kind": one_of("activated", "voided", "replaced"),
        "slip": or_null(hash32),
        "class": class_id,
        "reason": name,
        "by": two_people,
    },
    "item": {"item": item, "admitted_by": word},
    "input": {"id": word, "value": exact, "evidence": name, "by": name, "at": minute},
    "paper": {
        "fingerprint": hash32,
        "item": word,
        "contest": contest,
        "round": whole(1),
        "page": whole(1),
        "classes": class_list,
        "recused": mapping(class_id, whole(1)),
        "box": whole(),
        "box_key": hash32,
        "length": whole(),
    },
    "poll-open": {
        "poll": word,
        "box": whole(),
        "papers": listing(hash32, least=1, distinct=True),
        "small_groups": class_list,
        "at": minute,
    },
    "booklet": {"slips": listing(binary(16), least=1)},  # none redeemed: no entry
    "poll-close": {
        "poll": word,
        "counts": listing(record({"paper": hash32, "class": class_id, "issued": whole(), "returned": whole()})),
        "hubs_missing": whole(),
        "assisted": whole(),
        "at": minute,
    },
    "poll-void": {"poll": word, "reason": name, "by": two_people, "at": minute},
    "objection": {"ballot": hash32, "receipt": binary(64)},
    "paper-count": {
        "paper": hash32,
        "class": class_id,
        "handed_out": whole(),
        "ballots": listing(
            alternatives(
                _paper_ballot,
                {
                    "choice": record({"choice": mapping(text, anything), "times": whole(1)}),
                    "raw": record({"raw": text, "times": whole(1)}),
                },
                "a paper ballot",
            )
        ),
        "tellers": two_people,
    },
    "witness-waived": {"reason": name, "by": two_people},
    "box-open": {
        "poll": word,
        "box": whole(),
        "shares": listing(record({"card": whole(1, 255), "share": hash32})),
        "close": text,
        "at": minute,
    },
    "result": {"poll": word, "contests": mapping(word, _round), "at": minute},
    "announce": {
        "contests": listing(word, least=1, distinct=True),
        "mode": text,
        "to": text,
        "at": minute,
    },
    "decision": {"contest": word, "round": whole(1), "choice": one_of("revote", "end"), "by": name, "at": minute},
    "closed": {"scores": mapping(word, or_null(exact)), "at": minute},
}

TYPES: dict[str, Shape] = {
    "meeting": meeting,
    **{kind: record({"type": one_of(kind), **fields}) for kind, fields in _FIELDS.items()},
}


def check_fields(entry: Entry) -> None:
    """Refuse an entry of an unknown type, or with other fields than its type has. Raises: Malformed."""
    kind = entry.value.get("type")
    if kind == "ballot":  # a line of exactly a ballot's fields ends in its type, and is not parsed here
        raise Malformed("ballot: a field that a ballot does not have")
    if not isinstance(kind, str) or kind not in TYPES:
        raise Malformed("an entry type that this version does not know")
    TYPES[kind](entry.value, kind)
