"""One's own account, and for organisers of the installation everybody's: names, roles, links.

Whoever finds an organiser's browser unattended must not come by a password through it, neither a new one for the same
account nor one of an account made for the purpose: so accounts change only after the password was given again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ballot_service.console.accounts import CODE_SECONDS, Grants, Listed
from ballot_service.console.asking import PASSWORD_FIELD, NotConfirmed, confirm, now, session_cookie
from ballot_service.console.passwords import MIN_CHARS
from ballot_service.console.recording import name_act, refused_with
from ballot_service.console.roles import Permission, Role
from ballot_service.console.sessions import public_id
from ballot_service.console.shell import (
    done,
    language,
    officer,
    officer_pages,
    page,
    read_form,
    require,
    require_recent,
)
from ballot_service.errors import Refused
from ballot_service.printing.qr import qr_codes
from ballot_service.routing import service
from ballot_service.store.tables import Meeting

ROLE_NAMES: Final[dict[Role, tuple[str, str]]] = {
    Role.ORGANISER: ("会务负责人", "organiser"),
    Role.HOST: ("主持人", "host"),
    Role.TELLER: ("计票人", "teller"),
    Role.SCRUTINEER: ("监票人", "scrutineer"),
    Role.SUPERVISOR: ("监督机关", "supervisor"),
    Role.OBSERVER: ("列席观察", "observer"),
}
MAX_FIELD_CHARS = 500
QUIET_MODULES = 4  # ISO/IEC 18004: the white margin of a code
GRANT = "grant"  # the name of the boxes to tick: `grant` = `ROLE` or `ROLE@MEETING`


def account_pages() -> Blueprint:
    """`/account…`, `/accounts…`."""
    pages = officer_pages("accounts")

    # ── one's own ──────────────────────────────────────────────────────────────────────────────────────────────

    @pages.get("/account")
    def own() -> Response:
        return _own_page()

    @pages.post("/account/password")
    def change_password() -> AnyResponse:
        form, asking = read_form(), officer()
        password = form.get("password", "")[:MAX_FIELD_CHARS]
        try:
            if asking.has_password:
                _check_password(form)
            elif not asking.confirmed(now()):
                raise NotConfirmed(tried=False)
            if password != form.get("again", ""):
                raise Refused("bad-request", "the two passwords differ", zh="两次输入的密码不一致")
            service().accounts.change_password(asking.account, password, but=session_cookie())
        except NotConfirmed as refused:
            if not asking.has_password:
                raise
            return _own_page(refused)
        except Refused as refused:
            return _own_page(refused)
        return done("/account?done=password")

    @pages.post("/account/sessions/end")
    def end_session() -> AnyResponse:
        form = read_form()
        service().accounts.sessions.end_one(officer().account, form.get("session", ""))
        return done("/account")

    # ── everybody's ────────────────────────────────────────────────────────────────────────────────────────────

    @pages.get("/accounts")
    def everyone() -> Response:
        require(Permission.ACCOUNTS)
        return page("accounts.html", accounts=service().accounts.everyone(), roles=_roles, titles=_titles())

    @pages.get("/accounts/new")
    def new() -> Response:
        require(Permission.ACCOUNTS)
        return _edit_page(None)

    @pages.post("/accounts/new")
    def create() -> AnyResponse:
        form = read_form()  # before the password is asked for: that page sends this form again
        require_recent(Permission.ACCOUNTS)
        try:
            made, code = service().accounts.create(
                form.get("login", "")[:MAX_FIELD_CHARS], form.get("name", "")[:MAX_FIELD_CHARS], _grants(form)
            )
        except Refused as refused:
            return _edit_page(None, form=form, refused=refused)
        name_act("account-created", detail=service().accounts.get(made).login)
        return _link_page(made, code)

    @pages.get("/accounts/<id:account>")
    def edit(account: str) -> Response:
        require(Permission.ACCOUNTS)
        return _edit_page(service().accounts.get(account))

    @pages.post("/accounts/<id:account>")
    def change(account: str) -> AnyResponse:
        form, asking = read_form(), require_recent(Permission.ACCOUNTS)
        found = service().accounts.get(account)
        disabled = form.get("disabled") == "yes"
        try:
            if disabled and account == asking.account:
                raise Refused("not-allowed", "nobody disables their own account", zh="不能停用自己的账户")
            service().accounts.change(
                account, name=form.get("name", "")[:MAX_FIELD_CHARS], disabled=disabled, grants=_grants(form)
            )
        except Refused as refused:
            return _edit_page(found, form=form, refused=refused)
        name_act("account-changed", detail=found.login)
        return done("/accounts")

    @pages.post("/accounts/<id:account>/link")
    def link(account: str) -> AnyResponse:
        read_form()
        require_recent(Permission.ACCOUNTS)
        code = service().accounts.make_link_code(account)
        name_act("account-link", detail=service().accounts.get(account).login)
        return _link_page(account, code)

    return pages


def _check_password(form: MultiDict[str, str]) -> None:
    """The password of now. Raises: NotConfirmed, Refused (rate-limited)."""
    if not form.get(PASSWORD_FIELD):
        raise NotConfirmed(tried=True)
    confirm(officer())


def _own_page(refused: Refused | None = None) -> Response:
    asking = officer()
    if refused is not None:
        refused_with(refused)
    held = [
        {
            "id": one.id,
            "program": one.program,
            "started": _local_minute(one.started),
            "seen": _local_minute(one.seen),
            "this": one.id == public_id(session_cookie() or ""),
        }
        for one in service().accounts.sessions.held(asking.account)
    ]
    return page(
        "account.html",
        status=200 if refused is None else refused.status,
        refused=refused,
        saved=request.args.get("done") == "password",
        held=held,
        grants=_roles(service().accounts.get(asking.account)),
        titles=_titles(),
        min_chars=MIN_CHARS,
    )


def _edit_page(
    account: Listed | None, *, form: MultiDict[str, str] | None = None, refused: Refused | None = None
) -> Response:
    """A form for an account, new or not, with what was typed before it was refused."""
    if refused is not None:
        refused_with(refused)
    grants = set(account.grants) if account is not None else set()
    values = {"login": "", "name": account.name if account else "", "disabled": bool(account and account.disabled)}
    if form is not None:
        values = {
            "login": form.get("login", ""),
            "name": form.get("name", ""),
            "disabled": form.get("disabled") == "yes",
        }
        grants = {pair for pair in map(_pair, form.getlist(GRANT)) if pair is not None}
    return page(
        "account_edit.html",
        status=200 if refused is None else refused.status,
        refused=refused,
        account=account,
        values=values,
        ticked={f"{role.value}@{meeting}" if meeting else role.value for meeting, role in grants},
        role_names=ROLE_NAMES,
        titles=_titles(),
    )


def _link_page(account: str, code: str) -> Response:
    """The one-time link: on this page, and nowhere else."""
    link = f"{service().config.base_url}/login?code={code}"
    (modules,) = qr_codes([link])
    return page(
        "account_link.html",
        account=service().accounts.get(account),
        link=link,
        qr_size=len(modules) + 2 * QUIET_MODULES,
        qr_path="".join(
            f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h1v1h-1z"
            for y, row in enumerate(modules)
            for x, dark in enumerate(row)
            if dark == "1"
        ),
        days=CODE_SECONDS // 86_400,
    )


def _grants(form: MultiDict[str, str]) -> Grants:
    """Raises: Refused (bad-request)."""
    pairs = [_pair(text) for text in form.getlist(GRANT)]
    if None in pairs:
        raise Refused("bad-request", "there is no such role", zh="没有这个角色")
    return frozenset(pair for pair in pairs if pair is not None)


def _pair(text: str) -> tuple[str, Role] | None:
    role, _, meeting = text.partition("@")
    return (meeting[:64], Role(role)) if role in set(Role) else None


def _titles() -> dict[str, str]:
    """Meetings by id, the latest first."""
    with service().store.read() as session:
        rows = session.scalars(select(Meeting)).all()
        states = [service().acts.states.load(session, row) for row in rows]
    states.sort(key=lambda state: str(state.meeting["date"]), reverse=True)
    return {state.id: str(state.meeting["title"]) for state in states}


def _roles(account: Listed) -> list[tuple[str, list[str]]]:
    """Meeting ids, the installation first as an empty one, each with the names of the account's roles."""
    which = 1 if language() == "en" else 0
    found: dict[str, list[str]] = {}
    for role in Role:
        for meeting, granted in sorted(account.grants):
            if granted is role:
                found.setdefault(meeting, []).append(ROLE_NAMES[role][which])
    return sorted(found.items())


def _local_minute(unix_seconds: int) -> str:
    """In the time zone of the machine."""
    return datetime.fromtimestamp(unix_seconds, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M")
