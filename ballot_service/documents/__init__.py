"""Documents (会议文书): what is signed, reported, fed back and filed, as PDF and as a spreadsheet.

    reader = LedgerReader(service.boxes)             # once a process: it counts no opened poll twice
    view = reader.view(meeting_id)                   # one state of the ledger
    for one in documents_for(view, contests=["finance"], audience="hall"):
        one.name, one.title_zh, one.pdf(), one.xlsx()

Every figure is the verifier's own, from `verify.rules`. Text: docs/documents.md.

This room decides nothing about who may be told what: it is given the contests that may be told and the audience, and
refuses nothing. `contests` is either the contests, each with all its rounds, or contest → the number of its rounds
that may be told; None is all that is counted. What depends on the audience alone is which kinds there are (`KINDS`),
and that free text and splits by class are for `officers` and `committee`: an officer who may not read remarks is given
the documents without the contests that are remarks. The sheet on the number of ballots is there for every closed poll:
without leave to tell a contest it has what was issued and returned, and no more. A `feedback` document is for
`Document.subject` alone, whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ballot_service.documents.document import Document
from ballot_service.documents.forms.counting import count_sheets, tally_sheets
from ballot_service.documents.forms.records import appointment_record, follow_up_list, score_summary
from ballot_service.documents.forms.reviews import feedback_sheets, subject_reports, summaries
from ballot_service.documents.forms.votes import vote_reports
from ballot_service.documents.view import LedgerReader, LedgerView, Selected

OFFICERS: Final = "officers"
"""Those who run the meeting; the other audiences are those of announcements (docs/rules.md, "Announcing")."""

_INSIDE = frozenset({OFFICERS, "committee"})
_TOLD = frozenset({OFFICERS, "committee", "scope", "hall", "public"})

KINDS: Final[dict[str, tuple[Callable[[Selected], Iterator[Document]], frozenset[str]]]] = {
    "count": (count_sheets, _TOLD),
    "tally": (tally_sheets, _INSIDE),
    "vote": (vote_reports, _TOLD),
    "summary": (summaries, _TOLD),
    "assessment": (subject_reports, _INSIDE),
    "feedback": (feedback_sheets, frozenset({OFFICERS, "subject"})),
    "scores": (score_summary, _INSIDE),
    "record": (appointment_record, _INSIDE),
    "follow-ups": (follow_up_list, _INSIDE),
}
"""kind → the form, and the audiences for whom it is made, in the order of a meeting."""

__all__ = ["KINDS", "OFFICERS", "Document", "LedgerReader", "LedgerView", "documents_for"]


def documents_for(
    view: LedgerView,
    *,
    contests: Mapping[str, int] | Iterable[str] | None = None,
    audience: str = OFFICERS,
    subject: str | None = None,
    own_words: bool = True,
) -> list[Document]:
    """The documents that can be made from these contests for this audience, in the order of a meeting.

    subject: id of a person; only what is for that person alone. own_words: False leaves out words in a voter's own
    hand for an audience that else may read them. Contests without a count are passed over.
    """
    selected = Selected(view, _rounds_told(view, contests), audience, own_words)
    found = [one for form, audiences in KINDS.values() if audience in audiences for one in form(selected)]
    if subject is not None:
        found = [one for one in found if one.kind == "feedback" and one.subject == subject]
    return found


def _rounds_told(view: LedgerView, contests: Mapping[str, int] | Iterable[str] | None) -> dict[str, int]:
    if isinstance(contests, Mapping):
        told = dict(contests)
    else:
        wanted = None if contests is None else set(contests)
        told = {one: len(rounds) for one, rounds in view.rounds.items() if wanted is None or one in wanted}
    return {
        one: min(told[one], len(view.rounds[one]))
        for one in view.state.contests
        if told.get(one) and one in view.rounds
    }
