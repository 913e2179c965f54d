"""What the hub's disk, its journal and its console hold: no token, no K, no slip, no choice, no order; soon no line."""

from __future__ import annotations

import json
import os
import random
import secrets
from pathlib import Path

import pytest

from ballot_service.polls.intake import CastingDesk
from crypto import canonical, slips
from crypto.encoding import b64u, from_b64u
from kiosk import clerk
from kiosk.folder import Folder
from tests.hostile.traces import contents, offsets, places, spearman
from tests.kiosk.conftest import MakeVenue
from tests.kiosk.terminal import visit
from tests.kiosk.venue import Station, Venue
from tests.meeting_kit import APPROVE, OPPOSE, Phone, meeting_file
from tests.soak import soaked


def test_no_file_and_no_word_of_the_hub_holds_a_secret_of_a_voter(
    venue: Venue, station: Station, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    during: dict[Path, bytes] = {}
    honest = station.hub.store.seals.seal_record

    def look(when: str) -> None:
        files = contents([station.folder.root]).items()
        during.update({file.with_name(f"{file.name}, {when}"): data for file, data in files})

    def watched(name: str, version: int, record: bytes) -> bytes:
        look(f"in a transaction for {name[:4]}")
        return honest(name, version, record)

    people = venue.people(station)
    venue.open()
    never: dict[str, bytes] = {}
    hidden: dict[str, bytes] = {}
    for number, person in enumerate(people):
        slip = person.slip
        token = slips.redeem_token(slip.secret)
        never |= {
            f"secret {number}": slip.secret, f"token {number}": token, f"K {number}": person.key,
            f"slip id {number}": slips.slip_id(slip.meeting_id, token), f"name {number}": person.name.encode(),
            f"page key {number}": person.session["pages"]["1"][0].encode(),
        }  # fmt: skip
    monkeypatch.setattr(station.hub.store.seals, "seal_record", watched)
    for number, person in enumerate(people):
        (line,) = person.vote(APPROVE if number % 2 else OPPOSE, assisted=number == 3)
        ballot = json.loads(line)
        hidden |= {f"{name} {number}": ballot[name].encode()[:40] for name in ("key", "ct", "enc", "sig")}
        look(f"after voter {number}")
    assert any("-journal" in file.name for file in during), "the journal was not seen"
    never["choice"] = canonical.encode(APPROVE)
    never["another choice"] = canonical.encode(OPPOSE)
    venue.collect()
    station.turn(3)
    look("after the batch")
    outbox_key = station.folder.read("keys", "outbox-p1.key")
    assert outbox_key is not None
    venue.close()
    station.turn(2)
    never["outbox key"] = outbox_key
    after = contents([station.folder.root])
    printed = {Path("console"): "".join((*station.notes.all, *capfd.readouterr())).encode()}
    client = station.folder.path("client")
    for name, canary in {**never, **hidden}.items():
        if name != "outbox key":
            held = {place for place in during if client not in place.parents and canary in during[place]}
            assert held == set(), f"{name}, while the hub ran"
        assert [place for place in places(after, canary) if place[0] not in _names(client)] == [], f"{name}, afterwards"
        assert places(printed, canary) == [], f"{name}, on the console"
    venue.hall.release(1)
    venue.hall.service.boxes.open(venue.hall.id)
    venue.hall.service.conduct.close(venue.hall.id)
    booklets_key = station.folder.read("keys", "booklets.key")
    assert booklets_key is not None
    station.turn(2)
    assert places(contents([station.folder.root]), booklets_key) == []


def _names(folder: Path) -> set[str]:
    return {file.name for file in folder.rglob("*")}


def test_a_canary_in_the_folder_would_be_found(station: Station) -> None:
    station.folder.write(b"x" + bytes(range(16)) + b"y", "canary")
    assert places(contents([station.folder.root]), bytes(range(16)))


def test_the_console_says_nothing_when_one_voter_acts(venue: Venue, station: Station) -> None:
    people = venue.people(station)
    venue.open()
    before = list(station.notes.all)
    for person in people:
        person.vote()
    assert station.notes.all == before


# ── order ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def booklets(phones: list[Phone], venue: Venue, station: Station, urls: list[str]) -> list[tuple[object, list[str]]]:
    """Everybody has a booklet already, and makes a ballot."""
    keys = [venue.hall.box_key(number) for number in range(2)]
    made = []
    for phone, url in zip(phones, urls, strict=True):
        person = visit(station.wire, url)
        person.take(phone.pages, keys)
        made.append((person, [venue.hall.line(phone).decode()]))
    return made  # type: ignore[return-value]


@pytest.mark.parametrize("ballots", soaked(80, 200))  # more than one chunk of a batch
def test_the_order_of_arrival_says_nothing_of_the_order_of_voting(
    make_venue: MakeVenue, monkeypatch: pytest.MonkeyPatch, ballots: int
) -> None:
    """The batch is drawn from the order of voting itself here, the worst case, with a fixed seed."""
    venue = make_venue(meeting_file(expected=ballots))
    voted: list[str] = []
    batches: list[int] = []

    def shuffle(lines: list[str]) -> None:
        batches.append(len(lines))
        lines.sort(key=voted.index)
        random.Random(20261218).shuffle(lines)

    station = venue.station(shuffle=shuffle)
    phones = venue.hall.voters()
    venue.open()
    urls = venue.hall.urls()
    written: list[bytes] = []
    for person, lines in booklets(phones, venue, station, urls):
        answer = person.put({"poll": "p1", "lines": lines, "assisted": False})  # type: ignore[attr-defined]
        assert answer.status == 200
        voted += lines
        row = station.hub.store._database.execute(
            "SELECT sealed FROM booklet WHERE name = ?", (station.hub.store.seals.row_name(person.name),)
        ).fetchone()  # type: ignore[attr-defined]
        written.append(row[0])
    arrived: list[str] = []
    honest = CastingDesk.cast
    monkeypatch.setattr(
        CastingDesk,
        "cast",
        lambda desk, meeting, line, one: (arrived.append(line.decode()), honest(desk, meeting, line, one))[1],
    )
    venue.collect()
    station.turn(3)
    assert sorted(arrived) == sorted(voted)
    assert batches == [ballots], "all leave in one batch"
    found = spearman(range(ballots), [arrived.index(line) for line in voted])
    assert abs(found) < 3 / ballots**0.5, f"Spearman {found:.3f}"

    venue.close()
    station.turn(2)
    file = station.folder.path("hub.sqlite3").read_bytes()
    for what, ends in (("heads", [one[:32] for one in written]), ("tails", [one[-32:] for one in written])):
        found = spearman(range(ballots), [offsets(file, end)[0] for end in ends])
        assert abs(found) < 5 / ballots**0.5, f"the order of booklets on the disk, {what}: Spearman {found:.3f}"


def test_chance_is_the_systems(venue: Venue, station: Station) -> None:
    assert isinstance(clerk.BY_CHANCE.__self__, secrets.SystemRandom)  # type: ignore[attr-defined]
    assert station.clerk._shuffle == clerk.BY_CHANCE


def test_all_lines_of_a_poll_are_one_row_sorted_by_their_bytes(venue: Venue, station: Station) -> None:
    people = venue.people(station)
    venue.open()
    for person in people:
        person.vote()
        row = station.hub.store.poll("p1")
        assert row is not None
        assert row.outbox is not None
        lines = [one.line.encode() for one in row.outbox.ballots]
        assert lines == sorted(lines)
    database = station.hub.store._database
    assert database.execute("SELECT count(*) FROM poll").fetchone() == (1,)
    columns = {
        name for table in ("poll", "booklet") for _n, name, *_r in database.execute(f"PRAGMA table_info({table})")
    }
    assert columns == {"poll", "phase", "about", "sealed", "lost", "name", "version"}
    with pytest.raises(Exception, match="no such column"):
        database.execute("SELECT rowid FROM booklet")


def test_the_database_is_as_durable_and_forgetful_as_it_says(station: Station) -> None:
    database = station.hub.store._database
    settings = {name: database.execute(f"PRAGMA {name}").fetchone()[0] for name in (
        "secure_delete", "synchronous", "journal_mode", "temp_store")}  # fmt: skip
    assert settings == {"secure_delete": 1, "synchronous": 3, "journal_mode": "persist", "temp_store": 2}


def test_a_journal_is_overwritten_and_not_left_in_free_blocks(venue: Venue, station: Station) -> None:
    """Whoever takes the disk reads files that were deleted, too: a booklet as it was before holds its seed."""
    person = venue.people(station, 1)[0]
    store = station.hub.store
    journal = station.folder.path("hub.sqlite3-journal")
    held: list[int] = []
    meanwhile: list[bytes] = []

    def hold(statement: str) -> None:
        if statement == "COMMIT":
            held.append(os.open(journal, os.O_RDONLY))  # whoever still has the file, deleted or not
            meanwhile.append(os.pread(held[-1], 1 << 20, 0))

    def sealed() -> bytes:
        query = "SELECT sealed FROM booklet WHERE name = ?"
        return bytes(store._database.execute(query, (store.seals.row_name(person.name),)).fetchone()[0])

    before = sealed()
    store._database.set_trace_callback(hold)
    assert person.put(None).status == 200
    store._database.set_trace_callback(None)
    assert [before[100:400] in data for data in meanwhile] == [True]
    for descriptor in held:
        assert before[100:400] not in os.pread(descriptor, 1 << 20, 0)
        os.close(descriptor)
    again = venue.restart(station)
    assert again.hub.store.booklet(person.name) == (person.version, from_b64u(person.last_put["record"]))


def test_a_key_that_was_erased_is_in_no_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    key = folder.key("outbox-p1", secrets.token_bytes)
    held = os.open(folder.path("keys", "outbox-p1.key"), os.O_RDONLY)  # whoever still has the old file open
    folder.erase("keys", "outbox-p1.key")
    assert os.read(held, 64) == bytes(32)
    os.close(held)
    assert places(contents([tmp_path]), key) == []
    folder.path("keys", ".new-outbox-p2.key").write_bytes(key)  # a kill in the middle of it
    folder.erase_unfinished()
    assert places(contents([tmp_path]), key) == []
    assert folder.read("keys", b64u(b"x")) is None
