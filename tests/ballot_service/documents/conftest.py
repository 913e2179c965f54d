"""The three meetings, judged by the verifier and read for documents, once a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ballot_service.documents import Document, LedgerView, documents_for
from tests.ballot_service.documents import meetings
from tests.ballot_service.documents.ledgers import view_of
from verify.options import Options
from verify.verdict import judge, to_json


@dataclass
class Known:
    """A meeting: its ledger, what documents are made from, and what the verifier says of the same file."""

    ledger: bytes
    view: LedgerView
    verdict: dict[str, Any]

    def documents(self, **told: Any) -> dict[str, Document]:
        return {one.name: one for one in documents_for(self.view, **told)}


def _known(ledger: bytes, folder: Path) -> Known:
    file = folder / "meeting.ledger"
    file.write_bytes(ledger)
    verdict = to_json(judge(file, Options(unpinned=True, jobs=1)), "zh")
    assert verdict["accepted"], [one for one in verdict["checks"] if one["outcome"] == "fail"]
    return Known(ledger, view_of(ledger), verdict)


@pytest.fixture(scope="session")
def review(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return _known(meetings.review_ledger(), tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="session")
def vote(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return _known(meetings.vote_ledger(), tmp_path_factory.mktemp("vote"))


@pytest.fixture(scope="session")
def integrity(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return _known(meetings.integrity_ledger(), tmp_path_factory.mktemp("integrity"))


@pytest.fixture(scope="session")
def every(review: Known, vote: Known, integrity: Known) -> list[Known]:
    return [review, vote, integrity]
