"""ballot-verify: recount a meeting from its ledger, alone and offline.

Exit status: 0 accepted; 1 read but not accepted; 2 cannot be read at all, or the command line is wrong (one line says
why); 130 interrupted.
"""

import argparse
import io
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from verify.ballots import default_jobs
from verify.errors import BadOption
from verify.html_report import render_page
from verify.identity import identity
from verify.options import (
    Options,
    find_ledger,
    read_checkpoint,
    read_fingerprint,
    read_ledger_key,
    read_receipt,
    read_witness,
)
from verify.report import render
from verify.report_series import render_series
from verify.series import judge_series, series_to_json
from verify.terminal import printable
from verify.verdict import judge, to_json
from verify.watching import cli as watching


def main(argv: list[str] | None = None) -> int:
    """Run the command. Returns the exit status and never raises for what a file holds."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show must not stop the report
            stream.reconfigure(errors="backslashreplace")
    try:
        given = sys.argv[1:] if argv is None else argv
        if given[:1] == ["watch"]:  # a ledger file of that name is ./watch
            return watching.run(_watch_parser().parse_args(given[1:]))
        return _run(_parser().parse_intermixed_args(given))  # a ledger may stand after an option
    except BadOption as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the report has gone; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except Exception as error:  # noqa: BLE001 - a fault of the verifier must not look like a verdict, nor spill content
        return _complain(f"internal error: {type(error).__name__}; the ledger was not judged")


def _run(arguments: argparse.Namespace) -> int:
    fingerprints = [read_fingerprint(given) for given in arguments.fingerprint]
    options = Options(
        ledger_key=read_ledger_key(arguments.ledger_key) if arguments.ledger_key is not None else None,
        unpinned=arguments.unpinned,
        witnesses=tuple(read_witness(given) for given in arguments.witness),
        checkpoints=tuple(read_checkpoint(Path(name)) for name in arguments.checkpoint),
        receipts=tuple(read_receipt(Path(name)) for name in arguments.receipt),
        earlier=tuple(find_ledger(Path(name)) for name in arguments.earlier),
        jobs=arguments.jobs,
    )
    if len(arguments.ledger) > 1:
        return _run_series(arguments, options, fingerprints)
    if len(fingerprints) > 1:
        raise BadOption("--fingerprint: given twice for one ledger")
    path = Path(arguments.ledger[0])
    judged = judge(path, replace(options, fingerprint=fingerprints[0] if fingerprints else None))
    language = arguments.lang or ("zh" if judged.locale.lower().startswith("zh") else "en")
    to_stdout = arguments.json == "-"
    if arguments.json is not None and (judged.unreadable is None or _is_file(path)):
        verdict = json.dumps(to_json(judged, language), ensure_ascii=False, indent=1) + "\n"
        _write("--json", verdict, arguments.json)
    if arguments.report is not None and judged.unreadable is None:
        _write("--report", render_page(judged, language), arguments.report)
    if judged.unreadable is not None:
        return _complain(str(judged.unreadable))
    print(render(judged, language), end="", file=sys.stderr if to_stdout else sys.stdout, flush=True)
    return 0 if judged.accepted else 1


def _run_series(arguments: argparse.Namespace, options: Options, fingerprints: list[bytes]) -> int:
    if options.earlier:
        raise BadOption("--earlier: not with several ledgers; hint: give all of them as LEDGER")
    paths = [find_ledger(Path(name), "LEDGER") for name in arguments.ledger]
    if arguments.report is not None and not Path(arguments.report).is_dir():
        raise BadOption("--report: with several ledgers, name a folder: it gets one page for each")
    series = judge_series(paths, options, fingerprints)
    chinese = any(one.judged.locale.lower().startswith("zh") for one in series.members)
    language = arguments.lang or ("zh" if chinese else "en")
    if arguments.json is not None:
        verdicts = json.dumps(series_to_json(series, language), ensure_ascii=False, indent=1) + "\n"
        _write("--json", verdicts, arguments.json)
    if arguments.report is not None:
        for number, one in enumerate(series.members, 1):
            if one.judged.unreadable is None:
                page = Path(arguments.report) / f"{number:02}-{Path(one.name).stem}.html"
                _write("--report", render_page(one.judged, language), str(page))
    print(render_series(series, language), end="", file=sys.stderr if arguments.json == "-" else sys.stdout, flush=True)
    for one in series.members:
        if one.judged.unreadable is not None:
            _complain(f"{one.name}: {one.judged.unreadable}")
    if any(one.judged.unreadable is not None for one in series.members):
        return 2
    return 0 if series.accepted else 1


def _write(option: str, text: str, out: str) -> None:
    """Write what an option asks for; a file appears whole or not at all. What is no plain file (a device, a pipe) is
    written to and stays what it is: renaming over it would put a file in its place. Raises: BadOption.
    """
    if out == "-":
        print(text, end="", flush=True)
        return
    target = Path(out)
    try:
        if target.is_symlink() or (target.exists() and not target.is_file()):
            target.write_text(text, encoding="utf-8")
            return
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except (OSError, ValueError) as error:
        raise BadOption(f"{option}: cannot be written there") from error


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _complain(message: str) -> int:
    print(printable(message), file=sys.stderr)
    return 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadOption(f"{message}; hint: --help shows the options")


class _Version(argparse.Action):
    """argparse's own would break the line, and the hash with it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(identity().told().en)
        parser.exit()


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:4]) <= 256 or len(text) > 3:
        raise argparse.ArgumentTypeError("expected a number of processes from 1 to 256")
    return int(text)


def _watch_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ballot-verify watch",
        description="Follow a running meeting: check, keep and perhaps cosign what its service signs.",
        epilog="Exit status: 0 ended well, 1 a contradiction, 2 cannot be used.",
        allow_abbrev=False,
    )
    watching.add_options(parser)
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ballot-verify",
        description="Recount a meeting from its ledger file, alone and offline.",
        epilog="Exit status: 0 accepted, 1 read but not accepted, 2 cannot be read. "
        "`ballot-verify watch --help`: follow a running meeting.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="which verifier this is, with its hash")
    parser.add_argument(
        "ledger",
        metavar="LEDGER",
        nargs="+",
        help="the ledger file of the meeting; several, of one installation, are put in order and judged together",
    )
    parser.add_argument(
        "--ledger-key",
        metavar="KEY",
        help="the ledger's public key as NAME+HASH+BASE64, from somewhere else than the file",
    )
    parser.add_argument(
        "--fingerprint",
        metavar="TEXT",
        action="append",
        default=[],
        help="the meeting's fingerprint from slip, screen or minutes: 64 hex digits or 8 words (once for each ledger)",
    )
    parser.add_argument(
        "--unpinned", action="store_true", help="accept without either: then the file only agrees with itself"
    )
    parser.add_argument(
        "--witness",
        metavar="KEY",
        action="append",
        default=[],
        help="a witness key NAME+HASH+BASE64: its cosignature must be on the last checkpoint and every close "
        "(may be repeated)",
    )
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        action="append",
        default=[],
        help="an earlier signed checkpoint (may be repeated)",
    )
    parser.add_argument(
        "--receipt", metavar="FILE", action="append", default=[], help="a voter's receipt (may be repeated)"
    )
    parser.add_argument(
        "--earlier",
        metavar="LEDGER",
        action="append",
        default=[],
        help="the ledger of an earlier meeting of this installation (may be repeated)",
    )
    parser.add_argument("--json", metavar="OUT", help="write the verdict as JSON; - for standard output")
    parser.add_argument(
        "--report",
        metavar="FILE.html",
        help="write the report as a page for screen and paper; several ledgers: a folder",
    )
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the report; default: the meeting's")
    parser.add_argument(
        "--jobs", metavar="N", type=_jobs, default=default_jobs(), help="processes to work with (default %(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
