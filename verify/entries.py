"""What each line may hold: for every entry type exactly these fields, of these types and lengths.

Text: docs/protocol.md §4, "Entries". Whether the values are *true* is the business of `verify.checks`; here it is only
whether they can be read without a second thought. `verify.shapes` are the parts, `verify.agenda` what is voted on; the
table of entry types stands at the end: a new one is a new row. Ballots themselves are read by `verify.ballots`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from verify.agenda import STEPS, contest, inputs, item, meeting_quorum, scores
from verify.errors import Malformed
from verify.ledger import Entry
from verify.rules import RulesError, check_scores, format_exact, read_computed
from verify.shapes import (
    Shape,
    alternatives,
    anything,
    binary,
    class_id,
    class_list,
    day,
    exact,
    expect,
    flag,
    hash32,
    listing,
    mapping,
    matching,
    minute,
    name,
    one_of,
    or_null,
    people_of_class,
    record,
    text,
    two_people,
    whole,
    word,
)


def computed(value: Any, where: str) -> None:
    """A number that was worked out: in lowest terms too, and longer than anybody would type."""
    try:
        number = read_computed(value)
    except RulesError:
        raise Malformed(f"{where}: expected an exact number") from None
    expect(value == format_exact(number), where, "a string in lowest terms")


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
        expect(len(set(ids)) == len(ids), where, f"no {what} twice")
    expect(value["rsa_bits"] in (2048, 3072, 4096), where, "RSA keys of 2048, 3072 or 4096 bits")
    expect(value["reserve"].keys() <= set(classes), where, "reserve slips of its own classes")
    for one in contests:
        expect(set(one["voters"]) <= set(classes), where, "voters of its own classes")
    expect([one["class"] for one in value["slips"]] == classes, where, "slips of every class in their order")
    cards = value["scrutineers"]["cards"]
    expect(value["scrutineers"]["threshold"] <= cards, where, "a threshold of at most all cards")
    for box in value["boxes"]:
        expect(len(box["sealed"]) == len(box["commit"]) == cards, where, "one share per card in each box")
    expect(value["witnesses"]["quorum"] <= len(value["witnesses"]["keys"]), where, "a quorum of at most all witnesses")
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
        expect(line["date"] <= value["date"], where, "a history from before the meeting")
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
    "closed": {"scores": mapping(word, or_null(computed)), "at": minute},
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
