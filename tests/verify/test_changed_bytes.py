"""One byte changed anywhere, and the ledger is refused by a check that has a number."""

from pathlib import Path
from random import Random

import pytest

from tests.judging import failing, fingerprint_of, judge_ledger
from tests.ledger_builder import FullMeeting, LedgerBuilder

SAMPLE, FULL = 100, 2000  # bytes of each ledger


def test_every_byte_of_the_checkpoint_and_its_signature_counts(small: LedgerBuilder, tmp_path: Path) -> None:
    data = small.ledger()
    start = data.index(b"\n\n") + 1
    for position in range(start, len(data)):
        for change in (1, 0x20):
            _check_refused(data, position, change, tmp_path)


@pytest.mark.parametrize("positions", [SAMPLE, pytest.param(FULL, marks=pytest.mark.soak)])
def test_a_byte_changed_in_the_entries_is_refused(
    positions: int, small: LedgerBuilder, full: FullMeeting, tmp_path: Path
) -> None:
    random = Random(20261218)
    for data in (small.ledger(), full.builder.ledger()):
        end = data.index(b"\n\n") + 1
        for _ in range(positions):
            _check_refused(data, random.randrange(end), random.randrange(1, 256), tmp_path)


def test_a_byte_more_or_less_is_refused(small: LedgerBuilder, tmp_path: Path) -> None:
    data = small.ledger()
    random = Random(7)
    pin = fingerprint_of(data)
    for _ in range(100):
        position = random.randrange(len(data))
        for changed in (
            data[:position] + data[position + 1 :],
            data[:position] + bytes([random.randrange(256)]) + data[position:],
        ):
            judged = judge_ledger(tmp_path, changed, fingerprint=pin)
            assert not judged.accepted
            assert failing(judged)


def _check_refused(data: bytes, position: int, change: int, folder: Path) -> None:
    changed = bytearray(data)
    changed[position] ^= change
    judged = judge_ledger(folder, bytes(changed), fingerprint=fingerprint_of(data))
    assert not judged.accepted, position
    assert failing(judged), position
