"""A hall with a poll open, made once per file, with keys that need not be fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.ballot_service.http.hall import Hall
from tests.rsa_keys import KEYS

MakeHall = Callable[..., Hall]


@pytest.fixture(scope="module")
def make_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeHall]:
    halls: list[Hall] = []

    def make(**settings: Any) -> Hall:
        halls.append(Hall(tmp_path_factory.mktemp("hall"), generate_key=KEYS.for_meeting(), **settings))
        return halls[-1]

    yield make
    for hall in halls:
        hall.close()


@pytest.fixture(scope="module")
def hall(make_hall: MakeHall) -> Hall:
    """Everyone has a booklet, `finance` and `trust` are being polled, one ballot is cast."""
    hall = make_hall()
    phones = hall.everyone_arrives()
    hall.open_poll("finance", "trust")
    assert hall.cast(hall.ballot_line(phones[0])).status_code == 201
    return hall
