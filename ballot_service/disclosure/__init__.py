"""Who may see what of a result, and when: one table, asked by the hall screen, phones, officers' pages and documents.

Text: docs/rules.md, "Announcing", and docs/disclosure.md. Values in, values out: no request, no SQL, no clock.
"""

from ballot_service.disclosure.cutting import cut
from ballot_service.disclosure.details import Detail, Document, Viewer, detail, detail_of_document
from ballot_service.disclosure.lines import gives_away, hidden_results, needs_filler
from ballot_service.disclosure.officers import for_officer, told_whole
from ballot_service.disclosure.standing import Phase, Standing, standing
from ballot_service.disclosure.voters import announced_results, voters_may_take

__all__ = [
    "Detail",
    "Document",
    "Phase",
    "Standing",
    "Viewer",
    "announced_results",
    "cut",
    "detail",
    "detail_of_document",
    "for_officer",
    "gives_away",
    "hidden_results",
    "needs_filler",
    "standing",
    "told_whole",
    "voters_may_take",
]
