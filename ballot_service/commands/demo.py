"""`ballot-service demo`: one whole meeting before your eyes, and then the service to try by hand."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console

from ballot_service.app import create_app
from ballot_service.commands import demo_terminal
from ballot_service.commands.demo_hall import own_slips, simulated_slips, start_page, take_part
from ballot_service.commands.publish import Sheets, publish_with_sheets
from ballot_service.commands.serve import login_link, stop_signals, wait_for
from ballot_service.config import Config
from ballot_service.errors import CannotStart
from ballot_service.meetings.meeting_file import MeetingPlan
from ballot_service.rehearsal.plan import RehearsalPlan, read_plan
from ballot_service.rehearsal.rehearse import rehearse
from ballot_service.rehearsal.telling import Language, Telling
from ballot_service.serve import Server, listen
from ballot_service.service import Service
from ballot_service.store.keydir import write_whole

EVERYWHERE = "0.0.0.0"  # noqa: S104 -- a demo that phones in the room can join
PORT = 8000


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "demo",
        help="see a whole meeting: a tie, a second round, a result, and its verification",
        description="Play a 差额票决 of thirteen people: a tie, a decision to vote again, a second round, and the "
        "verifier's verdict. On a terminal (or with SERVE=1) the service then runs with a fresh meeting, which "
        "phones on the same network can join by scanning a slip.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("out"), help="folder to write to (default: out)"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the story (default: zh)")
    parser.set_defaults(run=run)


def demo_plan() -> RehearsalPlan:
    """The plan that is shipped with the package."""
    shipped = files("ballot_service.rehearsal")
    return read_plan(shipped.joinpath("demo.yaml").read_bytes(), lambda name: shipped.joinpath(name).read_bytes())


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    telling = Telling(console, arguments.lang, explain=True)
    plan = demo_plan()
    status = rehearse(plan, arguments.out / "demo", telling)
    if status == 0 and _wants_to_serve():
        assert plan.meeting_plan is not None
        _serve(console, plan.meeting_plan, arguments.out / "demo-server", arguments.lang)
    return status


def _wants_to_serve() -> bool:
    asked = os.environ.get("SERVE", "")
    return asked == "1" or (not asked and sys.stdin.isatty() and sys.stdout.isatty())


def _serve(console: Console, plan: MeetingPlan, folder: Path, language: Language) -> None:
    with _listen() as listening:
        config = Config(data_dir=folder, base_url=_url_for_phones(listening))
        service = Service(config)
        try:
            fresh = _with_free_id(plan, folder)
            sheets = Sheets(fresh, folder / fresh.fields["id"])
            telling = Telling(console, language, fresh.fields)
            with telling.making_keys() as progress:
                published = publish_with_sheets(service, fresh, sheets, progress)
            link, start = login_link(service), folder / fresh.fields["id"] / "start.html"
            kiosk = _kiosk_command(folder)
            page = start_page(published, config.base_url, link, kiosk, chinese=language == "zh")
            write_whole(start, page.encode())
            with stop_signals() as stop, Server(create_app(service), listening, threads=config.threads):
                hall = (simulated_slips(published), stop, Random())  # noqa: S311 -- how they vote decides nothing
                threading.Thread(target=take_part, args=hall, name="hall", daemon=True).start()
                terminal = threading.Thread(
                    target=demo_terminal.keep_code,
                    args=(service, published.meeting_id, folder / demo_terminal.FILE, own_slips(published), stop),
                    kwargs={"chinese": language == "zh"},
                    name="terminal",
                )
                terminal.start()
                sheet_files = [str(path) for path in sheets.written]
                try:
                    telling.your_turn(start.resolve().as_uri(), link, sheet_files, len(hall[0]), kiosk)
                    wait_for(stop)
                finally:
                    stop.set()
                    terminal.join()
        finally:
            service.close()


def _kiosk_command(folder: Path) -> str:
    """What opens a voting terminal, from the same place as this command: with its folder, and as it was called."""
    program = Path(sys.argv[0]).with_name("ballot-kiosk")
    return f"{program} demo" if folder == Path("out/demo-server") else f"{program} demo --demo {folder}"


def _listen() -> socket.socket:
    """On every network of this machine: the slips are for phones in the same room."""
    try:
        return listen(EVERYWHERE, PORT)
    except CannotStart:  # somebody has it already: any other does for a demo
        return listen(EVERYWHERE, 0)


def _url_for_phones(listening: socket.socket) -> str:
    return f"http://{address_here()}:{listening.getsockname()[1]}"


def address_here() -> str:
    """This machine's IPv4 address on its network, else the one that only itself can reach. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # RFC 5737: nobody's; only the way there is looked up
        except OSError:
            return "127.0.0.1"
        return str(asking.getsockname()[0])


def _with_free_id(plan: MeetingPlan, folder: Path) -> MeetingPlan:
    """The demo's meeting under an id that was not used in this folder before."""
    number, meeting_id = 1, str(plan.fields["id"])
    while (folder / meeting_id).exists():
        number += 1
        meeting_id = f"{plan.fields['id']}-{number}"
    return replace(plan, fields={**plan.fields, "id": meeting_id})
