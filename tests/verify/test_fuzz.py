"""Whatever comes in: our own error or an answer, within a second and 64 MiB, and never a traceback."""

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from crypto import ballot, canonical
from crypto.encoding import b64u
from tests.ledger_builder import FullMeeting, LedgerBuilder, small_meeting
from tests.verify.fuzzing import spoil_bytes, spoil_lines, spoil_value, spoilt
from tests.whole_meetings import review_meeting
from verify.errors import BadOption, Malformed
from verify.html_report import render_page
from verify.ledger import parse_checkpoint
from verify.options import (
    Options,
    read_checkpoint,
    read_fingerprint,
    read_ledger_key,
    read_receipt,
    read_witness,
)
from verify.report import render
from verify.verdict import judge, to_json
from verify.watching.keys import make_key, read_key
from verify.words import to_words

SECONDS, MEGABYTES = 1.0, 64
few_and_many = [pytest.param(1, id="sample"), pytest.param(100, id="full", marks=pytest.mark.soak)]


def within_limits(act: Callable[[], object], *, measure: bool = True) -> None:
    """Processor time, which other processes do not lengthen; memory at its highest, where it is measured."""
    if measure:
        tracemalloc.start()
    began = time.process_time()
    act()
    took = time.process_time() - began
    if measure:
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert highest < MEGABYTES << 20
    assert took < SECONDS


@pytest.mark.parametrize("times", few_and_many)
def test_ledgers(times: int, small: LedgerBuilder, full: FullMeeting, tmp_path: Path) -> None:
    path = tmp_path / "spoilt.ledger"
    samples = [small.ledger(), full.builder.ledger(), review_meeting().builder.ledger()]

    def judge_and_tell() -> None:
        judged = judge(path, Options(unpinned=True))
        assert not (judged.accepted and judged.unreadable)
        to_json(judged, "zh")
        if judged.unreadable is None:
            render(judged, "zh")
            render_page(judged, "en")

    inputs = spoilt(20261218, samples, [spoil_bytes, spoil_lines, spoil_lines])
    for number, data in enumerate(islice(inputs, 25 * times)):
        path.write_bytes(data)
        within_limits(judge_and_tell, measure=number % 5 == 0)


def answers(read: Callable[[], object], refusal: type[Exception], *, measure: bool = False) -> bool:
    """Whether it was read; refused is as good. Anything else raised ends the test."""

    def attempt() -> None:
        try:
            read()
        except refusal as error:
            said.append(str(error))

    said: list[str] = []
    within_limits(attempt, measure=measure)
    assert not [one for one in said if "\n" in one]
    return not said


@pytest.mark.parametrize("times", few_and_many)
def test_notes_and_checkpoint_files(times: int, small: LedgerBuilder, tmp_path: Path) -> None:
    note, path = small.ledger().partition(b"\n\n")[2], tmp_path / "checkpoint"
    for data in islice(spoilt(1, [note], [spoil_bytes]), 200 * times):
        path.write_bytes(data)
        read = answers(partial(parse_checkpoint, data), Malformed)
        assert answers(partial(read_checkpoint, path), BadOption) == read


@pytest.mark.parametrize("times", few_and_many)
def test_keys_and_fingerprints(times: int, small: LedgerBuilder, tmp_path: Path) -> None:
    path = tmp_path / "witness.key"
    make_key(path, "witness.example")
    witness = small_meeting(witness_quorum=1).meeting["witnesses"]["keys"][0]
    samples = [
        str(small.ledger_key),
        witness,
        small.fingerprint.hex(),
        to_words(small.fingerprint, "zh"),
        "abandon " * 8,
    ]
    for data in islice(spoilt(2, [one.encode() for one in samples], [spoil_bytes]), 100 * times):
        text = data.decode(errors="replace")
        for read in (read_ledger_key, read_witness, read_fingerprint):
            answers(partial(read, text), BadOption)
    for data in islice(spoilt(3, [path.read_bytes()], [spoil_bytes]), 50 * times):
        path.write_bytes(data)
        answers(partial(read_key, path), BadOption)


@pytest.mark.parametrize("times", few_and_many)
def test_receipts(times: int, small: LedgerBuilder, tmp_path: Path) -> None:
    line = next(canonical.encode(entry) for entry in small.entries if entry["type"] == "ballot")
    ballot_id, path = ballot.ballot_id(line), tmp_path / "receipt.json"
    signed = b64u(ballot.sign_receipt(small.receipt_seed, ballot_id))
    value = {"format": "ballot-service/receipt/1", "meeting": "m", "ballot": b64u(ballot_id), "receipt": signed}
    ledger = tmp_path / "meeting.ledger"
    ledger.write_bytes(small.ledger())
    samples = [canonical.encode(value), canonical.encode({**value, "line": line.decode()})]
    random = Random(4)
    for data in islice(spoilt(5, samples, [spoil_bytes]), 100 * times):
        path.write_bytes(data)
        answers(partial(read_receipt, path), BadOption)
    for _ in range(100 * times):
        path.write_text(json.dumps(spoil_value(random, {**value, "meeting": small.meeting_id, "line": line.decode()})))
        if answers(partial(read_receipt, path), BadOption) and random.random() < 0.1:
            within_limits(lambda: judge(ledger, Options(unpinned=True, receipts=(read_receipt(path),))), measure=False)


LINE = 4 * 1024 * 1024


def filled(before: str, unit: str, after: str) -> bytes:
    """The longest line of this kind."""
    ends = (before + after).encode()
    return (before + unit * ((LINE - len(ends)) // len(unit.encode())) + after).encode()


CHAIN = b'{"a":' * 13 + b"0" + b"}" * 13
MANY = 2**17 // 14 - 1  # such chains: the most that one line may hold
HOSTILE = {
    "empty objects": filled('{"a":[', "{},", '0],"type":"step"}'),
    "as many objects as allowed": b'{"b":[' + b",".join([CHAIN] * MANY) + b'],"a":0}',
    "a text four times as long in memory": filled('{"a":"\U0001f600', "x", '","type":"step"}'),
}
MORE = {
    "objects in what ends like a ballot": filled('{"a":[', '{"a":1},', '0],"type":"ballot"}'),
    "lists in lists": filled('{"a":[', "[[[[[[[[]]]]]]]],", '0],"type":"step"}'),
    "nesting without end": filled("", '{"a":', ""),
    "as many texts as allowed": b'{"a":[' + b",".join(b'"%028d"' % one for one in range(2**17 - 9)) + b"]}",
    "a text to normalise": filled('{"a":"', "e\u0301", '","type":"step"}'),
    "a text of escapes": filled('{"a":"', "\\u0041", '","type":"step"}'),
    "backslashes": filled('"', "\\", ""),
}


@pytest.fixture(scope="module")
def nothing_hostile(small: LedgerBuilder, tmp_path_factory: pytest.TempPathFactory) -> tuple[float, float]:
    """Megabytes and seconds that the program itself takes."""
    path = tmp_path_factory.mktemp("small") / "small.ledger"
    path.write_bytes(small.ledger())
    return cost(path)


def cost(path: Path) -> tuple[float, float]:
    """Peak resident memory in MiB and processor seconds of the command, in a process of its own."""
    program = (
        "import resource, sys; from verify.cli import main; main(sys.argv[1:]); "
        "used = resource.getrusage(resource.RUSAGE_SELF); print(used.ru_maxrss, used.ru_utime + used.ru_stime)"
    )
    command = [sys.executable, "-c", program, str(path), "--unpinned", "--jobs", "1"]
    told = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    kibibytes, seconds = told.splitlines()[-1].split()
    return int(kibibytes) / 1024, float(seconds)


@pytest.mark.parametrize(
    "line",
    [
        *(pytest.param(line, id=name) for name, line in HOSTILE.items()),
        *(pytest.param(line, id=name, marks=pytest.mark.soak) for name, line in MORE.items()),
    ],
)
def test_the_longest_lines(
    line: bytes, nothing_hostile: tuple[float, float], small: LedgerBuilder, tmp_path: Path
) -> None:
    """Where a line stands for an entry, and for the first: whatever is parsed twice is parsed here."""
    path = tmp_path / "hostile.ledger"
    path.write_bytes(small.seal([line, *small.lines(small.entries)]))
    megabytes, seconds = cost(path)
    assert len(line) <= LINE
    assert megabytes - nothing_hostile[0] < MEGABYTES
    assert seconds - nothing_hostile[1] < SECONDS


def test_many_long_lines_of_nonsense_do_not_fill_the_memory(small: LedgerBuilder, tmp_path: Path) -> None:
    """Kept, they would take fifteen megabytes; each alone takes half of one."""
    path = tmp_path / "long.ledger"
    nonsense = b'{"a":[' + b"{}," * 5_000 + b'{}],"type":"step"}\n'
    path.write_bytes(small.ledger().replace(b"\n\n", b"\n" + nonsense * 40 + b"\n", 1))
    tracemalloc.start()
    judged = judge(path, Options(unpinned=True))
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert highest < 4 << 20
    assert next(one.detail.en for one in judged.outcomes if one.check.id == "V02").startswith("line 18: step: unknown")
