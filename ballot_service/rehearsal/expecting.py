"""Comparing a verdict with what a plan expects of it.

A mapping matches when each key it gives is there and matches; lists by element and length; scalars by type and value
(true is not 1); null only null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ballot_service.meetings.problems import Path, path_text

MAX_SHOWN_CHARS = 200


@dataclass(frozen=True)
class Difference:
    """One place where they differ, each side as JSON."""

    path: str
    expected: str
    got: str


def differences(expected: Any, got: Any, at: Path = ()) -> Iterator[Difference]:
    """Everything in which `got` does not match `expected`, in the order of `expected`."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for name, value in expected.items():
            if name in got:
                yield from differences(value, got[name], (*at, name))
            else:
                yield Difference(path_text((*at, name)), _shown(value), "nothing")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for position, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(one, other, (*at, position))
    elif isinstance(expected, dict | list) or type(expected) is not type(got) or expected != got:
        yield Difference(path_text(at), _shown(expected), _shown(got))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN_CHARS else text[:MAX_SHOWN_CHARS] + "…"
