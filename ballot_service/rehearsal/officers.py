"""The people who run a meeting, as programs: an organiser at the console, a scrutineer with a card."""

from __future__ import annotations

from typing import Any

from ballot_service.rehearsal.api import Connection
from crypto import canonical, merkle, shares
from crypto.checkpoint import parse_checkpoint
from crypto.encoding import b64u, from_b64u
from crypto.errors import CryptoError
from crypto.note import ED25519, VerifierKey, parse_note, verify_note

Json = dict[str, Any]


class Organiser:
    """Every officer's route. Each method raises ServiceRefused and NoAnswer; close it when done."""

    def __init__(self, base_url: str, code: str) -> None:
        """code: from the one-time login link."""
        with Connection(base_url) as connection:
            token = connection.post("/login", {"code": code})["token"]
        # Publishing makes keys for as long as it takes; nobody waits for it with a stopwatch.
        self._connection = Connection(base_url, bearer=token, answer_seconds=None)

    def close_connection(self) -> None:
        self._connection.close()

    def publish(self, meeting: Any) -> Json:
        return dict(self._connection.post("/meetings", meeting))

    def control(self, meeting: str) -> Json:
        return dict(self._connection.get(f"/meetings/{meeting}/control"))

    def attendance(self, meeting: str, present: dict[str, int]) -> None:
        self._connection.post(f"/meetings/{meeting}/attendance", {"present": present})

    def expected(self, meeting: str, voter_class: str, expected: int, reason: str, by: list[str]) -> None:
        body = {"voter_class": voter_class, "expected": expected, "reason": reason, "by": by}
        self._connection.post(f"/meetings/{meeting}/expected", body)

    def step(self, meeting: str, item: str, step: str, subject: str | None = None) -> None:
        self._connection.post(f"/meetings/{meeting}/steps", {"item": item, "step": step, "subject": subject})

    def recuse(self, meeting: str, contest: str, voter_class: str, count: int) -> None:
        body = {"contest": contest, "voter_class": voter_class, "count": count}
        self._connection.post(f"/meetings/{meeting}/recusals", body)

    def change_slip(
        self, meeting: str, kind: str, voter_class: str, token: bytes | None, reason: str, by: list[str]
    ) -> None:
        body = {
            "kind": kind,
            "voter_class": voter_class,
            "token": None if token is None else b64u(token),
            "reason": reason,
            "by": by,
        }
        self._connection.post(f"/meetings/{meeting}/slips", body)

    def open_poll(self, meeting: str, contests: list[str]) -> Json:
        return dict(self._connection.post(f"/meetings/{meeting}/polls", {"contests": contests}))

    def close_poll(self, meeting: str, poll: str) -> Json:
        return dict(self._connection.post(f"/meetings/{meeting}/polls/{poll}/close"))

    def void_poll(self, meeting: str, poll: str, reason: str, by: list[str]) -> None:
        self._connection.post(f"/meetings/{meeting}/polls/{poll}/void", {"reason": reason, "by": by})

    def count_paper(
        self, meeting: str, contest: str, voter_class: str, handed_out: int, ballots: list[Json], teller: str
    ) -> bool:
        body = {
            "contest": contest,
            "voter_class": voter_class,
            "handed_out": handed_out,
            "ballots": ballots,
            "teller": teller,
        }
        return bool(self._connection.post(f"/meetings/{meeting}/paper-counts", body)["entered"])

    def open_box(self, meeting: str, poll: str) -> Json:
        return dict(self._connection.post(f"/meetings/{meeting}/polls/{poll}/open-box")["contests"])

    def result(self, meeting: str, poll: str) -> Json:
        return dict(self._connection.get(f"/meetings/{meeting}/polls/{poll}/result")["contests"])

    def waive_witnesses(self, meeting: str, reason: str, by: list[str]) -> None:
        self._connection.post(f"/meetings/{meeting}/witness-waivers", {"reason": reason, "by": by})

    def decide(self, meeting: str, contest: str, choice: str) -> None:
        self._connection.post(f"/meetings/{meeting}/decisions", {"contest": contest, "choice": choice})

    def announce(self, meeting: str, contests: list[str], to: str | None) -> str:
        return str(self._connection.post(f"/meetings/{meeting}/announcements", {"contests": contests, "to": to})["to"])

    def record_input(self, meeting: str, input_id: str, value: int | str, evidence: str) -> None:
        self._connection.post(f"/meetings/{meeting}/inputs", {"id": input_id, "value": value, "evidence": evidence})

    def add_item(self, meeting: str, item: Any, admitted_by: str) -> Json:
        body = {"item": item, "admitted_by": admitted_by}
        return dict(self._connection.post(f"/meetings/{meeting}/items", body)["item"])

    def follow_ups(self, meeting: str) -> list[Json]:
        return list(self._connection.get(f"/meetings/{meeting}/follow-ups")["follow_ups"])

    def close_meeting(self, meeting: str) -> None:
        self._connection.post(f"/meetings/{meeting}/close")

    def ledger(self, meeting: str) -> bytes:
        return self._connection.get_bytes(f"/meetings/{meeting}/ledger")


class CloseNotSigned(Exception):
    """The scrutineer keeps the pad: what is shown as the close of this poll does not hold."""


class Scrutineer:
    """Holds one card. It knows the meeting by its fingerprint, as everybody does who has seen the screen."""

    def __init__(self, base_url: str, meeting_id: str, fingerprint: bytes, card: int, secret: bytes) -> None:
        self.card = card
        self._base_url = base_url
        self._meeting_id = meeting_id
        self._fingerprint = fingerprint
        self._secret = secret

    def release(self, poll_id: str) -> int:
        """Check the close, then release this card's pad for the poll's box; returns how many cards have.

        Raises: CloseNotSigned, ServiceRefused, NoAnswer.
        """
        path = f"/meetings/{self._meeting_id}"
        with Connection(self._base_url) as connection:
            line = str(connection.get(f"{path}/head")["meeting"]).encode()
            if merkle.leaf_hash(line) != self._fingerprint:
                raise CloseNotSigned("the meeting shown has another fingerprint")
            meeting: Json = dict(canonical.decode_object(line))
            polls = {poll["poll"]: poll for poll in connection.get(f"{path}/state")["polls"]}
            _check_close(connection.get(f"{path}/polls/{poll_id}/ballot-ids"), meeting)
            box = int(polls[poll_id]["box"])
            pad = shares.share_pad(self._secret, self._meeting_id, box, from_b64u(meeting["boxes"][box]["key"]))
            answer = connection.post(f"{path}/shares", {"box": box, "card": self.card, "pad": b64u(pad)})
        return int(answer["released"])


def _check_close(answer: Json, meeting: Json) -> None:
    """The close note is signed by the ledger key, and the list of ballots is what it closes."""
    try:
        note = str(answer["close"])
        verify_note(note, [VerifierKey(meeting["origin"], ED25519, from_b64u(meeting["ledger_key"]))])
        close = parse_checkpoint(parse_note(note).text)
        ids = [from_b64u(one) for one in answer["ids"]]
        nodes = [from_b64u(one) for one in answer["nodes"]]
        merkle.check_range(ids, int(answer["start"]), close.tree_size, nodes, close.root_hash)
    except CryptoError as error:
        raise CloseNotSigned(f"the close does not hold: {error}") from error
    if close.origin != meeting["origin"]:
        raise CloseNotSigned("the close is of another ledger")
