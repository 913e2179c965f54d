"""Helpers that put a ledger before the verifier."""

from pathlib import Path
from typing import Any

from verify.ledger import leaf_hash
from verify.options import Options
from verify.verdict import Judged, judge

_LATER = [f"V{number:02}" for number in range(1, 21)]


def judge_ledger(folder: Path, data: bytes, **options: Any) -> Judged:
    """Judge a file with these bytes; pinned by its own fingerprint unless the options say otherwise."""
    path = folder / "meeting.ledger"
    path.write_bytes(data)
    if not options:
        options = {"fingerprint": fingerprint_of(data)}
    return judge(path, Options(**options))


def fingerprint_of(data: bytes) -> bytes:
    return leaf_hash(data.split(b"\n", 1)[0])


def outcomes(judged: Judged) -> dict[str, str]:
    return {one.check.id: one.outcome for one in judged.outcomes}


def failing(judged: Judged) -> list[str]:
    return [check for check, outcome in outcomes(judged).items() if outcome == "fail"]


def detail(judged: Judged, check: str) -> str:
    return next(one.detail.en for one in judged.outcomes if one.check.id == check)


def check_refused(judged: Judged, check: str, reason: str = "") -> None:
    """Refused by exactly this check, with everything before it passing, and for this reason.

    Without a trust root V03 cannot pass; it is then left out.
    """
    assert failing(judged) == [check], [
        (one.check.id, one.detail.en) for one in judged.outcomes if one.outcome == "fail"
    ]
    before = _LATER[: _LATER.index(check)]
    assert all(outcomes(judged)[one] == "pass" for one in before if judged.pinned or one != "V03")
    assert reason in detail(judged, check)
    assert not judged.accepted


def check_accepted(judged: Judged) -> None:
    assert judged.accepted, [
        (one.check.id, one.outcome, one.detail.en) for one in judged.outcomes if one.outcome != "pass"
    ]
