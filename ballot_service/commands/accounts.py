"""`ballot-service accounts`: who has an account, and a way back in for an organiser who is locked out."""

from __future__ import annotations

import argparse
import secrets
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ballot_service.commands.complaint import Complaint
from ballot_service.commands.settings import add_installation_options, check_installation, read_settings, reading
from ballot_service.console.accounts import Accounts, Listed
from ballot_service.meetings.acts import utc_now
from ballot_service.store.engine import Store


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "accounts",
        help="list officers' accounts, or let one in again",
        description="List the accounts with their roles; or, with `reset` and a login name, enable that account and "
        "print a one-time link with which its owner sets a new password. The service may be running.",
        allow_abbrev=False,
    )
    parser.add_argument("act", nargs="?", choices=("list", "reset"), default="list", help="default: %(default)s")
    parser.add_argument("login", nargs="?", metavar="LOGIN", help="with reset: the login name")
    add_installation_options(parser, base_url=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if (arguments.act == "reset") != (arguments.login is not None):
        raise Complaint("`reset` takes a login name, and `list` none", "ballot-service accounts --help", status=2)
    config = read_settings(arguments, base_url=arguments.base_url)
    check_installation(config)
    with reading(config.database) as store:
        accounts = Accounts(store, utc_now, secrets.token_bytes)
        if arguments.act == "list":
            _list(accounts.everyone())
        else:
            print_link(accounts, store, arguments.login, config.base_url)
    return 0


def print_link(accounts: Accounts, store: Store, login: str, base_url: str) -> None:
    """Raises: Complaint where nobody logs in with this name."""
    account = accounts.find(login)
    if account is None:
        raise Complaint(f"nobody logs in as {login!r}", "ballot-service accounts lists the login names")
    code = accounts.make_code(account)
    store.forget_deleted()
    Console(highlight=False).print(
        f"登录 log in   {base_url}/login?code={code}  works once, for 7 days", soft_wrap=True
    )


def _list(everyone: list[Listed]) -> None:
    table = Table("login", "name", "roles", "state", box=None)
    for one in everyone:
        roles = ", ".join(f"{role.value}@{meeting}" if meeting else role.value for meeting, role in sorted(one.grants))
        state = "disabled" if one.disabled else "" if one.has_password else "no password"
        table.add_row(*(Text(cell) for cell in (one.login, one.name, roles, state)))
    Console(highlight=False, soft_wrap=True).print(table)
