"""The hub's own web server: waitress around the application, between `with` and its end.

No access log, no Server header, and no temporary file: bodies and answers stay in memory.
"""

from __future__ import annotations

import logging
import socket
import threading
from types import TracebackType

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from kiosk.app import MAX_BODY_BYTES
from kiosk.complaint import Complaint

THREADS = 16  # one request waits for the disk or the server, not for a processor
CONNECTIONS = 450  # Windows' poll() takes no more than 512
IN_MEMORY_BYTES = 1 << 30
STOP_SECONDS = 5.0


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises: Complaint."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Complaint(
            f"不能在 {host} 端口 {port} 上监听",
            f"cannot listen on {host}, port {port}: {reason}",
            "another program may use this port: stop it, or name another one with --port",
        ) from None


def url_of(listening: socket.socket) -> str:
    """The address as a browser on this machine types it."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class WebServer:
    """Serves the application in threads of its own."""

    def __init__(self, app: Flask, listening: socket.socket) -> None:
        """listening: from `listen`; closed at the end."""
        for name in ("waitress", "urllib3"):  # what they say of a fault names addresses
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.url = url_of(listening)
        self._sockets: dict[int, object] = {}
        self._server = create_server(
            app,
            map=self._sockets,
            sockets=[listening],
            threads=THREADS,
            asyncore_use_poll=True,
            connection_limit=CONNECTIONS,
            ident=None,
            max_request_body_size=MAX_BODY_BYTES + 1,
            inbuf_overflow=IN_MEMORY_BYTES,
            outbuf_overflow=IN_MEMORY_BYTES,
            clear_untrusted_proxy_headers=True,
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=0.5, use_poll=True, map=self._sockets, count=1)
        self._server.accepting = False
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        wasyncore.close_all(self._sockets, ignore_all=True)
