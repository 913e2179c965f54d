"""The voters' page: fetched from the server once, and served only when it is the one that entry 0 commits to.

Source: docs/protocol.md §4, `client`: SHA-256 of the canonical JSON {path: base64url of SHA-256}. The hub keeps a copy,
so that it can be switched on again while the server is away; the copy is checked like an answer.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256

from crypto import canonical
from crypto.encoding import b64u
from crypto.errors import CryptoError
from kiosk.complaint import Mistrust
from kiosk.folder import Folder
from kiosk.meeting import Meeting
from kiosk.remote import Server

FOLDER = "client"
LIST = "files.json"
MAX_FILES = 500
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*", re.ASCII)  # never `..`, never a leading slash

Files = dict[str, bytes]


def load_client(meeting: Meeting, folder: Folder, server: Server) -> Files:
    """The files by path, from the folder, else from the server. Raises: Mistrust, Refused, NoAnswer, OSError."""
    kept = _kept(meeting, folder)
    if kept is not None:
        return kept
    digests = check_list(server.get("/client").get("files"), meeting)
    files = {path: server.get_bytes(f"/client/{path}") for path in digests}
    check_files(files, digests)
    for path, data in files.items():
        folder.write(data, FOLDER, *path.split("/"))
    folder.write(json.dumps(digests).encode(), FOLDER, LIST)
    return files


def check_list(value: object, meeting: Meeting) -> dict[str, str]:
    """The list of digests that the meeting commits to. Raises: Mistrust."""
    try:
        digests = {str(path): str(digest) for path, digest in dict(value).items()}  # type: ignore[call-overload]
        known = sha256(canonical.encode(digests)).digest() == meeting.client
    except (TypeError, ValueError, CryptoError):
        digests, known = {}, False
    if value == {}:
        raise Mistrust("服务器没有投票页面", "the server has no voters' page: it was installed without one")
    if not digests or not known:
        raise Mistrust(
            "服务器提供的投票页面不是这次会议发布时的那一份",
            "the voters' page that the server hands out is not the one that the meeting was published with",
        )
    if len(digests) > MAX_FILES or not all(_PATH.fullmatch(path) for path in digests):
        raise Mistrust("投票页面的文件名不对", "the voters' page has a file name that is not one")
    return digests


def check_files(files: Files, digests: dict[str, str]) -> None:
    """Raises: Mistrust, naming the first file that differs."""
    for path, digest in digests.items():
        if b64u(sha256(files[path]).digest()) != digest:
            raise Mistrust(
                f"投票页面的文件 {path} 与会议发布时的不同",
                f"{path} of the voters' page differs from what the meeting was published with",
            )


def _kept(meeting: Meeting, folder: Folder) -> Files | None:
    """The copy in the folder; None where it is missing, of another meeting, or damaged: then it is fetched again."""
    try:
        digests = check_list(folder.read_json(FOLDER, LIST), meeting)
        files = {path: folder.read(FOLDER, *path.split("/")) or b"" for path in digests}
        check_files(files, digests)
    except (Mistrust, ValueError):
        return None
    return files
