"""`python -m tests.mutation.checks [MODULE ...]`: take out each place of the verifier where a fault is found, one at a
time, and see whether the forged ledgers and the verifier's own tests notice.

First everything is run once, to learn which ledgers and tests come to which lines, and which of them are refused there:
only these can miss a place, the latter soonest.
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
TESTS = (  # those with ledgers or files that are refused; what is accepted is accepted all the more without a place
    "tests/tampering/test_every_field.py",
    *(f"tests/verify/test_{name}.py" for name in ("agenda", "options", "unreadable", "series", "parts", "honest")),
    "tests/verify/watching",
)
CORPUS, OTHERS = 1, 2  # who noticed
LIMIT_SECONDS = 300  # a mutant that takes longer hangs, and counts as noticed

Line = tuple[str, int]  # file and line
Reached = dict[Line, set[str]]  # who comes to a line: the ledgers, by number, and the tests


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.checks", description=__doc__)
    parser.add_argument("modules", nargs="*", type=Path, help="files of verify; all that find faults by default")
    parser.add_argument("--only", metavar="TEXT", default="", help="places whose name holds this")
    parser.add_argument("--folder", type=Path, help="keep here what is learned first, or take it from here")
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.modules] or _modules()
    load_third_party()
    known = reasons(KEPT)
    noticed: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        if not (folder / "reached").exists():
            folder.mkdir(exist_ok=True)
            if wait(fork(lambda: _write_corpus(folder)), limit=1200) != 0:
                print("error: the forged ledgers cannot be made", file=sys.stderr)
                return 2
            if wait(fork(lambda: _learn(folder)), limit=3600) != 0:
                print("error: the tests fail with every place in", file=sys.stderr)
                return 2
        executed, refused = pickle.loads((folder / "reached").read_bytes())
        for path in paths:
            source = path.read_text(encoding="utf-8")
            began, before = time.monotonic(), noticed.total()
            for number, place in enumerate(places_of(source, path.name)):
                key = f"{path.relative_to(VERIFY)} | {source.splitlines()[place.line - 1].strip()} | {place.what}"
                if key in known or options.only not in key:
                    continue
                status = wait(_fork(path, source, number, place, (refused, executed), folder), limit=LIMIT_SECONDS)
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
    from tests.tampering.test_every_field import forgeries
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
    (folder / "fields").write_bytes(pickle.dumps([(entry["type"], one) for _, entry, one in forgeries()]))
    return 0


def _learn(folder: Path) -> int:
    """Run everything once and keep who comes to which line, and whose refusals come out of or through which line. Fails
    when anything is not as it should be.
    """
    import coverage

    from verify.errors import VerifyError
    from verify.rules.errors import RulesError

    measured = coverage.Coverage(data_file=None, include=[f"{VERIFY}/*"], config_file=False)
    refused: Reached = {}
    name = ""

    def now(next_name: str) -> None:
        nonlocal name
        name = next_name
        measured.switch_context(name)

    def raised(error: Exception, *words: object) -> None:
        Exception.__init__(error, *words)
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename.startswith(str(VERIFY)):
                refused.setdefault((frame.f_code.co_filename, frame.f_lineno), set()).add(name)
            frame = frame.f_back  # type: ignore[assignment]

    VerifyError.__init__ = raised  # type: ignore[method-assign,assignment]
    RulesError.__init__ = raised  # type: ignore[method-assign,assignment]
    measured.start()
    for number, forged in enumerate(_corpus(folder)):
        now(str(number))
        _judge(*forged)
    if not run_tests(*TESTS, each=now):
        return 1
    measured.stop()
    data = measured.get_data()
    executed: Reached = {
        (file, line): {one for one in contexts if one}
        for file in data.measured_files()
        for line, contexts in data.contexts_by_lineno(file).items()
    }
    (folder / "reached").write_bytes(pickle.dumps((executed, refused)))
    return 0


def _fork(path: Path, source: str, number: int, place: Place, reached: tuple[Reached, Reached], folder: Path) -> int:
    """Judge ledgers and run tests in a child, with one place taken out: those refused there, then all that come there.

    What is read when it is loaded is everybody's.
    """

    def run() -> int:
        put_in(path, without(source, path.name, number))
        if place.loaded and _reads_a_spoilt_field(folder):
            return CORPUS
        corpus, done = _corpus(folder), set[str]()
        everybody = {*map(str, range(len(corpus))), *TESTS}
        lines = [(str(path), line) for line in range(place.line, place.end + 1)]
        here = [set().union(*(one.get(line, ()) for line in lines)) for one in reached]
        for who in [everybody] if place.loaded else here:
            ledgers = sorted(int(one) for one in who - done if one.isdecimal())
            tests = sorted(one for one in who - done if not one.isdecimal())
            done |= who
            try:
                for one in ledgers:
                    _judge(*corpus[one])
            except Exception:  # noqa: BLE001 - whatever a mutant does is noticed when it is not what the verifier does
                return CORPUS
            if tests and not run_tests(*tests):
                return OTHERS
        return 0

    return fork(run)


def _reads_a_spoilt_field(folder: Path) -> bool:
    """Whether an entry with one of its fields spoilt is let through: most fields of a shape are missed so, and soon."""
    from verify.entries import check_fields
    from verify.errors import Malformed
    from verify.ledger import Entry

    for kind, spoilt in pickle.loads((folder / "fields").read_bytes()):
        try:
            if kind != "ballot":
                check_fields(Entry(7, b"", spoilt))
                return True
        except Malformed:
            continue
    return False


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
