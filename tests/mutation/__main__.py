"""`python -m tests.mutation [MODULE ...]`: put small mistakes into verify/rules and see which tests notice.

A mistake that no test notices survives and is printed; exit status 1. Those that change no result are listed with the
reason in equivalent.txt and left out. Each runs in a process of its own, forked from one that has loaded everything but
our own code, with the tests in the order in which they are likely to notice.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant, mutants_of, mutated
from tests.mutation.running import ROOT, fork, load_third_party, poll, put_in, reasons, run_tests, wait
from tests.recount import generate  # imports nothing of ours but the plain recount

RULES = ROOT / "verify" / "rules"
EQUIVALENT = Path(__file__).parent / "equivalent.txt"
MEETINGS: dict[int, generate.Case] = {}  # counted twice before any test is collected: that notices most mistakes
SLOW = ("test_elections.py", "test_properties.py")  # seconds each, and what they notice the meetings notice too
TESTS = (
    *sorted(str(path) for path in (ROOT / "tests/verify/rules").glob("test_*.py") if path.name not in SLOW),
    "tests/domain",
    "tests/recount/test_recount.py",
)
DESELECT = tuple(
    f"--deselect=tests/recount/test_recount.py::{name}"
    for name in ("test_both_countings_agree", "test_the_drawn_meetings_come_to_every_edge")
)
SLOWEST = 5  # times as long as without a mistake, and a mutant counts as noticed: it hangs


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="files of verify/rules; all of them by default")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.modules] or sorted(RULES.rglob("*.py"))
    load_third_party()
    MEETINGS.update((seed, generate.meeting_of(seed)) for seed in range(3_000_000, 3_000_250))
    start = time.monotonic()
    if wait(_fork(None), limit=600) != 0:
        print("error: the tests fail without any mistake", file=sys.stderr)
        return 2
    limit = SLOWEST * (time.monotonic() - start) + 10
    known = reasons(EQUIVALENT)
    survivors: list[str] = []
    running: dict[int, tuple[Path, Mutant, float]] = {}
    tried, before = 0, None
    sources = {path: path.read_text(encoding="utf-8") for path in paths}
    waiting = [(path, number, mutant) for path in paths for number, mutant in enumerate(mutants_of(sources[path]))]
    waiting.reverse()
    while waiting or running:
        while waiting and len(running) < options.jobs:
            path, number, mutant = waiting.pop()
            if path != before:
                print(f"{path.relative_to(ROOT)} …", flush=True)
                before = path
            if _key(path, sources[path], mutant) not in known:
                running[_fork((path, sources[path], number))] = (path, mutant, time.monotonic())
                tried += 1
        for child in list(running):
            path, mutant, began = running[child]
            left = limit - (time.monotonic() - began)
            status = wait(child, limit=left) if options.jobs == 1 else poll(child, left)
            if status is None:
                continue
            del running[child]
            if status == 0:
                survivors.append(_key(path, sources[path], mutant))
                print(f"survived, line {mutant.line}: {survivors[-1]}", flush=True)
        time.sleep(0.01)
    print(f"{tried} mistakes, {len(survivors)} not noticed")
    return 1 if survivors else 0


def _key(path: Path, source: str, mutant: Mutant) -> str:
    """A mutant's name, which stays when lines above it change: the file, the line's text, and what was done."""
    line = source.splitlines()[mutant.line - 1].strip() if mutant.line else ""
    return f"{path.relative_to(RULES)} | {line} | {mutant.what}"


def _fork(which: tuple[Path, str, int] | None) -> int:
    """Run the tests in a child, with one mistake or none; its exit status is 0 when they pass."""

    def run() -> int:
        if which is not None:
            path, source, number = which
            put_in(path, mutated(source, number))
        from tests.recount import agree

        agree.smallest = _as_it_is
        for seed, case in MEETINGS.items():
            agree.check_case(seed, case)
        return int(not run_tests(*DESELECT, *TESTS))

    return fork(run)


def _as_it_is(poll: generate.Poll, meeting: dict[str, Any]) -> generate.Poll:
    """Instead of looking for the smallest poll that shows a difference: nobody reads it here."""
    return poll


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
