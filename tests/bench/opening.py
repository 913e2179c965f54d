"""Opening a box of 3,376 ballots and counting it with the service's own code."""

from __future__ import annotations

import time

from ballot_service.results.count import open_choice
from crypto import ballot, canonical, hpke
from tests.bench.table import Row
from verify import rules

BALLOTS = 3376
GOAL_SECONDS = 1.0
CONTEST = {
    "id": "contest",
    "title": "表决",
    "post": None,
    "posts": 1,
    "guard": None,
    "subject": None,
    "voters": ["A"],
    "ballot": {
        "kind": "approval",
        "candidates": [{"id": name, "name": name, "note": None} for name in ("a", "b")],
        "max_approve": 1,
        "labels": {"approve": "同意", "oppose": "不同意", "abstain": "弃权"},
    },
    "rules": [],
}
CHOICES = [{"marks": {"a": "approve", "b": "oppose"}}, {"marks": {"a": "oppose", "b": "approve"}}, {}]


def measure() -> list[Row]:
    box = hpke.derive_key_pair(bytes(32))
    length = rules.padded_length(CONTEST["ballot"])
    ballots = []
    for number in range(BALLOTS):
        seed = number.to_bytes(32)
        line = ballot.make_ballot(
            seed,
            bytes(32),
            "A",
            [bytes(256)],
            box_public_key=box.public,
            choice=canonical.encode(CHOICES[number % 3]),
            length=length,
            ephemeral_seed=seed,
        )
        ballots.append(line)
    start = time.perf_counter()
    opening_key = hpke.OpeningKey(box.secret)
    choices: dict[bytes | None, int] = {}
    for line in ballots:
        plaintext = open_choice(opening_key, ballot.parse_ballot_line(line))
        choices[plaintext] = choices.get(plaintext, 0) + 1
    judged = rules.judge_round(
        contest=CONTEST,
        round_number=1,
        poll="p1",
        figures={"A": rules.ClassFigures(BALLOTS, BALLOTS, BALLOTS, BALLOTS)},
        choices={"A": choices},
        quorum=None,
        present_at_opening={"A": BALLOTS},
        min_class=5,
        earlier=[],
    )
    spent = time.perf_counter() - start
    assert judged["counts"]["total"]["valid"] == BALLOTS
    return [
        Row(
            f"opening and counting {BALLOTS:,} ballots",
            f"{spent:.2f} s, one core",
            "",
            f"{spent:.2f} s",
            f"< {GOAL_SECONDS:.0f} s",
            spent < GOAL_SECONDS,
        )
    ]
