"""What no verifier may ever accept: something that it did not check, and a ledger of somebody else's making."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto import note
from tests.ledger_builder import small_meeting
from tests.verify.in_browser.test_same_series import Cases
from verify import verdict
from verify.case import Case
from verify.checks import CHECKS, Outcome
from verify.options import Options
from verify.prose import Prose
from verify.verdict import judge
from verify.words import to_words


@pytest.mark.parametrize("outcome", ["not checked", "fail"])
@pytest.mark.parametrize("check", [one.id for one in CHECKS])
def test_one_check_that_did_not_pass_is_never_accepted(
    check: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first verifier; of the second tests/accepted.test.ts says the same."""
    builder = small_meeting()
    path = tmp_path / "small.ledger"
    path.write_bytes(builder.ledger())
    made = verdict.run_checks

    def all_but_one(case: Case) -> list[Outcome]:
        return [Outcome(one.check, outcome, Prose.same("")) if one.check.id == check else one for one in made(case)]

    monkeypatch.setattr(verdict, "run_checks", all_but_one)
    for pinned in (True, False):
        for unpinned in (True, False):
            options = Options(fingerprint=builder.fingerprint if pinned else None, unpinned=unpinned)
            excused = (check, outcome, pinned, unpinned) == ("V03", "not checked", False, True)
            assert judge(path, options).accepted == excused


def test_a_ledger_of_a_stranger_s_making_is_refused_by_both(tmp_path: Path) -> None:
    """Complete and consistent in itself, with the names of the meeting: only what the reader brings along tells."""
    printed, forged = small_meeting(), small_meeting(seed=9)
    assert printed.meeting["origin"] == forged.meeting["origin"]
    assert printed.fingerprint != forged.fingerprint
    words, key = to_words(printed.fingerprint, "zh"), printed.ledger_key
    data = {"forged": forged.ledger()}
    resigned = {"resigned": printed.ledger(sign_with=bytes(32))}
    cases = Cases(tmp_path)
    cases.add(data, "--unpinned", accepted=True, found=[])  # nothing else is wrong with it
    cases.add(data, found=[])
    cases.add(data, "--fingerprint", words, found=["V05"])
    cases.add(data, "--fingerprint", words, "--unpinned", found=["V05"])
    cases.add(data, "--fingerprint", printed.fingerprint.hex(), found=["V05"])
    cases.add(data, "--ledger-key", str(key), found=["V03"])
    cases.add(data, "--ledger-key", str(key), "--unpinned", found=["V03"])
    own_name = note.VerifierKey(key.name, note.ED25519, forged.ledger_key.public_key)
    cases.add(data, "--ledger-key", str(own_name), "--fingerprint", words, found=["V05"])
    receipt = cases.file("printed.checkpoint", printed.ledger().partition(b"\n\n")[2])
    cases.add(data, "--unpinned", "--checkpoint", receipt, found=["V05"])
    cases.add(resigned, "--fingerprint", words, found=["V03"])
    cases.add(resigned, "--unpinned", found=["V03"])
    said = cases.check()
    failed = [[check["id"] for check in one["checks"] if check["outcome"] == "fail"] for one in said]
    assert list(zip([one["accepted"] for one in said], failed, strict=True)) == cases.expected
