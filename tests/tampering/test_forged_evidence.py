"""Forged ledgers that only the reader's own evidence betrays (V03, V05), and files that are no ledger any more (V01).

As in test_forged_ledgers, each is wrong in one thing and refused by exactly one check. Here too the list of checks is
held against the corpus: every one of V01 to V20 has a forged ledger of its own.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from crypto import ballot, canonical, merkle
from crypto.encoding import b64u
from tests.judging import check_refused
from tests.ledger_builder import YES_2, Entry, LedgerBuilder, small_meeting
from tests.tampering.forge import Forged, Forgeries, Forgery, find, honest_full, honest_small, judge_forged
from verify.checks import CHECKS

forgery = Forgeries()


# ------------------------------------------------------------------------------------------------------ V01, the file


def _with_line(line: bytes) -> bytes:
    """Properly signed, with this line before the last."""
    builder = honest_small()
    lines = builder.lines(builder.entries)
    return builder.seal([*lines[:-1], line, lines[-1]])


@forgery("V01", "line 17: nested deeper than 16")
def a_line_nested_too_deep() -> bytes:
    return _with_line(b'{"a":' + b"[" * 16 + b"]" * 16 + b"}")


@forgery("V01", "line 17: more than 131072 values")
def a_line_of_more_values_than_a_reader_should_hold() -> bytes:
    return _with_line(b'{"a":[' + b"0," * (2**17 - 2) + b'0],"b":""}')


@forgery("V02", "line 17: an entry type that this version does not know")
def a_line_of_as_many_values_as_there_may_be() -> bytes:
    return _with_line(b'{"a":[' + b"0," * (2**17 - 3) + b'0],"b":",,["}')


@forgery("V01", "line 17: not valid UTF-8")
def a_line_in_another_encoding() -> bytes:
    return _with_line('{"by":"李四"}'.encode("gb18030"))


@forgery("V01", "the file ends without an empty line and a checkpoint")
def a_ledger_cut_off_before_its_checkpoint() -> bytes:
    return honest_small().ledger().partition(b"\n\n")[0] + b"\n"


@forgery("V01", "slips of more than 255 classes")
def slips_of_more_classes_than_there_can_be() -> bytes:
    builder = honest_small()
    lines = builder.lines(builder.entries)
    slips = [
        canonical.encode({"type": "slip", "id": b64u(number.to_bytes(32)), "class": str(number), "reserve": False})
        for number in range(256)
    ]
    return builder.seal([*lines[:2], *slips, *lines[2:]])


def _with_note(change: Callable[[list[str]], object]) -> bytes:
    """The lines of the note at the end changed: origin, size, root, an empty line, signature."""
    entries, _, note = honest_small().ledger().partition(b"\n\n")
    lines = note.decode().split("\n")
    change(lines)
    return entries + b"\n\n" + "\n".join(lines).encode()


@forgery("V01", "two signatures by one key")
def a_note_signed_twice_by_one_key() -> bytes:
    return _with_note(lambda lines: lines.insert(4, lines[4]))


@forgery("V01", "a signature that is too short")
def a_note_with_an_empty_signature() -> bytes:
    return _with_note(lambda lines: lines.insert(5, "— x AAAAAA=="))


@forgery("V01", "a control character in the checkpoint")
def a_note_that_rings_the_bell() -> bytes:
    return _with_note(lambda lines: lines.__setitem__(4, lines[4].replace("— ", "— \x07")))


@forgery("V01", "the origin of the checkpoint is not a name")
def a_note_of_two_origins() -> bytes:
    return _with_note(lambda lines: lines.__setitem__(0, lines[0] + "+other"))


@forgery("V01", "the size in the checkpoint is not a number")
def a_note_with_a_size_in_another_spelling() -> bytes:
    return _with_note(lambda lines: lines.__setitem__(1, "0" + lines[1]))


@forgery("V01", "the root hash in the checkpoint is not 32 bytes")
def a_note_with_half_a_root() -> bytes:
    return _with_note(lambda lines: lines.__setitem__(2, "AAAA"))


@forgery("V01", "not base64")
def a_note_whose_root_is_no_base64() -> bytes:
    return _with_note(lambda lines: lines.__setitem__(2, lines[2].replace("=", "!")))


@forgery("V01", "not base64 in its one spelling")
def a_note_with_bits_after_the_root() -> bytes:
    return _with_note(lambda lines: lines.__setitem__(2, lines[2][:-2] + chr(ord(lines[2][-2]) + 1) + "="))


@forgery("V01", "a checkpoint is three lines, an empty line and signatures")
def a_note_with_a_line_of_its_own() -> bytes:
    return _with_note(lambda lines: lines.insert(3, "more"))


@forgery("V01", "not a signature line")
def a_note_signed_by_nobody() -> bytes:
    return _with_note(lambda lines: lines.__setitem__(4, lines[4].replace("— ", "— a b ")))


@forgery("V01", "not a signature line")
def a_note_signed_by_two_names() -> bytes:
    return _with_note(lambda lines: lines.insert(5, "— a+b AAAAAAAA"))


@forgery("V01", "the checkpoint is not valid UTF-8")
def a_note_in_another_encoding() -> bytes:
    return honest_small().ledger()[:-1] + b"\xff\n"


# --------------------------------------------------------------------------------------- V05, what the reader brings


@forgery("V05", "the fingerprint of this ledger is not the one given")
def a_meeting_beside_the_one_that_was_printed() -> Forged:
    """Complete and consistent in itself, signed by the real key, of a meeting that nobody was shown."""
    builder = honest_small()
    return Forged(
        small_meeting(locale="en").ledger(), fingerprint=builder.fingerprint, ledger_key=str(builder.ledger_key)
    )


@forgery("V03", "entry 0 names another ledger key or origin than the key given")
def a_meeting_signed_by_a_stranger() -> Forged:
    """Complete and consistent in itself; its words are taken from its own file, the key from the office's door."""
    return Forged(small_meeting(seed=2).ledger(), ledger_key=str(honest_small().ledger_key))


def _checkpoint(builder: LedgerBuilder, size: int) -> str:
    return builder.sign([merkle.leaf_hash(line) for line in builder.lines(builder.entries)][:size])


@forgery("V05", "checkpoint checkpoint-1.note: this ledger does not begin with what was signed then")
def a_ledger_written_anew_after_the_screen_showed_it() -> Forged:
    def spoil(entries: list[Entry]) -> None:
        find(entries, "attendance")["by"] = "another clerk"

    builder = honest_small()
    return Forged(builder.ledger(spoil), checkpoints=(_checkpoint(builder, 8).encode(),))


@forgery("V05", "of 17 entries, this ledger holds only 16")
def a_ledger_rolled_back() -> Forged:
    builder = honest_small()
    return Forged(builder.seal(builder.lines(builder.entries)[:-1]), checkpoints=(_checkpoint(builder, 17).encode(),))


@forgery("V05", "not signed by the key of this ledger")
def a_checkpoint_on_paper_by_another_key() -> Forged:
    builder = honest_small()
    leaves = [merkle.leaf_hash(line) for line in builder.lines(builder.entries)]
    return Forged(builder.ledger(), checkpoints=(builder.sign(leaves, seed=b"k" * 32).encode(),))


@forgery("V05", "of another ledger")
def a_checkpoint_of_another_meeting() -> Forged:
    builder = honest_small()
    other = LedgerBuilder(builder.agenda, {"A": 3}, pages=2, boxes=2, meeting_id="other")
    return Forged(builder.ledger(), checkpoints=(_checkpoint(other, 3).encode(),))


def _receipt(builder: LedgerBuilder, cast: Entry, *, with_line: bool) -> bytes:
    line = canonical.encode(cast)
    ballot_id = ballot.ballot_id(line)
    value = {
        "format": "ballot-service/receipt/1",
        "meeting": builder.meeting_id,
        "ballot": b64u(ballot_id),
        "receipt": b64u(ballot.sign_receipt(builder.receipt_seed, ballot_id)),
    }
    return canonical.encode({**value, "line": line.decode()} if with_line else value)


@forgery("V05", "dropped, proven")
def a_ballot_dropped_after_its_receipt() -> Forged:
    """The voter's other ballot stands in its place, so that every count is right."""
    meeting = honest_full()
    builder, paper = meeting.builder, meeting.papers["round-2"]
    dropped = builder.make_ballot(paper, builder.redeemed["A"][0], canonical.encode({"marks": YES_2}))
    return Forged(builder.ledger(), receipts=(_receipt(builder, dropped, with_line=True),))


@forgery("V05", "dropped, proven")
def a_ballot_dropped_whose_receipt_tells_no_paper() -> Forged:
    builder = honest_small()
    paper = builder.polls[0].papers[0]
    dropped = builder.make_ballot(paper, builder.redeemed["A"][0], canonical.encode({"marks": YES_2}))
    return Forged(builder.ledger(), receipts=(_receipt(builder, dropped, with_line=False),))


# ------------------------------------------------------------------------------------------------------------ the tests


@pytest.mark.parametrize(("make", "check", "reason"), forgery.params)
def test_a_forged_ledger_is_refused_by_the_check_it_is_meant_for(
    make: Forgery, check: str, reason: str, tmp_path: Path
) -> None:
    check_refused(judge_forged(tmp_path, make()), check, reason)


def test_every_check_has_a_forged_ledger_that_fails_on_it_and_on_nothing_before_it() -> None:
    """That nothing before it fails is what `check_refused` says of each."""
    from tests.tampering.corpus import FORGERIES

    wanted = [f"V{number:02}" for number in range(1, 21)]
    assert [check.id for check in CHECKS] == wanted
    assert {check: [one for one in FORGERIES if one.values[1] == check] == [] for check in wanted} == dict.fromkeys(
        wanted, False
    )
