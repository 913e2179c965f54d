"""The order of a meeting: which entry may follow which (docs/protocol.md §4).

    ledger = meeting keys* slip* body* [booklet] closed
    body   = attendance | expected-change | step | slip-change | item | paper | input | announce | decision
             | witness-waived | poll
    poll   = [booklet] poll-open (attendance | slip-change | step)*
             ( [booklet] poll-void
             | [booklet] ballot* poll-close after* ( box-open result | poll-void ) )
    after  = paper-count | objection | any body entry that does not poll the same contests again

`follow` walks the entries once and returns the `Course` of the meeting: papers and polls with what belongs to each.
State only moves forward; the first entry out of place ends the walk (V06). A ledger may end anywhere: it is then
unfinished. Readings fixed for this project:

* Polls that are closed and not yet opened may be opened in any order, but not while another poll is open.
* What concerns a box rather than an order (an opening of a poll that is open, void, objected to or open already, a box
  used twice) is not a fault of grammar: it is noted in `opening_faults` for V13, and the walk goes on.
* An `objection` names no poll. It stands against the poll that was closed last and is neither opened nor void.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from verify.errors import Failed
from verify.ledger import BallotRun, Entry, Scan, SlipRun, b64url_decode


@dataclass(eq=False)
class Paper:
    """A contest printed on a page."""

    entry: Entry
    poll: "Poll | None" = None

    @property
    def hash(self) -> bytes:
        return self.entry.leaf

    @property
    def contest(self) -> dict[str, Any]:
        contest: dict[str, Any] = self.entry.value["contest"]
        return contest

    @property
    def contest_id(self) -> str:
        return str(self.contest["id"])

    @property
    def classes(self) -> list[str]:
        return list(self.entry.value["classes"])

    @property
    def page(self) -> int:
        return int(self.entry.value["page"])


@dataclass(eq=False)
class Poll:
    """One poll, from its opening on. Entries are None until they came."""

    id: str
    opened: Entry
    papers: list[Paper]
    box: int
    small_groups: list[str]
    ballots: BallotRun | None = None
    closed: Entry | None = None
    voided: Entry | None = None
    opening: Entry | None = None  # box-open
    result: Entry | None = None
    paper_counts: list[Entry] = field(default_factory=list)
    objections: list[Entry] = field(default_factory=list)

    @property
    def contests(self) -> list[str]:
        return [paper.contest_id for paper in self.papers]

    @property
    def pending(self) -> bool:
        """Closed, and neither opened nor void."""
        return self.closed is not None and self.voided is None and self.opening is None

    def on_paper(self, paper: Paper, voter_class: str) -> "OnPaper":
        """What was counted on paper for one class in one contest."""
        for entry in self.paper_counts:
            if (b64url_decode(entry.value["paper"]), entry.value["class"]) == (paper.hash, voter_class):
                ballots = entry.value["ballots"]
                return OnPaper(entry.value["handed_out"], sum(int(one["times"]) for one in ballots), ballots)
        return OnPaper(0, 0, [])


@dataclass(frozen=True)
class OnPaper:
    """Paper ballots of one class in one contest; `ballots` as in the entry."""

    handed_out: int
    returned: int
    ballots: list[dict[str, Any]]


@dataclass
class Course:
    """What happened, in order."""

    meeting: Entry
    items: list[Entry | BallotRun | SlipRun]
    papers: list[Paper] = field(default_factory=list)
    polls: list[Poll] = field(default_factory=list)
    closed: Entry | None = None
    opening_faults: list[str] = field(default_factory=list)

    def entries(self, *types: str) -> list[Entry]:
        """The entries of these types, or all, in ledger order."""
        return [item for item in self.items if isinstance(item, Entry) and (not types or item.type in types)]

    def paper_of(self, hash_b64: str) -> Paper | None:
        paper_hash = b64url_decode(hash_b64)
        return next((paper for paper in self.papers if paper.hash == paper_hash), None)

    def poll_of(self, entry: Entry) -> Poll | None:
        return next((poll for poll in self.polls if poll.id == entry.value["poll"]), None)

    def voids(self) -> int:
        return sum(poll.voided is not None for poll in self.polls)


def follow(scan: Scan) -> Course:
    """Walk all entries. Raises: Failed, naming the first line that is out of place."""
    first = scan.items[0]
    if not isinstance(first, Entry) or first.type != "meeting":
        raise Failed("line 1: expected a meeting entry")
    walk = _Walk(Course(first, scan.items))
    for item in scan.items[1:]:
        walk.step(item)
    return walk.course


_DURING_POLL = ("attendance", "slip-change", "step", "booklet", "poll-void", "poll-close", "ballot", "box-open")


class _Walk:
    """The state of the walk: the stage of the meeting, and the poll that is open."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.meeting = course.meeting.value
        self.stage = "keys"  # keys, slips, body, end
        self.poll: Poll | None = None  # the one that is open
        self.booklet = False  # the entry before was a booklet
        self.result_of: Poll | None = None  # the entry before opened this poll's box
        self.boxes_used: set[int] = set()

    def step(self, item: Entry | BallotRun | SlipRun) -> None:
        kind = item.type if isinstance(item, Entry) else "ballot" if isinstance(item, BallotRun) else "slip"
        place = f"line {item.line}"
        self._check_place(kind, place)
        awaited, self.result_of = self.result_of, None
        if awaited is not None and isinstance(item, Entry):
            _require(item.value["poll"] == awaited.id, place, f"expected the result of poll {awaited.id}")
        self.booklet = kind == "booklet"
        if isinstance(item, BallotRun):
            assert self.poll is not None
            self.poll.ballots = item
        elif isinstance(item, Entry) and kind in _HANDLERS:
            _HANDLERS[kind](self, item, item.value, place)

    def _check_place(self, kind: str, place: str) -> None:
        """Whether this type of entry may stand here at all."""
        if self.stage == "end":
            raise Failed(f"{place}: an entry after closed")
        if kind == "meeting":
            raise Failed(f"{place}: a second meeting entry")
        if kind == "keys":
            _require(self.stage == "keys", place, "keys after other entries")
            return
        if kind == "slip":
            _require(self.stage in ("keys", "slips"), place, "a slip after other entries")
            self.stage = "slips"
            return
        self.stage = "body"
        if self.result_of is not None:
            _require(kind == "result", place, f"expected the result of poll {self.result_of.id}, got {kind}")
        if self.poll is not None:
            _require(kind in _DURING_POLL, place, f"{kind} while poll {self.poll.id} is open")
            if self.poll.ballots is not None:
                _require(kind == "poll-close", place, f"expected poll-close after the ballots, got {kind}")
            if self.booklet:
                allowed = ("poll-void", "ballot", "poll-close")
                _require(kind in allowed, place, f"{kind} after the booklet that ends poll {self.poll.id}")
        else:
            _require(kind not in ("ballot", "poll-close"), place, f"{kind} while no poll is open")
            if self.booklet:
                _require(kind in ("poll-open", "closed"), place, f"{kind} after a booklet")

    def _expected_change(self, _: Entry, __: dict[str, Any], place: str) -> None:
        _require(not self.course.polls, place, "expected-change after the first poll")

    def _paper(self, entry: Entry, value: dict[str, Any], place: str) -> None:
        last_page = max((paper.page for paper in self.course.papers), default=0)
        _require(value["page"] == last_page + 1, place, f"expected page {last_page + 1}, got {value['page']}")
        _require(value["page"] <= self.meeting["pages"], place, "a page beyond those of the booklets")
        boxes = self.meeting["boxes"]
        _require(1 <= value["box"] < len(boxes), place, "a box that the meeting does not have for polls")
        _require(value["box_key"] == boxes[value["box"]]["key"], place, "another key than the meeting gives its box")
        fingerprint = b64url_decode(value["fingerprint"])
        _require(fingerprint == self.course.meeting.leaf, place, "the fingerprint of another meeting")
        self.course.papers.append(Paper(entry))

    def _poll_open(self, entry: Entry, value: dict[str, Any], place: str) -> None:
        polls = self.course.polls
        _require(all(poll.id != value["poll"] for poll in polls), place, f"poll {value['poll']} was there before")
        papers = []
        for paper_b64 in value["papers"]:
            paper = self.course.paper_of(paper_b64)
            if paper is None:
                raise Failed(f"{place}: a paper that was not printed before")
            _require(paper.poll is None, place, "a paper that was polled before")
            _require(paper.entry.value["box"] == value["box"], place, "a paper of another box")
            papers.append(paper)
        poll = Poll(value["poll"], entry, papers, value["box"], value["small_groups"])
        contests = set(poll.contests)
        _require(len(contests) == len(papers), place, "two papers of one contest")
        for other in polls:
            clash = other.pending and contests & set(other.contests)
            _require(not clash, place, f"a contest of poll {other.id}, which is not opened yet, is polled again")
        if poll.box in self.boxes_used:
            self.course.opening_faults.append(f"{place}: box {poll.box} was used by an earlier poll")
        self.boxes_used.add(poll.box)
        for paper in papers:
            paper.poll = poll
        polls.append(poll)
        self.poll = poll

    def _poll_close(self, entry: Entry, value: dict[str, Any], place: str) -> None:
        assert self.poll is not None
        _require(value["poll"] == self.poll.id, place, f"expected poll {self.poll.id} to be closed")
        self.poll.closed = entry
        self.poll = None

    def _poll_void(self, entry: Entry, value: dict[str, Any], place: str) -> None:
        if self.poll is not None:
            _require(value["poll"] == self.poll.id, place, f"expected poll {self.poll.id}, the open one, to be voided")
            self.poll.voided = entry
            self.poll = None
            return
        poll = self._find_poll(value["poll"], place)
        _require(poll.voided is None, place, f"poll {poll.id} is void already")
        _require(poll.opening is None, place, f"poll {poll.id} is voided after its box was opened")
        poll.voided = entry

    def _paper_count(self, entry: Entry, value: dict[str, Any], place: str) -> None:
        paper = self.course.paper_of(value["paper"])
        if paper is None or paper.poll is None or not paper.poll.pending:
            raise Failed(f"{place}: paper ballots of a poll that is not closed, or opened or void already")
        _require(value["class"] in paper.classes, place, "paper ballots of a class that does not vote on this paper")
        for other in paper.poll.paper_counts:
            same = (other.value["paper"], other.value["class"]) == (value["paper"], value["class"])
            _require(not same, place, "a second count of the same paper ballots")
        paper.poll.paper_counts.append(entry)

    def _objection(self, entry: Entry, _: dict[str, Any], place: str) -> None:
        pending = [poll for poll in self.course.polls if poll.pending]
        _require(bool(pending), place, "an objection while no poll is closed and unopened")
        max(pending, key=lambda poll: poll.closed.index if poll.closed else 0).objections.append(entry)

    def _box_open(self, entry: Entry, value: dict[str, Any], place: str) -> None:
        poll = self._find_poll(value["poll"], place)
        if self.poll is not None and self.poll is not poll:
            raise Failed(f"{place}: a box is opened while poll {self.poll.id} is open")
        faults = self.course.opening_faults
        if poll.voided is not None:
            faults.append(f"{place}: the box of poll {poll.id}, which is void, is opened")
            return
        if poll.opening is not None:
            faults.append(f"{place}: the box of poll {poll.id} is opened a second time")
            return
        if poll.closed is None:
            faults.append(f"{place}: the box of poll {poll.id} is opened before the poll is closed")
        else:
            self.result_of = poll
        if poll.objections:
            faults.append(f"{place}: the box of poll {poll.id} is opened in spite of an objection")
        if value["box"] != poll.box:
            faults.append(f"{place}: box {value['box']} is opened for poll {poll.id}, whose box is {poll.box}")
        poll.opening = entry

    def _result(self, entry: Entry, value: dict[str, Any], place: str) -> None:
        poll = self._find_poll(value["poll"], place)
        if poll.result is not None or poll.voided is not None:
            what = "a second result" if poll.result is not None else "a result of a void poll"
            self.course.opening_faults.append(f"{place}: {what}, poll {poll.id}")
            return
        _require(poll.opening is not None, place, f"a result of poll {poll.id}, whose box is not opened")
        expected = set(poll.contests)
        _require(value["contests"].keys() == expected, place, "expected results of exactly the contests of the poll")
        poll.result = entry

    def _closed(self, entry: Entry, _: dict[str, Any], place: str) -> None:
        for poll in self.course.polls:
            _require(not poll.pending, place, f"closed while poll {poll.id} is neither opened nor void")
        self.course.closed = entry
        self.stage = "end"

    def _find_poll(self, poll_id: str, place: str) -> Poll:
        poll = next((poll for poll in self.course.polls if poll.id == poll_id), None)
        if poll is None:
            raise Failed(f"{place}: a poll that was never opened")
        return poll


_HANDLERS: dict[str, Callable[[_Walk, Entry, dict[str, Any], str], None]] = {
    "expected-change": _Walk._expected_change,
    "paper": _Walk._paper,
    "poll-open": _Walk._poll_open,
    "poll-close": _Walk._poll_close,
    "poll-void": _Walk._poll_void,
    "paper-count": _Walk._paper_count,
    "objection": _Walk._objection,
    "box-open": _Walk._box_open,
    "result": _Walk._result,
    "closed": _Walk._closed,
}


def _require(holds: bool, place: str, fault: str) -> None:
    if not holds:
        raise Failed(f"{place}: {fault}")
