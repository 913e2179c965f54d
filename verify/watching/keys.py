"""A witness's key: made once, kept in a file that only its owner can read, used for cosignatures and nothing else.

Format: C2SP signed-note, "Private keys" (as `golang.org/x/mod/sumdb/note` writes them) with type 0x04;
cosignatures: C2SP tlog-cosignature, "cosignature/v1".
"""

import base64
import os
import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from verify.errors import BadOption

_PREFIX = "PRIVATE+KEY"
_TYPE = b"\x04"
_SEED_BYTES = 32
_SIGNATURE_BYTES = 64
_NAME = re.compile(r"[^\s+]{1,200}")


@dataclass(frozen=True)
class WitnessKey:
    """Who cosigns."""

    name: str
    seed: bytes = field(repr=False)  # 32 bytes

    @property
    def public_key(self) -> bytes:
        return crypto_sign_seed_keypair(self.seed)[0]

    @property
    def _key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _TYPE + self.public_key).digest()[:4]

    def verifier_key(self) -> str:
        """What a meeting file names: `NAME+HASH+KEY`."""
        return f"{self.name}+{self._key_id.hex()}+{_b64(_TYPE + self.public_key)}"

    def cosign(self, body: bytes, timestamp: int) -> str:
        """A signature line, newline included, for a checkpoint's three lines; `timestamp` in seconds since 1970."""
        message = b"cosignature/v1\ntime %d\n" % timestamp + body
        secret = crypto_sign_seed_keypair(self.seed)[1]
        signature = crypto_sign(message, secret)[:_SIGNATURE_BYTES]
        return f"— {self.name} {_b64(self._key_id + timestamp.to_bytes(8) + signature)}\n"


def make_key(path: Path, name: str) -> WitnessKey:
    """A new key in a new file, readable by its owner only. Raises: BadOption, also where the file is there already."""
    if not _NAME.fullmatch(name):
        raise BadOption("--name: a witness's name has no white space and no plus sign")
    key = WitnessKey(name, os.urandom(_SEED_BYTES))
    text = f"{_PREFIX}+{name}+{key._key_id.hex()}+{_b64(_TYPE + key.seed)}\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise BadOption(f"--make-key {path.name}: there is such a file already, and it is not overwritten") from error
    except OSError as error:
        raise BadOption(f"--make-key {path.name}: cannot be written") from error
    return key


def read_key(path: Path) -> WitnessKey:
    """The inverse of `make_key`. Raises: BadOption, which never quotes the file."""
    try:
        parts = path.read_text(encoding="utf-8").strip().split("+", 4)
        typed = base64.b64decode(parts[4], validate=True)
    except (OSError, ValueError, IndexError) as error:
        raise BadOption(f"--key {path.name}: not a witness's private key") from error
    key = WitnessKey(parts[2], typed[1:])
    if (
        "+".join(parts[:2]) != _PREFIX
        or typed[:1] != _TYPE
        or len(key.seed) != _SEED_BYTES
        or not _NAME.fullmatch(key.name)
    ):
        raise BadOption(f"--key {path.name}: not a witness's private key")
    if key._key_id.hex() != parts[3]:
        raise BadOption(f"--key {path.name}: the hash in it is not that of its key")
    return key


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
