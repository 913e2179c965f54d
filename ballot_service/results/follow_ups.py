"""Follow-ups (待办事项): what the results propose, for named offices to confirm and do; never done by this service.

Text: docs/rules.md, "Proposals". They follow from the ledger: from the flags of each contest's last round, the bars of
all its rounds, and the flags of the scores. As a list for officers, as CSV or as a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from ballot_service.meetings.state import Json, MeetingState
from ballot_service.printing.workbook import FORMULA_STARTS, saved, write_text
from verify import rules

COLUMNS = {  # field → heading and width of its column in characters
    "title": ("事项", "contest or score", 28),
    "subject": ("对象", "subject", 14),
    "unit": ("单位", "unit", 20),
    "code": ("代码", "code", 18),
    "text": ("处理建议", "proposal", 44),
    "confirm": ("确认机关", "to be confirmed by", 24),
    "due": ("期限", "due", 12),
    "status": ("状态", "status", 12),
}
STATUS_WORDS = {"to-confirm": ("待确认", "to confirm")}

_BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheet programs know UTF-8


@dataclass(frozen=True)
class FollowUp:
    """One proposal, and what it is about."""

    contest: str | None  # id; None for a proposal of a score
    score: str | None  # id; None for a proposal of a contest
    title: str
    subject: str | None  # name of who is assessed, where the contest says
    unit: str | None
    code: str
    text: str
    confirm: str  # the office that confirms it
    due: str | None  # the last day; None without one, or beyond the meeting's calendar
    status: str

    def as_json(self) -> Json:
        return asdict(self)


def follow_ups(state: MeetingState) -> list[FollowUp]:
    """Contests in the order of the agenda, then scores; each in the order of its rules."""
    return [*_of_contests(state), *_of_scores(state)]


def _of_contests(state: MeetingState) -> Iterator[FollowUp]:
    rounds = state.rounds
    for contest_id, contest in state.contests.items():
        counted = rounds.get(contest_id)
        if not counted:
            continue
        # A bar stands whatever later rounds bring; a flag is raised by the last figures only.
        found = {"flags": counted[-1]["flags"], "barred": [bar for judged in counted for bar in judged["barred"]]}
        about = contest["subject"] or {"name": None, "unit": None}
        for proposal in rules.proposals_of(contest, found, state.meeting):
            yield _follow_up(proposal, contest["title"], about, contest=contest_id)


def _of_scores(state: MeetingState) -> Iterator[FollowUp]:
    titles = {one["id"]: one["title"] for place in (state.meeting, *state.items) for one in place["scores"]}
    for score_id, score in state.scores().items():
        for proposal in score.get("proposals", []):
            yield _follow_up(proposal, titles[score_id], {"name": None, "unit": None}, score=score_id)


def _follow_up(
    proposal: Json, title: str, about: Json, *, contest: str | None = None, score: str | None = None
) -> FollowUp:
    return FollowUp(contest, score, title, about["name"], about["unit"], **proposal)


def as_csv(listed: list[FollowUp], *, chinese: bool) -> bytes:
    """UTF-8 with a byte order mark, one proposal a line.

    A program that opens it must not take what an organiser or a voter wrote for a formula: such a cell begins with an
    apostrophe. Source: OWASP, "CSV Injection".
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in _rows(listed, chinese=chinese):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return (_BYTE_ORDER_MARK + text.getvalue()).encode()


def as_xlsx(listed: list[FollowUp], *, chinese: bool) -> bytes:
    """One sheet. Every cell is text, whatever it begins with."""
    book = Workbook()
    sheet = book.active
    sheet.title = "待办事项" if chinese else "Follow-ups"
    for number, row in enumerate(_rows(listed, chinese=chinese), start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            write_text(cell, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for column, (_chinese, _english, width) in enumerate(COLUMNS.values(), start=1):
        heading = sheet.cell(1, column)
        heading.font = Font(bold=True)
        sheet.column_dimensions[heading.column_letter].width = width
    sheet.freeze_panes = "A2"
    return saved(book)


def _rows(listed: list[FollowUp], *, chinese: bool) -> Iterator[list[str]]:
    language = 0 if chinese else 1
    yield [(chinese_name, english_name)[language] for chinese_name, english_name, _width in COLUMNS.values()]
    for one in listed:
        row = {**one.as_json(), "status": STATUS_WORDS.get(one.status, (one.status,) * 2)[language]}
        yield [row[name] or "" for name in COLUMNS]
