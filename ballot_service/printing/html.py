"""Pages as one web page to print from a browser: one SVG a sheet, no script, nothing fetched.

The letters come from the reader's own fonts, stretched to the width that was measured, so that nothing overflows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from ballot_service.printing.letters import MM_PER_POINT
from ballot_service.printing.marks import Box, Code, Line, Mark, Page, Text

_DARK_RUN = re.compile("1+")
_FONTS = "'Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_SERIF = "'Noto Serif SC','Source Han Serif SC','FangSong','STFangsong','SimSun',serif"
_STYLE = f"""
@page {{ size: A4; margin: 0 }}
body {{ margin: 0; background: #666; font-family: {_FONTS} }}
p {{ margin: 0; padding: 12px; background: #fff; font-size: 20px; text-align: center }}
svg {{ display: block; width: 210mm; height: 297mm; margin: 8mm auto; background: #fff;
  -webkit-print-color-adjust: exact; print-color-adjust: exact }}
@media print {{ body {{ background: none }} p {{ display: none }} svg {{ margin: 0; break-after: page }} }}
"""


def to_html(pages: Iterable[Page], *, language: str, title: str, advice: str) -> bytes:
    """A4 pages. `advice` stands above them on the screen and is not printed."""
    sheets = "\n".join(_svg(page) for page in pages)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="referrer" content="no-referrer">\n<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n'
        f"</head>\n<body>\n<p>{escape(advice)}</p>\n{sheets}\n</body>\n</html>\n"
    ).encode()


def _svg(page: Page) -> str:
    marks = "\n".join(_element(mark) for mark in page.marks)
    return (
        f'<svg viewBox="0 0 {_mm(page.width)} {_mm(page.height)}" xmlns="http://www.w3.org/2000/svg">\n{marks}\n</svg>'
    )


def _element(mark: Mark) -> str:
    match mark:
        case Text():
            weight = ' font-weight="700"' if mark.bold else ""
            weight += f' font-family="{_SERIF}"' if mark.font == "serif" else ""
            return (
                f'<text x="{_mm(mark.x)}" y="{_mm(mark.y)}" font-size="{_mm(mark.size * MM_PER_POINT)}" '
                f'fill="{mark.colour}"{weight} textLength="{_mm(mark.width)}" lengthAdjust="spacingAndGlyphs">'
                f"{escape(mark.text)}</text>"
            )
        case Code():
            shape = "".join(
                f"M{run.start()} {row}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
                for row, modules in enumerate(mark.modules)
                for run in _DARK_RUN.finditer(modules)
            )
            scale = mark.side / len(mark.modules)
            return (
                f'<path transform="translate({_mm(mark.x)} {_mm(mark.y)}) scale({scale:.5f})" '
                f'shape-rendering="crispEdges" d="{shape}"/>'
            )
        case Box():
            outline = f' stroke="{mark.outline}" stroke-width="{_mm(mark.thickness)}"' if mark.outline else ""
            return (
                f'<rect x="{_mm(mark.x)}" y="{_mm(mark.y)}" width="{_mm(mark.width)}" height="{_mm(mark.height)}" '
                f'fill="{mark.fill or "none"}"{outline}/>'
            )
        case Line():
            dashes = ' stroke-dasharray="1 1"' if mark.dashed else ""
            return (
                f'<line x1="{_mm(mark.x1)}" y1="{_mm(mark.y1)}" x2="{_mm(mark.x2)}" y2="{_mm(mark.y2)}" '
                f'stroke="{mark.colour}" stroke-width="{_mm(mark.thickness)}"{dashes}/>'
            )


def _mm(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
