"""`ballot-service publish`: from a meeting file to slips, cards and a ledger that waits for the doors to open."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from ballot_service.boxes.public_part import MAX_BYTES, PublicPart, parse_public_part
from ballot_service.commands.complaint import Complaint
from ballot_service.commands.files_once import FilesOnce
from ballot_service.commands.settings import add_installation_options, read_settings
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import MeetingPlan, Refusal, read_meeting_text
from ballot_service.meetings.publish import HandedOut, Progress, Published
from ballot_service.rehearsal.telling import Telling
from ballot_service.service import Service
from ballot_service.slips.printing_order import in_printing_order
from crypto.encoding import b64u
from crypto.slips import parse_slip_url
from crypto.words import fingerprint_words

SECRET_FILES = (
    "slips.pdf", "cards.pdf", "participants.pdf", "slips.html", "slips.txt", "reserve-slips.txt", "cards.txt",
)  # fmt: skip
"""For the owner's eyes alone. The participants' card has no secret; it lies with them."""
CARD_FILES = ("cards.pdf", "cards.txt")  # not written after an offline ceremony, which has printed the cards


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "publish",
        help="publish a meeting file: keys, slips, cards",
        description="Publish a meeting. Writes what to print (slips.pdf, or slips.html for a browser; cards.pdf for "
        "the scrutineers; participants.pdf for everybody), the same secrets as text (slips.txt, reserve-slips.txt, "
        "cards.txt), and a summary with the fingerprint. Slips and cards exist in these files alone: print them, then "
        "destroy the files.",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the meeting file, YAML or JSON")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for slips, cards and summary")
    parser.add_argument(
        "--ceremony",
        metavar="FILE",
        type=Path,
        help="what `ballot-service ceremony` wrote: boxes and cards were made there, none are made here",
    )
    add_installation_options(parser, base_url=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    plan = read_meeting_file(arguments.file)
    ceremony = None if arguments.ceremony is None else read_ceremony(arguments.ceremony, plan)
    sheets = Sheets(plan, arguments.out, with_cards=ceremony is None)
    sheets.check_free()
    config = read_settings(arguments, base_url=arguments.base_url)
    service = Service(config)
    try:
        telling = Telling(console, "zh" if plan.fields["locale"] == "zh-CN" else "en", plan.fields)
        with telling.making_keys() as progress:
            published = publish_with_sheets(service, plan, sheets, progress, ceremony)
    finally:
        service.close()
    words = fingerprint_words(published.fingerprint, telling.language)
    console.print(f"published    [bold]{published.meeting_id}[/]  {escape(plan.fields['title'])}", soft_wrap=True)
    console.print(f"words        [bold cyan]{words}[/]", soft_wrap=True)
    console.print(f"fingerprint  {published.fingerprint.hex()}", soft_wrap=True)
    console.print(f"slips for    {config.base_url}", soft_wrap=True)
    for path in sheets.written:
        if path.name in sheets.to_print:
            console.print(f"print        {path}  {sheets.to_print[path.name]}", soft_wrap=True, markup=False)
        else:
            console.print(f"written      {path}", soft_wrap=True, markup=False)
    if sheets.missing_letters:
        named = ", ".join(f"{one} U+{ord(one):04X}" for one in sheets.missing_letters)
        console.print(f"missing      {named}: printed as 〓, write it in by hand", soft_wrap=True, markup=False)
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


def read_ceremony(path: Path, plan: MeetingPlan) -> PublicPart:
    """Raises: Complaint, with every mistake."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        return parse_public_part(data, plan)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise Complaint(f"{path}: {reason}", "name the file ….ceremony.json that the ceremony wrote") from error
    except Refused as refused:
        lines = [f"{path}: {problem}" for problem in refused.problems]
        hint = "hold the ceremony with the very meeting file that is published; nothing was published"
        raise Complaint(lines, hint) from refused


class Sheets(FilesOnce):
    """The files that publishing hands out once."""

    def __init__(self, plan: MeetingPlan, folder: Path, *, with_cards: bool = True) -> None:
        super().__init__(folder, SECRET_FILES)
        self._plan = plan
        self._with_cards = with_cards
        self._made: tuple[HandedOut, dict[str, bytes]] | None = None  # by `prepare`
        self.to_print: dict[str, str] = {}  # what to do with the files that are for paper
        self.missing_letters: list[str] = []  # which the font lacks: printed as 〓

    def check_free(self) -> None:
        """Raises: Complaint when one of the files exists: it may be the only copy of somebody's slips."""
        secret = [name for name in SECRET_FILES if self._with_cards or name not in CARD_FILES]
        self.check_free_of([*secret, f"{self._plan.fields['id']}.meeting.json"])

    def prepare(self, likely: HandedOut) -> None:
        """Make what takes seconds while others may still write."""
        self._made = likely, self._printed(likely)

    def write(self, published: Published) -> None:
        """Called before the meeting exists: when this raises, nothing is published. Everything is made first."""
        printed = None
        if self._made is not None and self._made[0].fingerprint == published.fingerprint:
            printed = self._made[1]  # the same entry 0, and so the same slips
        self.write_all((printed or self._printed(published)) | self._texts(published))

    def _printed(self, published: HandedOut) -> dict[str, bytes]:
        # imported here: reading fonts takes half a second that no other command should wait
        from ballot_service.boxes.card_sheet import card_pages
        from ballot_service.printing.html import to_html
        from ballot_service.printing.letters import letters
        from ballot_service.printing.pdf import to_pdf
        from ballot_service.slips.participant_card import participant_pages
        from ballot_service.slips.sheet import BROWSER_ADVICE, language_of, slip_pages

        fields = self._plan.fields
        language = language_of(fields)
        base_url = parse_slip_url(published.slips[0].url).base_url
        slips = slip_pages(published, fields)
        cards = (
            card_pages(published, fields, threshold=self._plan.threshold, base_url=base_url) if self._with_cards else []
        )
        printed_cards = {"cards.pdf": to_pdf(cards, language=fields["locale"])} if cards else {}
        everybody = participant_pages(fields, transport=self._plan.transport)

        spare = sum(slip.reserve for slip in published.slips)
        self.to_print = {
            "slips.pdf": f"A4, {_count(len(slips), 'page')}: {_count(len(published.slips) - spare, 'slip')}, {spare} "
            "spare; at 100 %, cut, shuffle, let everybody draw one",
            "cards.pdf": f"A6, {_count(len(cards), 'page')}: a card for each scrutineer, handed over in person",
            "participants.pdf": "A5, 2 pages: for everybody in the hall, Chinese and English",
            "slips.html": "the slips once more, for whoever prints from a browser instead",
        }
        shown = (fields["title"], fields["place"], *(one["name"] for one in fields["classes"]))
        self.missing_letters = letters().missing(shown)
        title = letters().printable(fields["title"])
        return {
            "slips.pdf": to_pdf(slips, language=fields["locale"]),
            **printed_cards,
            "participants.pdf": to_pdf(everybody, language=fields["locale"]),
            "slips.html": to_html(slips, language=fields["locale"], title=title, advice=BROWSER_ADVICE[language]),
        }

    def _texts(self, published: Published) -> dict[str, bytes]:
        slips = in_printing_order(published.slips, self._plan.fields)
        texts = {
            name: [slip.url for slip in slips if slip.reserve is reserve]
            for name, reserve in (("slips.txt", False), ("reserve-slips.txt", True))
        }
        texts["cards.txt"] = [f"{card.number} {b64u(card.secret)}" for card in published.cards]
        summary = json.dumps(self._summary(published), ensure_ascii=False, indent=1)
        texts[f"{published.meeting_id}.meeting.json"] = [summary]
        return {name: "".join(line + "\n" for line in lines).encode() for name, lines in texts.items() if lines}

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


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def publish_with_sheets(
    service: Service, plan: MeetingPlan, sheets: Sheets, progress: Progress, ceremony: PublicPart | None = None
) -> Published:
    """Publish, and have the sheets on disk before the meeting exists. Raises: Refused, Complaint."""
    try:
        return service.publish(plan, ceremony=ceremony, prepare=sheets.prepare, deliver=sheets.write, progress=progress)
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
