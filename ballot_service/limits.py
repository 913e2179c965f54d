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

from ballot_service.config import Config
from ballot_service.errors import Refused

logging.getLogger("flask-limiter").setLevel(logging.WARNING)


class Limits:
    """The three limits of the service."""

    def __init__(self, app: Flask, config: Config, secret: bytes) -> None:
        self._limiter = Limiter(key_func=lambda: "", app=app, storage_uri=config.limits_storage, default_limits=[])
        self._secret = secret
        self._limits: dict[str, RateLimitItem] = {
            "slip": parse(config.redeem_limit_per_slip),
            "key": parse(config.cast_limit_per_key),
            "account": parse(config.officer_limit_per_account),
        }

    def check(self, kind: str, name: bytes) -> None:
        """Count one attempt. Raises: Refused (rate-limited)."""
        hidden = hmac.new(self._secret, kind.encode() + b"\x00" + name, hashlib.sha256).hexdigest()
        if not self._limiter.limiter.hit(self._limits[kind], kind, hidden):
            raise Refused("rate-limited", "too many attempts: wait a minute and try again")
