"""A voter's GETs tell meeting, keys, papers, poll states, ids and proofs; never a ballot, a share or a choice.

And a result only once it was announced to those in the hall. Every address is scanned at every stage of a meeting.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from ballot_service.store.tables import ReleasedShare
from crypto import merkle
from crypto.checkpoint import parse_checkpoint
from crypto.encoding import b64u, from_b64u
from crypto.note import parse_note
from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import Hall, check_refusal, operations

VOTER_GETS = {one.path for one in operations() if one.group == "voter" and one.method == "GET"}
OF_A_RESULT = ("tally", "elected", "passed", "returned", "turnout", "shares", "card")


def every_voter_answer(hall: Hall) -> dict[str, str]:
    """Address → text of every GET that a phone can make now."""
    state = hall.state()
    papers = [paper["paper"] for poll in state["polls"] for paper in poll["papers"]]
    sizes = sorted({1, 2, state["size"] // 2, state["size"]})
    addresses = ["head", "state", "checkpoint", "keys/A", "keys/B", "keys/C", "items/urgent", "items/finance"]
    addresses += [f"papers/{paper}" for paper in papers]
    addresses += [f"polls/p{number}/{what}" for number in range(1, 5) for what in ("ballot-ids", "void")]
    addresses += [f"proofs/inclusion?index={index}&size={size}" for size in sizes for index in range(0, size, 3)]
    addresses += [f"proofs/consistency?old={old}&new={new}" for old, new in itertools.combinations(sizes, 2)]
    return {address: hall.get(address).text for address in addresses}


class Watch:
    """Scans every answer for what no voter may learn."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.ballots: list[dict[str, Any]] = []

    def look(self, *, announced: set[str]) -> dict[str, str]:
        answers = every_voter_answer(self.hall)
        for address, text in answers.items():
            for secret in self.secrets():
                assert secret not in text, address
            if not announced or address != "state":
                for word in OF_A_RESULT:
                    assert f'"{word}"' not in text, (address, word)
        assert set(json.loads(answers["state"])["results"]) == announced
        return answers

    def secrets(self) -> list[str]:
        found = [
            '"type": "ballot"',
            '"type":"ballot"',
            '\\"type\\":\\"ballot\\"',
            "box-open",
            "booklet\\",
            "slip-change",
        ]
        for ballot in self.ballots:
            found += [ballot[name] for name in ("key", "enc", "ct", "sig")] + ballot["sigs"]
        with self.hall.service.store.read() as session:
            found += [b64u(row.share) for row in session.query(ReleasedShare).all()]
        with self.hall.service.acts.look(self.hall.meeting_id) as (_session, state):
            found += [b64u(share) for poll in state.polls.values() for share in poll.shares.values()]
        return [*found, self.hall.token]

    def cast(self, line: bytes) -> None:
        self.ballots.append(json.loads(line))
        assert self.hall.cast(line).status_code == 201


def test_every_get_of_the_voters_api_is_scanned() -> None:
    scanned = {
        "head", "state", "checkpoint", "keys/{voter_class}", "papers/{paper}", "items/{item_id}",
        "polls/{poll_id}/ballot-ids", "polls/{poll_id}/void", "proofs/inclusion", "proofs/consistency",
    }  # fmt: skip
    assert {path.partition("{meeting_id}/")[2] for path in VOTER_GETS} == scanned


def test_ballots_shares_and_results_stay_inside_at_every_stage(make_hall: MakeHall) -> None:
    hall = make_hall()
    watch = Watch(hall)
    watch.look(announced=set())

    phones = hall.everyone_arrives()
    hall.open_poll("finance", "trust")
    before = watch.look(announced=set())
    for phone, mark in zip(phones, itertools.cycle(["approve", "oppose"]), strict=False):
        watch.cast(hall.ballot_line(phone, "finance", mark))
    for phone in phones[:6]:
        watch.cast(hall.ballot_line(phone, "trust"))
    during = watch.look(announced=set())
    assert during == before  # not even that somebody voted
    check_refusal(hall.get("polls/p1/ballot-ids"), "too-early")

    hall.post("polls/p1/close", expect=200)
    watch.look(announced=set())
    assert len(hall.get("polls/p1/ballot-ids").get_json()["ids"]) == 17
    hall.release_shares(1)
    watch.look(announced=set())
    hall.post("polls/p1/open-box", expect=200)
    watch.look(announced=set())

    hall.post("announcements", {"contests": ["trust"], "to": "committee"}, expect=200)
    watch.look(announced=set())
    check_refusal(hall.post("announcements", {"contests": ["trust"], "to": "hall"}), "announce-not-allowed")
    check_refusal(hall.post("announcements", {"contests": ["finance"], "to": "public"}), "announce-not-allowed")
    hall.post("announcements", {"contests": ["finance"], "to": "hall"}, expect=200)
    watch.look(announced={"finance"})
    hall.post("announcements", {"contests": ["finance"], "to": "public"}, expect=200)
    watch.look(announced={"finance"})

    hall.post("close", expect=204)
    watch.look(announced={"finance"})


def test_a_voided_polls_ballots_are_nowhere(make_hall: MakeHall) -> None:
    hall = make_hall()
    watch = Watch(hall)
    phones = hall.everyone_arrives()
    hall.open_poll("finance")
    for phone in phones[:3]:
        watch.cast(hall.ballot_line(phone))
    hall.post("polls/p1/void", {"reason": "停电", "by": ["甲", "乙"]}, expect=204)
    watch.look(announced=set())
    check_refusal(hall.get("polls/p1/ballot-ids"), "too-early")
    exported = hall.get("ledger", hall.officer).text
    for ballot in watch.ballots:
        assert ballot["key"] not in exported
        assert ballot["ct"] not in exported


def test_only_a_void_poll_has_a_line_that_voids_it_and_the_line_is_proven(make_hall: MakeHall) -> None:
    hall = make_hall()
    hall.everyone_arrives()
    for poll, is_closed in (("p1", False), ("p2", True)):
        check_refusal(hall.get(f"polls/{poll}/void"), "not-found")
        hall.open_poll("finance")
        check_refusal(hall.get(f"polls/{poll}/void"), "too-early")
        if is_closed:
            hall.post(f"polls/{poll}/close", expect=200)
            check_refusal(hall.get(f"polls/{poll}/void"), "too-early")
        hall.post(f"polls/{poll}/void", {"reason": "停电", "by": ["甲", "乙"]}, expect=204)
        told = hall.get(f"polls/{poll}/void").get_json()
        assert set(told) == {"line", "index", "inclusion", "checkpoint"}
        entry = json.loads(told["line"])
        assert (entry["type"], entry["poll"], entry["reason"]) == ("poll-void", poll, "停电")
        newest = parse_checkpoint(parse_note(told["checkpoint"]).text)
        merkle.check_inclusion(
            merkle.leaf_hash(told["line"].encode()),
            told["index"],
            newest.tree_size,
            [from_b64u(node) for node in told["inclusion"]],
            newest.root_hash,
        )
        assert (hall.get(f"polls/{poll}/ballot-ids").status_code == 200) is is_closed


def test_redeeming_and_casting_change_no_answer_that_anyone_can_get(make_hall: MakeHall) -> None:
    hall = make_hall()
    phones = hall.everyone_arrives()
    hall.open_poll("finance")
    reserve = hall.phones(reserve=True)[0]
    answers = every_voter_answer(hall)
    check_refusal(hall.send("booklet", hall.seal("booklet", reserve.redeem_payload()).body), "slip-used")
    assert hall.cast(hall.ballot_line(phones[0])).status_code == 201
    assert every_voter_answer(hall) == answers


@pytest.mark.parametrize("address", ["ledger", "control", "polls/p1/result", "follow-ups"])
def test_what_officers_see_is_for_officers(hall: Hall, address: str) -> None:
    check_refusal(hall.get(address), "not-allowed")


def test_while_a_poll_is_open_not_even_officers_get_a_ballot(make_hall: MakeHall) -> None:
    hall = make_hall()
    phones = hall.everyone_arrives()
    hall.open_poll("finance")
    line = hall.ballot_line(phones[0])
    assert hall.cast(line).status_code == 201
    exported = hall.get("ledger", hall.officer)
    assert exported.status_code == 200
    assert json.loads(line)["key"] not in exported.text
    assert hall.get("control", hall.officer).get_json()["returned"] == 1
    check_refusal(hall.get("polls/p1/result", hall.officer), "too-early")
