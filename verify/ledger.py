"""The ledger file: its lines, its tree, and the signed checkpoint at its end.

Format: docs/protocol.md §4; the tree is RFC 6962 §2.1, the checkpoint C2SP tlog-checkpoint in a C2SP signed-note,
witnesses C2SP tlog-cosignature. What the lines mean is not known here.

The file is read once from front to end (`scan`): every line is hashed into the tree, every line but ballots and slips
is parsed. Ballots, which may be millions, are found by their ending and stay in the file, in chunks, for
`verify.ballots` to read; slips are kept in 33 bytes each. Memory therefore does not grow with the ballots.
"""

import json
import os
import re
import stat
from array import array
from base64 import b64decode
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from nacl.bindings import crypto_sign_open
from nacl.exceptions import CryptoError

from verify.errors import Malformed, Unreadable
from verify.rules.canonical import MAX_INT_DIGITS, check_size, decode_canonical
from verify.rules.errors import CanonicalError

MAX_LINE_BYTES = 4 * 1024 * 1024  # without the newline
MAX_ENTRIES = 2**22
MAX_NOTE_BYTES = 1_000_000  # as the note reader of golang.org/x/mod
CHUNK_BALLOTS = 512  # ballots per piece of work

BALLOT_ENDING = b',"type":"ballot"}'  # canonical key order puts `type` last

B64URL_TO_B64 = bytes.maketrans(b"-_", b"+/")


# ---------------------------------------------------------------------------------------------------- bytes and text


def b64url_decode(text: str) -> bytes:
    """Base64url without padding, one spelling per value: trailing bits are zero. Raises: Malformed."""
    try:
        raw = text.encode("ascii")
        data = a2b_base64(raw.translate(B64URL_TO_B64) + b"=" * (-len(raw) % 4), strict_mode=True)
    except (Base64Error, ValueError):
        raise Malformed("not base64url") from None
    if b64url_encode(data) != text:
        raise Malformed("not base64url in its one spelling")
    return data


def b64url_encode(data: bytes) -> str:
    return b2a_base64(data, newline=False).rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_").decode()


def _b64_decode(text: str) -> bytes:
    """Standard base64 with padding, as in notes. Raises: Malformed."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if b2a_base64(data, newline=False).decode() != text:
        raise Malformed("not base64 in its one spelling")
    return data


# ---------------------------------------------------------------------------------------------------- the Merkle tree


def leaf_hash(line: bytes) -> bytes:
    """32 bytes; `line` comes without its newline. Source: RFC 6962 §2.1."""
    return sha256(b"\x00" + line).digest()


class Frontier:
    """The root of a growing list of leaves, in memory that grows with the logarithm of its length.

    `_peaks` are the roots of the perfect subtrees that the list splits into, largest first: one per bit set in `size`.
    Source: RFC 6962 §2.1.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + self._peaks.pop() + leaf).digest()
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = sha256(b"\x01" + peak + root).digest()
        return root


# ---------------------------------------------------------------------------------------------- notes and checkpoints


@dataclass(frozen=True)
class Signature:
    """One signature line of a note, not yet checked against a key."""

    name: str
    key_id: bytes  # 4 bytes
    value: bytes  # what follows the key id


@dataclass(frozen=True)
class Checkpoint:
    """What a signed note says about a ledger: how long it is and what it holds."""

    origin: str
    tree_size: int
    root_hash: bytes
    body: bytes  # the signed text, with its final newline
    signatures: tuple[Signature, ...]


_SIGNATURE_TYPES = {"ledger": b"\x01", "witness": b"\x04"}
_KEY_NAME = re.compile(r"[^\s+]+")
_TREE_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class VerifierKey:
    """A note verifier key. `kind` is "ledger" (Ed25519, type 0x01) or "witness" (cosignature/v1, type 0x04)."""

    name: str
    kind: str
    public_key: bytes  # 32 bytes, Ed25519

    @property
    def key_id(self) -> bytes:
        typed = _SIGNATURE_TYPES[self.kind] + self.public_key
        return sha256(self.name.encode() + b"\n" + typed).digest()[:4]


def parse_verifier_key(text: str) -> VerifierKey:
    """Read `NAME+HASH+BASE64`. Raises: Malformed. Source: C2SP signed-note, "Verifier keys"."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_NAME.fullmatch(parts[0]):
        raise Malformed("a verifier key is NAME+HASH+BASE64")
    name, key_id, typed_b64 = parts
    typed = _b64_decode(typed_b64)
    kind = next((kind for kind, prefix in _SIGNATURE_TYPES.items() if typed[:1] == prefix), None)
    if kind is None or len(typed) != 33:
        raise Malformed("a verifier key of an unknown type")
    key = VerifierKey(name, kind, typed[1:])
    if key.key_id.hex() != key_id:
        raise Malformed("the hash in the verifier key is not that of its key")
    return key


def parse_checkpoint(note: bytes) -> Checkpoint:
    """Read a signed note that holds a checkpoint without extension lines. Only one spelling is accepted.

    Raises: Malformed. Source: C2SP tlog-checkpoint, "Note text"; C2SP signed-note, "Format".
    """
    if len(note) > MAX_NOTE_BYTES:
        raise Malformed(f"a checkpoint of more than {MAX_NOTE_BYTES} bytes")
    try:
        text = note.decode()
    except UnicodeDecodeError:
        raise Malformed("the checkpoint is not valid UTF-8") from None
    # A line ends at 0x0A and nowhere else; `splitlines` would also split at twelve other characters.
    lines = text.split("\n")
    if lines[-1] != "" or len(lines) < 6 or lines[3] != "":
        raise Malformed("a checkpoint is three lines, an empty line and signatures")
    if any(ord(character) < 0x20 and character != "\n" for character in text):
        raise Malformed("a control character in the checkpoint")
    origin, size, root_b64 = lines[:3]
    if not _KEY_NAME.fullmatch(origin):
        raise Malformed("the origin of the checkpoint is not a name")
    if not _TREE_SIZE.fullmatch(size):
        raise Malformed("the size in the checkpoint is not a number")
    root = _b64_decode(root_b64)
    if len(root) != 32:
        raise Malformed("the root hash in the checkpoint is not 32 bytes")
    signatures = tuple(_parse_signature(line) for line in lines[4:-1])
    if len({(one.name, one.key_id) for one in signatures}) != len(signatures):
        raise Malformed("two signatures by one key")
    body = "".join(f"{line}\n" for line in lines[:3]).encode()
    return Checkpoint(origin, int(size), root, body, signatures)


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _KEY_NAME.fullmatch(parts[1]):
        raise Malformed("not a signature line")
    value = _b64_decode(parts[2])
    if len(value) < 5:
        raise Malformed("a signature that is too short")
    return Signature(parts[1], value[:4], value[4:])


def ed25519_valid(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """libsodium's answer: A and R canonical and not of small order, S < L, R compared byte for byte.

    Source: docs/protocol.md §3, "Ed25519 rule set"; tests/verify runs the 914 edge cases against it.
    """
    if len(public_key) != 32 or len(signature) != 64:
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except CryptoError:
        return False
    return True


def signed_by(checkpoint: Checkpoint, key: VerifierKey) -> bool:
    """Whether the note carries a valid signature, or cosignature, by this key.

    Source: C2SP signed-note, "Signatures"; C2SP tlog-cosignature, "cosignature/v1".
    """
    for one in checkpoint.signatures:
        if (one.name, one.key_id) != (key.name, key.key_id):
            continue
        if key.kind == "ledger":
            return ed25519_valid(key.public_key, checkpoint.body, one.value)
        time, signature = one.value[:8], one.value[8:]
        message = b"cosignature/v1\ntime %d\n" % int.from_bytes(time) + checkpoint.body
        return ed25519_valid(key.public_key, message, signature)
    return False


# ------------------------------------------------------------------------------------------------------ reading lines


@dataclass(frozen=True, slots=True)
class Entry:
    """One parsed line. `index` counts from 0, as leaves do; people are told the line number, `index + 1`."""

    index: int
    leaf: bytes
    value: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.value.get("type", ""))  # the first line is asked before its fields are known

    @property
    def line(self) -> int:
        return self.index + 1


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to `CHUNK_BALLOTS` ballot lines that stand together: a piece of work for `verify.ballots`."""

    index: int  # of the first
    count: int
    start: int  # byte offsets in the file
    end: int


@dataclass(slots=True)
class BallotRun:
    """Ballot lines that stand together, with no other line between them."""

    index: int
    count: int = 0
    chunks: list[Chunk] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.index + 1


@dataclass(slots=True)
class SlipRun:
    """Slip lines that stand together; what they say is in the `SlipTable`."""

    index: int
    count: int = 0

    @property
    def line(self) -> int:
        return self.index + 1


class SlipTable:
    """All slips, in 33 bytes each and a little: a meeting may print a hundred thousand."""

    def __init__(self) -> None:
        self.ids = bytearray()
        self.classes: list[str] = []  # names, in order of appearance
        self.class_of = bytearray()  # index in `classes`
        self.reserve = bytearray()  # 0 or 1
        self.lines = array("L")
        self.roots: list[Frontier] = []  # per class: the tree over its lines, in ledger order
        self.first_disorder: int | None = None  # line of the first id that is not above the one before

    def __len__(self) -> int:
        return len(self.reserve)

    def id(self, number: int) -> bytes:
        return bytes(self.ids[32 * number : 32 * number + 32])

    def append(self, slip_id: bytes, class_id: str, reserve: bool, leaf: bytes, line: int) -> None:
        if len(self) and self.id(len(self) - 1) >= slip_id and self.first_disorder is None:
            self.first_disorder = line
        if class_id not in self.classes:
            if len(self.classes) == 255:
                raise Unreadable("V01", f"line {line}", "slips of more than 255 classes")
            self.classes.append(class_id)
            self.roots.append(Frontier())
        index = self.classes.index(class_id)
        self.ids += slip_id
        self.class_of.append(index)
        self.reserve.append(reserve)
        self.lines.append(line)
        self.roots[index].append(leaf)

    def find(self, slip_id: bytes) -> int | None:
        """The number of a slip; only right when the ids ascend."""
        number = bisect_left(range(len(self)), slip_id, key=self.id)
        return number if number < len(self) and self.id(number) == slip_id else None

    def class_name(self, number: int) -> str:
        return self.classes[self.class_of[number]]

    def root(self, class_id: str) -> bytes:
        """The root of the tree over the lines of one class."""
        return (self.roots[self.classes.index(class_id)] if class_id in self.classes else Frontier()).root()


@dataclass
class Scan:
    """The whole file, read once."""

    path: Path
    items: list[Entry | BallotRun | SlipRun] = field(default_factory=list)
    slips: SlipTable = field(default_factory=SlipTable)
    tree_size: int = 0
    root_hash: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)  # tree size -> root, for the sizes asked for
    note: bytes = b""
    checkpoint: Checkpoint | None = None
    not_canonical: list[tuple[int, str]] = field(default_factory=list)  # line, reason: V02
    ballots: int = 0
    stamp: tuple[int, int] = (0, 0)

    def entries(self) -> Iterator[Entry]:
        return (item for item in self.items if isinstance(item, Entry))


_SLIP_LINE = re.compile(
    rb'\{"class":"([A-Z0-9]{1,8})","id":"([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])","reserve":(true|false),"type":"slip"\}'
)


def scan(path: Path, sizes: Iterable[int] = (), keep: Callable[[Entry], bool] = lambda _: True) -> Scan:
    """Read the file. `sizes` are the tree sizes whose roots are wanted, beside the end of every `poll-close`. Of a line
    that `keep` does not want nothing but its place is remembered: a file of nonsense shall not fill the memory.

    Raises: Unreadable, for what is no ledger at all.
    """
    result = Scan(path)
    wanted = frozenset(sizes)
    tree = Frontier()
    run: BallotRun | SlipRun | None = None
    with _open_regular(path) as file:
        result.stamp = file_stamp(file)
        offset = 0
        for line in _lines_before_note(file):
            start, offset = offset, offset + len(line) + 1
            if tree.size >= MAX_ENTRIES:
                raise Unreadable("V01", f"line {tree.size + 1}", f"more than {MAX_ENTRIES} entries")
            leaf = leaf_hash(line)
            index = tree.size
            tree.append(leaf)
            if line.endswith(BALLOT_ENDING):
                if not isinstance(run, BallotRun):
                    run = BallotRun(index)
                    result.items.append(run)
                _add_ballot(run, index, start, offset)
                result.ballots += 1
            elif slip := _SLIP_LINE.fullmatch(line):
                if not isinstance(run, SlipRun):
                    run = SlipRun(index)
                    result.items.append(run)
                run.count += 1
                class_id, id_b64, reserve = slip.groups()
                result.slips.append(
                    b64url_decode(id_b64.decode()), class_id.decode(), reserve == b"true", leaf, index + 1
                )
            else:
                run = None
                entry = _parse(line, index, leaf, result)
                if entry is not None:
                    wanted_whole = keep(entry) or index == 0  # what is wrong with the first line is asked for again
                    result.items.append(entry if wanted_whole else Entry(index, leaf, {"type": ""}))
                    if entry.value.get("type") == "poll-close":
                        result.roots[tree.size] = tree.root()
            if tree.size in wanted:
                result.roots[tree.size] = tree.root()
        result.tree_size, result.root_hash = tree.size, tree.root()
        if tree.size == 0:
            raise Unreadable("V01", "", "no entries")
        result.note = file.read(MAX_NOTE_BYTES + 1)
    try:
        result.checkpoint = parse_checkpoint(result.note)
    except Malformed as error:
        raise Unreadable("V01", f"after line {tree.size + 1}", str(error)) from error
    return result


def file_stamp(file: BinaryIO) -> tuple[int, int]:
    """Size and modification time: a file that changed between two readings is not the one that was checked."""
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _open_regular(path: Path) -> BinaryIO:
    try:
        # A pipe or device is refused before it is opened: opening one may block for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("V01", "", "not a regular file")
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        raise Unreadable("V01", "", f"cannot open the file: {reason}") from error


def _lines_before_note(file: BinaryIO) -> Iterator[bytes]:
    """The entry lines, up to the empty line before the checkpoint, which is consumed."""
    number = 0
    while True:
        number += 1
        line = file.readline(MAX_LINE_BYTES + 1)
        if line == b"\n":
            return
        if not line.endswith(b"\n"):
            if len(line) > MAX_LINE_BYTES:
                raise Unreadable("V01", f"line {number}", f"longer than {MAX_LINE_BYTES} bytes")
            reason = "the line has no end" if line else "the file ends without an empty line and a checkpoint"
            raise Unreadable("V01", f"line {number}", reason)
        line = line[:-1]  # a statement of its own: a long line is not held twice
        yield line


def _add_ballot(run: BallotRun, index: int, start: int, end: int) -> None:
    run.count += 1
    if run.chunks and run.chunks[-1].count < CHUNK_BALLOTS:
        last = run.chunks[-1]
        run.chunks[-1] = Chunk(last.index, last.count + 1, last.start, end)
    else:
        run.chunks.append(Chunk(index, 1, start, end))


def _parse(line: bytes, index: int, leaf: bytes, result: Scan) -> Entry | None:
    try:
        value = parse_line(line, index + 1)
    except Malformed as error:
        result.not_canonical.append((index + 1, str(error)))
        return None
    return Entry(index, leaf, value)


def parse_line(line: bytes, number: int) -> dict[str, Any]:
    """One line as a JSON object.

    Raises: Unreadable when it is not strict JSON; Malformed when it is, in another spelling than the canonical one.
    """
    try:
        value = decode_canonical(line)
    except CanonicalError as error:
        refusal = str(error)
    else:
        if not isinstance(value, dict):
            raise Malformed("not an object")
        return value
    check_readable(line, number)  # out here, where what was read the first time is forgotten
    raise Malformed(refusal)


# -------------------------------------------------------------------- telling what is unreadable from what is misspelt


def check_readable(line: bytes, number: int) -> None:
    """Refuse a line that is not strict JSON within the limits: two readers could take it for two things.

    Raises: Unreadable.
    """
    place = f"line {number}"
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Unreadable("V01", place, "not valid UTF-8") from None
    try:
        check_size(line)
    except CanonicalError as error:
        raise Unreadable("V01", place, str(error)) from None
    try:
        json.loads(text, object_pairs_hook=_once_each, parse_int=_short_int, parse_constant=_no_constant)
    except Malformed as error:
        raise Unreadable("V02", place, str(error)) from error
    except (ValueError, RecursionError):
        raise Unreadable("V02", place, "not JSON") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a field is given twice")
    return members


def _short_int(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_INT_DIGITS:
        raise Malformed("an integer too long to read")
    return int(digits)


def _no_constant(_: str) -> None:
    raise Malformed("not JSON")
