"""What the database remembers, and what it must not.

Observer: someone who holds the whole database, its journal and its backups. Therefore no voter table (`slip`,
`intake`, `spent_value`) has a time, a counter or a serial number, no foreign key joins a slip with a ballot, and a
ballot that waits for the close rests there only as (keyed hash, ciphertext) under a key that the database never
holds (docs/threats.md, "the database"). SQLite keeps these tables WITHOUT ROWID, so that no row number grows with
the order of arrival.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NO_ROWID = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """All tables."""


class Installation(Base):
    """Facts about this installation: `last_meeting`, the meeting published last."""

    __tablename__ = "installation"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(256))


class Meeting(Base):
    """One row a meeting: its lock, and the few facts that casting must check inside its own transaction."""

    __tablename__ = "meeting"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(Integer)  # lines in the ledger
    open_poll: Mapped[str | None] = mapped_column(String(64))  # the poll that takes ballots now
    poll_closed_at: Mapped[int | None] = mapped_column(
        BigInteger
    )  # Unix seconds of the last close: the wait before opening
    closed: Mapped[bool] = mapped_column(Boolean)
    collecting: Mapped[str | None] = mapped_column(String(64))  # the poll for which venue hubs were asked to deliver


class LedgerLine(Base):
    """The ledger, one row a line. Ballots are appended in ascending order of ballot key, all in one transaction."""

    __tablename__ = "ledger_line"
    __table_args__ = (Index("ledger_line_by_leaf", "meeting", "leaf_hash"), NO_ROWID)
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # 0 for the first line
    type: Mapped[str] = mapped_column(String(32))
    line: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON without the newline
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class SignedCheckpoint(Base):
    """Every checkpoint that was ever signed."""

    __tablename__ = "checkpoint"
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(String)


class Slip(Base):
    """A slip by its public name. The token is known once the slip was redeemed; the QR secret never."""

    __tablename__ = "slip"
    __table_args__ = (Index("slip_by_meeting", "meeting"), NO_ROWID)
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    meeting: Mapped[str] = mapped_column(String(64))
    voter_class: Mapped[str] = mapped_column(String(8))
    reserve: Mapped[bool] = mapped_column(Boolean)
    active: Mapped[bool] = mapped_column(Boolean)  # False: a reserve slip not yet activated, or a voided one
    voided: Mapped[bool] = mapped_column(Boolean)
    token: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    request_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # claims the slip; destroyed at `closed`
    signatures: Mapped[bytes | None] = mapped_column(LargeBinary)  # the same request again gets the same answer
    listed: Mapped[bool] = mapped_column(Boolean)  # its token stands in a `booklet` entry


class Intake(Base):
    """Ballots of the open poll: a keyed hash of the ballot key, one of the encapsulation, and the sealed line."""

    __tablename__ = "intake"
    __table_args__ = (
        Index("intake_by_meeting", "meeting"),
        UniqueConstraint("enc_tag", name="intake_enc_once"),
        NO_ROWID,
    )
    tag: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    meeting: Mapped[str] = mapped_column(String(64))
    enc_tag: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SpentValue(Base):
    """Ballot keys and encapsulations that stand in a ledger: each may appear there once."""

    __tablename__ = "spent_value"
    __table_args__ = (NO_ROWID,)
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class Recusal(Base):
    """How many holders of a class take no part in a contest; printed on its next paper."""

    __tablename__ = "recusal"
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    contest: Mapped[str] = mapped_column(String(64), primary_key=True)
    voter_class: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class TellerCount(Base):
    """The first of two tellers' counts of paper ballots; gone once the second has counted too."""

    __tablename__ = "teller_count"
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    paper: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    voter_class: Mapped[str] = mapped_column(String(8), primary_key=True)
    teller: Mapped[str] = mapped_column(String(200))
    counted: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON of handed_out and ballots


class ReleasedShare(Base):
    """Shares that scrutineers released for a box, checked against their commitments."""

    __tablename__ = "released_share"
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    box: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    card: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    share: Mapped[bytes] = mapped_column(LargeBinary(32))


class Account(Base):
    """An officer. `id` never changes and is what other tables name; no account is ever deleted."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("login", name="account_login_once"),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(64))  # what is typed to log in, case folded
    name: Mapped[str] = mapped_column(String(200))  # what is shown, and written into a ledger's `by`
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: not set yet, only a link lets in
    disabled: Mapped[bool] = mapped_column(Boolean)


class Grant(Base):
    """A role of an account, in one meeting or, with an empty `meeting`, in the whole installation."""

    __tablename__ = "grant"
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class LoginCode(Base):
    """A one-time code, by its hash; used ones are deleted."""

    __tablename__ = "login_code"
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    expires: Mapped[int] = mapped_column(BigInteger)  # Unix seconds


class OfficerSession(Base):
    """A logged-in officer, by the hash of the session token. Times are Unix seconds."""

    __tablename__ = "officer_session"
    __table_args__ = (Index("officer_session_by_account", "account"),)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    program: Mapped[bool] = mapped_column(Boolean)  # of a program with a code: nobody is there to type a password
    started: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[int] = mapped_column(BigInteger)  # the last request, in steps of some minutes
    confirmed: Mapped[int] = mapped_column(BigInteger)  # when a password or a code was last given


class AuditEntry(Base):
    """An officer's act. Nothing here counts or orders rows but the minute; acts whose ledger entries bear no time
    have only the date (docs/accounts.md, "the record of acts")."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_by_time", "at"), NO_ROWID)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)  # random
    at: Mapped[str] = mapped_column(String(17))  # 2026-12-18T01:30Z, or 2026-12-18
    account: Mapped[str] = mapped_column(String(64))  # empty: nobody that is known
    meeting: Mapped[str] = mapped_column(String(64))  # empty: the installation
    act: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(32))  # done, or the code of a refusal
    detail: Mapped[str] = mapped_column(String(200))


class DraftRow(Base):
    """A meeting that is being prepared. Only its owner sees it."""

    __tablename__ = "draft"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # random
    owner: Mapped[str] = mapped_column(String(64))  # an account
    version: Mapped[int] = mapped_column(Integer)  # how often it was saved: a save on an older one is refused
    content: Mapped[bytes] = mapped_column(LargeBinary)  # JSON, as it was typed
    changed: Mapped[int] = mapped_column(BigInteger)  # Unix seconds
    publishing: Mapped[str | None] = mapped_column(String(64))  # the meeting id under which publishing was begun


class Cosignature(Base):
    """A witness's signature under one of our checkpoints. No voter comes near it: a checkpoint is public."""

    __tablename__ = "cosignature"
    meeting: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(String(400), primary_key=True)  # its verifier key, as entry 0 names it
    line: Mapped[str] = mapped_column(String(1000))


class HubCode(Base):
    """A pairing code for a venue hub, by its hash; used ones are deleted."""

    __tablename__ = "hub_code"
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    meeting: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    expires: Mapped[int] = mapped_column(BigInteger)  # Unix seconds


class Hub(Base):
    """A venue hub and the last thing it said. Nothing grows with the ballots: `report` holds one number a poll, written
    every few seconds at most while people vote, so that it cannot date one of them."""

    __tablename__ = "hub"
    __table_args__ = (Index("hub_by_meeting", "meeting"), UniqueConstraint("token_hash", name="hub_token_once"))
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # random
    meeting: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # gone once the hub is removed
    seen: Mapped[int | None] = mapped_column(BigInteger)  # Unix seconds of the last report, in steps of 5
    report: Mapped[bytes | None] = mapped_column(LargeBinary)  # canonical JSON, `hubs.reports`
    delivered: Mapped[str | None] = mapped_column(String(64))  # the poll that it was asked for and has delivered
    removed: Mapped[bool] = mapped_column(Boolean)
    removed_in: Mapped[str | None] = mapped_column(String(64))  # the poll that was open and not delivered then


VOTER_TABLES = (Slip.__table__, Intake.__table__, SpentValue.__table__)
