"""Rate limits: by slip, ballot key or account, never by address, because a hall shares one.

flask-limiter keeps the counters; the names it sees are keyed hashes under a secret of the installation, so that neither
store nor log learns a slip or a key. A ballot key comes here hashed already, under a key that dies with its poll: a
counter store that keeps times must not be readable once the ledger shows the ballot keys.
"""

from __future__ import annotations

import hashlib
import hmac
import logging

from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.storage import Storage

from ballot_service.config import Config
from ballot_service.errors import Refused

logging.getLogger("flask-limiter").setLevel(logging.WARNING)


class Limits:
    """The limits of the service."""

    def __init__(self, config: Config, secret: bytes) -> None:
        # What to count is known only inside a handler, after a body was opened. The limiter's own hooks would run
        # before every request and find nothing to do, so they are given an application that serves none.
        self._limiter = Limiter(key_func=lambda: "", app=Flask("limits"), storage_uri=config.limits_storage)
        self._secret = secret
        self._limits: dict[str, RateLimitItem] = {
            "slip": parse(config.redeem_limit_per_slip),
            "key": parse(config.cast_limit_per_key),
            "account": parse(config.officer_limit_per_account),
            "login": parse(config.login_limit_per_account),
        }

    @property
    def storage(self) -> Storage:
        """Where the counters are."""
        return self._limiter.storage

    def check(self, kind: str, name: bytes) -> None:
        """Count one attempt. Raises: Refused (rate-limited)."""
        if not self._limiter.limiter.hit(self._limits[kind], kind, self._hidden(kind, name)):
            raise _too_many()

    def look(self, kind: str, name: bytes) -> None:
        """Whether another attempt would be allowed; counts none. Raises: Refused (rate-limited)."""
        if not self._limiter.limiter.test(self._limits[kind], kind, self._hidden(kind, name)):
            raise _too_many()

    def count(self, kind: str, name: bytes) -> None:
        """Count one attempt that was allowed."""
        self._limiter.limiter.hit(self._limits[kind], kind, self._hidden(kind, name))

    def forget(self, kind: str, name: bytes) -> None:
        """Start counting anew: the last attempt was a good one."""
        self._limiter.limiter.clear(self._limits[kind], kind, self._hidden(kind, name))

    def _hidden(self, kind: str, name: bytes) -> str:
        return hmac.new(self._secret, kind.encode() + b"\x00" + name, hashlib.sha256).hexdigest()


def _too_many() -> Refused:
    return Refused("rate-limited", "too many attempts: wait a minute and try again", zh="尝试次数过多，请稍候再试")
