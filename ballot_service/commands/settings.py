"""The options that say where an installation lives, shared by the commands that open one."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from ballot_service.commands.complaint import Complaint
from ballot_service.config import Config, read_config
from ballot_service.errors import Refused
from ballot_service.store.engine import Store
from ballot_service.store.tables import LedgerLine


def add_installation_options(parser: argparse.ArgumentParser, *, base_url: bool = False) -> None:
    """--data, --database, --key-dir and, where addresses are printed, --base-url."""
    parser.add_argument("--data", metavar="DIR", type=Path, help="folder of the installation (default: ballot-data)")
    parser.add_argument("--database", metavar="URL", help="database, e.g. postgresql+psycopg://user@host/name")
    parser.add_argument("--key-dir", metavar="DIR", type=Path, help="folder of the private keys (default: DATA/keys)")
    if base_url:
        parser.add_argument(
            "--base-url", metavar="URL", help="the address that phones reach, printed on slips and links"
        )


def read_settings(arguments: argparse.Namespace, **overrides: object) -> Config:
    """The configuration that environment and command line give together. Raises: Complaint."""
    try:
        return read_config(
            os.environ,
            data_dir=arguments.data,
            database_url=arguments.database,
            key_dir=arguments.key_dir,
            **overrides,
        )
    except ValueError as error:
        raise Complaint(str(error), "correct or unset this environment variable", status=2) from error


def meeting_id(text: str) -> str:
    """The type of an argument that names a meeting."""
    if not re.fullmatch(r"[a-z0-9-]{1,64}", text):
        raise argparse.ArgumentTypeError("expected a meeting's id: 1 to 64 of the characters a-z 0-9 -")
    return text


def check_installation(config: Config) -> None:
    """Raises: Complaint where there is none; to look for something must not create it."""
    if not config.database_url and not (config.data_dir / "ballots.sqlite3").is_file():
        raise Complaint(f"{config.data_dir}: there is no installation", "name its folder with --data")


@contextmanager
def reading(database: str) -> Iterator[Store]:
    """An installation's database, only to be read; what cannot be found or read becomes a Complaint.

    A whole `Service` would tidy up after a crash, which is not for a second process to do.
    """
    store = Store(database)
    try:
        if not inspect(store.engine).has_table(LedgerLine.__tablename__):
            raise Complaint("this database holds no ledgers", "name the right one with --data or --database")
        yield store
    except Refused as refused:
        raise Complaint(refused.message, "the meeting's id is the `id` of its meeting file") from refused
    except SQLAlchemyError as error:
        raise Complaint(f"the database cannot be read: {type(error).__name__}", "check --data or --database") from error
    finally:
        store.close()
