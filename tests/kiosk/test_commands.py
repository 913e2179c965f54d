"""The command line: one clear line for each mistake, and a page of text about a hub."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from kiosk import cli
from kiosk.commands.serve import announce
from kiosk.folder import Folder
from kiosk.store import FILE
from tests.kiosk.venue import Station, Venue


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.main(list(arguments))
    output = capsys.readouterr()
    return status, output.out, output.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param([], "COMMAND", id="no command"),
        pytest.param(["serve", "--server", "ballot.example"], "--server: expected https://HOST", id="no scheme"),
        pytest.param(["serve", "--server", "https://ballot.example/x"], "without a path", id="a path"),
        pytest.param(["serve", "--port", "eighty"], "--port: expected a port", id="no port"),
        pytest.param(["serve", "--fingerprint", "one two"], "八个字词", id="no words"),
        pytest.param(["serve"], "还没有配对", id="no code"),
        pytest.param(["serve", "--server", "http://127.0.0.1:9", "--pairing", "K7"], "10 个字符", id="half a code"),
        pytest.param(["terminal", "--name", "a b"], "--name: expected 1 to 16", id="a name with a space"),
        pytest.param(["terminal", "--browser", "/nowhere"], "/nowhere: no such program", id="no browser"),
        pytest.param(["status"], "there is no hub", id="no hub"),
    ],
)
def test_a_mistake_is_one_line_and_a_hint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    where = ["--port", "0"] if arguments[:1] == ["serve"] and "--port" not in arguments else []
    status, out, err = run(capsys, *arguments, *where)
    line, hint = err.splitlines()
    assert says in line
    assert hint.startswith("hint: ")
    assert (status in (1, 2), out) == (True, "")


def test_a_port_that_is_taken_spends_no_code(capsys: pytest.CaptureFixture[str], venue: Venue, tmp_path: Path) -> None:
    code = venue.code()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        arguments = ("--server", venue.wires.url, "--pairing", code, "--data", str(tmp_path / "hub"), "--port", port)
        status, _out, err = run(capsys, "serve", *arguments)
    assert status == 1
    assert f"端口 {port}" in err
    assert venue.start(Folder(tmp_path / "hub"), code).hub.meeting.id == venue.hall.id


def test_a_folder_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _out, err = run(capsys, "serve", "--data", str(tmp_path / "file" / "hub"))
    assert status == 1
    assert str(tmp_path / "file") in err


def test_the_status_of_a_hub_that_runs(venue: Venue, station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    people = venue.people(station)
    venue.open()
    for person in people[:3]:
        person.vote()
    status, out, _err = run(capsys, "status", "--data", str(station.folder.root))
    assert status == 0
    assert "会议 meeting    会议" in out
    assert station.hub.meeting.words("zh") in out
    assert "收票中 taking ballots, 等待 waiting 3, 丢失 lost 0" in out
    assert "booklets 6" in out
    assert "MiB" in out
    assert station.hub.pairing.token not in out
    venue.close(without_hubs=True)
    station.turn(3)
    assert "已了结 settled, 丢失 lost 3" in run(capsys, "status", "--data", str(station.folder.root))[1]


def test_the_status_of_a_damaged_database_is_one_line(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    station.hub.store.close()
    station.folder.write(b"no database" * 1000, FILE)
    status, _out, err = run(capsys, "status", "--data", str(station.folder.root))
    assert (status, len(err.splitlines())) == (1, 2)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(station.folder.path(FILE)).execute("SELECT * FROM poll")


def test_without_words_the_person_is_asked_to_compare(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    announce(station.hub, "http://127.0.0.1:8090", compared=False)
    said = capsys.readouterr().out
    assert "核对" in said
    assert station.hub.meeting.words("zh") in said
    assert station.hub.meeting.words("en") in said
    announce(station.hub, "http://127.0.0.1:8090", compared=True)
    assert "核对" not in capsys.readouterr().out


@pytest.mark.parametrize("command", ["serve", "status", "terminal"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    assert "ballot-kiosk" in capsys.readouterr().out
