"""The service as one object: every room opened in the order in which they need each other.

Used by the web application, by the commands and by the tests; none of them wires anything itself.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import func, select

from ballot_service.boxes.opening import BoxDesk
from ballot_service.boxes.public_part import PublicPart
from ballot_service.config import Config
from ballot_service.console.accounts import Accounts
from ballot_service.console.audit import Audit
from ballot_service.console.recording import in_act
from ballot_service.console.roles import Role
from ballot_service.errors import Refused
from ballot_service.hubs.desk import Hubs
from ballot_service.ledger.book import Book
from ballot_service.meetings.acts import Acts, Clock, utc_now
from ballot_service.meetings.conduct import Conduct
from ballot_service.meetings.meeting_file import MeetingPlan
from ballot_service.meetings.publish import HandedOut, Progress, Published, publish
from ballot_service.polls.conduct import PollDesk
from ballot_service.polls.intake import CastingDesk
from ballot_service.slips.redeem import Redeemer
from ballot_service.store.engine import Store
from ballot_service.store.keydir import KeyDir
from ballot_service.store.keyring import Keyring
from ballot_service.store.migrate import migrate
from ballot_service.store.tables import Intake, ReleasedShare, Slip
from ballot_service.witnesses.taking import Witnesses
from crypto.blind_rsa import PrivateKey, generate_private_key

log = logging.getLogger(__name__)

LEDGER_SEED_BYTES = 32


class Service:
    """One installation, open for business."""

    def __init__(
        self, config: Config, *, clock: Clock = utc_now, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """Opens or creates database and keys, and puts right what a crash left.

        Raises: CannotStart when the database is older than the last checkpoint that was signed.
        """
        self.config = config
        self.random_bytes = random_bytes
        self.store = Store(config.database)
        files = KeyDir(config.keys)
        self.keyring = Keyring(files)
        seed = files.create(random_bytes(LEDGER_SEED_BYTES), "ledger.key")
        self.book = Book(self.store, files, config.installation, seed)
        try:
            migrate(self.store)
            self.book.check_kept_heads()
        except BaseException:
            self.store.close()
            raise
        self.acts = Acts(self.store, self.book, clock)
        self.accounts = Accounts(self.store, clock, random_bytes)
        self.audit = Audit(self.store, clock, random_bytes)
        self.acts.on_append.append(partial(in_act, self.audit))
        self.conduct = Conduct(self.acts, self.keyring)
        self.redeemer = Redeemer(self.acts, self.keyring, random_bytes)
        self.casting = CastingDesk(self.acts, self.keyring, random_bytes)
        self.polls = PollDesk(self.acts, self.keyring, self.casting, random_bytes, config.objection_seconds)
        self.boxes = BoxDesk(self.acts, self.book, config.objection_seconds)
        self.witnesses = Witnesses(self.acts, self.book)
        self.hubs = Hubs(self.acts, self.audit, random_bytes)
        self.voided_at_start = self.polls.recover()

    def publish(
        self,
        plan: MeetingPlan,
        *,
        ceremony: PublicPart | None = None,
        organiser: str | None = None,
        prepare: Callable[[HandedOut], None] = lambda _likely: None,
        deliver: Callable[[Published], None] = lambda _published: None,
        progress: Progress = lambda _what, _done, _of: None,
        generate_key: Callable[[int], PrivateKey] = generate_private_key,
    ) -> Published:
        """See `ballot_service.meetings.publish`. organiser: the account that prepared it, and may now run it."""
        published = publish(
            plan,
            config=self.config,
            store=self.store,
            book=self.book,
            keyring=self.keyring,
            random_bytes=self.random_bytes,
            ceremony=ceremony,
            prepare=prepare,
            deliver=deliver,
            progress=progress,
            generate_key=generate_key,
        )
        if organiser is not None:
            try:
                self.accounts.grant(organiser, published.meeting_id, Role.ORGANISER)
            except Refused as refused:  # published all the same: the slips must not be lost for it
                log.error("the organiser of the new meeting could not be recorded: %s", refused.code)
        return published

    def figures(self, meeting_id: str) -> dict[str, Any]:
        """What those who run the meeting may see while it runs: counts, never who or in which order."""
        with self.acts.look(meeting_id) as (session, state):
            redeemed = dict.fromkeys(state.classes, 0)
            query = (
                select(Slip.voter_class, func.count().label("slips"))
                .where(Slip.meeting == meeting_id, Slip.token.is_not(None))
                .group_by(Slip.voter_class)
            )
            redeemed.update({row.voter_class: row.slips for row in session.execute(query)})
            returned = session.scalar(select(func.count()).select_from(Intake).where(Intake.meeting == meeting_id))
            shares = session.execute(
                select(ReleasedShare.box, ReleasedShare.card).where(ReleasedShare.meeting == meeting_id)
            ).all()
            hubs = [] if state.open_poll is None else self.hubs.paired(session, meeting_id)
            return {
                "expected": state.expected,
                "present": state.present,
                "redeemed": redeemed,
                "returned": returned,
                "at_hubs": sum(hub.holds(state.open_poll.id) for hub in hubs if state.open_poll is not None),
                "shares": {str(box): sorted(card for one, card in shares if one == box) for box, _card in shares},
                "open_poll": None if state.open_poll is None else state.open_poll.id,
                "waiting_polls": [poll.id for poll in state.waiting_polls],
            }

    def close(self) -> None:
        """Finish what is under way and let go of the database."""
        self.casting.stop()
        self.store.close()
