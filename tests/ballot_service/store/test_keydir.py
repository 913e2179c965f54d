"""The key directory: files appear whole, are for their owner alone, and are gone when erased."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from ballot_service.store.keydir import KeyDir
from tests.meeting_kit import Hall, run_together


def test_keys_are_readable_by_their_owner_alone(hall: Hall) -> None:
    hall.voters()
    hall.open()
    root = hall.service.config.keys
    assert stat.S_IMODE(root.stat().st_mode) == 0o700, "nobody else enters"
    keys = [path for path in root.rglob("*") if path.is_file() and path.name != ".lock"]
    assert len(keys) > 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_many_who_create_one_key_agree_on_it(tmp_path: Path) -> None:
    made: list[bytes] = []
    run_together([lambda n=n: made.append(KeyDir(tmp_path).create(bytes([n]) * 32, "ledger.key")) for n in range(16)])
    assert len(set(made)) == 1
    assert KeyDir(tmp_path).read("ledger.key") == made[0]
    assert KeyDir(tmp_path).names() == ["ledger.key"]


def test_an_erased_key_is_overwritten_before_it_is_unlinked(tmp_path: Path) -> None:
    keys = KeyDir(tmp_path)
    keys.write(b"\xaa" * 32, "meetings", "m", "intake-p1.key")
    with (tmp_path / "meetings" / "m" / "intake-p1.key").open("rb") as held:
        keys.erase("meetings", "m", "intake-p1.key")
        assert os.fstat(held.fileno()).st_nlink == 0
        assert held.read() == bytes(32)
    keys.erase("meetings", "m", "intake-p1.key")  # a second time is no error


def test_a_key_that_is_being_erased_is_read_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, read = KeyDir(tmp_path), []
    keys.write(b"\xaa" * 32, "meetings", "m", "receipt.key")
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (read.append(keys.read("meetings", "m", "receipt.key")), sync(file)))
    keys.erase("meetings", "m", "receipt.key")
    assert len(read) >= 1
    assert set(read) == {None}
    assert keys.names("meetings", "m") == []


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyDir(tmp_path)
    keys.write(b"old", "file")

    def full(_descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        keys.write(b"new", "file")
    monkeypatch.undo()
    assert keys.read("file") == b"old"
    assert [name for name in keys.names() if name != ".lock"] == ["file"]


def test_being_alone_is_being_alone(tmp_path: Path) -> None:
    folders = [KeyDir(tmp_path), KeyDir(tmp_path)]
    inside = threading.Semaphore(1)

    def enter(folder: KeyDir) -> None:
        for _time in range(50):
            with folder.alone():
                assert inside.acquire(blocking=False)
                inside.release()

    run_together([lambda folder=folder: enter(folder) for folder in folders * 2])
