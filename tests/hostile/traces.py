"""Reading what a service leaves behind, as an observer who has every file would."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LOOKS = 20  # at a folder that changes


def spellings(secret: bytes) -> dict[str, bytes]:
    """Every way in which these bytes could stand in a file."""
    return {
        "raw": secret,
        "hex": secret.hex().encode(),
        "HEX": secret.hex().upper().encode(),
        "base64": base64.b64encode(secret).rstrip(b"="),
        "base64url": base64.urlsafe_b64encode(secret).rstrip(b"="),
        "base32": base64.b32encode(secret).rstrip(b"="),
        "repr": repr(secret)[2:-1].encode(),
    }


def contents(paths: Iterable[Path]) -> dict[Path, bytes]:
    """All regular files under these folders, with their bytes, at a moment when none of them goes away.

    A database server renames and removes files whenever it likes (its vacuum, its journal): then all are read again.
    """
    paths = list(paths)
    for _again in range(LOOKS):
        with suppress(FileNotFoundError):
            return _read(paths)
    raise AssertionError("the files never stood still")


def _read(paths: Sequence[Path]) -> dict[Path, bytes]:
    found: dict[Path, bytes] = {}
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not file.is_symlink():
                found[file] = file.read_bytes()
    return found


def places(files: Mapping[Path, bytes], secret: bytes) -> list[tuple[str, str, int]]:
    """(file name, spelling, offset) of every occurrence."""
    found = set()
    for spelling, text in spellings(secret).items():
        for file, data in files.items():
            start = data.find(text)
            while start >= 0:
                found.add((file.name, spelling, start))
                start = data.find(text, start + 1)
    return sorted(found)


def offsets(data: bytes, text: bytes) -> list[int]:
    """Where `text` stands in `data`."""
    found, start = [], data.find(text)
    while start >= 0:
        found.append(start)
        start = data.find(text, start + 1)
    return found


def spearman(left: Sequence[int], right: Sequence[int]) -> float:
    """Rank correlation of two sequences, ties sharing their mean rank; 0 when one of them never changes."""
    if len(left) != len(right) or len(left) < 3:
        raise ValueError("expected two sequences of the same length, at least 3")
    a, b = _ranks(left), _ranks(right)
    mean = (len(left) + 1) / 2
    covariance = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = math.sqrt(sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b))
    return covariance / spread if spread else 0.0


def _ranks(values: Sequence[int]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks


def assert_no_order(what: str, positions: Sequence[int], *, n: int) -> None:
    """Positions, listed in the order of casting, say nothing of it."""
    found = spearman(range(len(positions)), positions)
    assert abs(found) < 3 / math.sqrt(n), f"{what}: the order of casting shows, Spearman {found:.3f} of {n}"
