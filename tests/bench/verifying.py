"""The verifier as a command, against the time OpenSSL takes for one RSA-2048 verify, one Ed25519 verify and one
X25519 agreement per ballot.

The cost of a ballot is the difference between a ledger of 20,000 ballots and one of 20, so that starting Python does
not count; the whole time of the command is shown beside it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.ledgers import ledger_of
from tests.bench.openssl import seconds_per_ballot
from tests.bench.table import Row

FEW, MANY = 20, 20_000
FLAT = (10_000, 200_000)
GOAL_ONE, GOAL_TWO = 0.85, 0.9
GOAL_GROWTH_MB, GOAL_MB = 64, 300
ROUNDS = 3


def measure() -> list[Row]:
    few, many = ledger_of(FEW), ledger_of(MANY)
    limit_one, limit_two = seconds_per_ballot(1), seconds_per_ballot(2)
    ours_one, whole_one = _per_ballot(few, many, 1)
    ours_two, whole_two = _per_ballot(few, many, 2)
    ratio = limit_one / ours_one
    gain, openssl_gain = ours_one / ours_two, limit_one / limit_two
    rows = [
        Row(
            f"verifying {MANY:,} ballots, one process",
            f"{ours_one * 1e6:.0f} µs a ballot; {whole_one:.2f} s in all",
            f"{limit_one * 1e6:.0f} µs (openssl)",
            f"{ratio:.2f}",
            f"≥ {GOAL_ONE}",
            ratio >= GOAL_ONE,
        ),
        Row(
            "the same, two processes",
            f"{ours_two * 1e6:.0f} µs a ballot; {whole_two:.2f} s in all; gain {gain:.2f} ×",
            f"gain {openssl_gain:.2f} × (openssl -multi 2)",
            f"{gain / openssl_gain:.2f}",
            f"≥ {GOAL_TWO}",
            gain / openssl_gain >= GOAL_TWO,
        ),
    ]
    small, large = (_peak_megabytes(ledger_of(ballots)) for ballots in FLAT)
    rows.append(
        Row(
            f"memory of the verifier, {FLAT[0]:,} and {FLAT[1]:,} ballots",
            f"{small:.0f} MB and {large:.0f} MB",
            "",
            f"+{large - small:.0f} MB",
            f"≤ +{GOAL_GROWTH_MB} MB, < {GOAL_MB} MB",
            large - small <= GOAL_GROWTH_MB and large < GOAL_MB,
        )
    )
    return rows


def _per_ballot(few: Path, many: Path, jobs: int) -> tuple[float, float]:
    """(seconds of one more ballot, seconds of the whole command)."""
    start = min(_seconds(few, jobs) for _round in range(ROUNDS))
    whole = min(_seconds(many, jobs) for _round in range(ROUNDS))
    return (whole - start) / (MANY - FEW), whole


def _seconds(ledger: Path, jobs: int) -> float:
    start = time.perf_counter()
    _verify(ledger, jobs)
    return time.perf_counter() - start


def _verify(ledger: Path, jobs: int) -> None:
    command = [sys.executable, "-m", "verify", str(ledger), "--unpinned", "--jobs", str(jobs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the verifier does not accept {ledger}: {done.stdout[-2000:]} {done.stderr}")


def _peak_megabytes(ledger: Path) -> float:
    """Of a process that verifies by itself; measured in a fresh child, because the figure never falls."""
    program = f"from tests.bench.verifying import child_peak; print(child_peak({str(ledger)!r}))"
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)


def child_peak(ledger: str) -> float:
    """Verify in a child and give its peak resident memory in MB."""
    _verify(Path(ledger), 1)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
