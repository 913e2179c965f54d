"""Pages as PDF: the font embedded as far as it is used, QR codes as shapes, and not a word about who made it when.

The same pages are the same bytes: no date, no producer, no file id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.output import OutputProducer, PDFInfo

from ballot_service.printing.letters import font_of
from ballot_service.printing.marks import Box, Code, Line, Mark, Page, Text

_DARK_RUN = re.compile("1+")
_BOLD_STROKE = 0.022  # of the size: the font has one weight, so bold text gets an outline
_SMALLEST_BOLD = 7  # points: below, an outline fills the letters


def to_pdf(pages: Iterable[Page], *, language: str) -> bytes:
    """language: of the text, "zh-CN" or "en", for those who have it read to them."""
    pages = list(pages)
    paper = _Paper(unit="mm")
    paper.set_lang(language)
    with ExitStack() as open_fonts:
        for name in sorted({mark.font for page in pages for mark in page.marks if isinstance(mark, Text)}):
            open_fonts.enter_context(font_of(paper, name))
        for page in pages:
            paper.add_page(format=(page.width, page.height))
            for mark in page.marks:
                paper.draw(mark)
        return bytes(paper.output(output_producer_class=_WithoutDate))


class _WithoutDate(OutputProducer):
    def _add_info(self) -> PDFInfo:
        info = super()._add_info()
        del info.creation_date
        return info


class _Paper(FPDF):
    def file_id(self) -> None:
        return None

    def draw(self, mark: Mark) -> None:
        match mark:
            case Text():
                self._draw_text(mark)
            case Code():
                self._draw_code(mark)
            case Box():
                self._draw_box(mark)
            case Line():
                self._draw_line(mark)

    def _draw_text(self, mark: Text) -> None:
        self.set_font(mark.font, size=mark.size)
        with self.local_context():
            self.set_text_color(mark.colour)
            if mark.bold and mark.size >= _SMALLEST_BOLD:
                self.set_draw_color(mark.colour)
                self.text_mode = TextMode.FILL_STROKE
                self.line_width = mark.size * _BOLD_STROKE  # `text` takes it for points
            self.text(mark.x, mark.y, mark.text)

    def _draw_code(self, mark: Code) -> None:
        """One path, filled once, in a grid of modules: no viewer shows seams, and 400 codes take a moment."""
        module = mark.side / len(mark.modules) * self.k
        grid = f"{module:.4f} 0 0 -{module:.4f} {mark.x * self.k:.3f} {(self.h - mark.y) * self.k:.3f} cm"
        shape = "\n".join(
            f"{run.start()} {row} {run.end() - run.start()} 1 re"
            for row, modules in enumerate(mark.modules)
            for run in _DARK_RUN.finditer(modules)
        )
        self._out(f"q 0 g {grid}\n{shape}\nf Q")

    def _draw_box(self, mark: Box) -> None:
        style = ("D" if mark.outline else "") + ("F" if mark.fill else "")
        with self.local_context():
            if mark.outline:
                self.set_draw_color(mark.outline)
                self.set_line_width(mark.thickness)
            if mark.fill:
                self.set_fill_color(mark.fill)
            self.rect(mark.x, mark.y, mark.width, mark.height, style=style)

    def _draw_line(self, mark: Line) -> None:
        with self.local_context():
            self.set_draw_color(mark.colour)
            self.set_line_width(mark.thickness)
            if mark.dashed:
                self.set_dash_pattern(dash=1, gap=1)
            self.line(mark.x1, mark.y1, mark.x2, mark.y2)
