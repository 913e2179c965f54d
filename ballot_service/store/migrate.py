"""Bringing a database to the newest tables. Safe to call at every start, from several processes at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import text

from ballot_service.store.engine import Store

LOCK_NUMBER = 0x62616C6C  # an arbitrary fixed number for PostgreSQL's advisory lock


def migrate(store: Store) -> None:
    """Run what is missing, one process at a time."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with store.engine.connect().execution_options(ballot_write=True) as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
