"""Small tools for a dishonest service that holds every key of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from crypto import blind_rsa, booklet
from crypto.encoding import from_b64u
from tests.judging import fingerprint_of
from tests.ledger_builder import Entry, FullMeeting, LedgerBuilder, full_meeting, small_meeting
from verify.options import Options, read_checkpoint, read_ledger_key, read_receipt
from verify.verdict import Judged, judge


@lru_cache(maxsize=1)
def honest_small() -> LedgerBuilder:
    return small_meeting()


@lru_cache(maxsize=1)
def honest_full() -> FullMeeting:
    return full_meeting()


def find(entries: list[Entry], kind: str, number: int = 0, **fields: Any) -> Entry:
    """The entry of this type with these fields; `number` counts from 0."""
    return all_of(entries, kind, **fields)[number]


def all_of(entries: list[Entry], kind: str, **fields: Any) -> list[Entry]:
    return [one for one in entries if one["type"] == kind and all(one[name] == value for name, value in fields.items())]


def place(entries: list[Entry], entry: Entry) -> int:
    return next(index for index, one in enumerate(entries) if one is entry)


def move(entries: list[Entry], entry: Entry, to: int) -> None:
    entries.pop(place(entries, entry))
    entries.insert(to, entry)


def on(kind: str, change: Callable[[Entry], object]) -> Callable[[Entry], None]:
    """For `on_entry`: change every entry of this type."""

    def hook(entry: Entry) -> None:
        if entry["type"] == kind:
            change(entry)

    return hook


def sort_ballots(entries: list[Entry], builder: LedgerBuilder) -> None:
    """Put each run of ballots in the order of the protocol again."""
    classes = list(builder.classes)
    start = 0
    while start < len(entries):
        end = start
        while end < len(entries) and entries[end]["type"] == "ballot":
            end += 1
        if end > start:
            papers = [one for entry in entries[:start] if entry["type"] == "poll-open" for one in entry["papers"]]
            entries[start:end] = sorted(
                entries[start:end],
                key=lambda one: (papers.index(one["paper"]), classes.index(one["class"]), from_b64u(one["key"])),
            )
        start = end + 1


def credential(builder: LedgerBuilder, voter_class: str, page: int, ballot_key: bytes) -> bytes:
    """A credential that the service gives itself."""
    key = builder.key(voter_class, page)
    message = booklet.credential_message(builder.fingerprint, page, voter_class, ballot_key)
    blinded, inverse = blind_rsa.blind(key.public_key, message, builder.draw(48), 2**1024 + 1)
    return blind_rsa.finalize(key.public_key, message, blind_rsa.blind_sign(key, blinded, builder.draw), inverse)


# ------------------------------------------------------------------------------------------- lists of forged ledgers


@dataclass(frozen=True)
class Forged:
    """A forged ledger, and what the reader brings along: files as they are, and the fingerprint that was printed."""

    data: bytes
    earlier: tuple[bytes, ...] = ()
    checkpoints: tuple[bytes, ...] = ()
    receipts: tuple[bytes, ...] = ()
    fingerprint: bytes | None = None  # None: the ledger's own
    ledger_key: str | None = None


Forgery = Callable[[], bytes | Forged]


class Forgeries:
    """A list of forgeries; called as a decorator it registers one more."""

    def __init__(self) -> None:
        self.params: list[Any] = []

    def __call__(self, check: str, reason: str = "") -> Callable[[Forgery], Forgery]:
        """The check that must refuse it, and a part of what it must say."""

        def register(make: Forgery) -> Forgery:
            self.params.append(pytest.param(make, check, reason, id=f"{check}-{make.__name__}"))
            return make

        return register

    @property
    def checks(self) -> set[str]:
        return {param.values[1] for param in self.params}


@dataclass(frozen=True)
class Written:
    """The files of a forged ledger."""

    ledger: Path
    earlier: tuple[Path, ...]
    checkpoints: tuple[Path, ...]
    receipts: tuple[Path, ...]
    fingerprint: bytes
    ledger_key: str | None

    def options(self) -> Options:
        return Options(
            fingerprint=self.fingerprint,
            ledger_key=None if self.ledger_key is None else read_ledger_key(self.ledger_key),
            earlier=tuple((path.name, path) for path in self.earlier),
            checkpoints=tuple(map(read_checkpoint, self.checkpoints)),
            receipts=tuple(map(read_receipt, self.receipts)),
        )


def write(folder: Path, made: bytes | Forged, name: str = "meeting") -> Written:
    """The files, in a folder of their own."""
    forged = made if isinstance(made, Forged) else Forged(made)

    def files(name: str, contents: tuple[bytes, ...]) -> tuple[Path, ...]:
        paths = tuple(folder / name.format(number) for number in range(1, len(contents) + 1))
        for path, data in zip(paths, contents, strict=True):
            path.write_bytes(data)
        return paths

    (ledger,) = files(f"{name}.ledger", (forged.data,))
    return Written(
        ledger,
        files("earlier-{}.ledger", forged.earlier),
        files("checkpoint-{}.note", forged.checkpoints),
        files("receipt-{}.json", forged.receipts),
        fingerprint_of(forged.data) if forged.fingerprint is None else forged.fingerprint,
        forged.ledger_key,
    )


def judge_forged(folder: Path, made: bytes | Forged) -> Judged:
    written = write(folder, made)
    return judge(written.ledger, written.options())
