"""The commands as people type them: what they write, what they refuse, and in which words."""

from __future__ import annotations

import json
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from ballot_service.boxes.card_code import parse_card_url
from ballot_service.cli import main
from ballot_service.commands import demo, files_once, publish
from crypto.encoding import b64u
from crypto.slips import parse_slip_url
from tests.ballot_service.printing.papers import look_at
from tests.ballot_service.rehearsal.small_plans import meeting

TWO_CLASSES = [{"id": "B", "name": "代表", "expected": 2}, {"id": "A", "name": "委员", "expected": 3}]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def meeting_file(folder: Path, **changes: Any) -> str:
    path = folder / "meeting.json"
    path.write_text(json.dumps(meeting(**changes)), encoding="utf-8")
    return str(path)


def test_publishing_writes_slips_cards_and_a_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = meeting_file(folder, classes=TWO_CLASSES, slips={"reserve": {"A": 2}})
    assert main(["publish", file, "--out", "slips", "--base-url", "https://ballot.example.cn"]) == 0
    slips = [parse_slip_url(line) for line in (folder / "slips/slips.txt").read_text().splitlines()]
    assert [slip.voter_class for slip in slips] == ["B", "B", "A", "A", "A"], "in the order of the meeting file"
    reserve = [parse_slip_url(line) for line in (folder / "slips/reserve-slips.txt").read_text().splitlines()]
    assert [slip.voter_class for slip in reserve] == ["A", "A"]
    assert {slip.base_url for slip in slips} == {"https://ballot.example.cn"}
    assert (folder / "slips/cards.txt").read_text().startswith("1 ")
    summary = json.loads((folder / "slips/small.meeting.json").read_text(encoding="utf-8"))
    assert bytes.fromhex(summary["fingerprint"]).startswith(slips[0].fingerprint_prefix)
    told = capsys.readouterr().out
    assert summary["fingerprint_words"]["zh"] in told
    assert summary["fingerprint"] in told
    for name in ("slips.txt", "reserve-slips.txt", "cards.txt"):
        if sys.platform != "win32":
            assert stat.S_IMODE((folder / "slips" / name).stat().st_mode) == 0o600


PAPERS = ("slips.pdf", "cards.pdf", "participants.pdf", "slips.html")


def test_publishing_makes_what_is_printed_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = meeting_file(folder, classes=TWO_CLASSES, slips={"reserve": {"A": 2}}, title="小会 𠮷")
    assert main(["publish", file, "--out", "slips", "--base-url", "https://ballot.example.cn"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in told if line.startswith("print ")] == [
        str(Path("slips", one)) for one in PAPERS
    ]
    (slips_line,) = [line for line in told if "slips.pdf" in line]
    assert slips_line.endswith("A4, 3 pages: 5 slips, 2 spare; at 100 %, cut, shuffle, let everybody draw one")
    assert any(line.startswith("missing") and "U+20BB7" in line for line in told)

    pages = look_at((folder / "slips/slips.pdf").read_bytes())
    usual, reserve = ((folder / "slips" / name).read_text().split() for name in ("slips.txt", "reserve-slips.txt"))
    assert [code for page in pages for code in page.codes] == usual + reserve
    (card,) = look_at((folder / "slips/cards.pdf").read_bytes())
    read = parse_card_url(card.codes[0])
    assert (folder / "slips/cards.txt").read_text() == f"{read.number} {b64u(read.secret)}\n"
    assert read.base_url == "https://ballot.example.cn"
    assert len(look_at((folder / "slips/participants.pdf").read_bytes())) == 2
    in_browser = (folder / "slips/slips.html").read_text(encoding="utf-8")
    assert in_browser.count("<path ") == 7
    assert not [one for one in usual + reserve if one.partition("#")[2] in in_browser]
    if sys.platform != "win32":
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder / "slips").iterdir()}
        assert {name: modes[name] for name in PAPERS} == dict.fromkeys(PAPERS, 0o600)


@pytest.mark.parametrize("name", PAPERS)
def test_printed_slips_are_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    file = meeting_file(folder)
    (folder / "slips").mkdir()
    (folder / "slips" / name).write_text("somebody's")
    assert main(["publish", file, "--out", "slips"]) == 1
    assert f"{name} exists and is not overwritten" in capsys.readouterr().err
    assert [path.name for path in (folder / "slips").iterdir()] == [name]


def test_a_file_that_came_in_between_stays_and_nothing_is_published(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_beside = publish.Sheets._write_beside

    def meanwhile(sheets: publish.Sheets, data: bytes) -> Path:
        (folder / "slips/slips.html").write_text("somebody's")
        return write_beside(sheets, data)

    file = meeting_file(folder)
    with monkeypatch.context() as patched:
        patched.setattr(publish.Sheets, "_write_beside", meanwhile)
        assert main(["publish", file, "--out", "slips"]) == 1
    assert "nothing was published" in capsys.readouterr().err
    assert [path.name for path in (folder / "slips").iterdir()] == ["slips.html"]
    assert (folder / "slips/slips.html").read_text() == "somebody's"
    assert main(["publish", file, "--out", "again"]) == 0


@pytest.mark.parametrize("room_for", [0, 3])
def test_a_disk_that_fills_up_leaves_no_half_sheet(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, room_for: int
) -> None:
    write_beside = publish.Sheets._write_beside
    room = iter(range(room_for))

    def fill_up(sheets: publish.Sheets, data: bytes) -> Path:
        path = write_beside(sheets, data)
        if next(room, None) is None:
            raise OSError(28, "No space left on device")
        return path

    file = meeting_file(folder)
    with monkeypatch.context() as patched:
        patched.setattr(publish.Sheets, "_write_beside", fill_up)
        assert main(["publish", file, "--out", "slips"]) == 1
    assert "no space left on device" in capsys.readouterr().err
    assert list((folder / "slips").iterdir()) == []
    assert main(["publish", file, "--out", "slips"]) == 0, "the meeting's id is still free"


def test_slips_are_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = meeting_file(folder)
    (folder / "slips").mkdir()
    (folder / "slips/cards.txt").write_text("somebody's card")
    assert main(["publish", file, "--out", "slips"]) == 1
    assert "cards.txt exists and is not overwritten" in capsys.readouterr().err
    assert (folder / "slips/cards.txt").read_text() == "somebody's card"
    assert not (folder / "ballot-data").exists(), "no keys were made"


def test_without_room_for_the_slips_nothing_is_published(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    file = meeting_file(folder)
    with monkeypatch.context() as patched:
        patched.setattr(files_once, "sync_folder", no_room)
        assert main(["publish", file, "--out", "slips"]) == 1
    assert "no space left on device" in capsys.readouterr().err
    assert list((folder / "slips").iterdir()) == []
    assert main(["publish", file, "--out", "slips"]) == 0, "the meeting's id is still free"
    assert main(["publish", file, "--out", "again"]) == 1
    assert "already-published" in capsys.readouterr().err


@pytest.mark.parametrize(("fault", "status"), [(OSError(28, "No space left on device"), 0), (KeyboardInterrupt(), 130)])
def test_the_slips_of_a_published_meeting_stay_whatever_happens_after_the_commit(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException, status: int
) -> None:
    def fail(*_head: object) -> None:
        raise fault

    file = meeting_file(folder)
    with monkeypatch.context() as patched:
        patched.setattr("ballot_service.ledger.book.Book.remember", fail)
        assert main(["publish", file, "--out", "slips"]) == status
    assert {"slips.txt", "cards.txt"} <= {path.name for path in (folder / "slips").iterdir()}
    assert main(["publish", file, "--out", "again"]) == 1, "it is published"


def test_every_mistake_of_a_meeting_file_is_told_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "meeting.yaml").write_text("format: ballot-service/meeting/1\nid: X\ntitel: x\n", encoding="utf-8")
    assert main(["publish", "meeting.yaml", "--out", "slips"]) == 1
    told = capsys.readouterr().err
    assert "meeting.yaml: bad-meeting-file: line 2: id" in told
    assert 'line 3: titel: found the unknown field "titel"' in told
    assert told.splitlines()[-1].startswith("hint: ")
    assert "Traceback" not in told


def test_a_ledger_is_exported_and_an_earlier_export_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", meeting_file(folder), "--out", "slips"]) == 0
    assert main(["export", "small", "--out", "small.ledger"]) == 0
    checkpoint = json.loads((folder / "slips/small.meeting.json").read_text(encoding="utf-8"))["checkpoint"]
    assert (folder / "small.ledger").read_text(encoding="utf-8").endswith("\n\n" + checkpoint)
    assert main(["export", "small", "--out", "small.ledger"]) == 1
    assert "an earlier export is evidence" in capsys.readouterr().err
    assert main(["export", "other", "--out", "other.ledger"]) == 1
    assert "there is no meeting 'other'" in capsys.readouterr().err
    assert not (folder / "other.ledger").exists()


def test_exporting_creates_no_installation(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "small", "--out", "small.ledger"]) == 1
    assert "there is no installation" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param([], "COMMAND", id="no command"),
        pytest.param(["vote"], "vote", id="an unknown command"),
        pytest.param(["rehearse"], "PLAN", id="no plan"),
        pytest.param(["serve", "--port", "70000"], "from 0 to 65535", id="no port"),
        pytest.param(["export", "../x", "--out", "y"], "a meeting's id", id="no id"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_a_hint(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    first, hint = capsys.readouterr().err.splitlines()
    assert told in first
    assert hint.startswith("hint: ")


@pytest.mark.parametrize("command", ["", "serve", "publish", "rehearse", "export", "follow-ups", "demo"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command.split(), "--help"])
    assert left.value.code == 0
    assert "usage: ballot-service" in capsys.readouterr().out


def test_a_bad_setting_in_the_environment_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BALLOT_THREADS", "many")
    assert main(["serve", "--port", "0"]) == 2
    assert "BALLOT_THREADS" in capsys.readouterr().err


@pytest.fixture
def serving(folder: Path) -> Iterator[list[subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []
    yield running
    for one in running:
        one.kill()
        one.communicate()


def _serve(serving: list[subprocess.Popen[str]], *arguments: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "ballot_service.cli", "serve", "--port", "0", *arguments]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8")
    serving.append(started)
    assert started.stdout is not None
    told = ""
    while "Ctrl-C" not in told:
        line = started.stdout.readline()
        assert line, f"the service ended: {told}"
        told += line
    return started, told


def test_the_service_prints_its_link_once_and_stops_when_told(serving: list[subprocess.Popen[str]]) -> None:
    started, told = _serve(serving)
    (link,) = re.findall(r"http://\S+/login\?code=(\w+)", told)
    (address,) = re.findall(r"address\s+(http://\S+)", told)
    answer = requests.post(f"{address}/api/v1/login", json={"code": link}, timeout=20)
    assert answer.status_code == 200
    started.send_signal(signal.SIGTERM)
    assert started.wait(60) == 0

    started, told = _serve(serving)
    assert "login" not in told, "somebody is logged in"
    started.send_signal(signal.SIGINT)
    assert started.wait(60) == 0

    started, told = _serve(serving, "--new-link")
    assert "/login?code=" in told


def test_the_demo_tells_its_story_and_serves_when_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVE", "1")
    monkeypatch.setattr(demo, "wait_for", lambda _stop: None)
    assert main(["demo"]) == 0
    with monkeypatch.context() as patched:
        patched.setattr(demo, "rehearse", lambda *_arguments: 0)
        assert main(["demo"]) == 0
    told = capsys.readouterr().out
    for words in ("6 ≤ 1/2 × 13 ✗", "再次投票", "7 > 1/2 × 13 ✓", "产生：张三", "✓ 验证通过", "/login?code="):
        assert words in told
    assert sorted(path.name for path in (folder / "out/demo").iterdir()) == ["demo.ledger", "verdict.json"]
    assert sorted(path.name for path in (folder / "out/demo-server").glob("demo*")) == ["demo", "demo-2"]


def test_the_demo_only_plays_where_nobody_watches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERVE", raising=False)
    monkeypatch.setattr(demo, "rehearse", lambda *_arguments: 0)
    assert main(["demo"]) == 0
    assert list(folder.iterdir()) == []
