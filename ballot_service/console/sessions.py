"""Sessions of officers: a token that only the browser or program holds, and here its hash.

A session ends 16 hours after it began, after 2 hours without a request, with logging out, with a new password, and
with its account being disabled. What cannot be undone asks for the password again, unless it or a code was given in
the last 5 minutes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from ballot_service.console.officer import Officer
from ballot_service.console.roles import Role
from ballot_service.meetings.acts import Clock
from ballot_service.store.engine import Store
from ballot_service.store.tables import Account, Grant, OfficerSession

TOKEN_BYTES = 32
SESSION_SECONDS = 16 * 3600  # a day of meetings
IDLE_SECONDS = 2 * 3600  # a sitting with the console left alone; an open console page asks by itself
CONFIRMED_SECONDS = 5 * 60
SEEN_STEP_SECONDS = 5 * 60  # looking must not write: only so often


@dataclass(frozen=True)
class Held:
    """One session as its owner sees it. Times are Unix seconds."""

    id: str  # of the session, hex; no way back to the token
    program: bool
    started: int
    seen: int


class Sessions:
    """Sessions, by token."""

    def __init__(self, store: Store, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self.store = store
        self.clock = clock
        self.random_bytes = random_bytes

    def start(self, session: Session, account: str, *, program: bool) -> str:
        """A new session's token, in the caller's transaction; sessions that are over are deleted."""
        token = secret_text(self.random_bytes(TOKEN_BYTES))
        now = self._now()
        session.execute(delete(OfficerSession).where(~_lasts(now)))
        session.add(
            OfficerSession(
                token_hash=secret_hash(token), account=account, program=program, started=now, seen=now, confirmed=now
            )
        )
        return token

    def read(self, token: str) -> Officer | None:
        """Who holds this token; None where the session is over or its account disabled."""
        now = self._now()
        with self.store.read() as session:
            row = session.execute(
                select(OfficerSession, Account)
                .join(Account, Account.id == OfficerSession.account)
                .where(OfficerSession.token_hash == secret_hash(token), _lasts(now), ~Account.disabled)
            ).one_or_none()
            if row is None:
                return None
            held, account = row.OfficerSession, row.Account
            found = officer_of(
                session, account, confirmed_until=None if held.program else held.confirmed + CONFIRMED_SECONDS
            )
        if now - held.seen >= SEEN_STEP_SECONDS:
            self._touch(held.token_hash, now)
        return found

    def confirm(self, token: str) -> None:
        """The password or a code was given again."""
        with self.store.write() as session:
            mine = OfficerSession.token_hash == secret_hash(token)
            session.execute(update(OfficerSession).where(mine).values(confirmed=self._now()))

    def end(self, token: str) -> None:
        """Log out."""
        with self.store.write() as session:
            session.execute(delete(OfficerSession).where(OfficerSession.token_hash == secret_hash(token)))

    def held(self, account: str) -> list[Held]:
        """The sessions of an account that still last, the newest first."""
        with self.store.read() as session:
            query = select(OfficerSession).where(OfficerSession.account == account, _lasts(self._now()))
            rows = session.scalars(query.order_by(OfficerSession.started.desc(), OfficerSession.token_hash)).all()
            return [Held(_public_id(row.token_hash), row.program, row.started, row.seen) for row in rows]

    def end_one(self, account: str, held_id: str) -> bool:
        """End a session of this account by the id that `held` gave; whether there was one."""
        with self.store.write() as session:
            rows = session.scalars(select(OfficerSession).where(OfficerSession.account == account)).all()
            for row in rows:
                if _public_id(row.token_hash) == held_id:
                    session.delete(row)
                    return True
        return False

    def any_last(self) -> bool:
        """Whether anybody is logged in."""
        with self.store.read() as session:
            return session.scalar(select(OfficerSession.account).where(_lasts(self._now())).limit(1)) is not None

    def _touch(self, token_hash: bytes, now: int) -> None:
        with self.store.write() as session:
            session.execute(update(OfficerSession).where(OfficerSession.token_hash == token_hash).values(seen=now))

    def _now(self) -> int:
        return int(self.clock().timestamp())


def public_id(token: str) -> str:
    """The id of the session with this token, as in `Held`."""
    return _public_id(secret_hash(token))


def end_all(session: Session, account: str, *, but: str | None = None) -> None:
    """End the account's sessions, but for the one with this token, in the caller's transaction."""
    query = delete(OfficerSession).where(OfficerSession.account == account)
    session.execute(query if but is None else query.where(OfficerSession.token_hash != secret_hash(but)))


def officer_of(session: Session, account: Account, *, confirmed_until: int | None) -> Officer:
    """An account with its roles as they are now."""
    everywhere: set[Role] = set()
    meetings: dict[str, set[Role]] = {}
    for grant in session.scalars(select(Grant).where(Grant.account == account.id)):
        (meetings.setdefault(grant.meeting, set()) if grant.meeting else everywhere).add(Role(grant.role))
    return Officer(
        account.id,
        account.login,
        account.name,
        frozenset(everywhere),
        {meeting: frozenset(roles) for meeting, roles in meetings.items()},
        has_password=account.password_hash is not None,
        confirmed_until=confirmed_until,
    )


def secret_text(data: bytes) -> str:
    """A code or token as it is typed and sent."""
    return base64.b32encode(data).decode().rstrip("=").lower()


def secret_hash(secret: str) -> bytes:
    """What is kept of a code or token: 32 bytes. They are random, so no salt and no slow hash is called for."""
    return hashlib.sha256(b"ballot-service/v1/officer\x00" + secret.encode()).digest()


def _public_id(token_hash: bytes) -> str:
    return hashlib.sha256(b"ballot-service/v1/held\x00" + token_hash).hexdigest()[:24]


def _lasts(now: int):  # type: ignore[no-untyped-def]  # SQLAlchemy's own type of a condition
    return and_(OfficerSession.started > now - SESSION_SECONDS, OfficerSession.seen > now - IDLE_SECONDS)
