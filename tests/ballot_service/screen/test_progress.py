"""A live count that nobody can line up with a tap."""

from __future__ import annotations

import pytest

from ballot_service.screen.progress import TICK_SECONDS, Progress, Ticks, told_progress


@pytest.mark.parametrize("papers", [1, 9])
def test_the_number_moves_only_by_what_five_people_cast_until_all_are_in(papers: int) -> None:
    due = 13 * papers
    shown = []
    for returned in range(due + 1):
        told = told_progress(returned, due, papers=papers, min_class=5)
        assert told is not None
        assert told.due == due
        assert told.returned <= returned
        shown.append(told.returned)
    assert sorted(set(shown)) == [0, 5 * papers, 10 * papers, due]


def test_more_ballots_than_due_are_not_told() -> None:
    """Papers handed out meanwhile, or a holder who was recused: the close decides, not the screen."""
    assert told_progress(14, 13, papers=1, min_class=5) == Progress(13, 13)


@pytest.mark.parametrize(("due", "papers"), [(0, 0), (0, 1), (4, 1), (44, 9)])
def test_nothing_is_told_of_fewer_than_the_least(due: int, papers: int) -> None:
    assert told_progress(0, due, papers=papers, min_class=5) is None


def test_between_ticks_the_number_stands() -> None:
    now = 100.0 * TICK_SECONDS
    counted = [Progress(5, 13), Progress(10, 13), Progress(0, 9), Progress(5, 9)]
    ticks = Ticks(lambda: now)

    def at(seconds: float, poll: str = "p1") -> Progress | None:
        nonlocal now
        now = 100 * TICK_SECONDS + seconds
        return ticks.at_last_tick("hall", poll, lambda: counted.pop(0))

    assert at(0.1) == at(1) == at(TICK_SECONDS - 0.1) == Progress(5, 13)
    assert at(TICK_SECONDS) == Progress(10, 13)
    assert at(TICK_SECONDS + 1, "p2") == at(TICK_SECONDS + 2, "p2") == Progress(0, 9)  # another poll starts anew
    assert counted == [Progress(5, 9)]
