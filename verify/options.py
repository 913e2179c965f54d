"""What the reader brings along: the trust root, checkpoints, receipts and earlier ledgers, and how to work.

The trust root never comes from the file under test: it is on every slip, on the screen and in the minutes.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify.errors import BadOption, Malformed
from verify.ledger import MAX_LINE_BYTES, Checkpoint, VerifierKey, b64url_decode, parse_checkpoint, parse_verifier_key
from verify.rules.canonical import check_size
from verify.rules.errors import CanonicalError
from verify.shapes import binary, hash32, record, text
from verify.words import from_words

MAX_OPTION_FILE_BYTES = MAX_LINE_BYTES + 4096
RECEIPT_FORMAT = "ballot-service/receipt/1"


@dataclass(frozen=True)
class Receipt:
    """A voter's receipt: the ballot id, the service's signature over it, and perhaps the ballot line itself."""

    name: str  # of the file
    meeting: str
    ballot: bytes
    receipt: bytes
    line: bytes | None


@dataclass(frozen=True)
class Options:
    """See `verify.cli` for their meaning."""

    ledger_key: VerifierKey | None = None
    fingerprint: bytes | None = None  # 32 bytes, or the first 11 when given as words
    unpinned: bool = False
    witnesses: tuple[VerifierKey, ...] = ()  # whose cosignatures the reader asks for, beside those of entry 0
    checkpoints: tuple[tuple[str, Checkpoint], ...] = ()
    receipts: tuple[Receipt, ...] = ()
    earlier: tuple[tuple[str, Path], ...] = ()  # ledgers of this installation, and the names to call them by
    jobs: int = 1

    @property
    def pinned(self) -> bool:
        return self.ledger_key is not None or self.fingerprint is not None


def read_ledger_key(given: str) -> VerifierKey:
    """Raises: BadOption."""
    try:
        key = parse_verifier_key(given.strip())
    except Malformed as error:
        raise BadOption(f"--ledger-key: {error}") from error
    if key.kind != "ledger":
        raise BadOption("--ledger-key: a witness key, not a ledger key")
    return key


def read_witness(given: str) -> VerifierKey:
    """Raises: BadOption."""
    try:
        key = parse_verifier_key(given.strip())
    except Malformed as error:
        raise BadOption(f"--witness: {error}") from error
    if key.kind != "witness":
        raise BadOption("--witness: a ledger key, not a witness key")
    return key


def read_fingerprint(given: str) -> bytes:
    """64 hexadecimal digits, or eight words. Raises: BadOption."""
    if re.fullmatch(r"\s*[0-9A-Fa-f]{64}\s*", given):
        return bytes.fromhex(given.strip())
    try:
        return from_words(given)
    except Malformed as error:
        raise BadOption(f"--fingerprint: expected 64 hexadecimal digits or eight words: {error}") from error


def read_checkpoint(path: Path) -> tuple[str, Checkpoint]:
    """Raises: BadOption."""
    try:
        return path.name, parse_checkpoint(_read(path, "--checkpoint"))
    except Malformed as error:
        raise BadOption(f"--checkpoint {path.name}: {error}") from error


_receipt_with_line = record({"format": text, "meeting": text, "ballot": hash32, "receipt": binary(64), "line": text})
_receipt = record({"format": text, "meeting": text, "ballot": hash32, "receipt": binary(64)})


def read_receipt(path: Path) -> Receipt:
    """A receipt file, JSON in any spelling: it comes from a phone, and what counts in it is signed.

    Raises: BadOption.
    """
    try:
        data = _read(path, "--receipt")
        check_size(data)
        value: Any = json.loads(data.decode())
        (_receipt_with_line if isinstance(value, dict) and "line" in value else _receipt)(value, "receipt")
        if value["format"] != RECEIPT_FORMAT:
            raise Malformed(f"expected format {RECEIPT_FORMAT}")
        line = value["line"].encode() if "line" in value else None
    except (Malformed, ValueError) as error:
        reason = str(error) if isinstance(error, Malformed | CanonicalError) else "not JSON"
        raise BadOption(f"--receipt {path.name}: {reason}") from error
    return Receipt(path.name, value["meeting"], b64url_decode(value["ballot"]), b64url_decode(value["receipt"]), line)


def find_ledger(path: Path, option: str = "--earlier") -> tuple[str, Path]:
    """An earlier ledger, or one of several; it is read when it is judged. Raises: BadOption."""
    try:
        _require_file(path, option)
    except (OSError, ValueError) as error:
        raise BadOption(f"{option} {path.name}: cannot be read") from error
    return path.name, path


def _require_file(path: Path, option: str) -> None:
    if not path.is_file():
        raise BadOption(f"{option} {path.name}: not a file")


def _read(path: Path, option: str) -> bytes:
    try:
        _require_file(path, option)
        with path.open("rb") as file:
            data = file.read(MAX_OPTION_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise BadOption(f"{option} {path.name}: cannot be read") from error
    if len(data) > MAX_OPTION_FILE_BYTES:
        raise BadOption(f"{option} {path.name}: too long")
    return data
