"""Before anything is served: the code, the words, the meeting, the voters' page, and a start without a code."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import Any

import pytest

from ballot_service import client as built
from ballot_service.hubs import routes as hub_routes
from ballot_service.voter import answers
from crypto.note import sign_note
from kiosk import client_files
from kiosk.complaint import Complaint
from kiosk.folder import Folder
from kiosk.pairing import normal_code
from kiosk.start import MEETING
from tests.kiosk.conftest import MakeVenue
from tests.kiosk.venue import Station, Venue
from tests.meeting_kit import TWO


def refused(venue: Venue, *, code: str | None = None, words: str | None = None, folder: Folder | None = None) -> str:
    """What the person who starts a hub reads, in one line."""
    with pytest.raises(Complaint) as caught:
        venue.start(folder or Folder(venue.folder / "new"), code or venue.code(), words=words)
    assert "\n" not in caught.value.line
    return caught.value.line


# ── the code ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_pairs_once(venue: Venue) -> None:
    code = venue.code()
    station = venue.start(Folder(venue.folder / "one"), code.lower().replace("-", " "))
    assert station.hub.pairing.name == "一楼会议室"
    assert station.hub.pairing.meeting == venue.hall.id
    assert station.hub.pairing.token not in repr(station.hub.pairing)
    assert "wrong, used, or too old" in refused(venue, code=code)


@pytest.mark.parametrize("code", ["", "K7QM2", "K7QM2-XPD4", "K7QM2-XPD4!", "K7QM2-XPD4TT"])
def test_what_is_no_code_is_not_sent(code: str) -> None:
    with pytest.raises(Complaint, match="10 letters and digits"):
        normal_code(code)


def test_the_token_can_be_read_by_its_owner_alone(station: Station) -> None:
    mode = station.folder.path("pairing.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE(station.folder.root.stat().st_mode) == 0o700


def test_a_folder_serves_one_hub_at_a_time(station: Station) -> None:
    station.folder.hold()
    with pytest.raises(Complaint, match="another hub is using this folder"):
        station.folder.hold()


def test_started_again_it_goes_on_without_a_code_and_with_a_spent_one(venue: Venue) -> None:
    code = venue.code()
    station = venue.start(Folder(venue.folder / "one"), code)
    person = station.visit(venue.hall.urls()[0])
    person.begin()
    again = venue.restart(station)
    assert again.hub.store.booklet(person.name) is not None
    assert venue.restart(again, code=code).hub.store.booklet(person.name) is not None


def test_a_removed_hub_pairs_again_and_keeps_its_booklets(venue: Venue, station: Station) -> None:
    person = station.visit(venue.hall.urls()[0])
    person.begin()
    venue.hall.service.hubs.remove(venue.hall.id, station.hub.pairing.hub)
    again = venue.restart(station, code=venue.code("二楼"))
    assert again.hub.pairing.name == "二楼"
    again.turn()
    assert again.hub.connected
    assert again.hub.store.booklet(person.name) is not None


def test_a_folder_belongs_to_one_meeting_and_one_server(make_venue: MakeVenue) -> None:
    here, there = make_venue(), make_venue()
    station = here.station()
    here.hall.service.hubs.remove(here.hall.id, station.hub.pairing.hub)
    assert f"belongs to meeting {here.hall.id}" in refused(here, code=there.code(), folder=station.folder)
    pairing = station.folder.read_json("pairing.json")
    station.folder.write(str({**pairing, "server": "http://127.0.0.1:9"}).replace("'", '"').encode(), "pairing.json")
    assert "is paired with http://127.0.0.1:9" in refused(here, folder=station.folder)


# ── the words ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_on_the_screen_are_taken_in_both_languages(venue: Venue, station: Station, language: Any) -> None:
    words = station.hub.meeting.words(language)
    assert venue.restart(station, words=words).hub.meeting.fingerprint == venue.hall.published.fingerprint


def test_other_words_than_the_meetings_end_the_start(make_venue: MakeVenue) -> None:
    venue, other = make_venue(), make_venue()
    words = other.station().hub.meeting.words("zh")
    folder = Folder(venue.folder / "new")
    assert "the fingerprint differs" in refused(venue, words=words, folder=folder)
    assert folder.read(MEETING) is None
    assert folder.names("client") == []
    assert venue.start(folder).hub.meeting.id == venue.hall.id, "the code was not spent in vain"


def test_what_are_no_words_spend_no_code(venue: Venue) -> None:
    code = venue.code()
    assert "--fingerprint" in refused(venue, code=code, words="one two three")
    assert venue.start(Folder(venue.folder / "new"), code).hub.meeting.id == venue.hall.id


# ── the meeting ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_head_of_another_meeting_is_refused(make_venue: MakeVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    venue, other = make_venue(), make_venue()
    honest = answers.head_answer
    shown = other.hall.state()
    monkeypatch.setattr(answers, "head_answer", lambda book, session, _state: honest(book, session, shown))
    assert "shows another meeting" in refused(venue)


def test_a_meeting_that_is_not_in_a_signed_ledger_is_refused(
    make_venue: MakeVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = make_venue()
    honest = answers.head_answer

    def forged(book: Any, session: Any, state: Any) -> Any:
        answer = honest(book, session, state)
        text = answer["checkpoint"].split("\n\n")[0] + "\n"
        return {**answer, "checkpoint": sign_note(text, state.meeting["origin"], bytes(32))}

    def moved(book: Any, session: Any, state: Any) -> Any:
        return {**honest(book, session, state), "inclusion": []}

    monkeypatch.setattr(answers, "head_answer", forged)
    assert "not signed by the meeting's ledger key" in refused(venue)
    venue.hall.service.conduct.attendance(venue.hall.id, {"A": 1}, "门岗")  # a new size: nothing is remembered
    monkeypatch.setattr(answers, "head_answer", moved)
    assert "not in the signed ledger" in refused(venue, folder=Folder(venue.folder / "newer"), code=venue.code("二楼"))


def test_a_ledger_that_went_back_ends_the_start(venue: Venue, station: Station) -> None:
    venue.hall.service.conduct.attendance(venue.hall.id, {"A": 1}, "门岗")
    station.turn()
    station.hub.look()
    kept = station.folder.read("checkpoint")
    assert kept is not None
    state = venue.hall.state()
    lines = kept.decode().split("\n")
    forged = f"{lines[0]}\n{int(lines[1]) + 5}\n{lines[2]}\n"
    seed = venue.hall.service.keyring.files.read("ledger.key")
    assert seed is not None
    station.folder.write(sign_note(forged, state.meeting["origin"], seed).encode(), "checkpoint")
    with pytest.raises(Complaint):
        venue.restart(station)


# ── the voters' page ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Changed(built.Client):
    """The client with one file that differs from the list."""

    named: dict[str, str] | None = None

    @property
    def digests(self) -> dict[str, str]:
        return super().digests if self.named is None else self.named


def one_byte_more(honest: built.Client) -> dict[str, bytes]:
    path = sorted(honest.files)[0]
    return {**honest.files, path: honest.files[path] + b" "}


def test_one_changed_byte_of_the_page_ends_the_start(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = built.built_client()
    changed = Changed(one_byte_more(honest), honest.digests)
    monkeypatch.setattr(hub_routes, "built_client", lambda: changed)
    folder = Folder(venue.folder / "new")
    line = refused(venue, folder=folder)
    assert sorted(honest.files)[0] in line
    assert "differs from what the meeting was published with" in line
    assert folder.names("client") == []


def test_a_page_with_a_list_of_its_own_ends_the_start(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = built.Client(one_byte_more(built.built_client()))
    monkeypatch.setattr(hub_routes, "built_client", lambda: changed)
    assert "is not the one that the meeting was published with" in refused(venue)


def test_a_damaged_copy_of_the_page_is_fetched_again(venue: Venue, station: Station) -> None:
    (path,) = [path for path in station.hub.client if path == "index.html"]
    station.folder.write(b"<html>", "client", path)
    assert venue.restart(station).hub.client == station.hub.client
    assert station.folder.read("client", path) == station.hub.client[path]


@pytest.mark.parametrize("path", ["../x", "/etc/x", "assets/../../x", "a//b", "", "assets/.hidden", "C:x", "a\\b"])
def test_a_path_that_leads_out_of_the_folder_is_none(path: str) -> None:
    assert client_files._PATH.fullmatch(path) is None


def test_switched_on_while_the_server_is_away_it_goes_on_with_what_it_has(venue: Venue, station: Station) -> None:
    people = venue.people(station, 2)
    venue.open()
    people[0].vote()
    poll, papers = people[1].open_papers()
    line = people[1].make(papers[0])
    venue.wires.cut()
    again = venue.restart(station)
    assert again.hub.client == station.hub.client
    people[1].wire = again.wire
    assert people[1].put({"poll": poll, "lines": [line], "assisted": False}).status == 200
    venue.wires.mend()
    venue.collect()
    again.turn(6)  # it first hears of its terminals
    assert venue.returned() == 2


def test_the_first_start_needs_the_server(venue: Venue) -> None:
    code = venue.code()
    venue.wires.cut()
    assert "does not answer" in refused(venue, code=code)
    venue.wires.mend()
    assert venue.start(Folder(venue.folder / "new"), code).hub.meeting.id == venue.hall.id


def test_a_forked_ledger_stops_the_hub_for_good(venue: Venue, station: Station) -> None:
    venue.people(station, 1)
    venue.open()
    station.folder.write(
        sign_note(
            f"{venue.hall.state().meeting['origin']}\n4\n{'A' * 43}=\n",
            venue.hall.state().meeting["origin"],
            venue.hall.service.keyring.files.read("ledger.key") or b"",
        ).encode(),
        "checkpoint",
    )
    venue.hall.service.polls.void(venue.hall.id, None, "演练", TWO)
    station.turn(2)
    assert station.hub.stopped is not None
    assert station.hub.stopped.code == "mistrust"
    assert station.wire.ask("GET", "/t/1").status == 503
    assert any("does not continue" in said for said in station.notes.loud)
