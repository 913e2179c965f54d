"""Forged ledgers: each is complete and consistent in itself, signed by the real ledger key, and wrong in one thing.

The service is the forger: it holds the ledger key, the issuer keys and the boxes. Each forgery is refused by exactly
the check it is meant for; nothing before that check complains.
"""

import json
from collections.abc import Callable
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
from nacl.bindings import crypto_core_ed25519_scalar_reduce, crypto_scalarmult_ed25519_base_noclamp

from crypto import ballot, canonical, checkpoint, ed25519, hpke, merkle, note
from crypto.encoding import b64u, from_b64u
from tests.judging import check_refused, judge_ledger
from tests.ledger_builder import (
    YES_1,
    YES_2,
    Entry,
    LedgerBuilder,
    Slip,
    contest,
    full_meeting,
    item,
    quorum_rule,
    small_meeting,
)
from tests.meeting_parts import rate_rule, score
from tests.tampering.forge import (
    Forgeries,
    Forgery,
    all_of,
    credential,
    find,
    honest_full,
    honest_small,
    judge_forged,
    move,
    on,
    place,
    sort_ballots,
)

forgery = Forgeries()


# ------------------------------------------------------------------------------------------------------- V02, form


@forgery("V02", "unknown field")
def an_unknown_field() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "announce").update(note="hidden"))


@forgery("V02", "no field small_groups")
def a_missing_field() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "poll-open").pop("small_groups"))


@forgery("V02", "type that this version does not know")
def an_unknown_entry_type() -> bytes:
    return honest_small().ledger(lambda entries: entries.insert(-1, {"type": "remark", "text": "hidden"}))


@forgery("V02", "a field that a ballot does not have")
def a_field_in_a_ballot() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "ballot").update(zone="7"))


@forgery("V02", "expected 64 bytes")
def a_short_ballot_signature() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "ballot").update(sig="AAAA"))


@forgery("V02", "at most 1 elements")
def two_credentials_in_a_ballot() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "ballot")
        one["sigs"] *= 2

    return honest_small().ledger(spoil)


@forgery("V02", "a ballot kind that this version does not know")
def a_ballot_kind_of_another_version() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        entries[0]["agenda"][0]["contests"][0]["ballot"]["kind"] = "ranking"

    return honest_small().ledger(spoil)


@forgery("V02", "a rule that this version does not know")
def a_rule_of_another_version() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        entries[0]["agenda"][0]["contests"][0]["rules"].append({"rule": "lot"})

    return honest_small().ledger(spoil)


@forgery("V02", "at least 2 elements")
def a_poll_voided_by_one_officer_alone() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "poll-void").update(by=["one"]))


@forgery("V02", "booklet.slips: expected at least 1 elements")
def an_empty_booklet() -> bytes:
    return honest_small().ledger(lambda entries: entries.insert(-1, {"type": "booklet", "slips": []}))


@forgery("V02", "expected dates that exist")
def a_meeting_on_the_30th_of_february() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one.update(date="2026-02-30"))).ledger()


@forgery("V02", "RSA keys of 2048, 3072 or 4096 bits")
def keys_of_a_length_that_nobody_uses() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one.update(rsa_bits=2560))).ledger()


@forgery("V02", "reserve slips of its own classes")
def reserve_slips_of_no_class() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one.update(reserve={"Z": 1}))).ledger()


@forgery("V02", "voters of its own classes")
def voters_of_no_class() -> bytes:
    return honest_small().ledger(lambda entries: entries[0]["agenda"][0]["contests"][0].update(voters=["Z"]))


@forgery("V02", "slips of every class in their order")
def slips_listed_for_another_class() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["slips"][0].update({"class": "Z"}))).ledger()


@forgery("V02", "a threshold of at most all cards")
def more_cards_needed_than_there_are() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["scrutineers"].update(threshold=4))).ledger()


@forgery("V02", "one share per card in each box")
def a_box_without_a_share_for_every_card() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["boxes"][1]["commit"].pop())).ledger()


@forgery("V02", "one share per card in each box")
def a_box_without_a_sealed_share() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["boxes"][1]["sealed"].pop())).ledger()


@forgery("V02", "a quorum of at most all witnesses")
def more_witnesses_needed_than_there_are() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["witnesses"].update(quorum=1))).ledger()


@forgery("V02", "no class twice")
def a_class_twice() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["classes"].append(dict(one["classes"][0])))).ledger()


@forgery("V02", "no item twice")
def an_item_twice() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["agenda"].append(dict(one["agenda"][0])))).ledger()


@forgery("V02", "no issuer twice")
def an_issuer_twice() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["issuers"].append(dict(one["issuers"][0])))).ledger()


@forgery("V02", "a history from before the meeting")
def a_failure_that_is_still_to_come() -> bytes:
    line = {"person": "li-si", "post": "post-post", "date": "2027-01-01", "meeting": None, "contest": None}
    later = {**line, "round": None, "nobody_passed": None}
    return small_meeting(on_entry=on("meeting", lambda one: one.update(history=[later]))).ledger()


@forgery("V02", "no contest twice")
def a_contest_twice() -> bytes:
    def twice(entry: Entry) -> None:
        entry["agenda"].append({**entry["agenda"][0], "id": "again"})

    return small_meeting(on_entry=on("meeting", twice)).ledger()


@forgery("V02", "no element of candidates twice")
def a_candidate_twice() -> bytes:
    def twice(entry: Entry) -> None:
        candidates = entry["agenda"][0]["contests"][0]["ballot"]["candidates"]
        candidates.append(dict(candidates[0]))

    return small_meeting(on_entry=on("meeting", twice)).ledger()


@forgery("V02", "no rule id twice")
def two_rules_of_one_name() -> bytes:
    def name(entry: Entry) -> None:
        for rule in entry["agenda"][0]["contests"][0]["rules"]:
            rule["id"] = "same"

    return small_meeting(on_entry=on("meeting", name)).ledger()


@forgery("V02", "at most one rule quorum")
def two_quorums_for_one_question() -> bytes:
    two = [{**quorum_rule("1/2"), "id": one} for one in ("first", "second")]
    return honest_small().ledger(lambda entries: entries[0]["agenda"][0]["contests"][0]["rules"].extend(two))


@forgery("V02", "a rate counts grades of a grade ballot")
def a_rate_of_grades_that_the_ballot_does_not_have() -> bytes:
    rate = rate_rule("share", grades=["good"])
    return honest_small().ledger(lambda entries: entries[0]["agenda"][0]["contests"][0]["rules"].append(rate))


@forgery("V02", "one share per card in each box")
def a_box_with_shares_for_fewer_cards() -> bytes:
    def fewer(entry: Entry) -> None:
        entry["boxes"][1]["commit"].pop()
        entry["boxes"][1]["sealed"].pop()

    return small_meeting(on_entry=on("meeting", fewer)).ledger()


@forgery("V02", "that the meeting does not have")
def a_score_of_an_input_that_nobody_gives() -> bytes:
    total = score("total", {"input": "nobody"})
    return honest_small().ledger(lambda entries: entries[0].update(scores=[total]))


@forgery("V02", "expected an exact number")
def a_score_in_words() -> bytes:
    return honest_small().ledger(lambda entries: entries[-1].update(scores={"team": "about a hundred"}))


def _pass_line(number: object) -> bytes:
    """A meeting whose pass line is spelled so, in the agenda and on the paper."""

    def respell(entry: Entry) -> None:
        written = entry["agenda"][0]["contests"][0] if entry["type"] == "meeting" else entry.get("contest")
        if written is not None:
            written["rules"][0]["over"] = number

    return small_meeting(on_entry=respell).ledger()


@forgery("V02", "over: expected a string in lowest terms")
def a_pass_line_not_in_lowest_terms() -> bytes:
    return _pass_line("2/4")


@forgery("V02", "over: expected a string in lowest terms")
def a_pass_line_as_a_decimal() -> bytes:
    return _pass_line("0.5")


@forgery("V02", "over: expected a string in lowest terms")
def a_pass_line_as_a_json_number() -> bytes:
    return _pass_line(0)


@forgery("V02", "over: expected a number from 0 to 1")
def a_pass_line_above_one() -> bytes:
    return _pass_line("3/2")


@forgery("V02", "over: expected a number from 0 to 1")
def a_pass_line_below_nothing() -> bytes:
    return _pass_line("-1/2")


@forgery("V02", "quorum.at_least: expected a number from 0 to 1")
def a_quorum_above_one() -> bytes:
    return small_meeting(
        on_entry=on("meeting", lambda one: one.update(quorum={"at_least": "2", "of": "expected"}))
    ).ledger()


@forgery("V02", "canonical")
def a_line_in_another_spelling() -> bytes:
    builder = honest_small()
    lines = builder.lines(builder.entries)
    lines[-1] = lines[-1].replace(b":", b": ", 1)
    return builder.seal(lines)


@forgery("V02", "not in canonical form")
def a_ballot_in_another_spelling() -> bytes:
    builder = honest_small()
    lines = builder.lines(builder.entries)
    number = next(index for index, line in enumerate(lines) if line.endswith(b'"type":"ballot"}'))
    lines[number] = lines[number].replace(b'"class":"A"', b'"class":"\\u0041"')
    return builder.seal(lines)


@forgery("V02", "base64url")
def a_ballot_with_bits_after_the_last_byte() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "ballot")
        one["ct"] = one["ct"][:-1] + chr(ord(one["ct"][-1]) + 1)

    return honest_small().ledger(spoil)


# -------------------------------------------------------------------------------------------- V03 to V05, the signature


@forgery("V03", "not signed by the ledger key")
def a_checkpoint_by_another_key() -> bytes:
    return honest_small().ledger(sign_with=b"k" * 32)


@forgery("V03", "the origin of the checkpoint is not that of entry 0")
def a_checkpoint_of_another_ledger() -> bytes:
    """Signed by the ledger's key under its own name; the text says another ledger."""
    builder = honest_small()
    lines = builder.lines(builder.entries)
    leaves = [merkle.leaf_hash(line) for line in lines]
    state = checkpoint.Checkpoint("ballot.example/other", len(leaves), merkle.root_hash(leaves))
    signed = note.sign_note(checkpoint.format_checkpoint(state), builder.origin, builder.ledger_seed)
    return b"".join(line + b"\n" for line in lines) + b"\n" + signed.encode()


@forgery("V03", "expected 2 witnesses, got 1")
def a_missing_witness() -> bytes:
    builder = small_meeting(witness_quorum=2)
    return builder.seal(builder.lines(builder.entries), witnesses=1)


@forgery("V03", "close: expected 1 witnesses, got 0")
def a_box_opened_without_its_witness() -> bytes:
    builder = small_meeting(witness_quorum=1)

    def spoil(entries: list[Entry]) -> None:
        end = place(entries, find(entries, "poll-close")) + 1
        leaves = [merkle.leaf_hash(line) for line in builder.lines(entries[:end])]
        find(entries, "box-open")["close"] = builder.sign(leaves, witnesses=0)

    return builder.ledger(spoil)


@forgery("V04", "the file holds 18")
def one_entry_more_than_was_signed() -> bytes:
    builder = honest_small()
    data = builder.ledger()
    lines, note = data.split(b"\n\n", 1)
    entries = lines.split(b"\n")
    attendance = next(line for line in entries if b'"type":"attendance"' in line)
    entries.insert(entries.index(attendance), attendance)
    # The close note inside must stay right, or V13 would refuse as well.
    box_open = next(index for index, line in enumerate(entries) if b'"type":"box-open"' in line)
    opening = json.loads(entries[box_open])
    end = next(index for index, line in enumerate(entries) if b'"type":"poll-close"' in line) + 1
    opening["close"] = builder.sign([merkle.leaf_hash(line) for line in entries[:end]])
    entries[box_open] = canonical.encode(opening)
    return b"\n".join(entries) + b"\n\n" + note


@forgery("V04", "root")
def an_entry_changed_after_signing() -> bytes:
    data = honest_small().ledger()
    announce = next(line for line in data.split(b"\n") if b'"type":"announce"' in line)
    return data.replace(announce, announce.replace(b"01:30Z", b"01:31Z"))


# --------------------------------------------------------------------------------------------------- V06, the order


@forgery("V06", "an entry after closed")
def something_after_the_end() -> bytes:
    return honest_small().ledger(lambda entries: entries.append(find(entries, "attendance")))


@forgery("V06", "a second meeting entry")
def a_second_meeting() -> bytes:
    return honest_small().ledger(lambda entries: entries.insert(1, entries[0]))


@forgery("V06", "expected page 2, got 1")
def a_page_used_for_two_papers() -> bytes:
    return full_meeting(on_entry=on("paper", lambda one: one.update(page=1))).builder.ledger()


@forgery("V06", "a slip after other entries")
def a_slip_added_during_the_meeting() -> bytes:
    return honest_small().ledger(lambda entries: move(entries, find(entries, "slip"), len(entries) - 2))


@forgery("V06", "ballot while no poll is open")
def a_ballot_after_the_close() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "ballot"), place(entries, find(entries, "poll-close")))

    return honest_small().ledger(spoil)


@forgery("V06", "paper that is not of this poll")
def a_ballot_on_a_paper_of_another_poll() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "ballot")["paper"] = b64u(honest_full().papers["round-2"].hash)

    return honest_full().builder.ledger(spoil)


@forgery("V06", "paper that is not of this poll")
def a_ballot_of_another_poll_under_changed_issuer_keys() -> bytes:
    """Which poll a ballot belongs to needs no key."""

    def spoil(entries: list[Entry]) -> None:
        find(entries, "keys")["n"].reverse()
        find(entries, "ballot")["paper"] = b64u(honest_full().papers["round-2"].hash)

    return honest_full().builder.ledger(spoil)


@forgery("V06", "neither opened nor void")
def closing_with_a_poll_left_unopened() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        for kind in ("box-open", "result", "announce"):
            entries.remove(find(entries, kind))

    return honest_small().ledger(spoil)


@forgery("V06", "exactly the contests of the poll")
def a_result_left_out() -> bytes:
    return honest_full().builder.ledger(lambda entries: all_of(entries, "result")[-1]["contests"].pop("motion-1"))


@forgery("V06", "another key than the meeting gives its box")
def a_box_key_of_the_forger() -> bytes:
    return small_meeting(on_entry=on("paper", lambda one: one.update(box_key=b64u(b"x" * 32)))).ledger()


@forgery("V06", "the fingerprint of another meeting")
def a_paper_of_another_meeting() -> bytes:
    return small_meeting(on_entry=on("paper", lambda one: one.update(fingerprint=b64u(b"x" * 32)))).ledger()


@forgery("V06", "is voided after its box was opened")
def a_poll_voided_when_its_result_is_known() -> bytes:
    void = {"type": "poll-void", "poll": "p1", "reason": "not liked", "by": ["one", "two"], "at": "2026-12-18T01:30Z"}
    return honest_small().ledger(lambda entries: entries.insert(-1, void))


@forgery("V06", "expected-change after the first poll")
def expected_lowered_after_a_poll() -> bytes:
    change = {"type": "expected-change", "class": "A", "expected": 2, "reason": "ill", "by": ["one", "two"]}
    return honest_small().ledger(lambda entries: entries.insert(-1, change))


@forgery("V06", "keys after other entries")
def issuer_keys_after_the_slips() -> bytes:
    return honest_small().ledger(lambda entries: move(entries, find(entries, "keys"), 4))


@forgery("V06", "expected the result of poll p1, got announce")
def a_result_announced_before_it_was_written_down() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "announce"), place(entries, find(entries, "result")))

    return honest_small().ledger(spoil)


@forgery("V06", "expected the result of poll p1")
def the_result_of_another_poll() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "result").update(poll="p2"))


@forgery("V06", "expected poll-close after the ballots, got attendance")
def people_counted_between_ballots_and_close() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        entries.insert(place(entries, find(entries, "poll-close")), _attendance(3))

    return honest_small().ledger(spoil)


@forgery("V06", "attendance after the booklet that ends poll p2")
def people_counted_after_the_last_booklet_of_a_poll() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        entries.insert(place(entries, find(entries, "booklet", 1)) + 1, _attendance(8))

    return honest_full().builder.ledger(spoil)


@forgery("V06", "attendance after a booklet")
def a_booklet_that_no_poll_follows() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        entries.insert(place(entries, find(entries, "booklet")) + 1, _attendance(3))

    return honest_small().ledger(spoil)


@forgery("V06", "a page beyond those of the booklets")
def a_paper_on_a_page_that_no_booklet_has() -> bytes:
    return full_meeting(on_entry=on("meeting", lambda one: one.update(pages=1))).builder.ledger()


@forgery("V06", "a box that the meeting does not have for polls")
def a_paper_for_a_box_that_does_not_exist() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "paper").update(box=2))


@forgery("V06", "a box that the meeting does not have for polls")
def a_paper_for_the_test_box() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "paper").update(box=0))


@forgery("V06", "poll p1 was there before")
def two_polls_of_one_name() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "poll-open", 1).update(poll="p1"))


@forgery("V06", "a paper that was polled before")
def a_paper_polled_twice() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "poll-open", 1)["papers"] = find(entries, "poll-open")["papers"]

    return honest_full().builder.ledger(spoil)


@forgery("V06", "a paper of another box")
def a_poll_with_another_box_than_its_paper() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "poll-open").update(box=0))


@forgery("V06", "two papers of one contest")
def one_contest_twice_in_one_poll() -> bytes:
    meeting = honest_full()
    twins = [b64u(meeting.papers[name].hash) for name in ("never", "void-open")]
    return meeting.builder.ledger(lambda entries: find(entries, "poll-open", 2).update(papers=twins))


@forgery("V06", "a contest of poll p1, which is not opened yet, is polled again")
def a_second_vote_while_the_first_waits_to_be_counted() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=3)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    for number in (1, 2):
        paper = builder.paper("post", round_=1)
        poll = builder.open_poll(paper)
        builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
        if number == 1:
            builder.close_poll(poll)
    return builder.ledger()


@forgery("V06", "expected poll p1 to be closed")
def the_close_of_another_poll() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "poll-close").update(poll="p2"))


@forgery("V06", "expected poll p3, the open one, to be voided")
def an_earlier_poll_voided_while_another_is_open() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "poll-void").update(poll="p1"))


@forgery("V06", "poll p4 is void already")
def a_poll_voided_twice() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        void = find(entries, "poll-void", 1)
        entries.insert(place(entries, void) + 1, dict(void))

    return honest_full().builder.ledger(spoil)


@forgery("V06", "paper ballots of a class that does not vote on this paper")
def paper_ballots_of_people_without_a_vote() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "paper-count").update({"class": "C"}))


@forgery("V06", "a box is opened while poll p2 is open")
def a_box_opened_while_people_vote_on_something_else() -> bytes:
    builder = LedgerBuilder([item("two", [contest("one"), contest("two")])], {"A": 3}, pages=2, boxes=3)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    paper = builder.paper("one")
    first = builder.open_poll(paper)
    builder.cast(first, paper, "A", YES_1, YES_1, YES_2)
    builder.close_poll(first)
    builder.open_poll(builder.paper("two"))
    builder.open_box(first)
    return builder.ledger()


@forgery("V06", "a result of poll p1, whose box is not opened")
def a_result_without_a_count() -> bytes:
    return honest_small().ledger(lambda entries: entries.remove(find(entries, "box-open")))


# --------------------------------------------------------------------------------------------- V07, keys and lists


@forgery("V07", "shares a factor with an earlier key")
def one_issuer_key_for_two_pages() -> bytes:
    return small_meeting(on_entry=on("keys", lambda one: one.update(n=[one["n"][0]] * 2))).ledger()


@forgery("V07", "a factor below 65537")
def an_issuer_key_with_a_small_factor() -> bytes:
    def weaken(entry: Entry) -> None:
        number = int.from_bytes(from_b64u(entry["n"][1]))
        number += 3 - number % 3
        number += 0 if number % 2 else 3
        entry["n"][1] = b64u(number.to_bytes(256))

    return small_meeting(on_entry=on("keys", weaken)).ledger()


@forgery("V07", "an even modulus")
def an_even_issuer_key() -> bytes:
    def weaken(entry: Entry) -> None:
        entry["n"][1] = b64u((int.from_bytes(from_b64u(entry["n"][1])) - 1).to_bytes(256))

    return small_meeting(on_entry=on("keys", weaken)).ledger()


@forgery("V07", "exactly 2048 bits")
def a_short_issuer_key() -> bytes:
    return small_meeting(on_entry=on("keys", lambda one: one["n"].__setitem__(1, b64u(b"\x7f" * 256)))).ledger()


@forgery("V07", "one per page")
def a_page_without_a_key() -> bytes:
    return small_meeting(on_entry=on("keys", lambda one: one["n"].pop())).ledger()


@forgery("V07", "not those that entry 0 names")
def issuer_keys_changed_after_publishing() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "keys")["n"].reverse()

    return honest_small().ledger(spoil)


@forgery("V07", "expected one keys entry per issuer and class, in their order")
def issuer_keys_of_an_office_that_is_no_issuer() -> bytes:
    return small_meeting(on_entry=on("keys", lambda one: one.update(issuer="other"))).ledger()


@forgery("V07", "the slips are not those")
def an_extra_slip() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        last = all_of(entries, "slip")[-1]
        extra = {"type": "slip", "id": b64u(b"\xff" * 32), "class": "A", "reserve": False}
        entries.insert(place(entries, last) + 1, extra)

    return honest_small().ledger(spoil)


@forgery("V07", "one public key in two roles")
def one_key_for_ledger_and_receipts() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one.update(receipt_key=one["ledger_key"]))).ledger()


# --------------------------------------------------------------------------------------------------- V08, papers


@forgery("V08", "not byte-equal to the agenda")
def an_option_reworded_on_the_paper() -> bytes:
    def reword(entry: Entry) -> None:
        entry["contest"]["ballot"]["candidates"][0]["name"] = "Somebody else"

    return small_meeting(on_entry=on("paper", reword)).ledger()


@forgery("V08", "not byte-equal to the agenda")
def a_lower_pass_line_on_the_paper() -> bytes:
    return small_meeting(on_entry=on("paper", lambda one: one["contest"]["rules"][0].update(over="1/3"))).ledger()


@forgery("V08", "not byte-equal to the agenda")
def a_candidate_added_on_the_paper() -> bytes:
    def add(entry: Entry) -> None:
        entry["contest"]["ballot"]["candidates"].append({"id": "late", "name": "A late candidate", "note": None})
        entry["length"] = 128

    return small_meeting(on_entry=on("paper", add)).ledger()


@forgery("V08", "the names on the paper are not those left")
def a_candidate_left_off_in_the_second_round() -> bytes:
    def leave_off(entry: Entry) -> None:
        if entry["round"] == 2:
            entry["contest"]["ballot"]["candidates"].pop()
            entry["length"] = 64

    return full_meeting(on_entry=on("paper", leave_off)).builder.ledger()


@forgery("V08", "expected the classes A")
def a_class_let_in_that_does_not_vote() -> bytes:
    builder = LedgerBuilder(
        [item("post", [contest("post")])],
        {"A": 3, "B": 3},
        pages=2,
        boxes=2,
        on_entry=on("paper", lambda one: one.update(classes=["A", "B"])),
    )
    _one_poll(builder, "post", [YES_1, YES_1, YES_2])
    return builder.ledger()


def _one_poll(builder: LedgerBuilder, contest_id: str, choices: list[dict[str, str]]) -> None:
    """The whole meeting of one poll of class A."""
    builder.attendance(A=builder.classes["A"])
    builder.redeem("A", len(choices))
    paper = builder.paper(contest_id)
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", *choices)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()


@forgery("V08", "no-decision")
def a_second_round_that_nobody_decided_on() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 4}, pages=3, boxes=3)
    _two_rounds(builder, [YES_1, YES_1, YES_2, YES_2], decided=False)
    return builder.ledger()


def _two_rounds(builder: LedgerBuilder, first: list[dict[str, str]], *, decided: bool) -> None:
    builder.attendance(A=4)
    builder.redeem("A", 4)
    for number, choices in enumerate((first, [YES_1] * 4), 1):
        paper = builder.paper("post", round_=number)
        poll = builder.open_poll(paper)
        builder.cast(poll, paper, "A", *choices)
        builder.close_poll(poll)
        builder.open_box(poll)
        if number == 1 and decided:
            builder.decide("post", 1, "revote")
    builder.close()


@forgery("V08", "round-limit")
def a_vote_repeated_until_it_pleases() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 4}, pages=3, boxes=3)
    _two_rounds(builder, [YES_2] * 4, decided=False)
    return builder.ledger()


@forgery("V08", "expected round 1, got 2")
def a_round_skipped() -> bytes:
    return small_meeting(on_entry=on("paper", lambda one: one.update(round=2))).ledger()


@forgery("V08", "is not in this item of the agenda")
def a_question_that_was_not_on_the_agenda() -> bytes:
    return small_meeting(on_entry=on("paper", lambda one: one["contest"].update(id="other"))).ledger(
        lambda entries: [
            find(entries, "result").update(contests={"other": find(entries, "result")["contests"]["post"]}),
            find(entries, "announce").update(contests=["other"]),
            entries.remove(find(entries, "announce")),
        ]
    )


# ---------------------------------------------------------------------------------------------------- V09, slips


@forgery("V09", "expected 1 reserve slips")
def fewer_slips_than_entry_0_says() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one.update(reserve={"A": 1}))).ledger()


@forgery("V09", "line 4: slips do not ascend by id, or one comes twice")
def slips_listed_as_they_were_printed() -> bytes:
    class Unsorted(LedgerBuilder):
        """Publishes the slips in the order of the sheets: whoever knows it knows who got which."""

        def order_of_slips(self, slips: list[Slip]) -> list[Slip]:
            return super().order_of_slips(slips)[::-1]

    builder = Unsorted([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=2)
    _one_poll(builder, "post", [YES_1, YES_1, YES_2])
    return builder.ledger()


@forgery("V09", "slips of class Z, which the meeting does not have")
def a_slip_of_a_class_that_does_not_exist() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        last = all_of(entries, "slip")[-1]
        extra = {"type": "slip", "id": b64u(b"\xff" * 32), "class": "Z", "reserve": False}
        entries.insert(place(entries, last) + 1, extra)

    return honest_small().ledger(spoil)


@forgery("V09", "token 1 hashes to no slip")
def a_slip_redeemed_that_nobody_brought() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "booklet")["slips"].__setitem__(0, b64u(b"t" * 16)))


@forgery("V09", "tokens do not ascend")
def tokens_in_the_order_of_arrival() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "booklet")["slips"].reverse())


@forgery("V09", "redeemed before")
def one_slip_for_two_booklets() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        booklet = {"type": "booklet", "slips": find(entries, "booklet")["slips"][:1]}
        entries.insert(-1, booklet)

    return honest_small().ledger(spoil)


@forgery("V09", "not active")
def a_booklet_for_an_inactive_reserve_slip() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 4}, reserve={"A": 1}, pages=2, boxes=2)
    builder.redeem("A", 1, reserve=True)
    _one_poll(builder, "post", [YES_1, YES_1, YES_2])
    return builder.ledger()


@forgery("V09", "not active")
def a_booklet_for_a_voided_slip() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 4}, pages=2, boxes=2)
    builder.slip_change("voided", "A", builder.slips["A"][0])
    _one_poll(builder, "post", [YES_1, YES_1, YES_2])
    return builder.ledger()


@forgery("V09", "redeemed or void already")
def a_redeemed_slip_voided_to_make_room() -> bytes:
    builder = honest_small()
    slip = builder.redeemed["A"][0]
    void = {"type": "slip-change", "kind": "voided", "slip": b64u(slip.id), "class": "A", "reason": "x"}
    return builder.ledger(lambda entries: entries.insert(-1, {**void, "by": ["a", "b"]}))


@forgery("V09", "a slip that this class does not have")
def a_slip_of_another_class_replaced() -> bytes:
    change = {"type": "slip-change", "kind": "replaced", "slip": b64u(b"s" * 32), "class": "A", "reason": "x"}
    return honest_small().ledger(lambda entries: entries.insert(-1, {**change, "by": ["a", "b"]}))


@forgery("V09", "voided names no slip")
def a_slip_voided_without_a_name() -> bytes:
    void = {"type": "slip-change", "kind": "voided", "slip": None, "class": "A", "reason": "x", "by": ["a", "b"]}
    return honest_small().ledger(lambda entries: entries.insert(-1, void))


@forgery("V09", "no inactive reserve slip")
def a_reserve_slip_activated_twice() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 4}, reserve={"A": 1}, pages=2, boxes=2)
    spare = next(one for one in builder.slips["A"] if one.reserve)
    builder.slip_change("activated", "A", spare)
    builder.slip_change("activated", "A", spare)
    _one_poll(builder, "post", [YES_1, YES_1, YES_2])
    return builder.ledger()


# ------------------------------------------------------------------------------------------------ V10, credentials


@forgery("V10", "the credential does not verify")
def two_credentials_swapped() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one, other = all_of(entries, "ballot")[:2]
        one["sigs"], other["sigs"] = other["sigs"], one["sigs"]

    return honest_small().ledger(spoil)


@forgery("V10", "not below its modulus")
def a_credential_above_its_modulus() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "ballot").update(sigs=[b64u(b"\xff" * 256)]))


@forgery("V10", "credential")
def a_ballot_moved_to_another_contest() -> bytes:
    meeting = honest_full()
    paper_1, paper_2 = b64u(meeting.papers["motion-1"].hash), b64u(meeting.papers["motion-2"].hash)

    def spoil(entries: list[Entry]) -> None:
        moved = find(entries, "ballot", paper=paper_1, **{"class": "A"})
        gone = find(entries, "ballot", paper=paper_2, **{"class": "A"})
        entries.remove(gone)
        twin = {**gone, "paper": paper_1}
        entries[place(entries, moved)] = {**moved, "paper": paper_2}
        entries.insert(place(entries, find(entries, "ballot", paper=paper_1)), twin)
        sort_ballots(entries, meeting.builder)

    return meeting.builder.ledger(spoil)


@forgery("V10", "credential")
def two_ballots_with_their_classes_swapped() -> bytes:
    meeting = honest_full()
    paper = b64u(meeting.papers["motion-1"].hash)

    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "ballot", paper=paper, **{"class": "A"})
        other = find(entries, "ballot", paper=paper, **{"class": "B"})
        one["class"], other["class"] = "B", "A"
        sort_ballots(entries, meeting.builder)

    return meeting.builder.ledger(spoil)


@forgery("V10", "which does not vote on this paper")
def a_ballot_of_a_class_that_does_not_vote() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "ballot")["class"] = "B"
        counts = find(entries, "poll-close")["counts"]
        counts[0]["returned"] -= 1

    return honest_full().builder.ledger(spoil)


@forgery("V10", "the signature does not verify")
def a_sealed_choice_replaced() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "ballot")
        one["ct"] = b64u(bytes(len(from_b64u(one["ct"]))))

    return honest_small().ledger(spoil)


@forgery("V10", "no key to sign with")
def a_ballot_key_under_which_anyone_can_sign() -> bytes:
    """The neutral point as key: every signature (R = s·B, S = s) satisfies the equation for every message."""
    builder = small_meeting()

    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "ballot")
        neutral = b"\x01" + bytes(31)
        scalar = crypto_core_ed25519_scalar_reduce(sha512(b"any").digest())
        one["key"] = b64u(neutral)
        one["sig"] = b64u(crypto_scalarmult_ed25519_base_noclamp(scalar) + scalar)
        one["sigs"] = [b64u(credential(builder, "A", 1, neutral))]
        sort_ballots(entries, builder)

    return builder.ledger(spoil)


# --------------------------------------------------------------------------------------------------- V11, repeats


@forgery("V11", "once more")
def a_ballot_counted_twice() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "ballot")
        entries.insert(place(entries, one), dict(one))
        entries.remove(all_of(entries, "ballot")[-1])

    return honest_small().ledger(spoil)


@forgery("V11", "do not ascend")
def ballots_in_the_order_of_arrival() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "ballot"), place(entries, find(entries, "poll-close")) - 1)

    return honest_small().ledger(spoil)


@forgery("V11", "the enc of an earlier ballot")
def one_enc_for_two_ballots() -> bytes:
    class OneSeed(LedgerBuilder):
        """Every ballot is sealed with the same ephemeral key."""

        def make_ballot(self, *args: Any) -> Entry:
            draw, self.draw = self.draw, lambda length: b"e" * length  # type: ignore[method-assign]
            try:
                return super().make_ballot(*args)
            finally:
                self.draw = draw  # type: ignore[method-assign]

    builder = OneSeed([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=2)
    _one_poll(builder, "post", [YES_1, YES_1, YES_2])
    return builder.ledger()


@forgery("V11", "the ballot key of an earlier ballot")
def one_ballot_key_in_two_contests() -> bytes:
    """The same key with a credential of each page: one person's answers tied together."""
    builder = LedgerBuilder([item("two", [contest("one"), contest("two")])], {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    slip = builder.redeemed["A"][0]
    first, second = slip.pages
    twice = credential(builder, "A", 2, first.ballot_public_key)
    slip.pages[1] = type(second)(2, first.ballot_key_seed, first.ballot_public_key, (twice,))
    papers = [builder.paper("one"), builder.paper("two")]
    poll = builder.open_poll(*papers)
    for paper in papers:
        builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()
    return builder.ledger()


# ---------------------------------------------------------------------------------------------- V12, people and ballots


@forgery("V12", "3 ballots returned, 2 issued")
def more_ballots_than_slips() -> bytes:
    builder = LedgerBuilder(
        [item("post", [contest("post")])],
        {"A": 3},
        pages=2,
        boxes=2,
        on_entry=on("poll-close", lambda one: one["counts"][0].update(issued=2)),
    )
    builder.redeem("A", 3)
    builder.pending.pop()  # a booklet that the service made for itself
    builder.attendance(A=3)
    _vote_and_close(builder)
    return builder.ledger()


def _vote_and_close(builder: LedgerBuilder) -> None:
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()


@forgery("V12", "got 3, 2, 3")
def more_slips_redeemed_than_people_present() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=2)
    builder.redeem("A", 3)
    _vote_and_close(builder)
    return builder.ledger()


@forgery("V12", "4 present, 3 expected")
def more_people_present_than_expected() -> bytes:
    return small_meeting(on_entry=on("attendance", lambda one: one.update(present={"A": 4}))).ledger(
        lambda entries: entries.insert(place(entries, find(entries, "attendance")) + 1, _attendance(3))
    )


def _attendance(present: int) -> Entry:
    return {"type": "attendance", "present": {"A": present}, "by": "clerk", "at": "2026-12-18T01:30Z"}


@forgery("V12", "class Z is not of this meeting")
def people_of_a_class_that_does_not_exist() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "attendance")["present"].update(Z=1))


@forgery("V12", "3 ballots returned, at most 2 present")
def ballots_of_people_who_had_left() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    builder.attendance(A=2)
    _vote_and_close(builder)
    return builder.ledger()


@forgery("V12", "the counts at the close")
def a_ballot_dropped() -> bytes:
    return honest_small().ledger(lambda entries: entries.remove(find(entries, "ballot")))


@forgery("V12", "the counts at the close")
def a_count_at_the_close_that_is_not_the_ledgers() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "poll-close")["counts"][0].update(issued=2))


@forgery("V12", "a figure of a class is below zero")
def more_people_recused_than_slips_redeemed() -> bytes:
    """Of a poll that was voided, so that nothing was counted."""
    builder = LedgerBuilder(
        [item("post", [contest("post")])],
        {"A": 3},
        pages=2,
        boxes=2,
        on_entry=on("poll-close", lambda one: one["counts"][0].update(issued=0)),
    )
    builder.attendance(A=3)
    builder.redeem("A", 3)
    poll = builder.open_poll(builder.paper("post", recused={"A": 4}))
    builder.close_poll(poll)
    builder.void(poll)
    builder.close()
    return builder.ledger()


@forgery("V12", "paper ballots of 1 handed out")
def more_paper_ballots_than_handed_out() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "paper-count").update(handed_out=1))


@forgery("V12", "slips and paper ballots given out")
def paper_ballots_on_top_of_slips() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "paper-count").update(handed_out=3))


@forgery("V12", "7 ballots returned, 6 issued")
def a_ballot_of_somebody_who_recused_themselves() -> bytes:
    def recuse(entry: Entry) -> None:
        if entry["type"] == "paper" and entry["round"] == 2:
            entry["recused"] = {"A": 2}
        if entry["type"] == "poll-close" and entry["poll"] == "p2":
            entry["counts"][0].update(issued=6)

    meeting = full_meeting(on_entry=recuse)
    builder, paper = meeting.builder, meeting.papers["round-2"]
    extra = builder.make_ballot(paper, builder.redeemed["A"][7], canonical.encode({"marks": YES_1}))

    def spoil(entries: list[Entry]) -> None:
        close = find(entries, "poll-close", poll="p2")
        close["counts"][0]["returned"] = 7
        entries.insert(place(entries, close), extra)
        sort_ballots(entries, builder)

    return builder.ledger(spoil)


# ----------------------------------------------------------------------------------------------------- V13, boxes


@forgery("V13", "is opened before the poll is closed")
def a_box_opened_early() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "box-open"), place(entries, find(entries, "poll-open")) + 1)

    return honest_small().ledger(spoil)


@forgery("V13", "is opened before the poll is closed")
def a_box_opened_of_a_poll_that_never_closes() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        del entries[place(entries, find(entries, "poll-open")) + 1 : place(entries, find(entries, "box-open"))]
        del entries[place(entries, find(entries, "box-open")) + 1 :]

    return honest_small().ledger(spoil)


@forgery("V13", "opened a second time")
def a_box_opened_twice() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        again = [dict(find(entries, "box-open")), dict(find(entries, "result"))]
        entries[-1:-1] = again

    return honest_small().ledger(spoil)


@forgery("V13", "which is void, is opened")
def the_box_of_a_void_poll_opened() -> bytes:
    meeting = honest_full()

    def spoil(entries: list[Entry]) -> None:
        opening = dict(find(entries, "box-open"))
        opening.update(poll=meeting.polls["void-closed"].id, box=meeting.polls["void-closed"].box)
        entries.insert(-1, opening)

    return meeting.builder.ledger(spoil)


@forgery("V13", "a second result, poll p1")
def a_second_thought_about_a_result() -> bytes:
    return honest_small().ledger(lambda entries: entries.insert(-1, dict(find(entries, "result"))))


@forgery("V13", "a result of a void poll, poll p4")
def a_result_of_a_poll_that_was_voided() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        entries.insert(-1, {**find(entries, "result"), "poll": "p4"})

    return honest_full().builder.ledger(spoil)


@forgery("V13", "the shares do not give the key of box 1")
def a_box_whose_key_somebody_else_made() -> bytes:
    """The cards agree with their commitments; the ballots were sealed to another key."""

    def swap(entry: Entry) -> None:
        if entry["type"] == "meeting":
            entry["boxes"][1]["key"] = b64u(other.public)
        elif entry["type"] == "paper":
            entry["box_key"] = b64u(other.public)

    other = hpke.derive_key_pair(b"somebody else's seed of 32 bytes")
    return small_meeting(on_entry=swap).ledger()


@forgery("V13", "card 4 is given twice or does not exist")
def a_share_of_a_card_that_nobody_has() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "box-open")["shares"][1].update(card=4))


@forgery("V13", "in spite of an objection")
def an_objection_ignored() -> bytes:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1, YES_2)
    dropped = builder.make_ballot(paper, builder.redeemed["A"][2], canonical.encode({"marks": YES_2}))
    builder.close_poll(poll)
    builder.objection(ballot.ballot_id(canonical.encode(dropped)))
    builder.open_box(poll)
    builder.close()
    return builder.ledger()


def _objection(change: Callable[[LedgerBuilder], None]) -> bytes:
    """A closed poll, an objection, and the poll voided for it."""
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1, YES_2)
    builder.close_poll(poll)
    change(builder)
    builder.void(poll)
    builder.close()
    return builder.ledger()


@forgery("V13", "without a valid receipt")
def an_objection_made_up_to_stop_a_poll() -> bytes:
    def object_(builder: LedgerBuilder) -> None:
        builder.append({"type": "objection", "ballot": b64u(b"b" * 32), "receipt": b64u(b"r" * 64)})

    return _objection(object_)


@forgery("V13", "a ballot that the ledger holds")
def an_objection_about_a_ballot_that_is_there() -> bytes:
    def object_(builder: LedgerBuilder) -> None:
        builder.objection(ballot.ballot_id(canonical.encode(find(builder.entries, "ballot"))))

    return _objection(object_)


@forgery("V13", "the share of card 1 is not the one")
def a_wrong_share() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "box-open")["shares"][0].update(share=b64u(b"s" * 32)))


@forgery("V13", "expected at least 2 shares, got 1")
def a_box_opened_with_too_few_shares() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "box-open")["shares"].pop())


@forgery("V13", "card 1 is given twice")
def one_share_given_twice() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        given = find(entries, "box-open")["shares"]
        given[1] = given[0]

    return honest_small().ledger(spoil)


@forgery("V13", "box 1 was used by an earlier poll")
def a_box_used_for_two_polls() -> bytes:
    builder = LedgerBuilder([item("two", [contest("one"), contest("two")])], {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    for contest_id in ("one", "two"):
        builder.next_box = 1
        paper = builder.paper(contest_id)
        poll = builder.open_poll(paper)
        builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
        builder.close_poll(poll)
        builder.open_box(poll)
    builder.close()
    return builder.ledger()


def _close_note(change: Callable[[LedgerBuilder, list[bytes], int], str]) -> bytes:
    """`change` gives the close note from the leaves of all entries and the number up to the close."""
    builder = small_meeting()

    def spoil(entries: list[Entry]) -> None:
        end = place(entries, find(entries, "poll-close")) + 1
        leaves = [merkle.leaf_hash(line) for line in builder.lines(entries[:end])]
        find(entries, "box-open")["close"] = change(builder, leaves, end)

    return builder.ledger(spoil)


@forgery("V13", "expected the tree of size")
def a_close_note_from_before_the_ballots() -> bytes:
    return _close_note(lambda builder, leaves, end: builder.sign(leaves[: end - 4]))


@forgery("V13", "not signed by the ledger key")
def a_close_note_by_another_key() -> bytes:
    return _close_note(lambda builder, leaves, end: builder.sign(leaves[:end], seed=b"k" * 32))


@forgery("V13", "close: not signed by the ledger key")
def a_close_note_that_names_another_ledger() -> bytes:
    def change(builder: LedgerBuilder, leaves: list[bytes], end: int) -> str:
        state = checkpoint.Checkpoint("ballot.example/other", end, merkle.root_hash(leaves[:end]))
        return note.sign_note(checkpoint.format_checkpoint(state), builder.origin, builder.ledger_seed)

    return _close_note(change)


@forgery("V13", "the root is not that of the first")
def a_close_note_of_other_ballots() -> bytes:
    return _close_note(lambda builder, leaves, end: builder.sign([b"x" * 32, *leaves[1:end]]))


@forgery("V13", "a checkpoint is three lines")
def a_close_note_that_is_none() -> bytes:
    return _close_note(lambda builder, leaves, end: "closed, honestly\n")


# ----------------------------------------------------------------------------------------------------- V14, lengths


@forgery("V14", "expected length 64, got 128")
def a_paper_with_a_length_that_tells() -> bytes:
    return small_meeting(on_entry=on("paper", lambda one: one.update(length=128))).ledger()


@forgery("V14", "expected a sealed choice of 80 bytes, got 79")
def a_ballot_with_a_length_of_its_own() -> bytes:
    """Properly signed: only its length is wrong."""
    builder = small_meeting()

    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "ballot")
        key = from_b64u(one["key"])
        seed = next(
            slip.pages[0].ballot_key_seed for slip in builder.redeemed["A"] if slip.pages[0].ballot_public_key == key
        )
        ct = from_b64u(one["ct"])[:-1]
        message = ballot.ballot_message(from_b64u(one["paper"]), "A", key, from_b64u(one["enc"]), ct)
        one.update(ct=b64u(ct), sig=b64u(ed25519.sign(seed, message)))

    return builder.ledger(spoil)


# ------------------------------------------------------------------------------------------- V15, conditions at opening


@forgery("V15", "step introduce is missing")
def a_poll_opened_without_the_steps_before_it() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        for one in all_of(entries, "step"):
            entries.remove(one)

    return honest_full().builder.ledger(spoil)


@forgery("V15", "step deliberate is out of order")
def steps_in_the_wrong_order() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one, other = all_of(entries, "step")
        one["step"], other["step"] = other["step"], one["step"]

    return honest_full().builder.ledger(spoil)


@forgery("V15", "the quorum was not held")
def a_poll_opened_without_a_quorum() -> bytes:
    builder = LedgerBuilder(
        [item("post", [contest("post")])], {"A": 6}, pages=2, boxes=2, quorum={"at_least": "2/3", "of": "expected"}
    )
    builder.attendance(A=3)
    builder.redeem("A", 3)
    _vote_and_close(builder)
    return builder.ledger()


@forgery("V15", "1 paper ballots of a class, fewer than 2")
def a_single_paper_ballot() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "paper-count")["ballots"].pop()

    return honest_full().builder.ledger(
        lambda entries: [spoil(entries), _recount_motion_1(entries)],
    )


def _recount_motion_1(entries: list[Entry]) -> None:
    """The result without the paper ballot that was taken out, as an honest count of the rest would give it."""
    counts = all_of(entries, "result")[-1]["contests"]["motion-1"]
    removed = (
        "oppose" if find(entries, "paper-count")["ballots"][0]["choice"]["marks"]["yes"] == "approve" else "approve"
    )
    for tally in (counts["tally"]["yes"], counts["tally_by_class"]["B"]["yes"]):
        tally[removed] -= 1
    for one in (counts["counts"]["total"], counts["counts"]["by_class"]["B"]):
        for name in ("returned", "valid", "scored"):
            one[name] -= 1


# ----------------------------------------------------------------------------------------- V16 to V19, what was said


@forgery("V16", "the recount differs from the result in tally")
def a_tally_edited() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "result")["contests"]["post"]["tally"]["zhang-san"].update(approve=3, oppose=0)

    return honest_small().ledger(spoil)


@forgery("V16", "in elected")
def another_winner() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "result")["contests"]["post"].update(elected=["li-si"]))


@forgery("V16", "the recount differs")
def a_ballot_dropped_with_its_counts_adjusted() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        entries.remove(find(entries, "ballot"))
        find(entries, "poll-close")["counts"][0]["returned"] -= 1

    return honest_small().ledger(spoil)


@forgery("V16", "the recount differs")
def a_true_result_for_the_wrong_poll_number() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "result")["contests"]["post"].update(poll="p2"))


@forgery("V17", "a decision that no round asks for")
def a_decision_that_nobody_asked_for() -> bytes:
    decision = {
        "type": "decision", "contest": "post", "round": 1, "choice": "end", "by": "chair", "at": "2026-12-18T01:30Z"
    }  # fmt: skip
    return honest_small().ledger(lambda entries: entries.insert(-1, decision))


@forgery("V17", "a decision that no round asks for")
def a_decision_taken_twice() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "decision")
        entries.insert(place(entries, one), dict(one))

    return honest_full().builder.ledger(spoil)


@forgery("V18", "score team is not one of the meeting")
def a_score_made_up_at_the_end() -> bytes:
    return honest_small().ledger(lambda entries: entries[-1].update(scores={"team": "100"}))


@forgery("V19", "announce-not-allowed")
def the_public_told_before_the_hall() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "announce").update(to="public"))


@forgery("V19", "announce-not-allowed")
def a_result_announced_before_it_was_counted() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "announce"), place(entries, find(entries, "paper")))

    return honest_small().ledger(spoil)


@forgery("V19", "expected announce mode publish")
def a_result_announced_in_another_mode() -> bytes:
    announce = {
        "type": "announce", "contests": ["motion-1"], "mode": "on-spot", "to": "hall", "at": "2026-12-18T01:30Z"
    }  # fmt: skip
    return honest_full().builder.ledger(lambda entries: entries.insert(-1, announce))


# ----------------------------------------------------------------------------------------- things that are not there


@forgery("V03", "a witness of entry 0")
def a_witness_without_a_key() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one.update(witnesses=_witness("nobody")))).ledger()


def _witness(key: str) -> Entry:
    return {"quorum": 1, "keys": [key]}


@forgery("V03", "no cosignature key")
def a_witness_with_the_ledgers_kind_of_key() -> bytes:
    key = str(honest_small().ledger_key)
    return small_meeting(on_entry=on("meeting", lambda one: one.update(witnesses=_witness(key)))).ledger()


@forgery("V06", "a second count of the same paper ballots")
def paper_ballots_counted_twice() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        one = find(entries, "paper-count")
        entries.insert(place(entries, one), dict(one))

    return honest_full().builder.ledger(spoil)


@forgery("V06", "paper ballots of a poll that is not closed")
def paper_ballots_found_after_the_result() -> bytes:
    count = {"type": "paper-count", "class": "A", "handed_out": 2, "tellers": ["one", "two"]}
    paper = b64u(
        next(merkle.leaf_hash(canonical.encode(one)) for one in honest_small().entries if one["type"] == "paper")
    )
    late = {**count, "paper": paper, "ballots": [{"choice": {"marks": YES_2}, "times": 2}]}
    return honest_small().ledger(lambda entries: entries.insert(-1, late))


@forgery("V06", "paper ballots of a poll that is not closed")
def paper_ballots_on_a_paper_that_was_never_printed() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "paper-count").update(paper=b64u(b"p" * 32)))


@forgery("V06", "paper ballots of a poll that is not closed")
def paper_ballots_on_a_paper_that_was_never_polled() -> bytes:
    never = b64u(honest_full().papers["never"].hash)
    return honest_full().builder.ledger(lambda entries: find(entries, "paper-count").update(paper=never))


@forgery("V06", "an objection while no poll is closed")
def an_objection_after_the_result() -> bytes:
    late = {"type": "objection", "ballot": b64u(b"b" * 32), "receipt": b64u(b"r" * 64)}
    return honest_small().ledger(lambda entries: entries.insert(-1, late))


@forgery("V06", "a poll that was never opened")
def a_box_of_no_poll() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "box-open").update(poll="p9"))


@forgery("V06", "a paper that was not printed")
def a_poll_on_a_paper_that_does_not_exist() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "poll-open").update(papers=[b64u(b"p" * 32)]))


@forgery("V06", "while poll p1 is open")
def an_announcement_while_people_vote() -> bytes:
    def spoil(entries: list[Entry]) -> None:
        move(entries, find(entries, "announce"), place(entries, find(entries, "poll-open")) + 1)

    return honest_small().ledger(spoil)


@forgery("V08", "recused of a class that does not vote")
def somebody_recused_who_has_no_vote() -> bytes:
    return small_meeting(on_entry=on("paper", lambda one: one.update(recused={"Z": 1}))).ledger()


@forgery("V09", "expected 4 slips, got 3")
def more_people_expected_than_slips_printed() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["classes"][0].update(expected=4))).ledger()


@forgery("V09", "entry 0 says 4 slips, the list has 3")
def another_number_of_slips_in_entry_0() -> bytes:
    return small_meeting(on_entry=on("meeting", lambda one: one["slips"][0].update(count=4))).ledger()


@forgery("V13", "box 0 is opened for poll p1")
def another_box_than_the_polls() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "box-open").update(box=0))


@forgery("V15", "a step of an item that is not in the agenda")
def a_step_of_no_item() -> bytes:
    return honest_full().builder.ledger(lambda entries: find(entries, "step").update(item="other"))


@forgery("V17", "is not in the agenda")
def a_decision_on_nothing() -> bytes:
    return honest_full().builder.ledger(
        lambda entries: entries.insert(-1, {**find(entries, "decision"), "contest": "x"})
    )


@forgery("V19", "is not in the agenda")
def an_announcement_of_nothing() -> bytes:
    return honest_small().ledger(lambda entries: find(entries, "announce").update(contests=["x"]))


# ------------------------------------------------------------------------------------------------------------ the test


@pytest.mark.parametrize(("make", "check", "reason"), forgery.params)
def test_a_forged_ledger_is_refused_by_the_check_it_is_meant_for(
    make: Forgery, check: str, reason: str, tmp_path: Path
) -> None:
    check_refused(judge_forged(tmp_path, make()), check, reason)


def test_a_ballot_copied_to_another_contest_is_refused_twice(tmp_path: Path) -> None:
    """Its credential is of another page, and its key was there before."""
    meeting = honest_full()
    paper_1, paper_2 = b64u(meeting.papers["motion-1"].hash), b64u(meeting.papers["motion-2"].hash)

    def spoil(entries: list[Entry]) -> None:
        copied = find(entries, "ballot", paper=paper_1, **{"class": "A"})
        gone = find(entries, "ballot", paper=paper_2, **{"class": "A"})
        entries[place(entries, gone)] = {**copied, "paper": paper_2}
        sort_ballots(entries, meeting.builder)

    judged = judge_ledger(tmp_path, meeting.builder.ledger(spoil))
    assert [one.check.id for one in judged.outcomes if one.outcome == "fail"] == ["V10", "V11"]
