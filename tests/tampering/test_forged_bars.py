"""Forged memory: bars left out, barred nominees, a history that forgets, earlier ledgers that do not belong.

As in test_forged_ledgers: each ledger is signed by the real key, wrong in one thing, and refused by exactly one check.
"""

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from crypto.encoding import b64u
from tests import meeting_parts as parts
from tests.judging import check_refused
from tests.ledger_builder import YES_1, YES_2, Entry, LedgerBuilder, item
from tests.tampering.forge import Forged, Forgeries, Forgery, all_of, find, judge_forged
from tests.whole_meetings import (
    POST,
    SPRING_FAILURE,
    barring_meeting,
    earlier_meeting,
    later_meeting,
    link,
    post_contest,
)

forgery = Forgeries()


@lru_cache(maxsize=1)
def spring() -> LedgerBuilder:
    return earlier_meeting()


def _after_spring(earlier: LedgerBuilder | None = None, **changes: Any) -> Forged:
    """The meeting in December, beside the ledger of the one in March."""
    one = earlier or spring()
    return Forged(later_meeting(one, **changes).ledger(), (one.ledger(),))


# -------------------------------------------------------------------------------------- bars within one meeting


@forgery("V16", "contest two: the recount differs from the result in barred")
def a_bar_left_out() -> bytes:
    """Recorded without its bar, and printed again where the rules leave the name off."""

    def hide(entry: Entry) -> None:
        if entry["type"] == "result" and "two" in entry["contests"]:
            entry["contests"]["two"]["barred"] = []

    return _unbarred(hide).ledger()


def _unbarred(hide: Any) -> LedgerBuilder:
    """`barring_meeting` by a service that forgets the bar: Li Si stands in the second round of the other contest."""
    agenda = [item("posts", [post_contest("one", parts.bar_rule()), post_contest("two", parts.bar_rule())])]
    b = LedgerBuilder(agenda, {"A": 6}, pages=5, boxes=5, on_entry=hide)
    b.attendance(A=6)
    b.redeem("A", 6)
    for contest_id, choices in (("one", [YES_1] * 3 + [YES_2] * 3), ("two", [YES_1] * 4 + [YES_2] * 2)):
        _poll(b, contest_id, choices)
        if contest_id == "one":
            b.decide("one", 1, "revote")
    known = b.counted
    b.counted = known[:1]
    paper = b.paper("one")
    b.counted = known
    _poll(b, "one", [YES_1] * 6, paper)
    b.close()
    return b


def _poll(b: LedgerBuilder, contest_id: str, choices: list[Any], paper: Any = None) -> None:
    paper = paper or b.paper(contest_id)
    poll = b.open_poll(paper)
    b.cast(poll, paper, "A", *choices)
    b.close_poll(poll)
    b.open_box(poll)


@forgery("V08", "the names on the paper are not those left for round 2")
def a_name_printed_again_that_another_contest_barred() -> bytes:
    return _unbarred(None).ledger()


@forgery("V16", "contest two: the recount differs from the result in barred")
def a_bar_that_ends_a_day_early() -> bytes:
    def shorten(entries: list[Entry]) -> None:
        all_of(entries, "result")[1]["contests"]["two"]["barred"][0].update(until="2027-12-17")

    return barring_meeting().ledger(shorten)


# ---------------------------------------------------------------------------------- people barred before the meeting


def _barred_by(**changes: Any) -> bytes:
    return earlier_meeting(**changes).ledger()


@forgery("V17", "contest spring: li-si is barred from this post on the day of the meeting")
def a_nominee_barred_by_name() -> bytes:
    return _barred_by(bars=[parts.bar_line("li-si", POST, "2025-06-01", "2026-06-01")])


@forgery("V17", "li-si is barred")
def a_nominee_barred_from_every_post_on_the_last_day_of_the_bar() -> bytes:
    return _barred_by(bars=[parts.bar_line("li-si", "any", "2025-03-01", "2026-03-01")])


@forgery("V17", "li-si is barred")
def a_nominee_barred_for_ever() -> bytes:
    return _barred_by(bars=[parts.bar_line("li-si", POST, "2001-01-01", None)])


@forgery("V17", "zhang-san is barred")
def a_nominee_barred_by_two_failures() -> bytes:
    days = ("2025-02-01", "2025-03-01")
    return _barred_by(history=[parts.history_line("zhang-san", POST, day) for day in days])


# ------------------------------------------------------------------------------------------ history and earlier ledgers


@forgery("V17", "history: leaves out that li-si failed for bureau-chief on 2026-03-01, as earlier-1.ledger shows")
def a_failure_left_out_of_history() -> Forged:
    return _after_spring(history=[])


@forgery("V17", "history: leaves out that li-si failed")
def a_failure_told_with_another_date() -> Forged:
    return _after_spring(history=[parts.history_line("li-si", POST, "2025-03-01")])


@forgery("V17", "history: leaves out that li-si failed")
def a_failure_told_as_one_where_somebody_else_passed() -> Forged:
    """With `count_loss: false` it would not count. In truth nobody passed."""
    earlier = earlier_meeting(choices=[{}] * 5)
    told = [parts.history_line(one, POST, "2026-03-01", nobody_passed=False) for one in ("zhang-san", "li-si")]
    return _after_spring(earlier, history=[{**told[0], "nobody_passed": True}, told[1]])


@forgery("V17", "history: leaves out that li-si failed")
def one_line_for_two_failures() -> Forged:
    earlier = earlier_meeting(
        agenda=[item("posts", [post_contest("spring", parts.bar_rule(3)), post_contest("again", parts.bar_rule(3))])],
    )
    return _after_spring(earlier)


@forgery("V17", "history: a failure of zhang-san that earlier-1.ledger does not show")
def a_failure_made_up() -> Forged:
    return _after_spring(history=[SPRING_FAILURE, {**SPRING_FAILURE, "person": "zhang-san"}])


@forgery("V17", "history: leaves out that li-si failed")
def a_failure_before_a_pass_left_out_where_passing_does_not_help() -> Forged:
    earlier = earlier_meeting()
    passed = earlier_meeting(meeting_id="summer", date="2026-06-01", choices=[{"li-si": "approve"}] * 5)
    agenda = [item("posts", [post_contest("winter", parts.bar_rule(3, reset=False), candidates=("li-si",))])]
    later = later_meeting(passed, history=[], agenda=agenda)
    return Forged(later.ledger(), (earlier.ledger(), passed.ledger()))


@forgery("V17", "li-si is nominated for bureau-chief, barred from it in earlier-1.ledger on 2026-03-01")
def a_nominee_whom_an_earlier_ledger_barred() -> Forged:
    """The rule of this meeting bars after two failures; in spring one was enough."""
    earlier = earlier_meeting(agenda=[item("posts", [post_contest("spring", parts.bar_rule(1))])])
    return _after_spring(earlier)


@forgery("V17", "earlier-1.ledger: its ledger key is not that of this ledger")
def an_earlier_ledger_of_another_key() -> Forged:
    other = earlier_meeting(seed=2)
    return Forged(later_meeting(spring(), previous=None).ledger(), (other.ledger(),))


@forgery("V17", "earlier-1.ledger: is not accepted: V16")
def an_earlier_ledger_with_another_result() -> Forged:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "result")["contests"]["spring"]["tally"]["li-si"].update(approve=3)

    earlier = spring()
    return Forged(later_meeting(earlier, previous=None).ledger(), (earlier.ledger(spoil),))


@forgery("V17", "earlier-1.ledger: is not accepted: V03")
def an_earlier_ledger_that_somebody_else_signed() -> Forged:
    return Forged(later_meeting(spring()).ledger(), (spring().ledger(sign_with=b"k" * 32),))


@forgery("V17", "earlier-1.ledger: cannot be read")
def an_earlier_ledger_that_is_none() -> Forged:
    return Forged(later_meeting(spring()).ledger(), (b"[]",))


@forgery("V17", "earlier-2.ledger: has the origin of earlier-1.ledger")
def one_earlier_ledger_twice() -> Forged:
    data = spring().ledger()
    return Forged(later_meeting(spring()).ledger(), (data, data))


@forgery("V17", "earlier-1.ledger: has the origin of this ledger")
def a_ledger_that_is_its_own_past() -> Forged:
    data = later_meeting(spring(), history=[]).ledger()
    return Forged(data, (data,))


# --------------------------------------------------------------------------------------------- V20, the link itself


def _linked(**changes: Any) -> Forged:
    return _after_spring(previous={**link(spring()), **changes})


@forgery("V20", "does not begin with the 20 entries that entry 0 names")
def a_previous_ledger_with_another_root() -> Forged:
    return _linked(root=b64u(b"r" * 32))


@forgery("V20", "of 21 entries, earlier-1.ledger holds only 20")
def a_previous_ledger_that_lost_its_end() -> Forged:
    return _linked(size=21)


@forgery("V20", "does not begin with the 19 entries")
def a_root_of_another_size() -> Forged:
    return _linked(size=19)


@forgery("V20", "does not begin with the 0 entries")
def an_empty_tree_with_a_root() -> Forged:
    return _linked(size=0)


@forgery("V20", "does not begin with the 9 entries")
def a_meeting_run_twice() -> Forged:
    """The reader kept the ledger of the first run; the link names the second, which began in the same way."""
    first = spring()
    second = copy.copy(first)
    second.entries = copy.deepcopy(first.entries)
    find(second.entries, "attendance")["by"] = "another clerk"
    return Forged(later_meeting(first, previous=link(second, 9)).ledger(), (first.ledger(),))


# ------------------------------------------------------------------------------------------------------------ the test


@pytest.mark.parametrize(("make", "check", "reason"), forgery.params)
def test_a_forged_memory_is_refused_by_the_check_it_is_meant_for(
    make: Forgery, check: str, reason: str, tmp_path: Path
) -> None:
    check_refused(judge_forged(tmp_path, make()), check, reason)
