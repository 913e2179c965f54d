"""`ballot-service rehearse`: try a whole meeting beforehand."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from ballot_service.commands.complaint import Complaint
from ballot_service.rehearsal.plan import BadPlan, read_plan_file
from ballot_service.rehearsal.rehearse import UNREADABLE, rehearse
from ballot_service.rehearsal.telling import Telling


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "rehearse",
        help="play a whole meeting on a throwaway server and verify its result",
        description="Play a whole meeting from a plan: a throwaway server, one simulated phone per slip, real "
        "cryptography. Writes the ledger and the verdict of ballot-verify.",
        epilog="Exit status: 0 accepted and as the plan expects; 3 accepted, but different; 1 not accepted, or the "
        "service refused what the plan does not expect; 2 the plan cannot be read.",
        allow_abbrev=False,
    )
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan, YAML or JSON")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for ledger and verdict")
    parser.add_argument(
        "--database", metavar="URL", default="", help="an empty database (default: SQLite, thrown away)"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the story (default: zh)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        plan = read_plan_file(arguments.plan)
    except BadPlan as error:
        lines = [f"{arguments.plan}: {problem}" for problem in error.problems]
        raise Complaint(lines, "correct the plan; nothing was played", status=UNREADABLE) from error
    if arguments.out.exists() and not arguments.out.is_dir():
        raise Complaint(f"{arguments.out} is not a folder", "name a folder with --out")
    telling = Telling(Console(highlight=False), arguments.lang)
    try:
        return rehearse(plan, arguments.out, telling, database_url=arguments.database)
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Complaint(f"{arguments.out}: {reason}", "name a folder that can be written with --out") from error
