"""Plays a plan: opens the doors, lets the devices vote, opens the boxes, closes the meeting.

All of it over HTTP, as organiser, scrutineers and phones would. One device per slip. Which device casts which of the
listed ballots, and in which order, is drawn anew each time: no result may depend on it.

When a `poll` line is refused halfway (its ballots do not add up, its paper ballots would be open votes), the poll
stays where it was, for `resume` or `void_poll`; the next poll, or the end, voids what is left of a line whose refusal
was expected.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from ballot_service.meetings.problems import Problem
from ballot_service.rehearsal.api import ServiceRefused
from ballot_service.rehearsal.device import Device, DeviceState, OpenPaper
from ballot_service.rehearsal.embedded import Embedded
from ballot_service.rehearsal.enough_devices import redeem_target
from ballot_service.rehearsal.honest_choice import honest_choice
from ballot_service.rehearsal.officers import Organiser, Scrutineer
from ballot_service.rehearsal.plan import BadPlan, RehearsalPlan
from ballot_service.rehearsal.script import Ballots, Line, PollLine
from ballot_service.rehearsal.telling import Telling
from crypto import canonical
from crypto.encoding import from_b64u

AT_ONCE = 4  # devices that act at the same time

Json = dict[str, Any]
Task = TypeVar("Task")


class Unexpected(Exception):
    """The service decided otherwise than the plan says."""

    def __init__(self, line: Line | None, expected: str | None, got: ServiceRefused | None) -> None:
        super().__init__(f"expected {expected or 'accepted'}, got {got.code if got else 'accepted'}")
        self.line = line  # None: publishing
        self.expected = expected  # a refusal code; None: accepted
        self.got = got  # None: accepted


@dataclass
class Seat:
    """One slip, and the phone that scans it."""

    device: Device
    reserve: bool
    active: bool
    spent: bool = False  # void, lost, or given back for a paper ballot
    replaced: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    papers: dict[str, list[OpenPaper]] = field(default_factory=dict)  # poll → its papers, once seen

    @property
    def waiting(self) -> bool:
        """In someone's hand, good for a booklet."""
        return self.active and not self.spent and not self.device.redeemed


@dataclass
class Poll:
    """A poll of this rehearsal."""

    id: str
    told: PollLine
    phase: str = "open"  # open, closed, opened, void
    voters: list[Seat] = field(default_factory=list)
    left_over: bool = False  # by a line whose refusal was expected


@dataclass(frozen=True)
class Played:
    """What is left when the curtain falls."""

    meeting: str
    fingerprint: bytes
    words: str
    ledger: bytes


class Player:
    """Plays one plan on one embedded server."""

    def __init__(self, plan: RehearsalPlan, embedded: Embedded, telling: Telling, *, chance: random.Random) -> None:
        assert plan.meeting_plan is not None, "a meeting that cannot be read is not played"
        self.plan = plan
        self.fields: Json = plan.meeting_plan.fields
        self.meeting: str = self.fields["id"]
        self.threshold = plan.meeting_plan.threshold
        self.embedded = embedded
        self.tell = telling
        telling.fields = self.fields
        self.chance = chance
        self.organiser = Organiser(embedded.url, embedded.login_code())
        self.seats: dict[str, list[Seat]] = {one["id"]: [] for one in self.fields["classes"]}
        self.present = Counter[str]()
        self.highest = Counter[str]()
        self.replaced = Counter[str]()
        self.on_paper = Counter[str]()
        self.said: set[str] = set()
        self.polls: list[Poll] = []
        self.scrutineers: list[Scrutineer] = []
        self.closed = False

    def close(self) -> None:
        """Let go of the connection."""
        self.organiser.close_connection()

    def publish(self) -> Json:
        """Raises: ServiceRefused."""
        published = self.organiser.publish(self.plan.meeting)
        fingerprint = bytes.fromhex(published["fingerprint"])
        for slip in published["slips"]:
            device = Device(DeviceState(slip["url"]))
            self.seats[slip["class"]].append(Seat(device, slip["reserve"], active=not slip["reserve"]))
        self.scrutineers = [
            Scrutineer(self.embedded.url, self.meeting, fingerprint, card["card"], from_b64u(card["secret"]))
            for card in published["cards"]
        ]
        self.published = published
        return published

    def play(self) -> Played:
        """Every line of the script, and the end. Raises: Unexpected, BadPlan, DeviceRefuses, NoAnswer, ..."""
        for line in self.plan.script:
            self.play_line(line)
        if not self.closed:
            self._void_left_over()
            with _as_unexpected(None):
                self._close_meeting({})
        return Played(
            self.meeting,
            bytes.fromhex(self.published["fingerprint"]),
            self.published["fingerprint_words"],
            self.organiser.ledger(self.meeting),
        )

    def play_line(self, line: Line) -> None:
        """One line of the script. Raises: as `play`."""
        if line.verb in ("poll", "close"):
            self._void_left_over()
        before = len(self.polls)
        try:
            self._acts[line.verb](self, line.told)
        except ServiceRefused as refused:
            if refused.code != line.refused:
                raise Unexpected(line, line.refused, refused) from refused
            self.tell.refused_as_expected(line.verb, refused.code, refused.message)
            touched = [self._unfinished()] if line.verb == "resume" and self.polls else self.polls[before:]
            for poll in touched:
                poll.left_over = poll.phase in ("open", "closed")
            return
        if line.refused is not None:
            raise Unexpected(line, line.refused, None)

    # ── the doors ──────────────────────────────────────────────────────────────────────────────────────────────

    def _attendance(self, told: Json) -> None:
        self.organiser.attendance(self.meeting, told["present"])
        self.present.update({name: count - self.present[name] for name, count in told["present"].items()})
        self.highest |= self.present
        coming = []
        for name, seats in self.seats.items():
            target = redeem_target(
                told["redeem"],
                name,
                self.said,
                present=self.highest[name],
                replaced=self.replaced[name],
                on_paper=self.plan.paper_people.get(name, 0),
            )
            if target is None:
                continue
            more = max(0, target - sum(seat.device.redeemed for seat in seats))
            ready = [seat for seat in seats if seat.waiting]
            if told["redeem"] is not None and more > len(ready):
                # More than are good: the others bring what slips there are, and the service says what it thinks.
                ready += [seat for seat in seats if not seat.waiting and not seat.device.redeemed]
            coming += ready[:more]
        self._at_once(lambda seat: seat.device.redeem(), coming, self.tell.redeeming)
        self.tell.attendance(
            dict(self.present), {name: sum(s.device.redeemed for s in seats) for name, seats in self.seats.items()}
        )

    def _slip(self, told: Json) -> None:
        changes = [
            (kind, name, seat)
            for kind in ("void", "replace", "activate")
            for name, count in told[kind].items()
            for seat in self._slips_for(kind, name, count)
        ]
        for kind, name, seat in changes:
            self._change_slip(kind, name, seat)
        self.tell.slips({kind: counts for kind, counts in told.items() if counts})

    def _slips_for(self, kind: str, name: str, count: int) -> list[Seat]:
        """Slips for the desk's scanner. Where there are too few, one that the service must refuse comes first."""
        seats = self.seats[name]
        fits: Callable[[Seat], bool] = {
            "void": lambda seat: seat.waiting,
            "replace": lambda seat: seat.device.redeemed and not seat.replaced,
            "activate": lambda seat: seat.reserve and not seat.active and not seat.spent,
        }[kind]
        found = [seat for seat in seats if fits(seat)]
        if len(found) < count:
            return [next(seat for seat in seats if not fits(seat)), *found]
        return found[:count]

    def _change_slip(self, kind: str, name: str, seat: Seat) -> None:
        word = {"void": "voided", "replace": "replaced", "activate": "activated"}[kind]
        self.organiser.change_slip(self.meeting, word, name, seat.device.token, self.tell.reason(kind), self.tell.two)
        if kind == "void":
            seat.spent = True
        elif kind == "activate":
            seat.active = True
        else:
            seat.replaced = True
            self.replaced[name] += 1

    # ── polls ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _step(self, told: Json) -> None:
        self.organiser.step(self.meeting, told["item"], told["step"], told["subject"])
        self.tell.step(told["item"], told["step"], told["subject"])

    def _recuse(self, told: Json) -> None:
        self.organiser.recuse(self.meeting, told["contest"], told["class"], told["count"])
        self.tell.recused(told["contest"], told["class"], told["count"])

    def _poll(self, told: PollLine) -> None:
        opened = self.organiser.open_poll(self.meeting, told.contests)
        poll = Poll(opened["poll"], told)
        self.polls.append(poll)
        self.tell.poll_opened(told.contests, opened["box"])
        self._hand_out_paper(told)
        self._cast(poll)
        if told.stop == "open":
            self.tell.stopped(poll.phase)
            return
        self._close(poll)
        if told.stop == "closed":
            self.tell.stopped(poll.phase)
            return
        self._open(poll)

    def _resume(self, _told: Json) -> None:
        poll = self._unfinished()
        if poll.phase != "closed":
            self._close(poll)
        self._open(poll)

    def _void_poll(self, told: Json) -> None:
        self._void(self._unfinished(), told["reason"])

    def _void(self, poll: Poll, reason: str) -> None:
        self.organiser.void_poll(self.meeting, poll.id, reason, self.tell.two)
        poll.phase, poll.left_over = "void", False
        self._at_once(lambda seat: seat.device.check_void(poll.id), poll.voters, self.tell.checking)
        self.tell.voided(poll.told.contests, reason)

    def _void_left_over(self) -> None:
        for poll in self.polls:
            if poll.left_over:
                self._void(poll, self.tell.reason("left-over"))

    def _unfinished(self) -> Poll:
        """The poll that was stopped last; without one the last of all, and the service refuses."""
        waiting = [poll for poll in self.polls if poll.phase in ("open", "closed")]
        if not self.polls:
            raise BadPlan([Problem(None, "script", "resume or void_poll before any poll", "a poll that was stopped")])
        return (waiting or self.polls)[-1]

    def _hand_out_paper(self, told: PollLine) -> None:
        """Whoever votes on paper hands in a slip that is not redeemed, once in the meeting."""
        for name, seats in self.seats.items():
            more = told.paper_people(name) - self.on_paper[name]
            for seat in [seat for seat in seats if seat.waiting][: max(0, more)]:
                self._change_slip("void", name, seat)
            self.on_paper[name] += max(0, more)

    def _cast(self, poll: Poll) -> None:
        jobs: list[tuple[Seat, str, Ballots]] = []
        for contest, listed in poll.told.ballots.items():
            for name, seats in self.seats.items():
                casting = [one for one in listed if one.voter_class == name for _each in range(one.times)]
                voters = self._in_any_order(seats)
                if len(casting) > len(voters):
                    raise BadPlan([_too_many(contest, name, len(casting), len(voters))])
                jobs += [(seat, contest, one) for seat, one in zip(voters, casting, strict=False)]
        self.chance.shuffle(jobs)
        poll.voters = list({id(seat): seat for seat, _contest, _ballot in jobs}.values())
        self._at_once(lambda job: self._cast_one(poll, *job), jobs, self.tell.casting)

    def _in_any_order(self, seats: Iterable[Seat]) -> list[Seat]:
        """Devices with a booklet; those that were replaced last, in case the plan wants to see them fail."""
        voters = [seat for seat in seats if seat.device.redeemed]
        self.chance.shuffle(voters)
        return sorted(voters, key=lambda seat: seat.replaced)

    def _cast_one(self, poll: Poll, seat: Seat, contest: str, ballot: Ballots) -> None:
        with seat.lock:  # one person, one finger
            if poll.id not in seat.papers:
                seat.papers[poll.id] = seat.device.open_papers()
            paper = next((one for one in seat.papers[poll.id] if one.contest["id"] == contest), None)
            choice = ballot.plaintext
            if paper is not None and "choice" in ballot.written:
                choice = honest_choice(paper.contest["ballot"], choice)
            if paper is None or len(choice) > paper.length:
                found = "no paper" if paper is None else f"{len(choice)} bytes"
                raise BadPlan([Problem(None, f"ballots of {contest}", found, "a choice that fits this round's paper")])
            seat.device.cast(paper, choice)

    def _close(self, poll: Poll) -> None:
        closed = self.organiser.close_poll(self.meeting, poll.id)
        poll.phase = "closed"
        self.tell.poll_closed(closed["counts"])
        self._at_once(lambda seat: _check_and_object(seat.device, poll.id), poll.voters, self.tell.checking)
        missing = sum(len(seat.device.missing(poll.id)) for seat in poll.voters)
        self.tell.checked(len(poll.voters), missing)

    def _open(self, poll: Poll) -> None:
        for contest in poll.told.contests:
            for name in self._voter_classes(contest):
                self._count_paper(poll.told, contest, name)
        for scrutineer in self.scrutineers[: self.threshold]:
            scrutineer.release(poll.id)
        judged = self.organiser.open_box(self.meeting, poll.id)
        poll.phase, poll.left_over = "opened", False
        self.tell.box_opened(self.threshold, judged)

    def _count_paper(self, told: PollLine, contest: str, name: str) -> None:
        handed_out = told.handed_out(contest, name)
        listed = [one for one in told.paper.get(contest, []) if one.voter_class == name and one.times]
        if handed_out == 0 and not listed:
            return
        ballots = _counted(listed)
        for teller in self.tell.tellers:
            self.organiser.count_paper(self.meeting, contest, name, handed_out, ballots, teller)
        self.tell.paper_counted(contest, name, handed_out, sum(one.times for one in listed))

    def _voter_classes(self, contest: str) -> list[str]:
        for item in self.fields["agenda"]:  # with what was added to it
            for one in item["contests"]:
                if one["id"] == contest:
                    return list(one["voters"])
        return []

    # ── afterwards ─────────────────────────────────────────────────────────────────────────────────────────────

    def _decide(self, told: Json) -> None:
        self.organiser.decide(self.meeting, told["contest"], told["choice"])
        self.tell.decided(told["contest"], told["choice"])

    def _announce(self, told: Json) -> None:
        audience = self.organiser.announce(self.meeting, told["contests"], told["to"])
        self.tell.announced(told["contests"], audience)

    def _input(self, told: Json) -> None:
        self.organiser.record_input(self.meeting, told["id"], told["value"], told["evidence"])
        self.tell.input_recorded(told["id"], str(told["value"]), told["evidence"])

    def _add_item(self, told: Json) -> None:
        item = self.organiser.add_item(self.meeting, told["item"], told["admitted_by"])
        self.fields = {**self.fields, "agenda": [*self.fields["agenda"], item]}
        self.tell.fields = self.fields
        self.tell.item_added(item["id"], told["admitted_by"])

    def _close_meeting(self, _told: Json) -> None:
        self.organiser.close_meeting(self.meeting)
        self.closed = True
        self.tell.meeting_closed()

    def _at_once(self, act: Callable[[Task], object], tasks: Sequence[Task], watched: Callable[[int], Any]) -> None:
        """Several devices at the same time; the first thing that goes wrong is raised after all have come to an end."""
        with watched(len(tasks)) as done, ThreadPoolExecutor(AT_ONCE) as pool:
            running = [pool.submit(act, task) for task in tasks]
            for one in running:
                one.exception()
                done()
        for one in running:
            one.result()

    _acts: ClassVar[dict[str, Callable[[Player, Any], None]]] = {
        "attendance": _attendance,
        "step": _step,
        "recuse": _recuse,
        "poll": _poll,
        "resume": _resume,
        "void_poll": _void_poll,
        "decide": _decide,
        "slip": _slip,
        "input": _input,
        "add_item": _add_item,
        "announce": _announce,
        "close": _close_meeting,
    }


def _check_and_object(device: Device, poll_id: str) -> None:
    if not device.check_close(poll_id):
        device.object(poll_id)


def _counted(listed: list[Ballots]) -> list[Json]:
    """What a teller writes down: each kind of ballot once. What has no canonical JSON is written down as it reads."""
    times = Counter[bytes]()
    kinds: dict[bytes, Json] = {}
    for one in listed:
        try:
            key = canonical.encode(one.written)
            kinds[key] = one.written
        except ValueError:
            kind = {"raw": one.plaintext.decode()}
            key = canonical.encode(kind)
            kinds[key] = kind
        times[key] += one.times
    return [{**kind, "times": times[key]} for key, kind in kinds.items()]


def _too_many(contest: str, voter_class: str, listed: int, devices: int) -> Problem:
    return Problem(
        None, f"ballots of {contest}", f"{listed} ballots of class {voter_class}", f"at most {devices}, one per device"
    )


@contextmanager
def _as_unexpected(line: Line | None) -> Iterator[None]:
    try:
        yield
    except ServiceRefused as refused:
        raise Unexpected(line, None, refused) from refused
