"""Fixtures: an embedded server that a whole module shares, and players on servers of their own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from rich.console import Console

from ballot_service.rehearsal.embedded import Embedded
from ballot_service.rehearsal.player import Player
from ballot_service.rehearsal.telling import Telling
from tests.ballot_service.rehearsal.small_plans import read
from tests.rsa_keys import KEYS

PlayerFor = Callable[[dict[str, Any]], Player]


@pytest.fixture
def player_for() -> Iterator[PlayerFor]:
    """A player whose meeting is published and whose script has not begun."""
    with ExitStack() as running:

        def make(value: dict[str, Any]) -> Player:
            embedded = running.enter_context(Embedded(generate_key=KEYS.for_meeting()))
            telling = Telling(Console(quiet=True), "en")
            player = Player(read(value), embedded, telling, chance=random.Random(1))
            running.callback(player.close)
            player.publish()
            return player

        yield make
