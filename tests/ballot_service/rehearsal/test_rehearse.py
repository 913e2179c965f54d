"""The command from plan to exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ballot_service.cli import main
from ballot_service.rehearsal.officers import Organiser
from tests.ballot_service.rehearsal.small_plans import NO, ROOM, YES, counts, meeting, plan, poll, votes, written


def rehearsed(value: dict[str, Any], folder: Path) -> int:
    return main(["rehearse", str(written(value, folder)), "--out", str(folder / "out")])


def verdict(folder: Path) -> Any:
    return json.loads((folder / "out" / "verdict.json").read_text(encoding="utf-8"))


def test_a_meeting_is_played_verified_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = counts(expected=4, present=4, issued=4, returned=4, invalid=0, valid=4, abstain=0)
    assert rehearsed(plan([*ROOM, poll(3, 1), {"announce": {"contests": ["budget"]}}], expect=expected), tmp_path) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["small.ledger", "verdict.json"]
    told = capsys.readouterr().out
    assert "3 > 1/2 × 4 ✓" in told
    assert "验证通过" in told
    assert verdict(tmp_path)["meeting"]["fingerprint_words"] in told


SCRIPTS = [
    pytest.param(
        [
            {"attendance": {"A": 5}, "refused": "more-than-expected"},
            poll(0) | {"refused": "attendance-missing"},
            *ROOM,
            {"poll": {"contests": ["nothing"]}, "refused": "not-admitted"},
            {"announce": {"contests": ["budget"]}, "refused": "announce-not-allowed"},
            {"decide": {"contest": "budget", "choice": "end"}, "refused": "nothing-to-decide"},
            poll(4),
        ],
        counts(returned=4),
        id="refusals change nothing",
    ),
    pytest.param(
        [
            *ROOM,
            poll(4, stop="open"),
            poll(0) | {"refused": "poll-open"},
            {"close": {}, "refused": "poll-open"},
            {"resume": {}},
        ],
        counts(returned=4),
        id="a poll that is stopped while open goes on",
    ),
    pytest.param(
        [*ROOM, poll(4, stop="closed"), {"void_poll": {"reason": "话筒坏了"}}, poll(3)],
        {"meeting": {"voids": 1}, **counts(returned=3)},
        id="a closed poll is void and polled again",
    ),
    pytest.param(
        [*ROOM, poll(4, stop="open"), {"void_poll": {"reason": "停电"}}, poll(2)],
        {"meeting": {"voids": 1}, **counts(returned=2)},
        id="an open poll is void and polled again",
    ),
    pytest.param(
        [
            *ROOM,
            {"recuse": {"contest": "budget", "class": "A", "count": 1}},
            poll(4) | {"refused": "more-slips-than-present"},
            poll(3),
        ],
        {"meeting": {"voids": 1}, **counts(issued=3, returned=3)},
        id="who is recused cannot vote, and what is left of the poll is void",
    ),
    pytest.param(
        [*ROOM, poll(1, 1, paper={"budget": votes(1)}, paper_issued={"A": 2})],
        counts(issued=4, returned=3, valid=3),
        id="paper ballots, one of them not returned",
    ),
    pytest.param(
        [*ROOM, poll(2, paper={"budget": votes(1, 1)}), poll(0) | {"refused": "round-limit"}],
        counts(issued=4, returned=4, valid=4),
        id="paper ballots, as many as listed",
    ),
    pytest.param(
        [
            {"attendance": {"A": 4}, "redeem": {"A": 3}},
            {"slip": {"void": {"A": 1}}},
            {"slip": {"activate": {"A": 1}}},
            {"slip": {"activate": {"A": 1}}, "refused": "slip-used"},
            {"attendance": {"A": 4}, "redeem": {"A": 4}},
            poll(4),
        ],
        counts(issued=4, returned=4),
        id="a slip that was lost before it was redeemed",
    ),
    pytest.param(
        [
            *ROOM,
            {"slip": {"replace": {"A": 1}, "activate": {"A": 1}}},
            {"attendance": {"A": 4}},
            poll(4),
        ],
        {"meeting": {"replaced": 1}, **counts(issued=4, returned=4)},
        id="a booklet that was lost after it was redeemed",
    ),
    pytest.param(
        [
            *ROOM,
            poll(
                ballots={
                    "budget": [
                        {"class": "A", "times": 1, "choice": YES},
                        {"class": "A", "times": 1, "raw": "not json"},
                        {"class": "A", "times": 1, "choice": {"score": 85.5}},
                        {"class": "A", "times": 1, "choice": {"marks": {"nobody": "approve"}}},
                    ]
                },
            ),
        ],
        counts(returned=4, invalid=3, valid=1),
        id="whatever is sealed spoils only its own ballot",
    ),
    pytest.param(
        [
            {"attendance": {"A": 3}, "redeem": {"A": 4}},
            poll(0) | {"refused": "more-slips-than-present"},
            *ROOM,
            poll(4),
        ],
        counts(present=4, returned=4),
        id="more slips than people",
    ),
]


@pytest.mark.parametrize(("script", "expected"), SCRIPTS)
def test_a_script_plays_to_its_end(script: list[Any], expected: dict[str, Any] | None, tmp_path: Path) -> None:
    spare = meeting(slips={"reserve": {"A": 1}})
    assert rehearsed(plan(script, meeting_file=spare, expect=expected or {}), tmp_path) == 0


@pytest.mark.parametrize(
    ("script", "told"),
    [
        pytest.param([poll(0)], "实际 attendance-missing", id="refused, and not expected"),
        pytest.param(
            [{**ROOM[0], "refused": "more-than-expected"}], "实际 接受", id="accepted, but a refusal expected"
        ),
        pytest.param(
            [poll(0) | {"refused": "quorum-not-held"}],
            "预期 quorum-not-held，实际 attendance-missing",
            id="another code",
        ),
        pytest.param([*ROOM, poll(4, stop="open")], "实际 poll-open", id="the end comes before the poll's"),
    ],
)
def test_an_unexpected_answer_ends_with_1(
    script: list[Any], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearsed(plan(script), tmp_path) == 1
    assert told in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_a_verdict_that_differs_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearsed(plan([*ROOM, poll(3, 1)], expect=counts(returned=3, issued=5)), tmp_path) == 3
    told = capsys.readouterr().out
    assert "contests.budget.rounds[0].counts.total.returned  预期 3，实际 4" in told
    assert "contests.budget.rounds[0].counts.total.issued  预期 5，实际 4" in told


def test_a_plan_that_cannot_be_read_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearsed({**plan([{"pol": {}}]), "x": 1}, tmp_path) == 2
    told = capsys.readouterr().err
    assert 'the unknown verb "pol"' in told
    assert 'the unknown field "x"' in told
    assert told.splitlines()[-1].startswith("hint: ")
    assert main(["rehearse", str(tmp_path / "gone.yaml"), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_publishing_that_must_be_refused(tmp_path: Path) -> None:
    bad = plan([], meeting_file={**meeting(), "date": "2026-02-30"})
    assert rehearsed({**bad, "refused": "bad-meeting-file"}, tmp_path) == 0
    assert rehearsed({**bad, "refused": "class-too-small"}, tmp_path) == 1
    assert rehearsed(bad, tmp_path) == 1
    assert rehearsed({**plan([]), "refused": "bad-meeting-file"}, tmp_path) == 1
    assert not (tmp_path / "out").exists()


def test_paper_ballots_of_too_few_would_be_open_votes(tmp_path: Path) -> None:
    several = meeting(min_class=3)
    script = [*ROOM, poll(2, paper={"budget": votes(1, 1)}) | {"refused": "class-too-small"}, poll(2)]
    assert rehearsed(plan(script, meeting_file=several, expect={"meeting": {"voids": 1}}), tmp_path) == 0


def test_a_ledger_that_the_verifier_does_not_accept_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = Organiser.ledger
    monkeypatch.setattr(
        Organiser,
        "ledger",
        lambda self, meeting_id: honest(self, meeting_id).replace(b'"returned":4', b'"returned":3', 1),
    )
    assert rehearsed(plan([*ROOM, poll(3, 1)]), tmp_path) == 1
    assert "验证不通过" in capsys.readouterr().out
    assert verdict(tmp_path)["accepted"] is False


def test_the_story_is_told_in_english_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = plan([*ROOM, poll(2, ballots={"budget": [{"class": "A", "times": 2, "choice": NO}]})])
    assert main(["rehearse", str(written(value, tmp_path)), "--out", str(tmp_path / "out"), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "all 2 phones found their ballots" in told
    assert "0 ≤ 1/2 × 4 ✗" in told
