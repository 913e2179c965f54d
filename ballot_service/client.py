"""The voters' page as it was built: its files, and the hash of them that entry 0 of a meeting commits to.

Built from `ballot_service/web/` by `hatch_build.py`; nothing built is committed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crypto import canonical
from crypto.encoding import b64u


@dataclass(frozen=True)
class Client:
    """The built files by their path, `index.html` and `assets/…`; none where nothing was built."""

    files: dict[str, bytes]

    @property
    def hash(self) -> bytes:
        """SHA-256 of the canonical JSON {path: base64url of SHA-256}; of nothing where nothing was built.

        Source: docs/protocol.md §4, `client`.
        """
        if not self.files:
            return hashlib.sha256(b"").digest()
        return hashlib.sha256(canonical.encode(self.digests)).digest()

    @property
    def digests(self) -> dict[str, str]:
        """Path → base64url of SHA-256: what is hashed for `hash`."""
        return {name: _digest(data) for name, data in self.files.items()}


@cache
def built_client() -> Client:
    """Read once. Raises: RuntimeError when the files are not those of their manifest: a build that broke off."""
    built = files("ballot_service") / "web" / "dist"
    manifest = built / "manifest.json"
    if not manifest.is_file():
        return Client({})
    digests: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    client = Client({name: (built / name).read_bytes() for name in digests})
    if any(_digest(client.files[name]) != digest for name, digest in digests.items()):
        raise RuntimeError("the built web client is not what its manifest says: run `make setup` again")
    return client


def _digest(data: bytes) -> str:
    return b64u(hashlib.sha256(data).digest())
