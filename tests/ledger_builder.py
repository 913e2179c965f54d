"""Real ledgers for tests: an honest service, its scrutineers and its voters, in memory, with real keys.

The methods tell a meeting in order (attendance, redeem, paper, open_poll, cast, close_poll, open_box, …). Every entry
is a dict until `ledger()` hashes and signs them, so that a test can be the dishonest service:

* `on_entry(entry)` is called for each entry before it is hashed: what follows (ballots, hashes) is built upon the lie;
* `ledger(spoil=...)` gets the finished list and may change, drop, add or move entries; the notes in `box-open` and the
  checkpoint are made afterwards, over the spoilt list, by the real ledger key.

Everything comes from one seed, but for the RSA keys, which are those of `tests.rsa_keys`.
"""

import copy
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from crypto import (
    ballot,
    blind_rsa,
    booklet,
    canonical,
    checkpoint,
    ed25519,
    hpke,
    merkle,
    note,
    shares,
    slips,
)
from crypto.encoding import b64u, from_b64u
from tests.rsa_keys import issuer_key
from verify import rules

Entry = dict[str, Any]
AT = "2026-12-18T01:30Z"
TELLERS = ["teller one", "teller two"]


def candidate(candidate_id: str) -> Entry:
    return {"id": candidate_id, "name": f"Candidate {candidate_id}", "note": None}


def pass_rule(over: str = "1/2", of: str = "expected") -> Entry:
    return {"rule": "pass", "id": None, "cite": None, "classes": None, "mark": "approve", "over": over, "of": of}


def seats_rule(seats: int = 1, max_rounds: int = 2, on_failure: str = "committee") -> Entry:
    return {
        "rule": "seats",
        "id": None,
        "cite": None,
        "seats": seats,
        "max_rounds": max_rounds,
        "on_failure": on_failure,
    }


def quorum_rule(at_least: str = "2/3") -> Entry:
    return {"rule": "quorum", "id": None, "cite": None, "at_least": at_least, "of": "expected"}


def contest(
    contest_id: str,
    candidates: Sequence[str] = ("zhang-san", "li-si"),
    voters: Sequence[str] = ("A",),
    rules_: Sequence[Entry] | None = None,
    max_approve: int = 1,
) -> Entry:
    return {
        "id": contest_id,
        "title": f"Contest {contest_id}",
        "post": f"{contest_id}-post",
        "posts": 1,
        "guard": None,
        "subject": None,
        "voters": list(voters),
        "ballot": {
            "kind": "approval",
            "candidates": [candidate(one) for one in candidates],
            "max_approve": max_approve,
            "labels": {"approve": "同意", "oppose": "不同意", "abstain": "弃权"},
        },
        "rules": [pass_rule(), seats_rule()] if rules_ is None else list(rules_),
    }


def item(item_id: str, contests: Sequence[Entry], *, steps: Sequence[str] = (), announce: str = "on-spot") -> Entry:
    return {
        "id": item_id,
        "title": f"Item {item_id}",
        "cadre": True,
        "announce": announce,
        "steps": list(steps),
        "quorum": None,
        "show_ranks": True,
        "inputs": [],
        "scores": [],
        "contests": list(contests),
    }


@dataclass
class Slip:
    voter_class: str
    reserve: bool
    token: bytes
    id: bytes
    pages: list[booklet.Page] = field(default_factory=list)


@dataclass
class Paper:
    entry: Entry
    contest: Entry
    hash: bytes = b""


@dataclass
class Poll:
    id: str
    papers: list[Paper]
    box: int
    ballots: list[Entry] = field(default_factory=list)
    choices: dict[tuple[bytes, str], Counter[bytes | None]] = field(default_factory=dict)
    handed_out: Counter[tuple[bytes, str]] = field(default_factory=Counter)
    present_at_opening: dict[str, int] = field(default_factory=dict)
    issued: dict[tuple[bytes, str], int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)


def _plaintext(paper: Paper, choice: Mapping[str, Any]) -> bytes:
    is_approval = paper.contest["ballot"]["kind"] == "approval"
    return canonical.encode({"marks": dict(choice)} if is_approval else dict(choice))


class LedgerBuilder:
    def __init__(
        self,
        agenda: Sequence[Entry],
        classes: Mapping[str, int],
        *,
        reserve: Mapping[str, int] | None = None,
        min_class: int = 2,
        quorum: Entry | None = None,
        pages: int = 4,
        boxes: int = 4,
        cards: int = 3,
        threshold: int = 2,
        witness_quorum: int = 0,
        locale: str = "zh-CN",
        previous: Entry | None = None,
        date: str = "2026-12-18",
        meeting_id: str = "test-meeting",
        inputs: Sequence[Entry] = (),
        scores: Sequence[Entry] = (),
        history: Sequence[Entry] = (),
        bars: Sequence[Entry] = (),
        calendar: Entry | None = None,
        seed: int = 1,
        on_entry: Callable[[Entry], None] | None = None,
    ) -> None:
        self.random = Random(seed)
        self.on_entry = on_entry or (lambda entry: None)
        self.entries: list[Entry] = []
        self.agenda = list(agenda)
        self.classes = dict(classes)
        self.reserve = dict(reserve or {})
        self.pages, self.cards, self.threshold = pages, cards, threshold
        self.origin = f"ballot.example/{meeting_id}"
        self.meeting_id = meeting_id
        self.ledger_seed, self.receipt_seed = self.draw(32), self.draw(32)
        self.witness_seeds = [self.draw(32) for _ in range(witness_quorum)]
        self.witness_quorum = witness_quorum
        self.box_seeds = [self.draw(32) for _ in range(boxes)]
        self.box_keys = [hpke.derive_key_pair(one) for one in self.box_seeds]
        self.card_secrets = [self.draw(32) for _ in range(cards)]
        self.box_shares = [shares.split(one, cards, threshold, self.draw) for one in self.box_seeds]
        self.slips: dict[str, list[Slip]] = {}
        self.redeemed: dict[str, list[Slip]] = {one: [] for one in classes}
        self.pending: list[Slip] = []
        self.present: dict[str, int] = dict.fromkeys(classes, 0)
        self.replaced: Counter[str] = Counter()
        self.rounds: dict[str, list[Any]] = {}
        self.counted: list[tuple[str, Any]] = []  # (contest, round object) of all contests, in order
        self.items = list(agenda)  # and those admitted later
        self.inputs: dict[str, str] = {}
        self.about = {
            "date": date,
            "history": list(history),
            "bars": list(bars),
            "calendar": calendar,
            "inputs": list(inputs),
            "scores": list(scores),
        }
        self.decisions: dict[str, dict[int, str]] = {}
        self.next_page = self.next_box = 1
        self.polls: list[Poll] = []
        self.min_class = min_class
        self.quorum = quorum
        self._publish(locale, previous)

    # ------------------------------------------------------------------------------------------------ before the doors

    def draw(self, length: int) -> bytes:
        return self.random.randbytes(length)

    def append(self, entry: Entry) -> bytes:
        """Add an entry; returns its leaf hash."""
        self.on_entry(entry)
        self.entries.append(entry)
        return merkle.leaf_hash(canonical.encode(entry))

    def key(self, voter_class: str, page: int) -> blind_rsa.PrivateKey:
        return issuer_key(list(self.classes).index(voter_class) * self.pages + page - 1)

    def _publish(self, locale: str, previous: Entry | None) -> None:
        keys = [
            {
                "type": "keys",
                "issuer": "office",
                "class": one,
                "n": [b64u(self.key(one, page).public_key.modulus_bytes) for page in range(1, self.pages + 1)],
            }
            for one in self.classes
        ]
        for one, expected in self.classes.items():
            spare = self.reserve.get(one, 0)
            self.slips[one] = [self._make_slip(one, number >= expected) for number in range(expected + spare)]
        everybody = self.order_of_slips([slip for group in self.slips.values() for slip in group])
        lines = [
            {"type": "slip", "id": b64u(one.id), "class": one.voter_class, "reserve": one.reserve} for one in everybody
        ]
        for entry in [*keys, *lines]:
            self.on_entry(entry)
        roots = {
            one: merkle.root_hash([merkle.leaf_hash(canonical.encode(line)) for line in lines if line["class"] == one])
            for one in self.classes
        }
        boxes = []
        for number, pair in enumerate(self.box_keys):
            pads = [shares.share_pad(card, self.meeting_id, number, pair.public) for card in self.card_secrets]
            boxes.append(
                {
                    "key": b64u(pair.public),
                    "transport": b64u(hpke.derive_key_pair(self.draw(32)).public),
                    "sealed": [b64u(shares.xor(*both)) for both in zip(self.box_shares[number], pads, strict=True)],
                    "commit": [
                        b64u(shares.share_commitment(self.meeting_id, number, card, share))
                        for card, share in enumerate(self.box_shares[number], 1)
                    ],
                }
            )
        meeting = {
            "type": "meeting",
            "format": "ballot-service/meeting/1",
            "id": self.meeting_id,
            "title": "测试会议",
            "organiser": "县纪委",
            "place": "县委党校",
            "locale": locale,
            "classes": [
                {"id": one, "name": f"class {one}", "expected": expected, "observer": False}
                for one, expected in self.classes.items()
            ],
            "reserve": self.reserve,
            "min_class": self.min_class,
            "quorum": self.quorum,
            "agenda": self.agenda,
            **self.about,
            "origin": self.origin,
            "rsa_bits": 2048,
            "pages": self.pages,
            "boxes": boxes,
            "scrutineers": {"cards": self.cards, "threshold": self.threshold},
            "ceremony": "offline",
            "ledger_key": b64u(ed25519.public_key(self.ledger_seed)),
            "receipt_key": b64u(ed25519.public_key(self.receipt_seed)),
            "issuers": [{"id": "office", "name": "the organiser"}],
            "keys": [b64u(merkle.leaf_hash(canonical.encode(one))) for one in keys],
            "slips": [
                {"class": one, "count": sum(line["class"] == one for line in lines), "root": b64u(roots[one])}
                for one in self.classes
            ],
            "witnesses": {
                "quorum": self.witness_quorum,
                "keys": [str(self._witness_key(number)) for number in range(len(self.witness_seeds))],
            },
            "transport": "https",
            "client": b64u(self.draw(32)),
            "previous": previous,
        }
        self.fingerprint = self.append(meeting)
        self.meeting = meeting
        self.entries += [*keys, *lines]

    def order_of_slips(self, slips: list[Slip]) -> list[Slip]:
        return sorted(slips, key=lambda slip: slip.id)

    def _make_slip(self, voter_class: str, reserve: bool) -> Slip:
        token = slips.redeem_token(self.draw(16))
        return Slip(voter_class, reserve, token, slips.slip_id(self.meeting_id, token))

    def _witness_key(self, number: int) -> note.VerifierKey:
        public = ed25519.public_key(self.witness_seeds[number])
        return note.VerifierKey(f"witness-{number}.example", note.COSIGNATURE, public)

    # ---------------------------------------------------------------------------------------------------- in the hall

    def attendance(self, **present: int) -> None:
        self.present.update(present)
        self.append({"type": "attendance", "present": present, "by": "clerk", "at": AT})

    def step(self, item_id: str, step: str) -> None:
        self.append({"type": "step", "item": item_id, "step": step, "subject": None, "at": AT})

    def redeem(self, voter_class: str, number: int, *, reserve: bool = False) -> None:
        """The next holders of the class get their booklets; the tokens wait for the next `booklet` entry."""
        fresh = [one for one in self.slips[voter_class] if not one.pages and one.reserve == reserve][:number]
        assert len(fresh) == number
        for slip in fresh:
            slip.pages = self._make_booklet(voter_class)
            self.redeemed[voter_class].append(slip)
            self.pending.append(slip)

    def _make_booklet(self, voter_class: str) -> list[booklet.Page]:
        keys = [self.key(voter_class, page) for page in range(1, self.pages + 1)]
        request = booklet.make_request(self.draw(32), self.fingerprint, voter_class, [[one.public_key for one in keys]])
        answers = [
            blind_rsa.blind_sign(key, blinded, self.draw) for key, blinded in zip(keys, request.blinded[0], strict=True)
        ]
        return booklet.finish(request, [answers])

    def booklet(self) -> None:
        if self.pending:
            tokens = [one.token for one in sorted(self.pending, key=lambda slip: slip.id)]
            self.pending = []
            self.append({"type": "booklet", "slips": [b64u(one) for one in tokens]})

    def slip_change(self, kind: str, voter_class: str, slip: Slip | None) -> None:
        self.replaced[voter_class] += kind == "replaced"
        self.append(
            {
                "type": "slip-change",
                "kind": kind,
                "slip": None if slip is None else b64u(slip.id),
                "class": voter_class,
                "reason": "lost",
                "by": ["officer one", "officer two"],
            }
        )

    def contest_of(self, contest_id: str) -> tuple[Entry, Entry]:
        return next((item, one) for item in self.items for one in item["contests"] if one["id"] == contest_id)

    @property
    def contests(self) -> dict[str, Entry]:
        return {one["id"]: one for item in self.items for one in item["contests"]}

    def add_item(self, added: Entry, admitted_by: str) -> None:
        self.items.append(added)
        self.append({"type": "item", "item": copy.deepcopy(added), "admitted_by": admitted_by})

    def give(self, input_id: str, value: str, evidence: str = "page 3") -> None:
        self.inputs[input_id] = value
        self.append(
            {"type": "input", "id": input_id, "value": value, "evidence": evidence, "by": "the office", "at": AT}
        )

    def paper(self, contest_id: str, *, recused: Mapping[str, int] | None = None, round_: int | None = None) -> Paper:
        item, agreed = self.contest_of(contest_id)
        try:
            barred = rules.barred_people(rules.post_rounds(agreed, self.contests, self.counted))
            number, printed = rules.next_round(
                agreed, self.rounds.get(contest_id, []), self.decisions.get(contest_id, {}), barred=barred
            )
        except rules.NotNow:
            assert round_ is not None, "only a dishonest service prints this"
            number, printed = round_, agreed
        entry = {
            "type": "paper",
            "fingerprint": b64u(self.fingerprint),
            "item": item["id"],
            "contest": copy.deepcopy(printed),
            "round": number,
            "page": self.next_page,
            "classes": list(printed["voters"]),
            "recused": dict(recused or {}),
            "box": self.next_box,
            "box_key": b64u(self.box_keys[self.next_box].public),
            "length": rules.padded_length(printed["ballot"]),
        }
        self.next_page += 1
        paper = Paper(entry, printed)
        paper.hash = self.append(entry)
        return paper

    def open_poll(self, *papers: Paper, booklet: bool = True) -> Poll:
        if booklet:
            self.booklet()
        poll = Poll(f"p{len(self.polls) + 1}", list(papers), papers[0].entry["box"])
        poll.present_at_opening = dict(self.present)
        self.next_box = poll.box + 1
        self.polls.append(poll)
        self.append(
            {
                "type": "poll-open",
                "poll": poll.id,
                "box": poll.box,
                "papers": [b64u(one.hash) for one in papers],
                "small_groups": [],
                "at": AT,
            }
        )
        return poll

    def make_ballot(self, paper: Paper, slip: Slip, choice: bytes) -> Entry:
        page = slip.pages[paper.entry["page"] - 1]
        line = ballot.make_ballot(
            page.ballot_key_seed,
            paper.hash,
            slip.voter_class,
            page.credentials,
            box_public_key=self.box_keys[paper.entry["box"]].public,
            choice=choice,
            length=paper.entry["length"],
            ephemeral_seed=self.draw(32),
        )
        made: Entry = json.loads(line)
        return made

    def cast(self, poll: Poll, paper: Paper, voter_class: str, *choices: Mapping[str, Any] | bytes) -> list[Entry]:
        """One ballot per choice, by the first holders of the class who did not vote yet.

        A choice is marks on an approval ballot, a whole choice on the others, or any bytes.
        """
        counted = poll.choices.setdefault((paper.hash, voter_class), Counter())
        done = counted.total()
        made = []
        for slip, choice in zip(self.redeemed[voter_class][done:], choices, strict=False):
            plaintext = choice if isinstance(choice, bytes) else _plaintext(paper, choice)
            counted[plaintext] += 1
            made.append(self.make_ballot(paper, slip, plaintext))
        assert len(made) == len(choices), "too few redeemed slips"
        poll.ballots += made
        return made

    def _sort_key(self, poll: Poll, entry: Entry) -> tuple[int, int, bytes]:
        place = next(place for place, one in enumerate(poll.papers) if b64u(one.hash) == entry["paper"])
        return place, list(self.classes).index(entry["class"]), from_b64u(entry["key"])

    def close_poll(self, poll: Poll) -> None:
        self.booklet()
        for one in sorted(poll.ballots, key=lambda entry: self._sort_key(poll, entry)):
            self.append(one)
        counts = []
        for paper in poll.papers:
            for one in paper.entry["classes"]:
                issued = rules.issued(
                    redeemed=len(self.redeemed[one]),
                    replaced=self.replaced[one],
                    recused=paper.entry["recused"].get(one, 0),
                )
                poll.issued[paper.hash, one] = issued
                returned = sum((entry["paper"], entry["class"]) == (b64u(paper.hash), one) for entry in poll.ballots)
                counts.append({"paper": b64u(paper.hash), "class": one, "issued": issued, "returned": returned})
        poll.present = dict(self.present)
        self.append(
            {"type": "poll-close", "poll": poll.id, "counts": counts, "hubs_missing": 0, "assisted": 0, "at": AT}
        )

    def count_paper(
        self, poll: Poll, paper: Paper, voter_class: str, handed_out: int, *choices: Mapping[str, Any]
    ) -> None:
        counted = poll.choices.setdefault((paper.hash, voter_class), Counter())
        given: Counter[bytes] = Counter(_plaintext(paper, choice) for choice in choices)
        counted.update(given)
        poll.handed_out[paper.hash, voter_class] += handed_out
        self.append(
            {
                "type": "paper-count",
                "paper": b64u(paper.hash),
                "class": voter_class,
                "handed_out": handed_out,
                "ballots": [{"choice": json.loads(one), "times": times} for one, times in given.items()],
                "tellers": TELLERS,
            }
        )

    def void(self, poll: Poll) -> None:
        self.booklet()
        self.append({"type": "poll-void", "poll": poll.id, "reason": "wrong paper", "by": TELLERS, "at": AT})

    def objection(self, ballot_id: bytes) -> None:
        receipt = ballot.sign_receipt(self.receipt_seed, ballot_id)
        self.append({"type": "objection", "ballot": b64u(ballot_id), "receipt": b64u(receipt)})

    def waive_witness(self) -> None:
        self.append({"type": "witness-waived", "reason": "no network", "by": TELLERS})

    def open_box(self, poll: Poll) -> None:
        self.append(
            {
                "type": "box-open",
                "poll": poll.id,
                "box": poll.box,
                "shares": [
                    {"card": card, "share": b64u(self.box_shares[poll.box][card - 1])}
                    for card in range(1, self.threshold + 1)
                ],
                "close": None,  # made by `ledger`
                "at": AT,
            }
        )
        results = {}
        for paper in poll.papers:
            contest_id = paper.contest["id"]
            judged = self._judge(poll, paper)
            self.rounds.setdefault(contest_id, []).append(judged)
            self.counted.append((contest_id, judged))
            results[contest_id] = rules.result_form(judged)
        self.append({"type": "result", "poll": poll.id, "contests": results, "at": AT})

    def _judge(self, poll: Poll, paper: Paper) -> dict[str, Any]:
        item, _ = self.contest_of(paper.contest["id"])
        voters = paper.contest["voters"]
        choices = {one: poll.choices.get((paper.hash, one), Counter()) for one in voters}
        return rules.judge_round(
            contest=paper.contest,
            round_number=paper.entry["round"],
            poll=poll.id,
            figures={
                one: rules.ClassFigures(
                    expected=self.classes[one],
                    present=poll.present[one],
                    issued=poll.issued.get((paper.hash, one), 0) + poll.handed_out[paper.hash, one],
                    returned=choices[one].total(),
                )
                for one in voters
            },
            choices=choices,
            quorum=rules.nearest_quorum(self.quorum, item["quorum"], paper.contest),
            present_at_opening=poll.present_at_opening,
            min_class=self.min_class,
            earlier=self.rounds.get(paper.contest["id"], []),
            post_rounds=rules.post_rounds(paper.contest, self.contests, self.counted),
            meeting=self.meeting,
        )

    def announce(self, contest_id: str, to: str, mode: str = "on-spot") -> None:
        self.append({"type": "announce", "contests": [contest_id], "mode": mode, "to": to, "at": AT})

    def decide(self, contest_id: str, round_: int, choice: str) -> None:
        self.decisions.setdefault(contest_id, {})[round_] = choice
        self.append(
            {"type": "decision", "contest": contest_id, "round": round_, "choice": choice, "by": "chair", "at": AT}
        )

    def close(self) -> None:
        self.booklet()
        scores = rules.judge_scores(self.meeting, self.items, self.rounds, self.inputs)
        exact = {score_id: score["exact"] for score_id, score in scores.items()}
        self.append({"type": "closed", "scores": exact, "at": AT})

    # ------------------------------------------------------------------------------------------------------ the file

    @property
    def ledger_key(self) -> note.VerifierKey:
        return note.VerifierKey(self.origin, note.ED25519, ed25519.public_key(self.ledger_seed))

    def sign(self, leaves: Sequence[bytes], *, seed: bytes | None = None, witnesses: int | None = None) -> str:
        state = checkpoint.Checkpoint(self.origin, len(leaves), merkle.root_hash(list(leaves)))
        text = checkpoint.format_checkpoint(state)
        signed = note.sign_note(text, self.origin, seed or self.ledger_seed)
        for number in range(self.witness_quorum if witnesses is None else witnesses):
            line = note.cosign(text, self._witness_key(number).name, self.witness_seeds[number], 1_790_000_000)
            signed = note.add_signature(signed, line)
        return signed

    def lines(self, entries: Sequence[Entry]) -> list[bytes]:
        """The entries as lines, with the close notes made over what stands before them."""
        lines: list[bytes] = []
        leaves: list[bytes] = []
        ends: dict[str, int] = {}
        for entry in entries:
            if entry["type"] == "box-open" and entry["close"] is None:
                end = ends.get(entry["poll"], len(leaves))
                entry = {**entry, "close": self.sign(leaves[:end])}
            line = canonical.encode(entry)
            lines.append(line)
            leaves.append(merkle.leaf_hash(line))
            if entry["type"] == "poll-close":
                ends[entry["poll"]] = len(leaves)
        return lines

    def ledger(self, spoil: Callable[[list[Entry]], object] | None = None, *, sign_with: bytes | None = None) -> bytes:
        """The file. `spoil` changes the list in place, before hashing and signing."""
        entries = copy.deepcopy(self.entries) if spoil else self.entries
        if spoil:
            spoil(entries)
        return self.seal(self.lines(entries), sign_with=sign_with)

    def seal(self, lines: Sequence[bytes], *, sign_with: bytes | None = None, witnesses: int | None = None) -> bytes:
        signed = self.sign([merkle.leaf_hash(line) for line in lines], seed=sign_with, witnesses=witnesses)
        return b"".join(line + b"\n" for line in lines) + b"\n" + signed.encode()


YES_1 = {"zhang-san": "approve", "li-si": "oppose"}
YES_2 = {"zhang-san": "oppose", "li-si": "approve"}


def small_meeting(**changes: Any) -> LedgerBuilder:
    """Three voters, one contest, one poll: Zhang San is elected."""
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=2, **changes)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.announce("post", "hall")
    builder.close()
    return builder


@dataclass
class FullMeeting:
    """A meeting with what this version knows: tie, decision, second round, voids, recusal, paper, a late slip."""

    builder: LedgerBuilder
    papers: dict[str, Paper]
    polls: dict[str, Poll]


def full_meeting(**changes: Any) -> FullMeeting:
    agenda = [
        item(
            "finance",
            [contest("finance", rules_=[quorum_rule(), pass_rule(), seats_rule()])],
            steps=["introduce", "deliberate"],
        ),
        item(
            "motions",
            [
                contest("motion-1", ["yes"], ["A", "B"], [pass_rule()]),
                contest("motion-2", ["yes"], ["A", "B"], [pass_rule(of="valid")]),
            ],
            announce="publish",
        ),
    ]
    b = LedgerBuilder(agenda, {"A": 8, "B": 5}, **{"reserve": {"B": 2}, "pages": 8, "boxes": 6, **changes})
    b.attendance(A=8, B=3)
    b.redeem("A", 7)
    b.step("finance", "introduce")
    b.step("finance", "deliberate")
    papers, polls = {}, {}

    papers["round-1"] = b.paper("finance")
    polls["tie"] = poll = b.open_poll(papers["round-1"])
    b.cast(poll, papers["round-1"], "A", *[YES_1] * 3, *[YES_2] * 3)
    b.cast(poll, papers["round-1"], "A", {"zhang-san": "approve", "li-si": "approve"})  # one mark too many: invalid
    b.close_poll(poll)
    b.open_box(poll)
    b.announce("finance", "hall")
    b.decide("finance", 1, "revote")

    papers["round-2"] = b.paper("finance", recused={"A": 1})
    polls["second"] = poll = b.open_poll(papers["round-2"])
    b.redeem("A", 1)  # a latecomer, in the booklet before the ballots
    b.cast(poll, papers["round-2"], "A", *[YES_1] * 6)
    b.close_poll(poll)
    b.open_box(poll)
    b.announce("finance", "hall")
    b.announce("finance", "public")

    b.attendance(B=5)
    b.redeem("B", 2)
    papers["never"] = b.paper("motion-1")
    papers["void-open"] = b.paper("motion-1")
    polls["void-open"] = poll = b.open_poll(papers["void-open"])
    b.cast(poll, papers["void-open"], "A", {"yes": "approve"})
    b.void(poll)
    spare = next(one for one in b.slips["B"] if one.reserve)
    b.slip_change("activated", "B", spare)
    b.redeem("B", 1, reserve=True)
    b.redeem("B", 1)

    papers["void-closed"] = b.paper("motion-1")
    polls["void-closed"] = poll = b.open_poll(papers["void-closed"])
    b.cast(poll, papers["void-closed"], "A", *[{"yes": "approve"}] * 3)
    b.close_poll(poll)
    b.void(poll)

    b.slip_change("replaced", "B", None)
    papers["motion-1"], papers["motion-2"] = b.paper("motion-1"), b.paper("motion-2")
    polls["motions"] = poll = b.open_poll(papers["motion-1"], papers["motion-2"])
    for contest_id in ("motion-1", "motion-2"):
        b.cast(poll, papers[contest_id], "A", *[{"yes": "approve"}] * 5, {"yes": "oppose"}, b"{}", b"no choice at all")
        b.cast(poll, papers[contest_id], "B", {"yes": "approve"}, {"yes": "abstain"})
    b.close_poll(poll)
    b.count_paper(poll, papers["motion-1"], "B", 2, {"yes": "approve"}, {"yes": "oppose"})
    b.open_box(poll)
    b.close()
    return FullMeeting(b, papers, polls)
