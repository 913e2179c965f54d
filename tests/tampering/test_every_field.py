"""Every field of every entry, one at a time: with a value that no field may have, left out, and one added beside it.

The meeting is honest and has everything that a ledger may hold. Each forgery is signed by the real key; V02 refuses it.
"""

import copy
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from crypto import canonical
from crypto.encoding import b64u
from tests import meeting_parts as parts
from tests.judging import check_accepted, failing, judge_ledger
from tests.ledger_builder import Entry, LedgerBuilder, contest, item, pass_rule, quorum_rule, seats_rule
from tests.whole_meetings import CALENDAR, SCORES, review_agenda, urgent_item
from verify.entries import TYPES, check_fields
from verify.errors import Malformed
from verify.ledger import Entry as Line

NO_VALUE = -1  # not a count, not a text, not a list, not null
COMPARED_AS_A_WHOLE = ("counts", "tally", "tally_by_class", "quorum", "values", "flags", "ranks")  # of a round, by V16
CITE = {"document": "Rules of the assembly", "clause": "第十二条", "quote": None}
Way = tuple[str, tuple[Any, ...]]  # what is done, and where in the entry


@lru_cache(maxsize=1)
def meeting() -> LedgerBuilder:
    """One of everything. A voided poll has an objection; a paper ballot is told as it was written."""
    deputy = {
        **contest(
            "deputy",
            rules_=[
                quorum_rule("1/2"),
                {**pass_rule("1/3"), "cite": CITE, "classes": ["A"]},
                {**seats_rule(), "id": "seats"},
                {**parts.bar_rule(5, "forever"), "id": "bar", "cite": CITE},
                parts.rate_rule("share", candidate="zhang-san", marks=["approve"], weights={"A": "1"}),
                {**parts.rank_rule("order", "approve"), "classes": ["A"]},
            ],
        ),
        "post": "deputy",
        "guard": {"candidates_per_post": {"at_least": "1"}},
    }
    agenda = [*review_agenda(), {**item("deputies", [deputy]), "quorum": {"over": "1/3", "of": "expected"}}]
    agenda[0]["contests"][0]["subject"] = {"id": "li-si", "name": "李四", "title": "局长", "unit": None}
    agenda[0]["contests"][0]["rules"][1]["classes"] = ["A"]
    agenda[0]["contests"][0]["rules"][0]["cite"] = CITE
    agenda[0]["steps"] = ["report"]
    b = LedgerBuilder(
        agenda,
        {"A": 8, "B": 5},
        pages=9,
        boxes=7,
        reserve={"A": 1},
        quorum={"at_least": "1/2", "of": "expected"},
        witness_quorum=1,
        inputs=[parts.input_("style"), parts.input_("cases")],
        scores=SCORES,
        calendar={**CALENDAR, "holidays": ["2026-12-25"]},
        history=[parts.history_line("li-si", "deputy", "2025-01-02", meeting="m", contest="c", round=1)],
        bars=[parts.bar_line("wang-wu", "deputy", "2026-01-01", "2026-12-31")],
        previous={"origin": "ballot.example/before", "size": 7, "root": b64u(bytes(32))},
    )
    b.append({"type": "expected-change", "class": "B", "expected": 5, "reason": "as before", "by": ["one", "two"]})
    b.attendance(A=8, B=5)
    b.redeem("A", 8)
    b.redeem("B", 3)
    b.slip_change("activated", "A", next(one for one in b.slips["A"] if one.reserve))
    b.give("style", "29/2")
    b.append({"type": "step", "item": "review", "step": "report", "subject": "li-si", "at": "2026-12-18T01:30Z"})
    _void_after_an_objection(b)
    chief = b.paper("chief", recused={"B": 1})
    poll = b.open_poll(chief)
    b.cast(poll, chief, "A", *[{"grade": "good"}] * 6, {"unknown": True})
    b.cast(poll, chief, "B", {"grade": "fair"}, {})
    b.close_poll(poll)
    b.count_paper(poll, chief, "B", 2, {"grade": "good"}, {"grade": "poor"})
    _as_it_was_written(b.entries[-1]["ballots"][0])
    b.open_box(poll)
    b.announce("chief", "hall", "publish")
    b.waive_witness()
    deputies = b.paper("deputy")
    _poll(b, deputies, [{"zhang-san": "approve"}] * 2 + [{"li-si": "approve"}] * 2)
    b.decide("deputy", 1, "end")
    _poll(b, b.paper("motion"), [{"yes": "approve"}] * 8)
    b.add_item(urgent_item(), "motion")
    b.close()
    return b


def _poll(b: LedgerBuilder, paper: Any, choices: list[Any]) -> None:
    poll = b.open_poll(paper)
    b.cast(poll, paper, "A", *choices)
    b.close_poll(poll)
    b.open_box(poll)


def _void_after_an_objection(b: LedgerBuilder) -> None:
    poll = b.open_poll(b.paper("chief"))
    b.close_poll(poll)
    b.objection(b"a ballot of which nothing is kept"[:32])
    b.void(poll)


def _as_it_was_written(counted: Entry) -> None:
    counted["raw"] = canonical.encode(counted.pop("choice")).decode()


@lru_cache(maxsize=1)
def honest_entries() -> list[Entry]:
    """With the close notes in them, which are made last."""
    return [json.loads(line) for line in meeting().lines(meeting().entries)]


# -------------------------------------------------------------------------------------------------- what can be done


def ways(entry: Entry) -> Iterator[Way]:
    """Every field replaced or left out, and one added to every object."""
    yield "add", ()
    for path, value, must_be in _places(entry):
        if _is_free(entry, path[:-1]):
            continue
        if must_be:
            yield "leave out", path
        if not _is_free(entry, path):
            yield "replace", path
            if isinstance(value, dict):
                yield "add", path


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, bool]]:
    """(place, what is there, whether it must be there), from the outside in."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, element in inside:
        yield (
            (*path, key),
            element,
            isinstance(value, dict) and not _is_mapping(path) and not _is_one_of_two(value, key),
        )
        yield from _places(element, (*path, key))


_MAPPINGS = ("present", "reserve", "recused", "weights", "points", "scores", "contests")  # whose keys are ids


def _is_mapping(path: tuple[Any, ...]) -> bool:
    return bool(path) and path[-1] in _MAPPINGS


def _is_one_of_two(value: Entry, key: str) -> bool:
    """Of two comparisons of a flag either may be left out."""
    return {key, "at_least", "under"} <= value.keys() and key in ("at_least", "under")


def _is_free(entry: Entry, path: tuple[Any, ...]) -> bool:
    """Whether V02 lets anything stand there: it is compared as a whole later, or read as a ballot is."""
    if entry["type"] == "result":
        return len(path) > 2 and path[2] in COMPARED_AS_A_WHOLE
    return entry["type"] == "paper-count" and "choice" in path


def forge(entry: Entry, way: Way) -> Entry:
    what, path = way
    forged = copy.deepcopy(entry)
    node: Any = forged
    for step in path[:-1]:
        node = node[step]
    match what:
        case "replace":
            node[path[-1]] = NO_VALUE
        case "leave out":
            del node[path[-1]]
        case "add":
            (node[path[-1]] if path else node)["No Id"] = NO_VALUE
    return forged


def forgeries() -> Iterator[tuple[str, Entry, Entry]]:
    """(name, entry, forged), each kind of place once."""
    known = set()
    for entry in honest_entries():
        for way in ways(entry):
            what, path = way
            kind = _kind_of(entry, path)
            name = f"{entry['type']}: {what} {'.'.join(str(step) for step in path if not isinstance(step, int))} {kind}"
            if name not in known:
                known.add(name)
                yield name, entry, forge(entry, way)


def _kind_of(entry: Any, path: tuple[Any, ...]) -> str:
    """What tells apart two elements of one list: a rule from a rule, a ballot from a ballot."""
    names = []
    for step in path:
        entry = entry[step]
        if isinstance(entry, dict):
            names += [str(entry.get("rule", entry.get("kind", "")))]
    return " ".join(name for name in names if name)


# ------------------------------------------------------------------------------------------------------------ the tests


def test_the_meeting_is_honest_and_has_everything(tmp_path: Path) -> None:
    builder = meeting()
    check_accepted(judge_ledger(tmp_path, builder.ledger()))
    assert {one["type"] for one in builder.entries} == {*TYPES, "ballot"}


def test_no_field_is_read_without_a_look_at_it(tmp_path: Path) -> None:
    found = 0
    for name, entry, forged in forgeries():
        found += 1
        if entry["type"] == "ballot":
            _check_refused(name, entry, forged, tmp_path)
            continue
        try:
            check_fields(Line(7, b"", forged))
        except Malformed:
            continue
        pytest.fail(name)
    assert found > 500


@pytest.mark.soak
def test_a_ledger_with_any_field_spoilt_fails_on_its_form_alone(tmp_path: Path) -> None:
    for name, entry, forged in forgeries():
        _check_refused(name, entry, forged, tmp_path)


def _check_refused(name: str, entry: Entry, forged: Entry, folder: Path) -> None:
    judged = judge_ledger(folder, sealed(entry, forged))
    assert (name, failing(judged)) == (name, ["V02"])


def sealed(entry: Entry, forged: Entry) -> bytes:
    return meeting().seal([canonical.encode(forged if one is entry else one) for one in honest_entries()])
