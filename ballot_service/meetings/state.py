"""What has happened in a meeting, read from its ledger alone, and what may therefore happen next.

The state only moves forward: `apply` takes the next entry, in ledger order, and nothing else changes it. It trusts
the entries, because this service wrote them; a verifier must not, and has its own reading (`verify/`).

    published → [poll: open → closed → opened | void]* → closed

Ballots are passed over (`skip_ballots`): what the state knows of them is where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from crypto.blind_rsa import PublicKey
from crypto.encoding import from_b64u
from crypto.slips import slip_id
from verify import rules

Json = dict[str, Any]
PollPhase = Literal["open", "closed", "opened", "void"]


@dataclass(frozen=True)
class Paper:
    """A contest printed onto a page."""

    hash: bytes  # leaf hash of its line: the context of every ballot on it
    position: int  # line number in the ledger
    item: str
    contest: Json
    round: int
    page: int
    classes: tuple[str, ...]
    recused: dict[str, int]
    box: int
    length: int  # bytes of the padded choice

    @property
    def contest_id(self) -> str:
        return str(self.contest["id"])


@dataclass
class Poll:
    """One opening of one box for one or more papers."""

    id: str
    box: int
    papers: list[Paper]
    phase: PollPhase
    opened_at: int  # line number of its `poll-open`
    ballots: range = range(0)  # line numbers of its ballots
    close_size: int = 0  # size of the tree that ends with its `poll-close`
    present_at_opening: dict[str, int] = field(default_factory=dict)
    highest_present: dict[str, int] = field(default_factory=dict)  # between its opening and its close
    present_at_close: dict[str, int] = field(default_factory=dict)
    expected_at_close: dict[str, int] = field(default_factory=dict)
    redeemed_at_close: dict[str, int] = field(default_factory=dict)
    replaced_at_close: dict[str, int] = field(default_factory=dict)
    cast: dict[tuple[bytes, str], int] = field(default_factory=dict)  # (paper, class) → ballots from devices
    paper_counts: dict[tuple[bytes, str], Json] = field(default_factory=dict)
    objections: int = 0
    shares: dict[int, bytes] = field(default_factory=dict)  # card → share, once the box is opened
    result_at: int = 0  # line number of its `result`, once the box is opened
    voided_at: int = 0  # line number of its `poll-void`, once it is void

    def paper(self, paper_hash: bytes) -> Paper | None:
        return next((paper for paper in self.papers if paper.hash == paper_hash), None)


@dataclass
class MeetingState:
    """Everything but the ballots. Figures are per class, zero where nothing was recorded."""

    meeting: Json
    fingerprint: bytes
    size: int = 1
    expected: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    highest_present: dict[str, int] = field(default_factory=dict)
    attendance_taken: bool = False
    issuer_keys: dict[str, list[PublicKey]] = field(default_factory=dict)  # per class, page 1 first
    slip_classes: dict[bytes, str] = field(default_factory=dict)
    redeemed: dict[str, int] = field(default_factory=dict)  # as listed in `booklet` entries
    replaced: dict[str, int] = field(default_factory=dict)
    replaced_slips: set[bytes] = field(default_factory=set)  # ids of those that were not lost
    steps: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    papers: dict[bytes, Paper] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    admitted: list[Json] = field(default_factory=list)  # `item` entries, in order
    item_lines: dict[str, int] = field(default_factory=dict)  # item added during the meeting → its line number
    inputs: dict[str, Json] = field(default_factory=dict)  # id → its last `input` entry
    counted: list[tuple[str, Json]] = field(default_factory=list)  # (contest, round object as in `result`), in order
    decisions: dict[str, dict[int, str]] = field(default_factory=dict)
    announced: dict[str, dict[int, list[str]]] = field(default_factory=dict)  # contest → round → audiences
    next_page: int = 1
    next_box: int = 1
    witness_waived: bool = False
    closed: bool = False

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def id(self) -> str:
        return str(self.meeting["id"])

    @property
    def classes(self) -> list[str]:
        return [str(voter_class["id"]) for voter_class in self.meeting["classes"]]

    @property
    def observers(self) -> set[str]:
        return {str(voter_class["id"]) for voter_class in self.meeting["classes"] if voter_class["observer"]}

    @property
    def items(self) -> list[Json]:
        """The agenda, then what was added to it during the meeting."""
        return [*self.meeting["agenda"], *(entry["item"] for entry in self.admitted)]

    @property
    def contests(self) -> dict[str, Json]:
        """id → contest as published or admitted."""
        return {contest["id"]: contest for item in self.items for contest in item["contests"]}

    def find_contest(self, contest_id: str) -> tuple[Json, Json] | None:
        """(item, contest) as published or admitted, or None."""
        for item in self.items:
            for contest in item["contests"]:
                if contest["id"] == contest_id:
                    return item, contest
        return None

    def find_input(self, input_id: str) -> Json | None:
        """The definition of an input, of the meeting or of an item."""
        listed = (one for place in (self.meeting, *self.items) for one in place["inputs"])
        return next((one for one in listed if one["id"] == input_id), None)

    @property
    def rounds(self) -> dict[str, list[Json]]:
        """contest → its round objects as in `result`."""
        found: dict[str, list[Json]] = {}
        for contest_id, judged in self.counted:
            found.setdefault(contest_id, []).append(judged)
        return found

    def post_rounds(self, contest: Json, counted: list[tuple[str, Json]] | None = None) -> list[Json]:
        """The counted rounds of all contests with this one's post, in ledger order; [] for a contest without one.

        counted: the rounds to choose from, by default all of them.
        """
        if contest["post"] is None:
            return []
        return rules.post_rounds(contest, self.contests, self.counted if counted is None else counted)

    def barred_elsewhere(self, contest: Json) -> set[str]:
        """Those whom other contests of this meeting barred from the post of this one."""
        others = [pair for pair in self.counted if pair[0] != contest["id"]]
        return set(rules.barred_people(self.post_rounds(contest, others)))

    def scores(self) -> dict[str, Json]:
        """Every score as it stands now (docs/formats/verdict.md, "scores")."""
        inputs = {input_id: entry["value"] for input_id, entry in self.inputs.items()}
        return rules.judge_scores(self.meeting, self.items, self.rounds, inputs)

    @property
    def open_poll(self) -> Poll | None:
        """The poll that takes ballots; at most one."""
        return next((poll for poll in self.polls.values() if poll.phase == "open"), None)

    @property
    def waiting_polls(self) -> list[Poll]:
        """Polls that are closed and wait for their box to be opened, in the order of their close."""
        waiting = [poll for poll in self.polls.values() if poll.phase == "closed"]
        return sorted(waiting, key=lambda poll: poll.close_size)

    @property
    def last_closed(self) -> Poll | None:
        """The waiting poll that closed last: the one an `objection` entry speaks of."""
        return next(reversed(self.waiting_polls), None)

    def prepared_paper(self, contest_id: str) -> Paper | None:
        """A paper of this contest that was printed and not yet polled."""
        polled = {paper.hash for poll in self.polls.values() for paper in poll.papers}
        for paper in self.papers.values():
            if paper.contest_id == contest_id and paper.hash not in polled:
                return paper
        return None

    def subjects(self, item: Json) -> list[str]:
        """Ids of those who are assessed in an item."""
        return [contest["subject"]["id"] for contest in item["contests"] if contest["subject"] is not None]

    # ── moving forward ─────────────────────────────────────────────────────────────────────────────────────────

    def skip_ballots(self, count: int) -> None:
        self.size += count

    def apply(self, entry: Json, leaf_hash: bytes) -> None:
        """Take the next entry of the ledger. Raises: RuntimeError on a type this version does not know."""
        handler = getattr(self, "_apply_" + entry["type"].replace("-", "_"), None)
        if handler is None:
            raise RuntimeError(f"ledger entry of unknown type {entry['type']!r}")
        handler(entry, leaf_hash)
        self.size += 1

    def _apply_keys(self, entry: Json, _leaf: bytes) -> None:
        bits = self.meeting["rsa_bits"]
        self.issuer_keys[entry["class"]] = [PublicKey.from_modulus(from_b64u(n), bits) for n in entry["n"]]

    def _apply_slip(self, entry: Json, _leaf: bytes) -> None:
        self.slip_classes[from_b64u(entry["id"])] = entry["class"]

    def _apply_attendance(self, entry: Json, _leaf: bytes) -> None:
        self.attendance_taken = True
        self.present.update(entry["present"])
        for voter_class, present in self.present.items():
            self.highest_present[voter_class] = max(present, self.highest_present[voter_class])
            if self.open_poll is not None:
                highest = self.open_poll.highest_present
                highest[voter_class] = max(present, highest[voter_class])

    def _apply_expected_change(self, entry: Json, _leaf: bytes) -> None:
        self.expected[entry["class"]] = entry["expected"]

    def _apply_step(self, entry: Json, _leaf: bytes) -> None:
        self.steps.setdefault(entry["item"], []).append((entry["step"], entry["subject"]))

    def _apply_slip_change(self, entry: Json, _leaf: bytes) -> None:
        if entry["kind"] == "replaced":
            self.replaced[entry["class"]] += 1
            if entry["slip"] is not None:
                self.replaced_slips.add(from_b64u(entry["slip"]))

    def _apply_paper(self, entry: Json, leaf_hash: bytes) -> None:
        self.papers[leaf_hash] = Paper(
            hash=leaf_hash,
            position=self.size,
            item=entry["item"],
            contest=entry["contest"],
            round=entry["round"],
            page=entry["page"],
            classes=tuple(entry["classes"]),
            recused=entry["recused"],
            box=entry["box"],
            length=entry["length"],
        )
        self.next_page = entry["page"] + 1

    def _apply_poll_open(self, entry: Json, _leaf: bytes) -> None:
        self.polls[entry["poll"]] = Poll(
            id=entry["poll"],
            box=entry["box"],
            papers=[self.papers[from_b64u(paper)] for paper in entry["papers"]],
            phase="open",
            opened_at=self.size,
            present_at_opening=dict(self.present),
            highest_present=dict(self.present),
        )
        self.next_box = entry["box"] + 1

    def _apply_booklet(self, entry: Json, _leaf: bytes) -> None:
        for token in entry["slips"]:
            self.redeemed[self.slip_classes[slip_id(self.id, from_b64u(token))]] += 1

    def _apply_poll_close(self, entry: Json, _leaf: bytes) -> None:
        poll = self.polls[entry["poll"]]
        returned = sum(count["returned"] for count in entry["counts"])
        poll.phase = "closed"
        poll.cast = {(from_b64u(count["paper"]), count["class"]): count["returned"] for count in entry["counts"]}
        poll.ballots = range(self.size - returned, self.size)
        poll.close_size = self.size + 1
        poll.present_at_close = dict(self.present)
        poll.expected_at_close = dict(self.expected)
        poll.redeemed_at_close = dict(self.redeemed)
        poll.replaced_at_close = dict(self.replaced)

    def _apply_poll_void(self, entry: Json, _leaf: bytes) -> None:
        poll = self.polls[entry["poll"]]
        poll.phase = "void"
        poll.voided_at = self.size

    def _apply_objection(self, _entry: Json, _leaf: bytes) -> None:
        poll = self.last_closed
        assert poll is not None
        poll.objections += 1

    def _apply_paper_count(self, entry: Json, _leaf: bytes) -> None:
        paper_hash = from_b64u(entry["paper"])
        for poll in self.polls.values():
            if poll.paper(paper_hash) is not None:
                poll.paper_counts[paper_hash, entry["class"]] = entry

    def _apply_witness_waived(self, _entry: Json, _leaf: bytes) -> None:
        self.witness_waived = True

    def _apply_box_open(self, entry: Json, _leaf: bytes) -> None:
        poll = self.polls[entry["poll"]]
        poll.phase = "opened"
        poll.shares = {share["card"]: from_b64u(share["share"]) for share in entry["shares"]}

    def _apply_result(self, entry: Json, _leaf: bytes) -> None:
        judged = entry["contests"]
        poll = self.polls[entry["poll"]]
        poll.result_at = self.size
        papers = poll.papers
        self.counted += [(paper.contest_id, judged[paper.contest_id]) for paper in papers]

    def _apply_item(self, entry: Json, _leaf: bytes) -> None:
        self.admitted.append(entry)
        self.item_lines[entry["item"]["id"]] = self.size

    def _apply_input(self, entry: Json, _leaf: bytes) -> None:
        self.inputs[entry["id"]] = entry

    def _apply_announce(self, entry: Json, _leaf: bytes) -> None:
        for contest_id in entry["contests"]:
            last = self.rounds[contest_id][-1]["round"]
            self.announced.setdefault(contest_id, {}).setdefault(last, []).append(entry["to"])

    def _apply_decision(self, entry: Json, _leaf: bytes) -> None:
        self.decisions.setdefault(entry["contest"], {})[entry["round"]] = entry["choice"]

    def _apply_closed(self, _entry: Json, _leaf: bytes) -> None:
        self.closed = True


def new_state(meeting: Json, fingerprint: bytes) -> MeetingState:
    """The state after entry 0."""
    zero = {str(voter_class["id"]): 0 for voter_class in meeting["classes"]}
    return MeetingState(
        meeting=meeting,
        fingerprint=fingerprint,
        expected={str(voter_class["id"]): voter_class["expected"] for voter_class in meeting["classes"]},
        present=dict(zero),
        highest_present=dict(zero),
        redeemed=dict(zero),
        replaced=dict(zero),
    )
