"""The tables of the form: which columns they have, what a spreadsheet calls them, and how a row becomes a value.

A row is what somebody typed: column name → text. Empty rows stand for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ballot_service.prepare.ids import free_id, person_id, post_id

Row = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """One column. `headings`: what the first line of a spreadsheet may call it, the first one as we do."""

    name: str
    headings: tuple[str, ...]
    english: str
    needed: bool = False
    choices: tuple[tuple[str, str, str], ...] = ()  # value, Chinese, English
    wide: bool = False
    aside: bool = False  # rarely written: the automatic value will do


@dataclass(frozen=True)
class Table:
    """One kind of table. `automatic_id` gives the id of a row in which none is written, by its text and place."""

    name: str
    columns: tuple[Column, ...]
    automatic_id: Callable[[Row, int], str]

    @property
    def key(self) -> str:
        """The column that every row needs."""
        return next(column.name for column in self.columns if column.needed)

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)

    def is_empty(self, row: Row) -> bool:
        return not any(row.get(column.name, "").strip() for column in self.columns if not column.choices)

    def ids(self, rows: list[Row]) -> list[str]:
        """One for each row: as written, else automatic; of two people with one name, the second gets -2."""
        taken = {row.get("id", "").strip() for row in rows} - {""}
        found = []
        for place, row in enumerate(rows):
            written = row.get("id", "").strip()
            if not written:
                written = free_id(self.automatic_id(row, place), taken.__contains__)
                taken.add(written)
            found.append(written)
        return found


ID = Column("id", ("编号", "id", "ID"), "id", aside=True)
NAME = Column("name", ("姓名", "名字", "名称", "人选", "name"), "name", needed=True)
UNIT = Column("unit", ("单位", "工作单位", "所在单位", "unit"), "unit", wide=True)
TITLE = Column("title", ("职务", "现任职务", "职务职级", "title"), "position", wide=True)
NOTE = Column("note", ("说明", "现任职务", "职务", "备注", "note"), "note", wide=True)


def _by_name(row: Row, _place: int) -> str:
    return person_id(row.get("name", ""))


def _by_place(word: str) -> Callable[[Row, int], str]:
    return lambda _row, place: f"{word}-{place + 1}"


SUBJECTS = Table("subjects", (NAME, UNIT, TITLE, ID), _by_name)
PEOPLE = Table("people", (NAME, NOTE, ID), _by_name)
APPOINTEES = Table(
    "appointees",
    (
        NAME,
        Column("note", ("拟任免职务", "任免事项", "说明", "备注", "note"), "appointed or removed", True, wide=True),
        Column("post", ("任职岗位", "岗位", "post"), "post"),
        ID,
    ),
    _by_name,
)
_ROLES = (("chief", "正职", "head"), ("member", "其他成员", "member"))
TEAMS = Table(
    "teams",
    (
        Column("team", ("领导班子", "班子", "单位", "team"), "team", wide=True),
        Column("role", ("角色", "班子职务", "role"), "role", choices=_ROLES),
        NAME,
        TITLE,
        Column("unit", ("工作单位", "unit"), "unit"),
        ID,
        Column("team_id", ("班子编号", "team_id"), "team id", aside=True),
    ),
    _by_name,
)  # fmt: skip
QUESTIONS = Table(
    "questions", (Column("title", ("题目", "评价项目", "项目", "问题", "title"), "question", True, wide=True), ID),
    _by_place("question"),
)  # fmt: skip
OPTIONS = Table(
    "options", (Column("name", ("选项", "事项", "名称", "name"), "option", True, wide=True), NOTE, ID),
    _by_place("option"),
)  # fmt: skip
GRADES = Table("grades", (Column("name", ("等次", "等级", "name"), "grade", True), ID), _by_place("grade"))
DIMENSIONS = Table(
    "dimensions", (Column("name", ("方面", "评价方面", "name"), "side", True), ID), _by_place("side")
)  # fmt: skip

TABLES = {
    one.name: one for one in (SUBJECTS, PEOPLE, APPOINTEES, TEAMS, QUESTIONS, OPTIONS, GRADES, DIMENSIONS)
}  # fmt: skip
FORM_TABLES = {
    "subjects": SUBJECTS, "candidates": PEOPLE, "roster": PEOPLE, "one-candidate": PEOPLE, "appointees": APPOINTEES,
    "teams": TEAMS, "questions": QUESTIONS, "grade-questions": QUESTIONS, "options": OPTIONS, "grades": GRADES,
    "dimensions": DIMENSIONS,
}  # fmt: skip
"""By the form of a template's field."""

Placed = tuple[Any, dict[tuple[str | int, ...], str]]
"""A value, and the input of the page that each part of it came from: path inside the value → `ROW-COLUMN`."""


def value_of(table: Table, rows: list[dict[str, str]]) -> Placed:
    """What a table says in a meeting file."""
    kept = [(place, row) for place, row in enumerate(rows) if not table.is_empty(row)]
    if table is TEAMS:
        return _teams(kept)
    places: dict[tuple[str | int, ...], str] = {}
    values = []
    ids = table.ids([row for _place, row in kept])
    for number, ((place, row), row_id) in enumerate(zip(kept, ids, strict=True)):
        values.append(_record(table, row, row_id))
        places[(number,)] = f"{place}-{table.key}"
        for column in table.columns:
            places[(number, column.name)] = f"{place}-{column.name}"
    return values, places


def _record(table: Table, row: Row, row_id: str) -> dict[str, Any]:
    value: dict[str, Any] = {"id": row_id}
    for column in table.columns:
        written = row.get(column.name, "").strip()
        if column.name in ("id", "team", "team_id", "role"):
            continue
        if column.name == "post":
            value["post"] = post_id(written) if written else None
        elif written or column.needed:
            value[column.name] = written
    return value


def _teams(kept: list[tuple[int, dict[str, str]]]) -> Placed:
    """Rows that name the same team, or none like the row above, are one team."""
    teams: dict[str, dict[str, Any]] = {}
    places: dict[tuple[str | int, ...], str] = {}
    ids = TEAMS.ids([row for _place, row in kept])
    name = ""
    for (place, row), row_id in zip(kept, ids, strict=True):
        name = row.get("team", "").strip() or name
        if name not in teams:
            team_id = row.get("team_id", "").strip() or f"team-{len(teams) + 1}"
            teams[name] = {"id": team_id, "name": name, "chief": [], "members": []}
        position = list(teams).index(name)
        places.setdefault((position,), f"{place}-team")
        places.setdefault((position, "name"), f"{place}-team")
        places.setdefault((position, "id"), f"{place}-team_id")
        group = "members" if row.get("role") == "member" else "chief"
        people = teams[name][group]
        at = (position, group, len(people))
        people.append(_record(TEAMS, row, row_id))
        places[at] = f"{place}-name"
        for column in ("name", "title", "unit", "id"):
            places[(*at, column)] = f"{place}-{column}"
    return list(teams.values()), places


def rows_of(table: Table, value: Any) -> list[dict[str, str]] | None:
    """The rows that say this value; None when the table cannot say it."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return None
    rows = _team_rows(value) if table is TEAMS else [_row(table, one) for one in value]
    if any(row is None for row in rows):
        return None
    found = [row for row in rows if row is not None]
    return found if same(value_of(table, [dict(row) for row in found])[0], value) else None


def _row(table: Table, value: Mapping[str, Any]) -> dict[str, str] | None:
    row = {}
    for name, written in value.items():
        if name not in [column.name for column in table.columns]:
            return None
        if written is None:
            continue
        if not isinstance(written, str):
            return None
        row[name] = written
    return row


def _team_rows(teams: list[Any]) -> list[dict[str, str] | None]:
    rows: list[dict[str, str] | None] = []
    for team in teams:
        chiefs = team.get("chief", [])
        for role, people in (
            ("chief", chiefs if isinstance(chiefs, list) else [chiefs]),
            ("member", team.get("members", [])),
        ):
            for person in people if isinstance(people, list) else [None]:
                row = _row(TEAMS, person) if isinstance(person, dict) else None
                named = {"team": str(team.get("name", "")), "team_id": str(team.get("id", "")), "role": role}
                rows.append(None if row is None else {**row, **named})
    return rows


def same(one: Any, other: Any) -> bool:
    """Whether two written values mean the same: a field that is null says no more than one left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        plain = [
            {name: value for name, value in each.items() if value is not None and (name, value) != ("members", [])}
            for each in (one, other)
        ]
        return plain[0].keys() == plain[1].keys() and all(same(plain[0][name], plain[1][name]) for name in plain[0])
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) != isinstance(other, dict) and isinstance(one, list) != isinstance(other, list):
        single, listed = (one, other) if isinstance(other, list) else (other, one)  # `chief`: one person or a list
        return same([single], listed)
    return type(one) is type(other) and one == other


def identical(one: Any, other: Any) -> bool:
    """Equal, and of the same types: 1, true and 1.0 are three things in a meeting file."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(identical(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(identical(*pair) for pair in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)
