"""A watcher believes what continues, keeps it before it signs it, and notices a second history."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crypto import merkle
from crypto.note import parse_verifier_key, sign_note, verify_note
from tests.ballot_service.http.hall import Hall
from tests.rsa_keys import KEYS
from verify.errors import BadOption, Failed
from verify.ledger import VerifierKey, b64url_decode, parse_checkpoint
from verify.watching.cli import read_address
from verify.watching.follow import Contradiction, NotShown, Unreachable, Watcher
from verify.watching.kept import DamagedFolder, Kept
from verify.watching.keys import make_key, read_key
from verify.watching.proofs import check_consistency

LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(20)]


def test_every_small_tree_continues_every_smaller_one_and_no_other() -> None:
    for new in range(1, 20):
        for old in range(1, new + 1):
            roots = merkle.root_hash(LEAVES[:old]), merkle.root_hash(LEAVES[:new])
            proof = merkle.consistency_proof(LEAVES, old, new)
            check_consistency(old, new, *roots, proof)
            wrong = [(old, new, roots[1] + b"", roots[0], proof)] if roots[0] != roots[1] else []
            wrong += [(old, new, *roots, proof[:-1])] if proof else []
            wrong += [(old, new, *roots, [*proof, roots[0]]), (old, new, roots[0], LEAVES[0][::-1], proof)]
            wrong += [
                (old, new, *roots, [one[::-1] if at == spoiled else one for at, one in enumerate(proof)])
                for spoiled in range(len(proof))
            ]
            for one in wrong:
                with pytest.raises(Failed):
                    check_consistency(*one)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    made = Hall(tmp_path_factory.mktemp("hall"), generate_key=KEYS.for_meeting())
    yield made
    made.close()


Answers = Callable[[str], dict[str, Any]]


def asking(hall: Hall) -> Answers:
    def get(path: str) -> dict[str, Any]:
        answer = hall.get(path)
        if answer.status_code != 200:
            raise Unreachable(f"status {answer.status_code}")
        value: dict[str, Any] = answer.get_json()
        return value

    return get


def nothing_sent(path: str, value: dict[str, Any]) -> None:
    raise AssertionError("a watcher without a key sends nothing")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path / "kept")
    yield made
    made.close()


def watcher(hall: Hall, kept: Kept, **changes: Any) -> Watcher:
    given: dict[str, Any] = {"get": asking(hall), "post": nothing_sent, "kept": kept, "fingerprint": hall.fingerprint}
    return Watcher(**{**given, **changes})


def grow(hall: Hall) -> None:
    hall.post("attendance", {"present": {"A": 1}}, expect=204)


def test_what_continues_is_kept_and_what_stays_is_no_news(hall: Hall, kept: Kept) -> None:
    one = watcher(hall, kept)
    first = one.look()
    assert first.news
    assert not one.look().news
    grow(hall)
    second = one.look()
    assert second.checkpoint.tree_size == first.checkpoint.tree_size + 1
    assert {first.checkpoint.tree_size, second.checkpoint.tree_size} == {
        int(path.stem) for path in kept.folder.glob("[0-9]*.checkpoint")
    }
    assert kept.newest() == second.checkpoint


def test_a_meeting_with_another_fingerprint_is_not_followed(hall: Hall, kept: Kept) -> None:
    with pytest.raises(Failed, match="another fingerprint"):
        watcher(hall, kept, fingerprint=bytes(32)).look()
    assert kept.newest() is None


def test_a_stranger_s_signature_is_not_kept(hall: Hall, kept: Kept) -> None:
    meeting = hall.meeting
    stranger = VerifierKey(meeting["origin"], "ledger", b64url_decode(meeting["receipt_key"]))
    with pytest.raises(Failed, match="not signed"):
        watcher(hall, kept, ledger_key=stranger).look()
    assert kept.newest() is None


def test_two_signed_histories_of_one_length_are_kept_as_evidence(hall: Hall, kept: Kept) -> None:
    honest = watcher(hall, kept).look().checkpoint
    seed = hall.service.keyring.files.root / "ledger.key"
    text = f"{honest.origin}\n{honest.tree_size}\n{'A' * 43}=\n"
    forged = sign_note(text, honest.origin, seed.read_bytes())

    def get(path: str) -> dict[str, Any]:
        answer = asking(hall)(path)
        return {**answer, "checkpoint": forged} if path == "state" else answer

    with pytest.raises(Contradiction, match="two histories"):
        watcher(hall, kept, get=get).look()
    assert [path.read_text() for path in kept.folder.glob("contradiction-*")] == [forged]
    assert kept.newest() == honest


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda nodes: nodes[:-1], id="a node is missing"),
        pytest.param(lambda nodes: [*nodes, nodes[0]], id="a node too many"),
        pytest.param(lambda nodes: ["A" * 43, *nodes[1:]], id="another node"),
    ],
)
def test_what_is_not_proved_is_neither_kept_nor_signed(hall: Hall, kept: Kept, tmp_path: Path, spoil: Any) -> None:
    before = watcher(hall, kept).look().checkpoint
    grow(hall)

    def get(path: str) -> dict[str, Any]:
        answer = asking(hall)(path)
        return {"nodes": spoil(answer["nodes"])} if path.startswith("proofs") else answer

    key = make_key(tmp_path / "key", "witness.example")
    with pytest.raises(NotShown):
        watcher(hall, kept, get=get, witness=key).look()
    assert kept.newest() == before
    assert watcher(hall, kept).look().news


def test_an_older_checkpoint_is_no_news_and_is_not_cosigned_again(hall: Hall, kept: Kept, tmp_path: Path) -> None:
    older = asking(hall)("state")
    grow(hall)
    newest = watcher(hall, kept).look().checkpoint
    sent: list[dict[str, Any]] = []

    def get(path: str) -> dict[str, Any]:
        return older if path == "state" else asking(hall)(path)

    key = make_key(tmp_path / "key", "witness.example")
    late = watcher(
        hall, kept, get=get, witness=key, post=lambda _path, value: sent.append(value), clock=lambda: 1_800_000_000
    )
    assert not late.look().news
    assert [one["size"] for one in sent] == [newest.tree_size]
    assert kept.newest() == newest
    note = (kept.folder / "newest.checkpoint").read_text() + sent[0]["signature"]
    (signed,) = verify_note(note, [parse_verifier_key(key.verifier_key())])
    assert signed.timestamp == 1_800_000_000
    late.look()
    assert len(sent) == 1


@pytest.mark.parametrize("answer", [{}, {"checkpoint": 7}, {"checkpoint": "x"}, {"checkpoint": None}])
def test_an_answer_that_is_none_is_tried_again(hall: Hall, kept: Kept, answer: dict[str, Any]) -> None:
    def get(path: str) -> dict[str, Any]:
        return answer if path == "state" else asking(hall)(path)

    with pytest.raises(Unreachable):
        watcher(hall, kept, get=get).look()


def test_a_folder_belongs_to_one_watcher_and_damage_is_named(tmp_path: Path) -> None:
    first = Kept(tmp_path / "kept")
    with pytest.raises(DamagedFolder):
        Kept(tmp_path / "kept")
    (tmp_path / "kept" / "newest.checkpoint").write_text("half")
    with pytest.raises(DamagedFolder, match="newest"):
        first.newest()
    first.close()


def test_a_key_is_read_back_is_nobody_else_s_and_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    made = make_key(path, "witness.example")
    assert read_key(path) == made
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert "seed" not in repr(made)
    with pytest.raises(BadOption, match="not overwritten"):
        make_key(path, "witness.example")
    text = path.read_text()
    for spoiled in ("", text.replace("witness", "w1tness"), text.replace("PRIVATE", "PUBLIC"), text[:-8], "x+y"):
        path.write_text(spoiled)
        with pytest.raises(BadOption) as refused:
            read_key(path)
        assert text[-30:-10] not in str(refused.value)
    with pytest.raises(BadOption):
        make_key(tmp_path / "other", "two words")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (
            "https://ballot.example/m/lushui-2026-12",
            ("https://ballot.example/api/v1/meetings/lushui-2026-12", "lushui-2026-12"),
        ),
        ("HTTPS://BALLOT.EXAMPLE/M/LUSHUI#SECRET", ("https://ballot.example/api/v1/meetings/lushui", "lushui")),
        ("http://10.0.0.5:8080/api/v1/meetings/x/", ("http://10.0.0.5:8080/api/v1/meetings/x", "x")),
    ],
)
def test_an_address_is_taken_as_it_stands_on_a_slip(given: str, read: tuple[str, str]) -> None:
    assert read_address(given) == read


@pytest.mark.parametrize(
    "given", ["", "ballot.example/m/x", "file:///m/x", "https:///m/x", "https://h/m/", "https://h/x"]
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(BadOption, match="address"):
        read_address(given)


def test_checkpoints_are_those_of_the_ledger(hall: Hall, kept: Kept) -> None:
    watcher(hall, kept).look()
    ledger = hall.get("ledger", hall.officer).get_data()
    assert parse_checkpoint(ledger.split(b"\n\n", 1)[1]) == kept.newest()
