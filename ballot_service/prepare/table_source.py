"""Rows from a spreadsheet: pasted, or a file in XLSX or CSV. Text stays text, formulas too.

A first line that names columns decides their order; else they are taken as the page shows them. All mistakes are told
with the row they stand in, and then nothing is taken over: whoever corrects a list wants to see it whole.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from ballot_service.prepare.columns import Table

MAX_ROWS = 1000
MAX_CELL_CHARS = 300
# A small XLSX can unpack to gigabytes, and each byte can cost openpyxl two microseconds and a hundred bytes of memory.
MAX_UNPACKED_BYTES = 4 * 1024 * 1024  # a thousand rows have half a megabyte
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_SPREAD_NAME = re.compile(r"([\u3400-\u9fff])[\s\u3000]+([\u3400-\u9fff])")  # 张 三， so that it is as wide as 欧阳锋
_REFUSED = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}


@dataclass(frozen=True)
class RowProblem:
    """One mistake, in both languages. `row` counts from 1, the heading too, as the spreadsheet shows it."""

    row: int | None
    zh: str
    en: str


@dataclass
class Taken:
    """What was read: rows, or problems and no rows."""

    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def refuse(self, row: int | None, zh: str, en: str) -> None:
        zh = zh if row is None else f"第 {row} 行：{zh}"
        en = en if row is None else f"Row {row}: {en}"
        self.problems.append(RowProblem(row, zh, en))


def read_pasted(table: Table, text: str) -> Taken:
    """What a spreadsheet puts on the clipboard: lines, with tabs between the cells."""
    lines = [line for line in text.splitlines() if line.strip()]
    mark = "\t" if any("\t" in line for line in lines) else _separator(lines)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=mark)]
    except csv.Error:  # a quotation mark that never ends
        return _refused("粘贴的内容不是表格，请检查引号是否成对", "this is not a table: is a quotation mark left open?")
    return _take(table, rows)


def read_file(table: Table, data: bytes) -> Taken:
    """An XLSX or CSV file, told apart by its bytes."""
    if not data:
        return _refused("没有选择文件，或者文件是空的", "no file was chosen, or it is empty")
    if data.startswith(b"PK\x03\x04"):
        return _read_xlsx(table, data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _refused(
            "这是旧版 .xls 文件，请在表格软件里另存为 .xlsx 再上传",
            "this is an old .xls file: save it as .xlsx, then upload it",
        )
    text = _decode(data)
    if text is None:
        return _refused(
            "认不出文件的文字编码，请另存为 .xlsx 再上传", "the file's encoding is not known: save it as .xlsx"
        )
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_separator(text.splitlines())))
    except csv.Error:
        return _refused("这个文件不是表格", "this file is not a table")
    return _take(table, rows)


def empty_xlsx(table: Table, *, english: bool = False) -> bytes:
    """A workbook with the headings alone, every cell a text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    shown = [column for column in table.columns if not column.aside]
    for place, column in enumerate(shown, start=1):
        cell = sheet.cell(1, place, column.english if english else column.headings[0])
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 30 if column.wide else 14
        for row in range(2, 102):
            sheet.cell(row, place).number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read_xlsx(table: Table, data: bytes) -> Taken:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED_BYTES:
                return _refused(
                    "文件太大：请把名单单独复制到一张新表里，另存为 .xlsx 再上传",
                    "the file is too large: copy the list alone into a new workbook and save that",
                )
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        rows = []
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 2, max_col=40)):
            if number > MAX_ROWS:
                break
            rows.append(["" if value is None else _cell(value) for value in row])
    except Exception:  # noqa: BLE001 -- whatever the reader trips over, the bytes did it; nothing of them is repeated
        return _refused(
            "打不开这个表格文件，请重新另存为 .xlsx", "this workbook cannot be opened: save it again as .xlsx"
        )
    return _take(table, rows)


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _decode(data: bytes) -> str | None:
    """UTF-8, with or without its mark; UTF-16 with one (Excel's "Unicode text"); else what Chinese Windows writes."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _separator(lines: list[str]) -> str:
    first = lines[0] if lines else ""
    return max(",\t;", key=first.count)


def _take(table: Table, raw: list[list[str]]) -> Taken:
    taken = Taken()
    numbered = [(number, cells) for number, cells in enumerate(raw, start=1) if any(cell.strip() for cell in cells)]
    if not numbered:
        taken.refuse(None, "表格里没有内容", "the table is empty")
        return taken
    order = _headings(table, numbered[0][1])
    if order is not None:
        numbered = numbered[1:]
    else:
        order = [column.name for column in table.columns if not column.aside]
        if _counts_rows(numbered):
            order = [None, *order]  # a column that is not taken over
    if table.key not in order:
        heading = table.column(table.key).headings[0]
        taken.refuse(None, f"表头里没有“{heading}”一列", f"there is no column “{table.column(table.key).english}”")
        return taken
    if len(numbered) > MAX_ROWS:
        taken.refuse(None, f"最多 {MAX_ROWS} 行", f"at most {MAX_ROWS} rows")
        return taken
    for number, cells in numbered:
        row = {name: cells[place].strip() for place, name in enumerate(order) if name and place < len(cells)}
        taken.rows.append(_checked(table, number, row, taken))
    if not taken.rows:
        taken.refuse(None, "只有表头，没有内容", "there is nothing below the headings")
    _find_twins(table, [number for number, _cells in numbered], taken)
    if taken.problems:
        taken.rows = []
    return taken


def _headings(table: Table, cells: list[str]) -> list[str | None] | None:
    """The column of each cell when this line names columns."""
    names = {heading.lower(): column.name for column in reversed(table.columns) for heading in column.headings}
    order: list[str | None] = []
    for cell in cells:
        plain = "".join(cell.split()).lower()
        found = names.get(plain) or next((one.name for one in table.columns if one.english == cell.strip()), None)
        order.append(found if found not in order else None)
    named = [one for one in order if one]
    is_heading = table.key in named or len(named) > 1
    return order if is_heading else None


def _counts_rows(numbered: list[tuple[int, list[str]]]) -> bool:
    """1, 2, 3 … in front of the names."""
    firsts = [cells[0].strip().rstrip(".、") for _number, cells in numbered if len(cells) > 1]
    return len(firsts) == len(numbered) and firsts == [str(number) for number in range(1, len(firsts) + 1)]


def _checked(table: Table, number: int, row: dict[str, str], taken: Taken) -> dict[str, str]:
    for name, written in row.items():
        column = table.column(name)
        heading, english = column.headings[0], column.english
        hidden = next((one for one in written if unicodedata.category(one) in _REFUSED), None)
        if hidden is not None:
            code = f"U+{ord(hidden):04X}"
            taken.refuse(
                number,
                f"{heading}里有看不见的控制字符（{code}），请删去",
                f"{english} holds the invisible character {code}",
            )
        if len(written) > MAX_CELL_CHARS:
            taken.refuse(number, f"{heading}太长，最多 {MAX_CELL_CHARS} 个字", f"{english} is too long")
        if column.choices and written:
            value = next((one[0] for one in column.choices if written in one), None)
            if value is None:
                words = "、".join(one[1] for one in column.choices)
                taken.refuse(number, f"{heading}只能是{words}", f"{english} is none of the choices")
            row[name] = value or ""
        if name == "name" and table.automatic_id(row, 0).startswith("p-"):
            row[name] = _SPREAD_NAME.sub(r"\1\2", written) if len(written.split()) == 2 else written
    for column in table.columns:
        if column.needed and not row.get(column.name):
            taken.refuse(number, f"{column.headings[0]}为空", f"{column.english} is empty")
    return row


def _find_twins(table: Table, numbers: list[int], taken: Taken) -> None:
    """The same row twice is a slip of the hand; two people of one name differ in their posts or ids."""
    first: dict[tuple[tuple[str, str], ...], int] = {}
    for number, row in zip(numbers, taken.rows, strict=True):
        key = tuple(sorted((name, written) for name, written in row.items() if written))
        if key in first:
            taken.refuse(number, f"和第 {first[key]} 行完全相同", f"the same as row {first[key]}")
        first.setdefault(key, number)


def _refused(zh: str, en: str) -> Taken:
    taken = Taken()
    taken.refuse(None, zh, en)
    return taken
