"""The meeting's state as the server tells it. Only its checkpoint is signed: the rest is believed until something is
sent, erased or counted, and then proven (kiosk/checking.py). But for one thing: that the meeting is closed stands in a
line with scores that not everybody may see; for that the server's word is taken, and the booklets go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.complaint import Mistrust
from kiosk.remote import ID, Json


@dataclass(frozen=True)
class SeenPoll:
    """One poll."""

    phase: str  # open, closed, opened, void
    box: int
    papers: tuple[str, ...]  # their hashes, base64url; in an address they are looked at again (kiosk/hub.py)


@dataclass(frozen=True)
class View:
    """What the hub uses of the state."""

    note: str
    closed: bool
    lengths: dict[str, tuple[int, int]]  # sealed route → bytes of request and of answer
    polls: dict[str, SeenPoll]


def read_view(state: Json) -> View:
    """Raises: Mistrust when the form is wrong. Poll ids become names of files: they are looked at before that."""
    try:
        polls = {
            str(poll["poll"]): SeenPoll(
                str(poll["phase"]),
                int(poll["box"]),
                tuple(str(one["paper"]) for one in poll["papers"]),
            )
            for poll in state["polls"]
        }
        lengths = {str(route): (int(each["request"]), int(each["answer"])) for route, each in state["lengths"].items()}
        view = View(str(state["checkpoint"]), state["closed"] is True, lengths, polls)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Mistrust(
            "服务器给出的会议状态格式不对", f"the meeting's state has another form than it must have: {error}"
        ) from None
    if not all(re.fullmatch(ID, poll) for poll in polls):
        raise Mistrust("服务器给出的表决编号不对", "the meeting's state holds a poll id that is not one")
    return view
