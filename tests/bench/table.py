"""One row per promise: what was measured, what it is compared with, the ratio and the goal."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """A line of the table. `met` None: no goal, shown for information."""

    what: str
    measured: str
    compared: str
    result: str
    goal: str
    met: bool | None


def print_rows(rows: list[Row]) -> None:
    """All rows, with a mark where a goal is missed."""
    table = Table(title="Benchmarks", show_lines=False)
    for heading in ("what", "measured", "compared with", "result", "goal", ""):
        table.add_column(heading)
    for row in rows:
        mark = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}[row.met]
        table.add_row(row.what, row.measured, row.compared, row.result, row.goal, mark)
    Console(width=150).print(table)


def seconds_per_call(call: Callable[[], object], *, at_least: float = 0.6, rounds: int = 3) -> float:
    """The best of `rounds` measurements of at least `at_least` seconds each."""
    times = 1
    while (spent := _timed(call, times)) < at_least / 4:
        times = max(times * 2, int(times * at_least / 4 / max(spent, 1e-9)))
    times = max(1, int(times * at_least / spent))
    return min(_timed(call, times) for _round in range(rounds)) / times


def _timed(call: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _time in range(times):
        call()
    return time.perf_counter() - start
