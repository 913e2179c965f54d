"""`python -m tests.mutation [MODULE ...]`: put small mistakes into verify/rules and see which tests notice.

A mistake that no test notices survives and is printed; exit status 1. Those that change no result are listed with the
reason in equivalent.txt and left out. Each runs in a process of its own, forked from one that has loaded everything but
our own code, with the tests in the order in which they are likely to notice.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.mutation.mutants import Mutant, mutants_of, mutated
from tests.recount import generate  # imports nothing of ours but the plain recount

ROOT = Path(__file__).parents[2]
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
OPTIONS = (
    *("-x", "-q", "-m", "not soak", "-p", "no:cacheprovider", "-p", "no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # plugins are loaded before pytest is, once for all
    *("--tb=no", "--assert=plain"),  # that a test fails is enough
)
THIRD_PARTY = (
    "hypothesis", "hypothesis.strategies", "flask", "flask_limiter", "sqlalchemy.orm", "alembic.command", "pydantic",
    "cryptography.hazmat.primitives.asymmetric.rsa", "nacl.signing", "gmpy2", "ruamel.yaml", "requests", "qrcode",
    "psycopg", "waitress", "jsone", "openpyxl", "rich.console", "rich.progress", "pytest",
)  # fmt: skip
SLOWEST = 5  # times as long as without a mistake, and a mutant counts as noticed: it hangs


class _OneMutant(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a changed tree; everything else as always."""

    def __init__(self, module: str, path: Path, tree: ast.Module) -> None:
        self.module, self.path, self.tree = module, path, tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.module:
            return None
        package = self.path.name == "__init__.py"
        found = importlib.util.spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=[str(self.path.parent)] if package else None
        )
        assert found is not None
        return found

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="files of verify/rules; all of them by default")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.modules] or sorted(RULES.rglob("*.py"))
    for name in THIRD_PARTY:
        importlib.import_module(name)
    MEETINGS.update((seed, generate.meeting_of(seed)) for seed in range(3_000_000, 3_000_250))
    start = time.monotonic()
    if _wait(_fork(None), limit=600) != 0:
        print("error: the tests fail without any mistake", file=sys.stderr)
        return 2
    limit = SLOWEST * (time.monotonic() - start) + 10
    known = _equivalent()
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
            status = _wait(child, limit=left) if options.jobs == 1 else _poll(child, left)
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


def _equivalent() -> set[str]:
    lines = EQUIVALENT.read_text().splitlines() if EQUIVALENT.exists() else []
    return {line for line in lines if line and not line.startswith("#")}


def _fork(which: tuple[Path, str, int] | None) -> int:
    """Run the tests in a child, with one mistake or none; its exit status is 0 when they pass."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        if which is not None:
            path, source, number = which
            parts = path.relative_to(ROOT).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            sys.meta_path.insert(0, _OneMutant(module, path, mutated(source, number)))
        import hypothesis
        import pytest

        from tests.recount import agree

        agree.smallest = _as_it_is
        for seed, case in MEETINGS.items():
            agree.check_case(seed, case)
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("mutation", database=None, derandomize=True, phases=phases)
        hypothesis.settings.load_profile("mutation")
        os.chdir(ROOT)
        status = int(pytest.main([*OPTIONS, *DESELECT, *TESTS]) != 0)
    finally:
        os._exit(status)


def _as_it_is(poll: generate.Poll, meeting: dict[str, Any]) -> generate.Poll:
    """Instead of looking for the smallest poll that shows a difference: nobody reads it here."""
    return poll


def _wait(child: int, *, limit: float) -> int:
    deadline = time.monotonic() + limit
    while (status := _poll(child, deadline - time.monotonic())) is None:
        time.sleep(0.02)
    return status


def _poll(child: int, left: float) -> int | None:
    """Exit status, None while it runs; beyond its time it is ended, and counts as noticed."""
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        return os.waitstatus_to_exitcode(status)
    if left < 0:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return 1
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
