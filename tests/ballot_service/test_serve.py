"""The embedded server: it answers, says nothing about itself, and stops without leaving anything behind."""

from __future__ import annotations

import io
import logging
import socket
import tempfile
import threading
import time
from collections.abc import Iterator

import pytest
import requests
from flask import Flask

from ballot_service.errors import CannotStart
from ballot_service.serve import Server, listen, url_of


def slow_app(started: threading.Event, go_on: threading.Event) -> Flask:
    app = Flask("slow", static_folder=None)

    @app.get("/quick")
    def quick() -> str:
        return "here"

    @app.get("/slow")
    def slow() -> str:
        started.set()
        go_on.wait(10)
        return "after all"

    return app


@pytest.fixture
def events() -> Iterator[tuple[threading.Event, threading.Event]]:
    started, go_on = threading.Event(), threading.Event()
    yield started, go_on
    go_on.set()


def test_it_answers_on_a_free_port_and_names_no_software(
    events: tuple[threading.Event, threading.Event], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Server(slow_app(*events), listen("127.0.0.1", 0), threads=2) as server:
        answer = requests.get(server.url + "/quick?who=li-si", timeout=10)
        assert answer.text == "here"
        assert "Server" not in answer.headers
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("urllib3")]
    assert "li-si" not in " ".join(ours), "there is no access log"
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url + "/quick", timeout=10)


def test_what_was_asked_is_answered_before_it_stops(events: tuple[threading.Event, threading.Event]) -> None:
    started, go_on = events
    got: list[str] = []
    with Server(slow_app(started, go_on), listen("127.0.0.1", 0), threads=2) as server:
        asking = threading.Thread(target=lambda: got.append(requests.get(server.url + "/slow", timeout=20).text))
        asking.start()
        assert started.wait(10)
        threading.Timer(0.3, go_on.set).start()
    asking.join()
    assert got == ["after all"]


def test_an_idle_connection_does_not_keep_it_from_stopping(events: tuple[threading.Event, threading.Event]) -> None:
    with requests.Session() as session:
        with Server(slow_app(*events), listen("127.0.0.1", 0), threads=2) as server:
            session.get(server.url + "/quick", timeout=10)
        with socket.create_server(("127.0.0.1", int(server.url.rpartition(":")[2]))):
            pass  # the port is free again


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"port {port}: address already in use$"):
            listen("127.0.0.1", port)


def test_a_host_that_is_none_is_named() -> None:
    with pytest.raises(CannotStart, match="cannot listen on no such host"):
        listen("no such host", 0)


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:")], ids=["loopback", "all"]
)
def test_the_address_is_one_that_a_browser_here_can_open(host: str, url: str) -> None:
    with listen(host, 0) as listening:
        assert url_of(listening).startswith(url)


def test_stopping_wakes_a_loop_that_was_awake_already(events: tuple[threading.Event, threading.Event]) -> None:
    with Server(slow_app(*events), listen("127.0.0.1", 0), threads=1) as server:
        wake = server._server.pull_trigger

        def wake_late() -> None:
            with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))):
                time.sleep(0.3)  # the loop has seen by now that it is to stop
            wake()

        server._server.pull_trigger = wake_late


def test_an_answer_never_lies_in_a_temporary_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets with the secret of every slip are such answers: 1,200 slips have more than a megabyte."""
    files: list[str] = []
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *_arguments: files.append("a file") or io.BytesIO())
    app = Flask("sheets", static_folder=None)
    app.add_url_rule("/sheets", view_func=lambda: bytes(3_000_000))
    with Server(app, listen("127.0.0.1", 0), threads=1) as server:
        assert len(requests.get(server.url + "/sheets", timeout=10).content) == 3_000_000
    assert not files


def test_a_body_too_long_is_refused_before_it_is_taken() -> None:
    """Else a gigabyte from anybody would fill the disk before the application could say no."""
    app = Flask("none", static_folder=None)
    with (
        Server(app, listen("127.0.0.1", 0), threads=1) as server,
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=10) as connection,
    ):
        connection.sendall(b"POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 900000000\r\n\r\n" + bytes(1000))
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")
