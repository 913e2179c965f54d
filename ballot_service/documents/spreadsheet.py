"""Documents as spreadsheets: the same parts as on paper, every text as text, every count as a number.

What a voter or an officer wrote is never a formula: its cell is of the type string, and quoted for whoever edits it.
The same document gives the same bytes.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from ballot_service.documents.content import (
    Cell,
    Content,
    Facts,
    Heading,
    Opinions,
    Paragraph,
    Remarks,
    Seal,
    Share,
    Signatures,
    Table,
)
from ballot_service.printing.workbook import saved, write_text

_THIN = Side(style="thin")
_FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WIDEST = 40.0
_SIZE = 11  # points
_TALLEST = 409.0  # points: what a row may have


def to_xlsx(content: Content, seal: Seal) -> bytes:
    """One sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = "".join(one for one in content.title if one not in "[]:*?/\\")[:31]
    _Sheet(sheet, content, seal).fill()
    return saved(book)


class _Sheet:
    def __init__(self, sheet: Any, content: Content, seal: Seal) -> None:
        self._sheet = sheet
        self._content, self._seal = content, seal
        self._row = 1
        self._widths: dict[int, float] = {}
        self._merged: list[tuple[int, int]] = []  # row, first column
        self._columns = max([4, *(len(list(_titles(one))) for one in content.blocks if isinstance(one, Table))])

    def fill(self) -> None:
        self._across(self._content.title, bold=True, size=18, centred=True)
        if self._content.subtitle:
            self._across(self._content.subtitle, centred=True)
        for block in self._content.blocks:
            match block:
                case Table():
                    self._table(block)
                case Facts():
                    for label, value in block.pairs:
                        self._cells([label, value], bold=label)
                    self._row += 1
                case Heading():
                    self._across(block.text, bold=True)
                case Paragraph():
                    self._across(block.text, bold=block.strong)
                case Remarks():
                    for number, text in enumerate(block.texts, start=1):
                        self._cells([number, text])
                    self._row += 1
                case Opinions():
                    for label in block.labels:
                        self._cells([label, ""])
                case Signatures():
                    self._row += 1
                    for role in block.roles:
                        self._cells([role, ""])
        self._row += 1
        seal = self._seal
        chinese = seal.language == "zh-CN"
        say = 0 if chinese else 1
        self._cells([("会议指纹", "Fingerprint")[say], seal.words])
        self._cells([("账本", "Ledger")[say], seal.origin])
        self._cells([("记录条数", "Entries")[say], seal.size])
        self._cells([("根", "Root")[say], seal.root])
        for column in range(1, self._columns + 1):
            letter = get_column_letter(column)
            self._sheet.column_dimensions[letter].width = self._widths.get(column, 10)
        self._fit()
        setup = self._sheet.page_setup
        setup.paperSize, setup.orientation = 9, "landscape" if self._content.landscape else "portrait"  # 9: A4
        setup.fitToWidth, setup.fitToHeight = 1, 0
        self._sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self._sheet.oddFooter.center.text = "&P / &N"

    def _fit(self) -> None:
        for row, first in self._merged:
            cell = self._sheet.cell(row, first)
            room = sum(self._widths.get(column, 10) for column in range(first, self._columns + 1))
            lines = math.ceil(_columns_wide(str(cell.value)) * (cell.font.size / _SIZE) * 1.1 / room)
            height = max(1, lines) * cell.font.size * 1.4
            self._sheet.row_dimensions[row].height = min(height, _TALLEST)

    def _table(self, table: Table) -> None:
        self._framed(list(_titles(table)), bold=True)
        for row in table.rows:
            self._framed(list(_values(row)))
        self._row += 1

    def _framed(self, values: list[str | int], *, bold: bool = False) -> None:
        for column, value in enumerate(values, start=1):
            cell = self._put(column, value, bold=bold)
            cell.border = _FRAME
            if bold or isinstance(value, int):
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            longest = _columns_wide(str(value))
            self._widths[column] = min(_WIDEST, max(self._widths.get(column, 8), longest / (2 if bold else 1) + 2))
        self._row += 1

    def _cells(self, values: list[str | int], *, bold: str | None = None) -> None:
        for column, value in enumerate(values, start=1):
            self._put(column, value, bold=value == bold and column == 1)
        self._widths[1] = min(_WIDEST, max(self._widths.get(1, 8), _columns_wide(str(values[0])) + 2))
        if len(values) == 2:
            self._merge(2)
        self._row += 1

    def _across(self, text: str, *, bold: bool = False, size: int = _SIZE, centred: bool = False) -> None:
        cell = self._put(1, text, bold=bold, size=size)
        if centred:
            cell.alignment = Alignment(horizontal="center", wrap_text=True)
        self._merge(1)
        self._row += 1

    def _merge(self, first: int) -> None:
        """One cell to the end of the row. Programs do not fit the height of such a row to its text: see `_fit`."""
        self._merged.append((self._row, first))
        if first < self._columns:
            self._sheet.merge_cells(
                start_row=self._row, start_column=first, end_row=self._row, end_column=self._columns
            )

    def _put(self, column: int, value: str | int, *, bold: bool = False, size: int = _SIZE) -> Any:
        cell = self._sheet.cell(self._row, column)
        if isinstance(value, int):
            cell.value = value
        else:
            write_text(cell, value)
        cell.font = Font(bold=bold, size=size)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        return cell


def _titles(table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.share:
            yield column.title
            yield f"{column.title} %"
        else:
            yield column.title


def _values(row: Iterable[Cell]) -> Iterator[str | int]:
    for cell in row:
        if isinstance(cell, Share):
            yield cell.count
            yield cell.percent or "—"
        else:
            yield cell


def _columns_wide(text: str) -> float:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
