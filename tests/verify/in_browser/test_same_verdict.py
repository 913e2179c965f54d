"""Two verifiers written apart give one verdict, on clean ledgers and on forged ones.

The second one is `verify/in_browser`, in TypeScript, written from docs/protocol.md and docs/rules.md. Where the two
differ, one of them or the documents is wrong.
"""

from __future__ import annotations

import copy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.ledger_builder import full_meeting
from tests.tampering import test_every_field
from tests.tampering.corpus import FORGERIES
from tests.tampering.forge import Forged, write
from tests.tampering.test_changed_fields import VALUES, _change, fields, meeting
from tests.verify.in_browser.comparing import Brought, check_same
from tests.whole_meetings import barring_meeting, earlier_meeting, later_meeting, review_meeting

EXAMPLE = Path("docs/formats/example.ledger")
RECEIPT = Path("docs/formats/example.receipt.json")
FINGERPRINT = bytes.fromhex("d2a262b648250bc8598f77fee08c085179416e1f290080440d051f9bb610e072")
EVERY = 30  # of the forged ledgers in a short run
DAMAGED = 10_000  # and as many with a field changed and signed again, in batches: each is one process of the second
BATCH = 1000


def written(folder: Path, name: str, made: bytes | Forged) -> Brought:
    place = folder / name
    place.mkdir()
    files = write(place, made, name)
    pins: dict[str, Any] = {"fingerprint": files.fingerprint}
    if files.ledger_key is not None:
        pins["ledger_key"] = files.ledger_key
    return Brought(files.ledger, files.earlier, files.checkpoints, files.receipts, pins)


def test_clean_ledgers_have_one_verdict(tmp_path: Path) -> None:
    before = earlier_meeting()
    clean = [
        Brought(EXAMPLE, receipts=(RECEIPT,)),
        Brought(EXAMPLE, options={"unpinned": True}),
        Brought(EXAMPLE, options={"fingerprint": bytes(32)}),
        written(tmp_path, "full", full_meeting().builder.ledger()),
        written(tmp_path, "review", meeting(review_meeting).ledger()),
        written(tmp_path, "barring", meeting(barring_meeting).ledger()),
        written(tmp_path, "later", Forged(later_meeting(before).ledger(), (before.ledger(),))),
    ]
    verdicts = check_same(clean, tmp_path)
    assert [one["accepted"] for one in verdicts] == [True, True, False, True, True, True, True]


def test_forged_ledgers_fail_the_same_checks(tmp_path: Path) -> None:
    _check_forged(FORGERIES[::EVERY], tmp_path)


@pytest.mark.soak
def test_every_forged_ledger_fails_the_same_checks(tmp_path: Path) -> None:
    _check_forged(FORGERIES, tmp_path)


@pytest.mark.soak
def test_every_field_spoilt_fails_the_same_checks(tmp_path: Path) -> None:
    forged = [test_every_field.sealed(entry, one) for _, entry, one in test_every_field.forgeries()]
    verdicts = check_same([written(tmp_path, str(number), data) for number, data in enumerate(forged)], tmp_path)
    assert not any(one["accepted"] for one in verdicts)


def _check_forged(params: list[Any], folder: Path) -> None:
    verdicts = check_same([written(folder, param.id, param.values[0]()) for param in params], folder)
    assert not any(one["accepted"] for one in verdicts)


def test_fields_changed_and_signed_again(tmp_path: Path) -> None:
    _check_changed(8, tmp_path, seed=7)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(DAMAGED // BATCH))
def test_many_fields_changed_and_signed_again(tmp_path: Path, seed: int) -> None:
    _check_changed(BATCH, tmp_path, seed=1000 + seed)


def _check_changed(number: int, folder: Path, seed: int) -> None:
    """The forger holds the ledger key: only meaning is wrong, never the signature."""
    random = Random(seed)
    assert VALUES
    cases = []
    for count in range(number):
        builder = meeting(random.choice([review_meeting, barring_meeting]))
        entries = copy.deepcopy(builder.entries)
        kind = random.choice(sorted({one["type"] for one in entries}))
        entry = random.choice([one for one in entries if one["type"] == kind])
        _change(entry, random.choice(list(fields(entry))), random)
        try:
            data = builder.seal(builder.lines(entries))
        except (KeyError, TypeError, ValueError):  # the builder itself needs this field
            continue
        cases.append(written(folder, str(count), data))
    check_same(cases, folder)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(DAMAGED // BATCH))
def test_bytes_damaged_at_random(tmp_path: Path, seed: int) -> None:
    _check_damaged(BATCH, tmp_path, seed)


def test_a_few_bytes_damaged_at_random(tmp_path: Path) -> None:
    _check_damaged(30, tmp_path, 2026)


def _damaged(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    rest = at + random.choice([0, 1, 1, 10, 1000])
    match random.randrange(4):
        case 0:
            new = bytes([random.choice(b'\n\r\t "\\{}[],:0123456789aZ-_=\x00\xff')])
            return data[:at] + new + data[at + 1 :]
        case 1:
            return data[:at] + data[rest:]
        case 2:
            inserted = (b"\n", b" ", b'"', b"{", b"0", b"\\u0041", b"\xef\xbb\xbf", data[at : at + 50])
            return data[:at] + random.choice(inserted) + data[at:]
        case _:
            lines = data.split(b"\n")
            lines.insert(random.randrange(len(lines)), random.choice(lines))
            return b"\n".join(lines)


def _check_damaged(number: int, folder: Path, seed: int) -> None:
    """Here the signature is wrong too: what matters is which lines can be read, and who says so."""
    random = Random(seed)
    whole = EXAMPLE.read_bytes()
    cases = []
    for count in range(number):
        data = whole
        for _ in range(random.choice([1, 1, 1, 2, 5])):
            data = _damaged(data, random)
        path = folder / f"{count}.ledger"
        path.write_bytes(data)
        cases.append(Brought(path, options={"fingerprint": FINGERPRINT}))
    check_same(cases, folder)
