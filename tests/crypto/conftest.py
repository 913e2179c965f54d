"""What several tests of the protocol share: one issuer key, and a generator that repeats itself."""

from collections.abc import Callable
from hashlib import shake_256

import pytest

from crypto import blind_rsa
from tests import rsa_keys


@pytest.fixture(scope="session")
def issuer_key() -> blind_rsa.PrivateKey:
    return rsa_keys.issuer_key(0)


@pytest.fixture
def random_bytes() -> Callable[[int], bytes]:
    """Different bytes at every call, the same in every run."""
    calls = 0

    def draw(length: int) -> bytes:
        nonlocal calls
        calls += 1
        return shake_256(calls.to_bytes(8, "big")).digest(length)

    return draw
