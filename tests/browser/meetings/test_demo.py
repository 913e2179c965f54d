"""What somebody sees who runs `make demo` and scans a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from ballot_service.cli import main
from ballot_service.commands import demo
from hatch_build import build_client
from tests.browser.meetings.conftest import NewPhone


def test_a_slip_of_the_demo_opens_the_page_from_the_network(
    phone: NewPhone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build_client()
    someone = phone()
    screens: list[str] = []

    def scan(_stop: object) -> None:
        slip = (tmp_path / "demo-server/demo/slips.txt").read_text(encoding="utf-8").splitlines()[0]
        assert slip.lower().startswith(f"http://{demo.address_here()}:")
        someone.open(slip)
        screens.append(someone.until("welcome"))

    monkeypatch.setenv("SERVE", "1")
    monkeypatch.setattr(demo, "rehearse", lambda *_arguments: 0)
    monkeypatch.setattr(demo, "wait_for", scan)
    assert main(["demo", "--out", str(tmp_path)]) == 0
    assert screens == ["welcome"]
    told = capsys.readouterr().out.replace("\n", "")
    assert "扫前三张凭条即可参加" in told
    assert "slips.pdf" in told
    start = (tmp_path / "demo-server/demo/start.html").read_text(encoding="utf-8")
    assert "login?code=" in start
    assert start.count("/c/demo#") == 3
    assert "10 名参会人员由程序模拟" in start
