"""What people are called: the name that is shown, and the one that is typed to log in."""

from __future__ import annotations

import unicodedata

from ballot_service.errors import Refused
from ballot_service.meetings import field_readers
from ballot_service.meetings.problems import Findings

MAX_LOGIN_CHARS = 40
MAX_NAME_CHARS = 40


def folded(login: str) -> str:
    """What makes two spellings of a login name the same one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", login.strip()).casefold())[:MAX_LOGIN_CHARS]


def read_login(login: str) -> str:
    """Raises: Refused (bad-request)."""
    return folded(_one_line(login, MAX_LOGIN_CHARS, ("登录名", "the login name")))


def read_name(name: str) -> str:
    """Raises: Refused (bad-request)."""
    return _one_line(name, MAX_NAME_CHARS, ("姓名", "the name"))


def _one_line(value: str, max_chars: int, what: tuple[str, str]) -> str:
    """As the meeting file reads text: a name enters ledgers and minutes."""
    read = field_readers.text(max_chars)(field_readers.Place(value, (), Findings({})))
    if read is field_readers.WRONG:
        raise Refused(
            "bad-request",
            f"{what[1]}: one line of 1 to {max_chars} printable characters",
            zh=f"{what[0]}应为一行文字，1 至 {max_chars} 个可以显示的字符",
        )
    return str(read)
