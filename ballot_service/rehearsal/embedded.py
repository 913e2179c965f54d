"""A throwaway installation: temporary folder, free port on this machine, gone afterwards with all its keys.

It is the real service and the real server; only the waits are 0 and the limits wide, because one machine plays a
whole hall.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from ballot_service.app import create_app
from ballot_service.config import Config
from ballot_service.meetings.meeting_file import MeetingPlan
from ballot_service.meetings.publish import Progress, Published
from ballot_service.serve import Server, listen, url_of
from ballot_service.service import Service
from crypto.blind_rsa import PrivateKey, generate_private_key

HOST = "127.0.0.1"
NO_LIMIT = "1000000 per minute"
GenerateKey = Callable[[int], PrivateKey]
INSTALLATION = "rehearsal.invalid"
"""In every ledger's origin: the file of a rehearsal cannot pass for that of a meeting (RFC 2606: no such host)."""


def no_progress(_what: str, _done: int, _of: int) -> None:
    """For those who do not watch."""


class ObservedService(Service):
    """Tells how far publishing has come, also when it was asked for over HTTP."""

    progress: Progress = staticmethod(no_progress)
    generate_key: GenerateKey = staticmethod(generate_private_key)

    def publish(self, plan: MeetingPlan, *, progress: Progress = no_progress, **others: Any) -> Published:
        others.setdefault("generate_key", self.generate_key)
        return super().publish(plan, progress=self.progress if progress is no_progress else progress, **others)


class Embedded:
    """The running installation, between `with` and its end."""

    def __init__(
        self,
        *,
        database_url: str = "",
        progress: Progress = no_progress,
        generate_key: GenerateKey = generate_private_key,
    ) -> None:
        """database_url: empty for SQLite in the temporary folder; else a database that is empty."""
        self._database_url = database_url
        self._progress = progress
        self._generate_key = generate_key
        self._stack = ExitStack()
        self._running = ExitStack()
        self.url = ""

    def __enter__(self) -> Embedded:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ballot-rehearsal-"))
        self._config = Config(
            installation=INSTALLATION,
            data_dir=Path(folder),
            database_url=self._database_url,
            objection_seconds=0,
            cast_limit_per_key=NO_LIMIT,
            redeem_limit_per_slip=NO_LIMIT,
            officer_limit_per_account=NO_LIMIT,
        )
        self._start(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.__exit__(kind, error, trace)
        self._stack.__exit__(kind, error, trace)

    def restart(self) -> None:
        """Stop everything and start again at the same address, from what is on disk."""
        self._running.close()
        self._start(int(self.url.rpartition(":")[2]))

    def login_code(self) -> str:
        return self.service.accounts.make_code()

    def _start(self, port: int) -> None:
        self._running = ExitStack()
        listening = self._running.enter_context(listen(HOST, port))
        self._config = replace(self._config, base_url=url_of(listening))
        self.service = ObservedService(self._config)
        self._running.callback(self.service.close)
        self.service.progress = self._progress
        self.service.generate_key = self._generate_key
        server = Server(create_app(self.service), listening, threads=self._config.threads)
        self.url = self._running.enter_context(server).url
