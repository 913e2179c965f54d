"""What the reader brings along decides what the ledger is held against."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crypto import ballot, canonical, merkle
from crypto.encoding import b64u
from tests.judging import check_accepted, check_refused, detail, outcomes
from tests.ledger_builder import YES_1, YES_2, Entry, LedgerBuilder, contest, item, small_meeting
from tests.whole_meetings import earlier_meeting, later_meeting
from verify.cli import main
from verify.ledger import VerifierKey
from verify.options import Options, read_checkpoint, read_fingerprint, read_ledger_key, read_receipt, read_witness
from verify.verdict import Judged, judge
from verify.words import to_words


@pytest.fixture
def path(small: LedgerBuilder, tmp_path: Path) -> Path:
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.ledger())
    return path


def verdict(path: Path, *arguments: str) -> "tuple[int, dict[str, object]]":
    out = path.with_suffix(".json")
    status = main([str(path), "--jobs", "1", "--json", str(out), *arguments])
    result: dict[str, object] = json.loads(out.read_text())
    return status, result


# ---------------------------------------------------------------------------------------------------- the trust root


def test_without_a_trust_root_a_ledger_is_not_accepted(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = verdict(path)
    assert (status, found["accepted"], found["pinned"]) == (1, False, False)
    checks = {one["id"]: one["outcome"] for one in found["checks"]}  # type: ignore[index,attr-defined]
    assert [one for one, outcome in checks.items() if outcome != "pass"] == ["V03"]
    assert "不接受" in capsys.readouterr().out.splitlines()[0]


def test_unpinned_is_accepted_and_said_in_the_first_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = verdict(path, "--unpinned", "--lang", "en")
    assert (status, found["accepted"], found["pinned"]) == (0, True, False)
    [v03] = [one for one in found["checks"] if one["outcome"] != "pass"]  # type: ignore[attr-defined]
    assert (v03["id"], v03["outcome"]) == ("V03", "not checked")
    assert "valid under the file's own key" in v03["detail"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("NOT PINNED")
    [row] = [line for line in lines if line.startswith("  V03")]
    assert "not checked" in row


def test_unpinned_changes_nothing_where_a_trust_root_is_given(path: Path, small: LedgerBuilder) -> None:
    judged = judge(path, Options(ledger_key=read_ledger_key(str(small.ledger_key)), unpinned=True))
    assert (outcomes(judged)["V03"], judged.accepted, judged.pinned) == ("pass", True, True)


def test_the_fingerprint_pins_in_every_spelling(path: Path, small: LedgerBuilder) -> None:
    chinese, english = to_words(small.fingerprint, "zh"), to_words(small.fingerprint, "en")
    for given in (
        small.fingerprint.hex(),
        small.fingerprint.hex().upper(),
        chinese,
        chinese.replace(" ", ""),
        english,
        english.upper(),
    ):
        status, found = verdict(path, "--fingerprint", given)
        assert (status, found["pinned"]) == (0, True), given


def test_the_ledger_key_pins(path: Path, small: LedgerBuilder) -> None:
    assert verdict(path, "--ledger-key", str(small.ledger_key))[0] == 0
    assert verdict(path, "--ledger-key", str(small.ledger_key), "--fingerprint", small.fingerprint.hex())[0] == 0


def test_another_fingerprint_fails_v05_and_leaves_no_key_to_trust(path: Path, small: LedgerBuilder) -> None:
    other = bytes([small.fingerprint[0] ^ 1]) + small.fingerprint[1:]
    for given in (other.hex(), to_words(other, "zh")):
        judged = judge(path, Options(fingerprint=read_fingerprint(given)))
        assert (outcomes(judged)["V03"], outcomes(judged)["V05"]) == ("not checked", "fail")
        assert not judge(path, Options(fingerprint=read_fingerprint(given), unpinned=True)).accepted


def test_another_fingerprint_beside_the_right_key_fails_v05_alone(path: Path, small: LedgerBuilder) -> None:
    key = read_ledger_key(str(small.ledger_key))
    judged = judge(path, Options(ledger_key=key, fingerprint=bytes(32)))
    check_refused(judged, "V05")


def test_another_ledger_key_fails_v03(path: Path) -> None:
    other = small_meeting(seed=2)
    check_refused(judge(path, Options(ledger_key=read_ledger_key(str(other.ledger_key)))), "V03")


def test_a_bad_signature_fails_v03_even_unpinned(small: LedgerBuilder, path: Path) -> None:
    path.write_bytes(small.ledger(sign_with=b"k" * 32))
    check_refused(judge(path, Options(unpinned=True)), "V03")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--fingerprint", "abc"],
        ["--fingerprint", "zoo " * 7],
        ["--fingerprint", "notaword " * 8],
        ["--fingerprint", "的" * 9],
        ["--ledger-key", "name+00000000+AAAA"],
        ["--ledger-key", "no key"],
        ["--witness", "no key"],
        ["--jobs", "0"],
        ["--jobs", "many"],
        ["--jobs", "9" * 5000],
        ["--jobs", "0001"],
        ["--jobs", "+1"],
        ["--jobs", "２"],
        ["--checkpoint", "/nowhere"],
        ["--receipt", "/nowhere"],
        ["--lang", "fr"],
        ["--earlier", "x.ledger"],
        ["--json", "/nowhere/verdict.json"],
        ["--fing", "x"],
    ],
)
def test_a_wrong_option_is_one_line_and_status_2(
    path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path), *arguments]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_witness_key_is_no_ledger_key(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    witness = small_meeting(witness_quorum=1).meeting["witnesses"]["keys"][0]
    assert main([str(path), "--ledger-key", witness]) == 2
    assert "witness" in capsys.readouterr().err


def test_a_ledger_key_is_no_witness_key(path: Path, small: LedgerBuilder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), "--witness", str(small.ledger_key)]) == 2
    assert "not a witness key" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------------ witnesses


def test_a_witness_that_the_reader_asks_for_is_on_every_signature(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "witnessed.ledger"
    builder = small_meeting(witness_quorum=1)
    path.write_bytes(builder.ledger())
    key = builder.meeting["witnesses"]["keys"][0]
    assert verdict(path, "--unpinned", "--lang", "en", "--witness", key, "--witness", key)[0] == 0
    assert "1 witnesses, waived 0 times; cosigned by the witnesses asked for: 2" in capsys.readouterr().out
    stranger = VerifierKey("elsewhere.example", "witness", small_meeting(seed=2).ledger_key.public_key)
    judged = judge(path, Options(unpinned=True, witnesses=(stranger,)))
    check_refused(judged, "V03", "close: not cosigned by elsewhere.example")


@pytest.mark.parametrize("kind", ["ballot", "attendance"])
def test_witnesses_are_counted_only_where_the_entries_have_an_order(kind: str, tmp_path: Path) -> None:
    """V06 is not made where a line is malformed, be it a ballot: nobody knows which close notes there are."""
    builder = small_meeting(witness_quorum=1)
    path = tmp_path / "witnessed.ledger"
    path.write_bytes(builder.ledger(lambda entries: next(one for one in entries if one["type"] == kind).update(x=1)))
    found = outcomes(judge(path, Options(ledger_key=read_ledger_key(str(builder.ledger_key)))))
    assert (found["V02"], found["V03"], found["V06"]) == ("fail", "not checked", "not checked")


def test_what_the_ledger_waives_the_reader_may_still_ask_for(small: LedgerBuilder, tmp_path: Path) -> None:
    """Cosigned under the close and not under the last checkpoint; the waiver excuses entry 0's quorum alone."""
    builder = small_meeting(witness_quorum=1)
    key = read_witness(builder.meeting["witnesses"]["keys"][0])
    builder.entries.insert(-1, {"type": "witness-waived", "reason": "no network", "by": ["one", "two"]})
    path = tmp_path / "waived.ledger"
    path.write_bytes(builder.seal(builder.lines(builder.entries), witnesses=0))
    check_accepted(judge(path, Options(unpinned=True)))
    check_refused(judge(path, Options(unpinned=True, witnesses=(key,))), "V03", "the checkpoint: not cosigned by")
    path.write_bytes(small.ledger())  # of a meeting that names no witness at all
    check_refused(judge(path, Options(unpinned=True, witnesses=(key,))), "V03", "close: not cosigned by")


# --------------------------------------------------------------------------------------------------- what was not given


def test_what_the_reader_did_not_bring_is_listed(path: Path, small: LedgerBuilder, tmp_path: Path) -> None:
    """Beside what was brought, and that alone: nothing in the list was looked at."""
    nothing = ["V05: no fingerprint supplied", "V05: no earlier checkpoint supplied", "V05: no receipt supplied"]
    assert judge(path, Options(unpinned=True)).not_covered == nothing
    pinned = Options(fingerprint=small.fingerprint, checkpoints=checkpoint_file(tmp_path, small.sign([])).checkpoints)
    assert judge(path, pinned).not_covered == nothing[2:]


def test_a_previous_ledger_that_was_not_given_is_listed(tmp_path: Path) -> None:
    path, earlier = tmp_path / "winter.ledger", earlier_meeting()
    path.write_bytes(later_meeting(earlier).ledger())
    judged = judge(path, Options(fingerprint=read_fingerprint("0" * 64), unpinned=True))
    assert [one for one in judged.not_covered if one[:3] in ("V17", "V20")] == [
        "V17: earlier ledgers not supplied",
        "V20: previous ledger named, not supplied",
    ]


# ---------------------------------------------------------------------------------------------------- checkpoints


def checkpoint_file(folder: Path, text: str) -> Options:
    path = folder / "screen.note"
    path.write_text(text)
    return Options(unpinned=True, checkpoints=(read_checkpoint(path),))


def leaves(builder: LedgerBuilder) -> list[bytes]:
    return [merkle.leaf_hash(line) for line in builder.lines(builder.entries)]


def test_every_checkpoint_of_the_same_ledger_is_consistent(small: LedgerBuilder, path: Path, tmp_path: Path) -> None:
    for size in range(len(leaves(small)) + 1):
        check_accepted(judge(path, checkpoint_file(tmp_path, small.sign(leaves(small)[:size]))))


def test_a_ledger_rolled_back_is_shorter_than_its_checkpoint(small: LedgerBuilder, path: Path, tmp_path: Path) -> None:
    options = checkpoint_file(tmp_path, small.sign(leaves(small)))
    path.write_bytes(small.seal(small.lines(small.entries)[:-1]))
    judged = judge(path, options)
    check_refused(judged, "V05", "holds only 16")


def test_a_fork_is_found_by_a_checkpoint_of_the_other_branch(small: LedgerBuilder, path: Path, tmp_path: Path) -> None:
    def fork(entries: list[Entry]) -> None:
        entries[5]["by"] = "another clerk"

    options = checkpoint_file(tmp_path, small.sign(leaves(small)[:8]))
    path.write_bytes(small.ledger(fork))
    check_refused(judge(path, options), "V05", "does not begin with what was signed")


def test_a_checkpoint_by_another_key_or_of_another_ledger_is_no_proof_of_anything_good(
    small: LedgerBuilder, path: Path, tmp_path: Path
) -> None:
    options = checkpoint_file(tmp_path, small.sign(leaves(small), seed=b"k" * 32))
    check_refused(judge(path, options), "V05", "not signed by the key")
    other = small_meeting(seed=2)
    other.origin = "ballot.example/other"
    check_refused(judge(path, checkpoint_file(tmp_path, other.sign(leaves(small)))), "V05", "of another ledger")


def test_a_file_that_is_no_checkpoint_is_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), "--checkpoint", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# ------------------------------------------------------------------------------------------------- earlier ledgers


def test_earlier_ledgers_are_given_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "春.ledger", tmp_path / "winter.ledger"
    earlier = earlier_meeting()
    first.write_bytes(earlier.ledger())
    second.write_bytes(later_meeting(earlier).ledger())
    arguments = ["--unpinned", "--lang", "en", "--earlier", str(first)]
    status, found = verdict(second, *arguments)
    assert (status, found["accepted"]) == (0, True)
    assert [one for one in found["not_covered"] if not one.startswith("V05")] == []  # type: ignore[attr-defined]
    assert "earlier ledgers: 1" in capsys.readouterr().out
    second.write_bytes(later_meeting(earlier, history=[]).ledger())
    assert verdict(second, *arguments)[0] == 1
    assert "as 春.ledger shows" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nowhere.ledger", ".", "\0"])
def test_an_earlier_ledger_that_is_not_there_is_one_line(
    path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path), "--unpinned", "--earlier", name]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_earlier_ledger_with_a_ballot_that_cannot_be_read_is_not_accepted(tmp_path: Path) -> None:
    """The fault is found in a worker, long after the file was opened."""
    first, second = tmp_path / "spring.ledger", tmp_path / "winter.ledger"
    earlier = earlier_meeting()
    spoilt = earlier.ledger().replace(b',"type":"ballot"}', b',"x":NaN,"type":"ballot"}', 1)
    first.write_bytes(spoilt)
    second.write_bytes(later_meeting(earlier).ledger())
    judged = judge(second, Options(unpinned=True, earlier=(("spring.ledger", first),)))
    check_refused(judged, "V17", "spring.ledger: cannot be read")
    assert "V20: previous ledger named, not supplied" in judged.not_covered


# ---------------------------------------------------------------------------------------------------- receipts


def receipt_file(folder: Path, builder: LedgerBuilder, cast: bytes, *, with_line: bool = False, **changes: str) -> Path:
    ballot_id = ballot.ballot_id(cast)
    value = {
        "format": "ballot-service/receipt/1",
        "meeting": builder.meeting_id,
        "ballot": b64u(ballot_id),
        "receipt": b64u(ballot.sign_receipt(builder.receipt_seed, ballot_id)),
        **({"line": cast.decode()} if with_line else {}),
        **changes,
    }
    path = folder / "receipt.json"
    path.write_text(json.dumps(value))
    return path


def judge_with(path: Path, receipt: Path) -> Judged:
    return judge(path, Options(unpinned=True, receipts=(read_receipt(receipt),)))


@pytest.fixture
def dropped(small: LedgerBuilder) -> bytes:
    """A ballot that got its receipt and is not in the ledger: another one of the same voter stands in its place."""
    slip = small.redeemed["A"][0]
    paper = next(entry for entry in small.entries if entry["type"] == "paper")
    return ballot.make_ballot(
        slip.pages[0].ballot_key_seed,
        merkle.leaf_hash(canonical.encode(paper)),
        "A",
        slip.pages[0].credentials,
        box_public_key=small.box_keys[1].public,
        choice=canonical.encode({"marks": YES_2}),
        length=paper["length"],
        ephemeral_seed=b"another seed of exactly 32 bytes",
    )


def test_the_receipt_of_a_ballot_that_is_there_is_confirmed(small: LedgerBuilder, path: Path, tmp_path: Path) -> None:
    line = next(canonical.encode(entry) for entry in small.entries if entry["type"] == "ballot")
    judged = judge_with(path, receipt_file(tmp_path, small, line))
    check_accepted(judged)
    assert "receipts 1" in detail(judged, "V05")


@pytest.mark.parametrize("with_line", [False, True])
def test_a_dropped_ballot_is_proven_by_its_receipt(
    small: LedgerBuilder, path: Path, tmp_path: Path, dropped: bytes, with_line: bool
) -> None:
    judged = judge_with(path, receipt_file(tmp_path, small, dropped, with_line=with_line))
    check_refused(judged, "V05", "dropped, proven")


def test_without_an_order_of_entries_nobody_knows_whether_a_ballot_was_dropped(
    small: LedgerBuilder, path: Path, tmp_path: Path, dropped: bytes
) -> None:
    path.write_bytes(small.ledger(lambda entries: entries.append(dict(entries[-1]))))
    found = outcomes(judge_with(path, receipt_file(tmp_path, small, dropped)))
    assert (found["V05"], found["V06"]) == ("not checked", "fail")


def test_a_receipt_that_nobody_signed_is_no_evidence(
    small: LedgerBuilder, path: Path, tmp_path: Path, dropped: bytes
) -> None:
    for changes in ({"receipt": b64u(b"r" * 64)}, {"meeting": "another"}, {"ballot": b64u(b"b" * 32)}):
        judged = judge_with(path, receipt_file(tmp_path, small, dropped, **changes))
        check_accepted(judged)
        assert any("no evidence" in one for one in judged.not_covered)
        assert "receipts 0" in detail(judged, "V05")
        assert "no evidence: 1" in detail(judged, "V05")


def test_a_receipt_with_the_line_of_another_ballot_is_not_counted(
    small: LedgerBuilder, path: Path, tmp_path: Path
) -> None:
    first, second, *_ = (canonical.encode(entry) for entry in small.entries if entry["type"] == "ballot")
    judged = judge_with(path, receipt_file(tmp_path, small, first, line=second.decode()))
    check_accepted(judged)
    assert "receipts 0" in detail(judged, "V05")
    assert any("the line of another ballot: no evidence" in one for one in judged.not_covered)


def test_a_spoilt_line_does_not_hide_a_dropped_ballot(
    small: LedgerBuilder, path: Path, tmp_path: Path, dropped: bytes
) -> None:
    judged = judge_with(path, receipt_file(tmp_path, small, dropped, line="{}"))
    check_refused(judged, "V05", "dropped, proven")


def voided_while_open() -> tuple[LedgerBuilder, bytes]:
    """A poll voided while open, and a ballot of it; then the same contest again."""
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=3)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    [made] = builder.cast(poll, paper, "A", YES_1)
    builder.void(poll)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()
    return builder, canonical.encode(made)


@pytest.mark.parametrize("with_line", [False, True])
def test_a_ballot_of_a_poll_voided_while_open_was_not_dropped(tmp_path: Path, with_line: bool) -> None:
    builder, line = voided_while_open()
    path = tmp_path / "void.ledger"
    path.write_bytes(builder.ledger())
    judged = judge_with(path, receipt_file(tmp_path, builder, line, with_line=with_line))
    check_accepted(judged)
    assert any("voided while" in one for one in judged.not_covered)


def test_a_line_that_is_not_the_receipts_own_excuses_nothing(tmp_path: Path) -> None:
    """Beside a void poll, the line decides; a line of another ballot is as good as none."""
    builder, _ = voided_while_open()
    path = tmp_path / "void.ledger"
    path.write_bytes(builder.ledger())
    closed_paper = builder.polls[1].papers[0]
    made = builder.make_ballot(closed_paper, builder.redeemed["A"][0], canonical.encode({"marks": YES_2}))
    line = canonical.encode(made)
    check_refused(judge_with(path, receipt_file(tmp_path, builder, line, with_line=True)), "V05", "dropped, proven")
    judged = judge_with(path, receipt_file(tmp_path, builder, line, line="{}"))
    check_accepted(judged)
    assert any("the line of another ballot: no evidence" in one for one in judged.not_covered)
    judged = judge_with(path, receipt_file(tmp_path, builder, line))
    check_accepted(judged)
    assert any("may belong to a poll voided while open" in one for one in judged.not_covered)
    assert "receipts 0; receipts undecided: 1" in detail(judged, "V05")


def test_while_a_poll_is_open_a_missing_ballot_may_still_come(small: LedgerBuilder, path: Path, tmp_path: Path) -> None:
    lines = small.lines(small.entries)
    opened = next(number for number, line in enumerate(lines) if b'"type":"poll-open"' in line) + 1
    path.write_bytes(small.seal(lines[:opened]))
    line = next(one for one in lines if one.endswith(b'"type":"ballot"}'))
    for with_line in (False, True):
        check_accepted(judge_with(path, receipt_file(tmp_path, small, line, with_line=with_line)))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":"x"}', "[" * 100_000, '{"line":7}'])
def test_a_file_that_is_no_receipt_is_refused(
    path: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(text)
    assert main([str(path), "--unpinned", "--receipt", str(receipt)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# ------------------------------------------------------------------------------------------------- the command itself


def test_the_verdict_goes_to_standard_output_alone(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), "--unpinned", "--jobs", "1", "--json", "-"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["accepted"] is True
    assert "结论" in said.err


def test_a_verdict_replaces_an_older_one_whole(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "verdict.json"
    out.write_text("older")
    assert main([str(path), "--unpinned", "--jobs", "1", "--json", str(out)]) == 0
    assert json.loads(out.read_text())["accepted"] is True
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_the_module_runs_as_a_command(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "verify", str(path), "--unpinned", "--jobs", "2"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_interrupt_is_status_130(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("verify.cli.judge", interrupt)
    assert main([str(path), "--unpinned"]) == 130


def test_a_fault_of_the_verifier_is_one_line_and_no_verdict(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_(*_: object) -> None:
        raise KeyError("a secret of the ledger")

    monkeypatch.setattr("verify.cli.judge", break_)
    assert main([str(path), "--unpinned"]) == 2
    assert capsys.readouterr().err == "internal error: KeyError; the ledger was not judged\n"


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for option in (
        "--ledger-key",
        "--fingerprint",
        "--unpinned",
        "--witness",
        "--checkpoint",
        "--receipt",
        "--earlier",
        "--json",
        "--lang",
        "--jobs",
    ):
        assert option in said


def test_a_verdict_written_to_a_pipe_leaves_it_a_pipe(path: Path, tmp_path: Path) -> None:
    """`--json /dev/null`, as root, must not put a file in the place of the device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert main([str(path), "--unpinned", "--json", str(pipe)]) == 0
        assert json.loads(os.read(reader, 1_000_000))["accepted"] is True
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
