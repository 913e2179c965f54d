"""The launcher with a real Chromium: a new browser for each voter, nothing of the last, a camera for the hub alone."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from kiosk import browser
from kiosk.browser import LOOK_SECONDS, PREFIX, command, find_browser, fresh_profile, preferences, run_terminal
from kiosk.complaint import Complaint
from tests.browser.chromium import find

HEADLESS = ("--headless=new", "--no-sandbox", "--use-fake-device-for-media-stream")
PAUSE_SECONDS = 0.01
SCRIPT = b"""
const told = { before: { ...localStorage }, length: history.length };
localStorage.setItem("canary", "previous voter");
const tell = () => fetch("/told", { method: "POST", body: JSON.stringify(told) }).finally(() => window.close());
navigator.mediaDevices.getUserMedia({ video: true })
  .then(() => { told.camera = "ok"; }, (error) => { told.camera = error.name; })
  .then(() => fetch(location.href.replace("127.0.0.1", "localhost")).then(() => "found", () => "nowhere"))
  .then((found) => { told.elsewhere = found; })
  .then(tell);
"""


class Pages:
    """A hub that only listens to what its page tells."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_script = self.path.endswith(".js")
                body = SCRIPT if is_script else b"<!doctype html><title>terminal</title><script src=/page.js></script>"
                self.send_response(200)
                self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                pages.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_what: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=[LOOK_SECONDS], daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.close()


def profiles() -> list[Path]:
    return [one for base in (browser.MEMORY, Path("/tmp")) for one in base.glob(f"{PREFIX}{os.getpid()}-*")]


def test_each_voter_has_a_browser_that_knows_nothing_of_the_last(pages: Pages) -> None:
    with sync_playwright() as playwright:
        program = str(find(playwright))
    stop = threading.Event()
    launcher = threading.Thread(
        target=run_terminal, args=(program, pages.url, "1", stop), kwargs={"more_flags": HEADLESS, "pause": 0.01}
    )
    launcher.start()
    deadline = time.monotonic() + 120
    while len(pages.told) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    launcher.join(60)
    assert len(pages.told) >= 2, "window.close() ends the browser, and a new one comes"
    for told in pages.told:
        assert told == {"before": {}, "length": 1, "camera": "ok", "elsewhere": "nowhere"}
    assert profiles() == []


# ── with a program in the place of the browser ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Notes when it was started and with what, leaves something in its profile, and ends badly."""
    script = tmp_path / "browser"
    script.write_text(
        f'#!/bin/sh\ndate +%s%N >> {tmp_path}/starts\nfor one in "$@"; do echo "$one" >> {tmp_path}/arguments; done\n'
        f'touch "$HOME/left"; exit 1\n'
    )
    script.chmod(0o700)
    return script


def test_a_browser_that_dies_is_started_again_less_and_less_often(pages: Pages, program: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    launcher = threading.Thread(
        target=run_terminal,
        args=(str(program), pages.url, "7", stop),
        kwargs={"more_flags": HEADLESS, "pause": PAUSE_SECONDS},
    )
    launcher.start()
    starts = tmp_path / "starts"
    deadline = time.monotonic() + 60
    while (not starts.exists() or len(starts.read_text().split()) < 6) and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    launcher.join(30)
    times = [int(one) / 1e9 for one in starts.read_text().split()]
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert pauses[4] >= PAUSE_SECONDS * 2**5, pauses
    assert f"--app={pages.url}/t/7" in (tmp_path / "arguments").read_text()
    assert profiles() == []


def test_the_profile_of_a_launcher_that_was_killed_is_deleted_by_the_next(tmp_path: Path) -> None:
    orphan = Path(browser.MEMORY if browser.MEMORY.is_dir() else "/tmp") / f"{PREFIX}999999999-x"
    orphan.mkdir()
    with fresh_profile("http://127.0.0.1:8090") as mine:
        browser._delete_orphans()
        assert mine.is_dir()
    assert not orphan.exists()


def test_a_browser_that_is_not_there_is_named() -> None:
    with pytest.raises(Complaint, match="no such program"):
        find_browser("/nowhere/chromium")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="not root here")
def test_not_as_root() -> None:
    with pytest.raises(Complaint, match="no sandbox"):
        run_terminal("true", "http://127.0.0.1:8090", "1", threading.Event())


def test_the_camera_is_allowed_to_the_hub_and_to_nobody_else() -> None:
    for hub, site in (
        ("http://10.0.0.5:8090", "http://10.0.0.5:8090,*"),
        ("http://hub.lan", "http://hub.lan:80,*"),
        ("https://hub.lan", "https://hub.lan:443,*"),
    ):
        allowed: Any = preferences(hub)["profile"]
        assert allowed["content_settings"]["exceptions"] == {"media_stream_camera": {site: {"setting": 1}}}
    line = command("chromium", "http://10.0.0.5:8090", "1", Path("/x"))
    assert "--unsafely-treat-insecure-origin-as-secure=http://10.0.0.5:8090" in line
    assert not [flag for flag in line if "use-fake" in flag or "no-sandbox" in flag]
