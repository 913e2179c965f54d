"""Boxes made elsewhere: the server sees their public part alone, and takes none that does not fit the meeting."""

from __future__ import annotations

import copy
import json
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ballot_service.boxes.card_code import parse_card_url
from ballot_service.boxes.public_part import format_public_part, parse_public_part
from ballot_service.cli import main
from ballot_service.commands.ceremony import hold
from ballot_service.config import Config
from ballot_service.errors import Refused
from ballot_service.ledger.book import Head
from ballot_service.meetings.meeting_file import MeetingPlan, read_meeting_value
from ballot_service.meetings.publish import Published
from ballot_service.service import Service
from crypto.encoding import b64u
from tests.ballot_service.printing.papers import look_at
from tests.conftest import Start
from tests.meeting_kit import APPROVE, KEYS, Hall, Json, assert_accepted, meeting_file
from verify.report import render

PLAN = read_meeting_value(meeting_file())
PART, CARDS = hold(PLAN)
FILE: Json = json.loads(format_public_part(PART))


def test_the_public_part_reads_back() -> None:
    assert parse_public_part(format_public_part(PART), PLAN) == PART


def test_it_holds_no_secret() -> None:
    data = format_public_part(PART)
    for card in CARDS:
        assert b64u(card.secret).encode() not in data


def spoiled(change: Callable[[Json], object]) -> bytes:
    file = copy.deepcopy(FILE)
    change(file)
    return json.dumps(file).encode()


def put(*path: str | int, value: Any) -> Callable[[Json], object]:
    def change(file: Json) -> None:
        place: Any = file
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(put("format", value="x"), "expected the public part of a ceremony", id="another format"),
        pytest.param(lambda file: file.pop("boxes"), "expected exactly the members", id="no boxes"),
        pytest.param(put("card_secrets", value=[]), "expected exactly the members", id="a member too many"),
        pytest.param(put("meeting", value="other"), "expected 'hall', got 'other'", id="another meeting"),
        pytest.param(put("scrutineers", "cards", value=4), "cards 3, the ceremony 4", id="another number of cards"),
        pytest.param(put("scrutineers", "threshold", value=3), "threshold 2, the ceremony 3", id="another threshold"),
        pytest.param(put("scrutineers", "threshold", value=True), "threshold 2", id="a threshold of true"),
        pytest.param(lambda file: file["boxes"].pop(), "needs 5", id="a box too few"),
        pytest.param(
            lambda file: file["boxes"][2]["sealed"].pop(), "box 2: sealed must have one", id="a share missing"
        ),
        pytest.param(lambda file: file["boxes"][2]["commit"].pop(), "box 2: commit must have one", id="no commitment"),
        pytest.param(put("boxes", 1, "key", value=b64u(bytes(32))), "box 1: key is no public key", id="a weak key"),
        pytest.param(
            put("boxes", 1, "key", value=b64u(b"\xff" * 32)), "box 1: key is no public key", id="another spelling"
        ),
        pytest.param(put("boxes", 1, "key", value="AAAA"), "box 1: key: expected 32 bytes", id="a short key"),
        pytest.param(put("boxes", 1, "commit", 0, value=7), "commit of card 1: expected 32 bytes", id="a number"),
        pytest.param(
            put("boxes", 2, "key", value=FILE["boxes"][1]["key"]),
            "box 2: key is the same as box 1: key",
            id="a key twice",
        ),
        pytest.param(put("boxes", 0, value=[]), "box 0: expected key, sealed and commit", id="no box"),
        pytest.param(put("boxes", value=7), "boxes: expected a list", id="no list"),
    ],
)
def test_what_does_not_fit_the_meeting_is_refused_and_named(change: Callable[[Json], object], told: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_public_part(spoiled(change), PLAN)
    assert caught.value.code == "bad-ceremony"
    (problem,) = caught.value.problems
    assert problem.startswith("ceremony: ")
    assert told in problem


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"format": 1.5}', b"[" * 100, format_public_part(PART)[:-9]])
def test_what_is_no_public_part_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="ceremony: "):
        parse_public_part(data, PLAN)


def test_every_mistake_is_named() -> None:
    file = copy.deepcopy(FILE)
    file["meeting"] = "other"
    file["boxes"] = [put("key", value="x")(box) or box for box in file["boxes"]] * 4
    with pytest.raises(Refused) as caught:
        parse_public_part(json.dumps(file).encode(), PLAN)
    assert len(caught.value.problems) > 8
    assert caught.value.message.endswith(f"and {len(caught.value.problems) - 8} more")
    assert "\n" not in caught.value.message


def published_offline(service: Service) -> Hall:
    """As `publish` of the kit, with cards that the service never had."""
    handed_out = service.publish(PLAN, ceremony=PART, generate_key=KEYS.for_meeting())
    assert handed_out.cards == []
    with_cards = Published(**{**vars(handed_out), "cards": CARDS})
    return Hall(service, with_cards)


def test_a_meeting_with_boxes_made_elsewhere_is_held_and_its_report_says_nothing_of_early_reading(
    start: Start, tmp_path: Path
) -> None:
    hall = published_offline(start())
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phone, APPROVE) for phone in phones])
    hall.release(1, [3, 1])
    assert hall.service.boxes.open(hall.id)["budget"]["passed"] == ["budget"]
    hall.service.conduct.announce(hall.id, ["budget"], None)
    hall.service.conduct.close(hall.id)
    judged = hall.judged(tmp_path)
    assert_accepted(judged)
    assert judged.meeting is not None
    assert judged.meeting["ceremony"] == "offline"
    assert "early reading" not in render(judged, "en")


def test_the_command_makes_cards_and_a_public_part_without_a_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = publishable(tmp_path)
    command = ["ceremony", "meeting.json", "--out", "made", "--base-url", "https://vote.lushui.example"]
    assert main(command) == 0
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["cards.pdf", "hall.ceremony.json"]
    assert not (tmp_path / "ballot-data").exists()
    part = parse_public_part((tmp_path / "made/hall.ceremony.json").read_bytes(), plan)
    codes = [parse_card_url(page.codes[0]) for page in look_at((tmp_path / "made/cards.pdf").read_bytes())]
    assert [code.number for code in codes] == [1, 2, 3]
    assert {code.fingerprint_prefix for code in codes} == {None}
    if sys.platform != "win32":
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "made").iterdir()}
        assert modes == {"cards.pdf": 0o600, "hall.ceremony.json": 0o644}
    secret = (tmp_path / "made/cards.pdf").read_bytes()
    assert main(command) == 1
    assert "cards.pdf exists and is not overwritten" in capsys.readouterr().err
    assert (tmp_path / "made/cards.pdf").read_bytes() == secret

    assert main(["publish", "meeting.json", "--out", "sheets", "--ceremony", "made/hall.ceremony.json"]) == 0
    assert not [path.name for path in (tmp_path / "sheets").iterdir() if path.name.startswith("cards")]
    with closing(Service(Config(data_dir=tmp_path / "ballot-data"))) as service:
        state = Hall(service, Published("hall", b"", [], [], [], Head(0, ""))).state()
        assert state.meeting["ceremony"] == "offline"
        assert [box["key"] for box in state.meeting["boxes"]] == [b64u(box.key) for box in part.boxes]


def test_the_commands_say_in_one_line_each_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    publishable(tmp_path)
    assert main(["ceremony", "meeting.json", "--out", "made", "--base-url", "vote.example/path"]) == 1
    assert "no address that a card can carry" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()
    file = {**FILE, "meeting": "other", "scrutineers": {"cards": 3, "threshold": 1}}
    (tmp_path / "part.json").write_text(json.dumps(file))
    assert main(["publish", "meeting.json", "--out", "sheets", "--ceremony", "part.json"]) == 1
    wrong = [line for line in capsys.readouterr().err.splitlines() if line.startswith("part.json: ceremony: ")]
    assert len(wrong) == 2
    assert main(["publish", "meeting.json", "--out", "sheets", "--ceremony", "none.json"]) == 1
    assert "none.json: no such file" in capsys.readouterr().err
    assert not (tmp_path / "sheets").exists()
    assert not (tmp_path / "ballot-data").exists(), "no keys were made"


def publishable(folder: Path) -> MeetingPlan:
    """Three pages a booklet, so that few keys have to be made."""
    file = meeting_file(pages={"spare": 2})
    (folder / "meeting.json").write_text(json.dumps(file), encoding="utf-8")
    return read_meeting_value(file)
