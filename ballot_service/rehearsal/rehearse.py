"""A rehearsal from plan to verdict: play, write the ledger, let the verifier recount it, compare.

The verifier runs as a program of its own, with nothing but the ledger file and the fingerprint that stands on every
slip: that, and not a function call, is what "anyone can recompute it" means.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import verify.rules
from ballot_service.errors import CannotStart
from ballot_service.rehearsal.api import NoAnswer, ServiceRefused
from ballot_service.rehearsal.device import DeviceRefuses
from ballot_service.rehearsal.embedded import Embedded, GenerateKey
from ballot_service.rehearsal.expecting import differences
from ballot_service.rehearsal.officers import CloseNotSigned
from ballot_service.rehearsal.plan import BadPlan, RehearsalPlan
from ballot_service.rehearsal.player import Played, Player, Unexpected
from ballot_service.rehearsal.telling import Telling
from ballot_service.store.keydir import write_whole
from crypto.blind_rsa import generate_private_key

RAN: Final = 0  # accepted, and as expected
FAILED: Final = 1  # not accepted, or refused unexpectedly
UNREADABLE: Final = 2  # the plan cannot be played
DIFFERS: Final = 3  # accepted, but not what the plan expects

_WORTH_HELPERS_BYTES = 2 * 1024 * 1024  # below, starting helper processes takes longer than checking alone
_VERIFIERS_HOME = Path(verify.rules.__file__).resolve().parents[2]


def rehearse(
    plan: RehearsalPlan,
    out: Path,
    telling: Telling,
    *,
    database_url: str = "",
    generate_key: GenerateKey = generate_private_key,
) -> int:
    """Play a plan into folder `out`; returns the exit status."""
    if plan.refusal is not None:
        code = plan.refusal.code
        if plan.refused == code:
            telling.refused_as_expected("publish", code, str(plan.refusal.problems[0]))
            return RAN
        telling.unexpected(_where(None, telling), plan.refused, code, "")
        for problem in plan.refusal.problems:
            telling.problem(str(problem))
        return FAILED
    assert plan.meeting_plan is not None
    telling.fields = plan.meeting_plan.fields
    telling.opening()
    try:
        played = _play(plan, telling, database_url, generate_key)
    except BadPlan as error:
        for problem in error.problems:
            telling.problem(str(problem))
        return UNREADABLE
    except Unexpected as error:
        got, message = (error.got.code, error.got.message) if error.got is not None else (None, "")
        telling.unexpected(_where(error, telling), error.expected, got, message)
        return FAILED
    except (DeviceRefuses, NoAnswer, CloseNotSigned, CannotStart) as error:
        telling.problem(str(error))
        return FAILED
    return RAN if played is None else _judge(plan, played, out, telling)


def _play(plan: RehearsalPlan, telling: Telling, database_url: str, generate_key: GenerateKey) -> Played | None:
    """None: publishing was refused, as the plan says."""
    with ExitStack() as stack:
        with telling.making_keys() as progress:
            embedded = stack.enter_context(
                Embedded(database_url=database_url, progress=progress, generate_key=generate_key)
            )
            player = Player(plan, embedded, telling, chance=random.SystemRandom())
            stack.callback(player.close)
            try:
                published = player.publish()
            except ServiceRefused as refused:
                if refused.code != plan.refused:
                    raise Unexpected(None, plan.refused, refused) from refused
                telling.refused_as_expected("publish", refused.code, refused.message)
                return None
        if plan.refused is not None:
            raise Unexpected(None, plan.refused, None)
        telling.published(published, player.threshold)
        return player.play()


def _judge(plan: RehearsalPlan, played: Played, out: Path, telling: Telling) -> int:
    out.mkdir(parents=True, exist_ok=True)
    ledger = out / f"{played.meeting}.ledger"
    write_whole(ledger, played.ledger)
    verdict = run_verifier(ledger, played.fingerprint, telling)
    if verdict is None:
        return FAILED
    verdict_file = out / "verdict.json"
    write_whole(verdict_file, (json.dumps(verdict, ensure_ascii=False, indent=1) + "\n").encode())
    telling.table(verdict)
    telling.verdict(verdict, str(ledger), str(verdict_file))
    if not verdict["accepted"]:
        return FAILED
    found = list(differences(plan.expect, verdict))
    if found:
        telling.differences(found)
        return DIFFERS
    if plan.expect:
        telling.matches()
    return RAN


def run_verifier(ledger: Path, fingerprint: bytes, telling: Telling) -> dict[str, Any] | None:
    """The verdict of `ballot-verify` on a ledger file; None when it could not read it, which is told.

    It is started so that the folder it runs in cannot put another `verify` in its place.
    """
    with tempfile.TemporaryDirectory(prefix="ballot-verdict-") as folder:
        target = Path(folder) / "verdict.json"
        command = [sys.executable, "-P", "-m", "verify", str(ledger), "--fingerprint", fingerprint.hex()]
        if ledger.stat().st_size < _WORTH_HELPERS_BYTES:
            command += ["--jobs", "1"]
        ran = subprocess.run(  # noqa: S603 -- our own program, no shell
            [*command, "--json", str(target), "--lang", telling.language],
            env={**os.environ, "PYTHONPATH": str(_VERIFIERS_HOME)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if ran.returncode not in (0, 1) or not target.is_file():
            telling.problem(f"ballot-verify: {ran.stderr.strip() or f'exit status {ran.returncode}'}")
            return None
        verdict: dict[str, Any] = json.loads(target.read_bytes())
    return verdict


def _where(error: Unexpected | None, telling: Telling) -> str:
    line = error.line if error is not None else None
    chinese = telling.language == "zh"
    if line is None:
        return "公布会议或闭会" if chinese else "publishing or closing the meeting"
    number = line.number if line.number is not None else line.position + 1
    return f"第 {number} 行 {line.verb}" if chinese else f"line {number}, {line.verb}"
