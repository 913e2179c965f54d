"""`ballot-service serve`: the service on this machine, until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rich.console import Console

from ballot_service.app import create_app
from ballot_service.commands.settings import add_installation_options, read_settings
from ballot_service.config import Config
from ballot_service.serve import Server, listen, url_of
from ballot_service.service import Service


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "serve",
        help="start the service",
        description="Start the service and print its address and, the first time, the link with which the organiser "
        "logs in. Stop it with Ctrl-C or SIGTERM.",
        allow_abbrev=False,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on; 0: any free one (default: 8000)")
    add_installation_options(parser, base_url=True)
    parser.add_argument("--new-link", action="store_true", help="print a new login link; unused older ones are void")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    with stop_signals() as stop, listen(arguments.host, arguments.port) as listening:
        config = read_settings(arguments, base_url=arguments.base_url)
        if arguments.base_url is None and config.base_url == Config.base_url:
            config = read_settings(arguments, base_url=url_of(listening))
        service = Service(config)
        try:
            with Server(create_app(service), listening, threads=config.threads) as server:
                announce(Console(highlight=False), service, server, new_link=arguments.new_link)
                wait_for(stop)
        finally:
            service.close()
    return 0


def announce(console: Console, service: Service, server: Server, *, new_link: bool) -> None:
    """What the operator has to know. The link is shown here and kept nowhere."""
    console.print(f"地址 address  [bold]{server.url}[/]", soft_wrap=True)
    for meeting, poll in service.voided_at_start:
        console.print(
            f"作废 voided   [yellow]poll {poll} of meeting {meeting}[/]: its intake key is lost, vote again",
            soft_wrap=True,
        )
    if new_link or not service.accounts.anyone_can_log_in():
        console.print(f"登录 log in   [bold cyan]{login_link(service)}[/]  [dim]works once[/]", soft_wrap=True)
    console.print("停止 stop     Ctrl-C")


def login_link(service: Service) -> str:
    """A new one-time link for the organiser; unused older ones are void."""
    return f"{service.config.base_url}/login?code={service.accounts.make_code()}"


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, instead of ending the process halfway through something."""
    stop = threading.Event()

    def set_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, set_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_for(stop: threading.Event) -> None:
    """Until it is set; in slices, because Windows delivers signals between them."""
    while not stop.wait(1.0):
        pass


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("expected a port from 0 to 65535")
    return int(text)
