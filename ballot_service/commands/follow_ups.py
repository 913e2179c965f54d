"""`ballot-service follow-ups`: what the results propose, as a list for those who confirm and do it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from ballot_service.commands.complaint import Complaint
from ballot_service.commands.settings import (
    add_installation_options,
    check_installation,
    meeting_id,
    read_settings,
    reading,
)
from ballot_service.errors import Refused
from ballot_service.meetings.acts import States
from ballot_service.meetings.state import MeetingState
from ballot_service.results.follow_ups import as_csv, as_xlsx, follow_ups
from ballot_service.store.keydir import write_whole
from ballot_service.store.tables import Meeting

FORMATS = {".xlsx": as_xlsx, ".csv": as_csv}


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "follow-ups",
        help="write what the results propose to a spreadsheet",
        description="Write every proposal of a meeting's results to a file: what about, whom it concerns, what is "
        "proposed, who confirms it, and by when. The name of the file says in which form: .xlsx or .csv. The service "
        "may be running.",
        allow_abbrev=False,
    )
    parser.add_argument("meeting", metavar="MEETING", type=meeting_id, help="the meeting's id")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file to write, .xlsx or .csv")
    add_installation_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    write = FORMATS.get(arguments.out.suffix.lower())
    if write is None:
        raise Complaint(f"{arguments.out}: not a list that can be written", "name a file that ends in .xlsx or .csv")
    if arguments.out.exists():
        raise Complaint(
            f"{arguments.out} exists and is not overwritten", "somebody may have worked on it: name another"
        )
    config = read_settings(arguments)
    check_installation(config)
    state = _state(config.database, arguments.meeting)
    listed = follow_ups(state)
    try:
        write_whole(arguments.out, write(listed, chinese=state.meeting["locale"] == "zh-CN"))
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise Complaint(f"{arguments.out}: {reason}", "name a file in a folder that can be written") from error
    Console(highlight=False).print(f"written  {arguments.out}  ({len(listed)})", soft_wrap=True)
    return 0


def _state(database: str, meeting: str) -> MeetingState:
    with reading(database) as store, store.read() as session:
        found = session.get(Meeting, meeting)
        if found is None:
            raise Refused("not-found", f"there is no meeting {meeting!r} here")
        return States().load(session, found)
