"""A hall with a poll open, made once per file; RSA keys are made once per run, because here they need not be fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crypto import blind_rsa
from tests.ballot_service.http.hall import Hall

MakeHall = Callable[..., Hall]


@pytest.fixture(scope="session")
def keys() -> list[blind_rsa.PrivateKey]:
    """As many keys as a meeting of these tests needs: two classes with four pages."""
    return [blind_rsa.generate_private_key(2048) for _page in range(8)]


@pytest.fixture(scope="module")
def make_hall(keys: list[blind_rsa.PrivateKey], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeHall]:
    halls: list[Hall] = []

    def make(**settings: Any) -> Hall:
        supply = iter(keys)
        halls.append(Hall(tmp_path_factory.mktemp("hall"), generate_key=lambda _bits: next(supply), **settings))
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
