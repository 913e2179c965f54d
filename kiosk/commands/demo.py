"""`ballot-kiosk demo`: a hub and one terminal beside the demonstration of `ballot-service demo`.

The service leaves a file with a pairing code and a few slips. Slips are shown to the terminal's window from this
command line: a number is typed, and the slip arrives as from a scanner, so that nobody needs a printer, a camera or a
scanner.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from kiosk.app import create_app
from kiosk.browser import command, find_browser, fresh_profile
from kiosk.commands.serve import run_until, stop_signals
from kiosk.complaint import Complaint
from kiosk.folder import Folder
from kiosk.start import make_hub
from kiosk.telling import Teller
from kiosk.typed_scans import ScannedWindow, WindowGone, scanned_window
from kiosk.web import WebServer, listen

DEMO = Path("out/demo-server")
FILE = "terminal.json"
WINDOW = "1280,800"  # px, a 10-inch tablet
NOT_IN_A_WINDOW = ("--kiosk", "--host-resolver-rules=", "--unsafely-treat-insecure-origin-as-secure=")
ANSWER_SECONDS = 5.0
_HINT = "start the demonstration in another window, `make demo`, leave it running, and run this in the same folder"


@dataclass(frozen=True)
class Demonstration:
    """What the service left."""

    server: str
    meeting: str
    code: str
    slips: Sequence[str]  # as printed


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "demo",
        help="a terminal beside `ballot-service demo`",
        description="Start a hub and one voting screen beside a running demonstration (make demo). Stopped and started "
        "again it is the same hub with the same ballots. Stop it with Ctrl-C.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--demo", metavar="DIR", type=Path, default=DEMO, help="folder of the demonstration (default: %(default)s)"
    )
    parser.add_argument("--browser", metavar="FILE", help="the browser to open (default: the Chromium of this machine)")
    parser.add_argument("--no-window", action="store_true", help="open no browser: only say the terminal's address")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    found = find_demonstration(arguments.demo)
    folder = Folder(arguments.demo / found.meeting / "kiosk")
    folder.make()
    with ExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        folder.hold()
        listening = stack.enter_context(listen("127.0.0.1", 0))
        hub = make_hub(folder, server_url=found.server, code=found.code, words=None, teller=Teller())
        stack.callback(hub.store.close)
        stack.callback(hub.server.close)
        web = stack.enter_context(WebServer(create_app(hub), listening))
        loops = threading.Thread(target=run_until, args=(stop, hub), name="loops")
        loops.start()
        stack.callback(loops.join)
        stack.callback(stop.set)
        print(f"会议 meeting   {hub.meeting.entry['title']}({hub.meeting.id})")
        print(f"字词 words     {hub.meeting.words('zh')} · {hub.meeting.words('en')}")
        print(f"终端 terminal  {web.url}/t/1", flush=True)
        program = None if arguments.no_window else _window_browser(arguments.browser)
        if program is None:
            _say_how_without_window()
            stop.wait()
        else:
            profile = stack.enter_context(fresh_profile(web.url))
            window = stack.enter_context(scanned_window(_window(program, web.url, profile), profile))
            _read_numbers(window, found.slips, stop)
    return 0


def find_demonstration(folder: Path) -> Demonstration:
    """What the running service left in its folder. Raises: Complaint."""
    try:
        left = json.loads((folder / FILE).read_bytes())
        found = Demonstration(str(left["server"]), str(left["meeting"]), str(left["code"]), tuple(left["slips"]))
    except FileNotFoundError:
        raise Complaint("没有正在运行的演示", f"no demonstration is running in {folder}", _HINT) from None
    except (ValueError, KeyError, TypeError):
        raise Complaint(f"{folder / FILE} 读不懂", f"{folder / FILE} is not a file of a demonstration", _HINT) from None
    with requests.Session() as session:
        session.trust_env = False
        try:
            session.get(f"{found.server}/api/v1/meetings/{found.meeting}/state", timeout=ANSWER_SECONDS)
        except requests.RequestException:
            raise Complaint(
                f"演示服务器 {found.server} 没有回应", f"the demonstration at {found.server} does not answer", _HINT
            ) from None
    return found


def _window_browser(asked: str | None) -> str | None:
    """A browser that can show a window here; None: there is none, and nobody named one. Raises: Complaint."""
    if asked is not None:
        return find_browser(asked)
    if sys.platform == "win32":
        return None
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium refuses: there is no sandbox for root
        return None
    try:
        return find_browser(None)
    except Complaint:
        return None


def _window(program: str, url: str, profile: Path) -> list[str]:
    """A window to look at, which does not take the screen; without the flags that a bar above the page would name."""
    whole = command(program, url, "1", profile, (f"--window-size={WINDOW}",))
    return [each for each in whole if not each.startswith(NOT_IN_A_WINDOW)]


def _say_how_without_window() -> None:
    print("在浏览器里打开这个地址。凭条：用扫码枪扫，或对着摄像头。")
    print("Open this address in a browser. Slips: with a USB scanner, or held to the camera.")
    print("停止 stop      Ctrl-C", flush=True)


def _read_numbers(window: ScannedWindow, slips: Sequence[str], stop: threading.Event) -> None:
    """Each number that is typed scans one slip. Ends when the window is closed, or `stop` is set."""
    most = len(slips)
    print(f"凭条 slips     输入 1 到 {most} 再按回车，等于用扫码枪扫第几张凭条；先等终端显示“请扫凭条”")
    print(f"               type 1 to {most} and Enter: that slip is scanned, as with a USB scanner")
    print("停止 stop      Ctrl-C，或关上窗口 or close the window", flush=True)
    reader = threading.Thread(target=_scan_typed, args=(window, slips, stop), name="slips", daemon=True)
    reader.start()
    window.wait(stop)


def _scan_typed(window: ScannedWindow, slips: Sequence[str], stop: threading.Event) -> None:
    while not stop.is_set():
        if not select.select([sys.stdin], [], [], 0.5)[0]:
            continue
        typed = sys.stdin.readline()
        if not typed:
            return
        asked = typed.strip()
        if not asked:
            continue
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= len(slips)):
            print(f"请输入 1 到 {len(slips)} · type a number from 1 to {len(slips)}", flush=True)
            continue
        try:
            window.type_scan(slips[int(asked) - 1])
        except WindowGone:
            return
        print(f"已扫第 {asked} 张 · slip {asked} is scanned", flush=True)
