"""An honest ledger is accepted, and every figure of it comes out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import verify.ballots
from crypto import canonical, note
from tests.judging import check_accepted, detail, judge_ledger, outcomes
from tests.ledger_builder import (
    YES_1,
    YES_2,
    Entry,
    FullMeeting,
    LedgerBuilder,
    contest,
    item,
    seats_rule,
    small_meeting,
)
from verify.cli import main
from verify.report import render
from verify.verdict import Judged, to_json


def test_a_small_honest_ledger_is_accepted(small: LedgerBuilder, tmp_path: Path) -> None:
    check_accepted(judge_ledger(tmp_path, small.ledger()))


def test_a_whole_meeting_is_accepted_with_its_voids_and_its_second_round(full: FullMeeting, tmp_path: Path) -> None:
    judged = judge_ledger(tmp_path, full.builder.ledger())
    check_accepted(judged)
    assert (judged.voids, judged.replaced, judged.entries) == (2, 1, 94)
    finance = judged.contests["finance"]
    assert [one["next"] for one in finance["rounds"]] == ["committee-decides", "none"]
    assert finance["rounds"][0]["reasons"] == ["tie", "none"]
    assert finance["final"] == {"state": "decided", "elected": ["zhang-san"], "barred": [], "ended": False}
    counts = judged.contests["motion-1"]["rounds"][0]["counts"]["total"]
    assert counts == {
        "expected": 13,
        "present": 13,
        "issued": 13,
        "returned": 12,
        "invalid": 1,
        "valid": 11,
        "abstain": 2,
        "unknown": 0,
        "scored": 9,
    }
    assert detail(judged, "V14").startswith("33 opened")


def test_the_verdict_has_the_keys_of_its_format_in_their_order(small: LedgerBuilder, tmp_path: Path) -> None:
    verdict = to_json(judge_ledger(tmp_path, small.ledger()), "zh")
    assert list(verdict) == [
        "format", "accepted", "pinned", "finished", "meeting", "checks", "not_covered", "contests", "inputs", "scores",
    ]  # fmt: skip
    assert list(verdict["meeting"]) == [
        "id", "title", "fingerprint", "fingerprint_words", "entries", "voids", "replaced",
    ]  # fmt: skip
    assert [one["id"] for one in verdict["checks"]] == [f"V{number:02}" for number in range(1, 21)]
    assert all(list(one) == ["id", "title", "outcome", "detail"] for one in verdict["checks"])
    assert list(verdict["contests"]["post"]) == ["rounds", "final"]
    assert verdict["accepted"] is verdict["pinned"] is verdict["finished"] is True


def test_a_ledger_may_end_anywhere_and_is_judged_as_far_as_it_goes(full: FullMeeting, tmp_path: Path) -> None:
    """Exported after every entry, an unfinished ledger is accepted, but not called finished."""
    builder = full.builder
    lines = builder.lines(builder.entries)
    for end in range(1 + 2 + 15, len(lines)):
        judged = judge_ledger(tmp_path, builder.seal(lines[:end]))
        check_accepted(judged)
        assert not judged.finished


def test_a_ledger_cut_inside_its_lists_is_not_accepted(small: LedgerBuilder, tmp_path: Path) -> None:
    lines = small.lines(small.entries)
    for end in range(1, 1 + 1 + 3):
        assert outcomes(judge_ledger(tmp_path, small.seal(lines[:end])))["V07"] == "fail"


def test_witnesses_are_counted_and_a_waiver_is_said(tmp_path: Path) -> None:
    builder = small_meeting(witness_quorum=2)
    judged = judge_ledger(tmp_path, builder.ledger())
    check_accepted(judged)
    assert "2 witnesses" in detail(judged, "V03")


def test_a_waived_witness_does_not_hold_up_the_opening(tmp_path: Path) -> None:
    builder = small_meeting(witness_quorum=1)
    plain = builder.sign

    def sign(leaves: list[bytes], **_: object) -> str:
        return plain(leaves, witnesses=0)

    def spoil(entries: list[Entry]) -> None:
        waiver = {"type": "witness-waived", "reason": "no network", "by": ["one", "two"]}
        entries.insert(next(n for n, one in enumerate(entries) if one["type"] == "box-open"), waiver)

    builder.sign = sign  # type: ignore[assignment,method-assign]
    judged = judge_ledger(tmp_path, builder.ledger(spoil))
    check_accepted(judged)
    assert "waived 1 times" in detail(judged, "V03")


def test_a_cosignature_of_a_stranger_counts_for_nothing(small: LedgerBuilder, tmp_path: Path) -> None:
    data = small.ledger()
    text = data.split(b"\n\n")[1].decode() + "\n"
    line = note.cosign(text, "stranger.example", b"s" * 32, 1)
    check_accepted(judge_ledger(tmp_path, data + line.encode()))


def test_a_contest_that_was_never_polled_has_no_rounds(tmp_path: Path) -> None:
    builder = LedgerBuilder([item("post", [contest("post"), contest("other")])], {"A": 3}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.close()
    judged = judge_ledger(tmp_path, builder.ledger())
    check_accepted(judged)
    assert judged.contests["other"] == {
        "rounds": [],
        "final": {"state": "not-polled", "elected": [], "barred": [], "ended": False},
    }


def test_an_objection_is_met_by_voiding_the_poll(tmp_path: Path) -> None:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, pages=2, boxes=3)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1)
    builder.close_poll(poll)
    builder.objection(b"i" * 32)
    builder.void(poll)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()
    check_accepted(judge_ledger(tmp_path, builder.ledger()))


def test_two_polls_may_be_closed_before_either_is_opened(tmp_path: Path) -> None:
    builder = LedgerBuilder([item("two", [contest("one"), contest("two")])], {"A": 3}, pages=2, boxes=3)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    polls = []
    for contest_id in ("one", "two"):
        paper = builder.paper(contest_id)
        poll = builder.open_poll(paper)
        builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
        builder.close_poll(poll)
        polls.append(poll)
    for poll in reversed(polls):
        builder.open_box(poll)
    builder.close()
    check_accepted(judge_ledger(tmp_path, builder.ledger()))


def test_a_booklet_that_did_not_work_is_replaced_by_a_reserve_slip(tmp_path: Path) -> None:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 3}, reserve={"A": 1}, pages=2, boxes=2)
    builder.attendance(A=3)
    builder.redeem("A", 3)
    builder.slip_change("replaced", "A", builder.redeemed["A"].pop(0))
    builder.slip_change("activated", "A", next(one for one in builder.slips["A"] if one.reserve))
    builder.redeem("A", 1, reserve=True)
    builder.redeemed["A"].append(builder.redeemed["A"][0])  # the builder counts holders; the ledger counts slips
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.redeemed["A"].pop()
    builder.cast(poll, paper, "A", YES_1, YES_1, YES_2)
    builder.redeemed["A"].append(builder.redeemed["A"][0])
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.close()
    judged = judge_ledger(tmp_path, builder.ledger())
    check_accepted(judged)
    assert judged.replaced == 1


def test_people_who_come_for_the_paper_ballots_count_until_these_are_counted(tmp_path: Path) -> None:
    builder = LedgerBuilder([item("post", [contest("post")])], {"A": 6}, pages=2, boxes=2)
    builder.attendance(A=4)
    builder.redeem("A", 3)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1)
    builder.close_poll(poll)
    builder.attendance(A=5)
    builder.count_paper(poll, paper, "A", 2, YES_1, YES_2)
    builder.open_box(poll)
    builder.close()
    check_accepted(judge_ledger(tmp_path, builder.ledger()))


def test_a_decision_to_end_is_shown(tmp_path: Path) -> None:
    rules = [*contest("post")["rules"][:1], seats_rule()]
    builder = LedgerBuilder([item("post", [contest("post", rules_=rules)])], {"A": 4}, pages=2, boxes=2)
    builder.attendance(A=4)
    builder.redeem("A", 4)
    paper = builder.paper("post")
    poll = builder.open_poll(paper)
    builder.cast(poll, paper, "A", YES_1, YES_1, YES_2, YES_2)
    builder.close_poll(poll)
    builder.open_box(poll)
    builder.decide("post", 1, "end")
    builder.close()
    judged = judge_ledger(tmp_path, builder.ledger())
    check_accepted(judged)
    assert judged.contests["post"]["final"]["ended"] is True


def test_a_previous_ledger_that_is_named_is_listed_as_not_covered(tmp_path: Path) -> None:
    builder = small_meeting(previous={"origin": "ballot.example/before", "size": 9, "root": "A" * 43})
    judged = judge_ledger(tmp_path, builder.ledger())
    check_accepted(judged)
    assert "V20: previous ledger named, not supplied" in judged.not_covered


@pytest.mark.parametrize("chunk", [1, 2, 3, 512])
def test_how_the_work_is_cut_changes_nothing(
    full: FullMeeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """Two ballots in each other's place are out of order wherever a chunk ends."""

    def swap(entries: list[Entry]) -> None:
        first = next(number for number, one in enumerate(entries) if one["type"] == "ballot")
        entries[first], entries[first + 1] = entries[first + 1], entries[first]

    for data in (full.builder.ledger(), full.builder.ledger(swap)):
        monkeypatch.setattr("verify.ledger.CHUNK_BALLOTS", 1000)
        whole = judge_ledger(tmp_path, data)
        monkeypatch.setattr("verify.ledger.CHUNK_BALLOTS", chunk)
        assert _as_text(judge_ledger(tmp_path, data)) == _as_text(whole)


def test_one_process_and_two_agree_byte_for_byte(
    full: FullMeeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verify.ledger.CHUNK_BALLOTS", 4)
    monkeypatch.setattr("verify.ballots.CHUNKS_PER_PROCESS", 1)
    started = []
    pool = verify.ballots.ProcessPoolExecutor
    monkeypatch.setattr(
        "verify.ballots.ProcessPoolExecutor", lambda jobs, *rest: started.append(jobs) or pool(jobs, *rest)
    )
    path = tmp_path / "meeting.ledger"

    def spoil(entries: list[Entry]) -> None:
        ballots = [number for number, one in enumerate(entries) if one["type"] == "ballot"]
        for number in ballots[::3]:
            entries[number]["sig"] = entries[ballots[1]]["sig"]
        entries[ballots[-1]] = entries[ballots[-2]]

    for data in (full.builder.ledger(), full.builder.ledger(spoil)):
        path.write_bytes(data)
        written = []
        for jobs in ("1", "2"):
            out = tmp_path / f"verdict-{jobs}.json"
            main([str(path), "--unpinned", "--jobs", jobs, "--json", str(out)])
            written.append(out.read_bytes())
        assert written[0] == written[1]
        assert json.loads(written[0])["format"] == "ballot-service/verdict/1"
    assert started == [2, 2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "early reading is not excluded", id="keys made on the server"),
        pytest.param({"transport": "plain"}, "plain HTTP", id="a hall without HTTPS"),
    ],
)
def test_the_report_says_what_weakens_a_promise(tmp_path: Path, changes: Entry, said: str) -> None:
    def spoil(entry: Entry) -> None:
        if entry["type"] == "meeting":
            entry.update(ceremony="server", **changes)

    assert said in render(judge_ledger(tmp_path, small_meeting(on_entry=spoil).ledger()), "en")


def test_the_report_says_how_many_hubs_were_missing_and_voters_helped(tmp_path: Path) -> None:
    said = {"zh": ("有 2 个终端站没有送到选票", "有 3 人在他人协助下"), "en": ("2 venue hubs", "3 voters were helped")}
    change = _of("poll-close", hubs_missing=2, assisted=3)
    judged = judge_ledger(tmp_path, small_meeting(on_entry=change).ledger())
    silent = judge_ledger(tmp_path, small_meeting().ledger())
    for language, words in said.items():
        for one in words:
            assert one in render(judged, language)
            assert one not in render(silent, language)


def _as_text(judged: Judged) -> bytes:
    return canonical.encode(to_json(judged, "en"))


# --------------------------------------------------------------- docs/protocol.md §9, "Not judged by the verifier"


def _of_the_contest(**changes: object) -> Callable[[Entry], None]:
    """Change the contest in the agenda and on its paper."""

    def change(entry: Entry) -> None:
        written = entry["agenda"][0]["contests"][0] if entry["type"] == "meeting" else entry.get("contest")
        if written is not None:
            written.update(changes)

    return change


def _of(kind: str, **changes: object) -> Callable[[Entry], None]:
    def change(entry: Entry) -> None:
        if entry["type"] == kind:
            entry.update(changes)

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_of_the_contest(guard={"candidates_per_post": {"over": "9"}}), id="guard"),
        pytest.param(_of_the_contest(title="x" * 5000), id="a long title"),
        pytest.param(_of("poll-open", small_groups=["Z"]), id="an unknown class in small_groups"),
        pytest.param(_of("poll-close", hubs_missing=7, assisted=9), id="figures of the desk"),
        pytest.param(_of("closed", at="1999-01-01T00:00Z"), id="the order of times"),
    ],
)
def test_what_the_verifier_does_not_judge_is_accepted(change: Callable[[Entry], None], tmp_path: Path) -> None:
    check_accepted(judge_ledger(tmp_path, small_meeting(on_entry=change).ledger()))


def test_a_box_opened_at_the_end_of_an_unfinished_ledger_is_counted(small: LedgerBuilder, tmp_path: Path) -> None:
    lines = small.lines(small.entries)
    end = next(number for number, line in enumerate(lines) if b'"type":"box-open"' in line) + 1
    judged = judge_ledger(tmp_path, small.seal(lines[:end]))
    check_accepted(judged)
    assert not judged.finished
    assert [one["elected"] for one in judged.contests["post"]["rounds"]] == [["zhang-san"]]
