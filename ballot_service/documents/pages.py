"""Documents as A4 pages, after GB/T 9704: the title in the middle, a Song face, thin rules, the page's number below.

Nothing is cut and nothing overflows: text wraps, a row that does not fit moves to the next page under the table's
heading, and one that is longer than a page goes on there. Each page carries the meeting's fingerprint and the signed
head of the ledger, as text and as a QR code, so that a page without the others still says what it belongs to.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ballot_service.documents.content import (
    Block,
    Cell,
    Column,
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
from ballot_service.printing.letters import MM_PER_POINT, REPLACEMENT, Letters, letters
from ballot_service.printing.letters import Block as Lines
from ballot_service.printing.marks import Line, Mark, Page, text_block
from ballot_service.printing.marks import code_in as qr_in
from ballot_service.printing.qr import qr_codes

SHORT, LONG = 210.0, 297.0
_TITLE, _SUBTITLE, _BODY, _CELL, _NOTE, _FOOT = 22.0, 13.0, 12.0, 10.5, 9.0, 8.0  # points
_SMALLEST_CELL = 8.0
_THIN, _THICK = 0.2, 0.5  # mm
_PAD = 1.3  # between a rule and the text beside it
_QR = 27.0
_SIGN_STEP = 12.0
_OPINION = 24.0
_GREY = "#333333"


class _Frame:
    """Where a page's text stands, in mm."""

    def __init__(self, *, landscape: bool) -> None:
        self.width, self.height = (LONG, SHORT) if landscape else (SHORT, LONG)
        self.left, self.right = (25.0, 22.0) if landscape else (28.0, 26.0)
        self.top = 22.0 if landscape else 30.0
        self.bottom = self.height - 37.0

    @property
    def inside(self) -> float:
        return self.width - self.left - self.right


def to_pages(content: Content, seal: Seal) -> list[Page]:
    """The pages of one document."""
    return _Composer(content, seal).pages()


class _Composer:
    def __init__(self, content: Content, seal: Seal) -> None:
        self._content, self._seal = content, seal
        self._chinese = seal.language == "zh-CN"
        self._frame = _Frame(landscape=content.landscape)
        self._letters: Letters = letters("serif")  # body: a Song face, as 仿宋 asks
        self._strong: Letters = letters("sans")  # headings and heads of tables: 黑体
        self._done: list[list[Mark]] = []
        self._marks: list[Mark] = []
        self._y = self._frame.top
        self._missing: set[str] = set()

    def pages(self) -> list[Page]:
        self._title()
        blocks = self._content.blocks
        closing = self._closing()
        for place, block in enumerate(blocks):
            if place == closing:
                self._keep(sum(self._height_of(one) for one in blocks[closing:]))  # nobody signs an empty page
            self._block(block, blocks[place + 1] if place + 1 < len(blocks) else None)
        if self._missing:
            self._explain_missing()
        self._done.append(self._marks)
        (code,) = qr_codes([self._seal.checkpoint])
        return [
            Page(
                self._frame.width,
                self._frame.height,
                (*marks, *self._foot(number, len(self._done)), qr_in(code, self._frame.left - 2, self._foot_top, _QR)),
            )
            for number, marks in enumerate(self._done, start=1)
        ]

    def _closing(self) -> int:
        """Where that begins which stands between the last table and the signatures, with its heading."""
        blocks = self._content.blocks
        place = len(blocks)
        while place > 0 and isinstance(blocks[place - 1], Paragraph | Opinions | Signatures):
            place -= 1
        return place - 1 if place > 0 and isinstance(blocks[place - 1], Heading) else place

    def _height_of(self, block: Block) -> float:
        if isinstance(block, Paragraph):
            size = _NOTE if block.small else _BODY
            return self._lines(block.text, self._frame.inside, size, strong=block.strong).height + 0.8
        if isinstance(block, Heading):
            return self._lines(block.text, self._frame.inside, _BODY, strong=True).height + 3
        if isinstance(block, Opinions):
            return len(block.labels) * _OPINION + 5
        if isinstance(block, Signatures):
            return math.ceil(len(block.roles) / self._sign_columns) * _SIGN_STEP + 18
        raise TypeError(f"no height known for {type(block).__name__}")

    @property
    def _sign_columns(self) -> int:
        return 3 if self._content.landscape else 2

    # ── placing ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _room(self) -> float:
        return self._frame.bottom - self._y

    def _next_page(self) -> None:
        self._done.append(self._marks)
        self._marks = []
        self._y = self._frame.top

    def _keep(self, height: float) -> None:
        """Begin a new page where less than this is left, unless the page is still empty."""
        if height > self._room and self._y > self._frame.top:
            self._next_page()

    def _lines(self, text: str, width: float, size: float, leading: float = 1.4, *, strong: bool = False) -> Lines:
        face = self._strong if strong else self._letters
        self._missing.update(face.missing([text]))
        return face.paragraph(text, width, size, leading)

    def _flow(self, lines: Lines, x: float, width: float, *, bold: bool = False, centred: bool = False) -> None:
        """Lines of text, over as many pages as they need."""
        step = lines.size * lines.leading * MM_PER_POINT
        for text, long in zip(lines.lines, lines.widths, strict=True):
            self._keep(step)
            one = Lines((text,), (long,), lines.size, lines.leading, lines.font)
            self._marks += text_block(one, x, self._y, bold=bold, centred_in=width if centred else 0)
            self._y += step

    def _title(self) -> None:
        frame = self._frame
        self._flow(self._lines(self._content.title, frame.inside, _TITLE, 1.3), frame.left, frame.inside,
                   bold=True, centred=True)  # fmt: skip
        self._y += 1.5
        if self._content.subtitle:
            self._flow(self._lines(self._content.subtitle, frame.inside, _SUBTITLE), frame.left, frame.inside,
                       centred=True)  # fmt: skip
        self._y += 3

    def _block(self, block: Block, follower: Block | None) -> None:
        left, inside = self._frame.left, self._frame.inside
        match block:
            case Heading():
                lines = self._lines(block.text, inside, _BODY, strong=True)
                self._y += 2
                self._keep(lines.height + (25 if follower is not None else 0))  # never alone at the foot of a page
                self._flow(lines, left, inside)
                self._y += 1
            case Paragraph():
                size = _NOTE if block.small else _BODY
                lines = self._lines(block.text, inside, size, strong=block.strong)
                if lines.height <= self._frame.bottom - self._frame.top:
                    self._keep(min(lines.height, 3 * size * 1.4 * MM_PER_POINT))
                self._flow(lines, left, inside)
                self._y += 0.8
            case Facts():
                self._facts(block)
            case Table():
                below = isinstance(follower, Paragraph) and follower.small
                self._table(block, self._height_of(follower) if below and follower is not None else 0)
            case Remarks():
                self._remarks(block)
            case Opinions():
                self._opinions(block)
            case Signatures():
                self._signatures(block)

    # ── tables ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _facts(self, facts: Facts) -> None:
        """A frame of labels and values; a long value has the row for itself."""
        frame = self._frame
        label = max(self._letters.width(self._letters.printable(one), _CELL) for one, _value in facts.pairs) + 2 * _PAD
        label = min(label, frame.inside / 4)
        half = frame.inside / 2
        rows: list[list[tuple[str, str]]] = []
        for pair in facts.pairs:
            short = self._letters.width(self._letters.printable(pair[1]), _CELL) <= half - label - 2 * _PAD
            if short and rows and len(rows[-1]) == 1 and self._is_short(rows[-1][0][1], half - label):
                rows[-1].append(pair)
            else:
                rows.append([pair])
        for row in rows:
            widths = [label, half - label, label, half - label] if len(row) == 2 else [label, frame.inside - label]
            cells = [part for pair in row for part in pair]
            boxes = [
                self._lines(cell, width - 2 * _PAD, _CELL, strong=place % 2 == 0)
                for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ]
            self._row(boxes, widths, [False, True] * len(row))
        self._y += 3

    def _is_short(self, text: str, width: float) -> bool:
        return self._letters.width(self._letters.printable(text), _CELL) <= width - 2 * _PAD

    def _table(self, table: Table, below: float) -> None:
        """below: the height of a note that must not stand on another page than the last row."""
        size = _CELL
        widths = self._widths(table, size)
        while widths is None and size > _SMALLEST_CELL:
            size -= 0.5
            widths = self._widths(table, size)
        if widths is None:
            widths = _by_weight(table.columns, self._frame.inside)
        bounds = [width - 2 * _PAD for width in widths]
        heads = [
            self._lines(column.title, room, size, 1.25, strong=True)
            for column, room in zip(table.columns, bounds, strict=True)
        ]
        left = [column.left for column in table.columns]
        first = self._height(heads) + self._height([self._cell(cell, room, size)
                                                    for cell, room in zip(table.rows[0], bounds, strict=True)]
                                                   ) if table.rows else 0  # fmt: skip
        self._keep(first if first <= self._frame.bottom - self._frame.top else 45.0)
        self._row(heads, widths, [False] * len(widths))
        for place, row in enumerate(table.rows):
            boxes = [self._cell(cell, room, size) for cell, room in zip(row, bounds, strict=True)]
            height = self._height(boxes)
            if 0 < place == len(table.rows) - 1 and height <= self._room < height + below + 3:
                self._next_page()
                self._row(heads, widths, [False] * len(widths))
            self._row(boxes, widths, left, heads=heads)
        self._y += 3

    def _widths(self, table: Table, size: float) -> list[float] | None:
        """Widths by weight, but none narrower than the longest thing in it that cannot be broken; None: no room."""
        least = [
            max(
                [self._least(column.title, size), *(self._least(text, size) for text in _texts(cells))],
                default=0.0,
            )
            + 2 * _PAD + 0.1
            for column, cells in zip(table.columns, _columns_of(table), strict=True)
        ]  # fmt: skip
        spare = self._frame.inside - sum(least)
        if spare < 0:
            return None
        wanted = _by_weight(table.columns, self._frame.inside)
        more = [max(0.0, want - need) for want, need in zip(wanted, least, strict=True)]
        total = sum(more)
        if total <= 0:
            return [need + spare / len(least) for need in least]
        return [need + spare * extra / total for need, extra in zip(least, more, strict=True)]

    def _least(self, text: str, size: float) -> float:
        """The width in which the text still reads well: numbers, percentages and single words unbroken."""
        text = self._letters.printable(text)
        whole = len(text) <= 4 or (len(text) <= 16 and all(one in "0123456789.,%+-/ ×≤≥<>=" for one in text))
        if whole:
            return self._letters.width(text, size)
        words = [word for word in text.split() if word.isascii() and len(word) <= 12]
        return max(self._letters.width(one, size) for one in (text[:2], *words))

    def _cell(self, cell: Cell, room: float, size: float) -> Lines:
        if isinstance(cell, Share):
            count = self._lines(str(cell.count), room, size, 1.25)
            below = self._lines(cell.percent or "—", room, size, 1.25)
            return Lines(count.lines + below.lines, count.widths + below.widths, size, 1.25, count.font)
        return self._lines(str(cell), room, size, 1.25)

    def _height(self, boxes: Iterable[Lines]) -> float:
        return max((box.height for box in boxes), default=0.0) + 2 * _PAD

    def _row(
        self,
        boxes: Sequence[Lines],
        widths: Sequence[float],
        left: Sequence[bool],
        *,
        heads: Sequence[Lines] = (),
    ) -> None:
        """One row; what does not fit goes on overleaf, under the heading once more."""
        height = self._height(boxes)
        whole_page = self._frame.bottom - self._frame.top - (self._height(heads) if heads else 0)
        if height > self._room and (height <= whole_page or self._room < 30) and self._y > self._frame.top:
            self._next_page()
            if heads:
                self._row(heads, widths, [False] * len(widths))
        rests = list(boxes)
        if height > self._room:
            parts = [_cut(box, self._room - 2 * _PAD) for box in boxes]
            rests = [rest for _now, rest in parts]
            boxes = [now for now, _rest in parts]
            height = self._height(boxes)
        else:
            rests = []
        x, top = self._frame.left, self._y
        for place, (box, width) in enumerate(zip(boxes, widths, strict=True)):
            self._outline(x, top, width, height)
            if left[place]:
                down = (height - box.height) / 2
                self._marks += text_block(box, x + _PAD, top + down)
            else:
                down = (height - box.height) / 2
                self._marks += text_block(box, x, top + down, centred_in=width)
            x += width
        self._y += height
        if rests:
            self._next_page()
            if heads:
                self._row(heads, widths, [False] * len(widths))
            self._row(rests, widths, left, heads=heads)

    def _outline(self, x: float, y: float, width: float, height: float) -> None:
        for line in (
            Line(x, y, x + width, y, thickness=_THIN),
            Line(x, y + height, x + width, y + height, thickness=_THIN),
            Line(x, y, x, y + height, thickness=_THIN),
            Line(x + width, y, x + width, y + height, thickness=_THIN),
        ):
            self._marks.append(line)

    # ── text and lines to write on ─────────────────────────────────────────────────────────────────────────────

    def _remarks(self, remarks: Remarks) -> None:
        indent = 7.0
        for number, text in enumerate(remarks.texts, start=1):
            lines = self._lines(text, self._frame.inside - indent, _BODY - 1)
            self._keep(min(lines.height, 12.0))
            label = self._letters.line(f"{number}.", _BODY - 1)
            label = Lines(label.lines, label.widths, label.size, 1.4, label.font)
            self._marks += text_block(label, self._frame.left, self._y)
            self._flow(lines, self._frame.left + indent, self._frame.inside - indent)
            self._y += 1
        self._y += 2

    def _opinions(self, opinions: Opinions) -> None:
        label_width, height = 24.0, _OPINION
        self._y += 2
        for text in opinions.labels:
            self._keep(height)
            frame, top = self._frame, self._y
            label = self._lines(text, label_width - 2 * _PAD, _CELL, strong=True)
            self._outline(frame.left, top, label_width, height)
            self._outline(frame.left + label_width, top, frame.inside - label_width, height)
            self._marks += text_block(label, frame.left, top + (height - label.height) / 2, centred_in=label_width)
            english = "Signature:                         Date:                "
            sign = self._letters.line(self._say("负责人（签字）：　　　　　　　　　年　　月　　日", english), _CELL)
            self._marks += text_block(sign, frame.left + frame.inside - sign.widths[0] - 4, top + height - 8)
            self._y += height
        self._y += 3

    def _signatures(self, signatures: Signatures) -> None:
        """Two roles beside each other, each with a line to sign on, and the date below."""
        frame = self._frame
        columns = self._sign_columns
        width = frame.inside / columns
        rows = [signatures.roles[start : start + columns] for start in range(0, len(signatures.roles), columns)]
        self._keep(self._height_of(signatures))
        self._y += 4
        for row in rows:
            for place, role in enumerate(row):
                x = frame.left + place * width
                label = self._letters.line(f"{role}：" if self._chinese else f"{role}: ", _BODY)
                self._marks += text_block(label, x, self._y)
                end = x + width - 4
                self._marks.append(Line(min(x + label.widths[0], end - 12), self._y + 6, end, self._y + 6))
            self._y += _SIGN_STEP
        date = self._letters.line(self._say("年　　　月　　　日", "Date:                          "), _BODY)
        self._marks += text_block(date, frame.left + frame.inside - date.widths[0] - 4, self._y)
        self._y += 8

    def _explain_missing(self) -> None:
        codes = "、".join(f"U+{ord(one):04X}" for one in sorted(self._missing))
        text = self._say(
            f"注：{REPLACEMENT}为印刷字库没有的字，原字见同名电子表格，编码为 {codes}。",
            f"Note: {REPLACEMENT} stands for a character that the font lacks; the spreadsheet of the same name has it: "
            f"{codes}.",
        )
        self._missing = set()
        self._flow(self._letters.paragraph(text, self._frame.inside, _NOTE), self._frame.left, self._frame.inside)

    # ── the foot ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _foot_top(self) -> float:
        return self._frame.height - 34.0

    def _foot(self, number: int, pages: int) -> Iterable[Mark]:
        frame, seal, top = self._frame, self._seal, self._foot_top
        yield Line(frame.left, top - 1, frame.left + frame.inside, top - 1, thickness=_THICK)
        x, room = frame.left + _QR, frame.inside - _QR
        y = top + 0.5
        for text in (
            self._say(f"会议指纹：{seal.words}", f"Fingerprint: {seal.words}"),
            self._say(f"账本：{seal.origin}，共 {seal.size} 条记录", f"Ledger: {seal.origin}, {seal.size} entries"),
            self._say(f"根：{seal.root}", f"Root: {seal.root}"),
            self._say(
                "左侧二维码是账本的签名首部，存成文件后可用 ballot-verify --checkpoint 核对。",
                "The code is the ledger's signed head; saved as a file, ballot-verify --checkpoint compares it.",
            ),
        ):
            block = self._letters.fit(text, room, 6.6, largest=_FOOT, smallest=4)
            yield from text_block(block, x, y, colour=_GREY)
            y += max(block.height, 3.6)
        title = self._content.title
        page = self._say(f"{title}　第 {number} 页　共 {pages} 页", f"{title}, page {number} of {pages}")
        block = self._letters.fit(page, frame.inside, 6, largest=10)
        yield from text_block(block, frame.left, frame.height - 10, centred_in=frame.inside)

    def _say(self, chinese: str, english: str) -> str:
        return chinese if self._chinese else english


def _by_weight(columns: Sequence[Column], width: float) -> list[float]:
    total = sum(column.weight for column in columns)
    return [width * column.weight / total for column in columns]


def _columns_of(table: Table) -> list[list[Cell]]:
    return [[row[place] for row in table.rows] for place in range(len(table.columns))]


def _texts(cells: Iterable[Cell]) -> Iterable[str]:
    for cell in cells:
        if isinstance(cell, Share):
            yield str(cell.count)
            yield cell.percent or "—"
        else:
            yield str(cell)


def _cut(lines: Lines, height: float) -> tuple[Lines, Lines]:
    """What fits in this height, and the rest."""
    fits = max(1, int(height / (lines.size * lines.leading * MM_PER_POINT)))
    now = Lines(lines.lines[:fits], lines.widths[:fits], lines.size, lines.leading, lines.font)
    rest = Lines(lines.lines[fits:], lines.widths[fits:], lines.size, lines.leading, lines.font)
    return now, rest
