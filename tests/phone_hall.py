"""A hall for phones of another language: the real service on this machine, led by one JSON command a line.

The tests of the voters' page start `python -m tests.phone_hall FOLDER PORT [NAME]` (port 0: a free one), read one
line of JSON for every line that they write, and may kill the process at any moment: started again with the same folder
and port it goes on from what is on disk. NAME is the host on the slips: a name, an address to listen on, or the whole
https:// address of something in front. The log is FOLDER/server.log. Some commands make it lie, as a corrupted server
would.
"""

from __future__ import annotations

import json
import logging
import pickle
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ballot_service.app import create_app
from ballot_service.hubs.codes import spell_code
from ballot_service.polls import intake
from ballot_service.serve import Server, listen, url_of
from ballot_service.service import Service
from ballot_service.store.tables import Intake, Slip
from crypto import ballot, merkle
from crypto.checkpoint import Checkpoint, format_checkpoint
from crypto.note import sign_note
from tests.meeting_kit import TWO, Hall, Json, config_for, meeting_file, publish
from verify.options import Options
from verify.verdict import judge

HOST = "127.0.0.1"


class PhoneHall:
    """What the commands do. Each takes and gives JSON."""

    def __init__(self, folder: Path, service: Service) -> None:
        self._kept = folder / "halls.pickle"
        self._folder = folder
        self._service = service
        self._halls: dict[str, Hall] = {}
        if self._kept.exists():
            published = pickle.loads(self._kept.read_bytes())
            self._halls = {one.meeting_id: Hall(service, one) for one in published}

    def publish(self, agenda: list[Json], **fields: Any) -> Json:
        hall = publish(self._service, meeting_file(*agenda, **fields))
        self._halls[hall.id] = hall
        self._kept.write_bytes(pickle.dumps([one.published for one in self._halls.values()]))
        slips = [{"class": one.voter_class, "url": one.url, "reserve": one.reserve} for one in hall.published.slips]
        return {"slips": slips, "fingerprint": hall.published.fingerprint.hex()}

    def attendance(self, meeting: str, present: dict[str, int]) -> None:
        self._service.conduct.attendance(meeting, present, "门岗")

    def step(self, meeting: str, item: str, step: str) -> None:
        self._service.conduct.step(meeting, item, step, None)

    def add_item(self, meeting: str, item: Json, admitted_by: str) -> None:
        self._service.conduct.add_item(meeting, item, admitted_by)

    def open(self, meeting: str, contests: list[str]) -> str:
        self._service.polls.open(meeting, contests, ["A", "B"])
        poll = self._halls[meeting].state().open_poll
        assert poll is not None
        return poll.id

    def close(self, meeting: str) -> int:
        """How many ballots were returned."""
        poll = self._service.polls.close(meeting)
        return sum(self._halls[meeting].state().polls[poll.poll].cast.values())

    def pairing_code(self, meeting: str, name: str) -> str:
        """For a venue hub, as the console shows it."""
        return spell_code(self._service.hubs.make_code(meeting, name))

    def collect(self, meeting: str) -> None:
        """Ask the hubs for the ballots of the open poll."""
        poll = self._halls[meeting].state().open_poll
        assert poll is not None
        self._service.hubs.collect(meeting, poll.id)

    def hubs(self, meeting: str) -> list[Json]:
        """What they said of themselves last."""
        with self._service.acts.look(meeting) as (session, _state):
            paired = self._service.hubs.paired(session, meeting)
        return [{"name": hub.name, "delivered": hub.delivered, "waiting": hub.report.waiting} for hub in paired]

    def void(self, meeting: str) -> None:
        self._service.polls.void(meeting, None, "现场停电", TWO)

    def open_box(self, meeting: str) -> Json:
        """The tallies of the poll that closed last."""
        hall = self._halls[meeting]
        poll = hall.state().waiting_polls[-1]
        hall.release(poll.box)
        judged = self._service.boxes.open(meeting, poll.id)
        return {contest: one["tally"] for contest, one in judged.items()}

    def decide(self, meeting: str, contest: str, choice: str) -> None:
        self._service.conduct.decide(meeting, contest, choice, "主持人")

    def announce(self, meeting: str, contests: list[str]) -> None:
        self._service.conduct.announce(meeting, contests, None)

    def close_meeting(self, meeting: str) -> Json:
        """Whether the verifier accepts the ledger, and how many ballots it holds."""
        self._service.conduct.close(meeting)
        hall = self._halls[meeting]
        path = self._folder / f"{meeting}.ledger"
        path.write_bytes(hall.export())
        judged = judge(path, Options(fingerprint=hall.published.fingerprint, jobs=1))
        return {"accepted": judged.accepted, "ballots": len(hall.lines("ballot"))}

    def redeemed(self, meeting: str) -> int:
        """How many slips were exchanged for a booklet."""
        with self._service.store.read() as session:
            rows = session.scalars(select(Slip).where(Slip.meeting == meeting, Slip.request_hash.is_not(None)))
            return len(list(rows))

    def objections(self, meeting: str) -> int:
        return len(self._halls[meeting].lines("objection"))

    # ── lies ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def drop_ballot(self, meeting: str) -> None:
        """One ballot of the open poll is lost, its receipt is not."""
        with self._service.store.write() as session:
            session.delete(session.scalars(select(Intake).where(Intake.meeting == meeting).limit(1)).one())

    def forge_checkpoint(self, meeting: str, size: int) -> str:
        """A note that the ledger key did sign, of a tree that never was."""
        state = self._halls[meeting].state()
        text = format_checkpoint(Checkpoint(state.meeting["origin"], size, secrets.token_bytes(merkle.HASH_BYTES)))
        return sign_note(text, state.meeting["origin"], (self._folder / "keys" / "ledger.key").read_bytes())

    def lie_about_receipts(self, lie: bool) -> None:
        def wrong(seed: bytes, ballot_id: bytes) -> bytes:
            return _SIGN_RECEIPT(seed, ballot_id[::-1])

        intake.ballot.sign_receipt = wrong if lie else _SIGN_RECEIPT  # type: ignore[attr-defined]

    def lie_about_booklets(self, lie: bool) -> None:
        honest = type(self._service.redeemer).redeem

        def wrong(meeting_id: str, token: bytes, blinded: list[list[bytes]]) -> list[list[bytes]]:
            signatures = honest(self._service.redeemer, meeting_id, token, blinded)
            return [list(reversed(pages)) for pages in signatures]

        if lie:
            self._service.redeemer.redeem = wrong  # type: ignore[method-assign]
        else:
            del self._service.redeemer.redeem


_SIGN_RECEIPT = ballot.sign_receipt


def main(folder: Path, port: int, name: str = HOST) -> None:
    logging.basicConfig(level=logging.DEBUG, filename=folder / "server.log")
    listening = listen(name if name.replace(".", "").isdigit() else HOST, port)
    port = listening.getsockname()[1]
    url = name if name.startswith("https://") else url_of(listening).replace(HOST, name)
    service = Service(config_for(folder, "", base_url=url))
    hall = PhoneHall(folder, service)
    with Server(create_app(service), listening, threads=8):
        _tell({"url": url, "port": port})
        for line in sys.stdin:
            asked = json.loads(line)
            act: Callable[..., Any] = getattr(hall, asked.pop("do"))
            try:
                _tell({"answer": act(**asked)})
            except Exception as error:  # noqa: BLE001 -- the test that asked shows it
                _tell({"error": f"{type(error).__name__}: {error}"})
    service.close()


def _tell(value: Json) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
