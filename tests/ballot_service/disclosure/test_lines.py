"""No proof hands out a hash from which an untold result could be guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ballot_service.app import create_app
from crypto import canonical, merkle
from crypto.encoding import b64u
from tests.meeting_kit import APPROVE, OPPOSE, Hall, InProcess, Json, approval, assert_accepted, item, meeting_file

NODES = ("nodes", "inclusion")


@pytest.fixture
def database_url(tmp_path: object) -> str:
    """Nothing here depends on the database."""
    return f"sqlite:///{tmp_path}/ballots.sqlite3"


def counted(hall: Hall, contest: str, fillers: int) -> int:
    """Poll, wait for so many other lines, count; the line of the result."""
    poll = hall.poll(
        lambda _poll: [hall.line(one, [APPROVE, OPPOSE][n % 2]) for n, one in enumerate(hall.inside)], contest
    )
    for _filler in range(fillers):
        hall.service.conduct.attendance(hall.id, {"A": 6}, "门岗")
    hall.release(poll.box)
    hall.service.boxes.open(hall.id, poll.id)
    return hall.state().polls[poll.id].result_at


def hashes_for_phones(web: InProcess, meeting: str, heads: list[int], size: int) -> set[str]:
    """Every hash in every proof that can be asked for."""
    asked = ["head", "polls/p1/ballot-ids", "polls/p2/ballot-ids"]
    polls = web.get(f"/meetings/{meeting}/state").json()["polls"]
    asked += [f"papers/{paper['paper']}" for poll in polls for paper in poll["papers"]]
    asked += [f"proofs/inclusion?index={index}&size={head}" for head in heads for index in range(head)]
    asked += [f"proofs/consistency?old={old}&new={size}" for old in range(1, size)]
    found: set[str] = set()
    for one in asked:
        answer: Any = web.get(f"/meetings/{meeting}/{one}").json()
        for name in NODES:
            found |= set(answer.get(name, []))
    return found


@pytest.mark.parametrize("fillers", range(4))
def test_no_hash_without_the_shares_beside_it_covers_an_untold_result(
    hall_of: Callable[[Json], Hall], fillers: int
) -> None:
    agenda = [item(approval(), announce="internal"), item(approval("audit"), announce="on-spot")]
    hall = hall_of(meeting_file(*agenda, slips={"reserve": {}}))
    web = InProcess(create_app(hall.service))
    hall.inside = hall.voters()
    place = counted(hall, "budget", fillers)
    sizes = {hall.state().size}
    hall.service.conduct.announce(hall.id, ["budget"], "committee")
    sizes.add(hall.state().size)
    for _more in range(3):  # trees of every shape behind it
        hall.service.conduct.attendance(hall.id, {"A": 6}, "门岗")
        sizes.add(hall.state().size)
    hall.open("audit")
    hall.service.polls.close(hall.id)
    size = hall.state().size
    leaves = [merkle.leaf_hash(line) for line in hall.lines()]
    assert json.loads(hall.lines()[place])["type"] == "result"
    guessable = {b64u(merkle.root_hash(leaves[place:end])) for end in range(place + 1, size + 1)}
    assert not guessable & hashes_for_phones(
        web, hall.id, sorted({size, place + 1, *list(sizes)[fillers % 2 :: 2]}), size
    )


def test_a_result_cannot_be_guessed_from_what_phones_get(hall_of: Callable[[Json], Hall]) -> None:
    """The attack itself: every possible outcome of six voters is hashed and looked for."""
    hall = hall_of(meeting_file(item(approval(), announce="internal")))
    web = InProcess(create_app(hall.service))
    hall.inside = hall.voters()
    place = counted(hall, "budget", 0)
    size = hall.state().size
    entry: Any = json.loads(hall.lines()[place])
    served = hashes_for_phones(web, hall.id, [size], size)
    guesses = []
    for approve in range(7):
        entry["contests"]["budget"]["tally"]["budget"] = {"approve": approve, "oppose": 6 - approve, "abstain": 0}
        guesses.append(b64u(merkle.leaf_hash(canonical.encode(entry))))
    assert b64u(merkle.leaf_hash(hall.lines()[place])) in guesses
    assert not served & set(guesses)


def test_once_told_to_everybody_the_proofs_are_there_again(hall_of: Callable[[Json], Hall], tmp_path: Any) -> None:
    hall = hall_of(meeting_file(item(approval(), announce="on-spot")))
    web = InProcess(create_app(hall.service))
    hall.inside = hall.voters()
    place = counted(hall, "budget", 1)
    size = hall.state().size
    asked = [f"proofs/inclusion?index={place - 1}&size={size}", f"proofs/consistency?old={place}&new={size}"]
    for one in asked:
        assert web.get(f"/meetings/{hall.id}/{one}").json()["code"] == "bad-request"
    hall.service.conduct.announce(hall.id, ["budget"], "hall")
    for one in asked:
        assert b64u(merkle.leaf_hash(hall.lines()[place])) in web.get(f"/meetings/{hall.id}/{one}").json()["nodes"]
    assert_accepted(hall.judged(tmp_path))
