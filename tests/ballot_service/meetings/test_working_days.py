"""The promise: a calendar says which days are worked, never more than this installation knows."""

from datetime import date, timedelta

import pytest

from ballot_service.meetings.field_readers import Place
from ballot_service.meetings.problems import Findings
from ballot_service.meetings.working_days import calendar, known_calendar
from verify import rules


def test_holidays_and_days_worked_instead_are_those_of_the_year() -> None:
    known = known_calendar("2025-09-20")
    assert known is not None
    assert [day for day in known["holidays"] if day < "2025-10-15"] == [
        "2025-10-01", "2025-10-02", "2025-10-03", "2025-10-06", "2025-10-07", "2025-10-08"
    ]  # fmt: skip
    assert [day for day in known["workdays"] if day < "2025-10-15"] == ["2025-09-28", "2025-10-11"]
    assert min(known["holidays"] + known["workdays"]) > "2025-09-20"
    assert rules.due_date({"working_days": 7}, "2025-09-25", known) == "2025-10-11"


def test_it_ends_with_the_last_year_that_is_known() -> None:
    known = known_calendar("2025-12-31")
    assert known is not None
    assert known["until"].endswith("-12-31")
    after = (date.fromisoformat(known["until"]) + timedelta(days=1)).isoformat()
    assert known_calendar(known["until"]) == {"until": known["until"], "holidays": [], "workdays": []}
    assert known_calendar(after) is None


@pytest.mark.parametrize("day", ["0001-01-01", "2003-12-31", "9999-12-31"])
def test_days_beyond_what_is_known_have_no_calendar(day: str) -> None:
    assert known_calendar(day) is None


def test_what_is_filled_in_can_be_written_in_a_file() -> None:
    known = known_calendar("2026-01-01")
    findings = Findings({})
    assert calendar(Place(known, ("calendar",), findings)) == known
    assert findings.problems == []
