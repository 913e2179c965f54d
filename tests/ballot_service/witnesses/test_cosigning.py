"""A meeting with a witness: the real watcher over real HTTP, the close that waits for it, and the ledger it signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from ballot_service.app import create_app
from ballot_service.errors import Refused
from ballot_service.serve import Server, listen, url_of
from ballot_service.store.tables import Cosignature
from crypto.note import parse_verifier_key, verify_note
from tests.meeting_kit import APPROVE, OPPOSE, TWO, Hall, Json, assert_accepted, meeting_file, refused
from verify import cli
from verify.watching.keys import WitnessKey, make_key


@pytest.fixture
def key(tmp_path: Path) -> WitnessKey:
    return make_key(tmp_path / "witness.key", "witness.example")


@pytest.fixture
def witnessed(hall_of: Callable[[Json], Hall], key: WitnessKey) -> Hall:
    """Four for, two against; closed; one witness is named and has seen nothing."""
    hall = hall_of(meeting_file(witnesses={"threshold": 1, "keys": [key.verifier_key()]}))
    phones = hall.voters()
    hall.poll(lambda _poll: [hall.line(phone, APPROVE if n < 4 else OPPOSE) for n, phone in enumerate(phones)])
    return hall


@contextmanager
def served(hall: Hall) -> Iterator[str]:
    listening = listen("127.0.0.1", 0)
    address = url_of(listening)
    with Server(create_app(hall.service), listening, threads=4):
        yield f"{address}/m/{hall.id}"


def watch(address: str, hall: Hall, folder: Path, *more: str) -> int:
    options = ["--fingerprint", hall.published.fingerprint.hex(), "--keep", str(folder / "kept"), *more]
    return cli.main(["watch", address, "--once", *options])


def test_a_box_opens_when_the_watcher_has_cosigned_the_close(
    witnessed: Hall, key: WitnessKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with refused("witness-missing", witnessed):
        witnessed.release(1)
    with served(witnessed) as address:
        assert watch(address, witnessed, tmp_path) == 0  # without its key it looks and signs nothing
        with refused("witness-missing", witnessed):
            witnessed.service.boxes.open(witnessed.id)
        assert watch(address, witnessed, tmp_path, "--key", str(tmp_path / "witness.key")) == 0
        assert "已共签" in capsys.readouterr().out
        witnessed.release(1)
        witnessed.service.boxes.open(witnessed.id)
        (opened,) = witnessed.entries("box-open")
        (signed,) = verify_note(opened["close"], [parse_verifier_key(key.verifier_key())])
        assert signed.timestamp is not None
        witnessed.service.conduct.announce(witnessed.id, ["budget"], "committee")
        witnessed.service.conduct.close(witnessed.id)
        assert not witnessed.judged(tmp_path).accepted  # the end is not cosigned yet
        assert watch(address, witnessed, tmp_path, "--key", str(tmp_path / "witness.key")) == 0
    assert_accepted(witnessed.judged(tmp_path))


def test_the_close_stays_the_head_until_it_is_cosigned(witnessed: Hall) -> None:
    """A witness never signs a smaller tree after a larger one: what follows too early could never be opened."""
    with refused("witness-missing", witnessed):
        witnessed.service.conduct.attendance(witnessed.id, {"A": 5}, "门岗")
    witnessed.service.conduct.waive_witnesses(witnessed.id, "监督机关未到场", TWO)
    witnessed.service.conduct.attendance(witnessed.id, {"A": 5}, "门岗")


def test_a_poll_that_waits_may_be_voided(witnessed: Hall) -> None:
    witnessed.service.polls.void(witnessed.id, "p1", "票箱有误", TWO)
    witnessed.service.conduct.attendance(witnessed.id, {"A": 5}, "门岗")


def test_only_a_named_witness_signs_and_only_what_was_signed_here(
    witnessed: Hall, key: WitnessKey, tmp_path: Path
) -> None:
    state = witnessed.state()
    note = witnessed.service.book.note_at
    with witnessed.service.acts.look(witnessed.id) as (session, _state):
        body = note(session, witnessed.id, state.size).rpartition("\n\n")[0].encode() + b"\n"
    take = witnessed.service.witnesses.take
    stranger = make_key(tmp_path / "stranger", "witness.example")
    for size, line, code in [
        (state.size, stranger.cosign(body, 1), "not-allowed"),
        (state.size, key.cosign(body + b"x", 1), "not-allowed"),
        (state.size, "— witness.example AAAA\n", "not-allowed"),
        (state.size, "", "not-allowed"),
        (state.size + 1, key.cosign(body, 1), "not-found"),
    ]:
        with pytest.raises(Refused) as caught:
            take(witnessed.id, size, line)
        assert caught.value.code == code
    assert take(witnessed.id, state.size, key.cosign(body, 1)).signed == 1
    assert take(witnessed.id, state.size, key.cosign(body, 2)).signed == 1  # the same witness counts once


def test_the_database_dates_closes_and_the_newest_head_alone(witnessed: Hall, key: WitnessKey) -> None:
    """A cosignature has its time to the second; most lines of a ledger have none."""

    def cosign(size: int, at: int) -> int:
        with witnessed.service.acts.look(witnessed.id) as (session, _state):
            body = witnessed.service.book.note_at(session, witnessed.id, size).rpartition("\n\n")[0].encode() + b"\n"
        return witnessed.service.witnesses.take(witnessed.id, size, key.cosign(body, at)).signed

    def kept() -> list[int]:
        with witnessed.service.store.read() as session:
            return list(session.scalars(select(Cosignature.size).order_by(Cosignature.size)))

    close = witnessed.state().size
    assert cosign(close, 1) == 1
    for at in (2, 3):
        witnessed.service.conduct.attendance(witnessed.id, {"A": 5}, "门岗")
        assert cosign(close + at - 1, at) == 1
    assert kept() == [close, close + 2]
    assert cosign(close + 1, 4) == 1  # sent late: it was signed, and nobody asks for it again
    assert kept() == [close, close + 2]


def test_who_names_no_witness_needs_none(hall_of: Callable[[Json], Hall], tmp_path: Path) -> None:
    hall = hall_of(meeting_file())
    hall.voters()
    hall.poll(lambda _poll: [])
    hall.service.conduct.attendance(hall.id, {"A": 5}, "门岗")
    hall.release(1)
    hall.service.boxes.open(hall.id)
    assert_accepted(hall.judged(tmp_path))
