"""Passwords: what is accepted, and what is kept of one.

Kept is scrypt (RFC 7914) with N = 2^15, r = 8, p = 3, one of the settings that the OWASP Password Storage Cheat Sheet
holds equal to Argon2id's: 32 MiB and a third of a second for each guess. Werkzeug, which is here anyway, makes and
checks it with OpenSSL's scrypt; argon2-cffi would have been one more compiled dependency for no better a bound.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.security import check_password_hash, generate_password_hash

from ballot_service.errors import Refused

MIN_CHARS = 8
MAX_CHARS = 200
METHOD = "scrypt:32768:8:3"
AT_ONCE = 2
"""Guesses worked on at the same time. A third is sent away at once: guessing must not take the phones' workers."""

_RUNS = ("0123456789012345678901234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_MIN_DIFFERENT = 5

_turns = threading.BoundedSemaphore(AT_ONCE)
_no_password: list[str] = []  # the hash of nothing that can be typed, made when first needed


def check_new_password(password: str, login: str) -> None:
    """Raises: Refused (bad-request) for a password too short, too long, or among the first that anybody tries."""
    text = _normal(password)
    if not MIN_CHARS <= len(text) <= MAX_CHARS:
        raise Refused(
            "bad-request",
            f"a password has {MIN_CHARS} to {MAX_CHARS} characters",
            zh=f"密码应为 {MIN_CHARS} 至 {MAX_CHARS} 个字符",
        )
    small = text.casefold()
    easy = len(set(text)) < _MIN_DIFFERENT or (bool(login) and login in small)
    if easy or any(small in run or small in run[::-1] for run in _RUNS):
        raise Refused(
            "bad-request",
            "this password is too easy to guess: take a sentence or several words",
            zh="这个密码太容易猜到，请换一句话或者几个词",
        )


def hash_password(password: str) -> str:
    """What is kept: method, salt and hash, 162 characters. Raises: Refused (rate-limited)."""
    with _turn():
        return generate_password_hash(_normal(password), method=METHOD)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Without a hash the same work is done, and the answer is no: the time an answer takes
    tells nobody which accounts there are. Raises: Refused (rate-limited)."""
    if len(password) > 2 * MAX_CHARS:  # nobody could have set it
        password, password_hash = "", None
    with _turn():
        if not _no_password:
            _no_password.append(generate_password_hash("\x00", method=METHOD))
        right = check_password_hash(password_hash or _no_password[0], _normal(password))
        return right and password_hash is not None


def _normal(password: str) -> str:
    """Keyboards differ in how they compose é (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(blocking=False):
        raise Refused("rate-limited", "others are logging in: try again in a moment", zh="正有其他人登录，请稍候再试")
    try:
        yield
    finally:
        _turns.release()
