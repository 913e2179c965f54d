"""An officer with a browser in a hall without a network: pages by address, forms by fields, acts by their kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ballot_service.app import create_app
from ballot_service.console.roles import Role
from ballot_service.errors import Refused
from ballot_service.running import possible
from ballot_service.running.figures import look
from ballot_service.running.possible import Act
from ballot_service.service import Service
from ballot_service.store.tables import Base
from tests.meeting_kit import Hall, Json

NAMES = {"by1": "张某某", "by2": "李某某"}
BESIDE = ("audit", "officer_session", "login_code", "account", "grant")  # tables of officers, not of meetings


class Officer:
    """One account in one browser. `hall` is where the meeting is."""

    def __init__(self, hall: Hall, *roles: Role, login: str = "clerk", app: Flask | None = None) -> None:
        """app: one that other clients of the test ask too; else a new one."""
        self.hall = hall
        service = hall.service
        self.app = create_app(service) if app is None else app
        if roles:
            account, code = service.accounts.create(login, f"{login}某", frozenset((hall.id, role) for role in roles))
            assert account
        else:
            code = service.accounts.make_code()
        self.token = service.accounts.log_in(code)
        self.client = self.app.test_client(use_cookies=False)
        self.language = "zh"

    @property
    def csrf(self) -> str:
        return hashlib.sha256(b"ballot-service/v1/csrf\x00" + self.token.encode()).hexdigest()

    def headers(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        cookie = f"ballot_session={self.token}; ballot_language={self.language}"
        return {"Cookie": cookie, **(more or {})}

    def at(self, path: str) -> str:
        return f"/meetings/{self.hall.id}/{path}"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        return self.client.get(self.at(path), headers=self.headers(headers))

    def post(self, path: str, fields: Mapping[str, Any], *, csrf: str | None = None) -> TestResponse:
        data = {"csrf": self.csrf if csrf is None else csrf, **fields}
        return self.client.post(self.at(path), data=data, headers=self.headers())

    def act(self, kind: str, *, seen: int | None = None, **fields: Any) -> TestResponse:
        """Send the form of an act as the page of this moment would."""
        size = self.hall.state().size if seen is None else seen
        return self.post(f"run/{kind}", {"seen": size, **fields})

    def done(self, kind: str, **fields: Any) -> None:
        answer = self.act(kind, **fields)
        assert answer.status_code == 303, answer.get_data(as_text=True)

    def api(self, path: str, body: Json) -> TestResponse:
        address = f"/api/v1/meetings/{self.hall.id}/{path}"
        return self.client.post(address, json=body, headers={"Authorization": f"Bearer {self.token}"})

    def acts(self) -> list[Act]:
        seen = look(self.hall.service, self.hall.id)
        return possible.acts(seen.state, seen.figures)


def rows(service: Service) -> str:
    """A fingerprint of every row of every table that a meeting has something in."""
    digest = hashlib.sha256()
    with service.store.read() as session:
        for table in Base.metadata.sorted_tables:
            if not table.name.startswith(BESIDE):
                found = session.execute(select(table)).all()
                digest.update(repr((table.name, sorted(map(repr, found)))).encode())
    return digest.hexdigest()


@contextmanager
def nothing_is_kept(service: Service) -> Iterator[None]:
    """Inside, whatever the service accepts is taken back at the last moment and answered as `unavailable`."""
    write = service.store.write

    @contextmanager
    def write_nothing() -> Iterator[Session]:
        with write() as session:
            yield session
            raise Refused("unavailable", "accepted, and taken back by a test")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.store, "write", write_nothing)
        yield
