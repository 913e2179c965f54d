"""Options and their readers that the commands share."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

DATA = Path("kiosk-data")
_URL = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="DIR", type=Path, default=DATA, help="folder of this hub (default: %(default)s)"
    )


def origin(text: str) -> str:
    """Scheme and host of an address, as an argument."""
    url = text.strip().rstrip("/").lower()
    if not _URL.fullmatch(url):
        raise argparse.ArgumentTypeError("expected https://HOST or http://HOST, with a port if need be, without a path")
    return url


def port(text: str) -> int:
    """A port, as an argument."""
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("expected a port from 0 to 65535")
    return int(text)
