"""What a phone keeps, so that one that is switched off at any moment can be loaded again and sends the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class StoredPage:
    """A page of the booklet. `key_seed` is deleted once its ballot has a receipt."""

    number: int  # from 1
    key_seed: str | None
    credentials: list[str]


@dataclass
class StoredBallot:
    """A ballot from the moment it is made. The line holds no choice in the clear."""

    page: int
    poll: str
    box: int
    line: str
    receipt: str | None = None
    fate: str = "sent"  # sent, in (the close holds it), missing, not-taken, void (its poll is, and had no close)


@dataclass
class DeviceState:
    """All that a device keeps. Byte strings are base64url."""

    slip: str  # the QR text
    seed: str | None = None  # from before redeeming until the booklet is complete
    abandoned: bool = False  # an answer to the booklet was wrong: it is never asked for again
    meeting: str | None = None  # the `meeting` line
    lengths: dict[str, Any] = field(default_factory=dict)
    checkpoint: str | None = None  # the newest note seen; every other one must be consistent with it
    pages: list[StoredPage] = field(default_factory=list)
    ballots: dict[str, StoredBallot] = field(default_factory=dict)  # by paper hash

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> DeviceState:
        values = json.loads(text)
        values["pages"] = [StoredPage(**page) for page in values["pages"]]
        values["ballots"] = {paper: StoredBallot(**one) for paper, one in values["ballots"].items()}
        return cls(**{each.name: values[each.name] for each in fields(cls)})
