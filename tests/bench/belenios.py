"""One election of the same size, one question with three answers and 200 voters, verified here and by Belenios.

The comparison is with `belenios-tool` as Debian ships it (package belenios-tool), with its own default group, from the
setup to the result. The protocols differ, and the table says so: Belenios checks a zero-knowledge proof of every answer
and adds up what nobody opens; here every ballot is opened once its box is, and each has a blind signature to check.

Processor time of one core on both sides, so that a shared machine matters less. Starting Python is not counted (its
share of 200 ballots would be most of it) and is shown beside; the other program starts in milliseconds.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.ledgers import FOLDER
from tests.bench.table import Row
from tests.ledger_builder import LedgerBuilder, contest, item
from verify.options import Options
from verify.verdict import judge

PROGRAM = "belenios-tool"
GROUP = "BELENIOS-2048"
VOTERS, ANSWERS = 200, ("a", "b", "c")
GOAL = 60
ROUNDS = 5
REMARK = "the protocols differ: theirs adds up proven ciphertexts, ours opens signed ballots"
QUESTIONS = (
    '{"description":"","name":"One question","administrator":"nobody","credential_authority":"nobody","questions":'
    '[{"answers":["a","b","c"],"blank":false,"min":1,"max":1,"question":"Which?"}]}'
)


def measure() -> list[Row]:
    ours, whole = _ours()
    what = f"one question, {len(ANSWERS)} answers, {VOTERS} voters, verified on one core"
    measured = f"{VOTERS / ours:,.0f} ballots/s; {whole:.2f} s with starting Python"
    if shutil.which(PROGRAM) is None:
        why = f"skipped: {PROGRAM} is not installed (Debian: apt-get install {PROGRAM})"
        return [Row(what, measured, why, "", f"≥ {GOAL} ×", None)]
    theirs = _theirs()
    compared = f"{VOTERS / theirs:,.0f} ballots/s ({PROGRAM} {_version()}); {REMARK}"
    return [Row(what, measured, compared, f"{theirs / ours:.0f} ×", f"≥ {GOAL} ×", theirs / ours >= GOAL)]


# --------------------------------------------------------------------------------------------------------------- here


def _ours() -> tuple[float, float]:
    """(seconds of judging the whole ledger, seconds of the command that does), processor time."""
    ledger = FOLDER / f"one-question-{VOTERS}.ledger"
    if not ledger.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        ledger.write_bytes(_make())
    times = []
    for _round in range(ROUNDS):
        start = time.process_time()
        judged = judge(ledger, Options(unpinned=True))
        times.append(time.process_time() - start)
        assert judged.accepted
    command = [sys.executable, "-m", "verify", str(ledger), "--unpinned", "--jobs", "1"]
    return min(times), _processor_seconds(command, Path())


def _make() -> bytes:
    builder = LedgerBuilder([item("one", [contest("one", ANSWERS)])], {"A": VOTERS}, pages=1, boxes=2)
    builder.attendance(A=VOTERS)
    builder.redeem("A", VOTERS)
    paper = builder.paper("one")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", *({ANSWERS[number % 3]: "approve"} for number in range(VOTERS)))
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()
    return builder.ledger()


# -------------------------------------------------------------------------------------------------------------- there


def _theirs() -> float:
    """Seconds of verifying the election and its result, processor time."""
    folder = FOLDER / f"belenios-{VOTERS}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        _hold_election(unfinished)
        unfinished.rename(folder)
    return min(_processor_seconds([PROGRAM, "election", "verify"], folder) for _round in range(ROUNDS))


def _hold_election(folder: Path) -> None:
    """As examples/demo.sh of the package does: setup, ballots, tally, decryption, result."""

    def run(*words: str, told: str | None = None) -> str:
        done = subprocess.run(
            [PROGRAM, *words], cwd=folder, input=told or "", capture_output=True, text=True, check=True
        )
        return done.stdout

    def add(event: str, payload: str | None = None) -> None:
        run("archive", "add-event", f"--type={event}", told=payload)

    uuid = run("setup", "generate-token", "--length=14").strip()
    run("setup", "generate-credentials", "--uuid", uuid, "--group", GROUP, "--count", str(VOTERS))
    run("setup", "generate-trustee-key", "--group", GROUP)
    (public_key,), (private_key,) = folder.glob("*.pubkey"), folder.glob("*.privkey")
    (public_credentials,), (credentials,) = folder.glob("*.pubcreds"), folder.glob("*.privcreds")
    public_credentials.rename(folder / "public_creds.json")
    (folder / "public_keys.jsons").write_bytes(public_key.read_bytes())
    (folder / "questions.json").write_text(QUESTIONS, encoding="utf-8")
    run("setup", "make-trustees")
    run("setup", "make-election", "--uuid", uuid, "--group", GROUP, "--template", "questions.json")
    run("archive", "init")
    for number, line in enumerate(credentials.read_text(encoding="utf-8").splitlines()):
        (folder / "credential").write_text(line.split()[1], encoding="utf-8")
        marks = ",".join("1" if place == number % 3 else "0" for place in range(3))
        (folder / "choice").write_text(f"[[{marks}]]", encoding="utf-8")
        add("Ballot", run("election", "generate-ballot", "--privcred", "credential", "--ballot", "choice"))
    add("EndBallots")
    add("EncryptedTally", run("election", "compute-encrypted-tally"))
    share = run("election", "decrypt", "--privkey", private_key.name, "--trustee-id", "1")
    add("PartialDecryption", share)
    add("Result", run("election", "compute-result"))


def _version() -> str:
    told = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    return told.split()[0]


def _processor_seconds(command: list[str], folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
