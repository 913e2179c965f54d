"""`ballot-service ceremony`: boxes and cards, made on a machine that has nothing to do with the server.

No network and no database: one meeting file goes in, printed cards and a public file come out. Source: protocol §6.
"""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

from rich.console import Console

from ballot_service.boxes.card_code import MalformedCard, format_card_url, parse_card_url
from ballot_service.boxes.ceremony import Card, make_boxes
from ballot_service.boxes.public_part import PublicPart, format_public_part
from ballot_service.commands.complaint import Complaint
from ballot_service.commands.files_once import FilesOnce
from ballot_service.commands.publish import read_meeting_file
from ballot_service.meetings.meeting_file import MeetingPlan

CARDS = "cards.pdf"


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "ceremony",
        help="make boxes and cards offline, so that the server never sees a box key",
        description="Make the ballot boxes of a meeting and a card for each scrutineer, without network or database. "
        "Writes cards.pdf, which exists once and only there: print it, hand the cards out, destroy the file; and "
        "ID.ceremony.json, which holds no secret: take it to the server and publish with --ceremony.",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the meeting file, YAML or JSON that will be published")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for cards and public part")
    parser.add_argument(
        "--base-url",
        metavar="URL",
        required=True,
        help="the address that phones will reach, printed on the cards: the same as when publishing",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    plan = read_meeting_file(arguments.file)
    _check_address(arguments.base_url, plan)
    public = f"{plan.fields['id']}.ceremony.json"
    files = FilesOnce(arguments.out, [CARDS])
    files.check_free_of([CARDS, public])
    part, cards = hold(plan)
    made = {CARDS: _sheet(plan, cards, arguments.base_url), public: format_public_part(part)}
    try:
        files.write_all(made)
    except BaseException as error:
        files.undo()
        if not isinstance(error, OSError):
            raise
        reason = (error.strerror or "cannot be written").lower()
        raise Complaint(f"the cards: {reason}", "make room, or name another --out; no card was made") from error
    console.print(f"ceremony     {plan.fields['id']}  {plan.fields['title']}")
    console.print(f"boxes        {plan.boxes}: the test box and {plan.boxes - 1} more")
    console.print(f"cards        {plan.cards}, any {plan.threshold} of them open a box")
    console.print(f"print        {arguments.out / CARDS}  A6, a page each: hand them over in person, destroy the file")
    console.print(f"take along   {arguments.out / public}  no secret; publish with --ceremony on the server")
    return 0


def hold(plan: MeetingPlan) -> tuple[PublicPart, list[Card]]:
    """The ceremony itself: what everybody may see, and what one scrutineer each takes away."""
    meeting_id = plan.fields["id"]
    boxes, cards = make_boxes(meeting_id, plan.boxes, plan.cards, plan.threshold, secrets.token_bytes)
    return PublicPart(meeting_id, plan.cards, plan.threshold, tuple(boxes)), cards


def _sheet(plan: MeetingPlan, cards: list[Card], base_url: str) -> bytes:
    # imported here: reading fonts takes half a second that no other command should wait
    from ballot_service.boxes.card_sheet import pages_of
    from ballot_service.printing.pdf import to_pdf

    pages = pages_of(cards, plan.fields, threshold=plan.threshold, base_url=base_url, fingerprint=None)
    return to_pdf(pages, language=plan.fields["locale"])


def _check_address(base_url: str, plan: MeetingPlan) -> None:
    """Raises: Complaint; nobody corrects a card after it was printed."""
    try:
        parse_card_url(format_card_url(base_url, plan.fields["id"], Card(1, bytes(32)), None))
    except MalformedCard:
        raise Complaint(f"{base_url}: no address that a card can carry", "for example https://vote.example") from None
