"""Whatever people do in a meeting, and in whatever order: after every act that the service takes, the verifier accepts.

Ballots of every kind, contests of one post that bar people from each other, attested figures, scores, items that a
motion lets in. Officers, voters, tellers and scrutineers draw their acts at random; two processes share the database,
and one of them starts anew now and then. A refused act changes nothing. From wherever this ends, the organiser can
still end the meeting, and every receipt for a ballot of a poll that was closed names a ballot of the ledger.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ballot_service.errors import Refused
from ballot_service.meetings.state import Paper, Poll
from ballot_service.polls.objections import object_to_close
from ballot_service.polls.paper_counts import count_paper
from ballot_service.results.follow_ups import follow_ups
from ballot_service.service import Service
from crypto import ballot, ed25519
from crypto.ballot import ballot_line, ballot_message, parse_ballot_line
from tests.meeting_kit import TWO, Clock, Json, Phone, approval, config_for, item, meeting_file, phone_for, publish
from verify.options import Options, Receipt
from verify.verdict import judge

MEETINGS_SAMPLE, MEETINGS_FULL = 5, 300
ACTS = 60  # in one meeting
CLASSES = ("A", "B")
OBJECTION_SECONDS = 60
PEOPLE = ("li", "wang", "zhao")
NAMES = [*PEOPLE, "王五", "李四", "王 五", "x" * 21]  # to write in; the last two are none
POST = "deputy"
KINDS: dict[str, Json] = {
    "grade": {"kind": "grade", "grades": [{"id": "good", "name": "好"}, {"id": "poor", "name": "差"}], "unknown": True},
    "score": {"kind": "score", "min": 0, "max": 10, "step": "0.5", "unknown": False},
    "pick": {"kind": "pick", "options": [{"id": one, "name": one} for one in PEOPLE], "max": 2, "write_in": 1},
    "comment": {"kind": "comment", "max_chars": 8},
}
WEIGHTS = {"A": "2", "B": "1/3"}


def approving(contest: str, names: tuple[str, ...], seats: int, dice: random.Random) -> Json:
    """A contest for seats of the one post of this meeting: whoever fails it in one contest has failed it in all."""
    return approval(
        contest,
        post=POST,
        voters=["A", "B"],
        ballot={"kind": "approval", "candidates": [{"id": one, "name": one} for one in names], "max_approve": seats},
        rules=[
            {"rule": "pass", "over": "1/2", "of": dice.choice(["expected", "present", "returned", "valid"])},
            {
                "rule": "seats",
                "seats": seats,
                "max_rounds": 3 if seats == 2 else 2,
                "on_failure": dice.choice(["committee", "revote", "end"]),
            },
            {
                "rule": "bar",
                "failures": dice.choice([2, 2, 3]),
                "months": dice.choice([1, 12, "forever"]),
                "count_loss": dice.random() < 0.7,
                "reset": dice.random() < 0.7,
            },
        ],
    )


def asking(contest: str, kind: str, dice: random.Random) -> Json:
    """A contest of opinions, with the values and flags that its kind can have."""
    weights = WEIGHTS if dice.random() < 0.3 else None
    flag = {
        "rule": "flag",
        "code": "low",
        "value": "value",
        "under": "1/2",
        "consequences": [{"text": "谈话", "confirm": "纪委", "due": {"working_days": 7}}],
    }
    rules: dict[str, list[Json]] = {
        "grade": [
            {"rule": "rate", "id": "value", "grades": ["good"], "of": dice.choice(["valid", "issued", "scored"])},
            {"rule": "mean", "id": "avg", "points": {"good": 10, "poor": "1/3"}, "weights": weights},
            {"rule": "bands", "id": "points", "value": "avg", "bands": [{"at_least": 5, "points": 2}], "otherwise": 0},
            flag,
        ],
        "score": [{"rule": "mean", "id": "value", "weights": weights}, {**flag, "at_most": "9"}],
        "pick": [{"rule": "rank", "id": "order", "by": "picks"}, {"rule": "rate", "id": "value", "options": ["li"]}],
        "comment": [],
    }
    return {"id": contest, "title": contest, "voters": ["A", "B"], "ballot": KINDS[kind], "rules": rules[kind]}


def the_meeting(dice: random.Random) -> Json:
    """A motion, two contests for seats of one post, opinions of two kinds, and a score that adds up the rest."""
    kinds = dice.choice([("grade", "pick"), ("grade", "comment"), ("score", "grade")])
    values = [{"value": f"{kind}.value"} for kind in kinds if kind != "comment"]
    total = {
        "id": "total",
        "title": "总分",
        "sum": [*values, {"input": "style", "times": "1/2"}, {"const": 1}],
        "clamp": dice.choice([None, ["1", "3"]]),
        "flags": [{"code": "best", "over": "2", "consequences": [{"text": "表扬", "confirm": "县委"}]}],
    }
    history = [{"person": dice.choice(PEOPLE), "post": POST, "date": "2026-03-01"}]
    return meeting_file(
        item(approval("budget", voters=["B", "A"]), steps=["report", "deliberate"], announce="publish"),
        item(approving("deputies", PEOPLE, 2, dice), approving("second", PEOPLE[:2], 1, dice), announce="on-spot"),
        item(*(asking(kind, kind, dice) for kind in kinds), announce=dice.choice(["publish", "internal"])),
        classes=[
            {"id": "A", "name": "委员", "expected": 4},
            {"id": "B", "name": "列席", "expected": 3, "observer": dice.random() < 0.3},
        ],
        slips={"reserve": {"A": 2, "B": 1}},
        min_class=2,
        quorum=dice.choice([None, {"at_least": "1/2"}]),
        pages={"spare": 5},
        boxes={"spare": 7},
        history=history if dice.random() < 0.5 else [],
        calendar={"until": "2026-12-31", "holidays": [], "workdays": []},
        inputs=[{"id": "style", "title": "作风", "min": 0, "max": 15}],
        scores=[total],
    )


@dataclass
class Cast:
    """A ballot with a receipt."""

    line: bytes
    receipt: bytes
    paper: Paper
    poll: str


@dataclass
class Meeting:
    """The people of one meeting, and what they have done."""

    folder: Path
    dice: random.Random
    clock: Clock = field(default_factory=Clock)
    trace: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    inside: list[Phone] = field(default_factory=list)  # phones with a booklet
    casts: list[Cast] = field(default_factory=list)
    counted: int = 0
    kinds: set[str] = field(default_factory=set)  # of ballots that were counted

    def __post_init__(self) -> None:
        self.processes = [self.new_process()]
        self.hall = publish(self.processes[0], the_meeting(self.dice))
        self.processes.append(self.new_process())
        self.slips = {
            reserve: {voter_class: self.hall.urls(voter_class, reserve=reserve) for voter_class in CLASSES}
            for reserve in (False, True)
        }

    def new_process(self) -> Service:
        url = f"sqlite:///{self.folder / 'ballots.sqlite3'}"
        return Service(config_for(self.folder, url, objection_seconds=OBJECTION_SECONDS), clock=self.clock)

    @property
    def service(self) -> Service:
        return self.hall.service

    def end(self) -> None:
        for process in self.processes:
            process.close()

    # ── drawing an act ─────────────────────────────────────────────────────────────────────────────────────────────

    def act(self) -> None:
        """Draw acts until one is taken, and have the ledger judged."""
        drawn = self.dice.choices(list(ACTS_AND_WEIGHTS), list(ACTS_AND_WEIGHTS.values()))[0]
        self.hall.service = self.dice.choice(self.processes)
        self.take(drawn.__name__, lambda: said if isinstance(said := drawn(self), str) else None)

    def take(self, name: str, act: Callable[[], str | None]) -> bool:
        """Do one act; None from it means that there was nothing to do. A refused one leaves the ledger as it was."""
        before, code = self.hall.export(), None
        try:
            said = act()
        except Refused as refused:
            said, code = None, refused.code
            self.refusals.append(f"{name}: {code}")
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError("\n  ".join([f"{name}: {error!r}", "after", *self.trace])) from error
        if code is not None:
            assert code != "internal", (name, self.trace)
            assert self.hall.export() == before, (name, code, self.trace)
        if said is None:
            return False
        self.trace.append(f"{name}({said})")
        if self.hall.export() != before:
            self.check()
        return True

    def check(self) -> None:
        """The ledger of this moment is accepted, and holds every ballot that has a receipt."""
        path = self.folder / "now.ledger"
        path.write_bytes(self.hall.export())
        closed = {poll.id for poll in self.hall.state().polls.values() if poll.close_size}
        receipts = tuple(
            Receipt("receipt", self.hall.id, ballot.ballot_id(one.line), one.receipt, one.line)
            for one in self.casts
            if one.poll in closed
        )
        judged = judge(path, Options(fingerprint=self.hall.published.fingerprint, receipts=receipts))
        assert judged.unreadable is None, (judged.unreadable, self.trace)
        wrong = [f"{one.check.id} {one.outcome}: {one.detail.en}" for one in judged.outcomes if one.outcome != "pass"]
        assert wrong == [], "\n  ".join([*wrong, "after", *self.trace])
        self.counted = sum(len(contest["rounds"]) for contest in judged.contests.values())
        state = self.hall.state()
        self.kinds = {state.contests[contest]["ballot"]["kind"] for contest in state.rounds}
        assert judged.scores == state.scores(), self.trace
        assert len(follow_ups(state)) >= sum(
            len(contest["rounds"][-1]["proposals"]) for contest in judged.contests.values() if contest["rounds"]
        ), self.trace

    # ── the door and the desk ──────────────────────────────────────────────────────────────────────────────────────

    def redeem(self) -> str | None:
        reserve = self.dice.random() < 0.15
        urls = self.slips[reserve][self.group()]
        if not urls:
            return None
        phone = phone_for(self.dice.choice(urls), self.hall.state())
        self.hall.redeem(phone)
        urls.remove(next(url for url in urls if phone_for(url, self.hall.state()).token == phone.token))
        self.inside.append(phone)
        return phone.voter_class

    def redeem_again(self) -> str | None:
        """The same phone gets the same booklet, another phone with the same slip gets none."""
        if not self.inside:
            return None
        phone = self.dice.choice(self.inside)
        self.hall.redeem(phone)
        return phone.voter_class

    def attendance(self) -> str:
        expected = self.hall.state().expected
        present = {
            voter_class: self.dice.choice([number, number, number, self.dice.randint(0, number + 1)])
            for voter_class, number in expected.items()
            if self.dice.random() < 0.8
        }
        self.service.conduct.attendance(self.hall.id, present, "门岗")
        return str(present)

    def change_expected(self) -> str:
        voter_class, number = self.group(), self.dice.randint(1, 6)
        self.service.conduct.change_expected(self.hall.id, voter_class, number, "更正", TWO)
        return f"{voter_class}, {number}"

    def change_slip(self) -> str:
        """Any change to any slip, also one that its owner says is lost."""
        kind, voter_class = self.dice.choice(["activated", "activated", "voided", "replaced"]), self.group()
        known = [phone.token for phone in self.inside if phone.voter_class == voter_class]
        state = self.hall.state()
        waiting = [phone_for(url, state).token for spare in (False, True) for url in self.slips[spare][voter_class]]
        tokens = [*known, *waiting]
        token = self.dice.choice(tokens) if tokens and self.dice.random() < 0.8 else None
        self.service.conduct.change_slip(self.hall.id, kind, voter_class, token, "遗失", TWO)
        which = "lost" if token is None else "redeemed" if token in known else "in hand"
        return f"{kind}, {voter_class}, {which}"

    # ── the agenda ─────────────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> str:
        step = self.dice.choice(["report", "deliberate"])
        self.service.conduct.step(self.hall.id, "budget", step, None)
        return step

    def recuse(self) -> str:
        contest, voter_class, count = self.contest(), self.group(), self.dice.choice([0, 0, 1, 2])
        self.service.polls.recuse(self.hall.id, contest, voter_class, count)
        return f"{contest}, {voter_class}, {count}"

    def open(self) -> str:
        return self.open_some(self.contests, self.dice.choice([[], [], ["A"], ["A", "B"]]))

    def open_some(self, among: list[str], small_groups: list[str]) -> str:
        contests = self.dice.sample(among, min(len(among), self.dice.randint(1, 4)))
        self.service.polls.open(self.hall.id, contests, small_groups)
        return ", ".join(contests)

    def prepare(self) -> None:
        """As it should be done: everyone is counted, the steps are recorded, the wait is over."""
        self.clock.pass_seconds(OBJECTION_SECONDS)
        conduct, state = self.service.conduct, self.hall.state()
        if state.present != state.expected:
            self.take("attendance", lambda: str(conduct.attendance(self.hall.id, state.expected, "门岗")))
        for step in ("report", "deliberate"):
            if (step, None) not in state.steps.get("budget", []):
                self.take("step", lambda step=step: str(conduct.step(self.hall.id, "budget", step, None)))

    def open_prepared(self) -> bool:
        """Of the contests that are not at their end; the committee has decided, and answers for small groups."""
        self.prepare()
        state, decide = self.hall.state(), self.service.conduct.decide
        rounds, due = state.rounds, []
        for contest in self.contests:
            following = rounds[contest][-1]["next"] if contest in rounds else "first"
            number = len(rounds.get(contest, []))
            if following == "committee-decides" and number not in state.decisions.get(contest, {}):
                self.take("decide", lambda of=contest: str(decide(self.hall.id, of, "revote", "书记")))
            if following not in ("none", "ended"):
                due.append(contest)
        return self.take("open", lambda: self.open_some(due, ["A", "B"]) if due else None)

    def whole_poll(self) -> None:
        """From the opening to the count, as most polls go."""
        if self.open_prepared():
            self.take("cast", self.cast)
            self.take("close", self.close)
            self.take("open_last_box", self.open_last_box)

    def let_in(self) -> None:
        """Everyone is for it, so the next urgent item may come."""
        if "budget" not in self.hall.state().rounds:
            self.prepare()
            if not self.take("open", lambda: self.service.polls.open(self.hall.id, ["budget"]).poll):
                return
            self.take("cast", lambda: self.all_approve("budget"))
            self.take("close", self.close)
            self.take("open_last_box", self.open_last_box)
        self.take("add_item", lambda: self.add_item("budget"))

    def all_approve(self, candidate: str) -> str | None:
        poll = self.hall.state().open_poll
        assert poll is not None
        approve = {"marks": {candidate: "approve"}}
        for phone in self.inside:
            line = self.hall.line(phone, approve, paper=poll.papers[0])
            self.casts.append(Cast(line, self.hall.cast(line), poll.papers[0], poll.id))
        return str(len(self.inside)) if self.inside else None

    def cast(self) -> str | None:
        poll = self.hall.state().open_poll
        if poll is None:
            return None
        cast = 0
        for phone in self.inside:
            for paper in poll.papers:
                if phone.voter_class in paper.classes and self.dice.random() < 0.6:
                    cast += self.cast_one(phone, poll, paper)
        return str(cast) if cast else None

    def cast_one(self, phone: Phone, poll: Poll, paper: Paper) -> bool:
        line = self.hall.line(phone, self.choice(paper), paper=paper)
        if self.dice.random() < 0.1:
            line = with_own_key_as_enc(phone, paper, line)
        try:
            receipt = self.hall.cast(line)
        except Refused as refused:
            if refused.code != "ballot-differs":  # cast before
                raise
            return False
        self.casts.append(Cast(line, receipt, paper, poll.id))
        return True

    def cast_old(self) -> str | None:
        """A ballot of earlier, once more: the same receipt, or none."""
        if not self.casts:
            return None
        old = self.dice.choice(self.casts)
        assert self.hall.cast(old.line) == old.receipt
        return old.poll

    def close(self) -> str:
        return self.service.polls.close(self.hall.id, assisted=self.dice.randint(0, 2)).poll

    def void(self) -> str:
        polls = list(self.hall.state().polls)
        poll = self.dice.choice([None, *polls])
        return self.service.polls.void(self.hall.id, poll, "重投", TWO)

    # ── after the close ────────────────────────────────────────────────────────────────────────────────────────────

    def wait(self) -> str:
        self.clock.pass_seconds(self.dice.choice([1, 30, 60]))
        return ""

    def count(self) -> str:
        """Two tellers, most of the time of one mind."""
        contest, voter_class = self.contest(), self.group()
        ballot_ = self.hall.state().contests.get(contest, {}).get("ballot", KINDS["comment"])
        kinds: list[Json] = [{"choice": self.honest(ballot_)}, {"choice": {}}, {"raw": "什么"}, {"raw": ""}]
        kinds = kinds[kinds[0] == kinds[1] :]
        chosen = self.dice.sample(kinds, self.dice.randint(0, 2))
        ballots = [{**one, "times": self.dice.randint(1, 2)} for one in chosen]
        handed_out = sum(one["times"] for one in ballots) + self.dice.choice([0, 0, 1])
        entered = False
        for teller in ("甲", self.dice.choice(["乙", "乙", "甲"])):
            if self.dice.random() < 0.95:
                entered = count_paper(
                    self.service.acts, self.hall.id, contest, voter_class,
                    handed_out=handed_out, ballots=ballots, teller=teller,
                )  # fmt: skip
        return f"{contest}, {voter_class}, {handed_out}, {ballots}, {'entered' if entered else 'waits'}"

    def object_(self) -> str | None:
        """A receipt for a ballot that is not there; only who stole the receipt key can make one."""
        waiting, seed = self.hall.state().waiting_polls, self.service.keyring.receipt(self.hall.id)
        if not waiting or seed is None or not self.inside or self.dice.random() < 0.5:
            return None
        paper = self.dice.choice(self.dice.choice(waiting).papers)
        phones = [phone for phone in self.inside if phone.voter_class in paper.classes]
        if not phones:
            return None
        line = self.hall.line(self.dice.choice(phones), paper=paper)
        signature = ballot.sign_receipt(seed, ballot.ballot_id(line))
        object_to_close(self.service.acts, self.hall.id, line, signature)
        return paper.contest_id

    def object_to_nothing(self) -> str | None:
        """A true receipt of a ballot that is in the ledger, or of a poll that is void: never taken."""
        if self.casts:
            old = self.dice.choice(self.casts)
            object_to_close(self.service.acts, self.hall.id, old.line, old.receipt)
            raise AssertionError(f"an objection to nothing was taken, {self.trace}")
        return None

    def open_box(self) -> str | None:
        waiting = self.hall.state().waiting_polls
        if not waiting:
            return None
        poll = self.dice.choice(waiting)
        self.hall.release(poll.box, self.dice.choice([(1,), (1, 2), (2, 3), (3, 1, 2)]))
        self.service.boxes.open(self.hall.id, poll.id)
        return poll.id

    def open_last_box(self) -> str | None:
        self.clock.pass_seconds(OBJECTION_SECONDS)
        return self.open_box()

    def decide(self) -> str:
        contest, choice = self.contest(), self.dice.choice(["revote", "revote", "end"])
        self.service.conduct.decide(self.hall.id, contest, choice, "书记")
        return f"{contest}, {choice}"

    def announce(self) -> str:
        contests = self.dice.sample(self.contests, self.dice.randint(1, 2))
        return self.service.conduct.announce(self.hall.id, contests, self.dice.choice([None, "hall", "public"]))

    # ── figures and urgent items ───────────────────────────────────────────────────────────────────────────────────

    def input(self) -> str:
        input_id = self.dice.choice(["style", "style", "points", "nothing"])
        value = self.dice.choice([0, 7, 9, 15, 16, -1, "14.5", "1/3", "30/4", "viel"])
        self.service.conduct.record_input(self.hall.id, input_id, value, "台账", "书记")
        return f"{input_id}, {value}"

    def add_item(self, admitted_by: str | None = None) -> str:
        """Whatever somebody brings along: some of it about cadres, some let in by nobody, some of it badly written."""
        name = f"urgent-{self.dice.randint(1, 9)}"
        kind = self.dice.choice(["approval", *KINDS])
        contest = approval(name, voters=["A"]) if kind == "approval" else asking(name, kind, self.dice)
        changes: Json = {"announce": "publish", "cadre": self.dice.random() < 0.05}
        if self.dice.random() < 0.4:
            changes["inputs"] = [{"id": "points", "title": "加分"}]
            changes["scores"] = [{"id": "points", "title": "加分", "sum": [{"score": "total"}, {"input": "points"}]}]
        if admitted_by is None:
            admitted_by = self.contest()
        added = self.service.conduct.add_item(self.hall.id, item(contest, **changes), admitted_by)
        return f"{added['id']}, a {kind}, by {admitted_by}"

    def waive(self) -> str:
        self.service.conduct.waive_witnesses(self.hall.id, "未到", TWO)
        return ""

    # ── machines ───────────────────────────────────────────────────────────────────────────────────────────────────

    def restart(self) -> str:
        """One of the two processes ends and starts anew; now and then the intake key was lost meanwhile."""
        which = self.dice.randrange(len(self.processes))
        poll = self.hall.state().open_poll
        lost = poll is not None and self.dice.random() < 0.2
        if poll is not None and lost:
            self.service.keyring.files.erase("meetings", self.hall.id, f"intake-{poll.id}.key")
        self.processes[which].close()
        self.processes[which] = self.new_process()
        self.hall.service = self.processes[which]
        return "intake lost" if lost else ""

    # ── going home ─────────────────────────────────────────────────────────────────────────────────────────────────

    def go_home(self) -> None:
        """Whatever has happened, an organiser ends the meeting: voids what waits, counts again, gives account."""
        self.hall.service = self.processes[0]
        state = self.hall.state()
        for poll in [state.open_poll, *state.waiting_polls]:
            if poll is not None:
                assert self.take("void", lambda poll=poll: self.service.polls.void(self.hall.id, poll.id, "散会", TWO))
        present = dict(state.expected)
        assert self.take("attendance", lambda: str(self.service.conduct.attendance(self.hall.id, present, "门岗")))
        for voter_class, redeemed in self.service.figures(self.hall.id)["redeemed"].items():
            for _slip in range(redeemed - self.hall.state().replaced[voter_class] - present[voter_class]):
                assert self.take("replaced", lambda of=voter_class: self.replace_lost(of))
        assert self.take("close_meeting", lambda: str(self.service.conduct.close(self.hall.id))), self.refusals[-1]
        assert self.hall.state().closed
        assert self.service.keyring.files.names("meetings", self.hall.id) == ["head.json"]

    def replace_lost(self, voter_class: str) -> str:
        self.service.conduct.change_slip(self.hall.id, "replaced", voter_class, None, "遗失", TWO)
        return voter_class

    # ── dice ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def group(self) -> str:
        return self.dice.choice(CLASSES)

    @property
    def contests(self) -> list[str]:
        return list(self.hall.state().contests)

    def contest(self) -> str:
        return self.dice.choice(self.contests)

    def choice(self, paper: Paper) -> Json | bytes:
        honest = self.honest(paper.contest["ballot"])
        return self.dice.choice([honest] * 6 + [{}, b"", b"not json"])

    def honest(self, ballot_: Json) -> Json:
        """What somebody may well say on a ballot; now and then more than it allows."""
        dice = self.dice
        if ballot_["kind"] == "approval":
            marks = ["approve", "approve", "oppose", "abstain"]
            return {"marks": {one["id"]: dice.choice(marks) for one in ballot_["candidates"]}}
        if ballot_["kind"] == "grade":
            return dice.choice([{"grade": "good"}, {"grade": "poor"}, {"grade": "fair"}, {"unknown": True}])
        if ballot_["kind"] == "score":
            return {"score": dice.choice([0, 5, 10, 11, "5.5", "0.5", "5.0", "5.25"])}
        if ballot_["kind"] == "pick":
            picked = {"picks": dice.sample(PEOPLE, dice.randint(0, 2))}
            return {**picked, "write_in": [dice.choice(NAMES)]} if dice.random() < 0.4 else picked
        return {"text": dice.choice(["好", "", "一句话", "太长的一句话不算"[:9], "a\nb"])}


def with_own_key_as_enc(phone: Phone, paper: Paper, line: bytes) -> bytes:
    """A spoilt ballot: where the encapsulation stands, its own ballot key."""
    own = parse_ballot_line(line)
    message = ballot_message(own.paper_hash, own.voter_class, own.key, own.key, own.ct)
    seed = phone.pages[paper.page - 1].ballot_key_seed
    return ballot_line(replace(own, enc=own.key, sig=ed25519.sign(seed, message)))


ACTS_AND_WEIGHTS: dict[Callable[[Meeting], object], float] = {
    Meeting.redeem: 7, Meeting.redeem_again: 0.5, Meeting.attendance: 2, Meeting.change_expected: 0.5,
    Meeting.change_slip: 3, Meeting.step: 0.5, Meeting.recuse: 2, Meeting.open: 3, Meeting.open_prepared: 2,
    Meeting.whole_poll: 4, Meeting.cast: 6, Meeting.cast_old: 1, Meeting.close: 5, Meeting.void: 0.5, Meeting.wait: 0.5,
    Meeting.count: 4, Meeting.object_: 0.3, Meeting.object_to_nothing: 0.5, Meeting.open_box: 4,
    Meeting.open_last_box: 4, Meeting.decide: 2, Meeting.announce: 2, Meeting.input: 3, Meeting.add_item: 1,
    Meeting.let_in: 3, Meeting.waive: 0.2, Meeting.restart: 0.3,
}  # fmt: skip


@pytest.mark.parametrize("meetings", [MEETINGS_SAMPLE, pytest.param(MEETINGS_FULL, marks=pytest.mark.soak)])
def test_after_every_act_that_is_taken_the_ledger_is_accepted(tmp_path: Path, meetings: int) -> None:
    taken, counted = 0, 0
    acts: set[str] = set()
    kinds: set[str] = set()  # of ballots that were counted
    failed: list[tuple[int, str]] = []  # acts taken, and what went wrong
    for seed in range(meetings):
        folder = tmp_path / str(seed)
        folder.mkdir()
        meeting = Meeting(folder, random.Random(seed))
        try:
            for _act in range(ACTS):
                meeting.act()
            meeting.go_home()
        except AssertionError as error:
            failed.append((len(meeting.trace), f"seed {seed}: {error}"))
        finally:
            meeting.end()
        kinds |= meeting.kinds
        acts |= {said.partition("(")[0] for said in meeting.trace}
        taken += len(meeting.trace)
        counted += meeting.counted
    assert not failed, f"{len(failed)} of {meetings} meetings; the one of the fewest acts: {min(failed)[1]}"
    assert taken > 25 * meetings, "most acts were refused: that was no meeting"
    assert counted > meetings, "hardly a box was opened"
    assert acts >= {"add_item", "input", "cast", "open_box", "announce"}, acts
    assert kinds >= {"approval", "grade", "pick", "comment"}, kinds
