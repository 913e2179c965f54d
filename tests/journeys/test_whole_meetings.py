"""Whole meetings through the `ballot-service` command and the `ballot-verify` command, each a program of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ballot_service.cli import main
from tests.postgres import Postgres

HERE = Path(__file__).parent
PLANS = sorted(HERE.glob("*.yaml"))


@pytest.mark.parametrize("plan", PLANS, ids=[path.stem for path in PLANS])
def test_a_meeting_runs_as_its_plan_expects(plan: Path, tmp_path: Path) -> None:
    assert main(["rehearse", str(plan), "--out", str(tmp_path)]) == 0


def test_the_supervision_office_recounts_the_file_alone(tmp_path: Path) -> None:
    plan = HERE / "foundation-tie-then-elected.yaml"
    command = [sys.executable, "-m", "ballot_service.cli", "rehearse", str(plan), "--out", str(tmp_path)]
    played = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stderr == ""
    verdict = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    ledger = tmp_path / "example-tie.ledger"

    recount = [sys.executable, "-m", "verify", str(ledger), "--fingerprint", verdict["meeting"]["fingerprint_words"]]
    again = subprocess.run([*recount, "--json", "-"], capture_output=True, text=True, encoding="utf-8", check=False)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["contests"] == verdict["contests"]

    text = ledger.read_bytes()
    ledger.write_bytes(text.replace(b'"approve":7', b'"approve":8', 1))
    assert ledger.read_bytes() != text
    changed = subprocess.run(recount, capture_output=True, text=True, encoding="utf-8", check=False)
    assert changed.returncode == 1


def test_the_same_meeting_on_postgresql(postgres: Postgres, tmp_path: Path) -> None:
    plan = HERE / "foundation-quorum-and-present.yaml"
    with postgres.database("rehearsal") as url:
        assert main(["rehearse", str(plan), "--out", str(tmp_path), "--database", url]) == 0
