"""Honest ledgers, made once."""

import pytest

from tests.ledger_builder import FullMeeting, LedgerBuilder, full_meeting, small_meeting


@pytest.fixture(scope="session")
def small() -> LedgerBuilder:
    return small_meeting()


@pytest.fixture(scope="session")
def full() -> FullMeeting:
    return full_meeting()
