"""Issuer keys: by them the hub knows a ballot that somebody was entitled to from one that anybody could make up.

Without that, whoever reaches the hub could leave ballots that the server refuses in the end: they would be counted as
lost votes, and a meeting would vote again for nothing. Entry 0 commits to every line of keys (docs/protocol.md §4); the
hub keeps a copy, so that it can be switched on again while the server is away.
"""

from __future__ import annotations

import json
from typing import Any

from crypto import blind_rsa, booklet, canonical, merkle
from crypto.ballot import Ballot
from crypto.blind_rsa import PublicKey
from crypto.encoding import from_b64u
from crypto.errors import CryptoError
from kiosk.complaint import Mistrust
from kiosk.folder import Folder
from kiosk.meeting import Meeting
from kiosk.remote import Server

FILE = "issuers.json"


class Issuers:
    """The keys of all issuers, by class and page."""

    def __init__(self, fingerprint: bytes, keys: dict[str, list[list[PublicKey]]]) -> None:
        """keys: by class, issuer by issuer, page by page."""
        self._fingerprint = fingerprint
        self._keys = keys

    def check_credentials(self, ballot: Ballot, page: int) -> None:
        """One credential of every issuer for this page, class and ballot key. Raises: CryptoError, ValueError."""
        issuers = self._keys[ballot.voter_class]
        if len(ballot.sigs) != len(issuers):
            raise ValueError(f"sigs: expected {len(issuers)} credentials, got {len(ballot.sigs)}")
        message = booklet.credential_message(self._fingerprint, page, ballot.voter_class, ballot.key)
        for pages, credential in zip(issuers, ballot.sigs, strict=True):
            blind_rsa.verify(pages[page - 1], message, credential)


def load_issuers(meeting: Meeting, folder: Folder, server: Server) -> Issuers:
    """From the folder, else from the server. Raises: Mistrust, Refused, NoAnswer, OSError."""
    try:
        return read_issuers(folder.read_json(FILE), meeting)
    except (Mistrust, ValueError):  # none yet, or damaged: it is fetched again
        pass
    lines = {each: server.get(f"/meetings/{meeting.id}/keys/{each}").get("keys") for each in meeting.classes}
    issuers = read_issuers(lines, meeting)
    folder.write(json.dumps(lines).encode(), FILE)
    return issuers


def read_issuers(lines: Any, meeting: Meeting) -> Issuers:
    """lines: by class, one of every issuer. Raises: Mistrust when they are not those that entry 0 commits to."""
    try:
        keys = {each: [_moduli(str(line).encode(), meeting) for line in lines[each]] for each in meeting.classes}
        shown = [merkle.leaf_hash(str(lines[each][issuer]).encode()) for issuer, each in _places(lines, meeting)]
        if shown != meeting.keys:
            raise ValueError("other lines than entry 0 commits to")
    except (CryptoError, KeyError, IndexError, TypeError, ValueError) as error:
        raise Mistrust(
            "服务器给出的签发密钥与会议发布时的不同",
            f"the issuer keys shown are not those of the meeting: {error}",
        ) from None
    return Issuers(meeting.fingerprint, keys)


def _places(lines: Any, meeting: Meeting) -> list[tuple[int, str]]:
    """Issuer by issuer, in each the classes in order, as `keys` of entry 0."""
    issuers = max((len(lines[each]) for each in meeting.classes), default=0)
    return [(issuer, each) for issuer in range(issuers) for each in meeting.classes]


def _moduli(line: bytes, meeting: Meeting) -> list[PublicKey]:
    bits = int(meeting.entry["rsa_bits"])
    moduli: list[Any] = canonical.decode_object(line)["n"]  # type: ignore[assignment]
    keys = [PublicKey.from_modulus(from_b64u(str(each)), bits) for each in moduli]
    if len(keys) != meeting.entry["pages"]:
        raise ValueError(f"expected {meeting.entry['pages']} pages, got {len(keys)}")
    return keys
