"""How an honest client writes a choice: every candidate's mark, lists sorted, every member of the ballot's kind.

Ballots that say the same are then the same bytes, and their form tells nobody which client or which hand made them.
Text: docs/rules.md, "Ballots".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crypto import canonical
from verify import rules

Json = dict[str, Any]


def honest_choice(ballot: Mapping[str, Any], plaintext: bytes) -> bytes:
    """The one spelling of what a valid choice says; anything else as it is, for only the count can tell."""
    choice = rules.read_choice(ballot, plaintext)
    if choice is None:
        return plaintext
    if choice.unknown:
        return canonical.encode({"unknown": True})
    return canonical.encode(_SPELLINGS[ballot["kind"]](ballot, choice.content, plaintext))


def _approval(_ballot: Mapping[str, Any], content: Mapping[str, Any], _plaintext: bytes) -> Json:
    return {"marks": dict(content)}


def _pick(ballot: Mapping[str, Any], content: Mapping[str, Any], _plaintext: bytes) -> Json:
    spelled = {"picks": sorted(content.get("picks", []))}
    return {**spelled, "write_in": sorted(content.get("write_in", []))} if ballot["write_in"] else spelled


def _comment(_ballot: Mapping[str, Any], content: Mapping[str, Any], _plaintext: bytes) -> Json:
    return {"text": content.get("text", "")}


def _as_it_is(_ballot: Mapping[str, Any], _content: Mapping[str, Any], plaintext: bytes) -> Json:
    """A grade or a score has one spelling already."""
    return dict(canonical.decode_object(plaintext))


_SPELLINGS = {"approval": _approval, "pick": _pick, "grade": _as_it_is, "score": _as_it_is, "comment": _comment}
