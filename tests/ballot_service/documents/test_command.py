"""`ballot-service documents`, on an installation that holds a finished ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ballot_service.cli import main
from tests.ballot_service.documents.conftest import Known
from tests.ballot_service.documents.ledgers import kept


@pytest.fixture
def installation(vote: Known, tmp_path: Path) -> Iterator[Path]:
    data = tmp_path / "data"
    data.mkdir()
    with kept(vote.ledger, data):
        yield data


def test_it_writes_both_forms_and_overwrites_neither(
    vote: Known, installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["documents", "test-meeting", "--data", str(installation), "--out", str(out), "--only", "vote-finance"]
    assert main(command) == 0
    assert "票决结果报告单" in capsys.readouterr().out
    document = vote.documents()["vote-finance"]
    assert (out / "test-meeting-vote-finance.pdf").read_bytes().startswith(b"%PDF")
    assert (out / "test-meeting-vote-finance.xlsx").read_bytes() == document.xlsx()
    assert main(command) == 1
    assert "is not overwritten" in capsys.readouterr().err


def test_a_kind_names_all_of_it_and_an_unknown_name_lists_what_there_is(
    installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["documents", "test-meeting", "--data", str(installation), "--out", str(out), "--only"]
    assert main([*command, "summary"]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        f"test-meeting-summary-names.{end}" for end in ("pdf", "xlsx")
    ]
    capsys.readouterr()
    assert main([*command, "vote-budget"]) == 1
    told = capsys.readouterr().err
    assert "there is no document vote-budget" in told
    assert "vote-finance" in told


def test_a_meeting_that_is_not_there_is_one_clear_line(
    installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["documents", "other", "--data", str(installation), "--out", str(tmp_path / "out")]) == 1
    assert "there is no meeting 'other'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
