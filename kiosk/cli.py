"""The `ballot-kiosk` command. Each command is one file in `commands/`.

Exit status: 0 done; 1 refused, with one line that says why and one that says what to try; 2 the command line cannot be
understood; 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import sys
from importlib.metadata import version
from typing import NoReturn

from kiosk.commands import demo, serve, status, terminal
from kiosk.complaint import Complaint

COMMANDS = (serve, status, terminal, demo)


def main(argv: list[str] | None = None) -> int:
    """Run the command. Returns the exit status and prints no traceback for anything a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = parser().parse_args(argv)
        done: int = arguments.run(arguments)
        return done
    except Complaint as complaint:
        return _complain(complaint)
    except OSError as error:
        name, reason = error.filename or "", (error.strerror or "not possible").lower()
        return _complain(
            Complaint("文件不能读写", f"{name or 'a file'}: {reason}", "name a folder that can be written with --data")
        )
    except KeyboardInterrupt:
        return 130


def _complain(complaint: Complaint) -> int:
    print(complaint.line, file=sys.stderr)
    print(f"hint: {complaint.hint}", file=sys.stderr)
    return complaint.status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Complaint("", f"{self.prog}: {message}", f"{self.prog} --help shows what can be said", status=2)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = _Parser(
        prog="ballot-kiosk",
        description="A hub for shared voting terminals (终端站): kept at the venue, paired with the ballot service.",
        epilog="ballot-kiosk COMMAND --help explains one command.",
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"ballot-kiosk {version('ballot-service')}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    for command in COMMANDS:
        command.add_to(commands)
    return whole


if __name__ == "__main__":
    sys.exit(main())
