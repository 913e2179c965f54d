"""Drafts in the database: one owner each, and a version that tells when two browsers write the same one.

A draft holds names before a meeting, so only its owner sees it; whoever takes over gets the exported file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from ballot_service.errors import Refused
from ballot_service.meetings.acts import Clock
from ballot_service.prepare.content import Content
from ballot_service.store.engine import Store
from ballot_service.store.tables import DraftRow

ID_BYTES = 10
MAX_DRAFTS = 200  # of one account
MAX_BYTES = 1024 * 1024


class Stale(Exception):
    """Somebody saved this draft after the page was drawn. Nothing was overwritten."""

    def __init__(self, version: int) -> None:
        super().__init__("the draft was changed elsewhere")
        self.version = version


@dataclass(frozen=True)
class Draft:
    """One draft as it is kept."""

    id: str
    version: int  # counts the times it was saved
    content: Content
    changed: int  # Unix seconds
    publishing: str | None  # the meeting id under which publishing was begun


class Drafts:
    """The drafts of all accounts; every question names the account that asks."""

    def __init__(self, store: Store, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self._store = store
        self._clock = clock
        self._random_bytes = random_bytes

    def of(self, owner: str) -> list[Draft]:
        """Last changed first."""
        with self._store.read() as session:
            rows = session.scalars(select(DraftRow).where(DraftRow.owner == owner)).all()
            found = [_draft(row) for row in rows]
        return sorted(found, key=lambda one: (-one.changed, one.id))

    def get(self, owner: str, draft_id: str) -> Draft:
        """Raises: Refused (not-found), for a draft of somebody else too."""
        with self._store.read() as session:
            row = session.scalar(select(DraftRow).where(DraftRow.id == draft_id, DraftRow.owner == owner))
            if row is None:
                raise Refused(
                    "not-found",
                    "there is no such draft of yours; it may have been deleted",
                    zh="您没有这份草稿，可能已经删除",
                )
            return _draft(row)

    def add(self, owner: str, content: Content) -> str:
        """Raises: Refused (too-large) for one too many."""
        draft_id = base64.b32encode(self._random_bytes(ID_BYTES)).decode().lower()
        with self._store.write() as session:
            if len(session.scalars(select(DraftRow.id).where(DraftRow.owner == owner)).all()) >= MAX_DRAFTS:
                raise Refused(
                    "too-large",
                    f"at most {MAX_DRAFTS} drafts: delete those that are no longer needed",
                    zh=f"草稿最多 {MAX_DRAFTS} 份，请先删除不用的",
                )
            session.add(
                DraftRow(
                    id=draft_id, owner=owner, version=1, content=_packed(content), changed=self._now(), publishing=None
                )
            )
        return draft_id

    def save(self, owner: str, draft_id: str, content: Content, version: int) -> int:
        """Replace what `version` was; returns the new version. Raises: Stale, Refused (not-found, too-large)."""
        packed = _packed(content)
        claim = (
            update(DraftRow)
            .where(DraftRow.id == draft_id, DraftRow.owner == owner, DraftRow.version == version)
            .values(content=packed, version=version + 1, changed=self._now())
            .returning(DraftRow.version)
        )
        with self._store.write() as session:
            saved = session.scalar(claim)  # two browsers, one version: the second lands on None
        if saved is None:
            raise Stale(self.get(owner, draft_id).version)
        return int(saved)

    def mark_publishing(self, draft_id: str, meeting_id: str | None) -> None:
        """Kept, so that a restart in the middle can be told."""
        with self._store.write() as session:
            session.execute(update(DraftRow).where(DraftRow.id == draft_id).values(publishing=meeting_id))

    def delete(self, owner: str, draft_id: str) -> None:
        with self._store.write() as session:
            session.execute(delete(DraftRow).where(DraftRow.id == draft_id, DraftRow.owner == owner))

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _packed(content: Content) -> bytes:
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    if len(data) > MAX_BYTES:
        raise Refused(
            "too-large",
            "the draft is too large; what was saved before is still there",
            zh="草稿太大，没有保存；以前保存的还在",
        )
    return data


def _draft(row: DraftRow) -> Draft:
    return Draft(row.id, row.version, json.loads(row.content), row.changed, row.publishing)
