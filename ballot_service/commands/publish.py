"""`ballot-service publish`: from a meeting file to slips, cards and a ledger that waits for the doors to open."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from ballot_service.commands.complaint import Complaint
from ballot_service.commands.settings import add_installation_options, read_settings
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import MeetingPlan, Refusal, read_meeting_text
from ballot_service.meetings.publish import Progress, Published
from ballot_service.rehearsal.telling import Telling
from ballot_service.service import Service
from ballot_service.store.keydir import sync_folder
from crypto.encoding import b64u
from crypto.words import fingerprint_words


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "publish",
        help="publish a meeting file: keys, slips, cards",
        description="Publish a meeting. Writes slips.txt (one QR text a line, in the order of the classes), "
        "reserve-slips.txt, cards.txt (one scrutineer's card a line) and a summary with the fingerprint. Slips and "
        "cards exist in these files alone: print them, then destroy the files.",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the meeting file, YAML or JSON")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for slips, cards and summary")
    add_installation_options(parser, base_url=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    plan = read_meeting_file(arguments.file)
    sheets = Sheets(plan, arguments.out)
    sheets.check_free()
    config = read_settings(arguments, base_url=arguments.base_url)
    service = Service(config)
    try:
        telling = Telling(console, "zh" if plan.fields["locale"] == "zh-CN" else "en", plan.fields)
        with telling.making_keys() as progress:
            published = publish_with_sheets(service, plan, sheets, progress)
    finally:
        service.close()
    words = fingerprint_words(published.fingerprint, telling.language)
    console.print(f"published    [bold]{published.meeting_id}[/]  {escape(plan.fields['title'])}", soft_wrap=True)
    console.print(f"words        [bold cyan]{words}[/]", soft_wrap=True)
    console.print(f"fingerprint  {published.fingerprint.hex()}", soft_wrap=True)
    console.print(f"slips for    {config.base_url}", soft_wrap=True)
    for path in sheets.written:
        console.print(f"written      {path}", soft_wrap=True)
    return 0


def read_meeting_file(path: Path) -> MeetingPlan:
    """Raises: Complaint, with every mistake and its line."""
    try:
        return read_meeting_text(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise Complaint(f"{path}: {reason}", "name a meeting file, YAML or JSON") from error
    except Refusal as refusal:
        lines = [f"{path}: {refusal.code}: {problem}" for problem in refusal.problems]
        raise Complaint(lines, "correct the meeting file; nothing was published") from refusal


class Sheets:
    """The files that publishing hands out once. They are never overwritten."""

    def __init__(self, plan: MeetingPlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self.written: list[Path] = []

    def check_free(self) -> None:
        """Raises: Complaint when one of the files exists: it may be the only copy of somebody's slips."""
        names = ("slips.txt", "reserve-slips.txt", "cards.txt", f"{self._plan.fields['id']}.meeting.json")
        for path in [self._folder / name for name in names]:
            if path.exists():
                raise Complaint(f"{path} exists and is not overwritten", "name another folder with --out")

    def write(self, published: Published) -> None:
        """Called before the meeting exists: when this raises, nothing is published."""
        self._folder.mkdir(parents=True, exist_ok=True)
        order = [one["id"] for one in self._plan.fields["classes"]]
        for name, reserve in (("slips.txt", False), ("reserve-slips.txt", True)):
            chosen = [slip for slip in published.slips if slip.reserve is reserve]
            if chosen:
                chosen.sort(key=lambda slip: order.index(slip.voter_class))  # stable: shuffled within a class
                self._secret(name, [slip.url for slip in chosen])
        self._secret("cards.txt", [f"{card.number} {b64u(card.secret)}" for card in published.cards])
        summary = json.dumps(self._summary(published), ensure_ascii=False, indent=1)
        self._new(f"{published.meeting_id}.meeting.json", summary + "\n", mode=0o644)
        sync_folder(self._folder)

    def undo(self) -> None:
        """Remove what was written for a meeting that was not published after all."""
        for path in self.written:
            path.unlink(missing_ok=True)
        self.written.clear()

    def _summary(self, published: Published) -> dict[str, Any]:
        origin = published.head.note.split("\n", 1)[0]
        fields = self._plan.fields
        return {
            "meeting": published.meeting_id,
            "title": fields["title"],
            "date": fields["date"],
            "origin": origin,
            "fingerprint": published.fingerprint.hex(),
            "fingerprint_words": {
                "zh": fingerprint_words(published.fingerprint, "zh"),
                "en": fingerprint_words(published.fingerprint, "en"),
            },
            "slips": {
                one["id"]: {"expected": one["expected"], "reserve": fields["reserve"][one["id"]]}
                for one in fields["classes"]
            },
            "cards": self._plan.cards,
            "threshold": self._plan.threshold,
            "checkpoint": published.head.note,
        }

    def _secret(self, name: str, lines: list[str]) -> None:
        self._new(name, "".join(line + "\n" for line in lines), mode=0o600)

    def _new(self, name: str, text: str, *, mode: int) -> None:
        path = self._folder / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        self.written.append(path)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def publish_with_sheets(service: Service, plan: MeetingPlan, sheets: Sheets, progress: Progress) -> Published:
    """Publish, and have the sheets on disk before the meeting exists. Raises: Refused, Complaint."""
    try:
        return service.publish(plan, deliver=sheets.write, progress=progress)
    except BaseException as error:
        if not _is_not_published(service, plan.fields["id"]):
            raise  # cut off after the commit: these sheets are the only ones there will ever be
        sheets.undo()
        if not isinstance(error, OSError):
            raise
        reason = (error.strerror or "cannot be written").lower()
        raise Complaint(f"the slips: {reason}", "nothing was published; make room, or name another --out") from error


def _is_not_published(service: Service, meeting_id: str) -> bool:
    """Certainly not: False also when the database does not say."""
    try:
        with service.acts.look(meeting_id):
            return False
    except Refused as refused:
        return refused.code == "not-found"
