"""The calendar of a meeting: which days are worked, so that everybody counts 7 个工作日 alike.

Format: docs/formats/meeting-file.md §1. A day is worked when it is Monday to Friday and no holiday, or when it is
worked instead of one (调休). The calendar stands in the ledger; nobody who reads a ledger needs the library.
"""

from datetime import date, timedelta
from typing import Any

import chinese_calendar

from ballot_service.meetings.field_readers import (
    WRONG,
    Field,
    Place,
    record,
    unique_list_of,
)
from ballot_service.meetings.field_readers import date as date_text
from ballot_service.meetings.problems import describe

_ONE_DAY = timedelta(days=1)


def calendar(place: Place) -> Any:
    """`{until, holidays, workdays}`: nothing is known after `until`."""
    values = record(
        place,
        {
            "until": Field(date_text),
            "holidays": Field(unique_list_of(date_text), []),
            "workdays": Field(unique_list_of(date_text), []),
        },
    )
    if values is WRONG:
        return WRONG
    holidays = values.get("holidays", [])
    for position, day in enumerate(values.get("workdays", [])):
        if day in holidays:
            place.wrong_at(("workdays", position), f"{describe(day)}, a holiday too", "a day that is only one of them")
    return values


def known_calendar(start: str) -> dict[str, Any] | None:
    """What this installation knows of the days from `start` on, None when it does not know that day."""
    day = date.fromisoformat(start)
    until = _last_day_known(day)
    if until is None:
        return None
    holidays: list[str] = []
    workdays: list[str] = []
    while day <= until:
        is_worked = chinese_calendar.is_workday(day)
        if is_worked != (day.isoweekday() <= 5):
            (workdays if is_worked else holidays).append(day.isoformat())
        day += _ONE_DAY
    return {"until": until.isoformat(), "holidays": holidays, "workdays": workdays}


def _last_day_known(day: date) -> date | None:
    """The library knows whole years, each once its holidays are announced."""
    last = None
    for year in range(day.year, date.max.year + 1):
        end = date(year, 12, 31)
        try:
            chinese_calendar.is_workday(end)
        except NotImplementedError:
            break
        last = end
    return last
