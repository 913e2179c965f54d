"""Signed notes: a text, an empty line, and one line per signature.

Text: C2SP signed-note and tlog-cosignature. Two algorithms: 0x01 plain Ed25519 (the ledger's own key) and 0x04
cosignature/v1 (a witness, who adds the time it saw the note). Only one spelling of a note is read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from crypto import ed25519
from crypto.encoding import b64, from_b64, u64
from crypto.errors import (
    BadPublicKey,
    BadSignature,
    MalformedEncoding,
    MalformedNote,
    MalformedVerifierKey,
    NoteNotSigned,
)

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 100
_KEY_HASH_BYTES = 4
_MAX_TIMESTAMP = 2**63 - 1
_SIGNATURE_LINE = re.compile("— ([^ ]+) ([A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under. Creating an impossible one raises MalformedVerifierKey."""

    name: str
    algorithm: int  # ED25519 or COSIGNATURE
    public_key: bytes  # 32 bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise MalformedVerifierKey("a key name is not empty and has no white space and no plus sign")
        if self.algorithm not in (ED25519, COSIGNATURE):
            raise MalformedVerifierKey(f"expected algorithm 1 or 4, got {self.algorithm}")
        try:
            ed25519.check_public_key(self.public_key)
        except BadPublicKey as error:
            raise MalformedVerifierKey(f"not an ed25519 key: {error}") from error

    @property
    def key_hash(self) -> bytes:
        """4 bytes that tell signature lines apart; they prove nothing."""
        return sha256(self.name.encode() + b"\n" + self._typed_key).digest()[:_KEY_HASH_BYTES]

    @property
    def _typed_key(self) -> bytes:
        return bytes([self.algorithm]) + self.public_key

    def __str__(self) -> str:
        return format_verifier_key(self)


@dataclass(frozen=True)
class Signature:
    """One signature line. `blob` is what follows the key hash: its meaning is the key's affair."""

    name: str
    key_hash: bytes
    blob: bytes


@dataclass(frozen=True)
class Note:
    """A note as read; nothing in it is verified. `text` ends in a newline."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class VerifiedSignature:
    """A signature that holds, and whose. `timestamp` (seconds since 1970) only from a cosignature."""

    key: VerifierKey
    timestamp: int | None


def is_name(name: str) -> bool:
    """Whether a key or an origin may be called so."""
    return bool(name) and "+" not in name and not any(char.isspace() for char in name) and not _CONTROL.search(name)


def format_verifier_key(key: VerifierKey) -> str:
    """`name+hash+key`, as options and meeting files write it. Source: C2SP signed-note, "Verifier keys"."""
    return f"{key.name}+{key.key_hash.hex()}+{b64(key._typed_key)}"


def parse_verifier_key(text: str) -> VerifierKey:
    """The inverse of `format_verifier_key`. Raises: MalformedVerifierKey."""
    parts = text.split("+", 2)  # base64 may hold plus signs, a name may not
    if len(parts) != 3:
        raise MalformedVerifierKey("expected name+hash+key")
    name, key_hash, key_b64 = parts
    try:
        typed_key = from_b64(key_b64, 1 + ed25519.PUBLIC_KEY_BYTES)
    except MalformedEncoding as error:
        raise MalformedVerifierKey(f"key: {error}") from error
    key = VerifierKey(name, typed_key[0], typed_key[1:])
    if key.key_hash.hex() != key_hash:
        raise MalformedVerifierKey("the hash does not belong to this name and key")
    return key


def sign_note(text: str, name: str, seed: bytes) -> str:
    """`text` (ending in a newline) as a note with one Ed25519 signature.

    Raises: MalformedNote, MalformedVerifierKey.
    """
    _check_text(text)
    key = VerifierKey(name, ED25519, ed25519.public_key(seed))
    return text + "\n" + _signature_line(key, ed25519.sign(seed, text.encode()))


def cosign(text: str, name: str, seed: bytes, timestamp: int) -> str:
    """A witness's signature line for a note text; `add_signature` puts it under the note.

    Source: C2SP tlog-cosignature, "Format"; `timestamp` in seconds since 1970.
    """
    _check_text(text)
    key = VerifierKey(name, COSIGNATURE, ed25519.public_key(seed))
    return _signature_line(key, u64(timestamp) + ed25519.sign(seed, _cosigned_message(text, timestamp)))


def add_signature(note: str, line: str) -> str:
    """The note with one more signature line. Raises: MalformedNote."""
    longer = note + line
    parse_note(longer)
    return longer


def parse_note(note: str) -> Note:
    """Read a note without believing it. Raises: MalformedNote. Source: C2SP signed-note, "Format"."""
    if len(note.encode("utf-8", "surrogatepass")) > MAX_NOTE_BYTES:
        raise MalformedNote(f"expected at most {MAX_NOTE_BYTES} bytes")
    text, separator, lines = note.rpartition("\n\n")
    if not separator:
        raise MalformedNote("expected an empty line between text and signatures")
    text += "\n"
    _check_text(text)
    if not lines.endswith("\n"):
        raise MalformedNote("expected a newline after the last signature")
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise MalformedNote(f"expected at most {MAX_SIGNATURES} signatures, got {len(rows)}")
    signatures = tuple(_parse_signature_line(row) for row in rows)
    if len({(signature.name, signature.key_hash) for signature in signatures}) != len(signatures):
        raise MalformedNote("two signatures of one key")
    return Note(text, signatures)


def verify_note(note: str, keys: Iterable[VerifierKey]) -> list[VerifiedSignature]:
    """The signatures of the given keys, in the note's order; lines of unknown keys count for nothing.

    A line of a given key that does not verify spoils the note: it is no accident.
    Raises: MalformedNote, BadSignature, NoteNotSigned when none of the keys has signed.
    """
    parsed = parse_note(note)
    known = {(key.name, key.key_hash): key for key in keys}
    verified = []
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_hash))
        if key is not None:
            verified.append(VerifiedSignature(key, _verify_signature(key, parsed.text, signature.blob)))
    if not verified:
        raise NoteNotSigned("the note carries no signature of a key that was given")
    return verified


def _verify_signature(key: VerifierKey, text: str, blob: bytes) -> int | None:
    if key.algorithm == ED25519:
        ed25519.verify(key.public_key, text.encode(), blob)
        return None
    if len(blob) != 8 + ed25519.SIGNATURE_BYTES:
        raise BadSignature(f"expected a cosignature of {8 + ed25519.SIGNATURE_BYTES} bytes, got {len(blob)}")
    timestamp = int.from_bytes(blob[:8], "big")
    if timestamp > _MAX_TIMESTAMP:
        raise BadSignature("the time of the cosignature lies outside 63 bits")
    ed25519.verify(key.public_key, _cosigned_message(text, timestamp), blob[8:])
    return timestamp


def _cosigned_message(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _signature_line(key: VerifierKey, blob: bytes) -> str:
    return f"— {key.name} {b64(key.key_hash + blob)}\n"


def _parse_signature_line(line: str) -> Signature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if not match or not is_name(match[1]):
        raise MalformedNote("a signature line is not: em dash, name, base64")
    try:
        data = from_b64(match[2])
    except MalformedEncoding as error:
        raise MalformedNote(f"signature line: {error}") from error
    if len(data) <= _KEY_HASH_BYTES:
        raise MalformedNote("a signature line holds no signature")
    return Signature(match[1], data[:_KEY_HASH_BYTES], data[_KEY_HASH_BYTES:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise MalformedNote("expected a text that ends in a newline")
    if _CONTROL.search(text):
        raise MalformedNote("the text holds a control character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedNote("the text holds a lone surrogate") from error
