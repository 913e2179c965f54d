"""Days: how long a bar runs, and when something is due in Chinese working days.

Text: docs/rules.md, "Days". Dates are texts, "2026-12-18", of the place where the meeting is held; no clock is read.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

_ONE_DAY = timedelta(days=1)
_LAST_YEAR = 9999  # dates are not calculated beyond it


def months_later(start: str, months: int) -> str | None:
    """The same day of the month, so many months later; where there is none, the last of that month.

    None beyond the year 9999: then it never ends.
    """
    day = date.fromisoformat(start)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > _LAST_YEAR:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()


def due_date(due: Mapping[str, Any] | None, start: str, calendar: Mapping[str, Any] | None) -> str | None:
    """When {working_days: n} or {days: n} from `start` is up; the day after `start` is the first.

    None without a due, and for working days without a calendar or beyond what it knows. Calendar days need none.

    Source: docs/rules.md, "Days".
    """
    if due is None:
        return None
    if "days" in due:
        first = date.fromisoformat(start)
        return (first + timedelta(days=due["days"])).isoformat() if due["days"] <= (date.max - first).days else None
    return None if calendar is None else _working_day(int(due["working_days"]), start, calendar)


def _working_day(number: int, start: str, calendar: Mapping[str, Any]) -> str | None:
    day, until = date.fromisoformat(start), date.fromisoformat(calendar["until"])
    holidays, workdays = set(calendar["holidays"]), set(calendar["workdays"])
    while number > 0:
        if day >= until:
            return None
        day += _ONE_DAY
        text = day.isoformat()
        if text in workdays or (day.isoweekday() <= 5 and text not in holidays):
            number -= 1
    return day.isoformat()
