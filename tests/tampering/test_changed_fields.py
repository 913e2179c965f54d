"""Any field of any entry replaced by anything, and signed again: a check says so, and nothing else happens.

The forger holds the ledger key, so signature and tree are always right. What may be changed without being noticed is
what only the server ever wrote down: names, reasons, evidence (docs/protocol.md §9, "Not judged by the verifier").
"""

import copy
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.judging import failing, fingerprint_of, judge_ledger
from tests.ledger_builder import Entry, LedgerBuilder
from tests.whole_meetings import barring_meeting, review_meeting
from verify.report import render
from verify.verdict import to_json

CHANGES = 60  # per meeting
VALUES: tuple[Any, ...] = (
    None, 0, 1, -1, "x", "", [], {}, True, 10**9, "1/3", "0", "2026-01-01", "9999-12-31", ["a"], {"a": 1}, "A", "chief",
    "style", "any", "forever", "approve", "expected",
)  # fmt: skip
WRITTEN_DOWN = {"by", "evidence", "tellers", "title", "hubs_missing", "assisted", "at", "reason"}


@lru_cache(maxsize=2)
def meeting(make: Any) -> LedgerBuilder:
    built = make()
    return built if isinstance(built, LedgerBuilder) else built.builder


def fields(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in an entry, from the outside in."""
    if path and path != ("type",):
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, element in inside:
        yield from fields(element, (*path, key))


@pytest.mark.parametrize("make", [review_meeting, barring_meeting])
def test_a_field_changed_and_signed_again_is_noticed(make: Any, tmp_path: Path) -> None:
    builder, random = meeting(make), Random(2026)
    changeable = [one["type"] for one in builder.entries if one["type"] not in ("slip", "ballot", "keys")]
    for _ in range(CHANGES):
        entries = copy.deepcopy(builder.entries)
        kind = random.choice(sorted(set(changeable)))
        entry = random.choice([one for one in entries if one["type"] == kind])
        path = random.choice(list(fields(entry)))
        _change(entry, path, random)
        if entries == builder.entries:
            continue
        data = builder.seal(builder.lines(entries))
        judged = judge_ledger(tmp_path, data, fingerprint=fingerprint_of(data))
        render(judged, "zh")
        to_json(judged, "en")
        assert failing(judged) or judged.accepted, path
        if judged.accepted:
            assert WRITTEN_DOWN & {str(step) for step in path}, (kind, path)


def _change(entry: Entry, path: tuple[Any, ...], random: Random) -> None:
    node: Any = entry
    for step in path[:-1]:
        node = node[step]
    if random.random() < 0.1:
        del node[path[-1]]
    elif isinstance(node, list) and random.random() < 0.2:
        node.append(copy.deepcopy(node[path[-1]]))
    else:
        node[path[-1]] = copy.deepcopy(random.choice(VALUES))
