"""`ballot-service export`: the ledger as one file, from the installation's database."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console

from ballot_service.commands.complaint import Complaint
from ballot_service.commands.settings import (
    add_installation_options,
    check_installation,
    meeting_id,
    read_settings,
    reading,
)
from ballot_service.ledger.book import Book
from ballot_service.store.keydir import KeyDir, write_whole


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "export",
        help="write the ledger of a meeting to a file",
        description="Write the ledger of a meeting to a file, up to its newest signed checkpoint. The service may be "
        "running. Before the meeting is closed the file is an unfinished ledger, and worth keeping beside the last.",
        allow_abbrev=False,
    )
    parser.add_argument("meeting", metavar="MEETING", type=meeting_id, help="the meeting's id")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file to write")
    add_installation_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.out.exists():
        raise Complaint(
            f"{arguments.out} exists and is not overwritten", "an earlier export is evidence: choose another name"
        )
    config = read_settings(arguments)
    check_installation(config)
    data = _ledger(config.database, config.installation, arguments.meeting)
    try:
        write_whole(arguments.out, data)
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise Complaint(f"{arguments.out}: {reason}", "name a file in a folder that can be written") from error
    Console(highlight=False).print(f"written  {arguments.out}", soft_wrap=True)
    return 0


def _ledger(database: str, installation: str, meeting: str) -> bytes:
    """The keys are not touched: a book that only reads gets an empty folder and a seed that signs nothing."""
    with reading(database) as store, tempfile.TemporaryDirectory() as no_keys, store.read() as session:
        book = Book(store, KeyDir(Path(no_keys)), installation, bytes(32))
        return b"".join(book.export(session, meeting))
