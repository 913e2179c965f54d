"""`ballot-kiosk terminal`: one screen of a hub, in a browser that remembers nothing."""

from __future__ import annotations

import argparse
import re
from typing import Any

from kiosk.browser import find_browser, run_terminal
from kiosk.commands.options import origin
from kiosk.commands.serve import stop_signals
from kiosk.terminals import NAME


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "terminal",
        help="start a voting screen",
        description="Start Chromium in kiosk mode on a hub's page, with a new profile for each voter, and again "
        "whenever it ends. Stop it with Ctrl-C or SIGTERM.",
        allow_abbrev=False,
    )
    parser.add_argument("--hub", metavar="URL", type=origin, default="http://127.0.0.1:8090", help="address of the hub")
    parser.add_argument("--name", metavar="NAME", type=_name, default="1", help="name of this terminal (default: 1)")
    parser.add_argument(
        "--browser", metavar="FILE", help="the browser to start (default: the Chromium of this machine)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    program = find_browser(arguments.browser)
    with stop_signals() as stop:
        run_terminal(program, arguments.hub, arguments.name, stop)
    return 0


def _name(text: str) -> str:
    if not re.fullmatch(NAME, text):
        raise argparse.ArgumentTypeError("expected 1 to 16 letters, digits and dashes")
    return text
