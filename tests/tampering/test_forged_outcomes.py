"""Forged outcomes: counts of every kind, values, ranks, flags, inputs, scores, and items that nobody let in.

As in test_forged_ledgers: each ledger is signed by the real key, wrong in one thing, and refused by exactly one check.
"""

import copy
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests import meeting_parts as parts
from tests.judging import check_accepted, check_refused
from tests.ledger_builder import Entry, LedgerBuilder, contest, item, pass_rule, seats_rule
from tests.tampering.forge import Forgeries, Forgery, all_of, find, judge_forged, move, on, place
from tests.whole_meetings import Review, review_meeting, urgent_item

forgery = Forgeries()


@lru_cache(maxsize=1)
def honest_review() -> Review:
    return review_meeting()


def _spoilt(change: Callable[[list[Entry]], object]) -> bytes:
    return honest_review().builder.ledger(change)


# --------------------------------------------------------------------------------------------------- V16, the results


def _result(contest_id: str, change: Callable[[Entry], object]) -> bytes:
    """Change the recorded round of one contest."""

    def spoil(entries: list[Entry]) -> None:
        change(next(one["contests"][contest_id] for one in all_of(entries, "result") if contest_id in one["contests"]))

    return _spoilt(spoil)


@forgery("V16", "contest chief: the recount differs from the result in tally")
def one_good_grade_more() -> bytes:
    return _result("chief", lambda one: one["tally"].update(good=5))


@forgery("V16", "contest chief: the recount differs from the result in tally_by_class")
def a_grade_moved_from_one_class_to_another() -> bytes:
    def change(one: Entry) -> None:
        one["tally_by_class"]["A"]["fair"] -= 1
        one["tally_by_class"]["B"]["fair"] += 1

    return _result("chief", change)


@forgery("V16", "contest duty: the recount differs from the result in tally")
def one_score_of_a_hundred_more() -> bytes:
    return _result("duty", lambda one: one["tally"].update({"100": 2}))


@forgery("V16", "contest talk: the recount differs from the result in tally")
def a_remark_left_out() -> bytes:
    return _result("talk", lambda one: one["tally"]["texts"].pop())


@forgery("V16", "contest names: the recount differs from the result in tally")
def one_pick_more() -> bytes:
    return _result("names", lambda one: one["tally"].update(niu=3))


@forgery("V16", "contest names: the recount differs from the result in tally")
def a_name_written_in_once_more() -> bytes:
    return _result("names", lambda one: one["tally"]["write_in"].update({"王五": 3}))


@forgery("V16", "contest motion: the recount differs from the result in tally")
def one_approval_less() -> bytes:
    return _result("motion", lambda one: one["tally"]["yes"].update(approve=7))


@forgery("V16", "contest chief: the recount differs from the result in counts")
def a_person_who_does_not_know_made_a_blank() -> bytes:
    return _result("chief", lambda one: one["counts"]["total"].update(unknown=0, abstain=2))


@forgery("V16", "contest chief: the recount differs from the result in values")
def a_mean_off_by_a_thousandth() -> bytes:
    return _result("chief", lambda one: one["values"]["avg"].update(exact="72001/1000"))


@forgery("V16", "contest duty: the recount differs from the result in values")
def a_weighted_mean_rounded() -> bytes:
    return _result("duty", lambda one: one["values"]["avg"].update(exact="1943/25"))


@forgery("V16", "contest chief: the recount differs from the result in values")
def points_of_a_higher_band() -> bytes:
    return _result("chief", lambda one: one["values"]["points"].update(exact="20"))


@forgery("V16", "contest duty: the recount differs from the result in values")
def a_class_said_to_be_empty() -> bytes:
    return _result("duty", lambda one: one["values"]["avg"].update(empty_classes=["B"]))


@forgery("V16", "contest urgent: the recount differs from the result in values")
def a_value_said_not_to_exist() -> bytes:
    return _result("urgent", lambda one: one["values"].update({"in-favour": {"exact": None}}))


@forgery("V16", "contest chief: the recount differs from the result in flags")
def a_flag_flipped() -> bytes:
    return _result("chief", lambda one: one["flags"][0].update(raised=True))


@forgery("V16", "contest chief: the recount differs from the result in flags")
def a_flag_left_out() -> bytes:
    return _result("chief", lambda one: one["flags"].pop())


@forgery("V16", "contest names: the recount differs from the result in ranks")
def a_rank_changed() -> bytes:
    return _result("names", lambda one: one["ranks"]["by-picks"].update(niu=1))


@forgery("V16", "contest names: the recount differs from the result in ranks")
def a_written_name_ranked_first() -> bytes:
    return _result("names", lambda one: one["ranks"]["by-picks"]["write_in"].update({"王五": 1}))


@forgery("V16", "contest duty: the recount differs")
def a_paper_ballot_read_as_another_score() -> bytes:
    """The tellers' count changed after the result was made."""
    return _spoilt(lambda entries: find(entries, "paper-count", 1)["ballots"][0].update(choice={"score": 100}))


@forgery("V16", "contest long: a number comes to more than 4000 digits")
def a_mean_that_nobody_can_write_down() -> bytes:
    """Points of a hundred grades and weights of fourteen classes, each with its own denominator of 38 digits."""

    class Estimating(LedgerBuilder):
        """Records the value that it would like."""

        def _judge(self, poll: Any, paper: Any) -> dict[str, Any]:
            plain = copy.copy(paper)
            plain.contest = _long_mean("1")
            return super()._judge(poll, plain)

    people = {f"C{number}": 8 for number in range(14)}
    builder = Estimating([item("long", [_long_mean()])], people, pages=1, boxes=2)
    builder.attendance(**people)
    for voter_class, number in people.items():
        builder.redeem(voter_class, number)
    paper = builder.paper("long")
    poll = builder.open_poll(paper)
    for place_of_class, voter_class in enumerate(people):
        given = [{"grade": f"g{(8 * place_of_class + number) % 100}"} for number in range(8)]
        builder.cast(poll, paper, voter_class, *given)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()
    return builder.ledger()


def _long_mean(points: str | None = None) -> Entry:
    grades = {f"g{number}": points or f"1/{10**37 + 2 * number + 1}" for number in range(100)}
    weights = {f"C{number}": f"1/{10**37 + 1001 + 2 * number}" for number in range(14)}
    rule = parts.mean_rule("avg", grades, weights=weights)
    return parts.question("long", parts.grade_ballot(*grades), [rule], list(weights))


def _many(kind: str, number: int) -> bytes:
    """A question with so many things to choose from."""
    names = [f"n{one}" for one in range(number)]
    ballot = {
        "grade": lambda: parts.grade_ballot(*names),
        "pick": lambda: parts.pick_ballot(*names),
        "approval": lambda: contest("q", names)["ballot"],
    }[kind]()
    return LedgerBuilder([item("q", [parts.question("q", ballot)])], {"A": 3}, pages=1, boxes=2).ledger()


@forgery("V02", "grades: expected at most 100 elements")
def more_grades_than_a_paper_may_have() -> bytes:
    return _many("grade", 101)


@forgery("V02", "options: expected at most 500 elements")
def more_options_than_a_paper_may_have() -> bytes:
    return _many("pick", 501)


@forgery("V02", "candidates: expected at most 500 elements")
def more_candidates_than_a_paper_may_have() -> bytes:
    return _many("approval", 501)


# ------------------------------------------------------------------------------------------ V18, inputs and scores


@forgery("V18", "input style: expected a number from 0 to 15, got 31/2")
def an_input_out_of_range() -> bytes:
    return _spoilt(lambda entries: all_of(entries, "input", id="style")[-1].update(value="31/2"))


@forgery("V18", "got -1/2")
def an_input_below_its_range_though_a_later_one_counts() -> bytes:
    return _spoilt(lambda entries: find(entries, "input", id="style").update(value="-1/2"))


@forgery("V18", "input merit is not one of the meeting")
def an_input_that_nobody_defined() -> bytes:
    return _spoilt(lambda entries: entries.insert(-1, {**find(entries, "input"), "id": "merit"}))


@forgery("V18", "input advice is not one of the meeting")
def an_input_of_an_item_that_was_not_there_yet() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "input", id="advice"), place(entries, find(entries, "item")))

    return _spoilt(spoil)


@forgery("V18", "score urgency: expected -2/7, got 1/21")
def an_input_changed_after_the_scores() -> bytes:
    return _spoilt(lambda entries: find(entries, "input", id="advice").update(value="-1/2"))


@forgery("V18", "score waiting: expected 7, got null")
def an_input_given_and_not_counted() -> bytes:
    return _spoilt(lambda entries: entries.insert(-1, {**find(entries, "input"), "id": "cases", "value": "7"}))


def _scores(**changes: "str | None") -> bytes:
    return _spoilt(lambda entries: entries[-1]["scores"].update(changes))


@forgery("V18", "the scores cannot be computed: a number comes to more than 4000 digits")
def inputs_that_nobody_can_add_up() -> bytes:
    names = [f"i{number}" for number in range(120)]
    builder = LedgerBuilder(
        review_meeting().builder.agenda[2:],
        {"A": 8, "B": 5},
        pages=1,
        boxes=2,
        inputs=[parts.input_(name) for name in names],
        scores=[parts.score("sum", *({"input": name} for name in names))],
    )
    for number, name in enumerate(names):
        builder.give(name, f"1/{10**37 + 2 * number + 1}")
    builder.append({"type": "closed", "scores": {"sum": None}, "at": "2026-12-18T01:30Z"})
    return builder.ledger()


@forgery("V18", "score service: expected 11/17, got 647/1000")
def a_score_off_by_a_little() -> bytes:
    return _scores(service="647/1000")


@forgery("V18", "score team: expected 100, got 1748/17")
def a_score_without_its_cap() -> bytes:
    return _scores(team="1748/17")


@forgery("V18", "score urgency: expected 1/21, got null")
def a_score_said_to_be_missing() -> bytes:
    return _scores(urgency=None)


@forgery("V18", "score waiting: expected null, got 0")
def a_missing_input_taken_for_nothing() -> bytes:
    return _scores(waiting="0")


@forgery("V18", "score urgency is left out")
def a_score_left_out() -> bytes:
    return _spoilt(lambda entries: entries[-1]["scores"].pop("urgency"))


@forgery("V18", "score bonus is not one of the meeting")
def a_score_of_nowhere() -> bytes:
    return _scores(bonus="1")


@forgery("V02", "expected a string in lowest terms")
def an_input_not_in_lowest_terms() -> bytes:
    return _spoilt(lambda entries: find(entries, "input", id="advice").update(value="-2/6"))


@forgery("V06", "input while poll p1 is open")
def an_input_while_people_vote() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "input"), place(entries, find(entries, "poll-open")) + 1)

    return _spoilt(spoil)


# -------------------------------------------------------------------------------------- V08, items that were added


def _item(**changes: object) -> bytes:
    return _spoilt(lambda entries: find(entries, "item")["item"].update(changes))


def _question(**changes: object) -> bytes:
    return _spoilt(lambda entries: find(entries, "item")["item"]["contests"][0].update(changes))


@forgery("V08", "ad-hoc-cadre-item")
def an_added_item_about_cadres() -> bytes:
    return _item(cadre=True)


@forgery("V08", "ad-hoc-cadre-item: contest urgent is about cadres")
def an_added_item_about_a_post_that_says_it_is_not() -> bytes:
    return _question(post="bureau-chief")


@forgery("V08", "ad-hoc-cadre-item: contest urgent is about cadres")
def an_added_item_with_seats() -> bytes:
    return _question(**{**contest("urgent", rules_=[pass_rule(), seats_rule()]), "post": None})


@forgery("V08", "not-admitted: there is no contest of that id")
def an_item_admitted_by_nothing() -> bytes:
    return _spoilt(lambda entries: find(entries, "item").update(admitted_by="nobody"))


@forgery("V08", "not-admitted")
def an_item_admitted_by_itself() -> bytes:
    return _spoilt(lambda entries: find(entries, "item").update(admitted_by="urgent"))


@forgery("V08", "not-admitted: the motion that should admit it has not passed")
def an_item_admitted_by_an_assessment() -> bytes:
    return _spoilt(lambda entries: find(entries, "item").update(admitted_by="chief"))


@forgery("V08", "not-admitted: the motion that should admit it has not passed")
def an_item_admitted_before_its_motion_was_counted() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "item"), place(entries, find(entries, "paper")))

    return _spoilt(spoil)


@forgery("V08", "the id chief is that of another contest")
def an_added_contest_in_the_place_of_another() -> bytes:
    return _question(id="chief")


@forgery("V08", "the id review is that of another item")
def an_added_item_with_the_id_of_another() -> bytes:
    return _item(id="review")


@forgery("V08", "the id style is that of another input")
def an_added_input_with_the_id_of_another() -> bytes:
    return _item(inputs=[parts.input_("advice"), parts.input_("style", None, None)])


@forgery("V08", "the id team is that of another score")
def an_added_score_with_the_id_of_another() -> bytes:
    return _item(scores=[parts.score("team", {"const": "100"})])


@forgery("V08", "class Z is not of this meeting")
def an_added_contest_for_a_class_that_does_not_exist() -> bytes:
    return _question(voters=["A", "Z"])


@forgery("V08", "a score names a value that the meeting does not have")
def an_added_score_of_nothing() -> bytes:
    return _item(scores=[parts.score("urgency", {"value": "urgent.absent"})])


@forgery("V08", "scores wait for one another, more than 100 in a row")
def a_chain_of_scores_to_exhaust_the_reader() -> bytes:
    chain = [parts.score(f"s{number}", {"score": f"s{number + 1}"}) for number in range(1000)]
    return _item(scores=[*chain, parts.score("s1000", {"const": "1"})])


@forgery("V08", "the score s0 depends on itself")
def added_scores_in_a_circle() -> bytes:
    return _item(scores=[parts.score("s0", {"score": "s1"}), parts.score("s1", {"score": "s0"})])


@forgery("V08", "not byte-equal to the agenda")
def an_added_question_reworded_after_it_was_let_in() -> bytes:
    return _question(title="Something else")


@forgery("V08", "is not in this item of the agenda")
def a_paper_printed_before_its_item_was_let_in() -> bytes:
    builder = _let_in(early_paper=True)
    return builder.ledger()


@forgery("V06", "item while poll p4 is open")
def an_item_added_while_people_vote() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        extra = copy.deepcopy(find(entries, "item"))
        entries.insert(place(entries, find(entries, "poll-open", poll="p4")) + 1, extra)

    return _spoilt(spoil)


@forgery("V02", "no field admitted_by")
def an_item_without_its_motion() -> bytes:
    return _spoilt(lambda entries: find(entries, "item").pop("admitted_by"))


@forgery("V02", "a ballot kind that this version does not know")
def an_added_item_with_a_ballot_of_another_version() -> bytes:
    return _question(ballot={"kind": "ranking"})


def _let_in(
    *,
    approvals: int = 4,
    added: "list[Entry] | None" = None,
    early_paper: bool = False,
    steps: bool = True,
    classes: Mapping[str, int] | None = None,
    **changes: Any,
) -> LedgerBuilder:
    """A motion, the items it is said to let in, and a poll on the first of them."""
    motion = {**contest("motion", ["yes"], rules_=[pass_rule()]), "post": None}
    agenda = [{**item("motion", [motion]), "cadre": False}]
    b = LedgerBuilder(agenda, classes or {"A": 6}, **{"pages": 4, "boxes": 4, **changes})
    b.attendance(A=6)
    b.redeem("A", 6)
    items = [urgent_item()] if added is None else added
    _poll(b, "motion", [{"yes": "approve"}] * approvals + [{"yes": "oppose"}] * (6 - approvals))
    if early_paper:
        b.items.append(items[0])
        paper = b.paper("urgent")
        b.items.pop()
    for one in items:
        b.add_item(one, "motion")
    if steps:
        b.step("urgent", "introduce")
    _poll(b, "urgent", [{"grade": "yes"}] * 6, paper if early_paper else None)
    b.close()
    return b


def _poll(b: LedgerBuilder, contest_id: str, choices: list[Any], paper: Any = None) -> None:
    paper = paper or b.paper(contest_id)
    poll = b.open_poll(paper)
    b.cast(poll, paper, "A", *choices)
    b.close_poll(poll)
    b.open_box(poll)


def test_the_meeting_that_is_spoilt_below_is_honest(tmp_path: Path) -> None:
    check_accepted(judge_forged(tmp_path, _let_in().ledger()))


@forgery("V08", "not-admitted: the motion that should admit it has not passed")
def an_item_admitted_by_a_motion_that_did_not_pass() -> bytes:
    return _let_in(approvals=3).ledger()


@forgery("V08", "not-admitted: the motion let in 1 already")
def two_items_by_one_motion() -> bytes:
    second = parts.question("second", parts.grade_ballot())
    return _let_in(added=[urgent_item(), {**item("second", [second]), "cadre": False}]).ledger()


# --------------------------------------------------------------------------------------- V15 and V19, of added items


@forgery("V15", "contest urgent: class B is smaller than 2")
def an_added_assessment_by_a_class_of_one() -> bytes:
    added = urgent_item()
    added["contests"][0]["voters"] = ["A", "B"]
    builder = _let_in(added=[added], classes={"A": 6, "B": 1})
    return builder.ledger(lambda entries: find(entries, "poll-open", poll="p2").update(small_groups=["B"]))


@forgery("V15", "contest urgent: class B is too small to hide in")
def an_added_assessment_by_a_class_of_which_nobody_came() -> bytes:
    added = urgent_item()
    added["contests"][0]["voters"] = ["A", "B"]
    return _let_in(added=[added], classes={"A": 6, "B": 5}).ledger()


@forgery("V15", "step introduce is missing")
def an_added_item_polled_without_its_steps() -> bytes:
    return _let_in(steps=False).ledger()


@forgery("V15", "a step of an item that is not in the agenda")
def a_step_before_its_item_was_let_in() -> bytes:
    return _let_in().ledger(lambda entries: move(entries, find(entries, "step"), place(entries, find(entries, "item"))))


@forgery("V15", "the quorum was not held")
def an_added_item_polled_without_its_quorum() -> bytes:
    added = {**urgent_item(), "quorum": {"over": "1", "of": "expected"}}
    return _let_in(added=[added]).ledger()


@forgery("V19", "expected announce mode internal")
def an_added_item_announced_in_the_mode_of_another() -> bytes:
    told = {"type": "announce", "contests": ["urgent"], "mode": "publish", "to": "hall", "at": "2026-12-18T01:30Z"}
    return _let_in().ledger(lambda entries: entries.insert(-1, told))


@forgery("V14", "expected length 64, got 128")
def a_graded_paper_with_a_length_that_tells() -> bytes:
    def lengthen(entry: Entry) -> None:
        if entry["contest"]["id"] == "urgent":
            entry["length"] = 128

    return _let_in(on_entry=on("paper", lengthen)).ledger()


# ------------------------------------------------------------------------------------------------------------ the test


@pytest.mark.parametrize(("make", "check", "reason"), forgery.params)
def test_a_forged_outcome_is_refused_by_the_check_it_is_meant_for(
    make: Forgery, check: str, reason: str, tmp_path: Path
) -> None:
    check_refused(judge_forged(tmp_path, make()), check, reason)
