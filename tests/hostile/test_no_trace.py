"""No trace: who has every file of the service learns neither who cast what nor in which order.

The observer holds the database with its journals, the key directory, temporary files and logs; here after the close
of a poll and once more after the end of the meeting. During a poll he holds the database and its backups, and not the
key directory (docs/threats.md).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from requests.adapters import HTTPAdapter
from sqlalchemy import make_url, text

from ballot_service.polls.check_ballot import read_ballot
from ballot_service.polls.sealed_intake import SealedIntake
from ballot_service.service import Service
from crypto import booklet, hkdf, merkle, slips
from crypto.encoding import b64u, from_b64u, tag
from tests.conftest import Start
from tests.hostile.servers import running
from tests.hostile.traces import assert_no_order, contents, offsets, places, spearman, spellings
from tests.meeting_kit import (
    APPROVE,
    OPPOSE,
    Hall,
    OverHttp,
    Phone,
    VoterWire,
    assert_accepted,
    meeting_file,
    publish,
    signatures_of,
)  # fmt: skip
from tests.postgres import Postgres

SAMPLE, FULL = 60, 400
VOTERS = [SAMPLE, pytest.param(FULL, marks=pytest.mark.soak)]


@dataclass
class Observer:
    """Reads every file of one database as it lies on the disk."""

    service: Service
    folder: Path
    postgres: Postgres | None

    def database(self) -> dict[Path, bytes]:
        """The database's own files, its journal among them."""
        if self.postgres is None:
            return contents(sorted(self.folder.glob("ballots.sqlite3*")))
        with self._connect() as connection:
            connection.execute("CHECKPOINT")  # so that the files hold what the server's memory holds
            (number,) = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        data = self.postgres.data
        return contents([data / "base" / str(number), data / "pg_wal", self.postgres.log])

    def everything(self) -> dict[Path, bytes]:
        """Also keys, temporary files and logs."""
        return {**self.database(), **contents([self.folder])}

    def heap(self, table: str) -> bytes:
        """The file of one table."""
        if self.postgres is None:
            return (self.folder / "ballots.sqlite3").read_bytes()
        with self._connect() as connection:
            connection.execute("CHECKPOINT")
            (path,) = connection.execute("SELECT pg_relation_filepath(%s)", [table]).fetchone()
        return (self.postgres.data / path).read_bytes()

    def _connect(self) -> psycopg.Connection[Any]:
        assert self.postgres is not None
        return self.postgres.connect(str(make_url(self.service.config.database).database))


@pytest.fixture
def observe(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Service], Observer]:
    def look_at(service: Service) -> Observer:
        postgres = None if service.store.is_sqlite else request.getfixturevalue("postgres")
        return Observer(service, tmp_path, postgres)

    return look_at


def known_phones(hall: Hall, dice: random.Random) -> list[Phone]:
    """Phones whose ballot keys and encapsulations are the same in every run: a chance order is the same every time."""
    state = hall.state()
    phones = []
    for url in hall.urls():
        code = slips.parse_slip_url(url)
        request = booklet.make_request(dice.randbytes(32), state.fingerprint, "A", [state.issuer_keys["A"]])
        phones.append(Phone(hall.id, "A", code.secret, request, random_bytes=dice.randbytes))
    return phones


# ── canaries ───────────────────────────────────────────────────────────────────────────────────────────────────────

AGENT = "Canary-Agent/7.31 (lives in the user agent)"
FORWARDED = "198.51.100.77"
ADDRESS = "127.0.0.213"  # the address that these phones come from
REFERRER = "https://canary-referrer.example/page"
LANGUAGE = "kw-GB-canary"


class FromAddress(HTTPAdapter):
    """Connects from ADDRESS."""

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        super().init_poolmanager(*arguments, source_address=(ADDRESS, 0), **settings)


@pytest.fixture
def canary_web() -> Iterator[Callable[[str], OverHttp]]:
    headers = {
        "User-Agent": AGENT, "X-Forwarded-For": FORWARDED, "Forwarded": f"for={FORWARDED}", "X-Real-IP": FORWARDED,
        "Referer": REFERRER, "Accept-Language": LANGUAGE,
    }  # fmt: skip
    opened = []

    def open_web(url: str) -> OverHttp:
        web = OverHttp(url, headers)
        web.session.mount("http://", FromAddress())
        opened.append(web)
        return web

    yield open_web
    for web in opened:
        web.close()


def provoke(url: str, wire: VoterWire, hall: Hall, web: OverHttp, phone: Phone, service: Service) -> None:
    """Everything that makes a server talk: wrong methods, addresses, bodies, lengths, and a fault of its own."""
    token = b64u(phone.token)
    web.get(f"/meetings/{hall.id}/papers/{token}")
    web.get(f"/meetings/{token}/head")
    web.get(f"/nowhere/{token}?{token}={b64u(phone.secret)}")
    web.post(f"/meetings/{hall.id}/booklet", token.encode(), "text/plain")
    web.post(f"/meetings/{hall.id}/booklet", phone.token * 40, "application/octet-stream")
    web.post(f"/meetings/{hall.id}/shares", f'{{"box": "{token}"}}'.encode(), "application/json")
    web.post(f"/meetings/{hall.id}/shares", f'{{"{token}"'.encode(), "application/json")
    web.session.request("PATCH", f"{url}/api/v1/meetings/{token}", timeout=30)
    web.session.get(f"{url}/{token}", timeout=30)
    wire.post("booklet", 0, f'{{"token": "{token}", "blinded": "x"}}'.encode())
    wire.cast(b'{"type":"ballot","key":"' + token.encode() + b'"}')
    with service.store.engine.connect().execution_options(ballot_write=True) as connection:
        connection.execute(text("ALTER TABLE slip RENAME TO slip_away"))
        connection.commit()
    assert wire.redeem(phone).status in (500, 503)
    with service.store.engine.connect().execution_options(ballot_write=True) as connection:
        connection.execute(text("ALTER TABLE slip_away RENAME TO slip"))
        connection.commit()


def test_no_file_and_no_log_holds_what_came_with_a_request(
    start: Start,
    observe: Callable[[Service], Observer],
    canary_web: Callable[[str], OverHttp],
    tmp_path: Path,
) -> None:
    """Canaries: addresses, headers, QR secrets, tokens, blinded values, ballots and choices, all logs at DEBUG."""
    service = start()
    if not service.store.is_sqlite:
        with service.store.engine.connect() as connection:  # a database whose operator logs every statement
            name = connection.scalar(text("SELECT current_database()"))
            for setting in ("log_statement = 'all'", "log_min_duration_statement = 0", "log_duration = on"):
                connection.execute(text(f"ALTER DATABASE {name} SET {setting}"))
            connection.commit()
        service.store.engine.dispose()
    hall = publish(service, meeting_file(expected=9))
    observer = observe(service)
    phones = known_phones(hall, random.Random(1))
    choices = [APPROVE, OPPOSE]

    never: dict[str, bytes] = {
        "user agent": AGENT.encode(), "forwarded address": FORWARDED.encode(), "address": ADDRESS.encode(),
        "referrer": b"canary-referrer", "language": LANGUAGE.encode(),
    }  # fmt: skip
    hidden: dict[str, bytes] = {}
    for number, phone in enumerate(phones):
        never[f"QR secret {number}"] = phone.secret
        never[f"keep key {number}"] = slips.keep_key(phone.secret)
        never[f"blinded value {number}"] = phone.request.blinded[0][0]
    with running(1, service.config, tmp_path) as (server,):
        web = canary_web(server.url)
        wire = VoterWire(web, hall)
        for phone in phones[:8]:
            phone.take(signatures_of(wire.redeem(phone)))
        provoke(server.url, wire, hall, web, phones[8], service)
        never["token of a slip that was not redeemed"] = phones[8].token
        service.conduct.attendance(hall.id, {"A": 8}, "门岗")
        hall.open()
        lines = [hall.line(phone, choices[number % 2]) for number, phone in enumerate(phones[:8])]
        for number, line in enumerate(lines):
            assert wire.cast(line).status == 201
            assert wire.cast(line).status == 200
            ballot = read_ballot(line)
            hidden |= {
                f"ballot key {number}": ballot.key, f"line {number}": line, f"encapsulation {number}": ballot.enc,
                f"sealed choice {number}": ballot.ct, f"credential {number}": ballot.sigs[0],
                f"signature {number}": ballot.sig, f"ballot id {number}": merkle.leaf_hash(line),
            }  # fmt: skip
            never[f"ballot key's seed {number}"] = phones[number].pages[0].ballot_key_seed
            never[f"booklet's page 2 key {number}"] = phones[number].pages[1].ballot_public_key
        assert web.session.get(f"{server.url}/", timeout=30).status_code == 200

        during = observer.everything()
        for name, canary in {**never, **hidden}.items():
            assert places(during, canary) == [], f"{name}, during the poll"
        intake_key = service.keyring.intake(hall.id, "p1")
        assert intake_key is not None
        never["intake key"] = intake_key
        never["the key of row tags"] = hkdf.derive(intake_key, tag("intake-tag"), 32)
        never["the key of sealed rows"] = hkdf.derive(intake_key, tag("intake-seal"), 32)
        transport = service.keyring.files.read("meetings", hall.id, "transport-1.key")
        receipt_key = service.keyring.receipt(hall.id)
        assert transport is not None
        assert receipt_key is not None
        service.polls.close(hall.id)
        never["transport key"] = transport
        after_close = observer.everything()
        for name, canary in never.items():
            assert places(after_close, canary) == [], f"{name}, after the close"
        hall.release(1)
        service.boxes.open(hall.id)
        service.conduct.close(hall.id)
        never["receipt key"] = receipt_key
    log = server.log.read_text()
    assert "ERROR" in log, "the fault was not noticed: the canaries prove nothing"

    files = observer.everything()
    for name, canary in never.items():
        assert places(files, canary) == [], f"{name}, after the end"
    database = {path.name for path in observer.database()} - {"log"}
    for name, canary in hidden.items():
        assert {place[0] for place in places(files, canary)} <= database, f"{name}: outside the database"
    for number, phone in enumerate(phones[:8]):
        assert b64u(phone.token) in hall.export().decode(), "a redeemed slip stands in a booklet entry"
        assert {place[0] for place in places(files, phone.token)} <= database, f"token {number}"
    assert_accepted(hall.judged(tmp_path))


def test_a_canary_would_be_found(tmp_path: Path) -> None:
    secret = secrets.token_bytes(16)
    for spelling, spelt in spellings(secret).items():
        (tmp_path / "file").write_bytes(b"before " + spelt + b" after")
        assert spelling in [place[1] for place in places(contents([tmp_path]), secret)]


# ── the order of casting ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Cast:
    """A poll as it was: lines in the order of casting, and the observer's copy of the database before the close."""

    hall: Hall
    observer: Observer
    lines: list[bytes]
    redeemed: list[Phone]
    intake_key: bytes
    snapshot: dict[Path, bytes]
    rows: list[tuple[bytes, bytes]]  # tag and sealed, in the order in which they lie there


@pytest.fixture
def cast(start: Start, observe: Callable[[Service], Observer], request: pytest.FixtureRequest) -> Cast:
    """n people redeem in one order and cast in another, one after the other: the worst case for secrecy."""
    voters: int = request.param
    dice = random.Random(20261218)
    service = start()
    hall = publish(service, meeting_file(expected=voters))
    redeemed = known_phones(hall, dice)
    for phone in redeemed:
        hall.redeem(phone)
    service.conduct.attendance(hall.id, {"A": voters}, "门岗")
    hall.open()
    casting = dice.sample(redeemed, voters)
    lines = [hall.line(phone, APPROVE if dice.random() < 0.5 else OPPOSE) for phone in casting]
    for line in lines:
        hall.cast(line)
    observer = observe(service)
    key = service.keyring.intake(hall.id, "p1")
    assert key is not None
    with service.store.engine.connect() as connection:
        order = "" if service.store.is_sqlite else " ORDER BY ctid"
        rows = [(bytes(row.tag), bytes(row.sealed)) for row in connection.execute(text(f"SELECT * FROM intake{order}"))]
    return Cast(hall, observer, lines, redeemed, key, observer.database(), rows)


def keys_of(lines: list[bytes]) -> list[bytes]:
    return [read_ballot(line).key for line in lines]


@pytest.mark.parametrize("cast", VOTERS, indirect=True)
def test_during_the_poll_rows_cannot_be_matched_to_ballots_without_the_intake_key(cast: Cast) -> None:
    """The rows may lie in the order of arrival: that is why they say nothing without a key that is destroyed."""
    state = cast.hall.state()
    sealed = SealedIntake(cast.intake_key, 1, secrets.token_bytes)
    tags = [tag_ for tag_, _sealed in cast.rows]
    own = [sealed.seal(key, b"", b"").tag for key in keys_of(cast.lines)]
    assert sorted(own) == sorted(tags), "with the key each row is matched: this is what its destruction takes away"
    assert [sealed.open(tag_, row) for tag_, row in cast.rows][:1] != []

    cast.hall.service.polls.close(cast.hall.id)
    snapshot = cast.snapshot
    for line in cast.lines:
        ballot = read_ballot(line)
        for value in (ballot.key, ballot.enc, ballot.ct[:32], ballot.sigs[0][:32], ballot.sig, merkle.leaf_hash(line)):
            assert places(snapshot, value) == [], "something of a ballot stood in the database before the close"
    assert places(snapshot, cast.intake_key) == []
    assert len({len(row) for _tag, row in cast.rows}) == 1, "lengths tell ballots apart"
    assert state.open_poll is not None


@pytest.mark.parametrize("cast", VOTERS, indirect=True)
def test_the_key_that_opens_old_copies_of_the_database_is_gone_after_the_close(cast: Cast) -> None:
    """Dead rows, write-ahead logs and backups keep sealed rows; nothing that opens them exists any more."""
    cast.hall.service.polls.close(cast.hall.id)
    files = cast.observer.everything()
    for name in ("intake-tag", "intake-seal"):
        assert places(files, hkdf.derive(cast.intake_key, tag(name), 32)) == []
    assert places(files, cast.intake_key) == []


@pytest.mark.parametrize("cast", VOTERS, indirect=True)
def test_after_the_close_no_position_on_the_disk_tells_the_order_of_casting(cast: Cast) -> None:
    """Page, offset, row version, transaction number and journal, for everything that names a ballot."""
    n = len(cast.lines)
    service, observer = cast.hall.service, cast.observer
    service.polls.close(cast.hall.id)
    keys = keys_of(cast.lines)
    in_ledger = {line: number for number, line in enumerate(cast.hall.lines())}
    assert_no_order("line numbers", [in_ledger[line] for line in cast.lines], n=n)

    heap = observer.heap("ledger_line")
    found = [offsets(heap, line) for line in cast.lines]
    assert all(found), "the lines are in the file: the observer reads it rightly"
    assert_no_order("first offset of lines", [one[0] for one in found], n=n)
    assert_no_order("last offset of lines", [one[-1] for one in found], n=n)
    spent = [offsets(observer.heap("spent_value"), key) for key in keys]
    assert all(spent)
    assert_no_order("offsets of spent keys", [one[0] for one in spent], n=n)
    assert_no_order("last offsets of spent keys", [one[-1] for one in spent], n=n)

    for file, data in observer.database().items():
        for name, needles in (("lines", cast.lines), ("keys", keys), ("ids", list(map(merkle.leaf_hash, cast.lines)))):
            held = [(number, places[0]) for number, one in enumerate(needles) if (places := offsets(data, one))]
            if len(held) > n // 2:
                found_order = spearman([number for number, _place in held], [place for _number, place in held])
                # Ids are new in every run, and which part of the journal one file holds is, too: the rest of what an
                # earlier test wrote with the same keys may follow. Chance gets more room there than for what is fixed.
                is_fixed = name != "ids" and "pg_wal" not in file.parts
                limit = (3 if is_fixed else 5) / len(held) ** 0.5
                assert abs(found_order) < limit, f"{name} in {file.name}: Spearman {found_order:.3f}"

    if service.store.is_sqlite:
        assert (observer.folder / "ballots.sqlite3-wal").stat().st_size == 0, "the journal is folded in and empty"
        return
    with service.store.engine.connect() as connection:
        for table, column, values in (("ledger_line", "line", cast.lines), ("spent_value", "value", keys)):
            rows = connection.execute(text(f"SELECT {column}, ctid::text, xmin::text, cmin::text FROM {table}"))
            place = {bytes(row[0]): row for row in rows}
            where = [place[value][1].strip("()").split(",") for value in values]  # "(page,row)"
            assert_no_order(f"ctid of {table}", [int(page) * 10_000 + int(row) for page, row in where], n=n)
            for position, name in ((2, "xmin"), (3, "cmin")):
                assert_no_order(f"{name} of {table}", [int(place[value][position]) for value in values], n=n)
            assert len({place[value][2] for value in values}) == 1, "all in one transaction"


@pytest.mark.parametrize("cast", VOTERS, indirect=True)
def test_the_order_of_redeeming_cannot_be_joined_with_ballots(cast: Cast) -> None:
    """Slips may show in which order they were redeemed; nothing in any table leads from there to a ballot."""
    service, n = cast.hall.service, len(cast.lines)
    service.polls.close(cast.hall.id)
    by_key = {phone.pages[0].ballot_public_key: number for number, phone in enumerate(cast.redeemed)}
    ballots = [by_key[key] for key in keys_of(cast.hall.lines("ballot"))]  # in ledger order
    assert_no_order("ledger order against redeeming", ballots, n=n)

    (entry,) = cast.hall.entries("booklet")
    ids = [slips.slip_id(cast.hall.id, phone.token) for phone in cast.redeemed]
    listed = {token: number for number, token in enumerate(entry["slips"])}
    assert [slips.slip_id(cast.hall.id, from_b64u(token)) for token in entry["slips"]] == sorted(ids)
    assert len(listed) == n

    with service.store.engine.connect() as connection:
        slip_rows = connection.execute(text("SELECT * FROM slip")).all()
        cells = {bytes(cell) for row in slip_rows for cell in row if isinstance(cell, (bytes, memoryview))}
    ballot_bytes = b"".join(cast.lines)
    for cell in cells:
        for piece in (cell[:32], cell[-32:]):
            assert piece not in ballot_bytes
            assert b64u(piece).encode() not in ballot_bytes
    for line in cast.lines:
        ballot = read_ballot(line)
        for value in (ballot.key, ballot.enc, ballot.sigs[0]):
            assert not any(value in cell for cell in cells), "a slip's row holds something of a ballot"


def test_spearman_finds_an_order_and_finds_none_in_a_shuffle() -> None:
    ordered = list(range(100))
    assert spearman(ordered, [n * 3 for n in ordered]) == pytest.approx(1)
    assert spearman(ordered, ordered[::-1]) == pytest.approx(-1)
    assert spearman(ordered, [7] * 100) == 0
    assert abs(spearman(ordered, random.Random(2).sample(ordered, 100))) < 0.3
    with pytest.raises(AssertionError, match="order of casting shows"):
        assert_no_order("rows", ordered, n=100)
