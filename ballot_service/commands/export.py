"""`ballot-service export`: the ledger as one file, from the installation's database."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from ballot_service.commands.complaint import Complaint
from ballot_service.commands.settings import add_installation_options, read_settings
from ballot_service.errors import Refused
from ballot_service.ledger.book import Book
from ballot_service.store.engine import Store
from ballot_service.store.keydir import KeyDir, write_whole
from ballot_service.store.tables import LedgerLine


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "export",
        help="write the ledger of a meeting to a file",
        description="Write the ledger of a meeting to a file, up to its newest signed checkpoint. The service may be "
        "running. Before the meeting is closed the file is an unfinished ledger, and worth keeping beside the last.",
        allow_abbrev=False,
    )
    parser.add_argument("meeting", metavar="MEETING", type=_meeting_id, help="the meeting's id")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file to write")
    add_installation_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.out.exists():
        raise Complaint(
            f"{arguments.out} exists and is not overwritten", "an earlier export is evidence: choose another name"
        )
    config = read_settings(arguments)
    if not config.database_url and not (config.data_dir / "ballots.sqlite3").is_file():
        raise Complaint(f"{config.data_dir}: there is no installation", "name its folder with --data")
    data = _ledger(config.database, config.installation, arguments.meeting)
    try:
        write_whole(arguments.out, data)
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise Complaint(f"{arguments.out}: {reason}", "name a file in a folder that can be written") from error
    Console(highlight=False).print(f"written  {arguments.out}", soft_wrap=True)
    return 0


def _meeting_id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,64}", text):
        raise argparse.ArgumentTypeError("expected a meeting's id: 1 to 64 of the characters a-z 0-9 -")
    return text


def _ledger(database: str, installation: str, meeting: str) -> bytes:
    """Reads only: a whole `Service` would tidy up after a crash, which is not for a second process to do.

    The keys are not touched either: a book that only reads gets an empty folder and a seed that signs nothing.
    """
    store = Store(database)
    try:
        if not inspect(store.engine).has_table(LedgerLine.__tablename__):
            raise Complaint("this database holds no ledgers", "name the right one with --data or --database")
        with tempfile.TemporaryDirectory() as no_keys, store.read() as session:
            book = Book(store, KeyDir(Path(no_keys)), installation, bytes(32))
            return b"".join(book.export(session, meeting))
    except Refused as refused:
        raise Complaint(refused.message, "the meeting's id is the `id` of its meeting file") from refused
    except SQLAlchemyError as error:
        raise Complaint(f"the database cannot be read: {type(error).__name__}", "check --data or --database") from error
    finally:
        store.close()
