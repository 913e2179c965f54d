"""What one voter leaves behind for the next: nothing, in any spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from crypto import merkle, slips
from crypto.encoding import b64u, lp, tag
from tests.hostile.traces import contents, places


def canaries(slip: str) -> dict[str, bytes]:
    """What a voter brings that nobody else may have."""
    code = slips.parse_slip_url(slip)
    return {
        "X": code.secret,
        "X as printed": slip.partition("#")[2][:40].encode(),
        "token": slips.redeem_token(code.secret),
        "K": slips.keep_key(code.secret),
    }


def booklet_name(slip: str) -> bytes:
    """Under what the hub keeps the booklet."""
    code = slips.parse_slip_url(slip)
    return b64u(merkle.leaf_hash(tag("keep") + lp(code.meeting_id) + slips.keep_key(code.secret))).encode()


def found_in(files: Mapping[Path, bytes], slip: str, words: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(what, file) of every trace. words: what was on the ballot, or chosen."""
    found = [(name, place[0]) for name, canary in canaries(slip).items() for place in places(files, canary)]
    for word in words:
        for spelling in (word.encode(), word.encode("utf-16-le"), word.encode("unicode-escape")):
            found += [(word, str(file)) for file, data in files.items() if spelling in data]
    return found


def in_texts(texts: Iterable[str], slip: str, words: Sequence[str] = ()) -> list[tuple[str, str]]:
    """`found_in` of what a page or a log says."""
    return found_in({Path(f"text {number}"): text.encode() for number, text in enumerate(texts)}, slip, words)


def in_folder(folder: Path, slip: str, words: Sequence[str] = ()) -> list[tuple[str, str]]:
    """`found_in` of every file below."""
    held = contents([folder])
    assert held
    return found_in(held, slip, words)
