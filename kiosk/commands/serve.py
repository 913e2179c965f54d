"""`ballot-kiosk serve`: the hub on this machine, until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

from kiosk.app import create_app
from kiosk.clerk import Clerk
from kiosk.commands.options import add_data, origin, port
from kiosk.folder import Folder
from kiosk.hub import Hub
from kiosk.start import make_hub
from kiosk.telling import Teller
from kiosk.web import WebServer, listen

BEAT_SECONDS = 1.0
WORK_SECONDS = 0.5


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "serve",
        help="start the hub",
        description="Pair with the ballot service, check the meeting and the voters' page, and serve the terminals. "
        "Started again with the same data folder it goes on without a code. Stop it with Ctrl-C or SIGTERM.",
        allow_abbrev=False,
    )
    parser.add_argument("--server", metavar="URL", type=origin, help="address of the ballot service; the first time")
    parser.add_argument("--pairing", metavar="CODE", help="the code that the console shows; the first time")
    parser.add_argument("--fingerprint", metavar="WORDS", help="the meeting's eight words, as on the hall's screen")
    add_data(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=port, default=8090, help="port to listen on; 0: any free one (default: 8090)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    folder = Folder(arguments.data)
    folder.make()
    with ExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        folder.hold()
        listening = stack.enter_context(listen(arguments.host, arguments.port))
        teller = Teller()
        hub = make_hub(
            folder,
            server_url=arguments.server,
            code=arguments.pairing,
            words=arguments.fingerprint,
            teller=teller,
        )
        stack.callback(hub.store.close)
        stack.callback(hub.server.close)
        web = stack.enter_context(WebServer(create_app(hub), listening))
        announce(hub, web.url, compared=arguments.fingerprint is not None)
        run_until(stop, hub)
    return 0


def announce(hub: Hub, url: str, *, compared: bool) -> None:
    """What the person who sets it up has to know."""
    entry = hub.meeting.entry
    print(f"会议 meeting   {entry['title']}（{hub.meeting.id}），{entry['organiser']}")
    print(f"终端站 hub     {hub.pairing.name}")
    print(f"字词 words     {hub.meeting.words('zh')} · {hub.meeting.words('en')}")
    if not compared:
        print("               请与大屏幕、凭条上的八个字词核对；不同就停下，找监督人员")
        print(
            "               compare them with the hall's screen and a slip; if they differ, stop: call the supervisor"
        )
    print(f"终端 terminals {url}/t/1, {url}/t/2, …")
    print("停止 stop      Ctrl-C", flush=True)


def run_until(stop: threading.Event, hub: Hub) -> None:
    """The two loops: one tells the server how the hub is, the other does what there is to do."""
    clerk = Clerk(hub)
    loops = [
        threading.Thread(target=_every, args=(BEAT_SECONDS, stop, hub, hub.beat), name="heart", daemon=True),
        threading.Thread(target=_every, args=(WORK_SECONDS, stop, hub, clerk.work), name="clerk", daemon=True),
    ]
    for loop in loops:
        loop.start()
    while not stop.wait(1.0):  # in slices, because Windows delivers signals between them
        pass
    for loop in loops:
        loop.join(5.0)


def _every(seconds: float, stop: threading.Event, hub: Hub, act: Callable[[], None]) -> None:
    while True:
        try:
            act()
        except Exception as error:  # noqa: BLE001 -- a fault must not end the loop; its text may hold a line
            hub.teller.say("fault", "程序出错", f"internal error: {type(error).__name__}", loud=True)
        if stop.wait(seconds):
            return


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
