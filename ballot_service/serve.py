"""The embedded server: waitress around the application, started and stopped as one `with` block.

No access log and no Server header: what a log does not hold cannot line a person up with a ballot. Stopping takes no
new connection, answers what was asked, and ends every thread; whoever got no answer sends the same request again.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from types import TracebackType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

from ballot_service.errors import CannotStart
from ballot_service.routing import MAX_BODY_BYTES

CONNECTIONS = 450 if sys.platform == "win32" else 4000  # Windows: poll() there takes no more than 512 sockets
LOOP_SECONDS = 1.0  # how long the loop sleeps when nothing happens; stopping wakes it
STOP_SECONDS = 10.0  # for requests that are under way when the server stops
MAX_REQUEST_BYTES = MAX_BODY_BYTES + 1  # the application refuses in its own words what is one byte too long
IN_MEMORY_BYTES = 1 << 40  # no answer is longer: sheets of slips and cards must not go through a temporary file


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises: CannotStart, naming host and port."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = (error.strerror or "not possible").partition(" (")[0]
        raise CannotStart(f"cannot listen on {host}, port {port}: {reason.lower()}") from error


def url_of(listening: socket.socket) -> str:
    """The address of a bound socket as a browser on this machine types it."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server:
    """Serves an application in threads of its own between `with` and its end."""

    def __init__(self, app: Flask, listening: socket.socket, *, threads: int) -> None:
        """listening: from `listen`; the server closes it. threads: workers."""
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is no event: phones come at once
        self.url = url_of(listening)
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            app,
            map=self._sockets,
            sockets=[listening],
            threads=threads,
            asyncore_use_poll=True,
            connection_limit=CONNECTIONS,
            ident=None,
            max_request_body_size=MAX_REQUEST_BYTES,
            outbuf_overflow=IN_MEMORY_BYTES,
            clear_untrusted_proxy_headers=True,
        )
        self._stopping = threading.Event()
        self._waking = threading.Lock()  # whoever wakes the loop must find its pipe still open
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._waking:
            self._stopping.set()
            self._server.pull_trigger()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._turn(LOOP_SECONDS)
        self._server.accepting = False
        deadline = time.monotonic() + STOP_SECONDS
        while self._busy() and time.monotonic() < deadline:
            self._turn(0.05)
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        with self._waking:
            wasyncore.close_all(self._sockets, ignore_all=True)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._sockets, count=1)

    def _busy(self) -> bool:
        channels = [one for one in self._sockets.values() if isinstance(one, HTTPChannel)]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)
