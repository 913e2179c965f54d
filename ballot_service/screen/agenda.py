"""The agenda with what is done: only what the hall may know of each item."""

from __future__ import annotations

from ballot_service.disclosure import Detail, Phase, Standing, Viewer, detail, standing
from ballot_service.meetings.naming import Say
from ballot_service.meetings.state import Json, MeetingState
from verify import rules

SHOWN = 9  # rows that can be read from the last seat


def agenda(say: Say, state: MeetingState, now: str | None) -> list[Json]:
    """Rows {number, title, state, done, now}, of a long agenda those around where the meeting is.

    now: the id of the item that is being dealt with.
    """
    rows = []
    for number, item in enumerate(state.items, start=1):
        text, done = _state(say, state, [contest["id"] for contest in item["contests"]])
        rows.append(
            {"number": str(number), "title": item["title"], "state": text, "done": done, "now": item["id"] == now}
        )
    here = next((place for place, row in enumerate(rows) if row["now"] or (now is None and not row["done"])), len(rows))
    start = max(0, min(here - SHOWN // 2, len(rows) - SHOWN))
    return rows[start : start + SHOWN]


def _state(say: Say, state: MeetingState, contests: list[str]) -> tuple[str, bool]:
    stands: list[Standing] = [standing(state, one) for one in contests]
    if all(detail(Viewer.HALL, one) >= Detail.RESULT for one in stands):
        if any(_goes_on(state, one) for one in contests):
            return say("尚未完成", "to be continued"), False
        return say("已宣布", "announced"), True
    if all(one.phase is Phase.COUNTED for one in stands):
        return say("已计票", "counted"), all(rules.default_audience(one.mode) != "hall" for one in stands)
    if any(one.phase >= Phase.CLOSED for one in stands):
        return say("已投票", "voted"), False
    return "", False


def _goes_on(state: MeetingState, contest_id: str) -> bool:
    """Whether another round, or a decision about one, is to come; asked of what the hall was told."""
    last = state.rounds[contest_id][-1]
    decision = state.decisions.get(contest_id, {}).get(last["round"])
    return last["next"] == "revote" or (last["next"] == "committee-decides" and decision != "end")
