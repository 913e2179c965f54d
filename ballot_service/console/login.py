"""Logging in: the session's cookie, the limit on guesses, and the record of both outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import g
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.asking import COOKIE, limits, log_in_as, same_site, session_cookie
from ballot_service.console.names import folded
from ballot_service.console.recording import name_act
from ballot_service.errors import Refused
from ballot_service.routing import service

Answer = TypeVar("Answer", bound=AnyResponse)

LOG_IN = "log-in"


def with_password(login: str, password: str) -> str:
    """A session token. The name is counted whether or not it belongs to anybody; every refusal costs the same work.

    Raises: Refused (not-allowed, rate-limited).
    """
    name = b"login\x00" + folded(login).encode()
    limits().check("login", name)
    with recorded(service().accounts.find(login) or ""):
        _account, token = service().accounts.log_in_with_password(login, password)
    limits().forget("login", name)
    _begin(token)
    return token


def with_code(code: str) -> str:
    """A session token for a person who came by a link. Raises: Refused (not-allowed)."""
    with recorded(""):
        token = service().accounts.log_in(code, program=False)
    _begin(token)
    return token


def set_up(code: str, password: str, *, login: str | None, name: str | None) -> str:
    """A session token for a person who came by a link and chose a password. Raises: Refused (not-allowed,
    bad-request, rate-limited)."""
    token = service().accounts.set_up(code, password, login=login, name=name)
    _begin(token)
    name_act("set-password")
    return token


def for_program(code: str) -> str:
    """A session token for a program. Raises: Refused (not-allowed)."""
    with recorded(""):
        token = service().accounts.log_in(code)
    _begin(token)
    return token


@contextmanager
def recorded(account: str) -> Iterator[None]:
    """Logging in that fails is written down, with the account where it was named; every failure alike, known name or
    not, so that none takes longer."""
    try:
        yield
    except Refused as refused:
        with service().store.write() as session:
            service().audit.write(session, account, LOG_IN, outcome=refused.code)
        raise


def check_same_site() -> None:
    """For forms of people who have no session yet. Raises: Refused (not-allowed)."""
    if not same_site():
        raise Refused("not-allowed", "this form came from another site", zh="这张表单来自其他网站，已拒绝")


def cookie_for(response: Answer, token: str) -> Answer:
    """Give the browser its session: for this site only, and for no script."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure())
    return response


def forget_cookie(response: Answer) -> Answer:
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=secure())
    return response


def secure() -> bool:
    """Whether cookies are for HTTPS only."""
    return service().config.base_url.startswith("https:")


def _begin(token: str) -> None:
    """The session that this browser had is over: nobody goes on in a session that somebody else began."""
    old = session_cookie()
    if old:
        service().accounts.sessions.end(old)
    log_in_as(token)
    if not hasattr(g, "act"):
        name_act(LOG_IN)
