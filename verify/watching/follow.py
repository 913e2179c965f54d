"""One look at a running meeting, and what it means. The network is a parameter; `verify.watching.cli` has one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verify.errors import Failed, Malformed, VerifyError
from verify.ledger import Checkpoint, VerifierKey, b64url_decode, leaf_hash, parse_checkpoint, signed_by
from verify.watching.kept import Kept
from verify.watching.keys import WitnessKey
from verify.watching.proofs import check_consistency

Get = Callable[[str], dict[str, Any]]  # a path below the meeting's address → the answer; raises Unreachable
Post = Callable[[str, dict[str, Any]], None]


class Unreachable(VerifyError):
    """The service did not answer, or answered something else. Nothing is wrong with the ledger by that."""


class Contradiction(VerifyError):
    """Two signed checkpoints of one size with different content: nothing can explain that away."""


class NotShown(VerifyError):
    """The service did not prove that what it signed now continues what it signed before. It may yet."""


@dataclass(frozen=True)
class Look:
    """What one look found."""

    checkpoint: Checkpoint
    news: bool  # longer than what was kept
    cosigned: bool
    closed: bool  # the service says that the meeting has ended


@dataclass
class Watcher:
    """Follows one meeting. `pinned` is the ledger key or the fingerprint that the caller brought along."""

    get: Get
    post: Post
    kept: Kept
    ledger_key: VerifierKey | None = None
    fingerprint: bytes | None = None  # 32 bytes, or the first 11 when given as words
    witness: WitnessKey | None = None
    clock: Callable[[], int] = lambda: 0  # seconds since 1970
    cosigned: int = 0  # size of the last checkpoint whose cosignature was taken

    def look(self) -> Look:
        """Ask for the newest checkpoint, check it, keep it, cosign it; only what is kept is cosigned.

        Raises: Unreachable, NotShown: look again later; Contradiction, after keeping the evidence; Failed, for what is
        not signed by the pinned key.
        """
        key = self._key()
        state = self.get("state")
        note = _text(state, "checkpoint").encode()
        checkpoint = self._read(note, key)
        before = self.kept.newest()
        news = before is None or checkpoint.tree_size > before.tree_size
        if before is not None:
            self._compare(before, checkpoint, note)
        if news:
            self.kept.keep(note)
        if before is not None and checkpoint.tree_size < before.tree_size:
            checkpoint = before
        cosigned = self.witness is not None and checkpoint.tree_size != self.cosigned
        if self.witness is not None and cosigned:
            line = self.witness.cosign(checkpoint.body, self.clock())
            self.post("cosignatures", {"size": checkpoint.tree_size, "signature": line})
            self.cosigned = checkpoint.tree_size
        return Look(checkpoint, news, cosigned, state.get("closed") is True)

    def _key(self) -> VerifierKey:
        """The ledger key: as given, or named by the entry whose fingerprint was given."""
        if self.ledger_key is None:
            line = _text(self.get("head"), "meeting").encode()
            given = self.fingerprint or b""
            if not given or leaf_hash(line)[: len(given)] != given:
                raise Failed("the meeting at this address has another fingerprint than the one given")
            entry = json.loads(line)
            self.ledger_key = VerifierKey(entry["origin"], "ledger", b64url_decode(entry["ledger_key"]))
        return self.ledger_key

    def _read(self, note: bytes, key: VerifierKey) -> Checkpoint:
        try:
            checkpoint = parse_checkpoint(note)
        except Malformed as error:
            raise Unreachable(f"the answer is no checkpoint: {error}") from error
        if checkpoint.origin != key.name or not signed_by(checkpoint, key):
            raise Failed("the checkpoint is not signed by the pinned key under its name")
        return checkpoint

    def _compare(self, before: Checkpoint, now: Checkpoint, note: bytes) -> None:
        """Raises: Contradiction, NotShown, Unreachable."""
        small, large = sorted((before, now), key=lambda one: one.tree_size)
        if small.tree_size == large.tree_size and small.root_hash != large.root_hash:
            evidence = self.kept.keep_evidence(note)
            raise Contradiction(
                f"two histories of {now.origin}, each signed, of {now.tree_size} lines: see {evidence.parent}"
            )
        nodes: list[bytes] = []
        if small.tree_size != large.tree_size:
            answer = self.get(f"proofs/consistency?old={small.tree_size}&new={large.tree_size}")
            try:
                nodes = [b64url_decode(node) for node in answer["nodes"]]
            except (Malformed, KeyError, TypeError, AttributeError) as error:
                raise Unreachable("the answer is no proof") from error
        try:
            check_consistency(small.tree_size, large.tree_size, small.root_hash, large.root_hash, nodes)
        except Failed as error:
            raise NotShown(str(error)) from error


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise Unreachable(f"the answer has no {name}")
    return value
