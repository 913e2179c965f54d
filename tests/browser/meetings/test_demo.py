"""What somebody sees who runs `make demo`, scans a slip with a phone, and another one at a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ballot_service.cli import main
from ballot_service.commands import demo
from ballot_service.config import Config
from ballot_service.service import Service
from hatch_build import build_client
from tests.browser import chromium
from tests.browser.meetings.conftest import NewPhone
from tests.browser.meetings.hall import ROOT

PATIENCE_SECONDS = 60


def test_a_slip_of_the_demo_opens_the_page_from_the_network_and_another_one_at_a_terminal(
    phone: NewPhone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build_client()
    someone = phone()
    screens: list[str] = []
    services: list[Service] = []

    def remembered(config: Config) -> Service:
        services.append(Service(config))
        return services[0]

    def scan(_stop: object) -> None:
        slip = (tmp_path / "demo-server/demo/slips.txt").read_text(encoding="utf-8").splitlines()[0]
        assert slip.lower().startswith(f"http://{demo.address_here()}:")
        someone.open(slip)
        screens.append(someone.until("welcome"))
        screens.append(see_a_terminal(tmp_path, services[0], browser_without_a_screen(tmp_path, someone.browser)))

    monkeypatch.setenv("SERVE", "1")
    monkeypatch.setattr(demo, "Service", remembered)
    monkeypatch.setattr(demo, "rehearse", lambda *_arguments: 0)
    monkeypatch.setattr(demo, "wait_for", scan)
    assert main(["demo", "--out", str(tmp_path)]) == 0
    assert screens == ["welcome", "busy"]
    told = capsys.readouterr().out.replace("\n", "")
    assert "扫前三张凭条即可参加" in told
    assert "slips.pdf" in told
    assert "ballot-kiosk demo" in told
    start = (tmp_path / "demo-server/demo/start.html").read_text(encoding="utf-8")
    assert "login?code=" in start
    assert start.count("/c/demo#") == 3
    assert "10 名参会人员由程序模拟" in start
    assert "ballot-kiosk demo" in start
    assert not (tmp_path / "demo-server/terminal.json").exists()


def see_a_terminal(folder: Path, service: Service, browser: Path) -> str:
    """`ballot-kiosk demo`, twice over the same folder: how its terminal is when a slip was scanned."""
    command = [sys.executable, "-m", "kiosk.cli", "demo", "--demo", str(folder / "demo-server")]
    with subprocess.Popen([*command, "--no-window"], stdout=subprocess.PIPE, text=True, cwd=ROOT) as hub:
        until(lambda: "停止" in read_line(hub))
        hub.send_signal(signal.SIGINT)
    assert hub.returncode == 0

    def state() -> str:
        with service.acts.look("demo") as (session, _state):
            (paired,) = service.hubs.paired(session, "demo")
        return paired.report.terminals[0].state if paired.report.terminals else ""

    with subprocess.Popen(
        [*command, "--browser", str(browser)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as hub:
        assert hub.stdin is not None
        until(lambda: "关上窗口" in read_line(hub))
        end = time.monotonic() + PATIENCE_SECONDS
        while state() != "busy" and time.monotonic() < end:  # its page may not be there yet
            print("2", file=hub.stdin, flush=True)
            until(lambda: "已扫第 2 张" in read_line(hub))
            time.sleep(0.5)
        seen = state()
        hub.send_signal(signal.SIGINT)
    assert hub.returncode == 0
    return seen


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the command ended"
    return line


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def browser_without_a_screen(folder: Path, browser: Browser) -> Path:
    """Chromium as a program that opens no window, also as root."""
    found = chromium.program_of(browser.browser_type)
    program = folder / "browser"
    more = " --no-sandbox" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    program.write_text(f'#!/bin/sh\nexec "{found}" --headless=new{more} "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    return program


@pytest.mark.parametrize(
    ("left", "told"),
    [
        pytest.param(None, "没有正在运行的演示", id="no demonstration was started"),
        pytest.param('{"server": 1}', "读不懂", id="the file is another one's"),
        pytest.param(
            '{"server": "http://127.0.0.1:9", "meeting": "demo", "code": "AAAAA-AAAAA", "slips": []}',
            "没有回应",
            id="the service was killed",
        ),
    ],
)
def test_a_terminal_without_a_demonstration_says_what_to_do(tmp_path: Path, left: str | None, told: str) -> None:
    if left is not None:
        (tmp_path / "terminal.json").write_text(left, encoding="utf-8")
    command = [sys.executable, "-m", "kiosk.cli", "demo", "--demo", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 1
    line, hint = ended.stderr.splitlines()
    assert told in line
    assert "make demo" in hint
