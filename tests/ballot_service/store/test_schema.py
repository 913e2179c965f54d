"""The tables: migrations give what the code expects, and voter tables have no place for a time or an order."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    String,
    Table,
    func,
    inspect,
    text,
)  # fmt: skip
from sqlalchemy.types import TypeEngine

from ballot_service.service import Service
from ballot_service.store.engine import Store
from ballot_service.store.migrate import migrate
from ballot_service.store.tables import VOTER_TABLES, Base
from tests.conftest import Start

# Random bytes, names and yes or no: nothing that grows.
HARMLESS = (LargeBinary, String, Boolean)


def problems(tables: list[Table]) -> list[str]:
    """What in these tables could hold a time or an order, or join a slip with a ballot."""
    found = []
    for table in tables:
        for column in table.columns:
            name = f"{table.name}.{column.name}"
            kind: TypeEngine[object] = column.type
            if not isinstance(kind, HARMLESS):
                found.append(f"{name}: {kind!r}")
            if column.foreign_keys:
                found.append(f"{name}: a foreign key")
            if column.default is not None or column.server_default is not None or column.onupdate is not None:
                found.append(f"{name}: a default")
            if column.identity is not None or column.autoincrement is True:
                found.append(f"{name}: counts by itself")
        if table.dialect_options["sqlite"]["with_rowid"] is not False:
            found.append(f"{table.name}: row numbers in SQLite")
        if not table.primary_key.columns:
            found.append(f"{table.name}: no key")
    for table in tables[0].metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table in tables:
                found.append(f"{table.name}: a foreign key to {key.column.table.name}")
    return found


def test_voter_tables_have_no_time_no_counter_and_no_foreign_key() -> None:
    assert {table.name for table in VOTER_TABLES} == {"slip", "intake", "spent_value"}
    assert problems([Base.metadata.tables[table.name] for table in VOTER_TABLES]) == []


BAD_COLUMNS: dict[str, Callable[[], Column[Any]]] = {
    "a time": lambda: Column("at", DateTime),
    "a time as text of the database's": lambda: Column("at", String, server_default=func.now()),
    "a Unix time": lambda: Column("at", BigInteger),
    "a counter": lambda: Column("n", Integer),
    "an identity": lambda: Column("n", LargeBinary, Identity()),
    "a sequence": lambda: Column("n", LargeBinary, Sequence("n")),
    "a default of the program's": lambda: Column("n", LargeBinary, default=bytes),
    "a foreign key": lambda: Column("slip", LargeBinary, ForeignKey("slip.id")),
}


@pytest.mark.parametrize("what", BAD_COLUMNS)
def test_the_lint_finds(what: str) -> None:
    metadata = MetaData()
    Table("slip", metadata, Column("id", LargeBinary, primary_key=True), sqlite_with_rowid=False)
    key = Column("tag", LargeBinary, primary_key=True)
    assert problems([Table("intake", metadata, key, BAD_COLUMNS[what](), sqlite_with_rowid=False)])


def test_the_lint_finds_row_numbers_and_keys_that_point_here() -> None:
    metadata = MetaData()
    intake = Table("intake", metadata, Column("tag", LargeBinary, primary_key=True))
    assert problems([intake]) == ["intake: row numbers in SQLite"]
    metadata = MetaData()
    intake = Table("intake", metadata, Column("tag", LargeBinary, primary_key=True), sqlite_with_rowid=False)
    Table("log", metadata, Column("tag", LargeBinary, ForeignKey("intake.tag"), primary_key=True))
    assert problems([intake]) == ["log: a foreign key to intake"]


def test_nothing_but_the_meeting_joins_a_slip_with_a_ballot() -> None:
    slip, intake, spent = ({column.name for column in table.columns} for table in VOTER_TABLES)
    assert slip & (intake | spent) == {"meeting"}


def test_the_database_itself_has_no_row_numbers_sequences_or_triggers(service: Service) -> None:
    """What was asked for is what the database made."""
    with service.store.engine.connect() as connection:
        if service.store.is_sqlite:
            made = {row.name: row.sql for row in connection.execute(text("SELECT name, sql FROM sqlite_master"))}
            assert "sqlite_sequence" not in made
            for table in VOTER_TABLES:
                assert "WITHOUT ROWID" in made[table.name]
            assert connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")) == 0
        else:
            assert connection.scalar(text("SELECT count(*) FROM pg_class WHERE relkind = 'S'")) == 0
            assert connection.scalar(text("SELECT count(*) FROM pg_trigger")) == 0
            assert connection.scalar(text("SHOW track_commit_timestamp")) == "off"
        defaults = [
            (table.name, column["name"])
            for table in VOTER_TABLES
            for column in inspect(connection).get_columns(table.name)
            if column["default"] is not None
        ]
    assert defaults == []


# ── migrations ─────────────────────────────────────────────────────────────────────────────────────────────────────


def difference(store: Store) -> list[object]:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def test_migrations_from_nothing_give_the_tables_of_the_code(service: Service) -> None:
    assert difference(service.store) == []


def test_a_table_that_the_migrations_forgot_would_be_seen(service: Service) -> None:
    with service.store.engine.connect().execution_options(ballot_write=True) as connection:
        connection.execute(text("DROP TABLE recusal"))
        connection.commit()
    assert [change[0] for change in difference(service.store)] == ["add_table"]  # type: ignore[index]


def test_migrating_twice_changes_nothing(service: Service) -> None:
    migrate(service.store)
    migrate(service.store)
    assert difference(service.store) == []


START = """
import sys
from pathlib import Path
from ballot_service.config import Config
from ballot_service.service import Service
service = Service(Config(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
print(service.book.public_key.hex())
service.close()
"""


def test_processes_that_start_at_once_on_an_empty_database_agree(database_url: str, tmp_path: Path) -> None:
    """One of them makes the tables, one the ledger key; none fails."""
    command = [sys.executable, "-W", "error", "-c", START, str(tmp_path), database_url]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _process in range(4)
    ]
    said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said
    assert len({out for out, _err in said}) == 1


def test_a_service_that_was_there_before_starts_again(start: Start) -> None:
    first = start().book.public_key
    assert start().book.public_key == first
