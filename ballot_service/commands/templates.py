"""`ballot-service templates` and `ballot-service template NAME`: the procedures that come with the service."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from ballot_service.commands.complaint import Complaint
from ballot_service.meetings.problems import shown
from ballot_service.meetings.template_example import commented_meeting
from ballot_service.meetings.templates import nearest_names, read_template, template_names

WIDTH = 140  # of the list where there is no terminal to fit


def add_to(commands: Any) -> None:
    listing = commands.add_parser(
        "templates",
        help="list the templates of agenda items, with the documents they follow",
        description="List the templates of agenda items: name, title, document and clause.",
        allow_abbrev=False,
    )
    listing.set_defaults(run=run_list)
    one = commands.add_parser(
        "template",
        help="print a meeting file that uses a template, with every field explained",
        description="Print a whole meeting file that uses this template. What must be written is filled in; defaults "
        "and other readings of the document stand beside it as comments. It can be published as it is.",
        allow_abbrev=False,
    )
    one.add_argument("name", metavar="NAME", help="the template, as differential-vote/f4")
    one.set_defaults(run=run_one)


def run_list(_: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    table = Table("名称", "议题", "依据", "条款", box=None, header_style="bold", pad_edge=False)
    table.columns[0].no_wrap = True
    for name in template_names():
        template = read_template(name)
        table.add_row(name, template.title, template.cite.document, template.cite.clause)
    console.print(table)
    return 0


def run_one(arguments: argparse.Namespace) -> int:
    try:
        template = read_template(arguments.name)
    except KeyError:
        near = nearest_names(arguments.name)
        hint = f"did you mean {' or '.join(near)}?" if near else "ballot-service templates lists them"
        raise Complaint(f"no template {shown(arguments.name)}", hint) from None
    sys.stdout.write(commented_meeting(template))
    return 0
