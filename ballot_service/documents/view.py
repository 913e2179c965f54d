"""What documents are made from: one state of one ledger, with every round as the verifier's rules judge it.

The `result` lines of a ledger have no working and nothing rounded, because every verifier words that itself. So opened
polls are counted once more, from the ballots in the ledger, by `verify.rules`; a count that differs from what the
ledger says would be printed nowhere: it is refused as `internal`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from ballot_service.boxes.opening import BoxDesk
from ballot_service.documents.content import Seal
from ballot_service.errors import Refused
from ballot_service.ledger.book import Head
from ballot_service.meetings.state import Json, MeetingState
from ballot_service.store.tables import LedgerLine
from crypto import canonical
from crypto.checkpoint import parse_checkpoint
from crypto.encoding import b64
from crypto.note import parse_note
from crypto.words import fingerprint_words
from verify import rules

TOLD = ("poll-open", "poll-close", "poll-void", "box-open", "result", "decision", "announce")
"""Entries of which documents tell more than the state keeps: times, reasons, names."""


@dataclass(frozen=True)
class LedgerView:
    """One ledger up to its newest signed head."""

    state: MeetingState
    head: Head
    rounds: Mapping[str, list[Json]]  # contest → round objects, whole (docs/formats/verdict.md)
    scores: Mapping[str, Json]
    entries: tuple[Json, ...]  # those of the types in TOLD, in order

    @property
    def chinese(self) -> bool:
        return bool(self.state.meeting["locale"] == "zh-CN")

    def entry(self, kind: str, poll: str) -> Json | None:
        """The entry of a type that speaks of a poll."""
        return next((one for one in self.entries if one["type"] == kind and one.get("poll") == poll), None)

    def seal(self) -> Seal:
        checkpoint = parse_checkpoint(parse_note(self.head.note).text)
        return Seal(
            meeting=self.state.id,
            words=fingerprint_words(self.state.fingerprint, "zh" if self.chinese else "en"),
            origin=checkpoint.origin,
            size=checkpoint.tree_size,
            root=b64(checkpoint.root_hash),
            checkpoint=self.head.note,
            language=str(self.state.meeting["locale"]),
        )


@dataclass
class LedgerReader:
    """Reads views, and counts no poll twice: an opened poll never changes."""

    desk: BoxDesk
    _counted: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def view(self, meeting_id: str) -> LedgerView:
        """Raises: Refused (not-found, not-published, internal)."""
        with self.desk.acts.look(meeting_id) as (session, state):
            head = self.desk.book.head(session, meeting_id)
            query = (
                select(LedgerLine.line)
                .where(LedgerLine.meeting == meeting_id, LedgerLine.position < state.size, LedgerLine.type.in_(TOLD))
                .order_by(LedgerLine.position)
            )
            entries = tuple(canonical.decode_object(line) for line in session.scalars(query))
        rounds: dict[str, list[Json]] = {}
        for contest_id, recorded in state.counted:
            judged = self._judged(meeting_id, recorded["poll"])[contest_id]
            if rules.result_form(judged) != recorded:
                raise Refused(
                    "internal", f"contest {contest_id!r}: the count differs from the ledger; verify the ledger"
                )
            rounds.setdefault(contest_id, []).append(judged)
        return LedgerView(state, head, rounds, state.scores(), entries)

    def _judged(self, meeting_id: str, poll: str) -> dict[str, Json]:
        with self._lock:
            known = self._counted.get((meeting_id, poll))
        if known is None:
            known = self.desk.recount(meeting_id, poll)
            with self._lock:
                self._counted[meeting_id, poll] = known
        return known


@dataclass(frozen=True)
class Selected:
    """What a reader may be told of a ledger: some contests, each up to some round, with or without free text."""

    view: LedgerView
    contests: Mapping[str, int]  # contest → how many of its rounds
    audience: str
    own_words: bool = True  # False where this reader may not read them, whatever the audience may

    @property
    def free_text(self) -> bool:
        """Whether words in a voter's own hand, remarks and written-in names, may be read."""
        return self.own_words and self.audience in ("officers", "committee")

    @property
    def by_class(self) -> bool:
        """Whether a split by class is shown where the verdict has one."""
        return self.audience in ("officers", "committee")

    @property
    def min_class(self) -> int:
        return int(self.view.state.meeting["min_class"])

    def rounds(self, contest_id: str) -> list[Json]:
        return self.view.rounds.get(contest_id, [])[: self.contests.get(contest_id, 0)]

    def last(self, contest_id: str) -> Json | None:
        rounds = self.rounds(contest_id)
        return rounds[-1] if rounds else None

    def whole(self, contest_id: str) -> bool:
        """Whether every counted round may be told."""
        return self.contests.get(contest_id, 0) >= len(self.view.rounds.get(contest_id, [])) > 0

    def of_poll(self, poll: str) -> dict[str, Json]:
        """contest → its round in this poll."""
        return {
            contest_id: judged
            for contest_id in self.contests
            for judged in self.rounds(contest_id)
            if judged["poll"] == poll
        }

    def scores(self, of: Iterable[Json]) -> list[tuple[Json, Json]]:
        """(definition, score) of those whose contests may all be told."""
        return [(one, self.view.scores[one["id"]]) for one in of if self._may_tell(one)]

    def _may_tell(self, definition: Json) -> bool:
        counted = contests_of_score(definition, self.view.state) & set(self.view.rounds)
        return all(self.whole(one) for one in counted or self.view.rounds)  # figures given alone: with everything


def score_definitions(state: MeetingState) -> list[Json]:
    """Scores of the meeting, then of its items."""
    return [one for place in (state.meeting, *state.items) for one in place["scores"]]


def contests_of_score(definition: Json, state: MeetingState) -> set[str]:
    """The contests on which a score rests, through other scores too."""
    return {name.partition(".")[0] for name in _terms(definition, state, "value")}


def inputs_of_score(definition: Json, state: MeetingState) -> list[str]:
    """The inputs on which a score rests, each once."""
    return _terms(definition, state, "input")


def _terms(definition: Json, state: MeetingState, kind: str) -> list[str]:
    """What a score's terms of one kind name, through other scores too, each once."""
    known = {one["id"]: one for one in score_definitions(state)}
    waiting, seen = [definition], {definition["id"]}
    found: dict[str, None] = {}
    while waiting:
        one = waiting.pop(0)
        terms: list[Json] = one["sum"] if "sum" in one else [{"value": value} for value in one["pool"]]
        for term in terms:
            if kind in term:
                found[term[kind]] = None
            elif "score" in term and term["score"] not in seen:
                seen.add(term["score"])
                waiting.append(known[term["score"]])
    return list(found)
