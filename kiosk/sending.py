"""The batch: all ballots of a poll leave together, in an order that chance makes, so that arrival says nothing about
who stood at a terminal and when.

Observer: the server, its operator, and whoever watches the wire. They see that this hub sends so many ballots now. The
order of the batch is drawn anew for each try, and never written down.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from crypto.ballot import ballot_id, check_receipt
from crypto.encoding import from_b64u
from crypto.errors import CryptoError
from kiosk.meeting import Meeting
from kiosk.remote import Envelope, NoAnswer, Refused, Server
from kiosk.view import View

CONNECTIONS = 4
CHUNK = 64  # ballots between two writes of receipts; what a kill loses is asked for again, and answered the same
FOR_GOOD = ("ballot-invalid", "ballot-differs")

Shuffle = Callable[[list[str]], None]


@dataclass
class Answers:
    """What came of sending; a line that is in none of them waits on."""

    receipts: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)  # by line, the code; only those that may be for good
    others: Counter[str] = field(default_factory=Counter)  # by code, refusals after which a ballot waits on
    forged: int = 0  # answers whose receipt is not signed by the meeting's receipt key


def envelope(meeting: Meeting, view: View, route: str, box: int) -> Envelope:
    """How to seal for a route now: an item added to the agenda may have made the lengths longer."""
    request_length, answer_length = view.lengths[route]
    return Envelope(route, meeting.fingerprint, meeting.transport_key(box), request_length, answer_length)


def send_batch(
    server: Server, meeting: Meeting, sealing: Envelope, lines: Iterable[str], shuffle: Shuffle
) -> Iterator[Answers]:
    """Send every line once; yields what to keep, chunk by chunk, and ends early when the server is gone."""
    mixed = list(lines)
    shuffle(mixed)
    path = f"/meetings/{meeting.id}/ballots"
    gone = threading.Event()

    def send(line: str) -> tuple[str, str | None, str | None]:
        """Line, receipt, code of a refusal."""
        if gone.is_set():
            return line, None, None
        try:
            return line, str(server.post_sealed(path, sealing, line.encode()).get("receipt")), None
        except Refused as refused:
            return line, None, refused.code
        except NoAnswer:
            gone.set()
            return line, None, None

    with ThreadPoolExecutor(CONNECTIONS, "outbox") as connections:
        for first in range(0, len(mixed), CHUNK):
            answers = Answers()
            for line, receipt, code in connections.map(send, mixed[first : first + CHUNK]):
                if receipt is not None and _is_receipt(meeting, line, receipt):
                    answers.receipts[line] = receipt
                elif receipt is not None:
                    answers.forged += 1
                elif code in FOR_GOOD:
                    answers.refusals[line] = str(code)
                elif code is not None:
                    answers.others[code] += 1
            yield answers
            if gone.is_set():
                return


def _is_receipt(meeting: Meeting, line: str, receipt: str) -> bool:
    try:
        check_receipt(meeting.receipt_key, ballot_id(line.encode()), from_b64u(receipt))
    except CryptoError:
        return False
    return True
