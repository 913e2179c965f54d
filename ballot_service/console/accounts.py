"""Officers' accounts: how one is made, let in, given roles, and locked out.

The first account is there from the first start, an organiser of the installation without a password; the link that
the terminal prints lets in once. Further accounts are made by an organiser, who hands over a link of the same kind.
Codes, tokens and passwords are kept as hashes. No account is ever deleted: ledgers and the record of acts name it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ballot_service.console.names import folded, read_login, read_name
from ballot_service.console.officer import Officer
from ballot_service.console.passwords import check_new_password, hash_password, is_password
from ballot_service.console.roles import Role
from ballot_service.console.sessions import Sessions, end_all, officer_of, secret_hash, secret_text
from ballot_service.errors import Refused
from ballot_service.meetings.acts import Clock
from ballot_service.store.engine import Store
from ballot_service.store.tables import Account, Grant, LoginCode, Meeting

CODE_BYTES = 20
ID_BYTES = 10
CODE_SECONDS = 7 * 24 * 3600  # a link is handed over and used within a week
FIRST_ACCOUNT = "organiser"

Grants = frozenset[tuple[str, Role]]
"""Pairs of a meeting's id, empty for the whole installation, and a role."""


@dataclass(frozen=True)
class Listed:
    """An account as the list shows it."""

    id: str
    login: str
    name: str
    has_password: bool
    disabled: bool
    grants: Grants


class Accounts:
    """Accounts, their codes and passwords; `sessions` has what comes after logging in."""

    def __init__(self, store: Store, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self.store = store
        self.clock = clock
        self.random_bytes = random_bytes
        self.sessions = Sessions(store, clock, random_bytes)

    # ── codes: one-time links ──────────────────────────────────────────────────────────────────────────────────

    def make_code(self, account: str = FIRST_ACCOUNT) -> str:
        """A new one-time code, for whoever holds the terminal: an account with this id is made where there is none, an
        organiser of the installation, and enabled where it was disabled. Codes made before and not used are void."""
        with self.store.write() as session:
            row = session.get(Account, account)
            if row is None:
                row = Account(id=account, login=account, name=account, password_hash=None, disabled=False)
                session.add(row)
                session.add(Grant(account=account, meeting="", role=Role.ORGANISER.value))
            row.disabled = False
            return self._new_code(session, account)

    def make_link_code(self, account: str) -> str:
        """A new one-time code for somebody else to set a password. Raises: Refused (not-found, not-allowed)."""
        with self.store.write() as session:
            if _existing(session, account).disabled:
                raise Refused(
                    "not-allowed", "this account is disabled: enable it first", zh="这个账户已经停用，请先启用"
                )
            return self._new_code(session, account)

    def code_account(self, code: str) -> Listed | None:
        """Whose code this is; looking spends nothing."""
        with self.store.read() as session:
            found = session.scalar(
                select(LoginCode.account).where(
                    LoginCode.code_hash == secret_hash(code), LoginCode.expires > self._now()
                )
            )
            account = session.get(Account, found) if found else None
            return None if account is None or account.disabled else _listed(session, account)

    def log_in(self, code: str, *, program: bool = True) -> str:
        """Exchange a code, once, for a session token. program: see `OfficerSession`. Raises: Refused (not-allowed)."""
        with self.store.write() as session:
            return self.sessions.start(session, self._spend(session, code), program=program)

    def set_up(self, code: str, password: str, *, login: str | None = None, name: str | None = None) -> str:
        """Exchange a code for a password and a session token; the account's other sessions end.

        login, name: only for an account that never had a password. Raises: Refused (not-allowed, bad-request); then
        the code is still good.
        """
        known = self.code_account(code)
        if known is None:
            raise _code_refused()
        if not known.has_password:
            login, name = read_login(login or known.login), read_name(name or known.name)
        check_new_password(password, login or known.login)
        password_hash = hash_password(password)
        with self.store.write() as session:
            account = _existing(session, self._spend(session, code))
            if account.password_hash is None:
                account.login, account.name = login or account.login, name or account.name
                _check_login_free(session, account)
            account.password_hash = password_hash
            end_all(session, account.id)
            return self.sessions.start(session, account.id, program=False)

    # ── passwords ──────────────────────────────────────────────────────────────────────────────────────────────

    def log_in_with_password(self, login: str, password: str) -> tuple[str, str]:
        """The account's id and a session token. Raises: Refused (not-allowed), the same for every reason."""
        account = self.find(login)
        right = is_password(self._hash_of(account or ""), password)
        with self.store.write() as session:
            row = session.get(Account, account or "")
            if row is None or row.disabled or not right:
                raise Refused(
                    "not-allowed",
                    "the name or the password is wrong, or the account is disabled",
                    zh="登录名或密码不正确，或者账户已停用",
                )
            return row.id, self.sessions.start(session, row.id, program=False)

    def is_password_of(self, account: str, password: str) -> bool:
        return is_password(self._hash_of(account), password)

    def change_password(self, account: str, password: str, *, but: str | None) -> None:
        """Set it; sessions of the account end, but for the one with this token. Raises: Refused (bad-request)."""
        with self.store.read() as session:
            login = _existing(session, account).login
        check_new_password(password, login)
        password_hash = hash_password(password)
        with self.store.write() as session:
            _existing(session, account).password_hash = password_hash
            session.execute(delete(LoginCode).where(LoginCode.account == account))
            end_all(session, account, but=but)

    def confirm(self, token: str, asking: Officer, *, password: str = "", code: str = "") -> bool:
        """Whether the password, or another one-time code of the account, was right; then the session is confirmed."""
        if code:
            with self.store.write() as session:
                if self._spend(session, code) != asking.account:
                    raise _code_refused()
        elif not self.is_password_of(asking.account, password):
            return False
        self.sessions.confirm(token)
        return True

    # ── what an organiser does with accounts ───────────────────────────────────────────────────────────────────

    def create(self, login: str, name: str, grants: Grants) -> tuple[str, str]:
        """The new account's id and its one-time code. Raises: Refused (bad-request, not-found)."""
        row = Account(
            id=secret_text(self.random_bytes(ID_BYTES)),
            login=read_login(login),
            name=read_name(name),
            password_hash=None,
            disabled=False,
        )
        with self.store.write() as session:
            _check_login_free(session, row)
            session.add(row)
            session.flush()
            _set_grants(session, row.id, grants)
            return row.id, self._new_code(session, row.id)

    def change(self, account: str, *, name: str, disabled: bool, grants: Grants) -> None:
        """Name, roles, and whether it may log in. Raises: Refused (not-found, bad-request, not-allowed)."""
        read = read_name(name)
        with self.store.write() as session:
            row = _existing(session, account)
            row.name, row.disabled = read, disabled
            _set_grants(session, account, grants)
            session.flush()
            if disabled:
                end_all(session, account)
                session.execute(delete(LoginCode).where(LoginCode.account == account))
            _check_someone_organises(session)

    def grant(self, account: str, meeting: str, role: Role) -> None:
        """Add a role in one meeting; once is enough."""
        with self.store.write() as session:
            if session.get(Grant, (account, meeting, role.value)) is None and session.get(Account, account) is not None:
                session.add(Grant(account=account, meeting=meeting, role=role.value))

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, login: str) -> str | None:
        """The id of the account that logs in with this."""
        with self.store.read() as session:
            return session.scalar(select(Account.id).where(Account.login == folded(login)))

    def get(self, account: str) -> Listed:
        """Raises: Refused (not-found)."""
        with self.store.read() as session:
            return _listed(session, _existing(session, account))

    def everyone(self) -> list[Listed]:
        with self.store.read() as session:
            rows = session.scalars(select(Account).order_by(Account.disabled, Account.login)).all()
            return [_listed(session, row) for row in rows]

    def names(self) -> dict[str, str]:
        """Names by id, for lists of what accounts did."""
        with self.store.read() as session:
            return {row.id: row.name for row in session.execute(select(Account.id, Account.name))}

    def anyone_can_log_in(self) -> bool:
        """Whether somebody has a password or a session: else the terminal prints a link."""
        with self.store.read() as session:
            with_password = select(func.count()).where(Account.password_hash.is_not(None), ~Account.disabled)
            if session.scalar(with_password):
                return True
        return self.sessions.any_last()

    def who(self, token: str | None) -> Officer:
        """Who holds this session token. Raises: Refused (not-allowed)."""
        found = self.sessions.read(token) if token else None
        if found is None:
            raise Refused(
                "not-allowed", "log in first, with your password or with the link that you were given", zh="请先登录"
            )
        return found

    def officer(self, account: str) -> Officer:
        """An account as it would ask now. Raises: Refused (not-found)."""
        with self.store.read() as session:
            return officer_of(session, _existing(session, account), confirmed_until=0)

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _new_code(self, session: Session, account: str) -> str:
        code = secret_text(self.random_bytes(CODE_BYTES))
        session.execute(delete(LoginCode).where(LoginCode.account == account))
        session.add(LoginCode(code_hash=secret_hash(code), account=account, expires=self._now() + CODE_SECONDS))
        return code

    def _spend(self, session: Session, code: str) -> str:
        use = delete(LoginCode).where(LoginCode.code_hash == secret_hash(code), LoginCode.expires > self._now())
        account = session.scalar(use.returning(LoginCode.account))
        row = session.get(Account, account) if account else None
        if row is None or row.disabled:
            raise _code_refused()
        return row.id

    def _hash_of(self, account: str) -> str | None:
        with self.store.read() as session:
            return session.scalar(select(Account.password_hash).where(Account.id == account, ~Account.disabled))

    def _now(self) -> int:
        return int(self.clock().timestamp())


def _existing(session: Session, account: str) -> Account:
    row = session.get(Account, account)
    if row is None:
        raise Refused("not-found", "there is no such account", zh="没有这个账户")
    return row


def _listed(session: Session, row: Account) -> Listed:
    grants = session.execute(select(Grant.meeting, Grant.role).where(Grant.account == row.id))
    pairs = frozenset((one.meeting, Role(one.role)) for one in grants)
    return Listed(row.id, row.login, row.name, row.password_hash is not None, row.disabled, pairs)


def _check_login_free(session: Session, account: Account) -> None:
    with session.no_autoflush:
        taken = session.scalar(select(Account.id).where(Account.login == account.login, Account.id != account.id))
    if taken is not None:
        raise Refused("bad-request", "this login name is taken: choose another", zh="这个登录名已有人使用，请换一个")


def _set_grants(session: Session, account: str, grants: Grants) -> None:
    for meeting in {meeting for meeting, _role in grants if meeting}:
        if session.get(Meeting, meeting) is None:
            raise Refused("not-found", "there is no such meeting here", zh="这里没有这个会议")
    session.execute(delete(Grant).where(Grant.account == account))
    session.add_all(Grant(account=account, meeting=meeting, role=role.value) for meeting, role in grants)


def _check_someone_organises(session: Session) -> None:
    query = (
        select(func.count())
        .select_from(Grant)
        .join(Account, Account.id == Grant.account)
        .where(Grant.meeting == "", Grant.role == Role.ORGANISER.value, ~Account.disabled)
    )
    if not session.scalar(query):
        raise Refused(
            "not-allowed",
            "one organiser of the whole installation has to stay",
            zh="全部会议的会务负责人至少要保留一名",
        )


def _code_refused() -> Refused:
    return Refused(
        "not-allowed",
        "this link is used, too old or wrong: ask for a new one, or restart with --new-link",
        zh="这个登录链接已经使用、过期或者有误，请要一个新的链接",
    )
