"""Whatever officers send and the API accepts, in whatever order, the verifier accepts the ledger that comes of it.

A ledger is signed line by line and cannot be put right: a line that a verifier refuses ends the meeting's worth.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.ballot_service.http.conftest import MakeHall
from tests.ballot_service.http.hall import Hall, Phone, check_refusal
from verify.options import Options
from verify.verdict import judge

ACTS = 100  # in one meeting
TEXTS = [
    "更正", "x" * 200, "é", "e\u0301".replace("e\u0301", "é"), "🗳️", '"quoted"', "<b>&amp;</b>", "a\\b", "1 2", " 左 ",
    "", " ", "\u3000", "a\nb", "\u202e", "\u200b", "甲", "乙", "甲 ",
]  # fmt: skip


class Officers:
    """People who send whatever comes to their mind, most of it in the right form."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self.hall = hall
        self.dice = random.Random(seed)
        self.waiting: list[Phone] = hall.phones()
        self.inside: list[Phone] = []
        self.accepted: set[str] = set()

    def act(self) -> None:
        kind = self.dice.choice(
            [
                self.arrive, self.arrive, self.attendance, self.attendance, self.expected, self.slip, self.recuse,
                self.step, self.open, self.open, self.cast, self.cast, self.close, self.void, self.count, self.count,
                self.open_box, self.open_box, self.decide, self.announce, self.waive, self.input, self.item,
            ]
        )  # fmt: skip
        kind()

    def send(self, path: str, body: dict[str, Any] | None = None) -> None:
        answer = self.hall.post(path, body)
        assert answer.status_code < 500, answer.text
        if answer.status_code < 300:
            self.accepted.add(path.rpartition("/")[2])

    def text(self) -> str:
        return self.dice.choice(TEXTS) if self.dice.random() < 0.3 else "更正"

    def two(self) -> list[str]:
        return [self.text(), self.text()] if self.dice.random() < 0.3 else ["甲", "乙"]

    def group(self) -> str:
        return self.dice.choice(["A", "B"] * 5 + ["C"])

    def contest(self) -> str:
        return self.dice.choice(["finance", "trust"])

    def poll(self) -> str:
        polls = [poll["poll"] for poll in self.hall.state()["polls"]]
        return polls[-1] if polls and self.dice.random() < 0.8 else "p1"

    def arrive(self) -> None:
        for _phone in range(self.dice.randint(1, 6)):
            if self.waiting:
                self.inside.append(self.waiting.pop(self.dice.randrange(len(self.waiting))))
                self.hall.redeem(self.inside[-1])

    def attendance(self) -> None:
        low = self.dice.choice([0, 4, 5])
        self.send("attendance", {"present": {"A": self.dice.randint(low, 7), self.group(): self.dice.randint(low, 6)}})

    def expected(self) -> None:
        body = {"voter_class": self.group(), "expected": self.dice.randint(4, 9), "reason": self.text()}
        self.send("expected", {**body, "by": self.two()})

    def slip(self) -> None:
        if self.dice.random() < 0.7:
            return
        self.send(
            "slips",
            {
                "kind": self.dice.choice(["activated", "voided", "replaced", "replaced", "lost"]),
                "voter_class": self.group(),
                "token": None,
                "reason": self.text(),
                "by": self.two(),
            },
        )

    def recuse(self) -> None:
        count = self.dice.choice([0, 0, 0, 1, 2, 9])
        body = {"contest": self.contest(), "voter_class": self.group(), "count": count}
        self.send("recusals", body)

    def step(self) -> None:
        self.send("steps", {"item": self.contest(), "step": "introduce", "subject": None})

    def open(self) -> None:
        groups = self.dice.choice([[], ["A"], ["A", "B"], ["B", "A"], ["A", "A"], ["C"]])
        contests = self.dice.choice([["finance"], ["trust"], ["finance", "trust"], ["trust", "finance"]])
        if self.dice.random() < 0.6:  # as it should be done
            self.arrive()
            self.send("attendance", {"present": {"A": 6, "B": 5}})
        self.send("polls", {"contests": contests, "small_groups": groups, "by": self.two()})

    def cast(self) -> None:
        for poll in self.hall.state()["polls"]:
            for paper in poll["papers"] if poll["phase"] == "open" else []:
                for phone in self.inside:
                    if phone.voter_class in paper["classes"] and self.dice.random() < 0.5:
                        self.hall.cast(self.hall.ballot_line(phone, paper["contest"]))

    def close(self) -> None:
        self.send(f"polls/{self.poll()}/close", {"assisted": self.dice.randint(0, 3)})

    def void(self) -> None:
        if self.dice.random() < 0.3:
            self.send(f"polls/{self.poll()}/void", {"reason": self.text(), "by": self.two()})

    def count(self) -> None:
        choices: list[dict[str, Any]] = [
            {"raw": "x" * 300}, {"raw": ""}, {"raw": "\x00"}, {"choice": {}}, {"choice": {"marks": []}}, {"choice": 7},
            {"choice": {"marks": {"zhang-san": "approve"}}}, {"choice": {"a": {"b": {"c": {"d": {"e": 2**53 - 1}}}}}},
        ]  # fmt: skip
        ballots = [
            {**self.dice.choice(choices), "times": self.dice.randint(1, 6)} for _each in range(self.dice.randint(0, 1))
        ]
        body = {"contest": self.contest(), "voter_class": self.group(), "ballots": ballots}
        for teller in self.two():
            self.send("paper-counts", {**body, "handed_out": self.dice.randint(0, 6), "teller": teller})

    def open_box(self) -> None:
        for poll in self.hall.state()["polls"]:
            if poll["phase"] == "closed":
                self.hall.release_shares(poll["box"])
                self.send(f"polls/{poll['poll']}/open-box")

    def decide(self) -> None:
        self.send("decisions", {"contest": self.contest(), "choice": self.dice.choice(["revote", "end", "x"])})

    def announce(self) -> None:
        contests = [self.contest() for _each in range(self.dice.randint(1, 2))]
        self.send("announcements", {"contests": contests, "to": self.dice.choice([None, "hall", "committee", "x"])})

    def input(self) -> None:
        value = self.dice.choice(
            [0, 15, 16, -1, "14.5", "30/4", "015", "1/3", "-0", "1e1", "", "１", 2**53 - 1, "9" * 60]
        )
        self.send("inputs", {"id": self.dice.choice(["style", "nope"]), "value": value, "evidence": self.text()})

    def item(self) -> None:
        name = self.dice.choice(["urgent", "flood", "finance"])
        contest: dict[str, Any] = {
            "id": name,
            "title": self.text(),
            "voters": self.dice.choice([["A"], ["A", "B"], []]),
            "ballot": self.dice.choice(
                [
                    {"kind": "comment", "max_chars": self.dice.choice([1, 2000])},
                    {"kind": "score", "min": 0, "max": 100, "step": "1/3"},
                    {"kind": "approval", "candidates": [{"id": "yes", "name": self.text()}]},
                ]
            ),
        }
        body = {"id": name, "title": self.text(), "contests": [contest], "cadre": self.dice.choice([None, False, True])}
        self.send("items", {"item": body, "admitted_by": self.contest()})

    def waive(self) -> None:
        self.send("witness-waivers", {"reason": self.text(), "by": self.two()})

    def end(self) -> None:
        for poll in reversed(self.hall.state()["polls"]):  # the open one first
            if poll["phase"] in ("open", "closed"):
                self.hall.post(f"polls/{poll['poll']}/void", {"reason": "散会", "by": ["甲", "乙"]}, expect=204)
        answer = self.hall.post("close")
        if answer.status_code != 204:  # more slips than people: count again, and give account of those beyond
            check_refusal(answer, "more-slips-than-present")
            expected = self.hall.get("control", self.hall.officer).get_json()["expected"]
            self.hall.post("attendance", {"present": expected}, expect=204)
            for voter_class in ("A", "B"):
                for _slip in range(6):
                    body = {"kind": "replaced", "voter_class": voter_class, "token": None, "reason": "遗失"}
                    self.hall.post("slips", {**body, "by": ["甲", "乙"]}, expect=204)
            self.hall.post("close", expect=204)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_officers_do_the_verifier_accepts_the_ledger(make_hall: MakeHall, tmp_path: Path, seed: int) -> None:
    hall = make_hall()
    officers = Officers(hall, seed)
    for _act in range(ACTS):
        officers.act()
    check_accepted(hall, tmp_path)
    officers.end()
    check_accepted(hall, tmp_path)
    assert {"attendance", "polls"} <= officers.accepted


BAD_WORDS: dict[str, dict[str, Any]] = {
    "one officer twice": {"reason": "更正", "by": ["甲", "甲"]},
    "one officer twice, once with a space": {"reason": "更正", "by": ["甲", "甲 "]},
    "an officer without a name": {"reason": "更正", "by": ["甲", "\u3000"]},
    "no reason": {"reason": " ", "by": ["甲", "乙"]},
    "a reason of two lines": {"reason": "a\nb", "by": ["甲", "乙"]},
    "a reason that reads backwards": {"reason": "\u202eabc", "by": ["甲", "乙"]},
}


@pytest.mark.parametrize("words", BAD_WORDS.values(), ids=list(BAD_WORDS))
def test_what_enters_the_minutes_is_said_by_two_in_words_that_show(hall: Hall, words: dict[str, Any]) -> None:
    before = hall.database()
    check_refusal(hall.post("polls/p1/void", words), "bad-request")
    change = {"voter_class": "A", "expected": 6}
    check_refusal(hall.post("expected", {**change, **words}), "bad-request")
    check_refusal(hall.post("slips", {"kind": "replaced", "voter_class": "A", **words}), "bad-request")
    assert hall.database() == before


def test_paper_ballots_are_objects_or_raw_text_and_counted_by_two(make_hall: MakeHall, tmp_path: Path) -> None:
    hall = make_hall()
    phones = hall.phones()
    for phone in [*phones[:5], *phones[6:]]:
        hall.redeem(phone)
    hall.post("attendance", {"present": {"A": 6, "B": 5}}, expect=204)
    hall.open_poll("finance")
    hall.post("polls/p1/close", expect=200)
    count = {"contest": "finance", "voter_class": "A", "handed_out": 0, "ballots": []}
    not_objects: list[Any] = [7, "approve", None, [], True]
    for wrong in not_objects:
        ballots = [{"choice": wrong, "times": 5}]
        body = {**count, "handed_out": 5, "ballots": ballots, "teller": "甲"}
        check_refusal(hall.post("paper-counts", body), "bad-request")
    assert hall.post("paper-counts", {**count, "teller": "甲"}, expect=200).get_json() == {"entered": False}
    check_refusal(hall.post("paper-counts", {**count, "teller": "甲 "}), "bad-request")
    assert hall.post("paper-counts", {**count, "teller": "乙"}, expect=200).get_json() == {"entered": True}
    check_accepted(hall, tmp_path)


def test_slips_beyond_those_present_spoil_neither_a_void_nor_the_end(make_hall: MakeHall, tmp_path: Path) -> None:
    hall = make_hall()
    phones = hall.phones()
    late, *early = phones
    for phone in early:
        hall.redeem(phone)
    hall.post("attendance", {"present": {"A": 5, "B": 5}}, expect=204)
    hall.open_poll("finance")
    hall.redeem(late)  # there, but nobody counted again
    hall.post("polls/p1/void", {"reason": "停电", "by": ["甲", "乙"]}, expect=204)
    check_accepted(hall, tmp_path)
    check_refusal(hall.post("close"), "more-slips-than-present")
    check_accepted(hall, tmp_path)
    hall.post("attendance", {"present": {"A": 6}}, expect=204)
    hall.post("close", expect=204)
    check_accepted(hall, tmp_path)


def test_fewer_are_never_expected_than_were_present_once(make_hall: MakeHall, tmp_path: Path) -> None:
    hall = make_hall()
    change = {"voter_class": "A", "expected": 5, "reason": "更正", "by": ["甲", "乙"]}
    hall.post("attendance", {"present": {"A": 6}}, expect=204)
    hall.post("attendance", {"present": {"A": 4}}, expect=204)
    check_refusal(hall.post("expected", change), "more-than-expected")
    hall.post("expected", {**change, "expected": 6}, expect=204)
    hall.post("close", expect=204)
    check_accepted(hall, tmp_path)


def test_more_replacements_than_slips_do_not_spoil_the_ledger(make_hall: MakeHall, tmp_path: Path) -> None:
    hall = make_hall()
    hall.everyone_arrives()
    lost = {"kind": "replaced", "voter_class": "A", "token": None, "reason": "遗失", "by": ["甲", "乙"]}
    for _slip in range(3):
        hall.post("slips", lost)
    hall.open_poll("finance")
    for _slip in range(7):
        hall.post("slips", lost)
    hall.post("polls/p1/close")
    check_accepted(hall, tmp_path)


def check_accepted(hall: Hall, folder: Path) -> None:
    path = folder / "hall.ledger"
    path.write_bytes(hall.get("ledger", hall.officer).data)
    judged = judge(path, Options(fingerprint=hall.fingerprint))
    assert judged.unreadable is None
    assert [(one.check.id, one.detail.en) for one in judged.outcomes if one.outcome != "pass"] == []
    assert judged.accepted
