"""The public part of an offline ceremony: what the server is given of the boxes, and all it ever sees of them.

Format: docs/formats/ceremony.md. It holds no secret: the keys that ballots are sealed to, the shares sealed under the
cards, the commitments. Reading refuses whatever does not fit the meeting that is published, with a line for every
mistake; that the sealed shares open the boxes shows when the cards are tried.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ballot_service.boxes.ceremony import Box
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import MeetingPlan
from crypto import canonical, hpke
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from crypto.shares import MAX_CARDS

FORMAT = "ballot-service/ceremony/1"
MAX_BYTES = 4 * 1024 * 1024
_MEMBERS = ("format", "meeting", "scrutineers", "boxes")
_BYTES = 32
_FIELD_PRIME = 2**255 - 19
_NAMED = 8  # mistakes in one refusal


@dataclass(frozen=True)
class PublicPart:
    """The boxes of one meeting, whose seeds were split and forgotten somewhere else."""

    meeting_id: str
    cards: int
    threshold: int
    boxes: tuple[Box, ...]  # index 0 is the test box


def format_public_part(part: PublicPart) -> bytes:
    """The file, one line a box."""
    boxes = ",\n".join(
        json.dumps(
            {
                "key": b64u(box.key),
                "sealed": [b64u(share) for share in box.sealed],
                "commit": [b64u(commitment) for commitment in box.commit],
            }
        )
        for box in part.boxes
    )
    scrutineers = json.dumps({"cards": part.cards, "threshold": part.threshold})
    return (
        f'{{"format": "{FORMAT}",\n"meeting": "{part.meeting_id}",\n"scrutineers": {scrutineers},\n'
        f'"boxes": [\n{boxes}\n]}}\n'
    ).encode()


def parse_public_part(data: bytes, plan: MeetingPlan) -> PublicPart:
    """The inverse, for the meeting that is published. Raises: Refused (bad-ceremony), naming every mistake."""
    try:
        value = canonical.decode_relaxed(data, max_bytes=MAX_BYTES, max_depth=4)
    except CryptoError as error:
        raise _refused([f"it is not acceptable JSON: {error}"]) from None
    return read_public_part(value, plan)


def read_public_part(value: object, plan: MeetingPlan) -> PublicPart:
    """The same, of JSON that was parsed already. Raises: Refused (bad-ceremony), naming every mistake."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise _refused([f"expected the public part of a ceremony, with format {FORMAT!r}"])
    if value.keys() != set(_MEMBERS):
        raise _refused([f"expected exactly the members {', '.join(_MEMBERS)}"])
    mistakes = [*_of_another_meeting(value, plan), *_of_boxes(value["boxes"], plan)]
    if mistakes:
        raise _refused(mistakes)
    return PublicPart(
        plan.fields["id"],
        plan.cards,
        plan.threshold,
        tuple(
            Box(
                from_b64u(box["key"]),
                tuple(from_b64u(share) for share in box["sealed"]),
                tuple(from_b64u(commitment) for commitment in box["commit"]),
            )
            for box in value["boxes"]
        ),
    )


def _of_another_meeting(value: dict[str, Any], plan: MeetingPlan) -> Iterator[str]:
    if value["meeting"] != plan.fields["id"]:
        yield f"it is the ceremony of another meeting: expected {plan.fields['id']!r}, got {_shown(value['meeting'])}"
    held = value["scrutineers"]
    if not isinstance(held, dict) or held.keys() != {"cards", "threshold"}:
        yield "scrutineers: expected cards and threshold"
        return
    for name, expected in (("cards", plan.cards), ("threshold", plan.threshold)):
        got = held[name]
        if type(got) is not int or got != expected:
            yield f"scrutineers: the meeting file says {name} {expected}, the ceremony {_shown(got)}"


def _of_boxes(boxes: Any, plan: MeetingPlan) -> Iterator[str]:
    if not isinstance(boxes, list):
        yield "boxes: expected a list"
        return
    if len(boxes) != plan.boxes:
        yield (
            f"boxes: this meeting file needs {plan.boxes} (the test box, one for every item, the spare ones), "
            f"the ceremony made {len(boxes)}"
        )
    seen: dict[bytes, str] = {}
    for number, box in enumerate(boxes):
        place = f"box {number}"
        if not isinstance(box, dict) or box.keys() != {"key", "sealed", "commit"}:
            yield f"{place}: expected key, sealed and commit"
            continue
        values = [("key", box["key"])]
        for name in ("sealed", "commit"):
            if not isinstance(box[name], list) or len(box[name]) != plan.cards:
                yield f"{place}: {name} must have one value for each of the {plan.cards} cards"
                continue
            values += [(f"{name} of card {card}", one) for card, one in enumerate(box[name], start=1)]
        for name, text in values:
            yield from _of_value(f"{place}: {name}", text, seen, is_key=name == "key")


def _of_value(place: str, text: Any, seen: dict[bytes, str], *, is_key: bool) -> Iterator[str]:
    try:
        data = from_b64u(text, _BYTES) if isinstance(text, str) else None
    except CryptoError:
        data = None
    if data is None:
        yield f"{place}: expected {_BYTES} bytes as base64url"
        return
    if is_key and not _is_usable(data):
        yield f"{place} is no public key that ballots could be sealed to"
    # Every one of them is random: two that are equal come from a broken generator, or from copying.
    if data in seen:
        yield f"{place} is the same as {seen[data]}"
    seen.setdefault(data, place)


def _is_usable(key: bytes) -> bool:
    """Canonically encoded and not of small order."""
    if int.from_bytes(key, "little") >= _FIELD_PRIME:
        return False
    try:
        hpke.seal(key, b"", b"", bytes(_BYTES))
    except CryptoError:
        return False
    return True


def _shown(value: object) -> str:
    """What somebody's file says, cut to what fits a line."""
    if type(value) is int and 0 <= value <= MAX_CARDS:
        return str(value)
    return repr(value[:64]) if isinstance(value, str) and value.isprintable() else "something else"


def _refused(mistakes: list[str]) -> Refused:
    problems = [f"ceremony: {one}" for one in mistakes]
    more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return Refused("bad-ceremony", "; ".join(problems[:_NAMED]) + more, problems=problems)
