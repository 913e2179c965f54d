"""The second verifier beside the first: both judge the same files, and their verdicts are held against each other.

What docs/formats/verdict.md calls prose is left out; everything else has to be equal.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hatch_build import VERIFIER, node_program
from tests.judging import fingerprint_of
from verify.options import Options
from verify.verdict import judge, to_json

COMMAND = VERIFIER / "src" / "cli.ts"


@dataclass(frozen=True)
class Brought:
    """A ledger, and what its reader brings along; pinned by its own fingerprint unless told otherwise."""

    ledger: Path
    earlier: tuple[Path, ...] = ()
    checkpoints: tuple[Path, ...] = ()
    receipts: tuple[Path, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def pin(self) -> dict[str, Any]:
        return self.options or {"fingerprint": fingerprint_of(self.ledger.read_bytes())}


def first(brought: Brought) -> dict[str, Any]:
    if brought.checkpoints or brought.receipts or "ledger_key" in brought.options:  # what only the command reads
        command = [sys.executable, "-m", "verify", *_words(brought), "--json", "-", "--jobs", "1"]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.stdout, done.stderr
        printed: dict[str, Any] = json.loads(done.stdout)
        return printed
    earlier = tuple((path.name, path) for path in brought.earlier)
    verdict = to_json(judge(brought.ledger, Options(earlier=earlier, **brought.pin())), "en")
    copied: dict[str, Any] = json.loads(json.dumps(verdict))
    return copied


def second(all_brought: Sequence[Brought], folder: Path) -> list[dict[str, Any]]:
    return answers([_words(one) for one in all_brought], folder)


def answers(arguments: Sequence[Sequence[str]], folder: Path) -> list[dict[str, Any]]:
    """What the second verifier says to each of these command lines."""
    batch = folder / "batch.jsonl"
    batch.write_text("".join(json.dumps(one) + "\n" for one in arguments), encoding="utf-8")
    done = subprocess.run(
        [str(node_program()), str(COMMAND), "--batch", str(batch)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(said) == len(arguments)
    return said


def _words(brought: Brought) -> list[str]:
    words = [str(brought.ledger)]
    pin = brought.pin()
    if "fingerprint" in pin:
        words += ["--fingerprint", _typed(pin["fingerprint"])]
    if "ledger_key" in pin:
        words += ["--ledger-key", str(pin["ledger_key"])]
    if pin.get("unpinned"):
        words.append("--unpinned")
    for option, paths in (
        ("--earlier", brought.earlier),
        ("--checkpoint", brought.checkpoints),
        ("--receipt", brought.receipts),
    ):
        words += [word for path in paths for word in (option, str(path))]
    return words


def _typed(fingerprint: bytes) -> str:
    return fingerprint.hex()


def check_same(all_brought: Sequence[Brought], folder: Path) -> list[dict[str, Any]]:
    """Both verifiers on each of these; the verdicts of the first. Says where they differ."""
    verdicts = [first(one) for one in all_brought]
    differences = [
        (brought.ledger.name, place, one, other)
        for brought, mine, its in zip(all_brought, verdicts, second(all_brought, folder), strict=True)
        for place, one, other in differing(without_prose(mine), without_prose(its))
    ]
    assert differences == []
    return verdicts


def without_prose(verdict: dict[str, Any]) -> dict[str, Any]:
    """docs/formats/verdict.md, "What a reader must refuse"."""
    plain = copy.deepcopy(verdict)
    for check in plain["checks"]:
        del check["title"], check["detail"]
    for contest in plain["contests"].values():
        for one in contest["rounds"]:
            raised = {flag["code"] for flag in one["flags"]}
            for proposal in one["proposals"]:
                if proposal["code"] not in raised:  # a bar's; those of a flag are the rule's own
                    del proposal["text"], proposal["confirm"]
    _forget(plain["contests"], ("working", "display"))
    _forget(plain["scores"], ("working", "display"))
    plain["not_covered"] = [line.split(":")[0] for line in plain["not_covered"]]
    return plain


def _forget(node: Any, names: tuple[str, ...]) -> None:
    if isinstance(node, dict):
        for name in names:
            if not isinstance(node.get(name), dict | list):
                node.pop(name, None)
    for inside in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _forget(inside, names)


def differing(one: Any, other: Any, place: str = "") -> list[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            found
            for name in sorted(one.keys() | other.keys())
            for found in differing(one.get(name, "absent"), other.get(name, "absent"), f"{place}/{name}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            found
            for number, (left, right) in enumerate(zip(one, other, strict=True))
            for found in differing(left, right, f"{place}/{number}")
        ]
    return [] if type(one) is type(other) and one == other else [(place, one, other)]
