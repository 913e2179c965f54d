"""Hostile inputs for the verifier's parsers: real files spoilt byte by byte, and values put where none of their kind
belongs. All from one seed, so that what was found is found again.
"""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from crypto import canonical

BYTES = [
    b"", b"\x00", b"\n", b"\n\n", b"\r\n", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"+", b" ", b"\xff",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", "\u2028".encode(), "e\u0301".encode(), "\U0001f600".encode(), "—".encode(),
    b"NaN", b"-0", b"1e999", b"null", b"9" * 400, b"[" * 40, b'{"a":' * 40, b'{"a":1,"a":2}', b"\\ud800",
    b'{"type":"ballot"}\n', b',"type":"ballot"}\n', b"AAAA", b"=" * 9, "— x AAAAAAAA\n".encode(),
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**53 - 1, -(2**53 - 1), "", "0", "1/0", "-1/3", "9" * 300, "9" * 300 + "/7", "A" * 43,
    "a" * 70_000, "\u202e", "2026-02-31", "9999-12-31", [], {}, [[]], [{}] * 50, {"": ""}, [None], {"type": "meeting"},
    "../../etc/passwd", list(range(300)), "\x00", "zhang-san", "approve",
]  # fmt: skip


def spoil_bytes(random: Random, data: bytes) -> bytes:
    """One to four changes anywhere."""
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.choice([0, 1, 2, 30, 2000]))
        piece: bytes = random.choice(
            [random.choice(BYTES), random.randbytes(random.randint(1, 8)), data[start:end] * random.randint(0, 3)]
        )
        data = data[:start] + piece + data[end:]
    return data


def spoil_lines(random: Random, data: bytes) -> bytes:
    """A line of a ledger with another value somewhere in it, dropped, said twice or moved; canonical as before."""
    lines, _, note = data.partition(b"\n\n")
    entries = lines.split(b"\n")
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(entries))
        act = random.random()
        if act < 0.7:
            value = spoil_value(random, json.loads(entries[place]))
            entries[place] = canonical.encode(value)
        elif act < 0.8:
            entries.insert(place, entries[random.randrange(len(entries))])
        elif act < 0.9 and len(entries) > 1:
            del entries[place]
        else:
            entries.insert(random.randrange(len(entries)), entries.pop(place))
    return b"\n".join(entries) + b"\n\n" + note


def spoil_value(random: Random, value: Any) -> Any:
    """The same with something else in one place of it; the whole of it at times."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(sorted(value))
        if random.random() < 0.1:
            return {one: value[one] for one in value if one != key}
        return {**value, key: spoil_value(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], spoil_value(random, value[place]), *value[place + 1 :]]
    return random.choice(VALUES)


def spoilt(seed: int, samples: list[bytes], ways: list[Callable[[Random, bytes], bytes]]) -> Iterator[bytes]:
    """Without end."""
    random = Random(seed)
    while True:
        yield random.choice(ways)(random, random.choice(samples))
