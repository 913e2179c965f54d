"""`ballot-service documents`: the papers of a meeting, as PDF and as spreadsheets."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from ballot_service.boxes.opening import BoxDesk
from ballot_service.commands.complaint import Complaint
from ballot_service.commands.settings import (
    add_installation_options,
    check_installation,
    meeting_id,
    read_settings,
    reading,
)
from ballot_service.config import Config
from ballot_service.documents import KINDS, Document, LedgerReader, documents_for
from ballot_service.ledger.book import Book
from ballot_service.meetings.acts import Acts
from ballot_service.store.keydir import KeyDir, write_whole

OFFICERS_ONLY = 0o700


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "documents",
        help="write the papers of a meeting: counts, results, feedback, follow-ups",
        description="Write the papers of a meeting to a folder, as PDF and as spreadsheets: all counted so far, "
        "for those who run the meeting. Whom a paper may be shown to is another matter: see docs/documents.md. The "
        "service may be running.",
        allow_abbrev=False,
    )
    parser.add_argument("meeting", metavar="MEETING", type=meeting_id, help="the meeting's id")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="the folder to write to, made if needed")
    parser.add_argument(
        "--only", metavar="NAME", help=f"one document by its name, or all of a kind: {', '.join(KINDS)}"
    )
    add_installation_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    config = read_settings(arguments)
    check_installation(config)
    with _reader(config) as reader:
        found = documents_for(reader.view(arguments.meeting))
    chosen = [one for one in found if arguments.only in (None, one.kind, one.name)]
    if not chosen:
        names = ", ".join(one.name for one in found) or "nothing has been polled yet"
        raise Complaint(f"there is no document {arguments.only or 'to write'}", f"there is: {names}")
    targets = [(arguments.out / f"{arguments.meeting}-{one.name}", one) for one in chosen]
    there = next((path for path, _one in targets if any(_with(path, end).exists() for end in (".pdf", ".xlsx"))), None)
    if there is not None:
        raise Complaint(f"{there} exists and is not overwritten", "somebody may have signed it: name another folder")
    console = Console(highlight=False)
    try:
        arguments.out.mkdir(mode=OFFICERS_ONLY, parents=True, exist_ok=True)
        for path, one in targets:
            _write(path, one)
            console.print(f"written  {path}  {one.title_zh}", soft_wrap=True)
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise Complaint(f"{arguments.out}: {reason}", "name a folder that can be written") from error
    return 0


def _write(path: Path, document: Document) -> None:
    write_whole(_with(path, ".pdf"), document.pdf())
    sheet = document.xlsx()
    if sheet is not None:
        write_whole(_with(path, ".xlsx"), sheet)


def _with(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextmanager
def _reader(config: Config) -> Iterator[LedgerReader]:
    """Reads an installation; signs nothing, so it needs no key."""
    with reading(config.database) as store, tempfile.TemporaryDirectory() as no_keys:
        book = Book(store, KeyDir(Path(no_keys)), config.installation, bytes(32))
        yield LedgerReader(BoxDesk(Acts(store, book), book, config.objection_seconds))
