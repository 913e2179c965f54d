"""`python -m tests.mutation.checks [MODULE ...]`: take out each place of the verifier where a fault is found, one at a
time, and see whether the forged ledgers and the verifier's own tests notice.

First everything is run once, to learn which ledgers and tests come to which lines: only these can miss a place there.
A place that nobody misses is printed; exit status 1. Those that other places stand behind are listed with the reason in
kept.txt and left out. The rules are `python -m tests.mutation`; what only shows (pages, reports) finds no fault.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.mutation.places import Place, places_of, without
from tests.mutation.running import ROOT, fork, load_third_party, put_in, reasons, run_tests, wait

VERIFY = ROOT / "verify"
KEPT = Path(__file__).parent / "kept.txt"
ELSEWHERE = ("rules", "html_report", "in_browser", "portable")
FIELDS = (
    "tests/tampering/test_every_field.py"  # every field spoilt: for the shapes, which are read when they are loaded
)
NAMES = ("options", "unreadable", "series", "honest", "parts", "whole_meetings", "report")
TESTS = (FIELDS, *(f"tests/verify/test_{name}.py" for name in NAMES), "tests/verify/watching")
CORPUS, OTHERS = 1, 2  # who noticed
LIMIT_SECONDS = 300  # a mutant that takes longer hangs, and counts as noticed

Line = tuple[str, int]  # file and line
Reached = dict[Line, tuple[set[int], set[str]]]  # the ledgers, by number, and the tests that come to a line


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.checks", description=__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="files of verify; all that find faults by default")
    parser.add_argument("--only", metavar="TEXT", default="", help="places whose name holds this")
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.modules] or _modules()
    load_third_party()
    known = reasons(KEPT)
    noticed: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if wait(fork(lambda: _write_corpus(folder)), limit=600) != 0:
            print("error: the forged ledgers cannot be made", file=sys.stderr)
            return 2
        if wait(fork(lambda: _learn(folder)), limit=1200) != 0:
            print("error: the tests fail with every place in", file=sys.stderr)
            return 2
        reached: Reached = pickle.loads((folder / "reached").read_bytes())
        for path in paths:
            source = path.read_text(encoding="utf-8")
            began, before = time.monotonic(), noticed.total()
            for number, place in enumerate(places_of(source, path.name)):
                key = f"{path.relative_to(VERIFY)} | {source.splitlines()[place.line - 1].strip()} | {place.what}"
                if key in known or options.only not in key:
                    continue
                status = wait(_fork(path, source, number, place, reached, folder), limit=LIMIT_SECONDS)
                noticed[status] += 1
                if status == 0:
                    print(f"not missed, line {place.line}: {key}", flush=True)
            tried = noticed.total() - before
            print(f"{path.relative_to(ROOT)}: {tried} places, {time.monotonic() - began:.0f} s", flush=True)
    print(
        f"{noticed.total()} places, {noticed[CORPUS]} missed by the forged ledgers, {noticed[OTHERS]} by other tests, "
        f"{noticed[0]} by nothing"
    )
    return 1 if noticed[0] else 0


def _modules() -> list[Path]:
    found = [path for path in sorted(VERIFY.rglob("*.py")) if path.relative_to(VERIFY).parts[0] not in ELSEWHERE]
    return [path for path in found if places_of(path.read_text(encoding="utf-8"), path.name)]


def _write_corpus(folder: Path) -> int:
    """Every forged ledger as files, with the check and the reason that it must be refused by; honest ones have none."""
    from tests.ledger_builder import full_meeting, small_meeting
    from tests.tampering.corpus import FORGERIES
    from tests.tampering.forge import write
    from tests.whole_meetings import review_meeting

    honest = [small_meeting(), full_meeting().builder, review_meeting().builder]
    made: list[Any] = [(one.ledger(), None, "") for one in honest]
    made += [(make(), check, reason) for make, check, reason in (param.values for param in FORGERIES)]
    corpus = []
    for number, (forged, check, reason) in enumerate(made):
        place = folder / str(number)
        place.mkdir()
        corpus.append((write(place, forged), check, reason))
    (folder / "corpus").write_bytes(pickle.dumps(corpus))
    return 0


def _learn(folder: Path) -> int:
    """Run everything once and keep who comes to which line. Fails when anything is not as it should be."""
    import coverage

    measured = coverage.Coverage(data_file=None, include=[f"{VERIFY}/*"], config_file=False)
    measured.start()
    for number, forged in enumerate(_corpus(folder)):
        measured.switch_context(str(number))
        _judge(*forged)
    if not run_tests(*TESTS, each=measured.switch_context):
        return 1
    measured.stop()
    data = measured.get_data()
    reached: Reached = {}
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            ledgers = {int(one) for one in contexts if one.isdecimal()}
            reached[file, line] = (ledgers, {one for one in contexts if "::" in one})
    (folder / "reached").write_bytes(pickle.dumps(reached))
    return 0


def _fork(path: Path, source: str, number: int, place: Place, reached: Reached, folder: Path) -> int:
    """Judge ledgers and run tests in a child, with one place taken out: those that come to it."""

    def run() -> int:
        put_in(path, without(source, path.name, number))
        if place.loaded and path.name != "__init__.py" and not run_tests(FIELDS):
            return CORPUS
        here = [reached.get((str(path), line), (set(), set())) for line in range(place.line, place.end + 1)]
        ledgers: set[int] = set().union(*(one for one, _ in here))
        tests: set[str] = set().union(*(one for _, one in here))
        try:
            for one, forged in enumerate(_corpus(folder)):
                if place.loaded or one in ledgers:
                    _judge(*forged)
        except Exception:  # noqa: BLE001 - whatever a mutant does is noticed when it is not what the verifier does
            return CORPUS
        chosen = TESTS if place.loaded else sorted(tests)
        return OTHERS if chosen and not run_tests(*chosen) else 0

    return fork(run)


def _corpus(folder: Path) -> list[Any]:
    return list(pickle.loads((folder / "corpus").read_bytes()))


def _judge(written: Any, check: str | None, reason: str) -> None:
    from tests.judging import check_accepted, check_refused
    from verify.verdict import judge

    judged = judge(written.ledger, written.options())
    if check is None:
        check_accepted(judged)
    else:
        check_refused(judged, check, reason)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
