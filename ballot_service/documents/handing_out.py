"""Which documents an officer may have at this moment, and for whose eyes each is.

`ballot_service.disclosure` is the only judge: for each document, contest and round it says how much may be held. Here
its documents are mapped to the forms of `ballot_service.documents`, and its details to what a form is given. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from ballot_service import disclosure
from ballot_service.disclosure import Detail, Phase, detail_of_document, standing
from ballot_service.documents import OFFICERS, Document, documents_for
from ballot_service.documents.view import LedgerView
from ballot_service.meetings.state import Json, Poll
from verify.rules.choices import ballot_kind

_Kinds = tuple[tuple[disclosure.Document, frozenset[str]], ...]


def _forms(**kinds: str) -> _Kinds:
    return tuple((disclosure.Document[name], frozenset(forms.split())) for name, forms in kinds.items())


FOR: Final[dict[str, _Kinds]] = {
    OFFICERS: _forms(
        COUNT_REPORT="count",
        TALLY_SHEET="tally",
        VOTE_REPORT="vote",
        ASSESSMENT_SUMMARY="summary scores",
        CADRE_RECORD="record",
        FOLLOW_UPS="follow-ups",
    ),
    "committee": _forms(INTEGRITY_REPORT="assessment"),
    "subject": _forms(FEEDBACK="feedback"),
    "scope": _forms(SCOPE_NOTICE="vote summary"),
    "public": _forms(PUBLIC_NOTICE="vote summary"),
}
"""Audience → its documents and the forms (`documents.KINDS`) they are made with, in the order of a page."""


@dataclass(frozen=True)
class Group:
    """Documents for one audience."""

    audience: str
    documents: tuple[Document, ...]


def groups(view: LedgerView, roles: Collection[str]) -> list[Group]:
    """What somebody with these roles may have now; an audience without any is left out."""
    made = (Group(audience, tuple(_of(view, roles, audience, kinds))) for audience, kinds in FOR.items())
    return [one for one in made if one.documents]


def _of(view: LedgerView, roles: Collection[str], audience: str, kinds: _Kinds) -> list[Document]:
    found: list[Document] = []
    for document, forms in kinds:
        held = _Held(view, roles, document)
        made = documents_for(view, contests=held.rounds(), audience=audience, own_words=held.own_words())
        found += [one for one in made if one.kind in forms and held.may_be_made(one)]
    return found


@dataclass(frozen=True)
class _Held:
    """How much one document may hold when somebody with these roles makes it."""

    view: LedgerView
    roles: Collection[str]
    document: disclosure.Document

    def rounds(self) -> dict[str, int]:
        """contest → how many of its rounds go in whole."""
        least = Detail.COUNTS if self.document is disclosure.Document.COUNT_REPORT else Detail.RESULT
        told = {}
        for contest_id, rounds in self.view.rounds.items():
            seen = [self._detail(contest_id, judged["round"]) for judged in rounds]
            if seen[0] is Detail.NAMES and self._ballot(contest_id)["kind"] == "comment":
                continue  # names may be read, remarks may not: a form cannot tell them apart
            told[contest_id] = next((number for number, one in enumerate(seen) if one < least), len(seen))
        return told

    def own_words(self) -> bool:
        """Whether every contest that goes in with words in a voter's own hand goes in with them."""
        return all(
            self._detail(contest_id, self.view.rounds[contest_id][0]["round"]) >= Detail.NAMES
            for contest_id, number in self.rounds().items()
            if number and ballot_kind(self._ballot(contest_id)).has_free_text(self._ballot(contest_id))
        )

    def may_be_made(self, made: Document) -> bool:
        """The other forms are not there without a contest; a count sheet is, for each poll that was closed."""
        if made.kind != "count":
            return True
        poll = self.view.state.polls[made.name.removeprefix("count-")]
        return all(self._of_paper(poll, paper.contest_id, paper.round) > Detail.NOTHING for paper in poll.papers)

    def _of_paper(self, poll: Poll, contest_id: str, number: int) -> Detail:
        """A void poll is never counted: of it may be seen for good what may be seen of a closed one."""
        where = standing(self.view.state, contest_id, number)
        if poll.phase == "void":
            where = replace(where, phase=Phase.CLOSED, told=())
        return self._most(where)

    def _detail(self, contest_id: str, number: int) -> Detail:
        return self._most(standing(self.view.state, contest_id, number))

    def _most(self, where: disclosure.Standing) -> Detail:
        return max((detail_of_document(self.document, role, where) for role in self.roles), default=Detail.NOTHING)

    def _ballot(self, contest_id: str) -> Json:
        ballot: Json = self.view.state.contests[contest_id]["ballot"]
        return ballot
