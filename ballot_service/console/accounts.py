"""Who is an officer: a one-time code printed to the terminal opens a session; codes and tokens are kept as hashes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from sqlalchemy import delete, func, select

from ballot_service.errors import Refused
from ballot_service.meetings.acts import Clock
from ballot_service.store.engine import Store
from ballot_service.store.tables import LoginCode, OfficerSession

CODE_BYTES = 20
TOKEN_BYTES = 32
SESSION_SECONDS = 16 * 3600  # a day of meetings
FIRST_ACCOUNT = "organiser"


class Accounts:
    """Codes and sessions."""

    def __init__(self, store: Store, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self.store = store
        self.clock = clock
        self.random_bytes = random_bytes

    def make_code(self, account: str = FIRST_ACCOUNT) -> str:
        """A new one-time code for an account; codes made before and not used are void."""
        code = _text(self.random_bytes(CODE_BYTES))
        with self.store.write() as session:
            session.execute(delete(LoginCode).where(LoginCode.account == account))
            session.add(LoginCode(code_hash=_hash(code), account=account))
        return code

    def anyone_logged_in(self) -> bool:
        """Whether a session that has not expired exists."""
        now = int(self.clock().timestamp())
        with self.store.read() as session:
            count = session.scalar(select(func.count()).select_from(OfficerSession).where(OfficerSession.expires > now))
        return bool(count)

    def log_in(self, code: str) -> str:
        """Exchange a code, once, for a session token. Raises: Refused (not-allowed)."""
        token = _text(self.random_bytes(TOKEN_BYTES))
        now = int(self.clock().timestamp())
        with self.store.write() as session:
            use = delete(LoginCode).where(LoginCode.code_hash == _hash(code)).returning(LoginCode.account)
            account = session.scalar(use)
            if account is None:
                raise Refused("not-allowed", "this login link is used or wrong: restart the service to get a new one")
            session.execute(delete(OfficerSession).where(OfficerSession.expires <= now))
            session.add(OfficerSession(token_hash=_hash(token), account=account, expires=now + SESSION_SECONDS))
        return token

    def log_out(self, token: str) -> None:
        with self.store.write() as session:
            session.execute(delete(OfficerSession).where(OfficerSession.token_hash == _hash(token)))

    def account(self, token: str | None) -> str:
        """The account of a session token. Raises: Refused (not-allowed)."""
        found = None
        if token:
            with self.store.read() as session:
                found = session.scalar(
                    select(OfficerSession.account).where(
                        OfficerSession.token_hash == _hash(token),
                        OfficerSession.expires > int(self.clock().timestamp()),
                    )
                )
        if found is None:
            raise Refused("not-allowed", "log in first, with the link that the service printed when it started")
        return found


def _text(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"ballot-service/v1/officer\x00" + secret.encode()).digest()
