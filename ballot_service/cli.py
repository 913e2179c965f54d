"""The `ballot-service` command: parse, call one function, print. Each command is one file in `commands/`.

Exit status: 0 done; 1 refused, with one line that says why and one that says what to try; 2 the command line, or a
file it names, cannot be understood; 130 interrupted. `rehearse` has a 3 of its own.
"""

from __future__ import annotations

import argparse
import io
import sys
from importlib.metadata import version
from typing import NoReturn

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from ballot_service.commands import (
    accounts,
    ceremony,
    demo,
    documents,
    export,
    follow_ups,
    publish,
    rehearse,
    serve,
    templates,
)
from ballot_service.commands.complaint import Complaint
from ballot_service.errors import CannotStart, Refused

COMMANDS = (serve, accounts, publish, ceremony, rehearse, export, documents, follow_ups, demo, templates)


def main(argv: list[str] | None = None) -> int:
    """Run the command. Returns the exit status and prints no traceback for anything a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a character must not stop a meeting
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
        status: int = arguments.run(arguments)
        return status
    except Complaint as complaint:
        return _complain(complaint)
    except CannotStart as error:
        return _complain(Complaint(str(error), "see docs/configuration.md; --port 0 takes any free port"))
    except Refused as refused:
        return _complain(Complaint(f"{refused.code}: {refused.message}", "nothing was changed"))
    except SQLAlchemyError as error:
        text = f"the database cannot be used: {type(error).__name__}"  # its own text may quote a row
        return _complain(Complaint(text, "check --data or --database, and that the database server is running"))
    except OSError as error:
        text = f"{error.filename or 'input or output'}: {(error.strerror or 'not possible').lower()}"
        return _complain(Complaint(text, "name a file or folder that can be written"))
    except KeyboardInterrupt:
        return 130


def _complain(complaint: Complaint) -> int:
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for line in complaint.lines:
        console.print(line)
    console.print(f"hint: {complaint.hint}", style="dim")
    return complaint.status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Complaint(f"{self.prog}: {message}", f"{self.prog} --help shows what can be said", status=2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ballot-service",
        description="Anonymous ballots in meetings, whose result anyone can recompute.",
        epilog="ballot-service COMMAND --help explains one command.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ballot-service {version('ballot-service')}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    for command in COMMANDS:
        command.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
