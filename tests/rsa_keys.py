"""Issuer keys for tests that need some, and not new ones: made once and kept for every process and for the next run.

Drawing one takes longer than all the rest of a small meeting. `make clean` takes them away. Whatever draws keys itself
is not given these: the service as the commands start it, and the tests of `crypto.blind_rsa`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

from crypto.blind_rsa import PrivateKey, generate_private_key

FOLDER = Path(__file__).parents[1] / "build" / "test-keys"


@cache
def issuer_key(number: int, bits: int = 2048) -> PrivateKey:
    """The same key for the same number."""
    file = FOLDER / f"{bits}-{number}"
    if not file.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=FOLDER)
        with os.fdopen(handle, "wb") as new:
            new.write(generate_private_key(bits).private_bytes())
        try:
            os.link(name, file)  # of two processes the first one wins; a half file is never seen
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
    return PrivateKey.from_private_bytes(file.read_bytes())


class KeyPool:
    """The first key of every meeting is the same, the second too, and so on."""

    def for_meeting(self) -> Callable[[int], PrivateKey]:
        """What publishing takes as `generate_key`."""
        numbers = count()
        return lambda bits: issuer_key(next(numbers), bits)


KEYS = KeyPool()
