"""Ballots: credential, signature, order, uniqueness, opening. The only place where time matters.

Text: docs/protocol.md §5, §7. Every ballot is read, verified and opened; the work is cut into chunks of the file that
worker processes take, and the answers are put together in ledger order, so the number of processes changes nothing.
What a chunk returns does not grow with its ballots, but for 16 bytes each that find repeats.
"""

import os
import re
import signal
import sys
import threading
from array import array
from binascii import a2b_base64
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from verify.encoding import lp, tag
from verify.errors import Malformed, Unreadable
from verify.ledger import B64URL_TO_B64, Chunk, ed25519_valid, file_stamp, leaf_hash, parse_line
from verify.shapes import binary, class_id, hash32, listing, one_of, record

PUBLIC_EXPONENT = 65537
SALT_BYTES = 48
SEAL_TAG_BYTES = 16  # ct is longer than the plaintext by this
CHUNKS_PER_PROCESS = 4  # at least: starting a process takes as long as verifying two thousand ballots
MAX_FAULTS = 5  # kept per chunk and check; the rest is only counted

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_PSS = padding.PSS(padding.MGF1(SHA384()), SALT_BYTES)
_HASH = SHA384()


# ------------------------------------------------------------------------------------------------ what a worker needs


@dataclass(frozen=True)
class PaperContext:
    """What a ballot on this paper is checked against."""

    hash: bytes
    page: int
    classes: tuple[str, ...]  # in the order of the meeting
    length: int  # of the padded plaintext
    moduli: dict[str, tuple[bytes, ...]] | None  # class -> modulus of each issuer for this page; None: V07 fails


@dataclass(frozen=True)
class PollContext:
    """One poll's papers, in the order of its poll-open; `secret` opens its box, None when it stays closed."""

    papers: tuple[PaperContext, ...]
    secret: bytes | None


@dataclass(frozen=True)
class Context:
    """All that workers are told. `polls` is empty when only the form of the ballots can be checked."""

    path: Path
    stamp: tuple[int, int]
    fingerprint: bytes
    issuers: int
    modulus_bytes: int
    polls: tuple[PollContext, ...]
    wanted_ids: frozenset[bytes]  # ballot ids of receipts and objections


Place = tuple[int, int, bytes]  # paper in its poll, class in its paper, ballot key: ballots ascend in this


@dataclass
class Found:
    """What one chunk, or all of them together, turned out to hold."""

    faults: dict[str, list[str]] = field(default_factory=dict)  # check -> its first faults
    fault_counts: Counter[str] = field(default_factory=Counter)
    ballots: Counter[tuple[int, int, str]] = field(default_factory=Counter)  # (poll, paper, class) -> ballots
    opened: dict[tuple[int, int, str], Counter[bytes | None]] = field(default_factory=dict)
    keys: "array[int]" = field(default_factory=lambda: array("Q"))  # the first 8 bytes of every ballot key
    encs: "array[int]" = field(default_factory=lambda: array("Q"))
    first: Place | None = None
    last: Place | None = None
    first_line: int = 0
    ids: set[bytes] = field(default_factory=set)  # of those wanted, the ones that are there
    unopened: int = 0  # did not open, counted as invalid

    def fault(self, check: str, message: str) -> None:
        self.fault_counts[check] += 1
        listed = self.faults.setdefault(check, [])
        if len(listed) < MAX_FAULTS:
            listed.append(message)


@dataclass(frozen=True)
class Task:
    """One chunk of one poll's ballots; `poll` is None when the grammar did not place them."""

    chunk: Chunk
    poll: int | None


# ---------------------------------------------------------------------------------------------------------- one chunk


@dataclass(frozen=True)
class _Ballot:
    paper: bytes
    class_id: str
    key: bytes
    sigs: tuple[bytes, ...]
    enc: bytes
    ct: bytes
    sig: bytes


_Parse = Callable[[bytes, int], _Ballot]


class _Ready:
    """A paper and class made ready: loaded keys and the fixed beginnings of what is hashed and signed."""

    def __init__(self, context: Context, paper: PaperContext, moduli: tuple[bytes, ...], voter_class: str) -> None:
        self.moduli = moduli
        self.keys = [rsa.RSAPublicNumbers(PUBLIC_EXPONENT, int.from_bytes(n)).public_key() for n in self.moduli]
        end = lp(voter_class)
        self.credential = tag("credential") + context.fingerprint + paper.page.to_bytes(2) + end
        self.ballot = tag("ballot") + paper.hash + end
        self.seal = tag("seal") + paper.hash + end
        self.ct_bytes = paper.length + SEAL_TAG_BYTES


class Worker:
    """Checks chunks, with keys loaded once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._parse = _parser(context.issuers, context.modulus_bytes)
        self._ready: dict[tuple[int, int, str], _Ready] = {}
        self._secrets = [
            None if poll.secret is None else X25519PrivateKey.from_private_bytes(poll.secret) for poll in context.polls
        ]

    def check(self, task: Task) -> Found:
        """Read and check one chunk. Raises: Unreadable for a line that is not strict JSON, or a file that changed."""
        found = Found(first_line=task.chunk.index + 1)
        with self.context.path.open("rb") as file:
            if file_stamp(file) != self.context.stamp:
                raise Unreadable("V01", "", "the file changed while it was read")
            file.seek(task.chunk.start)
            data = file.read(task.chunk.end - task.chunk.start)
        for number, line in enumerate(data.split(b"\n")[:-1], task.chunk.index + 1):
            try:
                ballot = self._parse(line, number)
            except Malformed as error:
                found.fault("V02", f"line {number}: {error}")
                continue
            if self.context.wanted_ids:
                ballot_id = leaf_hash(line)
                if ballot_id in self.context.wanted_ids:
                    found.ids.add(ballot_id)
            if task.poll is not None:
                self._check_ballot(task.poll, ballot, number, found)
        return found

    def _check_ballot(self, poll: int, ballot: _Ballot, line: int, found: Found) -> None:
        papers = self.context.polls[poll].papers
        paper_place = next((place for place, paper in enumerate(papers) if paper.hash == ballot.paper), None)
        if paper_place is None:
            found.fault("V06", f"line {line}: a ballot on a paper that is not of this poll")
            return
        paper = papers[paper_place]
        if paper.moduli is None:
            return
        if ballot.class_id not in paper.classes:
            found.fault("V10", f"line {line}: a ballot of class {ballot.class_id}, which does not vote on this paper")
            return
        place = (paper_place, paper.classes.index(ballot.class_id), ballot.key)
        if found.first is None:
            found.first = place
        if found.last is not None and place <= found.last:
            found.fault("V11", f"line {line}: {_disorder(found.last, place)}")
        found.last = place
        found.keys.append(int.from_bytes(ballot.key[:8]))
        found.encs.append(int.from_bytes(ballot.enc[:8]))
        box = (poll, paper_place, ballot.class_id)
        found.ballots[box] += 1
        ready = self._ready.get(box)
        if ready is None:
            ready = self._ready[box] = _Ready(self.context, paper, paper.moduli[ballot.class_id], ballot.class_id)
        fault = _credential_fault(ready, ballot) or _signature_fault(ready, ballot)
        if fault:
            found.fault("V10", f"line {line}: {fault}")
        plaintext = None
        if len(ballot.ct) != ready.ct_bytes:
            found.fault("V14", f"line {line}: expected a sealed choice of {ready.ct_bytes} bytes, got {len(ballot.ct)}")
        elif (secret := self._secrets[poll]) is not None:
            # Whatever is wrong inside a seal spoils this one ballot and nothing else; an all-zero shared secret too.
            with suppress(InvalidTag, ValueError):
                plaintext = _SUITE.decrypt(ballot.enc + ballot.ct, secret, info=ready.seal + ballot.key).rstrip(b" ")
        if self._secrets[poll] is not None:
            found.unopened += plaintext is None
            found.opened.setdefault(box, Counter())[plaintext] += 1


def _disorder(before: Place, after: Place) -> str:
    if before == after:
        return "the ballot key of the line before once more"
    return "ballots do not ascend by paper, class and ballot key"


def _credential_fault(ready: _Ready, ballot: _Ballot) -> str | None:
    """RSABSSA-SHA384-PSS-Deterministic, one signature of every issuer. Source: RFC 9474 §4.5; RFC 8017 §8.1.2."""
    message = ready.credential + ballot.key
    for key, modulus, sig in zip(ready.keys, ready.moduli, ballot.sigs, strict=True):
        if sig >= modulus:  # of equal length: the order of bytes is that of numbers
            return "a credential that is not below its modulus"
        try:
            key.verify(sig, message, _PSS, _HASH)
        except InvalidSignature:
            return "the credential does not verify under the key of this page and class"
    return None


def _signature_fault(ready: _Ready, ballot: _Ballot) -> str | None:
    """Ed25519 with libsodium's rule set, which refuses keys of small order and other spellings by itself."""
    message = ready.ballot + ballot.key + sha256(ballot.enc + ballot.ct).digest()
    if ed25519_valid(ballot.key, message, ballot.sig):
        return None
    return "the signature does not verify under the ballot key, or that is no key to sign with"


# -------------------------------------------------------------------------------------------------------- one line


def _parser(issuers: int, modulus_bytes: int) -> _Parse:
    """A reader of ballot lines: a pattern that only canonical lines match, and the slow way to say what is wrong.

    The pattern holds the zero bits at the end of every byte string, so what matches has one spelling. The sealed
    choice has a length of its own per paper; its last character is looked at by itself.
    """
    shape = record(
        {
            "type": one_of("ballot"),
            "paper": hash32,
            "class": class_id,
            "key": hash32,
            "sigs": listing(binary(modulus_bytes), least=issuers, most=issuers),
            "enc": hash32,
            "ct": binary(),
            "sig": binary(64),
        }
    )
    one = _b64url_pattern(32)
    sig_chars = -(-modulus_bytes * 4 // 3)
    pattern = re.compile(
        rb'\{"class":"([A-Z0-9]{1,8})","ct":"([A-Za-z0-9_-]*)","enc":"(%b)","key":"(%b)","paper":"(%b)","sig":"(%b)",'
        rb'"sigs":\["(%b)"\],"type":"ballot"\}'
        % (one, one, one, _b64url_pattern(64), b'","'.join([_b64url_pattern(modulus_bytes)] * issuers))
    )

    def parse(line: bytes, number: int) -> _Ballot:
        match = pattern.fullmatch(line)
        if match is None or not _ends_in_zero_bits(match[2]):
            raise _what_is_wrong(line, number)
        voter_class, ct, enc, key, paper, sig, sigs = match.groups()
        return _Ballot(
            _decode(paper),
            voter_class.decode(),
            _decode(key),
            tuple(_decode(sigs[start : start + sig_chars]) for start in range(0, len(sigs), sig_chars + 3)),
            _decode(enc),
            _decode(ct),
            _decode(sig),
        )

    def _what_is_wrong(line: bytes, number: int) -> Malformed:
        try:
            shape(parse_line(line, number), "ballot")
        except Malformed as error:
            return error
        return Malformed("ballot: not in its one spelling")

    return parse


# Characters that may stand last, by the length of the text modulo 4: the bits beyond the last byte are zero.
_LAST = {0: b"A-Za-z0-9_-", 2: b"AQgw", 3: b"AEIMQUYcgkosw048"}


def _b64url_pattern(length: int) -> bytes:
    chars = -(-length * 4 // 3)
    return b"[A-Za-z0-9_-]{%d}[%b]" % (chars - 1, _LAST[chars % 4])


def _ends_in_zero_bits(text: bytes) -> bool:
    rest = len(text) % 4
    return rest == 0 or (rest in _LAST and text[-1:] in _LAST[rest])


def _decode(text: bytes) -> bytes:
    return a2b_base64(text.translate(B64URL_TO_B64) + b"==")


# -------------------------------------------------------------------------------------------------------- all chunks

_worker: Worker | None = None  # in a worker process


def _start_worker(context: Context) -> None:
    global _worker  # noqa: PLW0603 - one per process, made by the pool's initializer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's to handle
    _worker = Worker(context)


def _work(task: Task) -> Found:
    assert _worker is not None
    return _worker.check(task)


def check_ballots(context: Context, tasks: list[Task], jobs: int) -> Found:
    """Check all chunks, in `jobs` processes; one works in this process. Raises: Unreadable."""
    total = Found()
    place: Place | None = None
    poll: int | None = None
    for task, found in zip(tasks, _results(context, tasks, jobs), strict=True):
        if task.poll != poll:
            poll, place = task.poll, None
        if place is not None and found.first is not None and found.first <= place:
            total.fault("V11", f"line {found.first_line}: {_disorder(place, found.first)}")
        place = found.last or place
        _add(total, found)
    for check, message in _repeats(context, tasks, total):
        total.fault(check, message)
    with context.path.open("rb") as file:
        if file_stamp(file) != context.stamp:
            raise Unreadable("V01", "", "the file changed while it was read")
    return total


def _results(context: Context, tasks: list[Task], jobs: int) -> Iterator[Found]:
    jobs = min(jobs, len(tasks) // CHUNKS_PER_PROCESS)
    if jobs <= 1:
        worker = Worker(context)
        yield from map(worker.check, tasks)
        return
    pool = ProcessPoolExecutor(jobs, _multiprocessing(), _start_worker, (context,))
    try:
        # A bounded number ahead: answers that wait for their turn would otherwise pile up.
        waiting: list[Future[Found]] = []
        for task in tasks:
            waiting.append(pool.submit(_work, task))
            if len(waiting) >= 4 * jobs:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()
    except BrokenProcessPool as error:
        raise Unreadable("V10", "", "a worker process ended by itself; try --jobs 1") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _multiprocessing() -> BaseContext:
    """Fork where it is safe, which is ten times as fast as starting Python anew: on Linux, without other threads."""
    forks = sys.platform == "linux" and threading.active_count() == 1
    return get_context("fork" if forks else "spawn")


def _add(total: Found, found: Found) -> None:
    for check, messages in found.faults.items():
        listed = total.faults.setdefault(check, [])
        listed.extend(messages[: MAX_FAULTS - len(listed)])
    total.fault_counts.update(found.fault_counts)
    total.ballots.update(found.ballots)
    for box, plaintexts in found.opened.items():
        total.opened.setdefault(box, Counter()).update(plaintexts)
    total.keys.extend(found.keys)
    total.encs.extend(found.encs)
    total.ids |= found.ids
    total.unopened += found.unopened


# ------------------------------------------------------------------------------------------------------ repeats


def _repeats(context: Context, tasks: list[Task], total: Found) -> Iterator[tuple[str, str]]:
    """Ballot keys and encs that come twice in the whole ledger. Two that merely begin alike are looked at exactly."""
    keys, encs = _twice(total.keys), _twice(total.encs)
    if not keys and not encs:
        return
    parse = _parser(context.issuers, context.modulus_bytes)
    seen: set[tuple[str, bytes]] = set()
    with context.path.open("rb") as file:
        for task in tasks:
            if task.poll is None:
                continue
            file.seek(task.chunk.start)
            lines = file.read(task.chunk.end - task.chunk.start).split(b"\n")[:-1]
            for number, line in enumerate(lines, task.chunk.index + 1):
                try:
                    ballot = parse(line, number)
                except Malformed:
                    continue
                for what, value, prefixes in (("ballot key", ballot.key, keys), ("enc", ballot.enc, encs)):
                    if int.from_bytes(value[:8]) not in prefixes:
                        continue
                    if (what, value) in seen:
                        yield "V11", f"line {number}: the {what} of an earlier ballot"
                    seen.add((what, value))


def _twice(prefixes: "array[int]") -> set[int]:
    """The values that come more than once, sorted a part at a time so that no list grows with the ledger."""
    parts = 1 + len(prefixes) // 2**18
    found: set[int] = set()
    for part in range(parts):
        ordered = sorted(prefixes if parts == 1 else (one for one in prefixes if one % parts == part))
        found.update(one for one, after in pairwise(ordered) if one == after)
    return found


def default_jobs() -> int:
    return min(os.cpu_count() or 1, 8)
