"""Reading documents back as whoever receives them does: the spreadsheet's tables, the text of the pages."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook

from ballot_service.documents import Document
from ballot_service.documents.pages import to_pages
from ballot_service.printing.marks import Text


def cells(document: Document) -> list[Any]:
    data = document.xlsx()
    assert data is not None
    return [
        cell for row in load_workbook(io.BytesIO(data)).active.iter_rows() for cell in row if cell.value is not None
    ]


def tables(document: Document) -> list[list[dict[str, Any]]]:
    """Every framed table, its rows by the titles of the columns."""
    data = document.xlsx()
    assert data is not None
    found: list[list[dict[str, Any]]] = []
    titles: list[str] | None = None
    for row in load_workbook(io.BytesIO(data)).active.iter_rows():
        framed = [cell for cell in row if cell.border.left.style]
        if not framed:
            titles = None
        elif titles is None:
            titles = [cell.value for cell in framed]
            found.append([])
        else:
            found[-1].append(dict(zip(titles, [cell.value for cell in framed], strict=True)))
    return found


def page_text(document: Document) -> str:
    """All text of the pages, in the order in which it is drawn, without what breaks lines."""
    pages = to_pages(document.content, document.seal)
    return "".join(mark.text for page in pages for mark in page.marks if isinstance(mark, Text)).replace(" ", "")
