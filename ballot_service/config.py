"""Every setting of the service, read once at start. docs/configuration.md explains each; a test holds it to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from crypto.note import is_name

ENVIRONMENT_PREFIX = "BALLOT_"


@dataclass(frozen=True)
class Config:
    """The settings; each can also be given as an environment variable, e.g. `BALLOT_DATABASE_URL`."""

    installation: str = "ballot.example"
    """Name of this installation, the first half of every ledger's origin; never taken from a request."""

    data_dir: Path = Path("ballot-data")
    """Folder for the SQLite database and, unless `key_dir` says otherwise, the keys."""

    key_dir: Path | None = None
    """Folder of private keys. Keep it out of database backups and snapshots: the two together hold an order."""

    database_url: str = ""
    """SQLAlchemy URL. Empty: SQLite in `data_dir`. PostgreSQL: `postgresql+psycopg://user@host/name`."""

    base_url: str = "http://127.0.0.1:8000"
    """The address printed on slips and links; never taken from a request's Host header."""

    objection_seconds: int = 60
    """Seconds that phones have after a close to find a missing ballot before a box may be opened."""

    cast_limit_per_key: str = "30 per minute"
    """Casting attempts for one ballot key, in the notation of flask-limiter."""

    redeem_limit_per_slip: str = "30 per minute"
    """Redeeming attempts for one slip. Never by address: a hall shares one."""

    officer_limit_per_account: str = "600 per minute"
    """Requests of one officer's account."""

    login_limit_per_account: str = "10 per 15 minute"
    """Wrong passwords for one account; a one-time link still lets in. Never by address."""

    limits_storage: str = "memory://"
    """Where limits are counted; several processes need a shared one (`redis://...`)."""

    threads: int = 8
    """Worker threads of the embedded server."""

    @property
    def keys(self) -> Path:
        return self.key_dir or self.data_dir / "keys"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'ballots.sqlite3').absolute()}"


def read_config(environment: Mapping[str, str], **overrides: Any) -> Config:
    """The defaults, then the environment, then what the command line says (None: not said).

    Raises: ValueError, naming the variable, when a number is not one.
    """
    values: dict[str, Any] = {}
    for field in fields(Config):
        name = ENVIRONMENT_PREFIX + field.name.upper()
        if name in environment:
            values[field.name] = _converted(name, field.name, environment[name])
    values.update({name: value for name, value in overrides.items() if value is not None})
    config = Config(**values)
    if not is_name(config.installation):
        raise ValueError(f"installation: expected a name without spaces or +, got {config.installation!r}")
    return config


def _converted(variable: str, name: str, text: str) -> Any:
    if name in ("data_dir", "key_dir"):
        return Path(text)
    if name in ("objection_seconds", "threads"):
        if not text.isascii() or not text.isdigit():
            raise ValueError(f"{variable}: expected a whole number, got {text!r}")
        return int(text)
    return text
