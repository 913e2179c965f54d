"""One document: what it is called, what it tells of whom, and its two forms."""

from __future__ import annotations

from dataclasses import dataclass

from ballot_service.documents.content import Content, Seal
from ballot_service.documents.pages import to_pages
from ballot_service.documents.spreadsheet import to_xlsx
from ballot_service.printing.pdf import to_pdf


@dataclass(frozen=True)
class Document:
    """`name` is unique among the documents of a meeting and fit for a file's name: its kind, then what it is about."""

    kind: str  # one of KINDS in ballot_service.documents
    name: str
    title_zh: str
    title_en: str
    contests: tuple[str, ...]  # ids of those whose figures it holds
    audience: str  # for whom it was made
    content: Content
    seal: Seal
    subject: str | None = None  # id of the only person whom it may be handed to

    def pdf(self) -> bytes:
        """A4 pages; the same ledger, the same bytes."""
        return to_pdf(to_pages(self.content, self.seal), language=self.seal.language)

    def xlsx(self) -> bytes | None:
        """The same as a spreadsheet; None for a document that is only on paper."""
        return to_xlsx(self.content, self.seal)
