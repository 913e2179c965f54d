"""What is no ledger: one line on standard error, exit status 2, and never a traceback."""

import json
import os
from collections import Counter
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto import canonical
from tests.judging import outcomes
from tests.ledger_builder import LedgerBuilder
from verify import ledger
from verify.ballots import Context, Task, Worker, check_ballots
from verify.cli import main
from verify.errors import Unreadable
from verify.options import Options
from verify.verdict import judge, to_json


def run(folder: Path, data: bytes, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    path = folder / "meeting.ledger"
    path.write_bytes(data)
    status = main([str(path), "--unpinned", "--jobs", "1"])
    return status, capsys.readouterr().err


UNREADABLE = [
    pytest.param(b"\xff\xfe", "V01: line 1: not valid UTF-8", id="bytes that are no text"),
    pytest.param(b"[" * 17 + b"]" * 17, "V01: line 1: nested deeper than 16", id="nesting beyond the limit"),
    pytest.param(b"[" * 200_000, "V01: line 1: nested deeper than 16", id="nesting that would exhaust a parser"),
    pytest.param(b'{"a":1,"a":2}', "V02: line 1: a field is given twice", id="a field twice"),
    pytest.param(
        b'{"a":{"b":[{"c":1,"c":1}]}}', "V02: line 1: a field is given twice", id="a field twice, deep inside"
    ),
    pytest.param(b'{"a":' + b"9" * 5000 + b"}", "V02: line 1: an integer too long", id="an integer of 5000 digits"),
    pytest.param(b'{"a":-' + b"9" * 17 + b"}", "V02: line 1: an integer too long", id="an integer of 17 digits"),
    pytest.param(b'{"a":NaN}', "V02: line 1: not JSON", id="not a number"),
    pytest.param(b'{"a":-Infinity}', "V02: line 1: not JSON", id="infinity"),
    pytest.param(b'{"a":1', "V02: line 1: not JSON", id="cut off"),
    pytest.param(b"hello", "V02: line 1: not JSON", id="a word"),
    pytest.param(b'{"a":"\x01"}', "V02: line 1: not JSON", id="a control character"),
    pytest.param(b'\xef\xbb\xbf{"a":1}', "V02: line 1: not JSON", id="a byte order mark"),
    pytest.param(b'{"a":1}\r', "V02: line 1", id="a carriage return"),
]


@pytest.mark.parametrize(("line", "message"), UNREADABLE)
def test_a_line_that_is_not_strict_json_stops_the_reading(
    line: bytes, message: str, small: LedgerBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(tmp_path, line + b"\n" + small.ledger(), capsys)
    if line.endswith(b"\r"):  # JSON allows white space, canonical JSON does not
        assert status == 1
        return
    assert (status, said.count("\n")) == (2, 1)
    assert message in said


@pytest.mark.parametrize(("line", "message"), [case for case in UNREADABLE if "{" in str(case.values[0])])
def test_a_line_that_ends_like_a_ballot_is_read_as_strictly(
    line: bytes, message: str, small: LedgerBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = b'{"x":%b,"type":"ballot"}' % line
    status, said = run(tmp_path, small.ledger().replace(b"\n\n", b"\n" + inside + b"\n\n", 1), capsys)
    assert status == (1 if line.endswith(b"\r") else 2)
    assert said.count("\n") <= 1
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ('{"a":1.5}', "a float"),
        ('{"b":1,"a":2}', "keys out of order"),
        ('{"a": 1}', "a blank"),
        ('{"a":"\\u0041"}', "a character spelled out"),
        ('{"a":-0}', "minus zero"),
        ('{"a":"e\u0301"}', "not NFC"),
        ('{"a":"\\ud800"}', "a lone surrogate"),
        ("[1]", "no object"),
        ("7", "no object"),
    ],
)
def test_json_in_another_spelling_is_read_and_refused(
    value: str, where: str, small: LedgerBuilder, tmp_path: Path
) -> None:
    path = tmp_path / "meeting.ledger"
    lines = small.lines(small.entries)
    lines.insert(-1, value.encode())
    path.write_bytes(small.seal(lines))
    judged = judge(path, Options(unpinned=True))
    assert judged.unreadable is None, where
    assert outcomes(judged)["V02"] == "fail"


def test_a_ledger_of_one_misspelt_line_is_judged(small: LedgerBuilder, tmp_path: Path) -> None:
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.seal([b"[1]"]))
    found = outcomes(judge(path, Options(unpinned=True)))
    assert {check: one for check, one in found.items() if one != "not checked"} == {
        "V01": "pass",
        "V02": "fail",
        "V04": "pass",
    }


@pytest.mark.parametrize("line", [b"{}", b'{"type":7}', b'{"type":null}', b'{"format":"x"}'])
def test_a_first_line_without_a_type_is_judged(line: bytes, small: LedgerBuilder, tmp_path: Path) -> None:
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.seal([line, *small.lines(small.entries)[1:]]))
    assert outcomes(judge(path, Options(unpinned=True)))["V02"] == "fail"


def test_a_meeting_on_the_second_line_is_not_that_of_the_first(small: LedgerBuilder, tmp_path: Path) -> None:
    """The first line is misspelt and not kept; the fingerprint is its hash, and the next line is not entry 0."""
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.seal([b'{"b":1,"a":2}', *small.lines(small.entries)]))
    found = outcomes(judge(path, Options(unpinned=True)))
    assert (found["V02"], found["V03"], found["V05"]) == ("fail", "not checked", "not checked")


@pytest.mark.parametrize("kind", ["slip", "ballot", "attendance"])
def test_a_ledger_that_does_not_begin_with_its_meeting(kind: str, small: LedgerBuilder, tmp_path: Path) -> None:
    """What docs/formats/verdict.md says of it: V06 and V20 fail, V03 and V05 have nothing to stand on."""
    path = tmp_path / "meeting.ledger"
    entry = next(one for one in small.entries if one["type"] == kind)
    path.write_bytes(small.seal([canonical.encode(entry), *small.lines(small.entries)]))
    judged = judge(path, Options(unpinned=True))
    assert {check: one for check, one in outcomes(judged).items() if one != "not checked"} == {
        "V01": "pass",
        "V02": "pass",
        "V04": "pass",
        "V06": "fail",
        "V20": "fail",
    }
    verdict = to_json(judged, "en")
    assert [name for name, value in verdict["meeting"].items() if value is not None] == ["entries"]
    assert not judged.accepted


def test_files_that_are_not_one_flat_ledger_are_unreadable(
    small: LedgerBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small.ledger()
    entries, note = data.split(b"\n\n", 1)
    for changed, message in (
        (b"", "ends without an empty line"),
        (b"\n", "no entries"),
        (b"\n" + note, "no entries"),
        (entries + b"\n", "ends without an empty line"),
        (entries, "the line has no end"),
        (data[:-1], "a checkpoint is three lines"),
        (data + b"\n", "not a signature line"),
        (data + b"PK\x03\x04", "a checkpoint is three lines"),
        (data.replace(b"\n\n", b"\n\n\n", 1), "checkpoint"),
        (entries + b"\n\n", "a checkpoint is three lines"),
        (data + b"x" * (ledger.MAX_NOTE_BYTES + 1), "a checkpoint of more than"),
        (data.replace("— ".encode(), b"- "), "not a signature line"),
        (data.replace(b"\n\n", b"\r\n\r\n", 1), ""),
    ):
        status, said = run(tmp_path, changed, capsys)
        assert status == 2, message
        assert message in said
        assert said.count("\n") == 1


def test_a_line_beyond_the_limit_is_not_read_on(
    small: LedgerBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(tmp_path, b'"' + b"x" * ledger.MAX_LINE_BYTES + b'"\n' + small.ledger(), capsys)
    assert status == 2
    assert "longer than 4194304 bytes" in said


def test_more_entries_than_the_limit_are_refused(
    small: LedgerBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with patch.object(ledger, "MAX_ENTRIES", 10):
        status, said = run(tmp_path, small.ledger(), capsys)
    assert status == 2
    assert "line 11: more than 10 entries" in said


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, tmp_path / "missing", Path("/dev/zero"), Path("a\0b")):
        assert main([str(path), "--unpinned"]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_verdict_is_written_for_a_file_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "meeting.ledger", tmp_path / "verdict.json"
    path.write_bytes(b"{}\n{}\n\xff\n")
    assert main([str(path), "--json", str(out)]) == 2
    verdict = json.loads(out.read_text())
    assert verdict["accepted"] is False
    assert [one["outcome"] for one in verdict["checks"]] == ["fail"] + ["not checked"] * 19
    assert capsys.readouterr().err == "V01: line 3: not valid UTF-8\n"
    assert main([str(tmp_path / "missing"), "--json", str(tmp_path / "none.json")]) == 2
    assert not (tmp_path / "none.json").exists()


def test_a_file_that_changes_while_it_is_read_is_not_judged(small: LedgerBuilder, tmp_path: Path) -> None:
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.ledger())
    real = ledger.scan

    def scan_then_change(*args: object) -> ledger.Scan:
        result = real(*args)  # type: ignore[arg-type]
        path.write_bytes(small.ledger() + b"x")
        return result

    with patch("verify.case.scan", scan_then_change):
        judged = judge(path, Options(unpinned=True))
    assert judged.unreadable is not None
    assert "changed while it was read" in str(judged.unreadable)


def _context(path: Path) -> Context:
    return Context(path, (0, 0), b"", 1, 256, (), frozenset())


def test_a_file_that_changed_is_not_read_by_a_worker_nor_trusted_when_all_is_read(
    small: LedgerBuilder, tmp_path: Path
) -> None:
    """Each by itself: a change before the chunk, and one after the last."""
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.ledger())
    with pytest.raises(Unreadable, match="changed while it was read"):
        Worker(_context(path)).check(Task(ledger.Chunk(0, 1, 0, 10), None))
    with pytest.raises(Unreadable, match="changed while it was read"):
        check_ballots(_context(path), [], 1)


def die(_context: object) -> None:
    """Stands in a module, so that a worker finds it however it is started."""
    os._exit(1)


def test_a_worker_that_dies_is_no_verdict(
    small: LedgerBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.ledger())
    monkeypatch.setattr("verify.ledger.CHUNK_BALLOTS", 1)
    monkeypatch.setattr("verify.ballots.CHUNKS_PER_PROCESS", 1)
    monkeypatch.setattr("verify.ballots._start_worker", die)
    judged = judge(path, Options(unpinned=True, jobs=2))
    assert str(judged.unreadable) == "V10: a worker process ended by itself; try --jobs 1"


def test_a_first_line_with_a_fault_names_no_key_and_no_fingerprint(small: LedgerBuilder, tmp_path: Path) -> None:
    path = tmp_path / "meeting.ledger"
    lines = small.lines(small.entries)
    path.write_bytes(small.seal([lines[0].replace(b'"pages":2', b'"pages":0'), *lines[1:]]))
    found = outcomes(judge(path, Options(unpinned=True)))
    assert {check: one for check, one in found.items() if one != "not checked"} == {
        "V01": "pass",
        "V02": "fail",
        "V04": "pass",
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@quick
@given(data=st.binary(max_size=400))
def test_arbitrary_bytes_never_make_a_traceback(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(tmp_path, data, capsys)
    assert status in (1, 2)
    assert "internal error" not in said
    assert said.count("\n") == 1


@quick
@given(data=st.data())
def test_any_value_in_any_field_is_refused_in_order(
    data: st.DataObject, small: LedgerBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field of an entry replaced by any JSON, signed again: read, refused, and no traceback."""
    entries = json.loads(json.dumps(small.entries))
    for entry in entries:
        if entry["type"] == "box-open":
            entry["close"] = "none"
    entry = data.draw(st.sampled_from(entries))
    path = [entry]
    while isinstance(path[-1], dict | list) and path[-1] and data.draw(st.booleans()):
        inner = path[-1]
        path.append(inner[data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))])
    holder = next((one for one in reversed(path) if isinstance(one, dict | list) and one), entry)
    place = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))))
    holder[place] = data.draw(json_values)
    lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for one in entries]
    try:
        sealed = small.seal([line.encode() for line in lines])
    except UnicodeEncodeError:
        return
    status, said = run(tmp_path, sealed, capsys)
    assert status in (1, 2)
    assert "internal error" not in said
    assert said.count("\n") <= 1


def test_lines_shuffled_doubled_and_dropped_never_make_a_traceback(
    small: LedgerBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(3)
    lines = small.lines(small.entries)
    for _ in range(150):
        changed = list(lines)
        for _ in range(random.randrange(1, 4)):
            match random.randrange(3):
                case 0:
                    changed.pop(random.randrange(len(changed)))
                case 1:
                    changed.insert(random.randrange(len(changed) + 1), random.choice(changed))
                case _:
                    one, other = random.randrange(len(changed)), random.randrange(len(changed))
                    changed[one], changed[other] = changed[other], changed[one]
        if changed == lines:
            continue
        status, said = run(tmp_path, small.seal(changed), capsys)
        assert "internal error" not in said
        assert status in (0, 1)
        # Said once more, said later or not said at all: only what no figure rests on.
        differing = (Counter(changed) - Counter(lines)) + (Counter(lines) - Counter(changed))
        types = {json.loads(line)["type"] for line in differing}
        assert status == 1 or types <= {"announce", "closed", "attendance"}, types


def test_the_checks_are_those_of_canonical_json(small: LedgerBuilder) -> None:
    """The lines that the builder writes with the other implementation read back byte for byte."""
    for line in small.lines(small.entries):
        assert canonical.encode(ledger.parse_line(line, 1)) == line
