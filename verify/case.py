"""The case under judgement: one ledger, the reader's options, and what follows from them.

Everything is computed once, when first asked for, and what cannot be computed raises Failed with the reason; the
checks in `verify.checks` ask in the order of the report. Nothing here decides whether a ledger is accepted.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from verify import boxes
from verify.ballots import Context, Found, PaperContext, PollContext, Task, check_ballots
from verify.entries import check_fields
from verify.errors import Failed, Malformed
from verify.grammar import Course, Paper, Poll, follow
from verify.issuer_keys import Moduli, read_moduli
from verify.ledger import BallotRun, Entry, Scan, VerifierKey, b64url_decode, parse_checkpoint, scan, signed_by
from verify.options import Options
from verify.people import Figures, People, follow_people, redeem
from verify.prose import Prose
from verify.rules import (
    ClassFigures,
    RulesError,
    encode_canonical,
    issued,
    judge_round,
    judge_scores,
    nearest_quorum,
    post_rounds,
)

Round = dict[str, Any]


@dataclass(frozen=True)
class Earlier:
    """A ledger that the reader gave as an earlier one of this installation, judged by the same checks."""

    name: str  # of the file
    case: "Case | None"  # None when it cannot be read
    refused: str | None  # why nothing is taken from it, None when it is accepted

    @property
    def origin(self) -> str | None:
        """The origin that its first entry names, when there is one."""
        try:
            return None if self.case is None else str(self.case.meeting["origin"])
        except Failed:
            return None


class Case:
    """One ledger and everything derived from it."""

    def __init__(self, path: Path, options: Options, sizes: Iterable[int] = ()) -> None:
        """Read the file once. `sizes` are further tree sizes whose roots are wanted. Raises: Unreadable."""
        self.options = options
        faults: list[str] = []

        def has_its_fields(entry: Entry) -> bool:
            try:
                check_fields(entry)
            except Malformed as error:
                faults.append(f"line {entry.line}: {error}")
                return False
            return True

        asked = [*(checkpoint.tree_size for _, checkpoint in options.checkpoints), *sizes]
        self.scan: Scan = scan(path, asked, has_its_fields)
        self.earlier: list[Earlier] = []  # put here by `verify.verdict`
        self.not_covered: list[Prose] = []
        self.field_faults = [f"line {line}: {reason}" for line, reason in self.scan.not_canonical] + faults

    # ------------------------------------------------------------------------------------------------ entry 0 and order

    @cached_property
    def first(self) -> Entry:
        """Entry 0, well-formed. Raises: Failed."""
        first = next(iter(self.scan.items), None)  # a file of one misspelt line holds none
        if not isinstance(first, Entry) or first.index != 0 or first.type != "meeting":
            raise Failed("line 1: expected a meeting entry")
        try:
            check_fields(first)
        except Malformed as error:
            raise Failed(f"line 1: {error}") from error
        return first

    @property
    def meeting(self) -> dict[str, Any]:
        return self.first.value

    @property
    def fingerprint(self) -> bytes:
        return self.first.leaf

    @cached_property
    def ledger_key(self) -> VerifierKey:
        """The key that entry 0 names."""
        return VerifierKey(self.meeting["origin"], "ledger", b64url_decode(self.meeting["ledger_key"]))

    @cached_property
    def course(self) -> Course:
        """The meeting's course. Raises: Failed."""
        if self.field_faults:
            raise Failed(self.field_faults[0])
        return follow(self.scan)

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        """The agenda, then the items admitted during the meeting. That they may be admitted is V08's business."""
        return [*self.meeting["agenda"], *(entry.value["item"] for entry in self.course.entries("item"))]

    def item_of(self, contest_id: str) -> dict[str, Any] | None:
        """The item of a contest, of the agenda or admitted."""
        return self._agenda.get(contest_id, (None, None))[0]

    def contest_of(self, contest_id: str) -> dict[str, Any] | None:
        """The contest as in its item."""
        return self._agenda.get(contest_id, (None, None))[1]

    @property
    def contests(self) -> dict[str, dict[str, Any]]:
        """All contests by id, in the order of `items`."""
        return {contest_id: contest for contest_id, (_, contest) in self._agenda.items()}

    @cached_property
    def _agenda(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        found: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        for item in self.items:
            for contest in item["contests"]:
                found.setdefault(contest["id"], (item, contest))  # V08 refuses an id that comes twice
        return found

    @cached_property
    def inputs(self) -> dict[str, Entry]:
        """Input id -> the last entry that gives it, in the order in which they were first given."""
        return {entry.value["id"]: entry for entry in self.course.entries("input")}

    # ------------------------------------------------------------------------------------------------------ issuer keys

    @cached_property
    def moduli(self) -> Moduli:
        """Raises: Failed."""
        return read_moduli(self.meeting, self.course.entries("keys"))

    # ------------------------------------------------------------------------------------------------------------ boxes

    def box_secret(self, poll: Poll) -> bytes:
        """The key that opens a poll's box, proven from its box-open entry. Raises: Failed."""
        if poll.id not in self._secrets:
            try:
                self._secrets[poll.id] = self._open_box(poll)
            except Failed as error:
                self._secrets[poll.id] = error
        secret = self._secrets[poll.id]
        if isinstance(secret, Failed):
            raise secret
        return secret

    @cached_property
    def _secrets(self) -> dict[str, bytes | Failed]:
        return {}

    def _open_box(self, poll: Poll) -> bytes:
        assert poll.opening is not None
        place, value = f"line {poll.opening.line}", poll.opening.value
        self._check_close_note(poll, place)
        box = self.meeting["boxes"][poll.box]
        shares: dict[int, bytes] = {}
        for one in value["shares"]:
            card, share = one["card"], b64url_decode(one["share"])
            if card > self.meeting["scrutineers"]["cards"] or card in shares:
                raise Failed(f"{place}: card {card} is given twice or does not exist")
            commitment = boxes.share_commitment(self.meeting["id"], poll.box, card, share)
            if commitment != b64url_decode(box["commit"][card - 1]):
                raise Failed(f"{place}: the share of card {card} is not the one entry 0 commits to")
            shares[card] = share
        threshold = self.meeting["scrutineers"]["threshold"]
        if len(shares) < threshold:
            raise Failed(f"{place}: expected at least {threshold} shares, got {len(shares)}")
        seed = boxes.combine_shares(dict(sorted(shares.items())[:threshold]))
        secret = boxes.derive_secret_key(seed)
        if boxes.public_key(secret) != b64url_decode(box["key"]):
            raise Failed(f"{place}: the shares do not give the key of box {poll.box}")
        return secret

    def _check_close_note(self, poll: Poll, place: str) -> None:
        assert poll.opening is not None
        if poll.closed is None:
            raise Failed(f"{place}: the box is opened before the poll is closed")
        try:
            close = parse_checkpoint(poll.opening.value["close"].encode())
        except Malformed as error:
            raise Failed(f"{place}: close: {error}") from error
        size = poll.closed.index + 1
        if close.origin != self.meeting["origin"] or not signed_by(close, self.ledger_key):
            raise Failed(f"{place}: close: not signed by the ledger key")
        if close.tree_size != size:
            raise Failed(f"{place}: close: expected the tree of size {size} that ends with poll-close")
        if close.root_hash != self.scan.roots[size]:
            raise Failed(f"{place}: close: the root is not that of the first {size} entries")

    # ---------------------------------------------------------------------------------------------------------- ballots

    @cached_property
    def found(self) -> Found:
        """All ballots, checked as far as the rest of the ledger allows. Raises: Unreadable."""
        polls: list[Poll] = []
        moduli: Moduli | None = None
        with suppress(Failed):  # V06 or V07 says why; what of the ballots does not need it is checked all the same
            polls = self.course.polls
            moduli = self.moduli
        context_polls = [self._poll_context(poll, moduli) for poll in polls]
        poll_of_run = {id(poll.ballots): number for number, poll in enumerate(polls) if poll.ballots is not None}
        tasks = [
            Task(chunk, poll_of_run.get(id(run)))
            for run in self.scan.items
            if isinstance(run, BallotRun)
            for chunk in run.chunks
        ]
        try:
            issuers, modulus_bytes = len(self.meeting["issuers"]), self.meeting["rsa_bits"] // 8
        except Failed:
            issuers, modulus_bytes = 1, 256
        first = next(iter(self.scan.items), None)
        context = Context(
            path=self.scan.path,
            stamp=self.scan.stamp,
            fingerprint=first.leaf if isinstance(first, Entry) else b"",
            issuers=issuers,
            modulus_bytes=modulus_bytes,
            polls=tuple(context_polls),
            wanted_ids=self._wanted_ids(),
        )
        return check_ballots(context, tasks, self.options.jobs)

    def _wanted_ids(self) -> frozenset[bytes]:
        wanted = {receipt.ballot for receipt in self.options.receipts}
        if not self.field_faults:
            objections = (entry for entry in self.scan.entries() if entry.type == "objection")
            wanted.update(b64url_decode(entry.value["ballot"]) for entry in objections)
        return frozenset(wanted)

    def _poll_context(self, poll: Poll, moduli: Moduli | None) -> PollContext:
        secret = None
        if poll.opening is not None:
            with suppress(Failed):  # V13 says why; the ballots stay closed
                secret = self.box_secret(poll)
        papers = tuple(
            PaperContext(
                hash=paper.hash,
                page=paper.page,
                classes=tuple(self.classes_of(paper)),
                length=paper.entry.value["length"],
                moduli=None if moduli is None else {one: moduli[one][paper.page - 1] for one in self.classes_of(paper)},
            )
            for paper in poll.papers
        )
        return PollContext(papers, secret)

    def classes_of(self, paper: Paper) -> list[str]:
        """The classes of a paper in the order of the meeting, as its ballots are sorted."""
        return [one["id"] for one in self.meeting["classes"] if one["id"] in paper.classes]

    def ballots_of(self, poll: Poll, paper: Paper, voter_class: str) -> int:
        """Ballots from devices."""
        return self.found.ballots[self.course.polls.index(poll), poll.papers.index(paper), voter_class]

    # ----------------------------------------------------------------------------------------------- people and results

    @cached_property
    def people(self) -> People:
        """Attendance and slips around every poll. Raises: Failed, when slips cannot be followed."""
        return follow_people(self.course, redeem(self.course, self.scan.slips))

    def class_figures(self, poll: Poll, paper: Paper, voter_class: str) -> ClassFigures:
        """The figures of one class in one contest, paper ballots included. Raises: RulesError."""
        figures = self.people.by_poll[poll.id]
        on_paper = poll.on_paper(paper, voter_class)
        observers = {one["id"] for one in self.meeting["classes"] if one["observer"]}
        return ClassFigures(
            expected=figures.expected[voter_class],
            present=figures.present_at_close[voter_class],
            issued=issued(
                redeemed=figures.redeemed_at_close[voter_class],
                replaced=figures.replaced[voter_class],
                recused=paper.entry.value["recused"].get(voter_class, 0),
                handed_out=on_paper.handed_out,
            ),
            returned=self.ballots_of(poll, paper, voter_class) + on_paper.returned,
            observer=voter_class in observers,
        )

    @cached_property
    def rounds(self) -> dict[str, list[Round]]:
        """Contest -> its rounds, recounted from the opened ballots. Raises: Failed."""
        rounds: dict[str, list[Round]] = {contest_id: [] for contest_id in self._agenda}
        counted: list[tuple[str, Round]] = []  # of all contests, in the order of the ledger
        opened = [poll for poll in self.course.polls if poll.opening is not None]
        for poll in sorted(opened, key=lambda poll: poll.opening.index if poll.opening else 0):
            for paper in poll.papers:
                of_post = post_rounds(paper.contest, self.contests, counted)
                try:
                    judged = self._judge(poll, paper, rounds[paper.contest_id], of_post)
                except RulesError as error:
                    raise Failed(f"poll {poll.id}, contest {paper.contest_id}: {error}") from error
                rounds[paper.contest_id].append(judged)
                counted.append((paper.contest_id, judged))
        return rounds

    def recorded_rounds(self) -> list[tuple[str, Round]]:
        """(contest, round object) of every `result`, in the order of the ledger; of one poll in that of its papers."""
        entries = [(entry, self.course.poll_of(entry)) for entry in self.course.entries("result")]
        return [
            (paper.contest_id, entry.value["contests"][paper.contest_id])
            for entry, poll in entries
            if poll is not None
            for paper in poll.papers
        ]

    @cached_property
    def scores(self) -> dict[str, dict[str, Any]]:
        """Score id -> the score, from the recounted rounds and the inputs given last. Raises: Failed."""
        given = {input_id: entry.value["value"] for input_id, entry in self.inputs.items()}
        try:
            return judge_scores(self.meeting, self.items, self.rounds, given)
        except RulesError as error:
            raise Failed(f"the scores cannot be computed: {error}") from error

    def _judge(self, poll: Poll, paper: Paper, earlier: list[Round], of_post: list[Round]) -> Round:
        item = self.item_of(paper.contest_id)
        assert item is not None
        figures: Figures = self.people.by_poll[poll.id]
        poll_place, paper_place = self.course.polls.index(poll), poll.papers.index(paper)
        choices: dict[str, Counter[bytes | None]] = {}
        for voter_class in paper.classes:
            choices[voter_class] = Counter(self.found.opened.get((poll_place, paper_place, voter_class), {}))
            for one in poll.on_paper(paper, voter_class).ballots:
                plaintext = one["raw"].encode() if "raw" in one else encode_canonical(one["choice"])
                choices[voter_class][plaintext] += one["times"]
        return judge_round(
            contest=paper.contest,
            round_number=paper.entry.value["round"],
            poll=poll.id,
            figures={one: self.class_figures(poll, paper, one) for one in paper.contest["voters"]},
            choices=choices,
            quorum=nearest_quorum(self.meeting["quorum"], item["quorum"], paper.contest),
            present_at_opening=figures.present_at_opening,
            min_class=self.meeting["min_class"],
            earlier=earlier,
            post_rounds=of_post,
            meeting=self.meeting,
        )
