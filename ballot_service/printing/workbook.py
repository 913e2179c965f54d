"""Spreadsheets: text that stays text, and the same bytes for the same cells."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from openpyxl import Workbook

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""With which a spreadsheet program may take text for a formula. Source: OWASP, "CSV Injection"."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can say


def saved(book: Workbook) -> bytes:
    """A workbook as bytes, without the time at which it was made."""
    book.properties.creator = None
    book.properties.created = datetime(*_EPOCH)  # noqa: DTZ001 -- the format has no zone
    written, still = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _without_change_time(data)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return still.getvalue()


def _without_change_time(core: bytes) -> bytes:
    start, end = core.index(b"<dcterms:modified"), core.index(b"</dcterms:modified>") + len(b"</dcterms:modified>")
    return core[:start] + core[end:]


def write_text(cell: Any, text: str) -> None:
    """Put text into a cell as text, whatever it begins with."""
    cell.value = text  # openpyxl has no types
    cell.data_type = "s"  # openpyxl makes a formula of what begins with =
    cell.quotePrefix = text.startswith(FORMULA_STARTS)  # and so would whoever edits it
