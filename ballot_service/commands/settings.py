"""The options that say where an installation lives, shared by the commands that open one."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ballot_service.commands.complaint import Complaint
from ballot_service.config import Config, read_config


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
