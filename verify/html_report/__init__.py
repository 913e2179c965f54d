"""The report as one self-contained page for screen and paper: no script, no picture, nothing from elsewhere.

The same outcome, figures and words as the report in the terminal (`verify.report`); text from the ledger is escaped in
one place (`element`). `render_page` in `page` is the way in.
"""

from verify.html_report.page import render_page

__all__ = ["render_page"]
